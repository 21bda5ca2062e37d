//! What a discovery among a million patients of `clinic_hip` costs beside looking the same rows up
//! by their primary keys.
//!
//! `cargo bench -p abdm-examples --bench discovery` fills a database in a temporary folder, asks,
//! prints the 50th and 99th percentile of both and their ratio, and exits with failure when the
//! target is missed. `… --bench discovery -- 20000` does it with fewer patients.

#![allow(dead_code, reason = "of the clinic's modules the register and what fills it are used")]

#[path = "../../clinic_hip/clinic.rs"]
mod clinic;
#[path = "../../clinic_hip/desk.rs"]
mod desk;
#[path = "../../clinic_hip/documents.rs"]
mod documents;
#[path = "../../clinic_hip/error.rs"]
mod error;
#[path = "../../clinic_hip/day/practice.rs"]
mod practice;
#[path = "../../clinic_hip/queue.rs"]
mod queue;
#[path = "../../clinic_hip/register.rs"]
mod register;
#[path = "../../clinic_hip/schema.rs"]
mod schema;

mod questions;
mod town;

use std::error::Error;
use std::time::{Duration, Instant};

use abdm_core::id::HipId;
use abdm_examples::hip_program::EventLines;
use abdm_examples::store::Database;
use abdm_store::rusqlite::OptionalExtension as _;
use hip_services::matching::{Matcher as _, PublishedMatcher, WantedPatient};
use hip_services::patient_index::{PatientIndex as _, RegisteredPatient};
use hip_services::{HospitalError, Visit};

use self::clinic::Clinic;
use self::error::ClinicError;
use self::questions::{Key, Question};

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

const PATIENTS: usize = 1_000_000;
/// Each question is asked so often, by turns with its look-up; the least of these times counts, so
/// that what else runs on the machine is in neither.
const ROUNDS: usize = 5;
/// A discovery may take so many times as long as the look-up, in the 99th percentile of both: by
/// each key alone, and by all together.
const MOST_TIMES: f64 = 5.0;
/// So many patients are written in one transaction.
const TOGETHER: usize = 20_000;
/// The size of the page cache while the database is filled, in KiB.
const CACHE: i64 = 256 << 10;

/// How much of everything there is.
pub(crate) struct Size {
    pub(crate) patients: usize,
    /// How many of them have visits, two each.
    pub(crate) visitors: usize,
    pub(crate) questions: usize,
}

fn main() -> Result<(), Failure> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let asked = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let patients = asked.map_or(Ok(PATIENTS), |text| text.parse())?.max(20_000);
    let visitors = patients / 50;
    let size = Size { patients, visitors, questions: visitors.min(3_000) };
    if runtime.block_on(compare(&size))? { Ok(()) } else { Err("the target was missed".into()) }
}

/// Whether discoveries are as quick as they must be.
async fn compare(size: &Size) -> Result<bool, Failure> {
    let folder = tempfile::tempdir()?;
    let database = Database::Sqlite(folder.path().join("clinic.db"));
    // The flows stand in the same file, as in the program.
    let flows = database.open().await?;
    let hip_id: HipId = "IN2710000001".parse()?;
    let clinic = Clinic::open(&database, hip_id.clone(), "Example Clinic", EventLines::default())?;
    let began = Instant::now();
    fill(&clinic, size).await?;
    println!("{} patients written in {:.0} s", size.patients, began.elapsed().as_secs_f64());

    let questions = questions::all(size, &hip_id)?;
    let mut asked = Vec::with_capacity(questions.len());
    for question in &questions {
        asked.push(Asked::of(&clinic, question).await?);
    }
    for _ in 0..ROUNDS {
        for (question, asked) in questions.iter().zip(&mut asked) {
            let began = Instant::now();
            discover(&clinic, &question.wanted).await.map_err(|error| error.to_string())?;
            asked.ours.push(began.elapsed());
            let began = Instant::now();
            look_up(&clinic, &asked.patients, &asked.visits).await?;
            asked.bare.push(began.elapsed());
        }
    }
    drop(flows);
    let mut most = 0.0_f64;
    for key in Key::ALL {
        let of_key = questions.iter().zip(&asked).filter(|(question, _)| question.key == key);
        let times = Times::of(of_key.map(|(_, asked)| asked));
        most = most.max(times.print(&format!("{key:?}")));
    }
    most = most.max(Times::of(&asked).print("all"));
    println!("99th percentile: ratio {most:.2} where it is worst (at most {MOST_TIMES})");
    Ok(most <= MOST_TIMES)
}

/// Writes the register, and two visits of everybody who is to be found.
async fn fill(clinic: &Clinic, size: &Size) -> Result<(), Failure> {
    let cache = |kibibytes: i64| {
        clinic.on(move |connection| Ok(connection.pragma_update(None, "cache_size", -kibibytes)?))
    };
    let before: i64 = clinic
        .on(|connection| Ok(connection.pragma_query_value(None, "cache_size", |row| row.get(0))?))
        .await?;
    cache(CACHE).await?;
    for first in (0..size.patients).step_by(TOGETHER) {
        let numbers = first..size.patients.min(first + TOGETHER);
        let write = move |connection: &mut _| {
            in_one_transaction(connection, numbers, |connection, number| {
                desk::register(connection, &town::patient(number)?)
            })
        };
        clinic.on(write).await?;
    }
    let visitors: Vec<usize> = questions::visitors(size).collect();
    for some in visitors.chunks(TOGETHER / 10) {
        let some = some.to_vec();
        let write = move |connection: &mut _| {
            in_one_transaction(connection, some, |connection, number| {
                for visit in 0..2 {
                    let visit = format!("OPD-{number}-{visit}");
                    practice::see_a_patient(connection, &town::uhid(number), &visit)?;
                    connection
                        .prepare_cached("UPDATE visits SET is_final = 1 WHERE number = ?1")?
                        .execute([visit])?;
                }
                Ok(())
            })
        };
        clinic.on(write).await?;
    }
    cache(-before).await?;
    Ok(())
}

