//! Which one number of a run does a figure of the record speak of? A [`Measure`]: an outcome,
//! folded over a window of months, perhaps in relation to another.
//!
//! ```text
//! value = scale * (statistic(outcome over from..=to) [* multiply] [/ divide] [- 1])
//! ```
//!
//! It is evaluated for all runs at once, month by month, with a few numbers kept for each run.
//! A run has no value (NaN) if it diverged, if it divides by zero, or if the window does not lie
//! wholly within the months of the ensemble: half a sum is not the sum.

mod fold;
mod gradient;

pub use gradient::Cell;

use crate::across::Across;
use fold::Fold;
use std::io;
use terbia_model::kernel::time::Month;

/// How months become one number. NaN in any month makes it NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// Sum of the months.
    Sum,
    /// Mean of the months.
    Mean,
    /// Smallest month.
    Min,
    /// Largest month.
    Max,
    /// First month.
    First,
    /// Last month.
    Last,
    /// Smallest mean of a calendar year that lies wholly in the window; NaN if none does.
    YearMeanMin,
    /// Smallest sum of a calendar year that lies wholly in the window; NaN if none does.
    YearSumMin,
    /// Months that the first spell lasts in which it is above one half; 0 if there is none. A spell
    /// that reaches the last month may last longer.
    FirstSpell,
    /// Whether that spell ends within the window: 1 if it does.
    FirstSpellEnded,
    /// Number, from 1, of the first month above one half; that of the last month if there is none.
    FirstAbove,
    /// Whether any month is above one half: 1 if one is.
    EverAbove,
}

impl Statistic {
    /// Every one, in the order of the reference.
    pub const ALL: [Self; 12] = [
        Self::Sum,
        Self::Mean,
        Self::Min,
        Self::Max,
        Self::First,
        Self::Last,
        Self::YearMeanMin,
        Self::YearSumMin,
        Self::FirstSpell,
        Self::FirstSpellEnded,
        Self::FirstAbove,
        Self::EverAbove,
    ];

    /// Whether it counts months above one half, whatever they are beyond that.
    fn counts(self) -> bool {
        use Statistic::{EverAbove, FirstAbove, FirstSpell, FirstSpellEnded};
        matches!(self, FirstSpell | FirstSpellEnded | FirstAbove | EverAbove)
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Min => "min",
            Self::Max => "max",
            Self::First => "first",
            Self::Last => "last",
            Self::YearMeanMin => "year_mean_min",
            Self::YearSumMin => "year_sum_min",
            Self::FirstSpell => "first_spell",
            Self::FirstSpellEnded => "first_spell_ended",
            Self::FirstAbove => "first_above",
            Self::EverAbove => "ever_above",
        }
    }

    /// The statistic with this name in files.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// One number of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Name of the column.
    pub outcome: String,
    /// How its months become one number.
    pub statistic: Statistic,
    /// First month; absent means the first of the surrounding measure, observation or ensemble.
    pub from: Option<Month>,
    /// Last month, included; absent likewise.
    pub to: Option<Month>,
    /// Factor on the result, last of all: the unit of the record / the unit of the model.
    pub scale: f64,
    /// What it is multiplied by.
    pub multiply: Option<Box<Measure>>,
    /// What it is divided by.
    pub divide: Option<Box<Measure>>,
    /// Whether 1 is taken off at the end, as for a relative change.
    pub minus_one: bool,
}

/// Why a measure cannot be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// No column has this name.
    #[error("the ensemble has no outcome '{outcome}'")]
    UnknownOutcome {
        /// The name asked for.
        outcome: String,
    },
    /// The results cannot be read.
    #[error("the results of the ensemble cannot be read")]
    Read(#[from] io::Error),
}

impl Measure {
    /// A statistic of an outcome over all months, to be narrowed from there.
    pub fn new(outcome: impl Into<String>, statistic: Statistic) -> Self {
        Self {
            outcome: outcome.into(),
            statistic,
            from: None,
            to: None,
            scale: 1.0,
            multiply: None,
            divide: None,
            minus_one: false,
        }
    }

