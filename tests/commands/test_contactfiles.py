"""`fsbridge contacts import` and `export`: files as spreadsheets leave them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.test_contacts import add, found, fsbridge, home

__all__ = ["home"]

GOOD = "名前,電話,タグ\n佐藤,076-220-2722,業者\n鈴木,,\n"
BAD = f"{GOOD}加藤,7.62203E+08,\n,,x\n"


def take_in(home: Path, text: str, *arguments: str, encoding: str = "utf-8-sig", lang: str = "ja"):
    Path("c.csv").write_bytes(text.encode(encoding))
    return fsbridge(home, "import", "c.csv", "--region", "JP", *arguments, lang=lang)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_good_file_is_taken_in(home: Path, encoding: str) -> None:
    result = take_in(home, GOOD, encoding=encoding)
    assert result.exit_code == 0
    assert "✔ 取り込みました：登録 2件" in result.stdout
    assert sorted(found(home)) == ["佐藤", "鈴木"]


def test_a_bad_row_keeps_everything_out_and_is_told(home: Path) -> None:
    result = take_in(home, BAD)
    assert result.exit_code == 1
    for text in ("4行目 電話 (B)", "5行目 名前 (A)", "何も登録していません", "--good-rows"):
        assert text in result.stdout
    assert found(home) == []
    assert "row 4, 電話 (B)" in take_in(home, BAD, lang="en").stdout


def test_good_rows_are_taken_in_when_asked_for(home: Path) -> None:
    result = take_in(home, BAD, "--good-rows")
    assert result.exit_code == 0
    assert "登録 2件、読めない行 2件" in result.stdout
    assert len(found(home)) == 2


def test_a_trial_writes_nothing(home: Path) -> None:
    result = take_in(home, GOOD, "--dry-run")
    assert result.exit_code == 0
    assert "試行です" in result.stdout
    assert found(home) == []
    assert take_in(home, BAD, "--dry-run").exit_code == 1


def test_the_same_file_again_adds_nobody(home: Path) -> None:
    take_in(home, GOOD)
    result = take_in(home, GOOD)
    assert result.exit_code == 0
    assert "重複のため見送り 2件" in result.stdout
    assert len(found(home)) == 2
    assert (
        "更新 1件、変更なし 1件"
        in take_in(home, GOOD.replace("業者", "大口"), "--duplicates", "update").stdout
    )


def test_json_has_every_finding_in_both_languages(home: Path) -> None:
    result = take_in(home, BAD, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert (report["rows"], report["bad_rows"], report["written"], report["encoding"]) == (
        4,
        2,
        False,
        "utf-8",
    )
    first = report["problems"][0]
    assert (first["row"], first["column"], first["fault"]) == (4, "電話 (B)", "exponent")
    assert first["message"].startswith("'7.62203E+08'")
    assert "文字列" in first["message_ja"]


def test_the_first_problems_are_shown_or_all(home: Path) -> None:
    text = "名前,電話\n" + "a,x\n" * 30
    assert "ほか10件" in take_in(home, text).stdout
    assert take_in(home, text, "--all").stdout.count("電話 (B)") == 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("名前,住所\na,b\n", "見出し「住所」（B列）は連絡先の項目ではありません"),
        ('名前,備考\na,"b\n', "閉じていない"),
        ("", "ファイルが空です"),
    ],
)
def test_a_file_that_is_none_is_refused_in_japanese(home: Path, text: str, said: str) -> None:
    result = take_in(home, text)
    assert result.exit_code == 1
    assert said in result.output


def test_a_file_that_is_not_there_is_named(home: Path) -> None:
    assert "nowhere.csv を読めません" in fsbridge(home, "import", "nowhere.csv").output


def test_what_was_given_out_is_taken_in_again(home: Path) -> None:
    take_in(home, GOOD)
    add(home, "=HYPERLINK(1)", "--note", "+1")
    result = fsbridge(home, "export", "all.csv", "--by", "sato")
    assert "✔ 3件を all.csv に書き出しました" in result.stdout
    content = Path("all.csv").read_bytes()
    assert b"\n'=HYPERLINK(1)," in content
    for which in ("1", "2", "3"):
        fsbridge(home, "remove", which, "--yes")
    assert fsbridge(home, "import", "all.csv", "--region", "JP").exit_code == 0
    fsbridge(home, "export", "again.csv")
    assert Path("again.csv").read_bytes() == content
    exports = [
        one for one in json.loads(fsbridge(home, "log", "--json").stdout) if one["action"] == "exported"
    ]
    assert [one["reason"] for one in exports] == ["3 → again.csv", "3 → all.csv"]


def test_a_character_that_would_be_lost_keeps_the_file_from_being_written(home: Path) -> None:
    add(home, "𠮷田", "--note", "9〜17時")
    result = fsbridge(home, "export", "all.csv", "--encoding", "shift_jis")
    assert result.exit_code == 1
    for text in ("#1 𠮷田 名前", "U+20BB7", "#1 𠮷田 備考", "「～」に書き換え", "何も書き出していません"):
        assert text in result.stdout
    assert not Path("all.csv").exists()
    assert fsbridge(home, "export", "all.csv").exit_code == 0


def test_an_export_goes_to_standard_output(home: Path) -> None:
    add(home, "佐藤")
    result = fsbridge(home, "export", "-", "--encoding", "shift_jis", "--headings", "en")
    assert result.stdout_bytes.decode("cp932").splitlines() == [
        "name,kana,organisation,number 1,label 1,tags,note",
        "佐藤,,,,,,",
    ]
