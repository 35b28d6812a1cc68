//! Which rows come of conflict events?

use super::super::number::days;
use super::super::row::{self, also, blank, slug};
use super::super::told::counted;
use super::{Events, Latest, Place};
use crate::spec::{Basis, Observation, Source};
use std::collections::{BTreeMap, BTreeSet};
use terbia_model::kernel::time::Month;

/// Key of the publication.
const SOURCE: &str = "acled";

/// The rows: counts, then deaths, each in the order of places.
pub(super) fn of(all: &Events) -> Vec<Observation> {
    let mut counts: BTreeMap<(&Place, &str, Month), Count> = BTreeMap::new();
    let mut tolls: BTreeMap<(&Place, Month), Toll> = BTreeMap::new();
    for Latest { event, torn, .. } in all.by_id.values() {
        let count = counts.entry((&event.place, &event.kind, event.month)).or_default();
        count.events += 1;
        count.month_only += u64::from(event.month_only);
        count.torn += u64::from(*torn);
        let toll = tolls.entry((&event.place, event.month)).or_default();
        toll.deaths += event.deaths.unwrap_or_default();
        toll.unknown += u64::from(event.deaths.is_none());
        toll.torn += u64::from(*torn);
    }
    let mut rows: Vec<Observation> = counts
        .into_iter()
        .map(|((place, kind, month), count)| count.row(place, kind, month))
        .collect();
    if all.with_deaths {
        rows.extend(tolls.into_iter().map(|((place, month), toll)| toll.row(place, month)));
    }
    let mut taken = BTreeSet::new();
    for row in &mut rows {
        let base = row.id.get().clone();
        let mut names = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}")));
        // Names of places that differ in a comma would share a number.
        let free = names.find(|name| !taken.contains(name)).unwrap_or(base);
        taken.insert(free.clone());
        row.id = row::id(free);
    }
    rows
}

/// Events of one type in a place and month.
#[derive(Default)]
struct Count {
    events: u64,
    month_only: u64,
    torn: u64,
}

impl Count {
    fn row(&self, place: &Place, kind: &str, month: Month) -> Observation {
        let mut row = common(place, month, self.torn);
        row.id = row::id(number(place, kind, month));
        "conflict_events".clone_into(&mut row.quantity);
        kind.clone_into(&mut row.entity);
        row.value = Some(self.events as f64);
        "events".clone_into(&mut row.unit);
        "events counted by place, month and type".clone_into(&mut row.method);
        if self.month_only > 0 {
            also(&mut row.note, &format!("{} of them known to the month only", self.month_only));
        }
        row
    }
}

/// Deaths in a place and month.
#[derive(Default)]
struct Toll {
    deaths: u64,
    unknown: u64,
    torn: u64,
}

impl Toll {
    fn row(&self, place: &Place, month: Month) -> Observation {
        let mut row = common(place, month, self.torn);
        row.id = row::id(number(place, "deaths", month));
        "conflict_deaths".clone_into(&mut row.quantity);
        "all events".clone_into(&mut row.entity);
        "deaths".clone_into(&mut row.unit);
        "reported deaths summed by place and month".clone_into(&mut row.method);
        if self.unknown == 0 {
            row.value = Some(self.deaths as f64);
        } else {
            row.low = Some(self.deaths as f64);
            row.basis = Basis::Bound;
            also(&mut row.note, &format!("{} without a number", counted(self.unknown, "event")));
        }
        row
    }
}

fn common(place: &Place, month: Month, torn: u64) -> Observation {
    let (from, to) = days(month, month);
    let mut row = Observation {
        subject: place.label(),
        from,
        to,
        basis: Basis::Derived,
        source: vec![SOURCE.to_owned()],
        ..blank()
    };
    if torn > 0 {
        also(
            &mut row.note,
            &format!("versions of {} DISAGREE; one counts", counted(torn, "event")),
        );
    }
    row
}

fn number(place: &Place, kind: &str, month: Month) -> String {
    let label = format!("{} {} {}", place.country, place.region, place.name);
    format!("ACLED-{}-{}-{}-{month}", slug(&label), place.level, slug(kind))
}

/// The publication, under its key.
pub(super) fn source() -> (String, Source) {
    let source = Source {
        title: "Armed Conflict Location & Event Data".to_owned(),
        publisher: "ACLED".to_owned(),
        date: None,
        url: Some("https://acleddata.com".to_owned()),
        licence: Some("terms of ACLED: its rows may not be passed on".to_owned()),
    };
    (SOURCE.to_owned(), source)
}
