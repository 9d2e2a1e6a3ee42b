from gevent import monkey

monkey.patch_all()  # before anything opens a socket

"""A panel over a floor where something happens so many times a second, and what that cost."""

import json
import resource
import sys
import time
from datetime import UTC, datetime

from gevent.fileobject import FileObject

from fsbridge.adapters.planfile import example
from fsbridge.domain import events as ev
from fsbridge.domain.facts import AgentRow, Facts, QueueRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.tally import Definitions
from fsbridge.services.floor import Floor
from webpanel import Centre, Staff, create_panel

QUEUES = ("opening@kanazawa", "leak@kanazawa", "billing@kanazawa", "other@kanazawa")
WAITING = 12
"""Callers who wait at the same time; the oldest leaves when another comes."""


def main() -> None:
    plan = example("kanazawa").plan
    floor = Floor(Definitions(zone=plan.schedule.clock))
    agents = tuple(
        AgentRow(name=f"op{number:02}", status=OperatorStatus.AVAILABLE, state=OperatorState.WAITING)
        for number in range(16)
    )
    tiers = tuple(TierRow(queue=queue, operator=agent.name) for queue in QUEUES for agent in agents)
    floor.resync(Facts(agents=agents, tiers=tiers, queues=tuple(QueueRow(name=queue) for queue in QUEUES)))
    panel = create_panel(Centre(floor=floor, plan=lambda: plan, staff=lambda: Staff(16, 0, 0)))
    print(panel.start("127.0.0.1", 0), flush=True)
    for line in FileObject(sys.stdin.fileno(), "r"):
        order = json.loads(line)
        print(json.dumps(storm(floor, order["rate"], order["seconds"])), flush=True)


def storm(floor: Floor, rate: float, seconds: float) -> dict[str, object]:
    """Callers come and go, evenly, an event at a time: when each event was, by ``seq``, and the cost."""
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.time()
    happened, inside, number = [], [], 0
    while (now := time.time()) - began < seconds:
        due = began + number / rate
        if due > now:
            time.sleep(due - now)
        at, queue = datetime.now(UTC), QUEUES[number % len(QUEUES)]
        if number % 2 == 0 or len(inside) < WAITING:
            told = {"visit": f"v{number}", "call": f"v{number}", "queue": queue}
            inside.append(told)
            floor.apply(ev.CallerEnteredQueue(number="0762201111", at=at, sequence=number + 1, **told))
        else:
            told = inside.pop(0)
            floor.apply(ev.CallerLeftQueue(reason=ev.LeftReason.GAVE_UP, at=at, sequence=number + 1, **told))
        happened.append((floor.seq, at.timestamp() * 1000))
        number += 1
    after, lasted = resource.getrusage(resource.RUSAGE_SELF), time.time() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"happened": happened, "cpu": cpu / lasted, "memory": resident()}


def resident() -> float:
    """Megabytes of memory in use now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
