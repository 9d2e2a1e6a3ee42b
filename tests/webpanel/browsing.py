"""A browser at the panel, for tests without one."""

from __future__ import annotations

from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient

from webpanel import Panel
from webpanel.assets import Assets

PASSWORD = "correct horse battery"
PEOPLE = {
    "op01": ("operator",),
    "boss": ("supervisor",),
    "chief": ("operator", "supervisor"),
    "admin": ("administrator",),
}
"""Everybody's log-in and roles; op01 is an operator of the example."""
ADDRESS = "https://panel.example"


class Built(Assets):
    """A front end as if it were built."""

    def script(self, entry: str) -> str:
        return f"/static/built/{entry}"

    def styles(self, entry: str) -> list[str]:
        return [f"/static/built/{entry}.css"]


class Browser:
    """A browser at the panel: follows cookies and sends the page's CSRF token along."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more):
        return self.client.get(path, base_url=ADDRESS, **more)

    def post(self, path: str, data=None, **more):
        headers = {"X-CSRFToken": self.token(), "Referer": f"{ADDRESS}/", **more.pop("headers", {})}
        return self.client.post(path, data=data, base_url=ADDRESS, headers=headers, **more)

    def live(self, panel: Panel, namespace: str) -> SocketIOTestClient:
        """This browser's live connection."""
        cookie = self.client.get_cookie("fsbridge", domain="panel.example")
        headers = {"Cookie": f"fsbridge={cookie.value}"} if cookie is not None else {}
        return panel.socketio.test_client(panel.app, namespace=namespace, headers=headers)

    def token(self) -> str:
        text = self.get("/login", follow_redirects=True).text
        return text.partition('name="csrf-token" content="')[2].partition('"')[0]

    def log_in(self, login: str, password: str = PASSWORD):
        return self.post("/login", {"login": login, "password": password})
