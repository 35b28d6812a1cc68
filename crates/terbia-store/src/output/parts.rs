//! How does a run survive interruption?
//!
//! A chunk counts as finished once its receipt stands: the receipt comes after both parts and holds
//! their hashes. On resume a part must match its hash to the last bit, whatever stopped the process or
//! the machine; what does not match is computed again, and nothing else is.

use super::columns::Columns;
use super::concat;
use super::error::OutputError;
use super::files::{self, TMP};
use super::lock::Lock;
use super::manifest::{Counts, FileEntry, MANIFEST, Manifest, Status, now_utc};
use super::runs;
use super::tables::{self, Table};
use parquet::data_type::ByteArray;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use terbia_lab::ensemble::{Chunk, RunStatus, Sink};
use terbia_model::kernel::time::Month;

/// Name of the table of outcomes by month.
pub const SERIES: &str = "series.parquet";
/// Name of the table of runs.
pub const RUNS: &str = "runs.parquet";
const PARTS: &str = "parts";

/// What was written of a chunk: it comes last, so that a chunk without one is not finished.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Receipt {
    /// SHA-256 of the part of the series.
    series: String,
    /// SHA-256 of the part of the runs.
    runs: String,
    /// How the runs ended.
    counts: Counts,
}

/// The folder of a run under way, held by this process.
#[derive(Debug)]
pub struct RunDir {
    dir: PathBuf,
    parts: PathBuf,
    manifest: Manifest,
    series: Table,
    runs: Table,
    months: Vec<ByteArray>,
    finished: Mutex<Vec<Option<Counts>>>,
    began: Instant,
    _lock: Lock,
}

impl RunDir {
    /// Starts a run in `dir`, which is made if need be; refuses a folder that holds a run.
    pub fn create(dir: &Path, manifest: Manifest, columns: &Columns) -> Result<Self, OutputError> {
        fs::create_dir_all(dir).map_err(|e| OutputError::io(dir, "make", e))?;
        let lock = Lock::take(dir)?;
        let state = match Manifest::read(dir) {
            Ok(Some(kept)) if kept.status == Status::Complete => Some("a complete"),
            Ok(Some(_)) => Some("an unfinished"),
            Ok(None) => [SERIES, RUNS, PARTS]
                .iter()
                .any(|name| dir.join(name).exists())
                .then_some("a partly deleted"),
            Err(OutputError::Manifest { .. }) => Some("a foreign"),
            Err(other) => return Err(other),
        };
        if let Some(state) = state {
            return Err(OutputError::HoldsRun { dir: dir.into(), state });
        }
        let run = Self::new(dir, lock, manifest, columns)?;
        run.manifest.write(dir)?;
        fs::create_dir(&run.parts).map_err(|e| OutputError::io(&run.parts, "make", e))?;
        Ok(run)
    }

    /// Goes on with the run in `dir`, which must be the one that `manifest` describes.
    ///
    /// Of a complete run the files are checked, and there is nothing left to do.
    pub fn resume(dir: &Path, manifest: Manifest, columns: &Columns) -> Result<Self, OutputError> {
        let no_run = || OutputError::NoRun { dir: dir.into() };
        if !dir.join(MANIFEST).exists() {
            return Err(no_run());
        }
        let lock = Lock::take(dir)?;
        let kept = Manifest::read(dir)?.ok_or_else(no_run)?;
        let differences = manifest.fingerprint.differences(&kept.fingerprint);
        if !differences.is_empty() {
            return Err(OutputError::Mismatch { dir: dir.into(), differences });
        }
        let mut run = Self::new(dir, lock, manifest, columns)?;
        if kept.status == Status::Complete {
            kept.verify(dir)?;
            run.manifest = kept;
            run.remove_parts()?;
            return Ok(run);
        }
        run.manifest.started_utc = kept.started_utc;
        run.manifest.wall_s = kept.wall_s;
        fs::create_dir_all(&run.parts).map_err(|e| OutputError::io(&run.parts, "make", e))?;
        run.sweep()?;
        let found = (0..run.chunks()).map(|chunk| run.inspect(chunk)).collect::<Result<_, _>>()?;
        run.finished = Mutex::new(found);
        run.manifest.write(dir)?;
        Ok(run)
    }

