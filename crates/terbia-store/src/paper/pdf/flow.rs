//! On which page does each item come to stand?
//!
//! Items that keep together move to the next page together, unless they are longer than a page. The
//! head of a table is drawn again where a page begins within it.

use super::block::Build;
use super::item::{Body, Cell, Item, Row, Text, leading};
use super::line::Line;
use super::pen::{self, Pen, fill_in, length};
use super::tags::Tags;
use super::{HEIGHT, LEFT, TOP, WIDTH};
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use pdf_writer::types::StructRole;
use pdf_writer::{Content, Name};
use std::collections::BTreeSet;

/// A link on a page.
pub(super) struct Link {
    pub(super) page: usize,
    /// Left, foot, right, top.
    pub(super) rect: [f64; 4],
    pub(super) to: String,
    pub(super) number: usize,
}

/// A place that links and bookmarks lead to.
pub(super) struct Place {
    pub(super) id: String,
    pub(super) mark: Option<(u8, String)>,
    pub(super) page: usize,
    /// Height above the foot of the page.
    pub(super) y: f64,
}

/// Pages as they are filled.
pub(super) struct Flow {
    pub(super) pages: Vec<Content>,
    pub(super) tags: Tags,
    pub(super) veils: BTreeSet<u8>,
    pub(super) links: Vec<Link>,
    pub(super) places: Vec<Place>,
    /// Depth reached on the page.
    y: f64,
}

/// Fills pages with all items.
pub(super) fn pages(build: Build<'_>) -> Flow {
    let Build { items, heads, tags, .. } = build;
    let mut flow = Flow {
        pages: vec![Content::new()],
        tags,
        veils: BTreeSet::new(),
        links: Vec::new(),
        places: Vec::new(),
        y: 0.0,
    };
    let mut held = 0;
    for (i, item) in items.iter().enumerate() {
        if i >= held {
            held = chain(&items, i);
            let need: f64 = items[i..held].iter().map(|i| i.before + i.height).sum();
            let fits = flow.y + need <= HEIGHT;
            if item.opens || (!fits && need - item.before <= HEIGHT) {
                flow.turn();
            }
        }
        if flow.y + item.before + item.height > HEIGHT && item.height > 0.0 {
            flow.turn();
        }
        flow.place(item, &heads);
    }
    flow
}

