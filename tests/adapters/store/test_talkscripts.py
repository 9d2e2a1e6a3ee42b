"""Talk scripts on both databases: drafts, publishing, and nobody writing over anybody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.callside import CallSide
from fsbridge.adapters.store.models import AuditEntry, Flow
from fsbridge.adapters.store.talkscripts import StoredScripts
from fsbridge.services.talkscripts import ScriptChanged, ScriptRefused, TalkScripts

NOON = datetime(2027, 4, 1, 3, tzinfo=UTC)
WHO = {"by": "sato", "at": NOON}


@pytest.fixture
def scripts(store: Store) -> TalkScripts:
    with store.writing():
        Flow.create(key="leak", name="漏水")
    return TalkScripts(StoredScripts(store))


def test_operators_see_the_highest_version_that_was_published(scripts: TalkScripts, store: Store) -> None:
    scripts.write("leak", "漏水", "一", seen=0, **WHO)
    assert scripts.shown("leak") is None
    scripts.publish("leak", 1, **WHO)
    scripts.write("leak", "漏水", "二", seen=1, **WHO)
    assert CallSide(store).script("leak").body == "一\n"
    scripts.publish("leak", 2, **WHO)
    assert (scripts.shown("leak").number, CallSide(store).script("leak").body) == (2, "二\n")


def test_an_earlier_version_is_published_as_a_new_one(scripts: TalkScripts) -> None:
    for seen, body in enumerate(("一", "二")):
        scripts.write("leak", "漏水", body, seen=seen, **WHO)
        scripts.publish("leak", seen + 1, **WHO)
    assert scripts.publish("leak", 1, by="mori", at=NOON).number == 3
    assert [(one.number, one.body, one.author) for one in scripts.history("leak")][-1] == (3, "一\n", "mori")
    assert scripts.publish("leak", 3, **WHO).number == 3


def test_whoever_has_not_seen_the_newest_version_is_told(scripts: TalkScripts) -> None:
    scripts.write("leak", "漏水", "一", seen=0, **WHO)
    with pytest.raises(ScriptChanged, match="sato has written version 1 meanwhile"):
        scripts.write("leak", "漏水", "二", seen=0, by="mori", at=NOON)
    assert len(scripts.history("leak")) == 1


def test_the_same_text_again_is_no_new_version(scripts: TalkScripts) -> None:
    scripts.write("leak", "漏水", "一\r\n二", seen=0, **WHO)
    assert scripts.write("leak", " 漏水 ", "一\n二\n\n", seen=1, **WHO).number == 1


@pytest.mark.parametrize(
    ("title", "body"), [("", "x"), ("a\nb", "x"), ("x", " "), ("x", "\x07"), ("x" * 101, "x")]
)
def test_what_cannot_be_read_out_is_refused(scripts: TalkScripts, title: str, body: str) -> None:
    with pytest.raises(ScriptRefused):
        scripts.write("leak", title, body, seen=0, **WHO)
    assert scripts.history("leak") == ()


def test_what_there_is_not_is_refused(scripts: TalkScripts) -> None:
    with pytest.raises(ScriptRefused, match="there is no flow 'nope'"):
        scripts.write("nope", "x", "x", seen=0, **WHO)
    with pytest.raises(ScriptRefused, match="has no version 7"):
        scripts.publish("leak", 7, **WHO)


def test_each_step_is_in_the_log_with_what_it_was_before(scripts: TalkScripts, store: Store) -> None:
    scripts.write("leak", "漏水", "一", seen=0, **WHO)
    scripts.publish("leak", 1, **WHO)
    with store.connection():
        rows = [(one.action, one.before, one.after["version"]) for one in AuditEntry.select()]
    assert rows == [("drafted", None, 1), ("published", None, 1)]
