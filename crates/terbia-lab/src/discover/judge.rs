//! Which limits of a box could chance have drawn as well? Quasi-p-values, and dropping what fails.
//!
//! Open one end of a box: `T'` runs, `H'` of interest. If that end told nothing, the box itself
//! (`T` runs, `H` of interest) would be a draw from these (Bryant and Lempert 2010):
//!
//! ```text
//! p = P(X >= H),  X ~ Binomial(T, H' / T')
//! ```
//!
//! *Quasi*, because the limit was chosen for its effect before it was tested: a small p does not
//! prove an end, a large one speaks against it. With many runs every end that peeling sets has a
//! small p.

use super::region::{Counts, Edge, Region, Tally, apart};
use super::table::Table;
use terbia_model::kernel::math::{exp, ln};

/// An end of a box, on trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeTest {
    /// The end.
    pub edge: Edge,
    /// Density (0..1) of the box with this end open.
    pub density_without: f64,
    /// Probability (0..1) of at least the box's density if the end told nothing.
    pub quasi_p: f64,
}

/// A box with a trial of each of its ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its limits.
    pub region: Region,
    /// How good it is.
    pub tally: Tally,
    /// One for each end that is set, inputs in order, the lower end first.
    pub tests: Vec<EdgeTest>,
}

/// A box with its quasi-p-values among all runs.
pub fn judge(table: &Table<'_>, region: &Region) -> Judged {
    among(table, &vec![true; table.runs()], region)
}

/// A box without the ends whose quasi-p-value is above `level` (0..1).
///
/// The worst end is opened first and the others are tested anew, until none is above: of two ends
/// that say the same, one stays. All may go.
pub fn significant(table: &Table<'_>, region: &Region, level: f64) -> Judged {
    significant_among(table, &vec![true; table.runs()], region, level)
}

pub(super) fn among(table: &Table<'_>, left: &[bool], region: &Region) -> Judged {
    let apart = apart(table, left, region);
    let test = |(edge, beyond): &(Edge, Vec<usize>)| {
        let without = apart.inside.plus(table.count(beyond));
        EdgeTest {
            edge: *edge,
            density_without: without.density(),
            quasi_p: at_least(apart.inside, without.density()),
        }
    };
    let tests = apart.beyond.iter().map(test).collect();
    Judged { region: region.clone(), tally: Tally::new(table, region, apart.inside), tests }
}

pub(super) fn significant_among(
    table: &Table<'_>,
    left: &[bool],
    region: &Region,
    level: f64,
) -> Judged {
    let mut judged = among(table, left, region);
    loop {
        let worst = judged.tests.iter().max_by(|a, b| a.quasi_p.total_cmp(&b.quasi_p));
        let Some(worst) = worst.filter(|t| t.quasi_p > level) else { return judged };
        let Edge { input, side, .. } = worst.edge;
        judged = among(table, left, &judged.region.with(input, side, None));
    }
}

/// Probability that of `counts.runs` draws, each of interest with probability `p`, at least
/// `counts.of_interest` are.
fn at_least(counts: Counts, p: f64) -> f64 {
    let Counts { runs, of_interest } = counts;
    if of_interest == 0 || p >= 1.0 {
        return 1.0;
    }
    if p <= 0.0 {
        return 0.0;
    }
    let odds = p / (1.0 - p);
    let n = runs as f64;
    // Summed outward from the count, on the side of it where terms fall.
    if of_interest as f64 > n * p {
        let mut term = probability(of_interest, runs, p);
        let mut sum = term;
        for x in of_interest..runs {
            term *= (runs - x) as f64 / (x + 1) as f64 * odds;
            sum += term;
            if term < sum * f64::EPSILON {
                break;
            }
        }
        return sum.min(1.0);
    }
    let mut term = probability(of_interest - 1, runs, p);
    let mut sum = term;
    for x in (1..of_interest).rev() {
        term *= x as f64 / (runs - x + 1) as f64 / odds;
        sum += term;
    }
    (1.0 - sum).max(0.0)
}

/// Probability of exactly `k` out of `n`.
fn probability(k: usize, n: usize, p: f64) -> f64 {
    let few = k.min(n - k);
    let choices: f64 = (0..few).map(|i| ln((n - i) as f64 / (i + 1) as f64)).sum();
    exp(choices + k as f64 * ln(p) + (n - k) as f64 * ln(1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tail(of_interest: usize, runs: usize, p: f64) -> f64 {
        at_least(Counts { runs, of_interest }, p)
    }

    #[test]
    fn tails_of_the_binomial_are_those_of_the_tables() {
        // Exact: sums of terms C(n, x) p^x (1 - p)^(n - x).
        let cases = [
            (8, 10, 0.5, 56.0 / 1024.0),
            (1, 10, 0.5, 1023.0 / 1024.0),
            (3, 4, 0.25, 13.0 / 256.0),
            (10, 10, 0.5, 1.0 / 1024.0),
            (0, 10, 0.5, 1.0),
            (5, 10, 1.0, 1.0),
            (5, 10, 0.0, 0.0),
        ];
        for (of_interest, runs, p, exact) in cases {
            let found = tail(of_interest, runs, p);
            assert!((found - exact).abs() < 1e-14, "{of_interest} of {runs} at {p}: {found}");
        }
    }

    #[test]
    fn tails_of_many_runs_neither_vanish_nor_exceed_one() {
        let (mut last, n) = (1.0, 20_000);
        for of_interest in (0..=n).step_by(97) {
            let found = tail(of_interest, n, 0.3);
            assert!((0.0..=last + 1e-9).contains(&found), "{of_interest}: {found}");
            last = found;
        }
        assert!((tail(6_000, n, 0.3) - 0.5).abs() < 0.01);
        assert_eq!(tail(3_000, n, 0.3), 1.0);
        assert!(tail(9_000, n, 0.3) < 1e-200);
    }
}
