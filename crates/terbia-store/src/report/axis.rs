//! Where on the paper does a month and a value lie, and which of them get a line?

use super::number::fixed;
use std::ops::RangeInclusive;
use terbia_model::kernel::time::Month;

/// Values from bottom to top.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Axis {
    /// Value at the bottom.
    pub(crate) low: f64,
    /// Value at the top.
    pub(crate) high: f64,
    step: f64,
}

impl Axis {
    /// An axis on which all of `values` find room. It starts from zero unless they all lie far
    /// from it, so that heights can be compared.
    pub(crate) fn fit(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = values
            .filter(|v| v.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high || (low == 0.0 && high == 0.0) {
            return Self { low: 0.0, high: 1.0, step: 0.5 };
        }
        let low = if low > 0.0 && low < 0.7 * high { 0.0 } else { low };
        let high = if high < 0.0 && high > 0.7 * low { 0.0 } else { high };
        let span = if high > low { high - low } else { high.abs() };
        let step = nice(span / 7.0);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Self { low, high: if high > low { high } else { low + step }, step }
    }

    /// The values that get a line, with their labels.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let places = (-self.step.log10().floor()).max(0.0) as usize;
        let count = ((self.high - self.low) / self.step).round() as usize;
        (0..=count)
            .map(|i| self.low + i as f64 * self.step)
            .map(|v| (v, fixed(v, places)))
            .collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is no less than `span`.
fn nice(span: f64) -> f64 {
    let power = 10_f64.powf(span.log10().floor());
    let best = [1.0, 2.0, 5.0].into_iter().find(|m| m * power >= span * (1.0 - 1e-9));
    best.unwrap_or(10.0) * power
}

/// The place of the plot on the paper.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Left edge.
    pub(crate) left: f64,
    /// Right edge.
    pub(crate) right: f64,
    /// Upper edge.
    pub(crate) top: f64,
    /// Lower edge.
    pub(crate) bottom: f64,
    /// Number of months from left to right.
    pub(crate) months: usize,
    /// Values from bottom to top.
    pub(crate) axis: Axis,
}

impl Frame {
    /// Where `month` months after the start lie; half a month is the middle of the first.
    pub(crate) fn x(&self, month: f64) -> f64 {
        self.left + (self.right - self.left) * month / self.months.max(1) as f64
    }

    /// Where a value lies.
    pub(crate) fn y(&self, value: f64) -> f64 {
        let up = (value - self.axis.low) / (self.axis.high - self.axis.low);
        self.bottom - (self.bottom - self.top) * up.clamp(0.0, 1.0)
    }

    /// The same place for values that are shown `factor` times as large.
    pub(crate) fn in_units_of(&self, factor: f64) -> Self {
        let Axis { low, high, step } = self.axis;
        let axis = Axis { low: low / factor, high: high / factor, step: step / factor };
        Self { axis, ..self.clone() }
    }

    /// The Januaries that get a label, in months after `start`, and their years: as many as find
    /// room.
    pub(crate) fn years(&self, start: Month) -> Vec<(f64, i32)> {
        let of_year = i32::from(start.of_year()) - 1;
        let first = start.year() + i32::from(of_year > 0);
        let years = || -> RangeInclusive<i32> { first..=start.plus(self.months as i32 - 1).year() };
        let room = ((self.right - self.left) / 54.0).max(1.0) as usize;
        let every = [1, 2, 5, 10, 20, 50].into_iter().find(|n| years().count() / n <= room);
        let every = every.unwrap_or(100) as i32;
        years()
            .filter(|year| (year - first) % every == 0)
            .map(|year| (f64::from((year - start.year()) * 12 - of_year), year))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_lines_and_room_for_all() {
        let axis = Axis::fit([12.0, 4_321.0, f64::NAN].into_iter());
        assert_eq!((axis.low, axis.high), (0.0, 5_000.0));
        let labels: Vec<String> = axis.ticks().into_iter().map(|t| t.1).collect();
        assert_eq!(labels[..2], ["0", "1\u{202f}000"]);
        assert_eq!(labels.len(), 6);
        let near = Axis::fit([6.3, 7.2].into_iter());
        assert!(near.low > 5.9 && near.high < 7.6);
        assert_eq!(Axis::fit([0.0].into_iter()).high, 1.0);
        assert_eq!(Axis::fit(std::iter::empty()).high, 1.0);
        assert!(Axis::fit([5.0].into_iter()).high >= 5.0);
        let below = Axis::fit([-3.0, -1.0].into_iter());
        assert_eq!((below.low, below.high), (-3.0, 0.0));
    }

    #[test]
    fn years_get_a_label_where_there_is_room() {
        let axis = Axis::fit([1.0].into_iter());
        let frame = Frame { left: 0.0, right: 480.0, top: 0.0, bottom: 1.0, months: 192, axis };
        let years = frame.years("2017-01".parse().unwrap());
        assert_eq!((years.len(), years[0], years[1]), (8, (0.0, 2017), (24.0, 2019)));
        assert_eq!(frame.years("2017-11".parse().unwrap())[0], (2.0, 2018));
    }
}
