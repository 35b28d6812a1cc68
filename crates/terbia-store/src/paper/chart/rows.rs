//! Is it more or less than without? Dots with their intervals, and the line of no difference.

use super::plot::{across, any, scaled};
use super::{Drawing, TYPE, WIDTH, heading, with_unit};
use crate::paper::document::Table;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::number::Scale;

/// Differences, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// What differs, and from what.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// What it means to lie left of zero, as `worse`; it may be empty.
    pub left: String,
    /// What it means to lie right of zero; it may be empty.
    pub right: String,
    /// The rows, in the order given.
    pub rows: Vec<Row>,
}

/// A difference.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Whose.
    pub name: String,
    /// The difference.
    pub value: f64,
    /// Lower and upper end of its interval.
    pub interval: Option<(f64, f64)>,
}

impl Row {
    /// A difference with its interval.
    pub fn new(name: impl Into<String>, value: f64, interval: Option<(f64, f64)>) -> Self {
        Self { name: name.into(), value, interval }
    }

    fn all(&self) -> impl Iterator<Item = f64> {
        [Some(self.value), self.interval.map(|i| i.0), self.interval.map(|i| i.1)]
            .into_iter()
            .flatten()
    }

    /// Whether the interval leaves zero out.
    fn clear(&self) -> bool {
        self.interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
    }
}

/// Distance of rows.
const ROW: f64 = 22.0;
/// Room for names.
const NAMES: f64 = 170.0;

/// Draws differences.
pub fn rows(chart: &Rows) -> Drawing {
    let values: Vec<f64> = chart.rows.iter().flat_map(Row::all).collect();
    let with_zero: Vec<f64> = values.iter().copied().chain([0.0]).collect();
    let (scale, axis) = scaled(&chart.unit, &with_zero);
    let data = table(chart, &scale);
    if !any(&values) {
        return Drawing::nothing(&chart.title, data);
    }
    let top = if chart.left.is_empty() && chart.right.is_empty() { 20.0 } else { 34.0 };
    let bottom = top + ROW * chart.rows.len() as f64;
    let mut scene = Scene::new(WIDTH, bottom + 18.0);
    heading(&mut scene, &chart.title, &scale.unit);
    let widest = chart.rows.iter().map(|r| font::width(&r.name, Face::Regular, TYPE));
    let left = widest.fold(40.0, f64::max).min(NAMES) + 12.0;
    let told = |r: &Row| font::width(&figures(r, &scale), Face::Regular, 7.5);
    let right = WIDTH - chart.rows.iter().map(told).fold(0.0, f64::max).min(120.0) - 14.0;
    across(&mut scene, &axis, (left, right), (top, bottom));
    let place = |v: f64| {
        let share = (scale.apply(v) - axis.low) / (axis.high - axis.low);
        left + (right - left) * share
    };
    let zero = place(0.0);
    scene.line([(zero, top - 4.0), (zero, bottom)], Stroke::new(Ink::Text, 1.0));
    sides(&mut scene, chart, zero, (left, right));
    for (n, row) in chart.rows.iter().enumerate() {
        let y = top + ROW * (n as f64 + 0.5);
        let lines = font::lines(&row.name, Face::Regular, TYPE, NAMES, 2);
        for (i, line) in lines.iter().enumerate() {
            let at = y + 3.0 + 9.5 * (i as f64 - (lines.len() - 1) as f64 / 2.0);
            scene.text((left - 10.0, at), Label::new(line, TYPE).end());
        }
        // Where zero is within the interval, the sign is open: a ring instead of a dot.
        let ink = if row.clear() { Ink::Nth(0) } else { Ink::Soft };
        if let Some((low, high)) = row.interval {
            scene.line([(place(low), y), (place(high), y)], Stroke::new(ink, 1.8));
        }
        let fill = if row.clear() { ink } else { Ink::Ground };
        scene.circle((place(row.value), y), 3.6, fill.at(1.0), Some(Stroke::new(ink, 1.5)));
        let label = Label::new(figures(row, &scale), 7.5).ink(Ink::Soft);
        scene.text((right + 10.0, y + 2.8), label);
    }
    Drawing { scene, alt: alt(chart, &scale), data }
}

fn sides(scene: &mut Scene, chart: &Rows, zero: f64, (left, right): (f64, f64)) {
    if !chart.left.is_empty() {
        let room = (zero - 6.0).min(zero - left + 150.0);
        let text = font::fit(&format!("← {}", chart.left), Face::Regular, TYPE, room);
        scene.text((zero - 6.0, 26.0), Label::new(text, TYPE).ink(Ink::Soft).end());
    }
    if !chart.right.is_empty() {
        let room = (WIDTH - zero - 6.0).min(right - zero + 110.0);
        let text = font::fit(&format!("{} →", chart.right), Face::Regular, TYPE, room);
        scene.text((zero + 6.0, 26.0), Label::new(text, TYPE).ink(Ink::Soft));
    }
}

/// A row in figures.
fn figures(row: &Row, scale: &Scale) -> String {
    match row.interval {
        Some((low, high)) => {
            format!("{} ({})", scale.model(row.value), scale.interval(Some(low), Some(high)))
        }
        None => scale.model(row.value),
    }
}

fn alt(chart: &Rows, scale: &Scale) -> String {
    let of = |r: &Row| format!("{} {}", r.name, figures(r, scale));
    let all: Vec<String> = chart.rows.iter().map(of).collect();
    format!("{}: {}.", with_unit(&chart.title, &scale.unit), all.join("; "))
}

fn table(chart: &Rows, scale: &Scale) -> Table {
    let heads = ["Row", "#Difference", "#Interval"];
    let mut table = Table::new(with_unit(&chart.title, &scale.unit), &heads);
    for row in &chart.rows {
        let (low, high) = (row.interval.map(|i| i.0), row.interval.map(|i| i.1));
        table.row([row.name.clone(), scale.model(row.value), scale.interval(low, high)]);
    }
    table
}
