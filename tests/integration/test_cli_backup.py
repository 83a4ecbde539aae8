"""Backups made while the counter sells, and a backup put back by two people (trust F27-F29)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.backup_sqlite import copy_online
from pos.domain.account import Inlet, Meter, PriceClass
from pos.domain.roles import Act
from pos.store.issued_numbers import next_account_no
from pos.store.personal_cipher import create_data_key
from pos.usecases.change_setting import ChangeSetting, change_setting
from pos.usecases.fact import Hall
from pos.usecases.give_consent import give_consent
from pos.usecases.note_restore import NoteRestore
from pos.usecases.open_account import OpenAccount, open_account
from pos.usecases.sign_out import SignOut, sign_out
from tests.fixtures_hall import PASSWORD, DemoHall
from tests.fixtures_till import TillDay
from tests.integration.cli_desk import ADMIN, CASHIER, LEAD, TWO_PEOPLE, Desk
from ui.app.restore import RestoreRefused, RestoreRequest, restore_backup

BOTH = (ADMIN, LEAD)
SALE_FEN = 8_679
"""33 m³ at 2.63, the sale that the till's helper writes."""


def leave(demo: DemoHall, times: int) -> None:
    """Something harmless that makes records in the hall's chain."""
    for _ in range(times):
        sign_out(demo.hall, SignOut(command_id=demo.new_id(), actor=demo.people["admin"], workstation="w"))


def restore(desk: Desk, file: Path, *words: str, codes: tuple[str, ...] = BOTH) -> int:
    return desk("restore", str(file), "--reason", "演练", *TWO_PEOPLE, *words, codes=codes)


def copy_of(desk: Desk, folder: Path) -> Path:
    """A backup without its manifest, made without the command's own verification."""
    folder.mkdir()
    copy_online(desk.at.database, folder / "copy.db")
    return folder / "copy.db"


def everything_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_backup_is_one_private_file_and_a_manifest_with_anchors(desk: Desk, tmp_path: Path) -> None:
    file = desk.backup_to(tmp_path / "usb")
    assert {path.name for path in file.parent.iterdir()} == {file.name, file.with_suffix(".json").name}
    assert file.stat().st_mode & 0o077 == 0
    manifest = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    anchors = [word for anchor in manifest["anchors"] for word in ("--anchor", anchor)]
    keys = [word for key in manifest["keys"] for word in ("--key", key)]
    assert desk("verify", "--db", str(file), *anchors, *keys) == 0
    assert "0" in desk.said
    assert "unprovable" not in desk.said


def test_keys_are_never_in_a_backup(desk: Desk, tmp_path: Path) -> None:
    file = desk.backup_to(tmp_path / "usb")
    secret = desk.at.signing_key.read_bytes().split(b"\n")[1]
    assert len(secret) > 40
    assert secret not in file.read_bytes() + file.with_suffix(".json").read_bytes()


def test_backups_while_the_counter_sells_all_verify(desk: Desk, tmp_path: Path) -> None:
    day = TillDay(desk.demo)
    day.start()
    stop = threading.Event()
    sold: list[int] = []

    def sell() -> None:
        while not stop.is_set():
            day.sell(SALE_FEN)
            sold.append(SALE_FEN)

    seller = threading.Thread(target=sell)
    seller.start()
    try:
        files = [desk.backup_to(tmp_path / "usb") for _ in range(3)]
    finally:
        stop.set()
        seller.join()
    seqs = []
    for file in files:
        assert desk("verify", "--db", str(file)) == 0
        manifest = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        seqs.append(int(next(a for a in manifest["anchors"] if a.startswith("DJ-T01")).split(":")[2]))
    assert len(sold) > 3
    assert seqs == sorted(seqs)
    assert seqs[0] < seqs[-1]
    assert desk("verify") == 0


