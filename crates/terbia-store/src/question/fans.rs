//! How do the outcomes spread month by month under each policy? `fans.parquet`.

use super::write::{FANS, MONTHS};
use crate::output::{self, Column, Cube, Data, FileEntry, Frame, OutputError, Table};
use parquet::data_type::ByteArray;
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
