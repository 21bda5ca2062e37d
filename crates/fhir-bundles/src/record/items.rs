use super::{
    index::Index,
    item::{
        Attachment, Bill, BillLine, Entry, Flag, Item, MeasuredValue, Measurement, Medicine,
        Report, Vaccination,
    },
};
use crate::model::{
    self, CodeableConcept, Coding, DateTime, Dosage, DosageDoseAndRateDose, ImmunizationOccurrence,
    ImmunizationProtocolAppliedDoseNumber, InvoiceLineItemChargeItem, MedicationRequestMedication,
    MedicationStatementMedication, Money, ObservationComponentValue, ObservationEffective,
    ObservationReferenceRange, ObservationValue, Period, Quantity, Range, Reference, Resource,
};

/// What a section entry says.
pub(super) fn item<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Item {
    let is_heavy = matches!(
        resource,
        Resource::DiagnosticReport(_)
            | Resource::DocumentReference(_)
            | Resource::Binary(_)
            | Resource::Media(_)
            | Resource::Invoice(_)
    );
    if is_heavy && !index.first_time(resource) {
        let name = about(resource).unwrap_or_else(|| resource.resource_type().to_owned());
        let details = vec![(String::new(), "shown above".to_owned())];
        return Item::Entry(Entry { details, ..plain(resource, &name) });
    }
    match resource {
        Resource::MedicationRequest(request) => {
            Item::Medicine(medication_request(request, resource, index))
        }
        Resource::MedicationStatement(statement) => {
            Item::Medicine(medication_statement(statement, resource, index))
        }
        Resource::Observation(observation) => {
            let mut parts = measurements(observation, resource, index, 0).into_iter();
            match parts.next() {
                Some(mut first) => {
                    first.parts.extend(parts);
                    Item::Measurement(first)
                }
                None => Item::Entry(plain(resource, "")),
            }
        }
        Resource::DiagnosticReport(report) => Item::Report(self::report(report, resource, index)),
        Resource::DocumentReference(document) => document_reference(document),
        Resource::Binary(binary) => Item::Attachment(Attachment {
            title: "Document".to_owned(),
            content_type: binary.content_type.clone(),
            data: binary.data.clone(),
            url: None,
            date: None,
        }),
        Resource::Media(media) => Item::Attachment(media_attachment(media)),
        Resource::Immunization(immunization) => Item::Vaccination(vaccination(immunization, index)),
        Resource::Invoice(invoice) => Item::Bill(bill(invoice, resource, index)),
        _ => Item::Entry(super::reader::entry(resource, index)),
    }
}

/// An entry with a name alone.
pub(super) fn plain(resource: &Resource, name: &str) -> Entry {
    Entry {
        kind: resource.resource_type().to_owned(),
        name: name.to_owned(),
        code: None,
        details: Vec::new(),
    }
}

pub(super) fn label(concept: Option<&CodeableConcept>) -> String {
    concept.and_then(CodeableConcept::label).unwrap_or_default().to_owned()
}

pub(super) fn labels(concepts: &[CodeableConcept]) -> Option<String> {
    let words: Vec<_> = concepts.iter().filter_map(CodeableConcept::label).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

pub(super) fn first_code(concept: Option<&CodeableConcept>) -> Option<Coding> {
    concept?.coding.first().cloned()
}

pub(super) fn note(notes: &[model::Annotation]) -> Option<String> {
    let words: Vec<_> = notes.iter().filter_map(|note| note.text.as_deref()).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

fn medication_request<'a>(
    request: &'a model::MedicationRequest,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Medicine {
    let concept = match &request.medication {
        Some(MedicationRequestMedication::CodeableConcept(concept)) => Some(concept),
        Some(MedicationRequestMedication::Reference(reference)) => {
            medication(reference, resource, index)
        }
        None => None,
    };
    let reference_name = match &request.medication {
        Some(MedicationRequestMedication::Reference(reference)) => reference.display.clone(),
        _ => None,
    };
    Medicine {
        name: concept.map(|c| label(Some(c))).or(reference_name).unwrap_or_default(),
        code: first_code(concept),
        dosage: dosages(&request.dosage_instruction),
        is_order: true,
        status: request.status.clone(),
        date: request.authored_on.clone(),
        reason: either(
            labels(&request.reason_code),
            linked(&request.reason_reference, resource, index),
        ),
        note: note(&request.note),
    }
}

fn medication_statement<'a>(
    statement: &'a model::MedicationStatement,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Medicine {
    let (concept, reference_name) = match &statement.medication {
        Some(MedicationStatementMedication::CodeableConcept(concept)) => (Some(concept), None),
        Some(MedicationStatementMedication::Reference(reference)) => {
            (medication(reference, resource, index), reference.display.clone())
        }
        None => (None, None),
    };
    Medicine {
        name: concept.map(|c| label(Some(c))).or(reference_name).unwrap_or_default(),
        code: first_code(concept),
        dosage: dosages(&statement.dosage),
        is_order: false,
        status: statement.status.clone(),
        date: statement.date_asserted.clone(),
        reason: either(
            labels(&statement.reason_code),
            linked(&statement.reason_reference, resource, index),
        ),
        note: note(&statement.note),
    }
}

