"""Milestone 3: a clinic asks for a patient's records, receives and reads them."""

import datetime
import json
import uuid

from . import fidelius
from .check import expect, expect_status
from .gateway import now, timestamp
from .http import dig

CONSENT = "/api/hiecm/consent/v3/request"
DATA_FLOW = "/api/hiecm/data-flow/v3/health-information"
DAY = 24 * 3600
# Whatever of these comes first says that a consent gives no records any more.
OVER = ("1061", "1062", "1092", "1112")


class Hiu:
    """The clinic."""

    def __init__(self, session, bridge, hiu_id):
        self.session = session
        self.bridge = bridge
        self.headers = {"X-HIU-ID": hiu_id}
        self.id = hiu_id

    # --- consent -----------------------------------------------------------------------------

    def ask(self, address, erase_in=DAY):
        """Asks for consent, for so many seconds. Gives the id of the request."""
        body = {
            "consent": {
                # Code and text belong together.
                "purpose": {
                    "text": "Care Management",
                    "code": "CAREMGT",
                    "refUri": "www.abdm.gov.in",
                },
                # Read back to the patient first: another person's address gets the request too.
                "patient": {"id": address},
                "hiu": {"id": self.id},
                "requester": {
                    "name": "Dr. Example",
                    "identifier": {
                        "type": "REGNO",
                        "value": "MH1001",
                        "system": "https://www.nmc.org.in",
                    },
                },
                "hiTypes": ["OPConsultation", "Prescription"],
                "permission": {
                    "accessMode": "VIEW",
                    "dateRange": {"from": "2021-01-01T00:00:00.000Z", "to": timestamp()},
                    "dataEraseAt": timestamp(now() + datetime.timedelta(seconds=erase_in)),
                    "frequency": {"unit": "HOUR", "value": 1, "repeats": 0},
                },
            }
        }
        reply = self.session.call("POST", f"{CONSENT}/init", body, self.headers)
        expect_status(reply, 202, "asking for consent")
        path = "/api/v3/hiu/consent/request/on-init"
        answer = self.bridge.wait_for_answer("the consent request's id", path, reply.request_id)
        expect(answer.error is None, f"the consent request was refused: {answer.error}")
        expect(answer.facility == self.id, f"the answer came to {answer.facility}")
        request_id = answer.get("consentRequest", "id")
        expect(request_id, "the answer has no consent request id")
        return request_id

    def status(self, request_id):
        """What became of a request: only to show it, or when a notice seems lost."""
        body = {"consentRequestId": request_id}
        reply = self.session.call("POST", f"{CONSENT}/status", body, self.headers)
        expect_status(reply, 202, "asking how a consent request stands")
        path = "/api/v3/hiu/consent/request/on-status"
        answer = self.bridge.wait_for_answer("its state", path, reply.request_id)
        return answer.get("consentRequest", "status")

    def decision(self, request_id, status):
        """Waits for the patient's decision and acknowledges it. Gives the artefacts' ids."""

        def fits(callback):
            return (
                callback.path == "/api/v3/hiu/consent/request/notify"
                and callback.get("notification", "consentRequestId") == request_id
            )

        notice = self.bridge.wait(f"the notice {status}", fits)
        told = notice.get("notification", "status")
        expect(told == status, f"{status} was expected, and {told} came")
        # One artefact for each hospital.
        artefacts = notice.get("notification", "consentArtefacts") or []
        ids = [dig(artefact, "id") for artefact in artefacts if dig(artefact, "id")]
        reply = self.session.call(
            "POST",
            f"{CONSENT}/hiu/on-notify",
            {
                # A list here; the hospital acknowledges with an object.
                "acknowledgement": [{"status": "OK", "consentId": id} for id in ids],
                "response": {"requestId": notice.request_id},
            },
        )
        expect_status(reply, 202, f"acknowledging {status} as the clinic")
        return ids

    def fetch(self, consent_id):
        """The artefact: what the patient really allowed, which may be less than was asked."""
        path = "/api/hiecm/consent/v3/fetch"
        reply = self.session.call("POST", path, {"consentId": consent_id}, self.headers)
        expect_status(reply, 202, "fetching the artefact")
        path = "/api/v3/hiu/consent/on-fetch"
        answer = self.bridge.wait_for_answer("the artefact", path, reply.request_id)
        expect(answer.error is None, f"no artefact: {answer.error}")
        status = answer.get("consent", "status")
        expect(status == "GRANTED", f"the artefact is {status}")
        detail = answer.get("consent", "consentDetail")
        for name in ("consentId", "hip", "careContexts", "permission"):
            expect(dig(detail, name), f"the artefact has no {name}")
        return detail

    # --- records -----------------------------------------------------------------------------

    def request(self, detail, keys, push_path):
        """Asks for the records of an artefact. Gives the callback that answers."""
        reply = self.session.call(
            "POST",
            f"{DATA_FLOW}/request",
            {
                "hiRequest": {
                    "consent": {"id": detail["consentId"]},
                    "dateRange": detail["permission"]["dateRange"],
                    "dataPushUrl": self.bridge.url + push_path,
                    "keyMaterial": fidelius.key_material(
                        keys, timestamp(now() + datetime.timedelta(days=2)), "raw"
                    ),
                }
            },
            self.headers,
        )
        expect_status(reply, 202, "asking for records")
        path = "/api/v3/hiu/health-information/on-request"
        return self.bridge.wait_for_answer("the transaction", path, reply.request_id)

    def receive(self, detail):
        """Asks for the records of an artefact, opens and reports them: reference -> document."""
        keys = fidelius.KeyPair()  # for this request and no other
        # The way to the keys is in the address: pages can come before the transaction is known.
        push_path = f"/push/{uuid.uuid4()}"
        pages = []

        def keep(page):
            with self.bridge.changed:
                pages.append(page)
                self.bridge.changed.notify_all()

        self.bridge.pushes[push_path] = keep
        answer = self.request(detail, keys, push_path)
        expect(answer.error is None, f"the data request was refused: {answer.error}")
        transaction = answer.get("hiRequest", "transactionId")
        expect(transaction, "the data request has no transactionId")

        wanted = {context["careContextReference"] for context in detail["careContexts"]}

        def complete():
            # Told by the contexts that came: some hospitals send every page as "0 of 1".
            entries = [entry for page in pages for entry in page.get("entries") or []]
            return wanted <= {entry.get("careContextReference") for entry in entries}

        self.bridge.until("the records", complete)
        documents = {}
        for page in pages:
            expect(page.get("transactionId") == transaction, "a page of another transaction came")
            for entry in page.get("entries"):
                documents[entry["careContextReference"]] = self.open(entry, keys, page)
        expect(set(documents) <= wanted, "a record came that the patient did not allow")
        self.report(detail["consentId"], transaction, detail["hip"]["id"], documents)
        del self.bridge.pushes[push_path]
        return transaction, documents

    def open(self, entry, keys, page):
        """Opens one entry under the keys of its own page."""
        peer = fidelius.read_key_material(page.get("keyMaterial"))
        document = fidelius.decrypt(entry["content"], keys, *peer)
        told = entry.get("checksum")
        expect(told == fidelius.checksum(document), f"the checksum {told} is another document's")
        bundle = json.loads(document)
        is_document = bundle.get("resourceType") == "Bundle" and bundle.get("type") == "document"
        expect(is_document, "what came is no FHIR document")
        return document

    def report(self, consent_id, transaction, hip_id, documents):
        """Tells ABDM that the records are here. Once: a second report is refused."""
        responses = [
            {"careContextReference": reference, "hiStatus": "OK", "description": "Received"}
            for reference in documents
        ]
        body = {
            "notification": {
                "consentId": consent_id,
                "transactionId": transaction,
                "doneAt": timestamp(),
                "notifier": {"type": "HIU", "id": self.id},
                "statusNotification": {
                    "sessionStatus": "RECEIVED",
                    "hipId": hip_id,
                    "statusResponses": responses,
                },
            }
        }
        reply = self.session.call("POST", f"{DATA_FLOW}/notify", body)
        expect_status(reply, (200, 202), "reporting the transfer as the clinic")
        again = self.session.call("POST", f"{DATA_FLOW}/notify", body)
        is_known = again.status == 400 and "1101" in again.text
        expect(is_known, f"a second report was answered with HTTP {again.status}: {again.text}")

    def expect_no_more(self, detail):
        """A consent that is over gives no records."""
        answer = self.request(detail, fidelius.KeyPair(), f"/push/{uuid.uuid4()}")
        code = dig(answer.error, "code") or ""
        expect(
            any(over in code for over in OVER),
            f"a consent that is over was answered with {answer.error or 'a transaction'}",
        )
