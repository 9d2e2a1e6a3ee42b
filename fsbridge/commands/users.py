"""``fsbridge users``: who may log in, and what they may do."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from fsbridge.commands.common import Refusing, as_json, by_whom, opened, print_json, with_settings, words
from fsbridge.commands.planning import now, show, table
from fsbridge.config import Settings
from fsbridge.domain.planparts import ROLES
from fsbridge.services.users import Account, Users, new_password

_JAPANESE = {"operator": "オペレーター", "supervisor": "管理者（SV）", "administrator": "システム管理者"}
_role = click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice(ROLES),
    help=words("権限（くり返し可）。", "What the person is; as often as needed."),
)
_generate = click.option(
    "--generate", is_flag=True, help=words("パスワードを作って一度だけ表示します。", "Make one, shown once.")
)


@contextmanager
def stored_users(settings: Settings) -> Iterator[Users]:
    """The accounts of the store that is set."""
    from fsbridge.adapters.store.passwords import Passwords
    from fsbridge.adapters.store.plan import StoredPlan
    from fsbridge.adapters.store.users import StoredUsers

    with opened(settings) as store:
        plan = StoredPlan(store)
        yield Users(StoredUsers(store), Passwords().hash, plan.allowance if plan.exists() else None)


@click.group("users", cls=Refusing, help=words("利用者：ログインと権限。", "Accounts: log-ins and roles."))
def users() -> None:
    """Accounts added, listed, given roles and passwords, disabled."""


@users.command("list", help=words("利用者を一覧します。", "List the accounts."))
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """List the accounts."""
    with stored_users(settings) as accounts:
        found = accounts.all()
    if as_json:
        print_json(found)
        return
    columns = words(
        "ログイン 氏名 フリガナ 権限 ID パスワード 状態", "log-in name kana roles ID password state"
    )
    shown = table(*columns.split())
    for one in found:
        password = words("あり", "set") if one.has_password else words("未設定", "none")
        state = words("有効", "active") if one.active else words("停止", "disabled")
        roles = words("、", ", ").join(words(_JAPANESE[role], role) for role in one.roles)
        shown.add_row(one.login, one.name, one.kana, roles, one.operator or "–", password, state)
    show(shown)


@users.command("add", help=words("利用者を登録します。", "Add an account."))
@click.argument("login")
@click.argument("name")
@click.option("--kana", default="", help=words("フリガナ。", "How the name is read."))
@_role
@_generate
@by_whom
@as_json
@with_settings()
def add_command(
    settings: Settings, login: str, name: str, kana: str, roles: tuple[str, ...], generate: bool, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Add an account; an operator gets an operator ID of the same name."""
    password = new_password() if generate else ask_password(login)
    with stored_users(settings) as accounts:
        made = accounts.add(login, name, roles, kana=kana, password=password, by=by, at=now())
    _tell(made, words("登録しました", "added"), password if generate else "", as_json=as_json)


@users.command("role", help=words("権限を変更します。", "Let a person be exactly this."))
@click.argument("login")
@_role
@by_whom
@as_json
@with_settings()
def role_command(settings: Settings, login: str, roles: tuple[str, ...], by: str, as_json: bool) -> None:
    """Let a person be exactly these."""
    with stored_users(settings) as accounts:
        changed = accounts.set_roles(login, roles, by=by, at=now())
    _tell(changed, words("権限を変更しました", "roles changed"), as_json=as_json)


@users.command("password", help=words("パスワードを変更します。", "Give an account another password."))
@click.argument("login")
@_generate
@by_whom
@as_json
@with_settings()
def password_command(settings: Settings, login: str, generate: bool, by: str, as_json: bool) -> None:
    """Give an account another password; it is never shown again, and never logged."""
    with stored_users(settings) as accounts:
        account = next((one for one in accounts.all() if one.login == login), None)
        password = new_password() if generate else ask_password(login)
        accounts.set_password(login, password, by=by, at=now())
    if account is not None:
        done = words("パスワードを変更しました", "password changed")
        _tell(
            dataclasses.replace(account, has_password=True),
            done,
            password if generate else "",
            as_json=as_json,
        )


@users.command("disable", help=words("利用を停止します（IDも空きます）。", "Let nobody in with it any more."))
@click.argument("login")
@click.option("--reason", default="", help=words("理由。", "Why."))
@by_whom
@as_json
@with_settings()
def disable_command(settings: Settings, login: str, reason: str, by: str, as_json: bool) -> None:
    """Let nobody in with an account any more; its operator ID is free."""
    with stored_users(settings) as accounts:
        changed = accounts.disable(login, by=by, at=now(), reason=reason)
    _tell(changed, words("利用を停止しました", "disabled"), as_json=as_json)


@users.command("enable", help=words("利用を再開します。", "Let it be used again."))
@click.argument("login")
@by_whom
@as_json
@with_settings()
def enable_command(settings: Settings, login: str, by: str, as_json: bool) -> None:
    """Let an account be used again."""
    with stored_users(settings) as accounts:
        changed = accounts.enable(login, by=by, at=now())
    _tell(changed, words("利用を再開しました", "enabled"), as_json=as_json)


def ask_password(login: str) -> str:
    """A password typed twice, unseen; from a pipe, its first line."""
    if not sys.stdin.isatty():
        found = click.get_text_stream("stdin").readline().rstrip("\r\n")
        if not found:
            wanted = words(
                "パスワードを標準入力で渡すか、--generate を付けてください。",
                "give the password on standard input, or say --generate",
            )
            raise click.UsageError(wanted)
        return found
    text = words(f"{login} のパスワード（12文字以上）", f"Password of {login} (12 characters or more)")
    return str(click.prompt(text, hide_input=True, confirmation_prompt=words("もう一度", "Once more")))


def _tell(account: Account, done: str, password: str = "", *, as_json: bool) -> None:
    if as_json:
        print_json({**dataclasses.asdict(account), **({"password": password} if password else {})})
        return
    click.echo(f"✔ {account.login} {account.name}：{done}" if words("ja", "en") == "ja"
               else f"✔ {account.login} ({account.name}): {done}")  # fmt: skip
    if password:
        shown_once = words("パスワード（いま一度だけ表示します）", "password (shown only now)")
        click.echo(f"  {shown_once}: {password}")
