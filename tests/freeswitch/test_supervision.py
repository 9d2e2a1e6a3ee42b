"""Supervisors on a real FreeSWITCH, by measured audio: whom the voice reaches in each mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fsbridge.adapters.callcenter import Callcenter
from fsbridge.adapters.monitoring import Eavesdrop
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Operator, User, UserRole
from fsbridge.adapters.store.monitoring import StoredMonitoring
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.adapters.switchconf import Agent
from fsbridge.domain.duty import Duty, Status
from fsbridge.domain.monitoring import Mode, MonitoringRefused, is_monitoring
from fsbridge.esl import Link
from fsbridge.services.supervision import Supervision
from tests.freeswitch.freeswitch import LocalSwitch, telephones
from tests.freeswitch.pitches import CITIZEN, OPERATOR, PLAN, SUPERVISOR, seconds, voices
from tests.freeswitch.ports import Ports
from tests.waiting import wait_for

NAME = "op01"
NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
ENOUGH = 1.2
"""Seconds of an ear that are measured."""


def operators(ports: Ports) -> tuple[Agent, ...]:
    return telephones(
        ports,
        "op",
        1,
        queues=["other@kanazawa"],
        name=NAME,
        contact=f"sofia/trunk/ear{OPERATOR}@127.0.0.1:{ports.sip}",
    )


class Talk:
    """A citizen and an operator in conversation, and a supervisor with a telephone."""

    def __init__(self, switch: LocalSwitch, link: Link, store: Store, folder: Path) -> None:
        self.switch, self.link, self.store, self.folder = switch, link, store, folder
        self.callcenter = Callcenter(link.api)
        self._count = 0
        book = StoredMonitoring(store)
        self.supervision = Supervision(
            book,
            Eavesdrop(link),
            StoredUsers(store),
            self,
            telephone_of=lambda account: f"sofia/trunk/ear{SUPERVISOR}@{switch.sip}",
        )
        answer = switch.api("originate", f"sofia/phones/ask@{switch.sip}", f"ear{CITIZEN}", "XML", "public")
        self.citizen = answer.split()[-1]
        self.leg = wait_for(self._operators_leg, "the operator answers")
        self.call = self.switch.api("uuid_getvar", self.leg, "cc_member_session_uuid").strip()
        self.ears = {CITIZEN: self.citizen, OPERATOR: self.ear(OPERATOR)}

    def _operators_leg(self) -> str:
        row = self.callcenter.operator(NAME)
        leg = row.leg if row is not None else ""
        return leg if leg and self.switch.api("uuid_getvar", leg, "bridge_uuid").strip() != "_undef_" else ""

    def duty(self, operator: str) -> Duty | None:
        return Duty(operator=operator, status=Status.TALKING, since=NOON, leg=self.leg, call=self.call)

    def ear(self, pitch: int) -> str:
        """The far leg of a telephone."""

        def found() -> str:
            rows = [row for row in self.switch.channels() if row["dest"] == f"ear{pitch}"]
            return next((row["uuid"] for row in rows if row["direction"] == "inbound"), "")

        return wait_for(found, f"the telephone that says {pitch} Hz")

    def supervisor(self, mode: Mode) -> None:
        self.supervision.listen(NAME, by="boss", mode=mode)
        self.ears[SUPERVISOR] = self.ear(SUPERVISOR)

    def record(self, legs: dict[str, str]) -> dict[str, Path]:
        """A stretch of what these legs record, as soon as it is long enough."""
        self._count += 1
        paths = {name: self.folder / f"{self._count}-{name}.wav" for name in legs}
        for name, path in paths.items():
            self.switch.api("uuid_setvar", legs[name], "enable_file_write_buffering", "false")
            self.switch.api("uuid_record", legs[name], "start", str(path))
        for path in paths.values():
            wait_for(lambda path=path: seconds(path) > ENOUGH, f"{path} is long enough")
        for name, path in paths.items():
            self.switch.api("uuid_record", legs[name], "stop", str(path))
        return paths

    def hears(self) -> dict[int, set[int]]:
        """Which voices reach each ear now."""
        paths = self.record({str(pitch): leg for pitch, leg in self.ears.items()})
        return {int(name): voices(path) for name, path in paths.items()}

    def recording(self) -> set[int]:
        """Hang up, and tell which voices are in the call's own recording."""
        self.switch.api("uuid_kill", self.citizen)
        self.switch.idle()
        (path,) = (self.switch.conf.home / "recordings").rglob(f"{self.call}*.wav")
        return voices(path)


