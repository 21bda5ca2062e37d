package abdm;

import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a tester does at the sandbox and ABDM does not offer: everything below /sandbox/. */
final class Sandbox {
    private final String base;
    private final String fixedOtp;

    Sandbox(Settings settings) {
        base = settings.get("base-url");
        fixedOtp = settings.get("otp");
    }

    private Http.Reply call(String method, String path, Object body) {
        return Http.send(method, base + "/sandbox/" + path, Map.of(), body);
    }

    /** Stops unless this is a sandbox: nothing of this program belongs on a live network. */
    void demand() {
        var health = call("GET", "health", null);
        expect(health.status() == 200,
            base + " is no abdm-sandbox (GET /sandbox/health gave HTTP " + health.status()
                + "): this program plays with made-up people and stops here");
    }

    /** Lets everything begin anew; clients, facilities and sessions stay. */
    void reset() {
        expectStatus(call("POST", "reset", Map.of()), "resetting the sandbox", 204);
    }

    void set(String name, Object value) {
        expectStatus(call("PATCH", "switches", Map.of(name, value)), "setting a switch", 200);
    }

    void fault(String fault, Map<String, Object> details) {
        var body = new LinkedHashMap<String, Object>(details);
        body.put("fault", fault);
        var reply = call("POST", "faults", body);
        expectStatus(reply, "asking for the fault " + fault, 204);
    }

    /** By how many seconds the sandbox's clock was moved. Its callbacks stay in our time. */
    int clockAhead() {
        var reply = call("GET", "clock", null);
        expectStatus(reply, "reading the sandbox's clock", 200);
        return Integer.parseInt(reply.get("movedSeconds"));
    }

    /** Moves the sandbox's clock forward: what is due by then happens at once. */
    void moveClock(int seconds) {
        var reply = call("POST", "clock", Map.of("seconds", seconds));
        expectStatus(reply, "moving the sandbox's clock", 200);
    }

    /** Who has this Aadhaar number, or else the first person without an ABHA number. */
    Object person(String aadhaar) {
        for (var person : Json.list(call("GET", "people", null).json())) {
            var theirs = Json.text(person, "aadhaar");
            var isFree = theirs != null && Json.text(person, "abhaNumber") == null;
            if (aadhaar.isEmpty() ? isFree : aadhaar.equals(theirs)) {
                return person;
            }
        }
        throw new Check.Mismatch(aadhaar.isEmpty()
            ? "everybody at the sandbox has an ABHA number already: restart it"
            : "nobody at the sandbox has the Aadhaar number of --aadhaar");
    }

    /** The OTP that was sent to this phone last. */
    String otp(String mobile) {
        if (!fixedOtp.isEmpty()) {
            return fixedOtp;
        }
        for (var sent : Json.list(call("GET", "otps", null).json())) {
            if (mobile.equals(Json.text(sent, "to"))) {
                return Json.text(sent, "otp");
            }
        }
        throw new Check.Mismatch("no OTP was sent to the patient's phone");
    }

    // --- the patient's app -------------------------------------------------------------------

    /** Waits until the patient's app shows this request. */
    void waitForConsentRequest(String address, String requestId) throws InterruptedException {
        var deadline = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < deadline) {
            var reply = call("GET", "app/" + address + "/requests", null);
            expectStatus(reply, "opening the patient's app", 200);
            for (var request : Json.list(reply.json())) {
                if (requestId.equals(Json.text(request, "requestId"))) {
                    return;
                }
            }
            Thread.sleep(100);
        }
        throw new Check.Mismatch("the patient's app does not show the request " + requestId);
    }

    /** The patient grants all that was asked; the ids of the artefacts. */
    List<Object> approve(String address, String requestId) {
        var path = "app/" + address + "/requests/" + requestId + "/approve";
        var reply = call("POST", path, Map.of());
        expectStatus(reply, "granting in the patient's app", 200);
        return Json.list(reply.json(), "consentIds");
    }

    /** What the patient's own app received and decrypted of a visit, or null. */
    byte[] record(String address, String reference) {
        var reply = call("GET", "app/" + address + "/records", null);
        expectStatus(reply, "looking into the patient's app", 200);
        for (var record : Json.list(reply.json())) {
            var document = Json.text(record, "documentBase64");
            var isMeant = reference.equals(Json.text(record, "careContextReference"));
            if (isMeant && document != null) {
                return Base64.getDecoder().decode(document);
            }
        }
        return null;
    }

    /** The patient takes granted consents back. */
    void revoke(String address, List<?> consents) {
        var reply = call("POST", "app/" + address + "/revoke", Map.of("consents", consents));
        expectStatus(reply, "revoking in the patient's app", 204);
    }
}
