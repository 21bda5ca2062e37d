use std::collections::BTreeMap;

use super::{
    Record, Section,
    entry::Entry,
    index::{Held, Index, Whose},
    item::{Item, items},
    labels::{Details, first_code, linked},
    modifiers,
    people::{Party, Person, Stay},
    said,
    standing::{MarkKind, Narrative, Standing, Stated},
    unread::{Unread, leftovers},
};
use crate::{
    Language,
    document::DocumentBundle,
    language::Phrase,
    model::{
        Bundle, Composition, CompositionRelatesToTarget, CompositionSection, Patient, Reference,
        Resource,
    },
    words,
};

pub(super) fn read(bundle: &DocumentBundle, language: Language) -> Record {
    let held = Held::of(&bundle.bundle().entry);
    let mut index = Index::of(&bundle.bundle().entry, &held, language);
    let holder = bundle.resources().find(|r| matches!(r, Resource::Composition(_)));
    let composition = bundle.composition();
    let hi_type = bundle.hi_type();
    let mut record = Record {
        hi_type,
        title: composition
            .and_then(|composition| composition.title.clone())
            .filter(|title| !title.trim().is_empty())
            .or_else(|| hi_type.map(|kind| kind.title().to_owned()))
            .unwrap_or_else(|| language.say(Phrase::HealthRecord).to_owned()),
        status: composition.and_then(|composition| composition.status.clone()),
        standing: document_standing(bundle.bundle(), holder, &index),
        tag: bundle.language().map(str::to_owned),
        language,
        date: composition.and_then(|composition| composition.date.clone()),
        patient: None,
        authors: Vec::new(),
        organization: None,
        stay: None,
        details: Vec::new(),
        narrative: composition.and_then(|composition| Narrative::of(composition.text.as_ref())),
        sections: Vec::new(),
        unread: Vec::new(),
        in_own_words: None,
    };
    index.date = record.date.as_ref().map(|date| words::when(date.as_str(), index.language));
    index.tag.clone_from(&record.tag);
    patient(bundle, composition, &mut index, &mut record);
    if let (Some(composition), Some(holder)) = (composition, holder) {
        people(composition, holder, &mut index, &mut record);
        record.details = details(composition, holder, &mut index);
        record.sections =
            composition.section.iter().map(|s| section(s, holder, &mut index, 0)).collect();
    }
    record.details.extend(signature(bundle.bundle(), language));
    let others = bundle.resources().filter(|other| {
        matches!(other, Resource::Composition(_))
            && !holder.is_some_and(|h| std::ptr::eq(h, *other))
    });
    for other in others {
        record.sections.push(another_composition(other, &mut index));
    }
    let unreached = unreached(bundle, &index);
    record.sections.extend(also(bundle, &mut index));
    let mut grave = Standing::plain();
    grave.inherit_grave(&record.standing);
    for section in &mut record.sections {
        inherit(section, &grave, Phrase::OfDocument, language);
    }
    record.unread = unread(bundle, &index, &unreached);
    record
}

/// What is said against the whole document: by its Composition and by the bundle.
fn document_standing(
    bundle: &Bundle,
    composition: Option<&Resource>,
    index: &Index<'_>,
) -> Standing {
    let mut standing =
        composition.map(|found| modifiers::of_itself(found, index)).unwrap_or_default();
    modifiers::of_rules(bundle.implicit_rules.as_deref(), &mut standing, index.language);
    for (name, _) in bundle.extra.iter() {
        if matches!(name, "modifierExtension" | "implicitRules") {
            let words = index.language.fill(Phrase::WarningBundle, &[name]);
            standing.add(MarkKind::UnknownModifier, words);
        }
    }
    standing
}

