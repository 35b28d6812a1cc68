//! Which items does each block of a document become?

use super::item::{Body, Item, Row, Text, leading};
use super::line::{self, Run, Style};
use super::tags::{self, Tags};
use super::{HEIGHT, WIDTH};
use crate::paper::document::{Block, Document, Figure, Names, Words};
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use pdf_writer::types::StructRole;

/// Size of running text.
const SIZE: f64 = 10.0;

/// What the blocks have become so far.
pub(super) struct Build<'a> {
    pub(super) names: &'a Names,
    pub(super) items: Vec<Item<'a>>,
    /// Heads of tables, to be repeated, with their heights.
    pub(super) heads: Vec<(Row, f64)>,
    pub(super) tags: Tags,
    pub(super) tables: usize,
    figures: usize,
    opens: bool,
}

impl<'a> Build<'a> {
    /// The items of a document.
    pub(super) fn of(document: &'a Document, names: &'a Names) -> Self {
        let mut build = Self {
            names,
            items: Vec::new(),
            heads: Vec::new(),
            tags: Tags::new(),
            tables: 0,
            figures: 0,
            opens: false,
        };
        build.title(document);
        for block in &document.blocks {
            let from = build.items.len();
            build.block(block);
            if build.opens && build.items.len() > from {
                build.items[from].opens = true;
                build.opens = false;
            }
            build.opens |= *block == Block::PageBreak;
        }
        build
    }

    fn title(&mut self, document: &Document) {
        let h1 = self.tags.add(tags::ROOT, StructRole::H1);
        let title = self.runs(&Words::from(document.title.as_str()), Face::Bold, Ink::Text);
        self.lines(&title, (0.0, WIDTH, 20.0), h1, 0.0);
        if !document.subtitle.is_empty() {
            let p = self.tags.add(tags::ROOT, StructRole::P);
            let subtitle = Words::from(document.subtitle.as_str());
            self.text(&subtitle, (0.0, WIDTH, 12.0), p, 6.0, Ink::Soft);
        }
        self.space(8.0);
    }

    fn block(&mut self, block: &'a Block) {
        match block {
            Block::Heading { level, id, text } => self.heading(*level, id, text),
            Block::Paragraph(words) => {
                let p = self.tags.add(tags::ROOT, StructRole::P);
                self.text(words, (0.0, WIDTH, SIZE), p, 6.0, Ink::Text);
            }
            Block::List { ordered, items } => self.list(*ordered, items),
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Callout { title, body } => self.callout(title, body),
            Block::PageBreak => {}
        }
    }

    /// Stretches of text in a face and an ink.
    pub(super) fn runs(&self, words: &Words, face: Face, ink: Ink) -> Vec<Run> {
        line::runs(words, self.names, &Style::new(face, ink))
    }

    /// Lays out text: distance from the margin, room and size, element, space before, ink.
    pub(super) fn text(
        &mut self,
        words: &Words,
        place: (f64, f64, f64),
        element: usize,
        before: f64,
        ink: Ink,
    ) {
        let runs = self.runs(words, Face::Regular, ink);
        self.lines(&runs, place, element, before);
    }

    fn lines(&mut self, runs: &[Run], place: (f64, f64, f64), element: usize, before: f64) {
        let (x, room, size) = place;
        let lines = line::wrap(runs, size, room);
        let count = lines.len();
        for (i, line) in lines.into_iter().enumerate() {
            let text = Text { x, size, line, element, label: None };
            self.items.push(Item {
                before: if i == 0 { before } else { 0.0 },
                // No single line of a paragraph stands alone on a page.
                keep: count > 1 && (i == 0 || i + 2 == count),
                ..Item::new(leading(size), Body::Line(text))
            });
        }
    }

    /// Keeps some items together with each other and with what follows.
    pub(super) fn hold(&mut self, from: usize, until: usize) {
        for item in &mut self.items[from..until] {
            item.keep = true;
        }
    }

    /// Keeps the last item together with what follows.
    pub(super) fn keep_last(&mut self) {
        if let Some(last) = self.items.last_mut() {
            last.keep = true;
        }
    }

