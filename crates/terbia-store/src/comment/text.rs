//! In which words is a table told? Descriptions of the schema, in lines that begin with `#`.

use super::{Found, description, resolved};
use serde_json::{Map, Value};
use std::fmt::Write as _;
use terbia_model::kernel::param::Definition;

/// Columns of a comment.
const WIDTH: usize = 100;
/// Columns of the name of a key, at most.
const KEY: usize = 32;

/// Keys that come first.
const FIRST: [&str; 6] = ["format", "id", "kind", "name", "value", "unit"];

/// Where words are taken from.
pub(super) struct Words<'a> {
    /// The schema of the file.
    pub(super) root: &'a Value,
    /// The numbers of the modules.
    pub(super) defaults: &'a [Definition],
    /// Whether the file is the one that tells how a number is written.
    pub(super) numbers: bool,
    /// The file that tells the keys of this kind of file.
    pub(super) told_in: Option<&'a str>,
}

impl Words<'_> {
    /// A file: what it is, the keys that stand before its tables, and the tables that it lacks.
    /// Nothing for a file that is a list of tables and no more.
    pub(super) fn file(&self, schema: &Value, has: impl Fn(&str) -> bool) -> String {
        if let Some(other) = self.told_in {
            let doc = description(schema).unwrap_or_default();
            return wrapped("# ", "# ", &format!("{doc} Its keys are explained in {other}."));
        }
        let Some(all) = schema.get("properties").and_then(Value::as_object) else {
            return String::new();
        };
        let mut text = wrapped("# ", "# ", description(schema).unwrap_or_default());
        let plain = |key: &String| !self.is_table(&all[key]);
        let keys: Vec<&String> = all.keys().filter(|k| plain(k)).collect();
        text.push_str(&self.keys(schema, &keys));
        let absent: Vec<&String> = all.keys().filter(|k| !plain(k) && !has(k)).collect();
        if !absent.is_empty() {
            text.push_str("# Tables that may be added:\n");
            text.push_str(&self.rows(all, &absent));
        }
        let number = self.root.get("$defs").and_then(|d| d.get("Num"));
        if let Some(number) = number.filter(|_| self.numbers) {
            text.push_str("# A number is written { value = …, unit = \"…\", … }.\n");
            text.push_str(&self.keys_of(number));
        }
        text
    }

    /// A file that is a list of tables and has none yet: what one would be.
    pub(super) fn empty(&self, schema: &Value) -> String {
        let Some(item) = schema.get("additionalProperties") else { return String::new() };
        let item = resolved(self.root, item);
        let what = sentence(description(item).unwrap_or_default());
        let name =
            if is_number(item) { "[\"module.number\"]" } else { "[ID], with an id of yours," };
        let mut text = wrapped("# ", "# ", &format!("A table {name} is: {}", lower(&what)));
        text.push_str(&self.keys_of(item));
        text
    }

    /// The first table of a kind: what it is, and its keys.
    pub(super) fn full(&self, table: &Found<'_>) -> String {
        if let Some(default) = self.default_of(table) {
            let mut text = wrapped("# ", "# ", default.as_str());
            text.push_str(&self.keys_of(table.schema));
            return text;
        }
        // The list and what is in it are both described; one of the two says more.
        let docs = [description(table.holder), description(table.schema)];
        let doc = docs.into_iter().flatten().max_by_key(|doc| doc.len());
        let mut text = wrapped("# ", "# ", doc.unwrap_or_default());
        text.push_str(&self.keys_of(table.schema));
        if let Some((word, meaning)) = &table.kind {
            text.push_str(&wrapped("# ", "# ", &format!("Here, {word}: {}", lower(meaning))));
        }
        text
    }

    /// A later one: a line.
    pub(super) fn short(&self, table: &Found<'_>) -> String {
        if let Some(default) = self.default_of(table) {
            return wrapped("# ", "# ", &default);
        }
        let line = if let Some((word, meaning)) = &table.kind {
            format!("{}, {word}: {}", capital(&table.name), lower(meaning))
        } else {
            let doc = description(table.schema).or_else(|| description(table.holder));
            sentence(doc.unwrap_or_default())
        };
        wrapped("# ", "# ", &line)
    }

    /// What a table of `parameters.toml` is instead of: the default of the module.
    fn default_of(&self, table: &Found<'_>) -> Option<String> {
        let d = self.defaults.iter().find(|d| table.path == "*" && d.path == table.name)?;
        let doc = d.doc.trim_end_matches('.');
        let unit = if d.unit == "1" { String::new() } else { format!(", {}", d.unit) };
        let (value, low, high) = (d.value, d.low, d.high);
        let range = if low < high { format!(" ({low} to {high})") } else { String::new() };
        let grade = d.grade.letter();
        Some(format!("{doc}{unit}. Instead of the default, {value}{range}, grade {grade}."))
    }

    /// All keys of a table, those that it needs first.
    fn keys_of(&self, schema: &Value) -> String {
        let all = schema.get("properties").and_then(Value::as_object);
        self.keys(schema, &all.iter().flat_map(|all| all.keys()).collect::<Vec<_>>())
    }

    fn keys(&self, schema: &Value, keys: &[&String]) -> String {
        let Some(all) = schema.get("properties").and_then(Value::as_object) else {
            return String::new();
        };
        let required = schema.get("required").and_then(Value::as_array);
        let needed = |key: &&String| {
            required.is_some_and(|r| r.iter().any(|name| name.as_str() == Some(key.as_str())))
        };
        let (mut must, may): (Vec<&String>, Vec<&String>) = keys.iter().copied().partition(needed);
        // What a reader looks for first; the schema has them in order of the alphabet.
        must.sort_by_key(|key| FIRST.iter().position(|first| first == key).unwrap_or(FIRST.len()));
        let mut text = String::new();
        if !must.is_empty() {
            text.push_str("# It has:\n");
            text.push_str(&self.rows(all, &must));
        }
        if !may.is_empty() {
            text.push_str(if must.is_empty() { "# It may have:\n" } else { "# and may have:\n" });
            text.push_str(&self.rows(all, &may));
        }
        text
    }

    fn rows(&self, all: &Map<String, Value>, keys: &[&String]) -> String {
        let width = keys.iter().map(|k| k.len()).max().unwrap_or(0).min(KEY);
        let mut text = String::new();
        for key in keys {
            let schema = &all[*key];
            let mut doc = lower(&joined(description(schema).unwrap_or_default()));
            doc.truncate(doc.trim_end_matches('.').len());
            let form = self.form(schema);
            if !form.is_empty() {
                let _ = write!(doc, "; {form}");
            }
            let first = format!("#   {key:width$}  ");
            let rest = format!("#   {:width$}  ", "");
            text.push_str(&wrapped(&first, &rest, &doc));
        }
        text
    }

    /// How the value of a key is written, if it is not a text.
    fn form(&self, schema: &Value) -> String {
        let name = schema.get("$ref").and_then(Value::as_str).unwrap_or_default();
        match name.rsplit('/').next() {
            Some("Num") => return "number\u{a0}{…}".to_owned(),
            Some("Val") => return "number, bare or\u{a0}{…}".to_owned(),
            _ => {}
        }
        let inner = resolved(self.root, schema);
        let words: Vec<String> = inner
            .get("oneOf")
            .or_else(|| inner.get("enum"))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|w| w.get("const").unwrap_or(w).as_str().map(|w| format!("\"{w}\"")))
            .collect();
        if let [others @ .., last] = words.as_slice() {
            return if others.is_empty() {
                last.clone()
            } else {
                format!("{} or {last}", others.join(", "))
            };
        }
        match inner.get("type").and_then(Value::as_str) {
            Some("boolean") => "true or false".to_owned(),
            Some("integer") => "whole number".to_owned(),
            Some("number") => "plain number".to_owned(),
            Some("array") if self.is_table(schema) => "tables".to_owned(),
            Some("array") => "list\u{a0}[…]".to_owned(),
            Some("object") => "table\u{a0}{…}".to_owned(),
            _ => String::new(),
        }
    }

    /// Whether a key holds a table, or several, rather than a value.
    fn is_table(&self, schema: &Value) -> bool {
        let inner = resolved(self.root, schema);
        let inner = inner.get("items").map_or(inner, |items| resolved(self.root, items));
        inner.get("type").is_some_and(|t| t == "object") && !is_number(inner)
    }
}

