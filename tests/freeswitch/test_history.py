"""Calls of every kind: what the store holds is what the JSON records say, whoever died meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Call, Leg, Offer, Operator, Queue, Visit
from fsbridge.adapters.switchconf import Agent
from fsbridge.adapters.switchconf import Queue as QueueConf
from fsbridge.domain.records import PUT_AWAY, VISITS
from fsbridge.esl import Raw
from tests.freeswitch.freeswitch import LocalSwitch, telephones
from tests.freeswitch.queues import (
    BILLING,
    CLOSED,
    HANDED_ON,
    LEAK,
    LISTENING,
    NUMBERS,
    OPENING,
    OTHER,
    TWICE,
)
from tests.freeswitch.sipp import Sipp
from tests.waiting import wait_for

pytestmark = [pytest.mark.freeswitch, pytest.mark.sipp]

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-for-call-records"
GONE = "gone1"
QUEUES = (
    QueueConf(OPENING),
    QueueConf(LEAK, strategy="top-down"),
    QueueConf(BILLING, max_wait=2, max_wait_without_agent=0),
    QueueConf(OTHER, max_wait=600, max_wait_without_agent=0),
)
PUT_AWAY_FIRST = f"{VISITS}=${{{VISITS}}}," + "|".join(f"${{{name}}}" for name in PUT_AWAY)
ELSEWHERE = f"""
<include>
  <extension name="twice">
    <condition field="destination_number" expression="^{TWICE}$">
      <action application="answer"/>
      <action application="callcenter" data="{BILLING}"/>
      <action application="set" data="{PUT_AWAY_FIRST}"/>
      <action application="callcenter" data="{OPENING}"/>
      <action application="hangup"/>
    </condition>
  </extension>
  <extension name="handed-on">
    <condition field="destination_number" expression="^{HANDED_ON}$">
      <action application="set" data="hangup_after_bridge=true"/>
      <action application="bridge" data="sofia/trunk/agent77@127.0.0.1:PHONES"/>
    </condition>
  </extension>
