"""One whole run through milestones 1 to 3 of ABDM, against an abdm-sandbox.

A person gets an ABHA number, a hospital links a visit of theirs, and a clinic asks the person for
it and reads it. Every step is checked; the first that is not as the contract says ends the run.
"""

import sys
import time
import uuid

from abdm import field_encryption, hip, m1, settings, vectors
from abdm.bearer import Verifier
from abdm.callbacks import Bridge
from abdm.check import Mismatch, done, expect, expect_status
from abdm.gateway import Session
from abdm.hiu import DAY, Hiu
from abdm.sandbox import Sandbox

GATEWAY = "/api/hiecm/gateway/v3"
# How the sandbox forges the bearer of a callback.
FORGERIES = (
    "unknown-kid",
    "wrong-key",
    "alg-none",
    "hs256-public-key",
    "wrong-issuer",
    "wrong-party",
    "expired",
)


def prepare(given):
    """A fresh sandbox, at the pace that was asked for."""
    sandbox = Sandbox(given)
    sandbox.demand()
    if given.reset == "yes":
        sandbox.reset()
        done("start", "the sandbox begins anew")
    if given.time_scale:
        sandbox.switch(time_scale=float(given.time_scale))
    return sandbox


def connect(given, client_id, secret, facility):
    """A session, and a bridge that ABDM calls back."""
    session = Session(given.base_url, client_id, secret).open()
    bridge = Bridge(given.callback_host)
    bridge.verifier = Verifier(session)
    # One URL for each client id: whoever sets it last gets all callbacks.
    reply = session.call("PATCH", f"{GATEWAY}/bridge/url", {"url": bridge.url})
    expect_status(reply, (200, 202), "setting the bridge's URL")
    reply = session.call("GET", f"{GATEWAY}/bridge-services")
    expect_status(reply, 200, "reading the bridge's services")
    expect(reply.get("bridge", "url") == bridge.url, "the bridge's URL was not kept")
    expect(facility in reply.text, f"{facility} is no service of {client_id}")
    return session, bridge


def milestone_1(given, sandbox, session):
    """Who the patient is from here on."""
    key = field_encryption.for_numbers(session)
    desk = m1.Desk(session, sandbox, key, field_encryption.for_addresses(session))
    person = sandbox.person(given.aadhaar)
    mobile = given.mobile or person["mobile"]
    number, transaction = desk.enrol(person["aadhaar"], mobile)
    address = desk.choose_address(transaction, number)
    profile = desk.verify_number(number, mobile)
    desk.verify_address(address, mobile)
    names = (profile.get(part) for part in ("firstName", "middleName", "lastName"))
    return {
        "number": number,
        "address": address,
        # Name, gender and year exactly as in the ABHA profile, or there is no link token.
        "name": " ".join(name for name in names if name),
        "gender": profile["gender"],
        "year_of_birth": int(profile["yearOfBirth"]),
        "local_id": f"UHID-{uuid.uuid4().hex[:8]}",
    }


def milestone_2(given, sandbox, hospital, person):
    """Links a visit; the patient's app pulls the record at once. Gives the visit's reference."""
    reference = f"OPD-{uuid.uuid4().hex[:8]}"
    document = hip.read_record(given.record, person, hospital.id)
    hospital.link(hospital.link_token(person), person, reference, document)
    hospital.wait_for_transfer("the transfer to the patient's own app", lambda _: True)
    shown = sandbox.records(person["address"]).get(reference)
    expect(shown == document, "the patient's app holds another record than the one that was sent")
    done("M2", "the patient's own app asked for the record and got it")
    hospital.notify(person, reference)
    return reference, document


