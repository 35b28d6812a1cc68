//! What is the answer, in sentences that its intervals carry? The first page.

use super::sentence::{self, Told, told};
use super::words::{amount, capital, count, lower, per_cent, quoted, share, whole};
use super::{Report, change, plane};
use crate::paper::{self, Document, Words};
use crate::question::analysis::survival::{Lasting, Survived};
use crate::question::analysis::{Interval, Part, Under as Analysed};
use crate::question::answer::{self, Row, Table, Under, Warning};
use terbia_model::kernel::time::Month;

/// Outcomes that the short answer names.
const SHORT: usize = 3;

/// Writes the part.
pub(super) fn part(document: &mut Document, report: &Report) {
    document.heading(1, "answer", "The answer");
    if let Some(doc) = &report.doc {
        document.paragraph(Words::new().emphasis(doc.clone()));
    }
    for warning in answer::warnings(&report.results) {
        if let Warning::Diverged { runs, of } = warning {
            let words =
                format!("{runs} of {of} runs diverged and are left out of everything below.");
            document.paragraph(Words::new().strong(words));
        }
    }
    short(document, report);
    for (n, (under, analysed)) in report.answer.iter().zip(&report.analysis.scenarios).enumerate() {
        document.heading(2, format!("under-{}", under.scenario), capital(&under.label));
        plane::told(document, report, analysed);
        policies(document, report, under, n == 0);
        bearers(document, report, under);
        if analysed.plane.is_none() {
            lasting(document, report, analysed);
        }
        others(document, report, under);
    }
    sure(document, report);
    document.paragraph(
        Words::new()
            .plain("Changes are means over the futures of what a policy changes in each of them, with 90 % intervals; ")
            .plain("the spread of the futures themselves is wider (")
            .link("tables", "tables")
            .plain(")."),
    );
}

/// The answer in a few sentences, under the first scenario.
fn short(document: &mut Document, report: &Report) {
    let (Some(under), Some(analysed)) = (report.answer.first(), report.analysis.scenarios.first())
    else {
        return;
    };
    let mut body = Vec::new();
    body.extend(analysed.plane.as_ref().map(|of| plane::how_often(report, of)));
    // What the plane tells is told.
    let sign = analysed.plane.as_ref().and_then(|p| p.axes.last());
    let judged =
        |t: &&Table| report.judged(&under.scenario, &t.outcome.id) && sign != Some(&t.outcome.id);
    for table in under.tables.iter().filter(judged).take(SHORT) {
        body.push(sentence::most(table, |row| report.policy(&row.policy).to_owned()));
    }
    body.extend(analysed.survival.first().and_then(|survived| one(report, survived)));
    body.extend(change::decides(report));
    if report.answer.len() > 1 {
        body.push(
            format!("All of this under the scenario {}; others follow.", quoted(&under.label))
                .into(),
        );
    }
    document.callout("In short", body);
}

/// The first outcome, policy by policy; in short where the reader has met the policies before.
fn policies(document: &mut Document, report: &Report, under: &Under, whole: bool) {
    let Some(table) = under.tables.first() else { return };
    let Some(reference) = table.rows.first() else { return };
    document.paragraph(sentence::reference(table, reference, report.policy(&reference.policy)));
    if !whole {
        document.list([sentence::most(table, |row| report.policy(&row.policy).to_owned())]);
        return;
    }
    let items: Vec<Words> = table
        .rows
        .iter()
        .skip(1)
        .map(|row| sentence::difference(table, row, report.policy(&row.policy)))
        .collect();
    document.list(items);
}

/// Who bears what, where: of the outcomes of which the study says so.
fn bearers(document: &mut Document, report: &Report, under: &Under) {
    let borne: Vec<&Table> = under.tables.iter().filter(|t| t.outcome.who.is_some()).collect();
    if borne.is_empty() {
        return;
    }
    let reference = quoted(report.policy(report.reference()));
    let caption = format!("Who bears what, where, under {reference}, and what relieves them most");
    let heads = ["Who", "Where", "What", "#Median", "#90 % of the futures", "Relieved most by"];
    let mut told = paper::Table::new(caption, &heads).called(format!("who-{}", under.scenario));
    for table in borne {
        let Some(row) = table.rows.first() else { continue };
        let scale = sentence::scale(table);
        let unit = super::words::spaced(&scale.unit);
        let better = |r: &&Row| sentence::told(table, r) == Told::Better;
        let size = |r: &&Row| r.difference.map_or(0.0, |d| d.mean.abs());
        let best = table.rows.iter().filter(better).max_by(|a, b| size(a).total_cmp(&size(b)));
        let relief = best.and_then(|row| Some((row, row.difference?))).map(|(row, d)| {
            let interval = Interval {
                value: Some(d.mean),
                low: Some(d.mean - d.half_width),
                high: Some(d.mean + d.half_width),
            };
            format!("{}: {}", report.policy(&row.policy), amount(&interval, &scale))
        });
        told.row([
            table.outcome.who.clone().unwrap_or_default(),
            table.outcome.place.clone().unwrap_or_default(),
            table.outcome.label.clone(),
            format!("{}{unit}", scale.model(row.band.q50)),
            scale.interval(Some(row.band.q05), Some(row.band.q95)),
            relief.unwrap_or_else(|| "no policy, as far as can be told".into()),
        ]);
    }
    document.table(told);
}

