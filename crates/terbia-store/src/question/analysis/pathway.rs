//! Which sign, seen when, should change the policy? Thresholds on what can be watched, judged where they
//! were not chosen.
//!
//! The runs are those of `[pathway]`: every future of the study under the first policy and, for each month
//! in which a sign may be looked at, once more with the second policy from the month after. A rule reads one
//! signal of the first policy in one month; what it gains is what switching gains in the futures in which it
//! fires. It is chosen on one half of the futures and judged on the other ([`terbia_lab::pathways`]).
//!
//! Worth watching is a sign only if it gains more than the best that needs none, never switching or always
//! switching after one of the months, and the 90 % interval of what it adds lies above 0.
//!
//! Limits: a rule looks once, at the month's own value, as the model knows it, without delay or error.

use super::Part;
use super::figure::{Interval, said as figure, some};
use crate::question::error::QuestionError;
use crate::question::gather::{Gathered, gather};
use crate::question::manifest::{Contents, StudyOutcomeRef};
use crate::question::switch::under;
use crate::question::{Planned, Watch};
use crate::spec::{At, Pathway as Asked};
use serde::{Deserialize, Serialize};
use std::sync::atomic::AtomicBool;
use terbia_lab::pathways::{Aim, Benefit, Candidate, Histories, Side, Signal};
use terbia_lab::robust::Direction;
use terbia_model::kernel::time::Month;
use terbia_model::outcome::{self, Column};

/// Which sign should change the policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pathway {
    /// Scenario.
    pub scenario: String,
    /// Id of the policy that is begun with.
    pub from: String,
    /// Id of the policy that is switched to.
    pub to: String,
    /// Id of the outcome; a gain in it is above 0 whichever way is better.
    pub outcome: String,
    /// Unit of the outcome and of all gains.
    pub unit: String,
    /// Months in which signs were looked at, `YYYY-MM`; the switch comes in the month after.
    pub months: Vec<String>,
    /// Futures, half of which chose the rules and half judge them.
    pub futures: usize,
    /// Share of the futures in which staying fails; nothing without a threshold.
    pub failing: Option<Interval>,
    /// The rule that did best where it was chosen, judged on the other half.
    pub best: Rule,
    /// The month after a look in which always switching gains most where rules were chosen; nothing if never
    /// switching beats it.
    pub always: Option<String>,
    /// What the rule gains over the better of never and always switching, on the half that judges.
    pub added: Interval,
    /// Whether that is above 0 with its whole interval, and there is a sign to be seen.
    pub worth_watching: bool,
    /// The best rule by each signal in each month.
    pub rules: Vec<Rule>,
}

/// In a month, switch if a signal is on one side of a threshold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Outcome of the model.
    pub signal: String,
    /// What it is.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// Month in which it is looked at, `YYYY-MM`.
    pub month: String,
    /// "above" or "below".
    pub side: String,
    /// The threshold; nothing if it is best to switch always, or never, whatever is seen.
    pub threshold: Option<f64>,
    /// Share of the futures in which one switches, 0..1.
    pub fires: Option<f64>,
    /// Mean gain over never switching.
    pub gain: Interval,
    /// Share of the futures in which staying fails that are told, 0..1; nothing without a threshold of the
    /// outcome.
    pub sensitivity: Option<f64>,
    /// Share of the other futures in which the rule keeps silent, 0..1.
    pub specificity: Option<f64>,
    /// Chance that a future in which staying fails lies further on the rule's side than one in which it does
    /// not: 0.5 tells nothing.
    pub area: Option<f64>,
}

