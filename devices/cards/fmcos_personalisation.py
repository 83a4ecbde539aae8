"""Issuing: turn a blank development card into a user card of its profile, in an order that bears a tear.

Directory, keys and files first, then who the card belongs to, then the card's own master key in place of the public
transport key, and only at the very end the purchase area, whose selector byte is left to the session. Until that byte
no credit can be on the card. It must not know readers, books or the value of any key.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from devices.cards import fmcos_commands as fm
from devices.cards import reference_profile as layout
from devices.cards.apdu import Command
from devices.cards.card_records import factor_of
from devices.cards.fmcos_application import FmcosApplication
from devices.cards.reference_profile import CpuLayout
from devices.cards.two_copies import SELECT_A
from devices.cards.wallet_profile import moment_of
from pos.domain.card import CardIdentity, CardPurchase
from pos.domain.errors import DeviceRefused

_VALID_YEARS = 10
_DF_SIZE = 0x0300
_FILE_HEADER = 11  # of every file
_OTHER_ROOM = 0x0220  # key file, wallet and log
_KEY_FILE_SIZE = 0x00A0
_WALLET_KEY_FILE_SIZE = 0x0100
_LOG = 0x0A17  # ten records of 23 bytes
_ISSUER = 0x0A  # the master file is authenticated, whatever the directory's own state
_COUNTER = 0xAA  # exactly the state that the counter's external authentication gives
_METER = 0xBB  # exactly the state that the meter's external authentication gives
_FREE_READING = 0xFF  # access byte: no MAC on reading; the write protection key is named in its last two bits, inverted
_TRIES = 0x33


class CardKey(NamedTuple):
    """A key as the card stores it: purpose in the key authority, type, identifier, body without the key itself."""

    purpose: str
    key_type: int
    key_id: int
    body: bytes


def _counted(key_type: int, follow_up: int) -> bytes:
    return bytes([key_type | fm.KEY_ENCRYPTED_ONLY, fm.ALWAYS, fm.NEVER, follow_up, _TRIES])


_LOADED: Final = bytes([fm.ALWAYS, fm.NEVER, 0x01, 0x00])  # use, change, version, algorithm 3DES


def card_keys(profile: CpuLayout) -> Iterator[CardKey]:
    """The keys of the application, wallet's included."""
    yield CardKey("line_protection", 0xF6, profile.line_key, _counted(fm.KEY_LINE, 0xFF))
    yield CardKey("meter_line", 0xF6, profile.meter_line_key, _counted(fm.KEY_LINE, 0xFF))
    yield CardKey("external_auth", 0xF9, profile.external_auth_key, _counted(fm.KEY_EXTERNAL, _COUNTER))
    yield CardKey("meter_auth", 0xF9, profile.meter_auth_key, _counted(fm.KEY_EXTERNAL, _METER))
    internal = bytes([0xF4, fm.ALWAYS, fm.NEVER, 0x01, 0x00])
    yield CardKey("internal_auth", 0xF4, profile.internal_auth_key, internal)
    wallet = profile.wallet
    if wallet is not None:
        for purpose, key_type, key_id in (
            ("wallet_load", fm.KEY_LOAD, wallet.load_key),
            ("wallet_unload", fm.KEY_UNLOAD, wallet.unload_key),
            ("wallet_purchase", fm.KEY_PURCHASE, wallet.purchase_key),
        ):
            stored_type = key_type | fm.KEY_ENCRYPTED_ONLY
            yield CardKey(purpose, stored_type, key_id, bytes([stored_type]) + _LOADED)


MASTER_KEY: Final = CardKey("issuer_master", 0xF9, 0x00, bytes([0xF9, fm.ALWAYS, 0xAA, 0xAA, _TRIES]))


