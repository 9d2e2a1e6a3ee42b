from gevent import monkey

monkey.patch_all()  # before anything opens a socket

"""A panel over a floor that a test drives: one JSON command a line comes in, one answer a line goes out."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

from gevent.fileobject import FileObject

from fsbridge.adapters.planfile import example
from fsbridge.domain import events as ev
from fsbridge.domain.facts import AgentRow, Facts, QueueRow, TierRow
from fsbridge.domain.operators import OperatorState, OperatorStatus
from fsbridge.domain.tally import Definitions
from fsbridge.services.floor import Floor
from webpanel import Centre, Staff, create_panel


class Story:
    """What the test tells the floor."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._sequence = 0

    def _now(self) -> dict[str, Any]:
        self._sequence += 1
        return {"at": datetime.now(UTC), "sequence": self._sequence}

    def operators(self, ready: int, away: int, queues: list[str]) -> None:
        statuses = [OperatorStatus.AVAILABLE] * ready + [OperatorStatus.ON_BREAK] * away
        agents = tuple(
            AgentRow(name=f"op{number:02}", status=status, state=OperatorState.WAITING)
            for number, status in enumerate(statuses)
        )
        tiers = tuple(TierRow(queue=queue, operator=agent.name) for queue in queues for agent in agents)
        rows = tuple(QueueRow(name=queue) for queue in queues)
        self._floor.resync(Facts(agents=agents, tiers=tiers, queues=rows))

    def enter(self, visit: str, queue: str) -> None:
        self._floor.apply(
            ev.CallerEnteredQueue(visit=visit, call=visit, queue=queue, number="0762201111", **self._now())
        )

    def answer(self, visit: str, queue: str, operator: str) -> None:
        told = {"visit": visit, "call": visit, "queue": queue}
        self._floor.apply(ev.OfferAnswered(operator=operator, leg=f"leg-{visit}", **told, **self._now()))
        state = OperatorState.IN_A_CALL
        self._floor.apply(ev.OperatorStateChanged(operator=operator, state=state, **self._now()))
        self._floor.apply(ev.CallBridged(uuid=visit, other=f"leg-{visit}", visit=visit, **self._now()))

    def give_up(self, visit: str, queue: str) -> None:
        reason = ev.LeftReason.GAVE_UP
        self._floor.apply(
            ev.CallerLeftQueue(visit=visit, call=visit, queue=queue, reason=reason, **self._now())
        )

    def lost(self) -> None:
        self._floor.lost("closed by peer")

    def heard(self) -> None:
        self._floor.heard()


def main() -> None:
    plan = example("kanazawa").plan
    floor = Floor(Definitions(zone=plan.schedule.clock))
    story = Story(floor)
    at = datetime(2027, 3, 4, 10, 42, tzinfo=plan.schedule.clock)
    centre = Centre(floor=floor, plan=lambda: plan, clock=lambda: at, staff=lambda: Staff(18, 2, 1))
    panel = create_panel(centre)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    print(panel.start("127.0.0.1", port), flush=True)
    for line in FileObject(sys.stdin.fileno(), "r"):  # the standard one would hold everybody up
        name, *arguments = json.loads(line)
        getattr(story, name)(*arguments)
        print("done", flush=True)


if __name__ == "__main__":
    main()
