//! NHA's functional certification cases, each played on a sandbox of its own.
//!
//! The cases and their evidence are `abdm-certify`'s. The evidence lands in `target/certification`;
//! `ABDM_EVIDENCE_DIR` names another folder.

#[cfg(test)]
mod broken;
#[cfg(test)]
mod sandbox_place;

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::thread::available_parallelism;

    use abdm_certify::{Milestone, cases, evidence, requirement, run_all, summary};

    use crate::sandbox_place::SandboxPlace;

    /// `target/certification`, or `ABDM_EVIDENCE_DIR`.
    fn root() -> PathBuf {
        let target = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("certification");
        std::env::var_os("ABDM_EVIDENCE_DIR").map_or_else(target, PathBuf::from)
    }

    /// `ABDM_CASE` plays those alone whose ids begin so.
    #[tokio::test(flavor = "multi_thread")]
    async fn every_case_is_shown_on_the_sandbox_and_leaves_its_evidence() {
        let only = std::env::var("ABDM_CASE").unwrap_or_default();
        let wanted = cases::all().filter(|case| case.id().starts_with(&only));
        let at_once = available_parallelism().map_or(2, usize::from);
        let report = run_all(wanted, at_once, |case| SandboxPlace::open(case, root())).await;
        println!("{report}");
        let shown = report.played.len() - report.failed().count() - report.not_possible().count();
        assert!(shown > 0 && shown == report.played.len(), "{report}");

        // Whatever evidence is there, of this run or an older one, is readable and holds no secret.
        for milestone in Milestone::ALL {
            let files = evidence::read(&root(), *milestone).unwrap();
            let of_milestone =
                |played: &&abdm_certify::Played| played.case.milestone() == *milestone;
            let played = report.played.iter().filter(of_milestone).count();
            assert!(files.len() >= played, "{} files of {played} cases", files.len());
            let of_milestone = |id: &str| requirement::of(id).unwrap().milestone == *milestone;
            let seen = summary::of(&root(), *milestone);
            let all = requirement::all().iter().filter(|known| of_milestone(&known.id)).count();
            assert_eq!(seen.cases.len(), all);
            assert_eq!(seen.count.values().sum::<usize>(), all);
        }
    }
}
