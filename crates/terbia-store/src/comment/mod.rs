//! What is each table of a file? A comment above it, made from the types that read the file.
//!
//! The first table of each kind is told with its keys, later ones in a line; comments that are there
//! stay, and nothing else moves by a byte. The words are the descriptions of the JSON Schema, which are
//! the documentation of the types of [`crate::spec`]: a comment cannot say what the reader does not do.

pub(crate) mod readme;
mod text;

use crate::spec;
use serde_json::Value;
use serde_spanned::Spanned;
use std::collections::BTreeSet;
use terbia_model::kernel::param::Definition;
use text::Words;
use toml::de::{DeTable, DeValue};

/// The files of a corridor by name, in the same order, each with a comment above every table. `defaults`
/// are the numbers of the modules.
pub(crate) fn commented<'a>(
    files: &[(&'a str, &'a str)],
    defaults: &[Definition],
) -> Vec<(&'a str, String)> {
    // Of several files of a kind the longest tells the keys: most kinds of tables stand there.
    let longest = |folder: &str| {
        let of = files.iter().filter(|(name, _)| folder_of(name) == Some(folder));
        of.max_by_key(|(_, text)| text.len()).map(|(name, _)| *name)
    };
    let told_in = |name: &str| match folder_of(name) {
        Some(folder) if SEVERAL.contains(&folder) => longest(folder).filter(|other| *other != name),
        _ => None,
    };
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|place| told_in(files[*place].0).is_some());
    let mut made: Vec<(&str, String)> =
        files.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    let mut seen = BTreeSet::new();
    for place in order {
        let (name, text) = files[place];
        if let Some(commented) = file(name, text, (defaults, told_in(name)), &mut seen) {
            made[place].1 = commented;
        }
    }
    made
}

/// Folders with several files of one kind.
const SEVERAL: [&str; 3] = ["scenarios", "checks", "studies"];

fn folder_of(name: &str) -> Option<&str> {
    name.split_once('/').map(|(folder, _)| folder)
}

/// One file with its comments; nothing if no type reads such a file. `seen` are the kinds of tables that
/// have been told, each with the folder or the file that has them.
fn file(
    name: &str,
    text: &str,
    (defaults, told_in): (&[Definition], Option<&str>),
    seen: &mut BTreeSet<(String, String)>,
) -> Option<String> {
    let schema = schema_of(name)?;
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return None;
    }
    let mut walk = Walk { root: &schema, text, found: Vec::new() };
    walk.table(table.get_ref(), &schema, "");
    let mut found = walk.found;
    found.sort_by_key(|f| f.at);
    // A table that only its inner ones open has their place.
    found.dedup_by_key(|f| f.at);
    let words = Words { root: &schema, defaults, numbers: name == "corridor.toml", told_in };
    let mut notes = vec![head(text, table.get_ref(), &schema, &found, &words)];
    if found.is_empty() {
        notes.push((text.len(), words.empty(&schema)));
    }
    let kind = folder_of(name).filter(|folder| SEVERAL.contains(folder)).unwrap_or(name);
    for table in &found {
        let own = above_comments(text, table.at);
        if seen.insert((kind.to_owned(), table.path.clone())) {
            notes.push((own, words.full(table)));
        } else if own == line_of(text, table.at) {
            notes.push((own, words.short(table)));
        }
    }
    Some(inserted(text, &notes))
}

/// What stands at the head of `corridor.toml` in a copy of the bundled corridor `id`, called `name`.
pub(crate) fn copy(id: &str, name: &str) -> String {
    let mut made = text::wrapped(
        "# ",
        "# ",
        &format!(
            "Copied from \"{name}\" (`terbia new --like {id}`). Every name, number and source in this folder \
             is of that corridor, and says nothing about yours until you have replaced it. In this order, with \
             `terbia check` after each step:"
        ),
    );
    for (number, step) in STEPS.iter().enumerate() {
        made.push_str(&text::wrapped(&format!("#   {}. ", number + 1), "#      ", step));
    }
    made.push_str(&text::wrapped("# ", "# ", PEDIGREE));
    made + "\n"
}

/// What is replaced in a copy, in the order that brings up fewest faults.
const STEPS: [&str; 7] = [
    "studies/, checks/ and scenarios/ name places, parties and months of the copied corridor: delete them all but \
     the scenario that `scenario` names, which keeps its `name` and `doc` and loses all else, events, [set], based_on \
     and replay_until. Write others when the corridor stands.",
    "Here: name, question, start and end.",
    "evidence/assumptions.toml: an assumption that says \"placeholder, not researched\", for numbers to cite.",
    "Here: townships, gates, roads, rivers and, at the end, [start_state].",
    "Here: actors, commodity, constituents, origins, series; politics, levers and forecast, or leave them out.",
    "parameters.toml: numbers of the modules that are not yours.",
    "evidence/: sources, then observations, events and facts; targets.toml last.",
];

const PEDIGREE: &str = "Ids in `source` are rows of evidence/, and so of the copied corridor. A number that you \
    have changed, or that nobody looked up for your corridor, has grade = \"D\" and cites the placeholder until it \
    is sourced anew.";

