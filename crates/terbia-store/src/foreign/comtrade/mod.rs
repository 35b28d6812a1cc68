//! How do trade statistics of the United Nations become volumes and values?
//!
//! Of each reporter, flow, partner, commodity code and period one row is a total: that of all second
//! partners, customs procedures (`C00`) and modes of transport and supply (`0`). Only it counts; its
//! parts are left out, and where a file has parts and no total they are not added up, for their codes
//! nest in each other.
//!
//! - volume: net weight, kg to t gross; the quantity where no net weight is given and the unit is a
//!   weight. What the publisher has estimated is `derived`, with the note ESTIMATED.
//! - value: the primary value, USD; CIF or FOB is noted where the file tells.
//! - partner 0 is *all origins* of imports, *all destinations* of exports.
//!
//! A weight or a value of 0 beside the other is one that was not reported. Months that a file lacks
//! are not rows: a flow of nothing and a month without a report look the same.
//!
//! Limits: codes of 4 and of 6 digits are both kept and nest; revisions of the classification are not
//! reconciled; what two editions print alike is one figure. Net weight is that of the product without
//! its packing: customs weigh it, nobody assays it.

mod field;
mod json;
mod line;
mod rows;
mod unit;

use super::Collect;
use super::error::ForeignError;
use super::fault::{Faults, Place};
use super::input::{Form, Input};
use super::sheet::Sheet;
use super::told::{Told, counted};
use crate::spec::{Observation, Source};
use field::{Cells, Field};
use line::{Figures, Flow, Key, Line, Uncounted};
use std::collections::BTreeMap;

/// All that was read.
#[derive(Default)]
pub(super) struct Trade {
    /// Totals: what several rows say of one flow.
    totals: BTreeMap<Key, Vec<Figures>>,
    /// Parts of totals: how many rows.
    parts: BTreeMap<Key, u64>,
    /// Names of reporters and partners, by code.
    countries: BTreeMap<String, String>,
    /// Names of goods, by code.
    goods: BTreeMap<String, String>,
    repeated: u64,
}

impl Collect for Trade {
    fn read(&mut self, input: Input, told: &mut Told) -> Result<u64, ForeignError> {
        let path = input.path.clone();
        let mut faults = Faults::default();
        let Form::Table(separator) = input.form else {
            let around = json::read(input, &mut |number, cells| {
                self.take(cells, Place::Entry(number), &mut faults, told);
            })?;
            faults.settle(&path)?;
            if around.count.is_some_and(|count| count != around.entries) {
                told.remark(format!(
                    "{} says that it has {} entries and has {}: the publisher may have sent only a part",
                    path.display(),
                    around.count.unwrap_or_default(),
                    around.entries
                ));
            }
            return Ok(around.entries);
        };
        let mut sheet = Sheet::open(input, separator)?;
        let columns: Vec<Option<usize>> = Field::names().map(|names| sheet.column(names)).collect();
        while sheet.next(&mut faults)? {
            let cell = |place: usize| sheet.cell(columns.get(place).copied().flatten());
            self.take(&Cells(std::array::from_fn(cell)), sheet.place(), &mut faults, told);
        }
        faults.settle(&path)?;
        super::remark_on_end(&sheet, &path, told);
        Ok(sheet.rows())
    }

    fn finish(self, told: &mut Told) -> (Vec<Observation>, Vec<(String, Source)>) {
        if self.totals.is_empty() && self.parts.is_empty() {
            return (Vec::new(), Vec::new());
        }
        told.leave_all("rows that repeat another (counted once)", self.repeated);
        self.tell_parts(told);
        self.tell_nesting(told);
        self.tell_gaps(told);
        rows::of(&self, told)
    }
}

impl Trade {
    fn take(&mut self, cells: &Cells<'_>, place: Place, faults: &mut Faults, told: &mut Told) {
        match line::read(cells) {
            Ok(line) => self.count(line),
            Err(Uncounted::Left(reason)) => told.leave(reason),
            Err(Uncounted::Fault(fault)) => faults.add(place, fault),
        }
    }

