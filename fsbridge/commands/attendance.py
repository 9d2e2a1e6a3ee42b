"""What the commands about operators share: the centre opened, a status in colour, the seats in one line."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import click
from rich.text import Text

from fsbridge.attending import operators_of, reached, unreachable
from fsbridge.commands.common import opened, words
from fsbridge.commands.planning import show
from fsbridge.config import Settings
from fsbridge.domain.duty import Duty, Status
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.seats import Standing
from fsbridge.services.operators import Operators
from fsbridge.terminal.clean import clean

SWITCH = ("switch.host", "switch.port", "switch.password")
COLOURS = {
    Status.READY: "green",
    Status.RINGING: "bold yellow",
    Status.TALKING: "bold cyan",
    Status.HOLDING: "bold magenta",
    Status.WRAP_UP: "yellow",
    Status.ON_BREAK: "blue",
    Status.AWAY: "red",
    Status.TRAINING: "blue",
    Status.LOGGED_OUT: "bright_black",
}


@dataclass
class Centre:
    """What these commands work on: the plan and its operators."""

    plan: CentrePlan
    operators: Operators

    def name(self, operator: str) -> str:
        """An operator as people know them; the ID alone for one who was retired."""
        found = next((one for one in self.plan.operators if one.key == operator), None)
        return clean(f"{operator} {found.name}" if found is not None else operator)


@contextmanager
def centre(settings: Settings, *, told: bool = False) -> Iterator[Centre]:
    """The operators of the store that is set; `told` if FreeSWITCH has to be, too."""
    from fsbridge.adapters.store.plan import StoredPlan

    with opened(settings) as store:
        plan = StoredPlan(store).load()
        if not told:
            yield Centre(
                plan,
                operators_of(
                    store, lambda: plan, unreachable("it was not asked"), offering=settings.operators
                ),
            )
            return
        with reached(settings) as distributor, _quiet("fsbridge.services.operators"):
            found = Centre(plan, operators_of(store, lambda: plan, distributor, offering=settings.operators))
            yield found
            _say_who_is_untold(found.operators)


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    """What is said in one line at the end need not be logged for each."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _say_who_is_untold(operators: Operators) -> None:
    for why in dict.fromkeys(operators.untold.values()):
        who = ", ".join(sorted(one for one, said in operators.untold.items() if said == why))
        later = words("`fsbridge run` が動いていれば数秒で伝わります", "`fsbridge run` will tell it")
        click.echo(f"! {who}: {why}; {later}", err=True)


def status_cell(status: Status) -> Text:
    """Shape, word and colour."""
    return Text(f"{status.mark} {words(status.ja, status.en)}", COLOURS[status])


def plain(duty: Duty, name: str, seat: int | None, at: datetime) -> dict[str, object]:
    """A duty for JSON."""
    return {
        "operator": duty.operator,
        "name": name.removeprefix(duty.operator).strip(),
        "seat": seat,
        "status": duty.status.value,
        "reason": duty.reason,
        "since": duty.since,
        "seconds": int((at - duty.since).total_seconds()),
        "next": duty.next.status.value if duty.next is not None else None,
        "queue": duty.queue,
        "due_at": duty.due_at,
        "missed": duty.missed,
    }


def summary(plan: CentrePlan, standing: Standing, duties: Collection[Duty]) -> None:
    """The seats in one line, and how many do what in the next."""
    allowed = standing.allowance
    season = next((one for one in plan.seasons if one.key == allowed.season), None)
    ja_season = season.name if season is not None else "シーズンなし"
    en_season = season.name_en or season.key if season is not None else "no season"
    taken, free = len(standing.held), standing.free_for_operators
    ja = f"{ja_season}：{allowed.seats}席中 {taken}席使用、空き {free}席"
    en = f"{en_season}: {taken} of {allowed.seats} seats taken, {free} free"
    if allowed.reserve:
        ja += f"（別に管理者用 {allowed.reserve}席）"
        en += f" ({allowed.reserve} kept for supervisors)"
    if standing.over:
        ja += f"。{standing.over}人超過：退席を待っています"
        en += f"; {standing.over} over, until they log out"
    show(Text(words(ja, en), "bold"))
    counts = Counter(duty.status for duty in duties)
    if counts:
        parts = [Text.assemble(status_cell(one), f" {counts[one]}   ") for one in Status if counts[one]]
        show(Text.assemble(*parts))
