//! What has another corridor taught of numbers that both have? `terbia calibrate --shared-from`.
//!
//! Structure is shared by all corridors, and with it the numbers of the modules. What one record
//! taught of them bears on another corridor, less than on its own ([`terbia_lab::calibrate::pool`]):
//! it moves what is believed before the second record is looked at. Shared are
//!
//! - numbers of the modules of which neither corridor has a value of its own (one that repeats the
//!   module's is none), and
//! - size and memory of a drift that has the same name in both, counted from what each corridor
//!   expected of its own,
//!
//! as far as the first record taught them: numbers that were chance to its sampler are not touched.
//! Places, series, contents, events and a corridor's own values are its own.

use super::{CALIBRATION, Calibration, Learnt};
use crate::load::Project;
use crate::posterior::{Posterior, PosteriorError};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use terbia_lab::calibrate::pool::Score;
use terbia_lab::learn::Learner;
use terbia_model::kernel::dist::normal;
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::time::Month;

/// Ends and middle of what is told of a number.
pub(super) const ENDS: [f64; 3] = [0.05, 0.5, 0.95];
/// Correlation of a number between two corridors, if none is given: half of what is not known of it
/// is common to all corridors, half is each one's own (ADR 24).
pub const CORRELATION: f64 = 0.5;
/// What the names of drifts begin with.
const DRIFT: &str = "discrepancy.";

/// What another corridor's record has taught.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// The other corridor.
    pub corridor: String,
    /// Last month whose figures it learnt from.
    pub until: Month,
    /// SHA-256 of its particles.
    pub posterior_sha256: String,
    /// Correlation of a number between two corridors, 0..1.
    pub correlation: f64,
    /// The commands that make it.
    pub commands: Vec<String>,
    /// The numbers that it learnt, those that shrank most first.
    pub taught: Vec<Taught>,
}

/// A number that another corridor's record taught.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taught {
    /// Its path.
    pub path: String,
    /// Unit.
    pub unit: String,
    /// 5 %, 50 % and 95 % of its prior there.
    pub prior: [f64; 3],
    /// The same of its posterior there.
    pub posterior: [f64; 3],
    /// Mean and standard deviation of its normal score there.
    pub score: [f64; 2],
}

/// A shared number, before the record of this corridor is looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Its path.
    pub path: String,
    /// Unit.
    pub unit: String,
    /// 5 %, 50 % and 95 % of its prior here.
    pub prior: [f64; 3],
    /// The same of its posterior in the other corridor.
    pub there: [f64; 3],
    /// The same of what is believed here, given that.
    pub before: [f64; 3],
    /// By how many standard deviations of the prior it moved.
    pub moved: f64,
    /// Its standard deviation over that of the prior.
    pub left: f64,
}

/// A number that was learnt elsewhere and is not shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// Its path.
    pub path: String,
    /// Why.
    pub why: String,
}

/// What came of sharing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sharing {
    /// Numbers that are shared.
    pub moved: Vec<Moved>,
    /// Numbers that were learnt elsewhere and are not.
    pub apart: Vec<Apart>,
}

/// Why nothing can be taken over from another corridor.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum SharedError {
    /// There is no posterior.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Posterior(#[from] PosteriorError),
    /// It does not say how it was learnt.
    #[error("{} cannot be read, which says what was learnt and where", path.display())]
    #[diagnostic(
        code(terbia::calibrate::shared_read),
        help(
            "give --shared-from the folder that `terbia calibrate CORRIDOR --out DIR` wrote, with all \
             of its files"
        )
    )]
    Unsaid {
        /// The file.
        path: PathBuf,
    },
    /// Another version made it.
    #[error(
        "the calibration of '{corridor}' in {} was made by another version of terbia ({terbia}) and does \
         not say how far each number moved",
        dir.display()
    )]
    #[diagnostic(
        code(terbia::calibrate::shared_version),
        help("make it again: terbia calibrate {corridor} --out DIR")
    )]
    Version {
        /// The folder.
        dir: PathBuf,
        /// The corridor that it is of.
        corridor: String,
        /// The version that made it.
        terbia: String,
    },
    /// No correlation.
    #[error("{correlation} is no correlation between two corridors")]
    #[diagnostic(
        code(terbia::calibrate::shared_correlation),
        help(
            "give --shared-correlation a number from 0 (nothing is carried over) to 1 (the other \
             corridor's posterior as it stands)"
        )
    )]
    Correlation {
        /// What was asked for.
        correlation: f64,
    },
    /// It would learn from itself.
    #[error("the posterior to share from was learnt from the record of '{corridor}' itself")]
    #[diagnostic(
        code(terbia::calibrate::shared_itself),
        help(
            "give --shared-from a posterior of another corridor: figures that teach twice pass for \
             twice as many"
        )
    )]
    Itself {
        /// The corridor.
        corridor: String,
    },
    /// Nothing is shared.
    #[error(
        "'{there}' learnt {learnt} numbers, none of which it shares with '{here}': {}",
        apart.iter().map(|a| format!("{} ({})", a.path, a.why)).collect::<Vec<_>>().join(", ")
    )]
    #[diagnostic(
        code(terbia::calibrate::shared_nothing),
        help("leave --shared-from out: the two corridors teach each other nothing")
    )]
    Nothing {
        /// The other corridor.
        there: String,
        /// This one.
        here: String,
        /// How many numbers were learnt there.
        learnt: usize,
        /// Each of them, with the reason why it is not shared.
        apart: Vec<Apart>,
    },
}

