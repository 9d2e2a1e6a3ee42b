"""Menus: a prompt, keys, and what happens when the caller presses none or a wrong one."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from fsbridge.errors import ConfigError
from fsbridge.scripting.digits import Collect, collect
from fsbridge.scripting.patterns import Digits
from fsbridge.scripting.sounds import Sound, Sounds, flatten

if TYPE_CHECKING:
    from fsbridge.scripting.call import Call

_H = TypeVar("_H", bound="Callable[[Call], object]")
_RANK = {"exact": 0, "range": 1, "pattern": 2}


class Outcome(enum.StrEnum):
    """How a menu ended. The last three only after all tries: each without a key, each wrong, or mixed.

    >>> Outcome.CHOSEN == "chosen"
    True
    """

    CHOSEN = "chosen"
    TIMEOUT = "timeout"
    INVALID = "invalid"
    FAILURE = "failure"


class Step(enum.Enum):
    """What a key may do instead of choosing: hear the menu again, or go back to the one above."""

    REPEAT = "repeat"
    BACK = "back"


@dataclass(frozen=True)
class Choice:
    """The end of a menu; True in an ``if`` when something was chosen.

    ``key`` is what was pressed and ``value`` what the menu has for it; ``path`` holds the keys of
    the menus above too; ``result`` is what a chosen function returned.

    >>> choice = Choice(Outcome.CHOSEN, key="1", value="opening", path=("1",))
    >>> choice.value if choice else "nobody"
    'opening'
    """

    outcome: Outcome
    key: str = ""
    value: object = None
    path: tuple[str, ...] = ()
    result: object = None

    def __bool__(self) -> bool:
        return self.outcome is Outcome.CHOSEN


class Menu:
    """A prompt and its keys: ``"1"``, a range ``"2-4"``, a pattern ``"9X"``; exact keys come first.

    What a key stands for is handed back as `Choice.value`; a function is called with the call; a
    `Menu` is a sub-menu; `Menu.REPEAT` plays the prompt again, `Menu.BACK` returns to the menu above.
    `invalid` and `on_timeout` are heard before the prompt after such a try, `failure` after the last.
    Timeouts are seconds.

    >>> menu = Menu("menu.wav", {"1": "opening", "2-3": "billing", "#": Menu.REPEAT})
    >>> menu.find("3")
    'billing'
    """

    REPEAT: ClassVar[Step] = Step.REPEAT
    BACK: ClassVar[Step] = Step.BACK
    MOST_REPEATS: ClassVar[int] = 20

    def __init__(
        self,
        prompt: Sounds,
        options: Mapping[str, object] | None = None,
        *,
        tries: int = 3,
        timeout: float = 5.0,
        digit_timeout: float = 2.0,
        barge_in: bool = True,
        invalid: Sounds | None = None,
        on_timeout: Sounds | None = None,
        failure: Sounds | None = None,
    ) -> None:
        if tries < 1:
            raise ConfigError("a menu needs at least one try")
        self.prompt = flatten(prompt)
        self.tries = tries
        self._how = Collect(timeout=timeout, digit_timeout=digit_timeout, terminators="", barge_in=barge_in)
        self._notices = {Outcome.INVALID: flatten(invalid), Outcome.TIMEOUT: flatten(on_timeout)}
        self._failure = flatten(failure)
        self._options: list[tuple[Digits, object]] = []
        for key, value in (options or {}).items():
            self.add(key, value)

    def add(self, key: str, value: object) -> None:
        """One more option; ConfigError if its key is taken."""
        digits = Digits.parse(key)
        for other, _ in self._options:
            if other.overlaps(digits):
                raise ConfigError(f"the menu's key {key!r} is taken already by {other.text!r}")
        self._options.append((digits, value))
        self._options.sort(key=lambda option: _RANK[option[0].kind])  # stable: patterns keep their order

    def key(self, *keys: str) -> Callable[[_H], _H]:
        """Marks a function as what these keys do, and returns it unchanged.

        >>> menu = Menu("menu.wav")
        >>> @menu.key("1", "2")
        ... def billing(call):
        ...     return call.queue("billing@kanazawa")
        >>> menu.find("2") is billing
        True
        """

        def mark(handler: _H) -> _H:
            for one in keys:
                self.add(one, handler)
            return handler

        return mark

    def find(self, pressed: str) -> object:
        """What these keys stand for, or None."""
        return next((value for digits, value in self._options if digits.matches(pressed)), None)

    def run(self, call: Call, above: tuple[str, ...] = ()) -> Choice:
        """Asks until something is chosen or the tries are used up (`Call.menu` is the way in)."""
        how, failed, repeats = self._collecting(), list[Outcome](), 0
        notice: tuple[Sound, ...] = ()
        while len(failed) < self.tries and repeats <= self.MOST_REPEATS:
            pressed = collect(call, [*notice, *self.prompt], how)
            value = self.find(pressed) if pressed else None
            path = (*above, pressed)
            if value is None:
                failed.append(Outcome.INVALID if pressed else Outcome.TIMEOUT)
                notice = self._notices[failed[-1]]
                continue
            if value is Step.BACK and above:
                return Choice(Outcome.CHOSEN, pressed, Step.BACK, path)
            choice = value.run(call, path) if isinstance(value, Menu) else None
            if isinstance(value, Step) or (choice and choice.value is Step.BACK):
                notice, repeats = (), repeats + 1
                continue
            if choice is not None:
                return choice
            result = value(call) if callable(value) else None
            return Choice(Outcome.CHOSEN, pressed, value, path, result)
        farewell = self._failure or notice
        if farewell:
            call.play(*farewell)
        outcome = failed[0] if len(set(failed)) == 1 else Outcome.FAILURE
        return Choice(outcome, path=above)

    def _collecting(self) -> Collect:
        if not self._options:
            raise ConfigError("the menu has no options")
        lengths = [(digits.shortest, digits.longest) for digits, _ in self._options]
        shortest, longest = min(low for low, _ in lengths), max(high for _, high in lengths)
        ends = "#" if longest > 1 and not any("#" in digits.text for digits, _ in self._options) else ""
        return replace(self._how, shortest=shortest, longest=longest, terminators=ends)
