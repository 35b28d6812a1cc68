//! How does one say a box? `crew.count at least 40 (prior 10 to 80)`, each number with its unit.
//!
//! Numbers have three significant digits, more where a limit would otherwise read as an end of the
//! prior range or as the other limit; whole numbers are written out.

use super::region::{Limits, Region, Tally};
use super::table::DiscoverError;

/// What an input is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Its name, as its file has it.
    pub name: String,
    /// Its unit; "1" or nothing for a bare number.
    pub unit: String,
    /// Lower end of the range that the runs tried.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether it is a whole number, see [`super::Table::is_whole`].
    pub whole: bool,
}

/// An input that a box limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Place of the input, from 0.
    pub input: usize,
    /// Its limits, in `unit`.
    pub limits: Limits,
    /// What it is called.
    pub label: Label,
    /// All that in words.
    pub text: String,
}

/// A box in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// One for each input that is limited, in order.
    pub parts: Vec<Part>,
    /// The limits, and how much of it the box explains.
    pub sentence: String,
}

/// Says a box, given one label for each input; fails if their numbers differ.
pub fn words(region: &Region, tally: &Tally, labels: &[Label]) -> Result<Words, DiscoverError> {
    if labels.len() != region.limits.len() {
        let (found, inputs) = (labels.len(), region.limits.len());
        return Err(DiscoverError::Labels { found, inputs });
    }
    let limited = labels.iter().zip(&region.limits).enumerate().filter(|(_, (_, l))| l.restrict());
    let parts: Vec<Part> = limited
        .map(|(input, (label, limits))| Part {
            input,
            limits: *limits,
            label: label.clone(),
            text: text(label, limits),
        })
        .collect();
    let texts: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
    let place = if texts.is_empty() { "anywhere".to_owned() } else { texts.join(" and ") };
    let percent = |share: f64| format!("{} %", number(100.0 * share, 3));
    let sentence = format!(
        "{place}: here lie {} of the runs of interest, and of the runs here {} are of interest; it \
         is {} of all runs.",
        percent(tally.coverage),
        percent(tally.density),
        percent(tally.mass),
    );
    Ok(Words { parts, sentence })
}

fn text(label: &Label, limits: &Limits) -> String {
    let (above, below) = if label.whole { ("at least", "at most") } else { ("above", "below") };
    let unit = match label.unit.as_str() {
        "" | "1" => String::new(),
        unit => format!(" {unit}"),
    };
    let [low, high] = ends(label, limits);
    let limits = match (low, high) {
        (Some(low), Some(high)) if low == high => format!("{low}{unit}"),
        (Some(low), Some(high)) => format!("from {low} to {high}{unit}"),
        (Some(low), None) => format!("{above} {low}{unit}"),
        (None, Some(high)) => format!("{below} {high}{unit}"),
        (None, None) => "anywhere".into(),
    };
    let [low, high] = [label.low, label.high].map(|x| number(x, if label.whole { 15 } else { 3 }));
    format!("{} {limits} (prior {low} to {high})", label.name)
}

/// Both ends, with as many digits as it takes to tell them apart.
fn ends(label: &Label, limits: &Limits) -> [Option<String>; 2] {
    let with = |digits| [limits.low, limits.high].map(|x| x.map(|x| number(x, digits)));
    if label.whole {
        return with(15);
    }
    let priors = [label.low, label.high].map(|x| number(x, 3));
    let told_apart = |ends: &[Option<String>; 2]| {
        let [low, high] = ends;
        low != high && !ends.iter().flatten().any(|end| priors.contains(end))
    };
    (3..=9).map(with).find(told_apart).unwrap_or_else(|| with(3))
}

