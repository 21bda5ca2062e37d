package abdm;

import java.util.Set;

/** What a step expects, and the one way in which it fails. */
final class Check {
    private Check() {}

    /** Something is not as the contract says. Its message is the sentence that the run ends by. */
    static class Mismatch extends RuntimeException {
        Mismatch(String sentence) {
            super(sentence);
        }
    }

    /** Ends the run with {@code sentence} unless {@code holds}. */
    static void expect(boolean holds, String sentence) {
        if (!holds) {
            throw new Mismatch(sentence);
        }
    }

    /** The same for the HTTP status of an answer. ABDM's own words are shown as they came. */
    static void expectStatus(Http.Reply reply, String what, Integer... wanted) {
        var text = reply.text();
        var shown = text.isEmpty() ? "empty" : text.substring(0, Math.min(300, text.length()));
        expect(Set.of(wanted).contains(reply.status()),
            what + ": HTTP " + reply.status() + " came; the answer was " + shown);
    }

    /** Tells that a step is done. */
    static void done(String milestone, String sentence) {
        System.out.println("ok  " + milestone + "  " + sentence);
    }
}
