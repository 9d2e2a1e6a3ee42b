"""What every test and program here needs to know, without Playwright: not every process may import it."""

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PLAIN = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
"""What every Chromium here is started with."""
FLAGS = (
    *PLAIN,
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
)
"""Chromium with a microphone that beeps."""
PASSWORD = "correct horse battery"
"""Everybody's."""


def need_chromium() -> None:
    """Without one the test is skipped; on CI it fails."""
    if CHROMIUM is None:
        complain = pytest.fail if os.environ.get("CI") else pytest.skip
        complain("no Chromium on this machine (Debian: chromium)")
