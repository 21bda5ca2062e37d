package abdm;

import static abdm.Check.done;
import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One whole run through milestones 1 to 3 of ABDM, against an abdm-sandbox.
 *
 * <p>A person gets an ABHA number, a hospital links a visit of theirs, and a clinic asks the person
 * for it and reads it. Every step is checked; the first that is not as the contract says ends the
 * run.
 */
final class Run {
    private static final String GATEWAY = "/api/hiecm/gateway/v3";
    // How the sandbox forges the bearer of a callback.
    private static final List<String> FORGERIES = List.of(
        "unknown-kid", "wrong-key", "alg-none", "hs256-public-key", "wrong-issuer", "wrong-party",
        "expired");

    /** A session, and a bridge that ABDM calls back. */
    private record Connection(Session session, Bridge bridge, String facility) {}

    /** A linked visit. */
    private record Visit(String reference, byte[] document) {}

    private final Settings settings;
    private final Sandbox sandbox;

    private Run(Settings settings) {
        this.settings = settings;
        sandbox = new Sandbox(settings);
    }

    public static void main(String[] words) throws Exception {
        try {
            new Run(new Settings(words)).play();
            System.exit(0);
        } catch (Check.Mismatch mismatch) {
            System.err.println("java: " + mismatch.getMessage());
            System.exit(1);
        }
    }

    private void play() throws Exception {
        var started = System.nanoTime();
        if (settings.has("vectors")) {
            Vectors.check(settings.get("vectors"));
        }
        prepare();
        var hipSide = connect("hip");
        var hiuSide = connect("hiu");
        done("start", "sessions, keys and bridges are there");
        var hospital = new Hip(hipSide.session, hipSide.bridge, hipSide.facility);
        var clinic = new Hiu(hiuSide.session, hiuSide.bridge, hiuSide.facility);
        var patient = milestone1(hipSide.session);
        var visit = milestone2(hospital, patient, hipSide.facility);
        milestone3(clinic, hospital, patient, visit);
        expiry(clinic, hospital, patient.address());
        forgedCallbacks(clinic);
        var seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf("java: the whole run is as the contract says (%.1f s)%n", seconds);
    }

    /** A fresh sandbox, at the pace that was asked for. */
    private void prepare() {
        sandbox.demand();
        if (settings.get("reset").equals("yes")) {
            sandbox.reset();
            done("start", "the sandbox begins anew");
        }
        if (settings.has("time-scale")) {
            sandbox.set("time_scale", Double.valueOf(settings.get("time-scale")));
        }
    }

    private Connection connect(String role) throws Exception {
        var client = settings.get(role + "-client-id");
        var secret = settings.get(role + "-client-secret");
        var session = new Session(settings.get("base-url"), client, secret).open();
        var bridge = new Bridge(settings.get("callback-host"), new Verifier(session));
        // One URL for each client id: whoever sets it last gets all callbacks.
        var reply = session.call("PATCH", GATEWAY + "/bridge/url", Map.of("url", bridge.url));
        expectStatus(reply, "setting the bridge's URL", 200, 202);
        reply = session.call("GET", GATEWAY + "/bridge-services", null);
        expectStatus(reply, "reading the bridge's services", 200);
        expect(bridge.url.equals(reply.get("bridge", "url")), "the bridge's URL was not kept");
        var facility = settings.get(role + "-id");
        expect(reply.text().contains(facility), facility + " is no service of " + client);
        return new Connection(session, bridge, facility);
    }

    /** Who the patient is from here on. */
    private Patient milestone1(Session session) throws Exception {
        var desk = new Desk(session, sandbox);
        var person = sandbox.person(settings.get("aadhaar"));
        var mobile =
            settings.has("mobile") ? settings.get("mobile") : Json.text(person, "mobile");
        var enrolled = desk.enrol(Json.text(person, "aadhaar"), mobile);
        var address = desk.chooseAddress(enrolled);
        var profile = desk.verifyNumber(enrolled.number(), mobile);
        desk.verifyAddress(address, mobile);
        return Patient.of(enrolled.number(), address, profile);
    }

