"""The words of reports and of the call history, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # Reports
    "title": ("運用統計", "Figures"),
    "offered": ("着信数", "offered"),
    "answered": ("応答数", "answered"),
    "abandoned": ("放棄数", "abandoned"),
    "short abandoned": ("短時間放棄", "short abandoned"),
    "overflowed": ("あふれ終了", "overflowed"),
    "waiting": ("待機中", "waiting"),
    "answer rate": ("応答率", "answer rate"),
    "net answer rate": ("応答率（短時間放棄を除く）", "net answer rate"),
    "service level": ("サービスレベル", "service level"),
    "within": ("{}秒", "{} s"),
    "goal": ("目標{}%", "goal {}%"),
    "asa": ("平均応答時間", "ASA"),
    "median": ("中央値", "median"),
    "wait 90": ("90%値", "90th"),
    "handled": ("対応数", "handled"),
    "aht": ("平均処理時間", "AHT"),
    "open": ("未終了{}件を除く", "{} open left out"),
    "talk": ("通話", "talk"),
    "hold": ("保留", "hold"),
    "wrap-up": ("後処理", "wrap-up"),
    "outbound": ("発信", "outbound"),
    "occupancy": ("占有率", "occupancy"),
    "utilisation": ("稼働率", "utilisation"),
    "logged in": ("ログイン", "logged in"),
    "repeat": ("再入電", "repeated"),
    "out of hours": ("時間外着信", "out of hours"),
    "left in IVR": ("IVR途中離脱", "left in the IVR"),
    "lines busy": ("回線話中", "lines busy"),
    "announcement": ("案内のみ", "announcement alone"),
    "in flow": ("案内中", "in the menu"),
    "arrived": ("総着信", "arrived"),
    "unclear": ("不整合", "unclear"),
    "in time": ("目標時間内応答", "answered in time"),
    "inferred": ("推定", "inferred"),
    "timed out": ("時間切れ", "timed out"),
    "no operator": ("オペレーター不在", "no operator"),
    "exit key": ("キー操作で退出", "exit key"),
    "taken out": ("取り出し", "taken out"),
    # What became of one call
    "o answered": ("応答", "answered"),
    "o abandoned": ("放棄", "abandoned"),
    "o short abandoned": ("短時間放棄", "short abandoned"),
    "o waiting": ("待機中", "waiting"),
    "o handled": ("応対", "handled"),
    "o out of hours": ("時間外", "out of hours"),
    "o outbound": ("発信", "outbound"),
    "o inbound": ("着信", "inbound"),
    # Heads of columns, short
    "c offered": ("着信", "offered"),
    "c answered": ("応答", "ans."),
    "c abandoned": ("放棄", "aband."),
    "c short abandoned": ("短時間", "short"),
    "c overflowed": ("あふれ", "over"),
    "c waiting": ("待機", "wait"),
    "c answer rate": ("応答率", "rate"),
    "c net answer rate": ("除短", "net"),
    "c service level": ("SL", "SL"),
    "c asa": ("平均応答", "ASA"),
    "c median": ("中央値", "med."),
    "c wait 90": ("90%値", "90th"),
    "c handled": ("対応", "hand."),
    "c aht": ("平均処理", "AHT"),
    "c occupancy": ("占有率", "occ."),
    "c utilisation": ("稼働率", "util."),
    "c logged in": ("ログイン", "logged in"),
    "c outbound": ("発信", "out"),
    "interval": ("時間帯", "interval"),
    "flow": ("業務", "flow"),
    "queue": ("窓口", "queue"),
    "operator": ("担当", "operator"),
    "case": ("用件", "case"),
    "nobody": ("（なし）", "(none)"),
    "all": ("全体", "all"),
    "sum": ("延べ", "sum of rows"),
    "holds": ("内訳と一致", "adds up"),
    "broken": ("内訳と{}件合いません", "off by {}"),
    "cure": (
        "`fsbridge visits --figure unclear` で該当の呼を表示します",
        "`fsbridge visits --figure unclear` lists the calls",
    ),
    "row broken": ("行の内訳が最大{}件合いません", "a row is off by up to {}"),
    "provisional": (
        "* 速報値（時間帯が終わっていない、または待機中の呼がある）",
        "* provisional: the interval goes on, or callers still wait",
    ),
    "sums": (
        "延べは行の合計。あふれた呼・複数用件の呼は複数の行に入るため、全体（1呼1回）より多くなることがあります",
        "the sum of rows may exceed all (each call once): a call can overflow, or have several cases",
    ),
    "definitions": ("定義 第{}版", "Definitions, version {}"),
    "hours": ("受付時間 {}", "opening hours {}"),
    "kept": ("{}日分は確定済みの集計", "{} days from kept figures"),
    "since": ("{}から", "since {}"),
    "nothing": ("該当する呼はありません", "no calls"),
    "filter": ("絞り込み", "only"),
    # The history
    "time": ("時刻", "time"),
    "number": ("電話番号", "number"),
    "outcome": ("結果", "outcome"),
    "wait": ("待ち", "wait"),
    "call": ("呼", "call"),
    "anonymous": ("非通知", "anonymous"),
    "found": ("{}件", "{} calls"),
    "more": ("ほかにもあります。--limit か日付で絞り込めます", "there are more: use --limit, or give dates"),
    "inbound": ("着信", "inbound"),
    "internal": ("内線", "internal"),
    "transfer": ("転送", "transfer"),
    "monitoring": ("モニタリング", "monitoring"),
    "queued": ("待ち行列へ", "queued"),
    "kind": ("種類", "kind"),
    "note": ("メモ", "note"),
    "no": ("不可", "no"),
    "yes": ("可", "yes"),
    "export": ("ファイル出力", "export"),
    "download": ("ダウンロード", "download"),
    "play": ("録音の再生", "play"),
    "numbers": ("番号の全桁表示", "numbers whole"),
    "role": ("役割", "role"),
    "ringing": ("呼出中", "ringing"),
    "rang out": ("応答なし", "rang out"),
    "rejected": ("拒否", "rejected"),
    "phone gone": ("電話機が不在", "phone gone"),
    "caller hung up": ("相手が切断", "caller hung up"),
    "withdrawn": ("取り下げ", "withdrawn"),
    "m began": ("{number} から {dialled} へ", "{number} calls {dialled}"),
    "m answered": ("回線がつながった", "the line was answered"),
    "m entered": ("{queue} で待ち始めた", "begins to wait in {queue}"),
    "m offered": ("{operator} を呼出", "{operator} rings"),
    "m offer ended": ("{operator}：{outcome}", "{operator}: {outcome}"),
    "m connected": ("{queue} でオペレーターにつながった", "joined with an operator of {queue}"),
    "m left": ("{queue} を離れた（{outcome}）", "left {queue} ({outcome})"),
    "m leg began": ("{operator}（{kind}）", "{operator} ({kind})"),
    "m leg answered": ("{operator} が応答（{kind}）", "{operator} answers ({kind})"),
    "m leg ended": ("{operator} の通話が終わった（保留 {hold}秒）", "{operator} is done (held {hold} s)"),
    "m wrapped up": ("{operator} の後処理が終わった", "{operator} has wrapped up"),
    "m noted": ("{case} {text}", "{case} {text}"),
    "m recording began": ("録音開始 {path}", "recording {path}"),
    "m recording ended": ("録音終了 {path}{purged}", "recording ends {path}{purged}"),
    "m ended": ("切断{cause}", "hung up{cause}"),
    "purged": ("（保存期間を過ぎて消去済み）", " (removed: its time was over)"),
    "judged": ("受付時間の版 {}", "judged by opening hours {}"),
    "kept day": ("日", "day"),
    "revision": ("改訂", "revision"),
    "made": ("集計日時", "counted at"),
    "by whom": ("実行", "by"),
    "reason": ("理由", "reason"),
    "agrees": ("確定済みの集計は通話履歴と一致しています", "kept figures agree with the history"),
    "recount": (
        "数え直すには: fsbridge report recount 日付 --reason 理由",
        "to count a day again: fsbridge report recount DAY --reason …",
    ),
    "definitions version": ("定義", "definitions"),
}
"""Each word in both languages."""
WEEKDAYS = ("月火水木金土日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


def outcome(word: str, language: str) -> str:
    """What became of one call.

    >>> outcome("answered", "ja"), outcome("timed out", "ja")
    ('応答', '時間切れ')
    """
    return say(f"o {word}" if f"o {word}" in WORDS else word, language)


def say(word: str, language: str, *gaps: object) -> str:
    """A word or sentence in ``ja`` or ``en``, its gaps filled; a word nobody translated stays as it is.

    >>> say("within", "ja", 20), say("answered", "en"), say("training", "ja")
    ('20秒', 'answered', 'training')
    """
    both = WORDS.get(word)
    text = word if both is None else both[language == "en"]
    return text.format(*gaps) if gaps else text