/// Older documents put the medicine into a resource of its own.
fn medication<'a>(
    reference: &Reference,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Option<&'a CodeableConcept> {
    match index.follow(reference, Some(holder))? {
        Resource::Medication(medication) => medication.code.as_ref(),
        _ => None,
    }
}

/// What references lead to, in words: what the resource is about, else what the reference shows.
pub(super) fn linked<'a>(
    references: &[Reference],
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Option<String> {
    let mut words = Vec::new();
    for reference in references {
        let found = index.follow(reference, Some(holder)).and_then(about);
        words.extend(found.or_else(|| reference.display.clone()));
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// What a resource is about, in a word or two.
fn about(resource: &Resource) -> Option<String> {
    let concept = match resource {
        Resource::Condition(condition) => condition.code.as_ref(),
        Resource::Procedure(procedure) => procedure.code.as_ref(),
        Resource::ServiceRequest(request) => request.code.as_ref(),
        Resource::Observation(observation) => observation.code.as_ref(),
        Resource::DiagnosticReport(report) => report.code.as_ref(),
        Resource::AllergyIntolerance(allergy) => allergy.code.as_ref(),
        Resource::Immunization(immunization) => immunization.vaccine_code.as_ref(),
        Resource::Organization(organization) => return organization.name.clone(),
        _ => None,
    };
    concept.and_then(CodeableConcept::label).map(str::to_owned)
}

/// Both in one text.
pub(super) fn either(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Some(format!("{one}, {other}")),
        (one, other) => one.or(other),
    }
}

/// Dosage in words: as written, else from its parts.
fn dosages(dosages: &[Dosage]) -> String {
    dosages.iter().map(dosage).filter(|words| !words.is_empty()).collect::<Vec<_>>().join("; then ")
}

fn dosage(dosage: &Dosage) -> String {
    let mut words = Vec::new();
    match dosage.text.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(text) => words.push(text.to_owned()),
        None => {
            let dose = dosage.dose_and_rate.iter().find_map(|rate| match &rate.dose {
                Some(DosageDoseAndRateDose::Quantity(dose)) => Some(quantity(dose)),
                Some(DosageDoseAndRateDose::Range(dose)) => Some(range(dose)),
                None => None,
            });
            words.extend(dose);
            words.extend(dosage.timing.as_ref().and_then(timing));
        }
    }
    let mut add = |text: Option<String>| {
        if let Some(text) =
            text.filter(|text| !words.iter().any(|have| have.contains(text.as_str())))
        {
            words.push(text);
        }
    };
    add(dosage.route.as_ref().and_then(CodeableConcept::label).map(str::to_owned));
    add(labels(&dosage.additional_instruction));
    add(dosage.patient_instruction.clone());
    words.join(", ")
}

fn timing(timing: &model::Timing) -> Option<String> {
    if let Some(label) = timing.code.as_ref().and_then(CodeableConcept::label) {
        return Some(label.to_owned());
    }
    let repeat = timing.repeat.as_ref()?;
    let unit = match repeat.period_unit.as_deref()? {
        "s" => "second",
        "min" => "minute",
        "h" => "hour",
        "d" => "day",
        "wk" => "week",
        "mo" => "month",
        "a" => "year",
        other => other,
    };
    let period = repeat.period.as_ref().map_or("1", |period| period.as_str());
    let every = if period == "1" { unit.to_owned() } else { format!("{period} {unit}s") };
    Some(match repeat.frequency.unwrap_or(1) {
        1 => format!("once every {every}"),
        many => format!("{many} times every {every}"),
    })
}

