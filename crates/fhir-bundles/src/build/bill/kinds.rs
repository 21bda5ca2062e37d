/// What a bill is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BillKind {
    /// A consultation.
    Consultation,
    /// The pharmacy.
    Pharmacy,
    /// A stay in hospital.
    Inpatient,
    /// The out-patient department.
    Outpatient,
    /// Anything else.
    Other,
}

impl BillKind {
    /// The kinds by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 5] = [
        ("consultation", Self::Consultation),
        ("pharmacy", Self::Pharmacy),
        ("inpatient", Self::Inpatient),
        ("outpatient", Self::Outpatient),
        ("other", Self::Other),
    ];

    pub(super) fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Consultation => ("00", "Consultation"),
            Self::Pharmacy => ("01", "Pharmacy"),
            Self::Inpatient => ("02", "IPD"),
            Self::Outpatient => ("03", "OPD"),
            Self::Other => ("99", "Others"),
        }
    }
}

/// What a line of a bill charges for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChargeKind {
    /// A consultation.
    Consultation,
    /// Pharmacy services.
    Pharmacy,
    /// A stay in hospital.
    Inpatient,
    /// The out-patient department.
    Outpatient,
    /// A laboratory test.
    Pathology,
    /// A medicine.
    Medicine,
    /// Nursing.
    Nursing,
    /// Handling.
    Handling,
    /// Delivery.
    Delivery,
    /// Anything else.
    Other,
}

impl ChargeKind {
    /// The kinds by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 10] = [
        ("consultation", Self::Consultation),
        ("pharmacy", Self::Pharmacy),
        ("inpatient", Self::Inpatient),
        ("outpatient", Self::Outpatient),
        ("pathology", Self::Pathology),
        ("medicine", Self::Medicine),
        ("nursing", Self::Nursing),
        ("handling", Self::Handling),
        ("delivery", Self::Delivery),
        ("other", Self::Other),
    ];

    pub(super) fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Consultation => ("00", "Consultation"),
            Self::Pharmacy => ("01", "Pharmacy"),
            Self::Inpatient => ("02", "IPD"),
            Self::Outpatient => ("03", "OPD"),
            Self::Pathology => ("04", "Pathology"),
            Self::Medicine => ("05", "Medicines"),
            Self::Nursing => ("06", "Nursing Charges"),
            Self::Handling => ("07", "Handling Charges"),
            Self::Delivery => ("08", "Delivery Charges"),
            Self::Other => ("99", "Others"),
        }
    }
}
