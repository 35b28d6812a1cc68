//! What does a forecast know? What a scenario says of the months after its origin.

use super::Project;
use super::happening::{self, AsOf, Happening, Known};
use super::lever;
use super::scenario::{self, Sheet};
use crate::spec::{EventKind, Scenario};
use miette::Diagnostic;
use serde::{Deserialize, Serialize};
use terbia_model::kernel::time::{Date, Month};
use thiserror::Error;

/// Something that is given to change after the origin, rather than left to the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// "event" or "series".
    pub kind: String,
    /// Its id in the corridor.
    pub id: String,
    /// First day of the event, or first month after the origin for which the series has a point.
    pub from: String,
    /// First day on which the event no longer holds, or last month for which there is a point.
    pub until: Option<String>,
}

/// Why nothing can be forecast from that month.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum OriginError {
    /// None of the corridor's months.
    #[error("the record cannot end in {origin}: the corridor runs from {start} to {end}")]
    #[diagnostic(code(terbia::origin::outside), help("give a month from {start} to {end}"))]
    Outside {
        /// Asked for.
        origin: Month,
        /// First month.
        start: Month,
        /// Last month.
        end: Month,
    },
    /// Later than anything that is on record.
    #[error("the record ends in {record}; of the months to {origin} nothing is known")]
    #[diagnostic(
        code(terbia::origin::after_record),
        help(
            "give a month up to {record}, or add to the record and move `replay_until` of the scenario \
             that is it"
        )
    )]
    AfterRecord {
        /// Asked for.
        origin: Month,
        /// Last month of the record.
        record: Month,
    },
    /// Somebody says what happens after it.
    #[error("the scenario '{scenario}' says what happens after {origin}: {}", what.join(", "))]
    #[diagnostic(
        code(terbia::origin::scripted),
        help(
            "name a scenario that leaves the months after {origin} to the model. An event of the record \
             is dropped where its scenario says `record = true`; to suppose an event is a what-if: \
             terbia run --scenario {scenario}"
        )
    )]
    Scripted {
        /// The scenario.
        scenario: String,
        /// Asked for.
        origin: Month,
        /// Events and levers, in words.
        what: Vec<String>,
    },
}

impl Project {
    /// What `scenario` and `sets` still give to change after the origin once the record is cut there,
    /// in the order of the corridor's files; an error where they say what the model is to find.
    ///
    /// A scenario that is not there gives nothing: whoever compiles it says so.
    pub fn given_after(
        &self,
        as_of: AsOf,
        scenario: &str,
        sets: &[(String, f64)],
    ) -> Result<Vec<Given>, OriginError> {
        let AsOf { origin, .. } = as_of;
        let (start, months) = (self.corridor.start, self.months());
        let end = start.plus(months as i32 - 1);
        if origin < start || origin > end {
            return Err(OriginError::Outside { origin, start, end });
        }
        let chain = scenario::chain(&self.scenarios, scenario).unwrap_or_default();
        if let Some(record) = happening::record_end(&chain).filter(|record| origin > *record) {
            return Err(OriginError::AfterRecord { origin, record });
        }
        let what = scripted(&chain, origin, sets);
        if !what.is_empty() {
            return Err(OriginError::Scripted { scenario: scenario.to_owned(), origin, what });
        }
        let known = Known::at(Some(as_of), &chain);
        let happenings = happening::happenings(&chain, known).unwrap_or_default();
        let cut = origin.plus(1).first_day();
        let mut given: Vec<Given> =
            happenings.iter().filter(|h| changes(h, cut)).map(event).collect();
        if known.horizon().is_none() {
            given.extend(self.points_after(origin));
        }
        Ok(given)
    }

    /// The last month of the record under `scenario`; nothing if none of its files is record and
    /// says so.
    pub fn record_until(&self, scenario: &str) -> Option<Month> {
        happening::record_end(&scenario::chain(&self.scenarios, scenario).ok()?)
    }

    /// Series with points after `origin`.
    fn points_after(&self, origin: Month) -> impl Iterator<Item = Given> {
        self.spec.series.iter().filter_map(move |series| {
            let months = series.points.iter().filter_map(|p| p.0.parse::<Month>().ok());
            let later: Vec<Month> = months.filter(|m| *m > origin).collect();
            Some(Given {
                kind: "series".to_owned(),
                id: series.id.get().clone(),
                from: later.first()?.to_string(),
                until: later.last().map(Month::to_string),
            })
        })
    }
}

fn event(happening: &Happening<'_>) -> Given {
    Given {
        kind: "event".to_owned(),
        id: happening.event.id.get().clone(),
        from: happening.from.to_string(),
        until: happening.until.map(|until| until.to_string()),
    }
}

/// Whether the event begins or ends, by what is given, on `cut` or later. How long an offensive or
/// a truce lasts is the model's to say.
fn changes(happening: &Happening<'_>, cut: Date) -> bool {
    let open = matches!(happening.event.kind.get(), EventKind::Offensive | EventKind::Truce);
    happening.from >= cut || happening.until.is_some_and(|until| until > cut && !open)
}

/// What the scenarios that are no record, or `sets`, do after `origin`.
fn scripted(chain: &[&Sheet<Scenario>], origin: Month, sets: &[(String, f64)]) -> Vec<String> {
    let mut what = Vec::new();
    let turned = |path: &str| {
        let month = lever::is_turn(path).then(|| path.split_once('@')?.1.parse::<Month>().ok());
        month.flatten().is_some_and(|month| month > origin)
    };
    for sheet in chain {
        let later = |date: &str| date.parse::<Date>().is_ok_and(|d| d.month() > origin);
        let record = sheet.spec.record == Some(true);
        for event in sheet.spec.events.iter().filter(|e| !record && later(&e.from)) {
            what.push(format!("the event '{}' on {}", *event.id, *event.from));
        }
        let paths = sheet.spec.set.keys().map(|path| path.get().as_str());
        what.extend(paths.filter(|p| turned(p)).map(|p| format!("the setting '{p}'")));
    }
    let paths = sets.iter().map(|(path, _)| path.as_str());
    what.extend(paths.filter(|p| turned(p)).map(|p| format!("the setting '{p}'")));
    what
}
