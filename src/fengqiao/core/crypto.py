"""Keyed hashes for matching and authenticated encryption for what is stored. Keys live in the home's secrets."""

import base64
import hashlib
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


@cache
def _cipher() -> AESGCM:
    return AESGCM(base64.b64decode(settings.DATA_KEY))


def keyed_hash(kind: str, value: str) -> bytes:
    """HMAC-SHA-256 of an id number or a phone, separated by kind; 16 bytes. Equal values, equal hash; no way back."""
    return hmac.digest(settings.HASH_KEY.encode(), f"{kind}:{value}".encode(), hashlib.sha256)[:16]


def encrypt(plain: bytes, *, bound_to: bytes = b"") -> bytes:
    """AES-256-GCM with a random nonce in front. `bound_to` ties the text to its place (row id, digest)."""
    nonce = os.urandom(12)
    return nonce + _cipher().encrypt(nonce, plain, bound_to)


def decrypt(sealed: bytes, *, bound_to: bytes = b"") -> bytes:
    """Reverse of `encrypt`. Raises cryptography.exceptions.InvalidTag when a byte was changed."""
    return _cipher().decrypt(bytes(sealed[:12]), bytes(sealed[12:]), bound_to)
