//! What stands in a cell of a comparison? The figure that its file asks for, with its interval and with how
//! it came about.
//!
//! ```text
//! spread     median of the futures, quantiles of 10 and 90 %
//! share      futures in which the measure lies above something, over all; interval after Wilson (1927)
//! survival   S(t) of first spells (Kaplan and Meier, 1958); interval from futures drawn again
//! number     best value of the corridor's number, quantiles of 10 and 90 % of its prior
//! ```

use super::told::{CellKind, ToldCell};
use crate::load::{ended, lasted};
use crate::question::analysis::{Interval, longer, some};
use crate::spec::{At, ComparisonCell, ComparisonRow, Lasts};
use std::collections::BTreeMap;
use terbia_lab::stats;
use terbia_model::kernel::param::Definition;

/// Quantiles between which 80 % lie.
const MIDDLE: [f64; 2] = [0.1, 0.9];

/// What is known of a corridor.
pub(super) struct Column<'a> {
    pub(super) corridor: &'a str,
    /// What was measured, by the ids of its study: one value for each future.
    pub(super) values: BTreeMap<&'a str, &'a [f64]>,
    pub(super) numbers: &'a [Definition],
    pub(super) seed: u64,
}

impl Column<'_> {
    fn values(&self, id: &str) -> &[f64] {
        self.values.get(id).copied().unwrap_or_default()
    }

    fn empty(&self, kind: CellKind) -> ToldCell {
        ToldCell {
            corridor: self.corridor.to_owned(),
            kind,
            value: None,
            low: None,
            high: None,
            count: None,
            grade: None,
            source: Vec::new(),
            note: None,
        }
    }

    fn with(&self, kind: CellKind, interval: Interval, count: usize) -> ToldCell {
        let Interval { value, low, high } = interval;
        ToldCell { value, low, high, count: Some(count), ..self.empty(kind) }
    }

    fn nothing(&self, why: &str) -> ToldCell {
        ToldCell { note: Some(why.to_owned()), ..self.empty(CellKind::None) }
    }
}

/// The cell of a row.
pub(super) fn cell(row: &ComparisonRow, column: &Column<'_>) -> ToldCell {
    let own = row.cells.iter().find(|(id, _)| id.get() == column.corridor).map(|(_, c)| c.get());
    let survival = own.map_or(&row.survival, |own| &own.survival);
    let measured = own.map_or(row.measure.is_some(), |own| own.measure.is_some());
    let mut told = match (survival, own) {
        (Some(survival), _) => lasting(row, survival, column),
        (None, _) if measured => spread(row, column),
        (None, Some(own)) => given(own, column),
        (None, None) => column.nothing("the row says nothing of it"),
    };
    if let Some(note) = own.and_then(|own| own.note.clone()) {
        told.note = Some(match told.note {
            Some(why) => format!("{why}; {note}"),
            None => note,
        });
    }
    told
}

fn spread(row: &ComparisonRow, column: &Column<'_>) -> ToldCell {
    let sorted = stats::sorted(column.values(row.id.get()));
    if sorted.is_empty() {
        return column.nothing("no future has a value");
    }
    if let Some(above) = &row.above {
        let count = sorted.iter().filter(|v| *v > above.get()).count();
        return column.with(CellKind::Share, Interval::share(count, sorted.len()), sorted.len());
    }
    let [low, high] = MIDDLE.map(|p| stats::quantile(&sorted, p));
    let interval = Interval::new(stats::quantile(&sorted, 0.5), low, high);
    column.with(CellKind::Spread, interval, sorted.len())
}

fn lasting(row: &ComparisonRow, survival: &At<Lasts>, column: &Column<'_>) -> ToldCell {
    let [length, over] = [lasted(&row.id), ended(&row.id)].map(|id| column.values(&id));
    let months = *survival.months.get();
    match longer(length, over, f64::from(months), column.seed) {
        Some((interval, spells)) => column.with(CellKind::Survival, interval, spells),
        None => column.nothing(&format!("in no future is a spell followed for {months} months")),
    }
}

fn given(own: &ComparisonCell, column: &Column<'_>) -> ToldCell {
    if let Some(stated) = &own.stated {
        let [low, high] = *stated.get();
        return ToldCell {
            value: (low == high).then_some(low),
            low: some(low),
            high: some(high),
            grade: own.grade.as_ref().map(|g| letter(*g.get())),
            source: own.source.iter().map(|s| s.get().clone()).collect(),
            ..column.empty(CellKind::Stated)
        };
    }
    let path = own.number.as_ref().map(|path| path.get().as_str());
    if let Some(number) = column.numbers.iter().find(|d| Some(d.path.as_str()) == path) {
        let [low, high] = MIDDLE.map(|p| number.quantile(p));
        return ToldCell {
            value: some(number.value),
            low: some(low),
            high: some(high),
            grade: Some(number.grade.letter()),
            source: number.source.clone(),
            ..column.empty(CellKind::Number)
        };
    }
    column.nothing(own.none.as_ref().map_or("", |why| why.get()))
}

fn letter(grade: crate::spec::Grade) -> char {
    terbia_model::kernel::param::Grade::from(grade).letter()
}
