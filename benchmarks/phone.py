"""The phone in a browser slowed down to a cheap one: bytes and seconds of the first start over 3G, warm start without network,
from 保存 to saved, 100 captures sent, space used. Aims: ≤ 300 KB before the app is usable, ≤ 2 s offline.

The yardstick of the first start is the office's sign-on page over the same line.
"""

import os
import shutil
import time
from statistics import median
from typing import Any

from _ground import home, machine, served
from playwright.sync_api import CDPSession, Page, expect, sync_playwright

SLOWER = 4  # times slower than this machine, as Chromium's tools picture a mid-range phone
DOWN, UP, LATENCY = 1.6e6 / 8, 750e3 / 8, 300  # bytes a second, ms: "3G" of Chromium's tools, half a second there and back
PIN = "枫桥2468"
CAPTURES = 100


def narrow(session: CDPSession, *, offline: bool = False, line: bool = True) -> None:
    """The line this page has from now on."""
    down, up, latency = (DOWN, UP, LATENCY) if line else (-1, -1, 0)
    session.send("Network.emulateNetworkConditions", {"offline": offline, "downloadThroughput": down, "uploadThroughput": up, "latency": latency})


def counted(page: Page) -> tuple[CDPSession, list[float]]:
    """A page on the slow line, and the bytes that came over it (headers too)."""
    session, came = page.context.new_cdp_session(page), []
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
    narrow(session)
    return session, came


def started(context: Any, address: str, sign: str) -> tuple[float, int]:
    """Seconds and bytes until the sign stands on the screen, nothing cached."""
    page = context.new_page()
    _, came = counted(page)
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    expect(page.locator(sign).first).to_be_visible(timeout=60_000)
    took = time.perf_counter() - begun
    page.close()
    return took, int(sum(came))


def capture(page: Page, text: str) -> float:
    """Milliseconds from 保存 to the record in the list."""
    page.get_by_role("navigation").get_by_text("记一笔").click()
    page.get_by_role("radio", name="隐患").check()
    page.get_by_label("情况", exact=True).fill(text)
    begun = time.perf_counter()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".fq-card", has_text=text)).to_be_visible()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    machine()
    os.environ["FENGQIAO_DEMO"] = "1"
    with home(), served() as at, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        options: dict[str, Any] = {"base_url": at.url, "viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        for what, address, sign in (("phone, first start", "/phone/", ".fq-button"), ("office, sign-on page", "/login/", "input[name=password]")):
            runs = []
            for _ in range(3):
                context = chromium.new_context(**options, service_workers="block")
                runs.append(started(context, address, sign))
                context.close()
            print(f"{what:<38}{median(t for t, _ in runs):6.1f} s{median(b for _, b in runs) / 1000:8.0f} KB   over 3G, processor {SLOWER} times slower")
        context = chromium.new_context(**options)
        page = context.new_page()
        page.goto("/demo/")
        page.locator('button[value="gao"]').click()
        page.wait_for_url("**/")
        page.goto("/phone/")
        page.get_by_label("手机端密码").fill(PIN)
        page.get_by_label("再输一遍").fill(PIN)
        page.get_by_role("button", name="启用本机").click()
        expect(page.get_by_role("navigation").get_by_text("记一笔")).to_be_visible()
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        context.set_offline(True)
        shown, opened = [], []
        for _ in range(5):
            page.close()
            page = context.new_page()
            session, _ = counted(page)
            narrow(session, offline=True)
            begun = time.perf_counter()
            page.goto("/phone/", wait_until="commit")
            page.get_by_label("输入手机端密码").fill(PIN)
            shown.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            page.get_by_role("button", name="打开").click()
            expect(page.get_by_role("heading", name="今天")).to_be_visible()
            opened.append(time.perf_counter() - begun)
        print(f"{'warm start without network':<38}{median(shown):6.1f} s            until the PIN can be typed")
        print(f"{'PIN to today':<38}{median(opened):6.1f} s            310,000 rounds on a processor {SLOWER} times slower")
        took = [capture(page, f"第{n:03d}条 排水沟堵塞") for n in range(CAPTURES)]
        print(f"{'保存 to saved, without network':<38}{median(took):6.0f} ms           the first {took[0]:.0f}, the {CAPTURES}th {took[-1]:.0f} (processor {SLOWER} times slower)")
        used = page.evaluate("async () => (await navigator.storage.estimate()).usageDetails ?? {}")
        print(f"{f'space after {CAPTURES} captures, no photos':<38}{used.get('indexedDB', 0) / 1e6:6.1f} MB records{used.get('caches', 0) / 1e6:6.1f} MB the app itself")
        begun = time.perf_counter()
        narrow(session)
        context.set_offline(False)
        expect(page.locator(".fq-strip")).not_to_contain_text("待发", timeout=300_000)
        print(f"{f'{CAPTURES} captures sent and answered':<38}{time.perf_counter() - begun:6.1f} s            over 3G, the server on the same machine")
        chromium.close()


if __name__ == "__main__":
    main()
