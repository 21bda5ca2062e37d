//! What came of one artefact of a grant.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::id::{CareContextReference, ConsentId, HipId};

use crate::flow::{
    ArtefactFlow, DocumentId, EntryReport, Outcome, PageRefusal, Standing, TakenPage, Transfer,
};

/// What came of one artefact, one facility's part of a grant: what was expected, what came, what is
/// missing. Of the latest transfer, where records were asked for again: a late page of one before
/// it is in the record store alone. After an erasure its entries are forgotten.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// Which artefact.
    pub consent: ConsentId,
    /// Which facility; `None` when the artefact could not be fetched.
    pub hip: Option<HipId>,
    /// Where the artefact stands.
    pub standing: Standing,
    /// How the latest transfer ended, as it was reported to ABDM. Pages may have come since.
    pub outcome: Option<Outcome>,
    /// The care contexts that the consent names. None when it names none: then it grants all of
    /// them, and nobody can say what is missing.
    pub expected: Vec<CareContextReference>,
    /// Those of them of which no document is here. One without data in the granted dates is among
    /// them, too: a HIP says nothing of such a one (rulings.md 9).
    pub missing: Vec<CareContextReference>,
    /// What became of each entry that came.
    pub entries: Vec<EntryReport>,
    /// How many pages came. One that was sent again counts once.
    pub pages: usize,
    /// How many the HIP announced.
    pub pages_announced: Option<i64>,
    /// How many pages were not taken, by reason: their senders were answered 4xx. A thousand stands
    /// for all that are more. They are among the [`problems`](Self::problems), too.
    pub refused_pages: BTreeMap<PageRefusal, u32>,
    /// What went wrong with the transfer as a whole.
    troubles: Vec<String>,
    /// What is odd about the consent.
    oddities: Vec<String>,
}

impl Delivery {
    /// What came of an artefact, with the pages of its latest transfer by their numbers.
    pub(super) fn of(flow: ArtefactFlow, pages: Vec<TakenPage>) -> Self {
        let transfer = flow.transfer.as_ref();
        let expected: BTreeSet<_> = flow
            .terms
            .iter()
            .flat_map(|terms| &terms.care_contexts)
            .map(|context| context.care_context_reference.clone())
            .collect();
        let missing: Vec<_> = match transfer {
            Some(transfer) => transfer.missing().into_iter().flatten().cloned().collect(),
            None => expected.iter().cloned().collect(),
        };
        let overdue_below = transfer.map_or(0, |transfer| transfer.pages.overdue_below());
        let entries = pages.into_iter().flat_map(|page| reports(page, overdue_below)).collect();
        let unknown = flow.terms.iter().flat_map(|terms| terms.unknown_hi_types());
        let oddities =
            unknown.map(|hi_type| format!("the consent names an unknown HI type: {hi_type}"));
        let oddities = oddities.collect();
        let troubles = troubles(&flow.standing, transfer, &missing);
        let pages = transfer.map_or(0, |transfer| transfer.pages.came());
        Self {
            outcome: transfer.and_then(|transfer| transfer.outcome.clone()),
            consent: flow.id,
            hip: flow.terms.map(|terms| terms.hip.id),
            standing: flow.standing,
            expected: expected.into_iter().collect(),
            missing,
            entries,
            pages: usize::try_from(pages).unwrap_or(usize::MAX),
            pages_announced: transfer.and_then(|transfer| transfer.page_count),
            refused_pages: transfer.map_or_else(BTreeMap::new, |t| t.refused_pages.clone()),
            troubles,
            oddities,
        }
    }

    /// The documents that were kept.
    pub fn documents(&self) -> impl Iterator<Item = &DocumentId> {
        self.entries.iter().filter_map(|entry| entry.document.as_ref())
    }

    /// What did not work, in words, one for each trouble: first of the transfer as a whole, then of
    /// each entry.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        let entries = self.entries.iter().filter_map(|entry| entry.problem.as_deref());
        self.troubles.iter().map(String::as_str).chain(entries)
    }

    /// What was odd and did no harm.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        let entries = self.entries.iter().flat_map(|entry| &entry.warnings);
        self.oddities.iter().chain(entries).map(String::as_str)
    }
}

/// What is told of a page's entries: of one that waits to be opened for too long, that it does.
fn reports(page: TakenPage, overdue_below: u64) -> Vec<EntryReport> {
    match page.reports {
        Some(reports) => reports,
        None if page.ordinal < overdue_below => {
            let failed =
                |context| EntryReport::failed(Some(context), "it could not be opened in time");
            page.care_contexts.into_iter().map(failed).collect()
        }
        None => Vec::new(),
    }
}

fn troubles(
    standing: &Standing,
    transfer: Option<&Transfer>,
    missing: &[CareContextReference],
) -> Vec<String> {
    let refused = transfer.into_iter().flat_map(|transfer| &transfer.refused_pages);
    let refused = refused.map(|(why, count)| match count {
        1 => format!("1 page was refused: {why}"),
        count => format!("{count} pages were refused: {why}"),
    });
    let mut troubles = transfer_troubles(standing, transfer, missing);
    troubles.extend(refused);
    troubles
}

fn transfer_troubles(
    standing: &Standing,
    transfer: Option<&Transfer>,
    missing: &[CareContextReference],
) -> Vec<String> {
    match standing {
        Standing::Unavailable(refusal) => return vec![refusal.text.clone()],
        Standing::Ended { .. } => return vec!["the consent is over".to_owned()],
        _ => {}
    }
    let Some(transfer) = transfer else {
        return Vec::new();
    };
    let mut troubles = Vec::new();
    match &transfer.outcome {
        Some(Outcome::Failed(refusal)) => troubles.push(refusal.text.clone()),
        Some(Outcome::Partial) => troubles.push(match transfer.over_limit_refusal() {
            Some(refusal) => refusal.text,
            None => "not every page came in time".to_owned(),
        }),
        _ => {}
    }
    // At a complete transfer absence says nothing: there may be no data in the granted dates.
    if matches!(transfer.outcome, Some(Outcome::Failed(_) | Outcome::Partial)) {
        troubles.extend(missing.iter().map(|context| format!("nothing came of {context}")));
    }
    troubles
}
