//! On which side does each run lie, and where on a plane?
//!
//! Each run is a point of one of two kinds; from five hundred on, points are counted in hexagons, the
//! larger the more they hold, in the colour of the kind that prevails there, the stronger the more it does.
//! A frame shows a region. Shares are counted from all points that are finite, also those outside the
//! picture.

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
    /// The runs.
    pub points: Vec<Point>,
    /// A region to be framed.
    pub region: Option<Region>,
    /// What it means to be above.
    pub above: String,
    /// What it means to be below.
    pub below: String,
}

/// A run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Value across.
    pub x: f64,
    /// Value upwards.
    pub y: f64,
    /// Whether it is of the first kind.
    pub above: bool,
}

/// Ends of a region; nothing where it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Region {
    /// Lower and upper end across.
    pub across: (Option<f64>, Option<f64>),
    /// Lower and upper end upwards.
    pub up: (Option<f64>, Option<f64>),
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
/// Size of what is said of each kind.
const TITLE: f64 = 9.5;
/// The kinds: above, below.
const KINDS: [Ink; 2] = [Ink::Nth(0), Ink::Nth(1)];

/// Draws points in a plane.
pub fn plane(chart: &Plane) -> Drawing {
    let finite = |p: &&Point| p.x.is_finite() && p.y.is_finite();
    let points: Vec<Point> = chart.points.iter().filter(finite).copied().collect();
    let share = share(&points);
    let data = table(chart, points.len(), share);
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().map(|p| (p.x, p.y)).unzip();
    if !any(&xs) {
        return Drawing::nothing(&chart.title, data);
    }
    let (x_scale, across) = scaled(&chart.across.unit, &xs);
    let (y_scale, up) = scaled(&chart.up.unit, &ys);
    let mut scene = Scene::new(WIDTH, 300.0);
    super::heading(&mut scene, &chart.title, "");
    if let Some(share) = share {
        kinds(&mut scene, chart, share);
    }
    let label = with_unit(&chart.up.name, &y_scale.unit);
    scene.text((0.0, 38.0), Label::new(font::fit(&label, Face::Regular, TYPE, WIDTH), TYPE));
    let left = reach(&up);
    let plot = Plot { left, right: WIDTH - 6.0, top: 46.0, bottom: 270.0, across, up };
    plot.rungs(&mut scene);
    plot.posts(&mut scene);
    plot.name_across(&mut scene, &with_unit(&chart.across.name, &x_scale.unit));
    let place = |p: &Point| (plot.x(x_scale.apply(p.x)), plot.y(y_scale.apply(p.y)));
    scene.window(plot.window(), |scene| {
        if points.len() < MANY {
            for point in &points {
                let ink = KINDS[usize::from(!point.above)];
                scene.circle(place(point), 2.2, ink.at(0.55), None);
            }
        } else {
            hexagons(scene, points.iter().map(|p| (place(p), p.above)));
        }
        if let Some(region) = &chart.region {
            frame(scene, region, &plot, (&x_scale, &y_scale));
        }
    });
    let scales = (&x_scale, &y_scale);
    Drawing { scene, alt: alt(chart, points.len(), share, scales), data }
}

/// The share of the points of the first kind.
fn share(points: &[Point]) -> Option<f64> {
    let above = points.iter().filter(|p| p.above).count();
    (!points.is_empty()).then(|| above as f64 / points.len() as f64)
}

fn frame(scene: &mut Scene, region: &Region, plot: &Plot, (x, y): (&Scale, &Scale)) {
    let across = |v: Option<f64>, open: f64| v.map_or(open, |v| plot.x(x.apply(v)));
    let up = |v: Option<f64>, open: f64| v.map_or(open, |v| plot.y(y.apply(v)));
    // An open end is drawn just within, so that the frame is seen to be one.
    let (left, right) =
        (across(region.across.0, plot.left + 1.0), across(region.across.1, plot.right - 1.0));
    let (bottom, top) = (up(region.up.0, plot.bottom - 1.0), up(region.up.1, plot.top + 1.0));
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    scene.line(corners, Stroke::new(Ink::Ground, 4.0));
    scene.line(corners, Stroke::new(Ink::Text, 1.8));
}

