package abdm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** JSON over HTTP, with Java's own client. */
final class Http {
    private static final HttpClient CLIENT =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Http() {}

    /** An answer, whatever its status: a refusal of ABDM is an answer too. */
    record Reply(int status, String contentType, byte[] content, String requestId) {
        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        /** The JSON body. An empty one is an empty object: 202 answers have none. */
        Object json() {
            return content.length == 0 ? Map.of() : Json.read(text());
        }

        Object dig(Object... path) {
            return Json.dig(json(), path);
        }

        String get(Object... path) {
            return Json.text(json(), path);
        }
    }

    /** Sends a call. {@code body} is anything that JSON can hold, or null for none. */
    static Reply send(String method, String url, Map<String, String> headers, Object body) {
        var publisher = body == null
            ? BodyPublishers.noBody()
            : BodyPublishers.ofString(Json.write(body), StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(60))
            .method(method, publisher);
        headers.forEach(request::header);
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        try {
            var answer = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
            var type = answer.headers().firstValue("Content-Type").orElse("no type");
            return new Reply(answer.statusCode(), type, answer.body(), headers.get("REQUEST-ID"));
        } catch (IOException error) {
            throw new Check.Mismatch(method + " " + url + ": no answer came (" + error + ")");
        } catch (InterruptedException interrupted) {
            throw new Check.Mismatch(method + " " + url + ": interrupted");
        }
    }
}
