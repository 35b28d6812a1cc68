//! What did every run say of one month?
//!
//! `series.parquet` holds whole runs side by side; statistics ask for one month over all runs. The
//! cube turns the file over once into a nameless scratch file laid out `[block][column][month][run]`,
//! where a block is about a thousand runs: enough to read a month in few strokes. A thread holds one
//! column of one block at a time, so memory does not grow with the number of runs.

use super::columns::SERIES_KEYS;
use super::decode::{self, Window};
use super::error::OutputError;
use super::files;
use parquet::data_type::{DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use std::fs::File;
use std::io;
use std::num::NonZero;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use terbia_lab::across::Across;

/// All outcomes of all runs, to be read across the runs.
#[derive(Debug)]
pub struct Cube {
    scratch: File,
    blocks: Vec<Block>,
    months: usize,
    names: Vec<String>,
}

/// Runs of a block, at least, unless it is the last.
const BLOCK_RUNS: usize = 1024;

/// Some row groups, in the scratch file.
#[derive(Clone, Debug)]
struct Block {
    offset: u64,
    groups: Range<usize>,
    runs: usize,
}

impl Cube {
    /// Opens a finished `series.parquet`, decoding on `jobs` threads (0 means all cores).
    ///
    /// The scratch file lies beside it, or in the system's place for such files if that folder
    /// cannot be written; it has no name and vanishes with the cube.
    pub fn open(path: &Path, jobs: usize) -> Result<Self, OutputError> {
        let fail = |e| OutputError::io(path, "read", e);
        let broken = |e| OutputError::parquet(path, "read", e);
        let file = File::open(path).map_err(fail)?;
        let footer = decode::footer(&file).map_err(broken)?;
        let names = names(&footer).map_err(broken)?;
        let months = months(&file, &footer).map_err(broken)?;
        let blocks = blocks(&footer, months, names.len()).map_err(broken)?;
        let beside = path.parent().unwrap_or(Path::new("."));
        let scratch = tempfile::tempfile_in(beside)
            .or_else(|_| tempfile::tempfile())
            .map_err(|e| OutputError::io(beside, "write scratch space in", e))?;
        let cube = Self { scratch, blocks, months, names };
        cube.fill(&file, &footer, jobs).map_err(broken)?;
        Ok(cube)
    }

    /// Names of the columns of outcomes.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Fills the scratch file, each thread with the next column of a block that nobody has.
    fn fill(&self, file: &File, footer: &ParquetMetaData, jobs: usize) -> ParquetResult<()> {
        let groups = footer.row_groups();
        let tasks = self.blocks.len() * self.names.len();
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let task = next.fetch_add(1, Ordering::Relaxed);
                if task >= tasks {
                    return Ok(());
                }
                let (block, column) = (task / self.names.len(), task % self.names.len());
                // The first error leaves nothing for the other threads to claim.
                self.turn(file, groups, &self.blocks[block], column)
                    .inspect_err(|_| next.store(tasks, Ordering::Relaxed))?;
            }
        };
        let threads = match jobs {
            0 => thread::available_parallelism().map_or(1, NonZero::get),
            jobs => jobs,
        };
        thread::scope(|scope| {
            let hired: Vec<_> = (1..threads.min(tasks))
                // A thread that the system refuses is one fewer; this one is always there.
                .filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
                .collect();
            let mut result = work();
            for thread in hired {
                let other = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                result = result.and(other);
            }
            result
        })
    }

    /// Copies a column of a block to the scratch file, months outside, runs inside.
    fn turn(
        &self,
        file: &File,
        groups: &[RowGroupMetaData],
        block: &Block,
        column: usize,
    ) -> ParquetResult<()> {
        let (months, runs) = (self.months, block.runs);
        let mut bytes = vec![0; months * runs * 8];
        let (mut values, mut first) = (Vec::new(), 0);
        for group in &groups[block.groups.clone()] {
            let index = column + SERIES_KEYS.len();
            values.clear();
            let window = Window::of_column(file, group, index)?;
            decode::column::<DoubleType>(&window, group, index, &mut values)?;
            let here = values.len() / months;
            for month in 0..months {
                let row = &mut bytes[(month * runs + first) * 8..][..here * 8];
                let across = values.iter().skip(month).step_by(months);
                for (out, value) in row.as_chunks_mut::<8>().0.iter_mut().zip(across) {
                    *out = value.to_le_bytes();
                }
            }
            first += here;
        }
        files::write_at(&self.scratch, &bytes, block.offset + (column * bytes.len()) as u64)?;
        Ok(())
    }

    /// Reads one column over a span of months: all runs of the first month, then of the next.
    pub fn read_months(
        &self,
        column: usize,
        months: Range<usize>,
        out: &mut Vec<f64>,
    ) -> io::Result<()> {
        if column >= self.names.len() || months.start > months.end || months.end > self.months {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("no column {column} or no months {months:?} in the cube"),
            ));
        }
        let (span, all) = (months.len(), self.runs());
        out.clear();
        out.resize(span * all, 0.0);
        let widest = self.blocks.iter().map(|b| b.runs).max().unwrap_or(0);
        let mut bytes = vec![0; widest * span * 8];
        let mut first = 0;
        for block in &self.blocks {
            let bytes = &mut bytes[..span * block.runs * 8];
            let skipped = (column * self.months + months.start) * block.runs * 8;
            files::read_at(&self.scratch, bytes, block.offset + skipped as u64)?;
            for (month, bytes) in bytes.chunks_exact(block.runs * 8).enumerate() {
                let out = &mut out[month * all + first..][..block.runs];
                for (out, bytes) in out.iter_mut().zip(bytes.as_chunks::<8>().0) {
                    *out = f64::from_le_bytes(*bytes);
                }
            }
            first += block.runs;
        }
        Ok(())
    }
}

