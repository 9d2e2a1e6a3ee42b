"""``fsbridge init``: a new centre, from an example or a data set of one's own."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fsbridge.adapters.planfile import DataSet, example, examples, read
from fsbridge.commands.common import as_json, by_whom, print_json, with_settings, words
from fsbridge.commands.planning import now, show, table
from fsbridge.commands.users import ask_password
from fsbridge.config import Settings
from fsbridge.services.users import new_password

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

_LIST = "?"


@click.command(
    help=words(
        "新しいセンターを用意します：データベースと、データ一式（例またはTOMLファイル）。",
        "Make a new centre: its database, filled from an example or a TOML file of your own.",
    )
)
@click.option(
    "--example",
    "named",
    is_flag=False,
    flag_value=_LIST,
    metavar="NAME",
    help=words(
        f"付属の例（{'、'.join(examples())}）。名前なしで一覧します。",
        f"An example that comes along ({', '.join(examples())}); without a name, lists them.",
    ),
)
@click.option(
    "--from",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help=words("自分のデータ（TOMLファイル）。", "A data set of your own, a TOML file."),
)
@click.option(
    "--admin",
    default="admin",
    show_default=True,
    metavar="LOGIN",
    help=words("最初のシステム管理者。", "The first administrator's log-in."),
)
@by_whom
@as_json
@with_settings("database")
@click.pass_context
def init(
    context: click.Context, settings: Settings, named: str | None, path: Path | None, admin: str, by: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Make a new centre; a filled one is never overwritten."""
    if (named is None and path is None) or named == _LIST:
        _list(as_json)
        context.exit(0 if named == _LIST else 1)
    if named is not None and path is not None:
        raise click.UsageError(words("--example か --from の一方を。", "give --example or --from, not both"))
    data = example(named) if named is not None else read(Path(str(path)))
    _refuse_filled(settings)
    generated = "" if sys.stdin.isatty() else new_password()
    password = generated or ask_password(admin)
    _fill(settings, data, admin, password, by, now())
    file = _write_settings(settings, data)
    if as_json:
        made = {
            "centre": data.plan.key,
            "home": settings.home,
            "database": _place(settings),
            "admin": admin,
        }
        print_json({**made, "settings": file, **({"password": generated} if generated else {})})
        return
    _tell(settings, data, admin, generated)


def _list(as_json: bool) -> None:
    found = {name: example(name).plan for name in examples()}
    if as_json:
        rows = [{"example": key, "name": one.name, "zone": one.zone} for key, one in found.items()]
        print_json(rows)
        return
    shown = table(*words("例 名称 時刻 言語 業務 席数", "example name zone language flows seats").split())
    for key, plan in found.items():
        seats = " / ".join(str(one.seats) for one in plan.seasons)
        flows = words("、", ", ").join(words(one.name, one.name_en or one.name) for one in plan.flows)
        shown.add_row(
            key, words(plan.name, plan.name_en or plan.name), plan.zone, plan.language, flows, seats
        )
    show(shown)
    click.echo(f"\nfsbridge init --example {next(iter(found))}")


def _refuse_filled(settings: Settings) -> None:
    """AlreadyFilled before anybody is asked for a password."""
    from fsbridge.adapters.store import Store
    from fsbridge.adapters.store.fill import refuse_filled

    store = Store(settings.database_url)
    try:
        store.migrate()
        refuse_filled(store)
    finally:
        store.close()


def _fill(settings: Settings, data: DataSet, admin: str, password: str, by: str, at: datetime) -> None:
    from fsbridge.adapters.store import Store
    from fsbridge.adapters.store.fill import fill, fill_contacts
    from fsbridge.adapters.store.passwords import Passwords
    from fsbridge.adapters.store.users import StoredUsers
    from fsbridge.services.users import Users

    def also(store: Store) -> None:
        users = Users(StoredUsers(store), Passwords().hash)
        users.add(
            admin,
            words("システム管理者", "administrator"),
            ["administrator"],
            password=password,
            by=by,
            at=at,
        )
        fill_contacts(store, data, by=by, at=at)

    store = Store(settings.database_url)
    try:
        fill(store, data, by=by, at=at, also=lambda: also(store))
    finally:
        store.close()


def _place(settings: Settings) -> str:
    """Where the database is, without its password."""
    from fsbridge.adapters.store.databases import without_password

    return without_password(settings.database_url)


def _write_settings(settings: Settings, data: DataSet) -> Path:
    """The settings' file, if there is none yet: the centre's zone, a voice for its language, its readings."""
    path, plan = settings.home / "fsbridge.toml", data.plan
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return path
    speech = []
    if plan.language != "ja":
        speech.append(("engine", f"espeak-ng:{plan.language}"))
        if key := plan.menu.failure or plan.flow_of(plan.fallback_queue).waiting:
            speech.append(("fallback", plan.announcement(key).text))
    if data.readings:
        readings = settings.home / "readings.toml"
        readings.write_text("".join(map(_line, data.readings.items())), encoding="utf-8")
        speech.append(("readings", str(readings)))
    text = _line(("zone", plan.zone))
    if speech:
        text += "\n[speech]\n" + "".join(map(_line, speech))
    path.touch(mode=0o600)  # passwords may be written into it later
    path.write_text(text, encoding="utf-8")
    return path


def _line(pair: tuple[str, str]) -> str:
    """A line of TOML."""
    key, text = pair
    name = key if key.isascii() and key.isidentifier() else json.dumps(key, ensure_ascii=False)
    return f"{name} = {json.dumps(text, ensure_ascii=False)}\n"


def _tell(settings: Settings, data: DataSet, admin: str, generated: str) -> None:
    plan = data.plan
    name = words(plan.name, plan.name_en or plan.name)
    click.echo(words(f"✔ {name} を用意しました。", f"✔ {name} is ready."))
    counts = words(
        f"業務 {len(plan.flows)}、オペレーター {len(plan.operators)}、ガイダンス {len(plan.announcements)}、"
        f"連絡先 {len(data.contacts)}、案件の種別 {len(data.case_types)}",
        f"{len(plan.flows)} flows, {len(plan.operators)} operators, {len(plan.announcements)} announcements, "
        f"{len(data.contacts)} contacts, {len(data.case_types)} case types",
    )
    click.echo(f"  {counts}")
    click.echo(f"  {_place(settings)}")
    if generated:
        click.echo(words(f"\n  {admin} のパスワード（いま一度だけ表示します）: {generated}",
                         f"\n  password of {admin} (shown only now): {generated}"))  # fmt: skip
    click.echo(words("\n次にすること", "\nWhat to do next"))
    steps = table("", "")
    steps.show_header = False
    first = plan.operators[0].key if plan.operators else admin
    for command, japanese, english in (
        ("doctor", "足りないものを調べる", "see what is missing"),
        ("schedule preview", "一年の受付時間を見る", "look at the year's opening hours"),
        (f"users password {first}", "オペレーターがログインできるようにする", "let an operator log in"),
        ("switch run", "FreeSWITCHを動かす", "run a FreeSWITCH"),
        ("run", "電話を受ける", "take calls"),
    ):
        steps.add_row(f"  fsbridge {command}", words(japanese, english))
    show(steps)
