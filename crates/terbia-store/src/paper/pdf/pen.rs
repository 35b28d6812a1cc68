//! Which operators draw a text and a scene on a page of a PDF?
//!
//! Lengths are rounded to a hundredth of a point, so that files are small and the same everywhere.

use crate::paper::font::{self, FONTS, Face, Font};
use crate::paper::ink::Ink;
use crate::paper::scene::{Anchor, Fill, Label, Mark, Scene, Stroke};
use pdf_writer::types::TextRenderingMode;
use pdf_writer::{Content, Name, Str, TextStr};
use std::collections::BTreeSet;
use terbia_model::kernel::math;

/// A length of a file.
pub(super) fn length(x: f64) -> f32 {
    ((x * 100.0).round() / 100.0) as f32
}

/// The name of a font in a file.
fn name_of(font: Font) -> Name<'static> {
    Name(FONTS.iter().find(|(f, ..)| *f == font).map_or(b"F1", |(_, name, _)| name))
}

/// The name of a look through which `percent` of what it covers is hidden.
pub(super) fn veil(percent: u8) -> String {
    format!("O{percent}")
}

/// Draws text whose foot begins at a point of the page, turned anticlockwise by an angle of which
/// cosine and sine are given.
pub(super) fn text(
    content: &mut Content,
    (x, y): (f64, f64),
    words: &str,
    (face, size): (Face, f64),
    (cos, sin): (f64, f64),
) {
    let (mut along, mut from) = (0.0, 0.0);
    let (mut codes, mut said): (Vec<u8>, String) = (Vec::new(), String::new());
    let mut look: Option<(Font, f64, f64)> = None;
    let flush = |content: &mut Content, codes: &mut Vec<u8>, said: &mut String, from: f64, look| {
        let Some((font, small, rise)): Option<(Font, f64, f64)> = look else { return };
        if codes.is_empty() {
            return;
        }
        let up = rise * size;
        content.set_font(name_of(font), length(size * small));
        let turn = |v: f64| ((v * 1e5).round() / 1e5) as f32;
        content.set_text_matrix([
            turn(cos),
            turn(sin),
            turn(-sin),
            turn(cos),
            length(x + cos * from - sin * up),
            length(y + sin * from + cos * up),
        ]);
        // Who copies 10⁻⁹ out of the file shall not get 10-9.
        if rise != 0.0 {
            let mut span = content.begin_marked_content_with_properties(Name(b"Span"));
            span.properties().actual_text(TextStr(said));
        }
        content.show(Str(codes));
        if rise != 0.0 {
            content.end_marked_content();
        }
        codes.clear();
        said.clear();
    };
    content.begin_text();
    for c in words.chars() {
        let glyph = font::glyph(c, face);
        let new = (glyph.font, glyph.size, glyph.rise);
        if look != Some(new) {
            flush(content, &mut codes, &mut said, from, look);
            (look, from) = (Some(new), along);
        }
        codes.push(glyph.code);
        said.push(c);
        along += glyph.advance * size;
        if !glyph.natural {
            flush(content, &mut codes, &mut said, from, look);
            from = along;
        }
    }
    flush(content, &mut codes, &mut said, from, look);
    content.end_text();
}

/// Fills in an ink from here on.
pub(super) fn fill_in(content: &mut Content, ink: Ink) {
    let [r, g, b] = ink.rgb();
    content.set_fill_rgb(r, g, b);
}

/// Draws a scene.
pub(super) struct Pen<'a> {
    pub(super) content: &'a mut Content,
    /// Opacities in use, in per cent.
    pub(super) veils: &'a mut BTreeSet<u8>,
    /// Left edge on the page.
    pub(super) left: f64,
    /// Upper edge, from the page's foot.
    pub(super) top: f64,
    /// Points of the page for a point of the scene.
    pub(super) scale: f64,
}