/// Whom the record is about: the Composition's subject, else the patient whom most resources name.
fn patient<'a>(
    bundle: &'a DocumentBundle,
    composition: Option<&'a Composition>,
    index: &mut Index<'a>,
    record: &mut Record,
) {
    let subject = composition.and_then(|composition| composition.subject.as_ref());
    let display = subject.and_then(|subject| subject.display.as_deref());
    let holder = bundle.resources().find(|r| matches!(r, Resource::Composition(_)));
    let mut found = match subject.and_then(|subject| index.follow(subject, holder)) {
        Some(resource @ Resource::Patient(patient)) => Some((resource, &**patient)),
        _ => None,
    };
    if found.is_none() {
        let mut named: BTreeMap<usize, usize> = BTreeMap::new();
        let patients: Vec<(&Resource, &Patient)> = bundle
            .resources()
            .filter_map(|resource| match resource {
                Resource::Patient(patient) => Some((resource, &**patient)),
                _ => None,
            })
            .collect();
        if patients.len() > 1 {
            for resource in bundle.resources() {
                let about = modifiers::subject(resource);
                let about = about.and_then(|about| index.peek(about, Some(resource)));
                let place = patients.iter().position(|(patient, _)| {
                    about.is_some_and(|about| std::ptr::eq(about, *patient))
                });
                if let Some(place) = place {
                    *named.entry(place).or_default() += 1;
                }
            }
        }
        let best = named.iter().max_by_key(|(place, count)| (**count, usize::MAX - **place));
        found = patients.get(best.map_or(0, |(place, _)| *place)).copied();
    }
    if let Some((resource, patient)) = found {
        index.first_time(resource);
        index.set_patient(Some(patient), subject);
        record.patient = Person::of_resource(resource, display, index);
    } else {
        index.set_patient(None, subject);
        record.patient = display.map(|name| Person::only_named(name, index.language));
    }
}

fn people<'a>(
    composition: &'a Composition,
    holder: &'a Resource,
    index: &mut Index<'a>,
    record: &mut Record,
) {
    let parties: Vec<_> = composition
        .author
        .iter()
        .filter_map(|author| Party::of(author, Some(holder), index))
        .collect();
    let encounter =
        composition.encounter.as_ref().and_then(|reference| index.follow(reference, Some(holder)));
    let mut provider = None;
    let mut visit = None;
    if let Some(found @ Resource::Encounter(encounter)) = encounter {
        provider = encounter.service_provider.as_ref().map(|provider| (provider, found));
        visit = Some((encounter, found));
    }
    record.organization = composition
        .custodian
        .as_ref()
        .and_then(|custodian| Party::of(custodian, Some(holder), index))
        .or_else(|| provider.and_then(|(provider, found)| Party::of(provider, Some(found), index)))
        .or_else(|| parties.iter().find(|party| party.kind == "Organization").cloned());
    index.authors = parties.iter().chain(&record.organization).map(Party::words).collect();
    if let Some((encounter, found)) = visit {
        index.first_time(found);
        let mut stay = Stay::of(encounter, found, index);
        let authors = index.authors.clone();
        stay.parts_mut().1.details.retain(|(_, words)| !authors.contains(words));
        record.stay = Some(stay);
    }
    record.authors = parties;
}