class Personalisation:
    """One issue of one card. Everything that can be wrong with the identity is found before the card is touched."""

    def __init__(self, application: FmcosApplication, identity: CardIdentity, first: CardPurchase) -> None:
        self._application = application
        self._channel = application.channel
        self._first = first
        self._profile = application.profile
        self._identity_file = self._profile.records.encode_identity(identity)
        self._copy_a = self._profile.records.encode_purchase(first, 1)
        self._factor = factor_of(identity)
        issued_on = datetime.fromtimestamp(first.sold_at_utc_ms // 1000, UTC).date()
        valid_until = date(issued_on.year + _VALID_YEARS, issued_on.month, min(issued_on.day, 28))
        self._public_file = layout.encode_public(identity, issued_on, valid_until)

    def build(self) -> Command:
        """Everything from a blank card (or a broken-off attempt) up to the selector, which the caller sends.

        Raises: DeviceRefused `card.authentication_refused` if it is not a development card; tried once.
        """
        self._open_with_transport_key()
        self._make_directory()
        self._make_keys_and_files()
        self._counter_state()
        self._control(layout.STAGE_BUILDING)
        self._application.update(self._profile.public_file, self._public_file, self._factor)
        self._application.update(self._profile.identity_file, self._identity_file, self._factor)
        self._control(layout.STAGE_KEY_CHANGING)
        self._open_with_transport_key()
        self._application.write_key(
            MASTER_KEY.key_type, MASTER_KEY.key_id, MASTER_KEY.body, MASTER_KEY.purpose, self._factor
        )
        if not self._application.select_application():
            raise DeviceRefused("card.damaged")
        self._counter_state()
        self._control(layout.STAGE_FINISHED)
        return self._first_purchase()

    def finish(self) -> Command:
        """The last steps of an issue that broke off after the master key was changed."""
        self._application.prove_keys(self._factor)
        self._counter_state()
        return self._first_purchase()

    def _open_with_transport_key(self) -> None:
        """Master file, then the one presentation of the transport key. Never on a card that read as anything else.

        Raises: DeviceRefused `card.damaged`: presented in another directory the key would cost a try there.
        """
        if not self._application.enter_master_file():
            raise DeviceRefused("card.damaged")
        self._application.authenticate("issue_transport", 0x00, bytes(layout.FACTOR_LENGTH))

    def _make_directory(self) -> None:
        """A new directory, or the emptied one of an attempt that broke off."""
        profile = self._profile
        if self._application.select(fm.select_id(profile.df_file_id)):
            self._channel.run(fm.erase_df())
            return
        self._channel.run(fm.create_df(profile.df_file_id, self._room(), _ISSUER, _ISSUER, 0x95, profile.name))
        if not self._application.select(fm.select_id(profile.df_file_id)):
            raise DeviceRefused("card.damaged")

    def _make_keys_and_files(self) -> None:
        profile = self._profile
        wallet = profile.wallet
        self._channel.run(
            fm.create_key_file(_KEY_FILE_SIZE if wallet is None else _WALLET_KEY_FILE_SIZE, 0x95, _ISSUER)
        )
        for key in card_keys(profile):
            self._application.write_key(0x01, key.key_id, key.body, key.purpose, self._factor)
        for short_id, length, write_right, line_key in self._files():
            file_type = fm.TYPE_BINARY | fm.LINE_MAC
            self._channel.run(
                fm.create_ef(short_id, file_type, length, fm.ALWAYS, write_right, _FREE_READING - line_key)
            )
        if wallet is not None:
            self._channel.run(fm.create_ef(wallet.log, fm.TYPE_CYCLIC, _LOG, fm.ALWAYS, fm.NEVER, _FREE_READING))
            self._channel.run(fm.create_wallet(wallet.wallet, fm.ALWAYS, wallet.log))

    def _files(self) -> Iterator[tuple[int, int, int, int]]:
        """Short identifier, length, write right and line key of every file."""
        profile, records = self._profile, self._profile.records
        own, meters = profile.line_key, profile.meter_line_key
        yield profile.control_file, layout.CONTROL_LENGTH, _COUNTER, own
        yield profile.public_file, layout.PUBLIC_LENGTH, _ISSUER, own
        yield profile.identity_file, records.identity.length, _ISSUER, own
        yield profile.copy_a, records.purchase.length, _COUNTER, own
        yield profile.copy_b, records.purchase.length, _COUNTER, own
        yield profile.feedback_file, 2 * profile.feedback_slot, _METER, meters

    def _room(self) -> int:
        """Bytes of the directory: long records of a maker need more than the usual ones."""
        return max(_DF_SIZE, _OTHER_ROOM + sum(length + _FILE_HEADER for _id, length, _right, _key in self._files()))

    def _counter_state(self) -> None:
        self._application.authenticate("external_auth", self._profile.external_auth_key, self._factor)

    def _control(self, stage: int) -> None:
        """Write the stage; while building also an explicit *no selector*, whatever fresh memory holds."""
        control = self._profile.control_file
        if stage == layout.STAGE_BUILDING:
            self._application.update(control, bytes([layout.SELECT_NONE, stage]), self._factor)
        else:
            self._application.update(control, bytes([stage]), self._factor, offset=1)

    def _first_purchase(self) -> Command:
        """Copy A, and what it promises in the wallet; until the selector names a copy no meter takes any of it."""
        application, profile, wallet = self._application, self._profile, self._application.wallet
        if wallet is None:
            application.update(profile.copy_a, self._copy_a, self._factor)
        else:
            seen, first = wallet.read(), self._first
            is_moved = seen.balance_l != first.volume_l
            copy_a = profile.records.encode_purchase(first, seen.counter + is_moved)
            application.update(profile.copy_a, copy_a, self._factor)
            if is_moved:
                move, mac = wallet.announce(self._factor, seen, first.volume_l, moment_of(first.sold_at_utc_ms))
                wallet.carry_out(self._factor, move, mac)
        return application.prepare_update("line_protection", profile.control_file, 0, bytes([SELECT_A]), self._factor)
