//! How does a study survive interruption, and what is in its folder?
//!
//! ```text
//! DIR/
//!   manifest.json     what was asked and how it ended
//!   results.parquet   run, scenario, policy, status, one column for each outcome
//!   inputs.parquet    run, one column for each number that varies
//!   fans.parquet      scenario, policy, outcome, month, quantiles; only if months are kept
//!   parts/            finished chunks of a study under way; gone once the files stand
//!   .lock             held by the process that writes
//! ```
//!
//! A chunk of members counts as finished once its receipt stands, which comes after its parts and
//! holds their hashes: what does not match is made again. The files hold no time and no place, so
//! that equal fingerprints give equal bytes.

use super::manifest::{Failure, MOST_FAILURES, StudyManifest};
use super::write::{self, Layout};
use crate::output::{self, Counts, Data, Frame, Lock, MANIFEST, OutputError, Status, TMP};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use terbia_lab::ensemble::{Chunk, Sink};

const PARTS: &str = "parts";

/// What was written of a chunk: it comes last, so that a chunk without one is not finished.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Receipt {
    /// Members in it.
    members: u32,
    /// SHA-256 of its parts, by table.
    parts: BTreeMap<String, String>,
    /// How its runs ended.
    counts: Counts,
    /// The first that diverged.
    failures: Vec<Failure>,
}

/// The folder of a study under way, held by this process.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    parts: PathBuf,
    /// The manifest as it stands.
    pub(super) manifest: StudyManifest,
    layout: Layout,
    /// Members of the whole study.
    members: u32,
    finished: Mutex<BTreeMap<u32, Receipt>>,
    began: Instant,
    _lock: Lock,
}

impl Folder {
    /// Starts a study in `dir`, which is made if need be; refuses a folder that holds something.
    pub(super) fn create(
        dir: &Path,
        manifest: StudyManifest,
        layout: Layout,
    ) -> Result<Self, OutputError> {
        fs::create_dir_all(dir).map_err(|e| OutputError::io(dir, "make", e))?;
        let lock = Lock::take(dir)?;
        let state = match StudyManifest::read(dir) {
            Ok(Some(kept)) if kept.status == Status::Complete => Some("a complete"),
            Ok(Some(_)) => Some("an unfinished"),
            Ok(None) => write::FILES
                .iter()
                .chain(&[PARTS])
                .any(|name| dir.join(name).exists())
                .then_some("a partly deleted"),
            Err(OutputError::Manifest { .. }) => Some("a foreign"),
            Err(other) => return Err(other),
        };
        if let Some(state) = state {
            return Err(OutputError::HoldsRun { dir: dir.into(), state });
        }
        let folder = Self::new(dir, lock, manifest, layout);
        folder.manifest.write(dir)?;
        fs::create_dir(&folder.parts).map_err(|e| OutputError::io(&folder.parts, "make", e))?;
        Ok(folder)
    }

    /// Goes on with the study in `dir`, which must be the one that `manifest` describes. Of a
    /// complete one the files are checked, and there is nothing left to do.
    pub(super) fn resume(
        dir: &Path,
        manifest: StudyManifest,
        layout: Layout,
    ) -> Result<Self, OutputError> {
        let no_run = || OutputError::NoRun { dir: dir.into() };
        if !dir.join(MANIFEST).exists() {
            return Err(no_run());
        }
        let lock = Lock::take(dir)?;
        let kept = StudyManifest::read(dir)?.ok_or_else(no_run)?;
        let mut differences = output::differences(&manifest.fingerprint, &kept.fingerprint);
        if kept.shard != manifest.shard {
            let text = |m: &StudyManifest| m.shard.map_or("the whole".into(), |s| s.text());
            let (field, kept, asked) = ("shard".into(), text(&kept), text(&manifest));
            differences.push(output::Difference { field, kept, asked });
        }
        if !differences.is_empty() {
            return Err(OutputError::Mismatch { dir: dir.into(), differences });
        }
        let mut folder = Self::new(dir, lock, manifest, layout);
        if kept.status == Status::Complete {
            kept.verify(dir)?;
            folder.members = kept.members;
            folder.manifest = kept;
            folder.remove_parts()?;
            return Ok(folder);
        }
        folder.manifest.started_utc = kept.started_utc;
        folder.manifest.wall_s = kept.wall_s;
        fs::create_dir_all(&folder.parts).map_err(|e| OutputError::io(&folder.parts, "make", e))?;
        folder.sweep()?;
        folder.manifest.write(dir)?;
        Ok(folder)
    }