/// Makes the runs that the study asks for and looks for the rule.
pub(super) fn pathway(
    planned: &Planned,
    asked: &Asked,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Part<Pathway>, QuestionError> {
    let none = |because: &str| Ok(Part::NotPossible(because.to_owned()));
    let Some(runs) = &planned.pathway else { return none("the study asks for no pathway") };
    let contents = &runs.manifest.contents;
    let (place, scenario) = under(contents, asked.scenario.as_ref());
    let policies = contents.policies.len();
    let mut paired = runs.paired()?;
    paired.cases = paired.cases.into_iter().skip(place * policies).take(policies).collect();
    let corridor = paired.cases.first().map(|c| c.corridor);
    let (Some(about), Some(corridor)) = (contents.outcomes.first(), corridor) else {
        return none("its outcome is not there");
    };
    let columns = outcome::columns(corridor);
    let column = |id: &At<String>| columns.iter().position(|c| c.name == *id.get());
    let signals: Vec<usize> = asked.signals.iter().filter_map(column).collect();
    let months: Vec<Month> = asked.months.iter().filter_map(|m| m.parse().ok()).collect();
    let place = |m: &Month| usize::try_from(m.since(corridor.start)).unwrap_or_default();
    let places: Vec<usize> = months.iter().map(place).collect();
    for case in &mut paired.cases {
        case.series.clone_from(&signals);
    }
    let members = runs.manifest.fingerprint.members;
    (watch.planned)(u64::from(members) * policies as u64);
    let gathered = gather(&paired, (members, &places), planned.jobs, stop, watch);
    let Some(gathered) = gathered else { return Err(QuestionError::StoppedLooking) };
    let look = Look { asked, about, scenario, signals: &signals, columns: &columns, months };
    Ok(look.found(&gathered, runs.manifest.fingerprint.seed))
}

/// What is looked for.
struct Look<'a> {
    asked: &'a Asked,
    about: &'a StudyOutcomeRef,
    scenario: String,
    /// Places of the signals among the columns.
    signals: &'a [usize],
    columns: &'a [Column],
    months: Vec<Month>,
}

impl Look<'_> {
    /// The rule that the runs speak for.
    fn found(self, gathered: &Gathered, seed: u64) -> Part<Pathway> {
        let Self { asked, about, .. } = self;
        let threshold = asked.threshold.as_ref().map(|t| *t.get()).or(about.threshold);
        let histories = histories(gathered, about, threshold);
        let all: Vec<usize> = (0..self.months.len()).collect();
        let found = match histories.search(&all, Aim::Gain, seed) {
            Ok(found) => found,
            Err(error) => return Part::NotPossible(error.to_string()),
        };
        let rule = |c: &Candidate| {
            let rule = told(c, self.signals, self.columns, &self.months);
            // Where nothing fails, whoever keeps silent is always right.
            let specificity = rule.specificity.filter(|_| threshold.is_some());
            Rule { specificity, ..rule }
        };
        let (mean, error) = found.added;
        let added = Interval::about(mean, error);
        let best = rule(&found.best);
        let failing = histories.fails.iter().filter(|f| **f).count();
        let stay = gathered.outcomes.first().and_then(|case| case.first());
        let known = stay.map_or(0, |stay| stay.iter().filter(|v| v.is_finite()).count());
        Part::Found(Pathway {
            scenario: self.scenario.clone(),
            from: asked.from.get().clone(),
            to: asked.to.get().clone(),
            outcome: about.id.clone(),
            unit: about.unit.clone(),
            months: self.months.iter().map(ToString::to_string).collect(),
            futures: histories.fails.len(),
            failing: threshold.map(|_| Interval::share(failing, known)),
            worth_watching: best.threshold.is_some() && added.low.is_some_and(|low| low > 0.0),
            best,
            always: found.always.map(|m| self.months[m].plus(1).to_string()),
            added,
            rules: found.candidates.iter().map(rule).collect(),
        })
    }
}

