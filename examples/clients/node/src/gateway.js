// A session with ABDM, and the headers that every call has.

import { randomUUID } from "node:crypto";

import { expect, expectStatus } from "./check.js";
import { send } from "./http.js";

const CM_ID = "sbx"; // the consent manager; `abdm` in production

export const DAY = 24 * 3600; // in seconds

/** So many seconds from now. */
export function later(seconds) {
  return new Date(Date.now() + seconds * 1000);
}

/** UTC with exactly three digits of milliseconds and a `Z`: ABDM refuses every other form. */
export function timestamp(at = new Date()) {
  return at.toISOString();
}

/** The session of one client id. One client id has one bridge, however many facilities. */
export class Session {
  constructor(base, clientId, clientSecret) {
    this.base = base;
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.token = undefined;
  }

  /** Asks for an access token. It lives for `expiresIn` seconds, which is to be read. */
  async open() {
    const { clientId, clientSecret } = this;
    const body = { clientId, clientSecret, grantType: "client_credentials" };
    this.token = undefined;
    const reply = await this.call("POST", "/api/hiecm/gateway/v3/sessions", body);
    expectStatus(reply, [200, 202], `opening a session for ${clientId}`);
    // Some gateways have answered 200 with an error and no token: the field counts.
    expect(reply.json.accessToken, "the session answer has no accessToken");
    expect(reply.json.expiresIn !== undefined, "the session answer has no expiresIn");
    this.token = reply.json.accessToken;
    return this;
  }

  /** One call. Each has a fresh REQUEST-ID, a repeated one too. */
  async call(method, path, body, headers = {}) {
    const requestId = randomUUID();
    const all = {
      "REQUEST-ID": requestId,
      TIMESTAMP: timestamp(),
      "X-CM-ID": CM_ID,
      ...headers,
    };
    if (this.token) all.Authorization = `Bearer ${this.token}`;
    const reply = await send(method, this.base + path, all, body);
    // 401 with 900901 is a token that is over: once, with a new one. An empty 401 is a header that
    // is missing, and no new token helps.
    if (reply.status === 401 && this.token && reply.text.includes("900901")) {
      await this.open();
      return this.call(method, path, body, headers);
    }
    reply.requestId = requestId;
    return reply;
  }
}
