"""The words of the simulation's report, and how its page looks."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("センターのシミュレーション", "The centre, simulated"),
    "period": ("期間", "days"),
    "calls": ("呼数", "calls"),
    "operators": ("オペレーター数", "operators"),
    "seed": ("乱数の種", "seed"),
    "offered": ("着信数", "offered"),
    "answered": ("応答数", "answered"),
    "abandoned": ("放棄数", "abandoned"),
    "short_abandoned": ("短時間放棄", "short abandoned"),
    "overflowed": ("あふれ終了", "overflowed"),
    "waiting": ("待機中", "waiting"),
    "service_level": ("サービスレベル", "service level"),
    "answer_rate": ("応答率", "answer rate"),
    "asa": ("平均応答時間", "mean wait"),
    "median_wait": ("待ち時間の中央値", "median wait"),
    "wait_90": ("待ち時間の90%値", "90th percentile"),
    "occupancy": ("占有率", "occupancy"),
    "utilisation": ("稼働率", "utilisation"),
    "flow": ("業務", "flow"),
    "flows": ("業務別", "By flow"),
    "calls by day": ("日別の着信と結果", "Calls by day"),
    "calls note": (
        "時間外・IVR途中離脱・回線話中は着信数に含みません。",
        "Calls out of hours, left in the IVR or on busy lines are not among those offered.",
    ),
    "level by day": ("日別のサービスレベルと応答率", "Service level and answer rate by day"),
    "calls by hour": ("時間帯別の着信と結果（期間の合計）", "Calls by hour of the day (all days)"),
    "waits by hour": ("時間帯別の待ち時間（応答した呼）", "Waits by hour of the day (answered calls)"),
    "waits note": (
        "最初の待ち開始からオペレーターにつながるまで。呼び出しの時間を含みます。",
        "From first entering a queue to the operator, ringing included.",
    ),
    "occupancy by hour": ("時間帯別の占有率と稼働率", "Occupancy and utilisation by hour of the day"),
    "by staffing": ("オペレーター数とサービスレベル", "Service level by number of operators"),
    "simulated": ("シミュレーション", "simulated"),
    "abandoned share": ("放棄率（短時間放棄を含む）", "abandoned, short ones included"),
    "recommended": ("目標に届く最小のオペレーター数：{}名", "The fewest operators that reach the target: {}"),
    "not reached": (
        "調べた人数では目標に届きません。人数を増やしてください。",
        "None of these numbers reaches the target; try more operators.",
    ),
    "staffing note": (
        "アーランC・Aは、全員が全業務を受ける一つの待ち行列として、時間ごとに在席人数で計算した値です。"
        "受け持ちの分かれたセンターでは、シミュレーションのほうが低くなります。",
        "Erlang C and A take everybody to serve one queue, hour by hour with the operators on duty; where "
        "skills differ, the simulated level is lower.",
    ),
    "goal": ("目標 {}%", "target {}%"),
    "s": ("秒", " s"),
    "foot": (
        "実際の通話スクリプト・受付時間・統計の計算を、仮想の時計と架空の呼・オペレーターで動かした結果です。"
        "実績ではありません。",
        "The real call script, opening hours and figures, run on a virtual clock with invented calls and "
        "operators. Nothing here has happened.",
    ),
}
"""Each word in Japanese and English."""

STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#f3f5f7;color:#1d2730;font:15px/1.7 "Noto Sans JP","Noto Sans CJK JP",
"Hiragino Sans","Yu Gothic UI",Meiryo,system-ui,sans-serif}
main{max-width:900px;margin:0 auto;padding:28px 20px 48px}
header p{margin:0;color:#5b6873}h1{margin:0 0 10px;font-size:26px;line-height:1.3}
dl{display:flex;flex-wrap:wrap;gap:4px 22px;margin:0 0 18px}dt{color:#5b6873}dt::after{content:"："}
:lang(en) dt::after{content:": "}dd{margin:0 0 0 -18px;font-variant-numeric:tabular-nums}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:10px;margin:0 0 8px}
.tiles div,section{background:#fff;border:1px solid #dde3e8;border-radius:8px}
.tiles div{padding:10px 14px}.tiles span{display:block;font-size:13px;color:#5b6873}
.tiles b{font-size:22px;font-variant-numeric:tabular-nums}
section{padding:16px 20px;margin-top:18px;break-inside:avoid}h2{margin:0 0 8px;font-size:17px}
section p,main>p{margin:6px 0 0;font-size:13px;color:#5b6873}.broken{color:#c0392b;font-weight:700}
section p.advice{font-size:16px;color:#1d2730;font-weight:700;margin:0 0 8px}
figure{margin:0}svg{width:100%;height:auto;display:block}svg text{font-size:12px;fill:#5b6873}
.grid{stroke:#e6eaee}line.goal{stroke:#c0392b;stroke-dasharray:3 4}svg text.goal{fill:#c0392b}
figcaption{display:flex;flex-wrap:wrap;gap:2px 18px;font-size:13px}figcaption i{
display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:6px}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}
th,td{padding:5px 8px;text-align:right;border-bottom:1px solid #e6eaee}
th{color:#5b6873;font-weight:500;font-size:13px}
th:first-child,td:first-child{text-align:left}footer{margin-top:22px;font-size:13px;color:#5b6873}
@media print{body{background:#fff}main{max-width:none;padding:0}}
"""


def say(word: str, language: str, *gaps: object) -> str:
    """A word in ``ja`` or ``en``, its gaps filled.

    >>> say("goal", "en", 80)
    'target 80%'
    """
    text = WORDS[word][language == "en"]
    return text.format(*gaps) if gaps else text
