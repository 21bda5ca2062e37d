//! What reading, writing, checking and building cost beside plain `serde_json::Value`, in one run.
//!
//! `cargo bench -p fhir-bundles` prints the ratios; absolute times mean little on another machine.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use fhir_bundles::{
    DocumentBundle, Record,
    build::{
        Allergy, Facility, FollowUp, Gender, Medicine, Observation, OpConsultation, Patient,
        Practitioner, Visit,
    },
    check,
};

/// A consultation as a busy clinic writes it.
fn consultation() -> OpConsultation {
    OpConsultation::new(
        Patient::with_abha_number("Asha Devi", "91-7225-4829-5255")
            .abha_address("asha.devi@abdm")
            .gender(Gender::Female)
            .birth_date("1986-04"),
        Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
        Facility::new("Sunrise Clinic", "IN2710000001"),
        Visit::outpatient("2026-03-01T10:30:00+05:30"),
    )
    .chief_complaint("Fever for three days")
    .vital_sign(Observation::temperature("38.40", "°C"))
    .vital_sign(Observation::blood_pressure(142, 91))
    .vital_sign(Observation::pulse(96))
    .allergy(Allergy::to("Penicillin").reaction("Urticaria"))
    .medication(Medicine::new("Paracetamol 500 mg tablet").dose("1 tablet").timing("1-0-1").days(3))
    .medication(Medicine::new("Cetirizine 10 mg").dose("1 tablet").timing("HS").days(5))
    .investigation("Complete blood count")
    .follow_up(FollowUp::on("2026-03-04").reason("Review with reports"))
}

/// The same, with so many observations that its text has some 50 kB.
fn fifty_kilobytes() -> Vec<u8> {
    let mut document = consultation();
    loop {
        let bytes = document.clone().build().map(|bundle| bundle.to_vec()).unwrap_or_default();
        if bytes.len() >= 50_000 {
            return bytes;
        }
        document = document.other_observation(
            Observation::measured("Haemoglobin", "10.20", "g/dL").reference_range("12.0", "15.5"),
        );
    }
}

/// The best times of two calls, sampled by turns: what else runs on the machine only ever adds.
fn times<A, B>(mut ours: impl FnMut() -> A, mut base: impl FnMut() -> B) -> (Duration, Duration) {
    let our_batch = batch(&mut ours);
    let base_batch = batch(&mut base);
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..200 {
        best.0 = best.0.min(sample(our_batch, &mut ours));
        best.1 = best.1.min(sample(base_batch, &mut base));
    }
    best
}

/// How many calls take long enough for the clock.
fn batch<T>(call: &mut impl FnMut() -> T) -> u32 {
    let started = Instant::now();
    let mut calls = 0;
    while started.elapsed() < Duration::from_millis(100) {
        black_box(call());
        calls += 1;
    }
    (calls / 50).max(1)
}

fn sample<T>(batch: u32, call: &mut impl FnMut() -> T) -> Duration {
    let started = Instant::now();
    for _ in 0..batch {
        black_box(call());
    }
    started.elapsed() / batch
}

fn row(name: &str, (ours, base): (Duration, Duration), limit: f64) -> bool {
    let ratio = ours.as_secs_f64() / base.as_secs_f64();
    let verdict = if ratio <= limit { "ok" } else { "TOO SLOW" };
    println!(
        "| {name} | {:.1} µs | {:.1} µs | {ratio:.2} | {limit} | {verdict} |",
        ours.as_secs_f64() * 1e6,
        base.as_secs_f64() * 1e6
    );
    ratio <= limit
}

fn main() {
    let bytes = fifty_kilobytes();
    let value = || serde_json::from_slice::<serde_json::Value>(&bytes).ok();
    println!("bundle of {} bytes, {} findings", bytes.len(), check(&bytes).findings().len());
    println!("| work | ours | serde_json::Value | ratio | limit | |");
    println!("|---|---|---|---|---|---|");

    let mut good = row(
        "read and write, 50 kB",
        times(
            || DocumentBundle::read(&bytes).map(|bundle| bundle.to_vec()),
            || value().and_then(|value| serde_json::to_vec(&value).ok()),
        ),
        3.0,
    );
    good &= row("check, against parsing, 50 kB", times(|| check(&bytes), value), 5.0);

    let small = consultation().build().map(|bundle| bundle.to_vec()).unwrap_or_default();
    let small_value = serde_json::from_slice::<serde_json::Value>(&small).ok();
    good &= row(
        "build an OP consultation, against writing",
        times(
            || consultation().build().map(|bundle| bundle.to_vec()).ok(),
            || serde_json::to_vec(&small_value).ok(),
        ),
        10.0,
    );
    good &=
        row("read as a record, against parsing, 50 kB", times(|| Record::read(&bytes), value), 5.0);
    if !good {
        std::process::exit(1);
    }
}
