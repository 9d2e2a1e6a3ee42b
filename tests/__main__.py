"""``python -m tests``: the whole suite as five pytest runs side by side; most of it waits for telephones.

What is given on the command line goes to each of them. The first one's progress is shown as it comes, the
others' output when they are done; at the end stands the table of the real parts that were met.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import IO

RUNS = {
    "without FreeSWITCH, first half": ("-m", "not freeswitch", "--share", "1/2", "tests"),
    "without FreeSWITCH, second half": ("-m", "not freeswitch", "--share", "2/2", "tests"),
    "on FreeSWITCH, first half": ("-m", "freeswitch", "--share", "1/2", "tests"),
    "on FreeSWITCH, second half": ("-m", "freeswitch", "--share", "2/2", "tests"),
    "in a browser": ("e2e",),
}
NOTHING_TO_RUN = 5
"""pytest's exit code for no test: a run whose share is empty has not failed."""


def main(options: Sequence[str]) -> int:
    """The worst exit code of the runs."""
    with ExitStack() as stack:
        first, *others = RUNS
        outputs: dict[str, IO[str] | None] = {first: None}
        outputs |= {name: stack.enter_context(tempfile.TemporaryFile("w+")) for name in others}
        running = {
            name: subprocess.Popen(
                [sys.executable, "-m", "pytest", *arguments, *options],
                stdout=outputs[name],
                stderr=subprocess.STDOUT if outputs[name] else None,
            )
            for name, arguments in RUNS.items()
        }
        codes = []
        for name, process in running.items():
            code = process.wait()
            codes.append(0 if code == NOTHING_TO_RUN else code)
            output = outputs[name]
            if output is not None:
                output.seek(0)
                print(f"\n---- {name}\n{output.read()}", flush=True)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
