//! What a long transfer costs beside bare encryption and bare POSTs, and how much memory it needs.
//!
//! `cargo bench -p hip-services --bench transfer` prints both, and what many transfers at once
//! need, and fails when a target is missed; `… -- at-once` does the last alone. Times are compared
//! within one run only; memory is the peak (`VmHWM`, Linux) of a process of its own for each size.

mod at_once;
mod hiu;
mod world;

use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use abdm_core::api::data_flow::{DataPage, Entry, KeyMaterialJson};
use abdm_core::wire::write_json;
use chrono::{DateTime, TimeDelta};
use fidelius_crypto::{EncryptOptions, encrypt_entry};

use crate::world::{Archive, BYTES, Failure, World, document};

/// What a process of its own is told to measure.
const MEMORY: &str = "memory";
const DOCUMENTS: usize = 1_000;
const ROUNDS: usize = 3;
/// A transfer may take so many times as long as its bare parts, one after the other.
const MOST_TIMES: f64 = 1.5;
/// The peak of ten times as many documents may be so many times as high.
const MOST_MEMORY: f64 = 1.2;

fn main() -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let met = match arguments.as_slice() {
        [MEMORY, documents] => return runtime.block_on(peak(documents.parse()?)),
        [at_once::CHILD, transfers] => {
            return runtime.block_on(at_once::peak(transfers.parse()?));
        }
        ["at-once", ..] => at_once::is_bounded()?,
        _ => {
            let within = runtime.block_on(times())?;
            let flat = memory()?;
            at_once::is_bounded()? && within && flat
        }
    };
    if met { Ok(()) } else { Err("a target was missed".into()) }
}

/// The bare parts of a transfer: each document encrypted with a fresh key and posted, one after the
/// other, over one connection.
async fn bare(world: &World, documents: &[axum::body::Bytes]) -> Result<Duration, Failure> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let expires = DateTime::UNIX_EPOCH + TimeDelta::days(40_000);
    let total = i64::try_from(documents.len())?;
    let began = Instant::now();
    for (number, content) in (1..).zip(documents) {
        let options = EncryptOptions::new(expires);
        let sealed = encrypt_entry(content.as_ref(), &world.peer, &options)?;
        let entry = Entry::new(sealed.content, sealed.checksum, "OPD-1".parse()?);
        let material = KeyMaterialJson::write(&sealed.key_material)?;
        let page = DataPage::new(number, total, "bare".parse()?, vec![entry], material);
        let post = http.post(&world.push_url).header("Content-Type", "application/json");
        let answer = post.body(write_json(&page)?).send().await?;
        black_box(answer.error_for_status()?.bytes().await?);
    }
    Ok(began.elapsed())
}

/// Whether a transfer takes at most so long as it may.
async fn times() -> Result<bool, Failure> {
    let documents: Vec<_> = (0..DOCUMENTS).map(|number| document(number, BYTES)).collect();
    let world = World::with(Archive::Ready(documents.clone())).await?;
    let mut best = (Duration::MAX, Duration::MAX);
    for round in 0..ROUNDS {
        best.1 = best.1.min(bare(&world, &documents).await?);
        let bare = world.outside.taken();
        let began = Instant::now();
        world.transfer(round).await?;
        best.0 = best.0.min(began.elapsed());
        let transferred = world.outside.taken();
        if bare.0 != DOCUMENTS || transferred.0 != DOCUMENTS || transferred.1 < bare.1 / 2 {
            return Err(format!("not all pages came: {transferred:?}, bare {bare:?}").into());
        }
    }
    let ratio = best.0.as_secs_f64() / best.1.as_secs_f64();
    println!(
        "transfer of {DOCUMENTS} documents of 50 kB over SQLite: {:.2} s; bare encryption and POST, \
         one after the other: {:.2} s; ratio {ratio:.2} (at most {MOST_TIMES})",
        best.0.as_secs_f64(),
        best.1.as_secs_f64(),
    );
    Ok(ratio <= MOST_TIMES)
}

/// Transfers so many documents, each made when it is asked for, and tells the peak of memory.
async fn peak(documents: usize) -> Result<(), Failure> {
    let world = World::with(Archive::Made(documents)).await?;
    world.transfer(0).await?;
    let (pages, _) = world.outside.taken();
    if pages != documents {
        return Err(format!("{pages} pages of {documents} documents came").into());
    }
    println!("{}", of_this_process("VmHWM")?);
    Ok(())
}

/// A line of what Linux tells of this process, in KiB.
fn of_this_process(line: &str) -> Result<u32, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let told = status.lines().find_map(|own| own.strip_prefix(line)?.strip_prefix(':'));
    let kibibytes = told.and_then(|told| told.split_whitespace().next()).ok_or("no such line")?;
    Ok(kibibytes.parse()?)
}

/// Which figure processes of their own tell, the median of several, in MiB.
fn measured(what: &str, size: usize) -> Result<f64, Failure> {
    let mut figures = Vec::new();
    for _ in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe()?);
        let output = child.arg(what).arg(size.to_string()).output()?;
        let told = String::from_utf8(output.stdout)?.trim().parse::<u32>();
        figures.push(told.map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?);
    }
    figures.sort_unstable();
    let median = figures.get(ROUNDS / 2).copied().ok_or("nothing was measured")?;
    Ok(f64::from(median) / 1024.0)
}

/// Whether ten times as many documents need no more memory than they may.
fn memory() -> Result<bool, Failure> {
    let (few, many) = (measured(MEMORY, DOCUMENTS)?, measured(MEMORY, 10 * DOCUMENTS)?);
    let ratio = many / few;
    println!(
        "peak of memory: {few:.1} MiB for {DOCUMENTS} documents, {many:.1} MiB for {}; ratio \
         {ratio:.2} (at most {MOST_MEMORY})",
        10 * DOCUMENTS,
    );
    Ok(ratio <= MOST_MEMORY)
}
