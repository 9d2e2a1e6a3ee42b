"""The embedded switch put together: dialplan, telephones, call centre, API commands and records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fsbridge.embedded.api import Answer, api_commands, instantly, run_api
from fsbridge.embedded.applications import APPLICATIONS
from fsbridge.embedded.callcenter import Callcenter, QueueConf
from fsbridge.embedded.clock import Clock
from fsbridge.embedded.core import Core
from fsbridge.embedded.dialplan import Dialplan, Extension
from fsbridge.embedded.dialstring import Target
from fsbridge.embedded.endpoints import Endpoints
from fsbridge.embedded.happening import Application
from fsbridge.embedded.leg import Leg, Steps
from fsbridge.embedded.legapps import Connect, leg_applications
from fsbridge.embedded.phones import PhoneCall, Telephone
from fsbridge.embedded.records import record_of, set_times
from fsbridge.embedded.sounds import Sounds

Record = dict[str, object]


@dataclass(frozen=True)
class SwitchConf:
    """What an embedded switch is made of.

    `addresses` says into which context a SIP call to ``host:port`` of this switch comes; calls to
    any other come into `context`. `originate_timeout` is mod_callcenter's, in seconds.

    >>> SwitchConf(queues=(QueueConf("leak@kanazawa"),)).password
    'ClueCon'
    """

    queues: tuple[QueueConf, ...] = ()
    dialplan: Mapping[str, Sequence[Extension]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    context: str = "public"
    password: str = "ClueCon"
    hostname: str = "embedded"
    zone: str = "UTC"
    reserve_agents: bool = False
    originate_timeout: float = 60.0
    seed: int | None = None


class Switch:
    """A FreeSWITCH stand-in without a socket; `EmbeddedSwitch` gives it its ports.

    Calls come in with `dial_in`, commands with `api`, records go to everybody in `on_record`.

    >>> from fsbridge.embedded import VirtualClock, extension
    >>> plan = {"public": [extension("^100$", ("answer",), ("sleep", "2000"), ("hangup",))]}
    >>> clock = VirtualClock()
    >>> switch = Switch(clock, SwitchConf(dialplan=plan))
    >>> call = switch.dial_in("100", caller="0761234567")
    >>> clock.advance(3)
    >>> call.over, clock.elapsed
    (True, 3.0)
    """

    def __init__(self, clock: Clock, conf: SwitchConf | None = None, *, sounds: Sounds | None = None) -> None:
        self.conf = conf or SwitchConf()
        self.core = Core(
            clock,
            sounds=sounds,
            seed=self.conf.seed,
            hostname=self.conf.hostname,
            zone=self.conf.zone,
        )
        self.dialplan = Dialplan(self.conf.dialplan)
        self.telephones: dict[str, Telephone] = {}
        """Registered telephones, by user name."""
        self.connect: Connect | None = None
        """How the application ``socket`` reaches a script; None: nobody ever listens."""
        self.on_record: list[Callable[[Record], object]] = []
        self.endpoints = Endpoints(self, self.conf.addresses, self.conf.context, self.telephones)
        self.callcenter = Callcenter(
            self,
            self.conf.queues,
            reserve_agents=self.conf.reserve_agents,
            originate_timeout=self.conf.originate_timeout,
        )
        self._apis = api_commands(self)
        self._applications: dict[str, Application] = {
            **APPLICATIONS,
            **leg_applications(self),
            "callcenter": self.callcenter.application,
        }

    # -- from outside ---------------------------------------------------------------------------

    def dial_in(
        self,
        number: str,
        *,
        caller: str,
        name: str = "",
        context: str = "",
        variables: Mapping[str, str] | None = None,
    ) -> PhoneCall:
        """Somebody outside calls a number; the call as their telephone has it. It begins `soon`."""
        leg = self.endpoints.inbound(number, caller, name or caller, context or self.conf.context)
        leg.variables.update(variables or {})
        call = PhoneCall(leg)
        leg.far = call
        self.core.soon(leg.come_in)
        return call

    def api(self, line: str, answer: Answer) -> None:
        """Run an API command; `answer` gets what it prints, at once or when it is done."""
        run_api(self._apis, self.core, line, answer)

    def add_api(self, name: str, run: Callable[[str], str]) -> None:
        """Another command, of a part that is not always there; it takes no time."""
        self._apis[name] = instantly(run)

    def tell(self, line: str) -> str:
        """Run an API command that takes no time, and return what it prints."""
        printed: list[str] = []
        self.api(line, printed.append)
        return printed[0] if printed else ""

    # -- asked by clients ------------------------------------------------------------------------

    @property
    def password(self) -> str:
        """What lets a client of the Event Socket in."""
        return self.conf.password

    def find(self, uuid: str) -> Leg | None:
        """A leg that has not hung up."""
        return self.core.find(uuid)

    # -- asked by legs --------------------------------------------------------------------------

    def application(self, name: str) -> Application | None:
        """What the name of an application stands for."""
        return self._applications.get(name)

    def function(self, leg: Leg, name: str, argument: str) -> str:
        """What ``${name(argument)}`` is: an API command that takes no time."""
        return self.tell(f"{name} {leg.filled(argument)}").removesuffix("\n")

    def route(self, leg: Leg) -> Steps | None:
        """What the dialplan says about the leg's destination."""
        return self.dialplan.route(leg, self._wall_clock)

    def report(self, leg: Leg) -> None:
        """Makes the leg's call detail record."""
        set_times(leg)
        if self.on_record:
            record = record_of(leg)
            for take in self.on_record:
                take(record)

    def reach(self, target: Target) -> Sequence[Target]:
        """The addresses a target stands for."""
        return self.endpoints.reach(target)

    def outbound(self, target: Target, variables: Mapping[str, str], parent: Leg | None) -> Leg | str:
        """The leg that calls an address; or the cause for which there can be none."""
        return self.endpoints.outbound(target, variables, parent)

    def _wall_clock(self, zone: str) -> dt.datetime:
        moment = self.core.local(self.core.clock.micro())
        if not zone:
            return moment
        try:
            return moment.astimezone(ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError):
            return moment
