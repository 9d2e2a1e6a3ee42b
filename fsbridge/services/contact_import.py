"""A sheet of contacts taken in: every row checked, duplicates told apart, all rows or none if wanted."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from fsbridge.domain.contacts import Card, ContactError, Entry, Fault, Number, Problem, data_of, fold
from fsbridge.domain.contacts.sheet import Finding, Layout, NumberReader, Row
from fsbridge.services.contacts import ContactBook, ContactLedger, Holder

Progress = Callable[[int, int], object]
"""Told how many rows of how many are done."""
_EVERY = 500


class Duplicates(enum.Enum):
    """What to do with a contact that is there already: the same name and a number in common."""

    SKIP = "skip"
    UPDATE = "update"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one good row: added, updated, unchanged or skipped; before an update, the old card.

    >>> Outcome(2, "added", Card(name="北陸設備")).before is None
    True
    """

    row: int
    what: str
    card: Card
    before: Card | None = None


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would have done: rows read, contacts added, updated, as they were, left out.

    `mended` are the numbers whose leading 0 was put back. `outcomes` say it row by row. `problems` keep rows
    out, `notices` only want to be seen. `written` is False for a trial, and when a problem kept all out.

    >>> ImportReport(rows=2).bad_rows
    0
    """

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    mended: int = 0
    written: bool = False
    problems: list[Finding] = field(default_factory=list)
    notices: list[Finding] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        """The rows that have problems."""
        return len({finding.row.number for finding in self.problems})


@dataclass(frozen=True, slots=True)
class _Line:
    row: Row
    card: Card


class Mending:
    """Reads numbers, and if it is active those that lost their leading 0 as what they were; counts them."""

    def __init__(self, numbers: NumberReader, *, active: bool) -> None:
        self._numbers = numbers
        self._active = active
        self.mended = 0

    def read(self, text: str) -> Number:
        """A number normalised; ContactError as of the reader behind it."""
        try:
            return self._numbers.read(text)
        except ContactError as error:
            (problem, *_) = error.problems
            if not self._active or problem.fault is not Fault.LOST_ZERO:
                raise
            self.mended += 1
            return self._numbers.read(problem.hint)


_Changed = dict[int, tuple[Card, _Line]]
"""By contact: its card before, and the line with its card after."""


class ContactImport:
    """Takes a sheet in. Rows are read and checked before the store is held, which is then held shortly.

    A duplicate within the sheet is left out and noticed, whatever `duplicates` says, unless it is ADD.
    """

    def __init__(
        self,
        book: ContactBook,
        numbers: NumberReader,
        *,
        duplicates: Duplicates = Duplicates.SKIP,
        good_rows: bool = False,
        trial: bool = False,
        restore_zeros: bool = False,
    ) -> None:
        self._book = book
        self._numbers = Mending(numbers, active=restore_zeros)
        self._duplicates = duplicates
        self._good_rows = good_rows
        self._trial = trial

    def run(
        self,
        heading: Sequence[str],
        rows: Sequence[Row],
        *,
        by: str,
        now: datetime,
        source: str,
        skip: Sequence[str] = (),
        progress: Progress = lambda done, total: None,
    ) -> ImportReport:
        """Take the rows in; SheetError if the heading cannot be understood. `source` names the file."""
        layout = Layout(heading, skip=skip)
        report = ImportReport(rows=len(rows))
        good = list(self._read(layout, rows, report, progress))
        report.mended = self._numbers.mended
        hold = self._book.looking if self._trial else self._book.changing
        with hold() as ledger:
            new, changed = self._sorted_out(good, layout, ledger, report)
            report.added, report.updated = len(new), len(changed)
            if self._trial or (report.problems and not self._good_rows):
                return report
            reason = f"{source}:"
            ids = ledger.add([one.card for one in new], now)
            ledger.record(
                Entry(now, by, "added", which, f"{reason}{one.row.number}", after=data_of(one.card))
                for which, one in zip(ids, new, strict=True)
            )
            for which, (before, one) in changed.items():
                ledger.put(which, one.card, now)
                was, now_is = data_of(before), data_of(one.card)
                ledger.record([Entry(now, by, "changed", which, f"{reason}{one.row.number}", was, now_is)])
        report.written = True
        return report

    def _read(
        self, layout: Layout, rows: Sequence[Row], report: ImportReport, progress: Progress
    ) -> Iterator[_Line]:
        for done, row in enumerate(rows):
            if done % _EVERY == 0:
                progress(done, len(rows))
            card, findings = layout.card(row, self._numbers)
            report.problems += findings
            if not findings:
                yield _Line(row, card)
        progress(len(rows), len(rows))

    def _sorted_out(
        self, lines: list[_Line], layout: Layout, ledger: ContactLedger, report: ImportReport
    ) -> tuple[list[_Line], _Changed]:
        """The new contacts, and those to be changed."""
        known = _Known(ledger.holders(*_marks_of(lines)))
        seen, fresh = _Known(), _Known()
        adding = self._duplicates is Duplicates.ADD
        new: list[_Line] = []
        changed: _Changed = {}
        for line in lines:
            twin = seen.same(line.card)
            if twin and not adding:
                report.skipped += 1
                report.outcomes.append(Outcome(line.row.number, "skipped", line.card))
                report.notices.append(_about(line, Fault.REPEATED, str(twin[0].id)))
                continue
            there = known.same(line.card)
            holder = Holder(line.row.number, line.card.name, tuple(one.number for one in line.card.numbers))
            seen.add(holder)
            if not there or adding:
                report.notices += _shared(line, known, fresh)
                fresh.add(holder)
                new.append(line)
                report.outcomes.append(Outcome(line.row.number, "added", line.card))
            elif self._duplicates is Duplicates.SKIP:
                report.skipped += 1
                report.outcomes.append(Outcome(line.row.number, "skipped", line.card))
                report.notices.append(_about(line, Fault.ALREADY_THERE, there[0].title))
            elif len(there) > 1:
                titles = ", ".join(one.title for one in there)
                report.problems.append(_about(line, Fault.AMBIGUOUS, titles))
            else:
                self._update(there[0], line, layout, ledger, changed, report)
        return new, changed

    def _update(
        self,
        holder: Holder,
        line: _Line,
        layout: Layout,
        ledger: ContactLedger,
        changed: _Changed,
        report: ImportReport,
    ) -> None:
        if holder.id in changed:
            earlier = str(changed[holder.id][1].row.number)
            report.problems.append(_about(line, Fault.REPEATED, earlier))
            return
        contact = ledger.get(holder.id)
        assert contact is not None
        card = _updated(contact.card, line.card, layout.fields)
        if card == contact.card:
            report.unchanged += 1
            report.outcomes.append(Outcome(line.row.number, "unchanged", card))
        else:
            report.outcomes.append(Outcome(line.row.number, "updated", card, contact.card))
            changed[holder.id] = (contact.card, replace(line, card=card))


class _Known:
    """Contacts by number, and those without a number by name."""

    def __init__(self, holders: Sequence[Holder] = ()) -> None:
        self._by_number: dict[str, list[Holder]] = defaultdict(list)
        self._by_name: dict[str, list[Holder]] = defaultdict(list)
        for holder in holders:
            self.add(holder)

    def add(self, holder: Holder) -> None:
        for number in holder.numbers:
            self._by_number[number].append(holder)
        if not holder.numbers:
            self._by_name[fold(holder.name)].append(holder)

    def of(self, number: str) -> list[Holder]:
        return self._by_number.get(number, [])

    def same(self, card: Card) -> list[Holder]:
        """Who has the card's name and a number of it; for a card without number, who has none either."""
        name = fold(card.name)
        if not card.numbers:
            return self._by_name.get(name, [])
        found = {
            one.id: one for number in card.numbers for one in self.of(number.number) if fold(one.name) == name
        }
        return list(found.values())


