"""What an operator asks of the switch: call, call back, hold, transfer, consult; each verb one order.

What is true is asked of FreeSWITCH at every order, so nothing here is lost in a restart. Every order is
checked against the operator's own duty and goes into the audit log. All may raise NotConnectedError.
"""

from __future__ import annotations

import logging
import uuid as uuids
from collections.abc import Callable, Mapping
from datetime import datetime

from fsbridge.domain.contacts import ContactError, Number
from fsbridge.domain.duty import Duty
from fsbridge.domain.facts import ChannelRow
from fsbridge.errors import FsbridgeError
from fsbridge.services.deskparts import (
    CONSULT,
    AlreadyInCall,
    BadNumber,
    Exchange,
    HeldInBrowser,
    House,
    Line,
    NoOutgoingCalls,
    NoSuchCall,
    NotInCall,
    NotYourCall,
    Placed,
    Target,
    ToNumber,
    ToOperator,
    ToQueue,
)
from fsbridge.services.floor import utc_now
from fsbridge.services.operators import NotOnDuty, Operators

__all__ = [
    "AlreadyInCall",
    "BadNumber",
    "Desk",
    "HeldInBrowser",
    "House",
    "Line",
    "NoOutgoingCalls",
    "NoSuchCall",
    "NotInCall",
    "NotYourCall",
    "Placed",
    "Target",
    "ToNumber",
    "ToOperator",
    "ToQueue",
]

logger = logging.getLogger(__name__)


