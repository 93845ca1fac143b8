"""A local certificate authority and a server certificate, so that phones may use the product over HTTPS.

The authority's key signs nothing but our server certificate (path length 0). Phones install ``certs/ca.crt`` once;
the server certificate may then be renewed without touching them.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fengqiao.home import place

CA_YEARS = 10
SERVER_DAYS = 397  # browsers refuse server certificates that live longer
RENEW_DAYS = 30  # a certificate with less left is made anew


def ensure(names: list[str], base: Path | None = None) -> tuple[Path, Path]:
    """Server certificate and key (PEM, PKCS#8) for these host names and addresses, made or renewed where needed.

    Always valid for localhost, 127.0.0.1 and this machine's name too. ValueError for a name that cannot stand in one.
    """
    folder = place("certs", base)
    wanted = sorted({*names, "localhost", "127.0.0.1", socket.gethostname()})
    certificate, key = folder / "server.crt", folder / "server.key"
    if not (key.exists() and _serves(certificate, wanted)):
        ca_certificate, ca_key = _authority(folder)
        _issue(certificate, key, wanted, ca_certificate, ca_key)
    return certificate, key


def expires(certificate: Path) -> datetime:
    """When a certificate ends (UTC)."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc


def names_of(certificate: Path) -> list[str]:
    """The host names and addresses a certificate is for."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return sorted(str(name.value) for name in names)


def _serves(certificate: Path, wanted: list[str]) -> bool:
    if not certificate.exists() or expires(certificate) < datetime.now(UTC) + timedelta(days=RENEW_DAYS):
        return False
    return set(wanted) <= set(names_of(certificate))


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    certificate, key = folder / "ca.crt", folder / "ca.key"
    if certificate.exists() and key.exists():
        private = serialization.load_pem_private_key(key.read_bytes(), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(certificate.read_bytes()), private
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"枫桥本地根证书 {socket.gethostname()}"[:64])])
    made = (
        _builder(name, name, private, timedelta(days=365 * CA_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(private, hashes.SHA256())
    )
    _write_key(key, private)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made, private


def _issue(
    certificate: Path, key: Path, names: list[str], ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey
) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    made = (
        _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "枫桥")]), ca.subject, private, timedelta(days=SERVER_DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write_key(key, private)
    chain = [made, ca]
    certificate.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in chain))


def _builder(
    subject: x509.Name, issuer: x509.Name, private: ec.EllipticCurvePrivateKey, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a phone's clock may be slow
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    unused = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return x509.KeyUsage(digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, **unused)


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_key(path: Path, private: ec.EllipticCurvePrivateKey) -> None:
    text = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(text)
