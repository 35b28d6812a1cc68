//! How do places, gates and stations of rivers hang together? A schematic map, which says that it is
//! one.
//!
//! Positions are taken if every node has one (shares of the width and of the height, never
//! coordinates of the world); else nodes stand in layers along their ways.

use super::{Drawing, TYPE, WIDTH, heading, layout};
use crate::paper::document::Table;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};

/// A schematic map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// What it shows.
    pub title: String,
    /// Its nodes.
    pub nodes: Vec<Node>,
    /// Its ways; those that lead from or to no node are left out.
    pub edges: Vec<Edge>,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it stands: from the left and from the top, 0 to 1.
    pub at: Option<(f64, f64)>,
}

/// What a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A place.
    #[default]
    Place,
    /// A gate.
    Gate,
    /// A station at a river.
    Station,
}

/// A way from one node to another, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// What it is.
    pub way: Way,
}

/// What a way is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// A road.
    #[default]
    Road,
    /// A river, downstream.
    River,
}

/// Draws a schematic map.
pub fn map(chart: &Map) -> Drawing {
    let data = table(chart);
    if chart.nodes.is_empty() {
        return Drawing::nothing(&chart.title, data);
    }
    let count = chart.nodes.len();
    let sound = |e: &&Edge| e.from < count && e.to < count && e.from != e.to;
    let edges: Vec<&Edge> = chart.edges.iter().filter(sound).collect();
    let (places, room, height) = places(chart, &edges);
    let mut scene = Scene::new(WIDTH, height + 20.0);
    heading(&mut scene, &chart.title, "");
    for edge in &edges {
        way(&mut scene, places[edge.from], places[edge.to], edge.way);
    }
    for (node, place) in chart.nodes.iter().zip(&places) {
        shape(&mut scene, *place, node.kind);
        for (i, line) in font::lines(&node.name, Face::Regular, TYPE, room, 2).iter().enumerate() {
            let label = Label::new(line, TYPE).middle().halo();
            let half = label.width() / 2.0;
            let x = place.0.clamp(half, (WIDTH - half).max(half));
            scene.text((x, place.1 + 16.0 + 9.5 * i as f64), label);
        }
    }
    key(&mut scene, chart, height + 12.0);
    let of = |kind: Kind| chart.nodes.iter().filter(|n| n.kind == kind).count();
    let alt = format!(
        "{}. Schematic map: {} places, {} gates, {} river stations, {} ways between them.",
        chart.title,
        of(Kind::Place),
        of(Kind::Gate),
        of(Kind::Station),
        edges.len()
    );
    Drawing { scene, alt, data }
}

/// Where nodes stand, how wide their names may be, and how high the map is.
fn places(chart: &Map, edges: &[&Edge]) -> (Vec<(f64, f64)>, f64, f64) {
    let given: Option<Vec<(f64, f64)>> =
        chart.nodes.iter().map(|n| n.at.filter(|(x, y)| x.is_finite() && y.is_finite())).collect();
    if let Some(given) = given {
        let place = |(x, y): (f64, f64)| {
            (30.0 + (WIDTH - 60.0) * x.clamp(0.0, 1.0), 34.0 + 240.0 * y.clamp(0.0, 1.0))
        };
        return (given.into_iter().map(place).collect(), 90.0, 304.0);
    }
    let pairs: Vec<(usize, usize)> = edges.iter().map(|e| (e.from, e.to)).collect();
    let layers = layout::layers(chart.nodes.len(), &pairs);
    let columns = layers.iter().map(|l| l.0).max().unwrap_or(0) + 1;
    let deepest =
        (0..columns).map(|c| layers.iter().filter(|l| l.0 == c).count()).max().unwrap_or(1);
    let step = WIDTH / columns as f64;
    let high = (46.0 * deepest as f64).clamp(110.0, 560.0);
    let place = |(column, share): &(usize, f64)| {
        // Neighbouring columns are shifted a little, so that ways along a row pass by their names.
        let shift = if column % 2 == 1 { 8.0 } else { -4.0 };
        (step * (*column as f64 + 0.5), 24.0 + high * share + shift)
    };
    (layers.iter().map(place).collect(), step - 4.0, 40.0 + high)
}

/// Draws a way with its head, short of the nodes at its ends.
fn way(scene: &mut Scene, from: (f64, f64), to: (f64, f64), way: Way) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let long = (dx * dx + dy * dy).sqrt();
    if long < 20.0 {
        return;
    }
    let (ux, uy) = (dx / long, dy / long);
    let start = (from.0 + ux * 8.0, from.1 + uy * 8.0);
    let end = (to.0 - ux * 9.0, to.1 - uy * 9.0);
    let stroke = match way {
        Way::Road => Stroke::new(Ink::Soft, 1.2),
        Way::River => Stroke::new(Ink::Narrow, 2.6),
    };
    let neck = (end.0 - ux * 6.0, end.1 - uy * 6.0);
    scene.line([start, neck], stroke);
    let (wx, wy) = (-uy * 3.4, ux * 3.4);
    let head = [end, (neck.0 + wx, neck.1 + wy), (neck.0 - wx, neck.1 - wy)];
    scene.area(head, stroke.ink.at(1.0), None);
}

fn shape(scene: &mut Scene, (x, y): (f64, f64), kind: Kind) {
    let line = Some(Stroke::new(Ink::Ground, 1.0));
    match kind {
        Kind::Place => scene.circle((x, y), 5.0, Ink::Nth(0).at(1.0), line),
        Kind::Gate => scene.rect([x - 5.0, y - 5.0, 10.0, 10.0], Ink::Record.at(1.0), line),
        Kind::Station => {
            let corners = [(x, y - 6.0), (x + 6.0, y + 4.5), (x - 6.0, y + 4.5)];
            scene.area(corners, Ink::Nth(2).at(1.0), line);
        }
    }
}

/// Writes what shapes mean, and that the map is schematic.
fn key(scene: &mut Scene, chart: &Map, y: f64) {
    let mut x = 6.0;
    for (kind, name) in
        [(Kind::Place, "place"), (Kind::Gate, "gate"), (Kind::Station, "river station")]
    {
        if chart.nodes.iter().any(|n| n.kind == kind) {
            shape(scene, (x, y - 3.0), kind);
            let label = Label::new(name, TYPE).ink(Ink::Soft);
            let width = label.width();
            scene.text((x + 9.0, y), label);
            x += width + 26.0;
        }
    }
    for (kind, name) in [(Way::Road, "road"), (Way::River, "river")] {
        if chart.edges.iter().any(|e| e.way == kind) {
            way(scene, (x - 12.0, y - 3.0), (x + 26.0, y - 3.0), kind);
            let label = Label::new(name, TYPE).ink(Ink::Soft);
            let width = label.width();
            scene.text((x + 21.0, y), label);
            x += width + 40.0;
        }
    }
    let label = Label::new("Schematic: not to scale, no true positions.", TYPE).ink(Ink::Soft);
    scene.text((WIDTH, y), label.end());
}

fn table(chart: &Map) -> Table {
    let mut table = Table::new(chart.title.as_str(), &["From", "To", "Way"]);
    for edge in &chart.edges {
        if let (Some(from), Some(to)) = (chart.nodes.get(edge.from), chart.nodes.get(edge.to)) {
            let way = if edge.way == Way::River { "river" } else { "road" };
            table.row([from.name.as_str(), to.name.as_str(), way]);
        }
    }
    table
}
