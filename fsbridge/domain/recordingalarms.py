"""What can be wrong with recordings, in words: each stands as an alarm until somebody has acknowledged it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

KINDS = {
    "none": ("録音がありません", "There is no recording"),
    "short": ("録音が通話より短いです", "The recording is shorter than the talk"),
    "long": ("録音が通話より長いです", "The recording is longer than the talk"),
    "stranger": ("通話と結びつかない録音です", "A recording of no known call"),
    "unreadable": ("録音を読み取れません", "The recording cannot be read"),
    "repaired": ("壊れた録音を修復しました", "A damaged recording was repaired"),
    "missing": ("録音ファイルがなくなっています", "The recording's file is gone"),
    "changed": ("録音ファイルの内容が変わっています", "The recording's file is not what it was"),
    "full": ("録音の保存先に空きがありません", "There is no room for recordings"),
    "space": ("録音の保存先の空きが少なくなっています", "Room for recordings is getting scarce"),
    "storage": ("録音の保管先に接続できません", "The recordings' storage cannot be reached"),
}
"""Each kind of alarm and its sentence, in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is wrong: its kind, what it is about (a path, a call, a day), and details.

    >>> Alarm("none", "7f1c/1", call="7f1c").sentence(0)
    '録音がありません'
    """

    kind: str
    subject: str
    call: str = ""
    detail: str = ""

    def sentence(self, language: int) -> str:
        """What is wrong, in Japanese (0) or English (1)."""
        return KINDS[self.kind][language]


@dataclass(frozen=True, slots=True)
class Standing:
    """An alarm as it stands: raised when, acknowledged (if it was) by whom and why.

    >>> Standing(1, Alarm("full", "2027-04-01"), datetime(2027, 4, 1)).acknowledged_at is None
    True
    """

    id: int
    alarm: Alarm
    raised_at: datetime
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    note: str = ""
