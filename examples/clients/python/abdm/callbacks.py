"""The bridge: where ABDM calls back, and where what came is waited for."""

import json
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .bearer import Refused
from .check import Mismatch
from .http import dig


class Callback:
    """One callback. Ids are taken from its headers: those in its body are empty or null."""

    def __init__(self, path, headers, body):
        self.path = path
        self.request_id = headers.get("REQUEST-ID")
        self.facility = headers.get("X-HIP-ID") or headers.get("X-HIU-ID")
        self.body = body

    def get(self, *path):
        return dig(self.body, *path)

    @property
    def answers(self):
        """The REQUEST-ID of our call that this answers: `response`, in some places `resp`."""
        return self.get("response", "requestId") or self.get("resp", "requestId")

    @property
    def error(self):
        """ABDM's error, or None. It counts when it has a code."""
        return self.get("error") if self.get("error", "code") else None


class Bridge:
    """A web server for the callbacks of all our facilities, one thread that works on them."""

    def __init__(self, host):
        self.verifier = None  # set as soon as there is a session to fetch the keys with
        self.arrived = []  # what nobody has waited for yet
        self.seen = set()  # (path, REQUEST-ID): ABDM repeats callbacks
        self.refused = 0
        self.handlers = {}
        self.pushes = {}
        self.failure = None
        self.changed = threading.Condition()
        self.work = queue.Queue()
        bridge = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status = bridge.take(self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://{host}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        threading.Thread(target=self.run, daemon=True).start()

    def on(self, path, handler):
        """Callbacks at `path` go to `handler`, beside being there to be waited for."""
        self.handlers[path] = handler

    def take(self, path, headers, content):
        """Checks a callback, keeps it, and says the HTTP status. The work comes afterwards.

        ABDM waits some seconds only, and the HTTP answer is never the business answer.
        """
        is_push = path in self.pushes
        try:
            # Callbacks come from the gateway; a push comes from a HIP, with its own token.
            self.verifier.verify(headers.get("Authorization"), None if is_push else "gateway")
        except Refused:
            with self.changed:
                self.refused += 1
                self.changed.notify_all()
            return 401
        if path.startswith("/push/") and not is_push:
            return 404  # an address that we never gave out
        try:
            body = json.loads(content)
        except ValueError:
            return 400
        callback = Callback(path, headers, body)
        with self.changed:
            key = (path, callback.request_id)
            if callback.request_id and key in self.seen:
                return 202  # a repeat: taken, without a second effect
            self.seen.add(key)
            self.arrived.append(callback)
            self.changed.notify_all()
        handler = self.pushes.get(path) or self.handlers.get(path)
        if handler:
            self.work.put((handler, callback))
        return 202

    def run(self):
        """Works on callbacks one after the other. A failure ends the run of the program."""
        while True:
            handler, callback = self.work.get()
            try:
                handler(callback)
            except Exception as error:  # whatever it is, the main thread is to tell it
                with self.changed:
                    self.failure = self.failure or (callback.path, error)
                    self.changed.notify_all()

    def wait(self, what, fits, seconds=60):
        """Waits until `fits(callback)` holds for one that nobody has waited for yet."""

        def find():
            for callback in self.arrived:
                if fits(callback):
                    self.arrived.remove(callback)
                    return callback
            return None

        return self.until(what, find, seconds)

    def wait_for_answer(self, what, path, request_id, seconds=60):
        """Waits for the callback at `path` that answers our call `request_id`."""
        return self.wait(what, lambda c: c.path == path and c.answers == request_id, seconds)

    def until(self, what, find, seconds=60):
        """Waits until `find()` gives something. Callbacks do get lost: nothing waits for ever."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while True:
                if self.failure:
                    path, error = self.failure
                    raise Mismatch(f"while working on {path}: {error}")
                found = find()
                if found:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    here = sorted({callback.path for callback in self.arrived}) or "nothing"
                    raise Mismatch(f"{what} did not come within {seconds} s; unread: {here}")
                self.changed.wait(min(left, 0.5))