    /// Leaves space.
    pub(super) fn space(&mut self, height: f64) {
        self.items.push(Item { before: height, ..Item::new(0.0, Body::Nothing) });
    }

    fn heading(&mut self, level: u8, id: &str, text: &str) {
        let (role, size, before) = match level {
            0 | 1 => (StructRole::H2, 14.5, 20.0),
            2 => (StructRole::H3, 11.5, 13.0),
            _ => (StructRole::H4, 10.0, 9.0),
        };
        let element = self.tags.add(tags::ROOT, role);
        let runs = self.runs(&Words::from(text), Face::Bold, Ink::Text);
        let from = self.items.len();
        self.lines(&runs, (0.0, WIDTH, size), element, before);
        self.hold(from, self.items.len());
        if let Some(first) = self.items.get_mut(from) {
            first.id = Some(id.into());
            first.mark = Some((level.clamp(1, 3), text.into()));
        }
    }

    fn list(&mut self, ordered: bool, items: &[Words]) {
        let list = self.tags.add(tags::ROOT, StructRole::L);
        let indent = if ordered {
            8.0 + font::width(&format!("{}.", items.len()), Face::Regular, SIZE)
        } else {
            14.0
        };
        for (n, words) in items.iter().enumerate() {
            let item = self.tags.add(list, StructRole::LI);
            let mark = self.tags.add(item, StructRole::Lbl);
            let body = self.tags.add(item, StructRole::LBody);
            let from = self.items.len();
            let before = if n == 0 { 6.0 } else { 2.5 };
            self.text(words, (indent, WIDTH - indent, SIZE), body, before, Ink::Text);
            if let Some(Item { body: Body::Line(text), .. }) = self.items.get_mut(from) {
                let said = if ordered { format!("{}.", n + 1) } else { "•".into() };
                text.label = Some((if ordered { 0.0 } else { 4.0 }, said, mark));
            }
        }
    }

    fn figure(&mut self, figure: &'a Figure) {
        self.figures += 1;
        let element = self.tags.add(tags::ROOT, StructRole::Figure);
        self.tags.describe(element, &figure.alt);
        let (w, h) = figure.scene.size();
        // A picture that is higher than most of a page shrinks, one that is narrow does not grow.
        let scale = (WIDTH / w).min(0.8 * HEIGHT / h).min(1.0);
        let id = Some(figure.id.clone());
        let body = Body::Scene(&figure.scene, scale, element);
        let item = Item { before: 10.0, keep: true, id, ..Item::new(h * scale, body) };
        self.items.push(item);
        let caption = self.tags.add(tags::ROOT, StructRole::Caption);
        let mut words = Words::new().strong(format!("Figure\u{a0}{}. ", self.figures));
        words.0.extend(figure.caption.0.iter().cloned());
        let from = self.items.len();
        self.text(&words, (0.0, WIDTH, 9.0), caption, 5.0, Ink::Text);
        if self.items.len() > from {
            self.hold(from, self.items.len() - 1);
        }
        self.space(8.0);
    }

    fn callout(&mut self, title: &str, body: &[Words]) {
        let div = self.tags.add(tags::ROOT, StructRole::Sect);
        let (x, room) = (12.0, WIDTH - 22.0);
        self.space(8.0);
        let from = self.items.len();
        self.items.push(Item::new(6.0, Body::Nothing));
        let p = self.tags.add(div, StructRole::P);
        let runs = self.runs(&Words::from(title), Face::Bold, Ink::Text);
        self.lines(&runs, (x, room, SIZE), p, 0.0);
        self.hold(from, self.items.len());
        for words in body {
            let p = self.tags.add(div, StructRole::P);
            self.text(words, (x, room, SIZE), p, 4.0, Ink::Text);
        }
        self.keep_last();
        self.items.push(Item::new(7.0, Body::Nothing));
        for item in &mut self.items[from..] {
            item.boxed = true;
        }
        self.space(8.0);
    }
}