    /** Links a visit; the patient's app pulls the record at once. */
    private Visit milestone2(Hip hospital, Patient patient, String hipId) throws Exception {
        var reference = "OPD-" + UUID.randomUUID().toString().substring(0, 8);
        var document = patient.record(settings.get("record"), hipId);
        hospital.link(hospital.linkToken(patient), patient, reference, document);
        hospital.waitForTransfer("the transfer to the patient's own app", null);
        var shown = sandbox.record(patient.address(), reference);
        var isSame = Arrays.equals(shown, document);
        expect(isSame, "the patient's app holds another record than the one sent");
        done("M2", "the patient's own app asked for the record and got it");
        hospital.announce(patient, reference);
        return new Visit(reference, document);
    }

    /** Consent, record, and the end of the consent. */
    private void milestone3(Hiu clinic, Hip hospital, Patient patient, Visit visit)
            throws Exception {
        var requestId = clinic.ask(patient.address(), sandbox.clockAhead() + Session.DAY);
        var state = clinic.status(requestId);
        expect("REQUESTED".equals(state), "the request is " + state);
        done("M3", "consent is asked for");

        sandbox.waitForConsentRequest(patient.address(), requestId);
        var granted = sandbox.approve(patient.address(), requestId);
        var artefacts = clinic.decision(requestId, "GRANTED");
        expect(artefacts.equals(granted), granted + " were granted, and " + artefacts + " told");
        var artefact = artefacts.get(0);
        var detail = clinic.fetch(artefact);
        var isAllowed = Hiu.careContexts(detail).contains(visit.reference);
        expect(isAllowed, "the visit " + visit.reference + " is not in the artefact");
        hospital.waitForStatus(artefact, "GRANTED");
        done("M3", "the patient granted it in the app; the artefact is fetched");

        var received = clinic.receive(detail);
        var record = received.documents().get(visit.reference);
        var isSame = Arrays.equals(record, visit.document);
        expect(isSame, "the record that came is not the one that was sent");
        hospital.waitForTransfer("the transfer", artefact);
        var path = "/api/hiecm/data-flow/v3/health-information/request/status/";
        var reply = clinic.session.call("GET", path + received.transaction(), null);
        expectStatus(reply, "asking how the transfer stands", 200);
        var status = String.valueOf(reply.get("status"));
        expect(status.matches("TRANSFERRED|RECEIVED"), "the transfer is " + status);
        if (settings.has("save")) {
            Files.write(Path.of(settings.get("save")), record);
        }
        done("M3", "received, decrypted and reported: " + record.length + " bytes");

        sandbox.revoke(patient.address(), artefacts);
        clinic.decision(requestId, "REVOKED");
        hospital.waitForStatus(artefact, "REVOKED");
        clinic.expectNoMore(detail);
        done("M3", "the patient took it back; no more records come");
    }

    /** A consent of one day, looked at a day later: by then sessions are over as well. */
    private void expiry(Hiu clinic, Hip hospital, String address) throws Exception {
        var requestId = clinic.ask(address, sandbox.clockAhead() + Session.DAY);
        sandbox.waitForConsentRequest(address, requestId);
        sandbox.approve(address, requestId);
        var artefact = clinic.decision(requestId, "GRANTED").get(0);
        var detail = clinic.fetch(artefact);
        hospital.waitForStatus(artefact, "GRANTED");
        sandbox.moveClock(Session.DAY);
        clinic.decision(requestId, "EXPIRED");
        hospital.waitForStatus(artefact, "EXPIRED");
        clinic.expectNoMore(detail);
        done("M3", "a day later the next consent was over by itself");
    }

    /** Callbacks with a forged bearer of each kind are refused: the check can fail. */
    private void forgedCallbacks(Hiu clinic) throws InterruptedException {
        var refused = 0;
        for (var kind : FORGERIES) {
            var wanted = ++refused;
            sandbox.fault("forgeCallbackTokens",
                Map.of("count", 1, "kind", kind, "endpoint", "OnConsentStatus"));
            var body = Map.of("consentRequestId", UUID.randomUUID().toString());
            var path = "/api/hiecm/consent/v3/request/status";
            var reply = clinic.session.call("POST", path, body, clinic.headers);
            expectStatus(reply, "asking for the callback that is forged", 202);
            clinic.bridge.until("the refusal of a bearer forged as " + kind,
                () -> clinic.bridge.refused() >= wanted ? true : null);
        }
        var isAll = clinic.bridge.refused() == refused;
        expect(isAll, "a callback of ABDM itself was refused");
        done("last", refused + " callbacks with forged bearers were refused, and no other");
    }
}
