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

/// The last month that the record drives: the most derived scenario that names it counts.
pub(crate) fn replay_until(chain: &[&Sheet<Scenario>]) -> Option<Month> {
    chain.iter().rev().find_map(|s| s.spec.replay_until.as_ref())?.parse().ok()
}

/// What happens in a scenario, from the root of its chain to itself; nothing if a day cannot be
/// read.
pub(crate) fn happenings<'a>(chain: &[&'a Sheet<Scenario>]) -> Option<Vec<Happening<'a>>> {
    let end = replay_until(chain).map(|month| month.plus(1).first_day());
    let mut all = Vec::new();
    for sheet in chain {
        let record = sheet.spec.record == Some(true);
        for event in &sheet.spec.events {
            let until = match &event.until {
                Some(until) => Some(until.parse().ok()?),
                None => None,
            };
            let happening = Happening { event, from: event.from.parse().ok()?, until };
            let end = end.filter(|_| record && !outlasts(event));
            all.extend(cut(happening, end));
        }
    }
    Some(all)
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