def test_a_backup_by_the_administrator_is_recorded_and_one_by_a_cashier_refused_before_a_byte_is_copied(
    desk: Desk, tmp_path: Path
) -> None:
    words = ("backup", "--to", str(tmp_path / "usb"), "--passwords-from-stdin", "--login")
    assert desk(*words, CASHIER, codes=(CASHIER,)) == 3
    assert not (tmp_path / "usb").exists()
    (refused,) = (json.loads(facts) for facts in desk.demo.facts("DJ-H", "refused"))
    assert (refused["act"], refused["code"]) == (Act.BACKUP, "role.refused")
    assert desk(*words, ADMIN, codes=(ADMIN,)) == 0
    (facts,) = desk.demo.facts("DJ-H", "backup_made")
    assert {head["chain"] for head in json.loads(facts)["heads"]} == {"DJ-H", "DJ-T01", "DJ-T02"}
    assert desk("verify") == 0


def test_a_backup_refused_for_its_persons_post_says_which_post_may(desk: Desk, tmp_path: Path) -> None:
    words = ("backup", "--to", str(tmp_path / "usb"), "--passwords-from-stdin", "--login", CASHIER)
    assert desk(*words, codes=(CASHIER,)) == 3
    assert "能办的岗位：管理员。" in desk.complained
    assert desk(*words, "--lang", "en", codes=(CASHIER,)) == 3
    assert "Posts that may: Administrator." in desk.complained


def test_a_backup_says_at_its_end_where_the_keys_lie_that_are_not_in_it(desk: Desk, tmp_path: Path) -> None:
    desk.backup_to(tmp_path / "usb")
    last = desk.said.splitlines()[-1]
    assert last.startswith(f"密钥不在备份里，它们在 {desk.at.keys}：")
    assert desk.at.signing_key.parent == desk.at.keys


def test_a_mistyped_password_is_said_before_anything_is_copied(desk: Desk, tmp_path: Path) -> None:
    words = ("backup", "--to", str(tmp_path / "usb"), "--passwords-from-stdin", "--login")
    assert desk(*words, ADMIN, codes=(CASHIER,)) == 3
    assert not (tmp_path / "usb").exists()


def test_what_the_command_writes_is_for_its_user_only(desk: Desk, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert desk("export", "journal", "--format", "jsonl", "--out", str(tmp_path / "books.jsonl")) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "books.jsonl").stat().st_mode) == 0o600


def test_books_that_do_not_verify_are_kept_as_evidence_and_not_as_a_backup(desk: Desk, tmp_path: Path) -> None:
    with desk.demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("DROP TRIGGER operator_grant_no_update")
        uow.connection.exec_driver_sql("UPDATE operator_grant SET display_name = '别人' WHERE code = '9001'")
        uow.commit()
    assert desk("backup", "--to", str(tmp_path / "usb")) == 4
    assert "db.row" in desk.complained
    (kept,) = (tmp_path / "usb").iterdir()
    assert kept.suffix == ".not-verified"
    assert desk("verify", "--db", str(kept)) == 1


def test_a_restore_opens_a_new_epoch_names_what_is_lost_and_verifies(desk: Desk, tmp_path: Path) -> None:
    demo = desk.demo
    file = desk.backup_to(tmp_path / "usb")
    last = len(demo.kinds("DJ-H"))
    leave(demo, 4)
    with demo.store.reading() as connection:
        lost = demo.store.journal_of(connection).head("DJ-H")
    demo.store.close()
    former = desk.at.database.read_bytes()
    assert restore(desk, file, "--replace") == 0
    assert f"丢失的号码 {last + 1} 至 {last + 4}" in desk.said
    assert "密码和恢复码回到备份时的状态" in desk.said
    assert "请立即换新恢复码" in desk.said
    (aside,) = desk.at.data.glob("before-restore-*")
    assert (aside / "hall.db").read_bytes() == former
    assert not list(desk.at.data.glob("restoring-*"))
    assert [demo.kinds(chain)[-1] for chain in ("DJ-H", "DJ-T01", "DJ-T02")] == ["restored"] * 3
    stated = json.loads(demo.facts("DJ-H", "restored")[0])
    assert (stated["last_seq"], stated["lost_from_seq"], stated["lost_to_seq"]) == (last, last + 1, last + 4)
    # A paper that carries a lost number is admitted, not called forged; one beyond is.
    assert desk("verify", "--anchor", f"DJ-H:1:{lost.seq}:{lost.hash[:10]}") == 0
    assert "anchor.lost" in desk.said
    assert desk("verify", "--anchor", f"DJ-H:1:{lost.seq + 1}:{lost.hash[:10]}") == 1


