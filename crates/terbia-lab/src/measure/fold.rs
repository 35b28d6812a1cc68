//! How do the months of many runs become one number each? Month by month, with little kept.

use super::Statistic;
use terbia_model::kernel::time::Month;

/// One number for each run, growing month by month.
pub(super) struct Fold {
    statistic: Statistic,
    count: usize,
    total: Vec<f64>,
    /// Of the calendar year under way: its sum for each run, and the number of its months so far. Of a
    /// spell, whether it has begun (1) and ended (2); of a wait, whether it is over (1).
    year: Vec<f64>,
    year_months: u8,
    years: usize,
}

impl Fold {
    pub(super) fn new(statistic: Statistic, runs: usize) -> Self {
        Self {
            statistic,
            count: 0,
            total: vec![0.0; runs],
            year: vec![0.0; runs],
            year_months: 0,
            years: 0,
        }
    }

    pub(super) fn add(&mut self, month: Month, values: &[f64]) {
        match self.statistic {
            Statistic::Sum | Statistic::Mean => {
                for (total, value) in self.total.iter_mut().zip(values) {
                    *total += value;
                }
            }
            Statistic::Min => keep(&mut self.total, values, self.count == 0, |v, t| v < t),
            Statistic::Max => keep(&mut self.total, values, self.count == 0, |v, t| v > t),
            Statistic::First | Statistic::Last => self.total.copy_from_slice(values),
            Statistic::YearMeanMin | Statistic::YearSumMin => self.add_to_year(month, values),
            Statistic::FirstSpell | Statistic::FirstSpellEnded => self.add_to_spell(values),
            Statistic::FirstAbove | Statistic::EverAbove => self.wait(values),
        }
        self.count += 1;
    }

    fn add_to_year(&mut self, month: Month, values: &[f64]) {
        if month.of_year() == 1 {
            self.year.fill(0.0);
            self.year_months = 0;
        }
        for (sum, value) in self.year.iter_mut().zip(values) {
            *sum += value;
        }
        self.year_months += 1;
        // A year that the window enters late never gets to twelve.
        if self.year_months == 12 {
            keep(&mut self.total, &self.year, self.years == 0, |v, t| v < t);
            self.years += 1;
        }
    }

    fn add_to_spell(&mut self, values: &[f64]) {
        let spells = self.total.iter_mut().zip(&mut self.year);
        for ((months, phase), value) in spells.zip(values) {
            let holds = *value > 0.5;
            if value.is_nan() {
                *months = f64::NAN;
            } else if holds && *phase < 2.0 {
                *phase = 1.0;
                *months += 1.0;
            } else if *phase == 1.0 {
                *phase = 2.0;
            }
        }
    }

    /// Counts months until one is above a half, that one included.
    fn wait(&mut self, values: &[f64]) {
        let runs = self.total.iter_mut().zip(&mut self.year);
        for ((months, come), value) in runs.zip(values) {
            if value.is_nan() {
                *months = f64::NAN;
            } else if *come == 0.0 {
                *months += 1.0;
                *come = f64::from(u8::from(*value > 0.5));
            }
        }
    }

    pub(super) fn finish(self) -> Vec<f64> {
        let Self { statistic, count, mut total, year, years, .. } = self;
        if statistic == Statistic::FirstSpellEnded {
            let ended = |(months, phase): (&f64, &f64)| {
                if months.is_nan() { f64::NAN } else { f64::from(u8::from(*phase == 2.0)) }
            };
            return total.iter().zip(&year).map(ended).collect();
        }
        if statistic == Statistic::EverAbove {
            let come =
                |(months, come): (&f64, &f64)| if months.is_nan() { f64::NAN } else { *come };
            return total.iter().zip(&year).map(come).collect();
        }
        let divisor = match statistic {
            Statistic::Mean => count as f64,
            Statistic::YearMeanMin if years > 0 => 12.0,
            Statistic::YearMeanMin | Statistic::YearSumMin if years == 0 => f64::NAN,
            _ => 1.0,
        };
        if divisor != 1.0 {
            for value in &mut total {
                *value /= divisor;
            }
        }
        total
    }
}

/// Takes each value that is better than what is kept, and every NaN, which nothing displaces.
fn keep(kept: &mut [f64], values: &[f64], first: bool, better: impl Fn(f64, f64) -> bool) {
    for (kept, value) in kept.iter_mut().zip(values) {
        if first || value.is_nan() || better(*value, *kept) {
            *kept = *value;
        }
    }
}
