//! How are names and figures of a study written in its report?

use super::Report;
use crate::paper::Words;
use crate::question::analysis::Interval;
use crate::question::manifest::{InputRef, StudyOutcomeRef};
use crate::report::number::{Scale, between, exact, fixed};

impl Report {
    /// The label of a policy.
    pub(super) fn policy<'a>(&'a self, id: &'a str) -> &'a str {
        let policy = self.results.manifest.contents.policies.iter().find(|p| p.id == id);
        policy.map_or(id, |p| p.label.as_str())
    }

    /// Id of the first policy, that which the others are held against.
    pub(super) fn reference(&self) -> &str {
        self.results.manifest.contents.policies.first().map_or("", |p| p.id.as_str())
    }

    /// An outcome of the study.
    pub(super) fn outcome(&self, id: &str) -> Option<&StudyOutcomeRef> {
        self.results.manifest.contents.outcomes.iter().find(|o| o.id == id)
    }

    /// The label of an outcome.
    pub(super) fn outcome_label<'a>(&'a self, id: &'a str) -> &'a str {
        self.outcome(id).map_or(id, |o| o.label.as_str())
    }

    /// An uncertain number.
    pub(super) fn input(&self, path: &str) -> Option<&InputRef> {
        self.results.manifest.contents.inputs.iter().find(|i| i.path == path)
    }

    /// An uncertain number: what it means, then its path and its grade.
    pub(super) fn number(&self, words: Words, path: &str) -> Words {
        let Some(input) = self.input(path) else { return words.code(path) };
        let meaning = clause(&input.description);
        words.plain(meaning).plain(" (").code(path).plain(format!(", grade\u{a0}{})", input.grade))
    }
}

/// The first sentence of a description, as part of another.
pub(super) fn clause(description: &str) -> String {
    let first = description.split(". ").next().unwrap_or(description);
    let first = first.split(':').next().unwrap_or(first).trim_end_matches('.');
    lower(first)
}

/// So many of them.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {many}", whole(n)) }
}

/// A whole number.
pub(super) fn whole(n: usize) -> String {
    exact(n as f64)
}

/// A label as a thing named.
pub(super) fn quoted(label: &str) -> String {
    format!("“{label}”")
}

/// A share in per cent, with its interval.
pub(super) fn share(of: &Interval) -> String {
    amount(of, &Scale::share())
}

/// A share in per cent, without.
pub(super) fn per_cent(share: f64) -> String {
    match 100.0 * share {
        p if !p.is_finite() => "–".into(),
        p if p > 0.0 && p < 1.0 => "<\u{a0}1\u{a0}%".into(),
        p if p > 99.0 && p < 100.0 => ">\u{a0}99\u{a0}%".into(),
        p => format!("{}\u{a0}%", p.round()),
    }
}

/// A figure with its unit and its interval: `41 % (39–44)`.
pub(super) fn amount(of: &Interval, scale: &Scale) -> String {
    let Some(value) = of.value else { return "unknown".into() };
    // Shares are written without decimals: their intervals are wider.
    let number = |x: f64| {
        if scale.unit == "%" { fixed(scale.apply(x).round(), 0) } else { scale.model(x) }
    };
    let value = format!("{}{}", number(value), spaced(&scale.unit));
    match (of.low, of.high) {
        (Some(low), Some(high)) => {
            format!("{value} ({})", between(&number(low), &number(high)))
        }
        _ => value,
    }
}

/// A unit after its number.
pub(super) fn spaced(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!("\u{a0}{unit}") }
}

/// Items of a sentence: `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// With a capital.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

/// Without, unless it is a name.
pub(super) fn lower(text: &str) -> String {
    let second = text.chars().nth(1);
    // What begins with two capitals or a number is a name.
    if second.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |c| c.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_in_whole_per_cent_with_their_interval() {
        let of = Interval { value: Some(0.412), low: Some(0.387), high: Some(0.438) };
        assert_eq!(share(&of), "41\u{a0}% (39–44)");
        assert_eq!(share(&Interval::default()), "unknown");
        assert_eq!(
            [per_cent(0.004), per_cent(0.5), per_cent(f64::NAN)],
            ["<\u{a0}1\u{a0}%", "50\u{a0}%", "–"]
        );
    }

    #[test]
    fn a_description_becomes_part_of_a_sentence() {
        assert_eq!(clause("Share of the levy. More follows."), "share of the levy");
        assert_eq!(clause("S1: what it is"), "S1");
        assert_eq!(listed(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
