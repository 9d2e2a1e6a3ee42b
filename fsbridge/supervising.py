"""The composition of supervision: listening in, raised hands and messages, beside a watch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fsbridge.adapters.monitoring import Eavesdrop
from fsbridge.app import Watch, store_of
from fsbridge.attending import Attending
from fsbridge.config import Settings
from fsbridge.desks import supervisors_of
from fsbridge.domain.plan import CentrePlan
from fsbridge.services.assignments import Assignments
from fsbridge.services.credentials import Credentials
from fsbridge.services.operators import Operators
from fsbridge.services.signals import Hands, Messages
from fsbridge.services.supervision import Supervision
from fsbridge.services.users import Account

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store


class Supervising:
    """What the supervisor's page asks of a running centre. Make it before the watch starts.

    A supervisor is called at the page that was given a secret by `phones`, else as the operator of the same
    account, at its extension. `zone` is where the day of a message begins.
    """

    def __init__(
        self,
        store: Store,
        watch: Watch,
        operators: Operators,
        *,
        zone: str,
        phones: Credentials | None = None,
    ) -> None:
        from fsbridge.adapters.store.assignments import StoredAssignments
        from fsbridge.adapters.store.monitoring import StoredMonitoring
        from fsbridge.adapters.store.signals import StoredSignals
        from fsbridge.adapters.store.users import StoredUsers

        accounts, signals, place = StoredUsers(store), StoredSignals(store), ZoneInfo(zone)

        self.phones = phones

        def telephone_of(account: Account) -> str:
            own = phones.address(account.login) if phones is not None else ""
            if own:
                return f"user/{own}"
            return operators.book.contacts().get(account.operator, "").rpartition("]")[2]

        def day_of(at: datetime) -> datetime:
            return datetime.combine(at.astimezone(place).date(), time(), place)

        self.supervision = Supervision(
            StoredMonitoring(store),
            Eavesdrop(watch.link),
            accounts,
            operators.book,
            telephone_of=telephone_of,
            log=watch.reconciler.log,
        )
        self.hands = Hands(signals)
        self.messages = Messages(signals, accounts, day_of)
        self.assignments = Assignments(StoredAssignments(store), operators.book, watch.callcenter, accounts)
        self.recent_drift = watch.reconciler.recent_drift
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        watch.listeners.append(self.supervision.hear)
        watch.reconciler.also.append(self.supervision.check)

    def start(self) -> None:
        """Begin to see when a monitoring ends."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self.supervision.run, args=(self._stopping,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """See it no longer; who listens goes on listening, and its end is found at the next start."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5)


def supervising_of(
    settings: Settings,
    watch: Watch,
    attending: Attending | None,
    plan: Callable[[], CentrePlan] | None = None,
) -> Supervising | None:
    """What supervisors ask of a running centre; None where no operators are attended to.

    With the `plan`, whose key is the domain, supervisors listen in their browsers.

    >>> from fsbridge.config import load
    >>> watch = Watch("127.0.0.1", 8021, "ClueCon")
    >>> supervising_of(load(home="/nowhere", environment={}), watch, None) is None
    True
    """
    if attending is None:
        return None
    from fsbridge.adapters.store.users import StoredUsers

    store = store_of(settings)
    phones = supervisors_of(settings, watch.link, plan, StoredUsers(store)) if plan is not None else None
    return Supervising(store, watch, attending.operators, zone=settings.zone, phones=phones)
