//! Writes the tables that the check reads: the shape of the R4 types, and what the profiles add.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::Context as _;

use crate::{
    definitions::{BASE_PROFILES, Definition, Definitions, Element, PROFILES, RESOURCES},
    model::snake,
    terminology,
};

const HEADER: &str =
    "// Generated from the FHIR R4 and NRCES definitions by `cargo xtask generate`. Do not edit.\n";
const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
const NRCES: &str = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/";

pub(crate) fn files(definitions: &Definitions) -> anyhow::Result<Vec<(String, String)>> {
    let mut sets = Sets::default();
    let types = types_file(definitions, &mut sets)?;
    let profiles = profiles_file(definitions, &mut sets)?;
    let root = format!(
        "{HEADER}\nmod codes;\nmod profiles;\nmod types;\n\npub(super) use self::{{\n    codes::{{RESOURCE_TYPES, SYSTEMS}},\n    profiles::{{BASE_PROFILES, PROFILES}},\n    types::{{RESOURCES, TWIN}},\n}};\n"
    );
    Ok(vec![
        ("generated.rs".to_owned(), root),
        ("generated/types.rs".to_owned(), types),
        ("generated/profiles.rs".to_owned(), profiles),
        ("generated/codes.rs".to_owned(), codes_file(definitions, &sets)?),
    ])
}

/// The value sets that tables refer to, by URL, with the name of their static.
#[derive(Default)]
struct Sets {
    used: BTreeMap<String, terminology::Codes>,
}

impl Sets {
    fn reference(&mut self, definitions: &Definitions, url: &str) -> Option<String> {
        if !self.used.contains_key(url) {
            self.used.insert(url.to_owned(), terminology::expand(definitions, url)?);
        }
        Some(set_name(url))
    }
}

fn set_name(url: &str) -> String {
    let last = url.rsplit('/').next().unwrap_or(url);
    format!("VS_{}", last.replace(['-', '.'], "_").to_uppercase())
}

fn static_name(path: &str) -> String {
    snake(path).replace(['.', '_'], "_").replace("__", "_").to_uppercase()
}

/// R4 types: every element by its JSON name.
fn types_file(definitions: &Definitions, sets: &mut Sets) -> anyhow::Result<String> {
    let mut body = String::new();
    let mut done = BTreeSet::new();
    let mut waiting: Vec<String> = RESOURCES.iter().map(|name| (*name).to_owned()).collect();
    // What the twin of a primitive may hold.
    waiting.push("Element".to_owned());
    while let Some(name) = waiting.pop() {
        if !done.insert(name.clone()) {
            continue;
        }
        let definition = definitions.core(&name)?;
        let mut paths = vec![name.clone()];
        paths.extend(
            definition.elements.iter().filter(|e| is_inner(e)).map(|element| element.path.clone()),
        );
        for path in paths {
            let _ = write!(
                body,
                "\nstatic {}: TypeRule = TypeRule {{\n    name: \"{path}\",\n    elements: &[\n",
                static_name(&path)
            );
            for element in definition.children(&path) {
                for line in element_lines(element, definitions, sets, &mut waiting) {
                    let _ = writeln!(body, "        {line}");
                }
            }
            body.push_str("    ],\n};\n");
        }
    }
    let mut table = "\n/// The modelled resources by name.\npub(in crate::check) static RESOURCES: &[&TypeRule] = &[\n".to_owned();
    for name in RESOURCES {
        let _ = writeln!(table, "    &{},", static_name(name));
    }
    table.push_str("];\n\n/// What the twin of a primitive may hold.\npub(in crate::check) static TWIN: &TypeRule = &ELEMENT;\n");
    Ok(format!(
        "{HEADER}\nuse super::super::rules::{{Binding, ElementRule, Primitive, Shape, TypeRule}};\nuse super::codes;\n{table}{body}"
    ))
}

fn is_inner(element: &Element) -> bool {
    element.path.contains('.')
        && element.types.iter().any(|type_| type_ == "BackboneElement" || type_ == "Element")
}

