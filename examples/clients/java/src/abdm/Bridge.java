package abdm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The bridge: where ABDM calls back, and where what came is waited for. */
final class Bridge {
    /** One callback. Ids are taken from its headers: those in its body are empty or null. */
    record Callback(String path, String requestId, String facility, Object body) {
        Object dig(Object... path) {
            return Json.dig(body, path);
        }

        String get(Object... path) {
            return Json.text(body, path);
        }

        /** The REQUEST-ID of our call that this answers: `response`, in some places `resp`. */
        String answers() {
            var answered = get("response", "requestId");
            return answered == null ? get("resp", "requestId") : answered;
        }

        /** ABDM's error, or null. It counts when it has a code. */
        Object error() {
            return get("error", "code") == null ? null : dig("error");
        }
    }

    /** What is done with a callback after it was answered. */
    interface Handler {
        void handle(Callback callback) throws Exception;
    }

    final String url;
    private final Verifier verifier;
    private final List<Callback> arrived = new ArrayList<>(); // what nobody has waited for yet
    private final Set<String> seen = new HashSet<>(); // path and REQUEST-ID: ABDM repeats callbacks
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final Map<String, Handler> pushes = new ConcurrentHashMap<>();
    private final ExecutorService work = Executors.newSingleThreadExecutor(Bridge::daemon);
    private String failure;
    private int refused;

    Bridge(String host, Verifier verifier) throws IOException {
        this.verifier = verifier;
        var server = HttpServer.create(new InetSocketAddress(host, 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newCachedThreadPool(Bridge::daemon));
        server.start();
        url = "http://" + host + ":" + server.getAddress().getPort();
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    /** Callbacks at {@code path} go to {@code handler}, beside being there to be waited for. */
    void on(String path, Handler handler) {
        handlers.put(path, handler);
    }

    void expectPush(String path, Handler handler) {
        pushes.put(path, handler);
    }

    void endPush(String path) {
        pushes.remove(path);
    }

    synchronized int refused() {
        return refused;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            int status;
            try {
                status = take(exchange, new String(body, StandardCharsets.UTF_8));
            } catch (RuntimeException notKept) {
                status = 503; // ABDM is to bring it once more
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    /**
     * Checks a callback, keeps it, and gives the HTTP status. The work comes afterwards: ABDM waits
     * some seconds only, and the HTTP answer is never the business answer.
     */
    private int take(HttpExchange exchange, String content) {
        var path = exchange.getRequestURI().getPath();
        var headers = exchange.getRequestHeaders();
        var push = pushes.get(path);
        try {
            // Callbacks come from the gateway; a push comes from a HIP, with its own token.
            verifier.verify(headers.getFirst("Authorization"), push == null ? "gateway" : null);
        } catch (Verifier.Refused forged) {
            synchronized (this) {
                refused++;
                notifyAll();
            }
            return 401;
        }
        if (path.startsWith("/push/") && push == null) {
            return 404; // an address that we never gave out
        }
        Object body;
        try {
            body = Json.read(content);
        } catch (Json.Malformed noJson) {
            return 400;
        }
        var hip = headers.getFirst("X-HIP-ID");
        var facility = hip == null ? headers.getFirst("X-HIU-ID") : hip;
        var callback = new Callback(path, headers.getFirst("REQUEST-ID"), facility, body);
        synchronized (this) {
            if (callback.requestId() != null && !seen.add(path + " " + callback.requestId())) {
                return 202; // a repeat: taken, without a second effect
            }
            arrived.add(callback);
            notifyAll();
        }
        var handler = push == null ? handlers.get(path) : push;
        if (handler != null) {
            work.execute(() -> run(handler, callback));
        }
        return 202;
    }

    /** Works on one callback after the other. A failure ends the run of the program. */
    private void run(Handler handler, Callback callback) {
        String problem = null;
        try {
            handler.handle(callback);
        } catch (Exception error) {
            problem = "while working on " + callback.path() + ": " + error.getMessage();
        }
        synchronized (this) {
            failure = failure == null ? problem : failure;
            notifyAll();
        }
    }

    /** Waits for the first callback that fits and that nobody has waited for yet. */
    Callback await(String what, Predicate<Callback> fits) throws InterruptedException {
        return until(what, () -> {
            var found = arrived.stream().filter(fits).findFirst();
            found.ifPresent(arrived::remove);
            return found.orElse(null);
        });
    }

    /** Waits for the callback at {@code path} that answers this call of ours. */
    Callback awaitAnswer(String what, String path, Http.Reply call) throws InterruptedException {
        return await(what, callback ->
            callback.path().equals(path) && call.requestId().equals(callback.answers()));
    }

    /** Waits until {@code find} gives something. Callbacks get lost: nothing waits for ever. */
    synchronized <T> T until(String what, Supplier<T> find) throws InterruptedException {
        var deadline = System.nanoTime() + 60_000_000_000L;
        while (true) {
            Check.expect(failure == null, failure);
            var found = find.get();
            if (found != null) {
                return found;
            }
            if (System.nanoTime() >= deadline) {
                var unread = new TreeSet<String>();
                arrived.forEach(callback -> unread.add(callback.path()));
                throw new Check.Mismatch(what + " did not come within 60 s; unread: " + unread);
            }
            wait(500);
        }
    }
}
