package abdm;

import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** Milestone 3: a clinic asks for a patient's records, receives and reads them. */
final class Hiu {
    private static final String CONSENT = "/api/hiecm/consent/v3/request";
    private static final String DATA_FLOW = "/api/hiecm/data-flow/v3/health-information";
    // Whatever of these comes says that a consent gives no records any more.
    private static final String OVER = ".*(1061|1062|1092|1112).*";

    /** The records of one transaction, by care context. */
    record Received(String transaction, Map<String, byte[]> documents) {}

    final Session session;
    final Bridge bridge;
    final Map<String, String> headers;
    private final String id;

    Hiu(Session session, Bridge bridge, String id) {
        this.session = session;
        this.bridge = bridge;
        this.id = id;
        headers = Map.of("X-HIU-ID", id);
    }

    // --- consent -----------------------------------------------------------------------------

    /** Asks for consent, for so many seconds. Gives the id of the request. */
    String ask(String address, int eraseIn) throws InterruptedException {
        var identifier = Map.of(
            "type", "REGNO", "value", "MH1001", "system", "https://www.nmc.org.in");
        var permission = Map.of(
            "accessMode", "VIEW",
            "dateRange", Map.of("from", "2021-01-01T00:00:00.000Z", "to", Session.timestamp()),
            "dataEraseAt", Session.later(eraseIn),
            "frequency", Map.of("unit", "HOUR", "value", 1, "repeats", 0));
        var consent = Map.of(
            // Code and text belong together.
            "purpose", Map.of(
                "text", "Care Management", "code", "CAREMGT", "refUri", "www.abdm.gov.in"),
            // Read back to the patient first: another person's address gets the request too.
            "patient", Map.of("id", address),
            "hiu", Map.of("id", id),
            "requester", Map.of("name", "Dr. Example", "identifier", identifier),
            "hiTypes", List.of("OPConsultation", "Prescription"),
            "permission", permission);
        var reply = session.call("POST", CONSENT + "/init", Map.of("consent", consent), headers);
        expectStatus(reply, "asking for consent", 202);
        var path = "/api/v3/hiu/consent/request/on-init";
        var answer = bridge.awaitAnswer("the consent request's id", path, reply);
        expect(answer.error() == null, "the consent request was refused: " + answer.error());
        expect(id.equals(answer.facility()), "the answer came to " + answer.facility());
        var requestId = answer.get("consentRequest", "id");
        expect(requestId != null, "the answer has no consent request id");
        return requestId;
    }

    /** What became of a request: only to show it, or when a notice seems lost. */
    String status(String requestId) throws InterruptedException {
        var body = Map.of("consentRequestId", requestId);
        var reply = session.call("POST", CONSENT + "/status", body, headers);
        expectStatus(reply, "asking how a consent request stands", 202);
        var path = "/api/v3/hiu/consent/request/on-status";
        return bridge.awaitAnswer("its state", path, reply).get("consentRequest", "status");
    }

    /** Waits for the patient's decision and acknowledges it. Gives the artefacts' ids. */
    List<String> decision(String requestId, String status) throws InterruptedException {
        var path = "/api/v3/hiu/consent/request/notify";
        var notice = bridge.await("the notice " + status, callback ->
            callback.path().equals(path)
                && requestId.equals(callback.get("notification", "consentRequestId")));
        var told = notice.get("notification", "status");
        expect(status.equals(told), status + " was expected, and " + told + " came");
        var ids = new ArrayList<String>();
        var acknowledged = new ArrayList<Object>();
        // One artefact for each hospital.
        for (var artefact : Json.list(notice.dig("notification", "consentArtefacts"))) {
            var artefactId = Json.text(artefact, "id");
            if (artefactId != null) {
                ids.add(artefactId);
                acknowledged.add(Map.of("status", "OK", "consentId", artefactId));
            }
        }
        var reply = session.call("POST", CONSENT + "/hiu/on-notify", Map.of(
            "acknowledgement", acknowledged, // a list; the hospital acknowledges with an object
            "response", Map.of("requestId", notice.requestId())));
        expectStatus(reply, "acknowledging " + status + " as the clinic", 202);
        return ids;
    }

    /** The artefact: what the patient really allowed, which may be less than was asked. */
    Object fetch(String consentId) throws InterruptedException {
        var body = Map.of("consentId", consentId);
        var reply = session.call("POST", "/api/hiecm/consent/v3/fetch", body, headers);
        expectStatus(reply, "fetching the artefact", 202);
        var answer = bridge.awaitAnswer("the artefact", "/api/v3/hiu/consent/on-fetch", reply);
        expect(answer.error() == null, "no artefact: " + answer.error());
        var status = answer.get("consent", "status");
        expect("GRANTED".equals(status), "the artefact is " + status);
        var detail = answer.dig("consent", "consentDetail");
        for (var path : List.of("consentId", "hip", "careContexts", "permission")) {
            expect(Json.dig(detail, path) != null, "the artefact has no " + path);
        }
        return detail;
    }

