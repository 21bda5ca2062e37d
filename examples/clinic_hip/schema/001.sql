-- The register. Beside each key as it was typed stands its one form, in which it is searched; NULL
-- where nothing can be compared (hip_services::patient_index).
CREATE TABLE patients (
    uhid                TEXT PRIMARY KEY,
    uhid_folded         TEXT,
    name                TEXT NOT NULL,
    gender              TEXT,
    born                TEXT,
    abha_number         TEXT,
    abha_number_digits  TEXT,
    abha_address        TEXT,
    abha_address_folded TEXT,
    abha_is_proven      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX patients_by_uhid    ON patients (uhid_folded);
CREATE INDEX patients_by_number  ON patients (abha_number_digits);
CREATE INDEX patients_by_address ON patients (abha_address_folded);

CREATE TABLE patient_mobiles (
    uhid          TEXT NOT NULL REFERENCES patients,
    mobile        TEXT NOT NULL,
    mobile_digits TEXT,
    PRIMARY KEY (uhid, mobile)
) STRICT;
CREATE INDEX patients_by_mobile ON patient_mobiles (mobile_digits);

-- A visit or a stay: one care context. Its records may be linked and sent once it is final.
CREATE TABLE visits (
    number     TEXT PRIMARY KEY,
    uhid       TEXT NOT NULL REFERENCES patients,
    display    TEXT NOT NULL,
    began      TEXT NOT NULL,
    ended      TEXT,
    doctor     TEXT NOT NULL,
    doctor_hpr TEXT NOT NULL,
    is_final   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX visits_of_patient ON visits (uhid);

CREATE TABLE consultations (
    visit       TEXT PRIMARY KEY REFERENCES visits,
    complaint   TEXT NOT NULL,
    temperature TEXT,
    systolic    INTEGER,
    diastolic   INTEGER,
    follow_up   TEXT,
    made_at     TEXT NOT NULL
) STRICT;

CREATE TABLE prescriptions (
    id          INTEGER PRIMARY KEY,
    visit       TEXT NOT NULL REFERENCES visits,
    medicine    TEXT NOT NULL,
    dose        TEXT NOT NULL,
    timing      TEXT NOT NULL,
    days        INTEGER NOT NULL,
    made_at     TEXT NOT NULL
) STRICT;

CREATE TABLE lab_reports (
    id         INTEGER PRIMARY KEY,
    visit      TEXT NOT NULL REFERENCES visits,
    name       TEXT NOT NULL,
    conclusion TEXT NOT NULL,
    made_at    TEXT NOT NULL
) STRICT;

CREATE TABLE lab_results (
    report INTEGER NOT NULL REFERENCES lab_reports,
    test   TEXT NOT NULL,
    value  TEXT NOT NULL,
    unit   TEXT NOT NULL,
    low    TEXT NOT NULL,
    high   TEXT NOT NULL
) STRICT;

CREATE TABLE immunizations (
    id      INTEGER PRIMARY KEY,
    visit   TEXT NOT NULL REFERENCES visits,
    vaccine TEXT NOT NULL,
    dose    INTEGER NOT NULL,
    lot     TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE discharge_summaries (
    visit          TEXT PRIMARY KEY REFERENCES visits,
    complaint      TEXT NOT NULL,
    procedure_done TEXT NOT NULL,
    plan           TEXT NOT NULL,
    made_at        TEXT NOT NULL
) STRICT;

CREATE TABLE wellness (
    id      INTEGER PRIMARY KEY,
    visit   TEXT NOT NULL REFERENCES visits,
    pulse   INTEGER NOT NULL,
    weight  TEXT NOT NULL,
    height  TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE invoices (
    number  TEXT PRIMARY KEY,
    visit   TEXT NOT NULL REFERENCES visits,
    made_at TEXT NOT NULL
) STRICT;

CREATE TABLE invoice_items (
    invoice TEXT NOT NULL REFERENCES invoices,
    product TEXT NOT NULL,
    is_test INTEGER NOT NULL,
    rate    TEXT NOT NULL
) STRICT;

CREATE TABLE files (
    id      INTEGER PRIMARY KEY,
    visit   TEXT NOT NULL REFERENCES visits,
    title   TEXT NOT NULL,
    pdf     BLOB NOT NULL,
    made_at TEXT NOT NULL
) STRICT;

-- Documents of the system that the clinic had before: kept as they came.
CREATE TABLE imported_documents (
    id      INTEGER PRIMARY KEY,
    place   TEXT NOT NULL UNIQUE,
    visit   TEXT NOT NULL REFERENCES visits,
    hi_type TEXT NOT NULL,
    bundle  BLOB NOT NULL,
    made_at TEXT NOT NULL
) STRICT;

-- To whom an OTP went. The OTP itself is stored nowhere.
CREATE TABLE otp_outbox (
    id         INTEGER PRIMARY KEY,
    uhid       TEXT NOT NULL,
    mobile     TEXT NOT NULL,
    sent_at    TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

-- Who waits at which counter. A share that comes again is in it already.
CREATE TABLE queue (
    share     TEXT PRIMARY KEY,
    counter   TEXT NOT NULL,
    number    TEXT NOT NULL,
    uhid      TEXT NOT NULL REFERENCES patients,
    came_at   TEXT NOT NULL,
    called_at TEXT
) STRICT;

CREATE TABLE events (
    id     INTEGER PRIMARY KEY,
    at     TEXT NOT NULL,
    name   TEXT NOT NULL,
    fields TEXT NOT NULL
) STRICT;
