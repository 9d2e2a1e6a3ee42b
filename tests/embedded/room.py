"""A call centre on a virtual clock, small enough to say in a line what it does."""

from __future__ import annotations

from fsbridge.embedded import Handset, PhoneCall, QueueConf, Switch, SwitchConf, VirtualClock, extension
from fsbridge.embedded.core import Fired

PLAN = {
    "public": [
        extension(
            "^([a-z]+)$", ("answer",), ("set", "cc_exit_keys=9"), ("callcenter", "$1@city"), ("sleep", "500")
        )
    ]
}


class Room:
    """A switch with one queue, ``help@city``, and whoever is seated in it; `said` are the queue's events."""

    def __init__(self, **queue: object) -> None:
        self.clock = VirtualClock("2027-03-03T10:00:00.25")
        conf = QueueConf("help@city", moh_sound="local_stream://moh", **queue)  # type: ignore[arg-type]
        self.switch = Switch(self.clock, SwitchConf(queues=(conf,), dialplan=PLAN, seed=7))
        self.tables = self.switch.callcenter.tables
        self.said: list[str] = []
        self.switch.core.listeners.append(self)

    def wants(self, name: str, subclass: str) -> bool:
        return subclass == "callcenter::info"

    def hear(self, event: Fired) -> None:
        words = [event.get("CC-Action") or ""]
        words += [event.get(f"CC-{name}") or "" for name in ("Agent", "Agent-State", "Cancel-Reason")]
        if words[0] not in ("members-count", "agent-add", "agent-contact-change"):
            self.said.append(" ".join(word for word in words if word))

    def config(self, line: str) -> str:
        return self.switch.tell(f"callcenter_config {line}")

    def seat(
        self, *names: str, phone: Handset | None = None, level: int = 1, position: int = 1, **numbers: int
    ) -> None:
        """Agents who are there, each with a telephone that answers unless said otherwise."""
        for name in names:
            self.switch.telephones[name] = phone or Handset(0.5)
            self.config(f"agent add {name} callback")
            self.config(f"agent set contact {name} user/{name}")
            self.config(f"tier add help@city {name} {level} {position}")
            for key, value in numbers.items():
                self.config(f"agent set {key} {name} {value}")
            self.config(f"agent set status {name} Available")

    def call(self, caller: str = "0761234567", number: str = "help") -> PhoneCall:
        call = self.switch.dial_in(number, caller=caller)
        self.clock.advance(0)
        return call

    def offers(self) -> list[str]:
        """Who was called, in order."""
        return [word.split()[1] for word in self.said if word.startswith("agent-offering")]

    def agent(self, name: str) -> tuple[str, str]:
        """An agent's status and state."""
        row = self.tables.agents[name]
        return row.status, row.state
