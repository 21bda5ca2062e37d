package abdm;

import static abdm.Check.done;
import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Milestone 1: a person gets an ABHA number and an ABHA address, and proves them. */
final class Desk {
    private static final String ENROLMENT = "/abha/api/v3/enrollment";
    private static final String PROFILE = "/abha/api/v3/profile";
    private static final String WEB = "/abha/api/v3/phr/web";

    /** A new ABHA number, dashed, and the transaction that it came of. */
    record Enrolled(String number, String transaction) {}

    private final Session session;
    private final Sandbox sandbox;
    private final FieldKey key; // of enrolment and profile
    private final FieldKey phrKey; // of addresses

    Desk(Session session, Sandbox sandbox) throws GeneralSecurityException {
        this.session = session;
        this.sandbox = sandbox;
        key = FieldKey.forNumbers(session);
        phrKey = FieldKey.forAddresses(session);
    }

    private static Map<String, Object> otpBlock(String transaction, String encryptedOtp) {
        var otp = new HashMap<String, Object>();
        otp.put("txnId", transaction);
        otp.put("otpValue", encryptedOtp);
        return Map.of("authMethods", List.of("otp"), "otp", otp);
    }

    // --- enrolment ---------------------------------------------------------------------------

    /** Enrols by Aadhaar OTP. */
    Enrolled enrol(String aadhaar, String mobile) throws GeneralSecurityException {
        // The person reads the whole consent text and agrees *before* this call is made.
        var reply = session.call("POST", ENROLMENT + "/request/otp", Map.of(
            "txnId", "",
            "scope", List.of("abha-enrol"),
            "loginHint", "aadhaar",
            "loginId", key.encrypt(aadhaar),
            "otpSystem", "aadhaar"));
        expectStatus(reply, "asking UIDAI for an OTP", 200);
        var transaction = reply.get("txnId");
        expect(transaction != null, "the OTP answer has no txnId");

        var otp = sandbox.otp(mobile);
        var wrong = enrolByOtp(transaction, otp.equals("000000") ? "111111" : "000000", mobile);
        expectStatus(wrong, "enrolling with a wrong OTP", 422);
        var code = String.valueOf(wrong.get("error", "code"));
        var isUidais = code.contains("ABDM-1204");
        expect(isUidais, "a wrong OTP is ABDM-1204, and this came: " + wrong.text());
        done("M1", "a wrong OTP is refused with UIDAI's own words");

        // Never repeated after a time-out: whether it was carried out is found out by a login.
        reply = enrolByOtp(transaction, otp, mobile);
        expectStatus(reply, "enrolling by Aadhaar OTP", 200);
        var number = reply.get("ABHAProfile", "ABHANumber");
        var isWhole = number != null && number.length() == 17;
        expect(isWhole, "the enrolment answer has no ABHA number");
        var isNew = Boolean.TRUE.equals(reply.dig("isNew"));
        expect(isNew, number + " is not new: the sandbox was not empty");
        expect(reply.get("tokens", "token") != null, "the enrolment answer has no token");
        done("M1", "enrolled: " + number);
        return new Enrolled(number, reply.get("txnId"));
    }

    @SuppressWarnings("unchecked")
    private Http.Reply enrolByOtp(String transaction, String otp, String mobile)
            throws GeneralSecurityException {
        var auth = otpBlock(transaction, key.encrypt(otp));
        // In plain text, alone of all mobile numbers.
        ((Map<String, Object>) auth.get("otp")).put("mobile", mobile);
        var consent = Map.of("code", "abha-enrollment", "version", "1.4");
        var body = Map.of("authData", auth, "consent", consent);
        return session.call("POST", ENROLMENT + "/enrol/byAadhaar", body);
    }