/// What a Composition says of itself beside its sections.
fn details<'a>(
    composition: &'a Composition,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Vec<(String, String)> {
    let mut details = Details::of(index.language);
    for attester in &composition.attester {
        let who = attester.party.as_ref().and_then(|party| Party::of(party, Some(holder), index));
        let who = who.map(|who| who.words()).filter(|who| !index.authors.contains(who));
        let mode = attester.mode.as_deref();
        let mode = mode.map(|mode| words::code_words(mode, index.language));
        let time = index.other_date(attester.time.as_ref().map(|time| time.as_str()));
        details.add(
            Phrase::Attested,
            who.or_else(|| time.clone()).map(|who| {
                let facts = [mode, time.filter(|time| *time != who)];
                match words::joined(facts.into_iter().flatten(), ", ") {
                    Some(facts) => format!("{who} ({facts})"),
                    None => who,
                }
            }),
        );
    }
    for relation in &composition.relates_to {
        let target = match &relation.target {
            Some(CompositionRelatesToTarget::Identifier(identifier)) => identifier.value.clone(),
            Some(CompositionRelatesToTarget::Reference(reference)) => {
                let words = linked(std::slice::from_ref(reference), holder, index);
                words.or_else(|| Some(index.language.say(Phrase::AnotherRecord).to_owned()))
            }
            None => None,
        };
        let code = relation.code.as_deref();
        let code = code.map(|code| words::code_words(code, index.language));
        details.add(Phrase::Relation, words::joined(code.into_iter().chain(target), " "));
    }
    for event in &composition.event {
        let facts = [
            words::concepts(&event.code),
            event.period.as_ref().and_then(|it| words::period(it, index.language)),
            linked(&event.detail, holder, index),
        ];
        details.add(Phrase::Event, words::joined(facts.into_iter().flatten(), ", "));
    }
    details.add(Phrase::Category, words::concepts(&composition.category));
    let secret = composition.confidentiality.as_deref().filter(|code| *code != "N");
    details.add(
        Phrase::Confidentiality,
        secret.map(|code| {
            let phrase = match code {
                "R" => Phrase::Restricted,
                "V" => Phrase::VeryRestricted,
                "L" => Phrase::LowConfidentiality,
                "M" => Phrase::ModerateConfidentiality,
                "U" => Phrase::Unrestricted,
                other => return other.to_owned(),
            };
            index.language.say(phrase).to_owned()
        }),
    );
    details.into_vec()
}

/// That somebody signed; whether the signature is good is nothing that a reader can tell.
fn signature(bundle: &Bundle, language: Language) -> Option<(String, String)> {
    let signature = bundle.signature.as_ref()?;
    let who = signature.who.as_ref().and_then(|who| who.display.clone());
    let when = signature.when.as_ref().map(|when| words::when(when.as_str(), language));
    let words = words::joined(who.into_iter().chain(when), ", ").unwrap_or_default();
    let words = format!("{words} {}", language.say(Phrase::NotVerified));
    Some((language.say(Phrase::Signature).to_owned(), words.trim().to_owned()))
}

fn section<'a>(
    section: &'a CompositionSection,
    holder: &'a Resource,
    index: &mut Index<'a>,
    depth: usize,
) -> Section {
    let mut standing = modifiers::of_element(section, index.language);
    let focus = section.focus.as_ref().map(|focus| index.whose(focus, Some(holder)));
    if let Some(words) = focus.and_then(Whose::words) {
        standing.add(MarkKind::OtherSubject, words);
    }
    let mut all: Vec<Item> = Vec::with_capacity(section.entry.len());
    for reference in &section.entry {
        match index.follow(reference, Some(holder)) {
            Some(resource) => {
                let before = all.len();
                all.extend(items(resource, index));
                if let (Resource::Binary(_), Some(item)) = (resource, all.get_mut(before)) {
                    titled(item, reference);
                }
            }
            None => all.push(Item::Entry(Stated::plain(missing(reference, index.language)))),
        }
    }
    // JSON depth is bounded by the reader, so this recursion is too; a model built by hand is not.
    let inner: &[_] = if depth < 16 { &section.section } else { &[] };
    let sections = inner.iter().map(|s| self::section(s, holder, index, depth + 1)).collect();
    let mut details = Details::of(index.language);
    details.add(Phrase::Empty, section.empty_reason.as_ref().map(|why| words::concept(Some(why))));
    for author in &section.author {
        details.add(Phrase::Author, index.not_author(Some(author), holder));
    }
    let mode = section.mode.as_deref().filter(|mode| *mode == "changes");
    details.add(Phrase::Holds, mode.map(|_| index.language.say(Phrase::OnlyChanges).to_owned()));
    let mut read = Section {
        title: section
            .title
            .clone()
            .filter(|title| !title.trim().is_empty())
            .unwrap_or_else(|| words::concept(section.code.as_ref())),
        code: first_code(section.code.as_ref()),
        standing: Standing::plain(),
        details: details.into_vec(),
        narrative: Narrative::of(section.text.as_ref()),
        items: all,
        sections,
    };
    let own = standing.clone();
    inherit(&mut read, &own, Phrase::OfSection, index.language);
    read.standing = standing;
    read
}

