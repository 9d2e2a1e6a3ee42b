"""Call detail records arrive: posted, or in the folder when nobody takes them; and say what happened."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from urllib.parse import unquote

from gevent.pywsgi import WSGIServer

from fsbridge.adapters.cdr.parse import parse
from fsbridge.embedded.delivery import Post, Spool
from fsbridge.esl.frames import Event
from tests.embedded.scenarios import SCENARIOS, Facts
from tests.embedded.stages import EmbeddedStage
from tests.embedded.test_conformance import began, played, recorded
from tests.recordings import call_records

RECORD: dict[str, object] = {"variables": {"uuid": "7f1c"}}
READ = (
    *("direction", "cc_side", "cc_queue", "cc_agent", "cc_cause", "cc_cancel_reason", "cc_exit_key"),
    *("hangup_cause", "hangup_cause_q850", "sip_hangup_disposition", "last_app"),
    *("cc_agent_bridged", "digits_dialed", "last_bridge_role", "last_bridge_hangup_cause"),
)
"""Variables that must be FreeSWITCH's own, value by value."""
PRESENT = (
    *("uuid", "start_uepoch", "answer_uepoch", "bridge_uepoch", "end_uepoch", "billsec", "duration"),
    *("cc_member_uuid", "cc_queue_joined_epoch", "cc_queue_answered_epoch", "cc_queue_terminated_epoch"),
    *("cc_queue_canceled_epoch", "cc_record_filename", "hold_accum_usec", "caller_id", "start_stamp"),
    *("progress_uepoch", "cc_agent_uuid", "cc_member_session_uuid", "last_bridge_to"),
)
"""Variables that must be there when FreeSWITCH has them."""


def serving(status: str) -> tuple[WSGIServer, list[tuple[str, bytes]]]:
    taken: list[tuple[str, bytes]] = []

    def take(environment, start_response):
        taken.append((environment["CONTENT_TYPE"], environment["wsgi.input"].read()))
        start_response(status, [])
        return [b""]

    server = WSGIServer(("127.0.0.1", 0), take, log=None)
    server.start()
    return server, taken


def test_a_record_is_posted_as_json(tmp_path):
    server, taken = serving("200 OK")
    post = Post(f"http://127.0.0.1:{server.server_port}/cdr", Spool(tmp_path))
    post(RECORD)
    post.wait()
    server.stop()
    assert [(kind, json.loads(body)) for kind, body in taken] == [("application/json", RECORD)]
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_nobody_takes_is_kept(tmp_path):
    server, _ = serving("503 Unavailable")
    busy = Post(f"http://127.0.0.1:{server.server_port}/cdr", Spool(tmp_path / "busy"))
    server_gone = Post("http://127.0.0.1:1/cdr", Spool(tmp_path / "gone"))
    for post in (busy, server_gone):
        post(RECORD)
        post.wait()
    server.stop()
    for folder in ("busy", "gone"):
        assert json.loads((tmp_path / folder / "7f1c.cdr.json").read_text()) == RECORD


def records_of(name: str) -> list[dict]:
    """The records of a scenario on the embedded switch, as they are written."""
    stage = EmbeddedStage(dt.datetime.fromtimestamp(began(name), dt.UTC))
    kept: list[dict] = []
    stage.switch.on_record.append(kept.append)
    SCENARIOS[name](stage, Facts())
    stage.wait(1)
    return kept


def by_leg(records: list[dict]) -> dict[tuple[str, ...], dict[str, str]]:
    """The variables of records by what their legs were: direction, destination, and how many before."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for record in sorted(records, key=lambda one: int(one["variables"]["start_uepoch"])):
        variables = {key: unquote(value) for key, value in record["variables"].items()}
        profile = record["callflow"][-1]["caller_profile"]
        key = (variables["direction"], profile["destination_number"])
        count = sum(known[:2] == key for known in found)
        found[(*key, str(count))] = variables
    return found


def test_records_are_freeswitch_s_in_what_is_read_of_them():
    written = {record["variables"]["uuid"]: record for record in call_records()}
    compared = 0
    for name in SCENARIOS:
        legs = {event.headers["Unique-ID"] for event in recorded_events(name)}
        theirs = by_leg([written[uuid] for uuid in legs if uuid in written])
        ours = by_leg(records_of(name))
        for leg, variables in theirs.items():
            mine = ours[leg]
            assert {key: variables.get(key) for key in READ} == {key: mine.get(key) for key in READ}, (
                name,
                leg,
            )
            missing = [key for key in PRESENT if key in variables and key not in mine]
            assert missing == [], (name, leg)
            compared += 1
    assert compared > 25


def recorded_events(name: str) -> list[Event]:
    return [event for event in recorded(name) if event.name == "CHANNEL_CREATE"]


def test_the_product_reads_them(tmp_path):
    spool = Spool(tmp_path)
    for record in records_of("answered_caller_hangs_up"):
        spool(record)
    read = [parse(path.read_bytes()) for path in Path(tmp_path).glob("*.cdr.json")]
    assert len(read) == 4
    caller = next(one for one in read if one.side == "member")
    assert [visit.queue for visit in caller.visits] == ["opening@kanazawa"]
    assert caller.cause == "NORMAL_CLEARING"
    operator = next(one for one in read if one.side == "agent")
    assert (operator.operator, operator.parent) == ("op01", caller.uuid)
    assert played("answered_caller_hangs_up")[1]["caller"]
