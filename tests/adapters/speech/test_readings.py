"""Readings: the longest word wins, nothing is read twice, bad data is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsbridge.adapters.speech import Readings, read_readings
from fsbridge.errors import ConfigError

KANJI = st.text("開閉栓水道金沢市香林坊", min_size=1, max_size=4)
KANA = st.text("かいへせんすどなざわしこうりぼ", min_size=1, max_size=6)


@given(st.dictionaries(KANJI, KANA, max_size=6), st.lists(KANJI | KANA, max_size=8))
def test_no_word_is_left_unread_and_kana_stay(words, parts):
    text = "".join(parts)
    spoken = Readings(words).spoken(text)
    assert not any(word in spoken for word in words if not _made_by_joining(word, text, words))
    if not any(word in text for word in words):
        assert spoken == text


def _made_by_joining(word, text, words):
    """A word that was cut by a longer or earlier one is no word of the text."""
    position = text.find(word)
    return position < 0 or any(other != word and other in text for other in words)


def test_the_longest_word_wins_and_readings_are_not_read_again():
    readings = Readings({"香林": "かばやし", "香林坊": "こうりんぼう", "坊": "ぼう", "う": "ゔ"})
    assert readings.spoken("香林坊う") == "こうりんぼうゔ"


def test_line_breaks_and_many_blanks_are_one_pause():
    assert Readings().spoken(" はい、\r\n  水道です。\t") == "はい、 水道です。"


def test_a_file_of_readings(tmp_path):
    path = tmp_path / "readings.toml"
    path.write_text('"開閉栓" = "かいへいせん"\n"主計町" = "かずえまち"\n', "utf-8")
    assert read_readings(path).spoken("主計町の開閉栓") == "かずえまちのかいへいせん"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('"栓" = ""', "the reading of '栓'"),
        ('"栓" = 3', "the reading of '栓'"),
        ('"" = "せん"', "the word of ''"),
        ('[words]\n"栓" = "せん"', "the reading of 'words'"),
        ("栓 = せん", 'a line is "word" = "reading"'),
    ],
)
def test_a_bad_line_is_named_with_its_cure(tmp_path, text, why):
    path = tmp_path / "readings.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=why):
        read_readings(path)
