"""The figures in a browser: charts by keyboard, numbers that lead to calls, reports shown and taken."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from e2e.test_calls import Enter, enter, program

__all__ = ["enter", "program"]
WHOLE = "/reports?from=2027-03-02&until=2027-03-04"


def test_a_chart_is_read_by_keyboard_and_leads_to_the_calls(enter: Enter) -> None:
    page = enter("boss", f"{WHOLE}&every=day")
    chart = page.locator("[data-plot]").first
    chart.focus()
    chart.press("ArrowRight")
    chart.press("ArrowRight")
    tip = chart.locator(".tip")
    expect(tip).to_contain_text("2027-03-03（水）")
    offered = re.search(r"着信数 (\d+)", tip.inner_text())
    assert offered is not None
    chart.press("Escape")
    expect(tip).to_be_hidden()
    chart.press("End")
    chart.press("ArrowLeft")
    chart.press("Enter")
    page.wait_for_url("**/calls?**")
    expect(page.locator(".totals strong")).to_have_text(f"{offered[1]} 件")


def test_a_number_of_the_table_leads_to_so_many_calls(enter: Enter) -> None:
    page = enter("boss", f"{WHOLE}&by=flow")
    link = page.locator("table.figures tbody tr").nth(1).locator("td.right a").first
    number = link.inner_text()
    link.click()
    page.wait_for_url("**/calls?**")
    expect(page.locator(".totals strong")).to_have_text(re.compile(f"^{number} 件"))


def test_a_report_is_shown_in_its_frame_and_taken_as_a_file(enter: Enter) -> None:
    page = enter("boss", "/reports/print")
    page.get_by_role("link", name="令和9年3月", exact=True).click()
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_contain_text("月次報告書")
    expect(page.locator("[data-frame]")).to_be_hidden()
    expect(page.get_by_role("button", name="印刷")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="PDF").click()
    assert taken.value.suggested_filename == "report-monthly-2027-03.pdf"
    expect(page.locator(".progress")).to_have_text("")
    expect(page.get_by_role("button", name="PDF")).to_be_enabled()
