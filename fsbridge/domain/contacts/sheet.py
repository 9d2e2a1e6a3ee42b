"""Contacts as a sheet: a heading, a row a contact, and cells that no spreadsheet runs as a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from fsbridge.domain.contacts.card import TAG_SEPARATORS, Card, Number, problems_of, tidy
from fsbridge.domain.contacts.faults import FIELDS, ContactError, Fault, Problem
from fsbridge.domain.contacts.folding import fold
from fsbridge.errors import FsbridgeError

TITLES = {
    "name": ("名前", "name", "氏名", "お名前", "名称", "連絡先名", "contact"),
    "kana": ("フリガナ", "kana", "カナ", "カナ名", "よみ", "よみがな", "読み", "reading", "furigana"),
    "organisation": ("会社・団体", "organisation", "会社", "会社名", "団体", "団体名", "組織", "組織名",
                     "所属", "organization", "company"),
    "number": ("電話番号", "number", "電話", "番号", "TEL", "telephone", "phone", "phone number"),
    "label": ("番号の種類", "label", "種類", "番号種別", "phone label"),
    "tags": ("タグ", "tags", "tag", "分類", "区分"),
    "note": ("備考", "note", "メモ", "ノート", "notes", "memo"),
}  # fmt: skip
"""What a heading may call each field: the Japanese title first, the English second, then other names."""
_FIELD_OF = {fold(title): field for field, titles in TITLES.items() for title in titles}
_MANY = ("number", "label")
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ERROR_VALUE = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|#+)")
_TAGS = re.compile(f"[{TAG_SEPARATORS}\r\n]")
_NUMBERS = re.compile("[;；、\r\n]")


class SheetError(FsbridgeError):
    """The sheet as a whole cannot be read or written; nothing was done. `japanese` says the same."""

    def __init__(self, english: str, japanese: str) -> None:
        super().__init__(english)
        self.japanese = japanese


class NumberReader(Protocol):
    """What reads a telephone number in any notation; ContactError says what is wrong with it."""

    def read(self, text: str) -> Number: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: `number` as a spreadsheet counts (the heading is 1), `line` as an editor does.

    >>> Row(2, 2, ("北陸設備",)).cells[0]
    '北陸設備'
    """

    number: int
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at its place: the row, the line, the column's title with its letter.

    >>> Finding(Row(2, 2, ()), "name (A)", Problem(Fault.NO_NAME, "name")).place("en")
    'row 2, name (A)'
    """

    row: Row
    column: str
    problem: Problem

    def place(self, language: str) -> str:
        """Where it is, as a spreadsheet counts; the line too, where that is another."""
        row, line = self.row.number, self.row.line
        if language == "en":
            place = f"row {row}" + (f" (line {line} of the file)" if line != row else "")
            return f"{place}, {self.column}" if self.column else place
        place = f"{row}行目" + (f"（ファイルの{line}行目）" if line != row else "")
        return f"{place} {self.column}" if self.column else place

    def data(self) -> dict[str, object]:
        """The same as plain data, the sentence in both languages."""
        return {
            "row": self.row.number,
            "line": self.row.line,
            "column": self.column,
            "field": self.problem.field,
            "fault": self.problem.fault.name.lower(),
            "found": self.problem.found,
            "message": self.problem.sentence("en"),
            "message_ja": self.problem.sentence("ja"),
        }


@dataclass(frozen=True, slots=True)
class Column:
    """What one column holds: a field, and for numbers and labels which one of several."""

    at: int
    field: str
    which: int
    title: str

    @property
    def place(self) -> str:
        """Its title with its letter, as a spreadsheet shows it.

        >>> Column(28, "name", 1, "名前").place
        '名前 (AC)'
        """
        return f"{self.title} ({self.letters})".strip()

    @property
    def letters(self) -> str:
        """A, B … Z, AA … as a spreadsheet counts columns."""
        letters, rest = "", self.at + 1
        while rest:
            rest, letter = divmod(rest - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return letters


class Layout:
    """Which column of a sheet holds what, read from its heading.

    >>> Layout(["氏名", "TEL", "TEL 2"]).fields == {"name", "number"}
    True
    >>> Layout(["氏名", "住所"])
    Traceback (most recent call last):
    fsbridge.domain.contacts.sheet.SheetError: the heading '住所' (column B) is no field of a contact; ...
    """

    def __init__(self, heading: Sequence[str], *, skip: Iterable[str] = ()) -> None:
        self.width = len(heading)
        skipped = {fold(title) for title in skip} - {""}
        self.columns: list[Column] = []
        self._untitled: list[Column] = []
        taken: dict[tuple[str, int], Column] = {}
        for at, cell in enumerate(heading):
            title = unguarded(cell).strip()
            if fold(title) in skipped:
                continue
            if not title:
                self._untitled.append(Column(at, "", 1, ""))
                continue
            field, which = _field(title)
            column = Column(at, field, which, title)
            if not field:
                raise _unknown(column)
            if (field, which) in taken:
                raise _repeated(taken[field, which], column)
            taken[field, which] = column
            self.columns.append(column)
        if ("name", 1) not in taken:
            raise SheetError(
                "the first row has no heading 'name': put a heading above the columns, for example "
                "name, kana, organisation, number 1, tags, note",
                "1行目に見出し「名前」がありません。1行目を見出しにしてください"
                "（例：名前、フリガナ、会社・団体、電話番号1、タグ、備考）",
            )

    @property
    def fields(self) -> set[str]:
        """The fields the sheet speaks of; what others hold is none of its business."""
        return {column.field for column in self.columns}

    def card(self, row: Row, numbers: NumberReader) -> tuple[Card, list[Finding]]:
        """The card of a row, and everything that is wrong with it."""
        cells: dict[tuple[str, int], str] = {}
        findings = []
        if len(row.cells) > self.width:
            problem = Problem(Fault.TOO_MANY_CELLS, "", str(len(row.cells)), str(self.width))
            return Card(name=""), [Finding(row, "", problem)]
        for column in self._untitled:
            if column.at < len(row.cells) and (found := row.cells[column.at].strip()):
                problem = Problem(Fault.NO_HEADING, "", found)
                findings.append(Finding(row, column.place, problem))
        for column in self.columns:
            cell = unguarded(row.cells[column.at]) if column.at < len(row.cells) else ""
            if cell[:1] == "#" and cell == row.cells[column.at] and _ERROR_VALUE.fullmatch(cell):
                problem = Problem(Fault.ERROR_VALUE, column.field, cell)
                findings.append(Finding(row, column.place, problem))
                cell = "?" if column.field == "name" else ""
            cells[column.field, column.which] = cell
        read: list[Number] = []
        for column in self.columns:
            if column.field == "number":
                label = cells.get(("label", column.which), "")
                try:
                    read.extend(_numbers(cells["number", column.which], label, numbers))
                except ContactError as error:
                    findings += [Finding(row, column.place, one) for one in error.problems]
        for column in self.columns:
            alone = column.field == "label" and not cells.get(("number", column.which), "").strip()
            if alone and (label := cells["label", column.which].strip()):
                findings.append(Finding(row, column.place, Problem(Fault.LABEL_ALONE, "label", label)))
        card = tidy(
            Card(
                name=cells.get(("name", 1), ""),
                kana=cells.get(("kana", 1), ""),
                organisation=cells.get(("organisation", 1), ""),
                note=cells.get(("note", 1), ""),
                numbers=tuple(read),
                tags=tuple(_TAGS.split(cells.get(("tags", 1), ""))),
            )
        )
        findings += [Finding(row, self._place(one.field), one) for one in problems_of(card)]
        return card, findings

    def _place(self, field: str) -> str:
        return next((column.place for column in self.columns if column.field == field), "")


def heading(language: str, numbers: int) -> list[str]:
    """The heading of an exported sheet whose longest card has so many numbers.

    >>> heading("en", 1)
    ['name', 'kana', 'organisation', 'number 1', 'label 1', 'tags', 'note']
    """
    at = int(language == "en")
    space = " " if at else ""
    many = [f"{TITLES[field][at]}{space}{which}" for which in range(1, numbers + 1) for field in _MANY]
    return [*(TITLES[one][at] for one in ("name", "kana", "organisation")), *many, TITLES["tags"][at],
            TITLES["note"][at]]  # fmt: skip


def cells_of(card: Card, numbers: int) -> Iterator[str]:
    """A card's cells under such a heading, made safe.

    >>> list(cells_of(Card(name="=1+1"), 1))
    ["'=1+1", '', '', '', '', '', '']
    """
    many = [text for one in card.numbers for text in (one.shown, one.label)]
    many += [""] * (2 * numbers - len(many))
    texts = (card.name, card.kana, card.organisation, *many, ";".join(card.tags), card.note)
    return map(guarded, texts)


def guarded(text: str) -> str:
    """A cell that a spreadsheet takes for text: an apostrophe before what it would run or change.

    >>> guarded("=HYPERLINK(1)"), guarded("'-"), guarded("a=b")
    ("'=HYPERLINK(1)", "''-", 'a=b')
    """
    first = text[:1]
    runs = first and first in _RUNS
    return f"'{text}" if runs or first == "'" or _ERROR_VALUE.fullmatch(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` made safe; any other cell as it is.

    >>> unguarded("'=HYPERLINK(1)"), unguarded("'90s")
    ('=HYPERLINK(1)', "'90s")
    """
    return cell[1:] if cell[:1] == "'" and guarded(cell[1:]) == cell else cell