    /// The same measure with the window `from..=to` where it leaves its own open. A measure inside
    /// another falls back on the window of the one around it.
    #[must_use]
    pub fn within(mut self, from: Option<Month>, to: Option<Month>) -> Self {
        self.from = self.from.or(from);
        self.to = self.to.or(to);
        let (from, to) = (self.from, self.to);
        let narrowed = |m: Option<Box<Self>>| m.map(|m| Box::new(m.within(from, to)));
        self.multiply = narrowed(self.multiply);
        self.divide = narrowed(self.divide);
        self
    }

    /// Whether its window, and those of all measures in it, lie within `months` months from
    /// `start`; if not, no run has a value.
    pub fn covered(&self, start: Month, months: usize) -> bool {
        let whole = self.clone().within(None, None);
        let inner = [&whole.multiply, &whole.divide];
        whole.window(start, months).is_some()
            && inner.into_iter().flatten().all(|m| m.covered(start, months))
    }

    /// First and last month that it reads, itself or in a measure in it; nothing if a window is open.
    pub fn span(&self) -> Option<(Month, Month)> {
        let whole = self.clone().within(None, None);
        let inner = whole.multiply.iter().chain(&whole.divide).map(|m| m.span());
        let own = whole.from.zip(whole.to);
        let join = |a: (Month, Month), b: (Month, Month)| (a.0.min(b.0), a.1.max(b.1));
        inner.fold(own, |all, one| Some(join(all?, one?)))
    }

    fn compile(
        &self,
        column: &impl Fn(&str) -> Option<usize>,
        start: Month,
        months: usize,
    ) -> Result<Compiled, MeasureError> {
        let inner = |m: &Option<Box<Self>>| -> Result<Option<Box<Compiled>>, MeasureError> {
            m.as_ref().map(|m| Ok(Box::new(m.compile(column, start, months)?))).transpose()
        };
        let unknown = || MeasureError::UnknownOutcome { outcome: self.outcome.clone() };
        let compiled = Compiled {
            column: column(&self.outcome).ok_or_else(unknown)?,
            statistic: self.statistic,
            months: self.window(start, months).unwrap_or_default(),
            start,
            scale: self.scale,
            minus_one: self.minus_one,
            multiply: inner(&self.multiply)?,
            divide: inner(&self.divide)?,
        };
        Ok(compiled)
    }

    /// First month, and the one after the last, counted from `start`.
    fn window(&self, start: Month, months: usize) -> Option<(usize, usize)> {
        let first = self.from.map_or(0, |m| i64::from(m.since(start)));
        let end = self.to.map_or(months as i64, |m| i64::from(m.since(start)) + 1);
        (0 <= first && first < end && end <= months as i64)
            .then_some((first as usize, end as usize))
    }
}

/// A measure whose columns and months have been looked up, to be taken of one run after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    column: usize,
    statistic: Statistic,
    /// First month, and the one after the last, counted from the start of the run.
    months: (usize, usize),
    start: Month,
    scale: f64,
    minus_one: bool,
    multiply: Option<Box<Compiled>>,
    divide: Option<Box<Compiled>>,
}

impl Compiled {
    /// Looks `measure` up among the columns of runs of `months` months from `start`; nothing if its
    /// window does not lie within them.
    pub fn new(
        measure: &Measure,
        column: &impl Fn(&str) -> Option<usize>,
        start: Month,
        months: usize,
    ) -> Result<Option<Self>, MeasureError> {
        let whole = measure.clone().within(None, None);
        if !whole.covered(start, months) {
            return Ok(None);
        }
        whole.compile(column, start, months).map(Some)
    }

    /// First month, and the one after the last, counted from the start of the run.
    pub fn months(&self) -> (usize, usize) {
        self.months
    }

    /// First month, and the one after the last, of all months that it reads.
    pub fn span(&self) -> (usize, usize) {
        let inner = self.multiply.iter().chain(&self.divide).map(|m| m.span());
        inner.fold(self.months, |(first, end), (a, b)| (first.min(a), end.max(b)))
    }

    /// Every column that it reads.
    pub fn columns(&self) -> Vec<usize> {
        let inner = self.multiply.iter().chain(&self.divide).flat_map(|m| m.columns());
        std::iter::once(self.column).chain(inner).collect()
    }

