"""A past of three days with calls of every kind, put into a store: always the same one."""

from __future__ import annotations

import math
import random
import re
import struct
import wave
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.contacts import StoredContacts
from fsbridge.adapters.store.models import (
    AuditEntry,
    Call,
    CaseType,
    Contact,
    Flow,
    Leg,
    Note,
    Offer,
    Operator,
    OperatorSpan,
    Queue,
    Recording,
    RecordingPause,
    Visit,
)
from fsbridge.domain.contacts import Card, Number

FIRST = datetime(2027, 3, 2, tzinfo=UTC) - timedelta(hours=9)
"""Midnight of the first day in Tokyo; the third day is a Thursday, which the test's panel shows."""
DAYS = 3
A_DAY = 90
HOSTILE = "=cmd|' /C calc'!A0<script>alert(1)</script>"
"""A name that a caller may choose."""
STAR = "5ca1ab1e-0000-4000-8000-000000000001"
"""A call with everything in it: an offer that rang out, a hold, a transfer, two notes, a recording."""
_S = timedelta(seconds=1)


def lay_down(store: Store, recordings: Path | None = None) -> None:
    """The past; with a folder for recordings, the star's sound too."""
    chance = random.Random(4)
    with store.writing():
        queues = list(Queue.select(Queue, Flow).join(Flow).order_by(Queue.id))
        operators = list(Operator.select().order_by(Operator.key).limit(8))
        cases = list(
            CaseType.select().where(CaseType.parent.is_null(False), ~CaseType.system).order_by(CaseType.id)
        )
        cases = cases or [
            CaseType.create(key="leak.road", name="道路漏水", parent=CaseType.create(key="leak", name="漏水"))
        ]
        for number in range(DAYS * A_DAY):
            day, within = divmod(number, A_DAY)
            at = FIRST + timedelta(days=day, hours=8, seconds=within * 430 + chance.random())
            _call(chance, number, at, queues, operators, cases)
        _star(FIRST + timedelta(days=2, hours=10, minutes=2, seconds=11), queues, operators, cases)
    with StoredContacts(store).changing() as ledger:
        card = Card(name="北陸設備株式会社", kana="ホクリクセツビ", note="代表", numbers=(
            Number("+81762209999", "076-220-9999"), Number("+819012345678", "090-1234-5678")))  # fmt: skip
        (contact,) = ledger.add([card], FIRST)
    with store.writing():
        Call.update(contact=Contact.get_by_id(contact)).where(Call.uuid == STAR).execute()
    if recordings is not None:
        _sound(recordings)


def _call(chance, number, at, queues, operators, cases) -> None:
    caller = chance.choice(
        [
            "anonymous",
            "0762201111",
            "+81762203333",
            f"090{chance.randint(10**7, 10**8 - 1)}",
            f"076220{number:04}",
        ]
    )
    uuid = f"{number:08x}-5e55-4a00-8000-00000000ca11"
    kind = chance.random()
    values = {
        "uuid": uuid,
        "number": caller,
        "dialled": "0762202722",
        "started_at": at,
        "direction": "inbound",
    }
    if kind < 0.12:
        outcome = chance.choice(["out of hours", "left in IVR", "lines busy", "announcement"])
        Call.create(**values, ended_at=at + 20 * _S, outcome=outcome, cause="NORMAL_CLEARING")
        return
    operator = chance.choice(operators)
    if kind < 0.2:
        values |= {"direction": "outbound", "outcome": "outbound", "dialled": caller}
        call = Call.create(**values, answered_at=at + 9 * _S, ended_at=at + 99 * _S)
        Leg.create(
            uuid=f"{uuid}-o", call=call, operator=operator, kind="outbound", started_at=at,
            answered_at=at + 9 * _S, ended_at=at + 99 * _S, wrap_up=20_000_000,
        )  # fmt: skip
        return
    queue = chance.choice(queues)
    call = Call.create(**values, flow=queue.flow, answered_at=at, outcome="queued")
    entered = first = at + 12 * _S
    if kind < 0.35:  # overflows into another queue
        left = entered + 45 * _S
        _visit(
            call,
            queue,
            entered,
            first,
            left=left,
            outcome=chance.choice(["timed out", "no operator", "exit key"]),
        )
        if kind < 0.25:
            Call.update(ended_at=left).where(Call.id == call.id).execute()
            return
        entered = left + _S
        queue = queues[(queues.index(queue) + 1) % len(queues)]
    wait = chance.choice([3, 4, 9, 19, 25, 40])
    over = entered + wait * _S
    if kind > 0.9:
        short = wait <= 5 and entered == first
        _visit(call, queue, entered, first, left=over, outcome="short abandoned" if short else "abandoned")
        Call.update(ended_at=over).where(Call.id == call.id).execute()
        return
    if kind > 0.895:
        _visit(call, queue, entered, first, outcome="waiting")
        return
    end = over + chance.randint(40, 400) * _S
    visit = _visit(
        call, queue, entered, first, answered_at=over, left=end, outcome="answered", operator=operator
    )
    Offer.create(visit=visit, operator=operator, offered_at=over - 2 * _S, ended_at=over, outcome="answered")
    Leg.create(
        uuid=f"{uuid}-a", call=call, visit=visit, operator=operator, kind="queue", started_at=over - 2 * _S,
        answered_at=over, ended_at=end, wrap_up=35_000_000,
    )  # fmt: skip
    if number % 9 == 0:
        other = operators[(operators.index(operator) + 1) % len(operators)]
        Leg.create(
            uuid=f"{uuid}-t", call=call, operator=other, kind="transfer", started_at=end - 9 * _S,
            answered_at=end - 5 * _S, ended_at=end + 60 * _S,
        )  # fmt: skip
    if number % 3:
        Note.create(
            call=call, operator=operator, case_type=chance.choice(cases), created_at=over, changed_at=end,
            saved_at=end + 30 * _S,
            text=chance.choice(["", "4月1日開栓希望", "折り返し 090-1111-2222", "泉野町3丁目。水が濁る"]),
        )  # fmt: skip
    Recording.create(
        path=f"{at:%Y-%m-%d}/{uuid}.wav", call=call, operator=operator, started_at=over, ended_at=end,
        verified_at=end, purged_at=end + timedelta(days=1) if number % 11 == 0 else None,
    )  # fmt: skip
    Call.update(ended_at=end).where(Call.id == call.id).execute()