    static List<String> careContexts(Object detail) {
        return Json.list(detail, "careContexts").stream()
            .map(context -> Json.text(context, "careContextReference"))
            .toList();
    }

    // --- records -----------------------------------------------------------------------------

    /** Asks for the records of an artefact. Gives the callback that answers. */
    private Bridge.Callback request(Object detail, Fidelius.KeyPair keys, String pushPath)
            throws InterruptedException {
        var asked = Map.of(
            "consent", Map.of("id", Json.text(detail, "consentId")),
            "dateRange", Json.dig(detail, "permission", "dateRange"),
            "dataPushUrl", bridge.url + pushPath,
            "keyMaterial", keys.material(Session.later(2 * Session.DAY), false));
        var body = Map.of("hiRequest", asked);
        var reply = session.call("POST", DATA_FLOW + "/request", body, headers);
        expectStatus(reply, "asking for records", 202);
        var path = "/api/v3/hiu/health-information/on-request";
        return bridge.awaitAnswer("the transaction", path, reply);
    }

    /** Asks for the records of an artefact, opens and reports them. */
    Received receive(Object detail) throws Exception {
        var keys = Fidelius.KeyPair.fresh(); // for this request and no other
        // The way to the keys is in the address: pages can come before the transaction is known.
        var pushPath = "/push/" + UUID.randomUUID();
        var pages = new CopyOnWriteArrayList<Bridge.Callback>();
        bridge.expectPush(pushPath, pages::add);
        var answer = request(detail, keys, pushPath);
        expect(answer.error() == null, "the data request was refused: " + answer.error());
        var transaction = answer.get("hiRequest", "transactionId");
        expect(transaction != null, "the data request has no transactionId");

        var wanted = careContexts(detail);
        // Told by the contexts that came: some hospitals send every page as "0 of 1".
        bridge.until("the records", () -> {
            var here = new HashSet<String>();
            for (var page : pages) {
                for (var entry : Json.list(page.body(), "entries")) {
                    here.add(Json.text(entry, "careContextReference"));
                }
            }
            return here.containsAll(wanted) ? here : null;
        });
        var documents = new HashMap<String, byte[]>();
        for (var page : pages) {
            var isOurs = transaction.equals(page.get("transactionId"));
            expect(isOurs, "a page of another transaction came");
            for (var entry : Json.list(page.body(), "entries")) {
                var reference = Json.text(entry, "careContextReference");
                var isAllowed = wanted.contains(reference);
                expect(isAllowed, "a record came that the patient did not allow");
                documents.put(reference, open(entry, keys, page));
            }
        }
        report(detail, transaction, documents.keySet());
        bridge.endPush(pushPath);
        return new Received(transaction, documents);
    }

    /** Opens one entry under the keys of its own page. */
    private static byte[] open(Object entry, Fidelius.KeyPair keys, Bridge.Callback page)
            throws Exception {
        var peer = Fidelius.Peer.read(page.dig("keyMaterial"));
        var document = Fidelius.decrypt(Json.text(entry, "content"), keys, peer);
        var told = Json.text(entry, "checksum");
        var isRight = Fidelius.checksum(document).equals(told);
        expect(isRight, "the checksum " + told + " is another document's");
        var bundle = Json.read(new String(document, StandardCharsets.UTF_8));
        var isDocument = "Bundle".equals(Json.text(bundle, "resourceType"))
            && "document".equals(Json.text(bundle, "type"));
        expect(isDocument, "what came is no FHIR document");
        return document;
    }

    /** Tells ABDM that the records are here. Once: a second report is refused. */
    private void report(Object detail, String transaction, Iterable<String> references) {
        var responses = new ArrayList<Object>();
        for (var reference : references) {
            responses.add(Map.of("careContextReference", reference, "hiStatus", "OK",
                "description", "Received"));
        }
        var outcome = Map.of(
            "sessionStatus", "RECEIVED",
            "hipId", Json.text(detail, "hip", "id"),
            "statusResponses", responses);
        var notification = Map.of(
            "consentId", Json.text(detail, "consentId"),
            "transactionId", transaction,
            "doneAt", Session.timestamp(),
            "notifier", Map.of("type", "HIU", "id", id),
            "statusNotification", outcome);
        var body = Map.of("notification", notification);
        var reply = session.call("POST", DATA_FLOW + "/notify", body);
        expectStatus(reply, "reporting the transfer as the clinic", 200, 202);
        var again = session.call("POST", DATA_FLOW + "/notify", body);
        expectStatus(again, "reporting it a second time", 400);
        expect(again.text().contains("1101"), "a second report was answered " + again.text());
    }

    /** A consent that is over gives no records. */
    void expectNoMore(Object detail) throws InterruptedException {
        var answer = request(detail, Fidelius.KeyPair.fresh(), "/push/" + UUID.randomUUID());
        var code = String.valueOf(answer.get("error", "code"));
        expect(code.matches(OVER), "a consent that is over was answered with " + answer.body());
    }
}
