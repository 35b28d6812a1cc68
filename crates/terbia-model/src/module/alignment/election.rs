//! Which position would win if all actors weighed each against each other by what they can and care?
//!
//! The spatial model of KAPSARC's toolkit KTAB (MIT licence; the method only, no code of it):
//! linear victory, proportional votes, conditional probabilistic Condorcet election. The first round
//! is risk neutral and gives each actor its attitude to risk: whose position is likely to win anyway
//! is averse to a gamble, whose has no chance is inclined to one. The second round is over distinct positions, so that two who agree are one option.
//!
//! ```text
//! d_ij  = sqrt( Σ_k (s_ik (x_ik − x_jk))² / Σ_k s_ik² )            u_ij = (1 − d_ij)(1 + R_i d_ij)
//! v_k   = c_k (u_ki − u_kj) ;  C_ij = max(1e-8, Σ⁺ v_k) ;  p_ij = C_ij/(C_ij + C_ji)
//! P_i   = Π_j p_ij / Σ_i Π_j p_ij
//! R_i   = [3 P_i − (P_max + 2 P_min)] / [2 (P_max − P_min)]         −½ inclined .. 1 averse; 0 in the first round
//! ```
//!
//! ASSUME M-042, M-043. Capabilities are shares of their sum, so that their unit does not matter.

use crate::kernel::math::sqrt;

/// The least a coalition weighs: nothing is quite impossible.
const FLOOR: f64 = 1e-8;
/// Voters are summed in lanes of four, which the compiler turns into vector instructions.
const LANES: usize = 4;

/// Voters, and room for the count.
#[derive(Clone, Debug, Default)]
pub struct Election {
    voters: usize,
    /// Voters rounded up to whole lanes; the extra ones have no capability.
    stride: usize,
    /// Share of all capability, by voter.
    capability: Vec<f64>,
    /// Square of the salience of each scale over the sum of both, by voter.
    weight: [Vec<f64>; 2],
    /// Distance of each voter (column) from each voter's position (row), 0..1.
    distance: Vec<f64>,
    /// Positions that distances were last measured for; none before.
    measured: [Vec<f64>; 2],
    /// Voters that have moved since.
    moved: Vec<usize>,
    /// What each voter (column) throws behind each option (row): capability × utility.
    votes: Vec<f64>,
    /// Attitude to risk, by voter, −½..1.
    risk: Vec<f64>,
    /// Voter whose position an option is.
    proposer: Vec<usize>,
    /// Option that is a voter's position.
    option: Vec<usize>,
    /// Sum of votes, by option.
    support: Vec<f64>,
    /// Probability that an option wins.
    chance: Vec<f64>,
}

/// What an election yields, on each scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Expected position, in the unit of the positions.
    pub expected: [f64; 2],
    /// Standard deviation over the election.
    pub spread: [f64; 2],
}

/// Utility of an option at `distance` 0..1 to a voter whose attitude to risk is `risk`; 0..1.
pub fn utility(distance: f64, risk: f64) -> f64 {
    (1.0 - distance) * (1.0 + risk * distance)
}

/// Half of what voters throw behind one of two options more than behind the other, summed whatever
/// the side.
fn contested(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += (a - b).abs();
        }
    }
    0.5 * lanes.iter().sum::<f64>()
}

impl Election {
    /// Registers voters: capability in any unit above 0, salience of the two scales in any unit, not
    /// both 0. Positions come later, as they move.
    pub fn register(&mut self, voters: impl ExactSizeIterator<Item = (f64, [f64; 2])>) {
        let count = voters.len();
        self.voters = count;
        self.stride = count.next_multiple_of(LANES);
        self.capability.clear();
        self.weight.iter_mut().for_each(Vec::clear);
        for (capability, [a, b]) in voters {
            self.capability.push(capability);
            let both = a * a + b * b;
            self.weight[0].push(if both > 0.0 { a * a / both } else { 0.0 });
            self.weight[1].push(if both > 0.0 { b * b / both } else { 0.0 });
        }
        let total: f64 = self.capability.iter().sum();
        self.capability.iter_mut().for_each(|c| *c = if total > 0.0 { *c / total } else { 0.0 });
        for matrix in [&mut self.distance, &mut self.votes] {
            matrix.clear();
            matrix.resize(count * self.stride, 0.0);
        }
        for row in [&mut self.risk, &mut self.support, &mut self.chance] {
            row.clear();
            row.resize(count, 0.0);
        }
        for row in [&mut self.proposer, &mut self.option, &mut self.moved] {
            row.clear();
            row.reserve(count);
        }
        for row in &mut self.measured {
            row.clear();
            // Nobody stands nowhere, so the first time everyone has moved.
            row.resize(count, f64::NAN);
        }
    }

    /// Share of all capability that each voter was registered with.
    pub fn shares(&self) -> &[f64] {
        &self.capability
    }

    /// Sets the capability of a voter, as a share of what all were registered with.
    pub fn empower(&mut self, voter: usize, share: f64) {
        if let Some(c) = self.capability.get_mut(voter) {
            *c = share;
        }
    }

    /// Distance of a voter from the position of another in the last election, 0..1.
    pub fn distance(&self, voter: usize, other: usize) -> Option<f64> {
        (voter < self.voters).then(|| self.distance.get(other * self.stride + voter).copied())?
    }

    /// Attitude to risk of each voter in the last election, −½ (inclined) to 1 (averse).
    pub fn risk(&self) -> &[f64] {
        &self.risk
    }

    /// Probability that the position of a voter wins, whoever shares it, 0..1.
    pub fn chance(&self, voter: usize) -> Option<f64> {
        self.option.get(voter).and_then(|&o| self.chance.get(o)).copied()
    }

