"""Every word the terminal shows, in Japanese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fsbridge.domain import events as ev
from fsbridge.domain.operators import Activity, OperatorState, OperatorStatus
from fsbridge.domain.views import CallState
from fsbridge.errors import InvalidArgument


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language. Sentences have gaps in braces.

    >>> words("en").waiting
    'waiting'
    """

    title: str
    waiting: str
    longest: str
    available: str
    talking: str
    offered: str
    answered: str
    answer_rate: str
    in_time: str
    abandoned: str
    short: str
    overflowed: str
    now: str
    today: str
    queues: str
    queue: str
    offering: str
    operators: str
    operator: str
    doing: str
    since: str
    calls: str
    call: str
    number: str
    state: str
    wait: str
    talk: str
    events: str
    connected: str
    not_yet: str
    lost: str
    stale: str
    never: str
    fresh: str
    gaps: str
    inferred: str
    unbalanced: str
    filter: str
    more: str
    nothing: str
    anonymous: str
    second: str
    queue_titles: tuple[str, ...]
    activities: Mapping[Activity, str]
    statuses: Mapping[OperatorStatus, str]
    states: Mapping[OperatorState, str]
    call_states: Mapping[CallState, str]
    reasons: Mapping[ev.LeftReason, str]
    started: str
    placed: str
    hung_up: str
    entered: str
    offer_made: str
    offer_answered: str
    offer_failed: str
    spoke: str
    conversation_ended: str
    left: str
    added: str
    status_changed: str
    missed: str
    held: str
    resumed: str


