// The documents whose pages are looked at: made from the plain records that `nrces example` prints.
import { execFileSync } from "node:child_process";

const image = { title: "Prescription as written", contentType: "image/png" };
const pdf = { title: "Report as printed", contentType: "application/pdf", data: "JVBERi0xLjQKJW1hZGUgdXAK" };

const wide = [
  {
    name: "Haemoglobin by a method whose name is long enough to push the other columns together",
    value: "10.20", unit: "g/dL", low: "12.0", high: "15.5", interpretation: "low",
  },
  { name: "Platelets", value: "150000.0", unit: "/cumm", low: "150000.0", high: "410000.0" },
  { name: "Platelets", value: 210, unit: "10^3/uL", low: 150, high: 410 },
  {
    name: "Peripheral smear",
    value: "Red cells are microcytic and hypochromic with anisopoikilocytosis, pencil cells and target cells; "
      + "white cells are normal in number and form; platelets are adequate on the smear; no haemoparasites seen",
    range: "Normocytic normochromic",
  },
  { name: "TSH", value: "<0.05", unit: "mIU/L", range: "0.4-4.2" },
  { name: "Base excess", value: "-3.1", unit: "mmol/L", low: "-2.0", high: "2.0" },
];
const many = Array.from({ length: 60 }, (_, place) => ({
  name: `Further test ${place + 1}`, value: `${place}.5`, unit: "mmol/L", low: "1.0", high: "45.0",
}));

const words = {
  hi: {
    patient: "आशा देवी", doctor: "डॉ. मीरा राव", facility: "सूर्योदय क्लिनिक", title: "Prescription",
    dose: "1 गोली", instruction: "भोजन के बाद", reason: "बुख़ार", note: "बुख़ार उतरने पर बंद करें",
  },
  ur: {
    patient: "عائشہ بیگم", doctor: "ڈاکٹر میرا راؤ", facility: "سن رائز کلینک", title: "Prescription",
    dose: "1 گولی", instruction: "کھانے کے بعد", reason: "بخار", note: "بخار اترنے پر بند کریں",
  },
};

// The bytes of every document by its name; `scan` is a picture as base64.
export function documents(nrces, scan) {
  const run = (input, ...args) => execFileSync(nrces, args, { input, maxBuffer: 1 << 28 });
  const plain = (kind) => JSON.parse(run("", "example", kind, "--plain"));
  const made = (kind, change) => {
    const record = plain(kind);
    change(record);
    return run(JSON.stringify(record), "from-plain", kind, "-");
  };
  const inLanguage = (tag, kind) => made(kind, (record) => {
    const own = words[tag];
    record.language = tag;
    delete record.title;
    record.patient.name = own.patient;
    record.practitioner.name = own.doctor;
    record.facility.name = own.facility;
    for (const medicine of record.medications ?? []) {
      if (medicine.dose) medicine.dose = own.dose;
      if (medicine.instructions) medicine.instructions = [own.instruction];
      if (medicine.reason) medicine.reason = own.reason;
      if (medicine.note) medicine.note = own.note;
    }
  });
  const all = {
    "lab report": made("diagnostic-report", (record) => {
      record.report.results = [...wide, ...many];
    }),
    "prescription": made("prescription", (record) => {
      record.language = "en";
      record.scan = { ...image, data: scan };
    }),
    "health document with a scan": made("health-document-record", (record) => {
      record.documents = [{ ...image, data: scan }, pdf];
    }),
  };
  for (const kind of ["op-consultation", "discharge-summary", "wellness-record", "invoice", "immunization-record"]) {
    all[kind] = made(kind, () => {});
  }
  for (const tag of ["hi", "ur"]) {
    for (const kind of ["prescription", "diagnostic-report", "discharge-summary", "invoice"]) {
      all[`${kind} (${tag})`] = inLanguage(tag, kind);
    }
  }
  return all;
}
