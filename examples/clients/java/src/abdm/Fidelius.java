package abdm;

import abdm.Curve.Unusable;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The encryption of health records ("Fidelius"): ECDH, HKDF-SHA256, AES-256-GCM. */
final class Fidelius {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Fidelius() {}

    /** A peer's public key and nonce, as texts. */
    record Peer(String key, String nonce) {
        /** From a `keyMaterial`. The fixed texts are compared without regard to case. */
        static Peer read(Object material) {
            for (var fixed : Map.of("cryptoAlg", "ecdh", "curve", "curve25519").entrySet()) {
                var value = String.valueOf(Json.text(material, fixed.getKey())).toLowerCase();
                if (!value.replaceAll("\\.$", "").equals(fixed.getValue())) {
                    throw new Unusable("the key material's " + fixed.getKey() + " is " + value);
                }
            }
            var key = Json.text(material, "dhPublicKey", "keyValue");
            return new Peer(key, Json.text(material, "nonce"));
        }
    }

    /** A key pair and a nonce, for one request or one page and nothing else. */
    static final class KeyPair {
        private final BigInteger scalar;
        private final byte[] nonce;
        private final Curve.Point point;

        KeyPair(BigInteger scalar, byte[] nonce) {
            if (scalar.signum() <= 0 || scalar.compareTo(Curve.N) >= 0) {
                throw new Unusable("the private key is out of range");
            }
            this.scalar = scalar;
            this.nonce = nonce;
            point = Curve.multiply(scalar, Curve.G);
        }

        static KeyPair fresh() {
            var nonce = new byte[32];
            RANDOM.nextBytes(nonce);
            while (true) {
                var scalar = new BigInteger(253, RANDOM);
                if (scalar.signum() > 0 && scalar.compareTo(Curve.N) < 0) {
                    return new KeyPair(scalar, nonce);
                }
            }
        }

        /**
         * A fresh pair of a sender. Some receivers drop leading zeros of the shared secret, which
         * is wrong. A sender that chooses another key then is understood by all of them.
         */
        static KeyPair ofSender(String peerKey) {
            while (true) {
                var own = fresh();
                if (own.sharedSecret(peerKey)[0] != 0) {
                    return own;
                }
            }
        }

        String publicKey(boolean inX509) {
            return toBase64(Curve.write(point, inX509));
        }

        /** x of the shared point, 32 bytes, with its leading zeros. */
        private byte[] sharedSecret(String peerKey) {
            var peer = Curve.read(fromBase64(peerKey, "peer's key"));
            return Curve.toBytes(Curve.multiply(scalar, peer).x());
        }

        /** AES under the key and the IV that both sides come to. */
        private Cipher cipher(int mode, Peer peer) throws GeneralSecurityException {
            var theirs = readNonce(peer.nonce());
            var mixed = new byte[32];
            for (var at = 0; at < 32; at++) {
                mixed[at] = (byte) (nonce[at] ^ theirs[at]);
            }
            var prk = hmac(Arrays.copyOf(mixed, 20), sharedSecret(peer.key())); // HKDF, extract
            var key = hmac(prk, new byte[] {1}); // HKDF, expand, one block
            var iv = new GCMParameterSpec(128, mixed, 20, 12);
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), iv);
            return cipher;
        }

        /** The `keyMaterial` of a request (the bare point) or of a push (X.509). */
        Map<String, Object> material(String expiry, boolean inX509) {
            var key = Map.of("expiry", expiry, "parameters", "Curve25519/32byte random key",
                "keyValue", publicKey(inX509));
            return Map.of("cryptoAlg", "ECDH", "curve", "Curve25519", "dhPublicKey", key,
                "nonce", toBase64(nonce));
        }
    }

    private static byte[] hmac(byte[] key, byte[] content) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(content);
    }

    /** base64 of ciphertext and tag. No IV stands in front. */
    static String encrypt(byte[] document, KeyPair own, Peer peer) throws GeneralSecurityException {
        return toBase64(own.cipher(Cipher.ENCRYPT_MODE, peer).doFinal(document));
    }

    /** The document. Nothing of it comes out unless its tag is right. */
    static byte[] decrypt(String content, KeyPair own, Peer peer) throws GeneralSecurityException {
        var sealed = fromBase64(content, "content");
        var cipher = own.cipher(Cipher.DECRYPT_MODE, peer);
        if (sealed.length < 16) {
            throw new Unusable("the content is shorter than its tag");
        }
        try {
            return cipher.doFinal(sealed);
        } catch (AEADBadTagException wrong) {
            throw new Unusable("the content was not encrypted for these keys, or was changed");
        }
    }

    /** Lower-case hex MD5 of the plain document. The contract asks for it; the tag protects. */
    static String checksum(byte[] document) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(document));
    }

    static byte[] readNonce(String text) {
        var nonce = fromBase64(text, "nonce");
        if (nonce.length != 32) {
            throw new Unusable("the nonce must have 32 bytes");
        }
        return nonce;
    }

    static String toBase64(byte[] content) {
        return Base64.getEncoder().encodeToString(content);
    }

    /** Strict base64: with padding, without line breaks. */
    static byte[] fromBase64(String text, String what) {
        try {
            var bytes = Base64.getDecoder().decode(String.valueOf(text));
            if (toBase64(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException noBase64) {
            // said below
        }
        throw new Unusable("the " + what + " is no base64");
    }
}