    /** Takes the first ABHA address that ABDM suggests; gives it with its suffix. */
    String chooseAddress(Enrolled enrolled) {
        var headers = Map.of("Transaction_Id", enrolled.transaction());
        var reply = session.call("GET", ENROLMENT + "/enrol/suggestion", null, headers);
        expectStatus(reply, "asking for ABHA addresses", 200);
        var name = reply.get("abhaAddressList", 0);
        expect(name != null, "ABDM suggests no ABHA address");
        var body = Map.of("txnId", enrolled.transaction(), "abhaAddress", name, "preferred", 1);
        reply = session.call("POST", ENROLMENT + "/enrol/abha-address", body);
        expectStatus(reply, "taking the ABHA address " + name, 200);
        var address = reply.get("preferredAbhaAddress");
        expect((name + "@sbx").equals(address), name + " was asked for, and " + address + " came");
        var owner = reply.get("healthIdNumber");
        expect(enrolled.number().equals(owner), "the address belongs to another number");
        done("M1", "ABHA address: " + address);
        return address;
    }

    // --- verification ------------------------------------------------------------------------

    /** Proves an ABHA number by an OTP to its phone. Gives the profile. */
    Object verifyNumber(String number, String mobile) throws GeneralSecurityException {
        var scope = List.of("abha-login", "mobile-verify");
        var reply = session.call("POST", PROFILE + "/login/request/otp", Map.of(
            "scope", scope,
            "loginHint", "abha-number",
            // With dashes here. The calls of milestone 2 want the same number without.
            "loginId", key.encrypt(number),
            "otpSystem", "abdm"));
        expectStatus(reply, "asking for an OTP to verify the number", 200);
        var auth = otpBlock(reply.get("txnId"), key.encrypt(sandbox.otp(mobile)));
        var body = Map.of("scope", scope, "authData", auth);
        reply = session.call("POST", PROFILE + "/login/verify", body);
        expectStatus(reply, "verifying the number", 200);
        // A wrong OTP is HTTP 200 too: `authResult` tells.
        var isProved = "success".equals(reply.get("authResult"));
        expect(isProved, "not verified: " + reply.get("message"));
        // Without a refreshToken it would be a transfer token, which opens no profile.
        expect(reply.get("refreshToken") != null, "the answer has no refreshToken");
        // The word Bearer is needed.
        var headers = Map.of("X-token", "Bearer " + reply.get("token"));
        var profile = session.call("GET", PROFILE + "/account", null, headers);
        expectStatus(profile, "reading the profile", 200);
        var isTheirs = number.equals(profile.get("ABHANumber"));
        expect(isTheirs, "the profile is that of another number");
        var card = session.call("GET", PROFILE + "/account/abha-card", null, headers);
        expectStatus(card, "fetching the ABHA card", 200, 202);
        var magic = HexFormat.of().formatHex(card.content(), 0, Math.min(3, card.content().length));
        var isImage = magic.equals("89504e") || magic.equals("ffd8ff"); // PNG, JPEG
        expect(isImage, "the card is no picture but " + card.contentType());
        done("M1", "verified by OTP; profile and card fetched");
        return profile.json();
    }

    /** Proves an ABHA address: another family of paths, another key, another kind of token. */
    void verifyAddress(String address, String mobile) throws GeneralSecurityException {
        var scope = List.of("abha-address-login", "mobile-verify");
        var reply = session.call("POST", WEB + "/login/abha/request/otp", Map.of(
            "scope", scope,
            "loginHint", "abha-address",
            "loginId", phrKey.encrypt(address),
            "otpSystem", "abdm"));
        expectStatus(reply, "asking for an OTP to verify the address", 200);
        var auth = otpBlock(reply.get("txnId"), phrKey.encrypt(sandbox.otp(mobile)));
        var body = Map.of("scope", scope, "authData", auth);
        reply = session.call("POST", WEB + "/login/abha/verify", body);
        expectStatus(reply, "verifying the address", 200);
        var isProved = "success".equals(reply.get("authResult"));
        expect(isProved, "not verified: " + reply.get("message"));
        var isTheirs = Json.list(reply.json(), "users").stream()
            .anyMatch(user -> address.equals(Json.text(user, "abhaAddress")));
        expect(isTheirs, address + " is not among who was verified");
        done("M1", "the ABHA address is verified under its own key");
    }
}
