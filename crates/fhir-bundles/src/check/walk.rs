//! Walks a document beside the tables: shape, formats, codes and slices of every element.

use super::{
    Checker, Kind, Severity, claimed,
    codes::check_codes,
    files,
    generated::{RESOURCE_TYPES, RESOURCES},
    guess, invariants, modifiers, narrative,
    near::nearest,
    path::Path,
    primitive::language_fault,
    references::Holder,
    rules::{ElementRule, Node, Primitive, Shape, Slicing, TypeRule},
    targets::{Links, Targets},
};
use crate::{
    codes::HiType,
    json::{Json, Object},
    model::value::MOST_MEMBERS,
};

/// The nodes of the profiles that apply where the walk is.
pub(super) type Nodes = Vec<&'static Node>;

/// One walk over a document or a resource.
pub(super) struct Walk<'c, 'a> {
    pub(super) checker: &'c mut Checker,
    pub(super) targets: &'c Targets<'a>,
    /// What references demand of the resources they lead to, to be judged after the walk.
    pub(super) links: Links,
    /// What the references of the present entry are seen from.
    pub(super) holder: Holder<'a>,
    /// Whether what references lead to is looked at: not in a trial against a single profile.
    pub(super) follow: bool,
    /// By what the document's Composition is judged, when it claims no record profile.
    pub(super) assumed: Option<HiType>,
}

impl<'c, 'a> Walk<'c, 'a> {
    pub(super) fn new(checker: &'c mut Checker, targets: &'c Targets<'a>, follow: bool) -> Self {
        Self {
            checker,
            targets,
            links: Links::default(),
            holder: Holder::default(),
            follow,
            assumed: None,
        }
    }

    /// The resource of an entry, or the document itself.
    pub(super) fn entry_resource(
        &mut self,
        json: &'a Json,
        full_url: Option<&'a str>,
        extra: Nodes,
        path: &Path<'_>,
    ) {
        let outer = std::mem::replace(&mut self.holder, Holder::of(json, full_url));
        self.resource(json, extra, path);
        self.holder = outer;
    }

    /// A resource by its declared type and profiles.
    fn resource(&mut self, json: &'a Json, extra: Nodes, path: &Path<'_>) {
        let Some(object) = json.as_object() else {
            self.wrong_kind(json, "an object", path);
            return;
        };
        let Some(name) = object.get("resourceType").and_then(Json::as_str) else {
            self.checker.error(
                path.name("resourceType").to_string(),
                "required",
                Kind::Shape,
                "the resource does not say its type",
                "write \"resourceType\" with a FHIR resource name",
            );
            return;
        };
        let Some(rule) = type_rule(name) else {
            return self.not_modelled(json, name, path);
        };
        let mut nodes = extra;
        for profile in claimed::declared(json) {
            self.claim(profile, name, &mut nodes, path);
        }
        if name == "Composition" && super::bundle::record_kind(json).is_none() {
            // Judged by what it seems to be, so that everything is reported in one go.
            let assumed = self.assumed.take().or_else(|| guess::by_type(json));
            let profile = assumed.and_then(|kind| claimed::profile(kind.profile_name()));
            nodes.extend(profile.map(|profile| &profile.root));
        }
        self.object(object, rule, &nodes, path, true);
        invariants::resource(json, name, path, self.checker);
        if claimed::is_vital_sign(json) {
            invariants::vital_sign(json, path, self.checker);
        }
    }

    fn not_modelled(&mut self, json: &Json, name: &str, path: &Path<'_>) {
        if RESOURCE_TYPES.binary_search(&name).is_ok() {
            self.checker.add(
                Severity::Information,
                path.to_string(),
                "resource-not-checked",
                Kind::Shape,
                "a resource of a type that ABDM documents do not use; its content was not checked",
                "leave it out unless the receiver asked for it",
            );
            modifiers::scan(json, path, self.checker);
            return;
        }
        let help = match nearest(name, RESOURCE_TYPES.iter().copied()) {
            Some(near) => format!("write {near}"),
            None => "write the exact name, such as Patient or MedicationRequest".to_owned(),
        };
        self.checker.error(
            path.name("resourceType").to_string(),
            "resource-type",
            Kind::Shape,
            "no resource of FHIR R4 has this name",
            help,
        );
    }

