//! Walks a document beside the tables: shape, formats, codes, slices, and where references lead.

use std::collections::BTreeMap;

use super::{
    Checker, Kind, Severity,
    codes::check_codes,
    generated::{PROFILES, RESOURCE_TYPES, RESOURCES, TWIN},
    invariants,
    path::Path,
    primitive::language_fault,
    rules::{ElementRule, Node, Primitive, Profile, Rules, Shape, Slicing, TypeRule},
    targets::{Links, Targets},
};
use crate::{
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
    /// Ids of the resources that the present one contains.
    contained: BTreeMap<&'a str, &'a str>,
    /// Whether what references lead to is looked at: not in a trial against a single profile.
    pub(super) follow: bool,
}

impl<'c, 'a> Walk<'c, 'a> {
    pub(super) fn new(checker: &'c mut Checker, targets: &'c Targets<'a>, follow: bool) -> Self {
        Self { checker, targets, links: Links::default(), contained: BTreeMap::new(), follow }
    }

    /// A resource by its declared type and profiles.
    pub(super) fn resource(&mut self, json: &'a Json, extra: Nodes, path: &Path<'_>) {
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
            if RESOURCE_TYPES.binary_search(&name).is_err() {
                self.checker.error(
                    path.name("resourceType").to_string(),
                    "resource-type",
                    Kind::Shape,
                    "no resource of FHIR R4 has this name",
                    "write the exact name, such as Patient or MedicationRequest",
                );
            } else {
                self.checker.add(
                    Severity::Information,
                    path.to_string(),
                    "resource-not-checked",
                    Kind::Shape,
                    "a resource of a type that ABDM documents do not use; its content was not checked",
                    "leave it out unless the receiver asked for it",
                );
            }
            return;
        };
        let mut nodes = extra;
        for profile in declared(json) {
            self.declared_profile(profile, name, &mut nodes, path);
        }
        if name == "Composition" && super::bundle::record_kind(json).is_none() {
            // Judged by what it seems to be, so that everything is reported in one go.
            let guess =
                super::bundle::guessed_kind(json).and_then(|kind| profile(kind.profile_name()));
            nodes.extend(guess.map(|profile| &profile.root));
        }
        let outer = std::mem::take(&mut self.contained);
        let contained = object.get("contained").and_then(Json::as_array).unwrap_or_default();
        self.contained = contained
            .iter()
            .filter_map(|inner| {
                Some((inner.get("id")?.as_str()?, inner.get("resourceType")?.as_str()?))
            })
            .collect();
        self.object(object, rule, &nodes, path, true);
        self.contained = outer;
        invariants::resource(json, name, path, self.checker);
    }

    fn declared_profile(&mut self, url: &str, type_: &str, nodes: &mut Nodes, path: &Path<'_>) {
        let Some(name) = profile_name(url) else {
            return;
        };
        match profile(name) {
            Some(profile) if profile.type_ == type_ => {
                if !nodes.iter().any(|node| std::ptr::eq(*node, &profile.root)) {
                    nodes.push(&profile.root);
                }
            }
            Some(profile) => self.checker.error(
                path.name("meta").name("profile").to_string(),
                "profile-type",
                Kind::Profile,
                format!("{name} is a profile of {}, not of {type_}", profile.type_),
                "name the profile of this resource's own type",
            ),
            None => self.checker.warning(
                path.name("meta").name("profile").to_string(),
                "profile-known",
                Kind::Profile,
                "the NRCES profile is not one for documents",
                "name a profile of the guide ndhm.in 6.5.0",
            ),
        }
    }

    fn object(
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
                self.twin(plain, value, object, rule, path);
            } else if let Some(element) = rule.element(name) {
                self.member(name, value, element, rule, nodes, path);
            } else {
                self.unknown(name, rule, path);
            }
        }
        self.presence(object, rule, nodes, path);
        if !is_resource {
            invariants::element(object, rule.name, path, self.checker);
        }
        if rule.name == "Reference" {
            self.reference(object, path);
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

    fn unknown(&mut self, name: &str, rule: &TypeRule, path: &Path<'_>) {
        // Names come from outside; a strange one is not repeated at length.
        let shown: String = name.chars().take(60).filter(|c| !c.is_control()).collect();
        let near = rule.elements.iter().find(|element| {
            element.name.eq_ignore_ascii_case(name)
                || (!element.choice.is_empty() && element.choice == name)
        });
        let help = match near {
            Some(near) => format!("write {}", near.name),
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

    /// `_name` holds id and extensions of a primitive `name`.
    fn twin(
        &mut self,
        plain: &str,
        value: &'a Json,
        object: &'a Object,
        rule: &'static TypeRule,
        path: &Path<'_>,
    ) {
        let name = format!("_{plain}");
        let here = path.name(&name);
        let Some(element) = rule.element(plain) else {
            self.unknown(&name, rule, path);
            return;
        };
        if !matches!(element.shape, Shape::Primitive(_)) {
            self.unknown(&name, rule, path);
            return;
        }
        let items: &[Json] = match (value, element.list) {
            (Json::Array(items), true) => items,
            (Json::Object(_), false) => std::slice::from_ref(value),
            _ => {
                let wanted = if element.list { "an array" } else { "an object" };
                self.wrong_kind(value, wanted, &here);
                return;
            }
        };
        if let (Json::Array(twins), Some(Json::Array(values))) = (value, object.get(plain))
            && twins.len() != values.len()
        {
            self.checker.error(
                here.to_string(),
                "twin-length",
                Kind::Shape,
                "the array is not as long as that of the values",
                "fill the shorter one with null",
            );
        }
        for (place, item) in items.iter().enumerate() {
            let inner = here.place(place);
            let item_path = if element.list { &inner } else { &here };
            match item {
                Json::Object(object) => {
                    self.object(object, TWIN, &[], item_path, false);
                }
                Json::Null if element.list => {}
                other => self.wrong_kind(other, "an object with id or extension", item_path),
            }
        }
    }

    fn member(
        &mut self,
        name: &'a str,
        value: &'a Json,
        element: &'static ElementRule,
        rule: &'static TypeRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
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
                self.list(items, element, rule, &inner, &here);
            }
            (Json::Array(_), false) => {
                self.wrong_kind(value, "a single value, not an array", &here);
            }
            (_, true) => self.wrong_kind(value, "an array; write it with [ and ]", &here),
            (_, false) => {
                self.value(value, element, &inner, &here);
                check_codes(value, element, &inner, &here, self.checker);
                // An expression's language is a media type, such as text/cql.
                if name == "language" && rule.name != "Expression" {
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
        element: &'static ElementRule,
        rule: &'static TypeRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let sliced: Vec<(&'static Slicing, Vec<Option<usize>>)> = nodes
            .iter()
            .filter_map(|node| node.slicing.as_ref())
            .map(|slicing| (slicing, items.iter().map(|item| slicing.slice_of(item)).collect()))
            .collect();
        for (slicing, places) in &sliced {
            self.slices(slicing, places, path);
        }
        let is_section = rule.name == "Composition" && element.name == "section";
        for (place, item) in items.iter().enumerate() {
            let here = path.place(place);
            let mut inner: Nodes = nodes.to_vec();
            for (slicing, places) in &sliced {
                let slice = places.get(place).copied().flatten();
                inner.extend(slice.and_then(|slice| slicing.slices.get(slice)).map(|s| &s.node));
            }
            self.value(item, element, &inner, &here);
            check_codes(item, element, &inner, &here, self.checker);
        }
        if is_section {
            super::sections::check(items, &sliced, path, self.checker);
        }
    }

    fn slices(&mut self, slicing: &Slicing, places: &[Option<usize>], path: &Path<'_>) {
        for (number, slice) in slicing.slices.iter().enumerate() {
            let mut of_slice =
                places.iter().enumerate().filter(|(_, place)| **place == Some(number));
            let count = of_slice.clone().count();
            if count < slice.node.min {
                self.checker.error(
                    path.to_string(),
                    "slice-min",
                    Kind::Profile,
                    format!("{} is missing", slice.name),
                    format!("add one whose {} is {}", slicing.path, slice.values.join(" or ")),
                );
            }
            if let Some(max) = slice.node.max
                && count > max
                && let Some((place, _)) = of_slice.nth(max)
            {
                self.checker.error(
                    path.place(place).to_string(),
                    "slice-max",
                    Kind::Profile,
                    format!("{} is there {count} times, at most {max} is allowed", slice.name),
                    "put what belongs together into one",
                );
            }
        }
        let last_known = places.iter().rposition(Option::is_some);
        for (place, slice) in places.iter().enumerate() {
            if slice.is_some() {
                continue;
            }
            let known: Vec<&str> =
                slicing.slices.iter().flat_map(|slice| slice.values).copied().collect();
            match slicing.rules {
                Rules::Closed => self.checker.error(
                    path.place(place).to_string(),
                    "slice-closed",
                    Kind::Profile,
                    format!("its {} is none of those that the profile allows here", slicing.path),
                    format!("write {} with one of: {}", slicing.path, known.join(", ")),
                ),
                Rules::OpenAtEnd if last_known.is_some_and(|last| place < last) => {
                    self.checker.error(
                        path.place(place).to_string(),
                        "slice-order",
                        Kind::Profile,
                        "one that the guide does not name stands before one that it names",
                        "move it to the end, or give it the code that the guide has for it",
                    );
                }
                Rules::OpenAtEnd | Rules::Open => {}
            }
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
                // In a list, null marks a value of which only the twin says anything.
                if element.list && *value == Json::Null {
                    return;
                }
                let (wanted, is_right) = primitive.json_kind();
                if !is_right(value) {
                    self.wrong_kind(value, wanted, path);
                } else if let Some((rule, message, help)) = primitive.fault(value) {
                    let kind = match rule.starts_with("format-") {
                        true => Kind::Format,
                        false => Kind::Invariant,
                    };
                    self.checker.error(path.to_string(), rule, kind, message, help);
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

    /// What is missing, and what is there too often.
    fn presence(
        &mut self,
        object: &Object,
        rule: &'static TypeRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let mut last_choice = "";
        for element in rule.elements {
            if element.choice.is_empty() {
                let missing = element.min > 0 && !is_present(object, element.name);
                if missing {
                    self.missing(element.name, rule.name, Kind::Shape, path);
                }
            } else if element.choice != last_choice {
                last_choice = element.choice;
                let given = count_choice(object, rule, element.choice);
                if element.min > 0 && given == 0 {
                    self.missing(&format!("{}[x]", element.choice), rule.name, Kind::Shape, path);
                }
                if given > 1 {
                    self.checker.error(
                        path.name(element.choice).to_string(),
                        "choice-once",
                        Kind::Shape,
                        format!("{}[x] is given with {given} types", element.choice),
                        "keep one of them",
                    );
                }
            }
        }
        for node in nodes {
            for child in node.children {
                self.child_presence(object, rule, child, path);
            }
        }
    }

    fn child_presence(
        &mut self,
        object: &Object,
        rule: &'static TypeRule,
        child: &Node,
        path: &Path<'_>,
    ) {
        let count = match object.get(child.name) {
            Some(Json::Array(items)) => items.len(),
            Some(_) => 1,
            None => count_choice(object, rule, child.name),
        };
        let base_min = rule
            .elements
            .iter()
            .find(|element| element.name == child.name || element.choice == child.name)
            .map_or(0, |element| usize::from(element.min));
        if count < child.min && !(count == 0 && base_min > 0) {
            let name = child.name;
            if count == 0 {
                self.missing(name, rule.name, Kind::Profile, path);
            } else {
                self.checker.error(
                    path.name(name).to_string(),
                    "min",
                    Kind::Profile,
                    format!("{count} given, the profile wants at least {}", child.min),
                    "add what is missing",
                );
            }
        }
        if let Some(max) = child.max
            && count > max
        {
            self.checker.error(
                path.name(child.name).to_string(),
                "max",
                Kind::Profile,
                format!("{count} given, the profile allows at most {max}"),
                if max == 0 { "take it out".to_owned() } else { format!("keep {max}") },
            );
        }
    }

    fn missing(&mut self, name: &str, owner: &str, kind: Kind, path: &Path<'_>) {
        let whose = if kind == Kind::Profile { "the NRCES profile" } else { "FHIR R4" };
        self.checker.error(
            path.name(name).to_string(),
            "required",
            kind,
            format!("{name} is missing"),
            format!("add {name}; {whose} demands it in {owner}"),
        );
    }

    fn wrong_kind(&mut self, value: &Json, wanted: &str, path: &Path<'_>) {
        self.checker.error(
            path.to_string(),
            "wrong-type",
            Kind::Shape,
            format!("it is {}", value.kind()),
            format!("write {wanted}"),
        );
    }

    /// A reference's own parts.
    fn reference(&mut self, object: &Object, path: &Path<'_>) {
        let Some(type_) = object.get("type").and_then(Json::as_str) else {
            return;
        };
        let name = type_.rsplit('/').next().unwrap_or(type_);
        if RESOURCE_TYPES.binary_search(&name).is_err() {
            self.checker.error(
                path.name("type").to_string(),
                "reference-type",
                Kind::Reference,
                "no resource of FHIR R4 has this name",
                "write the exact name of the type that the reference leads to",
            );
        }
    }

    /// Where a reference leads, and what is wanted there.
    fn lead(
        &mut self,
        object: &'a Object,
        element: &'static ElementRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let Some(text) = object.get("reference").and_then(Json::as_str) else {
            return;
        };
        let here = path.name("reference");
        let (type_, entry) = if let Some(id) = text.strip_prefix('#') {
            match self.contained.get(id) {
                Some(type_) => (*type_, None),
                None if id.is_empty() => return,
                None => return self.dangling("a contained resource that is not there", &here),
            }
        } else {
            match self.targets.find(text) {
                Some(found) => (found.type_, Some(found.place)),
                None => {
                    let what = if self.targets.find_by_id(text) {
                        "a resource that is there under another fullUrl"
                    } else {
                        "nothing in the document"
                    };
                    return self.dangling(what, &here);
                }
            }
        };
        if let Some(said) = object.get("type").and_then(Json::as_str)
            && RESOURCE_TYPES.binary_search(&said.rsplit('/').next().unwrap_or(said)).is_ok()
            && said.rsplit('/').next() != Some(type_)
        {
            self.checker.error(
                path.name("type").to_string(),
                "reference-type",
                Kind::Reference,
                format!("the reference leads to a resource of type {type_}"),
                format!("write \"type\": \"{type_}\", or point to the right resource"),
            );
        }
        if !element.targets.is_empty() && !element.targets.contains(&type_) {
            self.wrong_target(type_, &element.targets.join(", "), Kind::Reference, &here);
            return;
        }
        for node in nodes.iter().filter(|node| !node.targets.is_empty()) {
            let of_type: Vec<_> =
                node.targets.iter().filter(|target| target.type_ == type_).collect();
            if of_type.is_empty() {
                let allowed: Vec<_> = node
                    .targets
                    .iter()
                    .map(|target| target.profile.unwrap_or(target.type_))
                    .collect();
                self.wrong_target(type_, &allowed.join(", "), Kind::Profile, &here);
            } else if let Some(entry) = entry {
                let profiles: Option<Vec<_>> =
                    of_type.iter().map(|target| target.profile).collect();
                if let Some(profiles) = profiles.filter(|_| self.follow) {
                    self.links.add(entry, profiles, &here);
                }
            }
        }
    }

    fn dangling(&mut self, what: &str, here: &Path<'_>) {
        self.checker.error(
            here.to_string(),
            "reference-resolves",
            Kind::Reference,
            format!("the reference leads to {what}"),
            "add the resource as an entry, or point to the fullUrl of one that is there",
        );
    }

    fn wrong_target(&mut self, type_: &str, allowed: &str, kind: Kind, here: &Path<'_>) {
        self.checker.error(
            here.to_string(),
            "reference-target",
            kind,
            format!("the reference leads to a resource of type {type_}"),
            format!("point to one of: {allowed}"),
        );
    }
}

pub(super) fn type_rule(name: &str) -> Option<&'static TypeRule> {
    let place = RESOURCES.binary_search_by_key(&name, |rule| rule.name).ok()?;
    RESOURCES.get(place).copied()
}

pub(super) fn profile(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name).copied()
}

/// The name of an NRCES profile, without a version.
pub(super) fn profile_name(url: &str) -> Option<&str> {
    let name = url.strip_prefix(crate::codes::PROFILE_BASE)?;
    name.split('|').next()
}

/// The profiles that a resource claims.
pub(super) fn declared(resource: &Json) -> impl Iterator<Item = &str> {
    let profiles = resource.get("meta").and_then(|meta| meta.get("profile"));
    profiles.and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str)
}

fn is_present(object: &Object, name: &str) -> bool {
    // A primitive can be absent for a stated reason, which its twin holds.
    object.contains(name) || object.iter().any(|(key, _)| key.strip_prefix('_') == Some(name))
}

fn count_choice(object: &Object, rule: &TypeRule, choice: &str) -> usize {
    rule.elements
        .iter()
        .filter(|element| element.choice == choice && is_present(object, element.name))
        .count()
}
