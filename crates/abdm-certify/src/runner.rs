//! Plays cases, one or all.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use tokio::task::JoinSet;

use crate::case::Case;
use crate::need::listed;
use crate::outcome::{Outcome, Stop};
use crate::place::{Place, PlaceError};
use crate::stage::Stage;

/// Plays a case at a place, and writes its evidence, also when it fails or is not possible.
///
/// What the place lacks is found before anything is sent. A case that panics or does not end within
/// [`Place::patience`] has failed.
pub async fn run(case: &'static Case, place: Arc<dyn Place>) -> Outcome {
    let missing = listed(case.needed().iter().filter(|need| !need.is_met(&*place)));
    let patience = place.patience();
    let mut stage = Stage::open(case, place);
    if !missing.is_empty() {
        let why = format!("not possible here: needs {missing}");
        return stage.close(Outcome::NotPossible { why });
    }
    let playing = AssertUnwindSafe(case.play(&mut stage)).catch_unwind();
    let outcome = match tokio::time::timeout(patience, playing).await {
        Ok(Ok(Ok(()))) => Outcome::Passed,
        Ok(Ok(Err(stop))) => Outcome::from(stop),
        Ok(Err(panic)) => Outcome::failed(format!("the case panicked: {}", words(&*panic))),
        Err(_) => Outcome::failed(format!("the case did not end within {patience:?}")),
    };
    stage.close(outcome)
}

/// What was said by whoever panicked.
fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word")
}

/// Plays cases, each at a place that `open` gives for it, so many `at_once`.
///
/// A local sandbox is opened anew for each case, and many may be played at once. Where a person reads
/// OTPs, `open` gives the same place every time, with the people who are there for that case, and one
/// case is played after another.
///
/// When the returned future is dropped, cases under way are broken off without evidence.
pub async fn run_all<O, P>(
    cases: impl IntoIterator<Item = &'static Case>,
    at_once: usize,
    open: O,
) -> Report
where
    O: Fn(&'static Case) -> P,
    P: Future<Output = Result<Arc<dyn Place>, PlaceError>> + Send + 'static,
{
    let mut waiting = cases.into_iter().enumerate();
    let mut played: Vec<Played> = Vec::new();
    let mut tasks = JoinSet::new();
    loop {
        while tasks.len() < at_once.max(1)
            && let Some((index, case)) = waiting.next()
        {
            // What stands there until the case has ended, and for ever if its task does not end.
            played.push(Played {
                case,
                outcome: Outcome::failed("the place was not opened, or its task was broken off"),
                took: Duration::ZERO,
            });
            let opening = open(case);
            tasks.spawn(async move {
                let began = Instant::now();
                let outcome = match opening.await {
                    Ok(place) => run(case, place).await,
                    Err(error) => Outcome::from(Stop::from(error)),
                };
                (index, outcome, began.elapsed())
            });
        }
        let Some(ended) = tasks.join_next().await else {
            return Report { played };
        };
        if let Ok((index, outcome, took)) = ended
            && let Some(played) = played.get_mut(index)
        {
            (played.outcome, played.took) = (outcome, took);
        }
    }
}

/// A case that was played.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Played {
    /// The case.
    pub case: &'static Case,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it took, with the opening of its place.
    pub took: Duration,
}

/// How all cases ended. `Display` lists those that did not pass, and counts the others.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// Every case, in the order in which they were given.
    pub played: Vec<Played>,
}

