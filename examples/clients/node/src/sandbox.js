// What a tester does at the sandbox and ABDM does not offer: everything below /sandbox/.

import { setTimeout as pause } from "node:timers/promises";

import { Mismatch, expect, expectStatus } from "./check.js";
import { send } from "./http.js";

/** The sandbox's own paths. */
export class Sandbox {
  constructor(settings) {
    this.base = settings["base-url"];
    this.fixedOtp = settings.otp;
  }

  call(method, path, body) {
    return send(method, `${this.base}/sandbox/${path}`, {}, body);
  }

  /** Stops unless this is a sandbox: nothing of this program belongs on a live network. */
  async demand() {
    const health = await this.call("GET", "health");
    expect(
      health.status === 200,
      `${this.base} is no abdm-sandbox (GET /sandbox/health gave HTTP ${health.status}): ` +
        "this program plays with made-up people and stops here",
    );
  }

  /** Lets everything begin anew; clients, facilities and sessions stay. */
  async reset() {
    expectStatus(await this.call("POST", "reset", {}), 204, "resetting the sandbox");
  }

  async switch(switches) {
    expectStatus(await this.call("PATCH", "switches", switches), 200, "setting switches");
  }

  async fault(fault, details) {
    const reply = await this.call("POST", "faults", { fault, ...details });
    expectStatus(reply, 204, `asking for the fault ${fault}`);
  }

  /** By how many seconds the sandbox's clock was moved. Its callbacks stay in our time. */
  async clockAhead() {
    const reply = await this.call("GET", "clock");
    expectStatus(reply, 200, "reading the sandbox's clock");
    return reply.json.movedSeconds;
  }

  /** Moves the sandbox's clock forward: what is due by then happens at once. */
  async moveClock(seconds) {
    const reply = await this.call("POST", "clock", { seconds });
    expectStatus(reply, 200, "moving the sandbox's clock");
  }

  /** Who has this Aadhaar number, or else the first person without an ABHA number. */
  async person(aadhaar) {
    const people = (await this.call("GET", "people")).json;
    const fits = aadhaar
      ? (person) => person.aadhaar === aadhaar
      : (person) => person.aadhaar && !person.abhaNumber;
    const found = people.find(fits);
    if (found) return found;
    throw new Mismatch(
      aadhaar
        ? "nobody at the sandbox has the Aadhaar number of --aadhaar"
        : "everybody at the sandbox has an ABHA number already: restart it",
    );
  }

  /** The OTP that was sent to this phone last. */
  async otp(mobile) {
    if (this.fixedOtp) return this.fixedOtp;
    const sent = (await this.call("GET", "otps")).json.find((otp) => otp.to === mobile);
    expect(sent, "no OTP was sent to the patient's phone");
    return sent.otp;
  }

  // --- the patient's app ---------------------------------------------------------------------

  /** Waits until the patient's app shows this request. */
  async waitForConsentRequest(address, requestId, seconds = 30) {
    const deadline = Date.now() + seconds * 1000;
    while (Date.now() < deadline) {
      const reply = await this.call("GET", `app/${address}/requests`);
      expectStatus(reply, 200, "opening the patient's app");
      if (reply.json.some((request) => request.requestId === requestId)) return;
      await pause(100);
    }
    throw new Mismatch(`the patient's app does not show the consent request ${requestId}`);
  }

  /** The patient grants all that was asked; the ids of the artefacts. */
  async approve(address, requestId) {
    const reply = await this.call("POST", `app/${address}/requests/${requestId}/approve`, {});
    expectStatus(reply, 200, "granting in the patient's app");
    return reply.json.consentIds;
  }

  /** What the patient's own app received and decrypted: a map by care context. */
  async records(address) {
    const reply = await this.call("GET", `app/${address}/records`);
    expectStatus(reply, 200, "looking into the patient's app");
    const entries = reply.json.map(({ careContextReference, documentBase64 }) => [
      careContextReference,
      Buffer.from(documentBase64 ?? "", "base64"),
    ]);
    return new Map(entries);
  }

  /** The patient takes granted consents back. */
  async revoke(address, consents) {
    const reply = await this.call("POST", `app/${address}/revoke`, { consents });
    expectStatus(reply, 204, "revoking in the patient's app");
  }
}
