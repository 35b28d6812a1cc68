//! How does an outcome spread, month by month, under each policy?
//!
//! Up to two policies share one chart; from three on each has its own, on the same axes, with the
//! medians of all the others behind its fan.

use super::plot::{any, grid, reach};
use super::{Drawing, TYPE, WIDTH, heading, spread, with_unit};
use crate::paper::document::Table;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::axis::{Axis, Frame};
use crate::report::number::Scale;
use crate::report::text;
use terbia_model::kernel::time::Month;

/// Fans of one outcome.
#[derive(Clone, Debug)]
pub struct Fan {
    /// The outcome.
    pub title: String,
    /// Its unit.
    pub unit: String,
    /// First month.
    pub start: Month,
    /// Where a mark stands, if one does: after this month, with its words, as "record ends".
    pub mark: Option<(Month, &'static str)>,
    /// The policies.
    pub policies: Vec<Policy>,
}

/// The fan of one policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The spread in each month.
    pub months: Vec<Spread>,
}

/// Quantiles of a month, in the unit of the outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// One run in twenty lies below.
    pub q05: f64,
    /// One run in four lies below.
    pub q25: f64,
    /// Median.
    pub q50: f64,
    /// One run in four lies above.
    pub q75: f64,
    /// One run in twenty lies above.
    pub q95: f64,
}

impl Spread {
    fn all(&self) -> [f64; 5] {
        [self.q05, self.q25, self.q50, self.q75, self.q95]
    }
}

/// Draws fans.
pub fn fan(chart: &Fan) -> Drawing {
    let values: Vec<f64> =
        chart.policies.iter().flat_map(|p| &p.months).flat_map(Spread::all).collect();
    let scale = Scale::fit(&chart.unit, values.iter().copied().map(Some));
    let data = table(chart, &scale);
    if !any(&values) {
        return Drawing::nothing(&chart.title, data);
    }
    let axis = Axis::fit(values.iter().map(|v| scale.apply(*v)));
    let scene = if chart.policies.len() <= 2 {
        shared(chart, &scale, &axis)
    } else {
        panels(chart, &scale, &axis)
    };
    Drawing { scene, alt: alt(chart, &scale), data }
}

fn months(chart: &Fan) -> usize {
    chart.policies.iter().map(|p| p.months.len()).max().unwrap_or(0)
}

/// One chart for all.
fn shared(chart: &Fan, scale: &Scale, axis: &Axis) -> Scene {
    let mut scene = Scene::new(WIDTH, 236.0);
    heading(&mut scene, &chart.title, &scale.unit);
    let names: Vec<Vec<String>> =
        chart.policies.iter().map(|p| font::lines(&p.name, Face::Bold, TYPE, 88.0, 3)).collect();
    let widest = names.iter().flatten().map(|n| font::width(n, Face::Bold, TYPE));
    let right = WIDTH - widest.fold(0.0, f64::max) - 10.0;
    let (top, bottom) = (24.0, 214.0);
    let frame =
        Frame { left: reach(axis), right, top, bottom, months: months(chart), axis: axis.clone() };
    ground(&mut scene, chart, &frame, (true, true));
    for (n, policy) in chart.policies.iter().enumerate() {
        bands(&mut scene, policy, &frame, scale, Ink::Nth(n));
    }
    for (n, policy) in chart.policies.iter().enumerate() {
        median(&mut scene, policy, &frame, scale, Stroke::new(Ink::Nth(n), 1.8));
    }
    let end = |p: &Policy| {
        let last = p.months.iter().rev().find(|m| m.q50.is_finite());
        last.map_or(bottom, |m| frame.y(scale.apply(m.q50)))
    };
    let mut ends: Vec<f64> = chart.policies.iter().map(end).collect();
    let gap = 10.5 * names.iter().map(Vec::len).max().unwrap_or(1) as f64 + 2.0;
    spread(&mut ends, gap, top + 6.0, bottom - 4.0);
    for (n, lines) in names.iter().enumerate() {
        for (i, line) in lines.iter().enumerate() {
            let y = ends[n] + 3.0 + 10.5 * (i as f64 - (lines.len() - 1) as f64 / 2.0);
            scene.text((right + 6.0, y), Label::new(line, TYPE).bold().ink(Ink::Nth(n)));
        }
    }
    scene
}

