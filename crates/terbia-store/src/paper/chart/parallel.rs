//! What is given up for what? Each choice is a line over all that is wanted; up is better everywhere.

use super::plot::any;
use super::{Drawing, TYPE, WIDTH, heading, spread};
use crate::paper::document::{Table, Words};
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::number::Scale;

/// Choices of which none is better than another in everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parallel {
    /// What is shown.
    pub title: String,
    /// What is wanted.
    pub dimensions: Vec<Dimension>,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// Something wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dimension {
    /// What.
    pub name: String,
    /// In which unit.
    pub unit: String,
    /// Whether more or less of it is better.
    pub better: Better,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Better {
    /// More.
    #[default]
    More,
    /// Less; the axis is turned, so that up is better.
    Less,
}

/// A choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// A value for each dimension.
    pub values: Vec<f64>,
    /// Whether it is drawn in colour, with its name: for a few.
    pub shown: bool,
}

/// An axis: the value at its foot, the one at its head, and how numbers are written.
struct Post {
    x: f64,
    foot: f64,
    head: f64,
    scale: Scale,
}

/// Draws choices.
pub fn parallel(chart: &Parallel) -> Drawing {
    let data = table(chart);
    let all: Vec<f64> = chart.choices.iter().flat_map(|c| c.values.iter().copied()).collect();
    if !any(&all) || chart.dimensions.is_empty() {
        return Drawing::nothing(&chart.title, data);
    }
    let mut scene = Scene::new(WIDTH, 284.0);
    heading(&mut scene, &chart.title, "up is better on every axis");
    let shown: Vec<&Choice> = chart.choices.iter().filter(|c| c.shown).collect();
    let names: Vec<String> =
        shown.iter().map(|c| font::fit(&c.name, Face::Bold, TYPE, 104.0)).collect();
    let widest = names.iter().map(|n| font::width(n, Face::Bold, TYPE)).fold(0.0, f64::max);
    let gaps = chart.dimensions.len().max(2) - 1;
    let step = ((WIDTH - widest - 12.0 - 34.0) / (gaps as f64 + 0.15)).min(150.0);
    let left = (step / 2.0).clamp(24.0, 40.0);
    let posts: Vec<Post> =
        (0..chart.dimensions.len()).map(|n| post(chart, n, left + step * n as f64)).collect();
    for (dimension, post) in chart.dimensions.iter().zip(&posts) {
        axis(&mut scene, dimension, post, step - 6.0);
    }
    let line = |choice: &Choice| -> Vec<(f64, f64)> {
        let value = |n: usize| choice.values.get(n).copied().unwrap_or(f64::NAN);
        posts.iter().enumerate().map(|(n, post)| (post.x, post.y(value(n)))).collect()
    };
    for choice in chart.choices.iter().filter(|c| !c.shown) {
        scene.line(line(choice), Stroke::new(Ink::Faint, 0.6));
    }
    let mut ends = Vec::new();
    for (n, choice) in shown.iter().enumerate() {
        let points = line(choice);
        ends.push(points.last().map_or(FOOT, |p| p.1).max(HEAD));
        let dash = [None, Some((6.0, 2.5)), Some((2.0, 2.0))][n / 6 % 3];
        scene.line(points.clone(), Stroke { ink: Ink::Nth(n), width: 2.0, dash });
        for point in points {
            scene.circle(point, 2.6, Ink::Nth(n).at(1.0), None);
        }
    }
    spread(&mut ends, 11.0, HEAD, FOOT);
    let right = posts.last().map_or(left, |p| p.x) + 12.0;
    for (n, name) in names.iter().enumerate() {
        let y = if ends[n].is_finite() { ends[n] } else { FOOT };
        scene.text((right, y + 3.0), Label::new(name, TYPE).bold().ink(Ink::Nth(n)).halo());
    }
    Drawing { scene, alt: alt(chart, &shown), data }
}

/// Height of the heads of axes.
const HEAD: f64 = 74.0;
/// Height of their feet.
const FOOT: f64 = 262.0;

impl Post {
    fn y(&self, value: f64) -> f64 {
        if self.head == self.foot {
            return if value.is_finite() { f64::midpoint(HEAD, FOOT) } else { f64::NAN };
        }
        FOOT - (FOOT - HEAD) * (value - self.foot) / (self.head - self.foot)
    }
}

fn post(chart: &Parallel, n: usize, x: f64) -> Post {
    let values = chart.choices.iter().filter_map(|c| c.values.get(n).copied());
    let values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = if low <= high { (low, high) } else { (0.0, 0.0) };
    let dimension = &chart.dimensions[n];
    let scale = Scale::fit(&dimension.unit, values.into_iter().map(Some));
    match dimension.better {
        Better::More => Post { x, foot: low, head: high, scale },
        Better::Less => Post { x, foot: high, head: low, scale },
    }
}

fn axis(scene: &mut Scene, dimension: &Dimension, post: &Post, room: f64) {
    let x = post.x;
    scene.line([(x, HEAD), (x, FOOT)], Stroke::new(Ink::Soft, 0.9));
    let mut lines = font::lines(&dimension.name, Face::Regular, TYPE, room, 3);
    if !post.scale.unit.is_empty() {
        lines.push(font::fit(&post.scale.unit, Face::Regular, TYPE, room));
    }
    for (i, text) in lines.iter().rev().enumerate() {
        let unit = i == 0 && !post.scale.unit.is_empty();
        let ink = if unit { Ink::Soft } else { Ink::Text };
        scene.text((x, HEAD - 18.0 - 10.0 * i as f64), Label::new(text, TYPE).ink(ink).middle());
    }
    for (value, y) in [(post.head, HEAD - 6.0), (post.foot, FOOT + 12.0)] {
        let label = Label::new(post.scale.model(value), TYPE).ink(Ink::Soft).middle();
        scene.text((x, y), label);
    }
}

fn alt(chart: &Parallel, shown: &[&Choice]) -> String {
    let names: Vec<&str> = shown.iter().map(|c| c.name.as_str()).collect();
    let wanted: Vec<&str> = chart.dimensions.iter().map(|d| d.name.as_str()).collect();
    let count = chart.choices.len();
    let names =
        if names.is_empty() { String::new() } else { format!(" In colour: {}.", names.join("; ")) };
    format!("{}: {count} choices over {}.{names}", chart.title, wanted.join(", "))
}

/// The choices in colour; all, if none is.
fn table(chart: &Parallel) -> Table {
    let mut heads = vec!["Choice".to_owned()];
    let scale = |n: usize| {
        let values = chart.choices.iter().map(|c| c.values.get(n).copied());
        Scale::fit(&chart.dimensions[n].unit, values)
    };
    let scales: Vec<Scale> = (0..chart.dimensions.len()).map(scale).collect();
    for (dimension, scale) in chart.dimensions.iter().zip(&scales) {
        heads.push(format!("#{}", super::with_unit(&dimension.name, &scale.unit)));
    }
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new(chart.title.as_str(), &heads);
    let some = chart.choices.iter().any(|c| c.shown);
    for choice in chart.choices.iter().filter(|c| c.shown || !some) {
        let cells =
            scales.iter().enumerate().map(|(n, s)| s.perhaps(choice.values.get(n).copied()));
        table.row(std::iter::once(choice.name.clone()).chain(cells).map(Words::from));
    }
    table
}
