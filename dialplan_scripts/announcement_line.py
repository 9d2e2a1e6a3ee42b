"""Announcement lines: a number to call, a text to hear, 1 to hear it again."""

from fsbridge import App, Call, Menu, Say

LINES = {
    "0762202801": Say("本日、断水の予定はありません。"),
    "0762202802": Say("ガス展は、今月の最終日曜日に開催します。"),
}
AGAIN = Say("もう一度お聞きになるには、1を押してください。")

app = App("announcements")


@app.route(*LINES)
def announce(call: Call) -> None:
    """Says the line's text, again for whoever asks, and hangs up."""
    call.answer()
    call.menu(Menu([LINES[call.number], AGAIN], {"1": Menu.REPEAT}, tries=1, timeout=3))
