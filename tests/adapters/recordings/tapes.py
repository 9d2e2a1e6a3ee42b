"""Calls and the raw files FreeSWITCH would have left of them, made in one line."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fields import micros
from fsbridge.adapters.store.models import Call, CallRecord, Flow, Operator, Queue, Visit
from fsbridge.domain.history import plain
from fsbridge.domain.recordingwave import header
from fsbridge.domain.records import LegRecord

NOON = datetime(2027, 4, 1, 3, 0, tzinfo=UTC)
RATE = 8000


def sound(seconds: float, *, seed: int = 1, channels: int = 2) -> bytes:
    """Some seconds of noise."""
    return random.Random(seed).randbytes(round(seconds * RATE) * channels * 2)


def path_of(leg: str, began: datetime = NOON, kind: str = "wav") -> str:
    return f"{began:%Y-%m-%d}/{leg}-{micros(began)}.{kind}"


def tape(folder: Path, leg: str, seconds: float, began: datetime = NOON, *, body: bytes | None = None) -> str:
    """A raw file; its path in the folder."""
    path = path_of(leg, began)
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    pcm = sound(seconds)
    (folder / path).write_bytes(header(RATE, 2, len(pcm)) + pcm if body is None else body)
    return path


def a_call(store: Store, uuid: str, seconds: float, began: datetime = NOON, **visit: Any) -> Call:
    """A call that was answered at once and talked for so long, over, its leg's record taken in."""
    ended = began + timedelta(seconds=seconds)
    with store.writing():
        queue = Queue.select().first() or Queue.create(
            key="leak@city", name="leak", flow=Flow.create(key="leak", name="leak")
        )
        operator = Operator.get_or_none(Operator.key == "sato") or Operator.create(
            key="sato", name="佐藤", registered_at=NOON
        )
        call = Call.create(
            uuid=uuid, direction="inbound", number="+81762345678", started_at=began, answered_at=began,
            ended_at=ended, outcome="queued", flow=queue.flow,
        )  # fmt: skip
        row = {
            "uuid": f"v-{uuid}", "call": call, "queue": queue, "ordinal": 1, "entered_at": began,
            "first_entered_at": began, "answered_at": began, "left_at": ended, "operator": operator,
            "outcome": "answered", **visit,
        }  # fmt: skip
        Visit.create(**row)
        ended_leg(store, uuid, began, ended)
    return call


def ended_leg(store: Store, uuid: str, began: datetime, ended: datetime) -> None:
    """The record of a leg."""
    data = plain(LegRecord(uuid=uuid, started_at=began, ended_at=ended))
    with store.writing():
        CallRecord.create(uuid=uuid, root=uuid, source="record", data=data, received_at=ended)
