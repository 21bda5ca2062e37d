package abdm;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings: each is a flag, or a variable of the environment, or has a default. */
final class Settings {
    // `--base-url URL` on the command line is ABDM_BASE_URL in the environment, and so on.
    private static final String[][] DEFAULTS = {
        {"base-url", "http://127.0.0.1:9000"}, // where the sandbox listens
        {"otp", ""}, // the sandbox's `--otp`; empty: each OTP is read at /sandbox/otps
        {"aadhaar", ""}, // who is enrolled; empty: the first person without an ABHA number
        {"mobile", ""}, // their mobile number; empty: the one that /sandbox/people tells
        {"hip-client-id", "SBX_CLINIC"},
        {"hip-client-secret", "clinic-secret-not-real"},
        {"hip-id", "IN2710000001"},
        {"hiu-client-id", "SBX_HOSPITAL"},
        {"hiu-client-secret", "hospital-secret-not-real"},
        {"hiu-id", "IN2710000002"},
        {"callback-host", "127.0.0.1"}, // under which name the sandbox reaches this program
        {"reset", "yes"}, // whether the sandbox is emptied first
        {"time-scale", ""}, // the switch of that name: 0.1 makes every delay ten times shorter
        {"vectors", ""}, // a file of encryption vectors that are checked first
        {"record", "../record.json"}, // the document of the visit; `run.sh` says where it is
        {"save", ""}, // where the record that arrived is written
    };

    private final Map<String, String> given = new LinkedHashMap<>();

    Settings(String[] words) {
        for (var row : DEFAULTS) {
            var variable = "ABDM_" + row[0].toUpperCase().replace('-', '_');
            given.put(row[0], System.getenv().getOrDefault(variable, row[1]));
        }
        for (var at = 0; at < words.length; at += 2) {
            var name = words[at].startsWith("--") ? words[at].substring(2) : "";
            if (!given.containsKey(name)) {
                var flags = "--" + String.join(", --", given.keySet());
                throw new Check.Mismatch("`" + words[at] + "` is no option; there are " + flags);
            }
            if (at + 1 == words.length) {
                throw new Check.Mismatch("`" + words[at] + "` needs a value");
            }
            given.put(name, words[at + 1]);
        }
        given.computeIfPresent("base-url", (name, url) -> url.replaceAll("/+$", ""));
    }

    String get(String name) {
        return given.get(name);
    }

    boolean has(String name) {
        return !get(name).isEmpty();
    }
}
