"""Contacts as tables: lists, one card, what an import found, the change log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo

from rich.table import Table
from rich.text import Text

from fsbridge.domain.contacts import FIELDS, Card, Contact, Entry, differences
from fsbridge.domain.contacts.sheet import Finding
from fsbridge.services.contact_import import ImportReport
from fsbridge.terminal.clean import clean

_ACTIONS = {
    "added": ("登録", "added", "green"),
    "changed": ("変更", "changed", "yellow"),
    "removed": ("削除", "removed", "red"),
    "merged": ("統合", "merged", "cyan"),
    "merged into": ("統合されて終了", "merged into", "red"),
    "exported": ("書き出し", "exported", "blue"),
}
Words = Callable[[str, str], str]
"""Chooses the Japanese or the English text."""


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def listing(contacts: Iterable[Contact], words: Words) -> Table:
    """Contacts, one below the other."""
    columns = [words(*FIELDS[field]) for field in ("name", "kana", "organisation", "number", "tags")]
    table = _table("#", *columns)
    for contact in contacts:
        card = contact.card
        numbers = Text("\n").join(_number(one.shown, one.label) for one in card.numbers)
        texts = (card.name, card.kana, card.organisation)
        table.add_row(
            Text(str(contact.id), "dim"),
            *(Text(clean(text)) for text in texts),
            numbers,
            Text(clean(words("、", ", ").join(card.tags))),
        )
    return table


def one(contact: Contact, zone: tzinfo, words: Words) -> Table:
    """Everything that is written about a contact."""
    table = _table("", "")
    table.show_header = False
    table.add_row("#", str(contact.id))
    for field, text in _texts(contact.card, words):
        table.add_row(Text(field, "dim"), text)
    for title, at in (
        (words("登録", "added"), contact.created_at),
        (words("変更", "changed"), contact.changed_at),
    ):
        table.add_row(Text(title, "dim"), f"{at.astimezone(zone):%Y-%m-%d %H:%M}")
    return table


def _texts(card: Card, words: Words) -> Iterable[tuple[str, Text]]:
    for field in ("name", "kana", "organisation"):
        if text := getattr(card, field):
            yield words(*FIELDS[field]), Text(clean(text))
    for number in card.numbers:
        yield words(*FIELDS["number"]), _number(number.shown, number.label)
    if card.tags:
        yield words(*FIELDS["tags"]), Text(clean(words("、", ", ").join(card.tags)))
    if card.note:
        lines = "\n".join(clean(line) for line in card.note.splitlines())
        yield words(*FIELDS["note"]), Text(lines)


def _number(shown: str, label: str) -> Text:
    return Text.assemble(shown, (f" {clean(label)}", "dim") if label else "")


def findings(found: Sequence[Finding], language: str, words: Words, *, most: int = 20) -> Table:
    """What is wrong where, each with its cure; the first ones, and how many more there are."""
    table = _table(words("場所", "where"), words("内容と直し方", "what, and its cure"))
    for finding in found[:most]:
        place, sentence = finding.place(language), finding.problem.sentence(language)
        table.add_row(clean(place), Text(clean(sentence)))
    if len(found) > most:
        rest = len(found) - most
        table.add_row(
            "…", words(f"ほか{rest}件（--all ですべて表示）", f"and {rest} more (--all shows them)")
        )
    return table


def summary(report: ImportReport, trial: bool, words: Words) -> Text:
    """What an import did, in one line."""
    counts = [
        (report.added, "登録 {}件", "added {}"),
        (report.updated, "更新 {}件", "updated {}"),
        (report.unchanged, "変更なし {}件", "unchanged {}"),
        (report.skipped, "重複のため見送り {}件", "duplicates left out {}"),
        (report.bad_rows, "読めない行 {}件", "bad rows {}"),
        (report.mended, "先頭の0を補った番号 {}件", "leading zeros restored {}"),
    ]
    said = [words(ja, en).format(f"{count:,}") for count, ja, en in counts if count]
    text = words("、", ", ").join(said) or words("登録するものはありません", "nothing to add")
    if report.written:
        return Text(words(f"✔ 取り込みました：{text}", f"✔ imported: {text}"), "green")
    if trial:
        done = words(f"試行です。何も登録していません：{text}", f"a trial, nothing was written: {text}")
        return Text(f"○ {done}", "yellow")
    done = words(f"何も登録していません（正しければ：{text}）", f"nothing was written (would be: {text})")
    return Text(f"✘ {done}", "bold red")


def log(entries: Iterable[Entry], zone: tzinfo, words: Words) -> Table:
    """Who changed what, the newest first, each with before and after."""
    titles = words("日時 操作した人 操作 連絡先 内容", "when who what contact change").split()
    table = _table(*titles)
    for entry in entries:
        ja, en, style = _ACTIONS.get(entry.action, (entry.action, entry.action, ""))
        card = entry.after or entry.before or {}
        which = f"#{entry.contact} {card.get('name', '')}" if entry.contact else "–"
        table.add_row(
            f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            clean(entry.actor),
            Text(words(ja, en), style),
            Text(clean(which)),
            _change(entry, words),
        )
    return table


def _change(entry: Entry, words: Words) -> Text:
    lines = [Text(clean(entry.reason), "dim")] if entry.reason else []
    for field, before, after in differences(entry.before, entry.after):
        title = words(*FIELDS["number" if field == "numbers" else field])
        was, now = clean(before, 80), clean(after, 80)
        changed = f"{was or '–'} → {now or '–'}" if entry.before and entry.after else was or now
        lines.append(Text.assemble((f"{title} ", "dim"), changed))
    return Text("\n").join(lines)
