"""Events per second through Genesis' `Inbound`: the same work as ``inbound_esl.py``.

usage: genesis_inbound.py PORT PASSES EVENTS [uvloop]. The handler is a coroutine function: a plain
one would go through a thread for every event.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

import genesis

HEADERS = (
    "Event-Name",
    "Unique-ID",
    "Channel-State",
    "Caller-Caller-ID-Number",
    "Caller-Destination-Number",
    "Event-Date-Timestamp",
)


async def measure(port: int, passes: int, expected: int) -> None:
    done = asyncio.Event()
    handled = values = 0

    async def handler(event: genesis.ESLEvent) -> None:
        nonlocal handled, values
        get = event.get
        for name in HEADERS:
            if get(name) is not None:
                values += 1
        handled += 1
        if handled == expected:
            done.set()

    async with genesis.Inbound("127.0.0.1", port, str(passes)) as esl:
        esl.on("*", handler)
        started, cpu = time.perf_counter(), time.process_time()
        await esl.send("event plain all")
        try:
            await asyncio.wait_for(done.wait(), 120)
        except TimeoutError:
            print("not every event came", file=sys.stderr)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(json.dumps({"events": handled, "values": values, "seconds": seconds, "cpu": cpu}), flush=True)


def main() -> None:
    if "uvloop" in sys.argv[4:]:
        genesis.use_uvloop()
    asyncio.run(measure(*map(int, sys.argv[1:4])))


if __name__ == "__main__":
    main()
