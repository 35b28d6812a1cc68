//! What do tests measure that the book prints? Effects of levers, and the record among live runs.
//!
//! A test that measures something worth printing has an ignored sibling named `book`, which says it in
//! one line of JSON: the page and the test cannot differ.

use super::{cell, short};
use crate::problem::Problem;
use crate::run::{cargo, listen};
use serde_json::Value;
use std::fmt::Write as _;

/// How the line begins in which a test speaks to this program.
const LINE: &str = "book: ";

/// What the test file `name` of terbia-store says.
fn told(name: &str) -> Result<Value, Problem> {
    let args = ["test", "--package", "terbia-store", "--test", name, "--"];
    let args = [&args[..], &["--ignored", "--exact", "book", "--nocapture"]].concat();
    let said = listen(cargo(&args), false)?;
    let line = said.text.lines().find_map(|line| line.strip_prefix(LINE));
    line.and_then(|line| serde_json::from_str(line).ok()).ok_or_else(|| {
        Problem::new(
            format!("crates/terbia-store/tests/{name}.rs"),
            format!("its test `book` says nothing that can be printed\n{}", said.text),
            format!("run by hand: cargo {}", args.join(" ")),
        )
    })
}

/// What each lever of the first corridor does.
pub(super) fn levers() -> Result<String, Problem> {
    Ok(lever_page(&told("levers")?))
}

/// Where the record lies among live runs.
pub(super) fn live() -> Result<String, Problem> {
    Ok(live_page(&told("live")?))
}

fn rows<'a>(told: &'a Value, key: &str) -> Vec<&'a Value> {
    told[key].as_array().into_iter().flatten().collect()
}

fn text(value: &Value) -> String {
    cell(value.as_str().unwrap_or_default())
}

/// A number; one that no JSON can hold is beyond all that was run.
fn number(value: &Value) -> String {
    value.as_f64().map_or_else(|| "∞".to_owned(), short)
}

fn percent(value: &Value) -> String {
    format!("{:.0} %", 100.0 * value.as_f64().unwrap_or(f64::NAN))
}

/// A unit after a blank; nothing for a pure number.
fn unit(value: &Value) -> String {
    match value.as_str() {
        None | Some("" | "1") => String::new(),
        Some(unit) => format!(" {}", cell(unit)),
    }
}

/// The unit of an outcome that was summed up over the window.
fn summed(row: &Value) -> String {
    let unit = unit(&row["outcome_unit"]);
    match row["scalar"].as_str() {
        Some("sum") => format!("{unit} a year"),
        Some("last") => format!("{unit} at the end"),
        _ => unit,
    }
}

/// Where a lever was tried.
fn situation(row: &Value) -> String {
    let mut words = format!("`{}`", text(&row["scenario"]));
    if let Some(path) = row["beside"][0].as_str() {
        let _ = write!(words, " with `{}` = {}", cell(path), number(&row["beside"][1]));
    }
    format!("{words}, to {}", text(&row["last"]))
}

fn lever_page(told: &Value) -> String {
    let mut page = format!(
        "{} runs with each setting, seed {}, levers turned in {}.\n\n",
        told["members"],
        told["seed"],
        text(&told["from"])
    );
    page.push_str(
        "| lever | owner | low to high | outcome | stated | mean, low → high | difference ± standard \
         error | runs that move as stated | unmoved | tried in |\n\
         |---|---|---|---|:-:|---|--:|--:|--:|---|\n",
    );
    for row in rows(told, "rows") {
        let [low, high] = [0, 1].map(|k| number(&row["bounds"][k]));
        let [before, after] = [0, 1].map(|k| number(&row["means"][k]));
        let mark = if row["holds"] == true { "" } else { " **not clear**" };
        let _ = writeln!(
            page,
            "| `{}` | {} | {low} to {high}{} | `{}` | {} | {before} → {after}{} | {} ± {}{mark} | {} | {} | {} |",
            text(&row["lever"]),
            text(&row["owner"]),
            unit(&row["unit"]),
            text(&row["outcome"]),
            text(&row["direction"]),
            summed(row),
            number(&row["difference"]),
            number(&row["error"]),
            percent(&row["as_stated"]),
            percent(&row["unmoved"]),
            situation(row),
        );
    }
    page
}

