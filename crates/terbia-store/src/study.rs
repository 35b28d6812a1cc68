//! How is a corridor run, kept and scored? The operations behind `terbia run` and `terbia score`.

use crate::load::{AsOf, CompileError, Compiled, OriginError, Project};
use crate::output::{
    Column, Columns, CorridorRef, Cube, Fingerprint, Manifest, OutputError, RunDir, SERIES, Status,
};
use crate::posterior::{Posterior, PosteriorError};
use crate::record::{self, ScoreRow};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use terbia_lab::across::Across;
use terbia_lab::check::{self, Pattern, PatternResult, SeedResult};
use terbia_lab::corridor::{Particles, Study};
use terbia_lab::ensemble::{self, Ended, Plan};
use terbia_lab::measure::MeasureError;
use terbia_model::config::Corridor;
use terbia_model::kernel::id::{Id, NumberId};
use terbia_model::kernel::time::Month;
use terbia_model::outcome;

/// Most members of one ensemble: some 300 GB of results.
pub const MOST_MEMBERS: u32 = 10_000_000;

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Name of the scenario; the corridor's default if absent.
    pub scenario: Option<String>,
    /// Number of runs.
    pub members: u32,
    /// Seed of the design and of all draws.
    pub seed: u64,
    /// Last month; the corridor's own if absent.
    pub until: Option<Month>,
    /// Numbers held at a value, by path.
    pub sets: Vec<(String, f64)>,
    /// What the values of the numbers are taken from; the prior if absent.
    pub posterior: Option<Arc<Posterior>>,
    /// Threads; 0 means all cores.
    pub jobs: usize,
    /// Last month that the record drives, in place of the scenario's own
    /// ([`Project::compile_as_of`]).
    pub replay_until: Option<Month>,
    /// Last month whose politics is given although `replay_until` ends the record before it.
    pub politics_until: Option<Month>,
}

impl Options {
    /// So many runs of the default scenario, from the prior.
    pub fn new(members: u32, seed: u64) -> Self {
        Self {
            scenario: None,
            members,
            seed,
            until: None,
            sets: Vec::new(),
            posterior: None,
            jobs: 0,
            replay_until: None,
            politics_until: None,
        }
    }

    /// Where the record is cut, if not where the scenario says.
    fn as_of(&self) -> Option<AsOf> {
        self.replay_until.map(|origin| AsOf { origin, politics: self.politics_until })
    }
}

/// Where a run is kept, and what to do with what is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Keep {
    /// Folder; one named after the run, under `runs/`, if absent.
    pub dir: Option<PathBuf>,
    /// Whether to go on with the run that is there.
    pub resume: bool,
    /// The command that repeats it.
    pub command: String,
}

/// A run on disk.
#[derive(Debug)]
pub struct Kept {
    /// Its folder.
    pub dir: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    /// Whether it was there already, complete, and nothing had to be run.
    pub found: bool,
    /// Its outcomes across the runs.
    pub cube: Cube,
    /// The corridor that was run.
    pub compiled: Compiled,
    /// What the values of its numbers came from, if not the prior.
    pub posterior: Option<Arc<Posterior>>,
}

/// Why a corridor could not be run or scored.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum StudyError {
    /// The scenario, a month or a number held is not one of the corridor's.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Compile(#[from] CompileError),
    /// The posterior does not fit the corridor.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Posterior(#[from] PosteriorError),
    /// The record cannot be cut where it is asked to be.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Origin(#[from] OriginError),
    /// The results cannot be kept or read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] OutputError),
    /// A measure of the record cannot be taken.
    #[error(transparent)]
    #[diagnostic(code(terbia::study::measure), help("run `terbia check` on the corridor"))]
    Measure(#[from] MeasureError),
    /// The last month asked for is not one of the corridor's.
    #[error("the run cannot end in {until}: the corridor runs from {start} to {end}")]
    #[diagnostic(
        code(terbia::study::until),
        help("give --until a month from {start} to {end}, or extend `end` in corridor.toml")
    )]
    Until {
        /// Asked for.
        until: Month,
        /// First month.
        start: Month,
        /// Last month.
        end: Month,
    },
    /// More than one folder should hold.
    #[error("{members} members are too many for one folder; {} can be run at once", MOST_MEMBERS)]
    #[diagnostic(
        code(terbia::study::too_many),
        help(
            "give --members {} or fewer, and go on with other seeds in other folders",
            MOST_MEMBERS
        )
    )]
    TooMany {
        /// Asked for.
        members: u32,
    },
    /// There is nothing to run.
    #[error("an ensemble needs at least one member")]
    #[diagnostic(code(terbia::study::members), help("give --members 1 or more"))]
    NoMembers,
    /// The user stopped it; what was finished is kept.
    #[error("stopped after {finished} of {members} runs; they are kept in {}", dir.display())]
    #[diagnostic(code(terbia::study::stopped), help("repeat the command with --resume to go on"))]
    Stopped {
        /// Runs that are kept.
        finished: u64,
        /// Runs asked for.
        members: u32,
        /// Where.
        dir: PathBuf,
    },
    /// The user stopped a run that is not kept.
    #[error("stopped")]
    #[diagnostic(
        code(terbia::study::interrupted),
        help("repeat the command: nothing of a score is kept")
    )]
    Interrupted,
}