    pub(super) fn object(
        &mut self,
        object: &'a Object,
        rule: &'static TypeRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
        is_resource: bool,
    ) {
        if object.is_empty() {
            self.checker.error(
                path.to_string(),
                "ele-1",
                Kind::Invariant,
                "an element without content",
                "fill it, or leave it out",
            );
            return;
        }
        if object.len() > MOST_MEMBERS {
            self.checker.error(
                path.to_string(),
                "object-size",
                Kind::Shape,
                format!("an object with more than {MOST_MEMBERS} members"),
                "no FHIR element has so many; look at what wrote it",
            );
            return;
        }
        self.doubled(object, path);
        for (name, value) in object.iter() {
            if is_resource && name == "resourceType" {
                continue;
            }
            if let Some(plain) = name.strip_prefix('_') {
                self.twin(plain, value, object, rule, nodes, path);
            } else if let Some(element) = rule.element(name) {
                let member = Member { name, element, owner: rule, object };
                self.member(member, value, nodes, path);
            } else {
                self.unknown(name, rule, path);
            }
        }
        self.presence(object, rule, nodes, path);
        if !is_resource {
            invariants::element(object, rule.name, path, self.checker);
        }
        match rule.name {
            "Reference" => self.reference(object, path),
            "Attachment" | "Binary" => files::check(object, path, self.checker),
            "Coding" | "Identifier" => self.system(object, path),
            _ => {}
        }
    }