impl Report {
    /// The cases that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Played> {
        self.played.iter().filter(|played| matches!(played.outcome, Outcome::Failed { .. }))
    }

    /// The cases that were not possible at their place.
    pub fn not_possible(&self) -> impl Iterator<Item = &Played> {
        self.played.iter().filter(|played| matches!(played.outcome, Outcome::NotPossible { .. }))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failed, not_possible) = (self.failed().count(), self.not_possible().count());
        let passed = self.played.len() - failed - not_possible;
        write!(f, "{passed} passed, {failed} failed, {not_possible} not possible here")?;
        for (word, played) in self
            .failed()
            .map(|played| ("failed", played))
            .chain(self.not_possible().map(|played| ("not possible", played)))
        {
            let reason = played.outcome.reason().unwrap_or_default();
            write!(f, "\n{word}: {}\n    {reason}", played.case.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use abdm_core::client::AbdmClient;
    use abdm_core::environment::Environment;
    use abdm_core::exchange::Exchange;
    use abdm_core::secret::{ClientSecret, Otp};
    use abdm_core::session::Credentials;
    use async_trait::async_trait;
    use chrono::TimeDelta;

    use super::*;
    use crate::case::Playing;
    use crate::cases;
    use crate::evidence::{self, Ending, Screen};
    use crate::people::Supplies;
    use crate::place::SentTo;
    use crate::requirement::Milestone;
    use crate::secrecy::Secrets;
    use crate::summary;

    const OTP: &str = "482913";

    /// A place that has nothing but a folder, and an OTP that nobody asked for.
    #[derive(Debug)]
    struct BarePlace {
        client: AbdmClient,
        supplies: Supplies,
        evidence: PathBuf,
    }

    #[async_trait]
    impl Place for BarePlace {
        fn server(&self) -> String {
            "nothing 1.0".to_owned()
        }

        fn evidence(&self) -> &Path {
            &self.evidence
        }

        fn client(&self) -> &AbdmClient {
            &self.client
        }

        fn supplies(&self) -> &Supplies {
            &self.supplies
        }

        async fn wait(&self, _: TimeDelta) {
            std::future::pending::<()>().await;
        }

        async fn otp(&self, _: SentTo<'_>) -> Result<Otp, PlaceError> {
            Err(PlaceError::NotPossible("nobody reads OTPs".to_owned()))
        }

        fn exchanges(&self) -> Vec<Exchange> {
            Vec::new()
        }

        fn patience(&self) -> Duration {
            Duration::from_millis(50)
        }

        fn note_secrets(&self, secrets: &mut Secrets) {
            secrets.otp(&Otp::new(OTP).unwrap());
        }
    }

    fn place(folder: &Path) -> Arc<dyn Place> {
        let credentials = Credentials::new("SBX_NONE", ClientSecret::new("not-a-secret"));
        let nowhere = Environment::at("http://127.0.0.1:9").unwrap();
        let client = AbdmClient::new(nowhere, credentials).unwrap();
        let supplies = Supplies::default();
        Arc::new(BarePlace { client, supplies, evidence: folder.to_owned() })
    }

    fn shows(stage: &mut Stage) -> Playing<'_> {
        Box::pin(async {
            stage.step("A step.", Screen::new().text("Here it is."));
            Ok(())
        })
    }

    fn shows_nothing(_: &mut Stage) -> Playing<'_> {
        Box::pin(async { Ok(()) })
    }

    fn shows_a_secret(stage: &mut Stage) -> Playing<'_> {
        Box::pin(async {
            stage.step("A step.", Screen::new().text(format!("The OTP is {OTP}.")));
            Ok(())
        })
    }

    fn tells_a_secret(_: &mut Stage) -> Playing<'_> {
        Box::pin(async { Err(Stop::failed(&format!("{OTP} is wrong"))) })
    }

    fn panics(_: &mut Stage) -> Playing<'_> {
        Box::pin(async { panic!("a fault of the case") })
    }

    fn waits(stage: &mut Stage) -> Playing<'_> {
        Box::pin(async {
            stage.wait(TimeDelta::seconds(1)).await;
            Ok(())
        })
    }

    fn uses_more_than_it_says(stage: &mut Stage) -> Playing<'_> {
        Box::pin(async {
            stage.spare_mobile()?;
            Ok(())
        })
    }

    /// The cases that have faults, each under the id of a requirement.
    static FAULTY: [Case; 7] = [
        Case::new(Milestone::M1, "CRT_ABHA_101", "Shows", shows),
        Case::new(Milestone::M1, "CRT_ABHA_102", "Shows nothing", shows_nothing),
        Case::new(Milestone::M1, "CRT_ABHA_104", "Shows a secret", shows_a_secret),
        Case::new(Milestone::M1, "CRT_ABHA_105", "Tells a secret", tells_a_secret),
        Case::new(Milestone::M1, "CRT_ABHA_106", "Panics", panics),
        Case::new(Milestone::M1, "CRT_ABHA_107", "Waits", waits),
        Case::new(Milestone::M1, "CRT_ABHA_108", "Uses more", uses_more_than_it_says),
    ];

    fn line(folder: &Path, id: &str) -> (String, Option<String>) {
        let seen = summary::of(folder, Milestone::M1);
        let line = seen.cases.into_iter().find(|line| line.key == id).unwrap();
        (line.outcome, line.reason)
    }

    #[tokio::test]
    async fn a_case_whose_place_lacks_what_it_needs_is_not_possible_and_says_what() {
        let folder = tempfile::tempdir().unwrap();
        let case = cases::of("CRT_ABHA_109").unwrap();
        let outcome = run(case, place(folder.path())).await;
        let why = "not possible here: needs an adult without ABHA number; a mobile number that no \
                   ABHA number has";
        assert_eq!(outcome, Outcome::NotPossible { why: why.to_owned() });
        let read = evidence::read(folder.path(), Milestone::M1).unwrap();
        let [only] = &read[..] else { panic!("one file: {}", read.len()) };
        assert_eq!((only.outcome, only.reason.as_deref()), (Ending::NotPossible, Some(why)));
        assert!(only.steps.is_empty());
        let seen = line(folder.path(), "CRT_ABHA_109");
        assert_eq!(seen, ("not-possible".to_owned(), Some(why.to_owned())));
    }

    #[tokio::test]
    async fn all_cases_are_played_whatever_becomes_of_one_and_the_report_names_the_failed() {
        let folder = tempfile::tempdir().unwrap();
        let here = place(folder.path());
        let report = run_all(&FAULTY, 3, |_| {
            let here = Arc::clone(&here);
            async move { Ok(here) }
        })
        .await;
        let ids: Vec<&str> = report.played.iter().map(|played| played.case.id()).collect();
        assert_eq!(ids, FAULTY.each_ref().map(Case::id), "in the order in which they were given");
        let [shown, nothing, secret, told, panicked, late, more] = &report.played[..] else {
            panic!("seven cases");
        };
        assert_eq!(shown.outcome, Outcome::Passed);
        let reason = |played: &Played| {
            assert!(matches!(played.outcome, Outcome::Failed { .. }), "{played:?}");
            played.outcome.reason().unwrap().to_owned()
        };
        assert_eq!(reason(nothing), "a case without a step shows nothing");
        assert_eq!(reason(secret), "the evidence would have held an OTP, and was not written");
        assert_eq!(reason(told), "the reason is not told: it held an OTP");
        assert_eq!(reason(panicked), "the case panicked: a fault of the case");
        assert_eq!(reason(late), "the case did not end within 50ms");
        assert!(reason(more).contains("a mobile number that no ABHA number has"));

        let text = report.to_string();
        assert!(text.starts_with("1 passed, 6 failed, 0 not possible here\n"), "{text}");
        assert!(text.contains("failed: crt_abha_106_panics\n    the case panicked"), "{text}");
        assert!(!text.contains(OTP));
    }

    #[tokio::test]
    async fn whatever_ends_a_case_its_evidence_is_written_without_its_secrets() {
        let folder = tempfile::tempdir().unwrap();
        for case in &FAULTY {
            run(case, place(folder.path())).await;
        }
        let read = evidence::read(folder.path(), Milestone::M1).unwrap();
        let outcomes: Vec<(&str, Ending)> =
            read.iter().map(|read| (read.key.as_str(), read.outcome)).collect();
        let failed =
            ["CRT_ABHA_102", "CRT_ABHA_105", "CRT_ABHA_106", "CRT_ABHA_107", "CRT_ABHA_108"];
        let mut expected = vec![("CRT_ABHA_101", Ending::Shown)];
        expected.extend(failed.map(|id| (id, Ending::Failed)));
        assert_eq!(outcomes, expected, "that of the secret is not there");
        for file in std::fs::read_dir(folder.path().join("m1")).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(!text.contains(OTP));
        }
        let (outcome, reason) = line(folder.path(), "CRT_ABHA_106");
        assert_eq!(outcome, "failed");
        assert!(reason.unwrap().contains("a fault of the case"));
        assert_eq!(line(folder.path(), "CRT_ABHA_101"), ("shown".to_owned(), None));
        assert_eq!(line(folder.path(), "CRT_ABHA_104"), ("not-run".to_owned(), None));
        assert_eq!(line(folder.path(), "CRT_ABHA_103").0, "not-shown");
    }

    #[tokio::test]
    async fn a_place_that_cannot_be_opened_fails_its_case_alone() {
        let folder = tempfile::tempdir().unwrap();
        let here = place(folder.path());
        let report = run_all(&FAULTY[..3], 2, |case| {
            let here = Arc::clone(&here);
            async move {
                match case.id() {
                    "CRT_ABHA_101" => Ok(here),
                    "CRT_ABHA_102" => Err(PlaceError::Failed("no port is free".to_owned())),
                    _ => panic!("the place has a fault"),
                }
            }
        })
        .await;
        let reasons: Vec<Option<&str>> =
            report.played.iter().map(|played| played.outcome.reason()).collect();
        assert_eq!(reasons[0], None);
        assert!(reasons[1].unwrap().contains("no port is free"));
        assert_eq!(reasons[2], Some("the place was not opened, or its task was broken off"));
    }
}
