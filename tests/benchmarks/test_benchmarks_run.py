"""Each benchmark runs at a tiny scale and prints its table; no figure is judged here."""

from __future__ import annotations

import doctest
import importlib
import json

import pytest

from benchmarks.__main__ import LONG, NAMES, main
from benchmarks.figures import Figure, Target
from benchmarks.stream import load

REAL = "freeswitch"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.freeswitch] * (name == REAL)) for name in NAMES + LONG]
)
def test_a_benchmark_runs_and_prints_its_table(name, capsys, tmp_path):
    result = tmp_path / "build" / "bench.json"
    assert main(["--tiny", "--no-install", "--only", name, "--result", str(result)]) == 0
    printed = capsys.readouterr().out
    if "no calls on a real FreeSWITCH" in printed:
        pytest.skip(printed)
    (table,) = json.loads(result.read_text("utf-8"))["tables"]
    assert table["name"] == name
    assert table["title"] in printed
    assert table["figures"]
    for figure in table["figures"]:
        assert figure["what"] in printed
        if any(word in figure["what"] for word in ("failed", "not handled", "differ")):
            assert figure["value"] == 0


def test_the_stream_is_whole_events_of_the_recordings():
    stream = load()
    assert stream.data.count(b"\nContent-Type: text/event-plain\n\nEvent-") == stream.events
    assert stream.data.startswith(b"Content-Length: ")
    assert stream.data.endswith(b"\n\n")


def test_a_target_is_for_the_ratio_where_there_is_one():
    target = Target("≥", 5, " ×")
    assert Figure("greenswitch", 100, "/s", 5.1, target).met is True
    assert Figure("greenswitch", 100, "/s", 4.9, target).met is False
    assert Figure("growth", 4, "MB", target=Target("<", 5, " MB")).met is True
    assert Figure("growth", 4, "MB").met is None


@pytest.mark.parametrize("name", ["figures", "resident", "stream"])
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(f"benchmarks.{name}")).failed == 0
