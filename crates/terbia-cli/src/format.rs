//! How does a number look to a person? Three digits, a sensible unit, no false precision.

/// A factor and the unit that goes with it, chosen so that values up to `largest` read well.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    factor: f64,
    /// The unit to print.
    pub(crate) unit: String,
    /// Whether the largest value shown is 1 or more in that unit.
    large: bool,
}

impl Scale {
    /// The scale for values of `unit` up to `largest`.
    pub(crate) fn of(unit: &str, largest: f64) -> Self {
        let scaled =
            |factor: f64, unit: String| Self { factor, unit, large: largest.abs() * factor >= 1.0 };
        if unit == "1" {
            return scaled(100.0, "%".into());
        }
        let largest = largest.abs();
        match unit {
            "USD" | "CNY" | "USD/year" | "CNY/month" if largest >= 1e9 => {
                scaled(1e-9, format!("bn {unit}"))
            }
            "USD" | "CNY" | "USD/year" | "CNY/month" if largest >= 1e6 => {
                scaled(1e-6, format!("m {unit}"))
            }
            "mg/l" | "mg/L" if largest < 0.1 => scaled(1e3, "µg/l".into()),
            _ if unit.starts_with("CNY/kg") && largest >= 1e3 => scaled(1e-3, format!("k {unit}")),
            _ if unit.starts_with("t ") && largest >= 1e4 => scaled(1e-3, format!("k{unit}")),
            _ if unit.starts_with("CNY/t") && largest >= 1e4 => scaled(1e-3, format!("k {unit}")),
            _ => scaled(1.0, unit.to_owned()),
        }
    }

    /// The value with two significant digits in this scale, or whole: for the ends of a band.
    pub(crate) fn roughly(&self, value: f64) -> String {
        let x = value * self.factor;
        let size = x.abs();
        if size >= 9.95 || !size.is_finite() {
            if size.is_finite() { grouped(x) } else { significant(x) }
        } else if size >= 0.995 {
            format!("{x:.1}")
        } else if size > 0.0 && size < 0.01 && self.large {
            // A tail that next to the other values is as good as nothing.
            "0.0".into()
        } else {
            significant(x)
        }
    }

    /// The value with three significant digits in this scale.
    pub(crate) fn show(&self, value: f64) -> String {
        significant(value * self.factor)
    }

    /// Half the width of an interval in this scale: without a power of ten where it needs none.
    pub(crate) fn half_width(&self, value: f64) -> String {
        let x = value * self.factor;
        match x.abs() {
            size if (0.000_95..0.01).contains(&size) => trimmed(&format!("{x:.3}")),
            size if (0.000_095..0.01).contains(&size) => trimmed(&format!("{x:.4}")),
            _ => significant(x),
        }
    }
}

/// Three significant digits, or "–" if there is no value.
pub(crate) fn significant(x: f64) -> String {
    let size = x.abs();
    if !x.is_finite() {
        "–".into()
    } else if size == 0.0 {
        "0".into()
    } else if size >= 999.5 {
        grouped(x)
    } else if size >= 99.95 {
        format!("{x:.0}")
    } else if size >= 9.995 {
        trimmed(&format!("{x:.1}"))
    } else if size >= 0.01 {
        trimmed(&format!("{x:.2}"))
    } else if size < 1e-9 {
        "0".into()
    } else {
        format!("{x:.1e}")
    }
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A whole number with a comma between thousands.
pub(crate) fn grouped(x: f64) -> String {
    let digits = format!("{:.0}", x.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if x < 0.0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_and_no_more() {
        let cases = [
            (290_123.0, "290,123"),
            (1234.5, "1,234"),
            (187.26, "187"),
            (41.23, "41.2"),
            (9.0, "9"),
            (0.853, "0.85"),
            (0.0, "0"),
            (f64::NAN, "–"),
            (-41.23, "-41.2"),
            (0.000_123, "1.2e-4"),
        ];
        for (x, text) in cases {
            assert_eq!(significant(x), text);
        }
    }

    #[test]
    fn units_follow_the_size() {
        assert_eq!(Scale::of("t gross", 72_000.0).show(72_000.0), "72");
        assert_eq!(Scale::of("USD", 4.2e9).unit, "bn USD");
        assert_eq!(Scale::of("1", 0.8).show(0.853), "85.3");
        assert_eq!(Scale::of("CNY/kg", 5_000.0).roughly(2_134.0), "2.1");
        assert_eq!(Scale::of("mg/l", 0.02).show(0.0123), "12.3");
        assert_eq!(Scale::of("sites", 500.0).roughly(288.7), "289");
        assert_eq!(Scale::of("t gross", 2.0).half_width(0.005), "0.005");
        assert_eq!(Scale::of("t gross", 2.0).half_width(0.000_2), "0.0002");
        assert_eq!(Scale::of("t gross", 2.0).half_width(0.5), "0.5");
    }
}
