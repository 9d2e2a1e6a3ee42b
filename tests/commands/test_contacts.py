"""`fsbridge contacts` as people type it, in both languages and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from fsbridge.adapters.store import Store


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with an empty store, and the place where the commands run."""
    store = Store(f"sqlite:///{tmp_path}/home/centre.sqlite3")
    store.migrate()
    store.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def fsbridge(home: Path, *arguments: str, lang: str = "ja", answer: str = "") -> Result:
    environment = {"FSBRIDGE_HOME": str(home), "FSBRIDGE_LANG": lang, "COLUMNS": "120"}
    result = CliRunner(env=environment).invoke(main, ["contacts", *arguments], input=answer)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def add(home: Path, *arguments: str) -> Result:
    return fsbridge(home, "add", *arguments, "--region", "JP", "--by", "sato")


def found(home: Path, *arguments: str) -> list[str]:
    result = fsbridge(home, "find", *arguments, "--json")
    return [one["name"] for one in json.loads(result.stdout)["contacts"]]


def test_a_contact_is_added_and_shown_as_people_read_it(home: Path) -> None:
    result = add(
        home, "北陸設備", "--number", "代表=０７６−２２０−２７２２", "--tag", "業者", "--note", "昼は不在"
    )
    assert result.exit_code == 0
    for text in ("✔ #1 北陸設備：登録しました", "076-220-2722 代表", "業者", "昼は不在"):
        assert text in result.stdout
    assert "076-220-2722 代表" in fsbridge(home, "show", "1").stdout
    assert found(home, "2202722") == found(home, "業者") == ["北陸設備"]


def test_whoever_has_the_number_too_is_named(home: Path) -> None:
    add(home, "a", "--number", "0762202722")
    assert "! 076-220-2722 は #1 a も使っています" in add(home, "b", "--number", "+81762202722").stdout
    made = json.loads(add(home, "c", "--number", "0762202722", "--json").stdout)
    assert made["shared"] == {"+81762202722": [1, 2]}
    assert found(home, "--caller", "0762202722", "--region", "JP") == ["a", "b", "c"]
    assert found(home, "--caller", "anonymous", "--region", "JP") == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ja", "電話番号：「762202722」は先頭の0が落ちています"),
        ("en", "number: '762202722' lost its leading 0"),
    ],
)
def test_what_is_wrong_is_told_in_the_readers_language(home: Path, lang: str, said: str) -> None:
    result = fsbridge(home, "add", "a", "--number", "762202722", "--region", "JP", lang=lang)
    assert result.exit_code == 1
    assert said in result.output
    assert found(home) == []


def test_without_a_region_a_centre_has_to_be_there_first(home: Path) -> None:
    result = fsbridge(home, "add", "a", "--number", "0762202722")
    assert result.exit_code == 1
    assert "run `fsbridge init`" in result.output
    assert fsbridge(home, "add", "a").exit_code == 0  # nothing had to be read


def test_the_country_is_the_centres(home: Path) -> None:
    result = fsbridge(home, "add", "a", "--number", "(212) 555-0100", "--region", "US", "--json")
    assert json.loads(result.stdout)["numbers"][0]["number"] == "+12125550100"
    assert "two letters" in fsbridge(home, "add", "a", "--number", "1", "--region", "U").output


def test_an_edit_changes_what_it_names(home: Path) -> None:
    add(home, "a", "--number", "0762202722", "--tag", "x", "--kana", "エー")
    result = fsbridge(
        home, "edit", "1", "--name", "b", "--number", "携帯=09012345678", "--number", "代表=0762202722",
        "--remove-tag", "x", "--tag", "y", "--region", "JP", "--json",
    )  # fmt: skip
    card = json.loads(result.stdout)
    assert (card["name"], card["kana"], card["tags"]) == ("b", "エー", ["y"])
    assert [(one["shown"], one["label"]) for one in card["numbers"]] == [
        ("076-220-2722", "代表"),
        ("090-1234-5678", "携帯"),
    ]
    assert "変更はありません" in fsbridge(home, "edit", "1", "--name", "b").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["edit", "1", "--remove-number", "0312345678", "--region", "JP"],
            "番号 03-1234-5678 は登録されていません",
        ),
        (["edit", "1", "--remove-tag", "z"], "タグ z は付いていません"),
        (["edit", "1", "--name", " "], "名前がありません"),
        (["edit", "9", "--name", "x"], "連絡先 9 はありません"),
        (["show", "9"], "連絡先 9 はありません"),
        (["remove", "9", "--yes"], "連絡先 9 はありません"),
        (["merge", "1", "9"], "連絡先 9 はありません"),
    ],
)
def test_what_cannot_be_done_is_told_and_not_done(home: Path, arguments: list[str], said: str) -> None:
    add(home, "a", "--tag", "x")
    before = fsbridge(home, "show", "1", "--json").stdout
    result = fsbridge(home, *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert fsbridge(home, "show", "1", "--json").stdout == before


def test_nobody_is_removed_by_a_slip(home: Path) -> None:
    add(home, "a")
    result = fsbridge(home, "remove", "1", answer="n\n")
    assert result.exit_code == 1
    assert "#1 a を削除しますか" in result.stdout
    assert found(home) == ["a"]
    assert fsbridge(home, "remove", "1", "--by", "boss", "--reason", "退職", answer="y\n").exit_code == 0
    assert found(home) == []
    removed, added = json.loads(fsbridge(home, "log", "1", "--json").stdout)
    assert (removed["actor"], removed["action"], removed["reason"]) == ("boss", "removed", "退職")
    assert added["after"]["name"] == "a"


def test_two_are_made_one(home: Path) -> None:
    add(home, "a", "--number", "0762202722")
    add(home, "b", "--number", "09012345678", "--tag", "x")
    assert "✔ #2 を #1 a に統合しました（通話 0件を移動）" in fsbridge(home, "merge", "1", "2").stdout
    assert found(home, "090") == ["a"]
    log = fsbridge(home, "log", lang="en").stdout
    assert "merged into" in log
    assert "tags – → x" in log


def test_a_list_says_how_many_more_there_are(home: Path) -> None:
    for name in "abc":
        add(home, name)
    assert "全3件のうち2件" in fsbridge(home, "find", "--limit", "2").stdout
    assert "2 of 3" in fsbridge(home, "find", "--limit", "2", lang="en").stdout
    assert "該当する連絡先はありません" in fsbridge(home, "find", "z").stdout
    assert "Nothing was changed yet" in fsbridge(home, "log", "77", lang="en").stdout


def test_a_name_cannot_steer_the_terminal(home: Path) -> None:
    add(home, "a\u202eb", "--note", "x")
    assert "\u202e" not in fsbridge(home, "find").stdout + fsbridge(home, "show", "1").stdout
    assert "U+001B" in add(home, "a\x1b[2J").output