    fn count(&mut self, line: Line<'_>) {
        let Line { key, figures, whole, .. } = line;
        name(&mut self.countries, &key.reporter, line.reporter_name);
        name(&mut self.countries, &key.partner, line.partner_name);
        name(&mut self.goods, &key.goods, line.goods_name);
        if !whole {
            *self.parts.entry(key).or_default() += 1;
            return;
        }
        let known = self.totals.entry(key).or_default();
        let same = |f: &&mut Figures| {
            Figures { edition: String::new(), ..(**f).clone() }
                == Figures { edition: String::new(), ..figures.clone() }
        };
        match known.iter_mut().find(same) {
            Some(other) => {
                self.repeated += 1;
                // Whichever comes first, the same edition is named.
                if figures.edition < other.edition {
                    other.edition = figures.edition;
                }
            }
            None => known.push(figures),
        }
    }

    fn tell_parts(&self, told: &mut Told) {
        let of = |total: bool| {
            let parts = self.parts.iter();
            parts.filter(move |(key, _)| self.totals.contains_key(*key) == total)
        };
        told.leave_all(
            "rows that are parts (by second partner, customs procedure or transport) of a total in the file",
            of(true).map(|(_, rows)| rows).sum(),
        );
        let alone: u64 = of(false).map(|(_, rows)| rows).sum();
        told.leave_all("rows that are parts of a total which the file lacks", alone);
        if alone > 0 {
            told.remark(format!(
                "{} only in parts, whose codes nest, so that they cannot be added up: ask the publisher \
                 for partner2Code 0, customsCode C00 and motCode 0",
                if of(false).count() == 1 {
                    "1 flow of a period is there".to_owned()
                } else {
                    format!("{} of a period are there", counted(of(false).count() as u64, "flow"))
                }
            ));
        }
    }

    /// Rows that hold others.
    fn tell_nesting(&self, told: &mut Told) {
        let nests = |code: &String| {
            self.goods.keys().any(|other| other.len() > code.len() && other.starts_with(code))
        };
        let wide: Vec<&str> =
            self.goods.keys().filter(|code| nests(code)).map(String::as_str).collect();
        if !wide.is_empty() {
            told.remark(format!(
                "of the codes, {} hold others in the file: do not add them up",
                wide.join(", ")
            ));
        }
        if self.totals.keys().any(Key::world) && !self.totals.keys().all(Key::world) {
            told.remark("\"all origins\" and \"all destinations\" hold the single partners: do not add them up");
        }
    }

    /// Monthly series that have holes or end before the others.
    fn tell_gaps(&self, told: &mut Told) {
        let mut series: BTreeMap<(&str, Flow, &str, &str), Vec<&Key>> = BTreeMap::new();
        for key in self.totals.keys().filter(|key| key.first == key.last) {
            let Key { reporter, flow, partner, goods, .. } = key;
            series.entry((reporter, *flow, partner, goods)).or_default().push(key);
        }
        let Some(last) = series.values().flatten().map(|key| key.last).max() else { return };
        let span = |keys: &[&Key]| {
            let first = keys.iter().map(|key| key.first).min()?;
            let last = keys.iter().map(|key| key.last).max()?;
            Some((last, last.since(first) + 1 - keys.len() as i32))
        };
        let spans: Vec<_> = series.values().filter_map(|keys| span(keys)).collect();
        let early = spans.iter().filter(|(end, _)| *end < last).count();
        let holes: i32 = spans.iter().map(|(_, holes)| holes).sum();
        if early > 0 {
            told.remark(format!(
                "{early} of {} monthly series end before {last}, the last month of the files: whether \
                 nothing was traded or nothing reported yet, they do not say",
                spans.len()
            ));
        }
        if holes > 0 {
            told.remark(format!(
                "{} missing inside monthly series, and no row says 0 for them",
                if holes == 1 { "1 month is".to_owned() } else { format!("{holes} months are") }
            ));
        }
    }
}

/// Keeps the name of a code; of several the first in the alphabet, whatever the order of the rows. A
/// code that only repeats itself names nothing.
fn name(names: &mut BTreeMap<String, String>, code: &str, name: &str) {
    let Some(known) = names.get_mut(code) else {
        names.insert(code.to_owned(), name.to_owned());
        return;
    };
    let better = !name.is_empty() && name != code;
    if better && (known.is_empty() || known == code || name < known.as_str()) {
        name.clone_into(known);
    }
}
