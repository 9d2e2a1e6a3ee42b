"""Tests in a real browser. They run in a Python of their own: Playwright and gevent do not share one."""
