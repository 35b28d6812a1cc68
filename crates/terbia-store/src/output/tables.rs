//! How does a chunk of runs become Parquet?
//!
//! Doubles are split into streams of bytes before compression, so that the regular exponents stand
//! apart from the noisy mantissas: smaller than plain doubles at the same cost. They have no
//! dictionary, bounds or page index, since they differ from row to row and nobody prunes by them.
//! Run, month and status go through a dictionary, which shrinks them to almost nothing; their bounds
//! are kept so that a reader can skip to some runs.

use super::arrow_schema::{self, Field, Kind};
use super::columns::{Column, Columns, RESULT_KEYS, RUNS_KEYS, SERIES_KEYS};
use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type, TypePtr};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use terbia_lab::ensemble::Chunk;
use terbia_model::kernel::time::Month;

/// Enough of the usual "application version x.y.z" for readers that parse it; no build, no time.
const CREATED_BY: &str = concat!("terbia version ", env!("CARGO_PKG_VERSION"));

/// Most of a double is noise: a fast compression takes what there is to take, and every reader
/// knows this one.
const COMPRESSION: Compression = Compression::SNAPPY;

/// A table: its columns and how they are written.
#[derive(Debug)]
pub(crate) struct Table {
    /// Schema.
    pub(super) schema: TypePtr,
    /// How a part is written.
    pub(super) part: WriterPropertiesPtr,
    /// How the whole is written: the same, with the columns described in the footer.
    pub(super) whole: WriterPropertiesPtr,
}

impl Table {
    /// The table of outcomes by month.
    pub(crate) fn series(columns: &Columns) -> Result<Self> {
        let mut fields = vec![
            key(SERIES_KEYS[0], Kind::Whole, false, "1", "Number of the run, from 0."),
            key(SERIES_KEYS[1], Kind::Text, false, "YYYY-MM", "Calendar month."),
        ];
        fields.extend(columns.series.iter().map(double));
        Self::new(&fields, 2, COMPRESSION)
    }

    /// The table of runs.
    pub(super) fn runs(columns: &Columns) -> Result<Self> {
        let [run, status, month, what] = RUNS_KEYS;
        let mut fields = vec![
            key(run, Kind::Whole, false, "1", "Number of the run, from 0."),
            key(
                status,
                Kind::Text,
                false,
                "1",
                "'ok', or 'diverged': given up, all its outcomes are NaN.",
            ),
            key(month, Kind::Text, true, "YYYY-MM", "Month in which the run diverged, if it did."),
            key(what, Kind::Text, true, "1", "What diverged, if anything."),
        ];
        fields.extend(columns.inputs.iter().chain(&columns.scalars).map(double));
        Self::new(&fields, 1, Compression::UNCOMPRESSED)
    }

    /// The table of the pairs of a study: one row for each run under a scenario and a policy.
    pub(crate) fn pairs(outcomes: &[Column]) -> Result<Self> {
        let [run, scenario, policy, status, month, what] = RESULT_KEYS;
        let mut fields = vec![
            key(run, Kind::Whole, false, "1", "Number of the run, from 0."),
            key(scenario, Kind::Text, false, "1", "Name of the scenario."),
            key(policy, Kind::Text, false, "1", "Id of the policy."),
            key(
                status,
                Kind::Text,
                false,
                "1",
                "'ok', or 'diverged': given up, all its outcomes are NaN.",
            ),
            key(month, Kind::Text, true, "YYYY-MM", "Month in which it diverged, if it did."),
            key(what, Kind::Text, true, "1", "What diverged, if anything."),
        ];
        fields.extend(outcomes.iter().map(double));
        Self::new(&fields, 1, Compression::UNCOMPRESSED)
    }

    /// The table of the inputs of a study: one row for each run.
    pub(crate) fn inputs(inputs: &[Column]) -> Result<Self> {
        let run = key(SERIES_KEYS[0], Kind::Whole, false, "1", "Number of the run, from 0.");
        let fields: Vec<Field> = std::iter::once(run).chain(inputs.iter().map(double)).collect();
        Self::new(&fields, 1, Compression::UNCOMPRESSED)
    }

    /// The table of the portfolios of a search: one row for each that was tried.
    pub(crate) fn portfolios(columns: &[Column]) -> Result<Self> {
        let whole = |name, doc| key(name, Kind::Whole, false, "1", doc);
        let mut fields = vec![
            whole("portfolio", "Number of the portfolio, in the order in which they were tried."),
            whole("generation", "Generation, from 0."),
            whole("front", "1 if no other that was tried beats it in everything, else 0."),
        ];
        fields.extend(columns.iter().map(double));
        Self::new(&fields, 1, COMPRESSION)
    }

    /// The table of the fans of a study: one row for each scenario, policy, outcome and month.
    pub(crate) fn fans(bands: &[Column]) -> Result<Self> {
        let text = |name, unit, doc| key(name, Kind::Text, false, unit, doc);
        let mut fields = vec![
            text("scenario", "1", "Name of the scenario."),
            text("policy", "1", "Id of the policy."),
            text("outcome", "1", "Name of the outcome."),
            text("month", "YYYY-MM", "Calendar month."),
        ];
        fields.extend(bands.iter().map(double));
        Self::new(&fields, 0, COMPRESSION)
    }

    /// A table of numbers alone.
    pub(super) fn doubles(columns: &[Column]) -> Result<Self> {
        let fields: Vec<Field> = columns.iter().map(double).collect();
        Self::new(&fields, 0, COMPRESSION)
    }

