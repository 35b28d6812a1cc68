//! How do conflict events become counts that name no place finer than a township?
//!
//! Events are counted by township, month and event type while they are read, and reported deaths are
//! summed by township and month. **Nothing else of an event leaves this file**: no coordinates, no
//! name of a village or of an actor, no notes, no sources. The township is the third administrative
//! level, or the finest that the file has; an event whose place is only roughly known
//! (`geo_precision` 3) is counted at the second, or the first.
//!
//! An event counts once however often it is listed (exports by actor list it once for each): in its
//! latest version by `timestamp`. Of versions of the same time that differ one counts, the first in a
//! fixed order, and the row's note says so.
//!
//! A township and month without events is no row: an export does not say what it was asked for, so
//! nothing shows that it would have listed one. A death toll that some event lacks is a lower bound.
//!
//! Limits: deaths are as reported, and low in places where nobody counts.

mod rows;

use super::Collect;
use super::error::ForeignError;
use super::fault::{CellFault, Faults};
use super::input::{Form, Input};
use super::number::{amount, day};
use super::row::joined;
use super::sheet::Sheet;
use super::told::{Told, counted};
use crate::spec::{Observation, Source};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use terbia_model::kernel::time::Month;

/// Of time and place: known only roughly.
const ROUGH: &str = "3";

/// Where events are counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    country: String,
    /// First level.
    region: String,
    name: String,
    /// Level of the name: 3 for a township.
    level: u8,
}

impl Place {
    fn label(&self) -> String {
        let name = if self.level == 3 {
            self.name.clone()
        } else {
            format!("{} (admin{})", self.name, self.level)
        };
        let region = if self.level == 1 { "" } else { &self.region };
        joined([name.as_str(), region, &self.country], ", ")
    }
}

/// What is kept of an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    place: Arc<Place>,
    month: Month,
    kind: Arc<str>,
    deaths: Option<u64>,
    month_only: bool,
}

/// An event in its latest version.
struct Latest {
    event: Event,
    version: i64,
    /// Another version of the same time differs.
    torn: bool,
}

/// All that was read.
#[derive(Default)]
pub(super) struct Events {
    by_id: BTreeMap<String, Latest>,
    places: BTreeSet<Arc<Place>>,
    kinds: BTreeSet<Arc<str>>,
    listed: u64,
    rough: u64,
    with_deaths: bool,
}

/// Where the columns stand.
struct Columns {
    id: Option<usize>,
    date: Option<usize>,
    kind: Option<usize>,
    country: Option<usize>,
    levels: [Option<usize>; 3],
    time_precision: Option<usize>,
    geo_precision: Option<usize>,
    deaths: Option<usize>,
    version: Option<usize>,
}

impl Collect for Events {
    fn read(&mut self, input: Input, told: &mut Told) -> Result<u64, ForeignError> {
        let Form::Table(separator) = input.form else {
            let path = input.path;
            return Err(ForeignError::Unknown { path, found: "it is JSON".to_owned() });
        };
        let path = input.path.clone();
        let mut sheet = Sheet::open(input, separator)?;
        let at = |name: &str| sheet.column(&[name]);
        let columns = Columns {
            id: at("eventidcnty"),
            date: at("eventdate"),
            kind: at("eventtype"),
            country: at("country"),
            levels: [at("admin1"), at("admin2"), at("admin3")],
            time_precision: at("timeprecision"),
            geo_precision: at("geoprecision"),
            deaths: at("fatalities"),
            version: at("timestamp"),
        };
        columns.tell_missing(told);
        self.with_deaths |= columns.deaths.is_some();
        let mut faults = Faults::default();
        while sheet.next(&mut faults)? {
            if let Err(fault) = self.take(&sheet, &columns, told) {
                faults.add(sheet.place(), fault);
            }
        }
        faults.settle(&path)?;
        super::remark_on_end(&sheet, &path, told);
        Ok(sheet.rows())
    }

