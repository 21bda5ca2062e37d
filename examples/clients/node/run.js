// One whole run through milestones 1 to 3 of ABDM, against an abdm-sandbox.
//
// A person gets an ABHA number, a hospital links a visit of theirs, and a clinic asks the person
// for it and reads it. Every step is checked; the first that is not as the contract says ends the
// run.

import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";

import { Verifier } from "./src/bearer.js";
import { Bridge } from "./src/callbacks.js";
import { Mismatch, done, expect, expectStatus } from "./src/check.js";
import { keyForAddresses, keyForNumbers } from "./src/field-encryption.js";
import { DAY, Session } from "./src/gateway.js";
import { Hip, readRecord } from "./src/hip.js";
import { Hiu } from "./src/hiu.js";
import { Desk } from "./src/m1.js";
import { Sandbox } from "./src/sandbox.js";
import { readSettings } from "./src/settings.js";
import { checkVectors } from "./src/vectors.js";

const GATEWAY = "/api/hiecm/gateway/v3";
// How the sandbox forges the bearer of a callback.
const FORGERIES = [
  "unknown-kid",
  "wrong-key",
  "alg-none",
  "hs256-public-key",
  "wrong-issuer",
  "wrong-party",
  "expired",
];

/** A fresh sandbox, at the pace that was asked for. */
async function prepare(settings) {
  const sandbox = new Sandbox(settings);
  await sandbox.demand();
  if (settings.reset === "yes") {
    await sandbox.reset();
    done("start", "the sandbox begins anew");
  }
  const scale = settings["time-scale"];
  if (scale) await sandbox.switch({ time_scale: Number(scale) });
  return sandbox;
}

/** A session, and a bridge that ABDM calls back. */
async function connect(settings, role) {
  const client = settings[`${role}-client-id`];
  const secret = settings[`${role}-client-secret`];
  const session = await new Session(settings["base-url"], client, secret).open();
  const bridge = await Bridge.at(settings["callback-host"], await Verifier.at(session));
  // One URL for each client id: whoever sets it last gets all callbacks.
  let reply = await session.call("PATCH", `${GATEWAY}/bridge/url`, { url: bridge.url });
  expectStatus(reply, [200, 202], "setting the bridge's URL");
  reply = await session.call("GET", `${GATEWAY}/bridge-services`);
  expectStatus(reply, 200, "reading the bridge's services");
  expect(reply.json.bridge?.url === bridge.url, "the bridge's URL was not kept");
  const facility = settings[`${role}-id`];
  expect(reply.text.includes(facility), `${facility} is no service of ${client}`);
  return [session, bridge, facility];
}

/** Who the patient is from here on. */
async function milestone1(settings, sandbox, session) {
  const [key, phrKey] = [await keyForNumbers(session), await keyForAddresses(session)];
  const desk = new Desk(session, sandbox, key, phrKey);
  const person = await sandbox.person(settings.aadhaar);
  const mobile = settings.mobile || person.mobile;
  const [number, txnId] = await desk.enrol(person.aadhaar, mobile);
  const address = await desk.chooseAddress(txnId, number);
  const profile = await desk.verifyNumber(number, mobile);
  await desk.verifyAddress(address, mobile);
  const { firstName, middleName, lastName, gender, yearOfBirth } = profile;
  return {
    number,
    address,
    // Name, gender and year exactly as in the ABHA profile, or there is no link token.
    name: [firstName, middleName, lastName].filter(Boolean).join(" "),
    gender,
    yearOfBirth: Number(yearOfBirth),
    localId: `UHID-${randomUUID().slice(0, 8)}`,
  };
}

/** Links a visit; the patient's app pulls the record at once. Gives reference and document. */
async function milestone2(settings, sandbox, hospital, person) {
  const reference = `OPD-${randomUUID().slice(0, 8)}`;
  const document = readRecord(settings.record, person, hospital.id);
  await hospital.link(await hospital.linkToken(person), person, reference, document);
  await transferred(hospital, "the transfer to the patient's own app", () => true);
  const shown = (await sandbox.records(person.address)).get(reference);
  expect(shown?.equals(document), "the patient's app holds another record than the one sent");
  done("M2", "the patient's own app asked for the record and got it");
  await hospital.notify(person, reference);
  return [reference, document];
}

/** Waits until the hospital has reported a transfer that fits, and checks how it ended. */
async function transferred(hospital, what, fits) {
  const find = () => hospital.records.reported.find(fits);
  const report = await hospital.bridge.until(what, find);
  expect(report.sessionStatus === "TRANSFERRED", `${what} ended ${report.sessionStatus}`);
}

