//! Which sums do all estimators of indices share? One line of numbers for each block of the design,
//! so that a resample is a weighted sum of lines.
//!
//! ```text
//! head     [1, sum_o (a^2 + b^2), then for each output a + b]             0 unless A and B are whole
//! factor   [1, sum_o b (c - a), sum_o (b - c)^2, sum_o (a - c)^2]         0 unless C is whole as well
//! ```
//!
//! `a`, `b`, `c` are the outputs at A, B and at A with one number taken from B. Sums run over the
//! outputs that are analysed as one; of a single output there is nothing to sum. Values are taken
//! about the mean of A and B of their output, which leaves every formula but the product as it is,
//! and that better: its error no longer grows with the mean.

use crate::bootstrap::Bootstrap;
use rayon::prelude::*;
use std::ops::Range;

/// Resamples that pass over the lines together, so that a line is read once for all of them.
const BATCH: u32 = 16;
/// Lines that are added at once; the last few are filled up with empty ones.
const STRIP: usize = 4;
/// Sums of a factor.
const FACTOR: usize = 4;

/// The lines of a design and what they are made of.
pub(super) struct Moments {
    lines: Vec<f64>,
    bases: usize,
    outputs: usize,
    factors: usize,
    /// Variance that rounding alone may leave in an output that never varies.
    rounding: f64,
}

/// Shares of the variance, as one set of sums gives them.
pub(super) struct Shares {
    pub(super) variance: f64,
    /// For each factor first order (Saltelli), first order (Jansen) and total (Jansen).
    pub(super) factors: Vec<[f64; 3]>,
}

impl Moments {
    /// The lines of `outputs`, which are analysed as one: blocks of A, then A with each of the
    /// `factors` taken from B in turn, then B.
    pub(super) fn new(outputs: &[&[f64]], factors: usize, centred: bool) -> Self {
        let (block, head) = (factors + 2, 2 + outputs.len());
        let bases = outputs.first().map_or(0, |values| values.len() / block);
        let width = head + FACTOR * factors;
        let mut lines = vec![0.0; bases.next_multiple_of(STRIP) * width];
        let whole = |at: usize| outputs.iter().all(|values| values[at].is_finite());
        let usable = |base: &usize| whole(base * block) && whole(base * block + factors + 1);
        let kept: Vec<usize> = (0..bases).filter(usable).collect();
        let mut rounding = 0.0;
        for (place, values) in outputs.iter().enumerate() {
            let pairs = || {
                kept.iter().map(|base| (values[base * block], values[base * block + factors + 1]))
            };
            let mean = pairs().map(|(a, b)| a + b).sum::<f64>() / (2 * kept.len()) as f64;
            let largest = pairs().fold(0.0, |most: f64, (a, b)| most.max(a.abs()).max(b.abs()));
            let unit = 4.0 * f64::EPSILON * largest;
            rounding += unit * unit;
            let back = if centred { 0.0 } else { mean };
            for &base in &kept {
                let run = base * block;
                let line = &mut lines[base * width..(base + 1) * width];
                let (a, b) = (values[run] - mean, values[run + factors + 1] - mean);
                line[0] = 1.0;
                line[1] += a * a + b * b;
                line[2 + place] = a + b;
                for factor in 0..factors {
                    if !whole(run + 1 + factor) {
                        continue;
                    }
                    let c = values[run + 1 + factor] - mean;
                    let sums = &mut line[head + FACTOR * factor..head + FACTOR * (factor + 1)];
                    sums[0] = 1.0;
                    sums[1] += (b + back) * (c - a);
                    sums[2] += (b - c) * (b - c);
                    sums[3] += (a - c) * (a - c);
                }
            }
        }
        Self { lines, bases, outputs: outputs.len(), factors, rounding }
    }

    fn width(&self) -> usize {
        2 + self.outputs + FACTOR * self.factors
    }

    /// The sums of all lines.
    pub(super) fn sums(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.width()];
        for line in self.lines.chunks_exact(self.width()) {
            sums.iter_mut().zip(line).for_each(|(sum, x)| *sum += x);
        }
        sums
    }

    /// Blocks of which A and B are whole, and for each factor those that lack its own run.
    pub(super) fn counts(&self, sums: &[f64]) -> (usize, Vec<usize>) {
        let missing = |factor| (sums[0] - sums[self.sums_of(factor).start]) as usize;
        (sums[0] as usize, (0..self.factors).map(missing).collect())
    }

    /// Where the sums of a factor stand.
    fn sums_of(&self, factor: usize) -> Range<usize> {
        let start = 2 + self.outputs + FACTOR * factor;
        start..start + FACTOR
    }

    /// What a set of sums says.
    pub(super) fn shares(&self, sums: &[f64]) -> Shares {
        let n = 2.0 * sums[0];
        let means: f64 = sums[2..2 + self.outputs].iter().map(|sum| (sum / n) * (sum / n)).sum();
        let variance = sums[1] / n - means;
        // What does not vary has no variance to share out.
        let scale = if variance > self.rounding { variance } else { f64::NAN };
        let factor = |factor| {
            let sums = &sums[self.sums_of(factor)];
            let part = |sum: f64| sum / sums[0] / scale;
            [part(sums[1]), 1.0 - 0.5 * part(sums[2]), 0.5 * part(sums[3])]
        };
        Shares { variance, factors: (0..self.factors).map(factor).collect() }
    }

    /// What each resample of the blocks says.
    pub(super) fn resample(&self, bootstrap: &Bootstrap) -> Vec<Shares> {
        let first: Vec<u32> = (0..bootstrap.resamples).step_by(BATCH as usize).collect();
        let batch = |first: u32| {
            let resamples = first..first.saturating_add(BATCH).min(bootstrap.resamples);
            self.sums_of_resamples(bootstrap, resamples)
                .iter()
                .map(|sums| self.shares(sums))
                .collect::<Vec<_>>()
        };
        let batches: Vec<Vec<Shares>> = first.into_par_iter().map(batch).collect();
        batches.into_iter().flatten().collect()
    }

    fn sums_of_resamples(&self, bootstrap: &Bootstrap, resamples: Range<u32>) -> Vec<Vec<f64>> {
        let width = self.width();
        let weigh = |resample| {
            let mut counts = vec![0; self.bases];
            bootstrap.count(resample, &mut counts);
            let mut weights = vec![0.0; self.bases.next_multiple_of(STRIP)];
            weights.iter_mut().zip(counts).for_each(|(weight, count)| *weight = f64::from(count));
            weights
        };
        let weights: Vec<Vec<f64>> = resamples.map(weigh).collect();
        let mut sums = vec![vec![0.0; width]; weights.len()];
        for (at, strip) in self.lines.chunks_exact(STRIP * width).enumerate() {
            let (first, second) = strip.split_at(2 * width);
            let ((a, b), (c, d)) = (first.split_at(width), second.split_at(width));
            for (sums, weights) in sums.iter_mut().zip(&weights) {
                let &[p, q, r, s] = &weights[STRIP * at..STRIP * (at + 1)] else { continue };
                let lines = a.iter().zip(b).zip(c.iter().zip(d));
                for (sum, ((a, b), (c, d))) in sums.iter_mut().zip(lines) {
                    *sum += (p * a + q * b) + (r * c + s * d);
                }
            }
        }
        sums
    }
}