    fn finish(self, told: &mut Told) -> (Vec<Observation>, Vec<(String, Source)>) {
        let repeated = self.listed - self.by_id.len() as u64;
        told.leave_all(
            "rows that list an event again (it counts once, in its latest version)",
            repeated,
        );
        if self.by_id.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let torn = self.by_id.values().filter(|latest| latest.torn).count() as u64;
        if torn > 0 {
            told.remark(format!(
                "{} listed in versions that differ and are equally old: one of them is counted, and \
                 the notes of the rows say so",
                if torn == 1 { "1 event is".to_owned() } else { format!("{torn} events are") }
            ));
        }
        if self.rough > 0 {
            told.remark(format!(
                "{} at a place that is known only roughly (geo_precision 3): counted by district or region",
                counted(self.rough, "row")
            ));
        }
        let months = || self.by_id.values().map(|latest| latest.event.month);
        if let (Some(first), Some(last)) = (months().min(), months().max()) {
            told.remark(format!(
                "a township and month without events, {first} to {last}, is no row and not 0: the file \
                 does not say which it covers"
            ));
        }
        told.remark(
            "coordinates, places below the township, actors, notes and sources were not taken over; \
             the publisher's terms forbid passing its rows on",
        );
        (rows::of(&self), vec![rows::source()])
    }
}

impl Columns {
    fn tell_missing(&self, told: &mut Told) {
        let [_, district, township] = self.levels;
        let columns = [
            (township.or(district), "admin2 and admin3: events are counted by region"),
            (self.geo_precision, "geo_precision: every place counts as well known"),
            (self.deaths, "fatalities: no deaths are summed"),
            (self.version, "timestamp: of an event's versions the latest is not known"),
        ];
        for (_, what) in columns.iter().filter(|(column, _)| column.is_none()) {
            told.remark(format!("the file lacks {what}"));
        }
    }
}

impl Events {
    fn take(&mut self, sheet: &Sheet, columns: &Columns, told: &mut Told) -> Result<(), CellFault> {
        let id = sheet.cell(columns.id);
        if id.is_empty() {
            return Err(CellFault::Missing { column: "event_id_cnty" });
        }
        let kind = sheet.cell(columns.kind);
        if kind.is_empty() {
            return Err(CellFault::Missing { column: "event_type" });
        }
        let date = sheet.cell(columns.date);
        let month = day(date).map(terbia_model::kernel::time::Date::month).ok_or_else(|| {
            let expected = "a day such as 2024-10-22 or 22 October 2024";
            CellFault::not_time("event_date", date, expected)
        })?;
        let deaths = deaths(sheet.cell(columns.deaths))?;
        let rough = sheet.cell(columns.geo_precision) == ROUGH;
        let Some(place) = place(sheet, columns, rough) else {
            told.leave("events without a place");
            return Ok(());
        };
        self.listed += 1;
        self.rough += u64::from(rough);
        let event = Event {
            place: interned(&mut self.places, place),
            month,
            kind: interned_text(&mut self.kinds, kind),
            deaths,
            month_only: sheet.cell(columns.time_precision) == ROUGH,
        };
        // Without a time all versions are equally old.
        let version = sheet.cell(columns.version).parse().unwrap_or_default();
        self.keep(id, event, version);
        Ok(())
    }

    fn keep(&mut self, id: &str, event: Event, version: i64) {
        let Some(known) = self.by_id.get_mut(id) else {
            self.by_id.insert(id.to_owned(), Latest { event, version, torn: false });
            return;
        };
        if version > known.version {
            *known = Latest { event, version, torn: false };
        } else if version == known.version && event != known.event {
            known.torn = true;
            if event < known.event {
                known.event = event;
            }
        }
    }
}

fn deaths(text: &str) -> Result<Option<u64>, CellFault> {
    match amount(text, "fatalities")? {
        Some(x) if x.fract() != 0.0 || x > 1e6 => Err(CellFault::not_number("fatalities", text)),
        x => Ok(x.map(|x| x as u64)),
    }
}

/// The finest level at which the event may and can be counted.
fn place(sheet: &Sheet, columns: &Columns, rough: bool) -> Option<Place> {
    let [region, district, township] = columns.levels.map(|column| sheet.cell(column));
    let finest = if rough { "" } else { township };
    let levels = [(finest, 3), (district, 2), (region, 1)];
    let (name, level) = levels.into_iter().find(|(name, _)| !name.is_empty())?;
    let country = sheet.cell(columns.country).to_owned();
    Some(Place { country, region: region.to_owned(), name: name.to_owned(), level })
}

fn interned(known: &mut BTreeSet<Arc<Place>>, place: Place) -> Arc<Place> {
    if let Some(there) = known.get(&place) {
        return Arc::clone(there);
    }
    let place = Arc::new(place);
    known.insert(Arc::clone(&place));
    place
}

fn interned_text(known: &mut BTreeSet<Arc<str>>, text: &str) -> Arc<str> {
    if let Some(there) = known.get(text) {
        return Arc::clone(there);
    }
    let text: Arc<str> = Arc::from(text);
    known.insert(Arc::clone(&text));
    text
}
