"""JSON over HTTP, with the standard library."""

import json
import urllib.error
import urllib.request

from .check import Mismatch


class Reply:
    """An answer, whatever its status: a refusal of ABDM is an answer too."""

    def __init__(self, status, headers, content):
        self.status = status
        self.headers = headers
        self.content = content

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")

    @property
    def json(self):
        """The JSON body. An empty one is `{}`: 202 answers have none."""
        if not self.content:
            return {}
        try:
            return json.loads(self.content)
        except ValueError:
            raise Mismatch(f"JSON was expected, and this came: {self.text[:300]}") from None

    def get(self, *path):
        """The value at `path` of the JSON body, or None when it is not there."""
        return dig(self.json, *path)


def dig(value, *path):
    """The value at `path`, or None. ABDM leaves fields out, so nothing may be taken for granted."""
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def send(method, url, headers, body=None):
    """Sends a call. `body` is anything that JSON can hold, or None for a call without a body."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=content, method=method)
    for name, value in headers.items():
        request.add_header(name, value)
    if content is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Reply(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as refusal:
        return Reply(refusal.code, refusal.headers, refusal.read())
    except (urllib.error.URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise Mismatch(f"{method} {url}: no answer came ({reason})") from None
