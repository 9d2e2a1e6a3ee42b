"""What every test and program here needs to know, without Playwright: not every process may import it."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
)
"""Chromium with a microphone that beeps."""
PASSWORD = "correct horse battery"
"""Everybody's."""
