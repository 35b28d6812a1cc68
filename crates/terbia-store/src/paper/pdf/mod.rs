//! How is a document written as a PDF?
//!
//! A4, one column. [`block`] makes items of blocks, [`flow`] lays them onto pages, this file writes
//! pages, bookmarks, links, tags and properties. Fonts are those that every reader has (none is
//! embedded), there is no date and no random name: the same document gives the same bytes.

mod block;
mod flow;
mod item;
mod line;
mod pen;
mod table;
mod tags;

use super::document::{Document, Names};
use super::font::{self, FONTS, Face, Font};
use super::ink::Ink;
use flow::{Flow, Place};
use pdf_writer::types::{ActionType, AnnotationType, PageMode, TabOrder};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use tags::Tags;

/// Width and height of the paper.
const PAPER: (f64, f64) = (595.28, 841.89);
/// Left margin.
const LEFT: f64 = 57.64;
/// Width of the text.
const WIDTH: f64 = 480.0;
/// Top of the text, above the foot of the paper.
const TOP: f64 = 776.0;
/// Height of the text.
const HEIGHT: f64 = 708.0;

/// Numbers of the objects.
struct Refs {
    catalog: Ref,
    tree: Ref,
    info: Ref,
    outline: Ref,
    root: Ref,
    fonts: i32,
    veils: i32,
    pages: Vec<Ref>,
    contents: Vec<Ref>,
    links: Vec<Ref>,
    marks: Vec<Ref>,
    tags: i32,
}

impl Refs {
    fn of(flow: &Flow, marks: usize) -> Self {
        let mut next = 1;
        let mut take = |n: usize| {
            let first = next;
            next += n as i32;
            first
        };
        let list = |first: i32, n: usize| (0..n as i32).map(|i| Ref::new(first + i)).collect();
        let [catalog, tree, info, outline, root] = [(); 5].map(|()| Ref::new(take(1)));
        let (fonts, veils) = (take(FONTS.len()), take(flow.veils.len()));
        let pages = flow.pages.len();
        Self {
            catalog,
            tree,
            info,
            outline,
            root,
            fonts,
            veils,
            pages: list(take(pages), pages),
            contents: list(take(pages), pages),
            links: list(take(flow.links.len()), flow.links.len()),
            marks: list(take(marks), marks),
            tags: take(flow.tags.objects(pages)),
        }
    }
}

/// The file.
pub(super) fn file(document: &Document) -> Vec<u8> {
    let names = Names::of(document);
    let mut flow = flow::pages(block::Build::of(document, &names));
    furniture(document, &mut flow);
    let marks: Vec<&Place> = flow.places.iter().filter(|p| p.mark.is_some()).collect();
    let refs = Refs::of(&flow, marks.len());
    let mut pdf = Pdf::new();
    catalog(&mut pdf, &refs, &flow, marks.is_empty());
    properties(&mut pdf, &refs, document);
    resources(&mut pdf, &refs, &flow);
    bookmarks(&mut pdf, &refs, &marks);
    links(&mut pdf, &refs, &flow);
    flow.tags.write(&mut pdf, refs.tags, refs.root, &refs.pages, &refs.links);
    for (n, content) in std::mem::take(&mut flow.pages).into_iter().enumerate() {
        let mut page = pdf.page(refs.pages[n]);
        page.parent(refs.tree).contents(refs.contents[n]).struct_parents(n as i32);
        page.media_box(Rect::new(0.0, 0.0, PAPER.0 as f32, PAPER.1 as f32));
        page.tab_order(TabOrder::StructureOrder);
        let here = flow.links.iter().zip(&refs.links).filter(|(link, _)| link.page == n);
        let here: Vec<Ref> = here.map(|(_, at)| *at).collect();
        if !here.is_empty() {
            page.annotations(here);
        }
        page.finish();
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(content.finish().as_slice(), 6);
        pdf.stream(refs.contents[n], &packed).filter(Filter::FlateDecode);
    }
    pdf.finish()
}

/// Draws running title and number onto each page.
fn furniture(document: &Document, flow: &mut Flow) {
    let title = if document.running.is_empty() { &document.title } else { &document.running };
    let title = font::fit(title, Face::Regular, 8.0, WIDTH);
    let all = flow.pages.len();
    for (n, content) in flow.pages.iter_mut().enumerate() {
        content.begin_marked_content(Name(b"Artifact"));
        pen::fill_in(content, Ink::Soft);
        if n > 0 {
            let at = (LEFT, PAPER.1 - 40.0);
            pen::text(content, at, &title, (Face::Regular, 8.0), (1.0, 0.0));
        }
        let number = format!("{} of {all}", n + 1);
        let at = (LEFT + WIDTH - font::width(&number, Face::Regular, 8.0), 40.0);
        pen::text(content, at, &number, (Face::Regular, 8.0), (1.0, 0.0));
        content.end_marked_content();
    }
}

