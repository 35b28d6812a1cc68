//! What does the record leave to be believed about the numbers? A posterior, kept and used.
//!
//! A posterior is a folder that `terbia calibrate` writes. [`TABLE`] holds its particles, one a row
//! and all equally likely: a column for each number of the corridor that was varied, by its path,
//! and for each drift of the record about the model its size and memory,
//! `discrepancy.ID.sd` and `discrepancy.ID.memory_months`.

use crate::load::Project;
use crate::output::{Doubles, OutputError};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use terbia_lab::across::{Across, Scaled};
use terbia_lab::corridor::Particles;
use terbia_lab::discrepancy::Drift;
use terbia_model::config::Corridor;
use terbia_model::kernel::math::exp;
use terbia_model::kernel::rng::Draws;

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
        let mut known = false;
        let mut numbers = Vec::with_capacity(corridor.numbers.len());
        for number in &corridor.numbers {
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
            known |= column.is_some();
            numbers.push(column.map(<[f64]>::to_vec));
        }
        if !known {
            return Err(PosteriorError::Other { dir: self.dir.clone() });
        }
        Ok(Particles { numbers, count: self.table.rows() })
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
