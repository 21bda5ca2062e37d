//! Whom a FHIR document is about, by its own word, and whether that is whom a consent is about.

mod document;

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AbhaAddress, AbhaNumber};

/// The ABHA numbers and ABHA addresses by which a FHIR document names its patient.
///
/// An identifier counts by the code of its type (`HIN`, `ABHA`) or by its namespace
/// (`https://healthid.ndhm.gov.in` and its kin), and only when its value has the form of an ABHA
/// number or address (fhir-nrces.md 4). A hospital's own number says nothing here.
///
/// `Debug` shows how many there are, no more.
///
/// ```
/// use abdm_core::person::{NamedPatient, PatientMismatch};
///
/// let document = br#"{"resourceType":"Bundle","type":"document","entry":[{"resource":{
///     "resourceType":"Patient","identifier":[
///         {"system":"https://healthid.ndhm.gov.in","value":"91-7225-4829-5255"},
///         {"system":"https://phr.abdm.gov.in","value":"Asha.Test@sbx"}]}}]}"#;
/// let named = NamedPatient::of_document(document);
///
/// let (asha, ravi) = ("asha.test@sbx".parse()?, "ravi.test@sbx".parse()?);
/// assert_eq!(named.mismatch(&asha, None), None);
/// assert_eq!(named.mismatch(&ravi, None), Some(PatientMismatch::AbhaAddress));
///
/// // A person may have several addresses: with the number known, the number decides.
/// let number = "91722548295255".parse()?;
/// assert_eq!(named.mismatch(&ravi, Some(&number)), None);
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NamedPatient {
    numbers: BTreeSet<AbhaNumber>,
    addresses: Vec<AbhaAddress>,
}

/// In what a document's patient differs from the patient of the consent. Says what, never the
/// values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub enum PatientMismatch {
    /// The document has an ABHA number of somebody else.
    #[error("the document names another patient: its ABHA number is not the consent's")]
    AbhaNumber,
    /// The document has an ABHA address of somebody else, or one that nothing ties to this patient.
    #[error("the document names another patient: its ABHA address is not the consent's")]
    AbhaAddress,
    /// Both.
    #[error("the document names another patient: neither ABHA number nor address is the consent's")]
    Both,
}

impl NamedPatient {
    /// Nobody is named so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whom a FHIR document names: by the identifiers of every `Patient` in it, contained ones
    /// included, and of its Composition's subject.
    ///
    /// Reads the bytes once, keeps nothing else of them, and does not fail: of a document that is
    /// broken off it tells what stands before the break, of anything else nothing.
    #[must_use]
    pub fn of_document(bytes: &[u8]) -> Self {
        document::read(bytes)
    }

    /// Takes one identifier in: the codes of its type, its namespace and its value.
    pub fn add<'a>(
        &mut self,
        codes: impl IntoIterator<Item = &'a str>,
        system: Option<&str>,
        value: &str,
    ) {
        let typed = codes.into_iter().any(|code| matches!(code.trim(), "HIN" | "ABHA"));
        if !typed && !system.is_some_and(is_of_abha) {
            return;
        }
        if let Ok(number) = value.parse() {
            self.numbers.insert(number);
        } else if let Ok(address) = value.parse()
            && !self.addresses.contains(&address)
        {
            self.addresses.push(address);
        }
    }

    /// Whether neither an ABHA number nor an ABHA address is named.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.numbers.is_empty() && self.addresses.is_empty()
    }

    /// In what the document contradicts the patient of `address` and, where it is known, `number`.
    ///
    /// Any contradiction counts, except that a person may have several addresses: when the document
    /// has the known number, and no other, its addresses are not looked at. Addresses are compared
    /// without regard to case. A document that names nobody contradicts nothing.
    #[must_use]
    pub fn mismatch(
        &self,
        address: &AbhaAddress,
        number: Option<&AbhaNumber>,
    ) -> Option<PatientMismatch> {
        let other_address = self.addresses.iter().any(|named| named != address);
        let known = number.filter(|_| !self.numbers.is_empty());
        let same_number = known.map(|known| self.numbers.iter().all(|named| named == known));
        match (same_number, other_address) {
            (Some(true), _) | (None, false) => None,
            (Some(false), true) => Some(PatientMismatch::Both),
            (Some(false), false) => Some(PatientMismatch::AbhaNumber),
            (None, true) => Some(PatientMismatch::AbhaAddress),
        }
    }
}

impl fmt::Debug for NamedPatient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedPatient")
            .field("numbers", &self.numbers.len())
            .field("addresses", &self.addresses.len())
            .finish()
    }
}

/// Whether a namespace is one of ABHA numbers and addresses. Hosts of NDHM and ABDM mean the same.
fn is_of_abha(system: &str) -> bool {
    let system = system.trim().to_ascii_lowercase();
    let Some((_, rest)) = system.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    host.split_once('.').is_some_and(|(name, domain)| {
        let name = name.strip_suffix("sbx").unwrap_or(name);
        matches!(name, "healthid" | "phr" | "abha")
            && matches!(domain, "ndhm.gov.in" | "abdm.gov.in")
    })
}

#[cfg(test)]
mod tests;
