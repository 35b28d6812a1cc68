//! How does a figure become a row of terbia's own table, and what is its number?
//!
//! Rows have numbers made from what they are about, so that the same file gives the same rows in
//! whatever order it lists them. Where several figures claim to be the same one, all are kept and
//! each names the others.

use crate::load::OBSERVATIONS;
use crate::spec::{At, Basis, Observation};
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// A row about which nothing is known yet.
pub(super) fn blank() -> Observation {
    Observation {
        id: At::new(String::new(), 0..0),
        quantity: String::new(),
        entity: String::new(),
        subject: String::new(),
        from: String::new(),
        to: String::new(),
        value: None,
        low: None,
        high: None,
        unit: String::new(),
        basis: Basis::Printed,
        source: Vec::new(),
        evidence: Vec::new(),
        method: String::new(),
        note: String::new(),
    }
}

/// The number of a row, which has no place in a file yet.
pub(super) fn id(text: String) -> At<String> {
    At::new(text, 0..0)
}

/// The cells of a row, in the order of its columns.
pub(super) fn cells(row: &Observation) -> [String; 15] {
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
    [
        row.id.get().clone(),
        row.quantity.clone(),
        row.entity.clone(),
        row.subject.clone(),
        row.from.clone(),
        row.to.clone(),
        number(row.value),
        number(row.low),
        number(row.high),
        row.unit.clone(),
        row.basis.name().to_owned(),
        row.source.join(" "),
        row.evidence.join(" "),
        row.method.clone(),
        row.note.clone(),
    ]
}

/// Writes rows as a table that the loader of a corridor reads.
pub(super) fn write(rows: &[Observation], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(OBSERVATIONS)?;
    for row in rows {
        table.write_record(cells(row))?;
    }
    table.flush()
}

/// A part of a row's number: letters, digits and hyphens. What they cannot tell apart gets a mark.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if text.is_ascii() && !slug.is_empty() {
        return slug.to_owned();
    }
    let mark = format!("{:x}", Sha256::digest(text.as_bytes()));
    let mark: String = mark.chars().take(6).collect();
    if slug.is_empty() { mark } else { format!("{slug}-{mark}") }
}

/// Adds to a note.
pub(super) fn also(note: &mut String, more: &str) {
    if !note.is_empty() && !more.is_empty() {
        note.push_str("; ");
    }
    note.push_str(more);
}

/// Joins the parts that say something.
pub(super) fn joined<'a>(parts: impl IntoIterator<Item = &'a str>, between: &str) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

/// Gives `figures`, which all claim to be the figure `number`, their numbers. Those that differ in their
/// notes alone become one; if several are left, each notes that it disagrees with the others. True if
/// they disagree.
pub(super) fn settle(
    number: &str,
    mut figures: Vec<Observation>,
    rows: &mut Vec<Observation>,
) -> bool {
    figures.sort_by_cached_key(cells);
    let bare = |figure: &Observation| cells(&Observation { note: String::new(), ..figure.clone() });
    figures.dedup_by(|next, kept| bare(next) == bare(kept));
    let ids: Vec<String> = (1..=figures.len())
        .map(|n| if n == 1 { number.to_owned() } else { format!("{number}-{n}") })
        .collect();
    let several = figures.len() > 1;
    for (place, mut figure) in figures.into_iter().enumerate() {
        let others = ids.iter().enumerate().filter(|(other, _)| *other != place);
        let others: Vec<&str> = others.map(|(_, id)| id.as_str()).collect();
        if several {
            also(&mut figure.note, &format!("DISAGREES with {}", others.join(", ")));
        }
        figure.id = id(ids.get(place).cloned().unwrap_or_default());
        rows.push(figure);
    }
    several
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_letters_cannot_tell_apart_is_told_apart() {
        assert_eq!(slug("Upper  Vale (east)"), "upper-vale-east");
        assert_ne!(slug("Ålund"), slug("Ölund"));
        assert!(!slug("上").is_empty() && !slug("").is_empty());
    }

    #[test]
    fn figures_that_disagree_are_all_kept_and_equal_ones_once() {
        let figure = |value| Observation { value: Some(value), ..blank() };
        let mut rows = Vec::new();
        assert!(settle("X", vec![figure(3.0), figure(2.0), figure(3.0)], &mut rows));
        let said: Vec<(&str, &str)> =
            rows.iter().map(|r| (r.id.as_str(), r.note.as_str())).collect();
        assert_eq!(said, [("X", "DISAGREES with X-2"), ("X-2", "DISAGREES with X")]);
        assert!(!settle("Y", vec![figure(3.0), figure(3.0)], &mut rows));
        assert_eq!(rows.len(), 3);
    }
}