impl StudyError {
    /// Whether the user stopped it, which is no failure.
    pub fn stopped(&self) -> bool {
        matches!(self, Self::Stopped { .. } | Self::Interrupted)
    }
}

/// How far a run has got: called from the worker threads with the number of runs that ended.
pub type Progress<'a> = &'a (dyn Fn(u32) + Sync);

/// A run before it starts: the corridor compiled, the fingerprint taken.
#[derive(Debug)]
pub struct Planned {
    /// The corridor that will run.
    pub compiled: Compiled,
    /// What identifies the run.
    pub fingerprint: Fingerprint,
    columns: Columns,
    particles: Option<Particles>,
    options: Options,
}

impl Planned {
    /// Compiles what `options` ask for and checks them.
    pub fn new(project: &Project, options: &Options) -> Result<Self, StudyError> {
        if options.members == 0 {
            return Err(StudyError::NoMembers);
        }
        if options.members > MOST_MEMBERS {
            return Err(StudyError::TooMany { members: options.members });
        }
        let scenario =
            options.scenario.clone().unwrap_or_else(|| project.default_scenario().into());
        let start = project.corridor.start;
        let until = options.until.unwrap_or_else(|| start.plus(project.months() as i32 - 1));
        let months = months_to(project, until)?;
        let as_of = options.as_of();
        if let Some(as_of) = as_of {
            project.given_after(as_of, &scenario, &options.sets)?;
        }
        let compiled = project.compile_as_of(as_of, &scenario, Some(months), &options.sets)?;
        let posterior = options.posterior.as_deref();
        let particles = posterior.map(|p| p.particles(&compiled.corridor)).transpose()?;
        let columns = columns(&compiled.corridor);
        let sets: BTreeMap<String, f64> = options.sets.iter().cloned().collect();
        let names = columns.series.iter().map(|c| c.name.clone()).collect();
        let fingerprint = Fingerprint {
            terbia: env!("CARGO_PKG_VERSION").into(),
            corridor: CorridorRef {
                id: project.id.clone(),
                name: compiled.corridor.name.clone(),
                sha256: project.sha256.clone(),
            },
            scenario,
            seed: options.seed,
            members: options.members,
            start: start.to_string(),
            until: until.to_string(),
            months,
            replay_until: options.replay_until.map(|month| month.to_string()),
            politics_until: options.politics_until.map(|month| month.to_string()),
            sets,
            posterior_sha256: posterior.map(|p| p.sha256.clone()),
            chunk_runs: Plan::default().chunk_runs,
            columns: names,
            columns_sha256: columns.sha256(),
        };
        Ok(Self { compiled, fingerprint, columns, particles, options: options.clone() })
    }

    /// The folder that a run gets when the user names none: the same run, the same folder.
    pub fn default_dir(&self) -> PathBuf {
        let text = serde_json::to_string(&self.fingerprint).unwrap_or_default();
        let hash = format!("{:x}", Sha256::digest(text));
        let Fingerprint { corridor, scenario, .. } = &self.fingerprint;
        let short = hash.get(..8).unwrap_or_default();
        Path::new("runs").join(format!("{}-{scenario}-{short}", corridor.id))
    }

