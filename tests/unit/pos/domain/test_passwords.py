from __future__ import annotations

import unicodedata

import pytest
from argon2 import Type, extract_parameters
from hypothesis import given
from hypothesis import strategies as st

from pos.domain import passwords
from pos.domain.errors import RuleViolation
from pos.domain.passwords import check_password, delay_ms, hall_delay_ms, hash_secret, matches

CONTEXT = ("zhaoli1002", "赵丽", "DJ", "东江营业厅", "东江燃气有限公司")
GUESSED_FIRST = """
    12345678 123456789 1234567890 87654321 11111111 88888888 66668888 password password1 Password123 passw0rd
    P@ssw0rd p@ssword1 qwertyui qwertyuiop 1qaz2wsx 1q2w3e4r qazwsxedc asdfghjkl zxcvbnm1 abcd1234 abc123456 a1b2c3d4
    admin123 admin888 administrator root1234 welcome1 iloveyou woaini1314 woaini520 5201314520 13145201314 sunshine
    football baseball princess superman trustno1 letmein1 dragon123 monkey123 19880808 20011231 31121999 147258369
    12341234 123123123 abcabcabc qwerqwer q1q1q1q1 00000000 zhongguo beijing1 caonima1 changeme default1 ranqi2024
    123456abc 123456qwe qwerty123 asdf1234 zxcvbnm123 1234qwer michael1 shadow123 master123 computer yingyeting
"""


def refused(password: str) -> str:
    with pytest.raises(RuleViolation) as refusal:
        check_password(password, context=CONTEXT)
    return refusal.value.code


@pytest.mark.parametrize("password", GUESSED_FIRST.split())
def test_what_guessers_try_first_is_refused(password):
    assert refused(password) == "password.common"


@pytest.mark.parametrize(
    "password", ["zhaoli1002", "ZhaoLi1002!", "赵丽12345678", "东江营业厅123", "东江燃气有限公司8"]
)
def test_words_that_everybody_in_the_hall_knows_are_refused(password):
    assert refused(password) in ("password.context", "password.common")


def test_a_context_word_inside_a_long_phrase_is_no_harm():
    check_password("赵丽家门口三棵桂花树", context=CONTEXT)


@pytest.mark.parametrize("password", ["", "seven77", "七个字的密码了"])
def test_fewer_than_eight_characters_are_too_few(password):
    assert refused(password) == "password.too_short"


@pytest.mark.parametrize(
    "password", ["tulpenbo", "river of tin kettles", "桂花树下三只猫打架呢", "x" * 60 + "yzwvutsr"]
)
def test_length_counts_and_no_composition_is_asked_for(password):
    check_password(password, context=CONTEXT)


def test_more_than_the_greatest_length_is_refused_and_never_cut():
    assert refused("ab c" * 33) == "password.too_long"
    kept = hash_secret("correct horse battery " * 5)
    assert not matches(kept, "correct horse battery " * 4)


def test_hashes_are_argon2id_with_at_least_46_mib():
    parameters = extract_parameters(hash_secret("river of tin kettles"))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= 46 * 1024
    assert parameters.time_cost >= 2


def test_the_same_password_has_two_hashes_and_matches_both():
    first, second = hash_secret("river of tin kettles"), hash_secret("river of tin kettles")
    assert first != second
    assert matches(first, "river of tin kettles")
    assert not matches(second, "river of tin kettle")
    assert not matches("no hash at all", "river of tin kettles")


def test_a_password_typed_on_another_system_is_the_same_password():
    composed, decomposed = unicodedata.normalize("NFC", "café au lait"), unicodedata.normalize("NFD", "café au lait")
    assert composed != decomposed
    assert matches(hash_secret(composed), decomposed)


def test_waits_begin_with_the_third_failure_and_double_up_to_five_minutes():
    assert [delay_ms(n) // 1000 for n in range(11)] == [0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300]


@given(st.integers(min_value=0, max_value=10**9))
def test_waits_never_shrink_and_never_close_the_hall(failures):
    assert delay_ms(failures) <= delay_ms(failures + 1) <= 300_000
    assert hall_delay_ms(failures) <= hall_delay_ms(failures + 1) <= 15_000


def test_recovery_codes_differ_and_are_read_however_they_are_typed():
    codes = {passwords.new_recovery_code() for _ in range(200)}
    assert len(codes) == 200
    code = codes.pop()
    assert len(passwords.normal_recovery_code(code)) == 25
    assert passwords.normal_recovery_code(f" {code.lower().replace('-', ' ')} ") == passwords.normal_recovery_code(code)


def test_starting_passwords_pass_their_own_rules():
    for _ in range(200):
        check_password(passwords.new_starting_password(CONTEXT), context=CONTEXT)


def test_a_starting_password_never_holds_what_the_hall_knows(monkeypatch):
    drawn = iter("ZHANGSAN22" + "K7QX9TPM4W")
    monkeypatch.setattr(passwords.secrets, "choice", lambda _letters: next(drawn))
    assert passwords.new_starting_password(("zhangsan",)) == "K7QX9TPM4W"