/// The schema of the file called `name`.
fn schema_of(name: &str) -> Option<Value> {
    use crate::schema::of;
    Some(match name {
        "corridor.toml" => of::<spec::CorridorFile>(),
        "parameters.toml" => of::<spec::Parameters>(),
        "evidence/sources.toml" => of::<spec::Sources>(),
        "evidence/assumptions.toml" => of::<spec::Assumptions>(),
        "evidence/facts.toml" => of::<spec::Facts>(),
        "evidence/targets.toml" => of::<spec::Targets>(),
        _ => match name.strip_suffix(".toml")?.split_once('/')?.0 {
            "scenarios" => of::<spec::Scenario>(),
            "checks" => of::<spec::Check>(),
            "studies" => of::<spec::Study>(),
            _ => return None,
        },
    })
}

/// A table with a header of its own.
struct Found<'a> {
    /// Byte of the bracket that opens its header.
    at: usize,
    /// Names from the root, with a star for one that the writer of the file chose.
    path: String,
    /// Its own name, as the file writes it.
    name: String,
    /// The key that holds it, as the schema describes it.
    holder: &'a Value,
    /// What it holds, as the schema describes it.
    schema: &'a Value,
    /// The word of its kind, with what that means, if it is one of several kinds.
    kind: Option<(String, &'a str)>,
}

struct Walk<'a> {
    root: &'a Value,
    text: &'a str,
    found: Vec<Found<'a>>,
}

impl<'a> Walk<'a> {
    fn table(&mut self, table: &DeTable<'_>, schema: &'a Value, path: &str) {
        for (key, value) in table {
            let key: &str = key.get_ref();
            let known = schema.get("properties").and_then(|p| p.get(key));
            let Some(holder) = known.or_else(|| schema.get("additionalProperties")) else {
                continue;
            };
            let name = if known.is_some() { key } else { "*" };
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            let inner = resolved(self.root, holder);
            match value.get_ref() {
                DeValue::Table(_) => self.found(value, key, &path, (holder, inner)),
                DeValue::Array(items) => {
                    let Some(schema) = inner.get("items") else { continue };
                    let schema = resolved(self.root, schema);
                    for item in items {
                        self.found(item, key, &path, (holder, schema));
                    }
                }
                _ => {}
            }
        }
    }

    fn found(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        name: &str,
        path: &str,
        (holder, schema): (&'a Value, &'a Value),
    ) {
        let DeValue::Table(table) = value.get_ref() else { return };
        let at = value.span().start;
        // One in braces stands within a line.
        if self.text[at..].starts_with('[') {
            let (path, name) = (path.to_owned(), name.to_owned());
            let kind = self.kind(table, schema);
            self.found.push(Found { at, path, name, holder, schema, kind });
        }
        self.table(table, schema, path);
    }

    /// The word that says which of several kinds of thing a table is, with what it means.
    fn kind(&self, table: &DeTable<'_>, schema: &'a Value) -> Option<(String, &'a str)> {
        let (key, value) =
            table.iter().find(|(key, _)| matches!(key.get_ref().as_ref(), "kind" | "role"))?;
        let DeValue::String(word) = value.get_ref() else { return None };
        let words = resolved(self.root, schema.get("properties")?.get(key.get_ref().as_ref())?);
        let words = words.get("oneOf")?.as_array()?;
        let meant = words.iter().find(|w| w.get("const").is_some_and(|c| *c == **word))?;
        Some((word.to_string(), description(meant)?))
    }
}

/// Follows `$ref` to the schema that it stands for.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"));
    name.and_then(|n| root.get("$defs")?.get(n)).unwrap_or(schema)
}

fn description(schema: &Value) -> Option<&str> {
    schema.get("description")?.as_str()
}

/// Where the file as a whole is told, and how: before its first key, or at its beginning.
fn head(
    text: &str,
    table: &DeTable<'_>,
    schema: &Value,
    found: &[Found<'_>],
    words: &Words<'_>,
) -> (usize, String) {
    let first_table = found.first().map_or(text.len(), |f| f.at);
    let keys = table.iter().map(|(key, _)| key.span().start).filter(|at| *at < first_table);
    let told = words.file(schema, |name| table.iter().any(|(key, _)| key.get_ref() == name));
    if let Some(key) = keys.min() {
        return (above_comments(text, key), told);
    }
    // What the file says of itself comes first.
    let lines = text.split_inclusive('\n').take_while(|line| line.starts_with('#'));
    let own: usize = lines.map(str::len).sum();
    match own {
        _ if told.is_empty() => (0, told),
        0 => (0, told + "\n"),
        _ => (own, format!("#\n{told}")),
    }
}

/// The byte at which the line of `at` begins.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The byte at which the comment that stands right above the line of `at` begins; the line itself if there
/// is none.
fn above_comments(text: &str, at: usize) -> usize {
    let mut start = line_of(text, at);
    while start > 0 {
        let above = line_of(text, start - 1);
        if !text[above..].starts_with('#') {
            break;
        }
        start = above;
    }
    start
}

/// The text with notes, each before the byte that it names.
fn inserted(text: &str, notes: &[(usize, String)]) -> String {
    let mut notes: Vec<&(usize, String)> = notes.iter().collect();
    notes.sort_by_key(|(at, _)| *at);
    let mut made = String::with_capacity(text.len() * 2);
    let mut from = 0;
    for (at, note) in notes {
        made.push_str(&text[from..*at]);
        if !note.is_empty() && !made.is_empty() && !made.ends_with('\n') {
            made.push('\n');
        }
        made.push_str(note);
        from = *at;
    }
    made.push_str(&text[from..]);
    made
}

#[cfg(test)]
mod tests;
