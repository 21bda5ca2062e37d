package abdm;

import static abdm.Check.done;
import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Milestone 2, the hospital's own calls: it links a record. */
final class Hip {
    private static final int[] PAUSES = {5, 15, 60};

    final Records records; // what it does when ABDM asks, whoever made ABDM ask
    private final Session session;
    private final Bridge bridge;
    private final String id;
    private final Map<String, String> headers;

    Hip(Session session, Bridge bridge, String id) {
        this.session = session;
        this.bridge = bridge;
        this.id = id;
        headers = Map.of("X-HIP-ID", id);
        records = new Records(session, bridge, id);
    }

    /**
     * A link token: good for six months for this patient here, so a hospital keeps it. More than
     * three requests a day are blocked for 24 hours, so it is never asked for again by itself.
     */
    String linkToken(Patient patient) throws InterruptedException {
        var body = Map.of(
            "abhaNumber", Long.valueOf(patient.digits()),
            "abhaAddress", patient.address(),
            "name", patient.name(),
            "gender", patient.gender(),
            "yearOfBirth", patient.yearOfBirth());
        var reply = session.call("POST", "/api/hiecm/v3/token/generate-token", body, headers);
        expectStatus(reply, "asking for a link token", 202);
        var path = "/api/v3/hip/token/on-generate-token";
        var answer = bridge.awaitAnswer("the link token", path, reply);
        expect(answer.error() == null, "no link token: " + answer.error());
        expect(id.equals(answer.facility()), "the link token came to " + answer.facility());
        var token = answer.get("linkToken");
        var isJwt = token != null && token.split("\\.").length == 3;
        expect(isJwt, "the link token is no JWT");
        done("M2", "a link token came by a callback with a good signature");
        return token;
    }

    /** Links one visit. The document is there first: the patient's app asks at once. */
    void link(String token, Patient patient, String reference, byte[] document)
            throws InterruptedException {
        records.documents.put(reference, document);
        // Nothing clinical in a display: it is shown before anybody is known.
        var visit = Map.of("referenceNumber", reference, "display", "OPD visit");
        // One element for each HI type, and `hiType` is one text.
        var element = Map.of(
            "referenceNumber", patient.localId(),
            "display", patient.name(),
            "careContexts", List.of(visit),
            "hiType", "OPConsultation",
            "count", 1);
        var body = new HashMap<String, Object>();
        body.put("abhaAddress", patient.address());
        body.put("patient", List.of(element));
        var path = "/api/hiecm/hip/v3/link/carecontext";
        var withToken = Map.of("X-HIP-ID", id, "X-LINK-TOKEN", token);
        body.put("abhaNumber", patient.number());
        var dashed = session.call("POST", path, body, withToken);
        expectStatus(dashed, "linking under a number with dashes", 400);
        body.put("abhaNumber", patient.digits());
        var reply = session.call("POST", path, body, withToken);
        expectStatus(reply, "linking the visit", 202);
        // With an underscore, alone of all paths.
        var callback = "/api/v3/link/on_carecontext";
        var answer = bridge.awaitAnswer("the outcome of linking", callback, reply);
        // The status is prose. The error decides.
        expect(answer.error() == null, "not linked: " + answer.error());
        done("M2", "linked: " + reference + " (" + answer.get("status") + ")");
    }

    /** Tells that a linked visit has something new; ABDM may not see the link yet. */
    void announce(Patient patient, String reference) throws InterruptedException {
        var context = Map.of(
            "patientReference", patient.localId(), "careContextReference", reference);
        var notification = Map.of(
            "patient", Map.of("id", patient.address()),
            "careContext", context,
            "hiTypes", List.of("OPConsultation"), // a list here
            "date", Session.timestamp(),
            "hip", Map.of("id", id));
        var body = Map.of("notification", notification);
        for (var attempt = 0; ; attempt++) {
            var path = "/api/hiecm/hip/v3/link/context/notify";
            var reply = session.call("POST", path, body, headers);
            expectStatus(reply, "telling that there is something new", 202);
            var callback = "/api/v3/links/context/on-notify";
            var answer = bridge.awaitAnswer("its outcome", callback, reply);
            if (answer.error() == null) {
                done("M2", "told that there is something new");
                return;
            }
            var isEarly = answer.get("error", "code").contains("1006")
                && answer.get("error", "message").contains("No care context linked");
            expect(isEarly && attempt < PAUSES.length, "the notice was refused: " + answer.error());
            Thread.sleep(PAUSES[attempt] * 1000L);
        }
    }

    /** Waits until a transfer is reported, of this consent or (null) of any. */
    void waitForTransfer(String what, String consentId) throws InterruptedException {
        var status = bridge.until(what, () -> records.reported(consentId));
        expect(status.equals("TRANSFERRED"), what + " ended " + status);
    }

    /** Waits until the hospital knows that a consent is in this state. */
    void waitForStatus(String consentId, String status) throws InterruptedException {
        var what = status + " at the hospital";
        bridge.until(what, () -> records.isKnownAs(consentId, status) ? status : null);
    }
}