impl Shared {
    /// Reads what the posterior in `dir` has to teach; a number is correlated by `correlation`, 0..1,
    /// between two corridors.
    pub fn read(dir: &Path, correlation: f64) -> Result<Self, SharedError> {
        if !(0.0..=1.0).contains(&correlation) {
            return Err(SharedError::Correlation { correlation });
        }
        let posterior = Posterior::read(dir)?;
        let unsaid = || SharedError::Unsaid { path: dir.join(CALIBRATION) };
        let said = Calibration::read(dir).ok_or_else(unsaid)?;
        let version = || SharedError::Version {
            dir: dir.to_owned(),
            corridor: said.corridor.clone(),
            terbia: said.terbia.clone(),
        };
        let taught = |n: &Learnt| {
            Some(Taught {
                path: n.path.clone(),
                unit: n.unit.clone(),
                prior: n.prior,
                posterior: n.posterior,
                score: n.score?,
            })
        };
        let learnt = said.numbers.iter().filter(|n| n.parameter);
        Ok(Self {
            corridor: said.corridor.clone(),
            until: said.until,
            posterior_sha256: posterior.sha256,
            correlation,
            commands: said.commands(&said.corridor.to_uppercase()),
            taught: learnt.map(taught).collect::<Option<_>>().ok_or_else(version)?,
        })
    }

    /// What it says of the numbers of `project`, as `learner` has them: what came of it, and the
    /// beliefs of the coordinates that move.
    pub(super) fn of(
        &self,
        project: &Project,
        learner: &Learner<'_>,
    ) -> (Sharing, Vec<(usize, Score)>) {
        let (mut sharing, mut beliefs) = (Sharing::default(), Vec::new());
        for taught in &self.taught {
            let path = taught.path.clone();
            match self.coordinate(taught, project, learner) {
                Err(why) => sharing.apart.push(Apart { path, why }),
                Ok(place) => {
                    let [mean, sd] = taught.score;
                    let belief = Score { mean, sd }.elsewhere(self.correlation);
                    beliefs.push((place, belief));
                    let definition = &learner.coordinates()[place];
                    let prior = ENDS.map(|p| definition.quantile(p));
                    sharing.moved.push(Moved {
                        path,
                        unit: taught.unit.clone(),
                        prior,
                        there: taught.posterior,
                        before: prior,
                        moved: belief.mean,
                        left: belief.sd,
                    });
                }
            }
        }
        (sharing, beliefs)
    }

    /// The coordinate that a number taught elsewhere is here, or why it is none.
    fn coordinate(
        &self,
        taught: &Taught,
        project: &Project,
        learner: &Learner<'_>,
    ) -> Result<usize, String> {
        let path = taught.path.as_str();
        let own = |corridor: &str| format!("{corridor} has a value of its own");
        let of_module = project.modules().iter().find(|d| d.path == path);
        match of_module {
            Some(module) if !alike(module, taught) => return Err(own(&self.corridor)),
            None if !path.starts_with(DRIFT) => return Err("a number of that place".to_owned()),
            _ => {}
        }
        let here = learner.coordinates().iter().position(|d| d.path == path);
        match (here, of_module) {
            (Some(place), Some(_)) if !alike(&learner.coordinates()[place], taught) => {
                Err(own(&project.id))
            }
            (Some(place), _) => Ok(place),
            (None, None) => Err(format!("{} has no drift of that name", project.id)),
            (None, Some(_)) if project.parameters.keys().any(|p| p.get() == path) => {
                Err(own(&project.id))
            }
            (None, Some(_)) => Err(format!("{} holds it at a value", project.id)),
        }
    }
}

/// Whether a number had this prior where it was taught.
fn alike(here: &Definition, taught: &Taught) -> bool {
    let near = |(p, q): (f64, f64)| {
        let own = here.quantile(p);
        (own - q).abs() <= 1e-9 * own.abs().max(q.abs())
    };
    here.unit == taught.unit && ENDS.into_iter().zip(taught.prior).all(near)
}

impl Sharing {
    /// Writes what is believed before the record is looked at, as `learner` has it.
    pub(super) fn believed(&mut self, learner: &Learner<'_>) {
        for moved in &mut self.moved {
            let place = learner.coordinates().iter().position(|d| d.path == moved.path);
            if let Some(place) = place {
                moved.before = ENDS.map(|p| learner.value(place, normal(p)));
            }
        }
    }
}
