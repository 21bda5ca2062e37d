//! Single errors put into clean documents, each of which must be found at its place.

use fhir_bundles::{DocumentBundle, HiType, check};
use serde_json::json;

use crate::samples;

/// A document to break, as JSON that is easy to change.
struct Patch {
    json: serde_json::Value,
}

/// A kind of error: its name, the document, how to make it, and where and by which rule it is found.
struct Mutation {
    name: &'static str,
    kind: HiType,
    make: fn(&mut Patch),
    path: &'static str,
    rule: &'static str,
}

impl Patch {
    /// The first resource of a type, and its place among the entries.
    fn resource(&mut self, type_: &str) -> &mut serde_json::Value {
        let entries = self.json["entry"].as_array_mut().unwrap();
        let entry = entries.iter_mut().find(|entry| entry["resource"]["resourceType"] == type_);
        &mut entry.unwrap_or_else(|| panic!("no {type_}"))["resource"]
    }

    fn remove(&mut self, type_: &str, name: &str) {
        let removed = self.resource(type_).as_object_mut().unwrap().remove(name);
        assert!(removed.is_some(), "{type_}.{name} is not there");
    }

    fn url(&self, type_: &str) -> String {
        let entries = self.json["entry"].as_array().unwrap();
        let entry =
            entries.iter().find(|entry| entry["resource"]["resourceType"] == type_).unwrap();
        entry["fullUrl"].as_str().unwrap().to_owned()
    }
}

fn full(kind: HiType) -> Patch {
    let bytes = samples::sample(kind, "full").to_vec();
    Patch { json: serde_json::from_slice(&bytes).unwrap() }
}

const OP: HiType = HiType::OpConsultation;

