// Checks the encryption against a file of vectors before any record depends on it.

import { readFileSync } from "node:fs";

import { done, expect } from "./check.js";
import { Unusable } from "./curve.js";
import { KeyPair, decrypt, encrypt } from "./fidelius.js";

const FORMS = ["public_raw_b64", "public_x509_b64", "public_x509_named_b64"];

export function checkVectors(path) {
  const file = JSON.parse(readFileSync(path, "utf8"));
  file.vectors.forEach((vector, index) => agree(vector, FORMS[index % 3]));
  const refused = file.negative.vectors;
  refused.forEach(refuse);
  done("crypto", `${file.vectors.length} vectors agree, ${refused.length} bad inputs are refused`);
}

/** Encrypts as the sender did, and opens it as the requester. */
function agree({ id, sender, requester, plaintext_b64, ciphertext_b64 }, form) {
  const document = Buffer.from(plaintext_b64, "base64");
  let own = KeyPair.read(sender.private_b64, sender.nonce_b64);
  const sealed = encrypt(document, own, requester[form], requester.nonce_b64);
  expect(sealed === ciphertext_b64, `vector ${id}: encrypted otherwise`);
  own = KeyPair.read(requester.private_b64, requester.nonce_b64);
  const opened = decrypt(sealed, own, sender[form], sender.nonce_b64);
  expect(opened.equals(document), `vector ${id}: decrypted otherwise`);
  expect(own.publicKey("x509") === requester.public_x509_b64, `vector ${id}: X.509 form`);
}

function refuse(vector) {
  try {
    const own = KeyPair.read(vector.requester_private_b64, vector.requester_nonce_b64);
    decrypt(vector.ciphertext_b64, own, vector.sender_public_b64, vector.sender_nonce_b64);
  } catch (error) {
    if (error instanceof Unusable) return;
    throw error;
  }
  expect(false, `vector ${vector.id} (${vector.case}) must be refused, and was opened`);
}
