//! How does one say what was found? A sentence for each answer, with its interval.

use super::discovery::Discovery;
use super::figure::said;
use super::pathway;
use super::plane::{Plane, Side};
use super::robust::{ByOutcome, Choice, Robust};
use super::sensitivity::Sensitivity;
use super::survival::Lasting;
use super::value::Value;
use super::{Analysis, Part, Under};
use crate::question::manifest::{Contents, StudyOutcomeRef};
use serde::{Deserialize, Serialize};

/// Numbers that a sentence names.
const NAMED: usize = 3;

/// An answer in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// "robust", "domain", "discovery", "value", "plane", "survival", "sensitivity" or "pathway".
    pub about: String,
    /// Scenario.
    pub scenario: String,
    /// The sentence or two.
    pub text: String,
}

/// All that an analysis says.
pub(super) fn of(analysis: &Analysis, contents: &Contents) -> Vec<Sentence> {
    let mut all = Vec::new();
    for under in &analysis.scenarios {
        let mut say = |about: &str, text: String| {
            let (about, scenario) = (about.to_owned(), under.scenario.clone());
            all.push(Sentence { about, scenario, text });
        };
        speak(under, contents, &mut say);
    }
    if let Some(part) = &analysis.sensitivity {
        let mut say = |scenario: &str, text| {
            let (about, scenario) = ("sensitivity".to_owned(), scenario.to_owned());
            all.push(Sentence { about, scenario, text });
        };
        match part {
            Part::Found(found) => deciding(found, contents, &mut |t| say(&found.scenario, t)),
            Part::NotPossible(because) => {
                say("", format!("What decides cannot be said: {because}."));
            }
        }
    }
    if let Some(part) = &analysis.pathway {
        let (scenario, text) = pathway::sentence(part, contents);
        all.push(Sentence { about: "pathway".to_owned(), scenario, text });
    }
    all
}

fn speak(under: &Under, contents: &Contents, say: &mut dyn FnMut(&str, String)) {
    if let Some(plane) = &under.plane {
        say("plane", plane_said(plane, contents));
    }
    if let Some(Part::Found(domain)) = &under.domain {
        say("domain", domain_said(domain));
    }
    if contents.policies.len() > 1 {
        for outcome in &under.robust {
            say("robust", robust_said(outcome, contents));
        }
    }
    for survived in &under.survival {
        let lasting = survived.policies.iter().map(lasting_said);
        say("survival", format!("{}. {}", survived.label, lasting.collect::<Vec<_>>().join(" ")));
    }
    under.discovery.iter().for_each(|d| say("discovery", discovery_said(d, contents)));
    match &under.value {
        Some(Part::Found(value)) => say("value", value_said(value, contents)),
        Some(Part::NotPossible(because)) => {
            say("value", format!("What knowledge is worth cannot be said: {because}."));
        }
        None => {}
    }
}

fn outcome<'a>(contents: &'a Contents, id: &str) -> Option<&'a StudyOutcomeRef> {
    contents.outcomes.iter().find(|o| o.id == id)
}

/// Its label as part of a sentence.
fn label<'a>(contents: &'a Contents, id: &'a str) -> &'a str {
    outcome(contents, id).map_or(id, |o| o.label.as_str())
}

fn unit<'a>(contents: &'a Contents, id: &str) -> &'a str {
    outcome(contents, id).map_or("", |o| o.unit.as_str())
}

fn per_cent(share: f64) -> String {
    said(share, "%")
}

fn choice<'a>(robust: &'a Robust, rule: &str) -> Option<&'a Choice> {
    robust.choices.iter().find(|c| c.rule == rule)
}

