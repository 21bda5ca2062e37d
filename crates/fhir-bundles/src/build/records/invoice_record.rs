use super::{
    super::{
        assembly::add_one,
        bill::Bill,
        frame::{Frame, frame_methods},
        party::{Facility, Patient, Practitioner, opaque_debug},
        problem::BuildError,
    },
    single, typed,
};
use crate::{codes::HiType, document::DocumentBundle};

/// A bill: `Invoice`.
///
/// ```
/// use fhir_bundles::build::{
///     Bill, BillItem, BillKind, ChargeKind, Facility, InvoiceRecord, Patient, Practitioner,
/// };
///
/// let bundle = InvoiceRecord::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     Bill::new(
///         "INV-2026-0417",
///         BillKind::Pharmacy,
///         "2026-03-01T11:10:00+05:30",
///         BillItem::new("Paracetamol 500 mg", ChargeKind::Medicine, "8.00").quantity(10, "tablet").gst(12),
///     ),
/// )
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct InvoiceRecord {
    frame: Frame,
    bill: Bill,
}

impl InvoiceRecord {
    /// A record of one bill, which is all that it has room for.
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        bill: Bill,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, bill.date().clone());
        Self { frame, bill }
    }

    frame_methods!(with visit);

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let entries = typed("Invoice", add_one(Some(self.bill), "bill", &mut a));
        let section = single("Invoice", None, entries, &mut a);
        closing.close(HiType::Invoice, HiType::Invoice.type_concept(), section, a)
    }
}

opaque_debug!(InvoiceRecord);