    fn new(dir: &Path, lock: Lock, manifest: StudyManifest, layout: Layout) -> Self {
        Self {
            dir: dir.into(),
            parts: dir.join(PARTS),
            members: manifest.fingerprint.members,
            manifest,
            layout,
            finished: Mutex::default(),
            began: Instant::now(),
            _lock: lock,
        }
    }

    /// Removes what an interrupted process left half written, and reads the receipts of the rest.
    fn sweep(&mut self) -> Result<(), OutputError> {
        let mut found = BTreeMap::new();
        for dir in [&self.dir, &self.parts] {
            let fail = |e| OutputError::io(dir, "list", e);
            for entry in fs::read_dir(dir).map_err(fail)? {
                let name = entry.map_err(fail)?.file_name();
                let name = name.to_string_lossy();
                if name.ends_with(TMP) {
                    output::remove_file(&dir.join(name.as_ref()))?;
                }
                let chunk = name.strip_prefix("receipt-").and_then(|n| n.strip_suffix(".json"));
                if let Some(chunk) = chunk.and_then(|n| n.parse().ok()) {
                    found.extend(self.inspect(chunk).map(|receipt| (chunk, receipt)));
                }
            }
        }
        self.finished = Mutex::new(found);
        Ok(())
    }

    /// The receipt of a chunk, if all of its parts are, to the last bit, what was written.
    fn inspect(&self, chunk: u32) -> Option<Receipt> {
        let bytes = fs::read(self.receipt(chunk)).ok()?;
        let receipt: Receipt = serde_json::from_slice(&bytes).ok()?;
        let same = |(table, sha256): (&String, &String)| {
            let found = output::digest_file(&self.part(table, chunk));
            found.is_ok_and(|(_, found)| found == *sha256)
        };
        receipt.parts.iter().all(same).then_some(receipt)
    }

    fn receipt(&self, chunk: u32) -> PathBuf {
        self.parts.join(format!("receipt-{chunk:05}.json"))
    }

    fn part(&self, table: &str, chunk: u32) -> PathBuf {
        let stem = table.trim_end_matches(".parquet");
        self.parts.join(format!("{stem}-{chunk:05}.parquet"))
    }

    /// Makes the study one of so many members; what is there of it stays.
    pub(super) fn grow(&mut self, members: u32) {
        self.members = members;
    }

    /// Whether nothing is left to run.
    pub(super) fn complete(&self) -> bool {
        self.manifest.status == Status::Complete
    }

    /// The chunks of this part of the study that are finished, in order.
    fn receipts(&self) -> Vec<(u32, Receipt)> {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        let mine =
            |(chunk, receipt): &(&u32, &Receipt)| receipt.members == self.members_in(**chunk);
        finished.iter().filter(mine).map(|(chunk, receipt)| (*chunk, receipt.clone())).collect()
    }

    fn counts(&self) -> Counts {
        self.receipts().iter().fold(Counts::default(), |sum, (_, receipt)| Counts {
            diverged: sum.diverged + receipt.counts.diverged,
            ok: sum.ok + receipt.counts.ok,
        })
    }

    /// Members in a chunk; none beyond the last.
    fn members_in(&self, chunk: u32) -> u32 {
        let size = self.layout.chunk_members;
        self.members.saturating_sub(chunk.saturating_mul(size)).min(size)
    }

    /// The values of an outcome so far: for each case one a member.
    pub(super) fn outcome(&self, place: usize) -> Result<Vec<Vec<f64>>, OutputError> {
        let cases = self.layout.cases();
        let mut all = vec![Vec::new(); cases];
        for (chunk, _) in self.receipts() {
            Frame::each(&self.part(write::RESULTS, chunk), |frame| {
                if let Some(Data::Double(values)) =
                    frame.columns.get(output::RESULT_KEYS.len() + place)
                {
                    for (case, all) in all.iter_mut().enumerate() {
                        all.extend(values.iter().skip(case).step_by(cases));
                    }
                }
                Ok(())
            })?;
        }
        Ok(all)
    }

