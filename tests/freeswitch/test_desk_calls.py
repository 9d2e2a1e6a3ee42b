"""The desk's orders with browsers as telephones, on the embedded switch and on a real FreeSWITCH."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fsbridge.adapters.cdr import parse
from fsbridge.adapters.credentials import DirectoryFiles
from fsbridge.adapters.numbers import PhoneNumbers
from fsbridge.adapters.planfile import example
from fsbridge.adapters.telephony import Telephony
from fsbridge.adapters.translate import EVENTS, translate
from fsbridge.config import load
from fsbridge.demonstration import embedded_switch, free_port
from fsbridge.domain.duty import Choice, Status, WrapUp
from fsbridge.domain.events import CallBridged
from fsbridge.domain.facts import AgentRow
from fsbridge.domain.history import History, history_of
from fsbridge.domain.seats import Allowance, Person
from fsbridge.embedded import Handset
from fsbridge.embedded.verto import Verto, VertoConf
from fsbridge.embedded.vertoserver import VertoServer
from fsbridge.esl import Event, InboundESL
from fsbridge.services.credentials import Credentials
from fsbridge.services.desk import Desk, HeldInBrowser, House, Line, ToOperator
from fsbridge.services.keeper import Keeper
from fsbridge.services.operators import Operators
from fsbridge.services.seats import Seats
from fsbridge.testing.duties import DutiesInMemory, NoDistributor
from fsbridge.testing.seats import SeatsInMemory
from tests.freeswitch.browsers import Browser, Message
from tests.waiting import wait_for

EXTENSIONS = {"op01": "1001", "op02": "1002"}
OUTSIDE = "0312345678"
DISPLAYS = ("verto.display", "verto.media", "verto.answer")


class Telephones(NoDistributor):
    """Where each operator's browser is called."""

    def operator(self, name: str) -> AgentRow | None:
        return AgentRow(name=name, contact=f"[leg_timeout=20]user/{EXTENSIONS[name]}@kanazawa")


class Stage:
    """A switch, two operators with browsers, and their desk."""

    def __init__(
        self,
        home: Path,
        client: InboundESL,
        browsers: tuple[str, int],
        records: Callable[[], list[dict[str, Any]]],
    ) -> None:
        self.api, self.browsers, self._records = client.api, browsers, records
        seats = Seats(SeatsInMemory([Person(one) for one in EXTENSIONS]), lambda at: Allowance("all", 2, 2))
        self.book = DutiesInMemory(EXTENSIONS, wrap_ups={"leak": WrapUp()})
        self.operators = Operators(seats, self.book, Telephones())
        self.keeper = Keeper(self.operators)
        for name in EVENTS:
            client.register_handle(name, self._heard)
        client.send(f"event plain {' '.join(EVENTS)}")
        house = House(
            queues=dict,
            caller_ids=lambda: {"": "0120-328117"},
            fallback_queue=lambda: "other@kanazawa",
            read=PhoneNumbers("JP").read,
        )
        self.desk = Desk(self.operators, Telephony(client), house)
        self.credentials = Credentials(
            DirectoryFiles(home, "kanazawa", client.api, browsers), lambda: EXTENSIONS
        )
        self.tabs: list[Browser] = []
        self.bridged: set[frozenset[str]] = set()

    def _heard(self, event: Event) -> None:
        happened = translate(event)
        if isinstance(happened, CallBridged):
            self.bridged.add(frozenset((happened.uuid, happened.other)))
        if happened is not None:
            self.keeper.hear(happened)

    def becomes(self, operator: str) -> Status:
        """What an operator does once the call that was placed is over, and its events are worked off."""

        def free() -> Status | None:
            self.keeper.work_off()
            duty = self.book.duty(operator)
            return duty.status if duty is not None and not duty.status.in_call else None

        return wait_for(free, f"{operator}'s call is over")

    def sit(self, operator: str) -> Browser:
        """An operator at a desk with a telephone."""
        self.operators.log_in(operator, operator, now(), choice=Choice(Status.READY))
        secret = self.credentials.mint(operator, operator, now())
        tab = Browser(*self.browsers)
        self.tabs.append(tab)
        answer = tab.log_in(secret.login.partition("@")[0], secret.password, operator)
        assert answer["result"]["message"] == "logged in"
        tab.hears("verto.clientReady")
        return tab

    def talks(self, operator: str) -> Line:
        """Wait until an operator speaks with somebody."""
        return wait_for(lambda: (one := self.desk.line(operator)).other and one, f"{operator} speaks")

    def history(self, leg: str) -> History | None:
        """What is kept of the call that began with this leg, once it is over."""

        def over() -> list[dict[str, Any]]:
            found = self._records()
            return found if any(one["variables"].get("uuid") == leg for one in found) else []

        records = [parse(json.dumps(one).encode()) for one in wait_for(over, f"the record of {leg}")]
        mine = [one for one in records if leg in (one.uuid, one.parent)]
        return history_of(leg, mine)

    def clear(self) -> None:
        self.api("hupall")
        wait_for(lambda: self.api("show", "channels", "count").strip().startswith("0 "), "nobody calls")
        for tab in self.tabs:
            tab.leave()
        self.tabs.clear()
        for operator in EXTENSIONS:
            self.credentials.revoke(operator)
            duty = self.book.duty(operator)
            if duty is not None:
                if duty.leg:
                    self.operators.hung_up(operator, now(), duty.leg)
                self.operators.kick(operator, now(), by="test")


