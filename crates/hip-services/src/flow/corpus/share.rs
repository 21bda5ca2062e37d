//! Shared profiles.

use abdm_core::error::ErrorClass;
use abdm_flow::testing::corpus::{InCorpus, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};

use super::{failure, hip_id, request_of, sealed, start};
use crate::flow::{
    CounterToken, ShareEffect, ShareEvent, ShareFlow, ShareRefusal, ShareState, ShareVerdict,
};

fn new() -> Walk<ShareFlow> {
    Walk::new(ShareFlow::new(request_of(1), hip_id(), "OPD1", start()), start())
}

fn shared() -> ShareEvent {
    let abha_address = "asha.test@sbx".parse().unwrap();
    ShareEvent::Shared { abha_address, profile: sealed(5) }
}

fn registered() -> ShareEvent {
    let token = CounterToken {
        number: "12".to_owned(),
        valid_until: "2026-09-14T09:30:00Z".parse().unwrap(),
        registered: true,
    };
    ShareEvent::Registered { abha_address: "asha.test@sbx".parse().unwrap(), token }
}

impl InCorpus for ShareFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<ShareState>("state");
        all.extend(variants_of::<ShareVerdict>("verdict"));
        all.extend(variants_of::<ShareRefusal>("refusal"));
        all
    }

    fn shows(&self) -> Vec<String> {
        let mut shown = vec![variant_of("state", &self.state)];
        if let ShareState::Answering(verdict) = &self.state {
            shown.push(variant_of("verdict", verdict));
            if let ShareVerdict::Refused(refusal) = verdict {
                shown.push(variant_of("refusal", refusal));
            }
        }
        shown
    }

    fn walks() -> Vec<Walk<Self>> {
        let refused = |refusal| new().on(shared()).on(ShareEvent::Refused(refusal));
        let whole = new().keep("new").on(shared()).keep("registering").on(registered());
        let not_heard = ShareEvent::NotHeard(failure("ABDM-9999", ErrorClass::UpstreamFault));
        let late = new().after(TimeDelta::seconds(31));
        vec![
            whole.keep("answering").on(ShareEvent::Answered).keep("answered"),
            new().on(shared()).on(registered()).on(not_heard).keep("not-heard"),
            new().on(shared()).on(registered()).woken().keep("unheard"),
            refused(ShareRefusal::NotOffered).keep("not-offered"),
            refused(ShareRefusal::NoProfile).keep("no-profile"),
            refused(ShareRefusal::Declined).keep("declined"),
            refused(ShareRefusal::Failed).keep("failed"),
            late.on(shared()).keep("too-late"),
        ]
    }

    fn answers(&self, effect: ShareEffect, _: DateTime<Utc>) -> Vec<ShareEvent> {
        match effect {
            ShareEffect::Register { .. } => vec![registered()],
            ShareEffect::Answer { .. } => vec![ShareEvent::Answered],
            ShareEffect::TellUnheard { .. } => Vec::new(),
        }
    }

    fn awaited(&self, _: DateTime<Utc>) -> Option<ShareEvent> {
        matches!(self.state, ShareState::New).then(shared)
    }
}
