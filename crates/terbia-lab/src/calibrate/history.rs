//! Where can the parameters not be? History matching: rule out, then look closer at what is left.
//!
//! An emulator, a quadratic regression, says what to expect of each summary at parameters that were
//! never run, and how far off it may be. Where what was observed lies too many standard deviations
//! away, no run is worth making (Craig, Goldstein, Seheult and Smith 1997; Vernon, Goldstein and
//! Bower 2010):
//!
//! ```text
//! I(z) = |observed − E[s(z)]| / sqrt(Var_observed + Var_model + Var_emulator)
//! ruled out if the second largest I over the summaries exceeds 3
//! ```
//!
//! The second largest, so that one emulator that is off rules nothing out alone; 3 by Pukelsheim's
//! rule, whatever the distribution with one mode. Chance of the runs, and errors of the figures that
//! are drawn with them, are in the variance that the regression leaves.

use super::regress::{Ridge, quadratic};
use super::{Sample, Simulator};
use super::{smc::Observed, smc::Settings};
use crate::calibrate::{Address, Crew};
use terbia_model::kernel::math::sqrt;

/// Beyond this many standard deviations it is ruled out.
pub const CUT: f64 = 3.0;
/// A wave that leaves a smaller share of the prior is not believed.
const LEAST_LEFT: f64 = 0.002;
/// Points of the prior by which the share that is left is measured.
const PROBES: u32 = 20_000;

/// How implausible an observation is where the model expects `expected`.
pub fn implausibility(observed: f64, expected: f64, variances: &[f64]) -> f64 {
    (observed - expected).abs() / sqrt(variances.iter().sum())
}

/// What a wave ruled out.
#[derive(Clone, Debug, PartialEq)]
pub struct Wave {
    emulator: Ridge,
    observed: Vec<f64>,
    /// Share of the prior that this wave and those before leave, 0..1.
    pub left: f64,
    /// Runs that it took.
    pub runs: u64,
}

impl Wave {
    /// Whether the parameters are ruled out.
    pub fn implausible(&self, parameters: &[f64]) -> bool {
        let input = quadratic(parameters);
        let mut largest = [0.0_f64; 2];
        for (place, observed) in self.observed.iter().enumerate() {
            let variance = self.emulator.residual_variance()[place];
            let expected = self.emulator.predict(place, &input);
            let i = implausibility(*observed, expected, &[variance]);
            if i > largest[0] {
                largest = [i, largest[0]];
            } else if i > largest[1] {
                largest[1] = i;
            }
        }
        // With a single summary there is no second.
        if self.observed.len() == 1 { largest[0] > CUT } else { largest[1] > CUT }
    }

    /// Fits the emulator to `samples`; `None` if there are too few.
    fn new(samples: &[Sample], observed: &Observed) -> Option<Self> {
        let inputs: Vec<Vec<f64>> = samples.iter().map(|s| quadratic(&s.parameters)).collect();
        if inputs.len() < 2 * inputs.first()?.len() {
            return None;
        }
        let summary = |k: usize| samples.iter().map(|s| s.summaries[k]).collect();
        let targets: Vec<Vec<f64>> = (0..observed.summaries.len()).map(summary).collect();
        let emulator = Ridge::fit(&inputs, &targets, None, 1.0)?;
        Some(Self {
            emulator,
            observed: observed.summaries.clone(),
            left: f64::NAN,
            runs: samples.len() as u64,
        })
    }
}

/// Makes up to `waves` waves of `runs` runs each. A wave that rules out less than a twentieth of
/// what was left is the last; one that leaves next to nothing is not used.
pub fn waves<S: Simulator>(
    simulator: &S,
    observed: &Observed,
    settings: &Settings,
    (waves, runs): (u32, u32),
    crew: &Crew,
) -> Vec<Wave> {
    let mut done: Vec<Wave> = Vec::new();
    let mut left = 1.0;
    for wave in 0..waves {
        let stage = u32::MAX - wave;
        let mut proposals = Vec::new();
        let mut index = 0;
        while (proposals.len() as u32) < runs && index < 1_000 * runs {
            let address = Address { stage, index };
            let mut parameters = vec![0.0; simulator.parameters()];
            simulator.prior(settings.seed, address, &mut parameters);
            if plausible(&done, &parameters) {
                proposals.push((address, parameters));
            }
            index += 1;
        }
        let samples = crew.simulate(simulator, &proposals);
        let Some(mut next) = Wave::new(&samples, observed) else { break };
        let probe = |index: &u32| {
            let mut parameters = vec![0.0; simulator.parameters()];
            let address = Address { stage: stage - waves, index: *index };
            simulator.prior(settings.seed, address, &mut parameters);
            plausible(&done, &parameters) && !next.implausible(&parameters)
        };
        let share = (0..PROBES).filter(probe).count() as f64 / f64::from(PROBES);
        if share < LEAST_LEFT {
            // A record that contradicts the model everywhere says nothing about where to look.
            break;
        }
        next.left = share;
        let little = share > 0.95 * left;
        left = share;
        done.push(next);
        if little {
            break;
        }
    }
    done
}

/// Whether no wave rules the parameters out.
pub fn plausible(waves: &[Wave], parameters: &[f64]) -> bool {
    !waves.iter().any(|w| w.implausible(parameters))
}