</include>
"""


def agents(ports: Any) -> tuple[Agent, ...]:
    """Six who answer in `opening`; in `leak` one who lets it ring, one busy, then one who answers; in `other`
    one who lets it ring for longer than anybody waits, and one whose browser is gone."""
    leak = {"queues": (LEAK,), "max_no_answer": 0, "busy_delay": 60, "no_answer_delay": 60}
    silent = telephones(ports, "noanswer", 1, level=1, position=1, **leak)
    silent = tuple(
        Agent(**{**vars(one), "contact": one.contact.replace("leg_timeout=8", "leg_timeout=2")})
        for one in silent
    )
    busy = telephones(ports, "busy", 1, level=1, position=2, **leak)
    last = telephones(ports, "agent", 1, first=50, level=1, position=3, **leak)
    rings = telephones(ports, "noanswer", 1, first=2, queues=(OTHER,), max_no_answer=0)
    gone = Agent(GONE, "user/9999@kanazawa", queues=(OTHER,), status="Available", max_no_answer=0)
    return telephones(ports, "agent", 6, queues=(OPENING,)) + silent + busy + last + rings + (gone,)


class Program:
    """`fsbridge run` in a process of its own, with a store."""

    def __init__(self, switch: LocalSwitch, folder: Path) -> None:
        self.store = Store(f"sqlite:///{folder}/centre.sqlite3")
        self.store.migrate()
        self.log = folder / "fsbridge.log"
        self._environment = os.environ | switch.environment | {
            "FSBRIDGE_HOME": str(folder),
            "FSBRIDGE_SCRIPT": "tests.freeswitch.queues:app",
            "FSBRIDGE_SPEECH_ENGINE": "tone",
            "FSBRIDGE_CDR_PORT": str(switch.ports.spare()),
            "FSBRIDGE_CDR_SECRET": SECRET,
            "FSBRIDGE_CDR_SWEEP": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        before = self.log.read_text("utf-8").count("in step with") if self.log.exists() else 0
        with self.log.open("ab") as log:
            command = [sys.executable, "cli.py", "run"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        wait_for(
            lambda: self.log.read_text("utf-8").count("in step with") > before, f"it runs: {self.log}", 30
        )

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)

    def rows(self, *query: Any) -> list[tuple[Any, ...]]:
        with self.store.reading():
            return [tuple(row) for row in query[0].tuples()]


@pytest.fixture(scope="module")
def posting(_starter):
    """A FreeSWITCH that posts its records."""
    switch = _starter(
        queues=QUEUES,
        telephones_of=agents,
        numbers=NUMBERS,
        cdr_url=lambda ports: f"http://127.0.0.1:{ports.spare()}/cdr",
        cdr_secret=SECRET,
    )
    switch.extension("elsewhere", ELSEWHERE.replace("PHONES", str(switch.ports.phones)))
    return switch


@pytest.fixture
def centre(posting, tmp_path):
    """It, with no record yet, and the program beside it with an empty store."""
    shutil.rmtree(posting.conf.home / "cdr")
    (posting.conf.home / "cdr").mkdir()
    program = Program(posting, tmp_path)
    program.start()
    yield posting, program
    program.kill()
    program.store.close()
    posting.api("hupall")
    posting.idle()


def call(switch: LocalSwitch, dialled: str, calls: int, stay: int, rate: float = 4) -> Sipp:
    rows = [f"0761{dialled[-3:]}{number:04d}" for number in range(calls)]
    return Sipp("listener", switch.sip, dialled=dialled, calls=calls, rows=rows, rate=rate, stay=stay).start()


def raw_records(switch: LocalSwitch) -> list[dict[str, Any]]:
    """Every JSON record, wherever its file is by now."""
    folder = switch.conf.home / "cdr"
    found = {}
    for pattern in ("*.cdr.json", "done/*/*.cdr.json", "bad/*.cdr.json"):  # the way a file goes
        for path in folder.glob(pattern):
            try:
                record = json.loads(path.read_bytes())
            except (FileNotFoundError, ValueError):
                continue  # moved on, or being written
            record["variables"] = {key: unquote(str(value)) for key, value in record["variables"].items()}
            found[path.name] = record
    return list(found.values())


OUTCOMES = {
    "TIMEOUT": "timed out",
    "NO_AGENT_TIMEOUT": "no operator",
    "EXIT_WITH_KEY": "exit key",
}
CAUSES = {
    "ALLOTTED_TIMEOUT": "rang out",
    "NO_ANSWER": "rang out",
    "USER_BUSY": "rejected",
    "ORIGINATOR_CANCEL": "caller hung up",
}


def counted(records: list[dict[str, Any]]) -> dict[str, Counter[Any]]:
    """The day as the raw records tell it, by other code than the product's."""
    count: dict[str, Counter[Any]] = {name: Counter() for name in ("calls", "visits", "offers", "legs")}
    for record in records:
        values = record["variables"]
        context = record["callflow"][-1]["caller_profile"]["context"]
        inbound = record["channel_data"]["direction"] == "inbound"
        if inbound and context == "public":
            visits = [
                row.split("|") for row in values.get("fsbridge_visits", "").split(",") if row.strip("|")
            ]
            for row in visits:
                assert row[3] == "cancel"
                count["visits"][row[1], OUTCOMES[row[4]]] += 1
            if "cc_member_uuid" in values:
                count["visits"][values["cc_queue"], last_visit(values)] += 1
                count["calls"]["queued"] += 1
            else:
                count["calls"][values["fsbridge_outcome"]] += 1
        elif values.get("cc_side") == "agent":
            bridged = values.get("cc_agent_bridged") == "true"
            outcome = "answered" if bridged else CAUSES[values["hangup_cause"]]
            count["offers"][values["cc_agent"], outcome] += 1
            count["legs"]["queue"] += bridged
        elif values.get("current_application") == "eavesdrop":
            count["legs"]["monitoring"] += 1
        elif not inbound and values.get("sip_to_user") in ("agent77", "agent78"):
            count["legs"]["transfer"] += 1
    return count


def last_visit(values: dict[str, str]) -> str:
    if values["cc_cause"] == "answered":
        return "answered"
    if values["cc_cancel_reason"] != "BREAK_OUT":
        return OUTCOMES[values["cc_cancel_reason"]]
    waited = int(values["end_uepoch"]) // 1_000_000 - int(values["start_uepoch"]) // 1_000_000
    return "short abandoned" if waited <= 4 else "abandoned"


def kept(program: Program) -> dict[str, Counter[Any]]:
    """The day as the store has it."""
    return {
        "calls": Counter(outcome for (outcome,) in program.rows(Call.select(Call.outcome))),
        "visits": Counter(program.rows(Visit.select(Queue.key, Visit.outcome).join(Queue))),
        "offers": Counter(row for row in offers(program) if row[0] != GONE),  # no leg, and so no record
        "legs": Counter(kind for (kind,) in program.rows(Leg.select(Leg.kind))),
    }


def offers(program: Program) -> list[tuple[Any, ...]]:
    return program.rows(Offer.select(Operator.key, Offer.outcome).join(Operator))


def agreed(switch: LocalSwitch, program: Program, calls: int) -> dict[str, Counter[Any]]:
    """Both counts, once every leg's record is there and taken in."""
    switch.idle()

    def same() -> bool:
        told = counted(raw_records(switch))
        return sum(told["calls"].values()) == calls and told == kept(program)

    try:
        wait_for(same, "equal", 15)
    except AssertionError:
        assert kept(program) == counted(raw_records(switch))
        raise
    return kept(program)


