"""One form for all the ways Japanese can be written: what searching and kana order compare."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from fsbridge.domain.contacts.card import Card

_KATAKANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_BETWEEN_WORDS = re.compile(r"[\s・|]+")
_SPACE = re.compile(r"\s+")
_VOICES = "\u3099\u309a"
_LONG = "ー"
_VOWELS = {"A": "ア", "I": "イ", "U": "ウ", "E": "エ", "O": "オ"}
_NUMBER_LIKE = re.compile(r"\+?[\d()/.\-‐‑‒–—―−ー]*\d[\d()/.\-‐‑‒–—―−ー]*")
EDGE = "|"
"""Stands before every place in a reading from which it may be searched."""


def fold(text: str) -> str:
    """A text in the form in which texts are compared: no width, case, kana script or spaces.

    >>> fold("ﾎｸﾘｸ せつび ＡＢＣ") == fold("ほくりくセツビabc")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_KATAKANA)
    return _SPACE.sub("", unicodedata.normalize("NFC", folded))


def words_of(text: str) -> list[str]:
    """The words somebody searches for, folded; a number's digits without what stands between them.

    >>> words_of("さとう　０７６−２２０")
    ['サトウ', '076220']
    """
    folded = (fold(word) for word in text.split())
    return [_digits(word) if _NUMBER_LIKE.fullmatch(word) else word for word in folded if word]


def spoken(word: str) -> str:
    """A folded word as it is compared with readings: small kana as large ones.

    >>> spoken("キョウ")
    'キヨウ'
    """
    return "".join(_large(char) for char in word)


def reading(card: Card) -> str:
    """What a card is sorted by and found by in kana: its order, then the reading from each word on.

    The order is that of a Japanese dictionary: voiced kana beside unvoiced, ー as the vowel before it. A card
    without kana goes by its name.

    >>> reading(Card(name="株式会社北陸", kana="かぶしき ﾎｸﾘｸ"))
    'カフシキホクリク|カブシキホクリク|ホクリク'
    """
    words = [spoken(fold(word)) for word in _BETWEEN_WORDS.split(card.kana or card.name) if word]
    starts = ["".join(words[at:]) for at in range(len(words))]
    return EDGE.join([_order(starts[0]) if starts else "", *starts])


def search_text(card: Card) -> str:
    """What a card is found by in any part: its texts folded and its numbers' digits, a line each.

    >>> search_text(Card(name="北陸 設備", tags=("業者",))).split()
    ['北陸設備', '業者']
    """
    texts = [fold(text) for text in (card.name, card.organisation, *card.tags, card.note)]
    texts += [_digits(text) for one in card.numbers for text in (one.shown, one.number)]
    return "\n".join(filter(None, texts))


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _order(text: str) -> str:
    order: list[str] = []
    for char in text:
        plain = _unvoiced(char)
        if plain == _LONG and order:
            plain = _vowel(order[-1]) or plain
        order.append(plain)
    return "".join(order)


@lru_cache(4096)
def _unvoiced(char: str) -> str:
    if not "ァ" <= char <= "ヿ":
        return char
    return unicodedata.normalize("NFD", char).rstrip(_VOICES)


@lru_cache(4096)
def _vowel(char: str) -> str:
    if not "ァ" <= char <= "ヿ":
        return ""
    return _VOWELS.get(unicodedata.name(char, "")[-1:], "")


@lru_cache(4096)
def _large(char: str) -> str:
    name = unicodedata.name(char, "")
    if not name.startswith("KATAKANA LETTER SMALL "):
        return char
    return unicodedata.lookup(name.replace("SMALL ", ""))
