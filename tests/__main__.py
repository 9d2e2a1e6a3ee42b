"""``python -m tests``: the whole suite as five pytest runs side by side; most of it waits for telephones.

What is given on the command line goes to each of them. The first one's progress is shown as it comes, the
others' output when they are done; at the end stands the table of the real parts that were met.

Five runs crowd a small machine, so a test that failed is run once more when the others are done. Only what
fails then too fails the suite; what passed the second time is named at the very end, for somebody to look at.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

RUNS = {
    "without FreeSWITCH, first half": ("-m", "not freeswitch", "--share", "1/2", "tests"),
    "without FreeSWITCH, second half": ("-m", "not freeswitch", "--share", "2/2", "tests"),
    "on FreeSWITCH, first half": ("-m", "freeswitch", "--share", "1/2", "tests"),
    "on FreeSWITCH, second half": ("-m", "freeswitch", "--share", "2/2", "tests"),
    "in a browser": ("e2e",),
}
WHOLE = ("--share", "1/1")
TESTS_FAILED, NOTHING_TO_RUN = 1, 5
"""Exit codes of pytest; a run whose share is empty has not failed."""


def main(options: Sequence[str]) -> int:
    """The worst exit code of the runs."""
    with ExitStack() as stack:
        notes = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        commands = {name: _command(name, notes, options) for name in RUNS}
        first, *others = RUNS
        outputs: dict[str, IO[str] | None] = {first: None}
        outputs |= {name: stack.enter_context(tempfile.TemporaryFile("w+")) for name in others}
        running = {
            name: subprocess.Popen(
                command,
                stdout=outputs[name],
                stderr=subprocess.STDOUT if outputs[name] else None,
            )
            for name, command in commands.items()
        }
        codes: dict[str, int] = {}
        for name, process in running.items():
            code = process.wait()
            codes[name] = 0 if code == NOTHING_TO_RUN else code
            output = outputs[name]
            if output is not None:
                output.seek(0)
                print(f"\n---- {name}\n{output.read()}", flush=True)
        unsteady: list[str] = []
        for name in (name for name, code in codes.items() if code == TESTS_FAILED):
            failed = _failed(name, notes)
            print(f"\n---- {name}, once more: {len(failed)} that failed", flush=True)
            again = [*commands[name], "--last-failed", *(WHOLE if "--share" in RUNS[name] else ())]
            codes[name] = subprocess.run(again, check=False).returncode
            unsteady += sorted(failed - (_failed(name, notes) if codes[name] else set()))
    for test in unsteady:
        print(f"UNSTEADY {test}: failed among others, passed the second time", flush=True)
    return max(codes.values())


def _command(name: str, notes: Path, options: Sequence[str]) -> list[str]:
    cache = notes / name.replace(" ", "-")
    return [sys.executable, "-m", "pytest", "-o", f"cache_dir={cache}", *RUNS[name], *options]


def _failed(name: str, notes: Path) -> set[str]:
    """The tests that failed in the last run of this name, as pytest keeps them."""
    kept = notes / name.replace(" ", "-") / "v" / "cache" / "lastfailed"
    return set(json.loads(kept.read_text("utf-8"))) if kept.exists() else set()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
