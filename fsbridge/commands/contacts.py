"""``fsbridge contacts``: who may call, kept, found, merged, taken in and given out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from fsbridge.commands.common import (
    LazyGroup,
    as_json,
    by_whom,
    language,
    opened,
    print_json,
    with_settings,
    words,
)
from fsbridge.commands.planning import now, show
from fsbridge.config import Settings
from fsbridge.domain.contacts import Card, Contact, ContactError, Entry, NoSuchContact, Number, data_of
from fsbridge.domain.contacts.sheet import SheetError
from fsbridge.errors import FsbridgeError
from fsbridge.services.contacts import ContactBook, Contacts
from fsbridge.terminal import contacts as tables

if TYPE_CHECKING:
    from fsbridge.adapters.numbers import PhoneNumbers
    from fsbridge.adapters.store import Store


class _Plan:
    """Numbers as they are read in the centre's region, which is asked for when one has to be read."""

    def __init__(self, store: Store, region: str) -> None:
        self._store = store
        self._region = region

    @cached_property
    def _numbers(self) -> PhoneNumbers:
        from fsbridge.adapters.numbers import PhoneNumbers
        from fsbridge.adapters.store.plan import StoredPlan

        return PhoneNumbers(self._region or StoredPlan(self._store).load().region)

    def read(self, text: str) -> Number:
        return self._numbers.read(text)

    def caller(self, text: str) -> str:
        return self._numbers.caller(text)


@dataclass(frozen=True)
class Opened:
    """The contacts of the store that is set, and what imports need besides."""

    contacts: Contacts
    book: ContactBook
    numbers: _Plan


@contextmanager
def stored_contacts(settings: Settings, region: str = "") -> Iterator[Opened]:
    """The contacts of the store that is set; what is wrong with one is told in the reader's language."""
    from fsbridge.adapters.store.contacts import StoredContacts

    with opened(settings) as store:
        plan = _Plan(store, region)
        book = StoredContacts(store)
        try:
            yield Opened(Contacts(book, plan), book, plan)
        except ContactError as error:
            raise FsbridgeError("\n".join(one.in_full(language()) for one in error.problems)) from error
        except NoSuchContact as error:
            which = error.which
            japanese = f"連絡先 {which} はありません。find で探すか、log {which} で履歴を見てください"
            raise FsbridgeError(words(japanese, str(error))) from error
        except SheetError as error:
            raise FsbridgeError(words(error.japanese, str(error))) from error


class WrittenNumber(click.ParamType):
    """``NUMBER`` or ``LABEL=NUMBER`` on the command line.

    >>> WrittenNumber().convert("携帯=090-1234-5678", None, None)
    ('090-1234-5678', '携帯')
    """

    name = "[LABEL=]NUMBER"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        label, _, number = str(value).rpartition("=")
        return number, label.strip()


def in_region(function: Any) -> Any:
    """Adds --region; passes `region` on."""
    text = words(
        "国番号のない番号をどの国の番号として読むか（JPなど。既定はセンターの設定）。",
        "The country in which a number without a country code is meant, like JP (default: the centre's).",
    )
    return click.option("--region", default="", help=text)(function)


COMMANDS = {
    "import": "fsbridge.commands.contactfiles:import_command",
    "export": "fsbridge.commands.contactfiles:export_command",
    **{
        name: f"fsbridge.commands.contacts:{name}_command"
        for name in ("add", "edit", "find", "log", "merge", "remove", "show")
    },
}


@click.group(
    "contacts",
    cls=LazyGroup,
    table=COMMANDS,
    help=words(
        "外部連絡先。登録、検索、統合、取り込みと書き出し。", "Contacts: people and firms who may call."
    ),
)
def contacts() -> None:
    """Contacts added, changed, found, merged, imported, exported."""


@click.command("add", help=words("連絡先を登録します。", "Add a contact."))
@click.argument("name")
@click.option("--kana", default="", help=words("フリガナ。", "How the name is read."))
@click.option("--organisation", default="", help=words("会社・団体。", "The organisation."))
@click.option("--number", "numbers", multiple=True, type=WrittenNumber(),
              help=words("電話番号（くり返し可）。", "A telephone number; as often as needed."))  # fmt: skip
