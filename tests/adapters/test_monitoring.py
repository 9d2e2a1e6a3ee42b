"""The commands by which a supervisor's telephone is joined, built so that nothing can be slipped in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.monitoring import Eavesdrop
from fsbridge.domain.monitoring import Mode, Monitoring
from fsbridge.errors import CommandFailed, InvalidArgument
from fsbridge.esl.commands import Command

ONE = Monitoring(
    by="boss",
    operator="op01",
    leg="6d6f6e69-746f-8000-8000-000000000007",
    spied="9a31",
    mode=Mode.LISTEN,
    since=datetime(2027, 4, 1, tzinfo=UTC),
)


class Wire:
    """Says what it was told; `legs` live."""

    def __init__(self, *legs: str) -> None:
        self.legs = set(legs)
        self.said: list[str] = []

    def api(self, name: str, *args: str) -> str:
        self.said.append(" ".join((name, *args)))
        if name == "uuid_kill" and args[0] not in self.legs:
            raise CommandFailed("uuid_kill", "-ERR No such channel!")
        return "true" if args[0] in self.legs else "false"

    bgapi = api

    def send(self, command: Command) -> None:
        self.said.append(command.payload.decode())


def called(mode: Mode, phone: str = "user/1009@city") -> str:
    wire = Wire()
    Eavesdrop(wire).call(phone, Monitoring(**{**_fields(), "mode": mode}), name="op09")  # type: ignore[arg-type]
    return wire.said[0]


def _fields() -> dict[str, object]:
    return {name: getattr(ONE, name) for name in ("by", "operator", "leg", "spied", "mode", "since")}


def test_the_telephone_is_called_once_and_listens_by_the_uuid() -> None:
    line = called(Mode.LISTEN)
    assert line.startswith("originate ")
    assert line.endswith("&eavesdrop(9a31)")
    assert f"origination_uuid={ONE.leg}" in line
    assert "eavesdrop_enable_dtmf=false" in line  # no key pressed by mistake lets the citizen hear
    assert "whisper" not in line


def test_a_mode_from_the_start_opens_no_other_ear() -> None:
    assert "whisper_bleg=true" in called(Mode.WHISPER)
    assert "whisper_aleg" not in called(Mode.WHISPER)
    assert {"whisper_aleg", "whisper_bleg"} <= set(
        called(Mode.BARGE).replace("eavesdrop_", " ").replace("=", " ").split()
    )


@pytest.mark.parametrize(("mode", "key"), [(Mode.LISTEN, "0"), (Mode.WHISPER, "2"), (Mode.BARGE, "3")])
def test_a_mode_is_changed_by_an_event_to_the_leg(mode: Mode, key: str) -> None:
    wire = Wire(ONE.leg)
    assert Eavesdrop(wire).speak(ONE.leg, mode)  # type: ignore[arg-type]
    assert wire.said[1] == f"sendevent CUSTOM\nUnique-ID: {ONE.leg}\neavesdrop-command: {key}\n\n"


def test_nothing_is_sent_to_a_leg_that_is_gone_and_hanging_it_up_is_no_error() -> None:
    wire = Wire()
    eavesdrop = Eavesdrop(wire)  # type: ignore[arg-type]
    assert not eavesdrop.speak(ONE.leg, Mode.BARGE)
    eavesdrop.hang_up(ONE.leg)
    assert [line.split()[0] for line in wire.said] == ["uuid_exists", "uuid_kill"]


@pytest.mark.parametrize("phone", ["user/1 &system(id)", "[a=b]user/1", "user/1,user/2", "user/1|x", ""])
def test_a_telephone_that_is_no_single_address_is_refused(phone: str) -> None:
    with pytest.raises(InvalidArgument, match="endpoint"):
        called(Mode.LISTEN, phone)
