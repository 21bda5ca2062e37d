package abdm;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Curve25519 <em>in short Weierstrass form</em>: y² = x³ + ax + b over the field of P elements.
 *
 * <p>It is not X25519: another coordinate, another byte order, so Java's own key agreement cannot
 * do it. Written for reading; a library for production multiplies in constant time, and this one
 * does not.
 */
final class Curve {
    /** A key, a nonce or a ciphertext cannot be used. The message says which and why. */
    static final class Unusable extends Check.Mismatch {
        Unusable(String sentence) {
            super(sentence);
        }
    }

    /** A point; null stands for the point at infinity. */
    record Point(BigInteger x, BigInteger y) {}

    private static final BigInteger TWO = BigInteger.TWO;
    private static final BigInteger P = TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger A =
        number("2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa984914a144");
    private static final BigInteger B =
        number("7b425ed097b425ed097b425ed097b425ed097b425ed097b4260b5e9c7710c864");
    /** The order of the base point. */
    static final BigInteger N = TWO.pow(252).add(number("14def9dea2f79cd65812631a5cf5d3ed"));
    /** The base point. */
    static final Point G = new Point(
        number("2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad245a"),
        number("20ae19a1b8a086b4e01edd2c7748d14c923d4d7e6d7c61b229e9c5a27eced3d9"));

    // What stands before the 65 bytes of a point in its two X.509 forms: the curve by all its
    // parameters (BouncyCastle writes this), and the curve by name. Compared as a whole: who reads
    // the last 65 bytes only would also take a key on some other curve.
    private static final byte[] EXPLICIT = HexFormat.of().parseHex(
        "308201313081ea06072a8648ce3d02013081de020101302b06072a8648ce3d0101"
            + "0220" + hex(P) + "30440420" + hex(A) + "0420" + hex(B)
            + "044104" + hex(G.x) + hex(G.y) + "0220" + hex(N) + "020108034200");
    private static final byte[] NAMED = HexFormat.of().parseHex(
        "305b301506072a8648ce3d0201060a2b060104019755010501034200");

    private Curve() {}

    private static BigInteger number(String hex) {
        return new BigInteger(hex, 16);
    }

    private static String hex(BigInteger value) {
        return HexFormat.of().formatHex(toBytes(value));
    }

    /** A number as 32 bytes, big-endian, padded on the left. */
    static byte[] toBytes(BigInteger value) {
        var bytes = value.toByteArray(); // shortest form, with a zero in front of a high bit
        var out = new byte[32];
        var length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, out, 32 - length, length);
        return out;
    }

    private static Point add(Point p, Point q) {
        if (p == null || q == null) {
            return p == null ? q : p;
        }
        BigInteger slope;
        if (p.x.equals(q.x)) {
            if (p.y.add(q.y).mod(P).signum() == 0) {
                return null;
            }
            var rise = p.x.multiply(p.x).multiply(BigInteger.valueOf(3)).add(A);
            slope = rise.multiply(p.y.multiply(TWO).modInverse(P)).mod(P);
        } else {
            slope = q.y.subtract(p.y).multiply(q.x.subtract(p.x).modInverse(P)).mod(P);
        }
        var x = slope.multiply(slope).subtract(p.x).subtract(q.x).mod(P);
        return new Point(x, slope.multiply(p.x.subtract(x)).subtract(p.y).mod(P));
    }

    static Point multiply(BigInteger scalar, Point point) {
        Point total = null;
        for (var bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            total = add(total, total);
            if (scalar.testBit(bit)) {
                total = add(total, point);
            }
        }
        return total;
    }

    /** The bytes of a public key: 04, x and y, and the curve's parameters before them in X.509. */
    static byte[] write(Point point, boolean inX509) {
        var prefix = inX509 ? EXPLICIT : new byte[0];
        var out = Arrays.copyOf(prefix, prefix.length + 65);
        out[prefix.length] = 4;
        System.arraycopy(toBytes(point.x), 0, out, prefix.length + 1, 32);
        System.arraycopy(toBytes(point.y), 0, out, prefix.length + 33, 32);
        return out;
    }

    /** A peer's key in each of its three forms, checked before it is used for anything. */
    static Point read(byte[] bytes) {
        for (var prefix : new byte[][] {EXPLICIT, NAMED}) {
            var head = Arrays.copyOf(bytes, Math.min(bytes.length, prefix.length));
            if (Arrays.equals(prefix, head)) {
                bytes = Arrays.copyOfRange(bytes, prefix.length, bytes.length);
                break;
            }
        }
        if (bytes.length != 65 || bytes[0] != 4) {
            throw new Unusable("the peer's key is in no known form");
        }
        var x = new BigInteger(1, Arrays.copyOfRange(bytes, 1, 33));
        var y = new BigInteger(1, Arrays.copyOfRange(bytes, 33, 65));
        if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
            throw new Unusable("the peer's key has a coordinate beyond the field");
        }
        var right = x.pow(3).add(A.multiply(x)).add(B);
        if (y.multiply(y).subtract(right).mod(P).signum() != 0) {
            throw new Unusable("the peer's key is no point of the curve");
        }
        var point = new Point(x, y);
        // The curve has 8 * N points. Outside the group of order N a "shared secret" can be one of
        // a few values that anyone can guess.
        if (multiply(N, point) != null) {
            throw new Unusable("the peer's key is outside the group of prime order");
        }
        return point;
    }
}
