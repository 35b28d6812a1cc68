//! What was run, and how did it end?

use super::error::{Difference, OutputError};
use super::files;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Name of the file.
pub const MANIFEST: &str = "manifest.json";
/// Version of the layout of a run's folder.
pub(super) const FORMAT: u32 = 1;

/// The corridor that was run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorridorRef {
    /// Name of its folder.
    pub id: String,
    /// Its full name.
    pub name: String,
    /// Hash of its files.
    pub sha256: String,
}

/// All that decides the bits of the results; runs with equal fingerprints have equal files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    /// Version of terbia.
    pub terbia: String,
    /// Corridor.
    pub corridor: CorridorRef,
    /// Scenario.
    pub scenario: String,
    /// Seed.
    pub seed: u64,
    /// Number of runs.
    pub members: u32,
    /// First month, `YYYY-MM`.
    pub start: String,
    /// Last month, `YYYY-MM`.
    pub until: String,
    /// Number of months.
    pub months: usize,
    /// Last month that the record drives, `YYYY-MM`, if it is not the scenario's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay_until: Option<String>,
    /// Last month whose politics is given although the record is cut before it, `YYYY-MM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub politics_until: Option<String>,
    /// Numbers held at a value, by path.
    pub sets: BTreeMap<String, f64>,
    /// SHA-256 of the posterior that the values of the numbers come from; absent for the prior.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior_sha256: Option<String>,
    /// Runs in a chunk; the last one may have fewer.
    pub chunk_runs: u32,
    /// Outcomes in `series.parquet`.
    pub columns: Vec<String>,
    /// Hash of names, units and descriptions of all columns of both tables.
    pub columns_sha256: String,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Some parts may be missing.
    Running,
    /// Both files stand.
    Complete,
}

/// How the runs ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Runs that were given up.
    pub diverged: u64,
    /// Runs that reached the last month.
    pub ok: u64,
}

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Name in the folder.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its hash.
    pub sha256: String,
}

/// What was run and how it ended: enough to repeat it, or to refuse to go on with another run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout of the folder.
    pub format: u32,
    /// How far the run has come.
    pub status: Status,
    /// How its runs ended, diverged ones first.
    pub runs: Counts,
    /// The exact command that repeats it.
    pub command: String,
    /// All that decides the results.
    pub fingerprint: Fingerprint,
    /// Threads of the last session.
    pub jobs: usize,
    /// Seconds spent, over all sessions.
    pub wall_s: f64,
    /// When the first session began, UTC.
    pub started_utc: String,
    /// When the last session completed the run, UTC.
    pub finished_utc: Option<String>,
    /// The results.
    pub files: Vec<FileEntry>,
}

impl Manifest {
    /// The manifest of a run that starts now.
    pub fn new(fingerprint: Fingerprint, jobs: usize, command: String) -> Self {
        Self {
            format: FORMAT,
            status: Status::Running,
            runs: Counts::default(),
            command,
            fingerprint,
            jobs,
            wall_s: 0.0,
            started_utc: now_utc(),
            finished_utc: None,
            files: Vec::new(),
        }
    }

    /// Reads the manifest in `dir`; nothing if there is none.
    pub fn read(dir: &Path) -> Result<Option<Self>, OutputError> {
        read(dir, FORMAT)
    }

    /// Writes it to `dir`, atomically.
    pub(super) fn write(&self, dir: &Path) -> Result<(), OutputError> {
        write(dir, self)
    }

    /// Checks that the files in `dir` are those that it describes.
    pub fn verify(&self, dir: &Path) -> Result<(), OutputError> {
        verify(dir, &self.files)
    }
}

/// Reads a manifest of layout `format` in `dir`; nothing if there is none.
pub(crate) fn read<T: DeserializeOwned>(dir: &Path, format: u32) -> Result<Option<T>, OutputError> {
    let path = dir.join(MANIFEST);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(OutputError::io(&path, "read", e)),
    };
    let fail = |what| OutputError::Manifest { path: path.clone(), what };
    let value: serde_json::Value = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
    // The layout is asked first: an older one explains the unknown fields that follow.
    match value.get("format").and_then(serde_json::Value::as_u64) {
        Some(found) if found == u64::from(format) => {}
        Some(other) => return Err(fail(format!("its format is {other}, this one reads {format}"))),
        None => return Err(fail("it has no format".into())),
    }
    serde_json::from_value(value).map(Some).map_err(|e| fail(e.to_string()))
}

