//! How long do spells last? Estimators for truces, closures and wars, some of which are not over.
//!
//! A spell that was still going on when last seen is *censored*: it lasted at least that long. To
//! leave it out, or to count it as over, makes everything look short-lived.
//!
//! ```text
//! Kaplan-Meier    S(t) = prod_{t_i <= t} (1 − d_i/n_i)                       (1958)
//! Aalen-Johansen  F_c(t) = sum_{t_i <= t} S(t_i −) d_ci/n_i                  (1978)
//! constant h_c    F_c(t) = h_c/h (1 − exp(−h t)),  h = sum h_c
//! Weibull         S(t) = exp(−r (t/s)^k),  r the hazard ratio
//! two states      share of time in the second = onset/(onset + end)
//! ```
//!
//! `d` spells of the `n` that have lasted till then end at a time; one that is censored at the same
//! time was still at risk.

use terbia_model::kernel::math::{exp, exp_m1, ln, pow};

/// How long something lasted, or has lasted so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// Above 0, in any unit of time.
    pub duration: f64,
    /// What ended it, by number; `None` if it was still going on.
    pub cause: Option<usize>,
}

/// A curve of survival at the times at which spells end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The time.
    pub time: f64,
    /// Spells that had lasted till then.
    pub at_risk: usize,
    /// Spells that ended then.
    pub ended: usize,
    /// Share that lasts longer, 0..1.
    pub survival: f64,
}

/// Cumulative incidence at a time at which spells end.
#[derive(Clone, Debug, PartialEq)]
pub struct Incidence {
    /// The time.
    pub time: f64,
    /// Share that has ended by then, by cause, 0..1.
    pub by_cause: Vec<f64>,
    /// Share that lasts longer, 0..1; with the others it makes 1.
    pub survival: f64,
}

/// Survival `exp(-(t/scale)^shape)`; the hazard falls with age if the shape is below 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    /// Shape, above 0.
    pub shape: f64,
    /// Time by which a share 1 − 1/e has ended.
    pub scale: f64,
}

impl Spell {
    /// One that is over, of a kind that knows one way to end.
    pub fn over(duration: f64) -> Self {
        Self { duration, cause: Some(0) }
    }

    /// One that was still going on.
    pub fn going_on(duration: f64) -> Self {
        Self { duration, cause: None }
    }
}

/// Spells in order of time, those that end before those that are censored.
fn ordered(spells: &[Spell]) -> Vec<Spell> {
    let mut spells: Vec<Spell> = spells.iter().copied().filter(|s| !s.duration.is_nan()).collect();
    spells.sort_by(|a, b| {
        a.duration.total_cmp(&b.duration).then(b.cause.is_some().cmp(&a.cause.is_some()))
    });
    spells
}

/// The Kaplan-Meier curve, at the times at which spells end; empty if none does.
pub fn kaplan_meier(spells: &[Spell]) -> Vec<Point> {
    let point = |i: &Incidence, at_risk, ended| Point {
        time: i.time,
        at_risk,
        ended,
        survival: i.survival,
    };
    walk(spells, 0, point)
}

/// The Aalen-Johansen curves of causes `0..causes`; a spell that another one ended counts as
/// censored.
pub fn aalen_johansen(spells: &[Spell], causes: usize) -> Vec<Incidence> {
    walk(spells, causes, |incidence, _, _| incidence.clone())
}

/// Goes from end to end; with no causes told apart, any cause ends a spell.
fn walk<T>(
    spells: &[Spell],
    causes: usize,
    mut point: impl FnMut(&Incidence, usize, usize) -> T,
) -> Vec<T> {
    let spells = ordered(spells);
    let ends = |s: &&Spell| s.cause.is_some_and(|c| causes == 0 || c < causes);
    let mut now = Incidence { time: 0.0, by_cause: vec![0.0; causes], survival: 1.0 };
    let mut points = Vec::new();
    let mut rest = spells.as_slice();
    while let Some(first) = rest.first() {
        let (tied, later) = rest.split_at(rest.partition_point(|s| s.duration <= first.duration));
        let ended = tied.iter().filter(ends).count();
        if ended > 0 {
            let at_risk = rest.len() as f64;
            for (cause, share) in now.by_cause.iter_mut().enumerate() {
                let of_it = tied.iter().filter(|s| s.cause == Some(cause)).count();
                *share += now.survival * of_it as f64 / at_risk;
            }
            now.survival *= 1.0 - ended as f64 / at_risk;
            now.time = first.duration;
            points.push(point(&now, rest.len(), ended));
        }
        rest = later;
    }
    points
}

