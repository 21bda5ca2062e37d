//! Requirements and cases hold each other: nothing is asked for that no case shows, and no case shows
//! what nobody asks for.

use std::fmt::{self, Write as _};

use crate::case::Case;
use crate::cases;
use crate::need::listed;
use crate::requirement::{self, Milestone, Requirement};

/// Where requirements and cases do not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gap {
    /// No case shows it, and it does not say why.
    NotShown {
        /// The requirement.
        requirement: String,
    },
    /// It says why no case can show it, and a case does.
    ShownAfterAll {
        /// The requirement.
        requirement: String,
        /// The case.
        case: &'static str,
    },
    /// A case names a requirement that there is not.
    Unknown {
        /// The case.
        case: &'static str,
        /// What it names.
        requirement: &'static str,
    },
    /// A case names a requirement of another milestone.
    OtherMilestone {
        /// The case.
        case: &'static str,
        /// The requirement.
        requirement: &'static str,
    },
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotShown { requirement } => {
                write!(f, "{requirement}: no case shows it; write one, or say why there is none")
            }
            Self::ShownAfterAll { requirement, case } => {
                write!(
                    f,
                    "{requirement}: the case {case} shows it; take its reason out of the table"
                )
            }
            Self::Unknown { case, requirement } => {
                write!(f, "the case {case} names {requirement}, which is not in the table")
            }
            Self::OtherMilestone { case, requirement } => {
                write!(f, "the case {case} names {requirement}, which belongs to another milestone")
            }
        }
    }
}

