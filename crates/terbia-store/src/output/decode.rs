//! What does a Parquet file of ours hold?
//!
//! Row groups are read by position, without a shared cursor, so that threads can decode side by
//! side; one row group is in memory at a time.

use super::files;
use bytes::Bytes;
use parquet::column::page::PageReader;
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{ByteArray, ByteArrayType, DataType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
    ParquetStatisticsPolicy, RowGroupMetaData,
};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use std::fs::File;
use std::sync::Arc;

/// The footer of a file; an error if the file is cut short anywhere.
pub(super) fn footer(file: &File) -> Result<ParquetMetaData> {
    // Page encoding statistics are kept in full, since joining parts hands them on.
    let options = ParquetMetaDataOptions::new()
        .with_encoding_stats_as_mask(false)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::KeepAll);
    let footer =
        ParquetMetaDataReader::new().with_metadata_options(Some(options)).parse_and_finish(file)?;
    // The last eight bytes are the length of the footer and a magic word; the data ends before.
    let length = file.metadata()?.len();
    let mut tail = [0; 4];
    files::read_at(file, &mut tail, length.saturating_sub(8))?;
    let end = length.saturating_sub(8 + u64::from(u32::from_le_bytes(tail)));
    let inside = |(start, bytes): (u64, u64)| start >= 4 && start.saturating_add(bytes) <= end;
    if !footer.row_groups().iter().map(span).all(inside) {
        return Err(ParquetError::EOF("a row group runs over the end of the data".into()));
    }
    Ok(footer)
}

/// First byte and length of a row group.
fn span(group: &RowGroupMetaData) -> (u64, u64) {
    let ranges = || group.columns().iter().map(ColumnChunkMetaData::byte_range);
    let start = ranges().map(|(start, _)| start).min().unwrap_or(4);
    let end = ranges().map(|(start, length)| start + length).max().unwrap_or(4);
    (start, end - start)
}

/// The bytes of a row group, or of one of its columns, addressed by their place in the file.
#[derive(Debug)]
pub(super) struct Window {
    start: u64,
    bytes: Bytes,
}

impl Window {
    /// Reads the row group `group` of `file`.
    pub(super) fn read(file: &File, group: &RowGroupMetaData) -> Result<Arc<Self>> {
        Self::load(file, span(group))
    }

    /// Reads no more than the column `index` of the row group `group` of `file`.
    pub(super) fn of_column(
        file: &File,
        group: &RowGroupMetaData,
        index: usize,
    ) -> Result<Arc<Self>> {
        Self::load(file, group.column(index).byte_range())
    }

    fn load(file: &File, (start, length): (u64, u64)) -> Result<Arc<Self>> {
        let mut bytes = vec![0; length as usize];
        files::read_at(file, &mut bytes, start)?;
        Ok(Arc::new(Self { start, bytes: bytes.into() }))
    }

    fn tail(&self, at: u64) -> Result<Bytes> {
        let from = at.checked_sub(self.start).filter(|&from| from <= self.bytes.len() as u64);
        from.map(|from| self.bytes.slice(from as usize..))
            .ok_or_else(|| ParquetError::EOF("a page lies outside its row group".into()))
    }
}

impl Length for Window {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Window {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(bytes::Buf::reader(self.tail(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let tail = self.tail(start)?;
        if length > tail.len() {
            return Err(ParquetError::EOF("a page lies outside its row group".into()));
        }
        Ok(tail.slice(..length))
    }
}

/// Appends the whole column `index` of a row group to `out`; values that are absent are left out.
pub(super) fn column<T: DataType>(
    window: &Arc<Window>,
    group: &RowGroupMetaData,
    index: usize,
    out: &mut Vec<T::T>,
) -> Result<()> {
    levels::<T>(window, group, index, out).map(drop)
}

/// Appends the whole column `index` of texts of a row group to `out`, with its gaps.
pub(super) fn texts(
    window: &Arc<Window>,
    group: &RowGroupMetaData,
    index: usize,
    out: &mut Vec<Option<ByteArray>>,
) -> Result<()> {
    let mut present = Vec::new();
    let levels = levels::<ByteArrayType>(window, group, index, &mut present)?;
    let most = group.column(index).column_descr().max_def_level();
    let mut present = present.into_iter();
    if most == 0 {
        out.extend(present.map(Some));
    } else {
        out.extend(levels.iter().map(|level| (*level == most).then(|| present.next()).flatten()));
    }
    Ok(())
}

/// The same as [`column()`]; says of each row how far it is defined, if rows may be absent.
fn levels<T: DataType>(
    window: &Arc<Window>,
    group: &RowGroupMetaData,
    index: usize,
    out: &mut Vec<T::T>,
) -> Result<Vec<i16>> {
    let meta = group.column(index);
    if meta.column_type() != T::get_physical_type() {
        return Err(ParquetError::General(format!(
            "column {} has the type {}, not {}",
            meta.column_path(),
            meta.column_type(),
            T::get_physical_type(),
        )));
    }
    let rows = group.num_rows() as usize;
    let pages: Box<dyn PageReader> =
        Box::new(SerializedPageReader::new(Arc::clone(window), meta, rows, None)?);
    let mut reader = ColumnReaderImpl::<T>::new(meta.column_descr_ptr(), pages);
    out.reserve(rows);
    let mut levels = Vec::new();
    let (records, _, _) = reader.read_records(rows, Some(&mut levels), None, out)?;
    if records != rows {
        return Err(ParquetError::EOF(format!("{records} rows where {rows} are promised")));
    }
    Ok(levels)
}
