//! What a patient may link, and what they chose of it.

use abdm_core::id::{CareContextReference, PatientReference};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use serde::{Deserialize, Serialize};

use super::refusal::InitRefusal;
use crate::api::hip_linking::{CareContext, PatientCareContexts};
use crate::api::user_linking::IdentifierType;

/// What was found for a patient, and where an OTP for it may go.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Offer {
    /// To which address it is linked.
    pub abha_address: AbhaAddress,
    /// What the patient's app shows.
    pub shown: ShownOffer,
    /// The mobile of each record, ten digits; records without one are not in it.
    mobiles: Vec<(PatientReference, String)>,
    /// The mobiles that ABDM has verified, ten digits each.
    verified: Vec<String>,
}

/// What a patient's app shows of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShownOffer {
    /// One element for each record and HI type, at most twenty contexts in each.
    pub elements: Vec<PatientCareContexts>,
    /// What the patient was found by.
    pub matched_by: Vec<IdentifierType>,
}

impl ShownOffer {
    /// These elements, found by these identifiers.
    #[must_use]
    pub const fn new(elements: Vec<PatientCareContexts>, matched_by: Vec<IdentifierType>) -> Self {
        Self { elements, matched_by }
    }
}

/// A part of an offer that a patient has chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// Of which record.
    pub patient: PatientReference,
    /// Of which HI type, where the app says so.
    pub hi_type: Option<HiType>,
    /// Which contexts.
    pub care_contexts: Vec<CareContextReference>,
}

impl Choice {
    /// These contexts of one record.
    #[must_use]
    pub const fn new(
        patient: PatientReference,
        hi_type: Option<HiType>,
        care_contexts: Vec<CareContextReference>,
    ) -> Self {
        Self { patient, hi_type, care_contexts }
    }

    fn is_of(&self, element: &PatientCareContexts) -> bool {
        self.patient == element.reference_number
            && self.hi_type.as_ref().is_none_or(|own| *own == element.hi_type)
    }
}

impl Offer {
    /// An offer of these elements for this address, whose records have these mobiles (ten digits each).
    #[must_use]
    pub const fn new(
        abha_address: AbhaAddress,
        shown: ShownOffer,
        mobiles: Vec<(PatientReference, String)>,
        verified: Vec<String>,
    ) -> Self {
        Self { abha_address, shown, mobiles, verified }
    }

    /// What the patient's app shows.
    pub(super) fn shown(&self) -> ShownOffer {
        self.shown.clone()
    }

    /// The elements of what was chosen: all of it must have been offered.
    pub(super) fn choose(
        &self,
        choices: &[Choice],
    ) -> Result<Vec<PatientCareContexts>, InitRefusal> {
        for choice in choices {
            let offered = |wanted: &CareContextReference| {
                let elements = self.shown.elements.iter().filter(|element| choice.is_of(element));
                elements.flat_map(|e| &e.care_contexts).any(|c| c.reference_number == *wanted)
            };
            if !choice.care_contexts.iter().all(offered) {
                return Err(InitRefusal::UnknownContexts);
            }
        }
        let chosen: Vec<PatientCareContexts> =
            self.shown.elements.iter().filter_map(|element| part(element, choices)).collect();
        if chosen.is_empty() { Err(InitRefusal::NothingChosen) } else { Ok(chosen) }
    }

    /// Where the OTP for what was chosen goes: to the mobile of the record; if several are chosen
    /// and theirs differ, to the one that ABDM has verified (rulings.md 8). A record without a mobile
    /// differs from every one that has: another's number proves nothing of it.
    pub(super) fn mobile(
        &self,
        chosen: &[PatientCareContexts],
    ) -> Result<(PatientReference, String), InitRefusal> {
        let of = |element: &PatientCareContexts| {
            self.mobiles.iter().find(|(patient, _)| *patient == element.reference_number)
        };
        let first = chosen.iter().find_map(of).ok_or(InitRefusal::NoMobile)?;
        if chosen.iter().all(|element| of(element).is_some_and(|(_, mobile)| *mobile == first.1)) {
            return Ok(first.clone());
        }
        let verified = chosen.iter().filter_map(of).find(|(_, m)| self.verified.contains(m));
        verified.cloned().ok_or(InitRefusal::MobilesDiffer)
    }
}

/// Shows what the app shows.
impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Offer").field("shown", &self.shown).finish_non_exhaustive()
    }
}

