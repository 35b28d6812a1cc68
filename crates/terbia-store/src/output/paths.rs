//! How does every run of a forecast go, in a file small enough to send?
//!
//! Values have 16 significant bits, a relative error of 1/65,536 at most: five digits, far more than
//! the spread between runs is known to, in half the space. A row group holds whole runs.

use super::columns::{Column, SERIES_KEYS};
use super::decode::{self, Window};
use super::error::OutputError;
use super::tables::{Table, write};
use parquet::data_type::{ByteArray, ByteArrayType, FloatType, Int32Type};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use terbia_lab::across::Across;

/// Rows of a row group, about.
const GROUP_ROWS: usize = 1 << 18;
/// Bits of a single that are given up.
const DROPPED: u32 = 8;

/// Some outcomes of some runs over some months.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paths {
    /// Outcomes.
    pub columns: Vec<Column>,
    /// Months, `YYYY-MM`.
    pub months: Vec<String>,
    /// Numbers of the runs.
    pub runs: Vec<u32>,
    /// For each outcome the months of the first run, then those of the second, and so on.
    pub values: Vec<Vec<f32>>,
}

impl Paths {
    /// The value as a file of paths holds it: the nearest one of 16 significant bits. What is not
    /// finite stays as it is.
    pub fn kept(value: f64) -> f32 {
        let bits = (value as f32).to_bits();
        if !(value as f32).is_finite() {
            return value as f32;
        }
        // Half of what is dropped is added first; a tie goes to the even neighbour.
        let odd = (bits >> DROPPED) & 1;
        f32::from_bits((bits + (1 << (DROPPED - 1)) - 1 + odd) >> DROPPED << DROPPED)
    }

    /// The file.
    pub fn to_parquet(&self) -> Result<Vec<u8>, OutputError> {
        self.encoded().map_err(|e| OutputError::parquet(Path::new("paths.parquet"), "write", e))
    }

    fn encoded(&self) -> ParquetResult<Vec<u8>> {
        let (table, months) = (Table::paths(&self.columns)?, self.months.len());
        let rows = self.runs.len() * months;
        if self.values.len() != self.columns.len() || self.values.iter().any(|v| v.len() != rows) {
            return Err(ParquetError::General("not one value for each run and month".into()));
        }
        let names: Vec<ByteArray> =
            self.months.iter().map(|m| ByteArray::from(m.as_str())).collect();
        let mut writer =
            SerializedFileWriter::new(Vec::new(), Arc::clone(&table.schema), table.whole)?;
        let at_once = (GROUP_ROWS / months.max(1)).max(1);
        for (place, runs) in self.runs.chunks(at_once).enumerate() {
            let (first, rows) = (place * at_once * months, runs.len() * months);
            let mut group = writer.next_row_group()?;
            let number = |run: &u32| std::iter::repeat_n(run.cast_signed(), months);
            let numbers: Vec<i32> = runs.iter().flat_map(number).collect();
            write::<Int32Type, _>(&mut group, &numbers, None)?;
            let names: Vec<ByteArray> = names.iter().cycle().take(rows).cloned().collect();
            write::<ByteArrayType, _>(&mut group, &names, None)?;
            for values in &self.values {
                write::<FloatType, _>(&mut group, &values[first..first + rows], None)?;
            }
            group.close()?;
        }
        writer.into_inner()
    }

    /// Reads the file at `path` back; units and meanings of its columns are left out.
    pub fn read(path: &Path) -> Result<Self, OutputError> {
        let file = File::open(path).map_err(|e| OutputError::io(path, "read", e))?;
        Self::decoded(&file).map_err(|e| OutputError::parquet(path, "read", e))
    }

    fn decoded(file: &File) -> ParquetResult<Self> {
        let footer = decode::footer(file)?;
        let fields = footer.file_metadata().schema().get_fields();
        let mut names = fields.iter().map(|f| f.name());
        if SERIES_KEYS.iter().any(|key| names.next() != Some(*key)) {
            return Err(ParquetError::General(format!("it does not begin with {SERIES_KEYS:?}")));
        }
        let columns: Vec<Column> = names.map(|name| Column::new(name, "", "")).collect();
        let (mut runs, mut months) = (Vec::new(), Vec::new());
        let mut values = vec![Vec::new(); columns.len()];
        for group in footer.row_groups() {
            let window = Window::read(file, group)?;
            decode::column::<Int32Type>(&window, group, 0, &mut runs)?;
            decode::column::<ByteArrayType>(&window, group, 1, &mut months)?;
            for (place, values) in values.iter_mut().enumerate() {
                decode::column::<FloatType>(&window, group, SERIES_KEYS.len() + place, values)?;
            }
        }
        let first = runs.first().copied();
        let span = runs.iter().take_while(|run| Some(**run) == first).count();
        let cycle = months.iter().take(span).cycle();
        if span > 0
            && (!runs.len().is_multiple_of(span) || !months.iter().eq(cycle.take(runs.len())))
        {
            return Err(ParquetError::General("its runs do not cover the same months".into()));
        }
        let text = |month: &ByteArray| month.as_utf8().map(str::to_owned);
        Ok(Self {
            columns,
            months: months.iter().take(span).map(text).collect::<ParquetResult<_>>()?,
            runs: runs.iter().step_by(span.max(1)).map(|run| run.cast_unsigned()).collect(),
            values,
        })
    }
}

impl Across for Paths {
    fn runs(&self) -> usize {
        self.runs.len()
    }

    fn months(&self) -> usize {
        self.months.len()
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    fn read(&self, column: usize, month: usize, out: &mut Vec<f64>) -> io::Result<()> {
        let values = self.values.get(column).filter(|_| month < self.months.len());
        let values = values.ok_or(io::ErrorKind::InvalidInput)?;
        out.clear();
        out.extend(values.iter().skip(month).step_by(self.months.len()).map(|x| f64::from(*x)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_kept_to_sixteen_bits() {
        for x in [0.0, 1.0, -1.5, 65_535.0, 0.1, 1234.567, 9.99e-7, -3.3e12] {
            let kept = f64::from(Paths::kept(x));
            assert!((kept - x).abs() <= x.abs() / 65_536.0, "{x} {kept}");
            assert_eq!(Paths::kept(kept), Paths::kept(x));
        }
        assert_eq!(Paths::kept(65_537.0), 65_536.0);
        assert_eq!(Paths::kept(65_539.0), 65_540.0);
        assert!(Paths::kept(f64::NAN).is_nan());
        assert_eq!(Paths::kept(f64::INFINITY), f32::INFINITY);
    }

    #[test]
    fn what_is_written_is_read() {
        let values = (0..6).map(|n| Paths::kept(f64::from(n) / 3.0)).collect();
        let paths = Paths {
            columns: vec![Column::new("ore_t.fine", "", "")],
            months: vec!["2020-01".into(), "2020-02".into(), "2020-03".into()],
            runs: vec![0, 7],
            values: vec![values],
        };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("paths.parquet");
        std::fs::write(&path, paths.to_parquet().unwrap()).unwrap();
        assert_eq!(Paths::read(&path).unwrap(), paths);
        let mut out = vec![9.0];
        Across::read(&paths, paths.column("ore_t.fine").unwrap(), 2, &mut out).unwrap();
        assert_eq!(out, [2.0, 5.0].map(|n: f64| f64::from(Paths::kept(n / 3.0))));
        assert!(Across::read(&paths, 0, 3, &mut out).is_err() && paths.column("ore_t").is_none());
    }
}
