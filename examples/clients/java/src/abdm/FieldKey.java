package abdm;

import static abdm.Check.expect;
import static abdm.Check.expectStatus;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;

/**
 * How ABDM wants Aadhaar numbers, OTPs and the like: RSA-OAEP with SHA-1, in base64.
 *
 * <p>There are two keys, and the path of a call decides which one is right: 4096 bits for
 * {@code /v3/enrollment} and {@code /v3/profile}, 2048 bits for {@code /v3/phr}. Encrypted with the
 * wrong one, a good value is answered "Invalid mobile number" or the like.
 */
final class FieldKey {
    private static final String ALGORITHM = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";
    private final RSAPublicKey key;

    private FieldKey(Session session, String path, int bits) throws GeneralSecurityException {
        var reply = session.call("GET", path, null);
        expectStatus(reply, "fetching the " + bits + " bit key", 200);
        var named = reply.get("encryptionAlgorithm");
        var isOurs = ALGORITHM.equals(named);
        expect(isOurs, "the key is for " + named + ", and this program does " + ALGORITHM);
        var der = Base64.getDecoder().decode(reply.get("publicKey"));
        var factory = KeyFactory.getInstance("RSA");
        key = (RSAPublicKey) factory.generatePublic(new X509EncodedKeySpec(der));
        var length = key.getModulus().bitLength();
        expect(length == bits, "a key of " + length + " bits came, not " + bits);
    }

    /** The key of enrolment and profile. */
    static FieldKey forNumbers(Session session) throws GeneralSecurityException {
        return new FieldKey(session, "/abha/api/v3/profile/public/certificate", 4096);
    }

    /** The key of everything below /v3/phr. */
    static FieldKey forAddresses(Session session) throws GeneralSecurityException {
        return new FieldKey(session, "/abha/api/v3/phr/app/login/public/certificate", 2048);
    }

    String encrypt(String text) throws GeneralSecurityException {
        var cipher = Cipher.getInstance(ALGORITHM);
        cipher.init(Cipher.ENCRYPT_MODE, key);
        var sealed = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(sealed);
    }
}