/// The end of what keeps together from item `i` on.
fn chain(items: &[Item<'_>], i: usize) -> usize {
    let more = items[i..].iter().take_while(|item| item.keep).count();
    (i + more + 1).min(items.len())
}

impl Flow {
    /// Begins a page, unless this one is empty.
    fn turn(&mut self) {
        if self.y > 0.0 {
            self.pages.push(Content::new());
            self.y = 0.0;
        }
    }

    fn page(&self) -> usize {
        self.pages.len() - 1
    }

    fn content(&mut self) -> &mut Content {
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    fn place(&mut self, item: &Item<'_>, heads: &[(Row, f64)]) {
        if self.y == 0.0 {
            if let Some((row, height)) = item.head.and_then(|h| heads.get(h)) {
                self.row(row, *height, true);
                self.y += height;
            }
            if matches!(item.body, Body::Nothing) && !item.boxed {
                return;
            }
        }
        let before = if self.y == 0.0 { 0.0 } else { item.before };
        if item.boxed {
            self.panel(before + item.height);
        }
        self.y += before;
        if let Some(id) = &item.id {
            let (page, y) = (self.page(), TOP - self.y + 6.0);
            self.places.push(Place { id: id.clone(), mark: item.mark.clone(), page, y });
        }
        match &item.body {
            Body::Line(text) => self.line(text),
            Body::Row(row) => self.row(row, item.height, false),
            Body::Scene(scene, scale, element) => {
                let number = self.tags.piece(*element, self.page());
                let (left, top, scale) = (LEFT, TOP - self.y, *scale);
                let last = self.pages.len() - 1;
                let content = &mut self.pages[last];
                content
                    .begin_marked_content_with_properties(Name(b"Figure"))
                    .properties()
                    .identify(number);
                let mut pen = Pen { content, veils: &mut self.veils, left, top, scale };
                pen.scene(scene);
                self.content().end_marked_content();
            }
            Body::Nothing => {}
        }
        self.y += item.height;
    }

    /// Draws the ground of a box and the bar at its side.
    fn panel(&mut self, height: f64) {
        let foot = TOP - self.y - height;
        self.decor(|content| {
            fill_in(content, Ink::Panel);
            // A hair higher, so that no seam shows between lines.
            content.rect(length(LEFT), length(foot), length(WIDTH), length(height + 0.3));
            content.fill_nonzero();
            fill_in(content, Ink::Record);
            content.rect(length(LEFT), length(foot), 3.0, length(height + 0.3)).fill_nonzero();
        });
    }

    /// Draws what is no part of the text.
    fn decor(&mut self, draw: impl FnOnce(&mut Content)) {
        let content = self.content();
        content.begin_marked_content(Name(b"Artifact"));
        draw(content);
        content.end_marked_content();
    }

    fn line(&mut self, text: &Text) {
        let Text { x, size, line, element, label } = text;
        let foot = TOP - self.y - leading(*size) * 0.77;
        if let Some((x, said, element)) = label {
            self.open(*element);
            fill_in(self.content(), Ink::Soft);
            let (at, face) = ((LEFT + x, foot), (Face::Regular, *size));
            pen::text(self.content(), at, said, face, (1.0, 0.0));
            self.content().end_marked_content();
        }
        self.runs(line, (LEFT + x, foot), *size, Some(*element));
    }

    /// Begins a piece of an element.
    fn open(&mut self, element: usize) {
        let number = self.tags.piece(element, self.page());
        let content = self.content();
        content.begin_marked_content_with_properties(Name(b"Span")).properties().identify(number);
    }

    /// Draws a line's stretches; each link is an element of its own.
    fn runs(&mut self, line: &Line, (mut x, y): (f64, f64), size: f64, element: Option<usize>) {
        for run in &line.runs {
            let width = font::width(&run.text, run.style.face, size);
            let link = run.style.link.as_ref().zip(element);
            let owner = link.map(|(_, parent)| self.tags.add(parent, StructRole::Link)).or(element);
            match owner {
                Some(owner) => self.open(owner),
                None => {
                    self.content().begin_marked_content(Name(b"Artifact"));
                }
            }
            fill_in(self.content(), run.style.ink);
            pen::text(self.content(), (x, y), &run.text, (run.style.face, size), (1.0, 0.0));
            self.content().end_marked_content();
            if let (Some((to, _)), Some(owner)) = (link, owner) {
                let page = self.page();
                let number = self.tags.link(owner, page);
                let rect = [x, y - 0.22 * size, x + width, y + 0.8 * size];
                self.links.push(Link { page, rect, to: to.clone(), number });
            }
            x += width;
        }
    }

    fn row(&mut self, row: &Row, height: f64, again: bool) {
        let Row { cells, size, head, width, ruled } = row;
        for Cell { x, room, right, lines, element } in cells {
            let lead = leading(*size);
            // Heads of fewer lines stand lower, next to what they head.
            let lower = if *head { height - 5.0 - lead * lines.len() as f64 } else { 0.0 };
            for (n, line) in lines.iter().enumerate() {
                let aside = if *right { room - line.width } else { 0.0 };
                let foot = TOP - self.y - 2.0 - lower - lead * (n as f64 + 0.77);
                let owner = if again { None } else { Some(*element) };
                self.runs(line, (LEFT + x + aside, foot), *size, owner);
            }
        }
        if *ruled {
            let y = TOP - self.y - height + 0.5;
            let (thick, to) = (if *head { 1.2 } else { 0.5 }, LEFT + width);
            self.decor(|content| {
                let [r, g, b] = Ink::Rule.rgb();
                content.set_stroke_rgb(r, g, b).set_line_width(thick).set_dash_pattern([], 0.0);
                content.move_to(length(LEFT), length(y)).line_to(length(to), length(y)).stroke();
            });
        }
    }
}
