//! What would change the answer? Scenarios, numbers that decide, regions, signs, and what knowledge is worth.

use super::Report;
use super::sentence::{Told, told};
use super::words::{amount, capital, clause, count, listed, lower, per_cent, quoted, share};
use crate::paper::{self, Document, Words};
use crate::question::analysis::discovery::{Discovery, FoundBox, Limit};
use crate::question::analysis::sensitivity::{Ranked, Sensitivity, Share, Shared};
use crate::question::analysis::value::Value;
use crate::question::analysis::{Interval, Part, Under as Analysed};
use crate::question::answer::{Row, Table};
use crate::question::results::ScenarioResults;
use crate::report::number::Scale;
use terbia_lab::paired::{Comparison, mean_and_half_width};

/// Numbers that a sentence names, and the least share that makes one worth naming.
const NAMED: usize = 3;
const LEAST: f64 = 0.03;

/// Writes the part.
pub(super) fn part(document: &mut Document, report: &Report) {
    document.page_break();
    document.heading(1, "changes", "What would change it");
    document.list(scenarios(report));
    if let Some(table) = worlds(report) {
        document.table(table);
    }
    match &report.analysis.sensitivity {
        Some(Part::Found(found)) => deciding(document, report, found),
        Some(Part::NotPossible(because)) => {
            document.paragraph(format!("Which numbers decide cannot be said: {because}."));
        }
        None => {
            document.paragraph(
                "Which of the uncertain numbers decide, this study was not asked, or was told to leave out.",
            );
        }
    }
    super::search::pathway(document, report);
    let several = report.analysis.scenarios.len() > 1;
    for under in &report.analysis.scenarios {
        let place = if several { format!(": {}", under.label) } else { String::new() };
        regions(document, report, under, &place);
        worth(document, report, under, &place);
    }
}

/// The scenario, and more futures.
fn scenarios(report: &Report) -> Vec<Words> {
    let mut items: Vec<Words> = Vec::new();
    for (table, row, scenarios) in disagreements(report) {
        items.push(
            Words::new()
                .strong("The scenario. ")
                .plain(format!("For {}, ", lower(&table.outcome.label)))
                .plain(quoted(report.policy(&row.policy)))
                .plain(format!(" helps under one scenario and harms under another ({scenarios}).")),
        );
    }
    if items.is_empty() && report.answer.len() > 1 {
        items.push(
            Words::new().strong("The scenario. ").plain(
                "No policy helps under one scenario and harms under another, by any outcome.",
            ),
        );
    }
    let rows = || {
        let tables = report.answer.iter().flat_map(|u| &u.tables);
        tables.flat_map(|t| t.rows.iter().skip(1).map(move |r| told(t, r)))
    };
    let open = rows().filter(|t| *t == Told::Open).count();
    if open > 0 {
        items.push(Words::new().strong("More futures. ").plain(format!(
            "{} of {} cannot be told from nought with {}.",
            open,
            count(rows().count(), "difference", "differences"),
            count(report.results.runs.len(), "future", "futures")
        )));
    }
    items
}

/// What the scenarios themselves change, under the reference, future by future.
fn worlds(report: &Report) -> Option<paper::Table> {
    let (first, others) = report.results.scenarios.split_first()?;
    if others.is_empty() {
        return None;
    }
    let mut heads = vec!["Outcome".to_owned(), format!("#{}: mean", first.label)];
    heads.extend(others.iter().map(|s| format!("#{}: change", s.label)));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let caption = format!(
        "What the scenarios themselves change under {}",
        quoted(report.policy(report.reference()))
    );
    let mut table = paper::Table::new(caption, &heads);
    for (place, outcome) in report.results.outcomes().iter().enumerate() {
        if !report.judged(&first.name, &outcome.id) {
            continue;
        }
        let values = |s: &ScenarioResults| s.of_outcome(place).first().map(|v| v.to_vec());
        let base = values(first)?;
        let (mean, _) = mean_and_half_width(&base);
        let change = |other: &ScenarioResults| {
            let d = Comparison::of(&base, &values(other).unwrap_or_default());
            let about = d.half_width.is_finite();
            let ends = about.then_some((d.mean - d.half_width, d.mean + d.half_width));
            Interval { value: Some(d.mean), low: ends.map(|e| e.0), high: ends.map(|e| e.1) }
        };
        let changes: Vec<Interval> = others.iter().map(change).collect();
        let sizes = changes.iter().map(|c| c.value).chain([Some(mean)]);
        let scale = Scale::fit(&outcome.unit, sizes);
        let unit = match scale.unit.as_str() {
            "" => String::new(),
            unit => format!(", {unit}"),
        };
        let bare = Scale { unit: String::new(), ..scale.clone() };
        let cells = changes.iter().map(|c| amount(c, &bare));
        table.row([format!("{}{unit}", outcome.label), bare.model(mean)].into_iter().chain(cells));
    }
    Some(table)
}