/// Signals, failures and benefits of the runs: the months are those in which signs are looked at.
fn histories(gathered: &Gathered, about: &StudyOutcomeRef, threshold: Option<f64>) -> Histories {
    let better = if about.lower_is_better { Direction::Lower } else { Direction::Higher };
    let worth = |value: &f64| better.gain(*value, 0.0);
    let mut cases = gathered.outcomes.iter().filter_map(|case| case.first());
    let stay = cases.next().map(Vec::as_slice).unwrap_or_default();
    let switched: Vec<&Vec<f64>> = cases.collect();
    let fails =
        |value: &f64| threshold.is_some_and(|t| value.is_finite() && !better.meets(*value, t));
    let of_run = |run: usize| switched.iter().filter_map(move |case| case.get(run)).map(worth);
    let signal = |values: &Vec<f64>| Signal { name: String::new(), values: values.clone() };
    Histories {
        months: switched.len(),
        signals: gathered.months.iter().map(signal).collect(),
        fails: stay.iter().map(fails).collect(),
        benefit: Some(Benefit {
            stay: stay.iter().map(worth).collect(),
            switch: (0..stay.len()).flat_map(of_run).collect(),
        }),
    }
}

/// A rule as it stands in a file.
fn told(candidate: &Candidate, signals: &[usize], columns: &[Column], months: &[Month]) -> Rule {
    let Candidate { rule, judged, area, .. } = candidate;
    let column = signals.get(rule.signal).and_then(|place| columns.get(*place));
    Rule {
        signal: column.map(|c| c.name.clone()).unwrap_or_default(),
        label: column.map(|c| c.doc.clone()).unwrap_or_default(),
        unit: column.map(|c| c.unit.to_owned()).unwrap_or_default(),
        month: months.get(rule.month).map(ToString::to_string).unwrap_or_default(),
        side: if rule.side == Side::Above { "above" } else { "below" }.to_owned(),
        threshold: some(rule.threshold),
        fires: some(judged.fires),
        gain: Interval::about(judged.gain, judged.standard_error),
        sensitivity: some(judged.sensitivity),
        specificity: some(judged.specificity),
        area: some(*area),
    }
}

/// A pathway in words, and under which scenario.
pub(super) fn sentence(part: &Part<Pathway>, contents: &Contents) -> (String, String) {
    match part {
        Part::Found(found) => (found.scenario.clone(), said(found, contents)),
        Part::NotPossible(because) => {
            (String::new(), format!("Which sign is worth watching cannot be said: {because}."))
        }
    }
}

fn said(found: &Pathway, contents: &Contents) -> String {
    let Pathway { from, to, best, unit, .. } = found;
    let label = contents.outcomes.iter().find(|o| o.id == found.outcome);
    let label = label.map_or(found.outcome.as_str(), |o| o.label.as_str());
    let otherwise = match &found.always {
        Some(month) => format!("switching in {month} whatever is seen"),
        None => "never switching".to_owned(),
    };
    if !found.worth_watching {
        let because = if best.threshold.is_some() {
            format!(
                "the best, {} {} {} in {}, adds {} to {otherwise}, on futures that it was not chosen by",
                best.signal,
                best.side,
                best.threshold.map(|t| figure(t, &best.unit)).unwrap_or_default(),
                best.month,
                found.added.said(unit)
            )
        } else {
            format!("nothing that was looked at does better than {otherwise}")
        };
        return format!(
            "{label}: no sign is worth watching for a switch from {from} to {to}: {because}."
        );
    }
    let share = |share: Option<f64>| share.map_or_else(|| "unknown".into(), |s| figure(s, "%"));
    let telling = match (best.sensitivity, best.specificity) {
        (Some(told), Some(silent)) => format!(
            " Where staying fails it is seen in {}, elsewhere not in {}.",
            figure(told, "%"),
            figure(silent, "%")
        ),
        _ => String::new(),
    };
    let more = match &found.always {
        Some(_) => format!(", {} more than {otherwise}", found.added.said(unit)),
        None => ", which is better than always switching in any of the months".to_owned(),
    };
    format!(
        "{label}: begin with {from}, and switch to {to} if in {} {} is {} {}. That is so in {} of the \
         futures and gains {} on average over never switching{more}.{telling} Judged on the half of the \
         futures that did not choose the rule.",
        best.month,
        best.signal,
        best.side,
        best.threshold.map(|t| figure(t, &best.unit)).unwrap_or_default(),
        share(best.fires),
        best.gain.said(unit)
    )
}
