//! How does the ensemble spread, month by month and year by year?

use crate::across::Across;
use crate::measure::{Statistic, fold};
use crate::stats;
use std::io;
use terbia_model::kernel::time::Month;
use terbia_model::outcome::Scalar;

/// The spread of the runs in one number. NaN throughout if no run has a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// 5 % of the runs lie below.
    pub q05: f64,
    /// 25 % of the runs lie below.
    pub q25: f64,
    /// Half of the runs lie below.
    pub q50: f64,
    /// 75 % of the runs lie below.
    pub q75: f64,
    /// 95 % of the runs lie below.
    pub q95: f64,
}

/// The spread of one calendar year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// Months of it that the runs cover, 1..=12: a sum over fewer than 12 is no yearly sum.
    pub months: usize,
    /// The spread of its sum, its mean or its last month.
    pub band: Band,
}

impl Band {
    /// The spread of `values`, one for each run; NaN is left out.
    pub fn of(values: &[f64]) -> Self {
        let sorted = stats::sorted(values);
        let [q05, q25, q50, q75, q95] =
            [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| stats::quantile(&sorted, p));
        Self { q05, q25, q50, q75, q95 }
    }
}

impl From<Scalar> for Statistic {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Sum => Self::Sum,
            Scalar::Mean => Self::Mean,
            Scalar::Last => Self::Last,
        }
    }
}

/// The spread of a column in each month.
pub fn fan(across: &impl Across, column: usize) -> io::Result<Vec<Band>> {
    let mut values = Vec::with_capacity(across.runs());
    let month = |month| {
        across.read(column, month, &mut values)?;
        Ok(Band::of(&values))
    };
    (0..across.months()).map(month).collect()
}

/// The spread of a column in each calendar year that an ensemble starting in `start` touches.
pub fn years(
    across: &impl Across,
    column: usize,
    scalar: Scalar,
    start: Month,
) -> io::Result<Vec<Year>> {
    let mut years = Vec::new();
    let mut first = 0;
    while first < across.months() {
        let month = start.plus(first as i32);
        let left_of_year = 13 - usize::from(month.of_year());
        let end = (first + left_of_year).min(across.months());
        let values = fold(across, column, scalar.into(), start, first..end)?;
        years.push(Year { year: month.year(), months: end - first, band: Band::of(&values) });
        first = end;
    }
    Ok(years)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::across::tests::ensemble;

    #[test]
    fn a_fan_spreads_month_by_month() {
        let across = ensemble(&[("a", &[&[0.0, 5.0], &[100.0, 5.0], &[f64::NAN, f64::NAN]])]);
        let fan = fan(&across, 0).unwrap();
        assert_eq!(fan[0], Band { q05: 5.0, q25: 25.0, q50: 50.0, q75: 75.0, q95: 95.0 });
        assert_eq!(fan[1], Band { q05: 5.0, q25: 5.0, q50: 5.0, q75: 5.0, q95: 5.0 });
    }

    #[test]
    fn years_begin_in_january_and_say_how_many_months_they_have() {
        let run: Vec<f64> = (0..16).map(f64::from).collect();
        let across = ensemble(&[("a", &[&run])]);
        let of = |scalar| -> Vec<(i32, usize, f64)> {
            let years = years(&across, 0, scalar, "2019-11".parse().unwrap()).unwrap();
            years.iter().map(|y| (y.year, y.months, y.band.q50)).collect()
        };
        assert_eq!(of(Scalar::Sum), [(2019, 2, 1.0), (2020, 12, 90.0), (2021, 2, 29.0)]);
        assert_eq!(of(Scalar::Mean), [(2019, 2, 0.5), (2020, 12, 7.5), (2021, 2, 14.5)]);
        assert_eq!(of(Scalar::Last), [(2019, 2, 1.0), (2020, 12, 13.0), (2021, 2, 15.0)]);
    }

    #[test]
    fn an_ensemble_without_a_value_has_no_band() {
        assert!(Band::of(&[f64::NAN]).q50.is_nan());
    }
}