def now() -> datetime:
    return datetime.now(UTC)


def embedded(home: Path) -> Iterator[Stage]:
    settings = load(
        home=home,
        environment={},
        overrides={"switch.carrier": "127.0.0.1:5090", "switch.port": str(free_port())},
    )
    switch = embedded_switch(settings, example("kanazawa").plan)
    switch.telephones[OUTSIDE] = Handset(0.1)
    records: list[dict[str, Any]] = []
    switch.on_record[:] = [records.append]
    verto = Verto(switch, VertoConf(directory=settings.switch_folder / "conf" / "directory"))
    with (
        switch,
        VertoServer(verto) as server,
        InboundESL("127.0.0.1", switch.port, switch.conf.password) as client,
    ):
        yield Stage(settings.switch_folder, client, ("127.0.0.1", server.port), lambda: list(records))


def real(start: Callable[..., Any]) -> Iterator[Stage]:
    switch = start(carrier=lambda ports: f"127.0.0.1:{ports.phones}")
    conf = switch.conf
    with InboundESL(conf.host, conf.port, conf.password) as client:
        yield Stage(conf.home, client, (conf.host, conf.verto_port), switch.cdrs)
    switch.kill()


@pytest.fixture(scope="module", params=["embedded", pytest.param("freeswitch", marks=pytest.mark.freeswitch)])
def the_stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    if request.param == "freeswitch":
        yield from real(request.getfixturevalue("_starter"))
    else:
        yield from embedded(tmp_path_factory.mktemp("embedded"))


@pytest.fixture
def stage(the_stage: Stage) -> Iterator[Stage]:
    yield the_stage
    the_stage.clear()


def invited(tab: Browser) -> Message:
    return tab.hears("verto.invite", after=DISPLAYS)


def test_the_browser_knows_the_call_it_placed_and_takes_it(stage: Stage) -> None:
    tab = stage.sit("op01")
    placed = stage.desk.dial("op01", "03-1234-5678", now(), flow="leak")
    invite = invited(tab)
    assert invite["callID"] == placed.leg
    assert invite["variables"]["verto_svar_fsbridge"] == "outgoing"
    assert invite["caller_id_number"] == OUTSIDE
    tab.take(invite)
    line = stage.talks("op01")
    assert line.number == OUTSIDE
    assert "Caller-Caller-ID-Number: 0120328117" in stage.api("uuid_dump", line.other)
    stage.desk.hang_up("op01", now())
    assert tab.hears("verto.bye", after=DISPLAYS)["callID"] == placed.leg
    kept = stage.history(placed.leg)
    assert kept is not None
    assert stage.becomes("op01") is Status.WRAP_UP
    assert (kept.call.direction, kept.call.number, kept.call.flow) == ("outbound", OUTSIDE, "leak")
    assert [(leg.kind, leg.operator) for leg in kept.legs if leg.operator] == [("outbound", "op01")]


