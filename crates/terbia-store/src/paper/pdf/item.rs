//! What is laid onto pages? Items that no page break divides, one under the other.

use super::line::Line;
use crate::paper::scene::Scene;

/// Something that stays in one piece.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    /// Space before it, unless it heads a page.
    pub(super) before: f64,
    /// Its height.
    pub(super) height: f64,
    /// Whether the next item belongs on the same page.
    pub(super) keep: bool,
    /// Whether it stands in a box.
    pub(super) boxed: bool,
    /// Whether a page begins with it.
    pub(super) opens: bool,
    /// The head that is repeated where it heads a page: its place among the heads.
    pub(super) head: Option<usize>,
    /// What links call it.
    pub(super) id: Option<String>,
    /// Level and title among the bookmarks.
    pub(super) mark: Option<(u8, String)>,
    /// What it is.
    pub(super) body: Body<'a>,
}

/// What an item is.
#[derive(Clone, Debug)]
pub(super) enum Body<'a> {
    /// A line of text.
    Line(Text),
    /// A row of a table.
    Row(Row),
    /// A picture: how large, and its element.
    Scene(&'a Scene, f64, usize),
    /// Space.
    Nothing,
}

/// A line of text at a place.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// Distance from the margin.
    pub(super) x: f64,
    /// Size of the type.
    pub(super) size: f64,
    /// What it says.
    pub(super) line: Line,
    /// The element it belongs to.
    pub(super) element: usize,
    /// Bullet or number before it: distance from the margin, what it says, its element.
    pub(super) label: Option<(f64, String, usize)>,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its cells.
    pub(super) cells: Vec<Cell>,
    /// Size of the type.
    pub(super) size: f64,
    /// Whether it is the head.
    pub(super) head: bool,
    /// Width of the table.
    pub(super) width: f64,
    /// Whether a line is drawn under it.
    pub(super) ruled: bool,
}

/// A cell of a row.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Distance from the margin.
    pub(super) x: f64,
    /// Its width.
    pub(super) room: f64,
    /// Whether its lines stand right.
    pub(super) right: bool,
    /// What it says.
    pub(super) lines: Vec<Line>,
    /// The element it belongs to.
    pub(super) element: usize,
}

impl<'a> Item<'a> {
    /// An item with nothing special about it.
    pub(super) fn new(height: f64, body: Body<'a>) -> Self {
        Self {
            before: 0.0,
            height,
            keep: false,
            boxed: false,
            opens: false,
            head: None,
            id: None,
            mark: None,
            body,
        }
    }
}

/// Distance of lines, for a size of type.
pub(super) fn leading(size: f64) -> f64 {
    (size * 1.36 * 100.0).round() / 100.0
}
