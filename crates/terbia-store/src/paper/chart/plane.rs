//! On which side of a dividing curve do the runs lie?
//!
//! Each run is a point; from five hundred on, points are counted in hexagons. The curve is a function
//! of the value across, straight between its points and flat beyond them. The share of the points on
//! each side is counted from all that are finite, also those outside the picture.

use super::plot::{Plot, any, reach, scaled};
use super::{Drawing, TYPE, WIDTH, with_unit};
use crate::paper::document::Table;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::number::{Scale, exact};
use std::collections::BTreeMap;

/// Points in a plane.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plane {
    /// What is shown.
    pub title: String,
    /// What is measured across.
    pub across: Measure,
    /// What is measured upwards.
    pub up: Measure,
    /// Value across and upwards, for each run.
    pub points: Vec<(f64, f64)>,
    /// The dividing curve: values across, rising, and upwards; it may be empty.
    pub curve: Vec<(f64, f64)>,
    /// What it means to lie above the curve.
    pub above: String,
    /// What it means to lie below it, or on it.
    pub below: String,
}

/// Something measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// What.
    pub name: String,
    /// In which unit.
    pub unit: String,
}

impl Measure {
    /// Something measured in a unit.
    pub fn new(name: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { name: name.into(), unit: unit.into() }
    }
}

/// Points from which on they are counted in hexagons.
const MANY: usize = 500;
/// Distance from the middle of a hexagon to its corners.
const HEX: f64 = 6.5;

/// Draws points in a plane.
pub fn plane(chart: &Plane) -> Drawing {
    let finite = |p: &&(f64, f64)| p.0.is_finite() && p.1.is_finite();
    let points: Vec<(f64, f64)> = chart.points.iter().filter(finite).copied().collect();
    let curve: Vec<(f64, f64)> = chart.curve.iter().filter(finite).copied().collect();
    let shares = shares(&points, &curve);
    let data = table(chart, points.len(), shares);
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    if !any(&xs) {
        return Drawing::nothing(&chart.title, data);
    }
    let (x_scale, across) = scaled(&chart.across.unit, &xs);
    let (y_scale, up) = scaled(&chart.up.unit, &ys);
    let mut scene = Scene::new(WIDTH, 290.0);
    super::heading(&mut scene, &chart.title, "");
    let label = with_unit(&chart.up.name, &y_scale.unit);
    scene.text((0.0, 24.0), Label::new(font::fit(&label, Face::Regular, TYPE, WIDTH), TYPE));
    let left = reach(&up);
    let plot = Plot { left, right: WIDTH - 6.0, top: 32.0, bottom: 260.0, across, up };
    plot.rungs(&mut scene);
    plot.posts(&mut scene);
    plot.name_across(&mut scene, &with_unit(&chart.across.name, &x_scale.unit));
    let place = |p: (f64, f64)| (plot.x(x_scale.apply(p.0)), plot.y(y_scale.apply(p.1)));
    scene.window(plot.window(), |scene| {
        if points.len() < MANY {
            for point in &points {
                scene.circle(place(*point), 2.2, Ink::Nth(0).at(0.45), None);
            }
        } else {
            hexagons(scene, points.iter().map(|p| place(*p)));
        }
        divide(scene, &curve, place, &plot);
    });
    if let Some((above, below)) = shares {
        sides(&mut scene, chart, (above, below), &plot);
    }
    Drawing { scene, alt: alt(chart, points.len(), shares, (&x_scale, &y_scale)), data }
}

/// The height of the curve.
fn height(curve: &[(f64, f64)], x: f64) -> Option<f64> {
    let after = curve.iter().position(|p| p.0 >= x);
    match after {
        None => curve.last().map(|p| p.1),
        Some(0) => curve.first().map(|p| p.1),
        Some(n) => {
            let (a, b) = (curve[n - 1], curve[n]);
            let share = if b.0 > a.0 { (x - a.0) / (b.0 - a.0) } else { 1.0 };
            Some(a.1 + (b.1 - a.1) * share)
        }
    }
}

/// The shares of the points above and below.
fn shares(points: &[(f64, f64)], curve: &[(f64, f64)]) -> Option<(f64, f64)> {
    if points.is_empty() || curve.is_empty() {
        return None;
    }
    let higher = points.iter().filter(|p| height(curve, p.0).is_some_and(|h| p.1 > h)).count();
    let above = higher as f64 / points.len() as f64;
    Some((above, 1.0 - above))
}

