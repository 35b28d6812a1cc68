//! What differs between corridors, and what follows? What `terbia compare` does.
//!
//! 1. A file of `corridors/comparisons/` names corridors, each with a scenario and months of its own, and
//!    rows. A cell of the table is a measure over runs, how long something lasts, a number of the corridor,
//!    a range that its evidence carries, or the reason why there is none.
//! 2. Of each corridor the cells that are simulated make one study, in which nobody turns a lever. All of
//!    them have the same number of futures and the same seed.
//! 3. What is simulated and what is not stays told apart in every form of the answer.
//!
//! The same comparison gives the same bytes on however many threads. Limits: corridors differ in everything
//! at once, and meet no common futures: a difference between two columns has many causes, and no interval.

mod cell;
mod error;
mod keep;
mod page;
mod told;

pub use error::ComparisonError;
pub use keep::{FIGURE, JSON, PAGE, PAPER, TABLE};
pub use page::{LIMITS, PARTS, READING};
pub use told::{
    Answer, CellKind, ComparisonFingerprint, ComparisonManifest, ToldCell, ToldCorridor, ToldRow,
};

use super::{Options, Planned, Watch, gather::gather};
use crate::bundled::COMPARISONS;
use crate::load::{self, Ground, LoadError, Project, Sheet, nearest};
use crate::output::Counts;
use crate::spec;
use crate::study::Keep;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use terbia_model::kernel::param::Definition;

/// Most futures of a comparison: one number for each of them, corridor and row is kept in memory.
pub const MOST_FUTURES: u32 = 1_000_000;

/// A comparison with its corridors, checked.
#[derive(Debug)]
pub struct Comparison {
    /// Its name: that of its file.
    pub name: String,
    /// What it asks.
    pub sheet: Sheet<spec::Comparison>,
    /// Its corridors, in the order of their columns.
    sides: Vec<Side>,
}

/// A corridor of a comparison.
#[derive(Debug)]
struct Side {
    project: Project,
    /// Its numbers under the scenario; one that is held has a range of one value.
    numbers: Vec<Definition>,
    /// What is measured of it.
    study: Sheet<spec::Study>,
}

/// What is left to the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compare {
    /// Number of futures of each corridor, in place of the comparison's own.
    pub members: Option<u32>,
    /// Seed, in place of the comparison's own.
    pub seed: Option<u64>,
    /// Threads; 0 means all cores.
    pub jobs: usize,
}

/// A comparison on disk.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its folder.
    pub dir: PathBuf,
    /// What it says.
    pub answer: Answer,
    /// Whether it was there already and nothing had to be run.
    pub again: bool,
}

/// The bundled comparisons: name and question.
pub fn bundled() -> Result<Vec<(&'static str, String)>, ComparisonError> {
    let asked = |(name, text): &(&'static str, &str)| {
        let sheet = read(name, (*text).to_owned())?;
        Ok((*name, sheet.spec.question.get().clone()))
    };
    COMPARISONS.iter().map(asked).collect()
}

fn read(name: &str, text: String) -> Result<Sheet<spec::Comparison>, ComparisonError> {
    let invalid = |problems| ComparisonError::Invalid { name: name.to_owned(), problems };
    load::read_comparison(&format!("{name}.toml"), text).map_err(invalid)
}

impl Comparison {
    /// The bundled comparison of this name, or the file at this path, with its corridors.
    pub fn load(name_or_path: &str) -> Result<Self, ComparisonError> {
        if let Some((name, text)) = COMPARISONS.iter().find(|(name, _)| *name == name_or_path) {
            return Self::of(name, (*text).to_owned(), None);
        }
        let path = Path::new(name_or_path);
        if path.extension().is_none_or(|e| e != "toml") {
            let known: Vec<String> = COMPARISONS.iter().map(|(n, _)| (*n).to_owned()).collect();
            let near = nearest(name_or_path, known.iter().map(String::as_str));
            return Err(ComparisonError::Unknown { name: name_or_path.to_owned(), near, known });
        }
        let text = load::files::read(path)
            .map_err(|fault| fault.to_string())
            .and_then(|text| text.ok_or_else(|| "there is no such file".to_owned()));
        let unread = |what| ComparisonError::Read { path: path.to_owned(), what };
        let name = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self::of(&name, text.map_err(unread)?, path.parent())
    }

    /// The comparison of this text; folders are looked for from `folder` on.
    fn of(name: &str, text: String, folder: Option<&Path>) -> Result<Self, ComparisonError> {
        let sheet = read(name, text)?;
        let invalid = |problems| ComparisonError::Invalid { name: name.to_owned(), problems };
        let mut found = Vec::with_capacity(sheet.spec.corridors.len());
        for compared in &sheet.spec.corridors {
            let project = match project(compared, folder) {
                Err(ComparisonError::Load(
                    LoadError::Unknown { .. } | LoadError::NoFolder { .. },
                )) => {
                    return Err(invalid(load::absent(&sheet, compared)));
                }
                found => found?,
            };
            let numbers = numbers(&project, compared);
            found.push((project, numbers));
        }
        let grounds: Vec<Ground<'_>> =
            found.iter().map(|(project, numbers)| Ground { project, numbers }).collect();
        let studies = load::studies(&sheet, &grounds).map_err(invalid)?;
        let side = |((project, numbers), study)| Side { project, numbers, study };
        let sides = found.into_iter().zip(studies).map(side).collect();
        Ok(Self { name: name.to_owned(), sheet, sides })
    }