fn inherit(section: &mut Section, holder: &Standing, what: Phrase, language: Language) {
    if holder.marks().is_empty() {
        return;
    }
    for item in &mut section.items {
        item.inherit(holder, what, language);
    }
    for inner in &mut section.sections {
        inherit(inner, holder, what, language);
    }
}

/// A Binary has no title of its own; the reference to it may show one.
fn titled(item: &mut Item, reference: &Reference) {
    if let (Item::Attachment(attachment), Some(display)) = (item, &reference.display) {
        attachment.parts_mut().1.title.clone_from(display);
    }
}

/// An entry whose resource is not in the bundle: what its reference says is all there is.
fn missing(reference: &Reference, language: Language) -> Entry {
    let name = reference.display.clone().filter(|name| !name.trim().is_empty());
    let name = name.unwrap_or_else(|| language.say(Phrase::NotInTheDocument).to_owned());
    let kind = reference.r#type.clone().unwrap_or_default();
    let details = vec![said::refers_to_missing(language)];
    Entry { details, ..Entry::named(&kind, name) }
}

/// A further Composition as a part of its own.
fn another_composition<'a>(holder: &'a Resource, index: &mut Index<'a>) -> Section {
    index.first_time(holder);
    let standing = modifiers::standing(holder, index);
    let Resource::Composition(composition) = holder else {
        return Section::titled(index.language.say(Phrase::FurtherRecord));
    };
    let title = composition.title.clone().filter(|title| !title.trim().is_empty());
    let kind = Some(words::concept(composition.r#type.as_ref())).filter(|kind| !kind.is_empty());
    let mut details = Details::of(index.language);
    details.add(Phrase::Kind, kind.clone().filter(|_| title.is_some()));
    details.add(
        Phrase::Date,
        composition.date.as_ref().map(|date| words::when(date.as_str(), index.language)),
    );
    let authors: Vec<_> = composition
        .author
        .iter()
        .filter_map(|author| Party::of(author, Some(holder), index))
        .map(|party| party.words())
        .collect();
    details.add(Phrase::By, words::joined(authors, "; "));
    if let Some(custodian) = &composition.custodian {
        details
            .add(Phrase::At, Party::of(custodian, Some(holder), index).map(|party| party.words()));
    }
    let visit: Vec<_> = composition.encounter.iter().cloned().collect();
    details.add(Phrase::Visit, linked(&visit, holder, index));
    let mut all = details.into_vec();
    all.extend(self::details(composition, holder, index));
    let sections = composition.section.iter().map(|s| section(s, holder, index, 1)).collect();
    let further = index.language.say(Phrase::FurtherRecord);
    let mut read = Section {
        code: first_code(composition.r#type.as_ref()),
        details: all,
        narrative: Narrative::of(composition.text.as_ref()),
        sections,
        ..Section::titled(&title.or(kind).unwrap_or_else(|| further.to_owned()))
    };
    let mut grave = Standing::plain();
    grave.inherit_grave(&standing);
    inherit(&mut read, &grave, Phrase::OfRecord, index.language);
    read.standing = standing;
    read
}

/// Everything that was not shown yet, by type: what leads to further resources first.
fn also<'a>(bundle: &'a DocumentBundle, index: &mut Index<'a>) -> Option<Section> {
    let mut by_type: Vec<(String, Vec<Item>)> = Vec::new();
    let all: Vec<&Resource> = bundle
        .resources()
        .flat_map(|resource| std::iter::once(resource).chain(index.contents(resource)))
        .collect();
    for stage in 0..3 {
        for resource in &all {
            if self::stage(resource) != stage
                || index.is_shown(resource)
                || matches!(resource, Resource::Composition(_))
                || (is_part_of_others(resource) && index.is_named(resource))
                || is_same_patient(resource, index)
            {
                continue;
            }
            let kind = resource.resource_type();
            let kind = if kind.is_empty() {
                index.language.say(Phrase::ResourceWithoutType)
            } else {
                kind
            };
            let found = items(resource, index);
            match by_type.iter_mut().find(|(known, _)| known == kind) {
                Some((_, items)) => items.extend(found),
                None => by_type.push((kind.to_owned(), found)),
            }
        }
    }
    if by_type.is_empty() {
        return None;
    }
    let sections = by_type
        .into_iter()
        .map(|(kind, items)| Section {
            items,
            ..Section::titled(&super::other::words_of_type(&kind, index.language))
        })
        .collect();
    Some(Section { sections, ..Section::titled(index.language.say(Phrase::AlsoInTheDocument)) })
}

fn is_same_patient<'a>(resource: &'a Resource, index: &Index<'a>) -> bool {
    matches!(resource, Resource::Patient(patient) if index.is_patient(patient))
}