def test_a_browser_that_does_not_take_its_call_frees_the_operator(stage: Stage) -> None:
    tab = stage.sit("op01")
    placed = stage.desk.dial("op01", OUTSIDE, now(), flow="leak")
    invited(tab)
    tab.in_dialog("verto.bye", placed.leg, cause="CALL_REJECTED")
    assert stage.becomes("op01") is Status.READY


def test_a_browser_holds_its_call_by_itself(stage: Stage) -> None:
    tab = stage.sit("op01")
    stage.desk.dial("op01", OUTSIDE, now())
    call = tab.take(invited(tab))
    stage.talks("op01")
    with pytest.raises(HeldInBrowser):
        stage.desk.hold("op01", now())
    for held in (True, False, True, False):
        holds(stage, tab, call, on=held)
    assert stage.desk.line("op01").other


def holds(stage: Stage, tab: Browser, call: str, *, on: bool) -> None:
    """An operator presses hold."""
    answer = tab.in_dialog("verto.modify", call, action="hold" if on else "unhold")["result"]
    assert answer["holdState"] == ("held" if on else "active")
    wait_for(lambda: stage.desk.line("op01").held is on, f"held: {on}")


def test_who_was_asked_takes_the_call_over_from_browser_to_browser(stage: Stage) -> None:
    one, two = stage.sit("op01"), stage.sit("op02")
    stage.desk.dial("op01", OUTSIDE, now(), flow="leak")
    call = one.take(invited(one))
    outside = stage.talks("op01").other
    with pytest.raises(HeldInBrowser):
        stage.desk.consult("op01", ToOperator("op02"), now())
    holds(stage, one, call, on=True)
    consult = stage.desk.consult("op01", ToOperator("op02"), now())
    second = invited(one)
    assert (second["callID"], second["variables"]["verto_svar_fsbridge"]) == (consult.leg, "consult")
    one.take(second)
    two.take(invited(two))
    wait_for(lambda: stage.desk.line("op01").asked, "op02 has answered")
    stage.desk.complete("op01", now())
    wait_for(lambda: stage.desk.line("op02").other == outside, "op02 speaks with the outside")
    talk = frozenset((stage.desk.line("op02").leg, outside))
    wait_for(lambda: talk in stage.bridged, "FreeSWITCH has joined them")
    over = {one.hears("verto.bye", after=DISPLAYS)["callID"] for _ in range(2)}
    assert consult.leg in over
    assert stage.desk.line("op01").leg == ""
    stage.desk.hang_up("op02", now())
    assert stage.becomes("op02") is Status.WRAP_UP


def test_the_echo_is_no_call_of_the_centres(stage: Stage) -> None:
    tab = stage.sit("op01")
    call, answer = tab.invite("9196")
    assert answer["result"]["message"] == "CALL CREATED"
    assert tab.hears("verto.answer")["callID"] == call
    tab.in_dialog("verto.bye", call)
    assert stage.history(call) is None


@pytest.mark.parametrize("number", ["outside", "queue", "colleague", OUTSIDE, "outside XML desk"])
def test_a_browser_alone_calls_nobody_outside(stage: Stage, number: str) -> None:
    tab = stage.sit("op01")
    call, _ = tab.invite(number)
    bye = tab.hears("verto.bye", after=DISPLAYS)
    assert (bye["callID"], bye["cause"]) == (call, "NO_ROUTE_DESTINATION")
