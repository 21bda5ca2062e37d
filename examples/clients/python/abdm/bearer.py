"""Who sent a callback: the bearer token, checked against ABDM's published keys."""

import base64
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .check import expect, expect_status
from .gateway import now

# The token's own `alg` chooses nothing: it must be one of these two, and that of the key.
HASHES = {"RS256": hashes.SHA256, "RS512": hashes.SHA512}
# Who issues them on the sandbox network: by captures of 2026, and by NHA's older samples.
ISSUERS = (
    "https://dev.abdm.gov.in/auth/realms/central-registry",
    "https://dev.ndhm.gov.in/auth/realms/central-registry",
)
GRACE_SECONDS = 3600  # a callback that was refused comes again 16 minutes later, with its old token


class Refused(Exception):
    """The token proves nothing. The text says why."""


def unpack(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def number(text):
    return int.from_bytes(unpack(text), "big")


class Verifier:
    """Checks bearer tokens of the gateway's realm. Whatever is unclear is refused."""

    def __init__(self, session):
        self.session = session
        found = session.call("GET", "/api/hiecm/gateway/v3/.well-known/openid-configuration")
        expect_status(found, 200, "reading where the keys are")
        jwks_uri = found.get("jwks_uri") or ""
        # Keys from another host would let that host sign callbacks.
        expect(jwks_uri.startswith(session.base + "/"), f"the keys are elsewhere: {jwks_uri}")
        self.path = jwks_uri.removeprefix(session.base)
        self.keys = {}
        self.fetch()

    def fetch(self):
        reply = self.session.call("GET", self.path)
        expect_status(reply, 200, "fetching the keys for callbacks")
        keys = reply.get("keys") or []
        self.keys = {key["kid"]: key for key in keys if key.get("kty") == "RSA"}
        expect(self.keys, "ABDM publishes no RSA key")

    def verify(self, authorization, client=None):
        """The claims of a good token; `client` is whose it must be (`gateway` for callbacks)."""
        if not authorization or not authorization.startswith("Bearer "):
            raise Refused("there is no bearer token")
        parts = authorization.removeprefix("Bearer ").split(".")
        if len(parts) != 3:
            raise Refused("the bearer is no JWT")
        try:
            head, claims = json.loads(unpack(parts[0])), json.loads(unpack(parts[1]))
            signature = unpack(parts[2])
        except ValueError:
            raise Refused("the bearer cannot be read") from None
        if head.get("kid") not in self.keys:
            self.fetch()  # keys change: once more, then it is unknown
        key = self.keys.get(head.get("kid"))
        if key is None:
            raise Refused("the bearer names an unknown key")
        algorithm = HASHES.get(head.get("alg"))
        if algorithm is None or head.get("alg") != key.get("alg"):
            raise Refused(f"the bearer's algorithm {head.get('alg')} is not that of its key")
        public = rsa.RSAPublicNumbers(number(key["e"]), number(key["n"])).public_key()
        signed = f"{parts[0]}.{parts[1]}".encode()
        try:
            public.verify(signature, signed, padding.PKCS1v15(), algorithm())
        except InvalidSignature:
            raise Refused("the bearer's signature is wrong") from None
        self.check_claims(claims, client)
        return claims

    def check_claims(self, claims, client):
        if not isinstance(claims.get("exp"), (int, float)):
            raise Refused("the bearer has no exp")
        if claims["exp"] + GRACE_SECONDS < now().timestamp():
            raise Refused("the bearer is over")
        if claims.get("iss") not in ISSUERS:
            raise Refused(f"the bearer was issued by {claims.get('iss')}")
        if client and claims.get("azp", claims.get("clientId")) != client:
            raise Refused(f"the bearer is that of {claims.get('azp')}, not of {client}")
