//! How does a scene become a picture of a page?
//!
//! Within a page colours follow the page, by day and by night; alone they are those of paper.

use super::ink::Ink;
use super::scene::{Anchor, Fill, Label, Mark, Scene, Stroke};
use crate::report::text::{Text, put};

/// Type that has the widths of Helvetica, where there is some.
const TYPE: &str = "Helvetica,Arial,'Liberation Sans','Nimbus Sans',system-ui,sans-serif";

/// Widest picture that can be read on a telephone without scrolling.
const NARROW: f64 = 360.0;

/// Writes one picture.
struct Pen<'a> {
    out: &'a mut String,
    /// Whether colours follow a page.
    page: bool,
    /// Begins the names of its windows.
    id: &'a str,
    windows: usize,
}

impl Scene {
    /// The picture for a page whose style sheet has the inks. Names begin with `id`.
    pub(super) fn on_page(&self, id: &str, alt: &str) -> String {
        // What is narrow fits a telephone as it is; the rest is scrolled there.
        let narrow = if self.width <= NARROW { " narrow" } else { "" };
        let mut out = format!(
            "<svg class=\"scene{narrow}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
            Num(self.width),
            Num(self.height),
            Text(alt)
        );
        Pen { out: &mut out, page: true, id, windows: 0 }.marks(&self.marks);
        out + "</svg>"
    }

    /// The picture as a file of its own, on paper.
    pub fn svg(&self, alt: &str) -> String {
        let (w, h) = (Num(self.width), Num(self.height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" \
             height=\"{h}\" font-family=\"{TYPE}\" role=\"img\" aria-label=\"{}\">\
             <rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>",
            Text(alt),
            Ink::Ground.light()
        );
        Pen { out: &mut out, page: false, id: "w", windows: 0 }.marks(&self.marks);
        out + "</svg>\n"
    }
}

/// A length to a hundredth of a point.
struct Num(f64);

impl std::fmt::Display for Num {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

impl Pen<'_> {
    fn marks(&mut self, marks: &[Mark]) {
        for mark in marks {
            self.mark(mark);
        }
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Line(points, stroke) => {
                self.out.push_str("<path d=\"");
                self.points(points);
                self.out.push('"');
                self.look(None, Some(*stroke));
                self.out.push_str("/>");
            }
            Mark::Area(points, fill, stroke) => {
                self.out.push_str("<path d=\"");
                self.points(points);
                self.out.push_str("Z\"");
                self.look(*fill, *stroke);
                self.out.push_str("/>");
            }
            Mark::Circle((x, y), r, fill, stroke) => {
                let (x, y, r) = (Num(*x), Num(*y), Num(*r));
                put!(self.out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"");
                self.look(*fill, *stroke);
                self.out.push_str("/>");
            }
            Mark::Text(at, label) => self.text(*at, label),
            Mark::Window([x, y, w, h], marks) => {
                let name = format!("{}-{}", self.id, self.windows);
                self.windows += 1;
                put!(
                    self.out,
                    "<clipPath id=\"{name}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>\
                     <g clip-path=\"url(#{name})\">",
                    Num(*x),
                    Num(*y),
                    Num(*w),
                    Num(*h)
                );
                self.marks(marks);
                self.out.push_str("</g>");
            }
        }
    }

    fn points(&mut self, points: &[(f64, f64)]) {
        for (i, (x, y)) in points.iter().enumerate() {
            let letter = if i == 0 { "M" } else { "L" };
            put!(self.out, "{letter}{} {}", Num(*x), Num(*y));
        }
    }

    /// How it is filled and drawn.
    fn look(&mut self, fill: Option<Fill>, stroke: Option<Stroke>) {
        let mut classes = Vec::new();
        match fill {
            Some(fill) if self.page => classes.push(format!("f-{}", fill.ink.name())),
            Some(fill) => {
                put!(self.out, " fill=\"{}\"", fill.ink.light());
            }
            None => self.out.push_str(" fill=\"none\""),
        }
        if let Some(fill) = fill.filter(|f| f.opacity < 1.0) {
            put!(self.out, " fill-opacity=\"{}\"", Num(fill.opacity.max(0.0)));
        }
        if let Some(Stroke { ink, width, dash }) = stroke {
            if self.page {
                classes.push(format!("s-{}", ink.name()));
            } else {
                put!(self.out, " stroke=\"{}\"", ink.light());
            }
            put!(self.out, " stroke-width=\"{}\" stroke-linejoin=\"round\"", Num(width));
            if let Some((on, off)) = dash {
                put!(self.out, " stroke-dasharray=\"{} {}\"", Num(on), Num(off));
            }
        }
        if !classes.is_empty() {
            put!(self.out, " class=\"{}\"", classes.join(" "));
        }
    }

    fn text(&mut self, (x, y): (f64, f64), label: &Label) {
        let Label { text, size, bold, ink, anchor, turn, halo } = label;
        put!(self.out, "<text x=\"{}\" y=\"{}\" font-size=\"{}\"", Num(x), Num(y), Num(*size));
        if *bold {
            self.out.push_str(" font-weight=\"700\"");
        }
        match anchor {
            Anchor::Start => {}
            Anchor::Middle => self.out.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.out.push_str(" text-anchor=\"end\""),
        }
        if *turn != 0.0 {
            put!(self.out, " transform=\"rotate({} {} {})\"", Num(*turn), Num(x), Num(y));
        }
        if *halo {
            put!(self.out, " paint-order=\"stroke\"");
            self.look(Some((*ink).into()), Some(Stroke::new(Ink::Ground, 2.5)));
        } else {
            self.look(Some((*ink).into()), None);
        }
        put!(self.out, ">{}</text>", Text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_escaped_and_alone_it_has_the_colours_of_paper() {
        let mut scene = Scene::new(10.0, 20.0);
        scene.text((1.0, 2.0), Label::new("a < b & \"c\"", 9.0).turn(-90.0).halo());
        scene.window([0.0, 0.0, 5.0, 5.0], |s| {
            s.rect([0.0, 0.0, 3.333_33, 1.0], Fill { ink: Ink::Wide, opacity: 0.5 }, None);
        });
        let page = scene.on_page("p", "it's \"x\"");
        assert!(page.contains("a &lt; b &amp; &quot;c&quot;</text>"));
        assert!(page.contains("aria-label=\"it&#39;s &quot;x&quot;\""));
        assert!(page.contains("class=\"f-wide\"") && page.contains("clip-path=\"url(#p-0)\""));
        assert!(page.contains("L3.33 0") && page.contains("fill-opacity=\"0.5\""));
        let alone = scene.svg("x");
        assert!(!alone.contains("class=") && alone.contains("fill=\"#c3daf0\""));
    }
}