    /// Its value in a run, `series` giving the months of a column.
    pub fn value<'a>(&self, series: &impl Fn(usize) -> &'a [f64]) -> f64 {
        let mut fold = Fold::new(self.statistic, 1);
        let (first, end) = self.months;
        let column = series(self.column);
        for (place, month) in column.iter().enumerate().take(end).skip(first) {
            let last = place + 1 == end;
            if self.statistic != Statistic::Last || last {
                fold.add(self.start.plus(place as i32), std::slice::from_ref(month));
            }
            if self.statistic == Statistic::First {
                break;
            }
        }
        let mut value = fold.finish().first().copied().unwrap_or(f64::NAN);
        if let Some(factor) = &self.multiply {
            value *= factor.value(series);
        }
        if let Some(divisor) = &self.divide {
            let divisor = divisor.value(series);
            value = if divisor == 0.0 { f64::NAN } else { value / divisor };
        }
        self.scale * (value - f64::from(u8::from(self.minus_one)))
    }
}

/// The value of `measure` for each run of an ensemble that starts in `start`.
pub fn evaluate(
    measure: &Measure,
    across: &impl Across,
    start: Month,
) -> Result<Vec<f64>, MeasureError> {
    value(&measure.clone().within(None, None), across, start)
}

fn value(measure: &Measure, across: &impl Across, start: Month) -> Result<Vec<f64>, MeasureError> {
    let column = across
        .column(&measure.outcome)
        .ok_or_else(|| MeasureError::UnknownOutcome { outcome: measure.outcome.clone() })?;
    let mut values = match measure.window(start, across.months()) {
        Some((first, end)) => fold(across, column, measure.statistic, start, first..end)?,
        None => vec![f64::NAN; across.runs()],
    };
    if let Some(factor) = &measure.multiply {
        for (value, factor) in values.iter_mut().zip(self::value(factor, across, start)?) {
            *value *= factor;
        }
    }
    if let Some(divisor) = &measure.divide {
        for (value, divisor) in values.iter_mut().zip(self::value(divisor, across, start)?) {
            *value = if divisor == 0.0 { f64::NAN } else { *value / divisor };
        }
    }
    let off = f64::from(u8::from(measure.minus_one));
    for value in &mut values {
        *value = measure.scale * (*value - off);
    }
    Ok(values)
}