fn in_one_transaction(
    connection: &mut abdm_store::rusqlite::Connection,
    numbers: impl IntoIterator<Item = usize>,
    write: impl Fn(&abdm_store::rusqlite::Connection, usize) -> Result<(), ClinicError>,
) -> Result<(), ClinicError> {
    let transaction = connection.transaction()?;
    for number in numbers {
        write(&transaction, number)?;
    }
    Ok(transaction.commit()?)
}

/// What the SDK does with a discovery between the call and the answer.
async fn discover(
    clinic: &Clinic,
    wanted: &WantedPatient,
) -> Result<(Vec<RegisteredPatient>, Vec<(String, Vec<Visit>)>), HospitalError> {
    let candidates = clinic.find(&wanted.query()).await?;
    let matched = PublishedMatcher::new().decide(wanted, &candidates);
    let mut found = Vec::new();
    for reference in matched.patients() {
        let visits = clinic.care_contexts(&wanted.hip_id, reference).await?;
        found.push((reference.to_string(), visits));
    }
    Ok((candidates, found))
}

/// The same rows by primary key: all candidates with their mobile numbers, then the visits of
/// whoever was found. One of no candidate is looked for all the same.
async fn look_up(
    clinic: &Clinic,
    patients: &[String],
    visits: &[String],
) -> Result<usize, Failure> {
    let uhids = patients.to_vec();
    let mut rows = clinic
        .on(move |connection| {
            let mut patient =
                connection.prepare_cached("SELECT * FROM patients WHERE uhid = ?1")?;
            let mut mobiles =
                connection.prepare_cached("SELECT * FROM patient_mobiles WHERE uhid = ?1")?;
            let mut rows = 0;
            for uhid in &uhids {
                let name = patient.query_row([uhid], |row| row.get::<_, String>("name"));
                rows += usize::from(name.optional()?.is_some());
                let read = mobiles.query_map([uhid], |row| row.get::<_, String>("mobile"))?;
                rows += read.collect::<Result<Vec<_>, _>>()?.len();
            }
            Ok(rows)
        })
        .await?;
    if !visits.is_empty() {
        let numbers = visits.to_vec();
        rows += clinic
            .on(move |connection| {
                let mut visit =
                    connection.prepare_cached("SELECT * FROM visits WHERE number = ?1")?;
                let read =
                    |number| visit.query_row([number], |row| row.get::<_, String>("display"));
                Ok(numbers.iter().map(read).collect::<Result<Vec<_>, _>>()?.len())
            })
            .await?;
    }
    Ok(rows)
}

/// What a question is about, and how long it took each time.
struct Asked {
    patients: Vec<String>,
    visits: Vec<String>,
    ours: Vec<Duration>,
    bare: Vec<Duration>,
}

impl Asked {
    /// Asks for the first time, and looks whether the answer is right.
    async fn of(clinic: &Clinic, question: &Question) -> Result<Self, Failure> {
        let (candidates, found) =
            discover(clinic, &question.wanted).await.map_err(|error| error.to_string())?;
        let mut visits = Vec::new();
        for (_, own) in &found {
            visits.extend(own.iter().map(|visit| visit.reference.to_string()));
        }
        let expected: Vec<&String> = question.expected.iter().collect();
        let right = found.iter().map(|(uhid, _)| uhid).eq(expected)
            && visits.len() == 2 * found.len()
            && found.iter().all(|(_, own)| own.iter().all(|visit| visit.hi_types.len() == 7));
        let mut patients: Vec<String> =
            candidates.iter().map(|candidate| candidate.reference.to_string()).collect();
        if patients.is_empty() {
            patients.push("UHID-NOBODY".to_owned());
        }
        let rows = look_up(clinic, &patients, &visits).await?;
        if !right || rows != 2 * candidates.len() + visits.len() {
            return Err(format!("{:?} was answered wrongly, {rows} rows", question.key).into());
        }
        Ok(Self { patients, visits, ours: Vec::new(), bare: Vec::new() })
    }
}

/// The 50th and 99th percentile of both.
struct Times {
    ours: (Duration, Duration),
    bare: (Duration, Duration),
}

impl Times {
    fn of<'a>(asked: impl IntoIterator<Item = &'a Asked>) -> Self {
        let least = |times: &[Duration]| times.iter().min().copied().unwrap_or_default();
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for one in asked {
            ours.push(least(&one.ours));
            bare.push(least(&one.bare));
        }
        Self { ours: percentiles(ours), bare: percentiles(bare) }
    }

    /// Prints both, and tells the ratio of the 99th percentiles.
    fn print(&self, name: &str) -> f64 {
        let ratio = |ours: Duration, bare: Duration| ours.as_secs_f64() / bare.as_secs_f64();
        println!(
            "{name:<12} p50 {:>7.1?} / {:>7.1?} = {:>5.2}   p99 {:>7.1?} / {:>7.1?} = {:>5.2}",
            self.ours.0,
            self.bare.0,
            ratio(self.ours.0, self.bare.0),
            self.ours.1,
            self.bare.1,
            ratio(self.ours.1, self.bare.1),
        );
        ratio(self.ours.1, self.bare.1)
    }
}

fn percentiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    (at(50), at(99))
}
