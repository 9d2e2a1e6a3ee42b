"""``fsbridge operators``: who is registered, who sits where, what each does; out, back, set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import click
from rich.text import Text

from fsbridge.commands.attendance import COLOURS, SWITCH, Centre, centre, plain, status_cell, summary
from fsbridge.commands.common import Refusing, as_json, by_whom, print_json, with_settings, words
from fsbridge.commands.planning import now, short, show, table
from fsbridge.commands.reasons import in_words, reasons
from fsbridge.config import Settings
from fsbridge.domain.duty import Choice, Duty, Status, overdue
from fsbridge.services.operators import NotOnDuty
from fsbridge.terminal.clean import clean
from fsbridge.terminal.look import duration

_operators = click.argument("ids", metavar="OPERATOR...", nargs=-1, required=True)


@click.group(
    "operators",
    cls=Refusing,
    help=words("オペレーター：登録、席、状態。", "Operators: who is registered, seated, and doing what."),
)
def operators() -> None:
    """Operators listed and looked at, logged out, brought back."""


@operators.command("list", help=words("登録されたIDを一覧します。", "List the registered operator IDs."))
@as_json
@with_settings()
def list_command(settings: Settings, as_json: bool) -> None:
    """Everybody who is registered, with the queues of the season in force and what each does."""
    with centre(settings) as found:
        plan = found.plan
        standing, duties = found.operators.standing(now())
    season = plan.schedule.status(now()).season
    queues = {
        one.key: [tier.queue for tier in plan.tiers_of(season) if tier.operator == one.key]
        for one in plan.operators
    }
    if as_json:
        print_json(
            [
                {
                    "operator": one.key,
                    "name": one.name,
                    "kana": one.kana,
                    "extension": one.extension,
                    "roles": one.roles,
                    "queues": queues[one.key],
                    "status": duties[one.key].status.value if one.key in duties else "logged out",
                }
                for one in plan.operators
            ]
        )
        return
    headings = words("状態 ID 氏名 フリガナ 内線 キュー", "status ID name kana ext. queues").split()
    count = f"{standing.registered} / {standing.allowance.registered}"
    shown = table(*headings, title=words(f"登録ID {count}", f"Registered IDs {count}"))
    for one in plan.operators:
        duty = duties.get(one.key)
        status = duty.status if duty is not None else Status.LOGGED_OUT
        served = words("、", ", ").join(short(queue) for queue in queues[one.key])
        shown.add_row(
            status_cell(status),
            one.key,
            clean(one.name),
            clean(one.kana),
            one.extension or "–",
            served or "–",
        )
    show(shown)


@operators.command(
    "status", help=words("ログイン中の全員の状態を表示します。", "Show what everybody who is logged in does.")
)
@click.argument("ids", metavar="[OPERATOR]...", nargs=-1)
@as_json
@with_settings()
def status_command(settings: Settings, ids: tuple[str, ...], as_json: bool) -> None:
    """What everybody does who is logged in, or these operators."""
    at = now()
    with centre(settings) as found:
        for operator in ids:
            found.plan.operator(operator)
        standing, duties = found.operators.standing(at)
        wanted = [duty for key, duty in duties.items() if not ids or key in ids]
        names = {duty.operator: found.name(duty.operator) for duty in wanted}
        known = found.operators.book.reasons()
    seats = {seat.operator: seat.number for seat in standing.held}
    if as_json:
        print_json([plain(duty, names[duty.operator], seats.get(duty.operator), at) for duty in wanted])
        return
    summary(found.plan, standing, duties.values())
    if not wanted:
        click.echo(words("ログイン中の人はいません。", "Nobody is logged in."))
        return
    headings = words(
        "席 状態 経過 オペレーター 理由 通話後 キュー", "seat status since operator reason next queue"
    ).split()
    shown = table(*headings)
    for column in shown.columns[1:4]:
        column.no_wrap = True
    order = list(Status)
    for duty in sorted(wanted, key=lambda one: (order.index(one.status), one.since)):
        elapsed = duration(at - duty.since)
        if duty.due_at is not None:
            left = duration(max(duty.due_at - at, timedelta()))
            elapsed = words(f"{elapsed}（残り{left}）", f"{elapsed} ({left} left)")
        shown.add_row(
            str(seats.get(duty.operator, "–")),
            status_cell(duty.status),
            Text(elapsed, "red" if overdue(duty, at) else ""),
            names[duty.operator],
            in_words(duty.reason, known),
            words(duty.next.status.ja, duty.next.status.en) if duty.next is not None else "",
            short(duty.queue),
        )
    show(shown)


@operators.command("seats", help=words("席の使用状況を表示します。", "Show who holds which seat."))
@as_json
@with_settings()
def seats_command(settings: Settings, as_json: bool) -> None:
    """Who sits where, against what the season in force allows."""
    at = now()
    with centre(settings) as found:
        standing, _ = found.operators.standing(at)
        zone = found.plan.schedule.clock
        rows = [(seat, found.name(seat.operator)) for seat in standing.held]
    allowed = standing.allowance
    if as_json:
        print_json(
            {
                "season": allowed.season,
                "seats": allowed.seats,
                "reserve": allowed.reserve,
                "free": standing.free,
                "free_for_operators": standing.free_for_operators,
                "over": standing.over,
                "registered": standing.registered,
                "registered_allowed": allowed.registered,
                "held": [
                    {
                        "seat": seat.number,
                        "operator": seat.operator,
                        "place": seat.place,
                        "reserve": seat.reserve,
                        "taken_at": seat.taken_at,
                        "beat_at": seat.beat_at,
                    }
                    for seat, _ in rows
                ],
            }
        )
        return
    summary(found.plan, standing, ())
    headings = words(
        "席 オペレーター 場所 着席 最終応答 区分", "seat operator place taken heard kind"
    ).split()
    shown = table(*headings)
    for seat, name in rows:
        silent = at - seat.beat_at
        heard = words(f"{int(silent.total_seconds())} 秒前", f"{int(silent.total_seconds())} s ago")
        kind = words("管理者用", "reserve") if seat.reserve else ""
        taken = f"{seat.taken_at.astimezone(zone):%H:%M}"
        shown.add_row(str(seat.number), name, clean(seat.place) or "–", taken, heard, kind)
    if rows:
        show(shown)


@operators.command("kick", help=words("オペレーターをログアウトさせます。", "Log operators out."))
@_operators
@click.option("--reason", default="", help=words("理由（監査ログに残ります）。", "Why (for the audit log)."))
@by_whom
@as_json
@with_settings(*SWITCH)
def kick_command(settings: Settings, ids: tuple[str, ...], reason: str, by: str, as_json: bool) -> None:
    """Log operators out; who is in a conversation stays until it ends."""
    _each(
        settings,
        ids,
        lambda found, operator, at: found.operators.kick(operator, at, by=by, reason=reason),
        as_json=as_json,
    )


@operators.command(
    "back", help=words("待受に戻します（無応答で外れた人など）。", "Bring operators back into rotation.")
)
@_operators
@by_whom
@as_json
@with_settings(*SWITCH)
def back_command(settings: Settings, ids: tuple[str, ...], by: str, as_json: bool) -> None:
    """Into rotation again, whatever took them out; after this call for those who have one."""
    _each(
        settings, ids, lambda found, operator, at: found.operators.back(operator, at, by=by), as_json=as_json
    )


@operators.command("set", help=words("状態を変えます（通話中は通話後に）。", "Set a status."))
@click.argument("operator")
@click.argument("status")
@click.option("--reason", default="", help=words("理由（reasons で一覧）。", "One of `reasons`."))
@by_whom
@as_json
@with_settings(*SWITCH)
def set_command(settings: Settings, operator: str, status: str, reason: str, by: str, as_json: bool) -> None:
    """Give an operator a status now, or after this call."""

    def change(found: Centre, operator: str, at: datetime) -> Duty:
        choice = Choice(Status.named(status), reason)
        return found.operators.choose(operator, choice, at, by=by, reason=reason)

    _each(settings, (operator,), change, as_json=as_json)


def _each(
    settings: Settings,
    ids: tuple[str, ...],
    change: Callable[[Centre, str, datetime], Duty],
    *,
    as_json: bool,
) -> None:
    """The same for each, checked before the first is touched."""
    at = now()
    with centre(settings, told=True) as found:
        for operator in ids:
            found.plan.operator(operator)
            if found.operators.book.duty(operator) is None:
                raise NotOnDuty(f"operator {operator} is not logged in")
        done = [(change(found, operator, at), found.name(operator)) for operator in ids]
        known = found.operators.book.reasons()
    if as_json:
        print_json([plain(duty, name, None, at) for duty, name in done])
        return
    for duty, name in done:
        if duty.next is not None:
            ja = f"{name} は{duty.status.ja}です。終わりしだい「{duty.next.status.ja}」に変わります。"
            en = f"{name} is {duty.status.en.lower()}; {duty.next.status.en.lower()} after it."
            show(Text.assemble((f"{duty.status.mark} ", COLOURS[duty.status]), words(ja, en)))
        else:
            why = in_words(duty.reason, known)
            why = words(f"（{why}）", f" ({why})") if why else ""
            show(
                Text.assemble(("✔ ", "green"), words(f"{name}：", f"{name}: "), status_cell(duty.status), why)
            )


operators.add_command(reasons)
