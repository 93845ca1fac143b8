"""The phone app in a browser of 390 × 844, against the running product: days without signal, nothing lost, nothing twice."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Person

pytestmark = pytest.mark.browser
PIN = "枫桥2468"
PHOTO = Path(__file__).parents[2] / "phone" / "public" / "icon-512.png"
LOOK = os.environ.get("FENGQIAO_LOOK")  # a folder: pictures of what the tests see


@pytest.fixture
def carry(person: Person) -> Any:
    """`carry("gao")` is that account's phone, enrolled, open, and kept by its service worker."""

    def enrolled(username: str, label: str = "", **options: Any) -> Page:
        page = person(username, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, service_workers="allow", **options)
        page.goto("/phone/")
        page.get_by_label("手机端密码").fill(PIN)
        page.get_by_label("再输一遍").fill(PIN)
        if label:
            page.get_by_label("本机名称").fill(label)
        look(page, "enrol")
        page.get_by_role("button", name="启用本机").click()
        expect(page.get_by_role("navigation").get_by_text("记一笔")).to_be_visible()
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        return page

    return enrolled


def look(page: Page, name: str) -> None:
    if LOOK:
        page.screenshot(path=f"{LOOK}/{name}.png")


def unlock(page: Page) -> None:
    page.goto("/phone/")
    page.get_by_label("输入手机端密码").fill(PIN)
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_role("navigation").get_by_text("记一笔")).to_be_visible()


def capture(page: Page, text: str, kind: str = "矛盾纠纷", photo: bool = False, place: str = "") -> None:
    page.get_by_role("navigation").get_by_text("记一笔").click()
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("情况", exact=True).fill(text)
    if place:
        page.get_by_label("地点", exact=True).fill(place)
    if photo:
        page.locator('input[type="file"]').set_input_files(PHOTO)
        expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text(text).first).to_be_visible()


def waits(page: Page, count: int) -> None:
    strip = page.locator(".fq-strip")
    if count:
        expect(strip).to_contain_text(f"{count} 条待发")
    else:
        expect(strip).not_to_contain_text("待发", timeout=60_000)


@pytest.mark.spec("NP-29")
def test_twenty_captures_in_airplane_mode_arrive_once_each(carry: Any) -> None:
    """The row's own figure: 20 records without network, synced later, none lost, none doubled."""
    page: Page = carry("gao")
    page.context.set_offline(True)
    for n in range(20):
        capture(page, f"飞行模式第{n:02d}条 南街排水沟堵塞", "隐患")
    waits(page, 20)
    look(page, "offline-20")
    page.context.set_offline(False)
    waits(page, 0)
    reports = made(page)
    assert sorted(reports) == [f"飞行模式第{n:02d}条 南街排水沟堵塞" for n in range(20)]


def made(page: Page) -> list[str]:
    """Titles of the matters the signed-on account sees at the office, of this test's words."""
    answer = page.request.get("/matters/?q=飞行模式&size=100")
    return re.findall(r"飞行模式第\d\d条 南街排水沟堵塞", answer.text())


def test_what_is_being_written_survives_a_closed_browser_and_no_network(carry: Any) -> None:
    page: Page = carry("gao")
    page.context.set_offline(True)
    page.get_by_role("navigation").get_by_text("记一笔").click()
    page.get_by_role("radio", name="群众需求").check()
    page.get_by_label("情况", exact=True).fill("老人要办证，腿脚不便")
    page.locator('input[type="file"]').set_input_files(PHOTO)
    expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()
    page.wait_for_timeout(600)
    look(page, "capture")
    context = page.context
    page.close()
    page = context.new_page()
    unlock(page)  # from the phone's own store: there is no network
    look(page, "today-empty")
    page.get_by_role("navigation").get_by_text("记一笔").click()
    expect(page.get_by_text("没有保存的内容")).to_be_visible()
    expect(page.get_by_label("情况", exact=True)).to_have_value("老人要办证，腿脚不便")
    expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    waits(page, 2)  # the capture, and its photo's announcement
    context.set_offline(False)
    waits(page, 0)