    /// The system of a code or number: a name that is the same everywhere.
    fn system(&mut self, object: &Object, path: &Path<'_>) {
        let Some(system) = super::bundle::member_text(object, "system") else { return };
        let is_absolute = system.split_once(':').is_some_and(|(scheme, _)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        });
        if !is_absolute {
            self.checker.error(
                path.name("system").to_string(),
                "system-absolute",
                Kind::Format,
                "a system that is no absolute URI",
                "write the whole URI, such as https://clinic.example/mrn or urn:oid:1.2.36.146",
            );
        }
    }

    fn doubled(&mut self, object: &Object, path: &Path<'_>) {
        let mut names: Vec<&str> = object.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        let mut last = None;
        for pair in names.windows(2) {
            if let [one, other] = pair
                && one == other
                && last != Some(*one)
            {
                last = Some(one);
                self.checker.error(
                    path.name(one).to_string(),
                    "doubled-member",
                    Kind::Shape,
                    "the member is there twice; most readers see one of them",
                    "write it once",
                );
            }
        }
    }

    pub(super) fn unknown(&mut self, name: &str, rule: &TypeRule, path: &Path<'_>) {
        // Names come from outside; a strange one is not repeated at length.
        let shown: String = name.chars().take(60).filter(|c| !c.is_control()).collect();
        let of_choice = rule
            .elements
            .iter()
            .find(|element| !element.choice.is_empty() && element.choice == name)
            .map(|element| element.name);
        let names = rule.elements.iter().map(|element| element.name);
        let help = match of_choice.or_else(|| nearest(name, names)) {
            Some(near) => format!("write {near}"),
            None => format!("take it out; {} has no such element in R4", rule.name),
        };
        self.checker.error(
            path.name(&shown).to_string(),
            "unknown-element",
            Kind::Shape,
            "an element that R4 does not know",
            help,
        );
    }

    fn member(
        &mut self,
        member: Member<'a>,
        value: &'a Json,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let Member { name, element, owner, .. } = member;
        let here = path.name(name);
        let inner: Nodes = nodes
            .iter()
            .flat_map(|node| node.children)
            .filter(|child| {
                child.name == name || (!element.choice.is_empty() && child.name == element.choice)
            })
            .collect();
        for node in &inner {
            self.choice_allowed(name, node, &here);
        }
        match (value, element.list) {
            (Json::Array(items), true) => {
                if items.is_empty() {
                    self.checker.error(
                        here.to_string(),
                        "empty-array",
                        Kind::Shape,
                        "an empty array",
                        "leave the element out instead",
                    );
                }
                self.list(items, member, &inner, &here);
            }
            (Json::Array(_), false) => {
                self.wrong_kind(value, "a single value, not an array", &here);
            }
            (_, true) => self.wrong_kind(value, "an array; write it with [ and ]", &here),
            (_, false) if name == "resource" && owner.name == "Bundle.entry" => {
                let full_url = super::bundle::member_text(member.object, "fullUrl");
                self.entry_resource(value, full_url, Vec::new(), &here);
            }
            (_, false) => {
                self.value(value, element, &inner, &here);
                check_codes(value, element, &inner, &here, self.checker);
                // An expression's language is a media type, such as text/cql.
                if name == "language" && owner.name != "Expression" {
                    self.language(value, &here);
                }
            }
        }
    }

    fn language(&mut self, value: &Json, here: &Path<'_>) {
        // What is not even a code was reported as that.
        if let Some(text) = value.as_str()
            && Primitive::Code.fault(value).is_none()
            && let Some((rule, message, help)) = language_fault(text)
        {
            self.checker.error(here.to_string(), rule, Kind::Format, message, help);
        }
    }

    fn choice_allowed(&mut self, name: &str, node: &Node, here: &Path<'_>) {
        if !node.choices.is_empty() && !node.choices.contains(&name) {
            self.checker.error(
                here.to_string(),
                "choice-type",
                Kind::Profile,
                "the profile does not allow this type here",
                format!("write {}", node.choices.join(" or ")),
            );
        }
    }

    fn list(
        &mut self,
        items: &'a [Json],
        member: Member<'a>,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let Member { name, element, owner, object } = member;
        let sliced: Vec<(&'static Slicing, Vec<Option<usize>>)> = nodes
            .iter()
            .filter_map(|node| node.slicing.as_ref())
            .map(|slicing| (slicing, items.iter().map(|item| slicing.slice_of(item)).collect()))
            .collect();
        for (slicing, places) in &sliced {
            self.slices(slicing, places, path);
        }
        for (place, item) in items.iter().enumerate() {
            let here = path.place(place);
            if *item == Json::Null && matches!(element.shape, Shape::Primitive(_)) {
                self.null_item(name, place, object, &here);
                continue;
            }
            if name == "modifierExtension" {
                modifiers::report(&here, self.checker);
            }
            if matches!(name, "extension" | "modifierExtension") && owner.name != "Extension" {
                extension_url(item, &here, self.checker);
            }
            let mut inner: Nodes = nodes.to_vec();
            for (slicing, places) in &sliced {
                let slice = places.get(place).copied().flatten();
                inner.extend(slice.and_then(|slice| slicing.slices.get(slice)).map(|s| &s.node));
            }
            self.value(item, element, &inner, &here);
            check_codes(item, element, &inner, &here, self.checker);
        }
        if owner.name == "Composition" && name == "section" {
            super::sections::check(items, &sliced, path, self.checker);
        }
    }

    fn value(
        &mut self,
        value: &'a Json,
        element: &'static ElementRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        match element.shape {
            Shape::Complex(rule) => match value {
                Json::Object(object) => {
                    self.object(object, rule, nodes, path, false);
                    if rule.name == "Reference" {
                        self.lead(object, element, nodes, path);
                    }
                }
                other => self.wrong_kind(other, "an object", path),
            },
            Shape::Primitive(primitive) => {
                let (wanted, is_right) = primitive.json_kind();
                if !is_right(value) {
                    self.wrong_kind(value, wanted, path);
                } else if let Some((rule, message, help)) = primitive.fault(value) {
                    let kind = match rule.starts_with("format-") {
                        true => Kind::Format,
                        false => Kind::Invariant,
                    };
                    self.checker.error(path.to_string(), rule, kind, message, help);
                } else if let (Primitive::Xhtml, Some(text)) = (primitive, value.as_str()) {
                    narrative::check(text, path, self.checker);
                }
            }
            Shape::Resource => self.resource(value, Vec::new(), path),
        }
        for node in nodes {
            self.fixed(value, node, path);
        }
    }

    fn fixed(&mut self, value: &Json, node: &Node, path: &Path<'_>) {
        let Some(fixed) = node.fixed else { return };
        if value.as_str() != Some(fixed) {
            self.checker.error(
                path.to_string(),
                "fixed-value",
                Kind::Code,
                "the profile fixes this value to another",
                format!("write \"{fixed}\""),
            );
        }
    }

    pub(super) fn wrong_kind(&mut self, value: &Json, wanted: &str, path: &Path<'_>) {
        self.checker.error(
            path.to_string(),
            "wrong-type",
            Kind::Shape,
            format!("it is {}", value.kind()),
            format!("write {wanted}"),
        );
    }
}

/// The URL of an extension is absolute; only within another extension is it a name.
fn extension_url(extension: &Json, path: &Path<'_>, checker: &mut Checker) {
    let url = extension.get("url").and_then(Json::as_str).filter(|url| !url.is_empty());
    let Some(url) = url else { return };
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    };
    if !url.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty()) {
        checker.error(
            path.name("url").to_string(),
            "extension-url",
            Kind::Format,
            "the URL of an extension is relative, so that nobody can tell which one it is",
            "write the whole URL, such as https://hospital.example/fhir/StructureDefinition/name",
        );
    }
}

/// A member of an object that its type knows.
#[derive(Clone, Copy)]
struct Member<'a> {
    name: &'a str,
    element: &'static ElementRule,
    owner: &'static TypeRule,
    object: &'a Object,
}

fn type_rule(name: &str) -> Option<&'static TypeRule> {
    let place = RESOURCES.binary_search_by_key(&name, |rule| rule.name).ok()?;
    RESOURCES.get(place).copied()
}
