package abdm;

import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A session with ABDM, and the headers that every call has. One client id has one bridge. */
final class Session {
    private static final String CM_ID = "sbx"; // the consent manager; `abdm` in production
    // UTC with exactly three digits of milliseconds and a `Z`: ABDM refuses every other form.
    private static final DateTimeFormatter FORM =
        DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    static final int DAY = 24 * 3600; // in seconds

    final String base;
    private final String clientId;
    private final String secret;
    private volatile String token;

    Session(String base, String clientId, String secret) {
        this.base = base;
        this.clientId = clientId;
        this.secret = secret;
    }

    static String timestamp() {
        return later(0);
    }

    /** So many seconds from now. */
    static String later(int seconds) {
        return FORM.format(Instant.now().plusSeconds(seconds));
    }

    String token() {
        return token;
    }

    /** Asks for an access token. It lives for {@code expiresIn} seconds, which is to be read. */
    Session open() {
        token = null;
        var body = Map.of(
            "clientId", clientId, "clientSecret", secret, "grantType", "client_credentials");
        var reply = call("POST", "/api/hiecm/gateway/v3/sessions", body);
        expectStatus(reply, "opening a session for " + clientId, 200, 202);
        // Some gateways have answered 200 with an error and no token: the field counts.
        expect(reply.get("accessToken") != null, "the session answer has no accessToken");
        expect(reply.get("expiresIn") != null, "the session answer has no expiresIn");
        token = reply.get("accessToken");
        return this;
    }

    Http.Reply call(String method, String path, Object body) {
        return call(method, path, body, Map.of());
    }

    /** One call. Each has a fresh REQUEST-ID, a repeated one too. */
    Http.Reply call(String method, String path, Object body, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        all.put("REQUEST-ID", UUID.randomUUID().toString());
        all.put("TIMESTAMP", timestamp());
        all.put("X-CM-ID", CM_ID);
        if (token != null) {
            all.put("Authorization", "Bearer " + token);
        }
        var reply = Http.send(method, base + path, all, body);
        // 401 with 900901 is a token that is over: once, with a new one. An empty 401 is a header
        // that is missing, and no new token helps.
        if (reply.status() == 401 && token != null && reply.text().contains("900901")) {
            open();
            return call(method, path, body, headers);
        }
        return reply;
    }
}
