// Curve25519 *in short Weierstrass form*: y² = x³ + ax + b over the field of P elements.
//
// It is not X25519: another coordinate, another byte order, so `crypto.diffieHellman` cannot do it.
// Written for reading; a library for production multiplies in constant time, and this one does not.

import { Mismatch } from "./check.js";

const P = 2n ** 255n - 19n;
const A = 0x2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa984914a144n;
const B = 0x7b425ed097b425ed097b425ed097b425ed097b425ed097b4260b5e9c7710c864n;
/** The order of the base point. */
export const N = 2n ** 252n + 0x14def9dea2f79cd65812631a5cf5d3edn;
/** The base point. */
export const G = [
  0x2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad245an,
  0x20ae19a1b8a086b4e01edd2c7748d14c923d4d7e6d7c61b229e9c5a27eced3d9n,
];

/** A key, a nonce or a ciphertext cannot be used. The message says which and why. */
export class Unusable extends Mismatch {}

const mod = (value, modulus = P) => ((value % modulus) + modulus) % modulus;

/** 1 / value, by Euclid. */
function inverse(value) {
  let [a, b, x, y] = [mod(value), P, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b, x, y] = [b % a, a, y - quotient * x, x];
  }
  return mod(x);
}

/** The sum of two points; `null` is the point at infinity. */
function add(p, q) {
  if (!p || !q) return p ?? q;
  const [[x1, y1], [x2, y2]] = [p, q];
  if (x1 === x2 && mod(y1 + y2) === 0n) return null;
  const slope =
    x1 === x2
      ? mod((3n * x1 * x1 + A) * inverse(2n * y1))
      : mod((y2 - y1) * inverse(x2 - x1));
  const x = mod(slope * slope - x1 - x2);
  return [x, mod(slope * (x1 - x) - y1)];
}

export function multiply(scalar, point) {
  let total = null;
  for (let left = scalar, step = point; left > 0n; left >>= 1n, step = add(step, step)) {
    if (left & 1n) total = add(total, step);
  }
  return total;
}

const hex = (value) => value.toString(16).padStart(64, "0");

/** A number as 32 bytes, big-endian, padded on the left. */
export const toBytes = (value) => Buffer.from(hex(value), "hex");

const toNumber = (bytes) => BigInt(`0x${bytes.toString("hex")}`);

// What stands before the 65 bytes of a point in its two X.509 forms: the curve by all its
// parameters (BouncyCastle writes this), and the curve by name. Compared as a whole: who reads the
// last 65 bytes only would also take a key on some other curve.
const EXPLICIT = Buffer.from(
  "308201313081ea06072a8648ce3d02013081de020101302b06072a8648ce3d0101" +
    `0220${hex(P)}30440420${hex(A)}0420${hex(B)}` +
    `044104${hex(G[0])}${hex(G[1])}0220${hex(N)}020108034200`,
  "hex",
);
const NAMED = Buffer.from("305b301506072a8648ce3d0201060a2b060104019755010501034200", "hex");

/** The bytes of a public key in form `raw` (04, x, y) or `x509`. */
export function writePoint([x, y], form) {
  const raw = Buffer.concat([Buffer.of(4), toBytes(x), toBytes(y)]);
  return form === "x509" ? Buffer.concat([EXPLICIT, raw]) : raw;
}

/** A peer's key in each of its three forms, checked before it is used for anything. */
export function readPoint(bytes) {
  const prefix = [EXPLICIT, NAMED].find((known) => bytes.subarray(0, known.length).equals(known));
  const raw = bytes.subarray(prefix?.length ?? 0);
  if (raw.length !== 65 || raw[0] !== 4) throw new Unusable("the peer's key is in no known form");
  const [x, y] = [raw.subarray(1, 33), raw.subarray(33)].map(toNumber);
  if (x >= P || y >= P) throw new Unusable("the peer's key has a coordinate beyond the field");
  if (mod(y * y - (x * x * x + A * x + B)) !== 0n) {
    throw new Unusable("the peer's key is no point of the curve");
  }
  // The curve has 8 * N points. Outside the group of order N a "shared secret" can be one of a few
  // values that anyone can guess.
  if (multiply(N, [x, y]) !== null) {
    throw new Unusable("the peer's key is outside the group of prime order");
  }
  return [x, y];
}
