"""What is guessed first is cheap in every dress; what nobody can know stays dear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.common_passwords import LINES, LUCKY, SURNAMES, WORDS
from pos.domain.guessing_effort import LEAST_EFFORT, guessing_effort

LEET = str.maketrans("aoeist", "@03157")
MARKS = "!@#$%*._-+?"
words = st.sampled_from(sorted(WORDS))
surnames = st.sampled_from(sorted(SURNAMES))
lines = st.sampled_from([line for way in LINES for line in (way, way[::-1])])
ends = st.from_regex(r"[0-9]{0,3}[!@#$%*._?-]?", fullmatch=True)
birthdays = st.dates().filter(lambda day: 1930 <= day.year <= 2029)
shapes = st.sampled_from(["%Y%m%d", "%d%m%Y", "%m%d%Y", "%y%m%d", "%Y-%m-%d", "%Y.%m.%d", "%m%d", "%Y年%m月%d日"])


def is_cheap(text: str, known: tuple[str, ...] = ()) -> bool:
    return guessing_effort(text.casefold(), known) < LEAST_EFFORT


@given(words, ends)
def test_a_listed_word_with_digits_and_a_mark_is_cheap_also_in_leet_and_capitals(word, end):
    assert is_cheap(word + end)
    assert is_cheap(end + word)
    assert is_cheap(word.upper() + end)
    assert is_cheap(word.translate(LEET) + end)


@given(words, words)
def test_two_listed_words_are_cheap(first, second):
    assert is_cheap(first + second)
    assert is_cheap(f"{first}-{second}")


@given(birthdays, shapes, surnames)
def test_a_birthday_is_cheap_alone_and_behind_a_surname(day, shape, surname):
    text = day.strftime(shape)
    assert is_cheap(text)
    assert is_cheap(surname + text)
    assert is_cheap(text + surname)


@given(surnames, st.sampled_from(["wei", "li", "xiao", "ming", "fang", "jun", "na"]), birthdays)
def test_a_pinyin_name_with_a_year_or_a_run_is_cheap(surname, given_name, day):
    assert is_cheap(f"{surname}{given_name}{day.year}")
    assert is_cheap(f"{surname}{given_name}123")
    assert is_cheap(f"{surname}{given_name}520!")


@given(lines, st.data())
def test_ways_over_the_keyboard_are_cheap_alone_and_three_in_a_row(line, data):
    def piece(of: str) -> str:
        start = data.draw(st.integers(0, len(of) - 3))
        return of[start : data.draw(st.integers(start + 3, len(of)))]

    assert is_cheap(piece(line))
    assert is_cheap(piece(line) + piece(data.draw(lines)) + piece(data.draw(lines)))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=3), st.integers(3, 6))
def test_the_same_few_signs_again_and_again_are_cheap(unit, times):
    assert is_cheap(unit * times)


@given(st.sampled_from(sorted(LUCKY)), words)
def test_lucky_numbers_add_little(lucky, word):
    assert is_cheap(word + lucky)
    assert is_cheap(lucky + word)


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_a_mobile_number_is_cheap(phone):
    assert is_cheap(phone)
    assert is_cheap(f"{phone}!a")


@given(st.integers(0, 10**8 - 1))
def test_eight_digits_are_always_cheap(number):
    assert is_cheap(f"{number:08d}")


@given(st.text(min_size=0, max_size=20), st.text(min_size=0, max_size=20))
def test_an_effort_never_exceeds_the_sum_of_its_parts_and_knowledge_never_raises_it(left, right):
    whole = guessing_effort((left + right).casefold())
    assert whole <= guessing_effort(left.casefold()) + guessing_effort(right.casefold())
    assert guessing_effort((left + right).casefold(), (left.casefold(),)) <= whole


@given(
    st.lists(
        st.sampled_from(["桂花", "三只猫", "打架呢", "river", "tin", "kettles", "quiet", "lanterns", "forty"]),
        min_size=4,
        max_size=6,
    )
)
def test_several_unrelated_words_are_dear_unless_they_are_one_word_again_and_again(phrase):
    assert is_cheap(" ".join(phrase)) <= (len(set(phrase)) == 1)


@given(st.from_regex(r"[0-9]{1,4}[!.]?", fullmatch=True))
def test_what_colleagues_know_with_a_few_digits_is_cheap_to_them(digits):
    known = ("zhaoli1002", "东江营业厅", "zhaoli", "dongjiangyingyeting")
    for word in ("zhaoli", "东江", "营业厅", "dongjiang"):
        assert is_cheap(word + digits, known)


@pytest.mark.parametrize("text", ["xkq7vumw2", "ttq mwrb yhf", "猫爬上了第七级台阶"])
def test_what_nobody_can_put_together_quickly_is_dear(text):
    assert not is_cheap(text)
