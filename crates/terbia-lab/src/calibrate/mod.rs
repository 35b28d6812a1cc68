//! What may the parameters of a simulator be, given what was observed?
//!
//! The likelihood of a simulator cannot be written down, but it can be run. What is here learns from
//! runs alone, for any [`Simulator`]:
//!
//! 1. [`regress`] finds what the summaries say of each parameter, by ridge regression: the summaries
//!    that approximate Bayesian computation needs (Fearnhead and Prangle 2012), an emulator, and the
//!    correction of what it leaves (Beaumont, Zhang and Balding 2002).
//! 2. [`history`] rules out where the summaries are implausible (Craig et al. 1997).
//! 3. [`smc`] draws from what is left: approximate Bayesian computation by sequential Monte Carlo
//!    (Del Moral, Doucet and Jasra 2012).
//! 4. [`eki`] is the quick rival where all is nearly linear: ensemble Kalman inversion.
//! 5. [`sbc`] asks whether a posterior is one: ranks of truths in posteriors made for them.
//! 6. [`pool`] says what a posterior of one place says of another.
//!
//! Parameters are normal scores: a priori independent and standard normal, whatever their unit. All
//! chance is addressed by (stage, index), so that neither threads nor interruptions move a bit.

pub mod eki;
pub mod history;
pub mod pool;
pub mod regress;
pub mod sbc;
pub mod smc;

use crate::discrepancy::standard_normal;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use terbia_model::kernel::rng::{Draws, Purpose};

/// Draws from the prior of parameters.
const PRIOR: Purpose = Purpose(0x5052_494F);

/// Where all chance of a run comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Address {
    /// Stage of the calibration.
    pub stage: u32,
    /// Proposal of the stage.
    pub index: u32,
}

/// Something that turns parameters into summaries, with chance.
pub trait Simulator: Sync {
    /// What one thread needs.
    type Worker: Send;

    /// A fresh worker.
    fn worker(&self) -> Self::Worker;
    /// Number of parameters.
    fn parameters(&self) -> usize;
    /// Number of summaries.
    fn summaries(&self) -> usize;
    /// Writes the summaries of a run at `parameters`; false if it has none. What else there is to
    /// be drawn comes from the address.
    fn simulate(
        &self,
        worker: &mut Self::Worker,
        address: Address,
        parameters: &[f64],
        summaries: &mut [f64],
    ) -> bool;

    /// Parameters drawn from the prior at an address.
    fn prior(&self, seed: u64, address: Address, parameters: &mut [f64]) {
        let draws = Draws::new(seed, address.index);
        for (place, parameter) in parameters.iter_mut().enumerate() {
            *parameter = standard_normal(&draws, PRIOR, place as u32, address.stage, 0);
        }
    }
}

/// A run: what went in and what came out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Where its chance came from.
    pub address: Address,
    /// Its parameters.
    pub parameters: Vec<f64>,
    /// Its summaries.
    pub summaries: Vec<f64>,
}

/// Threads of a calibration.
#[derive(Debug)]
pub struct Crew {
    pool: Option<ThreadPool>,
}

impl Crew {
    /// So many threads; 0 means one for each core.
    pub fn new(jobs: usize) -> Self {
        // Where the system refuses threads, the one that asks is still there.
        Self { pool: ThreadPoolBuilder::new().num_threads(jobs).build().ok() }
    }

    /// Does `work`, which may spread over the threads.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// Runs `simulator` at each of `proposals`, in their order; those without summaries are left
    /// out.
    pub fn simulate<S: Simulator>(
        &self,
        simulator: &S,
        proposals: &[(Address, Vec<f64>)],
    ) -> Vec<Sample> {
        let run = |worker: &mut S::Worker, (address, parameters): &(Address, Vec<f64>)| {
            let mut summaries = vec![f64::NAN; simulator.summaries()];
            let ran = simulator.simulate(worker, *address, parameters, &mut summaries);
            let whole = ran && summaries.iter().all(|s| s.is_finite());
            whole.then(|| Sample { address: *address, parameters: parameters.clone(), summaries })
        };
        let all = || -> Vec<Option<Sample>> {
            proposals.par_iter().map_init(|| simulator.worker(), run).collect()
        };
        let samples = if let Some(pool) = &self.pool {
            pool.install(all)
        } else {
            let mut worker = simulator.worker();
            proposals.iter().map(|p| run(&mut worker, p)).collect()
        };
        samples.into_iter().flatten().collect()
    }

    /// Runs `simulator` at points of the prior: `count` indices of `stage`.
    pub fn from_prior<S: Simulator>(
        &self,
        simulator: &S,
        seed: u64,
        stage: u32,
        indices: std::ops::Range<u32>,
    ) -> Vec<Sample> {
        let point = |index| {
            let address = Address { stage, index };
            let mut parameters = vec![0.0; simulator.parameters()];
            simulator.prior(seed, address, &mut parameters);
            (address, parameters)
        };
        let proposals: Vec<_> = indices.map(point).collect();
        self.simulate(simulator, &proposals)
    }
}

#[cfg(test)]
pub(crate) mod tests;
