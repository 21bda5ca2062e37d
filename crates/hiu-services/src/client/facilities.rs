//! The facilities that one HIU serves, each with flows of its own.

use std::collections::BTreeSet;

use abdm_core::headers::HIU_ID;
use abdm_core::id::HiuId;
use abdm_core::message::Inbound;
use abdm_flow::store::Scope;
use abdm_flow::{EffectContext, EffectFailure, Flow};

use crate::flow::PushId;

/// The facilities of one HIU.
#[derive(Debug)]
pub(super) struct Facilities {
    first: HiuId,
    others: BTreeSet<HiuId>,
}

impl Facilities {
    pub(super) fn new(first: HiuId, mut others: BTreeSet<HiuId>) -> Self {
        others.remove(&first);
        Self { first, others }
    }

    /// The facility that the HIU was built for.
    pub(super) const fn first(&self) -> &HiuId {
        &self.first
    }

    /// All of them, that one first.
    pub(super) fn all(&self) -> impl Iterator<Item = &HiuId> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub(super) fn contains(&self, hiu_id: &HiuId) -> bool {
        self.all().any(|own| own == hiu_id)
    }

    /// Under which a callback is kept. What names none of them is kept under the first, and set
    /// aside there.
    pub(super) fn scope_of(&self, inbound: &Inbound) -> Scope {
        let named = inbound.header(HIU_ID).map(str::trim);
        let own = self.all().find(|own| Some(own.as_str()) == named);
        scope(own.unwrap_or(&self.first))
    }

    /// Under which the transfer is kept that has this address. One that names none of the
    /// facilities was given out when there was but one.
    pub(super) fn scope_at(&self, push_id: &PushId) -> Scope {
        let own = self.all().find(|own| push_id.is_of(own));
        scope(own.unwrap_or(&self.first))
    }
}

/// The flows, rows and messages of a facility.
pub(super) fn scope(hiu_id: &HiuId) -> Scope {
    Scope::new(hiu_id.as_str())
}

/// The facility whose flow it is.
pub(super) fn hiu_id<F: Flow>(cx: &EffectContext<'_, F>) -> Result<HiuId, EffectFailure<F::Event>> {
    HiuId::new(cx.scope().as_str())
        .map_err(|_| EffectFailure::bury("the flow is of no facility's").not_sent())
}