def milestone_3(given, sandbox, clinic, hospital, person, reference, document):
    """Consent, record, and the end of the consent."""
    address = person["address"]
    request_id = clinic.ask(address, sandbox.clock_ahead() + DAY)
    expect(clinic.status(request_id) == "REQUESTED", "the request is not REQUESTED")
    done("M3", "consent is asked for")

    sandbox.wait_for_consent_request(address, request_id)
    granted = sandbox.approve(address, request_id)
    artefacts = clinic.decision(request_id, "GRANTED")
    expect(artefacts == granted, f"{granted} were granted, and {artefacts} were told")
    detail = clinic.fetch(artefacts[0])
    allowed = [context["careContextReference"] for context in detail["careContexts"]]
    expect(reference in allowed, f"the visit {reference} is not in the artefact")
    hospital.wait_for_status(artefacts[0], "GRANTED")
    done("M3", "the patient granted it in the app; the artefact is fetched")

    transaction, documents = clinic.receive(detail)
    expect(documents[reference] == document, "the record that came is not the one that was sent")
    hospital.wait_for_transfer("the transfer", lambda consent: consent == artefacts[0])
    path = f"/api/hiecm/data-flow/v3/health-information/request/status/{transaction}"
    state = clinic.session.call("GET", path)
    expect_status(state, 200, "asking how the transfer stands")
    expect(state.get("status") in ("TRANSFERRED", "RECEIVED"), f"it is {state.get('status')}")
    if given.save:
        with open(given.save, "wb") as file:
            file.write(documents[reference])
    done("M3", f"received, decrypted and reported: {len(documents[reference])} bytes")

    sandbox.revoke(address, artefacts)
    clinic.decision(request_id, "REVOKED")
    hospital.wait_for_status(artefacts[0], "REVOKED")
    clinic.expect_no_more(detail)
    done("M3", "the patient took it back; no more records come")


def expiry(sandbox, clinic, hospital, address):
    """A consent of one day, looked at a day later: by then sessions are over as well."""
    request_id = clinic.ask(address, sandbox.clock_ahead() + DAY)
    sandbox.wait_for_consent_request(address, request_id)
    sandbox.approve(address, request_id)
    artefacts = clinic.decision(request_id, "GRANTED")
    detail = clinic.fetch(artefacts[0])
    hospital.wait_for_status(artefacts[0], "GRANTED")
    sandbox.move_clock(DAY)
    clinic.decision(request_id, "EXPIRED")
    hospital.wait_for_status(artefacts[0], "EXPIRED")
    clinic.expect_no_more(detail)
    done("M3", "a day later the next consent was over by itself")


def forged_callbacks(sandbox, clinic):
    """Callbacks with a forged bearer of each kind are refused: the check can fail."""
    for number, kind in enumerate(FORGERIES, start=1):
        endpoint = "OnConsentStatus"
        sandbox.fault("forgeCallbackTokens", count=1, kind=kind, endpoint=endpoint)
        path = "/api/hiecm/consent/v3/request/status"
        body = {"consentRequestId": str(uuid.uuid4())}
        reply = clinic.session.call("POST", path, body, clinic.headers)
        expect_status(reply, 202, "asking for the callback that is forged")
        refused = lambda: clinic.bridge.refused >= number
        clinic.bridge.until(f"the refusal of a bearer forged as {kind}", refused)
    expect(clinic.bridge.refused == len(FORGERIES), "a callback of ABDM itself was refused")
    done("last", f"{len(FORGERIES)} callbacks with forged bearers were refused, and no other")


def main():
    started = time.monotonic()
    given = settings.read()
    if given.vectors:
        vectors.check(given.vectors)
    sandbox = prepare(given)
    hip_side = connect(given, given.hip_client_id, given.hip_client_secret, given.hip_id)
    hiu_side = connect(given, given.hiu_client_id, given.hiu_client_secret, given.hiu_id)
    done("start", "sessions, keys and bridges are there")
    hospital = hip.Hip(*hip_side, given.hip_id)
    clinic = Hiu(*hiu_side, given.hiu_id)
    person = milestone_1(given, sandbox, hospital.session)
    visit = milestone_2(given, sandbox, hospital, person)
    milestone_3(given, sandbox, clinic, hospital, person, *visit)
    expiry(sandbox, clinic, hospital, person["address"])
    forged_callbacks(sandbox, clinic)
    print(f"python: the whole run is as the contract says ({time.monotonic() - started:.1f} s)")


if __name__ == "__main__":
    try:
        main()
    except Mismatch as mismatch:
        print(f"python: {mismatch}", file=sys.stderr)
        sys.exit(1)
