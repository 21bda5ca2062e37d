"""Milestone 2: a hospital links a record, and gives it to whom the patient allows."""

import datetime
import json
import time
import uuid

from . import fidelius
from .check import done, expect, expect_status
from .gateway import instant, now, timestamp
from .http import send

DATA_FLOW = "/api/hiecm/data-flow/v3/health-information"


class Hip:
    """The hospital. Its part in a consent is played by callbacks, whoever asked for it."""

    def __init__(self, session, bridge, hip_id):
        self.session = session
        self.bridge = bridge
        self.headers = {"X-HIP-ID": hip_id}
        self.id = hip_id
        self.documents = {}  # care context reference -> document, ready *before* it is linked
        self.consents = {}  # consent id -> status and artefact
        self.reported = []  # (consent id, session status) of every transfer that is over
        bridge.on("/api/v3/consent/request/hip/notify", self.consent_changed)
        bridge.on("/api/v3/hip/health-information/request", self.records_requested)

    # --- linking -----------------------------------------------------------------------------

    def link_token(self, person):
        """A link token: good for six months for this patient here, so a hospital keeps it.

        More than three requests a day are blocked for 24 hours, so it is never asked for again
        by itself.
        """
        reply = self.session.call(
            "POST",
            "/api/hiecm/v3/token/generate-token",
            {
                "abhaNumber": int(person["number"].replace("-", "")),
                "abhaAddress": person["address"],
                "name": person["name"],
                "gender": person["gender"],
                "yearOfBirth": person["year_of_birth"],
            },
            self.headers,
        )
        expect_status(reply, 202, "asking for a link token")
        path = "/api/v3/hip/token/on-generate-token"
        answer = self.bridge.wait_for_answer("the link token", path, reply.request_id)
        expect(answer.error is None, f"no link token: {answer.error}")
        expect(answer.facility == self.id, f"the link token came to {answer.facility}")
        token = answer.get("linkToken")
        expect(token and token.count(".") == 2, "the link token is no JWT")
        done("M2", "a link token came by a callback with a good signature")
        return token

    def link(self, token, person, reference, document):
        """Links one visit. The document is there first: the patient's app asks at once."""
        self.documents[reference] = document
        number = person["number"].replace("-", "")
        body = {
            "abhaNumber": number,  # digits only: with dashes the answer is an empty 400
            "abhaAddress": person["address"],
            # One element for each HI type, and `hiType` is one text.
            "patient": [
                {
                    "referenceNumber": person["local_id"],
                    "display": person["name"],
                    "careContexts": [
                        # Nothing clinical in a display: it is shown before anybody is known.
                        {"referenceNumber": reference, "display": "OPD visit"}
                    ],
                    "hiType": "OPConsultation",
                    "count": 1,
                }
            ],
        }
        path = "/api/hiecm/hip/v3/link/carecontext"
        headers = {**self.headers, "X-LINK-TOKEN": token}
        dashed = self.session.call("POST", path, {**body, "abhaNumber": person["number"]}, headers)
        expect(dashed.status == 400, f"a dashed number was answered with HTTP {dashed.status}")
        reply = self.session.call("POST", path, body, headers)
        expect_status(reply, 202, "linking the visit")
        callback = "/api/v3/link/on_carecontext"  # with an underscore, alone of all paths
        answer = self.bridge.wait_for_answer("the outcome of linking", callback, reply.request_id)
        # The status is prose. The error decides.
        expect(answer.error is None, f"not linked: {answer.error}")
        done("M2", f"linked: {reference} ({answer.get('status')})")

    def notify(self, person, reference, pauses=(5, 15, 60)):
        """Tells that a linked visit has something new; ABDM may not see the link yet."""
        body = {
            "notification": {
                "patient": {"id": person["address"]},
                "careContext": {
                    "patientReference": person["local_id"],
                    "careContextReference": reference,
                },
                "hiTypes": ["OPConsultation"],  # a list here
                "date": timestamp(),
                "hip": {"id": self.id},
            }
        }
        for pause in (*pauses, None):
            path = "/api/hiecm/hip/v3/link/context/notify"
            reply = self.session.call("POST", path, body, self.headers)
            expect_status(reply, 202, "telling that there is something new")
            callback = "/api/v3/links/context/on-notify"
            answer = self.bridge.wait_for_answer("its outcome", callback, reply.request_id)
            error = answer.error
            if error is None:
                done("M2", "told that there is something new")
                return
            not_yet = "1006" in error["code"] and "No care context linked" in error["message"]
            expect(not_yet and pause is not None, f"the notice was refused: {error}")
            time.sleep(pause)

    # --- consent and transfer ----------------------------------------------------------------

    def consent_changed(self, notice):
        """GRANTED, REVOKED or EXPIRED: kept, and acknowledged each time.

        Who does not acknowledge is never asked for records.
        """
        consent_id = notice.get("notification", "consentId")
        status = notice.get("notification", "status")
        known = self.consents.get(consent_id, {})
        detail = notice.get("notification", "consentDetail") or known.get("detail")
        with self.bridge.changed:
            if known.get("status") not in ("REVOKED", "EXPIRED"):  # what is over stays over
                self.consents[consent_id] = {"status": status, "detail": detail}
            self.bridge.changed.notify_all()
        reply = self.session.call(
            "POST",
            "/api/hiecm/consent/v3/request/hip/on-notify",
            {
                # An object here; the HIU acknowledges with a list.
                "acknowledgement": {"status": "OK", "consentId": consent_id},
                "response": {"requestId": notice.request_id},
            },
        )
        expect_status(reply, 202, "acknowledging a consent as the hospital")

    def refusal(self, notice):
        """Why a request is not served, or None. Checked at each request, not once at the grant."""
        consent = self.consents.get(notice.get("hiRequest", "consent", "id"))
        if consent is None or consent["status"] != "GRANTED":
            return {"code": "ABDM-1062", "message": "Consent Not granted"}
        allowed = consent["detail"]["permission"]
        asked = notice.get("hiRequest", "dateRange")
        if instant(allowed["dataEraseAt"]) <= now():
            return {"code": "ABDM-1061", "message": "Consent expired"}
        if (
            instant(asked["from"]) < instant(allowed["dateRange"]["from"])
            or instant(asked["to"]) > instant(allowed["dateRange"]["to"])
        ):
            return {"code": "ABDM-1063", "message": "Date Range given is invalid"}
        return None

    def records_requested(self, notice):
        """Answers a data request, pushes the records, reports."""
        transaction = notice.get("transactionId")
        answer = {"response": {"requestId": notice.request_id}}
        refusal = self.refusal(notice)
        if refusal:
            answer["error"] = refusal
        else:
            answer["hiRequest"] = {"transactionId": transaction, "sessionStatus": "ACKNOWLEDGED"}
        reply = self.session.call("POST", f"{DATA_FLOW}/hip/on-request", answer)
        expect_status(reply, (200, 202), "answering the data request")
        if refusal:
            return
        consent_id = notice.get("hiRequest", "consent", "id")
        contexts = self.consents[consent_id]["detail"]["careContexts"]
        wanted = [context["careContextReference"] for context in contexts]
        ours = [reference for reference in wanted if reference in self.documents]
        delivered = {}
        for page, reference in enumerate(ours, start=1):
            delivered[reference] = self.push(notice, reference, page, len(ours))
        self.report(consent_id, transaction, wanted, delivered)

    def push(self, notice, reference, page, pages):
        """One document in one page, encrypted under keys of its own."""
        document = self.documents[reference]
        peer = fidelius.read_key_material(notice.get("hiRequest", "keyMaterial"))
        # Key and IV follow from the key pairs and nonces: used twice, they give documents away.
        own = fidelius.sender_keys(peer[0])
        expiry = timestamp(now() + datetime.timedelta(days=1))
        body = {
            "pageNumber": page,
            "pageCount": pages,
            "transactionId": notice.get("transactionId"),
            "entries": [
                {
                    "content": fidelius.encrypt(document, own, *peer),
                    "media": "application/fhir+json",
                    "checksum": fidelius.checksum(document),
                    "careContextReference": reference,
                }
            ],
            "keyMaterial": fidelius.key_material(own, expiry, "x509"),
        }
        headers = {
            "Authorization": f"Bearer {self.session.token}",
            "REQUEST-ID": str(uuid.uuid4()),
            "TIMESTAMP": timestamp(),
        }
        # Straight to who asked: the record does not pass through ABDM.
        reply = send("POST", notice.get("hiRequest", "dataPushUrl"), headers, body)
        return 200 <= reply.status < 300

    def report(self, consent_id, transaction, wanted, delivered):
        whole = any(delivered.values())
        status = "TRANSFERRED" if whole else "FAILED"
        responses = [
            {
                "careContextReference": reference,
                "hiStatus": "DELIVERED" if delivered.get(reference) else "ERRORED",
                "description": "Delivered" if delivered.get(reference) else "Not delivered",
            }
            for reference in wanted
        ]
        reply = self.session.call(
            "POST",
            f"{DATA_FLOW}/notify",
            {
                "notification": {
                    "consentId": consent_id,
                    "transactionId": transaction,
                    "doneAt": timestamp(),
                    "notifier": {"type": "HIP", "id": self.id},
                    "statusNotification": {
                        "sessionStatus": status,
                        "hipId": self.id,
                        "statusResponses": responses,
                    },
                }
            },
        )
        expect_status(reply, (200, 202), "reporting the transfer as the hospital")
        with self.bridge.changed:
            self.reported.append((consent_id, status))
            self.bridge.changed.notify_all()

    def wait_for_transfer(self, what, fits, seconds=60):
        """Waits until a transfer is reported for which `fits(consent id)` holds."""

        def find():
            for reported in self.reported:
                if fits(reported[0]):
                    return reported
            return None

        consent_id, status = self.bridge.until(what, find, seconds)
        expect(status == "TRANSFERRED", f"{what} ended {status}")
        return consent_id

    def wait_for_status(self, consent_id, status):
        """Waits until the hospital knows that a consent is in this state."""
        known = lambda: self.consents.get(consent_id, {}).get("status") == status
        self.bridge.until(f"{status} at the hospital", known)


def read_record(path, person, hip_id):
    """The FHIR document of the visit, with the patient's own ABHA in it."""
    genders = {"M": "male", "F": "female"}
    with open(path, encoding="utf-8") as file:
        text = file.read()
    values = {
        "name": person["name"],
        "abhaNumber": person["number"],
        "abhaAddress": person["address"],
        "gender": genders.get(person["gender"], "other"),
        "yearOfBirth": str(person["year_of_birth"]),
        "hipId": hip_id,
    }
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    document = text.encode()
    expect(json.loads(document)["resourceType"] == "Bundle", f"{path} is no FHIR bundle")
    return document
