//! What does an outcome mean, in plain words, and what do its codes stand for?

use super::{Explanation, module_text};
use crate::view;
use crate::view::stability::{CLOSURE_CAUSES, FIGURES, truce_causes};
use terbia_model::config::Corridor;
use terbia_model::outcome::{self, Outcome, Scalar};

/// What an outcome means, as a whole or for one of its columns.
pub(super) fn explained(corridor: &Corridor, name: &str) -> Option<Explanation> {
    let columns = outcome::columns(corridor);
    let family = columns.iter().any(|c| c.name.split_once('.').is_some_and(|(of, _)| of == name));
    // One that stands for the whole comes with those for its parts.
    let of_it = |c: &&outcome::Column| c.name.split('.').next() == Some(name);
    let labelled: Vec<&str> = columns.iter().filter(of_it).map(|c| c.name.as_str()).collect();
    let base = name.split('.').next().unwrap_or(name);
    let outcome = outcome::all().find(|o| o.name == base)?;
    let mut lines = vec![
        ("unit", unit_in_words(outcome.name, outcome.unit)),
        ("in a year", over_a_year(outcome).to_owned()),
    ];
    lines.extend(reading(outcome.name));
    let meaning = if family {
        lines.push(("columns", labelled.join(", ")));
        outcome.doc.to_owned()
    } else {
        columns.into_iter().find(|c| c.name == name)?.doc
    };
    Some(Explanation {
        name: name.to_owned(),
        kind: "outcome",
        meaning,
        lines,
        module: module_text(outcome.module),
        sources: Vec::new(),
    })
}

/// The unit, with words for a pure number.
fn unit_in_words(name: &str, unit: &str) -> String {
    match unit {
        "1" if view::is_flag(name) => "none: 1 where it holds and 0 where it does not; over the \
                                      runs, the share in which it holds"
            .to_owned(),
        "1" => "none: a pure number".to_owned(),
        "1/month" => "1/month: a hazard; 0.05 is about a chance of 5 % in a month".to_owned(),
        unit => unit.to_owned(),
    }
}

/// How months become a year or a run.
fn over_a_year(outcome: &Outcome) -> &'static str {
    match outcome.scalar {
        Scalar::Sum => "the sum of its months, and so for a run",
        Scalar::Mean => "the mean of its months, and so for a run",
        Scalar::Last => "its last month, and so for a run",
    }
}

/// What a value of an outcome says in plain words, where its meaning leaves that open.
const READINGS: &[(&str, &str)] = &[
    (
        "S1",
        "0.35 says: at this month's hazards, 35 of 100 such corridors would see no major \
            offensive for two years; 0 while one is under way",
    ),
    ("S2", "0.75 says: of the last twelve months the gates were open for nine; 1 is best"),
    (
        "S3",
        "1 says: the same levy revenue each month; 0 says that it swings by as much as it \
            brings, or more",
    ),
    (
        "S4",
        "1 says: no township changed hands and no means were lost in a year; each township \
            taken divides it by 2.7",
    ),
    (
        "S5",
        "1 says: no wave of protest is due and no sample of water is over its standard; 0 that \
            either is certain",
    ),
    (
        "S6",
        "0 says: leverage is as it was a year ago; 0.1 that it grew by some 10 %, -0.1 that it \
            fell by as much",
    ),
    (
        "net_restraint",
        "0.2 says: one per cent more income from trade makes an offensive of that \
            side 0.2 per cent less likely, as it has more to lose from a closure; -0.2 says \
            0.2 per cent likelier, as the income buys arms",
    ),
    (
        "leverage",
        "2 says: a month of closure costs the buyer twice what it costs the holder of \
            the mines, who can wait longer; below 1 it is the other way round",
    ),
    ("hostage_share", "0.6 says: of 100 of income, a closure of the gates would take 60"),
    (
        "conditionality",
        "0 says: closures come whatever the holder does; 0.3 that an offensive \
            adds 30 points to the chance of one",
    ),
    (
        "trade_posture",
        "0 says: full pressure until the challenger submits; 1 trade whatever it \
            does",
    ),
    ("axis_posture", "0 says: side with the incumbent; 1 with the resistance"),
];

/// What helps to read an outcome: plain words, what its codes stand for, the causes it counts.
fn reading(name: &str) -> Vec<(&'static str, String)> {
    let mut lines: Vec<(&'static str, String)> = Vec::new();
    let known = READINGS.iter().find(|(n, _)| *n == name);
    lines.extend(known.map(|(_, words)| ("to read it", (*words).to_owned())));
    let listed = |causes: &mut dyn Iterator<Item = (usize, &str)>| {
        causes.map(|(code, name)| format!("{code} {name}")).collect::<Vec<_>>().join("; ")
    };
    let closures = || CLOSURE_CAUSES.iter().copied().enumerate().skip(1);
    match name {
        "closure_cause" => {
            lines.push(("its codes", format!("0 the way is open; {}", listed(&mut closures()))));
        }
        "truce_broken_cause" => {
            let codes = listed(&mut truce_causes());
            lines.push(("its codes", format!("0 no truce broke yet; {codes}")));
        }
        "closure" => {
            let causes: Vec<&str> = closures().map(|(_, name)| name).collect();
            lines.push(("causes", format!("{} (outcome closure_cause)", causes.join("; "))));
        }
        "truce" => {
            let causes: Vec<&str> = truce_causes().map(|(_, name)| name).collect();
            lines.push((
                "what moves its end",
                format!(
                    "{}; the one that weighed most when it broke is the outcome \
                     truce_broken_cause",
                    causes.join("; ")
                ),
            ));
        }
        name if FIGURES.iter().any(|(figure, _)| *figure == name) => {
            let all: Vec<String> =
                FIGURES.iter().map(|(figure, words)| format!("{figure} {words}")).collect();
            lines.push(("the six", all.join("; ")));
        }
        _ => {}
    }
    lines
}