    /// What the values of the numbers are taken from, if not the prior.
    pub(crate) fn particles(&self) -> Option<&Particles> {
        self.particles.as_ref()
    }

    /// The posterior that these come from.
    pub(crate) fn posterior(&self) -> Option<&Posterior> {
        self.options.posterior.as_deref()
    }

    fn study(&self) -> Study<'_> {
        let corridor = &self.compiled.corridor;
        let mut study = Study::new(corridor, self.fingerprint.months, self.options.seed);
        if let Some(particles) = &self.particles {
            study = study.believing(particles);
        }
        for (place, value) in self.compiled.fixed.iter().enumerate() {
            if let Some(value) = value {
                study = study.with(NumberId::new(place), *value);
            }
        }
        study
    }

    fn fill(
        &self,
        dir: RunDir,
        stop: &AtomicBool,
        progress: Progress<'_>,
    ) -> Result<Manifest, StudyError> {
        let Fingerprint { members, chunk_runs, .. } = self.fingerprint;
        let plan = Plan { members, chunk_runs, jobs: self.options.jobs, ..Plan::default() };
        let ended = ensemble::run(&self.study(), &plan, &dir, stop, progress);
        match ended {
            Ok(Ended::Complete) => Ok(dir.finish()?),
            Ok(Ended::Stopped) => Ok(dir.pause()?),
            Err(error) => {
                // The parts that stand are kept whatever the manifest can still be told.
                let _ = dir.pause();
                Err(error.into())
            }
        }
    }
}

/// Months of a run of a corridor that ends with `until`.
pub(crate) fn months_to(project: &Project, until: Month) -> Result<usize, StudyError> {
    let start = project.corridor.start;
    let end = start.plus(project.months() as i32 - 1);
    if until < start || until > end {
        return Err(StudyError::Until { until, start, end });
    }
    Ok((until.since(start) + 1) as usize)
}

