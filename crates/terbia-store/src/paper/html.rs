//! How is a document written as one page that asks nothing of the network?
//!
//! Landmarks, headings in order, captions, heads with a scope, boxes that the keyboard can scroll:
//! what a reader needs who listens. No script; the page's own policy forbids it, and the network.

use super::document::{Block, Document, Figure, Names, Span, Table, Words};
use super::ink;
use crate::report::colour;
use crate::report::text::{Text, put};

/// How pages of terbia look.
const COMMON: &str = include_str!("../report/style.css");
/// What is new in documents.
const OWN: &str = include_str!("page.css");

/// The page.
pub(super) fn page(document: &Document) -> String {
    let names = Names::of(document);
    let mut page =
        Page { out: String::with_capacity(1 << 18), names: &names, tables: 0, figures: 0 };
    page.head(document);
    page.contents(document);
    page.out.push_str("</header>\n<main id=\"main\" tabindex=\"-1\">\n");
    for (n, block) in document.blocks.iter().enumerate() {
        page.block(n, block);
    }
    page.out.push_str("</main>\n</body>\n</html>\n");
    page.out
}

struct Page<'a> {
    out: String,
    names: &'a Names,
    tables: usize,
    figures: usize,
}

impl Page<'_> {
    fn head(&mut self, document: &Document) {
        put!(
            &mut self.out,
            "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"generator\" content=\"{}\">\n<title>{}</title>\n<style>\n{}{}{COMMON}{OWN}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to the text</a>\n<header><h1>{}</h1>",
            Text(&document.creator),
            Text(&document.title),
            colour::properties(),
            ink::css(),
            Text(&document.title)
        );
        if !document.subtitle.is_empty() {
            put!(&mut self.out, "<p class=\"question\">{}</p>", Text(&document.subtitle));
        }
    }

    fn contents(&mut self, document: &Document) {
        let parts = document.blocks.iter().filter_map(|block| match block {
            Block::Heading { level: 1, id, text } if !id.is_empty() => Some((id, text)),
            _ => None,
        });
        let parts: Vec<_> = parts.collect();
        if parts.len() < 2 {
            return;
        }
        self.out.push_str("<nav aria-label=\"Contents\"><h2>Contents</h2><ul>");
        for (id, text) in parts {
            put!(&mut self.out, "<li><a href=\"#{}\">{}</a></li>", Text(id), Text(text));
        }
        self.out.push_str("</ul></nav>");
    }

    fn block(&mut self, n: usize, block: &Block) {
        match block {
            Block::Heading { level, id, text } => {
                let rank = level.clamp(&1, &3) + 1;
                put!(&mut self.out, "<h{rank}{}>{}</h{rank}>\n", Id(id), Text(text));
            }
            Block::Paragraph(words) => self.paragraph(words),
            Block::List { ordered, items } => {
                let tag = if *ordered { "ol" } else { "ul" };
                put!(&mut self.out, "<{tag} class=\"words\">");
                for item in items {
                    self.out.push_str("<li>");
                    self.words(item);
                    self.out.push_str("</li>");
                }
                put!(&mut self.out, "</{tag}>\n");
            }
            Block::Table(table) => {
                self.tables += 1;
                let name = format!("Table\u{a0}{}. ", self.tables);
                self.table(table, &name);
            }
            Block::Figure(figure) => self.figure(n, figure),
            Block::Callout { title, body } => {
                put!(
                    &mut self.out,
                    "<aside class=\"alarm callout\" aria-label=\"{}\"><p><strong>{}</strong></p>",
                    Text(title),
                    Text(title)
                );
                for words in body {
                    self.paragraph(words);
                }
                self.out.push_str("</aside>\n");
            }
            Block::PageBreak => self.out.push_str("<div class=\"sheet\"></div>\n"),
        }
    }

    fn paragraph(&mut self, words: &Words) {
        self.out.push_str("<p>");
        self.words(words);
        self.out.push_str("</p>\n");
    }

    fn words(&mut self, words: &Words) {
        for span in &words.0 {
            match span {
                Span::Plain(text) => {
                    put!(&mut self.out, "{}", Text(text));
                }
                Span::Strong(text) => {
                    put!(&mut self.out, "<strong>{}</strong>", Text(text));
                }
                Span::Emphasis(text) => {
                    put!(&mut self.out, "<em>{}</em>", Text(text));
                }
                Span::Code(text) => {
                    put!(&mut self.out, "<code>{}</code>", Text(text));
                }
                Span::Link(text, id) => self.link(text, id),
                Span::Refer(id) => {
                    let name = self.names.find(id).unwrap_or(id);
                    self.link(name, id);
                }
            }
        }
    }

    /// A link, or its text where it would lead nowhere.
    fn link(&mut self, text: &str, id: &str) {
        if self.names.find(id).is_some() {
            put!(&mut self.out, "<a href=\"#{}\">{}</a>", Text(id), Text(text));
        } else {
            put!(&mut self.out, "{}", Text(text));
        }
    }

    fn table(&mut self, table: &Table, name: &str) {
        put!(
            &mut self.out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table{}>\
             <caption><strong>{name}</strong>{}</caption><thead><tr>",
            Text(&table.caption),
            Id(&table.id),
            Text(&table.caption)
        );
        for column in &table.columns {
            put!(
                &mut self.out,
                "<th scope=\"col\"{}>{}</th>",
                right(column.number),
                Text(&column.head)
            );
        }
        self.out.push_str("</tr></thead><tbody>\n");
        for row in &table.rows {
            self.out.push_str("<tr>");
            for (i, column) in table.columns.iter().enumerate() {
                let tag = if i == 0 { "th scope=\"row\"" } else { "td" };
                put!(&mut self.out, "<{tag}{}>", right(column.number));
                if let Some(cell) = row.get(i) {
                    self.words(cell);
                }
                put!(&mut self.out, "</{}>", if i == 0 { "th" } else { "td" });
            }
            self.out.push_str("</tr>\n");
        }
        if table.rows.is_empty() {
            let span = table.columns.len().max(1);
            put!(&mut self.out, "<tr><td colspan=\"{span}\">no values</td></tr>");
        }
        self.out.push_str("</tbody></table></div>\n");
        for note in &table.notes {
            self.out.push_str("<p class=\"hint note\">");
            self.words(note);
            self.out.push_str("</p>\n");
        }
    }

    fn figure(&mut self, n: usize, figure: &Figure) {
        self.figures += 1;
        put!(
            &mut self.out,
            "<figure class=\"picture\"{}><div class=\"sheet-box\" tabindex=\"0\" role=\"group\" \
             aria-label=\"Figure {}\">{}</div><figcaption><p><strong>Figure\u{a0}{}.</strong> ",
            Id(&figure.id),
            self.figures,
            figure.scene.on_page(&format!("w{n}"), &figure.alt),
            self.figures
        );
        self.words(&figure.caption);
        self.out.push_str("</p></figcaption>");
        if let Some(data) = &figure.data {
            self.out.push_str("<details><summary>The figure in numbers</summary>");
            self.table(data, "");
            self.out.push_str("</details>");
        }
        self.out.push_str("</figure>\n");
    }
}

/// An attribute with an id, if there is one.
struct Id<'a>(&'a str);

impl std::fmt::Display for Id<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " id=\"{}\"", Text(self.0)) }
    }
}

/// Numbers stand right.
fn right(number: bool) -> &'static str {
    if number { " class=\"right\"" } else { "" }
}
