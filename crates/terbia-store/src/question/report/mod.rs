//! What does a study say, to somebody who will act on it? One document, as a page and as a PDF.
//!
//! First the answer in sentences, then what would change it, then pictures, tables, how it was made and
//! what it cannot say. Every sentence is made from the results of the run: where an interval holds nought
//! the sentence says that nothing can be told, and nothing else is claimed.

mod sentence;

use super::answer::{self, Row, Table, Under, Warning};
use super::error::QuestionError;
use super::results::{Results, ScenarioResults};
use crate::output;
use crate::paper::{self, Document, Words, chart};
use crate::report::number::Scale;
use sentence::{Told, told};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use terbia_lab::robust::{self, Direction};

/// The page.
pub const PAGE: &str = "report.html";
/// The same on paper.
pub const PAPER: &str = "report.pdf";

/// Writes the report of the study kept in `dir`, as a page and as a PDF, into `out`.
pub fn keep(dir: &Path, out: &Path) -> Result<[PathBuf; 2], QuestionError> {
    let results = Results::open_outcomes(dir)?;
    let document = document(&results);
    let paths = [out.join(PAGE), out.join(PAPER)];
    output::write_file(&paths[0], paper::html(&document).as_bytes())?;
    output::write_file(&paths[1], &paper::pdf(&document))?;
    Ok(paths)
}

/// The report of a study.
pub fn document(results: &Results) -> Document {
    let manifest = &results.manifest;
    let answer = answer::answer(results);
    let subtitle = format!(
        "{}, {} to {}: {} policies in the same {} futures under {} scenarios",
        manifest.fingerprint.corridor.name,
        manifest.contents.from,
        manifest.contents.until,
        manifest.contents.policies.len(),
        manifest.members,
        manifest.contents.scenarios.len(),
    );
    let mut document = Document::new(manifest.study.question.clone(), subtitle);
    document.running =
        format!("{}: {}", manifest.fingerprint.corridor.name, manifest.fingerprint.study);
    document.creator = format!("terbia {}", manifest.fingerprint.terbia);
    first_page(&mut document, results, &answer);
    changes(&mut document, results, &answer);
    pictures(&mut document, results, &answer);
    tables(&mut document, results, &answer);
    method(&mut document, results);
    limits(&mut document, results);
    document
}

/// The label of a policy.
fn label<'a>(results: &'a Results, id: &'a str) -> &'a str {
    let policy = results.manifest.contents.policies.iter().find(|p| p.id == id);
    policy.map_or(id, |p| p.label.as_str())
}

fn first_page(document: &mut Document, results: &Results, answer: &[Under]) {
    document.heading(1, "answer", "The answer");
    for warning in answer::warnings(results) {
        if let Warning::Diverged { runs, of } = warning {
            let words =
                format!("{runs} of {of} runs diverged and are left out of everything below.");
            document.paragraph(Words::new().strong(words));
        }
    }
    for under in answer {
        document.heading(2, format!("under-{}", under.scenario), capital(&under.label));
        if let Some(table) = under.tables.first() {
            if let Some(reference) = table.rows.first() {
                document.paragraph(sentence::reference(
                    table,
                    reference,
                    label(results, &reference.policy),
                ));
            }
            let items: Vec<Words> = table
                .rows
                .iter()
                .skip(1)
                .map(|row| sentence::difference(table, row, label(results, &row.policy)))
                .collect();
            document.list(items);
        }
        let others: Vec<Words> = under
            .tables
            .iter()
            .skip(1)
            .map(|table| sentence::most(table, |row| label(results, &row.policy).to_owned()))
            .collect();
        if !others.is_empty() {
            document.paragraph("Of what else was asked:");
            document.list(others);
        }
    }
    document.paragraph(
        Words::new()
            .plain("Numbers are means over the futures of what a policy changes in each of them, with 90 % intervals; ")
            .plain("the spread of the futures themselves is wider (")
            .link("tables", "tables")
            .plain(")."),
    );
}

/// What the answer hangs on.
fn changes(document: &mut Document, results: &Results, answer: &[Under]) {
    document.heading(1, "changes", "What would change it");
    let mut items: Vec<Words> = Vec::new();
    for (table, row, scenarios) in disagreements(answer) {
        items.push(
            Words::new()
                .plain(format!("The scenario: for {}, ", lower(&table.outcome.label)))
                .emphasis(label(results, &row.policy).to_owned())
                .plain(format!(" helps under one scenario and harms under another ({scenarios}).")),
        );
    }
    let open: usize = answer
        .iter()
        .flat_map(|u| &u.tables)
        .flat_map(|t| t.rows.iter().skip(1).map(move |r| told(t, r)))
        .filter(|t| *t == Told::Open)
        .count();
    let all: usize =
        answer.iter().flat_map(|u| &u.tables).map(|t| t.rows.len().saturating_sub(1)).sum();
    items.push(
        format!(
            "More futures: {open} of {all} differences cannot be told from nought with {} futures.",
            results.manifest.members
        )
        .into(),
    );
    let mut grades: BTreeMap<char, usize> = BTreeMap::new();
    for input in &results.manifest.contents.inputs {
        *grades.entry(input.grade).or_default() += 1;
    }
    let inputs = results.manifest.contents.inputs.len();
    let weak = grades.get(&'D').copied().unwrap_or(0);
    items.push(
        format!(
            "Better evidence: of {inputs} uncertain numbers {weak} are placeholders (grade D). Which of them the answer hangs on, a sensitivity analysis says; this page does not."
        )
        .into(),
    );
    document.list(items);
}

