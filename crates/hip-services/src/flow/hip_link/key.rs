//! Under which names a link is found.

use abdm_flow::Found;
use abdm_flow::store::FlowKey;

use super::HipLinkFlow;

impl HipLinkFlow {
    /// The name under which it is found: that of a link of the same care contexts and HI types of
    /// the same patient of the facility, or of a notice of the same records. Asking twice joins the
    /// first.
    #[must_use]
    pub fn key(&self) -> FlowKey {
        let (address, reference) = (self.patient.abha_address.folded(), &self.patient.reference);
        // Lengths stand before the parts, so that no two patients give the same text.
        let lengths = format!("{}.{}", address.len(), reference.as_str().len());
        self.named(format_args!("{lengths}/{address}{reference}"))
    }

    /// The name that earlier releases gave it, without the facility's number for the patient: of
    /// two patients with one ABHA address and the same references only one had a link.
    pub(crate) fn older_key(&self) -> FlowKey {
        self.named(format_args!("{}", self.patient.abha_address.folded()))
    }

    fn named(&self, patient: std::fmt::Arguments<'_>) -> FlowKey {
        let mut visits: Vec<String> = self
            .patient
            .visits
            .iter()
            .map(|visit| {
                let name = visit.key();
                if self.notice_only { format!("{name}@{}", visit.date.to_rfc3339()) } else { name }
            })
            .collect();
        visits.sort();
        let scheme = if self.notice_only { "notice" } else { "link" };
        FlowKey::new(scheme, format!("{}/{patient}/{}", self.hip_id, visits.join(";")))
    }

    /// Whether what is found under the [older key](Self::older_key) is this very link, under way
    /// since an earlier release: asking again joins it, and gives it its [own](Self::key).
    pub(crate) fn goes_on_in(&self, found: &Found<Self>) -> bool {
        !found.done && found.flow.patient.reference == self.patient.reference
    }
}
