//! How do the mineral commodity summaries of the US Geological Survey become rows?
//!
//! Two tables of a data release. *World data* has a row for each commodity, country and type
//! (`Mine production`, …) and columns for years (`PROD_2023`, `PROD_EST_ 2024`, `CAP_2023`,
//! `RESERVES_2024`); *salient statistics* have a row for each commodity and year and columns whose names
//! end in their unit (`Imports_t`, `Price_dkg`).
//!
//! What is printed stays as it is: a bound (`>25`) is a bound, `--` is 0 and says so, an estimate is
//! noted; `W` (withheld), `NA` (not available), words such as `Large` and footnotes are no figures and
//! are counted.
//!
//! Limits: the country of salient statistics is not in the table, and the edition stands for it.
//! Figures of two editions are two figures.

mod figure;
mod salient;
mod unit;
mod world;

use super::Collect;
use super::error::ForeignError;
use super::fault::Faults;
use super::input::{Form, Input};
use super::row::settle;
use super::sheet::Sheet;
use super::told::Told;
use crate::spec::{Observation, Source};
use std::collections::BTreeMap;

/// Key of the publication.
const SOURCE: &str = "usgs";

/// All that was read: what claims to be one figure, under its number.
#[derive(Default)]
pub(super) struct Summaries {
    figures: BTreeMap<String, Vec<Observation>>,
    read: bool,
}

impl Collect for Summaries {
    fn read(&mut self, input: Input, told: &mut Told) -> Result<u64, ForeignError> {
        let Form::Table(separator) = input.form else {
            let path = input.path;
            return Err(ForeignError::Unknown { path, found: "it is JSON".to_owned() });
        };
        let path = input.path.clone();
        let mut sheet = Sheet::open(input, separator)?;
        let mut faults = Faults::default();
        let is_world = sheet.column(&["country"]).is_some();
        let world = world::Columns::of(&sheet);
        let salient = salient::Columns::of(&sheet);
        if is_world {
            world.tell_unread(told);
        } else {
            salient.tell_unread(told);
        }
        while sheet.next(&mut faults)? {
            let figures =
                if is_world { world.figures(&sheet, told) } else { salient.figures(&sheet, told) };
            match figures {
                Ok(figures) => {
                    for (number, row) in figures {
                        self.figures.entry(number).or_default().push(row);
                    }
                }
                Err(fault) => faults.add(sheet.place(), fault),
            }
        }
        faults.settle(&path)?;
        super::remark_on_end(&sheet, &path, told);
        self.read = true;
        Ok(sheet.rows())
    }

    fn finish(self, told: &mut Told) -> (Vec<Observation>, Vec<(String, Source)>) {
        if !self.read {
            return (Vec::new(), Vec::new());
        }
        let mut rows = Vec::new();
        let (mut torn, mut repeated) = (0_u64, 0_u64);
        for (number, figures) in self.figures {
            let (before, given) = (rows.len(), figures.len());
            torn += u64::from(settle(&number, figures, &mut rows));
            repeated += (before + given - rows.len()) as u64;
        }
        told.leave_all("figures that repeat another (counted once)", repeated);
        if torn > 0 {
            told.remark(format!(
                "{torn} {} in versions that differ: all are kept, and their notes name each other",
                if torn == 1 { "figure is there" } else { "figures are there" }
            ));
        }
        (rows, vec![(SOURCE.to_owned(), source())])
    }
}

fn source() -> Source {
    Source {
        title: "Mineral commodity summaries, data release".to_owned(),
        publisher: "US Geological Survey".to_owned(),
        date: None,
        url: Some("https://www.usgs.gov".to_owned()),
        licence: Some("US public domain".to_owned()),
    }
}
