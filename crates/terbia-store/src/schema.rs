//! What may stand in a file? The JSON Schema of each kind of file, made from the types that read it.

use crate::spec;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

/// The kinds of files, by the name under which `schema` knows them.
pub const KINDS: &[&str] = &[
    "corridor",
    "parameters",
    "scenario",
    "sources",
    "assumptions",
    "facts",
    "targets",
    "check",
    "study",
    "comparison",
];

/// The JSON Schema (draft 2020-12) of a kind of file, as text; nothing if there is no such kind.
pub fn schema(kind: &str) -> Option<String> {
    let schema = match kind {
        "corridor" => of::<spec::CorridorFile>(),
        "parameters" => of::<spec::Parameters>(),
        "scenario" => of::<spec::Scenario>(),
        "sources" => of::<spec::Sources>(),
        "assumptions" => of::<spec::Assumptions>(),
        "facts" => of::<spec::Facts>(),
        "targets" => of::<spec::Targets>(),
        "check" => of::<spec::Check>(),
        "study" => of::<spec::Study>(),
        "comparison" => of::<spec::Comparison>(),
        _ => return None,
    };
    serde_json::to_string_pretty(&schema).ok()
}

/// The schema of a type.
pub(crate) fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(without_null));
    SchemaGenerator::new(settings).into_root_schema_for::<T>().to_value()
}

/// TOML has no null: an optional key is absent.
fn without_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|t| t != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            object.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(branches)) = object.get_mut("anyOf") {
        branches.retain(|b| b.get("type").is_none_or(|t| t != "null"));
        if let [Value::Object(one)] = branches.as_slice() {
            let one = one.clone();
            object.remove("anyOf");
            for (key, value) in one {
                object.entry(key).or_insert(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_schema_without_null() {
        for kind in KINDS {
            let text = schema(kind).unwrap();
            assert!(text.contains("2020-12"), "{kind}");
            assert!(!text.contains("\"null\""), "{kind}");
        }
        assert!(schema("nothing").is_none());
    }
}