/// One rule per JSON name: a choice of types gives several.
fn element_lines(
    element: &Element,
    definitions: &Definitions,
    sets: &mut Sets,
    waiting: &mut Vec<String>,
) -> Vec<String> {
    let base = element.name().trim_end_matches("[x]");
    let is_choice = element.name().ends_with("[x]");
    let types: Vec<String> = match &element.content_reference {
        Some(path) => vec![path.clone()],
        None if is_inner(element) => vec![element.path.clone()],
        None => element.types.clone(),
    };
    // FHIRPath's own string stands for these in the definitions.
    let types = match (element.path.as_str(), element.base.0.as_str()) {
        (_, "Resource.id") => vec!["id".to_owned()],
        ("Extension.url", _) => vec!["uri".to_owned()],
        _ => types,
    };
    let mut lines = Vec::new();
    for type_ in types {
        let name = if is_choice { format!("{base}{}", pascal(&type_)) } else { base.to_owned() };
        let shape = if type_.contains('.') {
            format!("Shape::Complex(&{})", static_name(&type_))
        } else if type_ == "Resource" {
            "Shape::Resource".to_owned()
        } else if type_.starts_with(char::is_lowercase) {
            format!("Shape::Primitive(Primitive::{})", pascal(&type_))
        } else if definitions.core.contains_key(&type_) {
            waiting.push(type_.clone());
            format!("Shape::Complex(&{})", static_name(&type_))
        } else {
            continue;
        };
        let targets: Vec<String> = if type_ == "Reference" {
            element.targets.iter().map(|url| url.trim_start_matches(CORE).to_owned()).collect()
        } else {
            Vec::new()
        };
        let targets: Vec<String> =
            if targets.iter().any(|target| target == "Resource") { Vec::new() } else { targets };
        let binding = element
            .binding
            .as_ref()
            .and_then(|(strength, url)| core_binding(strength, url, definitions, sets));
        let binding = binding.map_or("None".to_owned(), |binding| format!("Some({binding})"));
        lines.push(format!(
            "ElementRule {{ name: \"{name}\", choice: {}, min: {}, list: {}, shape: {shape}, targets: &{targets:?}, binding: {binding} }},",
            if is_choice { format!("\"{base}\"") } else { "\"\"".to_owned() },
            element.min,
            element.is_list(),
        ));
    }
    lines
}

/// The value set of MIME types, whose codes are those of a standard.
const MIME_TYPES: &str = "http://hl7.org/fhir/ValueSet/mimetypes";

/// A binding of R4, if its codes can be listed.
fn core_binding(
    strength: &str,
    url: &str,
    definitions: &Definitions,
    sets: &mut Sets,
) -> Option<String> {
    let kind = match strength {
        "required" if url == MIME_TYPES => return Some("Binding::MimeType".to_owned()),
        "required" => "Required",
        "extensible" => "Extensible",
        _ => return None,
    };
    let set = sets.reference(definitions, url)?;
    Some(format!("Binding::{kind}(&codes::{set})"))
}

fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What the profiles add to the types, as trees.
fn profiles_file(definitions: &Definitions, sets: &mut Sets) -> anyhow::Result<String> {
    let mut body = String::new();
    let of_guide = PROFILES.iter().zip(std::iter::repeat((&definitions.profiles, "P")));
    let of_base = BASE_PROFILES.iter().zip(std::iter::repeat((&definitions.base_profiles, "B")));
    let mut tables = String::new();
    for (table, doc, profiles) in [
        ("PROFILES", "The profiles of the guide by name, in order.", of_guide.collect::<Vec<_>>()),
        ("BASE_PROFILES", "R4's own profiles by name, in order.", of_base.collect()),
    ] {
        let _ =
            write!(tables, "\n/// {doc}\npub(in crate::check) static {table}: &[&Profile] = &[\n");
        for (name, (known, letter)) in profiles {
            let definition = known.get(*name).context("profile")?;
            let constant = format!("{letter}_{}", static_name(name));
            let _ = writeln!(tables, "    &{constant},");
            let mut tree = String::new();
            let root = &definition.type_;
            node(definition, root, definitions, sets, 1, &mut tree)?;
            let _ = write!(
                body,
                "\nstatic {constant}: Profile = Profile {{\n    name: \"{name}\",\n    type_: \"{root}\",\n    root: {}\n}};\n",
                tree.trim(),
            );
        }
        tables.push_str("];\n");
    }
    Ok(format!(
        "{HEADER}\nuse super::super::rules::{{Binding, Node, Profile, Rules, Slice, Slicing, Target, NODE}};\nuse super::codes;\n{tables}{body}"
    ))
}

/// The discriminator of slices that are told by their type.
const TYPE_SLICES: &str = "$this";