def test_what_is_kept_is_what_the_records_say(centre):
    switch, program = centre
    day = [
        call(switch, "0769001", 3, 15_000),
        call(switch, "0769002", 1, 25_000),
        call(switch, "0769003", 2, 25_000),
        call(switch, "0769004", 2, 2000),
        call(switch, "0769004", 1, 7000),
        call(switch, "0769031", 2, 20_000),
        call(switch, "0769033", 1, 25_000),
        call(switch, TWICE, 1, 20_000),
        call(switch, CLOSED, 2, 20_000),
        call(switch, LISTENING, 1, 1500),
    ]
    for callers in day:
        placed = callers.wait(60)
        assert placed.created == placed.successful, placed.errors
    found = agreed(switch, program, calls=16)
    assert found["calls"] == {"queued": 13, "out of hours": 2, "left in IVR": 1}
    left_waiting = sum(found["visits"].pop((OTHER, how), 0) for how in ("abandoned", "short abandoned"))
    assert left_waiting == 3
    assert found["visits"] == {
        (OPENING, "answered"): 6,
        (LEAK, "answered"): 1,
        (BILLING, "timed out"): 7,
    }
    assert {outcome for _, outcome in found["offers"]} == {
        "answered",
        "rang out",
        "rejected",
        "caller hung up",
    }
    assert {row for row in offers(program) if row[0] == GONE} == {(GONE, "phone gone")}
    several = Visit.select(Visit.ordinal, Visit.entered_at, Visit.first_entered_at, Visit.inferred)
    assert all(row[1] >= row[2] and (row[0] == 1) == (row[1] == row[2]) for row in program.rows(several))
    assert not any(row[3] for row in program.rows(several))
    assert not list((switch.conf.home / "cdr" / "bad").glob("*"))


def test_a_transfer_and_a_supervisor_add_legs_and_no_call(centre):
    switch, program = centre
    phone = (
        f"sofia/phones/0769001@127.0.0.1:{switch.conf.sip_port}"  # it takes re-INVITEs, which SIPp does not
    )
    switch.api("originate", phone, Raw("&echo()"))
    legs = Leg.select(Leg.uuid, Call.uuid).join(Call).where(Leg.kind == "queue")
    ((operator, caller),) = wait_for(lambda: program.rows(legs), "the operator's leg, while they talk")
    switch.api("uuid_hold", operator)
    phone = f"sofia/trunk/agent60@127.0.0.1:{switch.ports.phones}"
    switch.api("originate", f"{{fsbridge_operator=chief}}{phone}", Raw(f"&eavesdrop({operator})"))
    switch.api("uuid_hold", "off", operator)
    switch.api("uuid_transfer", caller, HANDED_ON, "XML", "public")
    wait_for(lambda: [row for row in switch.channels() if "agent77" in row["name"]], "the colleague's phone")
    wait_for(lambda: operator not in {row["uuid"] for row in switch.channels()}, "the operator is free")
    wait_for(
        lambda: any("agent77" in row["name"] and row["callstate"] == "ACTIVE" for row in switch.channels()),
        "the colleague answers",
    )
    phone = f"sofia/trunk/agent78@127.0.0.1:{switch.ports.phones}"
    consulted = switch.api("originate", phone, Raw("&park()")).split()[-1]
    switch.api("uuid_bridge", caller, consulted)  # as after a consultation
    wait_for(lambda: switch.api("uuid_getvar", consulted, "last_bridge_to") == caller, "they hear each other")
    switch.api("uuid_kill", caller)
    found = agreed(switch, program, calls=1)
    assert found["legs"] == {"queue": 1, "transfer": 2, "monitoring": 1}
    assert found["visits"] == {(OPENING, "answered"): 1}
    ((hold, ended, call_ended),) = program.rows(
        Leg.select(Leg.hold, Leg.ended_at, Call.ended_at).join(Call).where(Leg.kind == "queue")
    )
    assert hold > 500_000
    assert ended < call_ended


def test_callers_a_killed_freeswitch_took_with_it_wait_no_longer(centre):
    switch, program = centre
    callers = call(switch, "0769004", 2, 60_000)
    wait_for(lambda: len(program.rows(Visit.select(Visit.id))) == 2, "two callers who wait")
    switch.restart()
    callers.stop()
    ends = Visit.select(Visit.outcome, Visit.inferred, Call.outcome).join(Call)
    wait_for(lambda: set(program.rows(ends)) == {("abandoned", True, "queued")}, "both visits over", 30)


def test_killed_in_the_middle_of_calls_it_loses_nothing(centre):
    switch, program = centre
    callers = []
    for _ in range(2):
        seen = len(program.rows(Visit.select(Visit.id)))
        callers += [call(switch, "0769001", 4, 3000, rate=2), call(switch, "0769004", 2, 2000, rate=1)]
        wait_for(lambda seen=seen: len(program.rows(Visit.select(Visit.id))) > seen + 1, "calls under way")
        program.kill()
        wait_for(lambda: list((switch.conf.home / "cdr").glob("*.cdr.json")), "records left as files")
        program.start()
    for one in callers:
        one.wait(60)
    found = agreed(switch, program, calls=12)
    assert sum(found["visits"].values()) >= 10
    assert not list((switch.conf.home / "cdr" / "bad").glob("*"))
