"""How ABDM wants Aadhaar numbers, OTPs and the like: RSA-OAEP with SHA-1, in base64."""

import base64

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from .check import expect, expect_status

ALGORITHM = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding"


class FieldKey:
    """One of ABDM's two public keys. The path of a call decides which one is right.

    4096 bits for `/v3/enrollment` and `/v3/profile`, 2048 bits for `/v3/phr`. Encrypted with the
    wrong one, a good value is answered "Invalid mobile number" or the like.
    """

    def __init__(self, session, path, bits):
        reply = session.call("GET", path)
        expect_status(reply, 200, f"fetching the {bits} bit key")
        expect(
            reply.get("encryptionAlgorithm") == ALGORITHM,
            f"the key is for {reply.get('encryptionAlgorithm')}, and this program does {ALGORITHM}",
        )
        self.key = serialization.load_der_public_key(base64.b64decode(reply.get("publicKey")))
        expect(self.key.key_size == bits, f"a key of {self.key.key_size} bits came, not {bits}")

    def encrypt(self, text):
        oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), label=None)
        return base64.b64encode(self.key.encrypt(text.encode(), oaep)).decode()


def for_numbers(session):
    """The key of enrolment and profile."""
    return FieldKey(session, "/abha/api/v3/profile/public/certificate", 4096)


def for_addresses(session):
    """The key of everything below /v3/phr."""
    return FieldKey(session, "/abha/api/v3/phr/app/login/public/certificate", 2048)