def test_a_connection_cut_in_the_middle_of_every_request_loses_and_doubles_nothing(carry: Any) -> None:
    page: Page = carry("gao")
    page.context.set_offline(True)
    for n in range(3):
        capture(page, f"断线第{n}条 桥头路灯不亮", "隐患")
    cut = {"asked": 0}

    def answers_are_lost(route: Route) -> None:
        cut["asked"] += 1
        if cut["asked"] % 2:  # the station gets it, the phone never hears of it
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.context.route("**/field/v1/**", answers_are_lost)
    page.context.set_offline(False)
    page.get_by_role("navigation").get_by_text("我", exact=True).click()
    for _ in range(8):
        page.get_by_role("button", name="立即发送").click()
        expect(page.get_by_role("button", name="立即发送")).to_be_visible()
    waits(page, 0)
    page.context.unroute("**/field/v1/**")
    answer = page.request.get("/matters/?q=断线第")
    assert sorted(set(re.findall(r"断线第\d条", answer.text()))) == [f"断线第{n}条" for n in range(3)]
    assert cut["asked"] > 3


def test_the_wrong_pin_is_counted_and_the_tenth_leaves_only_what_the_station_can_open(carry: Any) -> None:
    page: Page = carry("gao")
    page.context.set_offline(True)
    capture(page, "最后一条", "线索")
    page.goto("/phone/")
    for left in range(9, 0, -1):
        page.get_by_label("输入手机端密码").fill("000111")
        page.get_by_role("button", name="打开").click()
        expect(page.get_by_text(f"还可以试 {left} 次")).to_be_visible()
    look(page, "unlock-wrong")
    page.get_by_label("输入手机端密码").fill("000111")
    page.get_by_role("button", name="打开").click()
    expect(page.get_by_text("本机内容已无法打开")).to_be_visible()
    look(page, "dropped")
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出未发送的记录（1 条）").click()
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="发送给站里（1 条）").click()
    expect(page.get_by_text("回执已读：1 条已送达。")).to_be_visible()
    assert "最后一条" in page.request.get("/matters/?q=最后一条").text()
    page.get_by_role("button", name="清空并重新启用").click()
    page.get_by_role("button", name="清空并重新启用").click()
    expect(page.get_by_text("首次使用")).to_be_visible()
    assert taken.value.suggested_filename.endswith(".fqb") and "最后一条" not in Path(str(taken.value.path())).read_text()


def test_96_hours_after_the_last_contact_it_goes_dark_and_opens_again_by_sign_on(carry: Any) -> None:
    """Beyond the 72 hours of an island. Turning the clock back does not help; what was not sent is still there."""
    page: Page = carry("gao")
    page.context.set_offline(True)
    capture(page, "岛上最后一条 码头护栏松动", "隐患")
    for hours, dark in ((72, False), (97, True)):
        page.evaluate(AGE, [hours])
        page.goto("/phone/")
        expect(page.get_by_role("heading", name="本机内容已锁") if dark else page.get_by_role("button", name="打开")).to_be_visible()
    assert page.evaluate("() => new Promise((done) => { " + READ + " })") is None  # the share is gone from the phone
    look(page, "lapsed")
    page.context.set_offline(False)
    page.reload()
    page.get_by_role("button", name="联网恢复").click()
    page.get_by_label("输入手机端密码").fill(PIN)
    page.get_by_role("button", name="打开").click()
    expect(page.locator(".fq-card", has_text="岛上最后一条").get_by_text("已送达")).to_be_visible(timeout=60_000)


READ = "indexedDB.open('fengqiao').onsuccess = (e) => e.target.result.transaction('lock').objectStore('lock').get(1).onsuccess = (r) => done(r.target.result.share);"
AGE = """([hours]) => new Promise((done) => indexedDB.open("fengqiao").onsuccess = (e) => {
  const lock = e.target.result.transaction("lock", "readwrite").objectStore("lock");
  lock.get(1).onsuccess = (r) => { const row = r.target.result; row.contact = Date.now() + row.extra - hours * 3600000; lock.put(row).onsuccess = () => { e.target.result.close(); done(); }; };
})"""


