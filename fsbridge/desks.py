"""The composition of the operator's desk: telephones' secrets and orders about calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fsbridge.adapters.credentials import SUPERVISOR, DirectoryFiles
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.telephony import Telephony
from fsbridge.config import Settings
from fsbridge.domain.destinations import Destinations
from fsbridge.domain.plan import CentrePlan
from fsbridge.errors import ConfigError
from fsbridge.services.authority import SUPERVISING, Accounts
from fsbridge.services.credentials import Credentials
from fsbridge.services.desk import Desk, House
from fsbridge.services.operators import Operators

if TYPE_CHECKING:
    from fsbridge.adapters.store import Store
    from fsbridge.esl import Link


def desk_of(
    settings: Settings, operators: Operators, link: Link, plan: Callable[[], CentrePlan], store: Store
) -> Desk:
    """The desk of a running centre: numbers and caller IDs by its plan, past calls from its store.

    ConfigError names a rule for numbers, or a flow's caller ID, that is none.
    """
    from fsbridge.adapters.store.history_search import StoredPast

    past = StoredPast(store)
    own = dict(_pair(one) for one in settings.desk.caller_ids)
    house = House(
        queues=lambda: {queue.key: queue.name for queue in plan().queues},
        caller_ids=lambda: {"": plan().caller_id, **own},
        fallback_queue=lambda: plan().fallback_queue,
        read=lambda text: PhoneNumbers(plan().region).read(text),
        destinations=Destinations(settings.desk.allowed, settings.desk.forbidden),
        outgoing=bool(settings.switch.carrier),
    )

    def number_of(call: str) -> str:
        with past.reading():
            return past.story(call, past.labels()).call.number if call in past.matching(call) else ""

    def flow_of(call: str) -> str:
        with past.reading():
            return past.story(call, past.labels()).call.flow if call in past.matching(call) else ""

    return Desk(operators, Telephony(link), house, numbers=number_of, flows=flow_of)


def credentials_of(settings: Settings, link: Link, plan: Callable[[], CentrePlan]) -> Credentials:
    """Secrets for the browsers of a plan's operators, in the folder FreeSWITCH was rendered into."""
    directory = DirectoryFiles(
        settings.switch_folder,
        plan().key,
        link.api,
        (settings.switch.host, settings.switch.verto_port),
        names=lambda: {one.key: one.name for one in plan().operators},
    )
    return Credentials(directory, lambda: {one.key: one.extension for one in plan().operators})


def supervisors_of(
    settings: Settings, link: Link, plan: Callable[[], CentrePlan], accounts: Accounts
) -> Credentials:
    """Secrets for supervisors' browsers, by log-in: telephones to listen with, without an extension."""

    def supervisors() -> dict[str, str]:
        return {
            one.login: SUPERVISOR + one.login
            for one in accounts.look()
            if one.active and set(one.roles) & set(SUPERVISING)
        }

    directory = DirectoryFiles(
        settings.switch_folder,
        plan().key,
        link.api,
        (settings.switch.host, settings.switch.verto_port),
        names=lambda: {one.login: one.name for one in accounts.look()},
        supervisors=True,
    )
    return Credentials(directory, supervisors)


def _pair(text: str) -> tuple[str, str]:
    """A flow and its caller ID.

    >>> _pair("leak=076-220-2722")
    ('leak', '076-220-2722')
    """
    flow, equals, number = text.partition("=")
    if not flow or not equals or not any(char.isdigit() for char in number):
        raise ConfigError(f"desk.caller_ids holds {text!r}; write FLOW=NUMBER")
    return flow.strip(), number.strip()