def _visit(call, queue, entered, first, *, left=None, answered_at=None, outcome, operator=None) -> Visit:
    ordinal = Visit.select().where(Visit.call == call, Visit.queue == queue).count() + 1
    return Visit.create(
        uuid=f"{call.uuid}-{queue.id}-{ordinal}", call=call, queue=queue, ordinal=ordinal, entered_at=entered,
        first_entered_at=first, answered_at=answered_at, left_at=left, outcome=outcome, operator=operator,
    )  # fmt: skip


def _star(at, queues, operators, cases) -> None:
    first, second, third = operators[:3]
    queue = queues[1]
    call = Call.create(
        uuid=STAR, direction="inbound", number="09012345678", name=HOSTILE, dialled="0762202722",
        flow=queue.flow, started_at=at, answered_at=at, ended_at=at + 420 * _S, outcome="queued",
        cause="NORMAL_CLEARING",
    )  # fmt: skip
    visit = _visit(
        call, queue, at + 14 * _S, at + 14 * _S, answered_at=at + 52 * _S, left=at + 300 * _S,
        outcome="answered", operator=first,
    )  # fmt: skip
    Offer.create(
        visit=visit, operator=third, offered_at=at + 20 * _S, ended_at=at + 40 * _S, outcome="rang out"
    )
    Offer.create(
        visit=visit, operator=first, offered_at=at + 44 * _S, ended_at=at + 52 * _S, outcome="answered"
    )
    mine = {"call": call, "visit": visit}
    Leg.create(
        **mine, uuid="star-a", operator=first, kind="queue", started_at=at + 44 * _S,
        answered_at=at + 52 * _S, ended_at=at + 300 * _S, hold=40_000_000, wrap_up=45_000_000,
    )  # fmt: skip
    Leg.create(
        call=call, uuid="star-t", operator=second, kind="transfer", started_at=at + 280 * _S,
        answered_at=at + 290 * _S, ended_at=at + 420 * _S, wrap_up=30_000_000,
    )  # fmt: skip
    OperatorSpan.create(
        operator=first, state="holding", leg_uuid="star-a", started_at=at + 150 * _S, ended_at=at + 190 * _S
    )
    Note.create(
        call=call, operator=first, case_type=cases[0], text="<b>道路から水</b>。折り返し 090-1234-5678 まで",
        created_at=at + 60 * _S, changed_at=at + 300 * _S, saved_at=at + 340 * _S,
    )  # fmt: skip
    Note.create(
        call=call, operator=second, case_type=cases[0], text='=HYPERLINK("http://evil.example")',
        created_at=at + 300 * _S, changed_at=at + 430 * _S, saved_at=at + 440 * _S,
    )  # fmt: skip
    Recording.create(
        path="2027-03-04/star.wav",
        call=call,
        operator=first,
        started_at=at + 52 * _S,
        ended_at=at + 420 * _S,
        verified_at=at + 430 * _S,
    )
    RecordingPause.create(
        call=STAR, path="2027-03-04/star.wav", started_at=at + 200 * _S, started_by=first.key,
        ended_at=at + 215 * _S,
    )  # fmt: skip


def _sound(folder: Path) -> None:
    """Twelve seconds: the citizen speaks first, the operator then, a tone each."""
    path = folder / "2027-03-04" / "star.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        for second in range(12):
            left, right = (0.8, 0.02) if second % 4 < 2 else (0.02, 0.6)
            file.writeframes(
                b"".join(
                    struct.pack(
                        "<hh",
                        int(32767 * left * math.sin(n / 4) * abs(math.sin(n / 1500))),
                        int(32767 * right * math.sin(n / 6) * abs(math.sin(n / 1100))),
                    )
                    for n in range(8000)
                )
            )


def rows(text: str) -> list[str]:
    """The lines of the list as one reads them."""
    body = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in body.split("<tr>")[1:]]


def total(text: str) -> int:
    """How many lines the page says there are."""
    found = re.search(r'<strong class="num">([\d,]+) 件', text)
    return int(found.group(1).replace(",", "")) if found else 0


def recording(store: Store, call: str = STAR) -> int:
    with store.reading():
        return int(Recording.get(Recording.call == Call.get(uuid=call)).id)


def audit(store: Store, *actions: str) -> list[tuple[str, str, str]]:
    with store.reading():
        query = AuditEntry.select().where(AuditEntry.action.in_(actions)).order_by(AuditEntry.id)
        return [(row.actor, row.action, row.reason) for row in query]