/// Those that lead to others come first, so that these are shown within them.
fn stage(resource: &Resource) -> u8 {
    match resource {
        Resource::DiagnosticReport(_) | Resource::Invoice(_) | Resource::CarePlan(_) => 0,
        Resource::Observation(observation) if !observation.has_member.is_empty() => 0,
        Resource::MedicationRequest(_)
        | Resource::MedicationStatement(_)
        | Resource::Observation(_)
        | Resource::DocumentReference(_) => 1,
        _ => 2,
    }
}

/// Those that are told enough of where they are named.
fn is_part_of_others(resource: &Resource) -> bool {
    matches!(
        resource,
        Resource::Practitioner(_)
            | Resource::PractitionerRole(_)
            | Resource::Organization(_)
            | Resource::Location(_)
    )
}

/// The places of clinical resources that no section reaches.
fn unreached(bundle: &DocumentBundle, index: &Index<'_>) -> Vec<usize> {
    let entries = bundle.bundle().entry.iter().enumerate();
    entries
        .filter(|(_, entry)| {
            entry.resource.as_ref().is_some_and(|resource| {
                is_clinical(resource) && !index.is_shown(resource) && !index.is_named(resource)
            })
        })
        .map(|(place, _)| place)
        .collect()
}

/// Misshapen and unknown elements, types that are not modelled, references that lead nowhere, and
/// clinical resources that no section reaches.
fn unread(bundle: &DocumentBundle, index: &Index<'_>, unreached: &[usize]) -> Vec<Unread> {
    let language = index.language;
    let mut unread = leftovers(bundle.bundle(), language);
    for (place, entry) in bundle.bundle().entry.iter().enumerate() {
        let path = || format!("Bundle.entry[{place}].resource");
        match &entry.resource {
            None => unread.push(Unread::new(path(), language.say(Phrase::EntryWithoutResource))),
            Some(Resource::Other(_)) => {
                let reason = language.say(Phrase::TypeNotUsed);
                unread.push(Unread::shown(path(), reason));
            }
            Some(_) if unreached.binary_search(&place).is_ok() => {
                unread.push(Unread::shown(path(), language.say(Phrase::NoSectionLeads)));
            }
            Some(_) => {}
        }
    }
    for reference in &index.dangling {
        let path = language.fill(Phrase::ReferenceTo, &[&short(reference)]);
        unread.push(Unread::new(path, language.say(Phrase::LeadsNowhere)));
    }
    unread
}

fn is_clinical(resource: &Resource) -> bool {
    !matches!(
        resource,
        Resource::Composition(_)
            | Resource::Patient(_)
            | Resource::Practitioner(_)
            | Resource::PractitionerRole(_)
            | Resource::Organization(_)
            | Resource::Encounter(_)
            | Resource::RelatedPerson(_)
            | Resource::Location(_)
            | Resource::Device(_)
            | Resource::Medication(_)
            | Resource::Other(_)
    )
}

/// A reference is an address, no health data; a very long one is cut.
fn short(reference: &str) -> String {
    reference.chars().take(80).collect()
}