/// A measurement, followed by the members of its panel.
fn measurements<'a>(
    observation: &'a model::Observation,
    resource: &'a Resource,
    index: &mut Index<'a>,
    depth: usize,
) -> Vec<Measurement> {
    if !index.spend_measurement() {
        return Vec::new();
    }
    let mut found = vec![measurement(observation)];
    // Panels refer to members; a bundle that refers in a circle must not be followed forever.
    if depth < 4 {
        for member in &observation.has_member {
            if let Some(member @ Resource::Observation(inner)) =
                index.follow(member, Some(resource))
            {
                found.extend(measurements(inner, member, index, depth + 1));
            }
        }
    }
    found
}

fn measurement(observation: &model::Observation) -> Measurement {
    let (low, high, range) = normal_range(&observation.reference_range);
    Measurement {
        name: label(observation.code.as_ref()),
        code: first_code(observation.code.as_ref()),
        value: observation
            .value
            .as_ref()
            .map(observed)
            .or_else(|| observation.data_absent_reason.as_ref().map(absent)),
        low,
        high,
        range,
        flag: flag(&observation.interpretation),
        date: match &observation.effective {
            Some(ObservationEffective::DateTime(date)) => Some(date.clone()),
            Some(ObservationEffective::Instant(instant)) => Some(DateTime::from(instant.as_str())),
            Some(ObservationEffective::Period(period)) => period.start.clone(),
            _ => None,
        },
        status: observation.status.clone(),
        parts: observation.component.iter().map(component).collect(),
        note: note(&observation.note),
    }
}

fn component(component: &model::ObservationComponent) -> Measurement {
    let (low, high, range) = normal_range(&component.reference_range);
    Measurement {
        name: label(component.code.as_ref()),
        code: first_code(component.code.as_ref()),
        value: component
            .value
            .as_ref()
            .map(component_value)
            .or_else(|| component.data_absent_reason.as_ref().map(absent)),
        low,
        high,
        range,
        flag: flag(&component.interpretation),
        date: None,
        status: None,
        parts: Vec::new(),
        note: None,
    }
}

fn absent(reason: &CodeableConcept) -> MeasuredValue {
    MeasuredValue::Text(format!("not given: {}", label(Some(reason))))
}

fn flag(interpretations: &[CodeableConcept]) -> Option<Flag> {
    let concept = interpretations.first()?;
    let code = concept.coding.iter().find_map(|coding| coding.code.clone()).unwrap_or_default();
    Some(Flag { code, text: label(Some(concept)) })
}

fn normal_range(
    ranges: &[ObservationReferenceRange],
) -> (Option<model::Decimal>, Option<model::Decimal>, Option<String>) {
    let Some(range) = ranges.first() else {
        return (None, None, None);
    };
    let number = |quantity: &Option<Quantity>| quantity.as_ref().and_then(|q| q.value.clone());
    let words = match (&range.low, &range.high) {
        (Some(low), Some(high)) => Some(format!("{} – {}", quantity(low), quantity(high))),
        (Some(low), None) => Some(format!("≥ {}", quantity(low))),
        (None, Some(high)) => Some(format!("≤ {}", quantity(high))),
        (None, None) => None,
    };
    (number(&range.low), number(&range.high), range.text.clone().or(words))
}

fn number(quantity: &Quantity) -> MeasuredValue {
    match &quantity.value {
        Some(value) => MeasuredValue::Number {
            value: value.clone(),
            unit: quantity.unit.clone().or_else(|| quantity.code.clone()).unwrap_or_default(),
            comparator: quantity.comparator.clone(),
        },
        None => MeasuredValue::Text(quantity.unit.clone().unwrap_or_default()),
    }
}

pub(super) fn quantity(quantity: &Quantity) -> String {
    number(quantity).to_string()
}

fn range(range: &Range) -> String {
    let side = |side: &Option<Quantity>| side.as_ref().map(quantity).unwrap_or_default();
    format!("{} – {}", side(&range.low), side(&range.high))
}

