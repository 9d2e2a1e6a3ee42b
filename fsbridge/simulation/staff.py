"""So many operators: those of the plan, or such as they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.planparts import OperatorPlan
from fsbridge.errors import InvalidArgument

MOST = 500
"""Operators of a simulated centre at most."""


def staffed(plan: CentrePlan, operators: int) -> CentrePlan:
    """The plan with so many operators: fewer are taken evenly from its list, more serve as its own do.

    The queues keep their mixture of people, so that a few more or less change nothing but the number.

    >>> from fsbridge.testing.plans import small_plan
    >>> [one.key for one in staffed(small_plan(), 3).operators], len(staffed(small_plan(), 1).tiers)
    (['op1', 'op1-2', 'op2'], 2)
    """
    if not 1 <= operators <= MOST:
        raise InvalidArgument("operators", f"is {operators}; give 1 to {MOST}")
    known = plan.operators
    if not known:
        raise InvalidArgument("operators", "of the plan: there are none, so nobody could say who serves what")
    chosen = Counter(known[place * len(known) // operators].key for place in range(operators))
    people: list[OperatorPlan] = []
    models: dict[str, str] = {}
    for one in known:
        for copy in range(1, chosen[one.key] + 1):
            key = one.key if copy == 1 else f"{one.key}-{copy}"
            models[key] = one.key
            people.append(
                one if copy == 1 else replace(one, key=key, name=f"{one.name} {copy}", extension="")
            )
    tiers = [
        replace(tier, operator=key)
        for tier in plan.tiers
        for key, model in models.items()
        if model == tier.operator
    ]
    return _served(replace(plan, operators=tuple(people), tiers=tuple(tiers)))


def _served(plan: CentrePlan) -> CentrePlan:
    """A plan in which no queue is left without anybody: then everybody serves it."""
    tiers = list(plan.tiers)
    for season in plan.seasons:
        for queue in plan.queues:
            if not any((one.season, one.queue) == (season.key, queue.key) for one in plan.tiers):
                model = next(iter(plan.tiers), None)
                if model is not None:
                    tiers += [
                        replace(
                            model,
                            season=season.key,
                            queue=queue.key,
                            operator=one.key,
                            level=1,
                            position=place,
                        )
                        for place, one in enumerate(plan.operators, 1)
                    ]
    return replace(plan, tiers=tuple(tiers))