/// Writes a manifest to `dir`, atomically.
pub(crate) fn write<T: Serialize>(dir: &Path, manifest: &T) -> Result<(), OutputError> {
    let path = dir.join(MANIFEST);
    files::write(&path, json(&path, manifest)?.as_bytes())?;
    files::sync_dir(dir)
}

/// What a JSON file at `path` is to hold: readable, one line break at the end.
pub(crate) fn json<T: Serialize>(path: &Path, value: &T) -> Result<String, OutputError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| OutputError::Manifest { path: path.to_owned(), what: e.to_string() })?;
    Ok(text + "\n")
}

/// Checks that the files in `dir` are those that were written.
pub(crate) fn verify(dir: &Path, entries: &[FileEntry]) -> Result<(), OutputError> {
    for file in entries {
        let path = dir.join(&file.name);
        let (bytes, sha256) = files::digest(&path)?;
        let what = if bytes != file.bytes {
            format!("it has {bytes} bytes, not {}", file.bytes)
        } else if sha256 != file.sha256 {
            format!("its SHA-256 is {sha256}, not {}", file.sha256)
        } else {
            continue;
        };
        return Err(OutputError::Changed { path, what });
    }
    Ok(())
}

impl Fingerprint {
    /// Where a run with this fingerprint differs from the one kept on disk.
    pub fn differences(&self, kept: &Self) -> Vec<Difference> {
        differences(self, kept)
    }
}

/// The fields in which what is asked for differs from what is kept on disk.
pub(crate) fn differences<T: Serialize>(asked: &T, kept: &T) -> Vec<Difference> {
    let (asked, kept) = (flat(asked), flat(kept));
    let fields: BTreeSet<&String> = asked.keys().chain(kept.keys()).collect();
    let show = |value: Option<&String>| value.map_or("nothing".to_owned(), Clone::clone);
    fields
        .into_iter()
        .filter(|f| asked.get(*f) != kept.get(*f))
        .map(|f| Difference {
            field: f.clone(),
            kept: show(kept.get(f)),
            asked: show(asked.get(f)),
        })
        .collect()
}

/// The fields of a fingerprint as text, nested ones with dots.
///
/// Numbers go through their JSON text twice, so that the one kept on disk and the one in memory
/// pass the same reader.
fn flat<T: Serialize>(fingerprint: &T) -> BTreeMap<String, String> {
    fn walk(prefix: &str, value: &serde_json::Value, out: &mut BTreeMap<String, String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    let dot = if prefix.is_empty() { "" } else { "." };
                    walk(&format!("{prefix}{dot}{name}"), value, out);
                }
            }
            serde_json::Value::Array(items) => {
                // Lists are sets of names here: each name becomes a field of its own.
                for item in items {
                    let name = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                    out.insert(format!("{prefix}.{name}"), "present".into());
                }
            }
            other => {
                out.insert(prefix.into(), other.to_string());
            }
        }
    }
    let mut out = BTreeMap::new();
    let value = serde_json::to_string(fingerprint)
        .and_then(|text| serde_json::from_str::<serde_json::Value>(&text));
    if let Ok(value) = value {
        walk("", &value, &mut out);
    }
    out
}

/// The time as `2026-03-01T12:00:00Z`.
pub(crate) fn now_utc() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    utc(since.as_secs())
}

/// Seconds since 1970 as a date and time of the Gregorian calendar.
fn utc(seconds: u64) -> String {
    // Years counted from March put the leap day last, which makes the months regular.
    let days = seconds / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_reads_the_gregorian_calendar() {
        assert_eq!(super::utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(super::utc(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(super::utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(super::utc(1_772_366_400), "2026-03-01T12:00:00Z");
    }
}
