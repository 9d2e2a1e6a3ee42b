"""The rows of a plan's lists: read as the plan's parts, and made to be what a plan says.

Every function here works within the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from peewee import JOIN

from fsbridge.adapters.store.models import (
    Announcement,
    Flow,
    Operator,
    Queue,
    Season,
    Tier,
    User,
    UserRole,
)
from fsbridge.domain.plan import CentrePlan
from fsbridge.domain.plandata import made, plain
from fsbridge.domain.planparts import (
    ROLES,
    AnnouncementPlan,
    FlowPlan,
    OperatorPlan,
    QueuePlan,
    SeasonPlan,
    TierPlan,
)

P = TypeVar("P", SeasonPlan, FlowPlan, QueuePlan, OperatorPlan, AnnouncementPlan)

Done = tuple[str, str, str, Any, Any]
"""What a save did: subject, which one, added, changed or removed, the plain data before and after."""

_FLOW = ("name", "name_en", "wrap_up", "wrap_up_seconds", "short_abandon", "answer_within", "target")
_SEASON = ("name", "name_en", "seats", "reserve", "registered")


def seasons() -> list[SeasonPlan]:
    """What each season allows."""
    found = Season.select().order_by(Season.position, Season.id)
    return [SeasonPlan(row.key, **{name: getattr(row, name) for name in _SEASON}) for row in found]


def flows() -> list[FlowPlan]:
    """The flows in use, each with the limits of the queue its callers wait in."""
    limits = {row.key: row for row in Queue.select().where(Queue.active)}
    found = []
    for row in Flow.select().where(Flow.active).order_by(Flow.position, Flow.id):
        queue = limits.get(row.data.get("queue", ""))
        data = {"key": row.key, **{name: getattr(row, name) for name in _FLOW}, **row.data}
        if queue is not None:
            data |= {"max_wait": queue.max_wait, "max_length": queue.max_length}
        found.append(made(FlowPlan, data, f"flow {row.key}"))
    return found


def queues() -> list[QueuePlan]:
    """The queues in use."""
    query = Queue.select(Queue, Flow).join(Flow).where(Queue.active).order_by(Queue.position, Queue.id)
    return [
        made(
            QueuePlan,
            {
                "key": row.key,
                "flow": row.flow.key,
                "name": row.name,
                "strategy": row.strategy,
                **row.data,
            },
            f"queue {row.key}",
        )
        for row in query
    ]


def operators() -> list[OperatorPlan]:
    """The registered operator IDs, with the roles of their accounts; without an account, none."""
    roles: dict[str, set[str]] = {}
    accounts = UserRole.select(Operator.key, UserRole.role).join(User)
    held: Any = accounts.join(Operator, on=Operator.user == User.id).tuples()
    for key, role in held:
        roles.setdefault(key, set()).add(role)
    found = Operator.select().where(Operator.retired_at.is_null()).order_by(Operator.id)
    return [
        OperatorPlan(
            row.key,
            row.name,
            kana=row.kana,
            extension=row.extension,
            roles=tuple(role for role in ROLES if role in roles.get(row.key, ())),
        )
        for row in found
    ]


def tiers() -> list[TierPlan]:
    """Who serves what in which season, retired operators and queues out of use left out."""
    query = (
        Tier.select(Tier, Season.key, Queue.key, Operator.key)
        .join(Season, JOIN.INNER)
        .switch(Tier)
        .join(Queue, JOIN.INNER)
        .switch(Tier)
        .join(Operator, JOIN.INNER)
        .where(Operator.retired_at.is_null(), Queue.active)
        .order_by(Tier.id)
    )
    return [
        TierPlan(row.season.key, row.queue.key, row.operator.key, row.level, row.position, row.skill)
        for row in query
    ]


def announcements() -> list[AnnouncementPlan]:
    """The published announcements, each in its latest version."""
    latest: dict[str, AnnouncementPlan] = {}
    published = Announcement.select().where(Announcement.published_at.is_null(False))
    for row in published.order_by(Announcement.version):
        text = row.text or row.title or row.key  # a studio's recording need not say what is said in it
        latest[row.key] = AnnouncementPlan(row.key, text, voice=row.voice, title=row.title)
    first = {row.key: row.id for row in Announcement.select().where(Announcement.version == 1)}
    return sorted(latest.values(), key=lambda one: first.get(one.key, 0))


def save(plan: CentrePlan, by: str, at: datetime) -> Iterator[Done]:
    """Make the rows those of `plan`, telling each thing that was changed."""
    # Before the queues can go, nothing may be asked of them any more; before they come, their flows must.
    now_tiers = tiers()
    yield from _keyed("season", plan.seasons, seasons(), _put_season, _drop_season)
    yield from _keyed("announcement", plan.announcements, announcements(), _put_announcement(by, at), None)
    yield from _keyed("flow", plan.flows, flows(), _put_flow, _drop(Flow))
    yield from _keyed("queue", plan.queues, queues(), _put_queue, _drop(Queue))
    _put_limits(plan)
    yield from _keyed("operator", plan.operators, operators(), _put_operator(at), _retire(at))
    yield from _save_tiers(plan.tiers, now_tiers)


def _keyed(
    subject: str,
    wanted: Sequence[P],
    there: Sequence[P],
    put: Callable[[P, int], None],
    drop: Callable[[str], None] | None,
) -> Iterator[Done]:
    before = {one.key: one for one in there}
    moved = [one.key for one in wanted if one.key in before] != [
        one.key for one in there if one.key in {other.key for other in wanted}
    ]
    for position, one in enumerate(wanted):
        old = before.pop(one.key, None)
        if old != one or moved:
            put(one, position)
        if old != one:
            action = "added" if old is None else "changed"
            yield subject, one.key, action, old and plain(old), plain(one)
    for key, old in before.items():
        if drop is not None:
            drop(key)
            yield subject, key, "removed", plain(old), None


def _put_season(one: SeasonPlan, position: int) -> None:
    _upsert(Season, one.key, {**{name: getattr(one, name) for name in _SEASON}, "position": position})


def _drop_season(key: str) -> None:
    Season.delete().where(Season.key == key).execute()


def _put_flow(one: FlowPlan, position: int) -> None:
    elsewhere = (*_FLOW, "key", "max_wait", "max_length")
    data = {key: value for key, value in plain(one).items() if key not in elsewhere}
    columns = {name: getattr(one, name) for name in _FLOW}
    _upsert(Flow, one.key, {**columns, "data": data, "position": position, "active": True})


def _put_queue(one: QueuePlan, position: int) -> None:
    data = {key: value for key, value in plain(one).items() if key not in ("key", "flow", "name", "strategy")}
    values = {"flow": Flow.get(Flow.key == one.flow), "name": one.name, "strategy": one.strategy}
    _upsert(Queue, one.key, {**values, "data": data, "position": position, "active": True})


def _put_limits(plan: CentrePlan) -> None:
    for queue in plan.queues:
        flow = plan.flow_of(queue.key)
        limits = {"max_wait": flow.max_wait, "max_length": flow.max_length}
        Queue.update(limits).where(Queue.key == queue.key).execute()


def _drop(model: type[Flow] | type[Queue]) -> Callable[[str], None]:
    def drop(key: str) -> None:
        model.update(active=False).where(model.key == key).execute()

    return drop


def _put_announcement(by: str, at: datetime) -> Callable[[AnnouncementPlan, int], None]:
    def put(one: AnnouncementPlan, position: int) -> None:
        del position
        newest = Announcement.select().where(Announcement.key == one.key)
        newest = newest.order_by(Announcement.version.desc()).first()
        Announcement.create(
            key=one.key,
            version=newest.version + 1 if newest else 1,
            title=one.title,
            text=one.text,
            voice=one.voice,
            author=by,
            created_at=at,
            published_at=at,
        )

    return put


def _put_operator(at: datetime) -> Callable[[OperatorPlan, int], None]:
    def put(one: OperatorPlan, position: int) -> None:
        del position
        row = Operator.get_or_none(Operator.key == one.key)
        values: dict[str, Any] = {"name": one.name, "kana": one.kana, "extension": one.extension}
        if row is None or row.retired_at is not None:
            values |= {"registered_at": at, "retired_at": None}
        _upsert(Operator, one.key, values)
        if one.roles:
            _put_account(one, at)

    return put


def _put_account(one: OperatorPlan, at: datetime) -> None:
    """The operator's account, without a password when it is a new one: nobody gets in until there is one."""
    row = Operator.get(Operator.key == one.key)
    user = row.user or User.get_or_none(User.login == one.key)
    if user is None:
        user = User.create(login=one.key, name=one.name, kana=one.kana, created_at=at, changed_at=at)
    if row.user is None:
        Operator.update(user=user).where(Operator.key == one.key).execute()
    there = {role.role for role in UserRole.select().where(UserRole.user == user)}
    for role in set(one.roles) - there:
        UserRole.create(user=user, role=role)
    UserRole.delete().where(UserRole.user == user, UserRole.role.not_in(one.roles)).execute()


