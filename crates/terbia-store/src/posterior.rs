//! What does the record leave to be believed about the numbers? A posterior, kept and used.
//!
//! A posterior is a folder that `terbia calibrate` writes. [`TABLE`] holds its particles, one a row
//! and all equally likely: a column for each number of the corridor that was varied, by its path,
//! and for each drift of the record about the model its size and memory,
//! `discrepancy.ID.sd` and `discrepancy.ID.memory_months`.

use crate::load::Project;
use crate::observe;
use crate::output::{Doubles, OutputError};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use terbia_lab::across::{Across, Scaled};
use terbia_lab::corridor::Particles;
use terbia_lab::discrepancy::{Drift, Residual};
use terbia_lab::learn::Figure;
use terbia_lab::measure::{self, MeasureError};
use terbia_model::config::Corridor;
use terbia_model::kernel::math::exp;
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::rng::Draws;
use terbia_model::kernel::time::Month;

/// The particles.
pub const TABLE: &str = "posterior.parquet";

/// Particles read from a folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Where they stand.
    pub dir: PathBuf,
    /// SHA-256 of the table.
    pub sha256: String,
    table: Doubles,
}

/// Why a posterior cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum PosteriorError {
    /// It cannot be read.
    #[error("there is no posterior in {}", dir.display())]
    #[diagnostic(
        code(terbia::posterior::read),
        help("give the folder that `terbia calibrate CORRIDOR --out DIR` wrote")
    )]
    Read {
        /// The folder.
        dir: PathBuf,
        /// Why.
        #[source]
        source: OutputError,
    },
    /// It holds no particle.
    #[error("the posterior in {} holds no particle", dir.display())]
    #[diagnostic(code(terbia::posterior::empty), help("calibrate again into another folder"))]
    Empty {
        /// The folder.
        dir: PathBuf,
    },
    /// It was made for other numbers.
    #[error("the posterior in {} has no number of this corridor", dir.display())]
    #[diagnostic(
        code(terbia::posterior::other),
        help("give a posterior of the corridor that is run, or calibrate it")
    )]
    Other {
        /// The folder.
        dir: PathBuf,
    },
    /// A number has moved out of the range that it is given now.
    #[error("the posterior in {} holds {path} = {value}, outside its range {low} to {high}", dir.display())]
    #[diagnostic(
        code(terbia::posterior::range),
        help("the range has changed since: calibrate again, or give the range back")
    )]
    Range {
        /// The folder.
        dir: PathBuf,
        /// The number.
        path: String,
        /// Its value.
        value: f64,
        /// Lower end of the range.
        low: f64,
        /// Upper end.
        high: f64,
    },
}

impl Posterior {
    /// Reads the posterior kept in `dir`.
    pub fn read(dir: &Path) -> Result<Self, PosteriorError> {
        let path = dir.join(TABLE);
        let fail = |source| PosteriorError::Read { dir: dir.to_owned(), source };
        let table = Doubles::read(&path).map_err(fail)?;
        let bytes = std::fs::read(&path).map_err(|e| fail(OutputError::io(&path, "read", e)))?;
        if table.rows() == 0 {
            return Err(PosteriorError::Empty { dir: dir.to_owned() });
        }
        let sha256 = format!("{:x}", Sha256::digest(bytes));
        Ok(Self { dir: dir.to_owned(), sha256, table })
    }

    /// The particles.
    pub fn table(&self) -> &Doubles {
        &self.table
    }

    /// The particles as values of the numbers of `corridor`. Numbers that the posterior does not
    /// know keep their prior.
    pub fn particles(&self, corridor: &Corridor) -> Result<Particles, PosteriorError> {
        let mut numbers = Vec::with_capacity(corridor.numbers.len());
        for number in &corridor.numbers {
            numbers.push(self.believed(number)?.map(<[f64]>::to_vec));
        }
        if numbers.iter().all(Option::is_none) {
            return Err(self.of_another());
        }
        Ok(Particles { numbers, count: self.table.rows() })
    }

    /// What is believed of a number, one value a particle; nothing if the posterior does not know it
    /// or it is held for known.
    pub(crate) fn believed(&self, number: &Definition) -> Result<Option<&[f64]>, PosteriorError> {
        let column = self.table.column(&number.path).filter(|_| number.uncertain());
        for value in column.into_iter().flatten() {
            // The ends are reached only up to rounding.
            let slack = 1e-9 * (number.high - number.low);
            if !(number.low - slack..=number.high + slack).contains(value) {
                return Err(PosteriorError::Range {
                    dir: self.dir.clone(),
                    path: number.path.clone(),
                    value: *value,
                    low: number.low,
                    high: number.high,
                });
            }
        }
        Ok(column)
    }

    /// The fault of knowing none of the numbers.
    pub(crate) fn of_another(&self) -> PosteriorError {
        PosteriorError::Other { dir: self.dir.clone() }
    }

    /// The drift that a particle gives to a discrepancy.
    pub fn drift(&self, id: &str, particle: usize) -> Option<Drift> {
        let of = |part: &str| {
            let column = self.table.column(&format!("discrepancy.{id}.{part}"))?;
            column.get(particle).copied()
        };
        Some(Drift { sd: of("sd")?, memory_months: of("memory_months")? })
    }

