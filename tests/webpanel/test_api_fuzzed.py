"""The API asked what its description allows, and what it does not: never a 5xx, always as described."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import hypothesis
import pytest
import schemathesis
from hypothesis.strategies import booleans
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fsbridge.adapters.planfile import example
from fsbridge.adapters.store import Store
from fsbridge.adapters.store.fill import fill
from fsbridge.adapters.store.logins import StoredTokens
from fsbridge.attending import operators_of, unreachable
from fsbridge.config import load
from fsbridge.domain.tally import Definitions
from fsbridge.services.floor import Floor, utc_now
from fsbridge.services.tokens import Tokens
from tests.webpanel.pasts import STAR, lay_down
from webpanel import Centre, Kept, create_panel
from webpanel.security import limiter

THERE = {"uuid": STAR, "id": 1}
"""A call and a contact of the past."""
as_often_as_set = hypothesis.settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[hypothesis.Phase.generate],
    suppress_health_check=list(hypothesis.HealthCheck),
)
KEPT_TO = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
OPERATIONS = (
    "getCentre", "explainSchedule", "getFloor", "listQueues", "listOperators", "askFigures", "findCalls",
    "getCall", "findContacts", "getContact", "putContact",
)  # fmt: skip


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[object, dict[str, str]]]:
    """The API's description, loaded from a whole panel with a past, and a token's headers."""
    home: Path = tmp_path_factory.mktemp("fuzzed")
    settings = load(home=home, environment={})
    store = Store(settings.database_url)
    store.migrate()
    fill(store, example("kanazawa"), by="test", at=datetime.now(UTC))
    lay_down(store)
    plan = example("kanazawa").plan
    operators = operators_of(store, lambda: plan, unreachable("none in this test"))
    kept = Kept(settings=settings, store=store, operators=operators)
    centre = Centre.whole(Floor(Definitions(zone=plan.schedule.clock)), lambda: plan, kept)
    panel = create_panel(centre)
    limiter.enabled = False
    _, secret = Tokens(StoredTokens(store)).make("api", "fuzz", by="test", at=utc_now())
    yield (
        schemathesis.openapi.from_wsgi("/api/v1/openapi.json", panel.app),
        {"Authorization": f"Bearer {secret}"},
    )
    limiter.enabled = True
    store.close()


def test_every_operation_is_asked(described) -> None:
    schema, _ = described
    named = {found.ok().definition.raw["operationId"] for found in schema.get_all_operations()}
    assert named == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_may_be_asked_is_answered_as_described(described, name: str) -> None:
    schema, headers = described
    operation = schema.find_operation_by_id(name)
    statuses = set()

    @as_often_as_set
    @hypothesis.given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), there=booleans())
    def ask(case, there: bool) -> None:
        if there:  # by chance alone hardly anybody asks for what there is
            case.path_parameters = {place: THERE[place] for place in case.path_parameters or {}}
            case.headers["If-Match"] = "*"
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=KEPT_TO)
        statuses.add(answer.status_code)

    ask()
    assert 200 in statuses


@pytest.mark.parametrize("name", OPERATIONS)
def test_whatever_may_not_be_asked_is_refused_as_described(described, name: str) -> None:
    schema, headers = described
    operation = schema.find_operation_by_id(name)

    @as_often_as_set
    @hypothesis.given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def ask(case) -> None:
        answer = case.call(headers=headers)
        sent = parse_qs(urlsplit(answer.request.url).query, keep_blank_values=True)
        was_sent = set(case.query or {}) <= set(sent)  # an empty list leaves nothing in an address
        case.validate_response(answer, checks=[*KEPT_TO, *([negative_data_rejection] if was_sent else [])])

    ask()
