//! Does the model show the patterns that the record shows? Criteria on an ensemble, under several
//! seeds.
//!
//! A pattern holds if all of its criteria hold under every one of its seeds: one lucky seed proves
//! nothing. A pattern that the corridor cannot show is listed as not applicable, which is neither
//! held nor failed.

use crate::across::Across;
use crate::measure::{Measure, MeasureError, evaluate};
use crate::stats;
use terbia_model::kernel::time::Month;

/// Runs without a value may not decide: a criterion needs one in at least this share of them.
pub const LEAST_SHARE_OF_RUNS: f64 = 0.5;

/// When a criterion holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// The central 90 % of the runs overlap what is expected, and hold what was observed.
    Overlap,
    /// The median of the runs is what is expected.
    Median,
    /// At least this share of the runs (0..1) is what is expected.
    Share(f64),
}

/// One thing that a pattern expects.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// Short name.
    pub id: String,
    /// What is looked at.
    pub measure: Measure,
    /// Its expected range; an end may be infinite.
    pub expected: [f64; 2],
    /// When it holds.
    pub rule: Rule,
    /// What the record shows, if it is a number.
    pub observed: Option<f64>,
}

/// Something that the record shows and the model should.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Short name.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// Where the record shows it.
    pub source: Vec<String>,
    /// Scenario to run.
    pub scenario: String,
    /// Seeds to run it under.
    pub seeds: Vec<u64>,
    /// Runs under each seed.
    pub members: u32,
    /// What is expected, all of it.
    pub criteria: Vec<Criterion>,
    /// Why the corridor cannot show it, if it cannot.
    pub not_applicable: Option<String>,
}

/// What the runs of one seed say to one criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct CriterionResult {
    /// Its short name.
    pub id: String,
    /// What was expected.
    pub expected: [f64; 2],
    /// What the record shows.
    pub observed: Option<f64>,
    /// Median of the runs; nothing if no run has a value, and so for the rest.
    pub median: Option<f64>,
    /// Lower end of their central 90 %.
    pub q05: Option<f64>,
    /// Upper end of their central 90 %.
    pub q95: Option<f64>,
    /// Share of the runs with a value that is as expected, 0..1.
    pub share_inside: Option<f64>,
    /// Runs that have a value.
    pub runs: usize,
    /// Whether it holds.
    pub held: bool,
}

/// What the runs of one seed say to all criteria of a pattern, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedResult {
    /// The seed.
    pub seed: u64,
    /// One result for each criterion.
    pub criteria: Vec<CriterionResult>,
}

/// Whether a pattern holds.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternResult {
    /// Its short name.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Whether all criteria hold under every seed; `None` if it is not applicable.
    pub held: Option<bool>,
    /// Why it is not applicable.
    pub reason: Option<String>,
    /// The results, seed by seed.
    pub seeds: Vec<SeedResult>,
}

impl SeedResult {
    /// Whether all criteria hold.
    pub fn held(&self) -> bool {
        self.criteria.iter().all(|c| c.held)
    }
}

impl PatternResult {
    /// Sums up what the seeds of `pattern` said. Without any seed or any criterion it fails:
    /// nothing was shown.
    pub fn new(pattern: &Pattern, seeds: Vec<SeedResult>) -> Self {
        let shown = !seeds.is_empty() && !pattern.criteria.is_empty();
        let held = shown && seeds.iter().all(SeedResult::held);
        Self {
            id: pattern.id.clone(),
            title: pattern.title.clone(),
            held: pattern.not_applicable.is_none().then_some(held),
            reason: pattern.not_applicable.clone(),
            seeds,
        }
    }
}

/// What the ensemble of one seed, which starts in `start`, says to the criteria of `pattern`.
pub fn check(
    pattern: &Pattern,
    seed: u64,
    across: &impl Across,
    start: Month,
) -> Result<SeedResult, MeasureError> {
    let one =
        |criterion: &Criterion| Ok(judge(criterion, &evaluate(&criterion.measure, across, start)?));
    let criteria = pattern.criteria.iter().map(one).collect::<Result<_, MeasureError>>()?;
    Ok(SeedResult { seed, criteria })
}