    /// The runs as the record would show them: each outcome that drifts times its drift, drawn for
    /// each run from its particle, as `seed` and run decide. Nothing of the record goes in.
    pub fn as_recorded<'a, A: Across>(
        &self,
        project: &Project,
        across: &'a A,
        seed: u64,
    ) -> Scaled<'a, A> {
        let (runs, months) = (across.runs(), across.months());
        let mut scaled = Scaled::new(across);
        let mut path = vec![0.0; months];
        for (place, table) in project.evidence.targets.discrepancies.iter().enumerate() {
            let mut factors = vec![1.0; runs * months];
            for run in 0..runs {
                let particle = run % self.table.rows();
                let Some(drift) = self.drift(&table.id, particle) else { continue };
                let draws = Draws::new(seed, run as u32);
                drift.path(drift.prior(), &draws, place as u32, 0, &mut path);
                for (month, d) in path.iter().enumerate() {
                    factors[month * runs + run] = exp(*d);
                }
            }
            let factors: Arc<[f64]> = factors.into();
            for column in table.outcomes.iter().filter_map(|o| across.column(o.as_str())) {
                scaled.scale(column, Arc::clone(&factors));
            }
        }
        scaled
    }
}

/// Drifts of the runs of an ensemble from the last month on record: what the figures up to it say
/// of each, fading with its memory from there on.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchored {
    /// First month that a factor is given for.
    origin: Month,
    months: usize,
    /// By outcome, the factors of each run over the months from the origin.
    factors: BTreeMap<String, Arc<[f64]>>,
}

impl Anchored {
    /// By what an outcome of a run is multiplied in a month; 1 where nothing drifts.
    pub fn factor(&self, run: u32, outcome: &str, month: Month) -> f64 {
        let place = usize::try_from(month.since(self.origin)).ok();
        place
            .filter(|place| *place < self.months)
            .and_then(|place| self.factors.get(outcome)?.get(run as usize * self.months + place))
            .copied()
            .unwrap_or(1.0)
    }
}

impl Anchored {
    /// `across`, which starts in `start`, with its months from the origin on multiplied by the drifts.
    pub fn applied<'a, A: Across>(&self, across: &'a A, start: Month) -> Scaled<'a, A> {
        let (runs, months) = (across.runs(), across.months());
        let origin = usize::try_from(self.origin.since(start)).unwrap_or(0);
        let mut scaled = Scaled::new(across);
        for (outcome, drifts) in &self.factors {
            let Some(column) = across.column(outcome) else { continue };
            let mut factors = vec![1.0; runs * months];
            for place in (0..self.months).filter(|place| origin + place < months) {
                for run in 0..runs {
                    factors[(origin + place) * runs + run] = drifts[run * self.months + place];
                }
            }
            scaled.scale(column, factors.into());
        }
        scaled
    }
}

impl Posterior {
    /// The drifts of the runs of `across`, which starts in `start`, for `months` months from
    /// `origin` on. Each run is held against the figures whose windows end by `origin`, in closed
    /// form ([`Drift::filter`]); a window counts in its middle month. Later months are drawn, as
    /// `seed` and run decide.
    pub fn anchored(
        &self,
        project: &Project,
        across: &impl Across,
        (start, origin, months): (Month, Month, usize),
        seed: u64,
    ) -> Result<Anchored, MeasureError> {
        let known = usize::try_from(origin.since(start) + 1).unwrap_or(0);
        let column = |name: &str| across.column(name);
        let figures = observe::figures(&project.evidence, &column, start, known)?;
        let runs = across.runs();
        let mut factors = BTreeMap::new();
        let mut path = vec![0.0; months];
        for (place, table) in project.evidence.targets.discrepancies.iter().enumerate() {
            let columns: Vec<usize> =
                table.outcomes.iter().filter_map(|o| across.column(o.as_str())).collect();
            let moved: Vec<&Figure> = figures
                .iter()
                .filter(|f| f.level && f.measure.columns().iter().all(|c| columns.contains(c)))
                .collect();
            let mut residuals = vec![Vec::with_capacity(moved.len()); runs];
            for figure in moved {
                let (first, end) = figure.measure.months();
                let values = measure::evaluate(&figure.source, across, start)?;
                for (residuals, value) in residuals.iter_mut().zip(values) {
                    if value.is_finite() {
                        residuals.push(Residual {
                            month: usize::midpoint(first, end - 1),
                            log_ratio: figure.observed - figure.transformed(value),
                            error_sd: figure.error_sd,
                        });
                    }
                }
            }
            let mut all = vec![1.0; runs * months];
            for (run, residuals) in residuals.iter_mut().enumerate() {
                let Some(drift) = self.drift(&table.id, run % self.table.rows()) else { continue };
                residuals.sort_by_key(|r| r.month);
                let filtered = drift.filter(residuals, known.saturating_sub(1));
                let draws = Draws::new(seed, run as u32);
                drift.path(filtered.belief, &draws, place as u32, known, &mut path);
                for (month, d) in path.iter().enumerate() {
                    all[run * months + month] = exp(*d);
                }
            }
            let all: Arc<[f64]> = all.into();
            for outcome in table.outcomes.iter() {
                factors.insert(outcome.get().clone(), Arc::clone(&all));
            }
        }
        Ok(Anchored { origin, months, factors })
    }
}
