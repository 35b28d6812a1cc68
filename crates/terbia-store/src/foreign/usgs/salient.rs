//! What does a row of the salient statistics say: what was made, traded, used and paid in a year?

use super::super::fault::CellFault;
use super::super::number::{days, year};
use super::super::row::{also, blank, joined, slug};
use super::super::sheet::{Sheet, plain};
use super::super::told::Told;
use super::unit::Unit;
use super::{SOURCE, figure, unit};
use crate::spec::Observation;

/// Columns that hold no figure.
const WORDS: [&str; 4] = ["datasource", "commodity", "year", "notes"];

/// A column of figures.
struct Column {
    at: usize,
    name: String,
    quantity: String,
    /// What of the commodity.
    of: String,
    unit: Unit,
}

/// Where the columns stand.
pub(super) struct Columns {
    edition: Option<usize>,
    commodity: Option<usize>,
    year: Option<usize>,
    figures: Vec<Column>,
    /// Names of columns whose unit is not known.
    unread: Vec<String>,
}

impl Columns {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let mut figures = Vec::new();
        let mut unread = Vec::new();
        for (at, name) in sheet.names().iter().enumerate() {
            if name.is_empty() || WORDS.contains(&plain(name).as_str()) {
                continue;
            }
            let Some((unit, words)) = unit::at_the_end(name) else {
                unread.push(name.clone());
                continue;
            };
            let quantity = words.first().map(|w| w.to_lowercase()).unwrap_or_default();
            let of = words.iter().skip(1).map(String::as_str).collect::<Vec<_>>().join(" ");
            figures.push(Column { at, name: name.clone(), quantity, of, unit });
        }
        let column = |name: &str| sheet.column(&[name]);
        Self {
            edition: column("datasource"),
            commodity: column("commodity"),
            year: column("year"),
            figures,
            unread,
        }
    }

    /// Says which columns are not read.
    pub(super) fn tell_unread(&self, told: &mut Told) {
        if !self.unread.is_empty() {
            told.remark(format!(
                "no unit is known at the end of the name of {}: not read; known are _t, _kt, _kg, _ct, \
                 _dkg, _dt, _dlb, _ctslb, _dtoz, _pct, _num",
                self.unread.join(", ")
            ));
        }
    }

    /// The figures of a row, with their numbers.
    pub(super) fn figures(
        &self,
        sheet: &Sheet,
        told: &mut Told,
    ) -> Result<Vec<(String, Observation)>, CellFault> {
        let [edition, commodity, text] =
            [self.edition, self.commodity, self.year].map(|column| sheet.cell(column));
        let digits = text.trim_matches(['e', 'E']);
        let (first, last) =
            year(digits).ok_or_else(|| CellFault::not_time("Year", text, "a year such as 2024"))?;
        let (from, to) = days(first, last);
        let mut figures = Vec::new();
        for column in &self.figures {
            let printed = figure::read(sheet.cell(Some(column.at)), &column.name)?;
            let mut row = Observation {
                quantity: column.quantity.clone(),
                entity: edition.to_owned(),
                subject: joined([commodity, &column.of], ", "),
                from: from.clone(),
                to: to.clone(),
                source: vec![SOURCE.to_owned()],
                note: joined([edition, &format!("column {}", column.name)], ", "),
                ..blank()
            };
            if digits != text {
                also(&mut row.note, figure::ESTIMATED);
            }
            let parts = [edition, commodity, &column.name].map(slug);
            let number = format!("USGS-{}-{}", parts.join("-"), digits);
            figures.extend(figure::put(printed, &column.unit, row, told).map(|row| (number, row)));
        }
        Ok(figures)
    }
}
