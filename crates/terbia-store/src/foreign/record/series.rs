//! Whose figures is a series of, and of what? Its name is one word; the rows that it repeats say it in
//! three.
//!
//! A printed figure of a series whose evidence has the same value in the same unit is that very
//! figure. What more than half of these say of quantity, entity or subject, the series takes over, if
//! they agree on the quantity. Where they do not agree on the subject, the series' name stands there.

use super::Entry;
use crate::spec::{Basis, Observation};
use std::collections::BTreeMap;

/// Two prints of one figure differ by rounding alone.
const ROUNDING: f64 = 1e-3;

/// Gives the rows of series their names as far as they can be told; the series that have none.
pub(super) fn name(entries: &mut [Entry]) -> Vec<String> {
    let originals: BTreeMap<&str, &Observation> =
        entries.iter().filter(|e| !e.of_series).map(|e| (e.row.id.as_str(), &e.row)).collect();
    let mut named: BTreeMap<String, Vec<&Observation>> = BTreeMap::new();
    for Entry { row, of_series, .. } in &*entries {
        if *of_series {
            let repeated = row.evidence.iter().filter_map(|id| originals.get(id.as_str()));
            let repeated = repeated.filter(|original| same(row, original));
            named.entry(row.quantity.clone()).or_default().extend(repeated);
        }
    }
    let agreed = |rows: &[&Observation], field: fn(&Observation) -> &str| {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        for row in rows {
            *votes.entry(field(row)).or_default() += 1;
        }
        let most = votes.into_iter().find(|(_, votes)| 2 * votes > rows.len());
        most.map(|(text, _)| text.to_owned())
    };
    let names: BTreeMap<String, [Option<String>; 3]> = named
        .into_iter()
        .map(|(series, rows)| {
            let [quantity, entity, subject] = [
                agreed(&rows, |r| &r.quantity),
                agreed(&rows, |r| &r.entity),
                agreed(&rows, |r| &r.subject),
            ];
            (series, [quantity, entity, subject])
        })
        .collect();
    for Entry { row, of_series, .. } in entries {
        let Some([Some(quantity), entity, subject]) = names.get(&row.quantity) else { continue };
        if *of_series {
            let series = std::mem::replace(&mut row.quantity, quantity.clone());
            row.entity = entity.clone().unwrap_or_default();
            row.subject = subject.clone().unwrap_or(series);
        }
    }
    let whole = |names: &[Option<String>; 3]| names.iter().all(Option::is_some);
    names.into_iter().filter(|(_, names)| !whole(names)).map(|(series, _)| series).collect()
}

fn same(row: &Observation, original: &Observation) -> bool {
    let (Some(a), Some(b)) = (row.value, original.value) else { return false };
    row.basis == Basis::Printed && row.unit == original.unit && (a - b).abs() <= ROUNDING * b.abs()
}