#[rustfmt::skip]
fn mutations() -> Vec<Mutation> {
    let m = |name, kind, make: fn(&mut Patch), path, rule| Mutation { name, kind, make, path, rule };
    vec![
        // The envelope.
        m("bundle type wrong", OP, |d| d.json["type"] = json!("collection"), "Bundle.type", "fixed-value"),
        m("bundle type unknown", OP, |d| d.json["type"] = json!("dokument"), "Bundle.type", "binding-required"),
        m("bundle without identifier", OP, |d| { d.json.as_object_mut().unwrap().remove("identifier"); }, "Bundle.identifier", "required"),
        m("bundle identifier without system", OP, |d| { d.json["identifier"].as_object_mut().unwrap().remove("system"); }, "Bundle.identifier.system", "required"),
        m("bundle identifier without value", OP, |d| { d.json["identifier"].as_object_mut().unwrap().remove("value"); }, "Bundle.identifier.value", "required"),
        m("bundle without timestamp", OP, |d| { d.json.as_object_mut().unwrap().remove("timestamp"); }, "Bundle.timestamp", "required"),
        m("timestamp without offset", OP, |d| d.json["timestamp"] = json!("2026-03-01T10:00:00"), "Bundle.timestamp", "format-instant"),
        m("bundle without versionId", OP, |d| { d.json["meta"].as_object_mut().unwrap().remove("versionId"); }, "Bundle.meta.versionId", "required"),
        m("bundle with total", OP, |d| d.json["total"] = json!(3), "Bundle.total", "bdl-1"),
        m("entry with request", OP, |d| d.json["entry"][1]["request"] = json!({"method": "POST", "url": "Patient"}), "Bundle.entry[1].request", "bdl-3"),
        m("entry with response", OP, |d| d.json["entry"][1]["response"] = json!({"status": "200"}), "Bundle.entry[1].response", "bdl-4"),
        m("entry with search", OP, |d| d.json["entry"][1]["search"] = json!({"mode": "match"}), "Bundle.entry[1].search", "bdl-2"),
        m("entry without resource", OP, |d| d.json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000000"})), ".resource", "bdl-5"),
        m("entry without fullUrl", OP, |d| { let last = d.json["entry"].as_array_mut().unwrap().last_mut().unwrap(); last.as_object_mut().unwrap().remove("fullUrl"); }, ".fullUrl", "full-url"),
        m("fullUrl relative", OP, |d| d.json["entry"][1]["fullUrl"] = json!("Practitioner/1"), "Bundle.entry[1].fullUrl", "full-url"),
        m("fullUrl twice", OP, |d| { let url = d.json["entry"][1]["fullUrl"].clone(); d.json["entry"][2]["fullUrl"] = url; }, "Bundle.entry[2].fullUrl", "bdl-7"),
        m("fullUrl with history", OP, |d| d.json["entry"][1]["fullUrl"] = json!("https://a.example/Practitioner/1/_history/2"), "Bundle.entry[1].fullUrl", "bdl-8"),
        m("fullUrl not a UUID", OP, |d| d.json["entry"][1]["fullUrl"] = json!("urn:uuid:12"), "Bundle.entry[1].fullUrl", "format-uuid"),
        m("composition not first", OP, |d| d.json["entry"].as_array_mut().unwrap().swap(0, 1), "Bundle.entry[0].resource", "bdl-11"),
        m("array for the bundle's entry object", OP, |d| d.json["entry"][1] = json!([]), "Bundle.entry[1]", "wrong-type"),
        m("object for the entry array", OP, |d| d.json["entry"] = json!({"a": 1}), "Bundle.entry", "wrong-type"),
        // The composition.
        m("record profile missing", OP, |d| { d.resource("Composition")["meta"].as_object_mut().unwrap().remove("profile"); }, "Bundle.entry[0].resource.meta.profile", "record-profile"),
        m("record profile of another type", OP, |d| d.resource("Composition")["meta"]["profile"] = json!(["https://nrces.in/ndhm/fhir/r4/StructureDefinition/PrescriptionRecord"]), "Bundle.entry[0].resource.type.coding[0].code", "fixed-value"),
        m("type code wrong", OP, |d| d.resource("Composition")["type"]["coding"][0]["code"] = json!("440545006"), "Bundle.entry[0].resource.type.coding[0].code", "fixed-value"),
        m("type display wrong", OP, |d| d.resource("Composition")["type"]["coding"][0]["display"] = json!("OP note"), "Bundle.entry[0].resource.type.coding[0].display", "fixed-value"),
        m("type system wrong", OP, |d| d.resource("Composition")["type"]["coding"][0]["system"] = json!("https://ndhm.gov.in/sct"), "Bundle.entry[0].resource.type.coding[0].system", "fixed-value"),
        m("type text wrong", HiType::WellnessRecord, |d| d.resource("Composition")["type"]["text"] = json!("Wellness"), "Bundle.entry[0].resource.type.text", "fixed-value"),
        m("composition without status", OP, |d| d.remove("Composition", "status"), "Bundle.entry[0].resource.status", "required"),
        m("composition status unknown", OP, |d| d.resource("Composition")["status"] = json!("done"), "Bundle.entry[0].resource.status", "binding-required"),
        m("composition without date", OP, |d| d.remove("Composition", "date"), "Bundle.entry[0].resource.date", "required"),
        m("composition without title", OP, |d| d.remove("Composition", "title"), "Bundle.entry[0].resource.title", "required"),
        m("composition without author", OP, |d| d.remove("Composition", "author"), "Bundle.entry[0].resource.author", "required"),
        m("composition without subject", OP, |d| d.remove("Composition", "subject"), "Bundle.entry[0].resource.subject", "required"),
        m("composition without encounter", OP, |d| d.remove("Composition", "encounter"), "Bundle.entry[0].resource.encounter", "required"),
        m("composition without section", OP, |d| d.remove("Composition", "section"), "Bundle.entry[0].resource.section", "required"),
        m("attester without mode", OP, |d| { d.resource("Composition")["attester"][0].as_object_mut().unwrap().remove("mode"); }, "Bundle.entry[0].resource.attester[0].mode", "required"),
        m("relatesTo shell", OP, |d| d.resource("Composition")["relatesTo"] = json!([{"code": "replaces"}]), "Bundle.entry[0].resource.relatesTo[0].target[x]", "required"),
        m("subject leads to an organisation", OP, |d| { let url = d.url("Organization"); d.resource("Composition")["subject"]["reference"] = json!(url); }, "Bundle.entry[0].resource.subject.reference", "reference-target"),
        m("author dangles", OP, |d| d.resource("Composition")["author"][0]["reference"] = json!("urn:uuid:00000000-0000-4000-8000-000000000000"), "Bundle.entry[0].resource.author[0].reference", "reference-resolves"),
        m("author without reference", OP, |d| { d.resource("Composition")["author"][0].as_object_mut().unwrap().remove("reference"); }, "Bundle.entry[0].resource.author[0].reference", "required"),
        m("custodian missing", OP, |d| d.remove("Composition", "custodian"), "Bundle.entry[0].resource.custodian", "shown-as-na"),
        m("custodian without display", OP, |d| { d.resource("Composition")["custodian"].as_object_mut().unwrap().remove("display"); }, "Bundle.entry[0].resource.custodian.display", "shown-as-na"),
        // Sections and slices.
        m("section code wrong", OP, |d| d.resource("Composition")["section"][0]["code"]["coding"][0]["code"] = json!("422843008"), "Bundle.entry[0].resource.section[0]", "slice-order"),
        m("section display wrong", OP, |d| d.resource("Composition")["section"][0]["code"]["coding"][0]["display"] = json!("Complaints"), "Bundle.entry[0].resource.section[0].code.coding[0].display", "fixed-value"),
        m("section coding without system", OP, |d| { d.resource("Composition")["section"][0]["code"]["coding"][0].as_object_mut().unwrap().remove("system"); }, "Bundle.entry[0].resource.section[0].code.coding[0].system", "required"),
        m("section twice", OP, |d| { let sections = d.resource("Composition")["section"].as_array_mut().unwrap(); let first = sections[0].clone(); sections.insert(1, first); }, "Bundle.entry[0].resource.section[1]", "slice-max"),
        m("unknown section before a known one", OP, |d| { let sections = d.resource("Composition")["section"].as_array_mut().unwrap(); sections.insert(0, json!({"title": "Other", "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}})); }, "Bundle.entry[0].resource.section[0]", "slice-order"),
        m("unknown section at the end", OP, |d| { let sections = d.resource("Composition")["section"].as_array_mut().unwrap(); sections.push(json!({"title": "Other", "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}})); }, "Bundle.entry[0].resource.section[12]", "section-unknown"),
        m("section empty", OP, |d| { let section = d.resource("Composition")["section"][0].as_object_mut().unwrap(); section.remove("entry"); section.remove("text"); }, "Bundle.entry[0].resource.section[0]", "cmp-1"),
        m("section with emptyReason", OP, |d| d.resource("Composition")["section"][0]["emptyReason"] = json!({"text": "none"}), "Bundle.entry[0].resource.section[0]", "cmp-2"),
        m("section entry of the wrong type", OP, |d| { let url = d.url("MedicationRequest"); d.resource("Composition")["section"][0]["entry"][0]["reference"] = json!(url); }, "Bundle.entry[0].resource.section[0].entry[0].reference", "reference-target"),
        m("wellness title wrong", HiType::WellnessRecord, |d| d.resource("Composition")["section"][0]["title"] = json!("Vitals"), "Bundle.entry[0].resource.section[0]", "slice-order"),
        m("second section where one is allowed", HiType::Prescription, |d| { let sections = d.resource("Composition")["section"].as_array_mut().unwrap(); let first = sections[0].clone(); sections.push(first); }, "Bundle.entry[0].resource.section", "max"),
        m("entry without type", HiType::Prescription, |d| { d.resource("Composition")["section"][0]["entry"][0].as_object_mut().unwrap().remove("type"); }, "Bundle.entry[0].resource.section[0].entry[0]", "slice-closed"),
        m("entry of a type that is not allowed", HiType::Prescription, |d| { let url = d.url("Organization"); d.resource("Composition")["section"][0]["entry"][0] = json!({"reference": url, "type": "Organization", "display": "x"}); }, "Bundle.entry[0].resource.section[0].entry[0]", "slice-closed"),
        m("entry type that lies", HiType::Prescription, |d| { let url = d.url("Binary"); d.resource("Composition")["section"][0]["entry"][0]["reference"] = json!(url); }, "Bundle.entry[0].resource.section[0].entry[0].type", "reference-type"),
        m("two binaries", HiType::Prescription, |d| { let entries = d.resource("Composition")["section"][0]["entry"].as_array_mut().unwrap(); let last = entries.last().unwrap().clone(); entries.push(last); }, "Bundle.entry[0].resource.section[0].entry[4]", "slice-max"),
        m("observation without its wellness profile's type", HiType::WellnessRecord, |d| { let url = d.url("DocumentReference"); d.resource("Composition")["section"][0]["entry"][0]["reference"] = json!(url); }, "Bundle.entry[0].resource.section[0].entry[0].reference", "reference-target"),
        // People and places.
        m("patient without identifier", OP, |d| d.remove("Patient", "identifier"), "Bundle.entry[3].resource.identifier", "required"),
        m("patient identifier without type", OP, |d| { d.resource("Patient")["identifier"][0].as_object_mut().unwrap().remove("type"); }, "Bundle.entry[3].resource.identifier[0].type", "required"),
        m("patient identifier type without display", OP, |d| { d.resource("Patient")["identifier"][0]["type"]["coding"][0].as_object_mut().unwrap().remove("display"); }, "Bundle.entry[3].resource.identifier[0].type.coding[0].display", "required"),
        m("patient identifier type unknown", OP, |d| d.resource("Patient")["identifier"][0]["type"]["coding"][0]["code"] = json!("ABHANO"), "Bundle.entry[3].resource.identifier[0].type.coding[0].code", "code-unknown"),
        m("patient name without text", OP, |d| d.resource("Patient")["name"][0] = json!({"family": "Devi"}), "Bundle.entry[3].resource.name[0].text", "required"),
        m("patient without gender", OP, |d| d.remove("Patient", "gender"), "Bundle.entry[3].resource.gender", "shown-as-na"),
        m("patient without birth date", OP, |d| d.remove("Patient", "birthDate"), "Bundle.entry[3].resource.birthDate", "shown-as-na"),
        m("gender unknown to FHIR", OP, |d| d.resource("Patient")["gender"] = json!("F"), "Bundle.entry[3].resource.gender", "binding-required"),
        m("birth date that does not exist", OP, |d| d.resource("Patient")["birthDate"] = json!("1986-02-30"), "Bundle.entry[3].resource.birthDate", "format-date"),
        m("birth date the Indian way", OP, |d| d.resource("Patient")["birthDate"] = json!("12/04/1986"), "Bundle.entry[3].resource.birthDate", "format-date"),
        m("number for a string", OP, |d| d.resource("Patient")["identifier"][0]["value"] = json!(91722548295255_i64), "Bundle.entry[3].resource.identifier[0].value", "wrong-type"),
        m("string for a boolean", OP, |d| d.resource("Patient")["active"] = json!("true"), "Bundle.entry[3].resource.active", "wrong-type"),
        m("object for an array", OP, |d| { let name = d.resource("Patient")["name"][0].clone(); d.resource("Patient")["name"] = name; }, "Bundle.entry[3].resource.name", "wrong-type"),
        m("array for an object", OP, |d| d.resource("Patient")["meta"] = json!([]), "Bundle.entry[3].resource.meta", "wrong-type"),
        m("null for an element", OP, |d| d.resource("Patient")["gender"] = json!(null), "Bundle.entry[3].resource.gender", "wrong-type"),
        m("empty string", OP, |d| d.resource("Patient")["name"][0]["text"] = json!(" "), "Bundle.entry[3].resource.name[0].text", "ele-1"),
        m("empty array", OP, |d| d.resource("Patient")["address"] = json!([]), "Bundle.entry[3].resource.address", "empty-array"),
        m("empty object", OP, |d| d.resource("Patient")["maritalStatus"] = json!({}), "Bundle.entry[3].resource.maritalStatus", "ele-1"),
        m("unknown element", OP, |d| d.resource("Patient")["caste"] = json!("x"), "Bundle.entry[3].resource.caste", "unknown-element"),
        m("element with wrong case", OP, |d| d.resource("Patient")["Gender"] = json!("male"), "Bundle.entry[3].resource.Gender", "unknown-element"),
        m("twin of an unknown element", OP, |d| d.resource("Patient")["_caste"] = json!({"id": "a"}), "Bundle.entry[3].resource._caste", "unknown-element"),
        m("twin that is a string", OP, |d| d.resource("Patient")["_birthDate"] = json!("x"), "Bundle.entry[3].resource._birthDate", "wrong-type"),
        m("choice twice", OP, |d| { d.resource("Patient")["deceasedBoolean"] = json!(false); d.resource("Patient")["deceasedDateTime"] = json!("2026"); }, "Bundle.entry[3].resource.deceased", "choice-once"),
        m("resource id too long", OP, |d| d.resource("Patient")["id"] = json!("a".repeat(65)), "Bundle.entry[3].resource.id", "format-id"),
        m("resource without type", OP, |d| d.remove("Patient", "resourceType"), "Bundle.entry[3].resource.resourceType", "required"),
        m("resource of an invented type", OP, |d| d.resource("Patient")["resourceType"] = json!("Person2"), "Bundle.entry[3].resource.resourceType", "resource-type"),
        m("profile of another type", OP, |d| d.resource("Patient")["meta"]["profile"] = json!(["https://nrces.in/ndhm/fhir/r4/StructureDefinition/Practitioner"]), "Bundle.entry[3].resource.meta.profile", "profile-type"),
        m("organisation without name", OP, |d| d.remove("Organization", "name"), "Bundle.entry[4].resource.name", "required"),
        m("organisation identifier without system", OP, |d| { d.resource("Organization")["identifier"][0].as_object_mut().unwrap().remove("system"); }, "Bundle.entry[4].resource.identifier[0].system", "required"),
        m("organisation telecom at home", OP, |d| d.resource("Organization")["telecom"][0]["use"] = json!("home"), "Bundle.entry[4].resource", "org-3"),
        m("telecom without system", OP, |d| { d.resource("Organization")["telecom"][0].as_object_mut().unwrap().remove("system"); }, "Bundle.entry[4].resource.telecom[0]", "cpt-2"),
        m("encounter without class", OP, |d| d.remove("Encounter", "class"), "Bundle.entry[5].resource.class", "required"),
        m("encounter status unknown", OP, |d| d.resource("Encounter")["status"] = json!("completed"), "Bundle.entry[5].resource.status", "binding-required"),
        m("period backwards", OP, |d| d.resource("Encounter")["period"] = json!({"start": "2026-03-02", "end": "2026-03-01"}), "Bundle.entry[5].resource.period", "per-1"),
        m("date with space for T", OP, |d| d.resource("Encounter")["period"]["start"] = json!("2026-03-01 10:30:00+05:30"), "Bundle.entry[5].resource.period.start", "format-dateTime"),
        m("dateTime without offset", OP, |d| d.resource("Encounter")["period"]["start"] = json!("2026-03-01T10:30:00"), "Bundle.entry[5].resource.period.start", "format-dateTime"),
        // Clinical facts.
        m("condition without subject", OP, |d| d.remove("Condition", "subject"), ".resource.subject", "required"),
        m("condition without code", OP, |d| d.remove("Condition", "code"), ".resource.code", "required"),
        m("condition coded locally", OP, |d| d.resource("Condition")["code"]["coding"] = json!([{"system": "http://clinic.example", "code": "1", "display": "x"}]), ".resource.code.coding[0]", "slice-closed"),
        m("clinical status unknown", OP, |d| d.resource("Condition")["clinicalStatus"]["coding"][0]["code"] = json!("ongoing"), ".resource.clinicalStatus", "binding-required"),
        m("abated and still active", OP, |d| d.resource("Condition")["abatementDateTime"] = json!("2026"), ".resource", "con-4"),
        m("allergy without status", OP, |d| d.remove("AllergyIntolerance", "clinicalStatus"), ".resource", "ait-1"),
        m("medication without authoredOn", OP, |d| d.remove("MedicationRequest", "authoredOn"), ".resource.authoredOn", "required"),
        m("medication without requester", OP, |d| d.remove("MedicationRequest", "requester"), ".resource.requester", "required"),
        m("medication without dosage", OP, |d| d.remove("MedicationRequest", "dosageInstruction"), ".resource.dosageInstruction", "required"),
        m("medication by reference", OP, |d| { let url = d.url("Patient"); let r = d.resource("MedicationRequest"); r.as_object_mut().unwrap().remove("medicationCodeableConcept"); r["medicationReference"] = json!({"reference": url}); }, ".resource.medicationReference", "choice-type"),
        m("medication without medicine", OP, |d| d.remove("MedicationRequest", "medicationCodeableConcept"), ".resource.medication[x]", "required"),
        m("medicine code without display", OP, |d| d.resource("MedicationRequest")["medicationCodeableConcept"]["coding"] = json!([{"system": "http://snomed.info/sct", "code": "322236009"}]), ".resource.medicationCodeableConcept.coding[0].display", "required"),
        m("medicine of another system", OP, |d| d.resource("MedicationRequest")["medicationCodeableConcept"]["coding"] = json!([{"system": "http://loinc.org", "code": "1", "display": "x"}]), ".resource.medicationCodeableConcept.coding[0].system", "fixed-value"),
        m("medicine code with a slip", OP, |d| d.resource("MedicationRequest")["medicationCodeableConcept"]["coding"] = json!([{"system": "http://snomed.info/sct", "code": "322236008", "display": "x"}]), ".resource.medicationCodeableConcept.coding[0].code", "code-form"),
        m("LOINC code without check digit", OP, |d| d.resource("Observation")["code"]["coding"][0]["code"] = json!("8310"), ".resource.code.coding[0].code", "code-form"),
        m("medication intent unknown", OP, |d| d.resource("MedicationRequest")["intent"] = json!("ordered"), ".resource.intent", "binding-required"),
        m("period without unit", OP, |d| { d.resource("MedicationRequest")["dosageInstruction"][0]["timing"]["repeat"].as_object_mut().unwrap().remove("periodUnit"); }, ".resource.dosageInstruction[0].timing.repeat", "tim-2"),
        m("observation without code", OP, |d| d.remove("Observation", "code"), ".resource.code", "required"),
        m("observation without status", OP, |d| d.remove("Observation", "status"), ".resource.status", "required"),
        m("decimal as text", OP, |d| d.resource("Observation")["valueQuantity"]["value"] = json!("38.4"), ".resource.valueQuantity.value", "wrong-type"),
        m("unit code without system", OP, |d| { d.resource("Observation")["valueQuantity"].as_object_mut().unwrap().remove("system"); }, ".resource.valueQuantity", "qty-3"),
        m("value and reason for its absence", OP, |d| d.resource("Observation")["dataAbsentReason"] = json!({"text": "x"}), ".resource", "obs-6"),
        m("appointment without start", OP, |d| d.remove("Appointment", "start"), ".resource.start", "required"),
        m("appointment without end", OP, |d| d.remove("Appointment", "end"), ".resource", "app-2"),
        m("appointment participant empty", OP, |d| d.resource("Appointment")["participant"][0] = json!({"status": "accepted"}), ".resource.participant[0]", "app-1"),
        m("service request without requester", OP, |d| d.remove("ServiceRequest", "requester"), ".resource.requester", "required"),
        m("family history without condition", OP, |d| d.remove("FamilyMemberHistory", "condition"), ".resource.condition", "required"),
        m("procedure without code", OP, |d| d.remove("Procedure", "code"), ".resource.code", "required"),
        m("attachment without data", OP, |d| { d.resource("DocumentReference")["content"][0]["attachment"].as_object_mut().unwrap().remove("data"); }, ".resource.content[0].attachment.data", "required"),
        m("attachment without contentType", OP, |d| { d.resource("DocumentReference")["content"][0]["attachment"].as_object_mut().unwrap().remove("contentType"); }, ".resource.content[0].attachment.contentType", "required"),
        m("base64 broken", OP, |d| d.resource("DocumentReference")["content"][0]["attachment"]["data"] = json!("JVBERi0*"), ".resource.content[0].attachment.data", "format-base64"),
        m("base64 cut off", OP, |d| d.resource("DocumentReference")["content"][0]["attachment"]["data"] = json!("JVBER"), ".resource.content[0].attachment.data", "format-base64"),
        m("document without content", OP, |d| d.remove("DocumentReference", "content"), ".resource.content", "required"),
        m("narrative with script", OP, |d| d.resource("Patient")["text"]["div"] = json!("<div><script>x</script></div>"), "Bundle.entry[3].resource.text.div", "txt-1"),
        m("narrative not closed", OP, |d| d.resource("Patient")["text"]["div"] = json!("<div><p>x</div>"), "Bundle.entry[3].resource.text.div", "txt-1"),
        m("narrative without status", OP, |d| { d.resource("Patient")["text"].as_object_mut().unwrap().remove("status"); }, "Bundle.entry[3].resource.text.status", "required"),
        m("extension without url", OP, |d| d.resource("Patient")["extension"] = json!([{"valueString": "x"}]), "Bundle.entry[3].resource.extension[0].url", "required"),
        m("extension without value", OP, |d| d.resource("Patient")["extension"] = json!([{"url": "http://a.example"}]), "Bundle.entry[3].resource.extension[0]", "ext-1"),
        m("contained resource nobody refers to", OP, |d| d.resource("Patient")["contained"] = json!([{"resourceType": "Organization", "id": "a", "name": "x"}]), "Bundle.entry[3].resource.contained[0]", "dom-3"),
        m("contained reference dangles", OP, |d| d.resource("Patient")["managingOrganization"] = json!({"reference": "#a"}), "Bundle.entry[3].resource.managingOrganization.reference", "reference-resolves"),
        m("reference that says nothing", OP, |d| d.resource("Patient")["managingOrganization"] = json!({"type": "Organization"}), "Bundle.entry[3].resource.managingOrganization", "ref-2"),
        m("uri with space", OP, |d| d.resource("Patient")["implicitRules"] = json!("http://a b"), "Bundle.entry[3].resource.implicitRules", "format-uri"),
        // The other record types.
        m("lab report without results", HiType::DischargeSummary, |d| d.remove("DiagnosticReport", "result"), ".resource.result", "required"),
        m("lab report without conclusion", HiType::DischargeSummary, |d| d.remove("DiagnosticReport", "conclusion"), ".resource.conclusion", "required"),
        m("imaging report without pictures", HiType::DiagnosticReport, |d| d.remove("DiagnosticReport", "media"), ".resource.media", "required"),
        m("report without interpreter", HiType::DiagnosticReport, |d| d.remove("DiagnosticReport", "resultsInterpreter"), ".resource.resultsInterpreter", "required"),
        m("picture without data", HiType::DiagnosticReport, |d| { d.resource("Media")["content"].as_object_mut().unwrap().remove("data"); }, ".resource.content.data", "required"),
        m("care plan without status", HiType::DischargeSummary, |d| d.remove("CarePlan", "status"), ".resource.status", "required"),
        m("vaccination without vaccine", HiType::ImmunizationRecord, |d| d.remove("Immunization", "vaccineCode"), ".resource.vaccineCode", "required"),
        m("vaccination without date", HiType::ImmunizationRecord, |d| d.remove("Immunization", "occurrenceDateTime"), ".resource.occurrence[x]", "required"),
        m("vaccination date in words", HiType::ImmunizationRecord, |d| { let i = d.resource("Immunization"); i.as_object_mut().unwrap().remove("occurrenceDateTime"); i["occurrenceString"] = json!("last week"); }, ".resource.occurrenceString", "choice-type"),
        m("dose number zero", HiType::ImmunizationRecord, |d| d.resource("Immunization")["protocolApplied"] = json!([{"doseNumberPositiveInt": 0}]), ".resource.protocolApplied[0].doseNumberPositiveInt", "format-positiveInt"),
        m("recommendation without date", HiType::ImmunizationRecord, |d| d.remove("ImmunizationRecommendation", "date"), ".resource.date", "required"),
        m("lifestyle in numbers", HiType::WellnessRecord, |d| { let o = d.json["entry"].as_array_mut().unwrap().iter_mut().find(|e| e["resource"]["meta"]["profile"][0].as_str().is_some_and(|p| p.ends_with("ObservationLifestyle"))).unwrap(); let o = &mut o["resource"]; o.as_object_mut().unwrap().remove("valueCodeableConcept"); o["valueQuantity"] = json!({"value": 3}); }, ".resource.valueQuantity", "choice-type"),
        m("invoice without number", HiType::Invoice, |d| d.remove("Invoice", "identifier"), ".resource.identifier", "required"),
        m("invoice type unknown", HiType::Invoice, |d| d.resource("Invoice")["type"]["coding"][0]["code"] = json!("42"), ".resource.type.coding[0].code", "code-unknown"),
        m("invoice without total", HiType::Invoice, |d| d.remove("Invoice", "totalGross"), ".resource.totalGross", "required"),
        m("invoice line without price", HiType::Invoice, |d| { d.resource("Invoice")["lineItem"][0].as_object_mut().unwrap().remove("priceComponent"); }, ".resource.lineItem[0].priceComponent", "required"),
        m("price without amount", HiType::Invoice, |d| { d.resource("Invoice")["lineItem"][0]["priceComponent"][0].as_object_mut().unwrap().remove("amount"); }, ".resource.lineItem[0].priceComponent[0].amount", "required"),
        m("charge without product", HiType::Invoice, |d| d.remove("ChargeItem", "productCodeableConcept"), ".resource.product", "required"),
        m("charge status unknown", HiType::Invoice, |d| d.resource("ChargeItem")["status"] = json!("paid"), ".resource.status", "binding-required"),
        m("binary without data", HiType::Prescription, |d| d.remove("Binary", "data"), ".resource.data", "required"),
        m("health document in another resource", HiType::HealthDocumentRecord, |d| { let url = d.url("Patient"); d.resource("Composition")["section"][0]["entry"][0]["reference"] = json!(url); }, "Bundle.entry[0].resource.section[0].entry[0].reference", "reference-target"),
    ]
}

#[test]
fn every_single_error_is_found_at_its_place() {
    let mut missed = Vec::new();
    let mutations = mutations();
    for mutation in &mutations {
        let mut document = full(mutation.kind);
        (mutation.make)(&mut document);
        let bytes = serde_json::to_vec(&document.json).unwrap();
        let report = check(&bytes);
        let found = report.findings().iter().any(|finding| {
            finding.rule == mutation.rule
                && if mutation.path.starts_with("Bundle") {
                    finding.path == mutation.path
                } else {
                    finding.path.ends_with(mutation.path)
                }
        });
        if !found {
            let listed: Vec<_> = report
                .findings()
                .iter()
                .take(4)
                .map(|f| format!("\n      {} [{}]", f.path, f.rule))
                .collect();
            missed.push(format!(
                "{}: wanted {} [{}], found:{}",
                mutation.name,
                mutation.path,
                mutation.rule,
                listed.concat()
            ));
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {} missed:\n{}",
        missed.len(),
        mutations.len(),
        missed.join("\n")
    );
}

#[test]
fn removing_any_reference_target_is_noticed() {
    for (name, _, document) in samples::all() {
        let json: serde_json::Value = serde_json::from_slice(&document.to_vec()).unwrap();
        let count = json["entry"].as_array().unwrap().len();
        for place in 1..count {
            let mut broken = json.clone();
            broken["entry"].as_array_mut().unwrap().remove(place);
            let report = check(&serde_json::to_vec(&broken).unwrap());
            let found =
                report.findings().iter().any(|finding| finding.rule == "reference-resolves");
            assert!(found, "{name}: entry {place} can be taken out unnoticed");
        }
    }
}

/// Every value of every typical document, replaced by one of another shape.
#[test]
fn a_value_of_the_wrong_shape_is_found_wherever_it_stands() {
    for kind in HiType::ALL {
        let bytes = samples::sample(kind, "typical").to_vec();
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let mut pointers = Vec::new();
        collect(&json, String::new(), &mut pointers);
        for pointer in pointers {
            // Without these the walk does not know what it looks at, which it says elsewhere.
            if pointer.is_empty() || pointer.ends_with("resourceType") {
                continue;
            }
            let mut broken = json.clone();
            let value = broken.pointer_mut(&pointer).unwrap();
            *value = match value {
                serde_json::Value::Object(_) => json!("x"),
                _ => json!({"wrong": "shape"}),
            };
            let report = check(&serde_json::to_vec(&broken).unwrap());
            let path = fhir_path(&pointer);
            let found = report.errors().any(|finding| finding.path.starts_with(&path));
            assert!(found, "{kind}: nothing found at {path}");
        }
    }
}

/// An element that R4 does not know, put into every object of every typical document.
#[test]
fn an_unknown_element_is_found_wherever_it_stands() {
    for kind in HiType::ALL {
        let bytes = samples::sample(kind, "typical").to_vec();
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let mut pointers = Vec::new();
        collect(&json, String::new(), &mut pointers);
        for pointer in pointers {
            let mut broken = json.clone();
            let Some(object) = broken.pointer_mut(&pointer).unwrap().as_object_mut() else {
                continue;
            };
            object.insert("surprise".to_owned(), json!("x"));
            let report = check(&serde_json::to_vec(&broken).unwrap());
            let path = format!("{}.surprise", fhir_path(&pointer));
            let found = report.errors().any(|f| f.path == path && f.rule == "unknown-element");
            assert!(found, "{kind}: nothing found at {path}");
        }
    }
}

/// JSON pointers to all values.
fn collect(json: &serde_json::Value, pointer: String, found: &mut Vec<String>) {
    match json {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                collect(value, format!("{pointer}/{name}"), found);
            }
        }
        serde_json::Value::Array(elements) => {
            for (place, value) in elements.iter().enumerate() {
                collect(value, format!("{pointer}/{place}"), found);
            }
        }
        _ => {}
    }
    found.push(pointer);
}

fn fhir_path(pointer: &str) -> String {
    let mut path = "Bundle".to_owned();
    for step in pointer.split('/').skip(1) {
        match step.parse::<usize>() {
            Ok(place) => path.push_str(&format!("[{place}]")),
            Err(_) => path.push_str(&format!(".{step}")),
        }
    }
    path
}

#[test]
fn clean_documents_are_written_as_they_were_read() {
    for (name, _, document) in samples::all() {
        let text = document.to_vec();
        assert_eq!(check(&text).findings(), [], "{name}");
        assert_eq!(DocumentBundle::read(&text).unwrap().to_vec(), text, "{name}");
    }
}
