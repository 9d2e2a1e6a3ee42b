"""What every page of the administration shares: the plan as it is kept, marks of what was seen, refusals."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import url_for

from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import FsbridgeError
from fsbridge.services.plans import PlanRoom
from webpanel.access import ADMINISTRATOR, SUPERVISOR, roles
from webpanel.admin.booth import Booth
from webpanel.admin.cures import Refusal, refusal
from webpanel.centre import Centre, Kept

T = TypeVar("T")

BOTH = (SUPERVISOR, ADMINISTRATOR)
ALONE = (ADMINISTRATOR,)
SECTIONS = (
    ("start", "admin.page", BOTH),
    ("contacts", "admin.contacts", BOTH),
    ("schedule", "admin.schedule", BOTH),
    ("tiers", "admin.tiers", BOTH),
    ("scripts", "admin.scripts", BOTH),
    ("announcements", "admin.announcements", BOTH),
    ("flows", "admin.flows", ALONE),
    ("seasons", "admin.seasons", ALONE),
    ("cases", "admin.cases", ALONE),
    ("users", "admin.users", ALONE),
    ("tokens", "admin.tokens", ALONE),
    ("audit", "admin.audit", ALONE),
)
"""The pages in the order of the side navigation: their word, where they are, and whom they are for."""


class ChangedMeanwhile(FsbridgeError):
    """Somebody else has changed what a form was opened over; nothing was saved."""


class Office:
    """The administration of one centre. Slow reads go through `apart`."""

    def __init__(self, centre: Centre, kept: Kept) -> None:
        self.centre = centre
        self.kept = kept
        self.store = kept.store
        self.plans = StoredPlan(kept.store)
        self.booth = Booth(kept.settings)

    def plan(self) -> CentrePlan:
        """The plan as it is kept now."""
        return self.kept.apart(self.plans.load)

    def now(self) -> datetime:
        """The time the opening hours go by."""
        return self.centre.clock()


class Seen:
    """A plan's room that refuses a change when the part a form showed is no longer as it was shown."""

    def __init__(self, room: PlanRoom, part: Callable[[CentrePlan], object], seen: str) -> None:
        self._room = room
        self._part = part
        self._seen = seen

    def load(self) -> CentrePlan:
        """The plan."""
        return self._room.load()

    def change(
        self, edit: Callable[[CentrePlan], CentrePlan], *, by: str, at: datetime, reason: str = ""
    ) -> Sequence[object]:
        """As the room's, or ChangedMeanwhile."""

        def guarded(plan: CentrePlan) -> CentrePlan:
            if mark(self._part(plan)) != self._seen:
                raise ChangedMeanwhile("somebody else has changed it meanwhile; look at it again")
            return edit(plan)

        return self._room.change(guarded, by=by, at=at, reason=reason)


class Trial:
    """A plan's room that changes nothing: whether an edit would do is found out without it."""

    def __init__(self, plan: CentrePlan) -> None:
        self._plan = plan

    def load(self) -> CentrePlan:
        """The plan as it is."""
        return self._plan

    def change(
        self, edit: Callable[[CentrePlan], CentrePlan], *, by: str, at: datetime, reason: str = ""
    ) -> Sequence[object]:
        """The errors of the edit, and nothing else."""
        edit(self._plan)
        return ()


def mark(part: object) -> str:
    """A short mark of something, another when it is changed.

    >>> mark({"a": 1}) == mark({"a": 1}), mark({"a": 1}) == mark({"a": 2})
    (True, False)
    """
    plain: Any = asdict(part) if is_dataclass(part) and not isinstance(part, type) else part
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def refused(work: Callable[[], object]) -> Refusal | None:
    """What an edit is refused for, in the reader's words; None if it is done."""
    try:
        work()
    except FsbridgeError as error:
        return refusal(error)
    return None


@dataclass(frozen=True)
class Entry:
    """One line of the side navigation."""

    key: str
    address: str


def side() -> list[Entry]:
    """Where the visitor may go within the administration."""
    held = roles()
    return [Entry(key, url_for(endpoint)) for key, endpoint, wanted in SECTIONS if held & set(wanted)]


def page_of(text: str | None) -> int:
    """A page's number from an address; 1 for anything that is none.

    >>> page_of("3"), page_of("-1"), page_of("x")
    (3, 1, 1)
    """
    return max(1, int(text)) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
