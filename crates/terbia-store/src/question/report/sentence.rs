//! What may be said of a difference? Sentences that its interval carries, and no others.

use super::words::{lower, per_cent, quoted, spaced};
use crate::paper::Words;
use crate::question::answer::{Row, Table};
use crate::report::number::Scale;

/// What the interval of a difference allows to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It is better than the reference.
    Better,
    /// It is worse.
    Worse,
    /// It is the same in every future.
    Same,
    /// The interval holds nought, or there is none.
    Open,
}

impl Told {
    pub(super) fn opposite(self, other: Self) -> bool {
        matches!((self, other), (Self::Better, Self::Worse) | (Self::Worse, Self::Better))
    }
}

/// What may be said of a policy beside the reference.
pub(super) fn told(table: &Table, row: &Row) -> Told {
    let Some(d) = row.difference else { return Told::Open };
    if d.members > 0 && d.higher == 0.0 && d.lower == 0.0 {
        return Told::Same;
    }
    let clear = d.half_width.is_finite() && d.mean.abs() > d.half_width;
    match (clear, (d.mean < 0.0) == table.outcome.lower_is_better) {
        (false, _) => Told::Open,
        (true, true) => Told::Better,
        (true, false) => Told::Worse,
    }
}

/// Where things stand if nobody turns a lever.
pub(super) fn reference(table: &Table, row: &Row, label: &str) -> Words {
    let scale = scale(table);
    let good = row.good_enough.map_or_else(String::new, |share| {
        format!("; good enough in {} of the futures", per_cent(share))
    });
    Words::new()
        .strong(format!("{}. ", table.outcome.label))
        .plain("In the reference, ")
        .emphasis(lower(label))
        .plain(format!(
            ": {}{} in the middle of the futures, {} on average, {} in 90 % of them{good}.",
            scale.model(row.band.q50),
            spaced(&scale.unit),
            scale.model(row.mean),
            scale.interval(Some(row.band.q05), Some(row.band.q95)),
        ))
}

/// What a policy changes.
pub(super) fn difference(table: &Table, row: &Row, label: &str) -> Words {
    let words = Words::new().strong(label.to_owned());
    let Some(d) = row.difference else { return words };
    let scale = scale(table);
    let shares = format!(
        "better in {} of the futures, worse in {}",
        per_cent(row.better),
        per_cent(row.worse)
    );
    let interval = scale.interval(Some(d.mean - d.half_width), Some(d.mean + d.half_width));
    let amount = format!("{}{}", scale.model(d.mean.abs()), spaced(&scale.unit));
    let direction = if d.mean < 0.0 { "lower" } else { "higher" };
    match told(table, row) {
        Told::Same => words.plain(" changes nothing, in any future."),
        Told::Open => {
            words.plain(format!(": no difference can be told (change {interval}); {shares}."))
        }
        Told::Better => words
            .plain(": better, ")
            .strong(format!("{direction} by {amount}"))
            .plain(format!(" ({interval}); {shares}.")),
        Told::Worse => words
            .plain(": worse, ")
            .strong(format!("{direction} by {amount}"))
            .plain(format!(" ({interval}); {shares}.")),
    }
}

/// Which policies move an outcome most, for better and for worse.
pub(super) fn most(table: &Table, label: impl Fn(&Row) -> String) -> Words {
    let scale = scale(table);
    let side = |wanted: Told| {
        let of = |r: &&Row| told(table, r) == wanted;
        let size = |r: &&Row| r.difference.map_or(0.0, |d| d.mean.abs());
        table.rows.iter().filter(of).max_by(|a, b| size(a).total_cmp(&size(b)))
    };
    let mut words = Words::new().strong(format!("{}: ", table.outcome.label));
    let part = |row: &Row| {
        let d = row.difference.map_or(0.0, |d| d.mean);
        let sign = if d < 0.0 { "−" } else { "+" };
        format!("{} ({sign}{}{})", quoted(&label(row)), scale.model(d.abs()), spaced(&scale.unit))
    };
    words = match (side(Told::Better), side(Told::Worse)) {
        (None, None) => words.plain("on average no policy makes a difference that can be told."),
        (Some(best), None) => {
            words.plain(format!("on average most is gained by {}, and none harms it.", part(best)))
        }
        (None, Some(worst)) => {
            words.plain(format!("on average most is lost by {}, and none helps it.", part(worst)))
        }
        (Some(best), Some(worst)) => words.plain(format!(
            "on average most is gained by {}, most is lost by {}.",
            part(best),
            part(worst)
        )),
    };
    words
}

/// The scale of all figures of a table.
pub(super) fn scale(table: &Table) -> Scale {
    let ends = table.rows.iter().flat_map(|r| [Some(r.band.q05), Some(r.band.q95)]);
    Scale::fit(&table.outcome.unit, ends)
}