def test_a_lost_phone_sends_what_it_has_and_wipes_itself_at_its_next_contact(carry: Any) -> None:
    """挂失 at the office: the unsent record arrives (待核, the device has ended), then nothing is left on the phone."""
    page: Page = carry("wang", label="丢失的手机")
    page.context.set_offline(True)
    capture(page, "挂失前写的一条", "线索")
    office = page.context.browser.new_context(base_url=page.url.split("/phone")[0], locale="zh-CN", storage_state=page.context.storage_state())  # type: ignore[union-attr]
    desk = office.new_page()
    desk.goto("/field/devices/")
    expect(desk.get_by_role("row").filter(has_text="丢失的手机")).to_be_visible()
    device = page.evaluate("() => new Promise((done) => { " + READ.replace("share", "device") + " })")
    token = next(one["value"] for one in office.cookies() if one.get("name") == "csrftoken")
    ended = desk.request.post(f"/field/devices/{device}/lost/", form={"csrfmiddlewaretoken": token}, headers={"Referer": desk.url})
    assert ended.ok, ended.text()[:500]
    page.context.set_offline(False)
    expect(page.get_by_text("首次使用")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("站里已停用本机，内容已清空。")).to_be_visible()
    look(page, "wiped")
    assert set(page.evaluate(COUNT).values()) == {0}
    desk.goto("/field/held/")
    expect(desk.get_by_text("已停用").first).to_be_visible()
    office.close()


def test_a_bundle_on_a_stick_comes_back_as_a_receipt(carry: Any, person: Person, tmp_path: Path) -> None:
    """The phone never goes online: exported, read in by a colleague at the office, the receipt read back."""
    page: Page = carry("gao")
    page.context.set_offline(True)
    capture(page, "优盘送达 山口护栏损坏", "隐患", photo=True)
    page.get_by_role("navigation").get_by_text("我", exact=True).click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出未发送的记录").click()
    taken.value.save_as(tmp_path / "out.fqb")
    office = person("wang")
    token = next(one["value"] for one in office.context.cookies() if one.get("name") == "csrftoken")
    answer = office.request.post(
        "/field/v1/bundles", data=(tmp_path / "out.fqb").read_text(),
        headers={"Content-Type": "application/json", "X-CSRFToken": token, "Referer": office.url},
    )  # fmt: skip
    assert answer.status == 200, answer.text()
    (tmp_path / "forged.fqr").write_text(answer.text().replace('"done"', '"again"'))
    (tmp_path / "in.fqr").write_text(answer.text())
    page.get_by_label("读入回执").set_input_files(tmp_path / "forged.fqr")
    expect(page.get_by_text("回执签名不对，没有读入。")).to_be_visible()
    waits(page, 2)
    page.get_by_label("读入回执").set_input_files(tmp_path / "in.fqr")
    expect(page.get_by_text("回执已读：2 条已送达。")).to_be_visible()
    waits(page, 0)
    expect(page.locator(".fq-strip")).not_to_contain_text("附件")
    assert "优盘送达" in office.request.get("/matters/?q=优盘送达").text()


def test_in_a_chat_apps_web_view_it_says_how_to_get_offline(person: Person) -> None:
    page = person("", viewport={"width": 390, "height": 844}, user_agent="Mozilla/5.0 (Linux; Android 13) wxwork/4.1 MicroMessenger/7.0")
    page.goto("/phone/")
    expect(page.get_by_text("请用系统浏览器打开")).to_be_visible()
    look(page, "webview")


def test_two_tabs_of_one_phone_number_and_send_each_record_once(carry: Any) -> None:
    page: Page = carry("gao")
    context = page.context
    context.set_offline(True)
    other = context.new_page()
    unlock(other)
    for n in range(3):
        capture(page, f"两窗第{2 * n}条 校门口拥堵", "隐患")
        capture(other, f"两窗第{2 * n + 1}条 校门口拥堵", "隐患")
    waits(page, 6)
    waits(other, 6)
    context.set_offline(False)
    waits(page, 0)
    waits(other, 0)
    assert sorted(re.findall(r"两窗第\d条 校门口拥堵", page.request.get("/matters/?q=两窗第").text())) == [f"两窗第{n}条 校门口拥堵" for n in range(6)]


