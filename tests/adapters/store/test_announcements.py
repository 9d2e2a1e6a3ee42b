"""Announcements and emergency announcements in the store, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fsbridge.adapters.store import Store
from fsbridge.adapters.store.announcements import StoredShelf
from fsbridge.adapters.store.emergencies import StoredEmergencies
from fsbridge.adapters.store.models import Announcement, AuditEntry, Setting
from fsbridge.domain.emergency import Emergency
from fsbridge.errors import FsbridgeError, InvalidArgument, SpeechError
from fsbridge.services.announcements import Announcements, Version
from fsbridge.services.emergency import Emergencies, LiveEmergencies, NoSuchEmergency, expire
from tests.adapters.store.making import NOON, make_queue

HOUR = timedelta(hours=1)


class StudioInMemory:
    """A studio that writes down what it would have made; the voice may change its pronunciation."""

    def __init__(self) -> None:
        self.accent = "1"
        self.published: dict[str, str] = {}
        self.silent = False

    def make(self, text: str, voice: str = "") -> str:
        if self.silent:
            raise SpeechError("the speech engine died")
        return f"{self.accent}-{voice}-{text}"

    def take(self, recording: bytes) -> str:
        return f"studio-{recording.decode()}"

    def listen(self, sound: str) -> str:
        return f"/spoken/{sound}.wav"

    def publish(self, sound: str, name: str) -> str:
        self.published[name] = sound
        return f"/published/{name}.wav"


@pytest.fixture
def studio() -> StudioInMemory:
    return StudioInMemory()


@pytest.fixture
def announcements(store: Store, studio: StudioInMemory) -> Announcements:
    return Announcements(StoredShelf(store), studio)


def test_versions_are_kept_and_audited(store: Store, announcements: Announcements) -> None:
    announcements.speak("closed", "終了しました。", author="sato", now=NOON, voice="1.1")
    announcements.record("closed", b"take", author="mori", now=NOON + HOUR, text="終了")
    announcements.back_to("closed", 1, author="sato", now=NOON + 2 * HOUR)
    assert [(one.number, one.source, one.text, one.voice) for one in announcements.history("closed")] == [
        (1, "speech", "終了しました。", "1.1"),
        (2, "studio", "終了", ""),
        (3, "speech", "終了しました。", "1.1"),
    ]
    assert announcements.current("closed").at == NOON + 2 * HOUR
    with store.reading():
        said = [(one.actor, one.action, one.which, one.after["text"]) for one in AuditEntry.select()]
    assert said == [
        ("sato", "added", "closed", "終了しました。"),
        ("mori", "changed", "closed", "終了"),
        ("sato", "changed", "closed", "終了しました。"),
    ]


def test_two_people_at_once_lose_nothing(store: Store, announcements: Announcements) -> None:
    version = announcements.speak("closed", "はい。", author="sato", now=NOON)
    with pytest.raises(SpeechError, match="changed by somebody else"):
        StoredShelf(store).add(version)
    assert len(announcements.history("closed")) == 1


def test_a_text_of_the_plan_is_rendered_without_a_new_version(
    store: Store, announcements: Announcements, studio: StudioInMemory
) -> None:
    with store.writing():
        Announcement.create(
            key="closed",
            version=1,
            title="閉",
            text="終了",
            author="init",
            created_at=NOON,
            published_at=NOON,
        )
    rendered = announcements.render("closed", author="sato", now=NOON + HOUR)
    assert (rendered.number, rendered.author, rendered.sound) == (1, "init", "1--終了")
    assert studio.published == {"closed": "1--終了"}
    assert announcements.current("closed").sound == "1--終了"
    assert announcements.render("closed", author="sato", now=NOON + HOUR) == rendered
    studio.accent = "2"  # a reading was changed
    again = announcements.render("closed", author="sato", now=NOON + HOUR)
    assert (again.number, again.sound, studio.published["closed"]) == (2, "2--終了", "2--終了")
    with store.reading():
        assert [row.title for row in Announcement.select().order_by(Announcement.version)] == ["閉", "閉"]


def test_what_cannot_be_spoken_changes_nothing(announcements: Announcements, studio: StudioInMemory) -> None:
    announcements.speak("closed", "はい。", author="sato", now=NOON)
    studio.silent = True
    with pytest.raises(SpeechError, match="died"):
        announcements.speak("closed", "いいえ。", author="sato", now=NOON)
    assert [one.text for one in announcements.history("closed")] == ["はい。"]
    assert studio.published == {"closed": "1--はい。"}


@pytest.mark.parametrize("name", ["../closed", "", "a/b", "閉", "A"])
def test_a_name_no_file_can_have_is_refused(store: Store, announcements: Announcements, name: str) -> None:
    with pytest.raises(InvalidArgument, match="small letters"):
        announcements.speak(name, "はい。", author="sato", now=NOON)
    with pytest.raises(InvalidArgument, match="small letters"):
        StoredShelf(store).add(Version(name, 1, "speech", "", "", "x", "sato", NOON))


@pytest.fixture
def board(store: Store) -> StoredEmergencies:
    make_queue("leak")
    return StoredEmergencies(store)


@pytest.fixture
def emergencies(board: StoredEmergencies, studio: StudioInMemory) -> Emergencies:
    return Emergencies(board, studio, board.flows)


def live(board: StoredEmergencies) -> LiveEmergencies:
    return LiveEmergencies(board.all, lambda name: f"/published/{name}.wav")


def test_the_next_caller_hears_it_until_it_is_over(
    board: StoredEmergencies, emergencies: Emergencies, studio: StudioInMemory
) -> None:
    heard = live(board)
    one = emergencies.put_on(
        "断水です。", until=NOON + HOUR, author="sato", now=NOON, flow="leak", reason="破損"
    )
    heard.refresh()
    assert studio.published == {one.sound: "1--断水です。"}
    assert heard.sound("leak", NOON) == f"/published/{one.sound}.wav"
    assert heard.sound("leak", NOON + HOUR) == heard.sound("billing", NOON) == heard.sound("", NOON) == ""
    everybody = emergencies.put_on("停電です。", until=NOON + HOUR, author="sato", now=NOON)
    heard.refresh()
    assert [heard.current(flow, NOON).text for flow in ("leak", "billing", "")] == [
        "断水です。",
        "停電です。",
        "停電です。",
    ]
    assert emergencies.on(NOON) == [everybody, one]


def test_another_text_takes_the_place_and_has_a_sound_of_its_own(
    board: StoredEmergencies, emergencies: Emergencies
) -> None:
    first = emergencies.put_on("断水です。", until=NOON + HOUR, author="sato", now=NOON, flow="leak")
    second = emergencies.put_on("濁りです。", until=NOON + HOUR, author="mori", now=NOON, flow="leak")
    assert board.all() == [second]
    assert first.sound != second.sound


def test_it_is_taken_off_with_one_step_and_everything_is_audited(
    store: Store, board: StoredEmergencies, emergencies: Emergencies
) -> None:
    heard = live(board)
    emergencies.put_on("断水です。", until=NOON + HOUR, author="sato", now=NOON, flow="leak", reason="破損")
    emergencies.take_off(author="mori", now=NOON + HOUR / 2, flow="leak", reason="復旧")
    heard.refresh()
    assert heard.sound("leak", NOON + HOUR / 2) == ""
    with pytest.raises(NoSuchEmergency, match="on are: none"):
        emergencies.take_off(author="mori", now=NOON, flow="leak")
    with store.reading():
        said = [(one.actor, one.action, one.which, one.reason) for one in AuditEntry.select()]
        assert Setting.select().count() == 0
    assert said == [("sato", "put on", "leak", "破損"), ("mori", "took off", "leak", "復旧")]


def test_what_is_over_is_cleared_away(board: StoredEmergencies, emergencies: Emergencies) -> None:
    emergencies.put_on("断水です。", until=NOON + HOUR, author="sato", now=NOON, flow="leak")
    emergencies.put_on("停電です。", until=NOON + 2 * HOUR, author="sato", now=NOON)
    assert expire(board, NOON + HOUR / 2) == ""
    assert expire(board, NOON + HOUR) == "emergency announcement of leak expired"
    assert [one.flow for one in board.all()] == [""]


def test_a_recording_is_heard_in_place_of_the_text(emergencies: Emergencies, studio: StudioInMemory) -> None:
    one = emergencies.put_on("断水", until=NOON + HOUR, author="sato", now=NOON, recording=b"take")
    assert studio.published == {one.sound: "studio-take"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"until": NOON}, "over before it begins"),
        ({"text": " "}, "has no text"),
        ({"flow": "gas"}, "no flow 'gas'; there are: leak"),
    ],
)
def test_what_cannot_be_put_on_changes_nothing(
    board: StoredEmergencies, emergencies: Emergencies, studio: StudioInMemory, given: dict, why: str
) -> None:
    with pytest.raises(FsbridgeError, match=why):
        emergencies.put_on(**{"text": "断水", "until": NOON + HOUR, "author": "sato", "now": NOON, **given})
    assert (board.all(), studio.published) == ([], {})


def test_one_that_cannot_be_spoken_is_not_put_on(
    board: StoredEmergencies, emergencies: Emergencies, studio: StudioInMemory
) -> None:
    studio.silent = True
    with pytest.raises(SpeechError):
        emergencies.put_on("断水", until=NOON + HOUR, author="sato", now=NOON)
    assert board.all() == []


def test_while_the_board_cannot_be_read_what_was_on_stays_until_it_expires() -> None:
    one = Emergency("", "断水", "emergency-1", "sato", NOON, NOON + HOUR)
    answers: list[list[Emergency] | Exception] = [[one], SpeechError("the database is gone")]

    def read() -> list[Emergency]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    heard = LiveEmergencies(read, str)
    heard.refresh()
    heard.refresh()
    assert heard.sound("leak", NOON) == "emergency-1"
    assert heard.sound("leak", datetime(2030, 1, 1, tzinfo=UTC)) == ""
