"""``fsbridge operators reasons``: the reasons people may give for a break, an absence, a training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from fsbridge.commands.common import Refusing, as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import now, show, table
from fsbridge.config import Settings
from fsbridge.domain.duty import CHOOSABLE, SYSTEM_REASONS, Reason, Status, StatusRefused
from fsbridge.terminal.clean import clean


@contextmanager
def stored_reasons(settings: Settings) -> Iterator[Any]:
    """The duties of the store that is set, closed at the end."""
    from fsbridge.adapters.store.operators import StoredDuties  # peewee is slow to import

    with opened(settings) as store:
        yield StoredDuties(store)


def in_words(name: str, known: Iterable[Reason]) -> str:
    """A reason as the reader reads it.

    >>> in_words("釣り", ())
    '釣り'
    """
    english = {one.name: one.name_en for one in (*known, *SYSTEM_REASONS)}
    return clean(words(name, english.get(name) or name))


@click.group(
    "reasons",
    cls=Refusing,
    invoke_without_command=True,
    help=words("休憩・離席などの理由。", "The reasons for breaks and absences."),
)
@click.pass_context
def reasons(context: click.Context) -> None:
    """Reasons listed, added, removed."""
    if context.invoked_subcommand is None:
        context.invoke(list_command)


@reasons.command("list", help=words("理由を一覧します。", "List the reasons."))
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """The reasons people may give, by status; the system's own are marked."""
    with stored_reasons(settings) as book:
        found = book.reasons()
    if as_json:
        print_json([{"name": one.name, "status": one.status.value, "name_en": one.name_en} for one in found])
        return
    shown = table(*words("状態 理由 英語 だれが", "status reason English whose").split())
    for whose, rows in (
        (words("オペレーター", "operators"), found),
        (words("自動", "system"), SYSTEM_REASONS),
    ):
        for status in CHOOSABLE:
            for one in rows:
                if one.status is status:
                    word = words(status.ja, status.en)
                    shown.add_row(f"{status.mark} {word}", clean(one.name), clean(one.name_en), whose)
    show(shown)


@reasons.command("add", help=words("理由を追加します。", "Add a reason."))
@click.argument("status")
@click.argument("name")
@click.option("--en", default="", help=words("英語の名前。", "Its English name."))
@by_whom
@as_json
@with_settings()
def add_command(settings: Settings, status: str, name: str, en: str, by: str, as_json: bool) -> None:
    """Let people give one more reason for a status."""
    new = Reason(name.strip(), Status.named(status), en.strip())
    if new.name in {one.name for one in SYSTEM_REASONS}:
        raise StatusRefused(f"{new.name} is a reason the system gives; choose another name")

    def add(found: tuple[Reason, ...]) -> list[Reason]:
        return [*(one for one in found if one.name != new.name), new]

    with stored_reasons(settings) as book:
        after = book.change_reasons(add, by=by, at=now())
    _tell(after, words(f"理由「{new.name}」を追加しました。", f"{new.name} added"), as_json=as_json)


@reasons.command("remove", help=words("理由を外します。", "Remove a reason."))
@click.argument("name")
@by_whom
@as_json
@with_settings()
def remove_command(settings: Settings, name: str, by: str, as_json: bool) -> None:
    """Let nobody give this reason any more; history keeps it."""

    def remove(found: tuple[Reason, ...]) -> list[Reason]:
        left = [one for one in found if one.name != name]
        if len(left) == len(found):
            known = ", ".join(one.name for one in found) or "none"
            raise StatusRefused(f"there is no reason {name!r}; there are: {known}")
        return left

    with stored_reasons(settings) as book:
        after = book.change_reasons(remove, by=by, at=now())
    _tell(after, words(f"理由「{name}」を外しました。", f"{name} removed"), as_json=as_json)


def _tell(after: tuple[Reason, ...], said: str, *, as_json: bool) -> None:
    if as_json:
        print_json([{"name": one.name, "status": one.status.value} for one in after])
    else:
        click.echo(f"✔ {clean(said)}")
