"""Checks the encryption against a file of vectors before any record depends on it."""

import base64
import json

from . import fidelius
from .check import done, expect

FORMS = ("public_raw_b64", "public_x509_b64", "public_x509_named_b64")


def pair(private, nonce):
    scalar = int.from_bytes(fidelius.from_base64(private, "private key"), "big")
    if scalar == 0:  # zero is no key; `KeyPair` would take it for "none given"
        raise fidelius.Unusable("the private key is out of range")
    return fidelius.KeyPair(scalar, fidelius.read_nonce(nonce))


def check(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    for index, vector in enumerate(vectors["vectors"]):
        agree(vector, FORMS[index % 3])
    for vector in vectors["negative"]["vectors"]:
        refuse(vector)
    good, bad = len(vectors["vectors"]), len(vectors["negative"]["vectors"])
    done("crypto", f"{good} vectors agree, {bad} bad inputs are refused")


def agree(vector, form):
    """Encrypts as the sender did, and opens it as the requester."""
    sender, requester = vector["sender"], vector["requester"]
    document = base64.b64decode(vector["plaintext_b64"])
    own = pair(sender["private_b64"], sender["nonce_b64"])
    sealed = fidelius.encrypt(document, own, requester[form], requester["nonce_b64"])
    expect(sealed == vector["ciphertext_b64"], f"vector {vector['id']}: encrypted otherwise")
    own = pair(requester["private_b64"], requester["nonce_b64"])
    opened = fidelius.decrypt(sealed, own, sender[form], sender["nonce_b64"])
    expect(opened == document, f"vector {vector['id']}: decrypted otherwise")
    expect(own.public("x509") == requester["public_x509_b64"], f"vector {vector['id']}: X.509 form")


def refuse(vector):
    try:
        own = pair(vector["requester_private_b64"], vector["requester_nonce_b64"])
        peer = vector["sender_public_b64"], vector["sender_nonce_b64"]
        fidelius.decrypt(vector["ciphertext_b64"], own, *peer)
    except fidelius.Unusable:
        return
    expect(False, f"vector {vector['id']} ({vector['case']}) must be refused, and was opened")
