// Looks at the pages of `nrces html` in a browser: `node check.mjs NRCES CHROMIUM OUT`, with
// puppeteer-core and axe-core in OUT/node_modules. It fails when axe finds anything against WCAG 2.2 AA,
// when a page is wider than the screen, when a number or a word of a heading is broken across lines or a
// number is turned round, and when a printed sheet does not say whose record it is.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { documents } from "./documents.mjs";

const [nrces, chromium, out] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(`${out}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const faults = [];
let checks = 0;
const check = (is, words) => {
  checks += 1;
  if (!is) faults.push(words);
};

// Runs in the page: what is broken, turned round or too wide.
function layoutFaults() {
  const found = [];
  if (document.documentElement.scrollWidth > window.innerWidth) {
    const wide = [...document.querySelectorAll("body *")]
      .find((element) => element.getBoundingClientRect().right > window.innerWidth + 1);
    found.push(`wider than the screen: ${document.documentElement.scrollWidth}, <${wide?.localName}> `
      + `${wide?.textContent.trim().slice(0, 60)}`);
  }
  const range = document.createRange();
  const rectangle = (node, start, end) => {
    range.setStart(node, start);
    range.setEnd(node, end);
    return [...range.getClientRects()].filter((rect) => rect.width > 0);
  };
  const lines = (rects) => new Set(rects.map((rect) => Math.round(rect.top))).size;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const hidden = node.parentElement.closest("details:not([open]) > :not(summary), style, title");
    if (hidden) continue;
    for (const { 0: number, index } of node.data.matchAll(/\d[\d.,/:–×⁰¹²³⁴-⁹-]*[\d⁰¹²³⁴-⁹]/gu)) {
      if (number.length > 32) continue;
      if (lines(rectangle(node, index, index + number.length)) > 1) found.push(`broken: ${number}`);
      const [first] = rectangle(node, index, index + 1);
      const [last] = rectangle(node, index + number.length - 1, index + number.length);
      if (first && last && first.top === last.top && first.left > last.left) {
        found.push(`turned round: ${number}`);
      }
    }
    if (node.parentElement.closest("thead th, dt, h1, h2, h3")) {
      for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{M}]+/gu)) {
        if (lines(rectangle(node, index, index + word.length)) > 1) found.push(`broken: ${word}`);
      }
    }
  }
  for (const element of document.querySelectorAll(".n")) {
    if (lines([...element.getClientRects()]) > 1) found.push(`broken: ${element.textContent}`);
  }
  return found;
}

// A page of a prescription as a picture, for the documents that hold a scan.
async function scanned(page) {
  await page.setViewport({ width: 900, height: 1250 });
  await page.setContent("<body style='font: 34px cursive; padding: 40px'><h1>Rx</h1>"
    + "<p>Tab Paracetamol 500 mg 1-0-1 x 3 days</p><p>Tab Cetirizine 10 mg HS x 5 days</p>".repeat(5));
  return page.screenshot({ encoding: "base64" });
}

// Every sheet says whose record it is, and which page.
function checkSheets(name, file, running, english) {
  const text = execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" });
  const sheets = text.split("\f").filter((sheet) => sheet.trim());
  sheets.forEach((sheet, place) => {
    for (const words of running) {
      check(sheet.includes(words), `${name}: sheet ${place + 1} does not say ${words}`);
    }
    const number = english ? `Page ${place + 1} of ${sheets.length}` : `${place + 1} / ${sheets.length}`;
    // The letters of other scripts come out of a PDF in the order of its glyphs.
    check(!english || sheet.includes(number), `${name}: sheet ${place + 1} has no number`);
  });
  return sheets.length;
}

mkdirSync(out, { recursive: true });
const browser = await puppeteer.launch({
  executablePath: chromium, args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
});
try {
  const page = await browser.newPage();
  await page.setBypassCSP(true);
  const all = documents(nrces, await scanned(page));
  let most = 0;
  for (const [name, bundle] of Object.entries(all)) {
    const stem = `${out}/${name.replaceAll(/[^a-z]+/g, "-")}`;
    const html = execFileSync(nrces, ["html", "-"], { input: bundle, maxBuffer: 1 << 28 });
    writeFileSync(`${stem}.html`, html);
    await page.emulateMediaType("screen");
    for (const width of [1280, 700, 360]) {
      await page.setViewport({ width, height: 900 });
      await page.goto(`file://${stem}.html`);
      for (const fault of await page.evaluate(layoutFaults)) check(false, `${name} at ${width}: ${fault}`);
      checks += 1;
      if (width === 700) continue;
      await page.screenshot({ path: `${stem}-${width}.png`, fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const { id, help, nodes } of violations) {
        check(false, `${name} at ${width}: ${id}, ${help}: ${nodes[0].html.slice(0, 120)}`);
      }
      checks += 1;
    }
    await page.emulateMediaType("print");
    await page.setViewport({ width: 690, height: 900 });
    await page.goto(`file://${stem}.html`);
    for (const fault of await page.evaluate(layoutFaults)) check(false, `${name} in print: ${fault}`);
    await page.pdf({ path: `${stem}.pdf`, format: "A4", preferCSSPageSize: true });
    const english = !name.endsWith(")");
    const running = english ? ["Asha Devi", "91-7225-4829-5255", "2026"] : ["91-7225-4829-5255", "2026"];
    most = Math.max(most, checkSheets(name, `${stem}.pdf`, running, english));
  }
  check(most >= 3, "no document has three sheets");
} finally {
  await browser.close();
}
for (const fault of faults) console.error(fault);
console.log(`${checks - faults.length} passed, ${faults.length} failed`);
process.exitCode = faults.length === 0 ? 0 : 1;