/// Holds these requirements and cases together.
pub fn check<'a>(
    requirements: &[Requirement],
    cases: impl IntoIterator<Item = &'a Case>,
) -> Vec<Gap> {
    let cases: Vec<&Case> = cases.into_iter().collect();
    let mut gaps = Vec::new();
    for requirement in requirements {
        let id = &requirement.id;
        let shown = cases.iter().find(|case| case.requirements().contains(&id.as_str()));
        match (shown, &requirement.not_applicable) {
            (None, None) => gaps.push(Gap::NotShown { requirement: id.clone() }),
            (Some(case), Some(_)) => {
                gaps.push(Gap::ShownAfterAll { requirement: id.clone(), case: case.id() });
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
    }
    for case in cases {
        for &id in case.requirements() {
            let case_id = case.id();
            match requirements.iter().find(|requirement| requirement.id == id) {
                None => gaps.push(Gap::Unknown { case: case_id, requirement: id }),
                Some(known) if known.milestone != case.milestone() => {
                    gaps.push(Gap::OtherMilestone { case: case_id, requirement: id });
                }
                Some(_) => {}
            }
        }
    }
    gaps
}

/// Every requirement of a milestone with what shows it and what that needs, as tables in Markdown, one
/// for each section.
#[must_use]
pub fn table(milestone: Milestone) -> String {
    let mut out = String::new();
    let mut section = "";
    for requirement in requirement::all().iter().filter(|r| r.milestone == milestone) {
        if requirement.section != section {
            section = &requirement.section;
            let _ = write!(out, "\n### {section}\n\n{HEADER}\n|---|---|---|---|---|\n");
        }
        let status = if requirement.mandatory { "M" } else { "O" };
        let condition = requirement.condition.iter().map(|text| format!(": {text}"));
        let condition: String = condition.collect();
        let (id, wording) = (&requirement.id, &requirement.wording);
        let [shown, needs] = shown(requirement);
        let _ = writeln!(out, "| {id} | {status}{condition} | {wording} | {shown} | {needs} |");
    }
    out
}

const HEADER: &str = "| id | status | asks | shown by | needs |";

/// What shows a requirement, and what that needs: two cells.
fn shown(requirement: &Requirement) -> [String; 2] {
    if let Some(reason) = &requirement.not_applicable {
        return [format!("– {reason}"), String::new()];
    }
    let shows: Vec<&Case> = cases::all()
        .filter(|case| case.requirements().contains(&requirement.id.as_str()))
        .collect();
    let title = |case: &&Case| match case.id() == requirement.id {
        true => case.title().to_owned(),
        false => format!("`{}`: {}", case.id(), case.title()),
    };
    let titles: Vec<String> = shows.iter().map(title).collect();
    let needs: Vec<String> = shows.iter().map(|case| listed(case.needed())).collect();
    [titles, needs].map(|cells| cells.join("<br>"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::case::Playing;
    use crate::stage::Stage;

    #[test]
    fn every_requirement_is_shown_or_has_a_reason_and_every_case_shows_some() {
        let gaps: Vec<String> =
            check(requirement::all(), cases::all()).iter().map(ToString::to_string).collect();
        assert!(gaps.is_empty(), "{}", gaps.join("\n"));
        for requirement in requirement::all() {
            if let Some(reason) = &requirement.not_applicable {
                assert!(reason.len() > 40, "{}: a reason is a sentence", requirement.id);
            }
        }
    }

    #[test]
    fn every_case_has_an_id_of_its_own() {
        let ids: BTreeSet<&str> = cases::all().map(Case::id).collect();
        assert_eq!(ids.len(), cases::all().count());
    }

    /// NHA's id is the id of the first case that shows it: evidence is found by it.
    #[test]
    fn every_shown_requirement_has_a_case_of_its_id() {
        for requirement in requirement::all() {
            let own = cases::of(&requirement.id);
            assert_eq!(own.is_none(), requirement.not_applicable.is_some(), "{}", requirement.id);
        }
    }

    fn nothing(_: &mut Stage) -> Playing<'_> {
        Box::pin(async { Ok(()) })
    }

    #[test]
    fn whatever_does_not_fit_is_a_gap() {
        let known = |id: &str| requirement::of(id).unwrap().clone();
        let requirements = [known("CRT_ABHA_101"), known("CRT_ABHA_102"), known("CRT_ABHA_103")];
        let cases = [
            Case::new(Milestone::M1, "CRT_ABHA_101", "a", nothing),
            Case::new(Milestone::M1, "CRT_ABHA_103", "b", nothing),
            Case::new(Milestone::M1, "X", "c", nothing).shows(&["CRT_ABHA_101", "CRT_ABHA_999"]),
        ];
        let gaps = check(&requirements, &cases);
        assert_eq!(
            gaps,
            [
                Gap::NotShown { requirement: "CRT_ABHA_102".to_owned() },
                Gap::ShownAfterAll { requirement: "CRT_ABHA_103".to_owned(), case: "CRT_ABHA_103" },
                Gap::Unknown { case: "X", requirement: "CRT_ABHA_999" },
            ]
        );
    }

    /// What a private vendor must pass (certification-m1.md 7): all of it is played.
    #[test]
    fn what_a_private_vendor_must_pass_is_shown() {
        let creation = ["101", "102", "104", "105", "106", "107", "109", "112", "113", "114"];
        let verification = [
            "101", "102", "201", "202", "301", "302", "303", "304", "305", "401", "402", "403",
            "404", "405",
        ];
        let others = ["TAGGING_UNIQUEPATIENTID_UNIQUEABHANUMBER", "SHARE_PATIENT_PROFILE_701"];
        let ids = creation.iter().map(|number| format!("CRT_ABHA_{number}"));
        let ids = ids.chain(verification.iter().map(|number| format!("VRFY_ABHA_{number}")));
        for id in ids.chain(others.map(str::to_owned)) {
            let requirement = requirement::of(&id).unwrap();
            assert!(requirement.mandatory, "{id}");
            assert_eq!(requirement.not_applicable, None, "{id} must be shown");
        }
    }

    /// What the sheet of 1 Oct 2026 wants of every HIP (certification-m2m3.md): all of it is played.
    #[test]
    fn what_a_hip_must_pass_is_shown() {
        let demographic = (501..=506).map(|number| format!("HIP_INTI_LINK_{number}"));
        let by_patient = (602..=607).map(|number| format!("USER_INIT_LINK_{number}"));
        let others = [
            "Health_RECORD_CREATION_101",
            "HIP_INIT_NOTIFY_HIECM",
            "HIP_INIT_GRANT_CONSENT_",
            "HIP_INIT_REVOKE_CONSENT",
            "HIP_INIT_EXPIRE_CONSENT",
            "HIP_INIT_SHARE_CARECONTEXT",
        ];
        let wanted: BTreeSet<String> =
            demographic.chain(by_patient).chain(others.map(str::to_owned)).collect();
        let of_m2 = requirement::all().iter().filter(|r| r.milestone == Milestone::M2);
        let mandatory = of_m2.filter(|requirement| requirement.mandatory);
        assert_eq!(mandatory.clone().map(|r| r.id.clone()).collect::<BTreeSet<_>>(), wanted);
        assert!(mandatory.clone().all(|requirement| requirement.not_applicable.is_none()));
    }
}