/// The node of an element id, with its children and slices; nothing when it adds nothing.
fn node(
    definition: &Definition,
    id: &str,
    definitions: &Definitions,
    sets: &mut Sets,
    depth: usize,
    out: &mut String,
) -> anyhow::Result<bool> {
    let element = definition.elements.iter().find(|element| element.id == id).context("element")?;
    let indent = "    ".repeat(depth);
    let mut fields = String::new();
    let is_root = !id.contains('.');
    let is_slice = id.rsplit('.').next().is_some_and(|last| last.contains(':'));
    let mut adds = is_root || is_slice;
    // A slice of a choice is one of its types, with the name that the type has in JSON.
    let choice_slice = element.name().ends_with("[x]") && is_slice;
    let name = match choice_slice {
        true => id.rsplit(':').next().unwrap_or_default(),
        false => element.name().trim_end_matches("[x]"),
    };
    let mut field = |text: String| {
        let _ = writeln!(fields, "{indent}    {text}");
        adds = true;
    };
    if !is_root {
        let (_, base_min, base_max) = &element.base;
        if element.min > *base_min || (is_slice && element.min > 0) {
            field(format!("min: {},", element.min));
        }
        if choice_slice && element.max == "0" || element.max != *base_max && element.max != "*" {
            field(format!("max: Some({}),", element.max));
        }
        if element.name().ends_with("[x]") && !choice_slice && narrows_types(element, definitions) {
            let keys: Vec<String> =
                element.types.iter().map(|type_| format!("{name}{}", pascal(type_))).collect();
            field(format!("choices: &{keys:?},"));
        }
        let targets = targets(element, definitions);
        if !targets.is_empty() {
            field(format!("targets: &[{}],", targets.join(", ")));
        }
        if let Some(fixed) = &element.fixed {
            field(format!("fixed: Some({fixed:?}),"));
        }
        if let Some(binding) = binding(element, definitions, sets) {
            field(format!("binding: Some({binding}),"));
        }
    }
    // Slices stand beside the element whose id they extend.
    if let Some((path, rules)) = &element.slicing
        && path != TYPE_SLICES
    {
        let prefix = format!("{id}:");
        let mut slices = String::new();
        for slice in &definition.elements {
            let is_direct =
                slice.id.strip_prefix(&prefix).is_some_and(|rest| !rest.contains(['.', ':', '/']));
            if is_direct {
                let mut tree = String::new();
                node(definition, &slice.id, definitions, sets, depth + 3, &mut tree)?;
                let slice_name = slice.id.trim_start_matches(&prefix);
                let _ = writeln!(
                    slices,
                    "{indent}            Slice {{ name: \"{slice_name}\", values: &{:?}, node: {} }},",
                    discriminator_values(definition, &slice.id, path),
                    tree.trim().trim_end_matches(','),
                );
            }
        }
        if !slices.is_empty() {
            let rules = match rules.as_str() {
                "closed" => "Rules::Closed",
                "openAtEnd" => "Rules::OpenAtEnd",
                _ => "Rules::Open",
            };
            let _ = writeln!(
                fields,
                "{indent}    slicing: Some(Slicing {{ path: \"{path}\", rules: {rules}, slices: &[\n{slices}{indent}    ] }}),"
            );
            adds = true;
        }
    }
    let mut children = String::new();
    let prefix = format!("{id}.");
    for child in &definition.elements {
        let is_direct =
            child.id.strip_prefix(&prefix).is_some_and(|rest| !rest.contains(['.', ':']));
        if is_direct {
            node(definition, &child.id, definitions, sets, depth + 2, &mut children)?;
        }
        let types = child.slicing.as_ref().filter(|(path, _)| is_direct && path == TYPE_SLICES);
        if types.is_some() {
            let prefix = format!("{}:", child.id);
            for slice in &definition.elements {
                let is_type =
                    slice.id.strip_prefix(&prefix).is_some_and(|rest| !rest.contains('.'));
                if is_type {
                    node(definition, &slice.id, definitions, sets, depth + 2, &mut children)?;
                }
            }
        }
    }
    if !children.is_empty() {
        let _ = writeln!(fields, "{indent}    children: &[\n{children}{indent}    ],");
        adds = true;
    }
    if adds {
        let _ = write!(
            out,
            "{indent}Node {{\n{indent}    name: \"{name}\",\n{fields}{indent}    ..NODE\n{indent}}},\n"
        );
    }
    Ok(adds)
}

/// The values by which an instance is known to belong to a slice.
fn discriminator_values(definition: &Definition, slice: &str, path: &str) -> Vec<String> {
    // What tells may itself stand in a slice, such as `code.coding:SBPCode.code`.
    let without_slices = |rest: &str| {
        let steps: Vec<&str> =
            rest.split('.').map(|step| step.split(':').next().unwrap_or(step)).collect();
        steps.join(".")
    };
    let prefix = format!("{slice}.");
    let values: Vec<String> = definition
        .elements
        .iter()
        .filter(|element| {
            element.id.strip_prefix(&prefix).is_some_and(|rest| without_slices(rest) == path)
        })
        .filter_map(|element| element.fixed.clone())
        .collect();
    if !values.is_empty() {
        return values;
    }
    // Extensions are told by the profile of the extension.
    let profile = slice.rsplit(':').next().unwrap_or_default();
    vec![format!("{NRCES}{profile}")]
}