    fn new(
        dir: &Path,
        lock: Lock,
        manifest: Manifest,
        columns: &Columns,
    ) -> Result<Self, OutputError> {
        columns.check()?;
        let plan = &manifest.fingerprint;
        if plan.columns_sha256 != columns.sha256() {
            return Err(OutputError::Shape { what: "the manifest is of other columns".into() });
        }
        if plan.chunk_runs == 0 || plan.months == 0 {
            return Err(OutputError::Shape { what: "a chunk needs runs and months".into() });
        }
        let start: Month = plan
            .start
            .parse()
            .map_err(|e| OutputError::Shape { what: format!("start of the run: {e}") })?;
        let table = |name: &str, table: parquet::errors::Result<Table>| {
            table.map_err(|e| OutputError::parquet(&dir.join(name), "describe", e))
        };
        let chunks = plan.members.div_ceil(plan.chunk_runs) as usize;
        Ok(Self {
            dir: dir.into(),
            parts: dir.join(PARTS),
            series: table(SERIES, Table::series(columns))?,
            runs: table(RUNS, Table::runs(columns))?,
            months: tables::month_names(start, plan.months),
            finished: Mutex::new(vec![None; chunks]),
            began: Instant::now(),
            manifest,
            _lock: lock,
        })
    }

    /// Number of chunks of the run.
    pub fn chunks(&self) -> u32 {
        let plan = &self.manifest.fingerprint;
        plan.members.div_ceil(plan.chunk_runs)
    }

    /// Runs that are finished and kept.
    pub fn runs_kept(&self) -> u64 {
        let counts = self.counts();
        counts.diverged + counts.ok
    }