/// The contexts of an element that were chosen.
fn part(element: &PatientCareContexts, choices: &[Choice]) -> Option<PatientCareContexts> {
    let wanted = |context: &&CareContext| {
        let of_element = choices.iter().filter(|choice| choice.is_of(element));
        of_element.flat_map(|choice| &choice.care_contexts).any(|c| *c == context.reference_number)
    };
    let contexts: Vec<CareContext> = element.care_contexts.iter().filter(wanted).cloned().collect();
    (!contexts.is_empty()).then(|| {
        PatientCareContexts::new(
            element.reference_number.clone(),
            element.display.clone(),
            element.hi_type.clone(),
            contexts,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(patient: &str, hi_type: HiType, contexts: &[&str]) -> PatientCareContexts {
        let context = |c: &&str| CareContext::new(c.parse().unwrap(), format!("Visit {c}"));
        let contexts = contexts.iter().map(context).collect();
        PatientCareContexts::new(patient.parse().unwrap(), "Asha T.", hi_type, contexts)
    }

    fn offer(mobiles: &[(&str, &str)], verified: Option<&str>) -> Offer {
        let elements = vec![
            element("UHID-1", HiType::OpConsultation, &["OPD-1", "OPD-2"]),
            element("UHID-1", HiType::Prescription, &["OPD-1"]),
            element("UHID-2", HiType::OpConsultation, &["OPD-7"]),
        ];
        let mobiles = mobiles.iter().map(|(p, m)| (p.parse().unwrap(), (*m).to_owned())).collect();
        let shown = ShownOffer::new(elements, Vec::new());
        let verified = verified.map(str::to_owned).into_iter().collect();
        Offer::new("asha.test@sbx".parse().unwrap(), shown, mobiles, verified)
    }

    fn choice(patient: &str, hi_type: Option<HiType>, contexts: &[&str]) -> Choice {
        let contexts = contexts.iter().map(|c| c.parse().unwrap()).collect();
        Choice::new(patient.parse().unwrap(), hi_type, contexts)
    }

    #[test]
    fn what_was_chosen_is_a_part_of_the_offer_counted_anew() {
        let offer = offer(&[], None);
        let chosen = offer.choose(&[choice("UHID-1", Some(HiType::OpConsultation), &["OPD-2"])]);
        let [element] = &chosen.unwrap()[..] else { panic!() };
        assert_eq!((element.count, element.care_contexts.len()), (1, 1));
        assert_eq!(element.care_contexts[0].display, "Visit OPD-2");
    }

    #[test]
    fn a_choice_without_an_hi_type_takes_every_type_of_its_contexts() {
        let chosen = offer(&[], None).choose(&[choice("UHID-1", None, &["OPD-1"])]).unwrap();
        let types: Vec<_> = chosen.iter().map(|element| element.hi_type.clone()).collect();
        assert_eq!(types, [HiType::OpConsultation, HiType::Prescription]);
    }

    #[test]
    fn a_context_that_is_chosen_twice_and_an_empty_choice_beside_it_count_once() {
        let twice = [
            choice("UHID-1", None, &["OPD-2", "OPD-2"]),
            choice("UHID-1", Some(HiType::OpConsultation), &["OPD-2"]),
            choice("UHID-2", None, &[]),
        ];
        let chosen = offer(&[], None).choose(&twice).unwrap();
        let [element] = &chosen[..] else { panic!("{chosen:?}") };
        assert_eq!((element.count, element.care_contexts.len()), (1, 1));
    }

    #[test]
    fn what_was_not_offered_is_refused_whole_and_so_is_an_empty_choice() {
        let offer = offer(&[], None);
        for strange in [
            choice("UHID-2", None, &["OPD-1"]),
            choice("UHID-1", None, &["OPD-1", "OPD-9"]),
            choice("UHID-1", Some(HiType::Prescription), &["OPD-2"]),
            choice("UHID-9", None, &["OPD-1"]),
        ] {
            let good = choice("UHID-1", None, &["OPD-1"]);
            assert_eq!(offer.choose(&[good, strange]), Err(InitRefusal::UnknownContexts));
        }
        assert_eq!(offer.choose(&[]), Err(InitRefusal::NothingChosen));
        assert_eq!(offer.choose(&[choice("UHID-1", None, &[])]), Err(InitRefusal::NothingChosen));
    }

    #[test]
    fn the_otp_goes_to_the_record_and_of_different_mobiles_to_the_verified_one() {
        let both = [choice("UHID-1", None, &["OPD-1"]), choice("UHID-2", None, &["OPD-7"])];
        let first = [choice("UHID-1", None, &["OPD-1"])];
        let to = |offer: &Offer, choices: &[Choice]| {
            offer.mobile(&offer.choose(choices).unwrap()).map(|(_, mobile)| mobile)
        };
        let differ = [("UHID-1", "9999999991"), ("UHID-2", "9999999992")];
        let without = offer(&differ, None);
        assert_eq!(to(&without, &first), Ok("9999999991".to_owned()));
        assert_eq!(to(&without, &both), Err(InitRefusal::MobilesDiffer));
        let verified = offer(&differ, Some("9999999992"));
        assert_eq!(to(&verified, &both), Ok("9999999992".to_owned()));
        assert_eq!(to(&verified, &first), Ok("9999999991".to_owned()));
        let another = offer(&differ, Some("9999999993"));
        assert_eq!(to(&another, &both), Err(InitRefusal::MobilesDiffer));
        let same = offer(&[("UHID-1", "9999999991"), ("UHID-2", "9999999991")], None);
        assert_eq!(to(&same, &both), Ok("9999999991".to_owned()));
        assert_eq!(to(&offer(&[], Some("9999999991")), &first), Err(InitRefusal::NoMobile));
    }

    /// Ruling 8.
    #[test]
    fn a_chosen_record_without_a_mobile_is_refused_unless_abdm_has_verified_that_of_another() {
        let both = [choice("UHID-1", None, &["OPD-1"]), choice("UHID-2", None, &["OPD-7"])];
        let to = |mobiles: &[(&str, &str)], verified| {
            let offer = offer(mobiles, verified);
            offer.mobile(&offer.choose(&both).unwrap()).map(|(patient, mobile)| {
                assert_eq!(patient.as_str(), mobiles[0].0);
                mobile
            })
        };
        for with in ["UHID-1", "UHID-2"] {
            let only = [(with, "9999999991")];
            assert_eq!(to(&only, None), Err(InitRefusal::MobilesDiffer));
            assert_eq!(to(&only, Some("9999999992")), Err(InitRefusal::MobilesDiffer));
            assert_eq!(to(&only, Some("9999999991")), Ok("9999999991".to_owned()));
        }
        assert_eq!(to(&[], Some("9999999991")), Err(InitRefusal::NoMobile));
    }

    #[test]
    fn an_offer_shows_no_mobile() {
        let offer = offer(&[("UHID-1", "9999999991")], Some("9999999992"));
        assert!(!format!("{offer:?}").contains("99999"));
    }
}