@click.option(
    "--tag", "tags", multiple=True, help=words("タグ（くり返し可）。", "A tag; as often as needed.")
)
@click.option("--note", default="", help=words("備考。", "A note."))
@in_region
@by_whom
@as_json
@with_settings()
def add_command(
    settings: Settings, name: str, kana: str, organisation: str, numbers: tuple[tuple[str, str], ...],
    tags: tuple[str, ...], note: str, region: str, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Add a contact."""
    with stored_contacts(settings, region) as opened:
        read = opened.contacts.numbers(numbers)
        card = Card(name=name, kana=kana, organisation=organisation, numbers=read, tags=tags, note=note)
        made = opened.contacts.add(card, by=by, now=now())
        _tell(settings, opened.contacts, made, words("登録しました", "added"), as_json=as_json)


@click.command("edit", help=words("連絡先を変更します。", "Change a contact."))
@click.argument("which", type=int, metavar="#")
@click.option("--name", help=words("名前。", "The name."))
@click.option("--kana", help=words("フリガナ。", "How the name is read."))
@click.option("--organisation", help=words("会社・団体。", "The organisation."))
@click.option("--note", help=words("備考。", "The note."))
@click.option("--number", "numbers", multiple=True, type=WrittenNumber(),
              help=words("加える電話番号（あれば種類を変更）。", "A number to add or relabel."))  # fmt: skip
@click.option("--remove-number", "gone", multiple=True, help=words("外す電話番号。", "A number to take out."))
@click.option("--tag", "tags", multiple=True, help=words("加えるタグ。", "A tag to add."))
@click.option("--remove-tag", "untag", multiple=True, help=words("外すタグ。", "A tag to take out."))
@in_region
@by_whom
@as_json
@with_settings()
def edit_command(
    settings: Settings, which: int, name: str | None, kana: str | None, organisation: str | None,
    note: str | None, numbers: tuple[tuple[str, str], ...], gone: tuple[str, ...], tags: tuple[str, ...],
    untag: tuple[str, ...], region: str, by: str, as_json: bool,
) -> None:  # fmt: skip
    """Change a contact; what is not named stays."""
    given = {"name": name, "kana": kana, "organisation": organisation, "note": note}
    texts = {field: text for field, text in given.items() if text is not None}
    with stored_contacts(settings, region) as opened:
        added = opened.contacts.numbers(numbers)
        removed = opened.contacts.numbers((text, "") for text in gone)

        def change(card: Card) -> Card:
            held = {one.number: one for one in card.numbers}
            for one in removed:
                if held.pop(one.number, None) is None:
                    raise FsbridgeError(words(f"番号 {one.shown} は登録されていません",
                                              f"the contact has no number {one.shown}"))  # fmt: skip
            if missing := set(untag) - set(card.tags):
                raise FsbridgeError(words(f"タグ {'、'.join(missing)} は付いていません",
                                          f"the contact has no tag {', '.join(missing)}"))  # fmt: skip
            held |= {one.number: one for one in added}
            kept = tuple((set(card.tags) | set(tags)) - set(untag))
            return replace(card, **texts, numbers=tuple(held.values()), tags=kept)

        before = opened.contacts.get(which)
        made = opened.contacts.edit(which, change, by=by, now=now())
        same = words("変更はありません", "nothing had to be changed")
        done = same if made.card == before.card else words("変更しました", "changed")
        _tell(settings, opened.contacts, made, done, as_json=as_json)


@click.command("show", help=words("連絡先をくわしく表示します。", "Show a contact with everything."))
@click.argument("which", type=int, metavar="#")
@as_json
@with_settings()
def show_command(settings: Settings, which: int, as_json: bool) -> None:
    """Show a contact."""
    with stored_contacts(settings) as opened:
        found = opened.contacts.get(which)
    if as_json:
        print_json(plain(found))
    else:
        show(tables.one(found, ZoneInfo(settings.zone), words))


@click.command("remove", help=words("連絡先を削除します。", "Take a contact out."))
@click.argument("which", type=int, metavar="#")
@click.option("--yes", is_flag=True, help=words("確認なしで削除します。", "Do not ask."))
@click.option("--reason", default="", help=words("理由。", "Why."))
@by_whom
@as_json
@with_settings()
def remove_command(settings: Settings, which: int, yes: bool, reason: str, by: str, as_json: bool) -> None:
    """Take a contact out; its calls stay."""
    with stored_contacts(settings) as opened:
        found = opened.contacts.get(which)
        if not yes:
            click.confirm(words(f"{found.title} を削除しますか", f"Remove {found.title}?"), abort=True)
        gone = opened.contacts.remove(which, by=by, now=now(), reason=reason)
    if as_json:
        print_json(plain(gone))
    else:
        click.echo(words(f"✔ {gone.title} を削除しました", f"✔ {gone.title} removed"))


@click.command("find", help=words(
    "連絡先を検索します：名前・備考・タグ・番号の一部、フリガナの先頭。",
    "Find contacts by any part of a name, note, tag or number, or by how a reading begins."))  # fmt: skip
@click.argument("text", nargs=-1)
@click.option("--tag", "tags", multiple=True, help=words("このタグのあるもの。", "Only those with this tag."))
@click.option("--caller", help=words("この番号からの着信として探します。", "As if this number called."))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000),
              help=words("表示する件数。", "How many to show."))  # fmt: skip
@in_region
@as_json
@with_settings()
def find_command(
    settings: Settings, text: tuple[str, ...], tags: tuple[str, ...], caller: str | None, limit: int,
    region: str, as_json: bool,
) -> None:  # fmt: skip
    """Find contacts, in kana order."""
    with stored_contacts(settings, region) as opened:
        if caller is not None:
            found = opened.contacts.caller(caller)
            total = len(found)
        else:
            page = opened.contacts.find(" ".join(text), tags=tags, limit=limit)
            found, total = page.contacts, page.total
    if as_json:
        print_json({"total": total, "contacts": [plain(one) for one in found]})
    elif not found:
        click.echo(words("該当する連絡先はありません。", "No contact was found."))
    else:
        show(tables.listing(found, words))
        if total > len(found):
            click.echo(words(f"全{total:,}件のうち{len(found)}件（--limit）",
                             f"{len(found)} of {total:,} (--limit)"))  # fmt: skip


@click.command("merge", help=words(
    "二つの連絡先を一つにします。番号・タグ・備考・通話はすべて残ります。",
    "Make two contacts one; every number, tag, note and call of both is kept."))  # fmt: skip
@click.argument("keep", type=int, metavar="KEEP#")
@click.argument("other", type=int, metavar="OTHER#")
@by_whom
@as_json
@with_settings()
def merge_command(settings: Settings, keep: int, other: int, by: str, as_json: bool) -> None:
    """Merge the second contact into the first."""
    with stored_contacts(settings) as opened:
        merger = opened.contacts.merge(keep, other, by=by, now=now())
    if as_json:
        print_json({**plain(merger.contact), "calls_moved": merger.calls})
        return
    click.echo(words(f"✔ #{other} を {merger.contact.title} に統合しました（通話 {merger.calls}件を移動）",
                     f"✔ #{other} is now {merger.contact.title}; calls moved: {merger.calls}"))  # fmt: skip
    show(tables.one(merger.contact, ZoneInfo(settings.zone), words))


@click.command("log", help=words("連絡先の変更履歴を表示します。", "Show who changed what."))
@click.argument("which", type=int, metavar="[#]", required=False)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000),
              help=words("表示する件数。", "How many to show."))  # fmt: skip
@as_json
@with_settings()
def log_command(settings: Settings, which: int | None, limit: int, as_json: bool) -> None:
    """Show the latest changes, of one contact or of all."""
    with stored_contacts(settings) as opened:
        entries: tuple[Entry, ...] = opened.contacts.log(which, limit=limit)
    if as_json:
        print_json(entries)
    elif not entries:
        click.echo(words("変更履歴はありません。", "Nothing was changed yet."))
    else:
        show(tables.log(entries, ZoneInfo(settings.zone), words))


def plain(contact: Contact) -> dict[str, object]:
    """A contact as plain data, for JSON."""
    times = {"created_at": contact.created_at, "changed_at": contact.changed_at}
    return {"id": contact.id, **data_of(contact.card), **times}


def _tell(settings: Settings, all_of_them: Contacts, made: Contact, done: str, *, as_json: bool) -> None:
    """What was done, and who else has its numbers."""
    sharing = all_of_them.sharing(made.card, but=made.id)
    if as_json:
        shared = {number: [one.id for one in held] for number, held in sharing.items()}
        print_json({**plain(made), "shared": shared})
        return
    click.echo(f"✔ {made.title}{words('：', ': ')}{done}")
    show(tables.one(made, ZoneInfo(settings.zone), words))
    shown = {one.number: one.shown for one in made.card.numbers}
    for number, held in sharing.items():
        others = words("、", ", ").join(one.title for one in held)
        click.echo(words(f"! {shown[number]} は {others} も使っています",
                         f"! {shown[number]} is also that of {others}"))  # fmt: skip
