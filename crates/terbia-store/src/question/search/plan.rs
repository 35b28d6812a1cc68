//! What is searched, and how long? The section `[search]` of a study, with what the command line says.

use super::{LeverRef, SearchFingerprint};
use crate::load::{Project, Sheet};
use crate::posterior::Posterior;
use crate::question::error::{MOST_RUNS, QuestionError};
use crate::question::manifest::StudyFingerprint;
use crate::question::plan::{Options, Planned};
use crate::question::policy::{Policy, policies_of};
use crate::question::switch::{bare, under};
use crate::spec::{At, Search, Study};
use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;
use terbia_lab::search::Variable;

/// Portfolios of a generation, generations, and futures of a trial, unless somebody says otherwise.
const USUAL: (u32, u32, u32) = (24, 12, 64);
/// Futures of the judgement, for each of the search.
const JUDGED: u32 = 8;
/// What makes the seed of the judgement another one.
const OTHER_FUTURES: u64 = 0x4A55_4447;

/// What is left to the command line: in place of what the study says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchOptions {
    /// Portfolios of a generation.
    pub population: Option<u32>,
    /// Generations, the first included.
    pub generations: Option<u32>,
    /// Futures in which every portfolio is tried.
    pub members: Option<u32>,
    /// Seed.
    pub seed: Option<u64>,
    /// What the values of the numbers are taken from; their priors if absent.
    pub posterior: Option<Arc<Posterior>>,
    /// Threads; 0 means all cores.
    pub jobs: usize,
}

/// A search before it starts.
#[derive(Debug)]
pub struct SearchPlanned {
    /// All that decides its result.
    pub fingerprint: SearchFingerprint,
    /// The question of the study.
    pub question: String,
    /// Two policies under the scenario: the reference, and the same with all levers at their low ends.
    pub(super) runs: Planned,
    /// Place of the scenario among those of the study.
    pub(super) place: usize,
    pub(super) levers: Vec<LeverRef>,
    /// Levels of the levers that the search begins with, beside those that fill the space.
    pub(super) known: Vec<Vec<f64>>,
    pub(super) negligible: Vec<Option<f64>>,
    pub(super) jobs: usize,
}

impl SearchPlanned {
    /// Compiles what the study's search and the options ask for and checks them.
    pub fn new(
        project: &Project,
        name: &str,
        sheet: &Sheet<Study>,
        options: &SearchOptions,
    ) -> Result<Self, QuestionError> {
        let study = &sheet.spec;
        let Some(search) = &study.search else {
            return Err(QuestionError::NoSearch { name: name.to_owned() });
        };
        let sizes = Sizes::of(search, options)?;
        let levers = levers(project, search);
        let policies = policies_of(study);
        let reference = policies.first().cloned();
        let reference =
            reference.ok_or_else(|| QuestionError::NoSearch { name: name.to_owned() })?;
        let mut frame = reference.clone();
        frame.id = format!("{}-searched", reference.id);
        frame.set.extend(levers.iter().map(|l| (l.path.clone(), l.low)));
        let objectives: Vec<&At<String>> = search.objectives.iter().collect();
        let spec = bare(study, &[reference.clone(), frame], &objectives);
        let given = Options {
            members: Some(sizes.members),
            seed: Some(options.seed.or(search.seed).unwrap_or(study.design.seed)),
            posterior: options.posterior.clone(),
            jobs: options.jobs,
            ..Options::default()
        };
        let runs = Planned::new(project, name, &Sheet { file: sheet.file.clone(), spec }, &given)?;
        let (place, scenario) = under(&runs.manifest.contents, search.scenario.as_ref());
        let negligible = |id: &&At<String>| search.negligible.get(*id).map(|w| *w.get());
        let most = sizes.population as usize / 2;
        let known = policies.iter().filter_map(|p| known(p, &reference, &levers));
        Ok(Self {
            fingerprint: sizes.fingerprint(&runs.manifest.fingerprint, scenario),
            question: study.question.get().clone(),
            place,
            known: known.take(most).collect(),
            negligible: objectives.iter().map(negligible).collect(),
            jobs: options.jobs,
            runs,
            levers,
        })
    }

    /// The folder that a search gets when the user names none: the same search, the same folder.
    pub fn default_dir(&self) -> PathBuf {
        let print = &self.fingerprint;
        let text = serde_json::to_string(print).unwrap_or_default();
        let hash = format!("{:x}", Sha256::digest(text));
        let short = hash.get(..8).unwrap_or_default();
        PathBuf::from("runs").join(format!("{}-{}-search-{short}", print.corridor.id, print.study))
    }
}

/// How large a search is.
struct Sizes {
    population: u32,
    generations: u32,
    members: u32,
    judged_members: u32,
}

