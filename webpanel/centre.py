"""What the panel is put over: the live floor, the plan, and, where there is a store, all that is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fsbridge.adapters.store import Store
from fsbridge.app import Watch
from fsbridge.config import Settings
from fsbridge.domain.plan import CentrePlan
from fsbridge.esl import OutboundESLServer
from fsbridge.services.credentials import Credentials
from fsbridge.services.desk import Desk
from fsbridge.services.floor import Floor, utc_now
from fsbridge.services.operators import Operators
from fsbridge.services.plan_live import Apart, at_once
from fsbridge.supervising import Supervising
from webpanel.staff import Staff, StaffWatch


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept, and who changes it. `apart` runs what takes long where it holds up no call."""

    settings: Settings
    store: Store
    operators: Operators
    watch: Watch | None = None
    """FreeSWITCH; None where there is none to talk to."""
    desk: Desk | None = None
    """What operators ask of the switch about calls; None where there is none to ask."""
    credentials: Credentials | None = None
    """The secrets of their browsers' telephones; None where there is no switch to telephone with."""
    supervision: Supervising | None = None
    """Listening in, and what had drifted; None where there is no switch."""
    scripts: OutboundESLServer | None = None
    """Where call scripts are served; None where none are."""
    voice: bool = True
    """Whether the switch carries voice; the embedded one only signals."""
    apart: Apart = at_once


@dataclass(frozen=True, kw_only=True)
class Centre:
    """One centre, as the pages see it.

    `plan` gives the plan in force, `clock` the time the opening hours go by, `staff` who is at work (None:
    not known). Without `kept` there is the wallboard alone, and it is open to everybody.
    """

    floor: Floor
    plan: Callable[[], CentrePlan]
    clock: Callable[[], datetime] = utc_now
    staff: Callable[[], Staff | None] = lambda: None
    kept: Kept | None = None

    @classmethod
    def whole(
        cls,
        floor: Floor,
        plan: Callable[[], CentrePlan],
        kept: Kept,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> Centre:
        """A centre with everything that is kept; who is at work, its operators say."""
        return cls(floor=floor, plan=plan, clock=clock, staff=StaffWatch(kept.operators.book.look), kept=kept)
