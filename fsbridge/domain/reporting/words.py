"""The words of printed reports, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    # Titles
    "t half-year": ("運用報告書", "Operating report"),
    "t period": ("運用報告書", "Operating report"),
    "t monthly": ("月次報告書", "Monthly report"),
    "t weekly": ("週次報告書", "Weekly report"),
    "t daily": ("日次報告書", "Daily report"),
    "summary": ("概況", "Summary"),
    "course month": ("月別の状況", "By month"),
    "course day": ("日別の状況", "By day"),
    "course hour": ("時間帯別の状況", "By hour"),
    "flows": ("業務別の状況", "By flow"),
    "heat": ("曜日・時間帯別の着信数", "Offered calls by weekday and hour"),
    "operators": ("オペレーター別の状況", "By operator"),
    "cases": ("用件別の状況", "By kind of case"),
    "level": ("サービスレベル", "Service level"),
    "comparison": ("前の期間・前年との比較", "Comparison"),
    "availability": ("サービスの稼働状況", "Availability of the service"),
    "incidents": ("障害・臨時対応の記録", "Incidents"),
    "recordings": ("録音の保存と消去", "Recordings kept and purged"),
    "seats": ("席数の利用状況", "Use of seats"),
    "definitions": ("用語の定義（第{}版）", "Definitions, version {}"),
    # The cover
    "period": ("対象期間", "Period"),
    "counted": ("集計時点", "Counted at"),
    "dated": ("作成日", "Made on"),
    "basis": ("定義の版", "Definitions"),
    "version": ("第{}版", "version {}"),
    "hours": ("受付時間の版", "Opening hours"),
    "provisional": (
        "速報値：期間が終わっていないか、待機中の呼があります。確定後に作り直してください。",
        "Provisional: the period goes on, or callers still wait. Make the report again when it is over.",
    ),
    "broken": (
        "内訳が合いません：着信数と内訳の差が最大{}件あります。`fsbridge visits --figure unclear` で"
        "該当の呼を確認してください。",
        "Does not add up: offered calls and their parts differ by up to {}. "
        "See `fsbridge visits --figure unclear`.",
    ),
    "foot": ("{} {}", "{} {}"),
    # Figures
    "offered": ("着信数", "Offered"),
    "answered": ("応答数", "Answered"),
    "abandoned": ("放棄数", "Abandoned"),
    "short abandoned": ("短時間放棄", "Short abandoned"),
    "overflowed": ("あふれ終了", "Overflowed"),
    "waiting": ("待機中", "Waiting"),
    "answer rate": ("応答率", "Answer rate"),
    "net answer rate": ("応答率（短時間放棄を除く）", "Net answer rate"),
    "service level": ("サービスレベル", "Service level"),
    "within": ("{}秒以内・目標{}%", "within {} s, goal {}%"),
    "net": ("短時間放棄を除く", "net"),
    "in time": ("目標時間内応答", "Answered in time"),
    "asa": ("平均応答時間", "ASA"),
    "median wait": ("応答時間の中央値", "Median wait"),
    "wait 90": ("応答時間の90%値", "90th percentile"),
    "aht": ("平均処理時間", "AHT"),
    "handled": ("対応数", "Handled"),
    "outbound": ("発信数", "Outbound"),
    "occupancy": ("占有率", "Occupancy"),
    "utilisation": ("稼働率", "Utilisation"),
    "logged in": ("ログイン時間", "Logged in"),
    "repeat": ("再入電", "Repeated"),
    "out of hours": ("時間外着信", "Out of hours"),
    "left in IVR": ("IVR途中離脱", "Left in the IVR"),
    "lines busy": ("回線話中", "Lines busy"),
    "announcement": ("案内のみ", "Announcement alone"),
    "in flow": ("案内中", "In the menu"),
    "arrived": ("総着信数", "Arrived"),
    "inferred": ("推定による結果", "Inferred outcomes"),
    "aside": ("着信数に含まない着信", "Calls that entered no flow"),
    "aside note": (
        "総着信数 {} ＝ 着信数 {} ＋ 時間外着信 {} ＋ IVR途中離脱 {} ＋ 回線話中 {} ＋ 案内のみ {} "
        "＋ 案内中 {}",
        "arrived {} = offered {} + out of hours {} + left in the IVR {} + lines busy {} "
        "+ announcement alone {} + in the menu {}",
    ),
    "holds": ("内訳と一致", "adds up"),
    "off by": ("内訳と{}件合いません", "off by {}"),
    "row off by": (
        "行の内訳が最大{}件合いません（着信数 ≠ 内訳の計）",
        "a row is off by up to {} (offered ≠ the sum of its parts)",
    ),
    # Heads of columns
    "h month": ("月", "Month"),
    "h day": ("日", "Day"),
    "h hour": ("時間帯", "Hour"),
    "h offered": ("着信", "Off."),
    "h answered": ("応答", "Ans."),
    "h abandoned": ("放棄", "Aband."),
    "h short abandoned": ("短時間放棄", "Short"),
    "h overflowed": ("あふれ", "Over"),
    "h waiting": ("待機", "Wait"),
    "h answer rate": ("応答率", "Rate"),
    "h service level": ("SL", "SL"),
    "h asa": ("平均応答（秒）", "ASA (s)"),
    "h aht": ("平均処理", "AHT"),
    "h flow": ("業務", "Flow"),
    "h operator": ("オペレーター", "Operator"),
    "h case": ("用件", "Kind of case"),
    "h share": ("構成比", "Share"),
    "h handled": ("対応", "Hand."),
    "h outbound": ("発信", "Out"),
    "h talk": ("通話", "Talk"),
    "h hold": ("保留", "Hold"),
    "h wrap-up": ("後処理", "Wrap-up"),
    "h logged in": ("ログイン", "Logged in"),
    "h occupancy": ("占有率", "Occ."),
    "h utilisation": ("稼働率", "Util."),
    "h figure": ("指標", "Figure"),
    "this half-year": ("今期", "This period"),
    "this period": ("対象期間", "This period"),
    "this monthly": ("当月", "This month"),
    "this weekly": ("当週", "This week"),
    "this daily": ("当日", "This day"),
    "h change": ("増減", "Change"),
    "h goal": ("目標", "Goal"),
    "h within": ("目標時間", "Within"),
    "h short": ("短時間放棄の秒数", "Short abandon"),
    "h denominator": ("分母", "Of"),
    "h met": ("判定", "Met"),
    "met": ("達成", "yes"),
    "not met": ("未達", "no"),
    "h when": ("日時", "When"),
    "h until": ("終わり", "Until"),
    "h length": ("長さ", "Length"),
    "h what": ("種別", "What"),
    "h subject": ("対象", "Of"),
    "h text": ("内容・理由", "Text, reason"),
    "h by": ("実施者", "By"),
    "h made": ("録音件数", "Recorded"),
    "h size": ("容量", "Size"),
    "h purged": ("消去件数", "Purged"),
    "h purged size": ("消去容量", "Purged size"),
    "h failed": ("消去失敗", "Failed"),
    "h missing": ("所在不明", "Missing"),
    "h kept": ("末日の保存件数", "Kept at the end"),
    "h kept size": ("末日の保存容量", "Size kept"),
    "h certificate": ("消去証明書", "Certificate"),
    "h sha256": ("SHA-256（先頭16桁）", "SHA-256 (first 16)"),
    "h most": ("最大同時ログイン", "Most at once"),
    "h seats": ("席数", "Seats"),
    "h used": ("利用率", "Used"),
    "h full": ("満席の時間", "Time full"),
    "h over": ("超過の時間", "Time over"),
    "before half-year": ("前期", "Period before"),
    "before period": ("直前の同日数", "Days before"),
    "before monthly": ("前月", "Month before"),
    "before weekly": ("前週", "Week before"),
    "before daily": ("前週同曜日", "Week before"),
    "year half-year": ("前年同期", "Year before"),
    "year period": ("前年同期", "Year before"),
    "year monthly": ("前年同月", "Year before"),
    "year weekly": ("前年同週", "52 weeks before"),
    "year daily": ("前年同曜日", "52 weeks before"),
    "all": ("全体", "All"),
    "total": ("計", "Total"),
    "sum": ("延べ", "Sum of rows"),
    "nobody": ("（記録なし）", "(none noted)"),
    "goal": ("目標{}%", "goal {}%"),
    "not applicable": ("データなし", "no data"),
    # Notes
    "no data": (
        "{}（{}）：記録がないため、比較できません（データなし）。",
        "{} ({}): nothing was recorded, so there is nothing to compare with (no data).",
    ),
    "data since": (
        "{}（{}）：記録は{}から始まっています。期間の全体ではありません。",
        "{} ({}): records begin on {}; this is not the whole period.",
    ),
    "compared": ("{}：{}", "{}: {}"),
    "sums": (
        "延べは行の合計です。あふれた呼・複数の用件がある呼は複数の行に入るため、全体（1呼1回）より"
        "多くなることがあります。",
        "The sum of rows may exceed all (each call once): a call can overflow, or have several cases.",
    ),
    "operators note": (
        "平均処理＝通話＋保留＋後処理（1件あたり）。終わっていない区間は除いています（{}件）。",
        "AHT = talk + hold + wrap-up of a leg; legs that go on are left out ({}).",
    ),
    "level note": (
        "サービスレベル＝最初の待ち開始から目標時間以内に応答した数÷（着信数−短時間放棄）。あふれ終了は分母に残します。",
        "Service level = answered within the seconds of first entering ÷ (offered − short abandoned); "
        "overflow stays in the denominator.",
    ),
    "inferred note": (
        "うち{}件は、記録の欠けを補って結果を推定しました。",
        "Of these, {} outcomes were worked out where records were incomplete.",
    ),
    "open": (
        "受付時間は{}日間・延べ{}時間でした（現在の受付時間の定義と臨時変更による）。",
        "The centre was open on {} days, {} hours in all (by the hours now in force, with overrides).",
    ),
    "no plan": (
        "受付時間の定義がないため、受付時間は分かりません。",
        "Opening hours are not known: the store holds no plan.",
    ),
    "watched": (
        "監視していた受付時間{}のうち停止は{}、稼働率は{}です。",
        "Of {} watched opening hours, outages took {}: available {}.",
    ),
    "watched since": (
        "稼働の監視記録は{}から始まっています。それより前の停止は分かりません。",
        "The service is watched since {}; outages before that are not known.",
    ),
    "not watched": (
        "この期間の稼働の監視記録はありません。稼働率は「不明」です（停止がなかったことを示すものではありません）。",
        "Nobody watched the service in this period: its availability is not known (which does not mean that "
        "there were no outages).",
    ),
    "no outage": (
        "監視していた間に、記録された停止はありません。",
        "No outage was noted while it was watched.",
    ),
    "unknown": (
        "本システムの外（ひかり電話回線・インターネット回線・庁内LAN・利用者端末）の停止は、ここでは測っていません。",
        "Outages outside this system (telephone and internet lines, LAN, PCs) are not measured here.",
    ),
    "no incident": (
        "この期間に記録された障害・臨時対応はありません。",
        "No incident was noted in this period.",
    ),
    "left out": ("このほかに{}件あります（監査ログを参照）。", "There are {} more (see the audit log)."),
    "drift note": (
        "「状態の食い違い」は、交換機と本システムの状態が食い違い、自動で直した回数です。",
        "Drift: how often what FreeSWITCH and this system held differed, and was repaired.",
    ),
    "no recording": (
        "この期間に録音・消去の記録はありません。",
        "Nothing was recorded or purged in this period.",
    ),
    "retention": ("録音の保存期間：{}。", "Recordings are kept for {}."),
    "no retention": ("録音の保存期間は定められていません。", "Nobody has said how long recordings are kept."),
    "no purge": ("この期間に消去された録音はありません。", "No recording was purged in this period."),
    "years": ("{}年", "{} years"),
    "months": ("{}か月", "{} months"),
    "days": ("{}日", "{} days"),
    "registered": (
        "期末の登録オペレーターIDは{}件（上限{}件）です。",
        "At the end, {} operator IDs were registered (limit {}).",
    ),
    "registered only": (
        "期末の登録オペレーターIDは{}件です。",
        "At the end, {} operator IDs were registered.",
    ),
    "seats note": (
        "席数は現在の計画のシーズン別の上限です。最大同時ログインが席数を超えた時間は「超過の時間」に出ます。",
        "Seats are the season's cap in the plan now in force; time over shows when there were more log-ins.",
    ),
    "no spans": ("この期間にログインの記録はありません。", "Nobody was logged in in this period."),
    "nothing": ("該当する記録はありません。", "There is nothing to show."),
    "kept days": ("{}日分は確定済みの集計によります。", "{} days come from figures that were kept."),
    "since": ("{}から：{}", "since {}: {}"),
    "flow basis": (
        "{}：短時間放棄 {}秒以内、応答目標 {}秒以内、目標 {}",
        "{}: short abandoned within {} s, answered within {} s, goal {}",
    ),
    # Incidents
    "emergency on": ("緊急ガイダンス開始", "emergency announcement on"),
    "emergency off": ("緊急ガイダンス終了", "emergency announcement off"),
    "override on": ("受付時間の臨時変更", "override of opening hours"),
    "override off": ("臨時変更の取消", "override taken back"),
    "counted again": ("集計のやり直し", "figures counted again"),
    "program": ("プログラム停止", "program down"),
    "link": ("交換機との接続断", "event link lost"),
    "drift": ("状態の食い違い", "drift repaired"),
    "alarm": ("警報", "alarm"),
    "times": ("{}回", "{} times"),
    "everybody": ("全業務", "all flows"),
    "s": ("秒", " s"),
}
"""Each word in Japanese and English."""
WEEKDAYS = ("月火水木金土日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


def say(word: str, language: str, *gaps: object) -> str:
    """A word or sentence in ``ja`` or ``en``, its gaps filled.

    >>> say("version", "ja", 1), say("goal", "en", 80)
    ('第1版', 'goal 80%')
    """
    text = WORDS[word][language == "en"]
    return text.format(*gaps) if gaps else text


def weekday(number: int, language: str) -> str:
    """A day of the week, Monday 0.

    >>> weekday(0, "ja"), weekday(6, "en")
    ('月', 'Sun')
    """
    return WEEKDAYS[language == "en"][number]
