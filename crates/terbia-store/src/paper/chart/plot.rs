//! Where on a chart does a value lie, and which values get a line?

use super::TYPE;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::axis::Axis;
use crate::report::number::Scale;

/// A chart with an axis in each direction.
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) across: Axis,
    pub(super) up: Axis,
}

/// Grid lines.
pub(super) fn grid() -> Stroke {
    Stroke::new(Ink::Rule, 0.6)
}

impl Plot {
    /// Where a value lies from left to right, also beyond the ends.
    pub(super) fn x(&self, value: f64) -> f64 {
        let share = (value - self.across.low) / (self.across.high - self.across.low);
        self.left + (self.right - self.left) * share
    }

    /// Where a value lies from the foot up, also beyond the ends.
    pub(super) fn y(&self, value: f64) -> f64 {
        let share = (value - self.up.low) / (self.up.high - self.up.low);
        self.bottom - (self.bottom - self.top) * share
    }

    /// The part of the scene within the axes.
    pub(super) fn window(&self) -> [f64; 4] {
        [self.left, self.top, self.right - self.left, self.bottom - self.top]
    }

    /// Draws the lines of the axis that goes up, with their values.
    pub(super) fn rungs(&self, scene: &mut Scene) {
        for (value, text) in self.up.ticks() {
            let y = self.y(value);
            scene.line([(self.left, y), (self.right, y)], grid());
            scene.text((self.left - 4.0, y + 3.0), Label::new(text, TYPE).ink(Ink::Soft).end());
        }
    }

    /// Draws the lines of the axis that goes right, with as many values as find room.
    pub(super) fn posts(&self, scene: &mut Scene) {
        across(scene, &self.across, (self.left, self.right), (self.top, self.bottom));
    }

    /// Names the axis that goes right.
    pub(super) fn name_across(&self, scene: &mut Scene, name: &str) {
        let room = self.right - self.left + 40.0;
        let text = font::fit(name, Face::Regular, TYPE, room);
        scene.text((self.right, self.bottom + 24.0), Label::new(text, TYPE).end());
    }
}

/// Draws the lines of an axis from left to right.
pub(super) fn across(
    scene: &mut Scene,
    axis: &Axis,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) {
    let ticks = axis.ticks();
    let widest = ticks.iter().map(|t| font::width(&t.1, Face::Regular, TYPE)).fold(0.0, f64::max);
    let apart = (right - left) / (ticks.len().max(2) - 1) as f64;
    let every = (1..=ticks.len()).find(|n| *n as f64 * apart >= widest + 6.0).unwrap_or(1);
    for (n, (value, text)) in ticks.iter().enumerate() {
        let x = left + (right - left) * (value - axis.low) / (axis.high - axis.low);
        scene.line([(x, top), (x, bottom)], grid());
        if n % every == 0 {
            let label = Label::new(text, TYPE).ink(Ink::Soft).middle();
            scene.text((x, bottom + 12.0), label);
        }
    }
}

/// The scale that fits all of `values`, and the axis for them once scaled.
pub(super) fn scaled(unit: &str, values: &[f64]) -> (Scale, Axis) {
    let scale = Scale::fit(unit, values.iter().copied().map(Some));
    let axis = Axis::fit(values.iter().map(|v| scale.apply(*v)));
    (scale, axis)
}

/// How far numbers of an axis reach to the left of it.
pub(super) fn reach(axis: &Axis) -> f64 {
    let of = |t: &(f64, String)| font::width(&t.1, Face::Regular, TYPE);
    axis.ticks().iter().map(of).fold(0.0, f64::max) + 8.0
}

/// Whether any of the values can be drawn.
pub(super) fn any(values: &[f64]) -> bool {
    values.iter().any(|v| v.is_finite())
}