/// Runs an ensemble and keeps it.
///
/// If the same run is there already, complete, it is read instead of run again.
pub fn run(
    planned: Planned,
    keep: &Keep,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Kept, StudyError> {
    let dir = keep.dir.clone().unwrap_or_else(|| planned.default_dir());
    let manifest =
        Manifest::new(planned.fingerprint.clone(), planned.options.jobs, keep.command.clone());
    // A folder named after the run can hold no other run: going on with it is what is meant.
    let complete = keep.dir.is_none()
        && matches!(Manifest::read(&dir), Ok(Some(m)) if m.status == Status::Complete);
    let resume = keep.resume || complete;
    let run_dir = if resume {
        RunDir::resume(&dir, manifest, &planned.columns)?
    } else {
        RunDir::create(&dir, manifest, &planned.columns)?
    };
    let found = run_dir.manifest().status == Status::Complete;
    let manifest = planned.fill(run_dir, stop, progress)?;
    if manifest.status != Status::Complete {
        let finished = manifest.runs.diverged + manifest.runs.ok;
        return Err(StudyError::Stopped { finished, members: planned.fingerprint.members, dir });
    }
    let cube = Cube::open(&dir.join(SERIES), planned.options.jobs)?;
    let posterior = planned.options.posterior;
    Ok(Kept { dir, manifest, found, cube, compiled: planned.compiled, posterior })
}

/// An ensemble that was only read, not kept.
#[derive(Debug)]
pub(crate) struct Passed {
    /// Its outcomes across the runs.
    pub(crate) cube: Cube,
    /// What was run, and how it ended.
    pub(crate) manifest: Manifest,
    /// The corridor that was run.
    pub(crate) compiled: Compiled,
}

impl Passed {
    /// First month.
    fn start(&self) -> Month {
        self.compiled.corridor.start
    }
}

/// Runs an ensemble that is only read, not kept.
pub(crate) fn passing(
    project: &Project,
    options: &Options,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Passed, StudyError> {
    let planned = Planned::new(project, options)?;
    let dir = tempfile::tempdir()
        .map_err(|e| OutputError::io(&std::env::temp_dir(), "make a folder in", e))?;
    let manifest = Manifest::new(planned.fingerprint.clone(), options.jobs, String::new());
    // A folder inside the temporary one, so that the lock goes with it.
    let inner = dir.path().join("run");
    let manifest =
        planned.fill(RunDir::create(&inner, manifest, &planned.columns)?, stop, progress)?;
    if manifest.status != Status::Complete {
        return Err(StudyError::Interrupted);
    }
    let cube = Cube::open(&inner.join(SERIES), options.jobs)?;
    Ok(Passed { cube, manifest, compiled: planned.compiled })
}

/// The record beside a run that is kept.
pub fn scoreboard(project: &Project, kept: &Kept) -> Result<Vec<ScoreRow>, StudyError> {
    let start = kept.compiled.corridor.start;
    let seed = kept.manifest.fingerprint.seed;
    board(project, &kept.cube, start, kept.posterior.as_deref(), seed)
}

/// The record beside runs; beside what the record would show of them, if there is a posterior to
/// say how it drifts about the model.
fn board(
    project: &Project,
    across: &impl Across,
    start: Month,
    posterior: Option<&Posterior>,
    seed: u64,
) -> Result<Vec<ScoreRow>, StudyError> {
    let evidence = &project.evidence;
    Ok(match posterior {
        Some(posterior) => {
            record::scoreboard(evidence, &posterior.as_recorded(project, across, seed), start)?
        }
        None => record::scoreboard(evidence, across, start)?,
    })
}

/// The record beside an ensemble of the default scenario.
pub fn score(
    project: &Project,
    options: &Options,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Vec<ScoreRow>, StudyError> {
    let passed = passing(project, options, stop, progress)?;
    board(project, &passed.cube, passed.start(), options.posterior.as_deref(), options.seed)
}

/// The patterns of a corridor, in order.
pub fn patterns(project: &Project) -> Vec<Pattern> {
    project.checks.iter().map(|sheet| record::pattern(&sheet.spec)).collect()
}

/// Number of runs that checking `patterns` takes.
pub fn runs_of(patterns: &[Pattern]) -> u64 {
    grouped(patterns).keys().map(|(_, _, members)| u64::from(*members)).sum()
}

/// Each ensemble that patterns ask for once, with the patterns that it serves.
fn grouped(patterns: &[Pattern]) -> BTreeMap<(String, u64, u32), Vec<usize>> {
    let mut groups: BTreeMap<(String, u64, u32), Vec<usize>> = BTreeMap::new();
    for (place, pattern) in patterns.iter().enumerate() {
        if pattern.not_applicable.is_some() {
            continue;
        }
        for seed in &pattern.seeds {
            let key = (pattern.scenario.clone(), *seed, pattern.members);
            groups.entry(key).or_default().push(place);
        }
    }
    groups
}

/// Whether the corridor shows its patterns, each under all of its seeds.
pub fn check_patterns(
    project: &Project,
    patterns: &[Pattern],
    posterior: Option<&Arc<Posterior>>,
    jobs: usize,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Vec<PatternResult>, StudyError> {
    let mut by_pattern: Vec<Vec<SeedResult>> = vec![Vec::new(); patterns.len()];
    for ((scenario, seed, members), places) in grouped(patterns) {
        let (scenario, posterior) = (Some(scenario), posterior.cloned());
        let options = Options { scenario, posterior, jobs, ..Options::new(members, seed) };
        let passed = passing(project, &options, stop, progress)?;
        for place in places {
            if let (Some(results), Some(pattern)) = (by_pattern.get_mut(place), patterns.get(place))
            {
                results.push(check::check(pattern, seed, &passed.cube, passed.start())?);
            }
        }
    }
    Ok(patterns.iter().zip(by_pattern).map(|(p, seeds)| PatternResult::new(p, seeds)).collect())
}

/// The columns of a corridor's tables.
pub fn columns(corridor: &Corridor) -> Columns {
    let outcomes = outcome::columns(corridor);
    Columns {
        series: outcomes.iter().map(|c| Column::new(&c.name, c.unit, &c.doc)).collect(),
        inputs: corridor.numbers.iter().map(|d| Column::new(&d.path, &d.unit, &d.doc)).collect(),
        scalars: outcomes
            .iter()
            .map(|c| {
                let kind = c.scalar.name();
                Column::new(
                    format!("{}.{kind}", c.name),
                    c.unit,
                    format!("{}: {kind} over the run", c.doc),
                )
            })
            .collect(),
    }
}
