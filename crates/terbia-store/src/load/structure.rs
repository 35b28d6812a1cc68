//! Does a file have the form of its kind? Every unknown key, missing key and wrong type at once.
//!
//! Serde stops at the first fault. So the parsed table is first held against the JSON Schema that
//! schemars makes from the same types, which finds them all; unknown keys are then taken out, so
//! that the checks on meaning can go on.

use super::fault::{Fault, PEDIGREE};
use super::files::File;
use super::names::nearest;
use super::problem::Problems;
use crate::schema;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_spanned::Spanned;
use std::ops::Range;
use toml::de::{DeTable, DeValue, Deserializer};

/// Parses `file` as a `T`; nothing if its form is so wrong that no `T` can be made of it.
pub(crate) fn parse<T: DeserializeOwned + JsonSchema>(
    file: &File,
    problems: &mut Problems,
) -> Option<T> {
    let (table, errors) = DeTable::parse_recoverable(file.text());
    // One slip sets off others: the first says where to look.
    if let Some(error) = errors.first() {
        let span = error.span().unwrap_or(0..0);
        let what = one_line(error.message());
        let mend = mend(&what, line(file.text(), &span));
        problems.add(file, span, Fault::Syntax { what, mend });
        problems.close(file);
        return None;
    }
    let before = problems.len();
    let schema = schema::of::<T>();
    let span = table.span();
    let mut value = Spanned::new(span.clone(), DeValue::Table(table.into_inner()));
    let mut walk = Walk { file, root: &schema, problems };
    walk.value(&mut value, &schema, "the file");
    let DeValue::Table(table) = value.into_inner() else { return None };
    match T::deserialize(Deserializer::from(Spanned::new(span, table))) {
        Ok(parsed) => Some(parsed),
        Err(error) => {
            if problems.len() == before {
                let span = error.span().unwrap_or(0..0);
                problems.add(file, span, Fault::Misfit { what: one_line(error.message()) });
            }
            problems.close(file);
            None
        }
    }
}

/// The line in which `span` begins.
fn line<'a>(text: &'a str, span: &Range<usize>) -> &'a str {
    let at = text.floor_char_boundary(span.start);
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..].lines().next().unwrap_or_default()
}

/// How a line is mended that is no TOML, from what the parser says of it and from what stands there.
fn mend(what: &str, line: &str) -> &'static str {
    let decimal = |w: &[u8]| matches!(w, [a, b',', c] if a.is_ascii_digit() && c.is_ascii_digit());
    if what.contains("duplicate") {
        "the name is there already: delete or rename one of the two"
    } else if line.contains(['“', '”', '„', '‘', '’']) {
        "write straight quotation marks, \"…\": these are those of a word processor"
    } else if what.contains("basic string") {
        "close the quotation mark, on the same line; a \" within a text is written \\\""
    } else if line.as_bytes().windows(3).any(decimal) {
        "write decimals with a point, 0.9, and thousands without a comma"
    } else if line.trim_start().starts_with('[') {
        "write the name of a table as [name], or as [[name]] where there are several of the kind"
    } else {
        "mend the line; texts need quotation marks, tables [brackets]"
    }
}

fn one_line(message: &str) -> String {
    message.lines().collect::<Vec<_>>().join("; ")
}

struct Walk<'a> {
    file: &'a File,
    root: &'a Value,
    problems: &'a mut Problems,
}

impl<'a> Walk<'a> {
    fn fault(&mut self, span: Range<usize>, fault: Fault) {
        self.problems.add(self.file, span, fault);
    }