fn narrows_types(element: &Element, definitions: &Definitions) -> bool {
    base_element(element, definitions).is_some_and(|base| base.types.len() > element.types.len())
}

fn base_element<'a>(element: &Element, definitions: &'a Definitions) -> Option<&'a Element> {
    let (path, ..) = &element.base;
    let type_ = path.split('.').next()?;
    definitions.core.get(type_)?.elements.iter().find(|base| &base.path == path)
}

/// Targets that the profile narrows, as table entries.
fn targets(element: &Element, definitions: &Definitions) -> Vec<String> {
    let same =
        base_element(element, definitions).is_some_and(|base| base.targets == element.targets);
    if same || element.targets.is_empty() {
        return Vec::new();
    }
    element
        .targets
        .iter()
        .filter_map(|url| {
            if let Some(type_) = url.strip_prefix(CORE) {
                return Some(format!("Target {{ type_: \"{type_}\", profile: None }}"));
            }
            let name = url.strip_prefix(NRCES)?;
            match definitions.profiles.get(name) {
                Some(profile) => Some(format!(
                    "Target {{ type_: \"{}\", profile: Some(\"{name}\") }}",
                    profile.type_
                )),
                // Profiles of claims bear the names of their types.
                None => Some(format!("Target {{ type_: \"{name}\", profile: None }}")),
            }
        })
        .collect()
}

/// Bindings that the profile sets itself.
fn binding(element: &Element, definitions: &Definitions, sets: &mut Sets) -> Option<String> {
    let (strength, url) = element.binding.as_ref()?;
    let of_base = base_element(element, definitions).and_then(|base| base.binding.as_ref());
    if of_base == Some(&(strength.clone(), url.clone())) {
        return None;
    }
    let kind = match strength.as_str() {
        "required" => "Required",
        "extensible" => "Extensible",
        _ => return None,
    };
    let set = sets.reference(definitions, url)?;
    Some(format!("Binding::{kind}(&codes::{set})"))
}

fn codes_file(definitions: &Definitions, sets: &Sets) -> anyhow::Result<String> {
    let mut body = format!("{HEADER}\nuse super::super::rules::{{CodeSet, System}};\n");
    for (url, codes) in &sets.used {
        let name = url.rsplit('/').next().unwrap_or(url);
        let _ = write!(
            body,
            "\npub(super) static {}: CodeSet = CodeSet {{\n    name: \"{name}\",\n    systems: &[\n",
            set_name(url)
        );
        for (system, codes) in codes {
            let _ = writeln!(body, "        (\n            \"{system}\",\n            &[");
            list(&mut body, codes.iter().map(|code| format!("{code:?}")));
            body.push_str("            ],\n        ),\n");
        }
        body.push_str("    ],\n};\n");
    }
    body.push_str("\n/// Code systems whose codes and displays are all known.\npub(in crate::check) static SYSTEMS: &[System] = &[\n");
    for (url, codes) in terminology::known_systems(definitions) {
        let _ = writeln!(body, "    System {{\n        url: \"{url}\",\n        codes: &[");
        for (code, display) in codes {
            let _ = writeln!(body, "            ({code:?}, {display:?}),");
        }
        body.push_str("        ],\n    },\n");
    }
    body.push_str("];\n");
    let types = terminology::code_system(definitions, "http://hl7.org/fhir/resource-types")
        .context("resource types")?;
    body.push_str("\n/// All R4 resource types, in order.\npub(in crate::check) static RESOURCE_TYPES: &[&str] = &[\n");
    list(&mut body, types.iter().map(|(code, _)| format!("{code:?}")));
    body.push_str("];\n");
    Ok(body)
}

/// Several values to a line.
fn list(body: &mut String, values: impl Iterator<Item = String>) {
    const INDENT: &str = "                ";
    let mut line = String::new();
    for value in values {
        if INDENT.len() + line.len() + value.len() + 2 > 98 {
            let _ = writeln!(body, "{INDENT}{}", line.trim_end());
            line.clear();
        }
        let _ = write!(line, "{value}, ");
    }
    if !line.is_empty() {
        let _ = writeln!(body, "{INDENT}{}", line.trim_end());
    }
}
