//! Where does the record stand in the spread of the runs, at a glance? A line of a table as a
//! picture.

use super::text::put;
use crate::record::ScoreRow;

/// Width of the picture.
const WIDTH: f64 = 110.0;

/// The 90 % of the runs as a bar with the median, the record above it as a ring with its range.
/// It repeats what the row says in figures, so it is hidden from readers that cannot see it.
pub(super) fn strip(row: &ScoreRow) -> String {
    let (Some(q05), Some(q95), Some(median)) = (row.q05, row.q95, row.median) else {
        return String::new();
    };
    let record = [row.observed, row.low, row.high].into_iter().flatten().filter(|v| v.is_finite());
    let all = record.chain([q05, q95]);
    let (low, high) =
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let span = if high > low { high - low } else { 1.0 };
    let x = |v: f64| 6.0 + (WIDTH - 12.0) * (v - low) / span;
    let mut out = format!(
        "<svg class=\"strip\" viewBox=\"0 0 {WIDTH} 20\" aria-hidden=\"true\" focusable=\"false\">"
    );
    let bar = (x(q95) - x(q05)).max(1.5);
    put!(
        &mut out,
        "<rect class=\"bar\" x=\"{:.1}\" y=\"10\" width=\"{bar:.1}\" height=\"7\"/>",
        x(q05)
    );
    put!(&mut out, "<path class=\"mid\" d=\"M{:.1} 8.5v10\"/>", x(median));
    let (from, to) = match (row.low, row.high) {
        (Some(low), None) if row.observed.is_none() => (Some(x(low)), Some(WIDTH)),
        (None, Some(high)) if row.observed.is_none() => (Some(0.0), Some(x(high))),
        (low, high) => (low.or(row.observed).map(x), high.or(row.observed).map(x)),
    };
    if let (Some(from), Some(to)) = (from, to) {
        put!(&mut out, "<path class=\"rec\" d=\"M{from:.1} 5H{to:.1}\"/>");
    }
    if let Some(observed) = row.observed {
        put!(&mut out, "<circle class=\"rec\" cx=\"{:.1}\" cy=\"5\" r=\"3\"/>", x(observed));
    }
    out + "</svg>"
}
