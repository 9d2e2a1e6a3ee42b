"""A call as its script sees it: blocking methods, one line after the other."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import overload
from zoneinfo import ZoneInfo

from fsbridge.errors import CallEnded, CommandFailed, FsbridgeError, InvalidArgument
from fsbridge.esl.frames import Event
from fsbridge.esl.leg import Leg
from fsbridge.esl.quoting import app_args, dial_string, literal
from fsbridge.scripting.background import Background
from fsbridge.scripting.centre import Centre, CentreSource
from fsbridge.scripting.digits import Collect, collect
from fsbridge.scripting.fixed import NO_CENTRE
from fsbridge.scripting.interruption import Interruption
from fsbridge.scripting.menu import Choice, Menu
from fsbridge.scripting.outcomes import Bridged, Recording
from fsbridge.scripting.queue import RECALL_KEY, Queued, Talk, head_start, put_away, read_visit
from fsbridge.scripting.sounds import Say, Sound, Sounds, Speech, ToneSpeech, flatten, to_path
from fsbridge.scripting.variables import Variables

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The time now, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


class Call:
    """One caller on the line; every method waits until FreeSWITCH is done with it.

    A caller who hangs up ends the waiting line with `CallEnded`; there is nothing else to check.

    >>> from fsbridge.testing import Caller
    >>> def script(call):
    ...     call.answer()
    ...     pin = call.ask("pin.wav", digits=4)
    ...     call.say(f"{pin} ですね")
    >>> caller = Caller(script).dial("100")
    >>> caller.press("1234").listen().heard
    ['pin.wav', '1234 ですね']
    """

    def __init__(
        self,
        leg: Leg,
        *,
        clock: Clock = utc_now,
        zone: str = "UTC",
        speech: Speech | None = None,
        interruption: Interruption | None = None,
        centre: CentreSource | None = None,
    ) -> None:
        self.leg = leg
        self.uuid = leg.uuid
        self.centre = Centre(self, centre or NO_CENTRE)
        self.handed_over = False
        self._clock = clock
        self._zone = ZoneInfo(zone)
        self._speech = speech or ToneSpeech()
        self._interruption = interruption or Interruption()
        self._variables = Variables(leg.data)
        self._background: Background | None = None

    # -- who calls, when ------------------------------------------------------------------------

    @property
    def number(self) -> str:
        """The number that was dialled."""
        return self.leg.data.get("Caller-Destination-Number", "")

    @property
    def caller(self) -> str:
        """The caller's number, as the network gave it; empty or a word when withheld."""
        return self.leg.data.get("Caller-Caller-ID-Number", "")

    @property
    def now(self) -> dt.datetime:
        """The time now by the app's clock, aware, in the app's zone."""
        return self._clock().astimezone(self._zone)

    @property
    def ended(self) -> bool:
        """Whether the caller is gone."""
        return self.leg.ended

    # -- hearing and pressing -------------------------------------------------------------------

    def answer(self) -> None:
        """Answers the call; nothing happens if it is answered already."""
        self.run("answer")

    def play(self, *sounds: Sound, stop_on: str = "") -> str:
        """Plays the sounds in turn; returns the key of `stop_on` that ended it, else an empty text.

        A sound that is missing is logged and passed over: the caller is never dropped for it.
        """
        path = self.path_of(sounds)
        self._stop_keys(stop_on)
        event = self.run("playback", literal(path))
        response = event.headers.get("Application-Response", "")
        if response == "PLAYBACK ERROR":
            self.run("sleep", "1")  # the line may have broken a moment before the hang-up is told
        if response in ("FILE NOT FOUND", "PLAYBACK ERROR"):
            logger.error("call %s: cannot be played (%s): %s", self.uuid, response, path)
        return self.get("playback_terminator_used", "") if stop_on else ""

    def say(self, text: str, *, voice: str = "", stop_on: str = "") -> str:
        """Speaks a text through the app's speech engine; returns as `play` does."""
        return self.play(Say(text, voice), stop_on=stop_on)

    def ask(
        self,
        prompt: Sounds,
        *,
        digits: int | tuple[int, int] = 1,
        timeout: float = 5.0,
        digit_timeout: float | None = None,
        tries: int = 3,
        terminators: str = "#",
        valid: str | re.Pattern[str] | None = None,
        barge_in: bool = True,
        invalid: Sounds | None = None,
    ) -> str | None:
        """The digits the caller pressed, or None when all tries were in vain.

        `digits` is how many are needed, or (from, to); the digits must match all of the expression
        `valid`; `invalid` is heard before the prompt after a try with wrong or missing digits.
        Timeouts are seconds, to the first key and from key to key.
        """
        shortest, longest = (digits, digits) if isinstance(digits, int) else digits
        how = Collect(shortest, longest, timeout, digit_timeout, terminators, barge_in)
        pattern = re.compile(valid or "[0-9*#A-D]*")
        notice: tuple[Sound, ...] = ()
        for _ in range(tries):
            pressed = collect(self, [*notice, *flatten(prompt)], how)
            if len(pressed) >= shortest and pattern.fullmatch(pressed):
                return pressed
            notice = flatten(invalid)
        return None

    def menu(self, menu: Menu) -> Choice:
        """Runs a menu and its sub-menus; says what was chosen, or how it failed."""
        return menu.run(self)

    def record(
        self,
        path: str,
        *,
        longest: float = 120.0,
        silence: float = 5.0,
        threshold: int = 200,
        stop_on: str = "#",
    ) -> Recording:
        """Records the caller into a file, until a key, `longest` seconds, or `silence` seconds of quiet."""
        self._stop_keys(stop_on)
        self.run("record", app_args(path, str(round(longest)), str(threshold), str(max(1, round(silence)))))
        milliseconds = self.get("record_ms", "0")
        seconds = int(milliseconds) / 1000 if milliseconds.isdigit() else 0.0
        return Recording(path, seconds, self.get("playback_terminator_used", ""))

    @contextmanager
    def background(self, *sounds: Sound) -> Iterator[None]:
        """Plays the sounds over and over while the block works on something else.

        A method of the call used inside the block stops them, and they start anew after it. Keys
        pressed meanwhile are lost, as they are while FreeSWITCH plays.
        """
        if self._background:
            raise FsbridgeError("a background sound is playing already")
        self._stop_keys("")
        background = self._background = Background(self.leg, self.path_of(sounds))
        try:
            with self._interruption.in_leg():
                background.start()
            yield
        finally:
            self._background = None
            if not self.leg.ended:
                with self._interruption.in_leg():
                    background.stop()

    def pause(self, seconds: float) -> None:
        """Waits, the line silent."""
        self.run("sleep", str(max(1, round(seconds * 1000))))

    # -- handing the caller on ------------------------------------------------------------------

    def queue(
        self, name: str, *, waiting: Sounds | None = None, exit_keys: str = "", waited: float = 0.0
    ) -> Queued:
        """Puts the caller into a mod_callcenter queue; returns when the visit, or the talk, is over.

        `waiting` is heard over and over instead of the queue's own music; `waited` seconds in an earlier
        queue count for the place in this one. A queue FreeSWITCH does not know is an `FsbridgeError`. An
        operator takes the call out of the script's hands: when the talk is over, FreeSWITCH goes on with
        the dialplan behind its ``socket`` action (or where the operator sent the caller).
        """
        music = self.path_of(flatten(waiting)) if waiting else ""
        self.set(cc_moh_override=music, cc_exit_keys=exit_keys + RECALL_KEY)
        self.set(cc_base_score=head_start(waited), fsbridge_visits=put_away(self._variables))
        earlier = self.get("cc_member_uuid", "")
        with Talk(self.leg) as talk:
            self.run("callcenter", app_args(name))
            visit = read_visit(name, self._variables, earlier=earlier)
            if visit is None:
                raise FsbridgeError(f"mod_callcenter does not know the queue {name!r}, or refused the caller")
            if visit.answered:
                self.handed_over = True
                self._take(talk.over())
                visit = replace(visit, agent=self.get("cc_agent", ""))
        return visit

    def bridge(
        self,
        *endpoints: str,
        timeout: float = 30.0,
        caller_number: str | None = None,
        caller_name: str | None = None,
        variables: dict[str, str] | None = None,
        one_by_one: bool = False,
    ) -> Bridged:
        """Connects the caller with the first endpoint that answers; returns when that talk is over.

        All ring together, or `one_by_one`. `timeout` is how long they ring, in seconds.
        """
        chosen = dict(variables or {})
        chosen.setdefault("originate_timeout" if not one_by_one else "leg_timeout", str(round(timeout)))
        if caller_number is not None:
            chosen["origination_caller_id_number"] = caller_number
        if caller_name is not None:
            # A display name of SIP carries neither of these; with one FreeSWITCH places no call at all.
            chosen["origination_caller_id_name"] = caller_name.replace("\\", "").replace('"', "")
        if not endpoints:
            raise InvalidArgument("endpoints", "is empty: nobody to call")
        first, *more = endpoints
        separator = "|" if one_by_one else ","
        dial = separator.join([dial_string(first, chosen), *(dial_string(one) for one in more)])
        self.set(continue_on_fail="true", originate_disposition="", bridge_hangup_cause="")
        if self.get("hangup_after_bridge"):
            self.set(hangup_after_bridge="false")
        self.run("bridge", literal(dial))
        disposition = self.get("originate_disposition", "")
        answered = disposition == "SUCCESS"
        return Bridged(answered, self.get("bridge_hangup_cause", "") if answered else disposition)

    def transfer(self, extension: str, dialplan: str = "XML", context: str = "default") -> None:
        """Sends the caller into the dialplan; the script has nothing more to do with the call."""
        self.run("transfer", app_args(extension, dialplan, context))
        self.handed_over = True

    def release(self) -> None:
        """Lets the dialplan go on behind its ``socket`` action when the script returns."""
        self.handed_over = True

    def hangup(self, cause: str = "NORMAL_CLEARING") -> None:
        """Ends the call; the next method that needs the caller raises `CallEnded`."""
        with self._interruption.in_leg():
            self.leg.hangup(cause)

    # -- channel variables, and anything else ---------------------------------------------------

    def __getitem__(self, name: str) -> str:
        return self._variables[name]

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """A channel variable as of the last thing FreeSWITCH did for this script, or `default`."""
        return self._variables.get(name, default)

    def set(self, **variables: str) -> None:
        """Sets channel variables; an empty text removes one.

        InvalidArgument for a value with ``${``: whoever reads it in the dialplan would expand it.
        """
        for name, value in variables.items():
            if self._variables.check(name, value) == self._variables.get(name, ""):
                continue
            self._api("uuid_setvar", name, *([value] if value else []))
            self._variables.note(name, value)

    def execute(self, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Runs any dialplan application with its argument as written: ``${…}`` in it is expanded.

        Put what a caller chose through `fsbridge.esl.quoting.literal` first.
        """
        return self.run(app, arg, timeout=timeout)

    def shield(self) -> AbstractContextManager[None]:
        """Holds `CallEnded` back while the block finishes something; it is raised at the block's end.

        What needs the caller (a sound, a key) still raises it inside.
        """
        return self._interruption.shield()

    # -- what menu and digits need --------------------------------------------------------------

    def path_of(self, sounds: Sequence[Sound]) -> str:
        """The sounds as the one path FreeSWITCH plays."""
        return to_path(sounds, self._speech)

    def run(self, app: str, arg: str = "", *, timeout: float | None = None) -> Event:
        """Runs an application and takes over the variables it left."""
        background = self._background
        with self._interruption.in_leg():
            if background:
                background.stop()
            event = self.leg.execute(app, arg, timeout=timeout)
            self._take(event)
            if background and not self.leg.ended:
                background.start()
        return event

    def _take(self, event: Event) -> None:
        """What the leg is after this event; one that is down may say so before CHANNEL_HANGUP comes."""
        self._variables.take(event)
        if event.headers.get("Answer-State") == "hangup":
            with self._interruption.in_leg():
                raise CallEnded(self.leg.cause or event.headers.get("Hangup-Cause", "NORMAL_CLEARING"))

    def _api(self, name: str, *args: str) -> str:
        """A ``uuid_…`` command about this call; a call that is gone is `CallEnded`, however it shows."""
        with self._interruption.in_leg():
            if self.leg.ended:
                raise CallEnded(self.leg.cause)
            try:
                return self.leg.api(name, self.uuid, *args)
            except CommandFailed as error:
                if "No such channel" in error.reply:
                    raise CallEnded(self.leg.cause or "NORMAL_CLEARING") from error
                raise

    def _stop_keys(self, keys: str) -> None:
        self.set(playback_terminators=keys or "none")

    def __repr__(self) -> str:
        return f"<Call {self.uuid} from {self.caller!r} to {self.number!r}>"
