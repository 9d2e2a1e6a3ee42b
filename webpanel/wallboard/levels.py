"""When a figure calls for attention: at once when it gets worse, better only after a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fsbridge.domain.views import Snapshot

CALM, CAUTION, ALARM = "calm", "caution", "alarm"
_RANK = {CALM: 0, CAUTION: 1, ALARM: 2}
PATIENCE = timedelta(seconds=10)
"""How long a figure must stay below a level before the level is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on the board shows caution and alarm; waits in seconds, rates as shares.

    >>> Thresholds().wait_alarm
    180
    """

    wait_caution: int = 60
    wait_alarm: int = 180
    rate_caution: float = 0.9
    rate_alarm: float = 0.8
    rate_from: int = 20
    waiting_above_available: int = 3
    available_caution: int = 1

    def judge(self, now: datetime, snapshot: Snapshot) -> dict[str, str]:
        """The level of each figure as it stands, without regard to what was before."""
        waiting, available = snapshot.waiting, snapshot.available
        since = snapshot.waiting_since
        wait = (now - since).total_seconds() if since is not None else 0.0
        rate = snapshot.total.answer_rate if snapshot.total.offered >= self.rate_from else None
        rate = 1.0 if rate is None else rate  # of a few calls it says nothing
        crowd = available + self.waiting_above_available
        return {
            "waiting": _level(waiting >= 1 and available == 0, waiting >= crowd),
            "longest": _level(wait >= self.wait_caution, wait >= self.wait_alarm),
            "available": _level(available <= self.available_caution, available == 0),
            "rate": _level(rate < self.rate_caution, rate < self.rate_alarm),
        }


def _level(caution: bool, alarm: bool) -> str:
    return ALARM if alarm else CAUTION if caution else CALM


class Levels:
    """The levels that are shown.

    >>> levels = Levels()
    >>> noon = datetime.fromisoformat("2027-03-04T12:00:00+09:00")
    >>> levels.show({"waiting": ALARM}, noon)["waiting"]
    'alarm'
    >>> levels.show({"waiting": CALM}, noon + timedelta(seconds=9))["waiting"]
    'alarm'
    >>> levels.show({"waiting": CALM}, noon + timedelta(seconds=20))["waiting"]
    'calm'
    """

    def __init__(self) -> None:
        self._shown: dict[str, tuple[str, datetime]] = {}

    def show(self, judged: Mapping[str, str], now: datetime) -> dict[str, str]:
        """What to show at `now` when the figures as they stand are judged so."""
        for figure, level in judged.items():
            shown, last = self._shown.get(figure, (CALM, now))
            if _RANK[level] >= _RANK[shown] or now - last >= PATIENCE:
                self._shown[figure] = (level, now)
        return {figure: shown for figure, (shown, _) in self._shown.items()}
