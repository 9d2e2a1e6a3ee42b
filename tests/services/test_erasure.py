"""A centre is erased only when nothing stands against it, and what went is certified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from fsbridge.services.erasure import EraseRefused, Erasure, Remains

NOW = datetime(2030, 3, 31, 9, 0, tzinfo=UTC)


class Shelf:
    """A folder in memory; `stuck` files cannot be removed, and `dies_at` ends the program."""

    def __init__(self, name: str, *paths: str) -> None:
        self.name = name
        self.files = set(paths)
        self.stuck: set[str] = set()
        self.dies_at = ""
        self.tidied = False

    def paths(self) -> Iterator[str]:
        return iter(sorted(self.files))

    def look(self, path: str) -> Remains:
        if path not in self.files:
            raise FileNotFoundError(path)
        return Remains(10, "ab")

    def remove(self, path: str) -> None:
        if path == self.dies_at:
            raise KeyboardInterrupt
        if path in self.stuck:
            raise PermissionError(13, "Permission denied")
        self.files.remove(path)

    def tidy(self) -> None:
        self.tidied = True

    def unreachable(self) -> Sequence[str]:
        return [f"{self.name} is elsewhere too"]


class Rows:
    """A database in memory."""

    def __init__(self) -> None:
        self.name = "町"
        self.rows = {"call": 3, "note": 0}
        self.holds: list[str] = []

    def centre(self) -> str:
        return self.name

    def counts(self) -> Mapping[str, int]:
        return dict(self.rows)

    def held(self) -> Sequence[str]:
        return self.holds

    def clear(self) -> None:
        self.name, self.rows = "", dict.fromkeys(self.rows, 0)


class Paper:
    """A certificate in memory."""

    def __init__(self) -> None:
        self.lines: list[Mapping[str, Any]] = []
        self.ended = False

    def begun(self) -> Mapping[str, Any] | None:
        return self.lines[0] if self.lines and not self.ended else None

    def add(self, lines: Sequence[Mapping[str, Any]]) -> None:
        self.lines += lines

    def end(self, at: datetime) -> tuple[str, str]:
        self.ended = True
        return "erase.jsonl", "cd"


class World:
    def __init__(self) -> None:
        self.data, self.paper = Rows(), Paper()
        self.home, self.settings = (
            Shelf("home", "switch/a.flac", "sounds/b.wav"),
            Shelf("home", "fsbridge.toml"),
        )
        self.running: list[str] = []

    @property
    def erasure(self) -> Erasure:
        return Erasure(
            self.data, [self.home], self.paper,
            running=lambda: self.running, clock=lambda: NOW, final=[self.settings], elsewhere=["e-mails"],
        )  # fmt: skip

    def untouched(self) -> bool:
        return len(self.home.files) == 2 and self.data.rows["call"] == 3 and not self.paper.lines


@pytest.fixture
def world() -> World:
    return World()


def test_everything_goes_and_is_certified(world: World):
    done = world.erasure.run("町", by="sato", why="契約終了")
    assert (done.rows, done.removed, done.failed, done.size) == (3, 3, 0, 30)
    assert not (world.home.files | world.settings.files)
    first, last = world.paper.lines[0], world.paper.lines[-1]
    assert (first["erased"], first["by"], first["why"]) == ("町", "sato", "契約終了")
    assert last["out_of_reach"] == ["home is elsewhere too", "home is elsewhere too", "e-mails"]
    went = [line.get("file") or line.get("table") for line in world.paper.lines[1:-1]]
    assert went == ["home/sounds/b.wav", "home/switch/a.flac", "call", "note", "home/fsbridge.toml"]


@pytest.mark.parametrize("typed", ["", "町 ?", "村", "町\n村"])
def test_another_name_removes_nothing(world: World, typed: str):
    with pytest.raises(EraseRefused, match="is not the centre's name"):
        world.erasure.run(typed, by="sato", why="契約終了")
    assert world.untouched()


def test_a_reason_is_needed(world: World):
    with pytest.raises(EraseRefused, match="--why"):
        world.erasure.run("町", by="sato", why=" ")
    assert world.untouched()


def test_calls_stand_against_it(world: World):
    world.running = ["FreeSWITCH runs (2 legs of calls): stop it first"]
    with pytest.raises(EraseRefused, match="2 legs"):
        world.erasure.run("町", by="sato", why="契約終了")
    assert world.untouched()


def test_a_legal_hold_stands_against_it_until_there_is_a_reason(world: World):
    world.data.holds = ["4711 令和8年(ワ)第123号"]
    with pytest.raises(EraseRefused, match=r"1 recordings are held \(4711 令和8年.*--override-holds"):
        world.erasure.run("町", by="sato", why="契約終了", holds=" ")
    assert world.untouched()
    world.erasure.run("町", by="sato", why="契約終了", holds="裁判所へ提出済み")
    assert world.paper.lines[0]["held"] == ["4711 令和8年(ワ)第123号"]
    assert world.paper.lines[0]["holds_overridden_for"] == "裁判所へ提出済み"


def test_what_cannot_be_removed_stops_nothing(world: World):
    world.home.stuck = {"switch/a.flac"}
    done = world.erasure.run("町", by="sato", why="契約終了")
    assert (done.removed, done.failed, done.rows) == (2, 1, 3)
    failed = [line for line in world.paper.lines if line.get("outcome") == "failed"]
    assert [line["file"] for line in failed] == ["home/switch/a.flac"]
    assert "Permission denied" in failed[0]["note"]


def test_an_interrupted_one_is_ended_by_the_next(world: World):
    world.settings.dies_at = "fsbridge.toml"
    with pytest.raises(KeyboardInterrupt):
        world.erasure.run("町", by="sato", why="契約終了")
    world.settings.dies_at = ""
    assert world.erasure.plan().centre == "町"
    done = world.erasure.run("町", by="sato", why="契約終了")
    assert (done.removed, done.certificate) == (1, "erase.jsonl")
    assert not world.settings.files
    assert {line["file"] for line in world.paper.lines if "file" in line} == {
        "home/switch/a.flac", "home/sounds/b.wav", "home/fsbridge.toml",
    }  # fmt: skip


def test_where_there_is_no_centre_there_is_nothing_to_erase(world: World):
    world.data.clear()
    with pytest.raises(EraseRefused, match="there is no centre here"):
        world.erasure.plan()


def test_the_plan_counts_by_folder(world: World):
    plan = world.erasure.plan()
    assert plan.folders == {"home/sounds": 1, "home/switch": 1, "home/fsbridge.toml": 1}
    assert (plan.files, plan.rows) == (3, {"call": 3})
    assert world.untouched()
