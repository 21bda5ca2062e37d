"""A session with ABDM, and the headers that every call has."""

import datetime
import uuid

from .check import expect, expect_status
from .http import send

CM_ID = "sbx"  # the consent manager; `abdm` in production


def timestamp(at=None):
    """UTC with exactly three digits of milliseconds and a `Z`: ABDM refuses every other form."""
    at = at or now()
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def instant(text):
    """An instant of ABDM: any number of digits, `Z` or nothing for UTC."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    at = datetime.datetime.fromisoformat(f"{whole}.{(fraction + '000000')[:6]}")
    return at.replace(tzinfo=datetime.timezone.utc)


class Session:
    """The session of one client id. One client id has one bridge, however many facilities."""

    def __init__(self, base_url, client_id, client_secret):
        self.base = base_url
        self.client_id = client_id
        self.secret = client_secret
        self.token = None

    def open(self):
        """Asks for an access token. It lives for `expiresIn` seconds, which is to be read."""
        reply = self.call(
            "POST",
            "/api/hiecm/gateway/v3/sessions",
            {
                "clientId": self.client_id,
                "clientSecret": self.secret,
                "grantType": "client_credentials",
            },
            with_token=False,
        )
        expect_status(reply, (200, 202), f"opening a session for {self.client_id}")
        # Some gateways have answered 200 with an error and no token: the field counts.
        expect(reply.get("accessToken"), "the session answer has no accessToken")
        expect(reply.get("expiresIn") is not None, "the session answer has no expiresIn")
        self.token = reply.get("accessToken")
        return self

    def call(self, method, path, body=None, headers=None, with_token=True):
        """One call. Each has a fresh REQUEST-ID, a repeated one too."""
        request_id = str(uuid.uuid4())
        all_headers = {
            "REQUEST-ID": request_id,
            "TIMESTAMP": timestamp(),
            "X-CM-ID": CM_ID,
            **(headers or {}),
        }
        if with_token:
            all_headers["Authorization"] = f"Bearer {self.token}"
        reply = send(method, self.base + path, all_headers, body)
        if reply.status == 401 and reply.content and with_token:
            # 401 with 900901 is a token that is over: once, with a new one. An empty 401 is a
            # header that is missing, and no new token helps.
            if "900901" in reply.text:
                self.open()
                return self.call(method, path, body, headers)
        reply.request_id = request_id
        return reply
