use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    party::opaque_debug,
};
use crate::{
    language::Phrase,
    model::{self, CarePlanActivity, CarePlanActivityDetail, DateTime, Period, Reference},
};

/// What is planned for the time after a stay.
///
/// ```
/// use fhir_bundles::build::CarePlan;
///
/// let plan = CarePlan::new("Home care after surgery").activity("Walk twice a day").activity("Low-salt diet");
/// ```
#[derive(Clone)]
pub struct CarePlan {
    title: String,
    description: Option<String>,
    activities: Vec<String>,
    from: Option<DateTime>,
    to: Option<DateTime>,
    note: Option<String>,
}

impl CarePlan {
    /// A plan with its title.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            description: None,
            activities: Vec::new(),
            from: None,
            to: None,
            note: None,
        }
    }

    /// Adds an explanation.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// Adds something to do.
    #[must_use]
    pub fn activity(mut self, activity: impl Into<String>) -> Self {
        self.activities.push(activity.into());
        self
    }

    /// Adds from when to when.
    #[must_use]
    pub fn between(self, from: impl Into<DateTime>, to: impl Into<DateTime>) -> Self {
        self.starting(from).ending(to)
    }

    /// Adds the first day.
    #[must_use]
    pub fn starting(self, from: impl Into<DateTime>) -> Self {
        Self { from: Some(from.into()), ..self }
    }

    /// Adds the last day.
    #[must_use]
    pub fn ending(self, to: impl Into<DateTime>) -> Self {
        Self { to: Some(to.into()), ..self }
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl From<&str> for CarePlan {
    fn from(title: &str) -> Self {
        Self::new(title)
    }
}

impl Fact for CarePlan {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.required(&format!("{path}.title"), &self.title);
        assembly.check_title(&format!("{path}.title"), &self.title);
        for (name, date) in [("from", &self.from), ("to", &self.to)] {
            if let Some(date) = date {
                assembly.check_date_time(&format!("{path}.{name}"), date);
            }
        }
        if let (Some(from), Some(to)) = (&self.from, &self.to) {
            assembly.check_order(from, &format!("{path}.to"), to, "the first day");
        }
        let mut text = assembly
            .story()
            .row(Phrase::Plan, &self.title)
            .row(Phrase::Note, self.description.as_deref().unwrap_or_default());
        if !self.activities.is_empty() {
            text = text.list(self.activities.iter().map(String::as_str));
        }
        let activities = self.activities.into_iter().filter(|text| !text.trim().is_empty());
        let slot = assembly.slot("CarePlan");
        let plan = model::CarePlan {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("active".to_owned()),
            intent: Some("plan".to_owned()),
            title: Some(self.title.clone()),
            description: self.description.filter(|text| !text.trim().is_empty()),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            period: (self.from.is_some() || self.to.is_some()).then(|| Period {
                start: self.from,
                end: self.to,
                ..Period::default()
            }),
            created: Some(assembly.date.clone()),
            author: Some(assembly.practitioner.clone()),
            activity: activities
                .map(|description| CarePlanActivity {
                    detail: Some(CarePlanActivityDetail {
                        status: Some("not-started".to_owned()),
                        description: Some(description),
                        ..CarePlanActivityDetail::default()
                    }),
                    ..CarePlanActivity::default()
                })
                .collect(),
            note: notes(self.note),
            ..model::CarePlan::default()
        };
        assembly.add(plan, &self.title)
    }
}

opaque_debug!(CarePlan);
