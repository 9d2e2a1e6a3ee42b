"""Lists of calls as files: the lines of the page, in its words, with its mask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from flask import Response, stream_with_context

from fsbridge.adapters.callfile import FORMS, csv_pieces, workbook
from fsbridge.domain.sight import Sight
from fsbridge.errors import FsbridgeError, InvalidArgument
from fsbridge.services.calllist import CallList, Line, Page
from fsbridge.services.plan_live import Apart
from webpanel.calls.asking import Asked
from webpanel.calls.shown import Shown, Words, show

MOST = 50_000
"""Lines of one file; a month of a busy centre is 10,000 calls."""
COLUMNS = (
    "time", "direction", "number", "name", "flow", "queue", "outcome", "wait_seconds", "operator",
    "talk_seconds", "case", "note", "recording", "call",
)  # fmt: skip


class TooMany(FsbridgeError):
    """The list is longer than a file may be; the text says how long, and what to do."""

    def __init__(self, all_: int) -> None:
        super().__init__(f"{all_} lines are more than the {MOST} of one file: give a shorter time")
        self.all = f"{all_:,}"
        self.most = f"{MOST:,}"


class Export:
    """Makes a file of a whole list; slow reads go through `apart`, some hundred lines at a time."""

    def __init__(self, calls: CallList, apart: Apart, zone: tzinfo) -> None:
        self._calls = calls
        self._apart = apart
        self._zone = zone

    def file(self, asked: Asked, form: str, page: Page, words: Words, eyes: Sight, shown: Shown) -> Response:
        """The answer that is the file; InvalidArgument for no such form, TooMany for too long a list."""
        if form not in FORMS:
            raise InvalidArgument("form", f"is {form!r}; give one of {', '.join(FORMS)}")
        if page.all > MOST or page.capped:
            raise TooMany(page.all)
        heading = [words.say(f"c_{name}") for name in COLUMNS]
        rows = self._rows(asked, words, eyes, shown)
        name = f"calls.{'xlsx' if form == 'xlsx' else 'csv'}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if form == "xlsx":
            facts = self._facts(asked, page, words)
            file = self._apart(
                lambda: workbook(heading, self._rows_at_once(asked, words, eyes, shown), facts)
            )
            body = iter(lambda: file.read(1 << 16), b"")
            answer = Response(body, mimetype=FORMS[form], headers=headers)
            answer.call_on_close(file.close)
            return answer
        pieces = csv_pieces(_with(heading, rows), form)
        return Response(stream_with_context(pieces), content_type=FORMS[form], headers=headers)

    def _rows(self, asked: Asked, words: Words, eyes: Sight, shown: Shown) -> Iterator[Sequence[object]]:
        pieces = self._calls.pieces(asked.wanted, asked.figure, MOST)
        while (piece := self._apart(lambda: next(pieces, None))) is not None:
            for line in piece:
                yield self._row(line, words, eyes, shown)

    def _rows_at_once(
        self, asked: Asked, words: Words, eyes: Sight, shown: Shown
    ) -> Iterator[Sequence[object]]:
        for piece in self._calls.pieces(asked.wanted, asked.figure, MOST):
            for line in piece:
                yield self._row(line, words, eyes, shown)

    def _row(self, line: Line, words: Words, eyes: Sight, shown: Shown) -> Sequence[object]:
        one = show(line, words, eyes, shown)
        return (
            one.at.astimezone(self._zone),
            words.say(f"d_{one.direction}"),
            one.number,
            one.name,
            one.flow,
            one.queue,
            one.outcome,
            None if one.wait is None else round(one.wait.total_seconds(), 1),
            one.operators,
            None if one.talk is None else round(one.talk.total_seconds(), 1),
            one.cases,
            one.note,
            words.say("yes") if one.recorded else "",
            one.uuid,
        )

    def _facts(self, asked: Asked, page: Page, words: Words) -> list[tuple[str, str]]:
        named = [(words.say(f"f_{name}"), value) for name, value in asked.form.items() if value]
        counts = [
            (f"{words.say(f'd_{way}')} {words.outcome(became)}", f"{number:,}")
            for (way, became), number in sorted(page.counts.items(), key=lambda one: -one[1])
        ]
        return [
            *named,
            (words.say("lines"), f"{page.all:,}"),
            (words.say("calls"), f"{page.calls:,}"),
            *counts,
        ]


def _with(heading: Sequence[str], rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield heading
    yield from rows
