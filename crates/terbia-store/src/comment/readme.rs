//! What lies under `evidence/`, and what are the columns of its tables of values? A page beside them, since
//! a table of values has no room for comments.

use super::{description, resolved, text};
use crate::load::{EVENTS, OBSERVATIONS};
use crate::schema::of;
use crate::spec::{self, Observation, Past};
use serde_json::Value;
use std::fmt::Write as _;

/// The name of the page in the folder of a corridor.
pub(crate) const NAME: &str = "evidence/README.md";

/// The page for a corridor that was copied from the one called `copied`, if it was.
pub(crate) fn page(copied: Option<&str>) -> String {
    let mut page = String::from(
        "# Evidence\n\nWhat is known, who says so, and what is a guess. Numbers everywhere in this corridor cite what stands here, by its \
         id.\nOnly `sources.toml` must be there.\n",
    );
    if let Some(name) = copied {
        let _ = write!(
            page,
            "\n**All rows and tables were copied from \"{name}\"** and say nothing about another place. Replace them; until\nyou \
             have, a number that cites them is a guess: grade D.\n",
        );
    }
    page.push_str("\n| file | what |\n|---|---|\n");
    for (file, schema) in [
        ("sources.toml", of::<spec::Sources>()),
        ("assumptions.toml", of::<spec::Assumptions>()),
        ("facts.toml", of::<spec::Facts>()),
        ("targets.toml", of::<spec::Targets>()),
        ("observations.csv", of::<Observation>()),
        ("events.csv", of::<Past>()),
    ] {
        let item = schema.get("additionalProperties").map(|item| resolved(&schema, item));
        let each =
            item.and_then(description).map(|doc| format!("One table each: {}", text::lower(doc)));
        let doc = each.or_else(|| description(&schema).map(str::to_owned)).unwrap_or_default();
        let _ = writeln!(page, "| `{file}` | {} |", cell(&doc));
    }
    page.push_str(&columns("observations.csv", OBSERVATIONS, &of::<Observation>()));
    page.push_str(&columns("events.csv", EVENTS, &of::<Past>()));
    page.push_str(
        "\nThe first row of a table of values names these columns, in this order. Cells are separated by commas, and one with a comma \
         in it\nstands in quotation marks; numbers have a decimal point; dates are `2024`, `2024-10` or `2024-10-22`; several keys in a cell are\nseparated by blanks. \
         From a spreadsheet: save as *CSV UTF-8 (comma delimited)*. A row that begins with `#` is not a comment.\n",
    );
    page
}

fn columns(file: &str, names: &[&str], schema: &Value) -> String {
    let mut text = format!("\n## Columns of `{file}`\n\n| column | what |\n|---|---|\n");
    for name in names {
        let column = schema.get("properties").and_then(|p| p.get(*name));
        let doc = column.and_then(description).unwrap_or_default();
        let words = column.map(|c| resolved(schema, c)).and_then(|c| c.get("oneOf")?.as_array());
        let words: Vec<String> = words.into_iter().flatten().filter_map(meant).collect();
        let list = if words.is_empty() { String::new() } else { format!(" {}.", words.join("; ")) };
        let _ = writeln!(text, "| `{name}` | {}{list} |", cell(doc));
    }
    text
}

/// A word that a column may hold, with what it means.
fn meant(word: &Value) -> Option<String> {
    let doc = text::lower(description(word)?.trim_end_matches('.'));
    Some(format!("`{}`: {}", word.get("const")?.as_str()?, cell(&doc)))
}

fn cell(doc: &str) -> String {
    doc.replace('\n', " ").replace('|', "\\|")
}
