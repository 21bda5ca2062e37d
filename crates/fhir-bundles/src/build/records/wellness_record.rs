use super::{
    super::{
        assembly::add_all,
        attachment::Document,
        condition::Condition,
        frame::{Frame, fact_methods, frame_methods},
        observation::Observation,
        party::{Facility, Patient, Practitioner, opaque_debug},
        problem::BuildError,
    },
    named,
};
use crate::{
    codes::{HiType, wellness},
    document::DocumentBundle,
    model::DateTime,
};

/// Vital signs, measurements and habits: `WellnessRecord`.
///
/// ```
/// use fhir_bundles::build::{Facility, Observation, Patient, Practitioner, WellnessRecord};
///
/// let bundle = WellnessRecord::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     "2026-03-01T10:50:00+05:30",
/// )
/// .vital_sign(Observation::pulse(72))
/// .body_measurement(Observation::weight("61.50"))
/// .physical_activity(Observation::steps(8400))
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct WellnessRecord {
    frame: Frame,
    vital_signs: Vec<Observation>,
    body_measurements: Vec<Observation>,
    physical_activities: Vec<Observation>,
    general_assessments: Vec<Observation>,
    women_health_observations: Vec<Observation>,
    lifestyles: Vec<Observation>,
    other_observations: Vec<Observation>,
    other_conditions: Vec<Condition>,
    documents: Vec<Document>,
}

impl WellnessRecord {
    /// A record. At least one section must be added before [`build`](Self::build).
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
    ) -> Self {
        Self {
            frame: Frame::new(patient, practitioner, facility, date.into()),
            vital_signs: Vec::new(),
            body_measurements: Vec::new(),
            physical_activities: Vec::new(),
            general_assessments: Vec::new(),
            women_health_observations: Vec::new(),
            lifestyles: Vec::new(),
            other_observations: Vec::new(),
            other_conditions: Vec::new(),
            documents: Vec::new(),
        }
    }

    frame_methods!(with visit);

    fact_methods! {
        /// Adds a vital sign: a quantity or words.
        vital_sign, vital_signs: Observation;
        /// Adds a body measurement: a quantity or words.
        body_measurement, body_measurements: Observation;
        /// Adds a physical activity: a quantity or words.
        physical_activity, physical_activities: Observation;
        /// Adds a general assessment: a quantity or a concept, which words are the text of.
        general_assessment, general_assessments: Observation;
        /// Adds a fact of women's health: a quantity or words.
        women_health, women_health_observations: Observation;
        /// Adds a habit: a concept or words, which then are the text of one.
        lifestyle, lifestyles: Observation;
        /// Adds anything else that was observed.
        other_observation, other_observations: Observation;
        /// Adds a condition to the other observations.
        other_condition, other_conditions: Condition;
        /// Adds a file.
        document, documents: Document;
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let mut observed = |list: Vec<Observation>, profile: &'static str, values, name: &str| {
            let mut fitting = Vec::new();
            for (place, observation) in list.into_iter().enumerate() {
                let path = format!("{name}[{place}]");
                let observation = observation.with_value_kind(&path, values, &mut a);
                fitting.push(observation.with_profile(profile));
            }
            add_all(fitting, name, &mut a)
        };
        let quantity_or_words = &["quantity", "text"][..];
        let vital_signs =
            observed(self.vital_signs, "ObservationVitalSigns", quantity_or_words, "vitalSigns");
        let measurements = observed(
            self.body_measurements,
            "ObservationBodyMeasurement",
            quantity_or_words,
            "bodyMeasurements",
        );
        let activities = observed(
            self.physical_activities,
            "ObservationPhysicalActivity",
            quantity_or_words,
            "physicalActivities",
        );
        let assessments = observed(
            self.general_assessments,
            "ObservationGeneralAssessment",
            &["quantity", "concept"],
            "generalAssessments",
        );
        let women = observed(
            self.women_health_observations,
            "ObservationWomenHealth",
            quantity_or_words,
            "womenHealth",
        );
        let lifestyles =
            observed(self.lifestyles, "ObservationLifestyle", &["concept"], "lifestyles");
        let mut others = add_all(self.other_observations, "otherObservations", &mut a);
        others.extend(add_all(self.other_conditions, "otherConditions", &mut a));
        let documents = add_all(self.documents, "documents", &mut a);
        let parts = vec![
            (wellness::VITAL_SIGNS, vital_signs),
            (wellness::BODY_MEASUREMENT, measurements),
            (wellness::PHYSICAL_ACTIVITY, activities),
            (wellness::GENERAL_ASSESSMENT, assessments),
            (wellness::WOMEN_HEALTH, women),
            (wellness::LIFESTYLE, lifestyles),
            (wellness::OTHER_OBSERVATIONS, others),
            (wellness::DOCUMENT_REFERENCE, documents),
        ];
        let sections = named(parts, &mut a);
        closing.close(HiType::WellnessRecord, HiType::WellnessRecord.type_concept(), sections, a)
    }
}

opaque_debug!(WellnessRecord);
