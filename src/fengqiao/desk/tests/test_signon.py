"""Signing on, changing user by PIN at a shared PC, posts, and the demo's one-click accounts."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from fengqiao.core.cast import DEMO_PASSWORD, DEMO_PIN
from fengqiao.core.models import Account, Post


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()


def sign_on(client: Client, username: str, password: str = DEMO_PASSWORD):
    return client.post("/login/", {"login": username, "password": password})


def test_the_right_password_leads_to_the_start_page(cast, client):
    answer = sign_on(client, "wang")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert "王砚" in client.get("/").content.decode()


def test_a_wrong_password_stays_and_says_so_in_chinese(cast, client):
    answer = sign_on(client, "wang", "wrong")
    page = answer.content.decode()
    assert answer.status_code == 200 and "errorlist" not in page
    assert 'role="alert"' in page and "密码" in page.split('role="alert"')[1][:400]


def test_a_page_asked_for_before_signing_on_comes_after_it_with_its_filter(cast, client):
    answer = client.get("/search/?q=界墙")
    assert answer.status_code == 302
    there = answer["Location"]
    assert there.startswith("/login/?next=")
    page = client.get(there)
    assert "%3Fq%3D" in there and 'name="next"' in page.content.decode()


def test_a_browser_in_the_middle_of_something_gets_401_and_may_sign_on_again_there(cast):
    client = Client(enforce_csrf_checks=True)
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 401
    page = client.get("/login/")
    token = page.content.decode().split('name="csrf-token" content="')[1].split('"')[0]
    answer = client.post(
        "/login/", {"username": "wang", "login": "wang", "password": DEMO_PASSWORD},
        headers={"X-Requested-With": "fetch", "X-CSRFToken": token},
    )  # fmt: skip
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 200


def test_the_next_one_signs_on_while_the_last_one_still_is(cast, client):
    sign_on(client, "wang")
    before = client.session.session_key
    sign_on(client, "zhao")
    assert client.session["_auth_user_id"] == str(cast.zhao.account_id)
    assert not Session.objects.filter(session_key=before).exists()


def test_users_change_by_pin_at_a_pc_where_both_signed_on_and_the_old_session_ends(cast, client):
    sign_on(client, "zhao")
    sign_on(client, "wang")
    before = client.session.session_key
    answer = client.post("/switch/", {"username": "zhao", "pin": DEMO_PIN}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 204
    assert client.session["_auth_user_id"] == str(cast.zhao.account_id)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_pin_opens_nothing_at_a_pc_where_the_account_never_signed_on(cast, client):
    sign_on(client, "wang")
    answer = client.post("/switch/", {"username": "zhao", "pin": DEMO_PIN}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 403 and "改用密码登录" in answer.content.decode()
    assert client.session["_auth_user_id"] == str(cast.wang.account_id)


def test_a_forged_workstation_is_no_workstation(cast, client):
    sign_on(client, "wang")
    client.cookies["workstation"] = client.cookies["workstation"].value[:-3] + "abc"
    answer = client.post("/switch/", {"username": "wang", "pin": DEMO_PIN}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 403


def test_five_wrong_pins_close_pin_sign_on_there_even_for_the_right_one(cast, client):
    sign_on(client, "wang")
    ajax = {"X-Requested-With": "fetch"}
    for _ in range(5):
        assert client.post("/switch/", {"username": "wang", "pin": "000001"}, headers=ajax).status_code == 403
    answer = client.post("/switch/", {"username": "wang", "pin": DEMO_PIN}, headers=ajax)
    assert answer.status_code == 429 and "五分钟后" in answer.content.decode()


def test_too_many_wrong_passwords_close_the_account_for_a_while_and_say_so(cast, client):
    for _ in range(8):
        last = sign_on(client, "wang", "wrong")
    assert last.status_code == 429
    assert "操作过于频繁" in last.content.decode()
    assert sign_on(client, "wang").status_code == 429


def test_whoever_holds_two_posts_chooses_one_and_acts_in_it(cast, client):
    other = Post.objects.create(account_id=cast.wang.account_id, org_id=cast.org["yunling"], role="leader", title="副所长")
    answer = sign_on(client, "wang")
    assert answer["Location"].startswith("/post/?next=")
    assert "副所长" in client.get(answer["Location"]).content.decode()
    assert client.post("/post/", {"post": other.pk, "next": "/settings/"})["Location"] == "/settings/"
    assert "云岭派出所" in client.get("/").content.decode()


def test_a_post_of_somebody_else_cannot_be_chosen(cast, client):
    sign_on(client, "wang")
    client.post("/post/", {"post": cast.zhao.post_id})
    assert "post" not in client.session


def test_one_sets_ones_own_pin_with_the_password(cast, client):
    sign_on(client, "wang")
    wrong = client.post("/settings/pin/", {"password": "x", "pin": "482915", "again": "482915"})
    assert "密码不对" in wrong.content.decode()
    weak = client.post("/settings/pin/", {"password": DEMO_PASSWORD, "pin": "123456", "again": "123456"})
    assert "连号" in weak.content.decode()
    done = client.post("/settings/pin/", {"password": DEMO_PASSWORD, "pin": "482915", "again": "482915"})
    assert done.status_code == 302
    ajax = {"X-Requested-With": "fetch"}
    assert client.post("/switch/", {"username": "wang", "pin": "482915"}, headers=ajax).status_code == 204


def test_the_demo_shows_who_is_who_and_signs_on_with_one_click(cast, client):
    page = client.get("/demo/").content.decode()
    assert "王砚" in page and "城关派出所社区警务队" in page and "均为虚构" in page
    assert client.post("/demo/", {"username": "wang"})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(cast.wang.account_id)


def test_there_are_no_one_click_accounts_in_a_real_installation(cast, client, settings):
    settings.DEMO = False
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/", {"username": "wang"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_two_step_sign_on_asks_for_the_code_and_takes_the_right_one(cast, client):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    secret = generate_totp_secret()
    TOTP.activate(Account.objects.get(username="wang"), secret)
    answer = sign_on(client, "wang")
    assert answer["Location"] == "/mfa/authenticate/"
    assert client.get("/").status_code == 302
    assert "动态验证码" in client.get("/mfa/authenticate/").content.decode()
    assert client.post("/mfa/authenticate/", {"code": "000000"}).status_code == 200
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/mfa/authenticate/", {"code": code})["Location"] == "/"
    assert client.get("/").status_code == 200