fn catalog(pdf: &mut Pdf, refs: &Refs, flow: &Flow, plain: bool) {
    let mut catalog = pdf.catalog(refs.catalog);
    catalog.pages(refs.tree).lang(TextStr("en-GB"));
    catalog.mark_info().marked(true);
    catalog.viewer_preferences().display_doc_title(true);
    if !plain {
        catalog.outlines(refs.outline).page_mode(PageMode::UseOutlines);
    }
    catalog.pair(Name(b"StructTreeRoot"), refs.root);
    catalog.finish();
    let mut root = pdf.indirect(refs.root).dict();
    root.pair(Name(b"Type"), Name(b"StructTreeRoot")).pair(Name(b"K"), Ref::new(refs.tags));
    let parents = flow.tags.parents(refs.tags, refs.pages.len());
    root.pair(Name(b"ParentTreeNextKey"), parents.len() as i32);
    let mut tree = root.insert(Name(b"ParentTree")).dict();
    let mut nums = tree.insert(Name(b"Nums")).array();
    for (key, object) in parents {
        nums.item(key).item(object);
    }
}

fn properties(pdf: &mut Pdf, refs: &Refs, document: &Document) {
    let mut info = pdf.document_info(refs.info);
    info.title(TextStr(&document.title));
    if !document.subtitle.is_empty() {
        info.subject(TextStr(&document.subtitle));
    }
    if !document.creator.is_empty() {
        info.creator(TextStr(&document.creator)).producer(TextStr(&document.creator));
    }
}

/// Writes the tree of pages, with what all of them draw with.
fn resources(pdf: &mut Pdf, refs: &Refs, flow: &Flow) {
    let mut tree = pdf.pages(refs.tree);
    tree.kids(refs.pages.iter().copied()).count(refs.pages.len() as i32);
    let mut resources = tree.resources();
    let mut fonts = resources.fonts();
    for (n, (_, name, _)) in FONTS.iter().enumerate() {
        fonts.pair(Name(name), Ref::new(refs.fonts + n as i32));
    }
    fonts.finish();
    if !flow.veils.is_empty() {
        let mut veils = resources.ext_g_states();
        for (n, percent) in flow.veils.iter().enumerate() {
            veils.pair(Name(pen::veil(*percent).as_bytes()), Ref::new(refs.veils + n as i32));
        }
    }
    resources.finish();
    tree.finish();
    for (n, (font, _, base)) in FONTS.iter().enumerate() {
        let mut out = pdf.type1_font(Ref::new(refs.fonts + n as i32));
        out.base_font(Name(base));
        if *font != Font::Symbol {
            out.encoding_predefined(Name(b"WinAnsiEncoding"));
        }
    }
    for (n, percent) in flow.veils.iter().enumerate() {
        let opacity = f32::from(*percent) / 100.0;
        pdf.ext_graphics(Ref::new(refs.veils + n as i32)).non_stroking_alpha(opacity);
    }
}

/// Writes the bookmarks: headings, each under the last of a lower level.
fn bookmarks(pdf: &mut Pdf, refs: &Refs, marks: &[&Place]) {
    if marks.is_empty() {
        return;
    }
    let level = |n: usize| marks[n].mark.as_ref().map_or(1, |m| m.0);
    let parent = |n: usize| (0..n).rev().find(|m| level(*m) < level(n));
    let parents: Vec<Option<usize>> = (0..marks.len()).map(parent).collect();
    let kids = |of: Option<usize>| -> Vec<usize> {
        (0..marks.len()).filter(|n| parents[*n] == of).collect()
    };
    let top = kids(None);
    let mut outline = pdf.outline(refs.outline);
    if let (Some(first), Some(last)) = (top.first(), top.last()) {
        outline.first(refs.marks[*first]).last(refs.marks[*last]).count(top.len() as i32);
    }
    outline.finish();
    for (n, place) in marks.iter().enumerate() {
        let siblings = kids(parents[n]);
        let at = siblings.iter().position(|s| *s == n).unwrap_or(0);
        let mut item = pdf.outline_item(refs.marks[n]);
        item.title(TextStr(place.mark.as_ref().map_or("", |m| &m.1)));
        item.parent(parents[n].map_or(refs.outline, |p| refs.marks[p]));
        if at > 0 {
            item.prev(refs.marks[siblings[at - 1]]);
        }
        if let Some(next) = siblings.get(at + 1) {
            item.next(refs.marks[*next]);
        }
        let own = kids(Some(n));
        if let (Some(first), Some(last)) = (own.first(), own.last()) {
            // Less than nothing: closed until it is asked for.
            item.first(refs.marks[*first]).last(refs.marks[*last]).count(-(own.len() as i32));
        }
        item.dest().page(refs.pages[place.page]).xyz(0.0, pen::length(place.y), None);
    }
}

fn links(pdf: &mut Pdf, refs: &Refs, flow: &Flow) {
    for (link, at) in flow.links.iter().zip(&refs.links) {
        let [left, foot, right, top] = link.rect.map(pen::length);
        let mut out = pdf.annotation(*at);
        out.subtype(AnnotationType::Link).rect(Rect::new(left, foot, right, top));
        out.border(0.0, 0.0, 0.0, None).contents(TextStr("Link within this document"));
        out.struct_parent(Tags::key_of_link(refs.pages.len(), link.number));
        if let Some(to) = flow.places.iter().find(|p| p.id == link.to) {
            let mut action = out.action();
            action.action_type(ActionType::GoTo);
            action.destination().page(refs.pages[to.page]).xyz(0.0, pen::length(to.y), None);
        }
    }
}