/// Share that lasts longer than `time` by a Kaplan-Meier curve, 0..1.
pub fn survival_at(curve: &[Point], time: f64) -> f64 {
    let passed = curve.partition_point(|p| p.time <= time);
    passed.checked_sub(1).and_then(|i| curve.get(i)).map_or(1.0, |p| p.survival)
}

/// Maximum-likelihood rate of an exponential: ends over time at risk; NaN of nothing.
pub fn exponential_rate(spells: &[Spell]) -> f64 {
    let ends = spells.iter().filter(|s| s.cause.is_some()).count() as f64;
    ends / spells.iter().map(|s| s.duration).sum::<f64>()
}

/// Cumulative incidence by cause after `time` at constant `hazards`, and the share that lasts.
pub fn constant_incidence(hazards: &[f64], time: f64) -> Incidence {
    let all: f64 = hazards.iter().sum();
    let ended = -exp_m1(-all * time);
    let share = |h: &f64| if all > 0.0 { h / all * ended } else { 0.0 };
    Incidence { time, by_cause: hazards.iter().map(share).collect(), survival: exp(-all * time) }
}

/// Long-run share of time in a state that begins at hazard `onset` and ends at hazard `end`; NaN if
/// neither ever happens.
pub fn long_run_share(onset: f64, end: f64) -> f64 {
    onset / (onset + end)
}

impl Weibull {
    /// Share that lasts longer than `time` at a hazard `ratio` times the usual, 0..1.
    pub fn survival(&self, time: f64, ratio: f64) -> f64 {
        exp(-ratio * pow(time / self.scale, self.shape))
    }

    /// Time by which a share `p` (0..1) has ended, at a hazard `ratio` times the usual.
    pub fn quantile(&self, p: f64, ratio: f64) -> f64 {
        self.scale * pow(-ln(1.0 - p) / ratio, 1.0 / self.shape)
    }

    /// Logarithm of the likelihood of `spells`, each under its own end.
    pub fn log_likelihood(&self, spells: &[Spell]) -> f64 {
        let density =
            |t: f64| ln(self.shape / self.scale) + (self.shape - 1.0) * ln(t / self.scale);
        spells
            .iter()
            .map(|s| {
                let end = if s.cause.is_some() { density(s.duration) } else { 0.0 };
                end - pow(s.duration / self.scale, self.shape)
            })
            .sum()
    }