fn divide(
    scene: &mut Scene,
    curve: &[(f64, f64)],
    place: impl Fn((f64, f64)) -> (f64, f64),
    plot: &Plot,
) {
    let (Some(first), Some(last)) = (curve.first(), curve.last()) else { return };
    let mut line = vec![(plot.left, place(*first).1)];
    line.extend(curve.iter().map(|p| place(*p)));
    line.push((plot.right, place(*last).1));
    // Flat parts are only for a curve that ends within the picture.
    line.retain(|p| p.0 >= plot.left - 1e4 && p.0 <= plot.right + 1e4);
    line.sort_by(|a, b| a.0.total_cmp(&b.0));
    scene.line(line.clone(), Stroke::new(Ink::Ground, 4.0));
    scene.line(line, Stroke::new(Ink::Record, 2.0));
}

/// Draws hexagons, the fuller the more points they hold.
fn hexagons(scene: &mut Scene, points: impl Iterator<Item = (f64, f64)>) {
    let (wide, high) = (HEX * 3_f64.sqrt(), HEX * 1.5);
    let mut counts: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    for (x, y) in points {
        // Of the two nearest rows, the one whose hexagon's middle is nearer.
        let near = |row: i64| {
            let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
            let column = (x / wide - shift).round() as i64;
            let (dx, dy) = (x - (column as f64 + shift) * wide, y - row as f64 * high);
            (dx * dx + dy * dy, (row, column))
        };
        let row = (y / high).floor() as i64;
        let (a, b) = (near(row), near(row + 1));
        *counts.entry(if a.0 <= b.0 { a.1 } else { b.1 }).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or(1) as f64;
    for ((row, column), count) in counts {
        let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
        let (x, y) = ((column as f64 + shift) * wide, row as f64 * high);
        let (half, side) = (wide / 2.0, HEX / 2.0);
        let corners = [
            (x, y - HEX),
            (x + half, y - side),
            (x + half, y + side),
            (x, y + HEX),
            (x - half, y + side),
            (x - half, y - side),
        ];
        let opacity = 0.12 + 0.78 * (count as f64 / most).sqrt();
        scene.area(corners, Ink::Nth(0).at((opacity * 20.0).round() / 20.0), None);
    }
}

fn sides(scene: &mut Scene, chart: &Plane, (above, below): (f64, f64), plot: &Plot) {
    let scale = Scale::share();
    let room = plot.right - plot.left - 12.0;
    for (share, side, y) in
        [(above, &chart.above, plot.top + 13.0), (below, &chart.below, plot.bottom - 7.0)]
    {
        let text = format!("{} %  {side}", scale.model(share));
        let text = font::fit(&text, Face::Bold, TITLE, room);
        scene.text((plot.left + 6.0, y), Label::new(text, TITLE).bold().halo());
    }
}

/// Size of what is said of each side.
const TITLE: f64 = 10.5;

fn alt(
    chart: &Plane,
    count: usize,
    shares: Option<(f64, f64)>,
    scales: (&Scale, &Scale),
) -> String {
    let scale = Scale::share();
    let told = shares.map_or(String::new(), |(above, below)| {
        let (a, b) = (scale.model(above), scale.model(below));
        format!(" Above the curve: {a} % ({}). Below: {b} % ({}).", chart.above, chart.below)
    });
    format!(
        "{}: {} points, {} against {}.{told}",
        chart.title,
        exact(count as f64),
        with_unit(&chart.up.name, &scales.1.unit),
        with_unit(&chart.across.name, &scales.0.unit)
    )
}

fn table(chart: &Plane, count: usize, shares: Option<(f64, f64)>) -> Table {
    let mut table = Table::new(chart.title.as_str(), &["Side", "#Share of the runs, %"]);
    if let Some((above, below)) = shares {
        let scale = Scale::share();
        table.row([format!("Above: {}", chart.above), scale.model(above)]);
        table.row([format!("Below: {}", chart.below), scale.model(below)]);
    }
    table.note(format!("{} runs.", exact(count as f64)));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_counted_on_either_side_of_the_curve() {
        let curve = [(0.0, 0.0), (10.0, 10.0)];
        let points = [(5.0, 6.0), (5.0, 4.0), (5.0, 5.0), (20.0, 11.0)];
        assert_eq!(shares(&points, &curve), Some((0.5, 0.5)));
        assert_eq!(height(&curve, 2.5), Some(2.5));
        assert_eq!(height(&curve, -5.0), Some(0.0));
        assert_eq!(shares(&points, &[]), None);
        assert_eq!(shares(&[], &curve), None);
    }

    #[test]
    fn every_point_falls_into_one_hexagon() {
        let mut scene = Scene::new(100.0, 100.0);
        hexagons(&mut scene, (0..1000).map(|i| (f64::from(i % 37), f64::from(i % 53))));
        assert!(scene.marks.len() > 5 && scene.marks.len() < 60);
    }
}
