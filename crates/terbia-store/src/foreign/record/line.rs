//! What does one line of a table of figures say? A cell for each column, whatever the shape.

use super::super::fault::CellFault;
use super::super::number::number;
use super::super::row;
use super::super::sheet::Sheet;
use super::{Entry, Published};
use crate::load::{nearest, period};
use crate::spec::{Basis, Observation};

/// Where the columns stand.
pub(super) struct Columns {
    id: Option<usize>,
    quantity: Option<usize>,
    entity: Option<usize>,
    subject: Option<usize>,
    from: Option<usize>,
    to: Option<usize>,
    value: Option<usize>,
    low: Option<usize>,
    high: Option<usize>,
    unit: Option<usize>,
    basis: Option<usize>,
    source: Option<usize>,
    evidence: Option<usize>,
    method: Option<usize>,
    note: Option<usize>,
    series: Option<usize>,
    grade: Option<usize>,
    title: Option<usize>,
    publisher: Option<usize>,
    date: Option<usize>,
    url: Option<usize>,
}

/// Grades of series that were worked out, and what they are called here.
const GRADES: [(&str, Basis); 5] = [
    ("O", Basis::Printed),
    ("I", Basis::Implied),
    ("S", Basis::Share),
    ("R", Basis::Residual),
    ("B", Basis::Bound),
];

impl Columns {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let at = |names: &[&str]| sheet.column(names);
        Self {
            id: at(&["id"]),
            quantity: at(&["quantity"]),
            entity: at(&["entity"]),
            subject: at(&["subject", "commodity", "place"]),
            from: at(&["from", "periodstart"]),
            to: at(&["to", "periodend"]),
            value: at(&["value"]),
            low: at(&["low"]),
            high: at(&["high"]),
            unit: at(&["unit"]),
            basis: at(&["basis"]),
            source: at(&["source"]),
            evidence: at(&["evidence", "evidenceids"]),
            method: at(&["method"]),
            note: at(&["note"]),
            series: at(&["series"]),
            grade: at(&["grade"]),
            title: at(&["sourcetitle"]),
            publisher: at(&["publisher"]),
            date: at(&["sourcedate"]),
            url: at(&["sourceurl"]),
        }
    }

    /// Whether the rows are series that were worked out.
    pub(super) fn is_arithmetic(&self) -> bool {
        self.series.is_some() && self.id.is_none()
    }

    /// What the row says.
    pub(super) fn entry(&self, sheet: &Sheet) -> Result<Entry, CellFault> {
        let cell = |column| sheet.cell(column);
        let text = |column| sheet.cell(column).to_owned();
        let keys = |column| -> Vec<String> {
            let keys = cell(column).split([' ', '\t', ';', ',']);
            keys.filter(|key| !key.is_empty()).map(str::to_owned).collect()
        };
        let mut row = Observation {
            id: row::id(text(self.id)),
            quantity: text(if self.is_arithmetic() { self.series } else { self.quantity }),
            entity: text(self.entity),
            subject: text(self.subject),
            from: text(self.from),
            to: text(self.to),
            value: number(cell(self.value), "value")?,
            low: number(cell(self.low), "low")?,
            high: number(cell(self.high), "high")?,
            unit: text(self.unit),
            basis: Basis::Printed,
            source: keys(self.source),
            evidence: keys(self.evidence),
            method: text(self.method),
            note: text(self.note),
        };
        self.check(&row, sheet)?;
        let mut published = None;
        if self.basis.is_some() {
            row.basis = word(cell(self.basis), "basis", &Basis::ALL)?;
        } else if self.grade.is_some() {
            row.basis = word(cell(self.grade), "grade", &GRADES)?;
        } else if row.quantity.starts_with("derived_") {
            row.basis = Basis::Derived;
            row.method = std::mem::take(&mut row.note);
        } else {
            row.basis = basis(&row);
            published = self.published(sheet);
        }
        Ok(Entry { row, published, of_series: self.is_arithmetic() })
    }

    fn check(&self, row: &Observation, sheet: &Sheet) -> Result<(), CellFault> {
        if row.id.is_empty() && !self.is_arithmetic() {
            return Err(CellFault::Missing { column: "id" });
        }
        if row.quantity.is_empty() {
            return Err(CellFault::Missing { column: "quantity" });
        }
        let time = |column, text: &str| match period(text) {
            None if !text.is_empty() => {
                Err(CellFault::not_time(column, text, "a date such as 2024, 2024-10 or 2024-10-22"))
            }
            found => Ok(found),
        };
        let (first, last) = (time("from", &row.from)?, time("to", &row.to)?);
        if let (Some((first, _)), Some((_, last))) = (first, last)
            && last < first
        {
            return Err(CellFault::Backwards { low: row.from.clone(), high: row.to.clone() });
        }
        if let (Some(low), Some(high)) = (row.low, row.high)
            && low > high
        {
            let text = |column| sheet.cell(column).to_owned();
            return Err(CellFault::Backwards { low: text(self.low), high: text(self.high) });
        }
        Ok(())
    }

    fn published(&self, sheet: &Sheet) -> Option<Published> {
        let text = |column| sheet.cell(column).to_owned();
        let published = Published {
            title: text(self.title),
            publisher: text(self.publisher),
            url: text(self.url),
            date: text(self.date),
        };
        (!published.key().iter().all(String::is_empty)).then_some(published)
    }
}

/// How a printed figure is to be read: a value that repeats its one limit is that limit.
fn basis(row: &Observation) -> Basis {
    let limits = [row.low, row.high];
    let bound = match (row.value, limits.iter().flatten().count()) {
        (None, limits) => limits > 0,
        (Some(value), 1) => limits.contains(&Some(value)),
        _ => false,
    };
    if bound { Basis::Bound } else { Basis::Printed }
}

/// The meaning of a word of a list.
fn word(text: &str, column: &'static str, list: &[(&str, Basis)]) -> Result<Basis, CellFault> {
    let found = list.iter().find(|(name, _)| *name == text);
    found.map(|(_, basis)| *basis).ok_or_else(|| {
        let names = list.iter().map(|(name, _)| *name);
        let known = names.clone().collect::<Vec<_>>().join(", ");
        let known = match nearest(text, names) {
            Some(near) => format!("{known}; did you mean '{near}'?"),
            None => known,
        };
        CellFault::UnknownWord { column, text: super::super::fault::quoted(text), known }
    })
}
