package abdm;

import static abdm.Check.expectStatus;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Milestone 2, the answers of the hospital: it gives records to whom the patient allows. */
final class Records {
    private static final String DATA_FLOW = "/api/hiecm/data-flow/v3/health-information";

    /** What is known of a consent. */
    private record Consent(String status, Object detail) {
        boolean isOver() {
            return status.equals("REVOKED") || status.equals("EXPIRED");
        }
    }

    // Care context -> document, ready *before* it is linked.
    final Map<String, byte[]> documents = new ConcurrentHashMap<>();
    private final Map<String, Consent> consents = new ConcurrentHashMap<>();
    private final Map<String, String> reported = new ConcurrentHashMap<>(); // by consent
    private final Session session;
    private final String hipId;

    Records(Session session, Bridge bridge, String hipId) {
        this.session = session;
        this.hipId = hipId;
        bridge.on("/api/v3/consent/request/hip/notify", this::consentChanged);
        bridge.on("/api/v3/hip/health-information/request", this::requested);
    }

    boolean isKnownAs(String consentId, String status) {
        var known = consents.get(consentId);
        return known != null && known.status.equals(status);
    }

    /** How the transfer of a consent (null: of any) was reported, or null. */
    String reported(String consentId) {
        return consentId == null
            ? reported.values().stream().findAny().orElse(null)
            : reported.get(consentId);
    }

    /** An instant of ABDM: any number of digits, `Z` or nothing for UTC. */
    private static Instant instant(Object value, Object... path) {
        var text = Json.text(value, path).replaceAll("Z$", "");
        return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    /**
     * GRANTED, REVOKED or EXPIRED: kept, and acknowledged each time. Who does not acknowledge is
     * never asked for records.
     */
    private void consentChanged(Bridge.Callback notice) {
        var consentId = notice.get("notification", "consentId");
        var status = notice.get("notification", "status");
        var known = consents.get(consentId);
        if (known == null || !known.isOver()) { // what is over stays over
            var detail = notice.dig("notification", "consentDetail");
            var kept = detail == null && known != null ? known.detail : detail;
            consents.put(consentId, new Consent(status, kept));
        }
        var body = Map.of(
            // An object here; the HIU acknowledges with a list.
            "acknowledgement", Map.of("status", "OK", "consentId", consentId),
            "response", Map.of("requestId", notice.requestId()));
        var reply = session.call("POST", "/api/hiecm/consent/v3/request/hip/on-notify", body);
        expectStatus(reply, "acknowledging a consent as the hospital", 202);
    }

    /** Why a request is not served, or null. Checked each time, not once at the grant. */
    private Map<String, String> refusal(Object asked) {
        var known = consents.get(Json.text(asked, "consent", "id"));
        if (known == null || !known.status.equals("GRANTED")) {
            return Map.of("code", "ABDM-1062", "message", "Consent Not granted");
        }
        var allowed = Json.dig(known.detail, "permission");
        if (!instant(allowed, "dataEraseAt").isAfter(Instant.now())) {
            return Map.of("code", "ABDM-1061", "message", "Consent expired");
        }
        var from = instant(asked, "dateRange", "from");
        var to = instant(asked, "dateRange", "to");
        var isWider = from.isBefore(instant(allowed, "dateRange", "from"))
            || to.isAfter(instant(allowed, "dateRange", "to"));
        return isWider
            ? Map.of("code", "ABDM-1063", "message", "Date Range given is invalid")
            : null;
    }

    /** Answers a data request, pushes the records, reports. */
    private void requested(Bridge.Callback notice) throws Exception {
        var transaction = notice.get("transactionId");
        var asked = notice.dig("hiRequest");
        var refusal = refusal(asked);
        var answer = new HashMap<String, Object>();
        answer.put("response", Map.of("requestId", notice.requestId()));
        if (refusal == null) {
            answer.put("hiRequest",
                Map.of("transactionId", transaction, "sessionStatus", "ACKNOWLEDGED"));
        } else {
            answer.put("error", refusal);
        }
        var reply = session.call("POST", DATA_FLOW + "/hip/on-request", answer);
        expectStatus(reply, "answering the data request", 200, 202);
        if (refusal != null) {
            return;
        }
        var consentId = Json.text(asked, "consent", "id");
        var wanted = new ArrayList<String>();
        for (var context : Json.list(consents.get(consentId).detail, "careContexts")) {
            wanted.add(Json.text(context, "careContextReference"));
        }
        var ours = wanted.stream().filter(documents::containsKey).toList();
        var delivered = new HashSet<String>();
        for (var index = 0; index < ours.size(); index++) {
            var page = new HashMap<String, Object>();
            page.put("pageNumber", index + 1);
            page.put("pageCount", ours.size());
            page.put("transactionId", transaction);
            if (push(asked, ours.get(index), page)) {
                delivered.add(ours.get(index));
            }
        }
        report(consentId, transaction, wanted, delivered);
    }

    /** One document in one page, encrypted under keys of its own. */
    private boolean push(Object asked, String reference, Map<String, Object> page)
            throws Exception {
        var document = documents.get(reference);
        var peer = Fidelius.Peer.read(Json.dig(asked, "keyMaterial"));
        // Key and IV follow from the key pairs and nonces: used twice, they give documents away.
        var own = Fidelius.KeyPair.ofSender(peer.key());
        var entry = Map.of(
            "content", Fidelius.encrypt(document, own, peer),
            "media", "application/fhir+json",
            "checksum", Fidelius.checksum(document),
            "careContextReference", reference);
        page.put("entries", List.of(entry));
        page.put("keyMaterial", own.material(Session.later(Session.DAY), true));
        var headers = Map.of(
            "Authorization", "Bearer " + session.token(),
            "REQUEST-ID", UUID.randomUUID().toString(),
            "TIMESTAMP", Session.timestamp());
        // Straight to who asked: the record does not pass through ABDM.
        var status = Http.send("POST", Json.text(asked, "dataPushUrl"), headers, page).status();
        return status >= 200 && status < 300;
    }

    private void report(
            String consentId, String transaction, List<String> wanted, Set<String> delivered) {
        var status = delivered.isEmpty() ? "FAILED" : "TRANSFERRED";
        var responses = new ArrayList<Object>();
        for (var reference : wanted) {
            var isThere = delivered.contains(reference);
            responses.add(Map.of(
                "careContextReference", reference,
                "hiStatus", isThere ? "DELIVERED" : "ERRORED",
                "description", isThere ? "Delivered" : "Not delivered"));
        }
        var outcome = Map.of(
            "sessionStatus", status, "hipId", hipId, "statusResponses", responses);
        var notification = Map.of(
            "consentId", consentId,
            "transactionId", transaction,
            "doneAt", Session.timestamp(),
            "notifier", Map.of("type", "HIP", "id", hipId),
            "statusNotification", outcome);
        var body = Map.of("notification", notification);
        var reply = session.call("POST", DATA_FLOW + "/notify", body);
        expectStatus(reply, "reporting the transfer as the hospital", 200, 202);
        reported.put(consentId, status);
    }
}
