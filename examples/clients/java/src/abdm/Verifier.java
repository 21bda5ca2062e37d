package abdm;

import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Who sent a callback: the bearer token, checked against ABDM's published keys. */
final class Verifier {
    // The token's own `alg` chooses nothing: it must be one of these two, and that of the key.
    private static final Map<String, String> ALGORITHMS =
        Map.of("RS256", "SHA256withRSA", "RS512", "SHA512withRSA");
    // Who issues them on the sandbox network: by captures of 2026, and by NHA's older samples.
    private static final Set<String> ISSUERS = Set.of(
        "https://dev.abdm.gov.in/auth/realms/central-registry",
        "https://dev.ndhm.gov.in/auth/realms/central-registry");
    // A callback that was refused comes again 16 minutes later, with its old token.
    private static final long GRACE_SECONDS = 3600;

    /** The token proves nothing. The message says why. */
    static final class Refused extends Exception {
        Refused(String why) {
            super(why);
        }
    }

    private final Session session;
    private final String path;
    private volatile Map<String, Object> keys = Map.of();

    Verifier(Session session) {
        this.session = session;
        var discovery = "/api/hiecm/gateway/v3/.well-known/openid-configuration";
        var found = session.call("GET", discovery, null);
        expectStatus(found, "reading where the keys are", 200);
        var uri = String.valueOf(found.get("jwks_uri"));
        // Keys from another host would let that host sign callbacks.
        expect(uri.startsWith(session.base + "/"), "the keys are elsewhere: " + uri);
        path = uri.substring(session.base.length());
        fetch();
    }

    private void fetch() {
        var reply = session.call("GET", path, null);
        expectStatus(reply, "fetching the keys for callbacks", 200);
        var found = new HashMap<String, Object>();
        for (var key : Json.list(reply.json(), "keys")) {
            if ("RSA".equals(Json.text(key, "kty"))) {
                found.put(Json.text(key, "kid"), key);
            }
        }
        expect(!found.isEmpty(), "ABDM publishes no RSA key");
        keys = found;
    }

    /** Checks a token; {@code client} is whose it must be, null for anybody's. */
    void verify(String authorization, String client) throws Refused {
        var isBearer = authorization != null && authorization.startsWith("Bearer ");
        refuseUnless(isBearer, "there is no bearer token");
        var parts = authorization.substring("Bearer ".length()).split("\\.", -1);
        refuseUnless(parts.length == 3, "the bearer is no JWT");
        Object head;
        Object claims;
        try {
            head = Json.read(new String(bytes(parts[0]), StandardCharsets.UTF_8));
            claims = Json.read(new String(bytes(parts[1]), StandardCharsets.UTF_8));
        } catch (Json.Malformed | IllegalArgumentException unreadable) {
            throw new Refused("the bearer cannot be read");
        }
        var kid = Json.text(head, "kid");
        if (!keys.containsKey(kid)) {
            fetch(); // keys change: once more, then it is unknown
        }
        var key = keys.get(kid);
        refuseUnless(key != null, "the bearer names an unknown key");
        var named = Json.text(head, "alg");
        var algorithm = named == null ? null : ALGORITHMS.get(named);
        refuseUnless(algorithm != null && Objects.equals(named, Json.text(key, "alg")),
            "the bearer's algorithm is not that of its key");
        refuseUnless(isSigned(parts, key, algorithm), "the bearer's signature is wrong");
        checkClaims(claims, client);
    }

    private static boolean isSigned(String[] parts, Object key, String algorithm) {
        try {
            var numbers = new RSAPublicKeySpec(
                new BigInteger(1, bytes(Json.text(key, "n"))),
                new BigInteger(1, bytes(Json.text(key, "e"))));
            var signature = Signature.getInstance(algorithm);
            signature.initVerify(KeyFactory.getInstance("RSA").generatePublic(numbers));
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(bytes(parts[2]));
        } catch (GeneralSecurityException | IllegalArgumentException unusable) {
            return false;
        }
    }

    private static void checkClaims(Object claims, String client) throws Refused {
        refuseUnless(Json.dig(claims, "exp") instanceof Number, "the bearer has no exp");
        var end = ((Number) Json.dig(claims, "exp")).longValue();
        refuseUnless(end + GRACE_SECONDS >= Instant.now().getEpochSecond(), "the bearer is over");
        var issuer = String.valueOf(Json.text(claims, "iss"));
        refuseUnless(ISSUERS.contains(issuer), "the bearer was issued by " + issuer);
        var azp = Json.text(claims, "azp");
        var owner = azp == null ? Json.text(claims, "clientId") : azp;
        refuseUnless(client == null || client.equals(owner), "the bearer is that of " + owner);
    }

    private static byte[] bytes(String part) {
        return Base64.getUrlDecoder().decode(part);
    }

    private static void refuseUnless(boolean holds, String why) throws Refused {
        if (!holds) {
            throw new Refused(why);
        }
    }
}
