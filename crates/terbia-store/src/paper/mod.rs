//! How does a study become something to act on? One document, as a page and as a PDF.
//!
//! A [`Document`] is a list of blocks; [`html()`] and [`pdf()`] write all of it, in the same order, with
//! the same pictures. Both are pure: the same document gives the same bytes, on any day. Charts are in
//! [`chart`]: each turns plain numbers into a [`chart::Drawing`], which is a [`Scene`], the same in
//! words and the same in a table. Nothing here knows of corridors, runs or files.
//!
//! ```
//! use terbia_store::paper::{Document, Words, chart, html, pdf};
//!
//! let mut document = Document::new("Who gains from a longer truce?", "A study of 3 policies");
//! document.heading(1, "answer", "The answer");
//! document.paragraph(Words::new().strong("Not the road. ").plain("See ").refer("gain").plain("."));
//! let row = chart::Row::new("Longer truce", 1.2, Some((0.4, 2.1)));
//! let rows = chart::Rows { title: "Change of revenue".into(), unit: "million".into(), rows: vec![row], ..Default::default() };
//! document.figure(chart::rows(&rows).figure("gain", "Change against no policy, with 90 % intervals."));
//! document.callout("What this cannot say", ["Whether anybody would agree to it."]);
//! assert!(document.dead_links().is_empty());
//! assert!(html(&document).starts_with("<!DOCTYPE html>"));
//! assert!(pdf(&document).starts_with(b"%PDF-1.7"));
//! ```

pub mod chart;
mod document;
mod font;
mod html;
mod ink;
mod pdf;
mod scene;
mod svg;

pub use document::{Block, Column, Document, Figure, Span, Table, Words};
pub use ink::Ink;
pub use scene::{Anchor, Fill, Label, Scene, Stroke};

/// The document as one page that needs neither script nor network.
pub fn html(document: &Document) -> String {
    html::page(document)
}

/// The document as a PDF on A4, with bookmarks, links and tags for readers that listen.
pub fn pdf(document: &Document) -> Vec<u8> {
    pdf::file(document)
}
