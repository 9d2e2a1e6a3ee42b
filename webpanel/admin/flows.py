"""``/admin/flows``: flows and their queues, seen at a glance, changed field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fsbridge.domain.plan import STRATEGIES, WRAP_UPS, CentrePlan, FlowPlan, QueuePlan
from fsbridge.domain.plandata import plain
from fsbridge.services.floor import utc_now
from fsbridge.services.plans import Plans, full_name
from webpanel.access import allow, who
from webpanel.admin.announcements import titled
from webpanel.admin.cures import Refusal
from webpanel.admin.office import ALONE, Office, Seen, mark, refused
from webpanel.labels import t

FLOW_TEXTS = ("name", "name_en", "menu_key", "menu_words")
FLOW_ANNOUNCED = ("greeting", "waiting", "cut_off")
FLOW_WAITS = ("waiting_every", "max_wait", "max_wait_without_operator", "max_length")
FLOW_TARGETS = ("answer_within", "target", "short_abandon")
FLOW_FIELDS = (
    *FLOW_TEXTS, *FLOW_ANNOUNCED, *FLOW_WAITS, "overflow_to", "overflow_after", "overflow_without_operator",
    *FLOW_TARGETS, "wrap_up", "wrap_up_seconds",
)  # fmt: skip
QUEUE_FIELDS = ("name", "strategy", "music", "tier_wait", "record")
UNITS = {
    "target": "percent",
    "max_length": "callers",
    **dict.fromkeys(
        (
            "waiting_every", "max_wait", "max_wait_without_operator", "overflow_after", "answer_within",
            "short_abandon", "wrap_up_seconds", "tier_wait",
        ),
        "seconds",
    ),
}  # fmt: skip
YES_NO = ("overflow_without_operator", "record")


@dataclass(frozen=True)
class Page:
    """What a form is about: the kind of thing, its key, the fields it has."""

    kind: str
    key: str
    fields: tuple[str, ...]


def add(blueprint: Blueprint, office: Office) -> None:
    """The pages."""

    @blueprint.get("/flows", endpoint="flows")
    @allow(*ALONE)
    def listing() -> str:
        plan = office.plan()
        return render_template(
            "admin/flows.html",
            plan=plan,
            queues=[(one, _levels(plan, one)) for one in plan.queues],
            short=lambda key: key.partition("@")[0],
            titles={one.key: one.title or one.key for one in plan.announcements},
        )

    @blueprint.get("/flows/new", endpoint="flow_new")
    @allow(*ALONE)
    def new_flow() -> str:
        key = request.args.get("key", "")[:40]
        return _form(
            Page("flow", "", FLOW_FIELDS),
            {**plain_flow(FlowPlan("x", "x", queue="x")), "key": key, "name": ""},
        )

    @blueprint.post("/flows/new")
    @allow(*ALONE)
    def make_flow() -> ResponseReturnValue:
        values = _sent(FLOW_FIELDS)
        key, queue = request.form.get("key", "").strip(), request.form.get("queue", "").strip()
        plans = Plans(office.plans)
        bad = refused(lambda: plans.add_flow(key, queue or key, values, by=who(), at=utc_now()))
        if bad is not None:
            return _form(Page("flow", "", FLOW_FIELDS), {**values, "key": key, "queue": queue}, bad), 400
        flash(t("admin_flows.flow_added", name=values["name"]), "done")
        return redirect(url_for("admin.flow", key=key))

    @blueprint.get("/flows/<key>", endpoint="flow")
    @allow(*ALONE)
    def flow(key: str) -> str:
        plan = office.plan()
        found = _known(plan.flows, key)
        return _form(Page("flow", key, FLOW_FIELDS), plain_flow(found), seen=mark(found))

    @blueprint.post("/flows/<key>")
    @allow(*ALONE)
    def change_flow(key: str) -> ResponseReturnValue:
        _known(office.plan().flows, key)
        return _change(Page("flow", key, FLOW_FIELDS))

    @blueprint.post("/flows/<key>/remove", endpoint="flow_remove")
    @allow(*ALONE)
    def remove_flow(key: str) -> ResponseReturnValue:
        return _remove("flow", key)

    @blueprint.get("/queues/new", endpoint="queue_new")
    @allow(*ALONE)
    def new_queue() -> str:
        return _form(
            Page("queue", "", QUEUE_FIELDS),
            {**plain_queue(QueuePlan("x@x", flow="x")), "key": "", "flow": ""},
        )

    @blueprint.post("/queues/new")
    @allow(*ALONE)
    def make_queue() -> ResponseReturnValue:
        values = _sent((*QUEUE_FIELDS, "flow"))
        key = request.form.get("key", "").strip()
        plans = Plans(office.plans)
        bad = refused(lambda: plans.add("queue", key, values, by=who(), at=utc_now()))
        if bad is not None:
            return _form(Page("queue", "", QUEUE_FIELDS), {**values, "key": key}, bad), 400
        flash(t("admin_flows.queue_added", name=values["name"] or key), "done")
        return redirect(url_for("admin.flows"))

    @blueprint.get("/queues/<key>", endpoint="queue")
    @allow(*ALONE)
    def queue(key: str) -> str:
        found = _known(office.plan().queues, key)
        return _form(Page("queue", key, QUEUE_FIELDS), plain_queue(found), seen=mark(found))

    @blueprint.post("/queues/<key>")
    @allow(*ALONE)
    def change_queue(key: str) -> ResponseReturnValue:
        _known(office.plan().queues, key)
        return _change(Page("queue", key, QUEUE_FIELDS))

    @blueprint.post("/queues/<key>/remove", endpoint="queue_remove")
    @allow(*ALONE)
    def remove_queue(key: str) -> ResponseReturnValue:
        return _remove("queue", key)

    def _change(page: Page) -> ResponseReturnValue:
        values = _sent(page.fields)
        seen = request.form.get("seen", "")

        def part(plan: CentrePlan) -> object:
            rows: Any = plan.flows if page.kind == "flow" else plan.queues
            return next((one for one in rows if one.key == page.key), None)

        plans = Plans(Seen(office.plans, part, seen))
        bad = refused(lambda: plans.edit(page.kind, page.key, values, by=who(), at=utc_now()))
        if bad is not None:
            now = part(office.plan())
            return _form(page, {"key": page.key, **values}, bad, seen=mark(now), theirs=plain(now)), 400
        flash(t("admin.saved"), "done")
        return redirect(url_for(f"admin.{page.kind}", key=page.key))

    def _remove(kind: str, key: str) -> ResponseReturnValue:
        _known(office.plan().flows if kind == "flow" else office.plan().queues, key)
        bad = refused(lambda: Plans(office.plans).remove(kind, key, by=who(), at=utc_now()))
        flash(t("admin.removed") if bad is None else bad.text, "done" if bad is None else "error")
        return redirect(
            url_for("admin.flows" if bad is None else f"admin.{kind}", key=None if bad is None else key)
        )

    def _form(
        page: Page,
        values: Mapping[str, Any],
        bad: Refusal | None = None,
        *,
        seen: str = "",
        theirs: Mapping[str, Any] | None = None,
    ) -> str:
        plan = office.plan()
        return render_template(
            "admin/flow.html" if page.kind == "flow" else "admin/queue.html",
            page=page,
            v=values,
            refused=bad,
            seen=seen,
            theirs=theirs,
            plan=plan,
            announcements=[(one.key, titled(one)) for one in plan.announcements],
            units=UNITS,
            wrap_ups=WRAP_UPS,
            strategies=STRATEGIES,
            full_name=lambda key: full_name(plan, key),
            texts=FLOW_TEXTS,
            announced=FLOW_ANNOUNCED,
            waits=FLOW_WAITS,
            targets=FLOW_TARGETS,
        )


def plain_flow(flow: FlowPlan) -> dict[str, Any]:
    """A flow's fields, those that are as usual too.

    >>> plain_flow(FlowPlan("leak", "漏水", queue="leak@town"))["target"]
    80
    """
    return {"key": flow.key, "queue": flow.queue, **{name: getattr(flow, name) for name in FLOW_FIELDS}}


def plain_queue(queue: QueuePlan) -> dict[str, Any]:
    """A queue's fields, those that are as usual too.

    >>> plain_queue(QueuePlan("leak@town", flow="leak"))["record"]
    True
    """
    return {"key": queue.key, "flow": queue.flow, **{name: getattr(queue, name) for name in QUEUE_FIELDS}}


def _sent(fields: tuple[str, ...]) -> dict[str, str]:
    """The fields as they were sent; one that is to be ticked and was not is false."""
    return {
        name: ("true" if name in request.form else "false") if name in YES_NO else request.form.get(name, "")
        for name in fields
    }


def _known(rows: Any, key: str) -> Any:
    return next((one for one in rows if one.key == key), None) or abort(404)


def _levels(plan: CentrePlan, queue: QueuePlan) -> list[tuple[str, int, int]]:
    """For each season: its name, who is asked first, and everybody."""
    found = []
    for season in plan.seasons:
        tiers = plan.tiers_of(season.key, queue.key)
        first = min((one.level for one in tiers), default=0)
        found.append((season.name or season.key, sum(one.level == first for one in tiers), len(tiers)))
    return found
