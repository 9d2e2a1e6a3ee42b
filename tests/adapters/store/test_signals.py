"""Raised hands and messages of the day, on both databases, with the services in front of them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.models import Operator, User, UserRole
from fsbridge.adapters.store.operators import StoredDuties
from fsbridge.adapters.store.signals import StoredSignals
from fsbridge.adapters.store.users import StoredUsers
from fsbridge.domain.duty import Choice, Status
from fsbridge.domain.duty.duty import begin, choose
from fsbridge.domain.messages import MessageRefused
from fsbridge.services.authority import NotAllowed
from fsbridge.services.operators import NotOnDuty
from fsbridge.services.signals import Hands, Messages

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO).astimezone(UTC)


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def day_of(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(TOKYO).date(), time(), TOKYO)


@pytest.fixture
def duties(store: Store) -> StoredDuties:
    with store.writing():
        for login, role in (("boss", "supervisor"), ("op01", "operator")):
            user = User.create(login=login, name=login, created_at=MORNING, changed_at=MORNING)
            UserRole.create(user=user, role=role)
        for key in ("op01", "op02", "op03"):
            Operator.create(key=key, name=key, registered_at=MORNING)
        Operator.create(key="gone", name="gone", registered_at=MORNING, retired_at=MORNING)
    duties = StoredDuties(store)
    with duties.locked() as ledger:
        for key in ("op01", "op02"):
            ledger.put(None, begin(key, MORNING))
    return duties


@pytest.fixture
def hands(duties: StoredDuties, store: Store) -> Hands:
    return Hands(StoredSignals(store))


@pytest.fixture
def messages(duties: StoredDuties, store: Store) -> Messages:
    return Messages(StoredSignals(store), StoredUsers(store), day_of)


def test_who_has_waited_longest_comes_first_however_often_the_key_is_pressed(
    hands: Hands, store: Store
) -> None:
    hands.up("op02", at(1))
    hands.up("op01", at(2))
    assert hands.up("op02", at(3)).since == at(1)
    elsewhere = Hands(StoredSignals(store))
    assert [(hand.operator, hand.since) for hand in elsewhere.all()] == [("op02", at(1)), ("op01", at(2))]
    assert elsewhere.down("op02")
    assert not hands.down("op02")
    assert [hand.operator for hand in hands.all()] == ["op01"]


@pytest.mark.parametrize("operator", ["op03", "gone", "nobody"])
def test_who_is_not_logged_in_raises_no_hand(hands: Hands, operator: str) -> None:
    with pytest.raises(NotOnDuty, match=operator):
        hands.up(operator, at(0))


def test_a_hand_stays_up_from_call_to_call_and_goes_down_at_log_out(
    hands: Hands, duties: StoredDuties
) -> None:
    hands.up("op01", at(1))
    with duties.locked() as ledger:
        before = ledger.duty("op01")
        assert before is not None
        after = choose(before, Choice(Status.READY), at(2))
        ledger.put(before, after)
    assert [hand.since for hand in hands.all()] == [at(1)]
    with duties.locked() as ledger:
        ledger.put(after, choose(after, Choice(Status.LOGGED_OUT), at(3)))
        ledger.put(None, begin("op01", at(4)))
    assert hands.all() == ()


def test_messages_reach_one_or_all_in_order_and_only_what_is_new_is_asked_for(messages: Messages) -> None:
    first = messages.send("本日、漏水が多発しています", by="boss", now=at(1))
    messages.send("休憩は13時からにしてください", by="boss", now=at(2), to="op02")
    assert [one.text for one in messages.of("op01", at(3))] == ["本日、漏水が多発しています"]
    assert [one.operator for one in messages.of("op02", at(3))] == ["", "op02"]
    assert [one.operator for one in messages.of("op02", at(3), after=first.number)] == ["op02"]
    assert len(messages.all(at(3))) == 2


def test_the_next_day_begins_empty_and_what_was_is_deleted(messages: Messages, store: Store) -> None:
    messages.send("昨日", by="boss", now=at(0))
    tomorrow = at(24 * 60)
    assert messages.all(tomorrow) == ()
    messages.send("今日", by="boss", now=tomorrow)
    assert [one.text for one in StoredSignals(store).since(MORNING)] == ["今日"]


@pytest.mark.parametrize(
    ("text", "to", "why"),
    [
        (" \n ", "", "empty"),
        ("長" * 501, "", "501 characters; 500 are the most"),
        ("a\x00b", "", "no text"),
        ("safe\u202etxt.exe", "", "no text"),
        ("はい", "nobody", "no operator 'nobody'"),
        ("はい", "gone", "no operator 'gone'"),
    ],
)
def test_what_cannot_be_sent_says_why(messages: Messages, text: str, to: str, why: str) -> None:
    with pytest.raises(MessageRefused, match=why):
        messages.send(text, by="boss", now=at(0), to=to)
    assert messages.all(at(0)) == ()


def test_operators_write_to_nobody(messages: Messages) -> None:
    with pytest.raises(NotAllowed, match="write to operators"):
        messages.send("はい", by="op01", now=at(0))


def test_markup_is_kept_as_the_text_it_is(messages: Messages) -> None:
    text = '<script>alert(1)</script> =HYPERLINK("x")'
    assert messages.send(text, by="boss", now=at(0)).text == text
