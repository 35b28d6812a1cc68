//! What does the answer rest on? Tables, method, evidence, and what the model cannot say.

use super::Report;
use super::sentence;
use super::words::{clause, per_cent};
use crate::paper::{self, Document, Words};
use crate::question::analysis::Part;
use crate::question::answer::{Table, Under};
use crate::question::manifest::InputRef;
use crate::report::number::Scale;
use std::collections::BTreeSet;

/// Numbers of which the evidence is shown.
const SHOWN: usize = 20;

/// Writes the part.
pub(super) fn part(document: &mut Document, report: &Report) {
    tables(document, report);
    method(document, report);
    evidence(document, report);
    limits(document, report);
}

fn tables(document: &mut Document, report: &Report) {
    document.heading(1, "tables", "Tables");
    document.paragraph(
        Words::new()
            .plain("Policies stand here by their short names; what each is and turns stands under ")
            .link("method", "method")
            .plain("."),
    );
    for under in &report.answer {
        for table in &under.tables {
            document.table(figures(report, under, table));
        }
    }
}

fn figures(report: &Report, under: &Under, table: &Table) -> paper::Table {
    let outcome = &table.outcome;
    let scale = sentence::scale(table);
    let shown = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    let judged = report.judged(&under.scenario, &outcome.id);
    let better = match (judged, outcome.lower_is_better) {
        (false, _) => "",
        (true, true) => " (lower is better)",
        (true, false) => " (higher is better)",
    };
    let caption = format!("{}{shown}{better}: {}", outcome.label, under.label);
    let heads = [
        "Policy",
        "#Median",
        "#90 % of the futures",
        "#Change",
        "#90 %",
        "#Better in",
        "#Good enough in",
        "#Same luck",
    ];
    let mut told = paper::Table::new(caption, &heads);
    for row in &table.rows {
        let (change, interval, better, cut) = match row.difference {
            Some(d) => (
                scale.model(d.mean),
                scale.interval(Some(d.mean - d.half_width), Some(d.mean + d.half_width)),
                if judged { per_cent(row.better) } else { String::new() },
                if d.identical() { "same".into() } else { factor(d.variance_cut) },
            ),
            None => ("reference".into(), String::new(), String::new(), String::new()),
        };
        let cells = [
            scale.model(row.band.q50),
            scale.interval(Some(row.band.q05), Some(row.band.q95)),
            change,
            interval,
            better,
            row.good_enough.map_or_else(|| "–".into(), per_cent),
            cut,
        ];
        let name = Words::new().code(row.policy.clone());
        told.row([name].into_iter().chain(cells.map(Words::from)));
    }
    told
}

/// A factor on a variance.
fn factor(cut: f64) -> String {
    match cut {
        cut if cut > 1e6 => "> million×".into(),
        cut if cut.is_finite() => format!("{}×", Scale::of("", cut).model(cut)),
        _ => "–".into(),
    }
}

fn method(document: &mut Document, report: &Report) {
    let manifest = &report.results.manifest;
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
    let cuts: Vec<f64> = report
        .answer
        .iter()
        .flat_map(|u| u.tables.iter().flat_map(|t| t.rows.iter().filter_map(|r| r.difference)))
        .map(|d| d.variance_cut)
        .filter(|c| c.is_finite())
        .collect();
    if let Some(least) = cuts.iter().copied().reduce(f64::min) {
        let middle = terbia_lab::stats::quantile(&terbia_lab::stats::sorted(&cuts), 0.5);
        document.paragraph(format!(
            "That cuts the variance of a difference by a factor of {} in the middle of {} differences, {least:.1} at \
             least, against independent futures (column “Same luck” of the tables).",
            factor(middle),
            cuts.len()
        ));
    }
    let mut policies = paper::Table::new("What each policy turns", &["Name", "Policy", "Levers"]);
    for policy in &manifest.contents.policies {
        let turns: Vec<String> =
            policy.set.iter().map(|(path, v)| format!("{path} = {v}")).collect();
        let turns = if turns.is_empty() { "nothing".to_owned() } else { turns.join("; ") };
        policies.row([policy.id.clone(), policy.label.clone(), turns]);
    }
    document.table(policies);
    document.paragraph(Words::new().plain("Made by ").code(manifest.command.clone()).plain(
        format!(
            " with terbia {}; corridor {} (SHA-256 {}), study {} (SHA-256 {}).",
            print.terbia, print.corridor.id, print.corridor.sha256, print.study, print.study_sha256
        ),
    ));
}

/// What the numbers that decide rest on, and how well all are known.
fn evidence(document: &mut Document, report: &Report) {
    let contents = &report.results.manifest.contents;
    document.heading(1, "evidence", "What it rests on");
    let mut grades = paper::Table::new(
        "How well the uncertain numbers are known",
        &["Grade", "#Numbers", "Meaning"],
    );
    let meaning = [
        ('A', "measured here and then"),
        ('B', "measured elsewhere, or derived"),
        ('C', "named experts' judgement or a prior from the literature"),
        ('D', "a placeholder"),
    ];
    for (grade, words) in meaning {
        let count = contents.inputs.iter().filter(|i| i.grade == grade).count();
        grades.row([grade.to_string(), count.to_string(), words.to_owned()]);
    }
    document.table(grades);
    let deciding = deciding(report);
    if deciding.is_empty() {
        return;
    }
    let heads = ["Number", "Grade", "#Value", "#Range", "Unit", "Rests on"];
    let mut told = paper::Table::new("Numbers that the answer names", &heads);
    for input in deciding {
        let scale = Scale::fit(&input.unit, [Some(input.low), Some(input.high)]);
        told.row([
            Words::new().plain(clause(&input.description)).plain(" ").code(input.path.clone()),
            input.grade.to_string().into(),
            scale.model(input.value).into(),
            scale.interval(Some(input.low), Some(input.high)).into(),
            scale.unit.clone().into(),
            input.source.join(", ").into(),
        ]);
    }
    let corridor = &report.results.manifest.fingerprint.corridor.id;
    told.note(
        Words::new()
            .plain("What a key stands for, with its words and its place: ")
            .code(format!("terbia explain {corridor} KEY"))
            .plain(". All numbers, the weakest first: ")
            .code(format!("terbia evidence {corridor}"))
            .plain("."),
    );
    document.table(told);
}

/// Numbers that sensitivity, regions or worths name, in this order, each once.
fn deciding(report: &Report) -> Vec<&InputRef> {
    let mut paths: Vec<&str> = Vec::new();
    if let Some(Part::Found(found)) = &report.analysis.sensitivity {
        for shared in found.shared.iter().filter(|s| s.policy.is_none()) {
            paths.extend(shared.numbers.iter().map(|n| n.path.as_str()));
        }
    }
    for under in &report.analysis.scenarios {
        let found = under.discovery.iter().filter_map(|d| d.answer.found());
        let limits = found.filter_map(|d| d.boxes.first()).flat_map(|b| &b.limits);
        paths.extend(limits.map(|l| l.path.as_str()));
        if let Some(Part::Found(value)) = &under.value {
            paths.extend(value.numbers.iter().map(|n| n.path.as_str()));
        }
    }
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(*path));
    paths.into_iter().filter_map(|path| report.input(path)).take(SHOWN).collect()
}

fn limits(document: &mut Document, report: &Report) {
    let results = &report.results;
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
