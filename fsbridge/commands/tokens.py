"""``fsbridge tokens``: keys for screens on a wall, other programs, and what watches the system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

import click

from fsbridge.commands.common import Refusing, as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import now, show, table
from fsbridge.config import Settings
from fsbridge.services.tokens import KINDS, Kind, Tokens

_JAPANESE = {"kiosk": "画面", "api": "API", "metrics": "監視"}


@contextmanager
def stored_tokens(settings: Settings) -> Iterator[Tokens]:
    """The tokens of the store that is set."""
    from fsbridge.adapters.store.logins import StoredTokens

    with opened(settings) as store:
        yield Tokens(StoredTokens(store))


@click.group(
    "tokens",
    cls=Refusing,
    help=words(
        "トークン：壁の画面、外部プログラム、監視の鍵。",
        "Tokens: keys for screens on a wall, other programs, and what watches the system.",
    ),
)
def tokens() -> None:
    """Tokens made, listed, revoked."""


@tokens.command(
    "make",
    help=words(
        """トークンを作り、一度だけ表示します。

        KIND は kiosk（壁の画面）、api（外部プログラム）、metrics（監視。数値だけを読めます）。""",
        """Make a token, shown once.

        KIND is kiosk (a screen on a wall), api (another program) or metrics (reads the system's figures).""",
    ),
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@by_whom
@as_json
@with_settings()
def make_command(settings: Settings, kind: str, name: str, by: str, as_json: bool) -> None:
    """Make a token; its secret is shown now and never again."""
    with stored_tokens(settings) as kept:
        made, secret = kept.make(cast(Kind, kind), name, by=by, at=now())
    if as_json:
        print_json({"number": made.number, "kind": made.kind, "name": made.name, "token": secret})
        return
    done = words(f"トークン {made.number}（{_JAPANESE[kind]}）{made.name}：作成しました",
                 f"token {made.number} ({kind}) {made.name}: made")  # fmt: skip
    click.echo(f"✔ {done}")
    click.echo(f"  {words('いま一度だけ表示します', 'shown only now')}: {secret}")


@tokens.command("list", help=words("トークンを一覧します。", "List the tokens."))
@click.option(
    "--all", "everything", is_flag=True, help=words("失効したものも含めます。", "Also those revoked.")
)
@as_json
@with_settings()
def list_command(settings: Settings, everything: bool, as_json: bool) -> None:
    """List the tokens; what opens with them, nobody can look up."""
    with stored_tokens(settings) as kept:
        found = [one for one in kept.all() if everything or one.revoked_at is None]
    if as_json:
        print_json(found)
        return
    columns = words("番号 種類 名前 作成 作成者 最終使用 状態", "number kind name made by used state")
    shown = table(*columns.split())
    for one in found:
        state = words("失効", "revoked") if one.revoked_at else words("有効", "active")
        shown.add_row(
            str(one.number), words(_JAPANESE[one.kind], one.kind), one.name, _day(one.created_at),
            one.created_by, _day(one.used_at), state,
        )  # fmt: skip
    show(shown)


@tokens.command("revoke", help=words("トークンを失効させます。", "Let a token open nothing any more."))
@click.argument("number", type=click.IntRange(min=1))
@by_whom
@as_json
@with_settings()
def revoke_command(settings: Settings, number: int, by: str, as_json: bool) -> None:
    """Let a token open nothing any more, from its next request on."""
    with stored_tokens(settings) as kept:
        kept.revoke(number, by=by, at=now())
    if as_json:
        print_json({"revoked": number})
        return
    click.echo(f"✔ {words(f'トークン {number}：失効させました', f'token {number}: revoked')}")


def _day(at: datetime | None) -> str:
    return at.astimezone().strftime("%Y-%m-%d") if at is not None else "–"
