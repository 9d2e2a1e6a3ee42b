"""``/admin/contacts``: found, written, changed, taken out; nobody silently writes over somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.domain.contacts import (
    FIELDS,
    Card,
    ContactError,
    Entry,
    NoSuchContact,
    data_of,
    differences,
)
from fsbridge.services.contacts import Contacts
from fsbridge.services.floor import utc_now
from webpanel.access import allow, who
from webpanel.admin.office import BOTH, ChangedMeanwhile, Office, mark, page_of
from webpanel.labels import t
from webpanel.language import language

PAGE = 50
TAGS = ";；、,\n"
SPARE = 2
"""Empty rows for numbers below those there are."""


@dataclass(frozen=True)
class Form:
    """The fields of a contact as somebody left them, and what is wrong by field."""

    name: str = ""
    kana: str = ""
    organisation: str = ""
    note: str = ""
    tags: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    seen: str = ""

    @classmethod
    def of(cls, card: Card) -> Form:
        """A contact's card as the form shows it."""
        numbers = tuple((one.shown, one.label) for one in card.numbers)
        return cls(
            card.name,
            card.kana,
            card.organisation,
            card.note,
            "、".join(card.tags),
            numbers,
            mark(data_of(card)),
        )

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> Form:
        """What was sent."""
        texts = {
            name: form.get(name, "") for name in ("name", "kana", "organisation", "note", "tags", "seen")
        }
        written = zip(form.getlist("number"), form.getlist("label"), strict=False)
        numbers = tuple((number, label) for number, label in written if number.strip() or label.strip())
        return cls(numbers=numbers[:50], **texts)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The numbers, and room for more."""
        return (*self.numbers, *[("", "")] * SPARE)

    def card(self, contacts: Contacts) -> Card:
        """The card that was meant; ContactError names every number that is none."""
        tags = self.tags.translate(dict.fromkeys(map(ord, TAGS), "\0")).split("\0")
        return Card(
            name=self.name,
            kana=self.kana,
            organisation=self.organisation,
            note=self.note.replace("\r\n", "\n"),
            numbers=contacts.numbers(self.numbers),
            tags=tuple(tag for tag in tags if tag.strip()),
        )


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""
    book = StoredContacts(office.store)
    contacts = Contacts(book, PhoneNumbers(office.centre.plan().region))
    zone = ZoneInfo(office.centre.plan().zone)

    @blueprint.get("/contacts", endpoint="contacts")
    @allow(*BOTH)
    def listing() -> str:
        text, tag = request.args.get("q", "")[:200], request.args.get("tag", "")[:50]
        page = page_of(request.args.get("page"))
        found = office.kept.apart(
            lambda: contacts.find(text, tags=[tag] if tag else [], limit=PAGE, offset=(page - 1) * PAGE)
        )
        return render_template(
            "admin/contacts.html",
            found=found,
            q=text,
            tag=tag,
            tags=book.tags(),
            page=page,
            last=max(1, -(-found.total // PAGE)),
            pager_address=lambda to: url_for("admin.contacts", q=text or None, tag=tag or None, page=to),
        )

    @blueprint.get("/contacts/new", endpoint="contact_new")
    @allow(*BOTH)
    def new() -> str:
        return _form(Form(numbers=tuple((one, "") for one in request.args.getlist("number")[:5])))

    @blueprint.post("/contacts/new", endpoint="contact_create")
    @allow(*BOTH)
    def create() -> ResponseReturnValue:
        form = Form.sent(request.form)
        try:
            made = contacts.add(form.card(contacts), by=who(), now=utc_now())
        except ContactError as error:
            return _form(form, _faults(error)), 400
        flash(t("admin_contacts.added", name=made.card.name), "done")
        _tell_shared(made.card, made.id)
        return redirect(url_for("admin.contact", which=made.id))

    @blueprint.get("/contacts/<int:which>", endpoint="contact")
    @allow(*BOTH)
    def show(which: int) -> ResponseReturnValue:
        try:
            found = contacts.get(which)
        except NoSuchContact:
            abort(404)
        return _form(Form.of(found.card), which=which, log=contacts.log(which, limit=20))

    @blueprint.post("/contacts/<int:which>", endpoint="contact_change")
    @allow(*BOTH)
    def change(which: int) -> ResponseReturnValue:
        form = Form.sent(request.form)

        def changed(card: Card) -> Card:
            if mark(data_of(card)) != form.seen:
                raise ChangedMeanwhile("somebody else has changed this contact meanwhile")
            return form.card(contacts)

        try:
            made = contacts.edit(which, changed, by=who(), now=utc_now())
        except NoSuchContact:
            flash(t("admin_contacts.gone"), "error")
            return redirect(url_for("admin.contacts"))
        except ContactError as error:
            return _form(form, _faults(error), which=which), 400
        except ChangedMeanwhile:
            return _conflict(which, form), 409
        flash(t("admin_contacts.changed", name=made.card.name), "done")
        _tell_shared(made.card, made.id)
        return redirect(url_for("admin.contact", which=which))

    @blueprint.post("/contacts/<int:which>/remove", endpoint="contact_remove")
    @allow(*BOTH)
    def remove(which: int) -> ResponseReturnValue:
        try:
            gone = contacts.remove(
                which, by=who(), now=utc_now(), reason=request.form.get("reason", "")[:200]
            )
        except NoSuchContact:
            flash(t("admin_contacts.gone"), "error")
        else:
            flash(t("admin_contacts.removed", name=gone.card.name), "done")
        return redirect(url_for("admin.contacts"))

    def _conflict(which: int, form: Form) -> str:
        """The form as it was left, over what the other has made of the contact."""
        now = contacts.get(which)
        theirs = Form.of(now.card)
        latest = contacts.log(which, limit=1)
        kept = Form(**{**vars(form), "seen": theirs.seen})
        return _form(kept, which=which, log=contacts.log(which, limit=20), conflict=latest[0], theirs=theirs)

    def _tell_shared(card: Card, which: int) -> None:
        for number, held in contacts.sharing(card, but=which).items():
            shown = next(one.shown for one in card.numbers if one.number == number)
            names = "、".join(one.title for one in held)
            flash(t("admin_contacts.shared", number=shown, names=names), "caution")

    def _form(
        form: Form,
        faults: Mapping[str, str] | None = None,
        *,
        which: int = 0,
        log: tuple[Entry, ...] = (),
        conflict: Entry | None = None,
        theirs: Form | None = None,
    ) -> str:
        return render_template(
            "admin/contact.html",
            form=form,
            faults=faults or {},
            which=which,
            log=[(one, _changes(one)) for one in log],
            conflict=conflict,
            conflict_changes=_changes(conflict) if conflict is not None else [],
            theirs=theirs,
            tags=book.tags(),
            zone=zone,
        )


def _faults(error: ContactError) -> dict[str, str]:
    faults: dict[str, str] = {}
    for one in error.problems:
        text = one.sentence(language())
        field = "number" if one.field == "label" else one.field
        faults[field] = f"{faults[field]}\n{text}" if field in faults else text
    return faults


def _changes(entry: Entry) -> list[tuple[str, str, str]]:
    return told(entry.before, entry.after)


def told(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[tuple[str, str, str]]:
    """What a change of a contact changed, each field by its word."""
    at = int(language() == "en")
    words = {**FIELDS, "numbers": FIELDS["number"]}
    return [
        (words.get(field, (field, field))[at], was, now) for field, was, now in differences(before, after)
    ]