    /// The manifest as it stands.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn counts(&self) -> Counts {
        if self.manifest.status == Status::Complete {
            return self.manifest.runs;
        }
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        finished.iter().flatten().fold(Counts::default(), |sum, part| Counts {
            diverged: sum.diverged + part.diverged,
            ok: sum.ok + part.ok,
        })
    }

    fn runs_in(&self, chunk: u32) -> usize {
        let plan = &self.manifest.fingerprint;
        (plan.members - chunk * plan.chunk_runs).min(plan.chunk_runs) as usize
    }

    fn part(&self, table: &str, chunk: u32) -> PathBuf {
        let stem = table.trim_end_matches(".parquet");
        self.parts.join(format!("{stem}-{chunk:05}.parquet"))
    }

    /// Removes what an interrupted process left half written.
    fn sweep(&self) -> Result<(), OutputError> {
        for dir in [&self.dir, &self.parts] {
            let fail = |e| OutputError::io(dir, "list", e);
            for entry in fs::read_dir(dir).map_err(fail)? {
                let name = entry.map_err(fail)?.file_name();
                let name = name.to_string_lossy();
                let ours = dir == &self.parts
                    || [SERIES, RUNS, MANIFEST].iter().any(|file| name.starts_with(file));
                if ours && name.ends_with(TMP) {
                    files::remove(&dir.join(name.as_ref()))?;
                }
            }
        }
        Ok(())
    }

    /// How the runs of a chunk ended, if both of its parts are, to the last bit, what was written.
    fn inspect(&self, chunk: u32) -> Result<Option<Counts>, OutputError> {
        let [series, runs] = [SERIES, RUNS].map(|table| self.part(table, chunk));
        let path = self.receipt(chunk);
        let receipt: Option<Receipt> =
            fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let same =
            |path: &Path, sha256: &str| files::digest(path).is_ok_and(|(_, found)| found == sha256);
        let whole = receipt.filter(|r| same(&series, &r.series) && same(&runs, &r.runs));
        if whole.is_none() {
            for path in [&path, &series, &runs] {
                files::remove(path)?;
            }
        }
        Ok(whole.map(|r| r.counts))
    }

    fn receipt(&self, chunk: u32) -> PathBuf {
        self.parts.join(format!("receipt-{chunk:05}.json"))
    }

    fn write_receipt(&self, chunk: u32, receipt: &Receipt) -> Result<(), OutputError> {
        let path = self.receipt(chunk);
        let text = serde_json::to_vec(receipt)
            .map_err(|e| OutputError::Manifest { path: path.clone(), what: e.to_string() })?;
        files::write_part(&path, &text).map(drop)
    }

    /// Keeps the count and time of an interrupted run, and lets go of the folder.
    pub fn pause(mut self) -> Result<Manifest, OutputError> {
        if self.manifest.status == Status::Running {
            self.manifest.runs = self.counts();
            self.manifest.wall_s += self.began.elapsed().as_secs_f64();
            self.manifest.write(&self.dir)?;
        }
        Ok(self.manifest)
    }

    /// Joins the parts into the two files and completes the manifest; the parts go last.
    pub fn finish(mut self) -> Result<Manifest, OutputError> {
        if self.manifest.status == Status::Complete {
            return Ok(self.manifest);
        }
        let chunks = self.chunks();
        let missing = (0..chunks).filter(|&chunk| !self.finished(chunk)).count();
        if missing > 0 {
            let (dir, chunks) = (self.dir, chunks as usize);
            return Err(OutputError::Unfinished { dir, missing, chunks });
        }
        let files = self.join()?;
        files::sync_dir(&self.dir)?;
        self.manifest.runs = self.counts();
        self.manifest.files = files;
        self.manifest.wall_s += self.began.elapsed().as_secs_f64();
        self.manifest.finished_utc = Some(now_utc());
        self.manifest.status = Status::Complete;
        self.manifest.write(&self.dir)?;
        self.remove_parts()?;
        Ok(self.manifest)
    }

    /// Strings the parts of both tables together, side by side if two threads are allowed.
    fn join(&self) -> Result<Vec<FileEntry>, OutputError> {
        let parts = |table| (0..self.chunks()).map(move |chunk| self.part(table, chunk));
        let series = || concat::series(&self.series, parts(SERIES), &self.dir.join(SERIES));
        let runs = || concat::runs(&self.runs, parts(RUNS), &self.dir.join(RUNS));
        if self.manifest.jobs == 1 {
            return Ok(vec![series()?, runs()?]);
        }
        let (series, runs) = std::thread::scope(|scope| {
            let other = scope.spawn(runs);
            (series(), other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        Ok(vec![series?, runs?])
    }

    fn remove_parts(&self) -> Result<(), OutputError> {
        match fs::remove_dir_all(&self.parts) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(OutputError::io(&self.parts, "remove", e))
            }
            _ => Ok(()),
        }
    }

    /// Whether the chunk has the shape that the plan promises.
    fn check(&self, chunk: &Chunk) -> Result<(), OutputError> {
        let plan = &self.manifest.fingerprint;
        let place = chunk.index < self.chunks()
            && chunk.first_run == chunk.index * plan.chunk_runs
            && chunk.runs == self.runs_in(chunk.index)
            && chunk.months == self.months.len()
            && chunk.status.len() == chunk.runs;
        let rows = chunk.runs * chunk.months;
        let full = chunk.series.iter().all(|column| column.len() == rows)
            && chunk.inputs.iter().chain(&chunk.scalars).all(|column| column.len() == chunk.runs);
        let width = |table: &Table, doubles: usize, keys: usize| {
            table.schema.get_fields().len() == doubles + keys
        };
        let wide = width(&self.series, chunk.series.len(), 2)
            && width(&self.runs, chunk.inputs.len() + chunk.scalars.len(), 4);
        if place && full && wide {
            return Ok(());
        }
        Err(OutputError::Shape { what: format!("chunk {} is of another plan", chunk.index) })
    }
}

impl Sink for RunDir {
    type Error = OutputError;

    fn finished(&self, chunk: u32) -> bool {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        self.manifest.status == Status::Complete
            || finished.get(chunk as usize).is_some_and(Option::is_some)
    }

    fn take(&self, chunk: &Chunk) -> Result<(), OutputError> {
        self.check(chunk)?;
        let [series, runs] = [SERIES, RUNS].map(|table| self.part(table, chunk.index));
        let bytes = runs::part(&self.runs, chunk, &self.months)
            .map_err(|e| OutputError::parquet(&runs, "write", e))?;
        let runs = files::write_part(&runs, &bytes)?;
        let bytes = tables::series(&self.series, chunk, &self.months)
            .map_err(|e| OutputError::parquet(&series, "write", e))?;
        let series = files::write_part(&series, &bytes)?;
        let ok = chunk.status.iter().filter(|s| **s == RunStatus::Finished).count() as u64;
        let counts = Counts { diverged: chunk.runs as u64 - ok, ok };
        self.write_receipt(chunk.index, &Receipt { series, runs, counts })?;
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = finished.get_mut(chunk.index as usize) {
            *slot = Some(counts);
        }
        Ok(())
    }
}
