"""mod_callcenter as a whole: its tables, its dispatcher, the offers and the visits under way."""

from __future__ import annotations

from collections.abc import Iterable

from fsbridge.embedded.callcenter.dispatcher import Dispatcher, Offering
from fsbridge.embedded.callcenter.model import Queue, QueueConf
from fsbridge.embedded.callcenter.offer import Offer
from fsbridge.embedded.callcenter.tables import Tables
from fsbridge.embedded.callcenter.visit import Visit, wait_in_queue
from fsbridge.embedded.dialling import Exchange
from fsbridge.embedded.happening import Running
from fsbridge.embedded.leg import Leg


class Callcenter:
    """The call centre of one switch. `originate_timeout` is how long an agent's telephone rings at most."""

    def __init__(
        self,
        exchange: Exchange,
        queues: Iterable[QueueConf] = (),
        *,
        reserve_agents: bool = False,
        originate_timeout: float = 60.0,
    ) -> None:
        self._exchange, self._timeout = exchange, originate_timeout
        self._visits: dict[str, Visit] = {}
        self.tables = Tables(exchange.core, queues)
        self.tables.stop_offers = self._stop_offers
        for name in self.tables.known:
            self.tables.load(name)
        self.dispatcher = Dispatcher(self.tables, self._offer, self._looked, reserve_agents=reserve_agents)

    def application(self, leg: Leg, arg: str) -> Running:
        """The ``callcenter`` application."""
        return wait_in_queue(self.tables, self._visits, leg, arg)

    def _offer(self, offering: Offering) -> None:
        offer = Offer(self._exchange, self.tables, offering, self._visits.get, timeout=self._timeout)
        self._exchange.core.soon(offer.start)

    def _looked(self, queue: Queue) -> None:
        for visit in list(self._visits.values()):
            if visit.queue is queue:
                visit.look_for_agents()

    def _stop_offers(self, member: str, cause: str) -> None:
        """As FreeSWITCH hangs up every leg on which a variable has this value."""
        for leg in list(self._exchange.core.legs.values()):
            if leg.variables.get("cc_member_pre_answer_uuid") == member:
                leg.hangup(cause)
