//! How do the program's own lists read as pages? Outcomes, parameters, loops, assumptions.

use super::{cell, short};
use crate::problem::Problem;
use std::fmt::Write as _;
use terbia_model::kernel::param::{Definition, Prior};
use terbia_model::outcome::{self, Outcome, Scalar, Value};
use terbia_model::{ASSUMPTIONS, loops, module};

/// Outcomes, module by module.
pub(super) fn outcomes() -> String {
    let mut page = String::new();
    for (name, _) in module::ABOUT {
        let of_module: Vec<&Outcome> = outcome::all().filter(|o| o.module == *name).collect();
        if of_module.is_empty() {
            continue;
        }
        let _ = writeln!(page, "## {name}\n\n| outcome | unit | a year is the | meaning |");
        let _ = writeln!(page, "|---|---|---|---|");
        for o in of_module {
            let label = match o.value {
                Value::One(_) | Value::Committed(_) => "",
                Value::Constituent(_) => ".<constituent>",
                Value::Holder(_) | Value::Keeper(_) | Value::Learner(_) => ".<holder>",
                Value::Form(_) => ".<form>",
                Value::Township(_) | Value::Declining(_) | Value::Place(_) => ".<township>",
                Value::Front(_) => ".<front>",
                Value::Side(_) => ".<side>",
                Value::Rival(_) => ".<origin>",
                Value::Reach(_) => ".<reach>",
                Value::Station(_) => ".<station>",
            };
            let year = match o.scalar {
                Scalar::Sum => "sum",
                Scalar::Mean => "mean",
                Scalar::Last => "last month",
            };
            let _ =
                writeln!(page, "| `{}{label}` | {} | {year} | {} |", o.name, o.unit, cell(o.doc));
        }
        page.push('\n');
    }
    page
}

/// Parameters of the modules.
pub(super) fn parameters() -> Result<String, Problem> {
    let all = module::definitions().map_err(|e| {
        Problem::new("crates/terbia-model", e.to_string(), "mend the params.toml that it names")
    })?;
    let mut page = String::new();
    for (name, about) in module::ABOUT {
        let prefix = format!("{name}.");
        let of_module: Vec<&Definition> =
            all.iter().filter(|d| d.path.starts_with(&prefix)).collect();
        if of_module.is_empty() {
            continue;
        }
        let _ = writeln!(page, "## {name}\n\n{about}\n");
        let _ = writeln!(
            page,
            "| parameter | value | range | unit | prior | grade | source | meaning |"
        );
        let _ = writeln!(page, "|---|--:|---|---|---|:-:|---|---|");
        for d in of_module {
            let range = match (d.uncertain(), short(d.low), short(d.high)) {
                (true, low, high) => format!("{low} to {high}"),
                (false, ..) => String::from("–"),
            };
            let _ = writeln!(
                page,
                "| `{}` | {} | {range} | {} | {} | {} | {} | {} |",
                d.path,
                short(d.value),
                cell(&d.unit),
                if d.uncertain() { prior(d.prior) } else { "fixed" },
                d.grade.letter(),
                cell(&d.source.join(", ")),
                cell(&d.doc),
            );
        }
        page.push('\n');
    }
    Ok(page)
}

fn prior(prior: Prior) -> &'static str {
    match prior {
        Prior::Uniform => "uniform",
        Prior::Triangular => "triangular",
        Prior::LogUniform => "loguniform",
        Prior::Normal => "normal",
        Prior::LogNormal => "lognormal",
        Prior::Fixed => "fixed",
    }
}

/// Feedback loops, and where each is cut.
pub(super) fn loops() -> Result<String, Problem> {
    let all = loops::all().map_err(|e| {
        Problem::new("crates/terbia-model/src/loops.toml", e.to_string(), "mend the loop")
    })?;
    let mut page = String::from(
        "| loop | what acts on what | for stability | cut by holding | which leaves |\n|---|---|---|---|---|\n",
    );
    for l in &all {
        let held = |(path, value): (&String, &f64)| format!("`{path}` at {}", short(*value));
        let held: Vec<String> = l.off.iter().map(held).collect();
        let (path, sign, leaves) = (cell(&l.path), cell(&l.sign), cell(&l.leaves));
        let held = held.join(", ");
        let _ =
            writeln!(page, "| {} {} | {path} | {sign} | {held} | {leaves} |", l.id, cell(&l.label));
    }
    Ok(page)
}

/// The modules' register of assumptions.
pub(super) fn assumptions() -> Result<String, Problem> {
    let fault = |what: String| {
        Problem::new("crates/terbia-model/src/module/assumptions.toml", what, "mend the table")
    };
    let table: toml::Table =
        ASSUMPTIONS.parse().map_err(|e: toml::de::Error| fault(e.to_string()))?;
    let mut page =
        String::from("| id | claim | why | if wrong | alternative |\n|---|---|---|---|---|\n");
    for (id, entry) in &table {
        let text = |key: &str| {
            let value = entry.get(key).and_then(toml::Value::as_str).map(cell);
            value.ok_or_else(|| fault(format!("[{id}] lacks `{key}`")))
        };
        let _ = writeln!(
            page,
            "| {id} | {} | {} | {} | {} |",
            text("claim")?,
            text("why")?,
            text("if_wrong")?,
            text("alternative")?
        );
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_and_every_parameter_has_its_row() {
        let page = outcomes();
        for o in outcome::all() {
            assert!(
                page.contains(&format!("| `{}", o.name)),
                "{} is in no module of ABOUT",
                o.name
            );
        }
        let page = parameters().unwrap();
        for d in module::definitions().unwrap() {
            assert!(page.contains(&format!("| `{}` |", d.path)));
        }
        assert!(assumptions().unwrap().contains("| M-001 |"));
        assert!(loops().unwrap().contains("| B1 hostage revenue |"));
    }
}
