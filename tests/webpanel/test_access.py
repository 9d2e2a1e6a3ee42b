"""Every page says whom it is for, and is for nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from werkzeug.routing import Rule

from tests.webpanel.browsing import ADDRESS, PEOPLE, Browser
from webpanel import Panel
from webpanel.access import ANYBODY, KIOSK, STAFF
from webpanel.programs import PROGRAMS

Open = Callable[..., Browser]


def routes(panel: Panel) -> Iterator[tuple[Rule, frozenset[str]]]:
    for rule in panel.app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule, getattr(panel.app.view_functions[rule.endpoint], "roles", frozenset())


def path_of(rule: Rule) -> str:
    """An address of a route, its places filled with something harmless."""
    filled = {
        name: ("1" if "Integer" in type(part).__name__ else "x") for name, part in rule._converters.items()
    }
    built = rule.build(filled, append_unknown=False)
    assert built is not None
    return built[1]


def test_every_route_says_whom_it_is_for(panel: Panel) -> None:
    assert {str(rule) for rule, roles in routes(panel) if not roles} == set()
    known = {ANYBODY, KIOSK, *PROGRAMS, *STAFF}
    assert {role for _, roles in routes(panel) for role in roles} <= known


@pytest.mark.parametrize("login", [*PEOPLE, ""])
def test_every_route_refuses_the_wrong_role(panel: Panel, browser: Open, login: str) -> None:
    visitor = browser(login)
    held = set(PEOPLE.get(login, ()))
    token = visitor.token()
    tried = 0
    for rule, roles in routes(panel):
        if ANYBODY in roles or roles & held:
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = visitor.client.open(
                path_of(rule),
                method=method,
                base_url=ADDRESS,
                headers={"X-CSRFToken": token, "Referer": ADDRESS, "Accept": "application/json"},
                environ_base={"REMOTE_ADDR": "192.0.2.7"},
            )
            stranger = not login or bool(roles & PROGRAMS)  # a program is let in by a token, no cookie
            assert answer.status_code == (401 if stranger else 403), f"{method} {rule}"
            tried += 1
    assert tried or held >= set(STAFF) or login, "nothing was tried"


def test_every_live_namespace_refuses_the_wrong_role(panel: Panel, browser: Open) -> None:
    spaces = panel.socketio.server.namespace_handlers
    assert spaces
    for login in [*PEOPLE, ""]:
        visitor = browser(login)
        for name, live in spaces.items():
            welcome = bool(live.roles & set(PEOPLE.get(login, ())))
            client = visitor.live(panel, name)
            assert client.is_connected(name) == welcome, f"{login or 'a stranger'} at {name}"
