"""A process of its own that logs operators in at once: ``URL FIRST COUNT``, begins when told on stdin.

Native threads, each with a connection of its own, none of it patched; prints who was let in.
"""

from __future__ import annotations

import sys
import threading

from fsbridge.adapters.store import Store, StoredSeats
from fsbridge.domain.seats import SeatsFull
from fsbridge.services.seats import Seats
from tests.adapters.store.making import NOON


def main(url: str, first: int, count: int) -> None:
    room = StoredSeats(Store(url))
    seats = Seats(room, lambda at: room.allowance("normal"))
    admitted: list[str] = []
    begin = threading.Barrier(count)

    def log_in(operator: str) -> None:
        begin.wait()
        try:
            seats.log_in(operator, f"browser of {operator}", NOON)
        except SeatsFull:
            return
        admitted.append(operator)

    threads = [threading.Thread(target=log_in, args=(f"op{first + n:02}",)) for n in range(count)]
    print("ready", flush=True)
    sys.stdin.readline()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(" ".join(sorted(admitted)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