/// Whether a schema is that of a number with its pedigree.
fn is_number(schema: &Value) -> bool {
    let properties = schema.get("properties");
    properties.is_some_and(|p| p.get("grade").is_some() && p.get("value").is_some())
}

/// A documentation in one line.
fn joined(doc: &str) -> String {
    doc.replace('\n', " ")
}

/// The first sentence.
fn sentence(doc: &str) -> String {
    let doc = joined(doc);
    let end = doc.find(". ").map_or(doc.len(), |end| end + 1);
    doc[..end].to_owned()
}

/// The text with a small first letter, unless its first word is an abbreviation.
pub(super) fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    match first {
        Some(first) if !letters.next().is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// The text with a capital first letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The words of `text` in lines of [`WIDTH`] columns, after `first` in the first and `rest` in the others.
pub(super) fn wrapped(first: &str, rest: &str, text: &str) -> String {
    let mut made = String::new();
    let mut line = first.to_owned();
    let mut fresh = true;
    // What belongs together has a blank that does not break.
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        if !fresh && line.chars().count() + 1 + word.chars().count() > WIDTH {
            made.push_str(line.trim_end());
            made.push('\n');
            rest.clone_into(&mut line);
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(word);
        fresh = false;
    }
    if !fresh {
        made.push_str(line.trim_end());
        made.push('\n');
    }
    made.replace('\u{a0}', " ")
}
