"""What memory this process holds at its most, as Linux keeps count of it."""

from __future__ import annotations

from pathlib import Path

_PROCESS = Path("/proc/self")
_FORGET_PEAK = "5"
_KB = 1024
"""/proc says kB and means units of 1024 bytes."""


def peak() -> float:
    """The most memory held since the last `forget_peak`, or ever, in MB.

    >>> before = forget_peak(); len(b"x" * 50_000_000), 30 < peak() - before < 90
    (50000000, True)
    """
    return _held("VmHWM")


def forget_peak() -> float:
    """Begin to look for the peak anew; the memory held now, in MB."""
    (_PROCESS / "clear_refs").write_text(_FORGET_PEAK, encoding="ascii")
    return _held("VmRSS")


def _held(of: str) -> float:
    lines = (_PROCESS / "status").read_text("utf-8").splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith(f"{of}:"))
    return int(kilobytes) * _KB / 1e6