/// How long things last, or when they come: under the reference, and where it differs most.
fn lasting(document: &mut Document, report: &Report, analysed: &Analysed) {
    let items: Vec<Words> =
        analysed.survival.iter().filter_map(|survived| one(report, survived)).collect();
    if !items.is_empty() {
        document.list(items);
    }
}

fn one(report: &Report, survived: &Survived) -> Option<Words> {
    let (first, others) = survived.policies.split_first()?;
    let words = Words::new().strong(format!("{}. ", survived.label));
    let found = match &first.answer {
        Part::NotPossible(because) => return Some(words.plain(format!("{}.", capital(because)))),
        Part::Found(found) => found,
    };
    let comes = report.outcome(&survived.outcome).is_some_and(|o| o.statistic == "first_above");
    let mut words = words.plain(format!("Under {}: ", quoted(report.policy(&first.policy))));
    words = words.plain(if comes {
        let half = match (found.median_months.value, report.start(&survived.outcome)) {
            (Some(months), Some(start)) => {
                let month = start.plus(months as i32 - 1);
                format!("in half of the futures it has come by {month}")
            }
            _ => "in more than half of the futures it does not come within the window".into(),
        };
        let come = Interval::share(found.ended, found.spells);
        format!("{half}; it comes in {} of them.", share(&come))
    } else {
        format!("{}.", plane::lasts(found))
    });
    if let Some((most, least)) = extremes(others, comes) {
        let word = if comes { "it comes in" } else { "it lasts longer than 24 months in" };
        words = words.plain(format!(
            " Under {} {word} {} of the futures, under {} in {}.",
            quoted(report.policy(&most.0)),
            share(&most.1),
            quoted(report.policy(&least.0)),
            share(&least.1)
        ));
    }
    Some(words)
}

/// The policies with the most and the least, if their intervals do not meet.
fn extremes(all: &[Lasting], comes: bool) -> Option<((String, Interval), (String, Interval))> {
    let told = |lasting: &Lasting| {
        let found = lasting.answer.found()?;
        let share = if comes {
            Interval::share(found.ended, found.spells)
        } else {
            found.at.iter().find(|(months, _)| *months == 24.0)?.1
        };
        share.value.map(|value| (value, (lasting.policy.clone(), share)))
    };
    let told: Vec<_> = all.iter().filter_map(told).collect();
    let most = told.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let least = told.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    (most.1.1.low > least.1.1.high).then(|| (most.1.clone(), least.1.clone()))
}

/// What else was asked: the best and the worst policy by each outcome that is judged.
fn others(document: &mut Document, report: &Report, under: &Under) {
    let judged = |table: &&Table| report.judged(&under.scenario, &table.outcome.id);
    let others: Vec<Words> = under
        .tables
        .iter()
        .skip(1)
        .filter(judged)
        .map(|table| sentence::most(table, |row| report.policy(&row.policy).to_owned()))
        .collect();
    if !others.is_empty() {
        document.paragraph("Of what else was asked:");
        document.list(others);
    }
}

/// How far the answer is to be relied on.
fn sure(document: &mut Document, report: &Report) {
    let contents = &report.results.manifest.contents;
    let rows = || {
        let tables = report.answer.iter().flat_map(|u| &u.tables);
        tables.flat_map(|t| t.rows.iter().skip(1).map(move |r| told(t, r)))
    };
    let (all, open) = (rows().count(), rows().filter(|t| *t == Told::Open).count());
    let mut words = Words::new().strong("How sure is this? ");
    if all > 0 {
        words = words.plain(format!(
            "{} of {} differences can be told from nought with {}. ",
            whole(all - open),
            whole(all),
            count(report.results.runs.len(), "future", "futures")
        ));
    }
    let inputs = contents.inputs.len();
    let placeholders = contents.inputs.iter().filter(|i| i.grade == 'D').count();
    words = words.plain(format!(
        "Of {} uncertain numbers {} are placeholders (grade D): how high anything is hangs on them, how \
         policies compare does too, but less. ",
        whole(inputs),
        whole(placeholders)
    ));
    if let Some(chance) = best_share(report) {
        words = words.plain(chance);
    }
    document.paragraph(words);
}

/// In how many futures the best policy by the first outcome is the best.
fn best_share(report: &Report) -> Option<String> {
    let under = report.analysis.scenarios.first()?;
    let by = under.robust.first()?;
    let robust = by.answer.found()?;
    let mean = robust.choices.iter().find(|c| c.rule == "mean")?;
    let (id, all) = (mean.chosen.first()?, report.results.manifest.contents.policies.len());
    if mean.chosen.len() == all || all < 2 {
        return None;
    }
    let none = robust.regret.iter().find(|r| r.policy == *id)?.none;
    Some(format!(
        "By {}, {} is best on average; in {} of the futures no other policy does better.",
        lower(&by.label),
        quoted(report.policy(id)),
        per_cent(none)
    ))
}

impl Report {
    /// Whether an outcome is one that policies are judged by: not one that only spans a plane or tells of
    /// spells.
    pub(super) fn judged(&self, scenario: &str, outcome: &str) -> bool {
        let under = self.analysis.scenarios.iter().find(|u| u.scenario == scenario);
        under.is_some_and(|u| u.robust.iter().any(|r| r.outcome == outcome))
    }

    /// First month in which an outcome is measured.
    fn start(&self, outcome: &str) -> Option<Month> {
        self.outcome(outcome)?.from.parse().ok()
    }
}
