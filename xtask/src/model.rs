//! Writes the typed model: one file of datatypes, one file per resource.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::definitions::{Definitions, Element, RESOURCES};

const HEADER: &str =
    "// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.\n";

/// Types whose `value[x]` may be anything: only modelled types are offered, and these alone do not
/// pull further types in.
const OPEN_CHOICES: [&str; 4] =
    ["Extension.value[x]", "Task.input.value[x]", "Task.output.value[x]", "ElementDefinition"];

pub(crate) fn files(definitions: &Definitions) -> anyhow::Result<Vec<(String, String)>> {
    let datatypes = reachable_datatypes(definitions)?;
    let mut files = Vec::new();

    let mut text = format!("{HEADER}\nuse super::super::{{Date, DateTime, Decimal, Instant}};\n");
    for name in &datatypes {
        text.push_str(&type_text(definitions, name, &datatypes)?);
    }
    files.push(("generated/datatypes.rs".to_owned(), text));

    for name in RESOURCES {
        let body = type_text(definitions, name, &datatypes)?;
        let mut used = BTreeSet::new();
        for word in body.lines().filter(|line| !line.trim_start().starts_with("///")) {
            used.extend(
                word.split(|c: char| !c.is_alphanumeric())
                    .filter(|word| {
                        datatypes.contains(*word)
                            || ["Date", "DateTime", "Decimal", "Instant", "Resource"].contains(word)
                    })
                    .map(str::to_owned),
            );
        }
        let primitives = ["Date", "DateTime", "Decimal", "Instant"];
        let (outer, inner): (Vec<_>, Vec<_>) =
            used.iter().map(String::as_str).partition(|name| primitives.contains(name));
        let (resource, inner): (Vec<_>, Vec<_>) =
            inner.into_iter().partition(|name| *name == "Resource");
        let mut uses = String::new();
        if !outer.is_empty() {
            let _ = writeln!(uses, "use super::super::{};", braces(&outer));
        }
        if !inner.is_empty() {
            let _ = writeln!(uses, "use super::datatypes::{};", braces(&inner));
        }
        if !resource.is_empty() {
            uses.push_str("use super::Resource;\n");
        }
        files.push((format!("generated/{}.rs", snake(name)), format!("{HEADER}\n{uses}{body}")));
    }

    let mut text = format!("{HEADER}\nmod datatypes;\n");
    for name in RESOURCES {
        let _ = writeln!(text, "mod {};", snake(name));
    }
    text.push_str("\npub use self::datatypes::*;\n");
    for name in RESOURCES {
        let _ = writeln!(text, "pub use self::{}::*;", snake(name));
    }
    text.push_str("\nsuper::resource::resources! {\n");
    for name in RESOURCES {
        let _ = writeln!(text, "    {name},");
    }
    text.push_str("}\n");
    files.push(("generated.rs".to_owned(), text));
    Ok(files)
}

fn braces(names: &[&str]) -> String {
    match names {
        [one] => (*one).to_owned(),
        many => format!("{{{}}}", many.join(", ")),
    }
}

/// The complex datatypes that the resources use, and those that these use.
pub(crate) fn reachable_datatypes(definitions: &Definitions) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = RESOURCES.iter().map(|name| (*name).to_owned()).collect();
    while let Some(name) = waiting.pop() {
        for element in &definitions.core(&name)?.elements {
            if OPEN_CHOICES.contains(&element.path.as_str()) {
                continue;
            }
            for type_ in &element.types {
                let abstract_type = matches!(
                    type_.as_str(),
                    "BackboneElement" | "Element" | "Resource" | "xhtml" | "DomainResource"
                );
                let is_complex = type_.starts_with(char::is_uppercase) && !abstract_type;
                let is_root = !element.path.contains('.');
                if is_complex && !is_root && found.insert(modelled(type_).to_owned()) {
                    waiting.push(modelled(type_).to_owned());
                }
            }
        }
    }
    Ok(found)
}

/// Age, Count, Distance and Duration are quantities with rules.
fn modelled(type_: &str) -> &str {
    match type_ {
        "Age" | "Count" | "Distance" | "Duration" | "SimpleQuantity" | "MoneyQuantity" => {
            "Quantity"
        }
        other => other,
    }
}

/// One type with its backbone elements and choices.
fn type_text(
    definitions: &Definitions,
    name: &str,
    datatypes: &BTreeSet<String>,
) -> anyhow::Result<String> {
    let definition = definitions.core(name)?;
    let is_resource = RESOURCES.contains(&name);
    let mut structs = BTreeMap::new();
    structs.insert(name.to_owned(), name.to_owned());
    let mut order = vec![name.to_owned()];
    for element in &definition.elements {
        let is_inner = element.path.contains('.')
            && element.types.iter().any(|type_| type_ == "BackboneElement" || type_ == "Element");
        if is_inner {
            structs.insert(element.path.clone(), pascal_path(&element.path));
            order.push(element.path.clone());
        }
    }

    let mut text = String::new();
    let mut choices = String::new();
    for path in &order {
        let about = if path == name {
            first_sentence(&definition.description)
        } else {
            let element = definition.elements.iter().find(|element| &element.path == path);
            element.map(|element| element.short.clone()).unwrap_or_default()
        };
        text.push_str("\nelement! {\n");
        push_doc(&mut text, "    ", &format!("`{path}`: {about}"));
        let resource = if is_resource && path == name {
            format!(" resource \"{name}\"")
        } else {
            String::new()
        };
        let name = structs.get(path).map_or("", String::as_str);
        let _ = writeln!(text, "    struct {name}{resource} {{");
        for child in definition.children(path) {
            push_field(&mut text, &mut choices, child, path, &structs, datatypes);
        }
        text.push_str("    }\n}\n");
    }
    text.push_str(&choices);
    Ok(text)
}

