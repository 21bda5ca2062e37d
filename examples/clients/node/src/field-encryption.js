// How ABDM wants Aadhaar numbers, OTPs and the like: RSA-OAEP with SHA-1, in base64.

import { constants, createPublicKey, publicEncrypt } from "node:crypto";

import { expect, expectStatus } from "./check.js";

const ALGORITHM = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

/**
 * One of ABDM's two public keys. The path of a call decides which one is right: 4096 bits for
 * `/v3/enrollment` and `/v3/profile`, 2048 bits for `/v3/phr`. Encrypted with the wrong one, a good
 * value is answered "Invalid mobile number" or the like.
 */
export class FieldKey {
  static async fetch(session, path, bits) {
    const reply = await session.call("GET", path);
    expectStatus(reply, 200, `fetching the ${bits} bit key`);
    const { publicKey, encryptionAlgorithm } = reply.json;
    expect(
      encryptionAlgorithm === ALGORITHM,
      `the key is for ${encryptionAlgorithm}, and this program does ${ALGORITHM}`,
    );
    const der = Buffer.from(publicKey, "base64");
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    const length = key.asymmetricKeyDetails.modulusLength;
    expect(length === bits, `a key of ${length} bits came, not ${bits}`);
    return new FieldKey(key);
  }

  constructor(key) {
    this.key = key;
  }

  encrypt(text) {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const sealed = publicEncrypt({ key: this.key, padding, oaepHash: "sha1" }, Buffer.from(text));
    return sealed.toString("base64");
  }
}

/** The key of enrolment and profile. */
export function keyForNumbers(session) {
  return FieldKey.fetch(session, "/abha/api/v3/profile/public/certificate", 4096);
}

/** The key of everything below /v3/phr. */
export function keyForAddresses(session) {
  return FieldKey.fetch(session, "/abha/api/v3/phr/app/login/public/certificate", 2048);
}
