"""Kanazawa on a March morning, eight operators at work: for the tests of commands and pages."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from cli import main
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.plan import StoredPlan
from fsbridge.attending import operators_of
from fsbridge.commands import attendance
from fsbridge.commands import operators as commands
from fsbridge.domain.duty import Choice, Miss, Status
from fsbridge.services.operators import Operators
from fsbridge.testing.duties import DistributorInMemory

MORNING = datetime(2027, 3, 3, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))


class Shift:
    """A home folder with the centre in it, and its commands; the time stands still."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.distributor = DistributorInMemory()
        for number in range(1, 17):
            self.distributor.add_operator(f"op{number:02}")
        monkeypatch.setattr(commands, "now", lambda: MORNING)
        monkeypatch.setattr(attendance, "reached", lambda settings: nullcontext(self.distributor))
        made = self.run("init", "--example", "kanazawa")
        assert made.exit_code == 0, made.output
        self.store = Store(f"sqlite:///{home}/centre.sqlite3")
        plan = StoredPlan(self.store).load()
        self.operators: Operators = operators_of(self.store, lambda: plan, self.distributor)

    def run(self, *words: str, lang: str = "ja", **environment: str) -> Result:
        """`fsbridge` with these words."""
        env = {
            "FSBRIDGE_HOME": str(self.home),
            "FSBRIDGE_LANG": lang,
            "COLUMNS": "100",
            "USER": "boss",
            "LOGNAME": "boss",
            **environment,
        }
        return CliRunner().invoke(main, words, env=env)

    def status(self, operator: str) -> Status:
        duty = self.operators.book.duty(operator)
        return duty.status if duty is not None else Status.LOGGED_OUT

    def begin(self) -> None:
        """Everybody does something else."""
        operators = self.operators
        for number in range(1, 9):
            name, browser, began = f"op{number:02}", f"browser {number}", _at(-5400)
            operators.log_in(name, browser, began, place=f"{number}番デスク", choice=Choice(Status.READY))
            operators.seats.beat(browser, _at(-(number % 4)))
        self._call("op02", "leak@kanazawa", rings=-300)
        self._call("op03", "billing@kanazawa", rings=-400)
        operators.ended("op03", _at(-72), "visit of op03")
        operators.choose("op04", Choice(Status.ON_BREAK, "昼休み"), _at(-600))
        for second in (-200, -170):
            operators.offered("op05", _at(second), call="c", visit=f"v{second}", queue="other@kanazawa")
            operators.offer_failed("op05", _at(second + 20), f"v{second}", Miss.RANG_OUT)
        self._call("op06", "opening@kanazawa", rings=-180)
        operators.choose("op06", Choice(Status.ON_BREAK, "小休憩"), _at(-90))
        operators.held("op06", _at(-30), on=True)
        operators.choose("op07", Choice(Status.TRAINING, "座学"), _at(-900))
        operators.offered("op08", _at(-6), call="c8", visit="v8", queue="opening@kanazawa")

    def _call(self, operator: str, queue: str, *, rings: float) -> None:
        visit = f"visit of {operator}"
        self.operators.offered(operator, _at(rings), call=f"call of {operator}", visit=visit, queue=queue)
        self.operators.answered(operator, _at(rings + 4), visit=visit, leg=f"leg of {operator}")


def _at(seconds: float) -> datetime:
    return MORNING + timedelta(seconds=seconds)
