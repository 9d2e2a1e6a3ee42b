"""One-time passwords of a telephone's authenticator (TOTP, RFC 6238)."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

ISSUER = "fsbridge"
DRIFT = 1
"""Steps of 30 s a telephone's clock may be off, either way."""


def new_key() -> str:
    """A secret to share with a telephone.

    >>> len(new_key())
    32
    """
    return pyotp.random_base32()


def address(key: str, login: str) -> str:
    """What the picture to scan says.

    >>> address("JBSWY3DPEHPK3PXP", "sato")
    'otpauth://totp/fsbridge:sato?secret=JBSWY3DPEHPK3PXP&issuer=fsbridge'
    """
    return pyotp.TOTP(key).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of(key: str, code: str, at: datetime) -> int | None:
    """Which 30 seconds a one-time password is of, now or one off; None if it is of none.

    >>> from datetime import UTC
    >>> noon = datetime(2027, 4, 1, 3, tzinfo=UTC)
    >>> step_of("JBSWY3DPEHPK3PXP", pyotp.TOTP("JBSWY3DPEHPK3PXP").at(noon), noon) == noon.timestamp() // 30
    True
    """
    totp = pyotp.TOTP(key)
    now = totp.timecode(at)
    given = "".join(char for char in code if char.isascii() and char.isdigit())
    steps = range(now - DRIFT, now + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), given)), None)