/// A number with so many significant digits, thousands apart: `41,000`, `0.0123`, `1.2e-7`.
pub fn number(x: f64, digits: usize) -> String {
    let short = format!("{x:.*e}", digits.saturating_sub(1));
    let Some((mantissa, exponent)) = short.split_once('e') else { return short };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if !(-4..15).contains(&exponent) && x != 0.0 {
        return format!("{}e{exponent}", trimmed(mantissa));
    }
    let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
    let plain = format!("{:.decimals$}", short.parse().unwrap_or(x));
    let plain = trimmed(&plain);
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, rest) = plain.find('.').map_or((plain, ""), |dot| plain.split_at(dot));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if plain == "0" { "0".into() } else { format!("{sign}{grouped}{rest}") }
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(name: &str, unit: &str, (low, high): (f64, f64), whole: bool) -> Label {
        Label { name: name.into(), unit: unit.into(), low, high, whole }
    }

    fn said(label: &Label, low: Option<f64>, high: Option<f64>) -> String {
        text(label, &Limits { low, high })
    }

    #[test]
    fn numbers_have_three_significant_digits_and_thousands_apart() {
        let cases = [
            (41_234.0, "41,200"),
            (1_234_567.0, "1,230,000"),
            (999.96, "1,000"),
            (187.26, "187"),
            (41.23, "41.2"),
            (9.0, "9"),
            (0.853_4, "0.853"),
            (0.000_123_4, "0.000123"),
            (0.000_012_34, "1.23e-5"),
            (1.5e16, "1.5e16"),
            (0.0, "0"),
            (-0.0, "0"),
            (-41_234.0, "-41,200"),
            (-0.5, "-0.5"),
        ];
        for (x, text) in cases {
            assert_eq!(number(x, 3), text);
        }
    }

    #[test]
    fn a_limit_is_said_with_its_unit_and_the_range_that_was_tried() {
        let levy = label("levy.rate_cny_per_t", "CNY/t", (20_000.0, 50_000.0), false);
        assert_eq!(
            said(&levy, Some(41_013.7), None),
            "levy.rate_cny_per_t above 41,000 CNY/t (prior 20,000 to 50,000)"
        );
        assert_eq!(
            said(&levy, Some(30_000.0), Some(41_000.0)),
            "levy.rate_cny_per_t from 30,000 to 41,000 CNY/t (prior 20,000 to 50,000)"
        );
        let leak = label("gate.leak", "1", (0.0, 0.3), false);
        assert_eq!(said(&leak, None, Some(0.1234)), "gate.leak below 0.123 (prior 0 to 0.3)");
    }

    #[test]
    fn a_limit_close_to_another_number_gets_the_digits_that_tell_them_apart() {
        let levy = label("levy", "CNY/t", (20_000.0, 50_000.0), false);
        assert_eq!(
            said(&levy, Some(49_980.0), None),
            "levy above 49,980 CNY/t (prior 20,000 to 50,000)"
        );
        let share = label("share", "", (0.0, 1.0), false);
        assert_eq!(
            said(&share, Some(0.500_1), Some(0.500_4)),
            "share from 0.5001 to 0.5004 (prior 0 to 1)"
        );
    }

    #[test]
    fn whole_numbers_are_written_out_and_belong_to_the_box() {
        let year = label("start", "", (2_014.0, 2_030.0), true);
        assert_eq!(said(&year, Some(2_024.0), None), "start at least 2,024 (prior 2,014 to 2,030)");
        let crews = label("crews", "crews", (1.0, 9.0), true);
        assert_eq!(said(&crews, None, Some(3.0)), "crews at most 3 crews (prior 1 to 9)");
        assert_eq!(said(&crews, Some(3.0), Some(3.0)), "crews 3 crews (prior 1 to 9)");
    }

    #[test]
    fn a_box_is_one_sentence_with_coverage_density_and_mass() {
        let labels = [label("a", "t", (0.0, 1.0), false), label("b", "1", (0.0, 1.0), false)];
        let tally = Tally {
            runs: 123,
            of_interest: 117,
            coverage: 0.9812,
            density: 0.951,
            mass: 0.1234,
            dimensions: 2,
        };
        let mut region = Region::open(2);
        let everywhere = words(&region, &tally, &labels).unwrap();
        assert!(everywhere.parts.is_empty() && everywhere.sentence.starts_with("anywhere: "));
        region.limits[0].high = Some(0.25);
        region.limits[1].low = Some(0.75);
        let words = words(&region, &tally, &labels).unwrap();
        assert_eq!(
            words.sentence,
            "a below 0.25 t (prior 0 to 1) and b above 0.75 (prior 0 to 1): here lie 98.1 % of the runs \
             of interest, and of the runs here 95.1 % are of interest; it is 12.3 % of all runs."
        );
        assert_eq!((words.parts[1].input, words.parts[1].limits.low), (1, Some(0.75)));
    }

    #[test]
    fn labels_that_do_not_match_the_inputs_are_refused() {
        let tally = Tally {
            runs: 0,
            of_interest: 0,
            coverage: 0.0,
            density: 0.0,
            mass: 0.0,
            dimensions: 0,
        };
        let fault = words(&Region::open(2), &tally, &[]).unwrap_err();
        assert_eq!(fault, DiscoverError::Labels { found: 0, inputs: 2 });
    }
}