    /// Maximum likelihood with censoring; `None` unless two spells ended at different times above 0,
    /// as no finite shape fits fewer best.
    ///
    /// At the best shape `sum t^k ln t / sum t^k − 1/k` is the mean of `ln t` over those that ended;
    /// the left side rises in `k`, so halving finds it. Times are taken over the largest, so that no
    /// power overflows.
    pub fn fit(spells: &[Spell]) -> Option<Self> {
        if spells.iter().any(|s| !(s.duration > 0.0 && s.duration.is_finite())) {
            return None;
        }
        let longest = spells.iter().map(|s| s.duration).fold(0.0, f64::max);
        let logs: Vec<f64> = spells.iter().map(|s| ln(s.duration / longest)).collect();
        let ended = || spells.iter().zip(&logs).filter(|(s, _)| s.cause.is_some()).map(|(_, l)| *l);
        let count = ended().count() as f64;
        let mean = ended().sum::<f64>() / count;
        let excess = |k: f64| {
            let weights = || logs.iter().map(|l| exp(k * l));
            let tilted: f64 = weights().zip(&logs).map(|(w, l)| w * l).sum();
            tilted / weights().sum::<f64>() - 1.0 / k - mean
        };
        let (mut low, mut high) = (1e-3, 1e3);
        // Written so that NaN fails too.
        if !(excess(low) < 0.0 && excess(high) > 0.0) {
            return None;
        }
        while high / low > 1.0 + 1e-15 {
            let middle = (low * high).sqrt();
            if middle <= low || middle >= high {
                break;
            }
            if excess(middle) < 0.0 { low = middle } else { high = middle }
        }
        let shape = (low * high).sqrt();
        let sum: f64 = logs.iter().map(|l| exp(shape * l)).sum();
        Some(Self { shape, scale: longest * pow(sum / count, 1.0 / shape) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn remissions() -> Vec<Spell> {
        let over = [6, 6, 6, 7, 10, 13, 16, 22, 23].map(|t| Spell::over(f64::from(t)));
        let going = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
        let going = going.map(|t| Spell::going_on(f64::from(t)));
        going.into_iter().chain(over).collect()
    }

    #[test]
    fn k1_kaplan_meier_of_the_remissions() {
        let expected = [
            (6.0, 21, 0.8571),
            (7.0, 17, 0.8067),
            (10.0, 15, 0.7529),
            (13.0, 12, 0.6902),
            (16.0, 11, 0.6275),
            (22.0, 7, 0.5378),
            (23.0, 6, 0.4482),
        ];
        let curve = kaplan_meier(&remissions());
        assert_eq!(curve.len(), expected.len());
        for (point, (time, at_risk, survival)) in curve.iter().zip(expected) {
            assert_eq!((point.time, point.at_risk), (time, at_risk));
            assert!((point.survival - survival).abs() < 5e-5, "{point:?}");
        }
        assert_eq!(survival_at(&curve, 5.9), 1.0);
        assert_eq!(survival_at(&curve, 12.0), curve[2].survival);
        assert!((exponential_rate(&remissions()) - 0.025_069_637_9).abs() < 5e-11);
    }

    #[test]
    fn k2_competing_constant_hazards() {
        let i = constant_incidence(&[0.05, 0.03], 24.0);
        let expected = [0.533_370_648_7, 0.320_022_389_2, 0.146_606_962_2];
        for (x, e) in [i.by_cause[0], i.by_cause[1], i.survival].iter().zip(expected) {
            assert!((x / e - 1.0).abs() < 1e-9, "{x}");
        }
        assert_eq!(constant_incidence(&[0.0, 0.0], 5.0).by_cause, [0.0, 0.0]);
    }

    #[test]
    fn k2_the_estimator_finds_the_closed_form() {
        // Quantiles of the time to either, and causes in turn in proportion 5 to 3.
        let n = 16_000;
        let spells: Vec<Spell> = (0..n)
            .map(|i| {
                let time = -ln(1.0 - (f64::from(i) + 0.5) / f64::from(n)) / 0.08;
                let cause = Some(usize::from(i % 8 >= 5));
                if time > 30.0 { Spell::going_on(30.0) } else { Spell { duration: time, cause } }
            })
            .collect();
        let curve = aalen_johansen(&spells, 2);
        let at = &curve[curve.partition_point(|p| p.time <= 24.0) - 1];
        assert!((at.by_cause[0] - 0.533_370_648_7).abs() < 5e-4);
        assert!((at.by_cause[1] - 0.320_022_389_2).abs() < 5e-4);
        assert!((at.survival - 0.146_606_962_2).abs() < 5e-4);
    }

    #[test]
    fn k3_weibull_survival_at_two_hazard_ratios() {
        let w = Weibull { shape: 0.7, scale: 30.0 };
        for (ratio, expected) in [(1.0, 0.425_118_349_252_757_6), (1.5, 0.277_181_841_687_620_94)] {
            assert!((w.survival(24.0, ratio) / expected - 1.0).abs() < 1e-9);
            assert!((w.quantile(1.0 - expected, ratio) - 24.0).abs() < 1e-9);
        }
    }

    #[test]
    fn k4_a_gate_that_shuts_and_reopens() {
        assert!((long_run_share(0.076, 0.28) - 0.213_483_146_1).abs() < 5e-11);
        assert!(long_run_share(0.0, 0.0).is_nan());
    }

    #[test]
    fn a_weibull_fit_finds_what_made_the_spells() {
        let truth = Weibull { shape: 0.7, scale: 30.0 };
        let n = 4_000;
        let spells: Vec<Spell> = (0..n)
            .map(|i| truth.quantile((f64::from(i) + 0.5) / f64::from(n), 1.0))
            .map(|t| if t > 40.0 { Spell::going_on(40.0) } else { Spell::over(t) })
            .collect();
        let fit = Weibull::fit(&spells).unwrap();
        assert!((fit.shape - 0.7).abs() < 0.005 && (fit.scale - 30.0).abs() < 0.3, "{fit:?}");
        let best = fit.log_likelihood(&spells);
        for (shape, scale) in [(0.99, 1.0), (1.01, 1.0), (1.0, 0.99), (1.0, 1.01)] {
            let other = Weibull { shape: fit.shape * shape, scale: fit.scale * scale };
            assert!(other.log_likelihood(&spells) < best);
        }
    }

    #[test]
    fn a_fit_needs_two_ends() {
        assert_eq!(Weibull::fit(&[]), None);
        assert_eq!(Weibull::fit(&[Spell::over(208.0)]), None);
        assert_eq!(Weibull::fit(&[Spell::over(5.0), Spell::over(5.0)]), None);
        assert_eq!(Weibull::fit(&[Spell::over(0.0), Spell::over(5.0)]), None);
        assert_eq!(Weibull::fit(&[Spell::going_on(3.0), Spell::going_on(5.0)]), None);
        assert!(Weibull::fit(&[Spell::over(0.66), Spell::over(208.0)]).is_some());
        assert!(kaplan_meier(&[Spell::going_on(5.0)]).is_empty());
    }

    #[test]
    fn censoring_lengthens_what_it_hides() {
        let short = [Spell::over(5.0), Spell::over(20.0), Spell::over(36.0)];
        let long = [Spell::over(5.0), Spell::over(20.0), Spell::going_on(36.0)];
        assert!(exponential_rate(&long) < exponential_rate(&short));
        let fits = [short, long].map(|s| Weibull::fit(&s).unwrap().quantile(0.5, 1.0));
        assert!(fits[1] > fits[0]);
    }

    fn spells() -> impl Strategy<Value = Vec<Spell>> {
        let spell = (0.1_f64..50.0, prop::option::of(0_usize..3));
        prop::collection::vec(
            spell.prop_map(|(t, cause)| Spell { duration: t.ceil(), cause }),
            1..40,
        )
    }

    proptest! {
        #[test]
        fn curves_fall_from_one_and_shares_add_up(spells in spells()) {
            let curve = kaplan_meier(&spells);
            let incidence = aalen_johansen(&spells, 3);
            prop_assert_eq!(curve.len(), incidence.len());
            let mut last = 1.0;
            for (point, i) in curve.iter().zip(&incidence) {
                prop_assert!(point.survival < last && point.survival >= -1e-12);
                prop_assert_eq!(point.survival, i.survival);
                prop_assert!((i.by_cause.iter().sum::<f64>() + i.survival - 1.0).abs() < 1e-12);
                last = point.survival;
            }
        }

        #[test]
        fn a_fit_scales_with_its_unit_of_time(spells in spells(), unit in 0.01_f64..100.0) {
            let scaled: Vec<Spell> =
                spells.iter().map(|s| Spell { duration: unit * s.duration, ..*s }).collect();
            match (Weibull::fit(&spells), Weibull::fit(&scaled)) {
                (Some(a), Some(b)) => {
                    prop_assert!((a.shape / b.shape - 1.0).abs() < 1e-9);
                    prop_assert!((unit * a.scale / b.scale - 1.0).abs() < 1e-9);
                }
                (a, b) => prop_assert_eq!(a.is_none(), b.is_none()),
            }
        }
    }
}
