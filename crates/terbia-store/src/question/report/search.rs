//! Which portfolios of levers does no other beat, and which sign should change the policy? What a search and
//! a pathway found, in the report.

use super::Report;
use super::words::{amount, capital, clause, count, lower, per_cent, quoted, share, whole};
use crate::paper::{self, Document, Words, chart};
use crate::question::analysis::Part;
use crate::question::analysis::pathway::{Pathway, Rule};
use crate::question::search::Searched;
use crate::report::number::Scale;

/// Portfolios that are drawn in colour.
const SHOWN: usize = 4;

/// Writes what the pathway of the study found, if it asks for one that was looked for.
pub(super) fn pathway(document: &mut Document, report: &Report) {
    let Some(part) = &report.analysis.pathway else { return };
    document.heading(2, "switch", "Which sign should change the policy");
    match part {
        Part::NotPossible(because) => {
            document.paragraph(format!("Cannot be said: {because}."));
        }
        Part::Found(found) => {
            document.paragraph(switch(report, found));
        }
    }
}

fn switch(report: &Report, found: &Pathway) -> Words {
    let label = report.outcome_label(&found.outcome);
    let [from, to] = [&found.from, &found.to].map(|id| quoted(report.policy(id)));
    let scale = Scale::fit(&found.unit, [found.best.gain.value, found.added.value]);
    let otherwise = match &found.always {
        Some(month) => format!("switching in {month} whatever is seen"),
        None => "never switching".to_owned(),
    };
    let begin = Words::new().strong(format!("{label}. "));
    let judged = "Judged on the half of the futures that did not choose the rule.";
    let Some(sign) = sign(&found.best).filter(|_| found.worth_watching) else {
        let best = sign(&found.best).map_or_else(
            || format!("Nothing that was looked at does better than {otherwise}."),
            |sign| {
                format!("The best, {sign}, adds {} to {otherwise}.", amount(&found.added, &scale))
            },
        );
        return begin.plain(format!(
            "No sign is worth watching for a switch from {from} to {to}. {best} {judged}"
        ));
    };
    let fires = found.best.fires.map_or_else(|| "some".into(), per_cent);
    let telling = match (found.best.sensitivity, found.best.specificity) {
        (Some(told), Some(silent)) => format!(
            " Where staying fails it is seen in {}, elsewhere not in {}.",
            per_cent(told),
            per_cent(silent)
        ),
        _ => String::new(),
    };
    begin
        .plain(format!("Begin with {from}, and switch to {to} if "))
        .strong(sign)
        .plain(format!(
            ". That is so in {fires} of the futures and gains {} on average over never switching, {} over \
             {otherwise}.{telling} {judged}",
            amount(&found.best.gain, &scale),
            amount(&found.added, &scale)
        ))
}

/// What is looked at, when, and from where on it is a sign; nothing if it is best to look at nothing.
fn sign(rule: &Rule) -> Option<String> {
    let scale = Scale::fit(&rule.unit, [rule.threshold]);
    let threshold = scale.model(rule.threshold?);
    let unit = super::words::spaced(&scale.unit);
    Some(format!("in {} {} is {} {threshold}{unit}", rule.month, clause(&rule.label), rule.side))
}

/// Writes what the search found, if one was handed in.
pub(super) fn portfolios(document: &mut Document, report: &Report) {
    let Some(found) = &report.search else { return };
    document.heading(1, "portfolios", "Portfolios of levers");
    let of = &found.of;
    document.paragraph(format!(
        "{} were tried in {} under the scenario {}; {} on the front: none that was tried is better in \
         everything that counts. The chosen ones were judged anew in {} that the search had not seen, as \
         the best of many looks better than it is.",
        count(found.tried, "portfolio", "portfolios"),
        count(of.members as usize, "future", "futures"),
        quoted(&of.scenario),
        if found.front == 1 { "1 lies".to_owned() } else { format!("{} lie", whole(found.front)) },
        count(of.judged_members as usize, "future", "futures"),
    ));
    document.table(settings(found));
    document.table(differences(found));
    if found.chosen.len() > 1 {
        document.figure(chart::parallel(&front(found)).figure(
            "front",
            "What each portfolio gives up for what: means in the futures of the judgement. The reference is \
             drawn with them.",
        ));
    }
}

/// What each portfolio turns.
fn settings(found: &Searched) -> paper::Table {
    let mut heads = vec!["Lever".to_owned(), "Whose".to_owned()];
    heads.extend(found.chosen.iter().map(|p| format!("#{}", p.name)));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = paper::Table::new("What the portfolios of the front turn", &heads);
    for (place, lever) in found.levers.iter().enumerate() {
        let values = found.chosen.iter().map(|p| p.settings.get(place).copied());
        let scale = Scale::fit(&lever.unit, values.clone());
        let unit = match scale.unit.as_str() {
            "" => String::new(),
            unit => format!(", {unit}"),
        };
        let name = Words::new().plain(format!("{}{unit} ", clause(&lever.label))).code(&lever.path);
        let cells = values.map(|v| Words::from(scale.perhaps(v)));
        table.row([name, Words::from(lever.owner.clone())].into_iter().chain(cells));
    }
    table
}

/// What each portfolio changes, in futures that the search had not seen.
fn differences(found: &Searched) -> paper::Table {
    let mut heads = vec!["Portfolio".to_owned()];
    heads.extend(found.objectives.iter().map(|o| format!("#{}", o.label)));
    heads.extend(["#Better in all".to_owned(), "Still on the front".to_owned()]);
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let caption = format!(
        "What they change against {}, mean over the futures of the judgement",
        quoted(&found.reference.1)
    );
    let mut table = paper::Table::new(caption, &heads);
    for portfolio in &found.chosen {
        let cells = found.objectives.iter().zip(&portfolio.differences).map(|(objective, of)| {
            let scale = Scale::fit(&objective.unit, [of.value]);
            amount(of, &scale)
        });
        let rest = [
            share(&portfolio.better_in_all),
            if portfolio.holds { "yes" } else { "no" }.to_owned(),
        ];
        table.row([portfolio.name.clone()].into_iter().chain(cells).chain(rest));
    }
    let unmoved: Vec<String> =
        found.objectives.iter().filter(|o| !o.moved).map(|o| lower(&o.label)).collect();
    if !unmoved.is_empty() {
        table.note(capital(&format!(
            "{} is moved by no portfolio that was tried.",
            super::words::listed(&unmoved)
        )));
    }
    table
}

fn front(found: &Searched) -> chart::Parallel {
    let dimension = |o: &crate::question::search::ObjectiveRef| chart::Dimension {
        name: o.label.clone(),
        unit: o.unit.clone(),
        better: if o.lower_is_better { chart::Better::Less } else { chart::Better::More },
    };
    let value = |of: &crate::question::analysis::Interval| of.value.unwrap_or(f64::NAN);
    let choice = |(n, p): (usize, &crate::question::search::Portfolio)| chart::Choice {
        name: p.name.clone(),
        values: p.means.iter().map(value).collect(),
        // Some from each end and between: the list is in the order of the first objective.
        shown: n % found.chosen.len().div_ceil(SHOWN).max(1) == 0,
    };
    let reference = chart::Choice {
        name: "reference".into(),
        values: found.objectives.iter().map(|o| value(&o.reference)).collect(),
        shown: true,
    };
    chart::Parallel {
        title: "Portfolios that no other beats".into(),
        dimensions: found.objectives.iter().map(dimension).collect(),
        choices: found.chosen.iter().enumerate().map(choice).chain([reference]).collect(),
    }
}
