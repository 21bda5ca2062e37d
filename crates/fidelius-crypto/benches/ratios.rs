//! Ratios of this crate's operations to the bare primitives beneath them, within one run.
//!
//! `cargo bench -p fidelius-crypto` prints a table and fails when a target is missed. Subject and
//! baseline take turns, and of each the tenth percentile counts: on a busy machine the scheduler
//! interrupts long operations more often than short ones, which would favour the baseline in a
//! median. The ratio is the result, never the times. `docs/performance.md` keeps a filled table.

use std::{
    error::Error,
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use aes_gcm::{Aes256Gcm, KeyInit, aead::AeadInOut};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use curve25519_dalek::{edwards::EdwardsPoint, scalar::Scalar};
use fidelius_crypto::{
    ChecksumForm, DecryptOptions, EncryptOptions, Encryptor, OpenedEntry, ReceiverKeys,
    chrono::{DateTime, Utc},
    encrypt_entry,
    hazmat::{self, KeyPair, PrivateKey},
};
use x25519_dalek::{PublicKey, StaticSecret};

type Outcome<T> = Result<T, Box<dyn Error>>;
type Operation = Box<dyn FnMut() -> Outcome<()>>;

/// A target is missed only if it is missed this many times in a row.
const ATTEMPTS: usize = 3;

fn main() -> Outcome<ExitCode> {
    println!("{:<58} {:>11} {:>11} {:>7} {:>7}", "", "this crate", "baseline", "ratio", "target");
    let mut met = key_generation()? & small_entries()?;
    for mebibytes in [1, 8] {
        met &= large_entries(mebibytes)?;
    }
    println!("\n{}", if met { "All targets met." } else { "A target was MISSED." });
    Ok(if met { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn key_generation() -> Outcome<bool> {
    section("Keys, against one fixed-base multiplication");
    let scalar = Scalar::from_bytes_mod_order([0x5a; 32]);
    let met = compare(
        "ReceiverKeys::generate (private, public, nonce)",
        Some(2.0),
        3001,
        || Ok(ReceiverKeys::generate()?),
        || Ok(EdwardsPoint::mul_base(black_box(&scalar))),
    )?;
    let secret = StaticSecret::from([0x5a; 32]);
    compare(
        "the same, against an X25519 public key",
        None,
        3001,
        || Ok(ReceiverKeys::generate()?),
        || Ok(PublicKey::from(black_box(&secret))),
    )?;
    Ok(met)
}

fn small_entries() -> Outcome<bool> {
    section("1 KiB with a ready key, against one X25519 multiplication");
    let content = document(1 << 10);
    let receiver = ReceiverKeys::generate()?;
    let request = receiver.key_material(expiry()?);
    let sender = KeyPair::new(PrivateKey::generate()?, hazmat::Nonce::generate()?);
    let secret = StaticSecret::from([0x5a; 32]);
    let public = PublicKey::from(&StaticSecret::from([0xa5; 32]));
    let x25519 = || Ok(black_box(&secret).diffie_hellman(black_box(&public)));

    let encrypt = || Ok(sender.encrypt(content.as_slice(), &request)?);
    let mut met = compare(
        "encrypt: peer checks, ECDH, HKDF, AEAD, base64",
        Some(2.0),
        1501,
        encrypt,
        x25519,
    )?;

    let sealed = encrypt_entry(content.as_slice(), &request, &options()?)?;
    let decrypt = || Ok(receiver.decrypt_entry(&sealed.content, &sealed.key_material, None)?);
    met &= compare("decrypt: the same steps", Some(2.0), 1501, decrypt, x25519)?;

    let whole = || Ok(encrypt_entry(content.as_slice(), &request, &options()?)?);
    compare("encrypt_entry: with a fresh key pair", None, 1501, whole, x25519)?;
    Ok(met)
}

fn large_entries(mebibytes: usize) -> Outcome<bool> {
    let rounds = 400 / mebibytes + 1;
    let content = document(mebibytes << 20);
    let (aead, mut seal) = fastest_aead(&content)?;
    section(&format!("{mebibytes} MiB with agreed keys, against the bare AEAD of {aead}"));

    let receiver = ReceiverKeys::generate()?;
    let request = receiver.key_material(expiry()?);
    let without_checksum = options()?.checksum(ChecksumForm::Empty);
    let prepare = || Ok(Encryptor::for_request(&request, &without_checksum)?);
    let encrypt = |encryptor: Encryptor| Ok(encryptor.encrypt(content.as_slice())?);
    let label = "encrypt borrowed bytes: HKDF, AEAD, base64";
    let mut met = compare_prepared(label, Some(2.5), rounds, prepare, encrypt, &mut seal)?;

    let prepare = || {
        let mut owned = Vec::with_capacity(content.len() + 16);
        owned.extend_from_slice(&content);
        Ok((Encryptor::for_request(&request, &without_checksum)?, owned))
    };
    let encrypt = |(encryptor, owned): (Encryptor, Vec<u8>)| Ok(encryptor.encrypt(owned)?);
    let label = "encrypt an owned vector in place: the same steps";
    met &= compare_prepared(label, Some(2.5), rounds, prepare, encrypt, &mut seal)?;

    let sealed = encrypt_entry(content.as_slice(), &request, &without_checksum)?;
    let decryptor = receiver.decryptor(&sealed.key_material, &DecryptOptions::default())?;
    let decrypt = || Ok(decryptor.decrypt(&sealed.content, None)?);
    met &= compare("decrypt: base64, HKDF, AEAD", Some(2.5), rounds, decrypt, &mut seal)?;

    let opened = || Ok(decryptor.decrypt(&sealed.content, None)?);
    let wipe = |opened| {
        drop::<OpenedEntry>(opened);
        Ok(())
    };
    compare_prepared("wiping the decrypted document", None, rounds, opened, wipe, &mut seal)?;
    let whole = || Ok(encrypt_entry(content.as_slice(), &request, &without_checksum)?);
    compare("encrypt_entry, empty checksum: with keys and ECDH", None, rounds, whole, &mut seal)?;
    let whole = || Ok(receiver.decrypt_entry(&sealed.content, &sealed.key_material, None)?);
    compare("decrypt_entry: with peer checks and ECDH", None, rounds, whole, &mut seal)?;
    let rounds = rounds / 8 + 1;
    let whole = || Ok(encrypt_entry(content.as_slice(), &request, &options()?)?);
    compare("encrypt_entry, MD5 checksum (the default)", None, rounds, whole, &mut seal)?;
    Ok(met)
}

/// Encrypts the document in place by whichever library is faster on this machine.
fn fastest_aead(content: &[u8]) -> Outcome<(&'static str, Operation)> {
    let mut buffer = content.to_vec();
    let mut aws_lc = move || {
        let key = UnboundKey::new(&AES_256_GCM, &[7; 32])?;
        let tag = LessSafeKey::new(key).seal_in_place_separate_tag(
            Nonce::assume_unique_for_key([7; 12]),
            Aad::empty(),
            black_box(&mut buffer),
        )?;
        consume(&tag);
        Ok(())
    };
    let mut buffer = content.to_vec();
    let mut rust_crypto = move || {
        Aes256Gcm::new(&[7; 32].into()).encrypt_inout_detached(
            &[7; 12].into(),
            &[],
            black_box(buffer.as_mut_slice()).into(),
        )?;
        Ok(())
    };
    let (fast, slow) = low_times(31, || Ok(()), |()| aws_lc(), &mut rust_crypto)?;
    println!("\nAES-256-GCM of {} KiB: AWS-LC {fast:?}, RustCrypto {slow:?}", content.len() >> 10);
    Ok(if fast <= slow {
        ("AWS-LC", Box::new(aws_lc))
    } else {
        ("RustCrypto", Box::new(rust_crypto))
    })
}

/// Prints one line of the table, and says whether the target is met.
fn compare<A, B>(
    label: &str,
    target: Option<f64>,
    rounds: usize,
    mut subject: impl FnMut() -> Outcome<A>,
    baseline: impl FnMut() -> Outcome<B>,
) -> Outcome<bool> {
    compare_prepared(label, target, rounds, || Ok(()), |()| subject(), baseline)
}

/// Like [`compare`], for a subject that consumes something made outside the clock.
fn compare_prepared<P, A, B>(
    label: &str,
    target: Option<f64>,
    rounds: usize,
    mut prepare: impl FnMut() -> Outcome<P>,
    mut subject: impl FnMut(P) -> Outcome<A>,
    mut baseline: impl FnMut() -> Outcome<B>,
) -> Outcome<bool> {
    let mut met = false;
    for _ in 0..ATTEMPTS {
        let (ours, theirs) = low_times(rounds, &mut prepare, &mut subject, &mut baseline)?;
        let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
        met = target.is_none_or(|target| ratio <= target);
        let verdict = target.map_or(String::new(), |target| {
            format!("{target:>6.1}x {}", if met { "ok" } else { "MISSED" })
        });
        println!("{label:<58} {ours:>11.1?} {theirs:>11.1?} {ratio:>6.2}x {verdict}");
        if met {
            break;
        }
    }
    Ok(met)
}

/// Times of subject and baseline that one run in ten stays below, taken in turns. Dropping results is not on the clock.
fn low_times<P, A, B>(
    rounds: usize,
    mut prepare: impl FnMut() -> Outcome<P>,
    mut subject: impl FnMut(P) -> Outcome<A>,
    mut baseline: impl FnMut() -> Outcome<B>,
) -> Outcome<(Duration, Duration)> {
    let (mut ours, mut theirs) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for _ in 0..rounds {
        let prepared = prepare()?;
        ours.push(timed(|| subject(prepared))?);
        theirs.push(timed(&mut baseline)?);
    }
    Ok((tenth_percentile(ours), tenth_percentile(theirs)))
}

/// Keeps the optimiser from dropping the work that made a value.
fn consume<T>(value: &T) {
    let _ = black_box(value);
}

fn timed<T>(operation: impl FnOnce() -> Outcome<T>) -> Outcome<Duration> {
    // A fresh time slice makes it likelier that the operation runs in one piece.
    std::thread::yield_now();
    let start = Instant::now();
    let result = black_box(operation()?);
    let elapsed = start.elapsed();
    drop(result);
    Ok(elapsed)
}

fn tenth_percentile(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 10).copied().unwrap_or_default()
}

fn section(title: &str) {
    println!("\n{title}");
}

/// Text as repetitive as FHIR JSON is; neither AES nor base64 cares.
fn document(length: usize) -> Vec<u8> {
    br#"{"resourceType":"Observation","status":"final"},"#
        .iter()
        .copied()
        .cycle()
        .take(length)
        .collect()
}

fn options() -> Outcome<EncryptOptions> {
    Ok(EncryptOptions::new(expiry()?))
}

fn expiry() -> Outcome<DateTime<Utc>> {
    Ok("2026-11-24T10:00:00Z".parse()?)
}