def _marks_of(lines: Sequence[_Line]) -> tuple[set[str], set[str]]:
    """What holders are looked for by: every number, and the names of cards without one."""
    numbers = {one.number for line in lines for one in line.card.numbers}
    return numbers, {line.card.name for line in lines if not line.card.numbers}


def _shared(line: _Line, known: _Known, fresh: _Known) -> Iterator[Finding]:
    """Each number of a new contact that others have too, in the store or further up in the sheet."""
    for number in line.card.numbers:
        others = [one.title for one in known.of(number.number)]
        others += [f"{one.name} ({one.id})" for one in fresh.of(number.number)]
        if others:
            problem = Problem(Fault.SHARED, "number", number.shown, ", ".join(others[:3]))
            yield Finding(line.row, "", problem)


def _about(line: _Line, fault: Fault, hint: str) -> Finding:
    return Finding(line.row, "", Problem(fault, "", line.card.name, hint))


def _updated(before: Card, row: Card, fields: set[str]) -> Card:
    """The card with what the sheet says; what the sheet has no column for stays."""
    card = before
    for one in ("kana", "organisation", "note"):
        if one in fields:
            card = replace(card, **{one: getattr(row, one)})
    tags = row.tags if "tags" in fields else before.tags
    numbers = row.numbers if "number" in fields else before.numbers
    if "label" not in fields:
        labels = {one.number: one.label for one in before.numbers}
        numbers = tuple(replace(one, label=one.label or labels.get(one.number, "")) for one in numbers)
    return replace(card, name=row.name, tags=tags, numbers=numbers)