/// Folds a column over `months` (counted from `start`) into one number for each run.
pub(crate) fn fold(
    across: &impl Across,
    column: usize,
    statistic: Statistic,
    start: Month,
    months: std::ops::Range<usize>,
) -> io::Result<Vec<f64>> {
    let end = start.plus(months.end as i32);
    let mut fold = Fold::new(statistic, across.runs());
    let mut month_values = Vec::new();
    for month in months {
        // The last statistic needs one month only, and reading is what costs.
        if statistic == Statistic::Last && start.plus(month as i32 + 1) != end {
            continue;
        }
        across.read(column, month, &mut month_values)?;
        fold.add(start.plus(month as i32), &month_values);
        if statistic == Statistic::First {
            break;
        }
    }
    Ok(fold.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::across::InMemory;
    use crate::across::tests::ensemble;

    const NAN: f64 = f64::NAN;

    /// Four months from November: two runs and one that diverged.
    fn small() -> (InMemory, Month) {
        let a: [&[f64]; 3] = [&[4.0, 1.0, 2.0, 3.0], &[0.0, -5.0, 5.0, 8.0], &[NAN; 4]];
        let b: [&[f64]; 3] = [&[2.0; 4], &[0.0; 4], &[NAN; 4]];
        (ensemble(&[("a", &a), ("b", &b)]), month("2020-11"))
    }

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn check(measure: &Measure, expected: [f64; 3]) {
        let (across, start) = small();
        let values = evaluate(measure, &across, start).unwrap();
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        assert!(values.iter().zip(&expected).all(same), "{measure:?}: {values:?}");
    }

    #[test]
    fn every_statistic_folds_the_months_of_a_run() {
        let of = |statistic| Measure::new("a", statistic);
        check(&of(Statistic::Sum), [10.0, 8.0, NAN]);
        check(&of(Statistic::Mean), [2.5, 2.0, NAN]);
        check(&of(Statistic::Min), [1.0, -5.0, NAN]);
        check(&of(Statistic::Max), [4.0, 8.0, NAN]);
        check(&of(Statistic::First), [4.0, 0.0, NAN]);
        check(&of(Statistic::Last), [3.0, 8.0, NAN]);
        check(&of(Statistic::YearMeanMin), [NAN; 3]);
    }

    #[test]
    fn a_spell_lasts_from_its_first_month_to_the_last_before_it_ends() {
        let runs: [&[f64]; 4] = [
            &[0.0, 1.0, 1.0, 0.0, 1.0],
            &[0.0, 0.0, 0.0, 1.0, 1.0],
            &[0.0; 5],
            &[1.0, NAN, 0.0, 0.0, 0.0],
        ];
        let across = ensemble(&[("a", &runs)]);
        let of = |s| evaluate(&Measure::new("a", s), &across, month("2020-11")).unwrap();
        let lasted = of(Statistic::FirstSpell);
        assert_eq!(lasted[..3], [2.0, 2.0, 0.0]);
        let ended = of(Statistic::FirstSpellEnded);
        assert_eq!(ended[..3], [1.0, 0.0, 0.0]);
        assert!(lasted[3].is_nan() && ended[3].is_nan());
    }

    #[test]
    fn the_first_month_above_is_counted_from_one_and_the_last_stands_for_never() {
        let runs: [&[f64]; 4] =
            [&[0.0, 0.4, 0.6, 0.0, 1.0], &[1.0; 5], &[0.5; 5], &[0.0, 1.0, NAN, 0.0, 0.0]];
        let across = ensemble(&[("a", &runs)]);
        let of = |s| evaluate(&Measure::new("a", s), &across, month("2020-11")).unwrap();
        let (first, ever) = (of(Statistic::FirstAbove), of(Statistic::EverAbove));
        assert_eq!((&first[..3], &ever[..3]), (&[3.0, 1.0, 5.0][..], &[1.0, 1.0, 0.0][..]));
        assert!(first[3].is_nan() && ever[3].is_nan());
    }

    #[test]
    fn a_compiled_measure_says_of_each_run_what_the_measure_says_of_all() {
        let (across, start) = small();
        let ratio = Measure {
            from: Some(month("2020-12")),
            divide: Some(Box::new(Measure::new("b", Statistic::Mean))),
            minus_one: true,
            scale: 3.0,
            ..Measure::new("a", Statistic::Last)
        };
        let all = Statistic::ALL.map(|s| Measure::new("a", s));
        for measure in all.into_iter().chain([ratio.clone()]) {
            let column = |name: &str| across.column(name);
            let compiled = Compiled::new(&measure, &column, start, 4).unwrap().unwrap();
            for (run, expected) in evaluate(&measure, &across, start).unwrap().iter().enumerate() {
                let mut months = Vec::new();
                let mut series = [Vec::new(), Vec::new()];
                for month in 0..4 {
                    for (column, series) in series.iter_mut().enumerate() {
                        across.read(column, month, &mut months).unwrap();
                        series.push(months[run]);
                    }
                }
                let value = compiled.value(&|c: usize| series[c].as_slice());
                assert!(value == *expected || (value.is_nan() && expected.is_nan()), "{measure:?}");
            }
        }
        let first = Some(month("2020-11"));
        let first = Measure { from: first, to: first, ..Measure::new("b", Statistic::Mean) };
        let ratio = Measure { divide: Some(Box::new(first)), ..ratio };
        let column = |name: &str| across.column(name);
        let ratio = Compiled::new(&ratio, &column, start, 4).unwrap().unwrap();
        assert_eq!((ratio.months(), ratio.span()), ((1, 4), (0, 4)));
        let early = Measure { from: Some(month("2020-10")), ..Measure::new("a", Statistic::Sum) };
        let column = |name: &str| across.column(name);
        assert_eq!(Compiled::new(&early, &column, start, 4).unwrap(), None);
    }

    #[test]
    fn a_window_holds_both_its_ends() {
        let sum = Measure::new("a", Statistic::Sum);
        let (december, january) = (Some(month("2020-12")), Some(month("2021-01")));
        check(&sum.clone().within(december, january), [3.0, 0.0, NAN]);
        check(&sum.clone().within(january, None), [5.0, 13.0, NAN]);
        check(&Measure::new("a", Statistic::Last).within(None, december), [1.0, -5.0, NAN]);
        check(&Measure::new("a", Statistic::First).within(december, None), [1.0, -5.0, NAN]);
    }

    #[test]
    fn a_window_that_the_ensemble_does_not_cover_has_no_value() {
        let sum = Measure::new("a", Statistic::Sum);
        for (from, to) in [("2020-10", "2020-12"), ("2020-12", "2021-03"), ("2021-01", "2020-12")] {
            let measure = sum.clone().within(Some(month(from)), Some(month(to)));
            check(&measure, [NAN; 3]);
            assert!(!measure.covered(month("2020-11"), 4));
            let outer = Measure { divide: Some(Box::new(measure)), ..sum.clone() };
            assert!(!outer.covered(month("2020-11"), 4));
        }
        assert!(sum.covered(month("2020-11"), 4));
    }

    #[test]
    fn a_year_counts_only_if_it_lies_wholly_in_the_window() {
        // From December 2020 to January 2023, month k of 2021 being k, of 2022 2k; the odd months
        // at the ends are far below.
        let mut run = vec![-100.0];
        run.extend((1..=12).map(f64::from));
        run.extend((1..=12).map(|m| 2.0 * f64::from(m)));
        run.push(-100.0);
        let mut broken = run.clone();
        broken[15] = NAN;
        let across = ensemble(&[("a", &[&run, &broken])]);
        for (statistic, expected) in [(Statistic::YearSumMin, 78.0), (Statistic::YearMeanMin, 6.5)]
        {
            let values =
                evaluate(&Measure::new("a", statistic), &across, month("2020-12")).unwrap();
            assert_eq!(values[0], expected);
            assert!(values[1].is_nan());
        }
        let late = Measure::new("a", Statistic::YearSumMin).within(Some(month("2021-02")), None);
        assert_eq!(evaluate(&late, &across, month("2020-12")).unwrap()[0], 156.0);
    }

    #[test]
    fn measures_multiply_divide_and_turn_into_changes() {
        let b = Box::new(Measure::new("b", Statistic::Mean));
        let sum = Measure::new("a", Statistic::Sum);
        check(&Measure { scale: 10.0, ..sum.clone() }, [100.0, 80.0, NAN]);
        check(&Measure { multiply: Some(b.clone()), ..sum.clone() }, [20.0, 0.0, NAN]);
        check(&Measure { divide: Some(b.clone()), ..sum.clone() }, [5.0, NAN, NAN]);
        let first = Some(Box::new(Measure {
            to: Some(month("2020-11")),
            ..Measure::new("a", Statistic::First)
        }));
        let change =
            Measure { divide: first, minus_one: true, ..Measure::new("a", Statistic::Last) };
        check(&change, [-0.25, NAN, NAN]);
    }

    #[test]
    fn an_inner_measure_falls_back_on_the_window_around_it() {
        let share = Measure {
            from: Some(month("2020-12")),
            to: Some(month("2020-12")),
            divide: Some(Box::new(Measure::new("a", Statistic::Sum))),
            ..Measure::new("a", Statistic::Sum)
        };
        check(&share, [1.0, 1.0, NAN]);
        check(&share.within(None, Some(month("2021-02"))), [1.0, 1.0, NAN]);
    }

    #[test]
    fn an_unknown_outcome_is_named() {
        let (across, start) = small();
        let inner = Some(Box::new(Measure::new("c", Statistic::Sum)));
        let error = evaluate(
            &Measure { divide: inner, ..Measure::new("a", Statistic::Sum) },
            &across,
            start,
        );
        assert_eq!(error.unwrap_err().to_string(), "the ensemble has no outcome 'c'");
    }

    #[test]
    fn statistics_have_one_name_each() {
        for statistic in Statistic::ALL {
            assert_eq!(Statistic::from_name(statistic.name()), Some(statistic));
        }
        assert_eq!(Statistic::from_name("median"), None);
    }

    #[test]
    fn a_measure_spans_the_months_of_all_that_is_in_it() {
        let earlier = Measure {
            from: Some(month("2019-12")),
            to: Some(month("2020-02")),
            ..Measure::new("b", Statistic::Mean)
        };
        let of = |divide| Measure { divide, ..Measure::new("a", Statistic::Sum) };
        let window = (Some(month("2020-11")), Some(month("2021-01")));
        let alone = of(None).within(window.0, window.1);
        assert_eq!(alone.span(), Some((month("2020-11"), month("2021-01"))));
        let ratio = of(Some(Box::new(earlier))).within(window.0, window.1);
        assert_eq!(ratio.span(), Some((month("2019-12"), month("2021-01"))));
        assert_eq!(of(None).span(), None);
    }
}