    /// Keeps the counts and the time of an interrupted study, and lets go of the folder.
    pub(super) fn pause(mut self) -> Result<StudyManifest, OutputError> {
        if !self.complete() {
            self.manifest.runs = self.counts();
            self.manifest.wall_s += self.began.elapsed().as_secs_f64();
            self.manifest.write(&self.dir)?;
        }
        Ok(self.manifest)
    }

    /// Joins the parts of `chunks` into the files and completes the manifest; the parts go last.
    pub(super) fn finish(
        mut self,
        chunks: std::ops::Range<u32>,
    ) -> Result<StudyManifest, OutputError> {
        if self.complete() {
            return Ok(self.manifest);
        }
        let missing = chunks.clone().filter(|chunk| !self.finished(*chunk)).count();
        if missing > 0 {
            let (dir, chunks) = (self.dir, chunks.len());
            return Err(OutputError::Unfinished { dir, missing, chunks });
        }
        let parts = |table: &str| chunks.clone().map(|chunk| self.part(table, chunk)).collect();
        let whole = self.manifest.shard.is_none();
        let files = self.layout.write(&self.dir, &parts, whole, self.manifest.jobs)?;
        let receipts = self.receipts();
        self.manifest.runs = self.counts();
        self.manifest.members = receipts.iter().map(|(_, r)| r.members).sum();
        let failures = receipts.into_iter().flat_map(|(_, r)| r.failures);
        self.manifest.failures = failures.take(MOST_FAILURES).collect();
        self.manifest.wall_s += self.began.elapsed().as_secs_f64();
        self.manifest.complete(files);
        self.manifest.write(&self.dir)?;
        self.remove_parts()?;
        Ok(self.manifest)
    }

    /// Completes a study from the files of its parts, given by the name of the table; leaves
    /// nothing behind if that fails.
    pub(super) fn fill(
        mut self,
        parts: &dyn Fn(&str) -> Vec<PathBuf>,
    ) -> Result<StudyManifest, OutputError> {
        let written = self.layout.write(&self.dir, parts, true, self.manifest.jobs);
        let files = written.inspect_err(|_| {
            // Whatever could not be written is reported already.
            let _ = self.remove_parts();
            for name in write::FILES.iter().chain(&[MANIFEST]) {
                let _ = output::remove_file(&self.dir.join(name));
            }
        })?;
        self.manifest.wall_s += self.began.elapsed().as_secs_f64();
        self.manifest.complete(files);
        self.manifest.write(&self.dir)?;
        self.remove_parts()?;
        Ok(self.manifest)
    }

    fn remove_parts(&self) -> Result<(), OutputError> {
        match fs::remove_dir_all(&self.parts) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(OutputError::io(&self.parts, "remove", e))
            }
            _ => Ok(()),
        }
    }
}

impl Sink for Folder {
    type Error = OutputError;

    fn finished(&self, chunk: u32) -> bool {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.members_in(chunk);
        self.complete() || finished.get(&chunk).is_some_and(|receipt| receipt.members == wanted)
    }

    fn take(&self, chunk: &Chunk) -> Result<(), OutputError> {
        let members = (chunk.runs / self.layout.cases()) as u32;
        let mut parts = BTreeMap::new();
        for (table, bytes) in self.layout.encode(chunk)? {
            let sha256 = output::write_part(&self.part(table, chunk.index), &bytes)?;
            parts.insert(table.to_owned(), sha256);
        }
        let (counts, failures) = self.layout.ended(chunk);
        let receipt = Receipt { members, parts, counts, failures };
        let path = self.receipt(chunk.index);
        let text = serde_json::to_vec(&receipt)
            .map_err(|e| OutputError::Manifest { path: path.clone(), what: e.to_string() })?;
        output::write_part(&path, &text)?;
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        finished.insert(chunk.index, receipt);
        Ok(())
    }
}