def test_a_restored_hall_works_on_and_is_backed_up_and_restored_again(desk: Desk, tmp_path: Path) -> None:
    desk.demo.store.close()
    assert restore(desk, copy_of(desk, tmp_path / "first"), "--replace") == 0
    leave(desk.demo, 2)
    command = ChangeSetting(
        command_id=desk.demo.new_id(), actor=desk.demo.people["admin"], name="idle_lock_s", text="120"
    )
    change_setting(desk.demo.hall, command)
    desk.demo.store.close()
    assert desk("verify") == 0
    assert restore(desk, copy_of(desk, tmp_path / "second"), "--replace") == 0
    assert "新一期 3" in desk.said
    assert desk("verify") == 0


def test_numbers_given_out_by_the_books_that_are_replaced_are_not_given_out_again(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    demo = desk.demo
    command = OpenAccount(
        command_id=demo.new_id(),
        actor=demo.card_clerk,
        name="方圆",
        phone="",
        address="平安里 9 号",
        price_class=PriceClass.RESIDENT,
        people=3,
        meter=Meter("G488203320", "G4", Inlet.LEFT, "示例表厂"),
        account_no="1000005000",
    )
    open_account(demo.hall, command, create_data_key(tmp_path / "keys" / "data.key"))
    demo.store.close()
    assert restore(desk, file, "--replace") == 0
    with demo.store.reading() as connection:
        assert int(next_account_no(connection)) > 1_000_005_000
    assert desk("verify") == 0


def test_anchors_from_papers_tell_what_is_lost_when_the_books_are_gone(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    for rest in desk.at.data.glob("hall.db*"):
        rest.unlink()
    assert restore(desk, file, "--anchor", "DJ-T01-1-17:09af31c2d4") == 0
    assert "DJ-T01：丢失的号码 2 至 17" in desk.said
    assert desk("verify") == 0


def test_an_anchor_that_the_backup_contradicts_refuses_it(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    before = everything_in(desk.at.data)
    assert restore(desk, file, "--replace", "--anchor", "DJ-H-1-2:09af31c2d4") == 3
    assert "anchor.hash" in desk.complained
    assert everything_in(desk.at.data) - {"changshou.lock"} == before - {"changshou.lock"}


@pytest.mark.parametrize(
    ("codes", "words", "code"),
    [
        ((ADMIN, ADMIN), ("--login", ADMIN, "--approver", ADMIN), "restore.approver_self"),
        ((LEAD, ADMIN), ("--login", LEAD, "--approver", ADMIN), "restore.actor_role"),
        ((ADMIN, CASHIER), ("--login", ADMIN, "--approver", CASHIER), "restore.approver_role"),
        ((ADMIN, CASHIER), ("--login", ADMIN, "--approver", LEAD), "sign_in.wrong"),
    ],
)
def test_a_restore_without_the_right_two_people_changes_nothing(
    desk: Desk, tmp_path: Path, codes: tuple[str, ...], words: tuple[str, ...], code: str
) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    before = desk.at.database.read_bytes()
    asked = ("restore", str(file), "--reason", "演练", "--replace", *words, "--passwords-from-stdin")
    assert desk(*asked, codes=codes) == 3
    assert f"[{code}]" in desk.complained
    assert "已留记录" not in desk.complained  # what was recorded was in a copy that is gone
    assert desk.at.database.read_bytes() == before
    assert not list(desk.at.data.glob("restoring-*"))


def test_who_approves_a_restore_reads_what_is_replaced_by_what_and_why(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    assert restore(desk, file, "--replace", codes=(BOTH[0], BOTH[0])) == 3  # the second password is wrong
    said = desk.said
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    parts = ("授权内容：郑管", file.name, digest, str(desk.at.database), "演练", "现有账本由它取代", "已知记到 DJ-H-1-")
    assert [part for part in parts if part not in said] == []


def test_a_restore_refuses_books_that_are_there_a_running_program_and_no_reason(desk: Desk, tmp_path: Path) -> None:
    from ui.app.start import HallLock

    file = copy_of(desk, tmp_path / "usb")
    assert restore(desk, file) == 3
    assert "--replace" in desk.complained
    with HallLock(desk.at.lock):
        assert restore(desk, file, "--replace") == 6
        assert "先关闭收费程序" in desk.complained
        assert desk("import", "customers", str(file), "--document-no", "1", *TWO_PEOPLE, codes=BOTH) == 6
        assert "先关闭收费程序" in desk.complained
    words = ("restore", str(file), "--reason", " ", "--replace", *TWO_PEOPLE)
    assert desk(*words, codes=BOTH) == 3
    assert desk("restore", str(tmp_path / "none.db"), "--reason", "x", "--replace", *TWO_PEOPLE, codes=BOTH) == 3
    assert desk.demo.kinds("DJ-H").count("restored") == 0


@pytest.mark.parametrize("damage", ["flipped", "truncated"])
def test_a_backup_that_differs_from_its_manifest_is_refused(desk: Desk, tmp_path: Path, damage: str) -> None:
    file = desk.backup_to(tmp_path / "usb")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content if damage == "flipped" else content[:-4096])
    assert restore(desk, file, "--replace") == 4
    assert "清单" in desk.complained
    file.with_suffix(".json").unlink()
    if damage == "truncated":
        assert restore(desk, file, "--replace") in {3, 4}
        assert desk.demo.kinds("DJ-H").count("restored") == 0


def test_a_file_that_is_no_backup_is_named_and_the_halls_books_are_said_to_be_untouched(
    desk: Desk, tmp_path: Path
) -> None:
    desk.demo.store.close()
    before = desk.at.database.read_bytes()
    for name, content in (("tpl.csv", "户号,户名\n".encode()), ("empty.db", b"")):
        (tmp_path / name).write_bytes(content)
        assert restore(desk, tmp_path / name, "--replace") == 4
        assert f"{tmp_path / name} 不是本程序的备份" in desk.complained
        assert ("账本未动" in desk.complained, "停止收费" in desk.complained) == (True, False)
    assert desk.at.database.read_bytes() == before


def test_a_backup_from_before_an_earlier_restore_is_refused(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    assert restore(desk, file, "--replace") == 0
    assert restore(desk, file, "--replace") == 3
    assert "restore.older_epoch" in desk.complained


def test_on_a_new_machine_a_new_key_is_made_and_believed_from_paper_only(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    shutil.rmtree(desk.at.keys)
    for rest in desk.at.data.glob("hall.db*"):
        rest.unlink()
    assert restore(desk, file) == 0
    keys = [word for word in desk.said.split() if len(word) == 16 and word.isalnum() and word.isascii()]
    assert len(keys) == 2
    assert desk("verify") == 1
    assert "sign.key" in desk.said
    assert desk("verify", "--key", keys[0], "--key", keys[1]) == 0


def test_a_hall_restored_on_a_new_machine_is_backed_up_restored_there_again_and_backed_up(
    desk: Desk, tmp_path: Path
) -> None:
    file = copy_of(desk, tmp_path / "first")
    for number in ("second", "third"):
        desk.demo.store.close()
        shutil.rmtree(desk.at.keys)
        for rest in desk.at.data.glob("hall.db*"):
            rest.unlink()
        assert restore(desk, file) == 0
        file = desk.backup_to(tmp_path / number)
        keys = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["keys"]
        assert " ".join(f"--key {key}" for key in keys) in desk.said
        # That the copy is whole says nothing of whose key it is: the verifier still wants paper.
        assert desk("verify", "--db", str(file)) == 1
        assert "sign.key" in desk.said
        assert desk("verify", "--db", str(file), *(word for key in keys for word in ("--key", key))) == 0
    assert len(keys) == 3


def test_books_whose_first_record_cannot_be_read_are_evidence_and_not_a_crash(desk: Desk, tmp_path: Path) -> None:
    with desk.demo.store.unit_of_work() as uow:
        uow.connection.exec_driver_sql("DROP TRIGGER journal_no_update")
        uow.connection.exec_driver_sql("UPDATE journal SET body = 'torn' WHERE chain = 'DJ-T02' AND seq = 1")
        uow.commit()
    assert desk("backup", "--to", str(tmp_path / "usb")) == 4
    assert "backup.wrong" in desk.complained


def test_restored_books_without_both_fingerprints_ask_for_them_before_they_stop_the_counter(
    desk: Desk, tmp_path: Path
) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    shutil.rmtree(desk.at.keys)
    for rest in desk.at.data.glob("hall.db*"):
        rest.unlink()
    assert restore(desk, file) == 0
    first = desk.demo.key.key_id
    for words in ((), ("--key", first)):
        assert desk("verify", *words) == 1
        *_, asked, last = desk.said.splitlines()
        assert ("账本恢复过" in asked, "仍有 sign.key，才是" in last) == (True, True)
        assert "账本有问题：停止收费，报告管理员，保留现状。" not in desk.said.splitlines()


@pytest.mark.parametrize(
    ("two", "codes", "who"),
    [
        ((ADMIN, LEAD), (CASHIER, LEAD), f"经办人（{ADMIN}）"),
        ((ADMIN, LEAD), (ADMIN, CASHIER), f"授权人（{LEAD}）"),
        ((CASHIER, LEAD), (CASHIER, LEAD), f"经办人（{CASHIER}）"),
        ((ADMIN, CASHIER), (ADMIN, CASHIER), f"授权人（{CASHIER}）"),
    ],
)
def test_a_refused_restore_names_the_person_who_is_meant(
    desk: Desk, tmp_path: Path, two: tuple[str, str], codes: tuple[str, str], who: str
) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    words = ("--login", two[0], "--approver", two[1], "--passwords-from-stdin", "--replace")
    assert desk("restore", str(file), "--reason", "演练", *words, codes=codes) == 3
    assert who in desk.complained


def test_a_refused_restore_on_a_new_machine_leaves_no_key_behind(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    shutil.rmtree(desk.at.keys)
    assert restore(desk, file, "--replace", codes=(ADMIN, CASHIER)) == 3
    assert not desk.at.signing_key.exists()


def test_a_restore_whose_copy_fails_its_second_verification_leaves_no_key_behind(desk: Desk, tmp_path: Path) -> None:
    file = copy_of(desk, tmp_path / "usb")
    desk.demo.store.close()
    shutil.rmtree(desk.at.keys)
    former = desk.at.database.read_bytes()
    heard: list[str] = []

    def tear(code: str) -> None:
        """A disk that spoils the copy after the two people have signed."""
        heard.append(code)
        if code == "restore.verifying_again":
            (copy,) = desk.at.data.glob("restoring-*/hall.db")
            assert desk.at.signing_key.exists()
            with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as books:
                books.execute("DROP TRIGGER journal_no_update")
                assert books.execute("UPDATE journal SET hash = 'torn' WHERE kind = 'restored'").rowcount > 0

    def two_people(hall: Hall, asked: NoteRestore) -> NoteRestore:
        mine = replace(asked, actor=desk.demo.people["admin"])
        password = PASSWORD.format(code=LEAD)
        return replace(mine, consent=give_consent(hall, mine, Act.RESTORE, approver_login=LEAD, password=password))

    with pytest.raises(RestoreRefused):
        restore_backup(desk.at, RestoreRequest(file, "演练", replace=True), two_people, tear)
    assert heard[-1] == "restore.verifying_again"
    assert not desk.at.signing_key.exists()
    assert desk.at.database.read_bytes() == former