    /// Follows `$ref` to the schema it stands for.
    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let name =
            schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"));
        name.and_then(|n| self.root.get("$defs")?.get(n)).unwrap_or(schema)
    }

    /// Holds `value`, which `key` names, against `schema`.
    fn value(&mut self, value: &mut Spanned<DeValue<'_>>, schema: &'a Value, key: &str) {
        if let DeValue::String(text) = value.get_ref()
            && let Some(code) = control(text)
        {
            return self.fault(value.span(), Fault::Control { key: format!("'{key}'"), code });
        }
        let schema = self.resolve(schema);
        let words = words(schema);
        if !words.is_empty() {
            return self.word(value, &words, key);
        }
        let branches = schema.get("anyOf").and_then(Value::as_array);
        let branches: Vec<&Value> = match branches {
            Some(branches) => branches.iter().map(|b| self.resolve(b)).collect(),
            None => vec![schema],
        };
        let found = value.get_ref();
        let Some(&schema) = branches.iter().find(|s| fits(found, s)) else {
            let expected: Vec<&str> = branches.iter().map(|s| expected(s)).collect();
            let found = match described(found) {
                "a number" if expected == [PEDIGREE] => "a bare number",
                other => other,
            };
            let expected = expected.join(" or ");
            let fault = Fault::WrongType { key: key.to_owned(), found, expected };
            return self.fault(value.span(), fault);
        };
        let span = value.span();
        match value.get_mut() {
            DeValue::Table(table) => self.table(table, span, schema, key),
            DeValue::Array(array) => self.array(array, &span, schema, key),
            DeValue::Float(float) if !finite(float.as_str(), key) => {
                self.fault(span, Fault::NotFinite { key: key.to_owned() });
            }
            DeValue::Integer(integer) if is_type(schema, "integer") => {
                let value = integer.to_string();
                let most = most(schema);
                if value.parse::<u64>().map_or(integer.radix() == 10, |x| x > most) {
                    let fault = Fault::NotCount { key: key.to_owned(), value, most };
                    self.fault(span, fault);
                }
            }
            DeValue::Integer(integer)
                if i64::from_str_radix(integer.as_str(), integer.radix()).is_err() =>
            {
                self.fault(span, Fault::TooManyDigits { key: key.to_owned() });
            }
            _ => {}
        }
    }

    fn word(&mut self, value: &Spanned<DeValue<'_>>, words: &[String], key: &str) {
        let fault = match value.get_ref() {
            DeValue::String(word) if words.iter().any(|w| *w == **word) => return,
            DeValue::String(word) => Fault::UnknownWord {
                key: key.to_owned(),
                value: word.to_string(),
                near: nearest(word, words.iter().map(String::as_str)),
                known: words.to_vec(),
            },
            other => Fault::WrongType {
                key: key.to_owned(),
                found: described(other),
                expected: "a text".to_owned(),
            },
        };
        self.fault(value.span(), fault);
    }

    fn table(&mut self, table: &mut DeTable<'_>, span: Range<usize>, schema: &'a Value, key: &str) {
        let none = serde_json::Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let others = schema.get("additionalProperties");
        let mut unknown = Vec::new();
        for (name, value) in table.iter_mut() {
            let text = name.get_ref().as_ref();
            if let Some(code) = control(text) {
                self.fault(name.span(), Fault::Control { key: "a key".to_owned(), code });
                continue;
            }
            match (schema.get("properties").and_then(|p| p.get(text)), others) {
                (None, Some(Value::Bool(false))) => unknown.push(name.clone()),
                (Some(inner), _) | (None, Some(inner)) => self.value(value, inner, text),
                (None, None) => {}
            }
        }
        for name in unknown {
            let fault = Fault::UnknownKey {
                key: name.get_ref().to_string(),
                table: called(key),
                near: nearest(name.get_ref(), properties.keys().map(String::as_str)),
                known: properties.keys().cloned().collect(),
            };
            self.fault(name.span(), fault);
            table.remove(&name);
        }
        let required = schema.get("required").and_then(Value::as_array);
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            if !table.iter().any(|(k, _)| k.get_ref() == name) {
                let doc = properties.get(name).and_then(|p| p.get("description"));
                let fault = Fault::KeyMissing {
                    key: name.to_owned(),
                    table: called(key),
                    doc: doc.and_then(Value::as_str).unwrap_or_default().replace('\n', " "),
                };
                // The file as a whole would be underlined from end to end.
                let span = if key == "the file" { 0..0 } else { span.clone() };
                self.fault(span, fault);
            }
        }
    }

    fn array(
        &mut self,
        array: &mut toml::de::DeArray<'_>,
        span: &Range<usize>,
        schema: &'a Value,
        key: &str,
    ) {
        let expected = schema.get("minItems").and_then(Value::as_u64);
        if let Some(expected) = expected.filter(|n| *n != array.len() as u64) {
            let fault = Fault::WrongLength { key: key.to_owned(), found: array.len(), expected };
            return self.fault(span.clone(), fault);
        }
        let first = schema.get("prefixItems").and_then(Value::as_array);
        for (index, value) in array.iter_mut().enumerate() {
            let inner = first.and_then(|f| f.get(index)).or_else(|| schema.get("items"));
            if let Some(inner) = inner {
                self.value(value, inner, key);
            }
        }
    }
}

/// The first control character of a text, line breaks and tabulators aside.
pub(crate) fn control(text: &str) -> Option<u32> {
    text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).map(u32::from)
}

/// Keys whose numbers may be infinite: the open end of a range.
const OPEN_ENDED: [&str; 1] = ["expected"];

fn finite(text: &str, key: &str) -> bool {
    let number = text.replace('_', "").parse::<f64>();
    let open = OPEN_ENDED.contains(&key);
    number.is_ok_and(|x| x.is_finite() || (open && x.is_infinite()))
}

fn called(key: &str) -> String {
    if key == "the file" { key.to_owned() } else { format!("'{key}'") }
}

/// The words that a schema allows, if it allows words only.
fn words(schema: &Value) -> Vec<String> {
    let plain = schema.get("enum").and_then(Value::as_array);
    let documented = schema.get("oneOf").and_then(Value::as_array);
    let plain = plain.into_iter().flatten();
    let documented = documented.into_iter().flatten();
    // A word without its own documentation stands in an `enum` among the branches.
    let inner = documented.clone().filter_map(|b| b.get("enum")?.as_array()).flatten();
    plain
        .chain(documented.filter_map(|b| b.get("const")))
        .chain(inner)
        .filter_map(|w| w.as_str().map(str::to_owned))
        .collect()
}

/// The largest whole number that fits; TOML itself ends at 2^63.
fn most(schema: &Value) -> u64 {
    let small = schema.get("format").is_some_and(|format| format == "uint32");
    if small { u64::from(u32::MAX) } else { i64::MAX as u64 }
}

fn is_type(schema: &Value, name: &str) -> bool {
    schema.get("type").is_some_and(|t| t == name)
}

fn fits(value: &DeValue<'_>, schema: &Value) -> bool {
    let Some(name) = schema.get("type").and_then(Value::as_str) else { return true };
    match value {
        DeValue::String(_) => name == "string",
        DeValue::Integer(_) => matches!(name, "number" | "integer"),
        DeValue::Float(_) => name == "number",
        DeValue::Boolean(_) => name == "boolean",
        DeValue::Array(_) => name == "array",
        DeValue::Table(_) => name == "object",
        DeValue::Datetime(_) => false,
    }
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn expected(schema: &Value) -> &'static str {
    let properties = schema.get("properties");
    let needs_unit = ["grade", "unit", "prior"]
        .iter()
        .all(|key| properties.is_some_and(|p| p.get(key).is_some()));
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => "a text",
        Some("integer") => "a whole number",
        Some("number") => "a number",
        Some("boolean") => "true or false",
        Some("array") => "a list",
        Some("object") if needs_unit => PEDIGREE,
        Some("object") => "a table",
        _ => "something else",
    }
}
