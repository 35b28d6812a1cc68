//! What of a scenario's events happens? Those of the record end where the model takes over.

use super::scenario::Sheet;
use crate::spec::{Event, EventKind, Scenario};
use terbia_model::kernel::time::{Date, Month};

/// An event on the days on which it holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Happening<'a> {
    /// What happens.
    pub(crate) event: &'a Event,
    /// First day.
    pub(crate) from: Date,
    /// First day on which it no longer holds; none means for good.
    pub(crate) until: Option<Date>,
}

/// How far what a scenario says is let act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// Last month that the record drives, if it is not the scenario's own.
    pub(crate) until: Option<Month>,
    /// Whether what the record says of later months was written by somebody who knew more than was
    /// known then, so that none of it may act.
    pub(crate) hindsight: bool,
    /// Last month whose politics is given all the same: gates, holders, levies, offensives, truces.
    pub(crate) politics: Option<Month>,
}

/// Where the record is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// Last month of which everything is known.
    pub origin: Month,
    /// Last month whose politics is given: who holds what, which gates are shut, which levy is
    /// asked. That of the origin if absent; the model decides from the month after it.
    pub politics: Option<Month>,
}

impl AsOf {
    /// Nothing is known after `origin`.
    pub fn known_to(origin: Month) -> Self {
        Self { origin, politics: None }
    }
}

impl Known {
    /// What was known at the end of `origin`: a record that goes on says of later months what only
    /// hindsight knows; one that ends there says what was then supposed of them.
    pub(crate) fn at(as_of: Option<AsOf>, chain: &[&Sheet<Scenario>]) -> Self {
        let origin = as_of.map(|a| a.origin);
        let hindsight = origin.is_some_and(|o| record_end(chain).is_none_or(|end| o < end));
        Self { until: origin, hindsight, politics: as_of.and_then(|a| a.politics) }
    }

    /// The last month in which politics is given, if it is not the scenario's own.
    pub(crate) fn politics_until(&self) -> Option<Month> {
        self.politics.or(self.until)
    }

    /// The last month of which anything is known, if anything is cut there.
    pub(crate) fn horizon(&self) -> Option<Month> {
        self.until.filter(|_| self.hindsight)
    }
}

/// The last month of the record, which the scenarios that are record say of themselves.
pub(crate) fn record_end(chain: &[&Sheet<Scenario>]) -> Option<Month> {
    let record = chain.iter().filter(|s| s.spec.record == Some(true));
    record.filter_map(|s| s.spec.replay_until.as_ref()?.parse().ok()).max()
}

/// The last month that the record drives: the most derived scenario that names it counts.
pub(crate) fn replay_until(chain: &[&Sheet<Scenario>]) -> Option<Month> {
    chain.iter().rev().find_map(|s| s.spec.replay_until.as_ref())?.parse().ok()
}

/// What happens in a scenario, from the root of its chain to itself; nothing if a day cannot be
/// read.
pub(crate) fn happenings<'a>(
    chain: &[&'a Sheet<Scenario>],
    known: Known,
) -> Option<Vec<Happening<'a>>> {
    let after = |month: Month| month.plus(1).first_day();
    let end = known.until.or_else(|| replay_until(chain)).map(after);
    let politics_end = known.politics.map(after).or(end);
    let mut all = Vec::new();
    for sheet in chain {
        let record = sheet.spec.record == Some(true);
        for event in &sheet.spec.events {
            let until = match &event.until {
                Some(until) => Some(until.parse().ok()?),
                None => None,
            };
            let happening = Happening { event, from: event.from.parse().ok()?, until };
            let end = if political(event) { politics_end } else { end };
            let end = end.filter(|_| record);
            if !outlasts(event) {
                all.extend(cut(happening, end));
            } else if end.is_none_or(|end| !known.hindsight || happening.from < end) {
                all.push(happening);
            }
        }
    }
    Some(all)
}

/// Whether the event is somebody's move in the struggle over ground, gates and levies.
fn political(event: &Event) -> bool {
    matches!(
        event.kind.get(),
        EventKind::Gate
            | EventKind::Control
            | EventKind::Levy
            | EventKind::Offensive
            | EventKind::Truce
            | EventKind::Demand
            | EventKind::Parallel
    )
}

/// Whether the end of the record leaves the event as it is.
fn outlasts(event: &Event) -> bool {
    let exogenous = event.exogenous.as_ref().is_some_and(|e| *e.get());
    exogenous || *event.kind.get() == EventKind::Lever
}

/// What of an event is left when the record ends on `end`: nothing if it begins later. Of what is under
/// way, who holds, levies and shuts is the model's from then on; the rest keeps the end that it has,
/// though the model may end an offensive or a truce earlier or later.
fn cut(happening: Happening<'_>, end: Option<Date>) -> Option<Happening<'_>> {
    let Some(end) = end else { return Some(happening) };
    let runs_on = matches!(
        happening.event.kind.get(),
        EventKind::Licence
            | EventKind::Halt
            | EventKind::Reserve
            | EventKind::Offensive
            | EventKind::Truce
    );
    let until = if runs_on {
        happening.until
    } else {
        Some(happening.until.map_or(end, |until| until.min(end)))
    };
    (happening.from < end).then_some(Happening { until, ..happening })
}
