"""The page a phone opens first."""

import re

import pytest

from fengqiao.ops import cert


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Certificates of this test alone: other workers of the test run share the home."""
    monkeypatch.setenv("FENGQIAO_HOME", str(tmp_path))


@pytest.fixture
def certified(own_home):
    return cert.ensure(["192.168.3.4"])[0]


def test_the_page_shows_the_way_and_a_code_of_itself(client, certified):
    page = client.get("/install/", secure=True).content.decode()
    assert 'href="https://testserver/phone/"' in page and "<svg" in page and "/install/ca.crt" in page
    [shown] = re.findall(r"<code>([0-9A-F ]+)</code>", page)
    assert len(shown.replace(" ", "")) == 64


def test_the_root_certificate_is_handed_out_and_never_its_key(client, certified):
    answer = client.get("/install/ca.crt")
    assert answer["Content-Type"] == "application/x-x509-ca-cert"
    assert b"BEGIN CERTIFICATE" in answer.content and b"PRIVATE" not in answer.content


def test_without_a_local_certificate_the_page_says_so(client):
    assert "没有用本地根证书" in client.get("/install/").content.decode()
    assert client.get("/install/ca.crt").status_code == 404
