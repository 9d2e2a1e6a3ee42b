"""Whoever tries the demonstration out: log-ins of each role, and a seat for the operator among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from fsbridge.domain.plan import CentrePlan, OperatorPlan

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store

PASSWORD = "fsbridge-demo"
"""Everybody's; the demonstration listens on loopback alone."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who may log in at the demonstration; with an `extension`, an operator.

    >>> [visitor.login for visitor in VISITORS]
    ['operator', 'second', 'supervisor', 'admin']
    """

    login: str
    name: str
    kana: str
    role: str
    extension: str = ""


VISITORS = (
    Visitor("operator", "体験 花子", "タイケン ハナコ", "operator", "1901"),
    Visitor("second", "体験 次郎", "タイケン ジロウ", "operator", "1902"),
    Visitor("supervisor", "監督 三郎", "カントク サブロウ", "supervisor", "1903"),
    Visitor("admin", "管理 四郎", "カンリ シロウ", "administrator"),
)


def with_visitors(plan: CentrePlan, people: int) -> CentrePlan:
    """The plan with the visitors among its operators, and seats for them beside so many `people`.

    They serve the queues of the plan's first operator.

    >>> from fsbridge.adapters.planfile import example
    >>> plan = with_visitors(example("kanazawa").plan, 16)
    >>> plan.season("normal").seats, plan.operators[-1].name
    (18, '体験 次郎')
    """
    visiting = [one for one in VISITORS if one.role == "operator"]
    first = plan.operators[0].key
    seasons = [
        replace(
            season,
            seats=max(season.seats, people + len(visiting)),
            registered=max(season.registered, len(plan.operators) + len(visiting)),
        )
        for season in plan.seasons
    ]
    tiers = [
        replace(tier, operator=one.login) for tier in plan.tiers if tier.operator == first for one in visiting
    ]
    operators = [
        OperatorPlan(one.login, one.name, kana=one.kana, extension=one.extension, roles=("operator",))
        for one in visiting
    ]
    return replace(
        plan,
        seasons=tuple(seasons),
        operators=(*plan.operators, *operators),
        tiers=(*plan.tiers, *tiers),
    )


def let_in(store: Store, at: datetime) -> None:
    """Give every visitor an account with the common password."""
    from fsbridge.adapters.store.passwords import Passwords
    from fsbridge.adapters.store.users import StoredUsers
    from fsbridge.services.users import Users

    passwords = Passwords()
    kept = passwords.hash(PASSWORD)
    users = Users(StoredUsers(store), hashed=lambda password: kept)
    there = {one.login for one in users.all()}
    for one in VISITORS:
        if one.login not in there:
            users.add(one.login, one.name, [one.role], by="demo", at=at, kana=one.kana)
        users.set_password(one.login, PASSWORD, by="demo", at=at)
