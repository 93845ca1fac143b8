import shutil
import socket
import ssl
import threading
from pathlib import Path

import pytest

from fengqiao.ops import cert


def handshake(certificate: Path, key: Path, authority: Path, name: str) -> str | None:
    """Connect as a phone that trusts ``authority`` would; the protocol version agreed on."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    calling = ssl.create_default_context(cafile=str(authority))
    calling.verify_flags |= ssl.VERIFY_X509_STRICT
    here, there = socket.socketpair()

    def answer() -> None:
        try:
            serving.wrap_socket(there, server_side=True).close()
        except (ssl.SSLError, OSError):
            there.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with calling.wrap_socket(here, server_hostname=name) as connected:
            return connected.version()
    finally:
        here.close()
        thread.join()


def test_a_phone_that_trusts_our_root_accepts_the_server_under_each_of_its_names(tmp_path: Path) -> None:
    certificate, key = cert.ensure(["192.168.3.4", "fengqiao.lan"], tmp_path)
    for name in ("192.168.3.4", "fengqiao.lan", "localhost", "127.0.0.1"):
        assert handshake(certificate, key, tmp_path / "certs" / "ca.crt", name) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(certificate, key, tmp_path / "certs" / "ca.crt", "elsewhere.lan")
    assert key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "certs" / "ca.key").stat().st_mode & 0o777 == 0o600


def test_a_new_name_renews_the_server_certificate_under_the_same_root(tmp_path: Path) -> None:
    certificate, _ = cert.ensure(["one.lan"], tmp_path)
    root, first = (tmp_path / "certs" / "ca.crt").read_bytes(), certificate.read_bytes()
    assert cert.ensure(["one.lan"], tmp_path)[0].read_bytes() == first
    certificate, key = cert.ensure(["two.lan"], tmp_path)
    assert certificate.read_bytes() != first
    assert (tmp_path / "certs" / "ca.crt").read_bytes() == root
    assert handshake(certificate, key, tmp_path / "certs" / "ca.crt", "two.lan")


def test_another_installations_root_is_not_trusted(tmp_path: Path) -> None:
    certificate, key = cert.ensure([], tmp_path / "ours")
    cert.ensure([], tmp_path / "theirs")
    foreign = shutil.copy(tmp_path / "theirs" / "certs" / "ca.crt", tmp_path / "foreign.crt")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(certificate, key, Path(foreign), "localhost")


def test_a_name_that_cannot_stand_in_a_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        cert.ensure(["枫桥.公安"], tmp_path)
