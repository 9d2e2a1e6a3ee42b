"""The laid-out report: what stands where, in both languages, and what it says where something is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fsbridge.domain.reporting.contents import Contents, Incident
from fsbridge.domain.reporting.document import Block, Document, HeatTable, Mark, Notes, Plot, Table, Tiles
from fsbridge.domain.reporting.layout import laid_out
from fsbridge.domain.reporting.words import WORDS
from tests.services.reports import Past, contents_of, local, town


def texts(document: Document) -> str:
    """Everything a reader reads, a block a line."""
    lines = [document.title, document.subtitle, document.centre, document.warning, document.foot]
    lines += [f"{name} {text}" for name, text in document.facts]
    for section in document.sections:
        lines.append(section.title)
        lines += [_text(block) for block in section.blocks]
    return "\n".join(lines)


def _text(block: Block) -> str:
    match block:
        case Table():
            rows = (tuple(cell.shown for cell in row) for row in (*block.rows, *block.foot))
            return "\n".join(" | ".join(row) for row in (block.heads, *rows))
        case HeatTable():
            return f"{block.total} {block.heat.total}"
        case Tiles():
            return "\n".join(" ".join(tile) for tile in block.tiles)
        case Mark():
            return block.text
        case Notes():
            return "\n".join(block.lines)
        case Plot():
            return block.title


def page(contents: Contents | None = None, language: str = "ja") -> str:
    return texts(laid_out(contents or contents_of(town()), language))


def test_the_half_year_has_a_cover_in_the_japanese_calendar() -> None:
    document = laid_out(contents_of(town()), made_on=date(2027, 10, 8))
    assert (document.title, document.subtitle, document.centre) == ("運用報告書", "令和9年度上期", "町")
    assert document.cover
    assert dict(document.facts) == {
        "対象期間": "令和9年4月1日～令和9年9月30日",
        "作成日": "令和9年10月8日",
        "定義の版": "第1版",
        "受付時間の版": "centre 1",
    }
    assert "作成日" not in dict(laid_out(contents_of(town())).facts)


def test_every_part_is_there_in_its_order() -> None:
    titles = [section.title for section in laid_out(contents_of(town())).sections]
    assert titles == [
        "概況",
        "前の期間・前年との比較",
        "月別の状況",
        "業務別の状況",
        "サービスレベル",
        "曜日・時間帯別の着信数",
        "オペレーター別の状況",
        "用件別の状況",
        "サービスの稼働状況",
        "障害・臨時対応の記録",
        "録音の保存と消去",
        "席数の利用状況",
        "用語の定義（第1版）",
    ]
    daily = [section.title for section in laid_out(contents_of(town(), "daily", "2027-04-05")).sections]
    assert "時間帯別の状況" in daily
    assert "曜日・時間帯別の着信数" not in daily


@pytest.mark.parametrize(
    "line",
    [
        "着信数 7 ＝ 応答数 4 ＋ 放棄数 1 ＋ 短時間放棄 1 ＋ あふれ終了 1 ＋ 待機中 0（内訳と一致）",
        "総着信数 8 ＝ 着信数 7 ＋ 時間外着信 1",
        "令和9年4月 | 3 | 2 | 1 | 0 | 0 | 0 | 66.7% | 33.3% | 20.0 | 1:30",
        "全体 | 7 | 4 | 1 | 1 | 1 | 0 | 57.1% | 50.0% | 17.0 | 1:08",
        "受付 | 5 | 3 | 0 | 1 | 1 | 0 | 60.0% | 50.0% | 16.0 | 1:10",
        "漏水 | 20 | 80.0% | 1 | 2 | 50.0% | 未達",
        "佐藤 | 3 | 0 | 0:50 | 0:50 | 0:00 | 0:00 | 1:30:00 | 33.3% | 100.0%",
        "道路漏水 | 1 | 1",
        "着信数 | 7 | 2 | +5 | データなし | –",
        "前年同期（令和8年度上期）：記録がないため、比較できません（データなし）。",
        "前期（令和8年度下期）：記録は令和9年2月1日から始まっています。",
        "6月3日 10:00 | 6月3日 10:10 | 0:10:00 | プログラム停止 | 更新",
        "4月20日 10:00 | 緊急ガイダンス開始 | 漏水 | 本管漏水 | sato",
        "計 | 2 | 5.0MB | 1 | 1.0MB | 0 | 2 | 5.0MB",
        "録音の保存期間：3年。",
        "purge-000001.jsonl | abababababababab",
        "令和9年4月 | 2 | 4月5日 9:30 | 2 | 100.0% | 1:00:00 | 0:00:00",
        "期末の登録オペレーターIDは2件（上限3件）です。",
        "サービスレベル：最初の待ち開始から20秒以内の応答÷（着信数−短時間放棄）",
        "受付：短時間放棄 5秒以内、応答目標 20秒以内、目標 80%",
        "ここでは測っていません",
    ],
)
def test_what_it_says(line: str) -> None:
    assert line in page()


def test_what_does_not_add_up_is_said_first() -> None:
    past = town()
    call = past.records[2]
    past.records[2] = replace(call, visits=[call.visits[0]._replace(outcome="waiting")])
    document = laid_out(contents_of(past))
    assert "内訳が合いません：着信数と内訳の差が最大1件あります" in document.warning
    (mark,) = [block for block in document.sections[0].blocks if isinstance(block, Mark)]
    assert not mark.holds
    assert "着信数 7 ≠ 応答数 3" in mark.text
    assert "内訳と1件合いません" in mark.text


def test_a_period_that_goes_on_says_when_it_was_counted() -> None:
    document = laid_out(contents_of(town(), now=local("2027-05-01T12:00")))
    assert "速報値" in document.warning
    assert dict(document.facts)["集計時点"] == "令和9年5月1日 12:00"


def test_an_empty_past_says_plainly_that_there_is_nothing() -> None:
    shown = page(contents_of(Past(centre=None)))
    for line in (
        "該当する記録はありません。",
        "記録がないため、比較できません",
        "この期間の稼働の監視記録はありません。",
        "この期間に記録された障害・臨時対応はありません。",
        "この期間に録音・消去の記録はありません。",
        "この期間にログインの記録はありません。",
        "受付時間の定義がないため",
    ):
        assert line in shown


def test_an_alarm_is_said_in_words() -> None:
    past = town()
    past.noted = [Incident(local("2027-04-20T10:00"), "alarm", "7f1c/1", "none", "sato")]
    assert "4月20日 10:00 | 警報 | 7f1c/1 | 録音がありません | sato" in page(contents_of(past))


def test_it_reads_in_english_too() -> None:
    shown = page(language="en")
    assert "offered 7 = answered 4 + abandoned 1" in shown.lower()
    assert "2026-H1): nothing was recorded" in shown
    own = {*"町佐藤鈴木受付漏水道路開栓本管更新"}  # what people of the town wrote
    assert not [char for char in shown if "\u3040" <= char <= "\u9fff" and char not in own]


@pytest.mark.parametrize(
    ("kind", "key"), [("weekly", "2027-W14"), ("monthly", "2027-04"), ("daily", "2027-04-05")]
)
def test_the_shorter_reports_count_the_same_way(kind: str, key: str) -> None:
    shown = page(contents_of(town(), kind, key))
    assert "着信数 3 ＝ 応答数 2 ＋ 放棄数 1" in shown or "着信数 2 ＝ 応答数 2" in shown
    assert "内訳と一致" in shown


def test_every_word_is_there_in_both_languages() -> None:
    for japanese, english in WORDS.values():
        assert japanese
        assert english
        assert japanese.count("{}") == english.count("{}")
