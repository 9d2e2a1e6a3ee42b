"""The digit applications, ``read`` and ``play_and_get_digits``, with FreeSWITCH's own peculiarities."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from fsbridge.embedded.arguments import atoi, found_in, tokens
from fsbridge.embedded.happening import Happening, Line, Running, Wait
from fsbridge.embedded.playing import play
from fsbridge.embedded.sounds import label


@dataclass(frozen=True)
class _Try:
    shortest: int
    longest: int
    prompt: str
    variable: str
    timeout: float
    terminators: str
    digit_timeout: float


def _number(words: list[str], at: int) -> int:
    """As atoi reads it: what is no number is 0."""
    return max(0, atoi(words[at])) if len(words) > at else 0


def _word(words: list[str], at: int) -> str:
    return words[at] if len(words) > at else ""


def read(line: Line, arg: str) -> Running:
    """``<min> <max> <sound> <variable> <timeout ms> <terminators> [<digit timeout ms>]``, one try."""
    words = tokens(arg)
    shortest = max(1, _number(words, 0))
    timeout = max(1000, _number(words, 4)) / 1000
    yield from _one_try(
        line,
        _Try(
            shortest,
            max(shortest, _number(words, 1)),
            _word(words, 2),
            _word(words, 3),
            timeout,
            _word(words, 5) or "#",
            _number(words, 6) / 1000 or timeout,
        ),
    )
    return ""


def play_and_get_digits(line: Line, arg: str) -> Running:
    """``<min> <max> <tries> <timeout> <terminators> <sound> <bad sound> <variable> <regex> …``."""
    words = tokens(arg)
    shortest = _number(words, 0)
    timeout = max(1000, _number(words, 3)) / 1000
    variable, regex = _word(words, 7), _word(words, 8)
    this = _Try(
        shortest,
        max(shortest, _number(words, 1)),
        _word(words, 5),
        variable,
        timeout,
        _word(words, 4) or "#",
        _number(words, 9) / 1000 or timeout,
    )
    for _ in range(_number(words, 2)):
        status, digits = yield from _one_try(line, this)
        enough = status == "success" or (status == "timeout" and len(digits) >= shortest)
        if enough and digits:
            if not regex or found_in(regex, digits):
                return ""
            line.set(variable, None)
            line.set(f"{variable}_invalid", digits)
        bad = _word(words, 6)
        if bad:
            yield from play(line, bad, None)
    return ""


def _one_try(line: Line, this: _Try) -> Generator[Wait, Happening, tuple[str, str]]:
    line.set("read_result", None)
    line.set(this.variable, None)
    digits, terminator, status = "", "", "success"

    def first_key(digit: str) -> bool:
        nonlocal digits
        digits = digit
        return True

    if this.prompt and this.prompt.lower() != "silence":
        ending = yield from play(line, this.prompt, first_key)
        if ending == "missing":
            return "notfound", ""
    if digits and digits in this.terminators and this.longest > 1:
        digits, terminator = "", digits
    elif len(digits) < this.longest:
        digits, terminator, status = yield from _collect(line, this, digits)
    if terminator:
        line.set("read_terminator_used", terminator)
    if len(digits) < this.shortest:
        status = "failure"
    line.set("read_result", status)
    if this.longest == 1 and digits and digits in this.terminators:
        digits = ""
    if digits:
        line.set(this.variable, digits)
    return status, digits


def _collect(line: Line, this: _Try, digits: str) -> Generator[Wait, Happening, tuple[str, str, str]]:
    allowed = this.digit_timeout if digits else this.timeout
    end = line.clock.elapsed + allowed
    what = f"digits after {label(this.prompt)}"
    while True:
        while line.digits:
            digit = line.take_digit()
            if digit in this.terminators:
                return digits, digit, "success"
            digits += digit
            if len(digits) >= this.longest:
                return digits, "", "success"
            end = line.clock.elapsed + this.digit_timeout
        if line.clock.elapsed >= end:
            return digits, "", "timeout"
        yield Wait(end - line.clock.elapsed, what)
