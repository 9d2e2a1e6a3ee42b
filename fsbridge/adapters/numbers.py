"""Telephone numbers in any notation, read by phonenumbers: the one place that knows that library."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    shortnumberinfo,
)

from fsbridge.domain.contacts import ContactError, Fault, Number, Problem
from fsbridge.errors import ConfigError

_DASHES = str.maketrans(dict.fromkeys("ーｰ‐‑‒–—―−─━－", "-"))
_LABEL = re.compile(r"\(([^()\d]{1,20})\)\s*$")
_EXTENSION = re.compile(r"[\s,(]*(内線|ext\.?|extension|x)[\s:.]*(\d{1,7})\)?\s*$", re.IGNORECASE)
_EXPONENT = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_DECIMAL = re.compile(r"(\d{6,})[.,]0+")
_LETTER = re.compile(r"[^\W\d_]")
_SCHEME = re.compile(r"(tel|sips?):", re.IGNORECASE)


class PhoneNumbers:
    """Reads telephone numbers as people of a region write them, `region` being its two-letter code.

    >>> japan = PhoneNumbers("JP")
    >>> japan.read("＋８１（０）７６ー２２０−２７２２")
    Number(number='+81762202722', shown='076-220-2722', label='')
    >>> japan.read("076-220-2111 内線 12").number, japan.read("０７６(220)2111（代表）").label
    ('+81762202111', '代表')
    >>> PhoneNumbers("US").read("(212) 555-0100").number
    '+12125550100'
    >>> PhoneNumbers("Japan")
    Traceback (most recent call last):
    fsbridge.errors.ConfigError: 'Japan' is no region of telephone numbers; give two letters, ...
    """

    def __init__(self, region: str) -> None:
        if region not in phonenumbers.SUPPORTED_REGIONS:
            raise ConfigError(
                f"{region!r} is no region of telephone numbers; give two letters, for example JP or US"
            )
        self.region = region
        self._code = phonenumbers.country_code_for_region(region)
        self._trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
        example = phonenumbers.example_number_for_type(region, PhoneNumberType.FIXED_LINE)
        self._example = self._shown(example) if example else f"+{self._code} …"

    def read(self, text: str) -> Number:
        """A number that people wrote, normalised, without its extension; ContactError with the cure.

        Numbers of the region are shown with the hyphens of their area code, others with their country code.
        Service numbers (110) stay as they are.
        """
        plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
        plain, label = _cut(_LABEL, plain, 1)
        if _EXPONENT.fullmatch(plain):
            raise _refusal(Fault.EXPONENT, text)
        if decimal := _DECIMAL.fullmatch(plain):
            plain = decimal.group(1)
        extension = _EXTENSION.search(plain)
        main = plain[: extension.start()] if extension else plain
        if _LETTER.search(main):
            raise _refusal(Fault.NO_NUMBER, text, self._example)
        digits = "".join(char for char in main if char.isdigit())
        parsed = self._parse(main)
        if parsed is None:
            raise _refusal(Fault.NO_NUMBER, text, self._example)
        if main == digits and shortnumberinfo.is_valid_short_number_for_region(parsed, self.region):
            return Number(digits, digits, label)
        self._judge(parsed, main, text)
        shown = self._shown(parsed)
        if self._lost_zero(parsed, digits, shown) and not main.startswith("+"):
            raise _refusal(Fault.LOST_ZERO, text, shown)
        if extension:
            shown = f"{shown} {extension.group(1)}{extension.group(2)}"
        return Number(_e164(parsed), shown, label)

    def caller(self, text: str) -> str:
        """The normal form of the number that calls, "" for an anonymous caller or what is no number.

        Lenient: a number the plan does not know is looked up all the same.

        >>> PhoneNumbers("JP").caller("sip:0762202722@10.0.0.1"), PhoneNumbers("JP").caller("anonymous")
        ('+81762202722', '')
        """
        plain = unicodedata.normalize("NFKC", text[:100]).strip()
        if scheme := _SCHEME.match(plain):
            plain = re.split("[@;]", plain[scheme.end() :])[0]
        if not plain or _LETTER.search(plain):
            return ""
        parsed = self._parse(plain.translate(_DASHES))
        if parsed is None:
            return ""
        short = plain.isdigit() and shortnumberinfo.is_valid_short_number_for_region(parsed, self.region)
        return plain if short else _e164(parsed)

    def _parse(self, text: str) -> PhoneNumber | None:
        try:
            return phonenumbers.parse(text, self.region)
        except NumberParseException:
            return None

    def _judge(self, parsed: PhoneNumber, main: str, text: str) -> None:
        """ContactError unless the plan knows the number, or it is possible and was written with its +."""
        if phonenumbers.is_valid_number(parsed):
            return
        if not phonenumbers.is_possible_number(parsed) or len(_e164(parsed)) < 8:
            raise _refusal(Fault.WRONG_LENGTH, text, self._example)
        if not main.startswith("+"):
            hint = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
            raise _refusal(Fault.NOT_IN_PLAN, text, hint)

    def _lost_zero(self, parsed: PhoneNumber, digits: str, shown: str) -> bool:
        """Whether the region writes a trunk prefix that is not there, and no country code is either."""
        if not self._trunk or not shown.startswith(self._trunk) or digits.startswith(self._trunk):
            return False
        return digits != f"{self._code}{phonenumbers.national_significant_number(parsed)}"

    def _shown(self, parsed: PhoneNumber) -> str:
        # A number the plan does not know would not be read again without its country code.
        home = parsed.country_code == self._code and phonenumbers.is_valid_number(parsed)
        kind = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(_without_extension(parsed), kind)


def _without_extension(parsed: PhoneNumber) -> PhoneNumber:
    plain = PhoneNumber()
    plain.merge_from(parsed)
    plain.extension = None
    return plain


def _e164(parsed: PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def _cut(pattern: re.Pattern[str], text: str, group: int) -> tuple[str, str]:
    found = pattern.search(text)
    return (text[: found.start()].strip(), found.group(group).strip()) if found else (text, "")


def _refusal(fault: Fault, found: str, hint: str = "") -> ContactError:
    return ContactError([Problem(fault, "number", found, hint)])