pub(super) fn period(period: &Period) -> String {
    let side = |side: &Option<DateTime>| side.as_ref().map(DateTime::to_string).unwrap_or_default();
    match &period.end {
        Some(_) => format!("{} – {}", side(&period.start), side(&period.end)),
        None => side(&period.start),
    }
}

macro_rules! value_words {
    ($name:ident, $type:ident) => {
        fn $name(value: &$type) -> MeasuredValue {
            MeasuredValue::Text(match value {
                $type::Quantity(quantity) => return number(quantity),
                $type::CodeableConcept(concept) => label(Some(concept)),
                $type::String(text) | $type::Time(text) => text.clone(),
                $type::Boolean(value) => if *value { "yes" } else { "no" }.to_owned(),
                $type::Integer(value) => value.to_string(),
                $type::Range(value) => range(value),
                $type::Ratio(ratio) => {
                    let side =
                        |side: &Option<Quantity>| side.as_ref().map(quantity).unwrap_or_default();
                    format!("{} : {}", side(&ratio.numerator), side(&ratio.denominator))
                }
                $type::SampledData(data) => data.data.clone().unwrap_or_default(),
                $type::DateTime(date) => date.to_string(),
                $type::Period(value) => period(value),
            })
        }
    };
}

value_words!(observed, ObservationValue);
value_words!(component_value, ObservationComponentValue);