fn robust_said(by: &ByOutcome, contents: &Contents) -> String {
    let robust = match &by.answer {
        Part::Found(robust) => robust,
        Part::NotPossible(because) => return format!("{}: not possible, {because}.", by.label),
    };
    let all = contents.policies.len();
    let Some(mean) = choice(robust, "mean") else { return String::new() };
    if mean.chosen.len() == all {
        return format!("{}: all policies are alike.", by.label);
    }
    let reference = contents.policies.first().map_or("", |p| p.id.as_str());
    let chosen = mean.chosen.join(", ");
    let best = mean.scores.iter().find(|s| mean.chosen.contains(&s.policy));
    let (score, held) =
        best.map(|s| (s.score.said(&by.unit), per_cent(s.held))).unwrap_or_default();
    let mut text = format!("{}: best on average is {chosen}, ", by.label);
    let beside = robust.against.iter().find(|a| mean.chosen.first() == Some(&a.policy));
    text += &match beside {
        Some(against) => format!(
            "a gain of {} on {reference}, better in {} of the futures",
            against.gain.said(&by.unit),
            against.better.said("%"),
        ),
        None => score,
    };
    text += &format!("; so in {held} of the draws of futures.");
    let regret = choice(robust, "minimax_regret").filter(|r| r.chosen.len() < all);
    if let Some(regret) = regret.filter(|r| r.chosen != mean.chosen) {
        text += &format!(" The largest regret is least under {}.", regret.chosen.join(", "));
    }
    text
}

fn domain_said(domain: &Choice) -> String {
    let best = domain.scores.iter().find(|s| domain.chosen.contains(&s.policy));
    let share = best.map(|s| s.score.said("%")).unwrap_or_default();
    if domain.chosen.len() == domain.scores.len() {
        return format!(
            "All thresholds at once are met in {share} of the futures, whatever is done."
        );
    }
    let reference = domain.scores.first().filter(|s| !domain.chosen.contains(&s.policy));
    let beside = reference.map(|s| format!("; under {} in {}", s.policy, s.score.said("%")));
    let (chosen, beside) = (domain.chosen.join(", "), beside.unwrap_or_default());
    format!(
        "All thresholds at once are met most often under {chosen}: in {share} of the futures{beside}."
    )
}

fn discovery_said(d: &Discovery, contents: &Contents) -> String {
    let what = label(contents, &d.outcome);
    let threshold = said(d.threshold, unit(contents, &d.outcome));
    let head = format!(
        "{what}: {} {threshold} in {} of the futures under {}.",
        d.interest,
        d.share.said("%"),
        d.policy
    );
    match &d.answer {
        Part::NotPossible(because) => format!("{head} In which of them cannot be said: {because}."),
        Part::Found(found) => match found.boxes.first() {
            None => format!("{head} No region of the uncertain numbers sets them apart."),
            Some(first) => {
                let seen = found.elsewhere.as_ref().map(|e| {
                    format!(
                        " A box found on every other run held {} of interest on the rest, where {} \
                         are anyway.",
                        e.density.said("%"),
                        per_cent(e.base)
                    )
                });
                format!("{head} Mostly where {}{}", first.sentence, seen.unwrap_or_default())
            }
        },
    }
}

fn plane_said(plane: &Plane, contents: &Contents) -> String {
    let sign = plane.axes.last().map(String::as_str).unwrap_or_default();
    let (policy, share) = plane.above.first().cloned().unwrap_or_default();
    let mut text = format!(
        "{}: above 0 in {} of the futures under {policy}",
        label(contents, sign),
        share.said("%")
    );
    let best = plane.above.iter().max_by(|a, b| {
        let value = |s: &(String, super::Interval)| s.1.value.unwrap_or(-1.0);
        value(a).total_cmp(&value(b))
    });
    if let Some((best, share)) = best.filter(|(id, _)| *id != policy) {
        text += &format!(", most often under {best}: {}", share.said("%"));
    }
    text += ".";
    match &plane.region {
        Part::Found(found) => match found.boxes.first() {
            Some(first) => {
                text += &format!(" Under all policies together, mostly where {}", first.sentence);
            }
            None => text += " Its place on the plane does not tell which.",
        },
        Part::NotPossible(because) => text += &format!(" Where cannot be said: {because}."),
    }
    if let [within, without] = plane.sides.as_slice() {
        let shares: Vec<String> =
            within.runs.iter().map(|(id, share)| format!("{id} {}", per_cent_of(share))).collect();
        text += &format!(" So many of the futures lie there: {}.", shares.join(", "));
        if let [Some(within), Some(without)] = [within, without].map(lasts) {
            text += &format!(" Of what lasts, {within} there, {without} elsewhere.");
        }
    }
    text
}

fn per_cent_of(share: &super::Interval) -> String {
    share.value.map_or_else(|| "unknown".to_owned(), per_cent)
}