@pytest.fixture(scope="module")
def switch(_starter: Callable[..., LocalSwitch]) -> LocalSwitch:
    switch = _starter(telephones_of=operators)
    switch.extension("ears", PLAN)
    return switch


@pytest.fixture
def talk(switch: LocalSwitch, tmp_path: Path) -> Iterator[Talk]:
    store = Store(f"sqlite:///{tmp_path}/centre.sqlite3")
    store.migrate()
    with store.writing():
        boss = User.create(login="boss", name="課長", created_at=NOON, changed_at=NOON)
        UserRole.create(user=boss, role="supervisor")
        Operator.create(key=NAME, name="佐藤", registered_at=NOON)
    link = switch.link()
    link.start()
    link.wait_ready(10)
    yield Talk(switch, link, store, tmp_path)
    switch.api("hupall")
    switch.idle()
    link.stop()
    store.close()


def test_who_listens_is_heard_by_nobody_and_who_whispers_by_the_operator_alone(talk: Talk) -> None:
    talk.supervisor(Mode.LISTEN)
    assert talk.hears() == {CITIZEN: {OPERATOR}, OPERATOR: {CITIZEN}, SUPERVISOR: {CITIZEN, OPERATOR}}
    leg = talk.supervision.change(Mode.WHISPER, by="boss").leg
    assert talk.hears() == {
        CITIZEN: {OPERATOR},
        OPERATOR: {CITIZEN, SUPERVISOR},
        SUPERVISOR: {CITIZEN, OPERATOR},
    }
    assert is_monitoring(leg)
    assert talk.recording() == {CITIZEN, OPERATOR}
    wait_for(lambda: not talk.link.api("uuid_exists", leg).startswith("true"), "nothing more to hear")


def test_who_takes_part_is_heard_by_both_and_recorded_and_may_go_back_to_listening(talk: Talk) -> None:
    talk.supervisor(Mode.WHISPER)
    assert talk.hears()[OPERATOR] == {CITIZEN, SUPERVISOR}
    talk.supervision.change(Mode.BARGE, by="boss")
    assert talk.hears() == {
        CITIZEN: {OPERATOR, SUPERVISOR},
        OPERATOR: {CITIZEN, SUPERVISOR},
        SUPERVISOR: {CITIZEN, OPERATOR},
    }
    assert voices(talk.record({"call": talk.call})["call"]) == {CITIZEN, OPERATOR, SUPERVISOR}
    talk.supervision.change(Mode.LISTEN, by="boss")
    assert talk.hears() == {CITIZEN: {OPERATOR}, OPERATOR: {CITIZEN}, SUPERVISOR: {CITIZEN, OPERATOR}}
    talk.supervision.stop(by="boss")
    del talk.ears[SUPERVISOR]
    assert talk.hears() == {CITIZEN: {OPERATOR}, OPERATOR: {CITIZEN}}


def test_only_a_recording_of_the_citizens_leg_is_free_of_whispers_whenever_it_begins(talk: Talk) -> None:
    early = talk.folder / "early.wav"
    talk.switch.api("uuid_record", talk.leg, "start", str(early))
    talk.supervisor(Mode.WHISPER)
    late = talk.record({"citizen": talk.call, "operator": talk.leg})
    talk.switch.api("uuid_record", talk.leg, "stop", str(early))
    assert voices(late["citizen"]) == voices(early) == {CITIZEN, OPERATOR}
    assert voices(late["operator"]) == {CITIZEN, OPERATOR, SUPERVISOR}


def test_a_transfer_ends_the_listening_and_not_the_call(talk: Talk) -> None:
    leg = talk.supervision.listen(NAME, by="boss", mode=Mode.WHISPER).leg
    talk.switch.api("uuid_transfer", talk.call, "ear600", "XML", "public")
    for gone in (talk.leg, leg):
        wait_for(lambda gone=gone: talk.link.api("uuid_exists", gone).strip() == "false", f"{gone} is gone")
    assert talk.link.api("uuid_exists", talk.call).strip() == "true"
    with pytest.raises(MonitoringRefused, match="the call of op01 is over"):
        talk.supervision.change(Mode.BARGE, by="boss")
    assert talk.supervision.now() == ()