    /// Holds the election: both rounds. `positions` are 0..1 on each scale, in the order of the
    /// voters (more are ignored); `None` if there is no voter.
    pub fn hold(&mut self, positions: &[Vec<f64>; 2]) -> Option<Outcome> {
        let [x, y] = positions;
        if self.voters == 0 || x.len().min(y.len()) < self.voters {
            return None;
        }
        self.measure(positions);
        self.risk.fill(0.0);
        self.proposer.clear();
        self.proposer.extend(0..self.voters);
        self.poll();
        self.read_risk();
        self.find_options(positions);
        self.poll();
        Some(self.outcome(positions))
    }

    /// Distances of all from all: those of and to voters that have moved.
    fn measure(&mut self, [x, y]: &[Vec<f64>; 2]) {
        self.moved.clear();
        let [old_x, old_y] = &mut self.measured;
        let rows = old_x.iter_mut().zip(old_y).zip(x.iter().zip(y));
        for (voter, ((old_x, old_y), (x, y))) in rows.enumerate() {
            if *old_x != *x || *old_y != *y {
                self.moved.push(voter);
                (*old_x, *old_y) = (*x, *y);
            }
        }
        let [wx, wy] = &self.weight;
        let rows = self.distance.chunks_exact_mut(self.stride).zip(x).zip(y);
        for (voter, ((row, &px), &py)) in rows.enumerate() {
            let distance = |(((x, y), wx), wy): (((&f64, &f64), &f64), &f64)| {
                sqrt(wx * (x - px) * (x - px) + wy * (y - py) * (y - py))
            };
            if self.moved.contains(&voter) {
                for (d, from) in row.iter_mut().zip(x.iter().zip(y).zip(wx).zip(wy)) {
                    *d = distance(from);
                }
            } else {
                for &k in &self.moved {
                    row[k] = distance((((&x[k], &y[k]), &wx[k]), &wy[k]));
                }
            }
        }
    }

    /// Sets each distinct position as an option, under the first voter that holds it.
    fn find_options(&mut self, [x, y]: &[Vec<f64>; 2]) {
        self.proposer.clear();
        self.option.clear();
        for (voter, here) in x.iter().zip(y).take(self.voters).enumerate() {
            let same = |&p: &usize| x[p] == *here.0 && y[p] == *here.1;
            let known = self.proposer.iter().position(same);
            self.option.push(known.unwrap_or(self.proposer.len()));
            if known.is_none() {
                self.proposer.push(voter);
            }
        }
    }

    /// One round over the positions of `proposer`: pairwise contests, and the chance of each option
    /// to win them all.
    fn poll(&mut self) {
        for (option, &proposer) in self.proposer.iter().enumerate() {
            let from = proposer * self.stride;
            let distance = &self.distance[from..from + self.voters];
            let to = option * self.stride;
            let votes = &mut self.votes[to..to + self.voters];
            let mut sum = 0.0;
            for (((vote, &d), c), &r) in
                votes.iter_mut().zip(distance).zip(&self.capability).zip(&self.risk)
            {
                *vote = c * utility(d, r);
                sum += *vote;
            }
            self.support[option] = sum;
        }
        let options = self.proposer.len();
        self.chance.fill(0.0);
        self.chance[..options].fill(1.0);
        for i in 0..options {
            let (done, rest) = self.votes.split_at((i + 1) * self.stride);
            let mine = &done[i * self.stride..];
            for (j, theirs) in (i + 1..options).zip(rest.chunks_exact(self.stride)) {
                // One pass gives both coalitions: their sum is what is contested, their difference
                // that of the support.
                let half = contested(mine, theirs);
                let lead = 0.5 * (self.support[i] - self.support[j]);
                let (with, against) = ((half + lead).max(FLOOR), (half - lead).max(FLOOR));
                let scale = 1.0 / (with + against);
                self.chance[i] *= with * scale;
                self.chance[j] *= against * scale;
            }
        }
        let total: f64 = self.chance.iter().sum();
        let scale = if total > 0.0 { 1.0 / total } else { 0.0 };
        self.chance.iter_mut().for_each(|p| *p *= scale);
    }

    /// Attitudes to risk from the chances of the first round, in which every voter is an option.
    fn read_risk(&mut self) {
        let low = self.chance.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.chance.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = high - low;
        for (r, p) in self.risk.iter_mut().zip(&self.chance) {
            // All alike up to rounding: nobody has more to lose than another.
            *r = if range > 1e-12 { (3.0 * p - (high + 2.0 * low)) / (2.0 * range) } else { 0.0 };
        }
    }

    /// Expected position and its spread.
    fn outcome(&self, positions: &[Vec<f64>; 2]) -> Outcome {
        let moments = |x: &[f64]| {
            let each = || self.proposer.iter().map(|&p| x[p]).zip(&self.chance);
            let mean: f64 = each().map(|(x, p)| x * p).sum();
            let variance: f64 = each().map(|(x, p)| (x - mean) * (x - mean) * p).sum();
            (mean, sqrt(variance))
        };
        let [x, y] = positions;
        let ((a, sa), (b, sb)) = (moments(x), moments(y));
        Outcome { expected: [a, b], spread: [sa, sb] }
    }
}

#[cfg(test)]
impl Election {
    /// The second round without merging those that share a position: a mutation to be caught.
    pub(super) fn poll_over_all_voters(&mut self) {
        self.proposer.clear();
        self.proposer.extend(0..self.voters);
        self.poll();
    }

    /// Chances of all options, in the order in which voters first hold them.
    pub(super) fn chances(&self) -> &[f64] {
        &self.chance
    }
}
