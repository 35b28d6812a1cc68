//! In which unit is a commodity summary, and what is that in ours?

use super::super::fault::{CellFault, quoted};

/// Kilograms in a pound.
const POUND_KG: f64 = 0.453_592_37;

/// A unit of ours, and how many of it one printed unit is: `times` over `per`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit {
    pub(super) name: String,
    times: f64,
    per: f64,
}

impl Unit {
    fn new(name: &str, times: f64, per: f64) -> Self {
        Self { name: name.to_owned(), times, per }
    }

    /// A printed figure in this unit, with six decimals at most if it had to be converted.
    pub(super) fn scaled(&self, x: f64) -> f64 {
        if self.times == self.per {
            return x;
        }
        let millionths = x * self.times / self.per * 1e6;
        if millionths < 2f64.powi(53) { millionths.round() / 1e6 } else { millionths / 1e6 }
    }

    /// The same unit under another name.
    pub(super) fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }
}

const KNOWN: &str =
    "metric tons, kilograms, carats, cubic meters, each also by the thousand or million";

/// A unit in words, such as `thousand metric tons`, and what else the words say.
pub(super) fn in_words(text: &str) -> Result<(Unit, String), CellFault> {
    let lower = text.trim().to_lowercase();
    let multiples = [("thousand ", 1e3), ("million ", 1e6), ("billion ", 1e9)];
    let found = multiples.iter().find_map(|(word, x)| Some((lower.strip_prefix(word)?, *x)));
    let (rest, times) = found.unwrap_or((&lower, 1.0));
    let bases = [
        ("metric tons", "t", 1.0),
        ("metric tonnes", "t", 1.0),
        ("tonnes", "t", 1.0),
        ("metric dry tons", "t dry", 1.0),
        ("dry metric tons", "t dry", 1.0),
        ("kilograms", "t", 1e3),
        ("carats", "carats", 1.0),
        ("cubic meters", "m3", 1.0),
    ];
    let base =
        bases.iter().find_map(|(word, name, per)| Some((rest.strip_prefix(word)?, name, per)));
    match base {
        Some((more, name, per)) if !more.starts_with(|c: char| c.is_alphanumeric()) => {
            let more = more.trim_start_matches([',', ' ', ';', ':', '(']).trim_end_matches(')');
            Ok((Unit::new(name, times, *per), more.to_owned()))
        }
        _ => Err(CellFault::UnknownUnit { column: "UNIT_MEAS", text: quoted(text), known: KNOWN }),
    }
}

/// A unit as the end of a column's name, in lower case, longest first.
const ENDINGS: &[(&[&str], &str, f64, f64)] = &[
    (&["reo", "t"], "t REO", 1.0, 1.0),
    (&["reo", "kt"], "t REO", 1e3, 1.0),
    (&["dol", "kg"], "USD/kg", 1.0, 1.0),
    (&["usd", "kg"], "USD/kg", 1.0, 1.0),
    (&["d", "kg"], "USD/kg", 1.0, 1.0),
    (&["dol", "t"], "USD/t", 1.0, 1.0),
    (&["usd", "t"], "USD/t", 1.0, 1.0),
    (&["d", "t"], "USD/t", 1.0, 1.0),
    (&["dol", "lb"], "USD/kg", 1.0, POUND_KG),
    (&["d", "lb"], "USD/kg", 1.0, POUND_KG),
    (&["cts", "lb"], "USD/kg", 0.01, POUND_KG),
    (&["dol", "toz"], "USD/troy oz", 1.0, 1.0),
    (&["dkg"], "USD/kg", 1.0, 1.0),
    (&["dt"], "USD/t", 1.0, 1.0),
    (&["dlb"], "USD/kg", 1.0, POUND_KG),
    (&["ctslb"], "USD/kg", 0.01, POUND_KG),
    (&["dtoz"], "USD/troy oz", 1.0, 1.0),
    (&["t"], "t", 1.0, 1.0),
    (&["kt"], "t", 1e3, 1.0),
    (&["kg"], "t", 1.0, 1e3),
    (&["ct"], "carats", 1.0, 1.0),
    (&["kct"], "carats", 1e3, 1.0),
    (&["pct"], "percent", 1.0, 1.0),
    (&["percent"], "percent", 1.0, 1.0),
    (&["num"], "number", 1.0, 1.0),
    (&["number"], "number", 1.0, 1.0),
];

/// The unit in which a column's name ends, and the words before it.
pub(super) fn at_the_end(name: &str) -> Option<(Unit, Vec<String>)> {
    let words: Vec<&str> = name.split(['_', ' ']).filter(|word| !word.is_empty()).collect();
    let ends = |ending: &[&str]| {
        let start = words.len().checked_sub(ending.len()).filter(|start| *start > 0)?;
        let same = words.iter().skip(start).zip(ending).all(|(a, b)| a.eq_ignore_ascii_case(b));
        same.then_some(start)
    };
    let found = ENDINGS.iter().find_map(|(ending, ..)| ends(ending).map(|start| (ending, start)));
    let (ending, start) = found?;
    let (_, name, times, per) = ENDINGS.iter().find(|(other, ..)| other == ending)?;
    let before = words.iter().take(start).map(|word| (*word).to_owned()).collect();
    Some((Unit::new(name, *times, *per), before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_give_a_unit_and_what_it_is_of() {
        let scaled = |text: &str, x| {
            let (unit, more) = in_words(text).unwrap();
            (unit.scaled(x), unit.name, more)
        };
        assert_eq!(scaled("metric tons", 3.0), (3.0, "t".into(), String::new()));
        assert_eq!(scaled("Thousand metric tons", 3.1), (3100.0, "t".into(), String::new()));
        assert_eq!(scaled("kilograms", 250.0), (0.25, "t".into(), String::new()));
        let (x, unit, more) = scaled("metric tons, contained metal", 2.0);
        assert_eq!((x, unit.as_str(), more.as_str()), (2.0, "t", "contained metal"));
        for text in ["", "short tons", "thousand", "metric tonsils"] {
            assert!(in_words(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_end_of_a_name_gives_the_unit_and_prices_by_the_pound_are_per_kilogram() {
        let (unit, words) = at_the_end("Price_Metal_dlb").unwrap();
        assert_eq!((unit.name.as_str(), words.join(" ").as_str()), ("USD/kg", "Price Metal"));
        assert_eq!(unit.scaled(10.0), 22.046_226);
        assert_eq!(at_the_end("Price_Oxide_dol_kg").unwrap().0.name, "USD/kg");
        assert_eq!(at_the_end("USprod_Ore_REO_t").unwrap().0.name, "t REO");
        assert!(at_the_end("Notes").is_none() && at_the_end("t").is_none());
    }
}
