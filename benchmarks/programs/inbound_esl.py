"""Events per second through `InboundESL`: one program for greenswitch and for fsbridge.

usage: inbound_esl.py MODULE PORT PASSES EVENTS; the handler reads six headers of every event.
"""

from __future__ import annotations

import importlib
import json
import sys
import time

import gevent.event

HEADERS = (
    "Event-Name",
    "Unique-ID",
    "Channel-State",
    "Caller-Caller-ID-Number",
    "Caller-Destination-Number",
    "Event-Date-Timestamp",
)
STALL = 10.0
"""Seconds in which nothing is handled, after which the rest counts as lost."""


def main() -> None:
    module, port, passes, expected = sys.argv[1], *map(int, sys.argv[2:5])
    done = gevent.event.Event()
    handled = values = 0

    def handler(event: object) -> None:
        nonlocal handled, values
        get = event.headers.get  # type: ignore[attr-defined]
        for name in HEADERS:
            if get(name) is not None:
                values += 1
        handled += 1
        if handled == expected:
            done.set()

    esl = importlib.import_module(module).InboundESL("127.0.0.1", port, str(passes))
    esl.register_handle("*", handler)
    esl.connect()
    started, cpu = time.perf_counter(), time.process_time()
    esl.send("event plain all")
    before = -1
    while not done.wait(STALL) and handled > before:
        before = handled
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps({"events": handled, "values": values, "seconds": seconds, "cpu": cpu}))


if __name__ == "__main__":
    main()
