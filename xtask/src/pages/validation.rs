//! Where does the model fail against the record? Failures first, then what could not be scored, then
//! what fits.

use super::{cell, short};
use crate::problem::Problem;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// How a corridor is held against its record.
const HOW: &[&str] = &["--members", "1000", "--seed", "1", "--format", "json"];

/// The report on a corridor, made by the program.
pub(super) fn report(program: &Path, corridor: &str) -> Result<String, Problem> {
    let args: Vec<&str> = ["score", corridor].iter().chain(HOW).copied().collect();
    let mut command = Command::new(program);
    command.args(&args);
    let call = format!("terbia {}", args.join(" "));
    let said = command
        .output()
        .map_err(|e| Problem::new(&call, format!("cannot be run: {e}"), "build terbia first"))?;
    let scores: Value = serde_json::from_slice(&said.stdout).map_err(|e| {
        let words = String::from_utf8_lossy(&said.stderr);
        Problem::new(&call, format!("gave no JSON ({e})\n{}", words.trim()), "run it by hand")
    })?;
    Ok(format!("Made by `{call}`.\n\n{}", page(&scores)))
}

fn list<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    value[key].as_array().into_iter().flatten().collect()
}

fn page(scores: &Value) -> String {
    let (rows, patterns) = (list(scores, "rows"), list(scores, "patterns"));
    let of = |inside: Option<bool>| -> Vec<&Value> {
        rows.iter().copied().filter(|r| r["inside"].as_bool() == inside).collect()
    };
    let (outside, unscored, inside) = (of(Some(false)), of(None), of(Some(true)));
    let held = |h: Option<bool>| patterns.iter().filter(|p| p["held"].as_bool() == h).count();
    let mut page = String::new();
    let _ = writeln!(
        page,
        "**Of {} figures {} are scored and {} of those lie inside the central 90 % of the runs. Of {} \
         patterns {} hold, {} fail and {} cannot be shown.**\n",
        rows.len(),
        rows.len() - unscored.len(),
        inside.len(),
        patterns.len(),
        held(Some(true)),
        held(Some(false)),
        held(None),
    );
    section(&mut page, "Patterns that fail", &pattern_table(&patterns, Some(false)));
    section(&mut page, "Figures outside", &table(&outside));
    section(&mut page, "Figures that are not scored", &unscored_table(&unscored));
    section(&mut page, "Patterns that cannot be shown", &pattern_table(&patterns, None));
    section(&mut page, "Patterns that hold", &pattern_table(&patterns, Some(true)));
    section(&mut page, "Figures inside", &table(&inside));
    page
}

fn section(page: &mut String, heading: &str, body: &str) {
    let body = if body.is_empty() { "None.\n" } else { body };
    let _ = writeln!(page, "## {heading}\n\n{body}");
}

fn number(value: &Value) -> String {
    value.as_f64().map_or_else(|| "–".to_owned(), short)
}

fn span(low: &Value, high: &Value) -> String {
    match (low.as_f64(), high.as_f64()) {
        (None, None) => "–".to_owned(),
        (Some(low), None) => format!("at least {}", short(low)),
        (None, Some(high)) => format!("at most {}", short(high)),
        (Some(low), Some(high)) => format!("{} to {}", short(low), short(high)),
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Array(all) => all.iter().map(words).collect::<Vec<_>>().join(", "),
        other => cell(other.as_str().unwrap_or_default()),
    }
}

/// What a row is about: its title, when, and what to bear in mind.
fn about(row: &Value) -> String {
    let parts = ["title", "period", "note"].map(|key| words(&row[key]));
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("; ")
}

fn table(rows: &[&Value]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = String::from(
        "| id | figure | observed | stated range | median | 90 % of the runs | CRPS | unit | source |\n\
         |---|---|--:|---|--:|---|--:|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            words(&row["id"]),
            about(row),
            number(&row["observed"]),
            span(&row["low"], &row["high"]),
            number(&row["median"]),
            span(&row["q05"], &row["q95"]),
            number(&row["crps"]),
            words(&row["unit"]),
            words(&row["source"]),
        );
    }
    table
}

fn unscored_table(rows: &[&Value]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = String::from(
        "| id | figure, and why it is not scored | observed | stated range | unit | source |\n\
         |---|---|--:|---|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} |",
            words(&row["id"]),
            about(row),
            number(&row["observed"]),
            span(&row["low"], &row["high"]),
            words(&row["unit"]),
            words(&row["source"]),
        );
    }
    table
}

fn pattern_table(patterns: &[&Value], held: Option<bool>) -> String {
    let wanted: Vec<&&Value> = patterns.iter().filter(|p| p["held"].as_bool() == held).collect();
    if wanted.is_empty() {
        return String::new();
    }
    if held.is_none() {
        return wanted.iter().fold(String::new(), |mut text, p| {
            let _ = writeln!(
                text,
                "- **{}, {}**: {}",
                words(&p["id"]),
                words(&p["title"]),
                words(&p["reason"])
            );
            text
        });
    }
    let mut table = String::from(
        "| pattern | criterion | seed | expected | observed | median | 90 % of the runs | holds |\n\
         |---|---|--:|---|--:|--:|---|---|\n",
    );
    for pattern in wanted {
        for seed in list(pattern, "seeds") {
            for c in list(seed, "criteria") {
                let _ = writeln!(
                    table,
                    "| {}, {} | {} | {} | {} | {} | {} | {} | {} |",
                    words(&pattern["id"]),
                    words(&pattern["title"]),
                    words(&c["id"]),
                    seed["seed"],
                    span(&c["expected"][0], &c["expected"][1]),
                    number(&c["observed"]),
                    number(&c["median"]),
                    span(&c["q05"], &c["q95"]),
                    if c["held"] == true { "yes" } else { "no" },
                );
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn failures_come_first_and_nothing_is_left_out() {
        let row = |id: &str, inside: Value| json!({"id": id, "inside": inside, "low": 1.0});
        let scores = json!({
            "rows": [row("F01", json!(true)), row("F02", json!(false)), row("F03", Value::Null)],
            "patterns": [
                {"id": "P1", "title": "t", "held": false, "seeds": [
                    {"seed": 1, "criteria": [{"id": "P1-a", "expected": [0.0, 1.0], "held": false}]}]},
                {"id": "P8", "title": "u", "held": null, "reason": "another commodity"},
            ],
        });
        let page = page(&scores);
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
        assert!(place("P1-a") < place("F02") && place("F02") < place("F03"));
        assert!(place("F03") < place("another commodity") && place("P8") < place("| F01"));
        assert!(page.contains("Of 3 figures 2 are scored and 1 of those"));
    }
}