/// Policies whose difference in an outcome has one sign under one scenario, the other under another.
fn disagreements(answer: &[Under]) -> Vec<(&Table, &Row, String)> {
    let Some((first, others)) = answer.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    for (place, table) in first.tables.iter().enumerate() {
        for (n, row) in table.rows.iter().enumerate().skip(1) {
            let here = told(table, row);
            let opposite = |under: &&Under| {
                under
                    .tables
                    .get(place)
                    .is_some_and(|t| t.rows.get(n).is_some_and(|r| here.opposite(told(t, r))))
            };
            if let Some(other) = others.iter().find(opposite) {
                found.push((table, row, format!("{} against {}", first.label, other.label)));
            }
        }
    }
    found
}

fn pictures(document: &mut Document, results: &Results, answer: &[Under]) {
    document.page_break();
    document.heading(1, "pictures", "In pictures");
    for under in answer {
        document.heading(2, format!("pictures-{}", under.scenario), capital(&under.label));
        for table in &under.tables {
            let id = format!("fig-{}-{}", under.scenario, table.outcome.id);
            let row = |row: &Row| {
                let d = row.difference?;
                let interval = d
                    .half_width
                    .is_finite()
                    .then_some((d.mean - d.half_width, d.mean + d.half_width));
                Some(chart::Row::new(label(results, &row.policy), d.mean, interval))
            };
            let (left, right) = if table.outcome.lower_is_better {
                ("better", "worse")
            } else {
                ("worse", "better")
            };
            let rows = chart::Rows {
                title: table.outcome.label.clone(),
                unit: table.outcome.unit.clone(),
                left: left.into(),
                right: right.into(),
                rows: table.rows.iter().filter_map(row).collect(),
            };
            if !rows.rows.is_empty() {
                let caption = format!(
                    "Change against \"{}\", mean over the same futures, 90 % interval.",
                    table.rows.first().map_or("", |r| label(results, &r.policy))
                );
                document.figure(chart::rows(&rows).figure(id, caption));
            }
        }
    }
    for scenario in &results.scenarios {
        if let Some(heat) = regrets(results, scenario) {
            let caption = "Share of the futures in which another policy would have been better by this outcome: \
                           regret, whatever its size. Lighter is better; the dot marks the least of each column.";
            let id = format!("regret-{}", scenario.name);
            document.figure(chart::heat(&heat).figure(id, caption));
        }
    }
}

/// For each policy and outcome the share of the futures in which it is not the best.
fn regrets(results: &Results, scenario: &ScenarioResults) -> Option<chart::Heat> {
    let direction = |lower: bool| if lower { Direction::Lower } else { Direction::Higher };
    let outcomes: Vec<robust::Outcome> = results
        .outcomes()
        .iter()
        .map(|o| robust::Outcome {
            name: o.id.clone(),
            better: direction(o.lower_is_better),
            threshold: o.threshold,
        })
        .collect();
    let policies: Vec<String> = scenario.policies.iter().map(|p| p.about.label.clone()).collect();
    let mut values = Vec::new();
    for place in 0..outcomes.len() {
        for column in scenario.of_outcome(place) {
            values.extend_from_slice(column);
        }
    }
    let columns = results.outcomes().iter().map(|o| o.label.clone()).collect();
    let count = outcomes.len();
    let table = robust::Table::new(policies.clone(), outcomes, results.runs.len(), &values).ok()?;
    let by_outcome: Vec<_> = (0..count).map(|o| table.regret(o)).collect();
    let share = |policy: usize| {
        by_outcome.iter().map(|r| r.get(policy).map(|r| 100.0 * (1.0 - r.none))).collect()
    };
    Some(chart::Heat {
        title: format!("Regretted in how many futures: {}", scenario.label),
        unit: "percent".into(),
        rows: policies.clone(),
        columns,
        values: (0..policies.len()).map(share).collect(),
    })
}

fn tables(document: &mut Document, results: &Results, answer: &[Under]) {
    document.heading(1, "tables", "Tables");
    for under in answer {
        for table in &under.tables {
            document.table(figures(results, under, table));
        }
    }
}

