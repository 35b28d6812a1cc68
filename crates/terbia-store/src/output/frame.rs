//! How are rows read back, strung together and written anew, whatever their columns?
//!
//! A file made of parts must not show where the parts ended: its rows are read one row group of a
//! part at a time and written in groups of one fixed size, counted from the first row. So equal
//! rows give equal bytes, be they made here, on another machine, or half and half.

use super::concat;
use super::decode::{self, Window};
use super::error::OutputError;
use super::manifest::FileEntry;
use super::tables::{self, Table};
use parquet::basic::Type as Physical;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    /// Whole numbers.
    Whole(Vec<i32>),
    /// Texts, some of which may be absent.
    Text(Vec<Option<ByteArray>>),
    /// Doubles.
    Double(Vec<f64>),
}

/// Some rows of a table, column by column in the order of its schema.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    /// The columns, all of one length.
    pub(crate) columns: Vec<Data>,
}

impl Data {
    fn len(&self) -> usize {
        match self {
            Self::Whole(values) => values.len(),
            Self::Text(values) => values.len(),
            Self::Double(values) => values.len(),
        }
    }
}

impl Frame {
    /// No rows of a table with this schema.
    fn none(schema: &Type) -> ParquetResult<Self> {
        let column = |field: &Arc<Type>| match field.get_physical_type() {
            Physical::INT32 => Ok(Data::Whole(Vec::new())),
            Physical::BYTE_ARRAY => Ok(Data::Text(Vec::new())),
            Physical::DOUBLE => Ok(Data::Double(Vec::new())),
            other => Err(ParquetError::General(format!("column '{}' is {other}", field.name()))),
        };
        Ok(Self { columns: schema.get_fields().iter().map(column).collect::<ParquetResult<_>>()? })
    }

    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.columns.first().map_or(0, Data::len)
    }

    /// Adds all rows of a row group.
    fn append(&mut self, file: &File, group: &RowGroupMetaData) -> ParquetResult<()> {
        let window = Window::read(file, group)?;
        for (index, column) in self.columns.iter_mut().enumerate() {
            match column {
                Data::Whole(values) => decode::column::<Int32Type>(&window, group, index, values)?,
                Data::Text(values) => decode::texts(&window, group, index, values)?,
                Data::Double(values) => {
                    decode::column::<DoubleType>(&window, group, index, values)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the first rows as one row group and forgets them.
    fn write<W: Write + Send>(
        &mut self,
        rows: usize,
        writer: &mut SerializedFileWriter<W>,
    ) -> ParquetResult<()> {
        let types = Arc::clone(&writer.schema_descr().root_schema_ptr());
        let mut group = writer.next_row_group()?;
        for (column, field) in self.columns.iter_mut().zip(types.get_fields()) {
            match column {
                Data::Whole(values) => {
                    tables::write::<Int32Type, _>(&mut group, &values[..rows], None)?;
                    values.drain(..rows);
                }
                Data::Double(values) => {
                    tables::write::<DoubleType, _>(&mut group, &values[..rows], None)?;
                    values.drain(..rows);
                }
                Data::Text(values) => {
                    let levels: Vec<i16> =
                        values[..rows].iter().map(|v| i16::from(v.is_some())).collect();
                    let present: Vec<ByteArray> = values.drain(..rows).flatten().collect();
                    if !field.is_optional() && present.len() != rows {
                        let what = format!("column '{}' has gaps", field.name());
                        return Err(ParquetError::General(what));
                    }
                    let levels = field.is_optional().then_some(levels.as_slice());
                    tables::write::<ByteArrayType, _>(&mut group, &present, levels)?;
                }
            }
        }
        group.close()?;
        Ok(())
    }

    /// The rows as a part of a table.
    pub(crate) fn part(mut self, table: &Table) -> ParquetResult<Vec<u8>> {
        let rows = self.rows();
        let mut writer = table.writer(rows * self.columns.len())?;
        self.write(rows, &mut writer)?;
        writer.into_inner()
    }

    /// Hands over the rows of a file, a row group at a time.
    pub(crate) fn each(
        path: &Path,
        mut take: impl FnMut(Self) -> Result<(), OutputError>,
    ) -> Result<(), OutputError> {
        let broken = |e| OutputError::parquet(path, "read", e);
        let file = File::open(path).map_err(|e| OutputError::io(path, "read", e))?;
        let footer = decode::footer(&file).map_err(broken)?;
        for group in footer.row_groups() {
            let mut frame = Self::none(footer.file_metadata().schema()).map_err(broken)?;
            frame.append(&file, group).map_err(broken)?;
            take(frame)?;
        }
        Ok(())
    }
}

/// Joins the rows of `parts`, in order, into the file `path`, in groups of `group_rows`.
pub(crate) fn join(
    table: &Table,
    parts: impl Iterator<Item = PathBuf>,
    path: &Path,
    group_rows: usize,
) -> Result<FileEntry, OutputError> {
    let fail = |e| OutputError::parquet(path, "write", e);
    concat::write(table, path, |writer| {
        let mut rows = Frame::none(&table.schema).map_err(fail)?;
        for part in parts {
            let broken = |e| OutputError::parquet(&part, "read", e);
            let file = File::open(&part).map_err(|e| OutputError::io(&part, "read", e))?;
            let footer = decode::footer(&file).map_err(broken)?;
            for group in footer.row_groups() {
                rows.append(&file, group).map_err(broken)?;
                while rows.rows() >= group_rows.max(1) {
                    rows.write(group_rows.max(1), writer).map_err(fail)?;
                }
            }
        }
        let left = rows.rows();
        if left > 0 { rows.write(left, writer).map_err(fail) } else { Ok(()) }
    })
}

/// Writes the rows of a frame as the file `path`.
pub(crate) fn save(table: &Table, mut rows: Frame, path: &Path) -> Result<FileEntry, OutputError> {
    concat::write(table, path, |writer| {
        let all = rows.rows();
        rows.write(all, writer).map_err(|e| OutputError::parquet(path, "write", e))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Column;
    use crate::output::files::write_part;

    fn rows(from: i32, to: i32) -> Frame {
        let text = |n: i32| (n % 3 == 1).then(|| ByteArray::from(format!("m{n}").as_str()));
        let name = |_| Some(ByteArray::from("a"));
        Frame {
            columns: vec![
                Data::Whole((from..to).collect()),
                Data::Text((from..to).map(name).collect()),
                Data::Text((from..to).map(name).collect()),
                Data::Text((from..to).map(name).collect()),
                Data::Text((from..to).map(text).collect()),
                Data::Text((from..to).map(text).collect()),
                Data::Double((from..to).map(f64::from).collect()),
            ],
        }
    }

    #[test]
    fn a_file_does_not_show_where_its_parts_ended() {
        let table = Table::pairs(&[Column::new("x", "1", "an outcome")]).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let joined = |cuts: &[i32], name: &str| {
            let part = |(place, ends): (usize, &[i32])| {
                let path = dir.path().join(format!("{name}-{place}"));
                write_part(&path, &rows(ends[0], ends[1]).part(&table).unwrap()).unwrap();
                path
            };
            let parts: Vec<PathBuf> = cuts.windows(2).enumerate().map(part).collect();
            let path = dir.path().join(name);
            join(&table, parts.into_iter(), &path, 8).unwrap();
            std::fs::read(path).unwrap()
        };
        let whole = joined(&[0, 30], "whole");
        assert_eq!(joined(&[0, 7, 8, 23, 30], "parts"), whole);
        let mut back = Vec::new();
        Frame::each(&dir.path().join("parts"), |frame| {
            back.push(frame);
            Ok(())
        })
        .unwrap();
        assert_eq!(back.len(), 4);
        assert_eq!(back[1], rows(8, 16));
    }
}