def test_what_is_written_while_a_sync_runs_does_not_wait_for_the_next_round(carry: Any) -> None:
    page: Page = carry("gao")
    waits(page, 0)
    page.evaluate("""() => { const go = window.fetch; let slow = true; window.fetch = async (address, init) => {
      if (slow && String(address).includes("/feed")) { slow = false; await new Promise((done) => setTimeout(done, 4000)); }
      return go(address, init); }; }""")
    page.get_by_role("navigation").get_by_text("我", exact=True).click()
    page.get_by_role("button", name="立即发送").click()
    capture(page, "同步时写的一条 井盖松动", "隐患")
    expect(page.locator(".fq-card", has_text="同步时写的一条").get_by_text("已送达")).to_be_visible(timeout=45_000)


@pytest.mark.spec("S9")
def test_a_position_is_taken_only_when_somebody_says_that_it_happened_here(carry: Any) -> None:
    """No position of the bearer: not when the app opens, not when it saves; only by a tap on 用当前位置作事发地, and it can be dropped."""
    page: Page = carry("gao", permissions=["geolocation"], geolocation={"latitude": 26.58, "longitude": 118.74, "accuracy": 12})
    page.evaluate("""() => { window.asked = 0; const get = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
      navigator.geolocation.getCurrentPosition = (...a) => { window.asked += 1; get(...a); }; navigator.geolocation.watchPosition = () => { window.asked += 1; }; }""")
    sent: list[dict[str, Any]] = []
    page.on("request", lambda one: sent.extend(one.post_data_json["operations"]) if one.url.endswith("/operations") else None)
    capture(page, "没有定位的一条", "隐患", place="东桥头")
    waits(page, 0)
    assert page.evaluate("window.asked") == 0
    page.get_by_role("navigation").get_by_text("记一笔").click()
    page.get_by_role("radio", name="隐患").check()
    page.get_by_label("情况", exact=True).fill("就在这里")
    page.get_by_role("button", name="用当前位置作事发地").click()
    expect(page.get_by_text("误差约 12 米")).to_be_visible()
    page.get_by_role("button", name="不要这个位置").click()
    page.get_by_role("button", name="用当前位置作事发地").click()
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".fq-card", has_text="就在这里").get_by_text("已送达")).to_be_visible(timeout=60_000)
    assert [(one["data"]["lat"], one["data"]["accuracy"]) for one in sent if one["act"] == "capture"] == [(None, None), (26.58, 12)]


def test_a_photo_is_made_small_and_what_the_camera_wrote_into_it_stays_behind(carry: Any) -> None:
    page: Page = carry("gao")
    page.context.set_offline(True)
    page.get_by_role("navigation").get_by_text("记一笔").click()
    page.get_by_role("radio", name="隐患").check()
    taken = page.evaluate("""async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 4000, height: 3000 });
      canvas.getContext("2d").fillRect(9, 9, 900, 900);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
      return [...new Uint8Array(await blob.arrayBuffer())];
    }""")
    exif = b"Exif\0\0MM\0*GPS 26.58 118.74"
    photo = bytes(taken[:2]) + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + bytes(taken[2:])
    page.locator('input[type="file"]').set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo})
    expect(page.get_by_alt_text("第 1 张照片")).to_be_visible()
    wide = page.get_by_alt_text("第 1 张照片").evaluate("async (img) => { await img.decode(); return img.naturalWidth; }")
    assert wide == 1600
    page.locator('input[type="file"]').set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"})
    expect(page.get_by_text("不是能打开的照片")).to_be_visible()
    page.get_by_label("情况", exact=True).fill("照片为证 排水沟盖板缺失")
    page.get_by_role("button", name="保存").click()
    waits(page, 2)
    sent: list[bytes] = []
    page.on("request", lambda one: sent.append(one.post_data_buffer or b"") if one.method == "PUT" else None)
    page.context.set_offline(False)
    waits(page, 0)
    expect(page.locator(".fq-strip")).not_to_contain_text("附件", timeout=60_000)
    arrived = b"".join(sent)
    assert b"GPS 26.58" in photo and b"GPS" not in arrived and b"Exif" not in arrived
    assert arrived.startswith(b"\xff\xd8") and len(arrived) < len(photo)