/** Waits until the hospital knows that a consent is in this state. */
function knownAs(hospital, consentId, status) {
  const find = () => hospital.records.consents.get(consentId)?.status === status;
  return hospital.bridge.until(`${status} at the hospital`, find);
}

/** Consent, record, and the end of the consent. */
async function milestone3(settings, sandbox, clinic, hospital, person, [reference, document]) {
  const { address } = person;
  const requestId = await clinic.ask(address, (await sandbox.clockAhead()) + DAY);
  expect((await clinic.status(requestId)) === "REQUESTED", "the request is not REQUESTED");
  done("M3", "consent is asked for");

  await sandbox.waitForConsentRequest(address, requestId);
  const granted = await sandbox.approve(address, requestId);
  const artefacts = await clinic.decision(requestId, "GRANTED");
  expect(String(artefacts) === String(granted), `${granted} granted, ${artefacts} told`);
  const detail = await clinic.fetch(artefacts[0]);
  const allowed = detail.careContexts.map((context) => context.careContextReference);
  expect(allowed.includes(reference), `the visit ${reference} is not in the artefact`);
  await knownAs(hospital, artefacts[0], "GRANTED");
  done("M3", "the patient granted it in the app; the artefact is fetched");

  const [transaction, documents] = await clinic.receive(detail);
  const record = documents.get(reference);
  expect(record.equals(document), "the record that came is not the one that was sent");
  await transferred(hospital, "the transfer", (report) => report.consentId === artefacts[0]);
  const path = `/api/hiecm/data-flow/v3/health-information/request/status/${transaction}`;
  const state = await clinic.session.call("GET", path);
  expectStatus(state, 200, "asking how the transfer stands");
  const isDone = ["TRANSFERRED", "RECEIVED"].includes(state.json.status);
  expect(isDone, `the transfer is ${state.json.status}`);
  if (settings.save) writeFileSync(settings.save, record);
  done("M3", `received, decrypted and reported: ${record.length} bytes`);

  await sandbox.revoke(address, artefacts);
  await clinic.decision(requestId, "REVOKED");
  await knownAs(hospital, artefacts[0], "REVOKED");
  await clinic.expectNoMore(detail);
  done("M3", "the patient took it back; no more records come");
}

/** A consent of one day, looked at a day later: by then sessions are over as well. */
async function expiry(sandbox, clinic, hospital, address) {
  const requestId = await clinic.ask(address, (await sandbox.clockAhead()) + DAY);
  await sandbox.waitForConsentRequest(address, requestId);
  await sandbox.approve(address, requestId);
  const [artefact] = await clinic.decision(requestId, "GRANTED");
  const detail = await clinic.fetch(artefact);
  await knownAs(hospital, artefact, "GRANTED");
  await sandbox.moveClock(DAY);
  await clinic.decision(requestId, "EXPIRED");
  await knownAs(hospital, artefact, "EXPIRED");
  await clinic.expectNoMore(detail);
  done("M3", "a day later the next consent was over by itself");
}

/** Callbacks with a forged bearer of each kind are refused: the check can fail. */
async function forgedCallbacks(sandbox, { session, bridge, headers }) {
  for (const [index, kind] of FORGERIES.entries()) {
    const endpoint = "OnConsentStatus";
    await sandbox.fault("forgeCallbackTokens", { count: 1, kind, endpoint });
    const path = "/api/hiecm/consent/v3/request/status";
    const reply = await session.call("POST", path, { consentRequestId: randomUUID() }, headers);
    expectStatus(reply, 202, "asking for the callback that is forged");
    const what = `the refusal of a bearer forged as ${kind}`;
    await bridge.until(what, () => bridge.refused > index);
  }
  const { length } = FORGERIES;
  expect(bridge.refused === length, "a callback of ABDM itself was refused");
  done("last", `${length} callbacks with forged bearers were refused, and no other`);
}

async function main() {
  const started = Date.now();
  const settings = readSettings(process.argv.slice(2));
  if (settings.vectors) checkVectors(settings.vectors);
  const sandbox = await prepare(settings);
  const hospital = new Hip(...(await connect(settings, "hip")));
  const clinic = new Hiu(...(await connect(settings, "hiu")));
  done("start", "sessions, keys and bridges are there");
  const person = await milestone1(settings, sandbox, hospital.session);
  const visit = await milestone2(settings, sandbox, hospital, person);
  await milestone3(settings, sandbox, clinic, hospital, person, visit);
  await expiry(sandbox, clinic, hospital, person.address);
  await forgedCallbacks(sandbox, clinic);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`node: the whole run is as the contract says (${seconds} s)`);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  if (!(error instanceof Mismatch)) throw error;
  console.error(`node: ${error.message}`);
  process.exit(1);
}