impl Across for Cube {
    fn runs(&self) -> usize {
        self.blocks.iter().map(|b| b.runs).sum()
    }

    fn months(&self) -> usize {
        self.months
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    fn read(&self, column: usize, month: usize, out: &mut Vec<f64>) -> io::Result<()> {
        self.read_months(column, month..month.saturating_add(1), out)
    }
}

/// The outcomes of the file; an error if it is not a table of series.
fn names(footer: &ParquetMetaData) -> ParquetResult<Vec<String>> {
    let fields = footer.file_metadata().schema().get_fields();
    let mut names = fields.iter().map(|f| f.name().to_owned());
    for key in SERIES_KEYS {
        if names.next().as_deref() != Some(key) {
            return Err(ParquetError::General(format!("its first columns lack '{key}'")));
        }
    }
    Ok(names.collect())
}

/// The number of months of a run: how often the first run occurs.
fn months(file: &File, footer: &ParquetMetaData) -> ParquetResult<usize> {
    let Some(group) = footer.row_groups().first() else { return Ok(0) };
    let mut runs = Vec::new();
    decode::column::<Int32Type>(&Window::of_column(file, group, 0)?, group, 0, &mut runs)?;
    let first = runs.first().copied();
    Ok(runs.iter().take_while(|&&run| Some(run) == first).count())
}

/// Which row groups share a block, and where it goes; an error if a row group splits a run.
fn blocks(footer: &ParquetMetaData, months: usize, columns: usize) -> ParquetResult<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    for (index, group) in footer.row_groups().iter().enumerate() {
        let rows = group.num_rows() as usize;
        if months == 0 || !rows.is_multiple_of(months) {
            return Err(ParquetError::General("a row group splits a run".into()));
        }
        match blocks.last_mut() {
            Some(block) if block.runs < BLOCK_RUNS => {
                block.groups.end += 1;
                block.runs += rows / months;
            }
            last => {
                let end = |b: &Block| b.offset + (b.runs * months * columns * 8) as u64;
                let offset = last.map_or(0, |b| end(b));
                blocks.push(Block { offset, groups: index..index + 1, runs: rows / months });
            }
        }
    }
    Ok(blocks)
}
