//! How does each run become one row?
//!
//! Parts hold few runs and many columns: compressing fifty numbers at a time would cost more than
//! the series of those runs. Rows are therefore kept plain in the parts, and compressed in groups
//! of thousands once the run is complete.

use super::decode::{self, Window};
use super::tables::{Table, write};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::io::Write;
use terbia_lab::ensemble::{Chunk, RunStatus};

/// What the column `status` says of a run that reached the last month.
const OK: &[u8] = b"ok";
/// Columns that are no doubles.
const KEYS: usize = 4;

/// Some rows of `runs.parquet`, column by column.
#[derive(Debug)]
pub(super) struct Rows {
    runs: Vec<i32>,
    status: Vec<ByteArray>,
    /// Month and cause of the divergence, for those rows that diverged.
    month: Vec<ByteArray>,
    what: Vec<ByteArray>,
    doubles: Vec<Vec<f64>>,
}

impl Rows {
    /// No rows of a table.
    pub(super) fn none(table: &Table) -> Self {
        let doubles = vec![Vec::new(); table.schema.get_fields().len().saturating_sub(KEYS)];
        let (runs, status, month, what) = Default::default();
        Self { runs, status, month, what, doubles }
    }

    /// The runs of a chunk; `months` are the names of all months.
    pub(super) fn of(chunk: &Chunk, months: &[ByteArray]) -> Self {
        let first = chunk.first_run as i32;
        let mut rows = Self {
            runs: (0..chunk.runs as i32).map(|run| first.wrapping_add(run)).collect(),
            status: Vec::with_capacity(chunk.runs),
            month: Vec::new(),
            what: Vec::new(),
            doubles: chunk.inputs.iter().chain(&chunk.scalars).cloned().collect(),
        };
        for status in &chunk.status {
            let RunStatus::Diverged { month, what } = status else {
                rows.status.push(ByteArray::from(OK.to_vec()));
                continue;
            };
            rows.status.push(ByteArray::from("diverged"));
            rows.month.push(months.get(*month).cloned().unwrap_or_else(|| ByteArray::from("")));
            rows.what.push(ByteArray::from(*what));
        }
        rows
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.runs.len()
    }

    /// Adds all rows of a part.
    pub(super) fn append(&mut self, file: &File, footer: &ParquetMetaData) -> Result<()> {
        for group in footer.row_groups() {
            let window = Window::read(file, group)?;
            decode::column::<Int32Type>(&window, group, 0, &mut self.runs)?;
            decode::column::<ByteArrayType>(&window, group, 1, &mut self.status)?;
            decode::column::<ByteArrayType>(&window, group, 2, &mut self.month)?;
            decode::column::<ByteArrayType>(&window, group, 3, &mut self.what)?;
            for (index, column) in self.doubles.iter_mut().enumerate() {
                decode::column::<DoubleType>(&window, group, KEYS + index, column)?;
            }
        }
        Ok(())
    }

    /// Writes all rows as one row group.
    pub(super) fn write<W: Write + Send>(
        &self,
        writer: &mut SerializedFileWriter<W>,
    ) -> Result<()> {
        let levels: Vec<i16> = self.status.iter().map(|s| i16::from(s.data() != OK)).collect();
        let lost = levels.iter().filter(|&&level| level == 1).count();
        if self.month.len() != lost || self.what.len() != lost {
            return Err(ParquetError::General("a diverged run lacks its month or cause".into()));
        }
        let mut group = writer.next_row_group()?;
        write::<Int32Type, _>(&mut group, &self.runs, None)?;
        write::<ByteArrayType, _>(&mut group, &self.status, None)?;
        write::<ByteArrayType, _>(&mut group, &self.month, Some(&levels))?;
        write::<ByteArrayType, _>(&mut group, &self.what, Some(&levels))?;
        for column in &self.doubles {
            write::<DoubleType, _>(&mut group, column, None)?;
        }
        group.close()?;
        Ok(())
    }
}

/// The runs of a chunk as a part.
pub(super) fn part(table: &Table, chunk: &Chunk, months: &[ByteArray]) -> Result<Vec<u8>> {
    let mut writer = table.writer(chunk.runs * (chunk.inputs.len() + chunk.scalars.len()))?;
    Rows::of(chunk, months).write(&mut writer)?;
    writer.into_inner()
}
