"""How the figures are defined: the version, each flow's seconds, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from fsbridge.domain.tally import Targets

VERSION = 1
"""Changes whenever a figure comes to mean something else."""

REPEAT_WITHIN = timedelta(hours=24)
"""A call is a repeated one if its number called within so long before."""

TEXTS: Mapping[str, tuple[str, str]] = {
    "offered": (
        "着信数：受付時間内に業務の待ち行列へ入った着信呼（全体では1呼を1回、窓口別では入るたびに1回）。"
        "時間外着信・IVR途中離脱・回線話中・案内のみは含まない",
        "offered: distinct inbound calls that entered a flow in its opening hours (the centre counts each "
        "call once, a queue each visit); out of hours, left in the IVR and lines busy are apart",
    ),
    "answered": (
        "応答数：オペレーターにつながった着信呼",
        "answered: offered calls that were joined with an operator",
    ),
    "handled": (
        "対応数：着信呼でオペレーターが応対した通話区間（転送は対応数だけに加える。モニタリングは含まない）",
        "handled: operators' legs in inbound calls; a transfer adds here alone, monitoring legs do not count",
    ),
    "abandoned": (
        "放棄数：待っている間に切断された呼（短時間放棄を除く）",
        "abandoned: the caller left while waiting, short abandons apart",
    ),
    "short abandoned": (
        "短時間放棄：最初の待ち開始から{short}秒以内の放棄",
        "short abandoned: the same within {short} s of first entering",
    ),
    "overflowed": (
        "あふれ終了：時間切れ・オペレーター不在・キー操作・操作による取り出しで待ち行列を出て、応答されなかった呼",
        "overflowed: left by time-out, no operator, key or command, and not answered after it",
    ),
    "answer rate": (
        "応答率：応答数÷着信数。2行目は 応答数÷（着信数−短時間放棄）",
        "answer rate: answered ÷ offered; net: answered ÷ (offered − short abandoned)",
    ),
    "service level": (
        "サービスレベル：最初の待ち開始から{within}秒以内の応答÷（着信数−短時間放棄）。あふれは分母に残す",
        "service level: answered within {within} s of first entering ÷ (offered − short abandoned); "
        "overflow stays in the denominator",
    ),
    "asa": (
        "平均応答時間：応答した呼の、最初の待ち開始から応答まで（中央値・90パーセンタイルも表示）",
        "ASA: from first entering to the answer, over answered calls, with median and 90th percentile",
    ),
    "aht": (
        "平均処理時間：通話＋保留＋後処理。終わっていない区間は除き、その数を示す。発信は別に数える",
        "AHT: talk + hold + wrap-up of handled legs; open legs are left out and shown, outbound is apart",
    ),
    "occupancy": (
        "占有率：（通話＋保留＋後処理）÷（通話＋保留＋後処理＋待受）。呼出中は待受に含み、離席・休憩は除く",
        "occupancy: (talk + hold + wrap-up) ÷ (talk + hold + wrap-up + ready); ringing is ready, breaks not",
    ),
    "utilisation": (
        "稼働率：（通話＋保留＋後処理＋待受）÷ログイン時間",
        "utilisation: (talk + hold + wrap-up + ready) ÷ logged-in time",
    ),
    "repeat": (
        "再入電：同じ番号から24時間以内に先の着信がある着信呼（非通知は数えない）",
        "repeated: offered calls whose number had called in the 24 hours before; anonymous ones do not count",
    ),
    "entry": (
        "時間帯は待ち開始の時刻による（半開区間）。日をまたぐ呼は待ち開始の日、オペレーターの状態は区間の境で分ける",
        "a call belongs to the interval in which it entered (half-open), also across midnight; "
        "operators' states are cut at the intervals' ends",
    ),
}
"""Each definition in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Label:
    """What people call a flow, queue, operator or case; `parent` is a queue's flow, a case's upper level.

    >>> Label("漏水・緊急", "leak").of("en")
    'leak'
    """

    name: str
    name_en: str = ""
    parent: str = ""

    def of(self, language: str) -> str:
        """The name in a language; the Japanese one if there is no other."""
        return self.name_en if language == "en" and self.name_en else self.name


Labels = Mapping[str, Mapping[str, Label]]
"""By group (``flow``, ``queue``, ``operator``, ``case``) and key, in the order they are listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What figures were counted by: version, time zone, each flow's targets and goal, the opening hours.

    >>> basis = Basis(zone="Asia/Tokyo", flows={"leak": Targets(timedelta(seconds=3))})
    >>> basis.of("leak").short_abandon.seconds, basis.of("other").short_abandon.seconds
    (3, 5)
    >>> Basis.from_data(basis.data()) == basis
    True
    """

    zone: str
    flows: Mapping[str, Targets] = field(default_factory=dict)
    goals: Mapping[str, int] = field(default_factory=dict)
    schedule: str = ""
    version: int = VERSION

    def of(self, flow: str) -> Targets:
        """A flow's seconds; the usual ones for a flow that has none."""
        return self.flows.get(flow) or Targets()

    def data(self) -> dict[str, Any]:
        """Plain data, for the store and for JSON; seconds and per cent."""
        flows = {
            key: {
                "short_abandon": int(one.short_abandon.total_seconds()),
                "answer_within": int(one.answer_within.total_seconds()),
                "target": self.goals.get(key),
            }
            for key, one in self.flows.items()
        }
        return {"version": self.version, "zone": self.zone, "schedule": self.schedule, "flows": flows}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Basis:
        """What `data` gave."""
        flows: Mapping[str, Mapping[str, Any]] = data["flows"]
        return cls(
            zone=data["zone"],
            version=data["version"],
            schedule=data["schedule"],
            flows={
                key: Targets(timedelta(seconds=one["short_abandon"]), timedelta(seconds=one["answer_within"]))
                for key, one in flows.items()
            },
            goals={key: one["target"] for key, one in flows.items() if one["target"] is not None},
        )

    def texts(self, language: str, flows: Collection[str] = ()) -> dict[str, str]:
        """The definitions as sentences, with the seconds that hold here (in these flows; none: in all).

        >>> Basis(zone="Asia/Tokyo").texts("ja")["short abandoned"]
        '短時間放棄：最初の待ち開始から5秒以内の放棄'
        """
        chosen = [self.of(flow) for flow in flows or self.flows] or [Targets()]
        short = sorted({int(one.short_abandon.total_seconds()) for one in chosen})
        within = sorted({int(one.answer_within.total_seconds()) for one in chosen})
        gaps = {"short": "/".join(map(str, short)), "within": "/".join(map(str, within))}
        return {key: both[language == "en"].format(**gaps) for key, both in TEXTS.items()}
