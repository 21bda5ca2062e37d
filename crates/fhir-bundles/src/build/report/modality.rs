use crate::{codes::DICOM_MODALITY, model::Coding};

/// How pictures were made: a DICOM modality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modality {
    pub(super) code: &'static str,
    pub(super) display: &'static str,
}

impl Modality {
    /// Plain X-ray.
    pub const X_RAY: Self = Self { code: "DX", display: "Digital Radiography" };
    /// Computed tomography.
    pub const CT: Self = Self { code: "CT", display: "Computed Tomography" };
    /// Magnetic resonance.
    pub const MRI: Self = Self { code: "MR", display: "Magnetic Resonance" };
    /// Ultrasound.
    pub const ULTRASOUND: Self = Self { code: "US", display: "Ultrasound" };
    /// Mammography.
    pub const MAMMOGRAPHY: Self = Self { code: "MG", display: "Mammography" };
    /// Electrocardiography.
    pub const ECG: Self = Self { code: "ECG", display: "Electrocardiography" };
    /// Endoscopy.
    pub const ENDOSCOPY: Self = Self { code: "ES", display: "Endoscopy" };

    /// Nuclear medicine: bone, thyroid and other scans.
    pub const NUCLEAR_MEDICINE: Self = Self { code: "NM", display: "Nuclear Medicine" };
    /// Positron emission tomography.
    pub const PET: Self = Self { code: "PT", display: "Positron emission tomography" };
    /// Angiography.
    pub const ANGIOGRAPHY: Self = Self { code: "XA", display: "X-Ray Angiography" };

    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::X_RAY,
        Self::CT,
        Self::MRI,
        Self::ULTRASOUND,
        Self::MAMMOGRAPHY,
        Self::ECG,
        Self::ENDOSCOPY,
        Self::NUCLEAR_MEDICINE,
        Self::PET,
        Self::ANGIOGRAPHY,
    ];

    /// The modality of a DICOM code, as above.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|modality| modality.code.eq_ignore_ascii_case(code.trim()))
    }

    pub(super) fn coding(self) -> Coding {
        Coding::of(DICOM_MODALITY, self.code, self.display)
    }
}
