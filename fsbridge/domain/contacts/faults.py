"""What can be wrong with a contact, each with its cure, in Japanese and in English."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from fsbridge.errors import FsbridgeError


class Fault(enum.Enum):
    """One thing that is wrong: what it says in Japanese, and in English; gaps are filled by the problem.

    >>> Fault.NO_NAME.value[1]
    'the name is missing; write one'
    """

    NO_NAME = ("名前がありません。名前を入力してください", "the name is missing; write one")
    TOO_LONG = (
        "長すぎます（{found}文字）。{hint}文字以内にしてください",
        "is too long ({found} characters); shorten it to {hint}",
    )
    CONTROL = (
        "使えない制御文字（{found}）が入っています。取り除いてください",
        "holds the control character {found}; take it out",
    )
    SEPARATOR = (
        "タグ「{found}」に区切り文字が入っています。「;」「；」「、」を取り除いてください",
        "the tag {found!r} holds a separator; take out ; ； 、",
    )
    TWICE = (
        "番号 {found} が二度書かれています。一つにしてください",
        "the number {found} stands there twice; write it once",
    )
    NO_NUMBER = (
        "「{found}」は電話番号として読めません。数字で、例えば {hint} のように書いてください",
        "{found!r} is no telephone number; write digits, for example {hint}",
    )
    WRONG_LENGTH = (
        "「{found}」は桁数が合いません。市外局番から、例えば {hint} のように書いてください",
        "{found!r} has too few or too many digits; write it with its area code, for example {hint}",
    )
    NOT_IN_PLAN = (
        "「{found}」という番号はありません。確かめてください。正しいなら {hint} と書けば登録できます",
        "no such number as {found!r} is known; check it, or write {hint} if it is right all the same",
    )
    LOST_ZERO = (
        "「{found}」は先頭の0が落ちています（表計算ソフトで起こります）。{hint} と書いてください",
        "{found!r} lost its leading 0, as spreadsheets do; write {hint}",
    )
    EXPONENT = (
        "「{found}」は表計算ソフトが数値に変えたもので、元の番号がわかりません。"
        "列の書式を「文字列」にして番号を入れ直してください",
        "{found!r} is what a spreadsheet made of a number and its digits are gone; "
        "format the column as text and enter the number again",
    )
    ERROR_VALUE = (
        "「{found}」は表計算ソフトのエラー値です。元の表でセルを直してください",
        "{found!r} is a spreadsheet's error value; mend the cell in the spreadsheet",
    )
    LABEL_ALONE = (
        "種類「{found}」に電話番号がありません。番号を書くか、種類を消してください",
        "the label {found!r} has no number beside it; write the number, or clear the label",
    )
    TOO_MANY_CELLS = (
        '見出しより列が多くあります（{found}列、見出しは{hint}列）。カンマを含むセルは「"」で囲んでください',
        'has {found} cells where the heading has {hint}; put cells with commas between "quotation marks"',
    )
    REPEATED = (
        "{hint}行目と同じ連絡先です（同じ名前、同じ番号）。どちらかを消してください",
        "is the contact of row {hint} again (same name, same number); take one of them out",
    )
    ALREADY_THERE = (
        "同じ連絡先（{hint}）がすでに登録されています。更新するなら --duplicates update を指定してください",
        "the same contact is there already ({hint}); to change it, import with --duplicates update",
    )
    SHARED = (
        "番号 {found} は {hint} も使っています。共用でなければ直してください",
        "the number {found} is also that of {hint}; mend it unless they share it",
    )
    AMBIGUOUS = (
        "同じ連絡先が複数登録されています（{hint}）。先に統合してください",
        "the same contact is there more than once ({hint}); merge them first",
    )
    NO_HEADING = (
        "見出しのない列に「{found}」があります。見出しを付けるか、消してください",
        "{found!r} stands in a column without a heading; give the column one, or clear it",
    )
    LOOKALIKE = (
        "文字「{found}」はShift_JISでは失われます。「{hint}」に書き換えるか、UTF-8で書き出してください",
        "Shift_JIS loses {found!r}; write {hint!r} instead, or export as UTF-8",
    )
    NOT_ENCODABLE = (
        "文字「{found}」（{hint}）はShift_JISにありません。UTF-8で書き出すか、別の文字に書き換えてください",
        "Shift_JIS has no {found!r} ({hint}); export as UTF-8, or write it in other characters",
    )

    def __repr__(self) -> str:
        return f"Fault.{self.name}"


FIELDS = {
    "name": ("名前", "name"),
    "kana": ("フリガナ", "kana"),
    "organisation": ("会社・団体", "organisation"),
    "number": ("電話番号", "number"),
    "label": ("番号の種類", "label"),
    "tags": ("タグ", "tags"),
    "note": ("備考", "note"),
    "": ("行", "row"),
}
"""Each field as people read it, in Japanese and in English."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of one field: what was found there, and what its cure needs to say.

    >>> problem = Problem(Fault.LOST_ZERO, "number", "762202722", "076-220-2722")
    >>> problem.sentence("en")
    "'762202722' lost its leading 0, as spreadsheets do; write 076-220-2722"
    >>> problem.sentence("ja")
    '「762202722」は先頭の0が落ちています（表計算ソフトで起こります）。076-220-2722 と書いてください'
    """

    fault: Fault
    field: str
    found: str = ""
    hint: str = ""

    def sentence(self, language: str) -> str:
        """What is wrong and what to do, in ``ja`` or ``en``."""
        return self.fault.value[language == "en"].format(found=self.found, hint=self.hint)

    def in_full(self, language: str) -> str:
        """The sentence after the field's name."""
        separator = ": " if language == "en" else "："
        return f"{FIELDS[self.field][language == 'en']}{separator}{self.sentence(language)}"


class ContactError(FsbridgeError):
    """A contact that cannot be kept as it is; ``problems`` say why, each with its cure.

    >>> str(ContactError([Problem(Fault.NO_NAME, "name")]))
    'name: the name is missing; write one'
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.in_full("en") for problem in problems))
        self.problems = tuple(problems)


class NoSuchContact(FsbridgeError):
    """There is no contact of that number; it may have been removed or merged.

    >>> str(NoSuchContact(12))
    'there is no contact 12; look it up with `fsbridge contacts find`, or see `fsbridge contacts log 12`'
    """

    def __init__(self, which: int) -> None:
        super().__init__(
            f"there is no contact {which}; look it up with `fsbridge contacts find`, "
            f"or see `fsbridge contacts log {which}`"
        )
        self.which = which
