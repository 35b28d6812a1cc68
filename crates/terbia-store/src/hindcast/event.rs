//! How much did the forecast believe in what happened, and in its month?

use super::figure::Past;
use super::{Ask, HindcastError};
use crate::forecast::{self, Simulated};
use crate::load::Project;
use crate::spec::{Expectation, Occasion};
use crate::study::Passed;
use serde::Serialize;
use terbia_lab::across::Across;
use terbia_lab::baseline::Wait;
use terbia_lab::scores::{brier, log_score};
use terbia_lab::stats;
use terbia_model::kernel::time::{Date, Month};

/// Weight of a printed expectation; the rest is the rate at which the event happened before, since
/// nobody in print is certain.
const PRINTED_WEIGHT: f64 = 0.9;

/// An event beside what happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventScore {
    /// Its id.
    pub event: String,
    /// What happens.
    pub label: String,
    /// Months that are on record.
    pub months: usize,
    /// Month in which it happened first; nothing if it did not.
    pub happened: Option<Month>,
    /// The forecast, then its rivals.
    pub expecting: Vec<Expecting>,
}

/// Who expected it, and when.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expecting {
    /// "forecast" or the name of a rival.
    pub who: String,
    /// Chance that it happens first in each month, 0..1.
    pub first: Vec<f64>,
    /// Chance that it has happened by the last month.
    pub by_end: f64,
    /// Minus the log of the chance given to the month in which it happened, or to its not happening.
    pub log_score: f64,
    /// Mean over the months of the Brier score of "it has happened by then".
    pub brier: f64,
}

/// Every event of the corridor's forecast.
pub(super) fn scores(
    project: &Project,
    ask: &Ask,
    simulated: &Simulated,
    witnessed: &Passed,
    past: &Past,
) -> Result<Vec<EventScore>, HindcastError> {
    let forecast = forecast::of(project, simulated, None)?;
    let spec = project.spec.forecast.as_ref();
    let mut scores = Vec::new();
    for (event, chance) in spec.iter().flat_map(|f| &f.events).zip(&forecast.events) {
        let course = happenings(event, &witnessed.cube)?;
        let later = course.get(past.known..).unwrap_or_default();
        let months = later.len().min(ask.horizon as usize);
        let happened = later.iter().take(months).position(|h| *h);
        let told = Told { months, happened, runs: forecast.runs.len() };
        let mut expecting = vec![told.expecting("forecast".into(), &chance.first)];
        let before = course.get(..past.known).unwrap_or_default();
        let rate = base_rate(before);
        let base: Vec<f64> = constant(rate, months);
        expecting.push(told.expecting("how often before".into(), &base));
        let waits = waiting(event, &witnessed.cube)?;
        let resume = (past.known + ask.horizon as usize).min(waits.len());
        if let Some(wait) = Wait::on(&waits, past.known, resume) {
            let who = format!("{} past waits (Weibull)", wait.spells);
            expecting.push(told.expecting(who, &wait.ends(months)));
        }
        for expectation in &project.evidence.targets.expectations {
            if *expectation.event == *event.id && printed_by(expectation, ask.origin) {
                let first = printed(expectation, ask.origin, &base);
                expecting.push(told.expecting(expectation.id.get().clone(), &first));
            }
        }
        scores.push(EventScore {
            event: event.id.get().clone(),
            label: event.label.get().clone(),
            months,
            happened: happened.map(|month| ask.origin.plus(month as i32 + 1)),
            expecting,
        });
    }
    Ok(scores)
}

/// For each month whether the event happens in it, on record. The first month has none before it.
fn happenings(event: &Occasion, across: &impl Across) -> Result<Vec<bool>, HindcastError> {
    let (Some(column), Some((side, passes))) = (across.column(&event.outcome), event.side()) else {
        return Ok(Vec::new());
    };
    let threshold = *event.threshold.get();
    let (mut values, mut course) = (Vec::new(), Vec::with_capacity(across.months()));
    let mut before = true;
    for month in 0..across.months() {
        across.read(column, month, &mut values)?;
        let now = side.holds(stats::quantile(&stats::sorted(&values), 0.5), threshold);
        course.push(now && !(passes && before));
        before = now;
    }
    Ok(course)
}

