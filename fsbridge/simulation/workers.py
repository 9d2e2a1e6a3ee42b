"""Stretches simulated beside each other, in processes of their own; what comes of it is always the same."""

from __future__ import annotations

import gc
import os
import pickle
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from fsbridge.adapters.holidays import CALENDARS
from fsbridge.app import load_app
from fsbridge.domain.arrivals import Traffic
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.plandata import data_of, plan_of
from fsbridge.errors import FsbridgeError
from fsbridge.simulation.past import Past
from fsbridge.simulation.stretch import Centre, Stretch

WORTH_IT = 300
"""Calls from which on another process is worth its start."""


@dataclass(frozen=True)
class Task:
    """A stretch to be simulated on a plan; `script` is the ``module:app`` that answers."""

    plan: dict[str, Any]
    script: str
    traffic: Traffic
    stretch: Stretch
    seed: int


def task(plan: CentrePlan, script: str, traffic: Traffic, stretch: Stretch, seed: int) -> Task:
    """The task; each stretch has a seed of its own, made of the seed and its first day."""
    own = random.Random(f"{seed} {stretch.days[0]}").getrandbits(63)
    return Task(data_of(plan), script, traffic, stretch, own)


def simulate(one: Task, moved: Callable[[int], None] = lambda calls: None) -> Past:
    """What comes of a task, here and now."""
    plan = plan_of(one.plan, CALENDARS)
    return Centre(plan, load_app(one.script), one.traffic, one.stretch, seed=one.seed).run(moved)


def simulate_all(
    tasks: Sequence[Task], moved: Callable[[int], None] = lambda calls: None, *, processes: int | None = None
) -> list[Past]:
    """What comes of each task, in their order; `moved` is told how many more calls were simulated.

    As many processes as there are processors, unless said otherwise; FsbridgeError if one of them fails.
    """
    calls = sum(len(one.stretch.arrivals) for one in tasks)
    count = min(processes or os.cpu_count() or 1, len(tasks), max(1, calls // WORTH_IT))
    if count <= 1:
        return [simulate(one, moved) for one in tasks]
    return _Crew(tasks, moved).work(count)


class _Crew:
    def __init__(self, tasks: Sequence[Task], moved: Callable[[int], None]) -> None:
        self._tasks, self._moved = tasks, moved
        # The longest first, so that no process is left with one when the others are done.
        self._open = sorted(range(len(tasks)), key=lambda at: len(tasks[at].stretch.arrivals))
        self._done: dict[int, Past] = {}
        self._failures: list[str] = []

    def work(self, count: int) -> list[Past]:
        threads = [threading.Thread(target=self._drive) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._failures:
            raise FsbridgeError(self._failures[0])
        return [self._done[at] for at in range(len(self._tasks))]

    def _drive(self) -> None:
        """One process, given task after task."""
        command = [sys.executable, "-m", "fsbridge.simulation.workers"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            while self._open and not self._failures:
                at = self._open.pop()
                try:
                    _put(process.stdin, self._tasks[at])
                    result = _get(process.stdout)
                except (EOFError, OSError) as error:
                    self._failures.append(f"a process of the simulation ended before its time: {error!r}")
                    return
                if isinstance(result, str):
                    self._failures.append(result)
                    return
                self._done[at] = result
                self._moved(len(self._tasks[at].stretch.arrivals))
            process.stdin.close()


def _put(file: IO[bytes], value: object) -> None:
    data = pickle.dumps(value)
    file.write(len(data).to_bytes(8, "big") + data)
    file.flush()


def _get(file: IO[bytes]) -> Any:
    """What `_put` wrote on the other side, which is a process of ours; EOFError at the end."""
    head = file.read(8)
    if len(head) < 8:
        raise EOFError("nothing more came")
    return pickle.loads(file.read(int.from_bytes(head, "big")))


def main() -> None:
    """Works on one task after the other, as they come in, until there are no more."""
    gc.set_threshold(100_000, 20, 20)  # a stretch is short, and most of it is needed to its end
    tasks, results = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            one = _get(tasks)
        except EOFError:
            return
        try:
            _put(results, simulate(one))
        except FsbridgeError as error:
            _put(results, str(error))


if __name__ == "__main__":
    from fsbridge.simulation import workers  # what is pickled belongs to the module, not to the program

    workers.main()