def _retire(at: datetime) -> Callable[[str], None]:
    def retire(key: str) -> None:
        Operator.update(retired_at=at).where(Operator.key == key).execute()

    return retire


def _save_tiers(wanted: Sequence[TierPlan], there: Sequence[TierPlan]) -> Iterator[Done]:
    before = {(one.season, one.queue, one.operator): one for one in there}
    for one in wanted:
        place = (one.season, one.queue, one.operator)
        old = before.pop(place, None)
        if old == one:
            continue
        ids = {
            "season": Season.get(Season.key == one.season),
            "queue": Queue.get(Queue.key == one.queue),
            "operator": Operator.get(Operator.key == one.operator),
        }
        values = {"level": one.level, "position": one.position, "skill": one.skill}
        Tier.insert(ids | values).on_conflict(
            conflict_target=[Tier.season, Tier.queue, Tier.operator], update=values
        ).execute()
        action = "changed" if old else "added"
        yield "tier", " ".join(place), action, old and plain(old), plain(one)
    for place, old in before.items():
        season, queue, operator = place
        Tier.delete().where(
            Tier.season.in_(Season.select(Season.id).where(Season.key == season)),
            Tier.queue.in_(Queue.select(Queue.id).where(Queue.key == queue)),
            Tier.operator.in_(Operator.select(Operator.id).where(Operator.key == operator)),
        ).execute()
        yield "tier", " ".join(place), "removed", plain(old), None


def _upsert(model: type[Any], key: str, values: dict[str, Any]) -> None:
    if not model.update(values).where(model.key == key).execute():
        model.create(key=key, **values)
