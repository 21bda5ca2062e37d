// Settings: each is a flag, or a variable of the environment, or has a default.

import { fileURLToPath } from "node:url";

import { Mismatch } from "./check.js";

// `--base-url URL` on the command line is ABDM_BASE_URL in the environment, and so on.
const DEFAULTS = {
  "base-url": "http://127.0.0.1:9000", // where the sandbox listens
  otp: "", // the sandbox's `--otp`; empty: each OTP is read at /sandbox/otps
  aadhaar: "", // who is enrolled; empty: the first person who has no ABHA number yet
  mobile: "", // their mobile number; empty: the one that /sandbox/people tells
  "hip-client-id": "SBX_CLINIC",
  "hip-client-secret": "clinic-secret-not-real",
  "hip-id": "IN2710000001",
  "hiu-client-id": "SBX_HOSPITAL",
  "hiu-client-secret": "hospital-secret-not-real",
  "hiu-id": "IN2710000002",
  "callback-host": "127.0.0.1", // under which name the sandbox reaches this program
  reset: "yes", // whether the sandbox is emptied first
  "time-scale": "", // the switch of that name: 0.1 makes every delay ten times shorter
  vectors: "", // a file of encryption vectors that are checked first
  record: fileURLToPath(new URL("../../record.json", import.meta.url)),
  save: "", // where the record that arrived is written
};

/** The settings of this program, by the names of their flags. */
export function readSettings(words) {
  const given = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) {
    const variable = `ABDM_${name.toUpperCase().replaceAll("-", "_")}`;
    given[name] = process.env[variable] ?? given[name];
  }
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at].replace(/^--/, "");
    if (!words[at].startsWith("--") || !(name in DEFAULTS)) {
      const flags = Object.keys(DEFAULTS).map((known) => `--${known}`);
      throw new Mismatch(`\`${words[at]}\` is no option; there are ${flags.join(", ")}`);
    }
    if (words[at + 1] === undefined) throw new Mismatch(`\`${words[at]}\` needs a value`);
    given[name] = words[at + 1];
  }
  given["base-url"] = given["base-url"].replace(/\/+$/, "");
  return given;
}
