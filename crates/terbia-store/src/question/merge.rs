//! How do the parts of a study become the whole? Checked for being parts of one, then joined.

use super::error::QuestionError;
use super::keep::Folder;
use super::manifest::{MOST_FAILURES, ShardRef, StudyManifest};
use super::write::Layout;
use crate::output::{self, Difference, Status};
use std::path::{Path, PathBuf};

/// A part with its manifest.
struct Part<'a> {
    dir: &'a Path,
    manifest: StudyManifest,
    shard: ShardRef,
}

/// Joins the parts of a study, in any order, in the new folder `out`. Its files are, byte for byte,
/// those of a study that was run in one piece.
pub fn merge(
    dirs: &[PathBuf],
    out: &Path,
    jobs: usize,
    command: String,
) -> Result<StudyManifest, QuestionError> {
    let mut parts = dirs.iter().map(|dir| part(dir)).collect::<Result<Vec<_>, _>>()?;
    parts.sort_by_key(|part| part.shard.part);
    let Some(first) = parts.first() else {
        return Err(QuestionError::Missing { missing: vec!["all of them".into()] });
    };
    for other in parts.iter().skip(1) {
        same(first, other)?;
    }
    complete(&parts, first.shard.of)?;
    for part in &parts {
        part.manifest.verify(part.dir)?;
    }
    let mut manifest = StudyManifest::new(
        first.manifest.fingerprint.clone(),
        first.manifest.study.clone(),
        first.manifest.contents.clone(),
        None,
        (jobs, command),
    );
    let layout = Layout::new(&manifest.contents, manifest.fingerprint.chunk_members)?;
    for Part { manifest: part, .. } in &parts {
        manifest.runs.ok += part.runs.ok;
        manifest.runs.diverged += part.runs.diverged;
        manifest.members += part.members;
        manifest.wall_s += part.wall_s;
        let room = MOST_FAILURES - manifest.failures.len();
        manifest.failures.extend(part.failures.iter().take(room).cloned());
    }
    let folder = Folder::create(out, manifest, layout)?;
    let tables = |table: &str| parts.iter().map(|p| p.dir.join(table)).collect();
    Ok(folder.fill(&tables)?)
}

fn part(dir: &Path) -> Result<Part<'_>, QuestionError> {
    let dir_of = || dir.to_owned();
    let manifest = StudyManifest::read(dir)?;
    let manifest = manifest.ok_or_else(|| QuestionError::NoResults { dir: dir_of() })?;
    if manifest.status != Status::Complete {
        return Err(QuestionError::Unfinished { dir: dir_of() });
    }
    let Some(shard) = manifest.shard else {
        return Err(QuestionError::Whole { dir: dir_of() });
    };
    Ok(Part { dir, manifest, shard })
}

/// Refuses parts of different studies, and says in what they differ.
fn same(first: &Part<'_>, other: &Part<'_>) -> Result<(), QuestionError> {
    let mut differences =
        output::differences(&other.manifest.fingerprint, &first.manifest.fingerprint);
    if first.shard.of != other.shard.of {
        let [kept, asked] = [first, other].map(|part| part.shard.of.to_string());
        differences.push(Difference { field: "number of parts".into(), kept, asked });
    }
    if differences.is_empty() {
        return Ok(());
    }
    let (first, dir) = (first.dir.to_owned(), other.dir.to_owned());
    Err(QuestionError::Different { first, dir, differences })
}

/// Refuses parts that are there twice or not at all.
fn complete(parts: &[Part<'_>], of: u32) -> Result<(), QuestionError> {
    for pair in parts.windows(2) {
        if let [a, b] = pair
            && a.shard.part == b.shard.part
        {
            let (first, second) = (a.dir.to_owned(), b.dir.to_owned());
            return Err(QuestionError::Doubled { shard: a.shard.text(), first, second });
        }
    }
    let there = |part: &u32| parts.iter().any(|p| p.shard.part == *part);
    let missing: Vec<String> =
        (1..=of).filter(|part| !there(part)).map(|part| format!("{part}/{of}")).collect();
    if missing.is_empty() { Ok(()) } else { Err(QuestionError::Missing { missing }) }
}
