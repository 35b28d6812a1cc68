//! What does a row of the world data say: who produces how much, could produce, and has in the ground?

use super::super::fault::CellFault;
use super::super::number::{days, year};
use super::super::row::{also, blank, joined, slug};
use super::super::sheet::{Sheet, plain};
use super::super::told::Told;
use super::{SOURCE, figure, unit};
use crate::spec::Observation;
use terbia_model::kernel::time::Month;

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Production,
    Capacity,
    Reserves,
}

/// Beginnings of the names of columns with figures.
const COUNTED: [(&str, Counted); 3] =
    [("prod", Counted::Production), ("cap", Counted::Capacity), ("reserves", Counted::Reserves)];

/// A column of figures.
struct Column {
    at: usize,
    name: String,
    counted: Counted,
    estimated: bool,
    first: Month,
    last: Month,
}

/// Where the columns stand.
pub(super) struct Columns {
    edition: Option<usize>,
    commodity: Option<usize>,
    country: Option<usize>,
    kind: Option<usize>,
    unit: Option<usize>,
    figures: Vec<Column>,
    notes: [Option<usize>; 3],
    /// Names of columns that look like figures and cannot be read.
    unread: Vec<String>,
}

impl Columns {
    pub(super) fn of(sheet: &Sheet) -> Self {
        let at = |name: &str| sheet.column(&[name]);
        let mut figures = Vec::new();
        let mut unread = Vec::new();
        for (place, name) in sheet.names().iter().enumerate() {
            let bare = plain(name);
            let begins = |(start, counted): &(&str, Counted)| {
                bare.strip_prefix(start).map(|rest| (rest.to_owned(), *counted))
            };
            let Some((rest, counted)) = COUNTED.iter().find_map(begins) else { continue };
            if rest == "notes" {
                continue;
            }
            let (estimated, digits) = match rest.strip_prefix("est") {
                Some(digits) => (true, digits),
                None => (false, rest.as_str()),
            };
            match year(digits) {
                Some((first, last)) => {
                    let name = name.clone();
                    figures.push(Column { at: place, name, counted, estimated, first, last });
                }
                None => unread.push(name.clone()),
            }
        }
        Self {
            edition: at("source"),
            commodity: at("commodity"),
            country: at("country"),
            kind: at("type"),
            unit: at("unitmeas"),
            figures,
            notes: [at("prodnotes"), at("capnotes"), at("reservesnotes")],
            unread,
        }
    }

    /// Says which columns are not read.
    pub(super) fn tell_unread(&self, told: &mut Told) {
        for name in &self.unread {
            told.remark(format!("the column '{name}' is not read: its name gives no year"));
        }
        if self.figures.is_empty() {
            told.remark("there is no column with a year, such as PROD_2023, and so no figure");
        }
    }

    /// The figures of a row, with their numbers.
    pub(super) fn figures(
        &self,
        sheet: &Sheet,
        told: &mut Told,
    ) -> Result<Vec<(String, Observation)>, CellFault> {
        let [commodity, country, kind] =
            [self.commodity, self.country, self.kind].map(|column| sheet.cell(column));
        for (text, column) in [(commodity, "COMMODITY"), (country, "COUNTRY")] {
            if text.is_empty() {
                return Err(CellFault::Missing { column });
            }
        }
        let (unit, of) = unit::in_words(sheet.cell(self.unit))?;
        let (head, tail) = kind.split_once([',', ':', ';', '(']).unwrap_or((kind, ""));
        let tail = tail.trim().trim_end_matches(')');
        let content = joined([tail, &of], ", ");
        let equivalent =
            content.contains("REO") || content.to_lowercase().contains("oxide equivalent");
        let (unit, subject) = if equivalent && unit.name == "t" {
            (unit.named("t REO"), commodity.to_owned())
        } else {
            (unit, joined([commodity, &content], ", "))
        };
        let edition = sheet.cell(self.edition);
        let mut figures = Vec::new();
        for column in &self.figures {
            let printed = figure::read(sheet.cell(Some(column.at)), &column.name)?;
            let quantity = quantity(head, column.counted);
            let (from, to) = days(column.first, column.last);
            let parts = [edition, &subject, &quantity, country].map(slug);
            let number = format!("USGS-{}-{:04}", parts.join("-"), column.first.year());
            let mut row = Observation {
                quantity,
                entity: country.to_owned(),
                subject: subject.clone(),
                from,
                to,
                source: vec![SOURCE.to_owned()],
                note: joined([edition, self.note(sheet, column.counted)], "; "),
                ..blank()
            };
            if column.estimated {
                also(&mut row.note, figure::ESTIMATED);
            }
            figures.extend(figure::put(printed, &unit, row, told).map(|row| (number, row)));
        }
        Ok(figures)
    }

    fn note<'a>(&self, sheet: &'a Sheet, counted: Counted) -> &'a str {
        let [production, capacity, reserves] = self.notes;
        sheet.cell(match counted {
            Counted::Production => production,
            Counted::Capacity => capacity,
            Counted::Reserves => reserves,
        })
    }
}

/// What was counted, as the table of observations names it: `mine_production`, `mine_capacity`.
fn quantity(kind: &str, counted: Counted) -> String {
    let kind = slug(kind).replace('-', "_");
    let works = kind.strip_suffix("production").unwrap_or(&kind).trim_end_matches('_');
    let (named, word) = match counted {
        Counted::Reserves => return "reserves".to_owned(),
        Counted::Production => (works, "production"),
        Counted::Capacity => (works.strip_suffix("capacity").unwrap_or(works), "capacity"),
    };
    joined([named.trim_end_matches('_'), word], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_becomes_the_name_of_a_quantity() {
        assert_eq!(quantity("Mine production", Counted::Production), "mine_production");
        assert_eq!(quantity("Mine production", Counted::Capacity), "mine_capacity");
        assert_eq!(quantity("Yearend capacity", Counted::Capacity), "yearend_capacity");
        assert_eq!(quantity("Mine production", Counted::Reserves), "reserves");
    }
}
