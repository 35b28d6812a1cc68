//! What weighs most? Bars from zero with their intervals, in the order given.

use super::plot::{across, any, scaled};
use super::{Drawing, TYPE, WIDTH, heading, with_unit};
use crate::paper::document::{Table, Words};
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::axis::Axis;
use crate::report::number::Scale;

/// Bars, as of sensitivity indices or of values of information.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bars {
    /// What the bars measure.
    pub title: String,
    /// Its unit; empty for a share or an index.
    pub unit: String,
    /// What each of the bars of a row is, if there are several: at most three.
    pub series: Vec<String>,
    /// The rows.
    pub bars: Vec<Bar>,
}

/// A row of bars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// What it is about.
    pub name: String,
    /// A value for each of the series.
    pub values: Vec<Estimate>,
}

/// A value with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower and upper end.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    fn all(&self) -> impl Iterator<Item = f64> {
        [Some(self.value), self.interval.map(|i| i.0), self.interval.map(|i| i.1)]
            .into_iter()
            .flatten()
    }
}

/// Height of a bar.
const BAR: f64 = 10.0;

/// Draws bars.
pub fn bars(chart: &Bars) -> Drawing {
    let values: Vec<f64> =
        chart.bars.iter().flat_map(|b| &b.values).flat_map(Estimate::all).collect();
    let with_zero: Vec<f64> = values.iter().copied().chain([0.0]).collect();
    let (scale, axis) = scaled(&chart.unit, &with_zero);
    let data = table(chart, &scale);
    if !any(&values) {
        return Drawing::nothing(&chart.title, data);
    }
    let deep = chart.bars.iter().map(|b| b.values.len()).max().unwrap_or(1).clamp(1, 3);
    let row = (BAR * deep as f64 + 7.0).max(if long_names(chart) { 25.0 } else { 0.0 });
    let top = if chart.series.len() > 1 { 34.0 } else { 20.0 };
    let bottom = top + row * chart.bars.len() as f64;
    let mut scene = Scene::new(WIDTH, bottom + 18.0);
    heading(&mut scene, &chart.title, &scale.unit);
    key(&mut scene, chart);
    let widest = chart.bars.iter().map(|b| font::width(&b.name, Face::Regular, TYPE));
    let left = widest.fold(40.0, f64::max).min(NAMES) + 10.0;
    let right = WIDTH - 42.0;
    across(&mut scene, &axis, (left, right), (top, bottom));
    for (n, bar) in chart.bars.iter().enumerate() {
        let y = top + row * n as f64;
        let lines = font::lines(&bar.name, Face::Regular, TYPE, NAMES, 2);
        for (i, line) in lines.iter().enumerate() {
            let at = y + row / 2.0 + 3.0 + 10.0 * (i as f64 - (lines.len() - 1) as f64 / 2.0);
            scene.text((left - 8.0, at), Label::new(line, TYPE).end());
        }
        let above = (row - BAR * bar.values.len().min(3) as f64) / 2.0;
        for (s, value) in bar.values.iter().take(3).enumerate() {
            let place = (left, right, y + above + BAR * s as f64);
            one(&mut scene, value, &scale, &axis, place, Ink::Nth(s));
        }
    }
    let zero = left + (right - left) * (0.0 - axis.low) / (axis.high - axis.low);
    scene.line([(zero, top), (zero, bottom)], Stroke::new(Ink::Soft, 1.0));
    Drawing { scene, alt: alt(chart, &scale), data }
}

/// Room for names.
const NAMES: f64 = 160.0;

fn long_names(chart: &Bars) -> bool {
    chart.bars.iter().any(|b| font::width(&b.name, Face::Regular, TYPE) > NAMES)
}

fn one(
    scene: &mut Scene,
    value: &Estimate,
    scale: &Scale,
    axis: &Axis,
    (left, right, top): (f64, f64, f64),
    ink: Ink,
) {
    let place = |v: f64| {
        let share = (scale.apply(v) - axis.low) / (axis.high - axis.low);
        left + (right - left) * share
    };
    let (zero, x) = (place(0.0), place(value.value));
    scene.rect([zero.min(x), top + 1.0, (x - zero).abs(), BAR - 2.0], ink.at(0.75), None);
    let mut end = x.max(zero);
    if let Some((low, high)) = value.interval {
        let y = top + BAR / 2.0;
        scene.line([(place(low), y), (place(high), y)], Stroke::new(Ink::Text, 1.0));
        for x in [place(low), place(high)] {
            scene.line([(x, y - 2.5), (x, y + 2.5)], Stroke::new(Ink::Text, 1.0));
            end = if x.is_finite() { end.max(x) } else { end };
        }
    }
    let label = Label::new(scale.model(value.value), 7.5).halo();
    scene.text((end + 4.0, top + BAR / 2.0 + 2.8), label);
}

fn key(scene: &mut Scene, chart: &Bars) {
    if chart.series.len() < 2 {
        return;
    }
    let mut x = 0.0;
    for (n, name) in chart.series.iter().take(3).enumerate() {
        scene.rect([x, 18.0, 10.0, 8.0], Ink::Nth(n).at(0.75), None);
        let label = Label::new(font::fit(name, Face::Regular, TYPE, 140.0), TYPE).ink(Ink::Nth(n));
        let width = label.width();
        scene.text((x + 14.0, 25.5), label);
        x += width + 30.0;
    }
}

fn alt(chart: &Bars, scale: &Scale) -> String {
    let value = |b: &Bar| b.values.first().map_or("no value".into(), |v| scale.model(v.value));
    let all: Vec<String> =
        chart.bars.iter().take(5).map(|b| format!("{} {}", b.name, value(b))).collect();
    let rest = chart.bars.len().saturating_sub(5);
    let rest = if rest > 0 { format!("; and {rest} more") } else { String::new() };
    format!("Bars of {}: {}{rest}.", with_unit(&chart.title, &scale.unit), all.join("; "))
}

fn table(chart: &Bars, scale: &Scale) -> Table {
    let deep = chart.bars.iter().map(|b| b.values.len()).max().unwrap_or(1);
    let mut heads = vec!["Row".to_owned()];
    for n in 0..deep {
        let name = chart.series.get(n).map_or("Value", String::as_str);
        heads.extend([format!("#{name}"), "#Interval".into()]);
    }
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new(with_unit(&chart.title, &scale.unit), &heads);
    for bar in &chart.bars {
        let cells = bar.values.iter().flat_map(|v| {
            let (low, high) = (v.interval.map(|i| i.0), v.interval.map(|i| i.1));
            [scale.model(v.value), scale.interval(low, high)]
        });
        table.row(std::iter::once(bar.name.clone()).chain(cells).map(Words::from));
    }
    table
}
