//! What does a forecast say of three months at once?

use super::{Forecast, Series};
use terbia_lab::stats;
use terbia_model::kernel::time::Month;

/// Three months of an outcome, counted from the first after the origin; the last may be fewer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quarter {
    /// First month.
    pub from: Month,
    /// Last month.
    pub to: Month,
    /// Lower end of the 80 % interval.
    pub q10: f64,
    /// Median.
    pub q50: f64,
    /// Upper end of the 80 % interval.
    pub q90: f64,
}

impl Forecast {
    /// An outcome by quarter: each run is summed up over the three months as the outcome is over a
    /// year (sum, mean or last month), then the runs are ranked.
    pub fn quarters(&self, series: &Series) -> Vec<Quarter> {
        let spans = self.months.chunks(3).zip(series.values.chunks(3));
        let quarter = |(months, values): (&[Month], &[Vec<f64>])| {
            let run = |run: usize| {
                let of_run: Vec<f64> = values.iter().map(|month| month[run]).collect();
                series.scalar.of(&of_run)
            };
            let sorted = stats::sorted(&(0..self.runs.len()).map(run).collect::<Vec<_>>());
            Some(Quarter {
                from: *months.first()?,
                to: *months.last()?,
                q10: stats::quantile(&sorted, 0.10),
                q50: stats::quantile(&sorted, 0.50),
                q90: stats::quantile(&sorted, 0.90),
            })
        };
        spans.filter_map(quarter).collect()
    }
}
