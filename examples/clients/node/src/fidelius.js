// The encryption of health records ("Fidelius"): ECDH, HKDF-SHA256, AES-256-GCM.

import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

import { G, N, Unusable, multiply, readPoint, toBytes, writePoint } from "./curve.js";

/** Strict base64: with padding, without line breaks. Node's own reading takes nearly anything. */
export function fromBase64(text, what) {
  const bytes = Buffer.from(String(text ?? ""), "base64");
  if (bytes.toString("base64") !== text) throw new Unusable(`the ${what} is no base64`);
  return bytes;
}

function readNonce(text) {
  const nonce = fromBase64(text, "nonce");
  if (nonce.length !== 32) throw new Unusable("the nonce must have 32 bytes");
  return nonce;
}

/** A key pair and a nonce, for one request or one page and nothing else. */
export class KeyPair {
  static fresh() {
    for (;;) {
      const scalar = BigInt(`0x${randomBytes(32).toString("hex")}`) & ((1n << 253n) - 1n);
      if (scalar > 0n && scalar < N) return new KeyPair(scalar, randomBytes(32));
    }
  }

  /** A pair that was kept, from the forms that the vectors have. */
  static read(privateKey, nonce) {
    const bytes = fromBase64(privateKey, "private key");
    return new KeyPair(BigInt(`0x0${bytes.toString("hex")}`), readNonce(nonce));
  }

  constructor(scalar, nonce) {
    if (scalar <= 0n || scalar >= N) throw new Unusable("the private key is out of range");
    this.scalar = scalar;
    this.nonce = nonce;
    this.point = multiply(scalar, G);
  }

  /** The public key: `raw` is the bare point, `x509` has the curve's parameters before it. */
  publicKey(form = "raw") {
    return writePoint(this.point, form).toString("base64");
  }

  /** x of the shared point, 32 bytes, with its leading zeros. */
  sharedSecret(peerKey) {
    const peer = readPoint(fromBase64(peerKey, "peer's key"));
    return toBytes(multiply(this.scalar, peer)[0]);
  }

  /** The AES key and the IV that both sides come to. */
  keyAndIv(peerKey, peerNonce) {
    const theirs = readNonce(peerNonce);
    const mixed = this.nonce.map((byte, at) => byte ^ theirs[at]);
    const [salt, iv] = [mixed.subarray(0, 20), mixed.subarray(20)];
    const key = hkdfSync("sha256", this.sharedSecret(peerKey), salt, Buffer.alloc(0), 32);
    return [Buffer.from(key), iv];
  }
}

/**
 * A fresh pair of a sender. Some receivers drop leading zeros of the shared secret, which is wrong.
 * A sender that chooses another key where there would be one is understood by all of them.
 */
export function senderKeys(peerKey) {
  for (;;) {
    const own = KeyPair.fresh();
    if (own.sharedSecret(peerKey)[0] !== 0) return own;
  }
}

/** base64 of ciphertext and tag. No IV stands in front. */
export function encrypt(document, own, peerKey, peerNonce) {
  const [key, iv] = own.keyAndIv(peerKey, peerNonce);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const sealed = [cipher.update(document), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString("base64");
}

/** The document. Nothing of it comes out unless its tag is right. */
export function decrypt(content, own, peerKey, peerNonce) {
  const sealed = fromBase64(content, "content");
  const [key, iv] = own.keyAndIv(peerKey, peerNonce);
  if (sealed.length < 16) throw new Unusable("the content is shorter than its tag");
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16));
  const opened = decipher.update(sealed.subarray(0, -16));
  try {
    return Buffer.concat([opened, decipher.final()]); // `final` checks the tag
  } catch {
    throw new Unusable("the content was not encrypted for these keys, or was changed");
  }
}

/** Lower-case hex MD5 of the plain document. The contract asks for it; the tag protects. */
export function checksum(document) {
  return createHash("md5").update(document).digest("hex");
}

/** The `keyMaterial` of a request (form `raw`) or of a push (form `x509`). */
export function keyMaterial(own, expiry, form) {
  return {
    cryptoAlg: "ECDH",
    curve: "Curve25519",
    dhPublicKey: {
      expiry,
      parameters: "Curve25519/32byte random key",
      keyValue: own.publicKey(form),
    },
    nonce: own.nonce.toString("base64"),
  };
}

/** The key and nonce of a peer. The fixed texts are compared without regard to case. */
export function readKeyMaterial(material) {
  for (const [name, wanted] of [["cryptoAlg", "ecdh"], ["curve", "curve25519"]]) {
    const value = String(material?.[name] ?? "").toLowerCase().replace(/\.$/, "");
    if (value !== wanted) throw new Unusable(`the key material's ${name} is ${value}`);
  }
  return [material.dhPublicKey?.keyValue, material.nonce];
}