fn figures(results: &Results, under: &Under, table: &Table) -> paper::Table {
    let outcome = &table.outcome;
    let ends = table.rows.iter().flat_map(|r| [Some(r.band.q05), Some(r.band.q95)]);
    let scale = Scale::fit(&outcome.unit, ends);
    let shown = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    let caption = format!(
        "{}{shown} ({} is better): {}",
        outcome.label,
        if outcome.lower_is_better { "lower" } else { "higher" },
        under.label
    );
    let heads = [
        "Policy",
        "#Median",
        "#90 % of the futures",
        "#Change",
        "#90 %",
        "#Better in",
        "#Good enough in",
    ];
    let mut told = paper::Table::new(caption, &heads);
    let percent =
        |share: f64| if share.is_nan() { "–".into() } else { format!("{:.0} %", 100.0 * share) };
    for row in &table.rows {
        let (change, interval, better) = match row.difference {
            Some(d) => (
                scale.model(d.mean),
                scale.interval(Some(d.mean - d.half_width), Some(d.mean + d.half_width)),
                percent(row.better),
            ),
            None => ("reference".into(), String::new(), String::new()),
        };
        told.row([
            label(results, &row.policy).to_owned(),
            scale.model(row.band.q50),
            scale.interval(Some(row.band.q05), Some(row.band.q95)),
            change,
            interval,
            better,
            row.good_enough.map_or_else(|| "–".into(), percent),
        ]);
    }
    told
}

fn method(document: &mut Document, results: &Results) {
    let manifest = &results.manifest;
    let print = &manifest.fingerprint;
    document.heading(1, "method", "How it was made");
    document.paragraph(format!(
        "Every policy ran in the same {} futures under each scenario: the same values of {} uncertain numbers ({} design) and the same luck, seed {}. \
         A difference is taken future by future before it is summed up.",
        manifest.members,
        manifest.contents.inputs.len(),
        print.design,
        print.seed
    ));
    let cuts: Vec<f64> = answer::answer(results)
        .iter()
        .flat_map(|u| u.tables.iter().flat_map(|t| t.rows.iter().filter_map(|r| r.difference)))
        .map(|d| d.variance_cut)
        .filter(|c| c.is_finite())
        .collect();
    if let Some(least) = cuts.iter().copied().reduce(f64::min) {
        let middle = terbia_lab::stats::quantile(&terbia_lab::stats::sorted(&cuts), 0.5);
        document.paragraph(format!(
            "That cuts the variance of a difference by a factor of {middle:.0} in the middle of {} differences, {least:.1} at least, against independent futures.",
            cuts.len()
        ));
    }
    let mut policies = paper::Table::new("What each policy turns", &["Policy", "Levers"]);
    for policy in &manifest.contents.policies {
        let turns: Vec<String> =
            policy.set.iter().map(|(path, v)| format!("{path} = {v}")).collect();
        let turns = if turns.is_empty() { "nothing".to_owned() } else { turns.join("; ") };
        policies.row([policy.label.clone(), turns]);
    }
    document.table(policies);
    let mut inputs =
        paper::Table::new("What the uncertain numbers rest on", &["Grade", "#Numbers", "Meaning"]);
    let meaning = [
        ('A', "measured here and then"),
        ('B', "measured elsewhere, or derived"),
        ('C', "named experts' judgement or a prior from the literature"),
        ('D', "a placeholder"),
    ];
    for (grade, words) in meaning {
        let count = manifest.contents.inputs.iter().filter(|i| i.grade == grade).count();
        inputs.row([grade.to_string(), count.to_string(), words.to_owned()]);
    }
    document.table(inputs);
    document.paragraph(Words::new().plain("Made by ").code(manifest.command.clone()).plain(
        format!(
            " with terbia {}; corridor {} (SHA-256 {}), study {} (SHA-256 {}).",
            print.terbia, print.corridor.id, print.corridor.sha256, print.study, print.study_sha256
        ),
    ));
}

fn limits(document: &mut Document, results: &Results) {
    let weak =
        results.manifest.contents.inputs.iter().filter(|i| matches!(i.grade, 'C' | 'D')).count();
    document.callout(
        "What this cannot say",
        [
            format!(
                "How likely any of these futures is. {weak} of {} uncertain numbers are judgement or placeholders: read differences between policies, not levels.",
                results.manifest.contents.inputs.len()
            ),
            "Whether anybody would turn these levers, or what that would cost who turns them: a setting is a supposition, not a plan of anybody.".to_owned(),
            "Anything finer than a township, or about any person.".to_owned(),
        ],
    );
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

fn lower(text: &str) -> String {
    let second = text.chars().nth(1);
    // What begins with two capitals or a number is a name.
    if second.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect())
}
