//! How the parts of a story end.

use abdm_core::client::CallError;
use abdm_sandbox::SandboxError;
use hip_services::Linked;
use hiu_services::{Decision, Delivery};

/// How one part of a story ends. Whatever is not named here is a fault of the SDK's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// As it should: so many links or documents.
    Done(usize),
    /// What was to be linked had been linked before.
    Before,
    /// ABDM or the facility refused it, by a code, or in words where there is none.
    Refused(String),
    /// The other side has not answered in its time.
    Silent,
    /// Its outcome is not known yet, and the SDK says so.
    UnderWay,
    /// There was nothing to do it with.
    Nothing,
}

impl End {
    pub(crate) fn refused(code: &str) -> Self {
        Self::Refused(code.to_owned())
    }

    pub(crate) fn of_link(linked: Result<Linked, hip_services::Error>) -> Self {
        match linked {
            Ok(linked) if linked.already => Self::Before,
            Ok(linked) => Self::Done(linked.fresh.len()),
            Err(hip_services::Error::NotLinked(failure)) => match failure.code {
                Some(code) => Self::refused(code.as_str()),
                None => Self::refused(failure.class.as_str()),
            },
            Err(hip_services::Error::LinkUnknown) => Self::Silent,
            Err(hip_services::Error::StillUnderWay { .. }) => Self::UnderWay,
            Err(other) => panic!("a link ended in an undocumented way: {other}"),
        }
    }

    /// A step of the patient's app.
    pub(crate) fn of_app(error: &SandboxError) -> Self {
        let code = |error: &CallError| error.code().map(|code| code.as_str().to_owned());
        match error {
            SandboxError::HipRefused(error) => {
                Self::Refused(error.code.as_ref().map_or_else(String::new, ToString::to_string))
            }
            SandboxError::App(error) => Self::Refused(code(error).unwrap_or_default()),
            SandboxError::HipSilent => Self::Silent,
            SandboxError::TimedOut { .. } => Self::UnderWay,
            SandboxError::NothingToShare => Self::Nothing,
            other => panic!("the app was stopped in an undocumented way: {other}"),
        }
    }

    pub(crate) fn of_asking(error: &hiu_services::Error) -> Self {
        match error {
            hiu_services::Error::TimedOut { .. } => Self::UnderWay,
            hiu_services::Error::NotGranted { .. } => {
                Self::Refused(error.code().unwrap_or("not granted").to_owned())
            }
            other => panic!("the records were refused in an undocumented way: {other}"),
        }
    }

    pub(crate) fn of_decision(decision: &Decision) -> Option<Self> {
        match decision {
            Decision::Granted => None,
            Decision::Refused(refusal) => {
                Some(Self::Refused(refusal.code.clone().unwrap_or_default()))
            }
            other => panic!("the patient has not decided so: {other:?}"),
        }
    }

    /// So many documents of these deliveries, or what the HIU says went wrong.
    pub(crate) fn of_records(deliveries: &[Delivery], documents: usize) -> Self {
        let problem = deliveries.iter().flat_map(Delivery::problems).next();
        match problem {
            // The words of ABDM's refusals have its code in brackets.
            Some(problem) => {
                let code = problem.split(['(', ')']).find(|part| part.starts_with("ABDM-"));
                Self::refused(code.unwrap_or(problem))
            }
            None => Self::Done(documents),
        }
    }
}
