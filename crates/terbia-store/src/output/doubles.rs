//! How is a plain table of numbers kept? Doubles in named columns, one row group.

use super::columns::Column;
use super::error::OutputError;
use super::files;
use super::tables::{self, Table};
use bytes::Bytes;
use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DoubleType;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::path::Path;

/// A table of numbers: columns with a unit and a meaning, all of one length.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Doubles {
    /// Names, units and meanings.
    pub columns: Vec<Column>,
    /// For each column one value a row.
    pub values: Vec<Vec<f64>>,
}

impl Doubles {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.first().map_or(0, Vec::len)
    }

    /// The values of a column.
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        let place = self.columns.iter().position(|c| c.name == name)?;
        self.values.get(place).map(Vec::as_slice)
    }

    /// Keeps the table at `path`, whole or not at all.
    pub fn write(&self, path: &Path) -> std::result::Result<(), OutputError> {
        let bytes = self.encode().map_err(|e| OutputError::parquet(path, "write", e))?;
        files::write(path, &bytes)
    }

    /// The table kept at `path`. Columns that hold something else than numbers are left out.
    pub fn read(path: &Path) -> std::result::Result<Self, OutputError> {
        let bytes = std::fs::read(path).map_err(|e| OutputError::io(path, "read", e))?;
        Self::decode(Bytes::from(bytes)).map_err(|e| OutputError::parquet(path, "read", e))
    }

    fn encode(&self) -> Result<Vec<u8>> {
        let table = Table::doubles(&self.columns)?;
        let mut writer = table.whole_writer(self.rows() * self.columns.len())?;
        let mut group = writer.next_row_group()?;
        for column in &self.values {
            tables::write::<DoubleType, _>(&mut group, column, None)?;
        }
        group.close()?;
        writer.into_inner()
    }

    fn decode(bytes: Bytes) -> Result<Self> {
        let reader = SerializedFileReader::new(bytes)?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let mut table = Self::default();
        for (place, column) in schema.columns().iter().enumerate() {
            if column.physical_type() != Physical::DOUBLE {
                continue;
            }
            let mut values = Vec::new();
            for group in 0..reader.num_row_groups() {
                let group = reader.get_row_group(group)?;
                let rows = usize::try_from(group.metadata().num_rows())
                    .map_err(|e| ParquetError::External(Box::new(e)))?;
                if let ColumnReader::DoubleColumnReader(mut reader) =
                    group.get_column_reader(place)?
                {
                    all(&mut reader, rows, &mut values)?;
                }
            }
            table.columns.push(Column::new(column.name(), "", ""));
            table.values.push(values);
        }
        Ok(table)
    }
}

/// Reads `rows` more values, all of which must be there.
fn all(
    reader: &mut ColumnReaderImpl<DoubleType>,
    rows: usize,
    values: &mut Vec<f64>,
) -> Result<()> {
    let wanted = values.len() + rows;
    while values.len() < wanted {
        let (_, read, _) = reader.read_records(wanted - values.len(), None, None, values)?;
        if read == 0 {
            return Err(ParquetError::EOF("the column is shorter than the table".into()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_as_it_was() {
        let columns = vec![Column::new("a", "1", "first"), Column::new("b.c", "t", "second")];
        let table = Doubles { columns, values: vec![vec![1.0, -2.5, 3.0e-300], vec![0.0; 3]] };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.parquet");
        table.write(&path).unwrap();
        let back = Doubles::read(&path).unwrap();
        assert_eq!((back.rows(), &back.values), (3, &table.values));
        assert_eq!(back.column("b.c"), Some(&[0.0; 3][..]));
        std::fs::write(&path, b"PAR1 cut short").unwrap();
        assert!(Doubles::read(&path).is_err());
    }
}