/// How many last long on a side of the plane.
fn lasts(side: &Side) -> Option<String> {
    let found = side.lasting.as_ref()?.found()?;
    let (_, share) = found.at.iter().find(|(months, _)| *months == 24.0)?;
    Some(format!("{} goes on for more than 24 months", share.said("%")))
}

fn lasting_said(lasting: &Lasting) -> String {
    let found = match &lasting.answer {
        Part::Found(found) => found,
        Part::NotPossible(because) => return format!("{}: {because}.", lasting.policy),
    };
    let median = if found.median_months.value.is_some() {
        format!("half have ended after {}", found.median_months.said("months"))
    } else {
        "more than half outlast the window".to_owned()
    };
    let at = found.at.iter().find(|(months, _)| *months == 24.0);
    let at = at.map(|(_, s)| format!("; {} last longer than 24 months", s.said("%")));
    let why: Vec<String> =
        found.causes.iter().map(|(cause, share)| format!("{cause} {}", share.said("%"))).collect();
    let why = if why.is_empty() { String::new() } else { format!("; ended by {}", why.join(", ")) };
    format!(
        "{}: of {} spells {} ended; {median}{}{why}.",
        lasting.policy,
        found.spells,
        found.ended,
        at.unwrap_or_default()
    )
}

fn value_said(value: &Value, contents: &Contents) -> String {
    let unit = &value.unit;
    let mut text = format!(
        "By {}, {} is taken if nothing more is known; to know everything first would be worth {}.",
        label(contents, &value.outcome),
        value.choice,
        value.perfect.said(unit)
    );
    let worth = |k: &&super::value::Known| {
        k.answer.found().is_some_and(|v| v.value.value.is_some_and(|x| x > 0.0))
    };
    let named: Vec<String> = value
        .numbers
        .iter()
        .filter(worth)
        .take(NAMED)
        .filter_map(|k| Some(format!("{} {}", k.path, k.answer.found()?.value.said(unit))))
        .collect();
    text += &if named.is_empty() {
        " No single number would change the choice.".to_owned()
    } else {
        format!(" Single numbers worth most: {}.", named.join("; "))
    };
    for datum in &value.data {
        text += &match &datum.answer {
            Part::Found(v) => format!(" {}: {}.", datum.label, v.value.said(unit)),
            Part::NotPossible(because) => format!(" {}: not possible, {because}.", datum.label),
        };
    }
    text
}

fn deciding(found: &Sensitivity, contents: &Contents, say: &mut dyn FnMut(String)) {
    for shared in found.shared.iter().filter(|s| s.policy.is_none()) {
        let what = label(contents, &shared.outcome);
        if shared.variance.is_none_or(|v| v == 0.0) {
            say(format!("{what}: nothing moves it."));
            continue;
        }
        let named = shared.numbers.iter().filter(|n| n.total.value.is_some_and(|t| t > 0.0));
        let named: Vec<String> =
            named.take(NAMED).map(|n| format!("{} {}", n.path, n.total.said("%"))).collect();
        let mut text = format!(
            "{what}: hangs most on {}; all other numbers and chance have a part in {}",
            named.join(", "),
            shared.rest.total.said("%")
        );
        if let Some(worth) = shared.worth.iter().find(|w| w.worth.value.is_some_and(|x| x > 0.0)) {
            text += &format!(
                ". Most worth measuring is {} (grade {}), worth {} of the variance",
                worth.path,
                worth.grade,
                worth.worth.said("%")
            );
        }
        say(text + ".");
    }
    for ranked in &found.ranking {
        let what = label(contents, &ranked.outcome);
        let Some((best, share)) = ranked.order.first() else { continue };
        let decides = ranked.choice.iter().filter(|n| n.total.value.is_some_and(|t| t > 0.0));
        let decides: Vec<String> =
            decides.take(NAMED).map(|n| format!("{} {}", n.path, n.total.said("%"))).collect();
        let decides = if decides.is_empty() {
            "the same is best everywhere".to_owned()
        } else {
            format!(
                "which is best hangs on {}, the rest {}",
                decides.join(", "),
                ranked.rest.total.said("%")
            )
        };
        say(format!(
            "By {what}, {best} has the best mean and is best in {} of the points; {decides}.",
            per_cent(*share)
        ));
    }
}
