"""The encryption of health records ("Fidelius").

ECDH on Curve25519 *in short Weierstrass form*, HKDF-SHA256, AES-256-GCM. It is not X25519: another
coordinate, another byte order. Written for reading; a library for production does the
multiplication in constant time, and this one does not.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .check import Mismatch

# The curve y² = x³ + ax + b over the field of P elements, its base point G, the order N of G.
P = 2**255 - 19
A = 0x2AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA984914A144
B = 0x7B425ED097B425ED097B425ED097B425ED097B425ED097B4260B5E9C7710C864
N = 2**252 + 0x14DEF9DEA2F79CD65812631A5CF5D3ED
G = (
    0x2AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD245A,
    0x20AE19A1B8A086B4E01EDD2C7748D14C923D4D7E6D7C61B229E9C5A27ECED3D9,
)

# What stands before the 65 bytes of a point in its two X.509 forms: the curve by all its
# parameters (BouncyCastle writes this), and the curve by name. Compared as a whole: who reads the
# last 65 bytes only would also take a key on some other curve.
EXPLICIT = bytes.fromhex(
    "308201313081ea06072a8648ce3d02013081de020101302b06072a8648ce3d0101"
    f"0220{P:064x}30440420{A:064x}0420{B:064x}"
    f"044104{G[0]:064x}{G[1]:064x}0220{N:064x}020108034200"
)
NAMED = bytes.fromhex("305b301506072a8648ce3d0201060a2b060104019755010501034200")


class Unusable(Mismatch):
    """A key, a nonce or a ciphertext cannot be used. The text says which and why."""


def from_base64(text, what):
    """Strict base64: with padding, without line breaks."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Unusable(f"the {what} is no base64") from None


def to_base64(content):
    return base64.b64encode(content).decode()


# --- the curve ---------------------------------------------------------------------------------


def add(p, q):
    """The sum of two points; None is the point at infinity."""
    if p is None or q is None:
        return p or q
    (x1, y1), (x2, y2) = p, q
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    if p == q:
        slope = (3 * x1 * x1 + A) * pow(2 * y1, -1, P) % P
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, P) % P
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def multiply(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


# --- keys --------------------------------------------------------------------------------------


def write_point(point):
    """The 65 bytes 04 || x || y."""
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def read_public_key(text):
    """A peer's key in each of its three forms, checked before it is used for anything."""
    content = from_base64(text, "peer's key")
    for prefix in (EXPLICIT, NAMED):
        if content.startswith(prefix):
            content = content[len(prefix) :]
            break
    if len(content) != 65 or content[0] != 4:
        raise Unusable("the peer's key is in no known form")
    x, y = int.from_bytes(content[1:33], "big"), int.from_bytes(content[33:], "big")
    if x >= P or y >= P:
        raise Unusable("the peer's key has a coordinate beyond the field")
    if (y * y - (x**3 + A * x + B)) % P:
        raise Unusable("the peer's key is no point of the curve")
    # The curve has 8 * N points. Outside the group of order N a "shared secret" can be one of a
    # few values that anyone can guess.
    if multiply(N, (x, y)) is not None:
        raise Unusable("the peer's key is outside the group of prime order")
    return x, y


def read_nonce(text):
    nonce = from_base64(text, "nonce")
    if len(nonce) != 32:
        raise Unusable(f"the nonce has {len(nonce)} bytes, and must have 32")
    return nonce


class KeyPair:
    """A key pair and a nonce, for one request or one page and nothing else."""

    def __init__(self, private=None, nonce=None):
        self.private = private or 1 + secrets.randbelow(N - 1)
        self.nonce = nonce or secrets.token_bytes(32)
        if not 0 < self.private < N:
            raise Unusable("the private key is out of range")
        self.point = multiply(self.private, G)

    def public(self, form="raw"):
        prefix = {"raw": b"", "x509": EXPLICIT}[form]
        return to_base64(prefix + write_point(self.point))

    def shared_secret(self, peer_key):
        """x of the shared point, 32 bytes, with its leading zeros."""
        shared = multiply(self.private, read_public_key(peer_key))
        return shared[0].to_bytes(32, "big")

    def cipher(self, peer_key, peer_nonce):
        """The AES key and the IV that both sides come to."""
        theirs = read_nonce(peer_nonce)
        mixed = bytes(a ^ b for a, b in zip(self.nonce, theirs))
        salt, iv = mixed[:20], mixed[20:]
        prk = hmac.digest(salt, self.shared_secret(peer_key), "sha256")  # HKDF, extract
        return AESGCM(hmac.digest(prk, b"\x01", "sha256")), iv  # HKDF, expand, one block


# --- documents ---------------------------------------------------------------------------------


def encrypt(document, own, peer_key, peer_nonce):
    """base64 of ciphertext and tag. No IV stands in front."""
    cipher, iv = own.cipher(peer_key, peer_nonce)
    return to_base64(cipher.encrypt(iv, document, None))


def decrypt(content, own, peer_key, peer_nonce):
    """The document. Nothing of it comes out unless its tag is right."""
    sealed = from_base64(content, "content")
    cipher, iv = own.cipher(peer_key, peer_nonce)
    if len(sealed) < 16:
        raise Unusable("the content is shorter than its tag")
    try:
        return cipher.decrypt(iv, sealed, None)
    except InvalidTag:
        raise Unusable("the content was not encrypted for these keys, or was changed") from None


def sender_keys(peer_key):
    """A fresh pair of a sender.

    Some receivers drop leading zeros of the shared secret, which is wrong. A sender that chooses
    another key where there would be one is understood by all of them.
    """
    while True:
        own = KeyPair()
        if own.shared_secret(peer_key)[0]:
            return own


def checksum(document):
    """Lower-case hex MD5 of the plain document. The contract asks for it; the tag protects."""
    return hashlib.md5(document, usedforsecurity=False).hexdigest()


def key_material(own, expiry, form):
    """The `keyMaterial` of a request (form `raw`) or of a push (form `x509`)."""
    return {
        "cryptoAlg": "ECDH",
        "curve": "Curve25519",
        "dhPublicKey": {
            "expiry": expiry,
            "parameters": "Curve25519/32byte random key",
            "keyValue": own.public(form),
        },
        "nonce": to_base64(own.nonce),
    }


def read_key_material(material):
    """The key and nonce of a peer. The fixed texts are compared without regard to case."""
    for name, wanted in (("cryptoAlg", "ecdh"), ("curve", "curve25519")):
        value = str(material.get(name, "")).lower().rstrip(".")
        if value != wanted:
            raise Unusable(f"the key material's {name} is {material.get(name)}")
    key = (material.get("dhPublicKey") or {}).get("keyValue")
    return key, material.get("nonce")