JAPANESE = Words(
    title="着信状況",
    waiting="待ち呼数",
    longest="最長待ち",
    available="受付可能",
    talking="通話中",
    offered="着信数",
    answered="応答数",
    answer_rate="応答率",
    in_time="{}秒以内",
    abandoned="放棄数",
    short="短時間放棄",
    overflowed="あふれ",
    now="現在",
    today="本日",
    queues="窓口",
    queue="窓口",
    offering="呼出",
    operators="オペレーター",
    operator="担当",
    doing="状態",
    since="経過",
    calls="通話",
    call="相手",
    number="番号",
    state="状態",
    wait="待ち",
    talk="通話",
    events="できごと",
    connected="接続中",
    not_yet="接続待ち",
    lost="接続断",
    stale="{since}から接続断（{reason}）。表示は{at}時点のもの",
    never="{since}から接続できません（{reason}）",
    fresh="{age}前に更新",
    gaps="本日の受信中断 {count}回、最後は{since}〜{until}",
    inferred="推定を含む結果 {count}件",
    unbalanced="内訳の合計が着信数と一致しません（{where}）",
    filter="絞り込み「{text}」",
    more="ほか{count}件",
    nothing="ありません",
    anonymous="非通知",
    second="{}秒",
    queue_titles=(
        "待ち",
        "最長",
        "呼出",
        "通話",
        "受付",
        "着信",
        "応答",
        "応答率",
        "放棄",
        "短時間",
        "あふれ",
    ),
    activities={
        Activity.READY: "待受",
        Activity.RINGING: "呼出中",
        Activity.TALKING: "通話中",
        Activity.HOLDING: "保留中",
        Activity.WRAP_UP: "後処理",
        Activity.ON_BREAK: "休憩",
        Activity.LOGGED_OUT: "退席",
        Activity.UNKNOWN: "不明",
    },
    statuses={
        OperatorStatus.LOGGED_OUT: "退席",
        OperatorStatus.AVAILABLE: "待受",
        OperatorStatus.ON_DEMAND: "待受（都度）",
        OperatorStatus.ON_BREAK: "休憩",
        OperatorStatus.UNKNOWN: "不明",
    },
    states={
        OperatorState.IDLE: "後処理",
        OperatorState.WAITING: "待機",
        OperatorState.RECEIVING: "呼出中",
        OperatorState.IN_A_CALL: "通話中",
        OperatorState.RESERVED: "予約",
        OperatorState.UNKNOWN: "不明",
    },
    call_states={
        CallState.RINGING: "呼出中",
        CallState.IN_FLOW: "案内中",
        CallState.WAITING: "待ち",
        CallState.OFFERED: "呼出中",
        CallState.TALKING: "通話中",
        CallState.HELD: "保留中",
    },
    reasons={
        ev.LeftReason.SERVED: "応対終了",
        ev.LeftReason.GAVE_UP: "待ちきれず切断",
        ev.LeftReason.TIMED_OUT: "待ち時間切れ",
        ev.LeftReason.NO_OPERATOR: "オペレーター不在",
        ev.LeftReason.EXIT_KEY: "キー操作で退出",
        ev.LeftReason.TAKEN_OUT: "取り出し",
    },
    started="{number} から {destination} へ着信",
    placed="{number} から {destination} へ発信",
    hung_up="回線を切断（{cause}）",
    entered="{number} が {queue} で待ち始めた",
    offer_made="{operator} を呼出（{number}）",
    offer_answered="{operator} が受けた（{number}）",
    offer_failed="{operator} は出なかった（{cause}）",
    spoke="通話が始まった",
    conversation_ended="{operator} の通話が終わった（{number}）",
    left="{number} が {queue} を離れた：{reason}",
    added="{operator} を登録",
    status_changed="{operator} は {status}",
    missed="{operator} が {count}回続けて出なかった",
    held="保留にした",
    resumed="保留を解いた",
)
ENGLISH = Words(
    title="Call floor",
    waiting="waiting",
    longest="longest",
    available="available",
    talking="talking",
    offered="offered",
    answered="answered",
    answer_rate="ans. rate",
    in_time="in {} s",
    abandoned="abandoned",
    short="short ab.",
    overflowed="overflow",
    now="now",
    today="today",
    queues="Queues",
    queue="queue",
    offering="ringing",
    operators="Operators",
    operator="operator",
    doing="doing",
    since="for",
    calls="Calls",
    call="caller",
    number="number",
    state="state",
    wait="wait",
    talk="talk",
    events="Events",
    connected="connected",
    not_yet="not connected yet",
    lost="connection lost",
    stale="no events since {since} ({reason}); shown as of {at}",
    never="no connection since {since} ({reason})",
    fresh="updated {age} ago",
    gaps="{count} gaps in the events today, the last {since}–{until}",
    inferred="{count} outcomes inferred",
    unbalanced="the parts do not add up to the offered calls ({where})",
    filter="filter “{text}”",
    more="and {count} more",
    nothing="none",
    anonymous="anonymous",
    second="{} s",
    queue_titles=("wait", "long", "ring", "talk", "free", "off.", "ans.", "rate", "aband", "short", "over"),
    activities={one: one.value for one in Activity},
    statuses={one: one.value.lower() for one in OperatorStatus},
    states={one: one.value.lower() for one in OperatorState},
    call_states={
        CallState.RINGING: "ringing",
        CallState.IN_FLOW: "in flow",
        CallState.WAITING: "waiting",
        CallState.OFFERED: "ringing",
        CallState.TALKING: "talking",
        CallState.HELD: "on hold",
    },
    reasons={
        ev.LeftReason.SERVED: "served",
        ev.LeftReason.GAVE_UP: "gave up",
        ev.LeftReason.TIMED_OUT: "timed out",
        ev.LeftReason.NO_OPERATOR: "no operator",
        ev.LeftReason.EXIT_KEY: "pressed the exit key",
        ev.LeftReason.TAKEN_OUT: "taken out",
    },
    started="{number} calls {destination}",
    placed="{number} placed a call to {destination}",
    hung_up="hung up ({cause})",
    entered="{number} waits in {queue}",
    offer_made="{operator} rings ({number})",
    offer_answered="{operator} picked up ({number})",
    offer_failed="{operator} did not answer ({cause})",
    spoke="conversation began",
    conversation_ended="{operator} finished ({number})",
    left="{number} left {queue}: {reason}",
    added="{operator} added",
    status_changed="{operator} is {status}",
    missed="{operator} missed {count} calls in a row",
    held="put on hold",
    resumed="off hold",
)
_LANGUAGES = {"ja": JAPANESE, "en": ENGLISH}


def words(lang: str) -> Words:
    """The words of a language.

    >>> words("ja").waiting
    '待ち呼数'
    """
    try:
        return _LANGUAGES[lang]
    except KeyError:
        raise InvalidArgument("lang", f"is none of {', '.join(_LANGUAGES)}") from None
