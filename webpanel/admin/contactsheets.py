"""``/admin/contacts/import`` and ``export``: a sheet is tried first, said row by row what would happen."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.adapters.contactfile import ENCODINGS, Sheet, encoded, lacking, parsed
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain.contacts import data_of
from fsbridge.domain.contacts.sheet import SheetError
from fsbridge.errors import InvalidArgument
from fsbridge.services.contact_export import export
from fsbridge.services.contact_import import ContactImport, Duplicates, ImportReport, Outcome
from fsbridge.services.contacts import Contacts
from fsbridge.services.floor import utc_now
from webpanel.access import allow, who
from webpanel.admin.contacts import told
from webpanel.admin.cures import refusal
from webpanel.admin.office import ALONE, Office
from webpanel.labels import t
from webpanel.language import language

LARGEST = 10 * 1024 * 1024
"""Bytes of a sheet that the panel takes; a hundred thousand contacts. The command line takes more."""
KEPT_FOR = timedelta(minutes=30)
"""How long a sheet that was tried waits to be taken in."""
SHOWN = 300
"""Rows of each kind that the page shows."""
FORMULAS = {"added": "+", "updated": "±", "unchanged": "=", "skipped": "–", "bad": "✘"}


@dataclass(frozen=True)
class Choices:
    """How a sheet is to be taken in."""

    duplicates: Duplicates = Duplicates.SKIP
    restore_zeros: bool = False
    encoding: str = "auto"

    @classmethod
    def sent(cls) -> Choices:
        """What was chosen in the form; InvalidArgument for what there is not."""
        encoding = request.form.get("encoding", "auto")
        if encoding not in ("auto", *ENCODINGS):
            raise InvalidArgument("encoding", f"is {encoding[:20]!r}; choose one of the list")
        try:
            duplicates = Duplicates(request.form.get("duplicates", "skip"))
        except ValueError:
            raise InvalidArgument("duplicates", "is unknown; choose one of the list") from None
        return cls(duplicates, "restore_zeros" in request.form, encoding)


@dataclass(frozen=True)
class Waiting:
    """A sheet that was tried: what it was called, what it holds, how it is meant, until when it waits."""

    name: str
    sheet: Sheet
    choices: Choices
    until: datetime


class Counter:
    """Where sheets wait between trial and import, one for each person, in memory alone."""

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._lock = threading.Lock()

    def put(self, login: str, one: Waiting, now: datetime) -> None:
        """Keep somebody's sheet, in the place of an earlier one."""
        with self._lock:
            self._waiting = {who: left for who, left in self._waiting.items() if left.until > now}
            self._waiting[login] = one

    def take(self, login: str, now: datetime) -> Waiting | None:
        """Somebody's sheet, which then waits no more."""
        with self._lock:
            found = self._waiting.pop(login, None)
        return found if found is not None and found.until > now else None


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""
    book = StoredContacts(office.store)
    numbers = PhoneNumbers(office.centre.plan().region)
    contacts = Contacts(book, numbers)
    counter = Counter()

    @blueprint.get("/contacts/import", endpoint="contacts_import")
    @allow(*ALONE)
    def choose() -> str:
        return _page(Choices())

    @blueprint.post("/contacts/import", endpoint="contacts_try")
    @allow(*ALONE)
    def try_out() -> ResponseReturnValue:
        choices = Choices.sent()
        file = request.files.get("file")
        content = file.read(LARGEST + 1) if file is not None else b""
        if not content:
            return _page(choices, refused=t("admin_contacts.no_file")), 400
        if len(content) > LARGEST:
            return _page(choices, refused=t("admin_contacts.too_large")), 400
        try:
            sheet = office.kept.apart(lambda: parsed(content, choices.encoding))
            report = _run(sheet, choices, "", trial=True)
        except SheetError as error:
            return _page(choices, refused=refusal(error).text), 400
        name = (file.filename or "contacts.csv")[:100] if file is not None else ""
        now = utc_now()
        counter.put(who(), Waiting(name, sheet, choices, now + KEPT_FOR), now)
        return _page(choices, report=report, name=name, sheet=sheet)

    @blueprint.post("/contacts/import/apply", endpoint="contacts_apply")
    @allow(*ALONE)
    def take_in() -> ResponseReturnValue:
        waiting = counter.take(who(), utc_now())
        if waiting is None:
            flash(t("admin_contacts.again"), "error")
            return redirect(url_for("admin.contacts_import"))
        good_rows = "good_rows" in request.form
        report = _run(waiting.sheet, waiting.choices, waiting.name, trial=False, good_rows=good_rows)
        if not report.written:
            text = t("admin_contacts.nothing_written")
            return _page(
                waiting.choices, report=report, name=waiting.name, sheet=waiting.sheet, refused=text
            ), 409
        counts = {"added": report.added, "updated": report.updated}
        flash(t("admin_contacts.imported", **counts, left=report.skipped + report.bad_rows), "done")
        return redirect(url_for("admin.contacts"))

    @blueprint.post("/contacts/export", endpoint="contacts_export")
    @allow(*ALONE)
    def give_out() -> ResponseReturnValue:
        encoding = request.form.get("encoding", "utf-8")
        if encoding not in ENCODINGS:
            raise InvalidArgument("encoding", f"is {encoding[:20]!r}; choose one of the list")
        lang = language()
        rows, lost = office.kept.apart(
            lambda: export(contacts.everything(), lang, lambda text, field: lacking(text, encoding, field))
        )
        if lost:
            first = "、".join(f"{one.column}: {one.problem.sentence(lang)}" for one in lost[:5])
            flash(t("admin_contacts.lost", number=len(lost), first=first), "error")
            return redirect(url_for("admin.contacts"))
        contacts.note_export(len(rows) - 1, "panel", by=who(), now=utc_now())
        charset = "Shift_JIS" if encoding == "shift_jis" else "utf-8"
        return Response(
            encoded(rows, encoding),
            content_type=f"text/csv; charset={charset}",
            headers={"Content-Disposition": 'attachment; filename="contacts.csv"'},
        )

    def _run(
        sheet: Sheet, choices: Choices, name: str, *, trial: bool, good_rows: bool = False
    ) -> ImportReport:
        taking = ContactImport(
            book,
            numbers,
            duplicates=choices.duplicates,
            restore_zeros=choices.restore_zeros,
            good_rows=good_rows,
            trial=trial,
        )
        by, now = who(), utc_now()
        return office.kept.apart(
            lambda: taking.run(sheet.heading, sheet.rows, by=by, now=now, source=name or "panel")
        )

    def _page(
        choices: Choices,
        *,
        report: ImportReport | None = None,
        name: str = "",
        sheet: Sheet | None = None,
        refused: str = "",
    ) -> str:
        lang = language()
        return render_template(
            "admin/contacts_import.html",
            choices=choices,
            report=report,
            name=name,
            sheet=sheet,
            refused=refused,
            lang=lang,
            shown=SHOWN,
            marks=FORMULAS,
            outcomes=[(one, _changes(one)) for one in _sorted(report)] if report is not None else [],
        )


def _sorted(report: ImportReport) -> list[Outcome]:
    """What would be done before what is left as it is, each in the order of the sheet."""
    order = ("added", "updated", "skipped", "unchanged")
    return sorted(report.outcomes, key=lambda one: (order.index(one.what), one.row))[:SHOWN]


def _changes(one: Outcome) -> list[tuple[str, str, str]]:
    return told(data_of(one.before), data_of(one.card)) if one.before is not None else []
