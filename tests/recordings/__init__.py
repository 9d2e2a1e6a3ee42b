"""The recordings of a real FreeSWITCH, ready to use; see README.md beside this file."""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path
from typing import Any

from fsbridge.adapters.translate import translate
from fsbridge.domain.events import DomainEvent
from fsbridge.esl.frames import Event, FrameReader

HERE = Path(__file__).parent
SCENARIOS = sorted(path.name.removesuffix(".esl.gz") for path in HERE.glob("*.esl.gz"))


def wire(scenario: str) -> bytes:
    """Every byte of an inbound connection."""
    return gzip.decompress((HERE / f"{scenario}.esl.gz").read_bytes())


def told(scenario: str) -> dict[str, Any]:
    """What was done, and the facts asked at the time."""
    told: dict[str, Any] = json.loads(gzip.decompress((HERE / f"{scenario}.json.gz").read_bytes()))
    return told


def call_records() -> list[dict[str, Any]]:
    """The call detail records."""
    return [json.loads(gzip.decompress(path.read_bytes())) for path in sorted(HERE.glob("cdr/*.json.gz"))]


@functools.cache
def esl_events(scenario: str) -> tuple[Event, ...]:
    """The recorded events, as the Event Socket's reader cuts them."""
    return tuple(event for event in FrameReader().feed(wire(scenario)) if event.name)


@functools.cache
def domain_events(scenario: str) -> tuple[DomainEvent, ...]:
    """The recorded events in the centre's words."""
    made = (translate(event) for event in esl_events(scenario))
    return tuple(event for event in made if event is not None)