/// Draws hexagons: the larger, the more points they hold; the stronger, the more one kind prevails.
fn hexagons(scene: &mut Scene, points: impl Iterator<Item = ((f64, f64), bool)>) {
    let (wide, high) = (HEX * 3_f64.sqrt(), HEX * 1.5);
    let mut counts: BTreeMap<(i64, i64), (usize, usize)> = BTreeMap::new();
    for ((x, y), above) in points {
        // Of the two nearest rows, the one whose hexagon's middle is nearer.
        let near = |row: i64| {
            let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
            let column = (x / wide - shift).round() as i64;
            let (dx, dy) = (x - (column as f64 + shift) * wide, y - row as f64 * high);
            (dx * dx + dy * dy, (row, column))
        };
        let row = (y / high).floor() as i64;
        let (a, b) = (near(row), near(row + 1));
        let (count, all) = counts.entry(if a.0 <= b.0 { a.1 } else { b.1 }).or_default();
        *count += usize::from(above);
        *all += 1;
    }
    let most = counts.values().map(|c| c.1).max().unwrap_or(1) as f64;
    for ((row, column), (count, all)) in counts {
        let shift = if row.rem_euclid(2) == 1 { 0.5 } else { 0.0 };
        let (x, y) = ((column as f64 + shift) * wide, row as f64 * high);
        let size = 0.35 + 0.65 * (all as f64 / most).sqrt();
        let (half, side, tip) = (size * wide / 2.0, size * HEX / 2.0, size * HEX);
        let corners = [
            (x, y - tip),
            (x + half, y - side),
            (x + half, y + side),
            (x, y + tip),
            (x - half, y + side),
            (x - half, y - side),
        ];
        let above = count as f64 / all as f64;
        let opacity = 0.2 + 0.75 * (2.0 * above - 1.0).abs();
        let ink = KINDS[usize::from(above < 0.5)];
        scene.area(corners, ink.at((opacity * 20.0).round() / 20.0), None);
    }
}

/// Says what the colours mean, and how many of each there are.
fn kinds(scene: &mut Scene, chart: &Plane, above: f64) {
    let scale = Scale::share();
    let room = WIDTH / 2.0 - 16.0;
    let sides = [(above, &chart.above), (1.0 - above, &chart.below)];
    for (n, (share, side)) in sides.into_iter().enumerate() {
        let x = n as f64 * WIDTH / 2.0;
        scene.circle((x + 4.0, 21.0), 3.6, KINDS[n].at(1.0), None);
        let text = font::fit(&format!("{} % {side}", scale.model(share)), Face::Bold, TITLE, room);
        scene.text((x + 12.0, 24.5), Label::new(text, TITLE).bold().ink(KINDS[n]));
    }
}

fn alt(chart: &Plane, count: usize, share: Option<f64>, scales: (&Scale, &Scale)) -> String {
    let scale = Scale::share();
    let told = share.map_or(String::new(), |above| {
        let (a, b) = (scale.model(above), scale.model(1.0 - above));
        format!(" {a} % {}, {b} % {}.", chart.above, chart.below)
    });
    format!(
        "{}: {} points, {} against {}.{told}",
        chart.title,
        exact(count as f64),
        with_unit(&chart.up.name, &scales.1.unit),
        with_unit(&chart.across.name, &scales.0.unit),
    )
}

fn table(chart: &Plane, count: usize, share: Option<f64>) -> Table {
    let mut table = Table::new(chart.title.as_str(), &["Side", "#Points", "#Share, %"]);
    let scale = Scale::share();
    if let Some(above) = share {
        for (share, side) in [(above, &chart.above), (1.0 - above, &chart.below)] {
            let points = exact((share * count as f64).round());
            table.row([side.clone(), points, scale.model(share)]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_all_points() {
        let point = |x, above| Point { x, y: 1.0, above };
        assert_eq!(
            share(&[point(0.0, true), point(1.0, false), point(2.0, false)]),
            Some(1.0 / 3.0)
        );
        assert_eq!(share(&[]), None);
    }

    #[test]
    fn every_point_falls_into_one_hexagon() {
        let mut scene = Scene::new(100.0, 100.0);
        let points = (0..1000).map(|i| ((f64::from(i % 37), f64::from(i % 53)), i % 3 == 0));
        hexagons(&mut scene, points);
        assert!(scene.marks.len() > 5 && scene.marks.len() < 60);
    }
}
