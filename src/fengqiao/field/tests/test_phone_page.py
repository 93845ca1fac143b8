"""The phone app as it is served: the same for everybody, kept whole, allowed nothing from elsewhere."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.skipif(not finders.find("phone/index.html"), reason="NOT RUN: the phone app is not built (scripts/vendor)")


def body(client: Client, address: str, **headers: str) -> bytes:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return b"".join(answer.streaming_content)


def test_the_app_answers_at_every_address_below_it_and_names_nobody(client: Client, cast: SimpleNamespace) -> None:
    page = body(client, "/phone/")
    client.force_login(get_user_model().objects.get(pk=cast.wang.account_id))
    assert body(client, "/phone/me") == body(client, "/phone/") == page
    assert cast.wang.name.encode() not in page and b"csrf" not in page.lower()


def test_the_app_runs_no_script_but_its_own(client: Client) -> None:
    answer = client.get("/phone/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy.split("script-src")[1].split(";")[0]
    page = b"".join(answer.streaming_content).decode()
    assert not re.findall(r"<script(?![^>]*\bsrc=)", page) and not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)


def test_the_service_worker_keeps_the_page_and_every_part_of_it(client: Client) -> None:
    worker = body(client, "/phone/sw.js").decode()
    kept = set(re.findall(r'url:\s*"([^"]+)"', worker))
    page = body(client, "/phone/").decode()
    assert "/phone/" in kept
    assert set(re.findall(r'(?:src|href)="(/static/phone/assets/[^"]+)"', page)) <= kept
    for address in kept - {"/phone/", "manifest.webmanifest"}:
        assert finders.find(address.removeprefix("/static/")), address
    assert body(client, "/phone/manifest.webmanifest").startswith(b"{")  # beside the worker


def test_what_a_phone_loads_before_it_is_usable_is_at_most_300_kb_compressed(client: Client) -> None:
    worker = body(client, "/phone/sw.js").decode()
    kept = {one.removeprefix("/static/") for one in re.findall(r'url:\s*"(/static/phone/[^"]+)"', worker)}

    def size(name: str) -> int:
        packed = finders.find(f"{name}.gz") or finders.find(name)
        return Path(str(packed)).stat().st_size

    assert sum(size(name) for name in kept | {"phone/index.html", "phone/sw.js"}) <= 300_000


def test_it_is_sent_packed_to_a_browser_that_takes_it(client: Client) -> None:
    packed = client.get("/phone/", headers={"accept-encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br" and "Accept-Encoding" in packed.headers["Vary"]


def test_who_is_signed_on_is_told_to_that_browser_alone(client: Client, cast: SimpleNamespace) -> None:
    assert client.get("/phone/who/").status_code == 401
    client.force_login(get_user_model().objects.get(pk=cast.wang.account_id))
    told = client.get("/phone/who/").json()
    assert (told["name"], told["post"]) == (cast.wang.name, cast.wang.post_title) and told["csrf"]
