//! How do the outcomes spread month by month under each policy? `fans.parquet`.

use super::write::{FANS, MONTHS};
use crate::output::{self, Column, Cube, Data, FileEntry, Frame, OutputError, Table};
use crate::paper::chart::Spread;
use parquet::data_type::ByteArray;
use std::collections::BTreeMap;
use std::path::Path;
use terbia_lab::summary::{self, Band};
use terbia_model::kernel::time::Month;

/// Names of the quantiles, and which each is.
const BANDS: [(&str, &str); 5] = [
    ("q05", "Value below which 5 % of the runs lie, in the unit of the outcome."),
    ("q25", "Value below which 25 % of the runs lie."),
    ("q50", "Median of the runs."),
    ("q75", "Value below which 75 % of the runs lie."),
    ("q95", "Value below which 95 % of the runs lie."),
];

/// Spreads month by month, as they stand in the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Fans {
    /// The first month.
    pub(super) start: Option<Month>,
    of: BTreeMap<[String; 3], Vec<Spread>>,
}

impl Fans {
    /// Reads those of the study kept in `dir`; nothing if it kept none.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>, OutputError> {
        let path = dir.join(FANS);
        if !path.exists() {
            return Ok(None);
        }
        let mut fans = Self::default();
        Frame::each(&path, |frame| {
            let misfit = || OutputError::Parquet {
                path: path.clone(),
                doing: "read",
                what: "it does not have the columns of fans".to_owned(),
            };
            let text = |column: usize, row: usize| match frame.columns.get(column) {
                Some(Data::Text(values)) => {
                    let value = values.get(row).and_then(Option::as_ref);
                    value.and_then(|v| v.as_utf8().ok()).map(str::to_owned)
                }
                _ => None,
            };
            let number = |column: usize, row: usize| match frame.columns.get(column) {
                Some(Data::Double(values)) => values.get(row).copied(),
                _ => None,
            };
            for row in 0..frame.rows() {
                let keys = [0, 1, 2, 3].map(|column| text(column, row));
                let [Some(scenario), Some(policy), Some(outcome), Some(month)] = keys else {
                    return Err(misfit());
                };
                let bands = [4, 5, 6, 7, 8].map(|column| number(column, row));
                let [Some(q05), Some(q25), Some(q50), Some(q75), Some(q95)] = bands else {
                    return Err(misfit());
                };
                let months = fans.of.entry([scenario, policy, outcome]).or_default();
                months.push(Spread { q05, q25, q50, q75, q95 });
                if fans.start.is_none() {
                    fans.start = month.parse().ok();
                }
            }
            Ok(())
        })?;
        Ok(Some(fans))
    }

    /// The months of an outcome of the model under a policy.
    pub(super) fn of(&self, scenario: &str, policy: &str, outcome: &str) -> Option<&[Spread]> {
        let key = [scenario, policy, outcome].map(str::to_owned);
        self.of.get(&key).map(Vec::as_slice)
    }
}

/// Writes the fans of all cases from the months of all runs, which lie in the same folder.
pub(super) fn write(
    dir: &Path,
    (cases, columns): (&[[String; 2]], &[Column]),
    start: Month,
    jobs: usize,
) -> Result<FileEntry, OutputError> {
    let cube = Cube::open(&dir.join(MONTHS), jobs)?;
    let path = dir.join(FANS);
    let fail = |e| OutputError::io(&dir.join(MONTHS), "read", e);
    let mut keys = vec![Vec::new(); 4];
    let mut bands = vec![Vec::new(); BANDS.len()];
    for (case, [scenario, policy]) in cases.iter().enumerate() {
        for (place, column) in columns.iter().enumerate() {
            let fan = summary::fan(&cube, case * columns.len() + place).map_err(fail)?;
            for (month, band) in fan.iter().enumerate() {
                let month = start.plus(month as i32).to_string();
                let texts = [scenario, policy, &column.name, &month];
                for (key, text) in keys.iter_mut().zip(texts) {
                    key.push(Some(ByteArray::from(text.as_str())));
                }
                let Band { q05, q25, q50, q75, q95 } = *band;
                for (values, value) in bands.iter_mut().zip([q05, q25, q50, q75, q95]) {
                    values.push(value);
                }
            }
        }
    }
    let columns = BANDS.map(|(name, doc)| Column::new(name, "", doc));
    let table = Table::fans(&columns).map_err(|e| OutputError::parquet(&path, "describe", e))?;
    let columns = keys.into_iter().map(Data::Text).chain(bands.into_iter().map(Data::Double));
    let frame = Frame { columns: columns.collect() };
    output::save_frame(&table, frame, &path)
}
