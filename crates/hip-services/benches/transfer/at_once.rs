//! How much memory many transfers at once need.

use crate::hiu::{Hiu, digests};
use crate::world::{Archive, Failure, World};
use crate::{measured, of_this_process};

/// What a process of its own is told to measure.
pub(crate) const CHILD: &str = "transfers";
const FEW: usize = 50;
const MANY: usize = 500;
/// The documents of each transfer, in bytes.
const SIZES: [usize; 5] = [100_000, 250_000, 150_000, 400_000, 3_000_000];
/// Ten times as many transfers may need so many times as much memory.
const MOST_TIMES: f64 = 1.5;
/// The bytes that may be on their way at once are 128 MiB by default. So many times as much may be
/// needed in all: as much again for the HIUs, which read their pages in the same process, for the
/// documents that are not on their way yet, and for what the allocator keeps.
const MOST_OF_BYTES_IN_FLIGHT: f64 = 2.0;
const BYTES_IN_FLIGHT: f64 = 128.0;

/// Has all transfers done at once, and tells the peak of memory above the idle server.
pub(crate) async fn peak(transfers: usize) -> Result<(), Failure> {
    let awaited = digests(&SIZES);
    let hius = (0..transfers).map(|_| Hiu::new(&awaited)).collect::<Result<_, _>>()?;
    let world = World::with_hius(Archive::Sized(&SIZES), hius).await?;
    let idle = of_this_process("VmRSS")?;
    // The peak begins anew.
    std::fs::write("/proc/self/clear_refs", "5")?;
    world.transfer_to_all().await?;
    let peak = of_this_process("VmHWM")?;
    let wrong = world.outside.hius.iter().filter(|hiu| !hiu.has_each_once()).count();
    if wrong > 0 {
        return Err(format!("{wrong} of {transfers} HIUs have not each document once").into());
    }
    println!("{}", peak.saturating_sub(idle));
    Ok(())
}

/// Whether many transfers need little more than few, and both what they may.
pub(crate) fn is_bounded() -> Result<bool, Failure> {
    let (few, many) = (measured(CHILD, FEW)?, measured(CHILD, MANY)?);
    let (ratio, of_flight) = (many / few, many / BYTES_IN_FLIGHT);
    println!(
        "peak of memory above the idle server: {few:.1} MiB for {FEW} transfers at once, {many:.1} MiB \
         for {MANY}; ratio {ratio:.2} (at most {MOST_TIMES}), {of_flight:.2} times the bytes in flight \
         (at most {MOST_OF_BYTES_IN_FLIGHT})"
    );
    Ok(ratio <= MOST_TIMES && of_flight <= MOST_OF_BYTES_IN_FLIGHT)
}