fn spreads(rows: &[&Value]) -> String {
    let mut table = String::from(
        "| figure | unit | record | median | 80 % of the runs | 90 % of the runs | runs below the \
         record | runs |\n|---|---|--:|--:|---|---|--:|--:|\n",
    );
    for row in rows {
        let [q05, q10, q50, q90, q95] = [0, 1, 2, 3, 4].map(|k| number(&row["quantiles"][k]));
        let _ = writeln!(
            table,
            "| {} | {} | {} | {q50} | {q10} to {q90} | {q05} to {q95} | {} | {} |",
            text(&row["name"]),
            text(&row["unit"]),
            number(&row["record"]),
            percent(&row["rank"]),
            row["runs"],
        );
    }
    table
}

fn live_page(told: &Value) -> String {
    let (members, seed) = (&told["members"], &told["seed"]);
    let mut page = format!(
        "**From November 2024**, scenario `live-2024`, {members} runs, seed {seed}; {} diverged. In {} of \
         the runs no levy is agreed by the end of 2027. Of runs that equal the record half count as \
         below it.\n\n{}\n",
        told["diverged"][0],
        percent(&told["never_agreed"]),
        spreads(&rows(told, "deals")),
    );
    let asks = rows(told, "asks");
    let all: f64 = asks.iter().filter_map(|a| a["runs"].as_f64()).sum();
    let _ = writeln!(
        page,
        "The first ask, as a share of the value, is refused in {}. The record has 20 %, refused.\n\n\
         | ask | answer | runs | share |\n|--:|---|--:|--:|",
        percent(&told["refused"]),
    );
    for ask in &asks {
        let answer = if ask["refused"] == true { "refused" } else { "accepted" };
        let share = Value::from(ask["runs"].as_f64().unwrap_or(f64::NAN) / all);
        let _ = writeln!(
            page,
            "| {} % | {answer} | {} | {} |",
            ask["percent"],
            ask["runs"],
            percent(&share)
        );
    }
    let _ = writeln!(
        page,
        "\n**From February 2017**, scenario `live-2017`, {members} runs, seed {seed}; {} diverged. Events \
         of a run from 2018 to May 2025.\n\n{}",
        told["diverged"][1],
        spreads(&rows(told, "events")),
    );
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_lever_that_does_not_hold_is_marked_and_its_situation_told() {
        let row = json!({
            "lever": "road", "owner": "us", "unit": "1", "bounds": [0.0, 3.0], "scenario": "shut",
            "last": "2032-12", "beside": ["lever.offer", 150.0], "outcome": "sales_t",
            "outcome_unit": "t gross", "scalar": "sum", "direction": "up", "means": [0.0, 12.5],
            "difference": 12.5, "error": 10.0, "as_stated": 0.45, "unmoved": 0.55, "holds": false,
        });
        let page = lever_page(
            &json!({"members": 64, "seed": 1, "from": "2026-01", "rows": [row.clone()]}),
        );
        let expected = "| `road` | us | 0 to 3 | `sales_t` | up | 0 → 12.5 t gross a year | 12.5 ± 10 \
                        **not clear** | 45 % | 55 % | `shut` with `lever.offer` = 150, to 2032-12 |";
        assert!(page.ends_with(&format!("{expected}\n")), "{page}");
    }

    #[test]
    fn live_runs_show_asks_and_what_never_ends() {
        let row = json!({"name": "closure", "unit": "months", "record": 5.2, "rank": 0.6, "runs": 10,
            "quantiles": [0.5, 1.0, 4.0, 18.0, null]});
        let page = live_page(&json!({
            "members": 10, "seed": 1, "diverged": [0, 0], "never_agreed": 0.1, "refused": 0.75,
            "deals": [row.clone()], "events": [row.clone()],
            "asks": [{"percent": 20, "refused": true, "runs": 3}, {"percent": 5, "refused": false, "runs": 1}],
        }));
        assert!(page.contains("| closure | months | 5.2 | 4 | 1 to 18 | 0.5 to ∞ | 60 % | 10 |"));
        assert!(
            page.contains("| 20 % | refused | 3 | 75 % |") && page.contains("| 5 % | accepted |")
        );
    }
}
