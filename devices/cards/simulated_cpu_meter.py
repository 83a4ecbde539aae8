"""What a gas meter does with a CPU card of ours: reads it, empties its wallet, reports.

Carries out the meter's half of the profiles with a wallet and without: the same rule of the copies; a wallet is debited
before the purchase is given to the customer, and one whose answer was lost is asked for its proof. It must not know
readers of the counter, books or sessions.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from devices.cards import fmcos_commands as fm
from devices.cards.apdu import ApduChannel
from devices.cards.card_records import factor_of
from devices.cards.connection import CardConnection
from devices.cards.fmcos_application import FmcosApplication, Found
from devices.cards.reference_profile import REFERENCE, STAGE_FINISHED, CpuLayout
from devices.cards.simulated_meter_side import MeterReading
from devices.cards.status_words import StatusWord
from devices.cards.wallet_profile import WALLET, moment_of
from pos.domain.card import MeterFeedback
from pos.ports.keys import KeyAuthority, WalletKind, WalletMove


class CpuMeterSide:
    """`MeterSide` for CPU cards; a report goes into the older slot, so that a tear loses only the new one."""

    def __init__(
        self, contact: CardConnection, keys: KeyAuthority, layouts: tuple[CpuLayout, ...] = (REFERENCE, WALLET)
    ) -> None:
        self._application = FmcosApplication(ApduChannel(contact), keys, layouts)
        self._keys = keys

    def read(self) -> MeterReading | None:
        """See `MeterSide.read`."""
        if not self._application.select_master_file() or self._application.find() is not Found.OURS:
            return None
        files = self._application.read_files()
        if files.is_empty:
            return None
        current = self._application.area(files).current if files.stage == STAGE_FINISHED else None
        purchase = None if current is None else current.purchase
        profile = self._application.profile
        known, feedback = profile.records.decode_identity(files.identity), profile.decode_feedback(files.feedback)
        return MeterReading(known, purchase, feedback)

    def take(self, reading: MeterReading) -> bool:
        """See `MeterSide.take`: a wallet is emptied by a PBOC purchase; whose answer was lost, its TAC proves it."""
        places = self._application.profile.wallet
        if places is None:
            return True
        if reading.known is None or reading.purchase is None:
            raise ValueError("a card without a purchase gives nothing")
        identity, purchase = reading.known[0], reading.purchase
        factor, channel = factor_of(identity), self._application.channel
        wanted = WalletMove(
            WalletKind.PURCHASE,
            purchase.volume_l,
            hashlib.sha256(identity.meter_no.encode()).digest()[:6],
            balance=0,
            counter=0,
            challenge=b"",
            moment=moment_of(purchase.sold_at_utc_ms),
            terminal_sn=purchase.sequence.to_bytes(4, "big"),
        )
        balance, counter, _challenge = self._announce(places.purchase_key, replace(wanted, amount=0))
        if balance < purchase.volume_l:
            command = fm.get_transaction_prove(WalletKind.PURCHASE, max(counter - 1, 0))
            answer, status = channel.exchange(command)
            return status == StatusWord.DONE and self._keys.wallet_proof_holds(factor, wanted, answer[4:])
        balance, counter, challenge = self._announce(places.purchase_key, wanted)
        move = replace(wanted, balance=balance, counter=counter, challenge=challenge)
        channel.run(fm.carry_out_wallet(move, self._keys.wallet_mac(factor, move, b"")))
        return True

    def _announce(self, key_id: int, move: WalletMove) -> tuple[int, int, bytes]:
        """Balance, offline counter and random number."""
        command = fm.initialize_wallet(move.kind, key_id, move.amount, move.terminal)
        answer = self._application.channel.run(command)
        return int.from_bytes(answer[:4], "big"), int.from_bytes(answer[4:6], "big"), answer[11:]

    def report(self, reading: MeterReading, feedback: MeterFeedback) -> None:
        """See `MeterSide.report`."""
        if reading.known is None:
            raise ValueError("a card without an identity gets no report")
        application, factor = self._application, factor_of(reading.known[0])
        profile, offset = application.profile, reading.feedback.next_slot * application.profile.feedback_slot
        slot = profile.records.encode_feedback(feedback, reading.feedback.generation + 1)
        application.authenticate("meter_auth", profile.meter_auth_key, factor)
        application.channel.run(application.prepare_update("meter_line", profile.feedback_file, offset, slot, factor))
