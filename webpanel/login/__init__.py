"""Logging in and out, and what everybody sets for themselves."""

from webpanel.login.pages import pages

__all__ = ["pages"]
