"""Refusals of the plan and the schedule in the reader's language, with the field they are about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fsbridge.domain.contacts import ContactError
from fsbridge.domain.contacts.sheet import SheetError
from fsbridge.errors import FsbridgeError
from webpanel.labels import t
from webpanel.language import language
from webpanel.refusals import sentence

FIELDS = (
    "max_wait_without_operator", "overflow_without_operator", "wrap_up_seconds", "waiting_every",
    "overflow_after", "overflow_to", "answer_within", "short_abandon", "menu_words", "menu_key", "max_length",
    "max_wait", "wrap_up", "greeting", "waiting", "cut_off", "target", "strategy", "tier_wait", "music",
    "registered", "reserve", "seats", "announcement", "extension", "parent", "name_en", "kana", "queue",
    "flow", "hours", "days", "since", "until", "reason", "title", "text", "roles", "log-in", "key", "day",
    "password", "name",
)  # fmt: skip
"""Names of fields as errors write them, those that hold another one first."""
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
_WHAT = (
    ("whole_between", r"give a whole number from (?P<low>\d+) to (?P<high>\d+), not"),
    ("whole", r"write a whole number$"),
    ("one_line", r"write a text of one line"),
    ("menu_key", r"write one key of a telephone"),
    ("menu_words", r"menu_words is empty"),
    ("overflow_when", r"overflow_to says where, but not when"),
    ("overflow_late", r"comes no sooner than max_wait"),
    ("overflow_to", r"overflow_to is missing"),
    ("circle", r"overflows in a circle: (?P<way>.*?);"),
    ("wrap_up_seconds", r"write wrap_up_seconds too"),
    ("reserve", r"are kept for supervisors, but there are only (?P<seats>\d+)"),
    ("taken", r"is taken|is there twice|there is an account"),
    ("time", r"write HH:MM from 00:00 to 24:00"),
    ("midnight", r"before it opens; to stay open over midnight"),
    ("same_time", r"opens and closes at"),
    ("ranges", r"so two ranges overlap"),
    ("no_holidays", r"holidays are asked for without a calendar"),
    ("backwards", r"they end before they begin"),
    ("no_day", r"the calendar has no such day| has no \d+\w\w;"),
    ("day", r"write a date as YYYY-MM-DD|the year must lie"),
    ("days", r"write 03\.\.04 \(months\)"),
    ("weekday", r"is no weekday"),
    ("hours", r"write 08:45-18:00"),
    ("expires", r"expires at .*? not after it begins"),
    ("last_season", r"seasons: there is none"),
    ("key", r"write its key as letters"),
    ("log_in", r"write letters, digits, _ \. -"),
    ("short", r"the password has (?P<length>\d+) characters; give it (?P<least>\d+)"),
    ("no_role", r"name at least one role"),
    ("last_administrator", r"is the last administrator"),
    ("extension", r"extension .*?: write digits"),
    ("no_such", r"there is no (?P<what>\w+(?: \w+)?) '(?P<wanted>[^']*)'"),
    ("queue_flow", r"give each flow a queue of its own"),
    ("missing", r"is missing; write"),
    ("parent_below", r"has kinds below it"),
    ("parent", r"is no kind of the first level"),
    ("control", r"holds a control character"),
    ("length", r"write 1 to (?P<most>\d+) characters|of at most (?P<most2>\d+) characters"),
    ("no_version", r"has no version"),
    ("too_many_ids", r"operator IDs"),
    ("silent", r"there is nothing to be heard"),
    ("no_sound_file", r"this is no WAV"),
    ("damaged", r"damaged|holds values that are no numbers|is empty; export"),
    ("too_long", r"the recording lasts (?P<length>\d+) s"),
    ("too_large", r"is larger than"),
    ("speech_text", r"must have 1 to (?P<most>\d+) characters"),
)
"""What errors say, and the label that says it for people; the first that fits."""
_PATTERNS = tuple((key, re.compile(pattern)) for key, pattern in _WHAT)


@dataclass(frozen=True)
class Refusal:
    """Why something was not saved: a sentence for the reader, and the field it is about, if any."""

    text: str
    field: str = ""


def refusal(error: FsbridgeError) -> Refusal:
    """An error for the reader: the class's own label, else what its text says, else the text itself."""
    if isinstance(error, ContactError):
        return Refusal("\n".join(one.in_full(language()) for one in error.problems), error.problems[0].field)
    if isinstance(error, SheetError):
        return Refusal(error.japanese if language() == "ja" else str(error), "file")
    told = sentence(error)
    text = str(error)
    if told != text:
        return Refusal(told)
    field = field_of(text)
    if language() == "en":
        return Refusal(text, field)
    for key, pattern in _PATTERNS:
        if found := pattern.search(text):
            filled = {name.rstrip("2"): value for name, value in found.groupdict().items() if value}
            return Refusal(t(f"admin_cures.{key}", **filled), field)
    return Refusal(text, field)


def field_of(text: str) -> str:
    """The field an error is about: the first that its text names outside of quotation marks.

    >>> field_of("flow leak: overflow_after (600 s) comes no sooner than max_wait (600 s)")
    'overflow_after'
    >>> field_of("seasons[0].hours '8-20': time '8': write HH:MM from 00:00 to 24:00, for example 08:45")
    'hours'
    """
    plain = _QUOTED.sub("''", text)
    plain = re.sub(r"^(flow|queue|season|operator|override|user) \S*?:", "", plain)
    places = [
        (found.start(), name) for name in FIELDS if (found := re.search(rf"(?<!\w){name}(?!\w)", plain))
    ]
    return min(places, key=lambda one: one[0])[1] if places else ""
