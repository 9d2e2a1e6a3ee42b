"""The panel over the Kanazawa example, for the pages that are about it."""

from tests.webpanel.conftest import centre, filled, panel, settings, store

__all__ = ["centre", "filled", "panel", "settings", "store"]
