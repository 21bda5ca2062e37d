"""What a tester does at the sandbox and ABDM does not offer: everything below /sandbox/."""

import base64
import time

from .check import Mismatch, expect, expect_status
from .http import dig, send


class Sandbox:
    """The sandbox's own paths."""

    def __init__(self, settings):
        self.base = settings.base_url
        self.otp_is_fixed = settings.otp

    def call(self, method, path, body=None):
        return send(method, f"{self.base}/sandbox/{path}", {}, body)

    def demand(self):
        """Stops unless this is a sandbox: nothing of this program belongs on a live network."""
        health = self.call("GET", "health")
        expect(
            health.status == 200,
            f"{self.base} is no abdm-sandbox (GET /sandbox/health gave HTTP {health.status}): "
            "this program plays with made-up people and stops here",
        )

    def reset(self):
        """Lets everything begin anew; clients, facilities and sessions stay."""
        expect_status(self.call("POST", "reset", {}), 204, "resetting the sandbox")

    def switch(self, **switches):
        expect_status(self.call("PATCH", "switches", switches), 200, "setting switches")

    def fault(self, name, **details):
        reply = self.call("POST", "faults", {"fault": name, **details})
        expect_status(reply, 204, f"asking for the fault {name}")

    def clock_ahead(self):
        """By how many seconds the sandbox's clock was moved. Its callbacks stay in our time."""
        reply = self.call("GET", "clock")
        expect_status(reply, 200, "reading the sandbox's clock")
        return reply.json["movedSeconds"]

    def move_clock(self, seconds):
        """Moves the sandbox's clock forward: what is due by then happens at once."""
        reply = self.call("POST", "clock", {"seconds": seconds})
        expect_status(reply, 200, "moving the sandbox's clock")

    def person(self, aadhaar):
        """Who has this Aadhaar number, or else the first person without an ABHA number."""
        people = self.call("GET", "people").json
        for person in people:
            is_free = person.get("aadhaar") and not person.get("abhaNumber")
            is_meant = person.get("aadhaar") == aadhaar
            if is_meant if aadhaar else is_free:
                return person
        if aadhaar:
            raise Mismatch("nobody at the sandbox has the Aadhaar number of --aadhaar")
        raise Mismatch("everybody at the sandbox has an ABHA number already: restart it")

    def otp(self, mobile):
        """The OTP that was sent to this phone last."""
        if self.otp_is_fixed:
            return self.otp_is_fixed
        for sent in self.call("GET", "otps").json:
            if sent.get("to") == mobile:
                return sent["otp"]
        raise Mismatch("no OTP was sent to the patient's phone")

    # --- the patient's app -------------------------------------------------------------------

    def consent_requests(self, address):
        """What waits for the patient's decision, the newest first."""
        reply = self.call("GET", f"app/{address}/requests")
        expect_status(reply, 200, "opening the patient's app")
        return reply.json

    def wait_for_consent_request(self, address, request_id, seconds=30):
        """Waits until the patient's app shows this request."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if any(dig(r, "requestId") == request_id for r in self.consent_requests(address)):
                return
            time.sleep(0.1)
        raise Mismatch(f"the patient's app does not show the consent request {request_id}")

    def approve(self, address, request_id):
        """The patient grants all that was asked; the ids of the artefacts."""
        reply = self.call("POST", f"app/{address}/requests/{request_id}/approve", {})
        expect_status(reply, 200, "granting in the patient's app")
        return reply.json["consentIds"]

    def records(self, address):
        """What the patient's own app received and decrypted: reference -> document."""
        reply = self.call("GET", f"app/{address}/records")
        expect_status(reply, 200, "looking into the patient's app")
        return {
            record["careContextReference"]: base64.b64decode(record["documentBase64"] or "")
            for record in reply.json
        }

    def revoke(self, address, consents):
        """The patient takes granted consents back."""
        reply = self.call("POST", f"app/{address}/revoke", {"consents": consents})
        expect_status(reply, 204, "revoking in the patient's app")