/// Policies whose difference in an outcome has one sign under one scenario, the other under another.
fn disagreements(report: &Report) -> Vec<(&Table, &Row, String)> {
    let Some((first, others)) = report.answer.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    for (place, table) in first.tables.iter().enumerate() {
        for (n, row) in table.rows.iter().enumerate().skip(1) {
            let here = told(table, row);
            let opposite = |under: &&crate::question::answer::Under| {
                under
                    .tables
                    .get(place)
                    .is_some_and(|t| t.rows.get(n).is_some_and(|r| here.opposite(told(t, r))))
            };
            if report.judged(&first.scenario, &table.outcome.id)
                && let Some(other) = others.iter().find(opposite)
            {
                found.push((table, row, format!("{} against {}", first.label, other.label)));
            }
        }
    }
    found
}

/// Which numbers decide.
fn deciding(document: &mut Document, report: &Report, found: &Sensitivity) {
    document.heading(2, "deciding", "Which numbers decide");
    let scenario = report.analysis.scenarios.iter().find(|u| u.scenario == found.scenario);
    let label = scenario.map_or(found.scenario.as_str(), |u| u.label.as_str());
    document.paragraph(format!(
        "All {} uncertain numbers were moved one at a time under the scenario “{label}”, the {} that move \
         most were looked at closely. Shares are of the variance of an outcome over the futures, alone and \
         with others; they do not add up to 100 %, since numbers act together.",
        count(found.numbers, "number", "numbers").trim_end_matches(" numbers"),
        found.shared.first().map_or(0, |s| s.numbers.len()),
    ));
    let mut items: Vec<Words> =
        found.shared.iter().filter(|s| s.policy.is_none()).map(|s| hangs_on(report, s)).collect();
    items.extend(found.ranking.iter().filter_map(|r| ranking(report, r)));
    document.list(items);
}

/// The numbers that matter: those of which the interval leaves nought out and that are worth a word.
pub(super) fn named(shares: &[Share]) -> impl Iterator<Item = &Share> {
    let matters = |s: &&Share| {
        s.total.low.is_some_and(|low| low > 0.0) && s.total.value.is_some_and(|v| v >= LEAST)
    };
    shares.iter().filter(matters).take(NAMED)
}

/// What the first outcome hangs on most.
pub(super) fn decides(report: &Report) -> Option<Words> {
    let found = report.analysis.sensitivity.as_ref()?.found()?;
    let shared = found.shared.iter().find(|s| s.policy.is_none())?;
    let first = named(&shared.numbers).next()?;
    let words = Words::new().strong("What decides most: ");
    let words = report.number(words, &first.path);
    Some(words.plain(format!(
        ", with {} of the variance of {}; all other numbers and chance {}.",
        share(&first.total),
        lower(report.outcome_label(&shared.outcome)),
        share(&shared.rest.total)
    )))
}

fn hangs_on(report: &Report, shared: &Shared) -> Words {
    let label = report.outcome_label(&shared.outcome);
    let mut words = Words::new().strong(format!("{label}. "));
    if shared.variance.is_none_or(|v| v == 0.0) {
        return words.plain("Nothing moves it.");
    }
    let mut any = false;
    for number in named(&shared.numbers) {
        words = words.plain(if any { "; " } else { "Hangs most on " });
        words = report.number(words, &number.path).plain(format!(": {}", share(&number.total)));
        any = true;
    }
    if !any {
        words = words.plain("No single number stands out");
    }
    words = words
        .plain(format!(". All other numbers and chance together: {}.", share(&shared.rest.total)));
    let worth = shared.worth.iter().find(|w| w.worth.low.is_some_and(|low| low > 0.0));
    if let Some(most) = worth.filter(|_| any) {
        words = words
            .plain(" Most worth measuring: ")
            .code(most.path.clone())
            .plain(format!(", which would take away {}.", share(&most.worth)));
    }
    words
}

fn ranking(report: &Report, ranked: &Ranked) -> Option<Words> {
    let (best, often) = ranked.order.first()?;
    let label = report.outcome_label(&ranked.outcome);
    let mut words = Words::new().strong("Which policy is best. ").plain(format!(
        "By {}, {} is so on average, and in {} of the points tried.",
        lower(label),
        quoted(report.policy(best)),
        per_cent(*often)
    ));
    let mut any = false;
    for number in named(&ranked.choice) {
        words = words.plain(if any { "; " } else { " Which one it is hangs on " });
        words = report.number(words, &number.path).plain(format!(": {}", share(&number.total)));
        any = true;
    }
    Some(if any {
        words.plain(format!("; all else and chance: {}.", share(&ranked.rest.total)))
    } else {
        words
    })
}

/// In which futures it happens.
fn regions(document: &mut Document, report: &Report, under: &Analysed, place: &str) {
    if under.discovery.is_empty() {
        return;
    }
    let id = format!("regions-{}", under.scenario);
    document.heading(2, id, format!("In which futures it happens{place}"));
    let items: Vec<Words> = under.discovery.iter().map(|d| discovery(report, d)).collect();
    document.list(items);
}

