package abdm;

import static abdm.Check.expect;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/** Checks the encryption against a file of vectors before any record depends on it. */
final class Vectors {
    private static final String[] FORMS = {
        "public_raw_b64", "public_x509_b64", "public_x509_named_b64"
    };

    private Vectors() {}

    static void check(String path) throws Exception {
        var file = Json.read(Files.readString(Path.of(path)));
        var good = Json.list(file, "vectors");
        var bad = Json.list(file, "negative", "vectors");
        expect(!good.isEmpty() && !bad.isEmpty(), path + " has no vectors");
        for (var index = 0; index < good.size(); index++) {
            agree(good.get(index), FORMS[index % 3]);
        }
        for (var vector : bad) {
            refuse(vector);
        }
        Check.done("crypto",
            good.size() + " vectors agree, " + bad.size() + " bad inputs are refused");
    }

    private static Fidelius.KeyPair pair(String privateKey, String nonce) {
        var scalar = new BigInteger(1, Fidelius.fromBase64(privateKey, "private key"));
        return new Fidelius.KeyPair(scalar, Fidelius.readNonce(nonce));
    }

    private static Fidelius.KeyPair pair(Object side) {
        return pair(Json.text(side, "private_b64"), Json.text(side, "nonce_b64"));
    }

    private static Fidelius.Peer peer(Object side, String form) {
        return new Fidelius.Peer(Json.text(side, form), Json.text(side, "nonce_b64"));
    }

    /** Encrypts as the sender did, and opens it as the requester. */
    private static void agree(Object vector, String form) throws Exception {
        var id = "vector " + Json.text(vector, "id") + ": ";
        var sender = Json.dig(vector, "sender");
        var requester = Json.dig(vector, "requester");
        var document = Base64.getDecoder().decode(Json.text(vector, "plaintext_b64"));
        var sealed = Fidelius.encrypt(document, pair(sender), peer(requester, form));
        expect(sealed.equals(Json.text(vector, "ciphertext_b64")), id + "encrypted otherwise");
        var own = pair(requester);
        var opened = Fidelius.decrypt(sealed, own, peer(sender, form));
        expect(Arrays.equals(opened, document), id + "decrypted otherwise");
        var written = own.publicKey(true);
        expect(written.equals(Json.text(requester, "public_x509_b64")), id + "X.509 form");
    }

    private static void refuse(Object vector) throws Exception {
        try {
            var own = pair(
                Json.text(vector, "requester_private_b64"),
                Json.text(vector, "requester_nonce_b64"));
            var peer = new Fidelius.Peer(
                Json.text(vector, "sender_public_b64"), Json.text(vector, "sender_nonce_b64"));
            Fidelius.decrypt(Json.text(vector, "ciphertext_b64"), own, peer);
        } catch (Curve.Unusable refused) {
            return;
        }
        var name = Json.text(vector, "id") + " (" + Json.text(vector, "case") + ")";
        throw new Check.Mismatch("vector " + name + " must be refused, and was opened");
    }
}
