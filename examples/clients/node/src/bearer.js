// Who sent a callback: the bearer token, checked against ABDM's published keys.

import { createPublicKey, verify } from "node:crypto";

import { expect, expectStatus } from "./check.js";

// The token's own `alg` chooses nothing: it must be one of these two, and that of the key.
const HASHES = { RS256: "sha256", RS512: "sha512" };
// Who issues them on the sandbox network: by captures of 2026, and by NHA's older samples.
const ISSUERS = [
  "https://dev.abdm.gov.in/auth/realms/central-registry",
  "https://dev.ndhm.gov.in/auth/realms/central-registry",
];
// A callback that was refused comes again 16 minutes later, with its old token.
const GRACE_SECONDS = 3600;

/** The token proves nothing. The message says why. */
export class Refused extends Error {}

function refuseUnless(holds, why) {
  if (!holds) throw new Refused(why);
}

/** Checks bearer tokens of the gateway's realm. Whatever is unclear is refused. */
export class Verifier {
  static async at(session) {
    const path = "/api/hiecm/gateway/v3/.well-known/openid-configuration";
    const found = await session.call("GET", path);
    expectStatus(found, 200, "reading where the keys are");
    const uri = found.json.jwks_uri ?? "";
    // Keys from another host would let that host sign callbacks.
    expect(uri.startsWith(`${session.base}/`), `the keys are elsewhere: ${uri}`);
    const verifier = new Verifier(session, uri.slice(session.base.length));
    await verifier.fetch();
    return verifier;
  }

  constructor(session, path) {
    this.session = session;
    this.path = path;
    this.keys = new Map();
  }

  async fetch() {
    const reply = await this.session.call("GET", this.path);
    expectStatus(reply, 200, "fetching the keys for callbacks");
    const keys = (reply.json.keys ?? []).filter((key) => key.kty === "RSA");
    expect(keys.length > 0, "ABDM publishes no RSA key");
    this.keys = new Map(keys.map((key) => [key.kid, key]));
  }

  /** The claims of a good token; `client` is whose it must be (`gateway` for callbacks). */
  async verify(authorization, client) {
    refuseUnless(authorization?.startsWith("Bearer "), "there is no bearer token");
    const parts = authorization.slice("Bearer ".length).split(".");
    refuseUnless(parts.length === 3, "the bearer is no JWT");
    let head;
    let claims;
    try {
      [head, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
    } catch {
      throw new Refused("the bearer cannot be read");
    }
    if (!this.keys.has(head.kid)) await this.fetch(); // keys change: once more
    const key = this.keys.get(head.kid);
    refuseUnless(key, "the bearer names an unknown key");
    const hash = Object.hasOwn(HASHES, head.alg) && HASHES[head.alg];
    refuseUnless(hash && head.alg === key.alg, "the bearer's algorithm is not that of its key");
    const publicKey = createPublicKey({ key, format: "jwk" });
    const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
    const isGood = verify(hash, signed, publicKey, Buffer.from(parts[2], "base64url"));
    refuseUnless(isGood, "the bearer's signature is wrong");
    checkClaims(claims, client);
    return claims;
  }
}

function checkClaims(claims, client) {
  refuseUnless(typeof claims.exp === "number", "the bearer has no exp");
  refuseUnless(claims.exp + GRACE_SECONDS >= Date.now() / 1000, "the bearer is over");
  refuseUnless(ISSUERS.includes(claims.iss), `the bearer was issued by ${claims.iss}`);
  const owner = claims.azp ?? claims.clientId;
  refuseUnless(!client || owner === client, `the bearer is that of ${owner}, not of ${client}`);
}
