//! What a milestone's crate has, and what it knows of the sources.

use crate::{
    BodySlip, Correction, Difference, Fragment, Gap, Known, KnownText, Older, ReplySlip, Source,
    Spelling,
};

/// The endpoints of a crate, the files that it is compared with, and the differences that are
/// known, each with its reason.
#[derive(Debug)]
pub struct Rules {
    /// The endpoints.
    pub known: fn() -> Vec<Known>,
    /// The files whose requests are compared one by one.
    pub sources: &'static [Source],
    /// Slips in method, path and headers, which are put right first.
    pub corrections: &'static [Correction],
    /// Headers that only one side has.
    pub headers: &'static [Difference],
    /// Bodies that belong to another call.
    pub body_slips: &'static [BodySlip],
    /// Bodies that are spelt otherwise.
    pub spellings: &'static [Spelling],
    /// Refusals that are known by their text.
    pub texts: &'static [KnownText],
    /// Replies that belong to another call.
    pub reply_slips: &'static [ReplySlip],
    /// Texts that stop in the middle.
    pub fragments: &'static [Fragment],
    /// Requests that the crate does not send.
    pub gaps: &'static [Gap],
    /// The calls of an older version.
    pub older: &'static Older,
}

impl Rules {
    /// Every explanation that the lists hold, but for gaps; each once.
    pub fn explanations(&self) -> Vec<&'static str> {
        let mut all: Vec<&'static str> = Vec::new();
        let headers = self.headers.iter().map(|rule| rule.why);
        let spelled = self.spellings.iter().map(|rule| rule.why);
        let corrected = self.corrections.iter().map(|rule| rule.why);
        let bodies = self.body_slips.iter().map(|rule| rule.why);
        let texts = self.texts.iter().map(|rule| rule.why);
        let replies = self.reply_slips.iter().map(|rule| rule.why);
        let fragments = self.fragments.iter().map(|rule| rule.why);
        let rest = corrected.chain(bodies).chain(texts).chain(replies).chain(fragments);
        for why in headers.chain(spelled).chain(rest) {
            if !all.contains(&why) {
                all.push(why);
            }
        }
        all
    }
}