/// For each month 1 if on record what the event becomes is not so yet, 0 if it is; nothing of an event
/// that does not become so but happens.
fn waiting(event: &Occasion, across: &impl Across) -> Result<Vec<f64>, HindcastError> {
    let (Some(column), Some((side, true))) = (across.column(&event.outcome), event.side()) else {
        return Ok(Vec::new());
    };
    let threshold = *event.threshold.get();
    let (mut values, mut waits) = (Vec::new(), Vec::with_capacity(across.months()));
    for month in 0..across.months() {
        across.read(column, month, &mut values)?;
        let so = side.holds(stats::quantile(&stats::sorted(&values), 0.5), threshold);
        waits.push(f64::from(u8::from(!so)));
    }
    Ok(waits)
}

/// Chance in a month of what happened so often in the months before; half a time more than it did, so
/// that what never happened is not impossible.
fn base_rate(before: &[bool]) -> f64 {
    let times = before.iter().filter(|h| **h).count() as f64;
    (times + 0.5) / (before.len() as f64 + 1.0)
}

/// Chance that it happens first in each month, if it has the same chance in all.
fn constant(rate: f64, months: usize) -> Vec<f64> {
    let mut left = 1.0;
    let first = |_| {
        let now = left * rate;
        left -= now;
        now
    };
    (0..months).map(first).collect()
}

fn printed_by(expectation: &Expectation, origin: Month) -> bool {
    expectation.printed.parse::<Date>().is_ok_and(|date| date.month() <= origin)
}

/// A printed expectation as chances: even over its months, as far as they are still to come.
fn printed(expectation: &Expectation, origin: Month, base: &[f64]) -> Vec<f64> {
    let month = |text: &str| text.parse::<Month>().ok().map(|month| month.since(origin) - 1);
    let (Some(first), Some(last)) = (month(&expectation.earliest), month(&expectation.latest))
    else {
        return base.to_vec();
    };
    let span = first.max(0)..=last;
    let count = span.clone().count().max(1) as f64;
    let even = |place: usize| f64::from(u8::from(span.contains(&(place as i32)))) / count;
    let mixed =
        |(place, base): (usize, &f64)| PRINTED_WEIGHT * even(place) + (1.0 - PRINTED_WEIGHT) * base;
    base.iter().enumerate().map(mixed).collect()
}

/// What is on record of an event.
struct Told {
    months: usize,
    happened: Option<usize>,
    runs: usize,
}

impl Told {
    fn expecting(&self, who: String, first: &[f64]) -> Expecting {
        let first: Vec<f64> = first.iter().copied().take(self.months).collect();
        let mut by = 0.0;
        let mut miss = 0.0;
        for (month, chance) in first.iter().enumerate() {
            by += chance;
            miss += brier(by.min(1.0), self.happened.is_some_and(|happened| happened <= month));
        }
        let log_score = match self.happened {
            Some(month) => log_score(first.get(month).copied().unwrap_or(0.0), true, self.runs),
            None => log_score(by, false, self.runs),
        };
        let brier = miss / first.len().max(1) as f64;
        Expecting { who, by_end: by.min(1.0), log_score, brier, first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_chance_is_geometric() {
        let first = constant(0.5, 3);
        assert_eq!(first, [0.5, 0.25, 0.125]);
        assert_eq!(base_rate(&[true, false, false]), 0.375);
    }

    #[test]
    fn a_chance_is_scored_in_the_month_in_which_it_happened() {
        let told = Told { months: 3, happened: Some(1), runs: 100 };
        let expecting = told.expecting("x".into(), &[0.5, 0.25, 0.125, 0.1]);
        assert!((expecting.log_score - 4.0_f64.ln()).abs() < 1e-12);
        // By the months: .5 against 0, .75 and .875 against 1.
        let brier = (0.25 + 0.0625 + 0.015_625) / 3.0;
        assert!((expecting.brier - brier).abs() < 1e-12);
        let never = Told { happened: None, ..told }.expecting("x".into(), &[0.5, 0.25, 0.125]);
        assert!((never.log_score - 8.0_f64.ln()).abs() < 1e-12);
        let impossible = Told { happened: Some(1), ..told }.expecting("x".into(), &[1.0, 0.0, 0.0]);
        assert!((impossible.log_score - 200.0_f64.ln()).abs() < 1e-12);
    }
}
