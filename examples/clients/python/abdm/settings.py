"""Settings: each is a flag, or a variable of the environment, or has a default."""

import os
import sys

from .check import Mismatch

# `--base-url URL` on the command line is ABDM_BASE_URL in the environment, and so on.
DEFAULTS = {
    "base_url": "http://127.0.0.1:9000",  # where the sandbox listens
    "otp": "",  # the sandbox's `--otp`; empty: each OTP is read at /sandbox/otps
    "aadhaar": "",  # who is enrolled; empty: the first person who has no ABHA number yet
    "mobile": "",  # their mobile number; empty: the one that /sandbox/people tells
    "hip_client_id": "SBX_CLINIC",
    "hip_client_secret": "clinic-secret-not-real",
    "hip_id": "IN2710000001",
    "hiu_client_id": "SBX_HOSPITAL",
    "hiu_client_secret": "hospital-secret-not-real",
    "hiu_id": "IN2710000002",
    "callback_host": "127.0.0.1",  # under which name the sandbox reaches this program
    "reset": "yes",  # whether the sandbox is emptied first
    "time_scale": "",  # the switch of that name: 0.1 makes every delay ten times shorter
    "vectors": "",  # a file of encryption vectors that are checked first
    "record": os.path.join(os.path.dirname(__file__), "..", "..", "record.json"),
    "save": "",  # where the record that arrived is written
}


class Settings:
    """The settings of a run, as attributes."""

    def __init__(self, arguments):
        given = dict(DEFAULTS)
        for name in DEFAULTS:
            given[name] = os.environ.get(f"ABDM_{name.upper()}", given[name])
        words = iter(arguments)
        for word in words:
            name = word.removeprefix("--").replace("-", "_")
            if not word.startswith("--") or name not in DEFAULTS:
                flags = ", ".join("--" + known.replace("_", "-") for known in DEFAULTS)
                raise Mismatch(f"`{word}` is no option; there are {flags}")
            given[name] = next(words, None)
            if given[name] is None:
                raise Mismatch(f"`{word}` needs a value")
        self.__dict__.update(given)
        self.base_url = self.base_url.rstrip("/")


def read():
    """The settings of this program."""
    return Settings(sys.argv[1:])