class Desk:
    """The orders of logged-in operators. `numbers` and `flows` give those of a past call; "" for none.

    The errors of each verb: NotOnDuty, NotInCall or AlreadyInCall by the operator's duty; NotYourCall if a
    `call` or leg is given that is not the present one; BadNumber, NumberForbidden, NoOutgoingCalls.
    """

    def __init__(
        self,
        operators: Operators,
        exchange: Exchange,
        house: House,
        *,
        numbers: Callable[[str], str] = lambda call: "",
        flows: Callable[[str], str] = lambda call: "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._operators = operators
        self._exchange = exchange
        self._house = house
        self._numbers = numbers
        self._flows = flows
        self._clock = clock

    def line(self, operator: str) -> Line:
        """The operator's legs as FreeSWITCH has them now."""
        return self._line(self._duty(operator))

    # Calls to the outside.

    def dial(self, operator: str, number: str, now: datetime, *, flow: str = "") -> Placed:
        """Call a number with the centre's caller ID, that of `flow` if it has one of its own.

        The operator's telephone is called first: the browser takes the leg whose id is returned, and hears
        the far end ring. Nothing is offered to the operator meanwhile.
        """
        duty = self._duty(operator)
        if duty.status.in_call:
            raise AlreadyInCall(f"operator {operator} is in a call; end it, or consult from it")
        variables = self._outside(number, flow)
        leg = str(uuids.uuid4())
        contact = self._contact(operator)
        self._operators.dialled(operator, leg, now, flow=flow)
        self._place(operator, contact, "outside", leg, variables | {"verto_svar_fsbridge": "outgoing"}, flow)
        self._record(now, operator, "called", variables["fsbridge_dialled"])
        return Placed(leg, variables["fsbridge_dialled"])

    def call_back(self, operator: str, call: str, now: datetime, *, flow: str = "") -> Placed:
        """Call the number of a call that is over (or was missed), for its flow unless another is given.

        NoSuchCall if it had no number.
        """
        number = self._numbers(call)
        if not number:
            raise NoSuchCall(f"call {call} has no number that can be called back")
        return self.dial(operator, number, now, flow=flow or self._flows(call))

    # The present call.

    def hold(self, operator: str, now: datetime, *, call: str = "") -> None:
        """Let the other end hear music; HeldInBrowser where the browser does that (``verto.modify`` hold)."""
        self._exchange.hold(self._talk(operator, call).leg, on=True)

    def resume(self, operator: str, now: datetime, *, call: str = "") -> None:
        """Speak again with who is on hold."""
        self._exchange.hold(self._talk(operator, call).leg, on=False)

    def hang_up(self, operator: str, now: datetime, *, call: str = "") -> None:
        """End the present call."""
        self._exchange.end(self._leg(operator, call).leg)

    def transfer(self, operator: str, to: Target, now: datetime, *, call: str = "") -> None:
        """Send the other end on without asking, and be free: to a colleague, a queue, or outside.

        A caller whose colleague does not answer within 20 s, or whose number is busy, waits in the queue the
        call came from, as a further visit of the same call.
        """
        line = self._talk(operator, call)
        duty = self._duty(operator)
        leg = str(uuids.uuid4())
        extension, variables = self._route(operator, to, leg, duty, blind=True)
        if isinstance(to, ToOperator):
            self._operators.dialled(to.operator, leg, now, call=line.other, queue=duty.queue, flow=duty.flow)
        try:
            self._exchange.send(line.other, extension, variables)
        except FsbridgeError:
            if isinstance(to, ToOperator):
                self._operators.hung_up(to.operator, now, leg, spoke=False)
            raise
        self._record(now, operator, "transferred", _words(to))

    # Asking somebody first.

    def consult(self, operator: str, to: Target, now: datetime, *, call: str = "") -> Placed:
        """Put the other end on hold, call a colleague or a number on a second leg; the browser takes it.

        Then `complete` or `take_back`. A queue cannot be asked. A browser puts its call on hold first, by
        itself: HeldInBrowser if it has not.
        """
        line = self._talk(operator, call)
        if line.consult:
            raise AlreadyInCall("somebody is being asked already; complete that, or take the call back")
        if isinstance(to, ToQueue):
            raise NotInCall("a queue cannot be asked first; transfer to it, or ask a colleague")
        duty = self._duty(operator)
        leg, asked = str(uuids.uuid4()), str(uuids.uuid4())
        extension, variables = self._route(operator, to, asked, duty, blind=False)
        contact = self._contact(operator)
        if not line.held:
            self._exchange.hold(line.leg, on=True)
        self._exchange.note(line.leg, CONSULT, leg)
        if isinstance(to, ToOperator):
            self._operators.dialled(
                to.operator, asked, now, call=line.other, queue=duty.queue, flow=duty.flow
            )
        about = {"verto_svar_fsbridge": "consult", "fsbridge_call": line.other}
        failed = (to.operator, asked) if isinstance(to, ToOperator) else None
        self._place(operator, contact, extension, leg, variables | about, "", failed)
        self._record(now, operator, "consulted", _words(to))
        return Placed(leg, variables.get("fsbridge_dialled", ""))

    def complete(self, operator: str, now: datetime) -> None:
        """Bring together the call and who was asked, and be free; NotInCall until somebody has answered."""
        line = self._talk(operator, "")
        if not line.asked:
            raise NotInCall("nobody who was asked has answered; wait, or take the call back")
        self._exchange.join(line.other, line.asked)
        self._record(now, operator, "transferred", f"the call {line.other}, having asked")

    def take_back(self, operator: str, now: datetime) -> None:
        """End the asking, and speak with the caller again; also after nobody answered.

        A browser then takes its call off hold by itself.
        """
        line = self._talk(operator, "")
        if line.consult:
            try:
                self._exchange.end(line.consult)
            except NoSuchCall:
                logger.debug("%s: who was asked had hung up", operator)
        try:
            self._exchange.hold(line.leg, on=False)
        except HeldInBrowser:
            logger.debug("%s takes the call off hold in the browser", operator)

    # How.

    def _duty(self, operator: str) -> Duty:
        duty = self._operators.book.duty(operator)
        if duty is None:
            raise NotOnDuty(f"operator {operator} is not logged in")
        return duty

    def _line(self, duty: Duty) -> Line:
        own = self._alive(duty.leg)
        if own is None:
            return Line(operator=duty.operator)
        other = self._speaks_with(own)
        second = self._alive(self._exchange.noted(own.uuid, CONSULT))
        asked = self._speaks_with(second) if second else None
        return Line(
            operator=duty.operator,
            leg=own.uuid,
            other=other.uuid if other else "",
            number=other.number if other else "",
            held=own.held,
            consult=second.uuid if second else "",
            asked=asked.uuid if asked and asked.answered else "",
        )

    def _alive(self, uuid: str) -> ChannelRow | None:
        leg = self._exchange.leg(uuid) if uuid else None
        return leg if leg and not leg.ended else None

    def _speaks_with(self, leg: ChannelRow) -> ChannelRow | None:
        """The other end of a leg's talk, if it says so too."""
        other = self._alive(leg.peer)
        return other if other and other.peer == leg.uuid else None

    def _leg(self, operator: str, call: str) -> Line:
        duty = self._duty(operator)
        line = self._line(duty)
        if not line.leg:
            raise NotInCall(f"operator {operator} has no call")
        if call and call not in (duty.call, line.leg, line.other):
            raise NotYourCall(f"call {call} is not the one operator {operator} has now")
        return line

    def _talk(self, operator: str, call: str) -> Line:
        line = self._leg(operator, call)
        if not line.other:
            raise NotInCall(f"operator {operator} speaks with nobody yet")
        return line

    def _route(
        self, operator: str, to: Target, leg: str, duty: Duty, *, blind: bool
    ) -> tuple[str, dict[str, str]]:
        """The extension of the context ``desk`` and what stands in its variables."""
        back = {"fsbridge_queue": duty.queue or self._house.fallback_queue()} if blind else {}
        if isinstance(to, ToNumber):
            return "outside", self._outside(to.number, "") | back
        if isinstance(to, ToQueue):
            if to.queue not in self._house.queues():
                known = ", ".join(self._house.queues())
                raise NoSuchCall(f"there is no queue {to.queue!r}; there are {known}")
            return "queue", {"fsbridge_queue": to.queue}
        if to.operator == operator:
            raise AlreadyInCall("nobody is transferred to oneself; choose a colleague")
        colleague = self._duty(to.operator)
        if colleague.status.in_call:
            raise AlreadyInCall(f"operator {to.operator} speaks with somebody; choose another, or a queue")
        about = {
            "fsbridge_leg": leg,
            "fsbridge_colleague": to.operator,
            "fsbridge_address": self._exchange.address(self._contact(to.operator)),
        }
        return ("colleague" if blind else "consult"), about | back

    def _outside(self, number: str, flow: str) -> dict[str, str]:
        if not self._house.outgoing:
            raise NoOutgoingCalls("no calls go out: the setting switch.carrier names nobody to send them to")
        try:
            read = self._house.read(number)
        except ContactError as wrong:
            raise BadNumber(f"{number!r} cannot be called: {wrong}") from None
        dialled = self._house.destinations.check(_dialled(read))
        known = self._house.caller_ids()
        shown = "".join(char for char in known.get(flow) or known.get("", "") if char in "+0123456789")
        return {"fsbridge_dialled": dialled, "fsbridge_caller_id": shown or "anonymous"}

    def _contact(self, operator: str) -> str:
        row = self._operators.distributor.operator(operator)
        if row is None or not row.contact:
            raise NotInCall(f"operator {operator} has no telephone; log in again once FreeSWITCH is there")
        return row.contact

    def _place(
        self,
        operator: str,
        contact: str,
        extension: str,
        leg: str,
        variables: Mapping[str, str],
        flow: str,
        asked: tuple[str, str] | None = None,
    ) -> None:
        def failed(why: str) -> None:
            logger.warning("the telephone of %s was not reached: %s", operator, why)
            self._operators.hung_up(operator, self._clock(), leg, spoke=False)
            if asked is not None:
                self._operators.hung_up(asked[0], self._clock(), asked[1], spoke=False)

        shown = variables.get("fsbridge_dialled") or variables.get("fsbridge_caller_id", "")
        about = {
            "origination_uuid": leg,
            "origination_caller_id_number": shown,
            "origination_caller_id_name": shown,
            "fsbridge_operator": operator,
            "fsbridge_flow": flow,
        }
        wanted = {name: value for name, value in {**about, **variables}.items() if value}
        self._exchange.place(contact, extension, wanted, failed)

    def _record(self, now: datetime, operator: str, action: str, what: str) -> None:
        with self._operators.book.locked() as ledger:
            ledger.record(now, operator, action, operator, what)


def _dialled(number: Number) -> str:
    """A number as it is dialled within its country, or with ``+``.

    >>> _dialled(Number("+81762202111", "076-220-2111 内線 12")), _dialled(Number("119", "119"))
    ('0762202111', '119')
    """
    if number.shown.startswith("+"):
        return number.number
    return "".join(char for char in number.shown.split(" ")[0] if char.isdigit())


def _words(to: Target) -> str:
    match to:
        case ToOperator(operator):
            return f"to operator {operator}"
        case ToQueue(queue):
            return f"to queue {queue}"
        case ToNumber(number):
            return f"to {number}"
