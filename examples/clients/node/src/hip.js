// Milestone 2, the hospital's own calls: it links a record.

import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

import { done, expect, expectStatus } from "./check.js";
import { timestamp } from "./gateway.js";
import { Records } from "./records.js";

/** The hospital. */
export class Hip {
  constructor(session, bridge, id) {
    this.session = session;
    this.bridge = bridge;
    this.id = id;
    this.headers = { "X-HIP-ID": id };
    // What it does when ABDM asks, whoever made ABDM ask.
    this.records = new Records(session, bridge, id);
  }

  /**
   * A link token: good for six months for this patient here, so a hospital keeps it. More than
   * three requests a day are blocked for 24 hours, so it is never asked for again by itself.
   */
  async linkToken(person) {
    const path = "/api/hiecm/v3/token/generate-token";
    const body = {
      abhaNumber: Number(digits(person.number)),
      abhaAddress: person.address,
      name: person.name,
      gender: person.gender,
      yearOfBirth: person.yearOfBirth,
    };
    const reply = await this.session.call("POST", path, body, this.headers);
    expectStatus(reply, 202, "asking for a link token");
    const callback = "/api/v3/hip/token/on-generate-token";
    const answer = await this.answer("the link token", callback, reply);
    expect(!answer.error, `no link token: ${JSON.stringify(answer.error)}`);
    expect(answer.facility === this.id, `the link token came to ${answer.facility}`);
    const token = answer.body.linkToken;
    expect(token?.split(".").length === 3, "the link token is no JWT");
    done("M2", "a link token came by a callback with a good signature");
    return token;
  }

  /** Links one visit. The document is there first: the patient's app asks at once. */
  async link(token, person, reference, document) {
    this.records.documents.set(reference, document);
    const body = {
      abhaNumber: digits(person.number), // with dashes the answer is an empty 400
      abhaAddress: person.address,
      // One element for each HI type, and `hiType` is one text.
      patient: [
        {
          referenceNumber: person.localId,
          display: person.name,
          // Nothing clinical in a display: it is shown before anybody is known.
          careContexts: [{ referenceNumber: reference, display: "OPD visit" }],
          hiType: "OPConsultation",
          count: 1,
        },
      ],
    };
    const path = "/api/hiecm/hip/v3/link/carecontext";
    const headers = { ...this.headers, "X-LINK-TOKEN": token };
    const withDashes = { ...body, abhaNumber: person.number };
    const dashed = await this.session.call("POST", path, withDashes, headers);
    expect(dashed.status === 400, `a dashed number was answered with HTTP ${dashed.status}`);
    const reply = await this.session.call("POST", path, body, headers);
    expectStatus(reply, 202, "linking the visit");
    // With an underscore, alone of all paths.
    const callback = "/api/v3/link/on_carecontext";
    const answer = await this.answer("the outcome of linking", callback, reply);
    // The status is prose. The error decides.
    expect(!answer.error, `not linked: ${JSON.stringify(answer.error)}`);
    done("M2", `linked: ${reference} (${answer.body.status})`);
  }

  /** Tells that a linked visit has something new; ABDM may not see the link yet. */
  async notify(person, reference, pauses = [5, 15, 60]) {
    const body = {
      notification: {
        patient: { id: person.address },
        careContext: { patientReference: person.localId, careContextReference: reference },
        hiTypes: ["OPConsultation"], // a list here
        date: timestamp(),
        hip: { id: this.id },
      },
    };
    const path = "/api/hiecm/hip/v3/link/context/notify";
    for (const seconds of [...pauses, undefined]) {
      const reply = await this.session.call("POST", path, body, this.headers);
      expectStatus(reply, 202, "telling that there is something new");
      const callback = "/api/v3/links/context/on-notify";
      const { error } = await this.answer("its outcome", callback, reply);
      if (!error) return done("M2", "told that there is something new");
      const { code, message } = error;
      const notYet = code.includes("1006") && message.includes("No care context linked");
      const text = `the notice was refused: ${JSON.stringify(error)}`;
      expect(notYet && seconds !== undefined, text);
      await pause(seconds * 1000);
    }
  }

  answer(what, path, reply) {
    return this.bridge.waitForAnswer(what, path, reply.requestId);
  }
}

const digits = (number) => number.replaceAll("-", "");

/** The FHIR document of the visit, with the patient's own ABHA in it. */
export function readRecord(path, person, hipId) {
  const values = {
    name: person.name,
    abhaNumber: person.number,
    abhaAddress: person.address,
    gender: { M: "male", F: "female" }[person.gender] ?? "other",
    yearOfBirth: String(person.yearOfBirth),
    hipId,
  };
  let text = readFileSync(path, "utf8");
  for (const [name, value] of Object.entries(values)) text = text.replaceAll(`{{${name}}}`, value);
  expect(JSON.parse(text).resourceType === "Bundle", `${path} is no FHIR bundle`);
  return Buffer.from(text, "utf8");
}
