"""金沢市企業局: the call centre's two public numbers.

Opening hours and flows are the two tables; another city edits those.
"""

from fsbridge import App, Call, Days, Menu, Say, Schedule, Season, SpecialDays, Week

HOURS = Schedule(
    zone="Asia/Tokyo",
    seasons=[
        Season("busy", Days("03..04"), Week.of("08:00-19:00")),
        Season("normal", Days("05..02"), Week.of("08:45-18:00")),
    ],
    special_days=[SpecialDays("new-year", Days("01-01..01-03"), announcement="new-year")],
)

FLOWS = {  # key: queue, what the menu says
    "1": ("opening@kanazawa", "水道の使用開始、中止のお手続きは1を"),
    "2": ("leak@kanazawa", "漏水や緊急のご連絡は2を"),
    "3": ("billing@kanazawa", "料金のお問い合わせは3を"),
    "4": ("other@kanazawa", "その他のご用件は4を"),
}
WITHOUT_A_KEY = "other@kanazawa"  # a telephone that cannot send tones still reaches somebody

GREETING = Say("お電話ありがとうございます。金沢市企業局です。")
CLOSED = {
    "out-of-hours": Say("本日の受付は終了しました。受付時間内におかけ直しください。"),
    "new-year": Say("年始のため、お休みをいただいております。4日以降におかけ直しください。"),
}
WAITING = Say("ただいま電話が混み合っております。このまましばらくお待ちください。")
MUSIC = "tone_stream://%(800,3200,392,494);loops=6"
CUT_OFF = Say("ただいま大変混み合っております。恐れ入りますが、しばらくたってからおかけ直しください。")

MENU = Menu(
    Say("、".join(words for _, words in FLOWS.values()) + "押してください。"),
    {key: queue for key, (queue, _) in FLOWS.items()},
    tries=3,
    timeout=5,
    invalid=Say("番号が正しくありません。"),
    on_timeout=Say("番号が確認できませんでした。"),
    failure=Say("担当におつなぎします。"),
)

app = App("kanazawa", zone=HOURS.zone)


@app.route("076-220-2722", "0120-328117")
def reception(call: Call) -> None:
    """Hours first, then the menu, the queue, and guidance when nobody could answer."""
    standing = HOURS.status(call.now)
    call.answer()
    if not standing.open:
        call.play(CLOSED[standing.announcement])
        return

    call.play(GREETING)
    choice = call.menu(MENU)
    queue = str(choice.value) if choice else WITHOUT_A_KEY

    visit = call.queue(queue, waiting=[WAITING, MUSIC])
    if not visit.answered:
        call.play(CUT_OFF)
