//! Which chart shows it? Each is a function of plain numbers, in units that its labels name.
//!
//! A chart gives a [`Drawing`]: the picture, the same in words for somebody who cannot see it, and the
//! same in figures. Lines and dots carry their names where there is room, else a key. A number that is
//! not finite is not drawn; a chart without any says "no values".

mod bars;
mod boxes;
mod fan;
mod heat;
mod layout;
mod map;
mod panels;
mod parallel;
mod plane;
mod plot;
mod rows;
mod survival;
mod trade;

pub use bars::{Bar, Bars, Estimate, bars};
pub use boxes::{Boxes, Restricted, boxes};
pub use fan::{Fan, Policy, Spread, fan};
pub use heat::{Heat, heat};
pub use map::{Edge, Kind, Map, Node, Way, map};
pub use panels::{Line, Look, Panel, Panels, panels};
pub use parallel::{Better, Choice, Dimension, Parallel, parallel};
pub use plane::{Measure, Plane, Point, Region, plane};
pub use rows::{Row, Rows, rows};
pub use survival::{Curve, Step, Survival, survival};
pub use trade::{Trade, trade};

use super::document::{Figure, Table, Words};
use super::font::{self, Face};
use super::ink::Ink;
use super::scene::{Label, Scene};

/// Width of every chart.
pub(super) const WIDTH: f64 = 480.0;
/// Size of most type.
const TYPE: f64 = 8.5;
/// Size of titles.
const TITLE: f64 = 9.5;

/// A chart with its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// The picture.
    pub scene: Scene,
    /// The same for somebody who cannot see it.
    pub alt: String,
    /// The same in figures.
    pub data: Table,
}

impl Drawing {
    /// A figure of a document: what links call it, and what to see in it.
    pub fn figure(self, id: impl Into<String>, caption: impl Into<Words>) -> Figure {
        let Self { scene, alt, data } = self;
        let data = Some(data).filter(|d| !d.columns.is_empty());
        Figure { id: id.into(), caption: caption.into(), alt, scene, data }
    }

    /// What is drawn where there is nothing to draw.
    fn nothing(title: &str, data: Table) -> Self {
        let mut scene = Scene::new(WIDTH, 60.0);
        heading(&mut scene, title, "");
        let label = Label::new("no values", TYPE).ink(Ink::Soft).middle();
        scene.text((WIDTH / 2.0, 38.0), label);
        Self { scene, alt: format!("{title}: no values."), data }
    }
}

/// Writes what a chart shows, and its unit.
fn heading(scene: &mut Scene, title: &str, unit: &str) {
    let aside = if unit.is_empty() { String::new() } else { format!(", {unit}") };
    let room = WIDTH - font::width(&aside, Face::Regular, TYPE);
    let label = Label::new(font::fit(title, Face::Bold, TITLE, room), TITLE).bold();
    let at = label.width();
    scene.text((0.0, 10.0), label);
    scene.text((at, 10.0), Label::new(aside, TYPE).ink(Ink::Soft));
}

/// A title with its unit in words.
fn with_unit(title: &str, unit: &str) -> String {
    if unit.is_empty() { title.to_owned() } else { format!("{title} ({unit})") }
}

/// Moves places apart until no two are nearer than `gap`, within `low` to `high` where that is
/// possible. Their order stays.
fn spread(places: &mut [f64], gap: f64, low: f64, high: f64) {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    for pair in 1..order.len() {
        let (a, b) = (order[pair - 1], order[pair]);
        places[b] = places[b].max(places[a] + gap);
    }
    let mut most = high;
    for n in order.iter().rev() {
        places[*n] = places[*n].min(most);
        most = places[*n] - gap;
    }
    let mut least = low;
    for n in order {
        places[n] = places[n].max(least);
        least = places[n] + gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_move_apart_and_keep_their_order() {
        let mut places = [10.0, 9.0, 50.0, 10.5];
        spread(&mut places, 5.0, 0.0, 52.0);
        assert_eq!(places, [14.0, 9.0, 50.0, 19.0]);
        let mut low = [49.0, 50.0, 51.0];
        spread(&mut low, 10.0, 0.0, 52.0);
        assert_eq!(low, [32.0, 42.0, 52.0]);
        spread(&mut [], 1.0, 0.0, 1.0);
    }

    #[test]
    fn a_drawing_without_columns_has_no_table() {
        let figure = Drawing::nothing("Rain", Table::default()).figure("r", "c");
        assert_eq!(figure.alt, "Rain: no values.");
        assert!(figure.data.is_none());
    }
}
