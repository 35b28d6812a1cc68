//! How do parts become one file?
//!
//! The series are large: their row groups are strung together as they are. The rows of runs are
//! few: they are read and written anew in larger groups.

use super::decode;
use super::error::OutputError;
use super::files::{Draft, Hashing};
use super::manifest::FileEntry;
use super::runs::Rows;
use super::tables::Table;
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of a group of `runs.parquet`, at least: enough to compress well, few enough to hold.
const GROUP_ROWS: usize = 512;

/// A file under way.
pub(super) type Writer<'a> = SerializedFileWriter<Hashing<&'a mut Draft>>;

/// Joins parts of `series.parquet`, in order and without decoding them, into the file `path`.
pub(crate) fn series(
    table: &Table,
    parts: impl Iterator<Item = PathBuf>,
    path: &Path,
) -> Result<FileEntry, OutputError> {
    write(table, path, |writer| {
        for part in parts {
            let (file, footer) = open(&part)?;
            splice(writer, &file, &footer).map_err(|e| OutputError::parquet(path, "write", e))?;
        }
        Ok(())
    })
}

/// Joins parts of `runs.parquet`, in order, into the file `path`.
pub(super) fn runs(
    table: &Table,
    parts: impl Iterator<Item = PathBuf>,
    path: &Path,
) -> Result<FileEntry, OutputError> {
    write(table, path, |writer| {
        let mut rows = Rows::none(table);
        let mut write =
            |rows: &Rows| rows.write(writer).map_err(|e| OutputError::parquet(path, "write", e));
        for part in parts {
            let (file, footer) = open(&part)?;
            rows.append(&file, &footer).map_err(|e| OutputError::parquet(&part, "read", e))?;
            if rows.len() >= GROUP_ROWS {
                write(&rows)?;
                rows = Rows::none(table);
            }
        }
        if rows.len() > 0 { write(&rows) } else { Ok(()) }
    })
}

/// Writes the file `path`, whole or not at all.
pub(super) fn write(
    table: &Table,
    path: &Path,
    fill: impl FnOnce(&mut Writer<'_>) -> Result<(), OutputError>,
) -> Result<FileEntry, OutputError> {
    let fail = |e| OutputError::parquet(path, "write", e);
    let mut draft = Draft::create(path)?;
    let (schema, properties) = (Arc::clone(&table.schema), Arc::clone(&table.whole));
    let mut writer =
        SerializedFileWriter::new(Hashing::new(&mut draft), schema, properties).map_err(fail)?;
    fill(&mut writer)?;
    // `into_inner` would turn a full disk into mere text.
    writer.finish().map_err(fail)?;
    let (bytes, sha256) = writer.inner().digest();
    drop(writer);
    draft.publish()?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(FileEntry { name, bytes, sha256 })
}

fn open(part: &Path) -> Result<(File, ParquetMetaData), OutputError> {
    let file = File::open(part).map_err(|e| OutputError::io(part, "read", e))?;
    let footer = decode::footer(&file).map_err(|e| OutputError::parquet(part, "read", e))?;
    Ok((file, footer))
}

/// Copies the row groups of a part.
fn splice(writer: &mut Writer<'_>, file: &File, footer: &ParquetMetaData) -> ParquetResult<()> {
    for group in footer.row_groups() {
        let mut target = writer.next_row_group()?;
        for column in group.columns() {
            let close = ColumnCloseResult {
                bytes_written: column.compressed_size() as u64,
                rows_written: group.num_rows() as u64,
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            target.append_column(file, close)?;
        }
        target.close()?;
    }
    Ok(())
}