fn discovery(report: &Report, found: &Discovery) -> Words {
    let outcome = report.outcome(&found.outcome);
    let scale = Scale::fit(outcome.map_or("", |o| &o.unit), [Some(found.threshold)]);
    let words =
        Words::new().strong(format!("{}. ", report.outcome_label(&found.outcome))).plain(format!(
            "{} {}{} in {} of the futures under {}. ",
            capital(&found.interest),
            scale.model(found.threshold),
            super::words::spaced(&scale.unit),
            share(&found.share),
            quoted(report.policy(&found.policy))
        ));
    match &found.answer {
        Part::NotPossible(because) => {
            words.plain(format!("In which of them cannot be said: {because}."))
        }
        Part::Found(answer) => match answer.boxes.first() {
            None => words.plain("No region of the uncertain numbers sets these futures apart."),
            Some(first) => {
                let words = words.plain("Mostly where ");
                let words = in_words(report, words, first).plain(format!(
                    ": {} of the futures there are of that kind; {} of all that are lie there, and {} of \
                     all futures.",
                    share(&first.density),
                    per_cent(first.coverage),
                    per_cent(first.mass)
                ));
                match &answer.elsewhere {
                    Some(seen) => words.plain(format!(
                        " A region found in half of the futures held {} in the other half, where {} are anyway.",
                        share(&seen.density),
                        per_cent(seen.base)
                    )),
                    None => words,
                }
            }
        },
    }
}

fn in_words(report: &Report, words: Words, found: &FoundBox) -> Words {
    found.limits.iter().enumerate().fold(words, |words, (n, limit)| {
        let words = if n == 0 { words } else { words.plain(" and ") };
        report.number(words, &limit.path).plain(" is ").strong(ends(limit))
    })
}

fn ends(limit: &Limit) -> String {
    let all = [limit.low, limit.high, Some(limit.prior_low), Some(limit.prior_high)];
    let scale = Scale::fit(&limit.unit, all);
    let unit = super::words::spaced(&scale.unit);
    match (limit.low, limit.high) {
        (Some(low), Some(high)) => {
            format!("between {} and {}{unit}", scale.model(low), scale.model(high))
        }
        (Some(low), None) => format!("above {}{unit}", scale.model(low)),
        (None, Some(high)) => format!("below {}{unit}", scale.model(high)),
        (None, None) => "anywhere".into(),
    }
}

/// What knowledge is worth.
fn worth(document: &mut Document, report: &Report, under: &Analysed, place: &str) {
    let Some(part) = &under.value else { return };
    let id = format!("worth-{}", under.scenario);
    document.heading(2, id, format!("What it would be worth to know more{place}"));
    match part {
        Part::NotPossible(because) => {
            document.paragraph(format!("Cannot be said: {because}."));
        }
        Part::Found(value) => {
            document.paragraph(valued(report, value));
        }
    }
}

fn valued(report: &Report, value: &Value) -> Words {
    let all = value.means.iter().map(|m| m.1.value).chain([value.perfect.value]);
    let scale = Scale::fit(&value.unit, all);
    let mut words = Words::new().plain(format!(
        "By {}, {} is the choice if nothing more is known. To know every number and all chance beforehand \
         would be worth {} on average.",
        lower(report.outcome_label(&value.outcome)),
        quoted(report.policy(&value.choice)),
        amount(&value.perfect, &scale)
    ));
    // A worth counts if its interval leaves nought out.
    let worth = |part: &Part<crate::question::analysis::value::Valued>| {
        let valued = part.found().map(|v| v.value)?;
        valued.low.is_some_and(|low| low > 0.0).then(|| amount(&valued, &scale))
    };
    let numbers: Vec<String> = value
        .numbers
        .iter()
        .filter_map(|n| {
            let meaning = report.input(&n.path).map(|i| clause(&i.description));
            Some(format!("{}: {}", meaning.unwrap_or_else(|| n.path.clone()), worth(&n.answer)?))
        })
        .take(NAMED)
        .collect();
    words = words.plain(if numbers.is_empty() {
        " No single number would change the choice.".to_owned()
    } else {
        format!(" Single numbers worth most: {}.", listed(&numbers))
    });
    let (mut paid, mut idle) = (Vec::new(), Vec::new());
    for datum in &value.data {
        match worth(&datum.answer) {
            Some(worth) => paid.push(format!("{}: {worth}", lower(&datum.label))),
            None => idle.push(lower(&datum.label)),
        }
    }
    if !paid.is_empty() {
        words = words.plain(format!(" Data that could be had: {}.", listed(&paid)));
    }
    if !idle.is_empty() {
        words = words.plain(format!(
            " Would not change the choice, as far as can be told: {}.",
            listed(&idle)
        ));
    }
    words
}