impl Sizes {
    /// What the command line says, else the study, else what is usual.
    fn of(search: &Search, options: &SearchOptions) -> Result<Self, QuestionError> {
        let count = |given: Option<u32>, own: &Option<At<u32>>, usual| {
            given.or(own.as_ref().map(|n| *n.get())).unwrap_or(usual)
        };
        let population = count(options.population, &search.population, USUAL.0);
        let generations = count(options.generations, &search.generations, USUAL.1);
        let members = count(options.members, &search.members, USUAL.2);
        let judged_members = count(None, &search.judged_members, members.saturating_mul(JUDGED));
        let counts = [
            ("population", population, 4),
            ("generations", generations, 1),
            ("members", members, 2),
        ];
        if let Some((what, given, least)) =
            counts.into_iter().find(|(_, given, least)| given < least)
        {
            return Err(QuestionError::TooFew { what, given, least });
        }
        let portfolios = u64::from(population) * u64::from(generations);
        if portfolios.saturating_mul(u64::from(members)) > MOST_RUNS {
            let cases = usize::try_from(portfolios).unwrap_or(usize::MAX);
            return Err(QuestionError::TooMany { members, cases });
        }
        Ok(Self { population, generations, members, judged_members })
    }

    fn fingerprint(self, print: &StudyFingerprint, scenario: String) -> SearchFingerprint {
        let Self { population, generations, members, judged_members } = self;
        SearchFingerprint {
            terbia: print.terbia.clone(),
            corridor: print.corridor.clone(),
            study: print.study.clone(),
            study_sha256: print.study_sha256.clone(),
            scenario,
            design: print.design.clone(),
            seed: print.seed,
            judged_seed: print.seed ^ OTHER_FUTURES,
            members,
            judged_members,
            population,
            generations,
            posterior_sha256: print.posterior_sha256.clone(),
        }
    }
}

/// The levers that may be turned, with what the corridor says of them.
fn levers(project: &Project, search: &Search) -> Vec<LeverRef> {
    let of = |asked: &crate::spec::SearchLever| {
        let id = asked.path.strip_prefix("lever.").unwrap_or(&asked.path);
        let id = id.split_once('@').map_or(id, |(id, _)| id);
        let view = project.lever(id);
        LeverRef {
            path: asked.path.get().clone(),
            label: view.map(|v| v.meaning().to_owned()).unwrap_or_default(),
            owner: view.map(|v| v.owner.to_owned()).unwrap_or_default(),
            unit: view.map(|v| v.info.unit.to_owned()).unwrap_or_default(),
            neutral: view.and_then(|v| v.info.neutral),
            low: *asked.low.get(),
            high: *asked.high.get(),
            step: asked.step.as_ref().map(|s| *s.get()),
        }
    };
    search.levers.iter().map(of).collect()
}

/// The levels of a policy of the study, if it turns nothing that is not searched or that the reference
/// does not turn alike; a lever that it leaves alone is at what changes nothing.
fn known(policy: &Policy, reference: &Policy, levers: &[LeverRef]) -> Option<Vec<f64>> {
    let searched = |path: &String| levers.iter().any(|l| l.path == *path);
    let fits =
        |(path, value): (&String, &f64)| searched(path) || reference.set.get(path) == Some(value);
    let kept = reference.set.keys().all(|path| searched(path) || policy.set.contains_key(path));
    if !kept || !policy.set.iter().all(fits) {
        return None;
    }
    let level =
        |lever: &LeverRef| lever.level(policy.set.get(&lever.path).copied().or(lever.neutral)?);
    levers.iter().map(level).collect()
}

impl LeverRef {
    /// Settings that it has, if they are counted.
    fn steps(&self) -> Option<i32> {
        // Rounding must not cost the last step.
        self.step.map(|step| ((self.high - self.low) / step + 1e-9).floor() as i32)
    }

    /// What is varied in its place.
    pub(super) fn variable(&self) -> Variable {
        match self.steps() {
            Some(steps) => Variable::Integer { low: 0, high: steps },
            None => Variable::Continuous { low: self.low, high: self.high },
        }
    }

    /// Its setting at a level of that variable.
    pub(super) fn setting(&self, level: f64) -> f64 {
        match self.step {
            // Without the noise of the last digits, which would be printed and typed again.
            Some(step) => {
                let exact = self.low + level * step;
                let plain = format!("{exact:.12}").parse().unwrap_or(exact);
                f64::clamp(plain, self.low, self.high)
            }
            None => level,
        }
    }

    /// The level of a setting, if it is one that is tried.
    fn level(&self, setting: f64) -> Option<f64> {
        if !(self.low..=self.high).contains(&setting) {
            return None;
        }
        let Some(step) = self.step else { return Some(setting) };
        let level = ((setting - self.low) / step).round();
        let near = (self.setting(level) - setting).abs() <= 1e-9 * step;
        (near && self.steps().is_some_and(|most| level <= f64::from(most))).then_some(level)
    }
}
