//! The description of the sandbox's own API, OpenAPI 3.0.3, made from the types of its operations.

use std::collections::BTreeSet;

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::problem::ProblemBody;
use super::{About, is_nothing};

/// Where it is served.
pub(super) const PATH: &str = "/sandbox/openapi.json";

const ABOUT: &str = "What a tester does and ABDM does not offer. Every answer that is no success has \
                     the form `Problem`. A field or parameter that does not exist is refused.";

/// The description in the making.
pub(super) struct Description {
    generator: SchemaGenerator,
    paths: Map<String, Value>,
}

impl Description {
    pub(super) fn new() -> Self {
        let generator = SchemaSettings::openapi3().into_generator();
        Self { generator, paths: Map::new() }
    }

    /// Adds an operation with the types of its path, query, body and answer.
    pub(super) fn add<P, Q, B, T>(&mut self, about: &About)
    where
        P: JsonSchema + 'static,
        Q: JsonSchema + 'static,
        B: JsonSchema + DeserializeOwned + 'static,
        T: JsonSchema + 'static,
    {
        let mut statuses: BTreeSet<u16> = about.refusals.iter().copied().collect();
        let mut parameters = Vec::new();
        if !is_nothing::<P>() {
            statuses.insert(404);
            parameters.extend(self.parameters::<P>("path"));
        }
        if !is_nothing::<Q>() {
            statuses.insert(400);
            parameters.extend(self.parameters::<Q>("query"));
        }
        let mut operation = json!({
            "operationId": about.name,
            "tags": [about.group],
            "summary": about.text,
            "parameters": parameters,
        });
        if !is_nothing::<B>() {
            statuses.extend([400, 413, 415]);
            let (schema, required) = self.body::<B>();
            let content = json!({"application/json": {"schema": schema}});
            set(&mut operation, "requestBody", json!({"required": required, "content": content}));
        }
        let mut responses = Map::new();
        let mut success = json!({"description": "done"});
        if !is_nothing::<T>() {
            let schema = self.subschema::<T>();
            set(&mut success, "content", json!({"application/json": {"schema": schema}}));
        }
        responses.insert(about.success.as_str().to_owned(), success);
        let problem = self.subschema::<ProblemBody>();
        for status in statuses {
            let text = http::StatusCode::from_u16(status).ok();
            let text = text.and_then(|status| status.canonical_reason()).unwrap_or_default();
            let content = json!({"application/json": {"schema": problem}});
            let response = json!({"description": text, "content": content});
            responses.insert(status.to_string(), response);
        }
        set(&mut operation, "responses", Value::Object(responses));
        self.insert(about.path, about.method.as_str(), operation);
    }

    fn insert(&mut self, path: &str, method: &str, operation: Value) {
        let operations = self.paths.entry(path).or_insert_with(|| json!({}));
        set(operations, &method.to_ascii_lowercase(), operation);
    }

    fn subschema<T: JsonSchema>(&mut self) -> Value {
        let mut schema = self.generator.subschema_for::<T>();
        self.transform(&mut schema);
        schema.to_value()
    }

    /// The schema of a body, and whether one must be there: an empty one is as good as `{}`.
    fn body<B: JsonSchema + DeserializeOwned>(&mut self) -> (Value, bool) {
        (self.subschema::<B>(), serde_json::from_str::<B>("{}").is_err())
    }

    fn parameters<T: JsonSchema>(&mut self, place: &str) -> Vec<Value> {
        let mut schema = T::json_schema(&mut self.generator);
        self.transform(&mut schema);
        let required =
            schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let properties = schema.get("properties").and_then(Value::as_object).cloned();
        let parameters = properties.unwrap_or_default().into_iter().map(|(name, mut schema)| {
            let description = schema.as_object_mut().and_then(|s| s.remove("description"));
            let required = place == "path" || required.iter().any(|r| *r == name.as_str());
            json!({
                "name": name, "in": place, "required": required,
                "description": description.unwrap_or_default(), "schema": schema,
            })
        });
        parameters.collect()
    }

    fn transform(&mut self, schema: &mut Schema) {
        for transform in self.generator.transforms_mut() {
            transform.transform(schema);
        }
    }

    /// The whole document, this path among its own.
    pub(super) fn finish(mut self) -> Value {
        let own = json!({
            "operationId": "describe",
            "tags": ["sandbox"],
            "summary": "This description.",
            "responses": {"200": {
                "description": "done",
                "content": {"application/json": {"schema": {"type": "object"}}},
            }},
        });
        self.insert(PATH, "GET", own);
        json!({
            "openapi": "3.0.3",
            "info": {
                "title": "abdm-sandbox: its own API",
                "version": env!("CARGO_PKG_VERSION"),
                "description": ABOUT,
            },
            "paths": self.paths,
            "components": {"schemas": self.generator.take_definitions(true)},
        })
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}
