"""The configuration as values: what is refused, what is rendered, and that nothing in it is ever expanded."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsbridge.adapters.switchconf import (
    TEMPLATES,
    Agent,
    Operator,
    Queue,
    SwitchConf,
    a1_hash,
    machine_values,
    password_in,
    read_centre,
    render,
)
from fsbridge.adapters.switchconf.run import command_line, find_freeswitch
from fsbridge.adapters.switchconf.text import plain
from fsbridge.config import OutboundSettings, SwitchSettings
from fsbridge.errors import ConfigError

KANAZAWA = TEMPLATES / "kanazawa.toml"


def conf(folder: Path, **changes: Any) -> SwitchConf:
    values: dict[str, Any] = {
        **machine_values(SwitchSettings(), OutboundSettings()),
        "centre": read_centre(KANAZAWA),
        "home": folder,
        "password": "a-password-of-its-own",
    }
    return SwitchConf(**{**values, **changes})


def parsed(home: Path, name: str) -> ElementTree.Element:
    return ElementTree.parse(home / "conf" / name).getroot()


def test_every_file_rendered_is_xml_and_lies_in_the_folder(tmp_path: Path) -> None:
    for path in render(conf(tmp_path, phones_port=5090)):
        assert path.is_relative_to(tmp_path)
        if path.suffix == ".xml":
            ElementTree.parse(path)
    assert not list(tmp_path.rglob("*.new"))


def test_the_customer_s_data_is_what_the_customer_asked_for() -> None:
    centre = read_centre(KANAZAWA)
    assert centre.numbers == ("0762202722", "0120328117")
    assert [queue.name.split("@")[0] for queue in centre.queues] == ["opening", "leak", "billing", "other"]
    assert [(one.name, one.days.text, one.hours.data()) for one in centre.hours.seasons] == [
        ("busy", "03..04", "08:00-19:00"),
        ("normal", "05..02", "08:45-18:00"),
    ]


def test_a_password_is_made_once_and_kept(tmp_path: Path) -> None:
    first = password_in(tmp_path)
    assert password_in(tmp_path) != first
    render(conf(tmp_path, password=first))
    assert password_in(tmp_path) == first
    mode = (tmp_path / "event-socket-password").stat().st_mode | (
        tmp_path / "conf/freeswitch.xml"
    ).stat().st_mode
    assert not mode & 0o077
    assert first not in repr(conf(tmp_path, password=first))


def test_one_s_own_extensions_survive_the_next_rendering(tmp_path: Path) -> None:
    render(conf(tmp_path))
    mine = tmp_path / "conf/dialplan/public.d/mine.xml"
    mine.write_text("<extension/>")
    render(conf(tmp_path))
    assert mine.read_text() == "<extension/>"


def test_queues_agents_and_tiers_come_from_the_data(tmp_path: Path) -> None:
    agent = Agent("op1", "user/1001@kanazawa", queues=("leak@kanazawa",), status="Available", level=2)
    centre = dataclasses.replace(read_centre(KANAZAWA), agents=(agent,))
    render(conf(tmp_path, centre=centre))
    root = parsed(tmp_path, "autoload_configs/callcenter.conf.xml")
    assert [one.get("name") for one in root.iter("queue")] == [queue.name for queue in centre.queues]
    (row,) = root.iter("agent")
    assert (row.get("contact"), row.get("status")) == ("user/1001@kanazawa", "Available")
    (tier,) = root.iter("tier")
    assert (tier.get("agent"), tier.get("queue"), tier.get("level")) == ("op1", "leak@kanazawa", "1")


def test_only_the_digest_of_an_operator_s_password_is_written(tmp_path: Path) -> None:
    operator = Operator("1001", a1_hash("1001", "kanazawa", "very-secret"), "佐藤 <健>")
    render(conf(tmp_path, centre=dataclasses.replace(read_centre(KANAZAWA), operators=(operator,))))
    root = parsed(tmp_path, "directory/operators.xml")
    assert [one.get("value") for one in root.iter("variable")][1] == "佐藤 <健>"
    assert not any("very-secret" in path.read_text("utf-8") for path in tmp_path.rglob("*.xml"))


def test_records_are_posted_only_when_an_address_is_given(tmp_path: Path) -> None:
    def params() -> set[str | None]:
        return {
            one.get("name") for one in parsed(tmp_path, "autoload_configs/json_cdr.conf.xml").iter("param")
        }

    render(conf(tmp_path))
    assert "url" not in params()
    render(conf(tmp_path, cdr_url="http://127.0.0.1:8080/cdr?a=1&b=2"))
    assert {"url", "log-http-and-disk"} <= params()
    assert "cred" not in params()
    render(conf(tmp_path, cdr_url="http://127.0.0.1:8085/cdr", cdr_secret="a-secret-of-some-length"))
    assert "cred" in params()
    assert (tmp_path / "call-record-secret").read_text() == "a-secret-of-some-length\n"


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30).filter(
        lambda text: text.isprintable() and "${" not in text and "$$" not in text
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_is_inserted_stays_one_attribute(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    home = tmp_path_factory.getbasetemp() / "inserted"  # one folder: certificates take their time
    centre = read_centre(KANAZAWA)
    sounds = {**centre.announcements, "cut-off": text}
    render(conf(home, centre=dataclasses.replace(centre, announcements=sounds)))
    played = [one.get("data") for one in parsed(home, "dialplan/public.xml").iter("action")]
    assert text in played


@given(
    st.text(max_size=10),
    st.sampled_from(["${system(id)}", "$${password}", "$$", "\n", "\r", "\0", "\x1b", "\u2028"]),
)
def test_nothing_that_freeswitch_would_expand_gets_in(text: str, trap: str) -> None:
    with pytest.raises(ConfigError, match="the key: "):
        plain("the key", text + trap + text)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: Queue("opening"), "NAME@CENTRE"),
        (lambda: Queue("opening@kanazawa\n"), "queue name"),
        (lambda: Queue("a@b", strategy="best"), "strategy"),
        (lambda: Queue("a@b", music="${system(id)}"), "queue a@b: music"),
        (lambda: Queue("a@b", max_wait=-1), "max_wait"),
        (lambda: Agent("a b", "user/1"), "agent name"),
        (lambda: Agent("a", ""), "contact is empty"),
        (lambda: Agent("a", "[x=${y}]user/1"), "agent a: contact"),
        (lambda: Agent("a", "user/1", status="Sleeping"), "status"),
        (lambda: Operator("1001", "secret"), "a1_hash"),
    ],
)
def test_impossible_data_is_refused_by_name(make: Any, complaint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        make()
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"password": "ClueCon"}, "switch.password"),
        ({"password": "short"}, "switch.password"),
        ({"password": 'quote"quote"quote'}, "switch.password"),
        ({"home": Path("relative")}, "switch home"),
        ({"home": Path("/with blank")}, "switch home"),
        ({"host": "localhost"}, "switch.host"),
        ({"script_host": "example.com|10.0.0.1"}, "outbound.listen"),
        ({"port": 70000}, "switch.port"),
        ({"rtp_first": 30000, "rtp_last": 20000}, "switch.rtp_last"),
        ({"esl_allow": ("everybody",)}, "switch.esl_allow"),
        ({"heartbeat": 0}, "switch.heartbeat"),
        ({"log_level": "loud"}, "switch.log_level"),
        ({"cdr_url": "file:///etc/passwd"}, "switch.cdr_url"),
        ({"cdr_url": "http://x/$${password}"}, "switch.cdr_url"),
    ],
)
def test_an_impossible_machine_is_refused_by_name(
    tmp_path: Path, changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        conf(tmp_path, **changes)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "kanazawa"', 'nane = "kanazawa"', "unknown key 'nane'"),
        ("numbers =", "numbers = 3 #", "numbers: write a list"),
        ('"0762202722"', '"076-220-2722"', "numbers '076-220-2722'"),
        ('"other@kanazawa"', '"another@kanazawa"', "there is no queue 'another@kanazawa'"),
        ("max_wait = 900", 'max_wait = "900"', "queues[1]: max_wait: wants int"),
        (
            'hours = "08:00-19:00"',
            'hours = "8:00-19:00"',
            "hours: seasons[0].hours '8:00-19:00': time '8:00'",
        ),
        ('hours = "08:00-19:00"', "", "hours: seasons[0].hours: is missing"),
        ('zone = "Asia/Tokyo"', 'zone = "Asia/Kanazawa"', "hours: zone 'Asia/Kanazawa'"),
        ('name = "busy"', 'name = "busy season"', "hours: name 'busy season'"),
        ('zone = "Asia/Tokyo"', 'zone = "Asia/Tokyo"\nholidays = "jp"', "no such calendar; there are: none"),
        ("cut-off =", "cutoff =", "announcements: 'cut-off' is missing"),
        ('days = "01-01', 'days = "13-01', "hours: special_days[0].days '13-01..01-03'"),
    ],
)
def test_a_wrong_data_file_is_refused_by_name(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = KANAZAWA.read_text("utf-8")
    assert old in text
    path = tmp_path / "town.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as refused:
        read_centre(path)
    assert complaint in str(refused.value)
    assert str(path) in str(refused.value)


def test_freeswitch_is_found_where_it_is_named(tmp_path: Path) -> None:
    program = tmp_path / "bin" / "freeswitch"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    with pytest.raises(ConfigError, match="install FreeSWITCH"):
        find_freeswitch({"PATH": str(program.parent)}, prefixes=())
    program.chmod(0o755)
    assert find_freeswitch({"FSBRIDGE_FREESWITCH": str(tmp_path)}) == program
    assert find_freeswitch({"FSBRIDGE_FREESWITCH": str(program)}) == program
    assert find_freeswitch({"PATH": str(program.parent)}, prefixes=()) == program.resolve()
    assert find_freeswitch({}, prefixes=(str(tmp_path),)) == program.resolve()


def test_freeswitch_writes_nowhere_but_in_its_home(tmp_path: Path) -> None:
    line = command_line(Path("/usr/bin/freeswitch"), tmp_path)
    folders = [Path(word) for word in line[1:] if word.startswith("/")]
    assert folders
    assert all(folder.is_relative_to(tmp_path) for folder in folders)