impl Pen<'_> {
    /// Draws all of it.
    pub(super) fn scene(&mut self, scene: &Scene) {
        self.marks(&scene.marks);
    }

    fn at(&self, (x, y): (f64, f64)) -> (f32, f32) {
        (length(self.left + x * self.scale), length(self.top - y * self.scale))
    }

    fn marks(&mut self, marks: &[Mark]) {
        for mark in marks {
            match mark {
                Mark::Line(points, stroke) => {
                    self.look(None, Some(*stroke), |pen| pen.path(points));
                }
                Mark::Area(points, fill, stroke) => self.look(*fill, *stroke, |pen| {
                    pen.path(points);
                    pen.content.close_path();
                }),
                Mark::Circle(middle, radius, fill, stroke) => {
                    self.look(*fill, *stroke, |pen| pen.circle(*middle, *radius));
                }
                Mark::Text(at, label) => self.label(*at, label),
                Mark::Window([x, y, w, h], inside) => {
                    let (x, y) = self.at((*x, y + h));
                    let (w, h) = (length(w * self.scale), length(h * self.scale));
                    self.content.save_state().rect(x, y, w, h).clip_nonzero().end_path();
                    self.marks(inside);
                    self.content.restore_state();
                }
            }
        }
    }

    /// Draws a path, filled and lined as asked.
    fn look(&mut self, fill: Option<Fill>, stroke: Option<Stroke>, path: impl Fn(&mut Self)) {
        if let Some(fill) = fill {
            let percent = (fill.opacity.clamp(0.0, 1.0) * 100.0).round() as u8;
            if percent < 100 {
                self.veils.insert(percent);
                self.content.save_state().set_parameters(Name(veil(percent).as_bytes()));
            }
            fill_in(self.content, fill.ink);
            path(self);
            self.content.fill_nonzero();
            if percent < 100 {
                self.content.restore_state();
            }
        }
        if let Some(stroke) = stroke {
            let [r, g, b] = stroke.ink.rgb();
            self.content.set_stroke_rgb(r, g, b);
            self.content.set_line_width(length(stroke.width * self.scale));
            let dash = stroke.dash.map(|(on, off)| [on, off].map(|v| length(v * self.scale)));
            self.content.set_dash_pattern(dash.into_iter().flatten(), 0.0);
            path(self);
            self.content.stroke();
        }
    }

    fn path(&mut self, points: &[(f64, f64)]) {
        for (i, point) in points.iter().enumerate() {
            let (x, y) = self.at(*point);
            if i == 0 {
                self.content.move_to(x, y);
            } else {
                self.content.line_to(x, y);
            }
        }
    }

    fn circle(&mut self, (x, y): (f64, f64), r: f64) {
        // Four curves of third degree come within 0.03 % of a circle.
        let k = r * 0.552_284_75;
        let start = self.at((x + r, y));
        self.content.move_to(start.0, start.1);
        for [(ax, ay), (bx, by), (cx, cy)] in [
            [(r, k), (k, r), (0.0, r)],
            [(-k, r), (-r, k), (-r, 0.0)],
            [(-r, -k), (-k, -r), (0.0, -r)],
            [(k, -r), (r, -k), (r, 0.0)],
        ] {
            let [a, b, c] =
                [(ax, ay), (bx, by), (cx, cy)].map(|(dx, dy)| self.at((x + dx, y + dy)));
            self.content.cubic_to(a.0, a.1, b.0, b.1, c.0, c.1);
        }
        self.content.close_path();
    }

    fn label(&mut self, (x, y): (f64, f64), label: &Label) {
        let size = label.size * self.scale;
        let back = match label.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => label.width() * self.scale / 2.0,
            Anchor::End => label.width() * self.scale,
        };
        let angle = -label.turn.to_radians();
        let (cos, sin) = (math::cos(angle), math::cos(angle - std::f64::consts::FRAC_PI_2));
        let (x, y) = (self.left + x * self.scale, self.top - y * self.scale);
        let at = (x - back * cos, y - back * sin);
        if label.halo {
            let [r, g, b] = Ink::Ground.rgb();
            self.content.save_state().set_stroke_rgb(r, g, b);
            self.content.set_line_width(length(2.5 * self.scale));
            self.content.set_dash_pattern([], 0.0);
            self.content.set_line_join(pdf_writer::types::LineJoinStyle::RoundJoin);
            self.content.set_text_rendering_mode(TextRenderingMode::Stroke);
            text(self.content, at, &label.text, (label.face(), size), (cos, sin));
            self.content.restore_state();
        }
        fill_in(self.content, label.ink);
        text(self.content, at, &label.text, (label.face(), size), (cos, sin));
    }
}
