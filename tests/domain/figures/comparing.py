"""The real figures under the names of the reference's."""

from __future__ import annotations

from typing import Any

import pytest

from fsbridge.domain.figures import Figures
from tests.domain.figures.reference import Line


def named(figures: Figures) -> dict[str, Any]:
    data = figures.data()
    return {
        "offered": data["offered"],
        **{
            name: data[name.replace(" ", "_")]
            for name in ("answered", "abandoned", "short abandoned", "timed out", "no operator")
        },
        "exit key": data["exit_key"],
        "taken out": data["taken_out"],
        "waiting": data["waiting"],
        "off by": data["off_by"],
        "answer rate": data["answer_rate"],
        "net answer rate": data["net_answer_rate"],
        "service level": data["service_level"],
        "asa": data["asa"],
        "median": data["median_wait"],
        "p90": data["wait_90"],
        "handled": data["handled"]["legs"],
        "handled open": data["handled"]["open"],
        "handled time": data["aht"],
        "outbound": data["outbound"]["legs"],
        "outbound open": data["outbound"]["open"],
        "outbound time": data["outbound"]["average"],
        "out of hours": data["out_of_hours"],
        "left in IVR": data["left_in_ivr"],
        "lines busy": data["lines_busy"],
        "announcement": data["announcement"],
        "repeat": data["repeat"],
        "occupancy": data["occupancy"],
        "utilisation": data["utilisation"],
    }


def same(figures: Figures, line: Line) -> bool:
    """Whether both say the same of everything, to the microsecond."""
    real, wanted = named(figures), line.figures()
    assert real.keys() == wanted.keys()
    for name, value in wanted.items():
        assert real[name] == (value if value is None else pytest.approx(value, abs=2e-6)), name
    return True


def is_something(line: Line) -> bool:
    """Whether a row of the reference counts anything that the real ones show."""
    return any(value for value in line.figures().values()) or bool(line.states)
