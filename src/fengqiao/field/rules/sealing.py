"""Boxes for the station and signatures of both sides (protocol §7): pure computation on keys and bytes."""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

INFO = b"fengqiao field v1"


class Unreadable(Exception):
    """A box that is not for this key, was changed, or is none."""


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: what signatures are taken over."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def opened(box: str, key: ec.EllipticCurvePrivateKey, about: str) -> bytes:
    """The plain bytes of a box: base64(length of SPKI (2 bytes) ‖ ephemeral SPKI ‖ nonce (12) ‖ ciphertext).

    about  additional data: `<device>|<seq>`, of a file `<device>|<seq>|file`
    """
    try:
        raw = base64.b64decode(box, validate=True)
        start = 2 + int.from_bytes(raw[:2], "big")
        ephemeral = serialization.load_der_public_key(raw[2:start])
        if not isinstance(ephemeral, ec.EllipticCurvePublicKey):
            raise Unreadable
        return AESGCM(_stretched(key, ephemeral)).decrypt(raw[start : start + 12], raw[start + 12 :], about.encode())
    except (binascii.Error, ValueError, TypeError, InvalidTag) as error:
        raise Unreadable from error


def sealed(plain: bytes, key: ec.EllipticCurvePublicKey, about: str, nonce: bytes) -> str:
    """A box as a phone makes it; for tests and other clients."""
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    spki = ephemeral.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    body = AESGCM(_stretched(ephemeral, key)).encrypt(nonce, plain, about.encode())
    return base64.b64encode(len(spki).to_bytes(2, "big") + spki + nonce + body).decode()


def _stretched(mine: ec.EllipticCurvePrivateKey, theirs: ec.EllipticCurvePublicKey) -> bytes:
    return HKDF(hashes.SHA256(), 32, b"", INFO).derive(mine.exchange(ec.ECDH(), theirs))


def signature(key: ec.EllipticCurvePrivateKey, text: bytes) -> str:
    """ECDSA P-256 on SHA-256, r‖s in base64, as browsers write it."""
    r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()


def signed(verify_key: bytes, given: Any, text: bytes) -> bool:
    """Is this the signature of the text by this key (SPKI, DER)?"""
    key = serialization.load_der_public_key(verify_key)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(given, str):
        return False
    try:
        raw = base64.b64decode(given, validate=True)
        if len(raw) != 64:
            return False
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(der, text, ec.ECDSA(hashes.SHA256()))
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True