    /// The table of the paths of a forecast.
    pub(super) fn paths(columns: &[Column]) -> Result<Self> {
        let mut fields = vec![
            key(SERIES_KEYS[0], Kind::Whole, false, "1", "Number of the run, from 0."),
            key(SERIES_KEYS[1], Kind::Text, false, "YYYY-MM", "Calendar month."),
        ];
        let single = |c: &Column| key(&c.name, Kind::Single, false, &c.unit, &c.description);
        fields.extend(columns.iter().map(single));
        Self::new(&fields, 2, COMPRESSION)
    }

    /// The table with these columns, sorted by the first few; `part` compresses its parts.
    fn new(fields: &[Field], sorted_by: i32, part: Compression) -> Result<Self> {
        let types = fields.iter().map(|f| field_type(f).map(Arc::new)).collect::<Result<_>>()?;
        let schema = Type::group_type_builder("schema").with_fields(types).build()?;
        let sorting = (0..sorted_by).map(|column_idx| SortingColumn {
            column_idx,
            descending: false,
            nulls_first: false,
        });
        let mut properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.into())
            .set_compression(COMPRESSION)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .set_sorting_columns(Some(sorting.collect()));
        for field in fields {
            let path = ColumnPath::new(vec![field.name.clone()]);
            properties = if matches!(field.kind, Kind::Double | Kind::Single) {
                properties.set_column_encoding(path, Encoding::BYTE_STREAM_SPLIT)
            } else {
                properties
                    .set_column_dictionary_enabled(path.clone(), true)
                    .set_column_statistics_enabled(path, EnabledStatistics::Chunk)
            };
        }
        let whole = properties.clone().set_key_value_metadata(Some(footer(fields)?)).build();
        let part = properties.set_compression(part).build();
        Ok(Self { schema: Arc::new(schema), part: part.into(), whole: whole.into() })
    }

    /// A part in memory, with room for so many doubles.
    pub(super) fn writer(&self, doubles: usize) -> Result<SerializedFileWriter<Vec<u8>>> {
        let buffer = Vec::with_capacity(doubles * 8 + 4096);
        SerializedFileWriter::new(buffer, Arc::clone(&self.schema), Arc::clone(&self.part))
    }
}

impl Table {
    /// The whole table in memory, with room for so many doubles.
    pub(super) fn whole_writer(&self, doubles: usize) -> Result<SerializedFileWriter<Vec<u8>>> {
        let buffer = Vec::with_capacity(doubles * 8 + 4096);
        SerializedFileWriter::new(buffer, Arc::clone(&self.schema), Arc::clone(&self.whole))
    }
}

fn key(name: &str, kind: Kind, nullable: bool, unit: &str, description: &str) -> Field {
    Field { name: name.into(), kind, nullable, unit: unit.into(), description: description.into() }
}

fn double(column: &Column) -> Field {
    key(&column.name, Kind::Double, false, &column.unit, &column.description)
}

fn field_type(field: &Field) -> Result<Type> {
    let (physical, logical) = match field.kind {
        Kind::Whole => (
            Physical::INT32,
            Some(LogicalType::Integer(parquet::basic::IntType { bit_width: 32, is_signed: false })),
        ),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Double => (Physical::DOUBLE, None),
        Kind::Single => (Physical::FLOAT, None),
    };
    let repetition = if field.nullable { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    Type::primitive_type_builder(&field.name, physical)
        .with_repetition(repetition)
        .with_logical_type(logical)
        .build()
}

/// What the footer says about the columns, for readers of Arrow and for all others.
fn footer(fields: &[Field]) -> Result<Vec<KeyValue>> {
    let columns: BTreeMap<&str, BTreeMap<&str, &str>> = fields
        .iter()
        .map(|f| {
            let about = [("unit", f.unit.as_str()), ("description", f.description.as_str())];
            (f.name.as_str(), BTreeMap::from(about))
        })
        .collect();
    let columns =
        serde_json::to_string(&columns).map_err(|e| ParquetError::External(Box::new(e)))?;
    Ok(vec![
        KeyValue::new("ARROW:schema".into(), arrow_schema::encode(fields)),
        KeyValue::new("terbia.columns".into(), columns),
    ])
}

/// The months of a run as text.
pub(crate) fn month_names(start: Month, months: usize) -> Vec<ByteArray> {
    (0..months).map(|m| ByteArray::from(start.plus(m as i32).to_string().as_str())).collect()
}

/// Writes the next column of a row group; `levels` say which values are present (1) or absent (0).
pub(super) fn write<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    let mut column = group
        .next_column()?
        .ok_or_else(|| ParquetError::General("more columns than the schema has".into()))?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

/// The runs of a chunk, month by month.
pub(crate) fn series(table: &Table, chunk: &Chunk, months: &[ByteArray]) -> Result<Vec<u8>> {
    let rows = chunk.runs * chunk.months;
    let mut writer = table.writer(rows * chunk.series.len())?;
    let mut group = writer.next_row_group()?;
    let first = chunk.first_run as i32;
    let runs: Vec<i32> =
        (0..rows).map(|row| first.wrapping_add((row / chunk.months) as i32)).collect();
    write::<Int32Type, _>(&mut group, &runs, None)?;
    let names: Vec<ByteArray> = months.iter().cycle().take(rows).cloned().collect();
    write::<ByteArrayType, _>(&mut group, &names, None)?;

    for column in &chunk.series {
        write::<DoubleType, _>(&mut group, column, None)?;
    }
    group.close()?;
    writer.into_inner()
}