/// A chart for each.
fn panels(chart: &Fan, scale: &Scale, axis: &Axis) -> Scene {
    let columns = if chart.policies.len() <= 4 { 2 } else { 3 };
    let rows = chart.policies.len().div_ceil(columns);
    let left = reach(axis);
    let high = if columns == 2 { 104.0 } else { 82.0 };
    let step = high + 38.0;
    let wide = (WIDTH - left - 16.0 * (columns - 1) as f64) / columns as f64;
    let mut scene = Scene::new(WIDTH, 18.0 + step * rows as f64);
    heading(&mut scene, &chart.title, &scale.unit);
    for (n, policy) in chart.policies.iter().enumerate() {
        let (column, row) = (n % columns, n / columns);
        let from = left + (wide + 16.0) * column as f64;
        let top = 36.0 + step * row as f64;
        let (right, bottom) = (from + wide, top + high);
        let axis = axis.clone();
        let frame = Frame { left: from, right, top, bottom, months: months(chart), axis };
        let name = font::fit(&policy.name, Face::Bold, TYPE, wide);
        scene.text((from, top - 6.0), Label::new(name, TYPE).bold().ink(Ink::Nth(0)));
        // The numbers stand at the first of the row.
        ground(&mut scene, chart, &frame, (column == 0, n == 0));
        bands(&mut scene, policy, &frame, scale, Ink::Nth(0));
        for other in chart.policies.iter().filter(|p| p.name != policy.name) {
            median(&mut scene, other, &frame, scale, Stroke::new(Ink::Faint, 0.7));
        }
        median(&mut scene, policy, &frame, scale, Stroke::new(Ink::Nth(0), 1.8));
    }
    scene
}

/// Draws grid, years and the mark.
fn ground(scene: &mut Scene, chart: &Fan, frame: &Frame, (numbers, words): (bool, bool)) {
    for (value, text) in frame.axis.ticks() {
        let y = frame.y(value);
        scene.line([(frame.left, y), (frame.right, y)], grid());
        if numbers {
            let label = Label::new(text, TYPE).ink(Ink::Soft).end();
            scene.text((frame.left - 4.0, y + 3.0), label);
        }
    }
    for (month, year) in frame.years(chart.start) {
        let x = frame.x(month);
        scene.line([(x, frame.bottom), (x, frame.bottom + 3.0)], Stroke::new(Ink::Soft, 0.7));
        let label = Label::new(year.to_string(), TYPE).ink(Ink::Soft);
        let half = label.width() / 2.0;
        let at = x.clamp(frame.left + half - 8.0, frame.right - half + 8.0);
        scene.text((at, frame.bottom + 13.0), label.middle());
    }
    let Some((mark, said)) = chart.mark else { return };
    let at = f64::from(mark.since(chart.start)) + 1.0;
    if at > 0.0 && at < frame.months as f64 {
        let x = frame.x(at);
        let line = Stroke::new(Ink::Soft, 0.8).dashed(3.0, 2.0);
        scene.line([(x, frame.top), (x, frame.bottom)], line);
        if !words {
            return;
        }
        let label = Label::new(said, 7.5).ink(Ink::Soft);
        let label = if x + label.width() + 4.0 > frame.right { label.end() } else { label };
        let aside = if label.anchor == crate::paper::Anchor::End { -3.0 } else { 3.0 };
        scene.text((x + aside, frame.top + 6.0), label.halo());
    }
}

fn bands(scene: &mut Scene, policy: &Policy, frame: &Frame, scale: &Scale, ink: Ink) {
    let mut band = |opacity: f64, low: fn(&Spread) -> f64, high: fn(&Spread) -> f64| {
        let point = |pick: fn(&Spread) -> f64| {
            move |(i, m): (usize, &Spread)| (frame.x(i as f64 + 0.5), frame.y(scale.apply(pick(m))))
        };
        let upper = policy.months.iter().enumerate().map(point(high));
        let lower = policy.months.iter().enumerate().rev().map(point(low));
        let all: Vec<_> = upper.chain(lower).collect();
        scene.area(all, ink.at(opacity), None);
    };
    band(0.16, |m| m.q05, |m| m.q95);
    band(0.26, |m| m.q25, |m| m.q75);
}

fn median(scene: &mut Scene, policy: &Policy, frame: &Frame, scale: &Scale, stroke: Stroke) {
    let point = |(i, m): (usize, &Spread)| (frame.x(i as f64 + 0.5), frame.y(scale.apply(m.q50)));
    scene.line(policy.months.iter().enumerate().map(point), stroke);
}

fn alt(chart: &Fan, scale: &Scale) -> String {
    let last = chart.start.plus(months(chart) as i32 - 1);
    let of = |p: &Policy| {
        let m = p.months.last().filter(|m| m.q50.is_finite());
        let at = m.map_or("no value".into(), |m| scale.model(m.q50));
        format!("{} {at}", p.name)
    };
    let ends: Vec<String> = chart.policies.iter().map(of).collect();
    format!(
        "Fans of {} by month, {} to {}. Medians at the end: {}.",
        with_unit(&chart.title, &scale.unit),
        text::month(chart.start),
        text::month(last),
        ends.join("; ")
    )
}

/// The last month of each year.
fn table(chart: &Fan, scale: &Scale) -> Table {
    let heads = ["Month", "Policy", "#Median", "#50 % of the runs", "#90 % of the runs"];
    let mut table = Table::new(with_unit(&chart.title, &scale.unit), &heads);
    for policy in &chart.policies {
        for (i, m) in policy.months.iter().enumerate() {
            let month = chart.start.plus(i as i32);
            if month.of_year() == 12 || i + 1 == policy.months.len() {
                table.row([
                    text::month(month),
                    policy.name.clone(),
                    scale.model(m.q50),
                    scale.interval(Some(m.q25), Some(m.q75)),
                    scale.interval(Some(m.q05), Some(m.q95)),
                ]);
            }
        }
    }
    table
}