def _numbers(cell: str, label: str, reader: NumberReader) -> Iterator[Number]:
    for text in _NUMBERS.split(cell):
        written = text.strip().removeprefix("'")  # the apostrophe that people type to keep the leading 0
        if written:
            one = reader.read(written)
            yield Number(one.number, one.shown, label.strip() or one.label)


def _field(title: str) -> tuple[str, int]:
    folded = fold(title.replace("_", " "))
    plain = folded.rstrip("0123456789")
    which = int(unicodedata.normalize("NFKC", folded[len(plain) :]) or 1)
    field = _FIELD_OF.get(plain.rstrip(".:-"), "")
    return (field, which) if field in _MANY or plain == folded else ("", 0)


def _unknown(column: Column) -> SheetError:
    known_en = ", ".join(titles[1] for titles in TITLES.values())
    known_ja = "、".join(titles[0] for titles in TITLES.values())
    return SheetError(
        f"the heading {column.title!r} (column {column.letters}) is no field of a contact; there are "
        f"{known_en}. Rename it, or leave the column out with --skip {column.title!r}",
        f"見出し「{column.title}」（{column.letters}列）は連絡先の項目ではありません。項目は{known_ja}です。"
        f"見出しを直すか、--skip {column.title} でこの列を読み飛ばしてください",
    )


def _repeated(first: Column, second: Column) -> SheetError:
    field_ja, field_en = FIELDS[second.field]
    return SheetError(
        f"two columns are the {field_en}: {first.place} and {second.place}; keep one of them, or number them",
        f"{field_ja}の列が二つあります：{first.place}と{second.place}。一方を消すか、番号を付けてください",
    )
