"""What the commands about the plan share: the plan opened, FIELD=VALUE read, changes told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

from fsbridge.commands.common import as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.config import Settings
from fsbridge.domain.schedule import Schedule
from fsbridge.errors import FsbridgeError
from fsbridge.services.plans import Plans

_F = TypeVar("_F", bound=Callable[..., Any])


@contextmanager
def stored_plan(settings: Settings) -> Iterator[Any]:
    """The plan of the store that is set, closed at the end."""
    from fsbridge.adapters.store.plan import StoredPlan  # peewee is slow to import

    with opened(settings) as store:
        yield StoredPlan(store)


def now() -> datetime:
    """The moment, aware."""
    return datetime.now(UTC)


def moment(text: str, schedule: Schedule) -> datetime:
    """An aware time from ISO 8601 or ``now``; on the schedule's clock if no zone is said.

    >>> from fsbridge.testing.plans import small_plan
    >>> moment("2027-01-02T10:00", small_plan().schedule).isoformat()
    '2027-01-02T10:00:00+09:00'
    """
    if text == "now":
        return now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        wanted = words("2027-01-02T10:00 のように書いてください", "write it like 2027-01-02T10:00")
        raise FsbridgeError(f"{text!r}: {wanted}") from None
    return found if found.tzinfo else found.replace(tzinfo=schedule.clock)


class Assignment(click.ParamType):
    """``FIELD=VALUE`` on the command line.

    >>> Assignment().convert("seats=20", None, None)
    ('seats', '20')
    """

    name = "FIELD=VALUE"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        field, sign, text = str(value).partition("=")
        if not sign or not field.strip():
            wanted = words(f"{value!r}: 項目=値 の形で書いてください。", f"{value!r}: write FIELD=VALUE")
            self.fail(wanted, param, ctx)
        return field.strip().replace("-", "_"), text


def assignments(function: _F) -> _F:
    """Adds FIELD=VALUE as often as wanted; passes `values` on."""
    return click.argument("values", nargs=-1, type=Assignment())(function)


def change(settings: Settings, work: Callable[[Plans], Sequence[object]], *, as_json: bool) -> None:
    """Do something to the stored plan and tell what it changed."""
    with stored_plan(settings) as plans:
        tell(work(Plans(plans)), as_json=as_json)


def tell(changes: Sequence[object], *, as_json: bool) -> None:
    """What a command changed, a line each, or that nothing had to be."""
    if as_json:
        print_json({"changes": [str(one) for one in changes]})
    elif not changes:
        click.echo(words("変更はありません。", "Nothing had to be changed."))
    else:
        for one in changes:
            click.echo(f"✔ {_told(str(one))}")


def table(*columns: str, title: str | None = None) -> Table:
    """An empty table in the house's look."""
    found = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        found.add_column(column, overflow="fold")
    return found


def short(queue: str) -> str:
    """A queue's key without its centre, which is the same for all.

    >>> short("leak@kanazawa")
    'leak'
    """
    return queue.partition("@")[0]


def show(what: Any) -> None:
    """Print what rich can draw."""
    Console(highlight=False).print(what)


_JAPANESE = {
    "centre": "センター", "schedule": "受付時間", "season": "シーズン", "flow": "業務", "queue": "キュー",
    "operator": "オペレーター", "tier": "受け持ち", "announcement": "ガイダンス", "override": "臨時の変更",
    "added": "追加しました", "changed": "変更しました", "removed": "外しました",
}  # fmt: skip


def _told(line: str) -> str:
    subject, _, rest = line.partition(" ")
    which, _, action = rest.rpartition(": ")
    english = f"{subject} {which}: {action}"
    return words(f"{_JAPANESE.get(subject, subject)} {which}：{_JAPANESE.get(action, action)}", english)


def edited_and_removed(group: click.Group, kind: str, *, edit: str, remove: str) -> None:
    """Give a group `edit` and `remove` for what the plan calls `kind`; the texts are their help.

    >>> gates = click.Group("gates")
    >>> edited_and_removed(gates, "gate", edit="Change one: open=1", remove="Remove one")
    >>> sorted(gates.commands)
    ['edit', 'remove']
    """

    @group.command("edit", help=edit)
    @click.argument("key")
    @assignments
    @by_whom
    @as_json
    @with_settings()
    def edit_command(
        settings: Settings, key: str, values: tuple[tuple[str, str], ...], by: str, as_json: bool
    ) -> None:
        change(settings, lambda plans: plans.edit(kind, key, dict(values), by=by, at=now()), as_json=as_json)

    @group.command("remove", help=remove)
    @click.argument("key")
    @by_whom
    @as_json
    @with_settings()
    def remove_command(settings: Settings, key: str, by: str, as_json: bool) -> None:
        change(settings, lambda plans: plans.remove(kind, key, by=by, at=now()), as_json=as_json)