def test_a_voice_note_is_enough_for_a_record(carry: Any) -> None:
    """Gloves, rain, night: kind, voice, save."""
    page: Page = carry("gao", permissions=["microphone"])
    page.context.set_offline(True)
    page.get_by_role("navigation").get_by_text("记一笔").click()
    page.get_by_role("radio", name="线索").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请写一句情况，或拍照、录音。")).to_be_visible()
    page.get_by_role("button", name="开始录音").click()
    expect(page.get_by_role("button", name="结束录音 1 秒")).to_be_visible()
    page.get_by_role("button", name=re.compile("结束录音")).click()
    expect(page.locator(".fq-voice")).to_be_visible()
    look(page, "voice")
    page.get_by_role("button", name="保存").click()
    waits(page, 2)


AXE = "async () => (await axe.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)"


def test_every_screen_is_readable_by_everybody_light_dark_and_large(carry: Any) -> None:
    """axe-core has nothing to say, nothing is wider than the phone, the console stays silent."""
    page: Page = carry("wang")
    loud: list[str] = []
    page.on("console", lambda one: loud.append(one.text) if one.type == "error" else None)
    page.context.set_offline(True)
    capture(page, "桂花小区两家为停车位争吵，已劝开，约明天上午再谈，一方要求赔偿后视镜三百元", photo=True, place="桂花小区南门")
    page.context.set_offline(False)
    waits(page, 0)
    navigation = page.get_by_role("navigation")
    found = []
    for theme in ("light", "dark", "large"):
        navigation.get_by_text("我", exact=True).click()
        page.get_by_role("radio", name="关" if theme == "light" else "开").check()
        page.get_by_role("switch", name="大字").set_checked(theme == "large")
        for place in ("今天", "辖区", "记一笔", "消息", "我"):
            navigation.get_by_text(place, exact=True).click()
            if place == "记一笔":
                page.get_by_role("radio", name="矛盾纠纷").check()
                page.get_by_role("button", name="添加当事人").click()
            page.wait_for_timeout(300)
            look(page, f"{theme}-{place}")
            page.evaluate(AXE_SCRIPT)
            found += [f"{theme} {place}: {one}" for one in page.evaluate(AXE)]
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{theme} {place}: {wide} px too wide"] if wide > 0 else []
    page.get_by_role("switch", name="大字").set_checked(False)
    page.get_by_role("radio", name="English").check()
    expect(navigation.get_by_text("Capture")).to_be_visible()
    look(page, "english")
    page.get_by_role("button", name="Lock").click()
    page.evaluate(AXE_SCRIPT)
    found += [f"door: {one}" for one in page.evaluate(AXE)]
    assert not found
    assert not [one for one in loud if "ERR_INTERNET_DISCONNECTED" not in one]


def test_logging_out_leaves_nothing_on_the_phone(carry: Any) -> None:
    page: Page = carry("gao")
    capture(page, "退出前的一条", "线索")
    waits(page, 0)
    page.get_by_role("navigation").get_by_text("我", exact=True).click()
    look(page, "me")
    page.get_by_role("button", name="退出并清空本机").click()
    page.get_by_role("button", name="退出并清空本机").click()
    expect(page.get_by_text("首次使用")).to_be_visible()
    rows = page.evaluate(COUNT)
    assert rows and set(rows.values()) == {0}


COUNT = """async () => {
  const db = await new Promise((done) => { const asked = indexedDB.open("fengqiao"); asked.onsuccess = () => done(asked.result); });
  const found = {};
  for (const name of db.objectStoreNames)
    found[name] = await new Promise((done) => { const asked = db.transaction(name).objectStore(name).count(); asked.onsuccess = () => done(asked.result); });
  db.close();
  return found;
}"""
