"""Kana of either script, width and size are alike; the order is a dictionary's."""

from __future__ import annotations

import random

import pytest

from fsbridge.domain.contacts import Card, Number, fold, reading, search_text, spoken, words_of
from fsbridge.domain.contacts.folding import EDGE

ORDER = [
    "アイ",
    "カイ",
    "ガイ",
    "かいが",
    "カワ",
    "カン",
    "キヤ",
    "キャア",
    "サトー",
    "サトオリ",
    "ハナ",
    "バナ",
    "パナ",
    "ン",
]


def found(card: Card, text: str) -> bool:
    return all(EDGE + spoken(word) in reading(card) or word in search_text(card) for word in words_of(text))


@pytest.mark.parametrize(
    "text", ["さとう", "サトウ", "ｻﾄｳ", "ｻﾄ", "たろう", "タロウ", "佐藤", "藤", "sato", "ＳＡＴＯ"]
)
def test_any_way_of_writing_finds(text: str) -> None:
    assert found(Card(name="佐藤 太郎", kana="サトウ　ﾀﾛｳ", organisation="Sato & Co"), text)


@pytest.mark.parametrize("text", ["トウ", "ロウ", "さとお"])
def test_a_reading_is_found_from_the_beginning_of_a_word_only(text: str) -> None:
    assert not found(Card(name="佐藤", kana="サトウ タロウ"), text)


def test_a_voiced_kana_is_another_one() -> None:
    assert not found(Card(name="花", kana="ハナ"), "ばな")
    assert found(Card(name="番", kana="ﾊﾞﾝ"), "ばん")


def test_a_small_kana_is_as_a_large_one() -> None:
    assert found(Card(name="京", kana="ｷﾖｳ"), "きょう")


def test_decomposed_kana_are_whole_ones() -> None:
    assert fold("か\u3099") == fold("が")


@pytest.mark.parametrize(
    "text", ["220-2722", "2202722", "076", "０７６−２２０", "(076)220", "+81-76", "2722"]
)
def test_any_part_of_a_number_finds(text: str) -> None:
    assert found(Card(name="a", numbers=(Number("+81762202722", "076-220-2722"),)), text)


def test_every_word_has_to_hold() -> None:
    card = Card(name="北陸設備", tags=("業者",))
    assert found(card, "設備 業者")
    assert not found(card, "設備 大口")


def test_kana_order_is_that_of_a_dictionary() -> None:
    cards = [Card(name="x", kana=kana) for kana in ORDER]
    random.Random(1).shuffle(cards)
    assert [card.kana for card in sorted(cards, key=reading)] == ORDER


def test_a_name_without_kana_stands_where_it_would_be_looked_for() -> None:
    cards = [Card(name="漢字"), Card(name="サトウ商店"), Card(name="ABC")]
    assert [card.name for card in sorted(cards, key=reading)] == ["ABC", "サトウ商店", "漢字"]


def test_an_edge_in_a_name_is_no_edge_of_a_reading() -> None:
    assert reading(Card(name="a|b")).count(EDGE) == 2
