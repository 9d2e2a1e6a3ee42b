"""The wallboard in a browser: right figures, at once; and it never shows old ones as new."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.conftest import BoardProgram, Shoot

QUEUES = ["opening@kanazawa", "leak@kanazawa", "billing@kanazawa", "other@kanazawa"]


def tile(page: Page, name: str) -> tuple[str, str]:
    """A tile's selector parts: its value and its foot."""
    base = f"article:has(h2:text-is('{name}'))"
    return f"{base} .value", f"{base} .foot"


def busy_morning(board: BoardProgram) -> None:
    """Six calls: three answered by two operators, one given up at once, two waiting."""
    board.tell("operators", 3, 1, QUEUES)
    for number, queue in enumerate(QUEUES[:3]):
        board.tell("enter", f"v{number}", queue)
        board.tell("answer", f"v{number}", queue, f"op0{number % 2}")
    board.tell("enter", "v3", QUEUES[1])
    board.tell("give_up", "v3", QUEUES[1])
    board.tell("enter", "v4", QUEUES[3])
    board.tell("enter", "v5", QUEUES[3])


def test_the_figures_are_the_floor_s_and_follow_it(page: Page, board: BoardProgram, shoot: Shoot) -> None:
    busy_morning(board)
    page.goto(f"{board.address}/")
    expect(page.locator("h1")).to_have_text("金沢市企業局 電話受付センター")
    expect(page.locator(".pill")).to_contain_text("受付中")
    expect(page.locator("header")).to_contain_text("繁忙期")
    expect(page.locator("header")).to_contain_text("席 18 / 20")
    expect(page.locator(".clock")).to_have_text("10:42")  # the centre's zone, not the browser's
    for name, value in {
        "待ち呼数": "2件",
        "受付可能オペレーター": "1名",
        "着信数": "6件",
        "応答数": "3件",
        "放棄数": "0件",
    }.items():
        expect(page.locator(tile(page, name)[0])).to_have_text(value)
    expect(page.locator(tile(page, "放棄数")[1])).to_contain_text("短時間放棄 1")
    leak = page.locator("tbody tr", has_text="漏水・緊急")
    expect(leak.locator("td").nth(3)).to_have_text("2")
    shoot(page, "wallboard")

    board.tell("enter", "v6", QUEUES[1])
    expect(page.locator(tile(page, "着信数")[0])).to_have_text("7件")
    expect(leak.locator("td").nth(0)).to_have_text("1")
    board.tell("give_up", "v6", QUEUES[1])
    expect(leak.locator("td").nth(0)).to_have_text("0")


def test_a_level_is_a_shape_a_word_and_a_colour(page: Page, board: BoardProgram) -> None:
    board.tell("operators", 0, 2, QUEUES)
    board.tell("enter", "v1", QUEUES[0])
    page.goto(f"{board.address}/wallboard")
    expect(page.locator("article.caution", has_text="待ち呼数")).to_contain_text("▲ 注意")
    expect(page.locator("article.alarm", has_text="受付可能")).to_contain_text("◆ 警報")
    for visit in ("v2", "v3"):
        board.tell("enter", visit, QUEUES[0])
    expect(page.locator("article.alarm", has_text="待ち呼数")).to_contain_text("◆ 警報")


def test_a_lost_switch_is_said_over_the_figures(page: Page, board: BoardProgram, shoot: Shoot) -> None:
    busy_morning(board)
    page.goto(f"{board.address}/wallboard")
    expect(page.locator(".lost")).to_have_count(0)
    board.tell("lost")
    expect(page.get_by_role("alert")).to_contain_text("電話交換機との接続が切れました")
    shoot(page, "wallboard-lost")
    board.tell("heard")
    expect(page.locator(".lost")).to_have_count(0)


def test_a_lost_server_is_noticed_and_found_again_without_a_reload(page: Page, board: BoardProgram) -> None:
    busy_morning(board)
    page.goto(f"{board.address}/wallboard")
    expect(page.locator(tile(page, "着信数")[0])).to_have_text("6件")
    board.kill()
    expect(page.get_by_role("alert")).to_contain_text("サーバーとの接続が切れました")
    board.start()
    board.tell("operators", 1, 0, QUEUES)
    board.tell("enter", "w1", QUEUES[0])
    expect(page.locator(".lost")).to_have_count(0)
    expect(page.locator(tile(page, "着信数")[0])).to_have_text("1件")


@pytest.mark.parametrize(
    ("name", "width", "height", "lang"),
    [("laptop-en", 1366, 768, "en"), ("zoomed", 960, 540, "ja"), ("tall", 420, 900, "ja")],
)
def test_nothing_is_cut_off(
    browser: Browser, board: BoardProgram, shoot: Shoot, name: str, width: int, height: int, lang: str
) -> None:
    busy_morning(board)
    page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
    page.goto(f"{board.address}/wallboard?lang={lang}")
    expect(page.locator("article")).to_have_count(8)
    shoot(page, f"wallboard-{name}")
    wide = page.evaluate(
        "[...document.querySelectorAll('.value, .tile h2, header > *')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_nothing_comes_from_elsewhere(page: Page, board: BoardProgram) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(f"{board.address}/wallboard")
    expect(page.locator("article")).to_have_count(8)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert {url.split("/")[2] for url in asked} == {f"127.0.0.1:{board.port}"}


def test_another_origin_is_refused(page: Page, board: BoardProgram) -> None:
    page.goto("data:text/html,<title>elsewhere</title>")
    outcome = page.evaluate(
        """address => new Promise(resolve => {
            const socket = new WebSocket(address);
            socket.onopen = () => resolve("let in");
            socket.onerror = () => resolve("refused");
        })""",
        f"ws://127.0.0.1:{board.port}/socket.io/?EIO=4&transport=websocket",
    )
    assert outcome == "refused"