fn push_field(
    text: &mut String,
    choices: &mut String,
    element: &Element,
    owner: &str,
    structs: &BTreeMap<String, String>,
    datatypes: &BTreeSet<String>,
) {
    let name = element.name();
    let base = name.trim_end_matches("[x]");
    push_doc(text, "        ", &element.short);
    let (inner, keys) = if name.ends_with("[x]") {
        let options: Vec<(String, String, String)> = element
            .types
            .iter()
            .filter_map(|type_| {
                let rust = rust_type(type_, datatypes)?;
                Some((pascal(type_), rust, format!("{base}{}", pascal(type_))))
            })
            .collect();
        let enum_name = format!("{}{}", structs[owner], pascal(base));
        choices.push_str("\nchoice! {\n");
        push_doc(choices, "    ", &format!("`{}`: {}", element.path, element.short));
        let _ = writeln!(choices, "    enum {enum_name} {{");
        for (variant, rust, key) in &options {
            // An extension's value would otherwise make every element as large as the largest type.
            let _ = writeln!(choices, "        {variant}({rust}) = \"{key}\",");
        }
        choices.push_str("    }\n}\n");
        let keys: Vec<String> =
            options.into_iter().map(|(_, _, key)| format!("\"{key}\"")).collect();
        (enum_name, keys)
    } else {
        let rust = match &element.content_reference {
            Some(path) => structs[path].clone(),
            None => match structs.get(&element.path) {
                Some(inner) => inner.clone(),
                None => element
                    .types
                    .first()
                    .and_then(|type_| rust_type(type_, datatypes))
                    .unwrap_or_else(|| "Json".to_owned()),
            },
        };
        (rust, vec![format!("\"{name}\"")])
    };
    // Identifier and Reference hold each other.
    let boxed = if element.path == "Identifier.assigner" || element.path == "Extension.value[x]" {
        format!("Box<{inner}>")
    } else {
        inner
    };
    let type_ =
        if element.is_list() { format!("Vec<{boxed}>") } else { format!("Option<{boxed}>") };
    let line = format!("        {}: {type_} = {},", field_name(base), keys.join(" | "));
    if line.len() <= 100 {
        let _ = writeln!(text, "{line}");
    } else {
        let _ = writeln!(text, "        {}: {type_} =", field_name(base));
        for (place, key) in keys.iter().enumerate() {
            let bar = if place == 0 { "  " } else { "| " };
            let end = if place + 1 == keys.len() { "," } else { "" };
            let _ = writeln!(text, "            {bar}{key}{end}");
        }
    }
}

/// The Rust type of a FHIR type, if it is modelled.
fn rust_type(type_: &str, datatypes: &BTreeSet<String>) -> Option<String> {
    Some(match type_ {
        "boolean" => "bool".to_owned(),
        "integer" | "positiveInt" | "unsignedInt" => "i32".to_owned(),
        "decimal" => "Decimal".to_owned(),
        "date" => "Date".to_owned(),
        "dateTime" => "DateTime".to_owned(),
        "instant" => "Instant".to_owned(),
        "Resource" => "Resource".to_owned(),
        primitive if primitive.starts_with(char::is_lowercase) => "String".to_owned(),
        complex => {
            let name = modelled(complex);
            if !datatypes.contains(name) {
                return None;
            }
            name.to_owned()
        }
    })
}

fn field_name(name: &str) -> String {
    let snake = snake(name);
    match snake.as_str() {
        "type" | "use" | "for" | "abstract" | "ref" | "where" => format!("r#{snake}"),
        _ => snake,
    }
}

pub(crate) fn snake(name: &str) -> String {
    let mut out = String::new();
    for (place, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && place > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn pascal_path(path: &str) -> String {
    path.split('.').map(pascal).collect()
}

fn first_sentence(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    match text.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => text,
    }
}

/// A doc comment, wrapped, with what Markdown would take for links made harmless.
fn push_doc(text: &mut String, indent: &str, doc: &str) {
    let doc = doc.replace(['\n', '\r'], " ");
    let mut line = String::new();
    for word in doc.split_whitespace() {
        let word = harmless(word);
        if !line.is_empty() && indent.len() + 4 + line.len() + 1 + word.len() > 98 {
            let _ = writeln!(text, "{indent}/// {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    let _ = writeln!(
        text,
        "{indent}/// {}",
        if line.is_empty() { "See the FHIR definition." } else { &line }
    );
}

fn harmless(word: &str) -> String {
    if word.starts_with('`') {
        return word.to_owned();
    }
    if word.contains("://") {
        return format!("<{}>", word.trim_matches(['(', ')', ',', '.', '<', '>']));
    }
    word.replace('[', "\\[")
        .replace(']', "\\]")
        .replace('<', "\\<")
        .replace('>', "\\>")
        .replace('*', "\\*")
}