/// What `values`, one for each run, say to a criterion.
pub fn judge(criterion: &Criterion, values: &[f64]) -> CriterionResult {
    let [low, high] = criterion.expected;
    let runs = stats::sorted(values);
    let quantile = |p| (!runs.is_empty()).then(|| stats::quantile(&runs, p));
    let (median, q05, q95) = (quantile(0.5), quantile(0.05), quantile(0.95));
    let inside = runs.iter().filter(|v| (low..=high).contains(*v)).count();
    let share_inside = (!runs.is_empty()).then(|| inside as f64 / runs.len() as f64);
    let met = match criterion.rule {
        Rule::Overlap => q95.is_some_and(|q| q >= low) && q05.is_some_and(|q| q <= high),
        Rule::Median => median.is_some_and(|m| (low..=high).contains(&m)),
        Rule::Share(least) => share_inside.is_some_and(|s| s >= least),
    };
    // Touching a wide expectation is not enough: what was seen must lie among the runs.
    let seen = criterion.rule != Rule::Overlap
        || criterion
            .observed
            .is_none_or(|o| q05.is_some_and(|q| q <= o) && q95.is_some_and(|q| q >= o));
    let enough = runs.len() as f64 >= LEAST_SHARE_OF_RUNS * values.len() as f64;
    CriterionResult {
        id: criterion.id.clone(),
        expected: criterion.expected,
        observed: criterion.observed,
        median,
        q05,
        q95,
        share_inside,
        runs: runs.len(),
        held: met && seen && enough,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::across::tests::ensemble;
    use crate::measure::Statistic;

    const NAN: f64 = f64::NAN;

    fn criterion(expected: [f64; 2], rule: Rule) -> Criterion {
        Criterion {
            id: "fall".into(),
            measure: Measure::new("a", Statistic::Sum),
            expected,
            rule,
            observed: None,
        }
    }

    fn pattern(criteria: Vec<Criterion>) -> Pattern {
        Pattern {
            id: "P1".into(),
            title: "trough".into(),
            why: String::new(),
            source: vec!["T1".into()],
            scenario: "replay".into(),
            seeds: vec![1, 2],
            members: 11,
            criteria,
            not_applicable: None,
        }
    }

    /// Eleven runs from 0 to 100.
    fn runs() -> Vec<f64> {
        (0..11).map(|i| 10.0 * f64::from(i)).collect()
    }

    fn held(expected: [f64; 2], rule: Rule) -> bool {
        judge(&criterion(expected, rule), &runs()).held
    }

    #[test]
    fn overlap_asks_for_the_central_runs_only() {
        assert!(held([95.0, 200.0], Rule::Overlap) && held([-9.0, 5.0], Rule::Overlap));
        assert!(!held([95.1, 200.0], Rule::Overlap) && !held([-9.0, 4.9], Rule::Overlap));
        assert!(held([f64::NEG_INFINITY, f64::INFINITY], Rule::Overlap));
    }

    #[test]
    fn median_and_share_ask_for_the_bulk() {
        assert!(held([50.0, 50.0], Rule::Median) && !held([50.1, 90.0], Rule::Median));
        let result = judge(&criterion([0.0, 40.0], Rule::Share(0.4)), &runs());
        assert_eq!(result.share_inside, Some(5.0 / 11.0));
        assert!(result.held && !held([0.0, 40.0], Rule::Share(0.5)));
    }

    #[test]
    fn touching_a_wide_expectation_is_not_enough() {
        let wide = |observed| Criterion { observed, ..criterion([95.0, 300.0], Rule::Overlap) };
        assert!(judge(&wide(None), &runs()).held);
        assert!(judge(&wide(Some(95.0)), &runs()).held);
        assert!(!judge(&wide(Some(200.0)), &runs()).held);
    }

    #[test]
    fn a_few_runs_with_a_value_do_not_decide() {
        let wide = criterion([0.0, 100.0], Rule::Overlap);
        let result = judge(&wide, &[1.0, NAN, NAN]);
        assert_eq!((result.median, result.runs, result.held), (Some(1.0), 1, false));
        assert!(judge(&wide, &[1.0, 2.0, NAN, NAN]).held);
        let none = judge(&wide, &[NAN, NAN]);
        assert_eq!((none.median, none.share_inside, none.held), (None, None, false));
        assert!(!judge(&wide, &[]).held);
    }

    #[test]
    fn a_pattern_holds_only_under_every_seed() {
        let pattern = pattern(vec![
            criterion([0.0, 4.0], Rule::Median),
            criterion([0.0, 100.0], Rule::Overlap),
        ]);
        let start: Month = "2020-01".parse().unwrap();
        let good = ensemble(&[("a", &[&[1.0, 2.0], &[1.0, 3.0]])]);
        let bad = ensemble(&[("a", &[&[1.0, 2.0], &[1.0, 7.0]])]);
        let seed = |n, across| check(&pattern, n, across, start).unwrap();
        let result = PatternResult::new(&pattern, vec![seed(1, &good), seed(2, &good)]);
        assert_eq!(result.held, Some(true));
        let result = PatternResult::new(&pattern, vec![seed(1, &good), seed(2, &bad)]);
        assert_eq!(result.held, Some(false));
        assert!(result.seeds[0].held() && !result.seeds[1].held());
        assert!(result.seeds[1].criteria[1].held);
    }

    #[test]
    fn what_was_not_tested_neither_holds_nor_passes_unseen() {
        let mut pattern = pattern(vec![criterion([0.0, 4.0], Rule::Median)]);
        assert_eq!(PatternResult::new(&pattern, Vec::new()).held, Some(false));
        pattern.not_applicable = Some("no river in this corridor".into());
        let result = PatternResult::new(&pattern, Vec::new());
        assert_eq!(
            (result.held, result.reason.as_deref()),
            (None, Some("no river in this corridor"))
        );
    }
}
