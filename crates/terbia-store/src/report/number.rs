//! How is a number written so that a person can read it?
//!
//! Thin spaces between thousands, a true minus, three significant digits for what a model says and
//! six for what somebody wrote down. A chart or a column shares one scale, so that its numbers can
//! be compared at a glance.

/// Between thousands: thin, and no place for a line break.
const THIN: char = '\u{202f}';
/// What stands for a number that is not there.
pub(crate) const NOTHING: &str = "–";

/// How numbers of one unit are shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) factor: f64,
    /// The unit that is shown.
    pub(crate) unit: String,
}

impl Scale {
    /// The scale for numbers in `unit` up to `most`.
    pub(crate) fn of(unit: &str, most: f64) -> Self {
        let (factor, word) = match most.abs() {
            m if m >= 2e9 => (1e-9, "billion "),
            m if m >= 2e6 => (1e-6, "million "),
            _ => (1.0, ""),
        };
        match unit {
            "1" => Self { factor: 1.0, unit: String::new() },
            "percent" => Self { factor: 1.0, unit: "%".into() },
            unit => Self { factor, unit: format!("{word}{unit}") },
        }
    }

    /// The scale for a share, shown in per cent.
    pub(crate) fn share() -> Self {
        Self { factor: 100.0, unit: "%".into() }
    }

    /// The scale for all of `values`, none of which need be there.
    pub(crate) fn fit(unit: &str, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let finite = values.into_iter().flatten().filter(|v| v.is_finite());
        Self::of(unit, finite.fold(0.0, |most, v| v.abs().max(most)))
    }

    /// `value` in the unit that is shown.
    pub(crate) fn apply(&self, value: f64) -> f64 {
        value * self.factor
    }

    /// What the model says, in the unit that is shown.
    pub(crate) fn model(&self, value: f64) -> String {
        round(self.apply(value), 3)
    }

    /// What somebody wrote down, in the unit that is shown.
    pub(crate) fn record(&self, value: f64) -> String {
        exact(self.apply(value))
    }

    /// What the model says, if it says anything.
    pub(crate) fn perhaps(&self, value: Option<f64>) -> String {
        value.map_or(NOTHING.into(), |v| self.model(v))
    }

    /// A range of which either end may be open.
    pub(crate) fn range(&self, low: Option<f64>, high: Option<f64>) -> String {
        let end = |x: Option<f64>| x.filter(|x| x.is_finite());
        match (end(low), end(high)) {
            (None, None) => NOTHING.into(),
            (Some(low), None) => format!("≥\u{a0}{}", self.record(low)),
            (None, Some(high)) => format!("≤\u{a0}{}", self.record(high)),
            (Some(low), Some(high)) => between(&self.record(low), &self.record(high)),
        }
    }

    /// The range of what the model says, if it says anything.
    pub(crate) fn interval(&self, low: Option<f64>, high: Option<f64>) -> String {
        match (low, high) {
            (Some(low), Some(high)) => between(&self.model(low), &self.model(high)),
            _ => NOTHING.into(),
        }
    }
}

/// A range, with words where a dash could be taken for a minus.
pub(crate) fn between(low: &str, high: &str) -> String {
    let dash = if low.starts_with('−') || high.starts_with('−') { " to " } else { "–" };
    format!("{low}{dash}{high}")
}

/// A number as somebody wrote it down, short of noise from arithmetic.
pub(crate) fn exact(value: f64) -> String {
    round(value, 6)
}

/// A number to `digits` significant digits, without zeros at the end that say nothing.
pub(crate) fn round(value: f64, digits: i32) -> String {
    if !value.is_finite() {
        return NOTHING.into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let places = digits - 1 - value.abs().log10().floor() as i32;
    if places > 8 {
        return power(value);
    }
    let unit = 10_f64.powi(places);
    let rounded = (value * unit).round() / unit;
    let exactly = (rounded - value).abs() <= 1e-12 * value.abs();
    let text = fixed(rounded, places.max(0) as usize);
    match text.trim_end_matches('0').trim_end_matches('.') {
        short if exactly && text.contains('.') => short.into(),
        _ => text,
    }
}

/// A number too small for a row of zeros.
fn power(value: f64) -> String {
    let text = format!("{value:.1e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let raised: String = exponent.chars().map(raise).collect();
    format!("{}×10{raised}", mantissa.replace('-', "−"))
}

/// A digit or a minus of an exponent.
fn raise(c: char) -> char {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    c.to_digit(10).map_or('⁻', |d| digits[d as usize])
}

/// A number with `places` decimals.
pub(crate) fn fixed(value: f64, places: usize) -> String {
    let text = format!("{:.places$}", value.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    if value < 0.0 && text.contains(|c: char| ('1'..='9').contains(&c)) {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_speaks_in_three_digits() {
        let of = |x| round(x, 3);
        assert_eq!(of(41_234.0), "41\u{202f}200");
        assert_eq!(of(-0.123_456), "−0.123");
        assert_eq!(of(0.5), "0.5");
        assert_eq!(of(9.996), "10.00");
        assert_eq!(of(1.004), "1.00");
        assert_eq!(of(0.0), "0");
        assert_eq!(of(f64::NAN), "–");
        assert_eq!(of(3.2e-9), "3.2×10⁻⁹");
        assert_eq!(exact(41_717.25), "41\u{202f}717.3");
        assert_eq!(exact(0.1 + 0.2), "0.3");
        assert_eq!(fixed(-0.001, 1), "0.0");
    }

    #[test]
    fn large_numbers_share_a_scale() {
        let scale = Scale::fit("USD", [Some(1.4e9), None, Some(f64::INFINITY)]);
        assert_eq!(
            (scale.model(1.4e9).as_str(), scale.unit.as_str()),
            ("1\u{202f}400", "million USD")
        );
        assert_eq!(Scale::share().model(0.456_7), "45.7");
        assert_eq!(Scale::of("1", 5.0).unit, "");
    }

    #[test]
    fn ranges_may_be_open() {
        let scale = Scale::of("t", 1.0);
        assert_eq!(scale.range(Some(2.0), None), "≥\u{a0}2");
        assert_eq!(scale.range(None, Some(f64::INFINITY)), "–");
        assert_eq!(scale.range(Some(-2.0), Some(3.0)), "−2 to 3");
        assert_eq!(scale.interval(Some(1.0), Some(3.0)), "1–3");
    }
}
