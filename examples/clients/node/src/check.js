// What a step expects, and the one way in which it fails.

/** Something is not as the contract says. Its message is the sentence that the run ends with. */
export class Mismatch extends Error {}

/** Ends the run with `sentence` unless `holds`. */
export function expect(holds, sentence) {
  if (!holds) throw new Mismatch(sentence);
}

/** The same for the HTTP status of an answer. ABDM's own words are shown as they came. */
export function expectStatus(reply, wanted, what) {
  const statuses = [wanted].flat();
  expect(
    statuses.includes(reply.status),
    `${what}: HTTP ${reply.status} came instead of ${statuses.join(" or ")}; ` +
      `the answer was ${reply.text.slice(0, 300) || "empty"}`,
  );
}

/** Tells that a step is done. */
export function done(milestone, sentence) {
  console.log(`ok  ${milestone}  ${sentence}`);
}