fn report<'a>(
    report: &'a model::DiagnosticReport,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Report {
    let mut results = Vec::new();
    for reference in &report.result {
        if let Some(found @ Resource::Observation(observation)) =
            index.follow(reference, Some(resource))
        {
            results.extend(measurements(observation, found, index, 0));
        }
    }
    let mut specimens = Vec::new();
    for reference in &report.specimen {
        if let Some(Resource::Specimen(specimen)) = index.follow(reference, Some(resource)) {
            specimens.push(label(specimen.r#type.as_ref()));
        }
    }
    let mut studies = Vec::new();
    for reference in &report.imaging_study {
        if let Some(Resource::ImagingStudy(study)) = index.follow(reference, Some(resource)) {
            let modality: Vec<_> = study
                .modality
                .iter()
                .filter_map(|coding| coding.display.as_deref().or(coding.code.as_deref()))
                .collect();
            studies.push(study.description.clone().unwrap_or_else(|| modality.join(", ")));
        }
    }
    let mut attachments: Vec<_> =
        report.presented_form.iter().map(|form| attachment(form, "Report")).collect();
    for media in &report.media {
        let Some(link) = &media.link else { continue };
        if let Some(found @ Resource::Media(media)) = index.follow(link, Some(resource))
            && index.first_time(found)
        {
            attachments.push(media_attachment(media));
        }
    }
    specimens.retain(|specimen| !specimen.is_empty());
    Report {
        name: label(report.code.as_ref()),
        code: first_code(report.code.as_ref()),
        status: report.status.clone(),
        date: report.issued.as_ref().map(model::Instant::to_string).or_else(|| {
            report.effective.as_ref().map(|effective| match effective {
                model::DiagnosticReportEffective::DateTime(date) => date.to_string(),
                model::DiagnosticReportEffective::Period(value) => period(value),
            })
        }),
        results,
        conclusion: report.conclusion.clone().or_else(|| labels(&report.conclusion_code)),
        specimens,
        studies,
        requested: linked(&report.based_on, resource, index),
        attachments,
    }
}

fn attachment(attachment: &model::Attachment, fallback: &str) -> Attachment {
    Attachment {
        title: attachment.title.clone().unwrap_or_else(|| fallback.to_owned()),
        content_type: attachment.content_type.clone(),
        data: attachment.data.clone(),
        url: attachment.url.clone(),
        date: attachment.creation.as_ref().map(DateTime::to_string),
    }
}

fn media_attachment(media: &model::Media) -> Attachment {
    let fallback = label(media.r#type.as_ref());
    let fallback = if fallback.is_empty() { "Picture" } else { &fallback };
    match &media.content {
        Some(content) => attachment(content, fallback),
        None => attachment(&model::Attachment::default(), fallback),
    }
}

fn document_reference(document: &model::DocumentReference) -> Item {
    let name = document.description.clone().unwrap_or_else(|| label(document.r#type.as_ref()));
    let name = if name.is_empty() { "Document".to_owned() } else { name };
    match document.content.first().and_then(|content| content.attachment.as_ref()) {
        Some(first) => Item::Attachment(attachment(first, &name)),
        None => Item::Entry(Entry {
            kind: "DocumentReference".to_owned(),
            name,
            code: first_code(document.r#type.as_ref()),
            details: Vec::new(),
        }),
    }
}

fn vaccination<'a>(immunization: &'a model::Immunization, index: &mut Index<'a>) -> Vaccination {
    let dose =
        immunization.protocol_applied.iter().find_map(|protocol| match &protocol.dose_number {
            Some(ImmunizationProtocolAppliedDoseNumber::PositiveInt(number)) => {
                Some(number.to_string())
            }
            Some(ImmunizationProtocolAppliedDoseNumber::String(text)) => Some(text.clone()),
            None => None,
        });
    let brand = immunization
        .extension
        .iter()
        .find(|extension| extension.url.as_deref().is_some_and(|url| url.ends_with("/BrandName")))
        .and_then(|extension| match extension.value.as_deref() {
            Some(model::ExtensionValue::String(text)) => Some(text.clone()),
            _ => None,
        });
    let manufacturer = immunization.manufacturer.as_ref().and_then(|reference| {
        let party = super::people::Party::of(reference, index)?;
        Some(party.name)
    });
    Vaccination {
        vaccine: label(immunization.vaccine_code.as_ref()),
        brand,
        date: immunization.occurrence.as_ref().map(|occurrence| match occurrence {
            ImmunizationOccurrence::DateTime(date) => date.to_string(),
            ImmunizationOccurrence::String(text) => text.clone(),
        }),
        dose,
        lot: immunization.lot_number.clone(),
        manufacturer: manufacturer.filter(|name| !name.is_empty()),
        status: immunization.status.clone(),
    }
}

fn money(money: &Money) -> String {
    let value = money.value.as_ref().map(model::Decimal::to_string).unwrap_or_default();
    match &money.currency {
        Some(currency) => format!("{value} {currency}"),
        None => value,
    }
}

fn bill<'a>(invoice: &'a model::Invoice, resource: &'a Resource, index: &mut Index<'a>) -> Bill {
    let mut lines = Vec::new();
    for line in &invoice.line_item {
        let (name, quantity) = match &line.charge_item {
            Some(InvoiceLineItemChargeItem::CodeableConcept(concept)) => {
                (label(Some(concept)), None)
            }
            Some(InvoiceLineItemChargeItem::Reference(reference)) => {
                charge_item(reference, resource, index)
            }
            None => (String::new(), None),
        };
        let prices = line.price_component.iter().map(|price| {
            let kind = label(price.code.as_ref());
            let kind =
                if kind.is_empty() { price.r#type.clone().unwrap_or_default() } else { kind };
            (kind, price.amount.as_ref().map(money).unwrap_or_default())
        });
        lines.push(BillLine { name, quantity, prices: prices.collect() });
    }
    Bill {
        number: invoice.identifier.iter().find_map(|identifier| identifier.value.clone()),
        kind: invoice.r#type.as_ref().and_then(CodeableConcept::label).map(str::to_owned),
        date: invoice.date.clone(),
        status: invoice.status.clone(),
        lines,
        net: invoice.total_net.as_ref().map(money),
        gross: invoice.total_gross.as_ref().map(money),
    }
}

/// The product where there is one, since the code of a charge item is only its billing group.
fn charge_item<'a>(
    reference: &Reference,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> (String, Option<String>) {
    let Some(found @ Resource::ChargeItem(charge)) = index.follow(reference, Some(holder)) else {
        return (reference.display.clone().unwrap_or_default(), None);
    };
    let product = match &charge.product {
        Some(model::ChargeItemProduct::CodeableConcept(concept)) => label(Some(concept)),
        Some(model::ChargeItemProduct::Reference(reference)) => {
            let medicine = medication(reference, found, index).map(|concept| label(Some(concept)));
            medicine.or_else(|| reference.display.clone()).unwrap_or_default()
        }
        None => String::new(),
    };
    let name = if product.is_empty() { label(charge.code.as_ref()) } else { product };
    (name, charge.quantity.as_ref().map(self::quantity))
}
