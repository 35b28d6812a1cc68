//! By how much does a figure change with each month that goes into it?

use super::{Compiled, Statistic};
use terbia_model::kernel::time::Month;

/// What a figure owes to one month of one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// The column.
    pub column: usize,
    /// Months since the start of the run.
    pub month: usize,
    /// Change of the figure for a change of the logarithm of the month.
    pub change: f64,
}

impl Compiled {
    /// Its value in a run whose months are given by `at` (column, month); appends to `cells` what it
    /// owes to each, if all its other months stay. A column may come more than once.
    ///
    /// A smallest or largest month owes all to itself: the change is that on one side.
    pub fn gradient(&self, at: &impl Fn(usize, usize) -> f64, cells: &mut Vec<Cell>) -> f64 {
        let own = cells.len();
        let value = self.fold(at, cells);
        let factors = cells.len();
        let factor = self.multiply.as_ref().map_or(1.0, |m| m.gradient(at, cells));
        let divisors = cells.len();
        let divisor = self.divide.as_ref().map_or(1.0, |m| m.gradient(at, cells));
        if divisor == 0.0 {
            cells.iter_mut().skip(own).for_each(|cell| cell.change = f64::NAN);
            return f64::NAN;
        }
        let ratio = value * factor / divisor;
        let rates = [factor / divisor, value / divisor, -ratio / divisor];
        for (place, cell) in cells.iter_mut().enumerate().skip(own) {
            let part = usize::from(place >= factors) + usize::from(place >= divisors);
            cell.change *= self.scale * rates[part];
        }
        self.scale * (ratio - f64::from(u8::from(self.minus_one)))
    }

    /// The months of its own column folded into one number.
    fn fold(&self, at: &impl Fn(usize, usize) -> f64, cells: &mut Vec<Cell>) -> f64 {
        let (first, end) = self.months;
        if self.statistic.counts() {
            // A little more or less in a month leaves a spell as long as it is.
            let months: Vec<f64> = (0..end).map(|month| at(self.column, month)).collect();
            let plain =
                Self { multiply: None, divide: None, scale: 1.0, minus_one: false, ..self.clone() };
            return plain.value(&|_| months.as_slice());
        }
        let months = self.counted(at, first..end);
        let share = match self.statistic {
            Statistic::Mean => 1.0 / (end - first) as f64,
            Statistic::YearMeanMin => 1.0 / 12.0,
            _ => 1.0,
        };
        if months.is_empty() {
            return f64::NAN;
        }
        let column = self.column;
        let mut value = 0.0;
        for month in months {
            let change = share * at(column, month);
            value += change;
            cells.push(Cell { column, month, change });
        }
        value
    }

    /// The months of the window that count towards its value.
    fn counted(
        &self,
        at: &impl Fn(usize, usize) -> f64,
        months: std::ops::Range<usize>,
    ) -> std::ops::Range<usize> {
        let value = |month: &usize| at(self.column, *month);
        let (first, end) = (months.start, months.end);
        let one = |month: Option<usize>| month.map_or(first..first, |m| m..m + 1);
        match self.statistic {
            Statistic::Sum | Statistic::Mean => months,
            _ if self.statistic.counts() => first..first,
            Statistic::First => first..first + 1,
            Statistic::Last => end - 1..end,
            Statistic::Min => one(months.min_by(|a, b| value(a).total_cmp(&value(b)))),
            Statistic::Max => one(months.max_by(|a, b| value(a).total_cmp(&value(b)))),
            _ => {
                let begins = |m: &usize| self.of_year(*m) == 1 && m + 12 <= end;
                let sum = |m: &usize| (*m..m + 12).map(|m| value(&m)).sum::<f64>();
                let years = months.filter(begins).min_by(|a, b| sum(a).total_cmp(&sum(b)));
                years.map_or(first..first, |year| year..year + 12)
            }
        }
    }

    fn of_year(&self, month: usize) -> u8 {
        let month: Month = self.start.plus(month as i32);
        month.of_year()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measure;
    use terbia_model::kernel::math::exp;

    const MONTHS: usize = 30;

    /// Two made-up series, positive and never twice the same.
    fn at(column: usize, month: usize) -> f64 {
        let x = (37 * month + 11 * column) % 101;
        10.0 + x as f64 / (1.0 + column as f64)
    }

    fn compiled(measure: &Measure) -> Compiled {
        let column = |name: &str| ["a", "b"].iter().position(|n| *n == name);
        Compiled::new(measure, &column, "2020-11".parse().unwrap(), MONTHS).unwrap().unwrap()
    }

    fn check(measure: &Measure) {
        let compiled = compiled(measure);
        let series = [0, 1].map(|c| (0..MONTHS).map(|m| at(c, m)).collect::<Vec<f64>>());
        let mut cells = Vec::new();
        let value = compiled.gradient(&at, &mut cells);
        let expected = compiled.value(&|c: usize| series[c].as_slice());
        assert!((value - expected).abs() <= 1e-12 * expected.abs(), "{measure:?}");
        // Each month moved a little, one after the other.
        let step = 1e-6;
        for column in [0, 1] {
            for month in 0..MONTHS {
                let moved = |by: f64| {
                    let mut series = series.clone();
                    series[column][month] *= exp(by);
                    compiled.value(&|c: usize| series[c].as_slice())
                };
                let slope = (moved(step) - moved(-step)) / (2.0 * step);
                let mine = cells.iter().filter(|c| (c.column, c.month) == (column, month));
                let change: f64 = mine.map(|c| c.change).sum();
                let size = expected.abs().max(1.0);
                assert!((change - slope).abs() < 1e-6 * size, "{measure:?} {column} {month}");
            }
        }
    }

    #[test]
    fn the_gradient_of_every_statistic_is_its_slope() {
        for statistic in Statistic::ALL {
            check(&Measure::new("a", statistic));
        }
    }

    #[test]
    fn so_is_that_of_products_ratios_and_changes() {
        let month = |text: &str| Some(text.parse().unwrap());
        let b = Measure { scale: 0.3, ..Measure::new("b", Statistic::Mean) };
        let early = Measure { from: month("2021-01"), to: month("2021-04"), ..b.clone() };
        let same = Measure { to: month("2022-01"), ..Measure::new("a", Statistic::Last) };
        for (multiply, divide) in
            [(None, Some(&early)), (Some(&b), Some(&same)), (Some(&early), None)]
        {
            check(&Measure {
                from: month("2021-02"),
                to: month("2021-06"),
                scale: 100.0,
                minus_one: true,
                multiply: multiply.cloned().map(Box::new),
                divide: divide.cloned().map(Box::new),
                ..Measure::new("a", Statistic::Sum)
            });
        }
    }

    #[test]
    fn what_has_no_value_has_no_gradient() {
        let short = Measure {
            to: Some("2021-03".parse().unwrap()),
            ..Measure::new("a", Statistic::YearSumMin)
        };
        let mut cells = Vec::new();
        assert!(compiled(&short).gradient(&at, &mut cells).is_nan() && cells.is_empty());
        let divide = Some(Box::new(Measure::new("b", Statistic::Sum)));
        let ratio = Measure { divide, ..Measure::new("a", Statistic::Sum) };
        let nought =
            |column: usize, month: usize| if column == 1 { 0.0 } else { at(column, month) };
        assert!(compiled(&ratio).gradient(&nought, &mut cells).is_nan());
        assert!(cells.iter().all(|cell| cell.change.is_nan()));
    }
}
