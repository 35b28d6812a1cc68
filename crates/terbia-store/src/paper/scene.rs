//! What is in a picture, before anybody says on which paper?
//!
//! Lengths are points (1/72 inch), from the upper left corner; angles degrees, clockwise. Page and
//! PDF draw the same scene, with the widths of the same type, so that what finds room in one finds
//! room in the other. A point that is not finite is left out, with the lines that lead to it.

use super::font::{self, Face};
use super::ink::Ink;

/// A picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) marks: Vec<Mark>,
}

/// A line's look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub ink: Ink,
    /// Width.
    pub width: f64,
    /// Length of dashes and of gaps; nothing for a line without.
    pub dash: Option<(f64, f64)>,
}

impl Stroke {
    /// A line without dashes.
    pub fn new(ink: Ink, width: f64) -> Self {
        Self { ink, width, dash: None }
    }

    /// The same line in dashes.
    #[must_use]
    pub fn dashed(self, on: f64, off: f64) -> Self {
        Self { dash: Some((on, off)), ..self }
    }
}

/// An area's look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// Colour.
    pub ink: Ink,
    /// From 0 (nothing to be seen) to 1.
    pub opacity: f64,
}

impl From<Ink> for Fill {
    fn from(ink: Ink) -> Self {
        Self { ink, opacity: 1.0 }
    }
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    #[default]
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// A line of text in a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// What it says.
    pub text: String,
    /// Size of the type.
    pub size: f64,
    /// Whether it is bold.
    pub bold: bool,
    /// Colour.
    pub ink: Ink,
    /// Which end stands at its place.
    pub anchor: Anchor,
    /// By how much it is turned, in degrees, clockwise.
    pub turn: f64,
    /// Whether the paper shows round it, so that it can be read on top of lines.
    pub halo: bool,
}

impl Label {
    /// A plain text.
    pub fn new(text: impl Into<String>, size: f64) -> Self {
        let (ink, anchor) = (Ink::Text, Anchor::Start);
        Self { text: text.into(), size, bold: false, ink, anchor, turn: 0.0, halo: false }
    }

    /// In another colour.
    #[must_use]
    pub fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// In bold.
    #[must_use]
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// With its middle at its place.
    #[must_use]
    pub fn middle(self) -> Self {
        Self { anchor: Anchor::Middle, ..self }
    }

    /// With its end at its place.
    #[must_use]
    pub fn end(self) -> Self {
        Self { anchor: Anchor::End, ..self }
    }

    /// Turned by some degrees, clockwise.
    #[must_use]
    pub fn turn(self, turn: f64) -> Self {
        Self { turn, ..self }
    }

    /// With paper round it.
    #[must_use]
    pub fn halo(self) -> Self {
        Self { halo: true, ..self }
    }

    /// Its face.
    pub(super) fn face(&self) -> Face {
        if self.bold { Face::Bold } else { Face::Regular }
    }

    /// How wide it is.
    pub fn width(&self) -> f64 {
        font::width(&self.text, self.face(), self.size)
    }
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// Lines through points.
    Line(Vec<(f64, f64)>, Stroke),
    /// The area within points.
    Area(Vec<(f64, f64)>, Option<Fill>, Option<Stroke>),
    /// A disc: middle, radius.
    Circle((f64, f64), f64, Option<Fill>, Option<Stroke>),
    /// A text at a place.
    Text((f64, f64), Label),
    /// What is seen through a window: left, top, width, height.
    Window([f64; 4], Vec<Mark>),
}

impl Scene {
    /// An empty picture, `width` by `height` points.
    pub fn new(width: f64, height: f64) -> Self {
        let sound = |x: f64| if x.is_finite() { x.clamp(1.0, 2000.0) } else { 1.0 };
        Self { width: sound(width), height: sound(height), marks: Vec::new() }
    }

    /// Its width and height.
    pub fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// Draws lines through points.
    pub fn line(&mut self, points: impl IntoIterator<Item = (f64, f64)>, stroke: Stroke) {
        let mut run = Vec::new();
        for point in points {
            if point.0.is_finite() && point.1.is_finite() {
                run.push(point);
            } else {
                self.run(std::mem::take(&mut run), stroke);
            }
        }
        self.run(run, stroke);
    }

    fn run(&mut self, points: Vec<(f64, f64)>, stroke: Stroke) {
        if points.len() > 1 {
            self.marks.push(Mark::Line(points, stroke));
        }
    }

    /// Draws the area within points.
    pub fn area(
        &mut self,
        points: impl IntoIterator<Item = (f64, f64)>,
        fill: impl Into<Option<Fill>>,
        stroke: Option<Stroke>,
    ) {
        let finite = |p: &(f64, f64)| p.0.is_finite() && p.1.is_finite();
        let points: Vec<_> = points.into_iter().filter(finite).collect();
        if points.len() > 2 {
            self.marks.push(Mark::Area(points, fill.into(), stroke));
        }
    }

    /// Draws a rectangle: left, top, width, height.
    pub fn rect(&mut self, at: [f64; 4], fill: impl Into<Option<Fill>>, stroke: Option<Stroke>) {
        let [x, y, w, h] = at;
        if at.iter().all(|v| v.is_finite()) {
            self.area([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill, stroke);
        }
    }

    /// Draws a disc.
    pub fn circle(
        &mut self,
        middle: (f64, f64),
        radius: f64,
        fill: impl Into<Option<Fill>>,
        stroke: Option<Stroke>,
    ) {
        if middle.0.is_finite() && middle.1.is_finite() && radius.is_finite() {
            self.marks.push(Mark::Circle(middle, radius, fill.into(), stroke));
        }
    }

    /// Writes a text: its foot at a place.
    pub fn text(&mut self, at: (f64, f64), label: Label) {
        if at.0.is_finite() && at.1.is_finite() && !label.text.is_empty() {
            self.marks.push(Mark::Text(at, label));
        }
    }

    /// Draws what `inside` draws, as far as it lies in a window: left, top, width, height.
    pub fn window(&mut self, at: [f64; 4], inside: impl FnOnce(&mut Self)) {
        let mut part = Self { width: self.width, height: self.height, marks: Vec::new() };
        inside(&mut part);
        if at.iter().all(|v| v.is_finite()) && !part.marks.is_empty() {
            self.marks.push(Mark::Window(at, part.marks));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_is_not_drawn() {
        let mut scene = Scene::new(f64::NAN, 100.0);
        let thin = Stroke::new(Ink::Text, 1.0);
        scene.line([(0.0, 0.0), (1.0, 1.0), (f64::NAN, 2.0), (3.0, 3.0)], thin);
        assert_eq!(scene.marks, [Mark::Line(vec![(0.0, 0.0), (1.0, 1.0)], thin)]);
        scene.rect([0.0, f64::INFINITY, 1.0, 1.0], Fill::from(Ink::Text), None);
        scene.circle((0.0, f64::NAN), 1.0, None, Some(thin));
        scene.text((0.0, 0.0), Label::new("", 10.0));
        scene.window([0.0; 4], |_| {});
        assert_eq!(scene.marks.len(), 1);
        assert_eq!(scene.size().0, 1.0);
    }
}