    /// Everything compiled, and what decides the answer.
    fn planned(
        &self,
        asked: &Compare,
    ) -> Result<(ComparisonFingerprint, Vec<Planned>), ComparisonError> {
        let spec = &self.sheet.spec;
        let members = asked.members.unwrap_or(*spec.members.get());
        if members > MOST_FUTURES {
            return Err(ComparisonError::TooMany { members });
        }
        let seed = asked.seed.unwrap_or(spec.seed);
        let options = Options {
            members: Some(members),
            seed: Some(seed),
            jobs: asked.jobs,
            ..Options::default()
        };
        let plan = |side: &Side| Planned::new(&side.project, &self.name, &side.study, &options);
        let planned = self.sides.iter().map(plan).collect::<Result<Vec<_>, _>>()?;
        let print = ComparisonFingerprint {
            terbia: env!("CARGO_PKG_VERSION").into(),
            comparison: self.name.clone(),
            comparison_sha256: format!("{:x}", Sha256::digest(self.sheet.file.text())),
            seed,
            members,
            corridors: planned.iter().map(|p| p.manifest.fingerprint.clone()).collect(),
        };
        Ok((print, planned))
    }
}

/// A corridor of a comparison: its folder is reckoned from that of the file.
fn project(compared: &spec::Compared, folder: Option<&Path>) -> Result<Project, ComparisonError> {
    let named = compared.folder.as_ref().unwrap_or(&compared.id);
    let beside = folder.map(|f| f.join(named.get())).filter(|path| path.is_dir());
    match (&compared.folder, beside) {
        (Some(_), Some(path)) => Ok(Project::load_folder(&path)?),
        _ => Ok(Project::load(named)?),
    }
}

/// The numbers of a corridor under the scenario of a comparison, as far as it compiles.
fn numbers(project: &Project, compared: &spec::Compared) -> Vec<Definition> {
    let scenario = compared.scenario.as_ref().map(|s| s.get().as_str());
    let scenario = scenario.unwrap_or_else(|| project.default_scenario());
    let Ok(compiled) = project.compile(scenario, None, &[]) else {
        return project.corridor.numbers.clone();
    };
    let held = |(mut number, held): (Definition, Option<f64>)| {
        if let Some(value) = held {
            (number.value, number.low, number.high) = (value, value, value);
        }
        number
    };
    compiled.corridor.numbers.into_iter().zip(compiled.fixed).map(held).collect()
}

/// Runs the corridors and keeps the answer. If the same comparison is in its own folder already, nothing is
/// run.
pub fn compare(
    comparison: &Comparison,
    asked: &Compare,
    keep: &Keep,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Done, ComparisonError> {
    let began = keep::Began::now();
    let (print, planned) = comparison.planned(asked)?;
    let dir = keep.dir.clone().unwrap_or_else(|| keep::default_dir(&print));
    if keep.dir.is_none()
        && let Some(answer) = keep::kept(&dir, &print)?
    {
        return Ok(Done { dir, answer, again: true });
    }
    keep::free(&dir)?;
    let answer = answered(comparison, (print, &planned), asked.jobs, stop, watch)?;
    keep::write(&dir, &answer, (&keep.command, asked.jobs), &began)?;
    Ok(Done { dir, answer, again: false })
}

/// Runs the corridors, one after the other, and fills the table.
fn answered(
    comparison: &Comparison,
    (print, planned): (ComparisonFingerprint, &[Planned]),
    jobs: usize,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Answer, ComparisonError> {
    let measured = |p: &&Planned| !p.manifest.contents.outcomes.is_empty();
    (watch.planned)(u64::from(print.members) * planned.iter().filter(measured).count() as u64);
    let spec = &comparison.sheet.spec;
    let mut columns = Vec::with_capacity(planned.len());
    let mut corridors = Vec::with_capacity(planned.len());
    for ((compared, side), plan) in spec.corridors.iter().zip(&comparison.sides).zip(planned) {
        let outcomes = &plan.manifest.contents.outcomes;
        let mut runs = Counts::default();
        let mut values = Vec::new();
        if !outcomes.is_empty() {
            let paired = plan.paired()?;
            let gathered = gather(&paired, (print.members, &[]), jobs, stop, watch)
                .ok_or(ComparisonError::Stopped)?;
            let all = u64::from(print.members);
            runs = Counts { diverged: gathered.diverged, ok: all - gathered.diverged };
            values = gathered.outcomes.into_iter().next().unwrap_or_default();
        }
        let ids = outcomes.iter().map(|o| o.id.as_str());
        let column = cell::Column {
            corridor: compared.id.get(),
            values: ids.zip(values.iter().map(Vec::as_slice)).collect(),
            numbers: &side.numbers,
            seed: print.seed,
        };
        let cell = |row| cell::cell(row, &column);
        columns.push(spec.rows.iter().map(cell).collect::<Vec<ToldCell>>());
        corridors.push(told::corridor(compared, &side.project, runs));
    }
    let row = |(place, row): (usize, &spec::ComparisonRow)| {
        let cells = columns.iter().filter_map(|column| column.get(place).cloned());
        told::row(row, cells.collect())
    };
    Ok(Answer {
        format: told::FORMAT,
        of: print,
        question: spec.question.get().clone(),
        doc: spec.doc.clone(),
        corridors,
        rows: spec.rows.iter().enumerate().map(row).collect(),
    })
}
