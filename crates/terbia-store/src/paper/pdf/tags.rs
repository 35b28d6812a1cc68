//! What does a reader hear who listens to the PDF? The tree of what each piece of a page is.
//!
//! Pieces of pages are numbered page by page; each belongs to one element of the tree, and the tree
//! of parents leads from the number back to the element.

use pdf_writer::types::{StructRole, TableHeaderScope};
use pdf_writer::{Pdf, Ref, TextStr};

/// An element.
#[derive(Clone, Debug)]
struct Element {
    role: StructRole,
    parent: usize,
    alt: Option<String>,
    kids: Vec<Kid>,
}

#[derive(Clone, Copy, Debug)]
enum Kid {
    Element(usize),
    /// Page, and number of the piece there.
    Piece(usize, i32),
    /// Page, and number of the link among all.
    Link(usize, usize),
}

/// The tree. Its first element is the document.
#[derive(Clone, Debug)]
pub(super) struct Tags {
    elements: Vec<Element>,
    /// For each page, the element of each piece.
    pages: Vec<Vec<usize>>,
    /// The element of each link.
    links: Vec<usize>,
}

/// The document itself.
pub(super) const ROOT: usize = 0;

impl Tags {
    /// A tree with nothing in it.
    pub(super) fn new() -> Self {
        let role = StructRole::Document;
        let root = Element { role, parent: ROOT, alt: None, kids: Vec::new() };
        Self { elements: vec![root], pages: Vec::new(), links: Vec::new() }
    }

    /// Adds an element.
    pub(super) fn add(&mut self, parent: usize, role: StructRole) -> usize {
        let element = self.elements.len();
        self.elements.push(Element { role, parent, alt: None, kids: Vec::new() });
        self.elements[parent].kids.push(Kid::Element(element));
        element
    }

    /// Says what an element shows.
    pub(super) fn describe(&mut self, element: usize, alt: &str) {
        self.elements[element].alt = Some(alt.into());
    }

    /// Numbers a piece of a page that belongs to an element.
    pub(super) fn piece(&mut self, element: usize, page: usize) -> i32 {
        if self.pages.len() <= page {
            self.pages.resize(page + 1, Vec::new());
        }
        let number = self.pages[page].len() as i32;
        self.pages[page].push(element);
        self.elements[element].kids.push(Kid::Piece(page, number));
        number
    }

    /// Numbers a link that belongs to an element.
    pub(super) fn link(&mut self, element: usize, page: usize) -> usize {
        self.links.push(element);
        let link = self.links.len() - 1;
        self.elements[element].kids.push(Kid::Link(page, link));
        link
    }

    /// How many objects the tree takes.
    pub(super) fn objects(&self, pages: usize) -> usize {
        self.elements.len() + pages
    }

    /// Where in the tree of parents a link stands.
    pub(super) fn key_of_link(pages: usize, link: usize) -> i32 {
        (pages + link) as i32
    }

    /// Writes the elements, from object `first` on.
    pub(super) fn write(&self, pdf: &mut Pdf, first: i32, root: Ref, pages: &[Ref], links: &[Ref]) {
        let at = |element: usize| Ref::new(first + element as i32);
        for (n, element) in self.elements.iter().enumerate() {
            let mut out = pdf.struct_element(at(n));
            out.kind(element.role);
            out.parent(if n == ROOT { root } else { at(element.parent) });
            if let Some(alt) = &element.alt {
                out.alt(TextStr(alt));
            }
            if element.role == StructRole::TH {
                let column = self.heads_columns(element.parent);
                let scope = if column { TableHeaderScope::Column } else { TableHeaderScope::Row };
                out.attributes().push().table().scope(scope);
            }
            let mut kids = out.children();
            for kid in &element.kids {
                match *kid {
                    Kid::Element(kid) => {
                        kids.struct_element(at(kid));
                    }
                    Kid::Piece(page, number) => {
                        kids.marked_content_ref().page(pages[page]).marked_content_id(number);
                    }
                    Kid::Link(page, link) => {
                        kids.object_ref().page(pages[page]).object(links[link]);
                    }
                }
            }
        }
        let first = first + self.elements.len() as i32;
        for page in 0..pages.len() {
            let of_page = self.pages.get(page).map_or(&[][..], Vec::as_slice);
            let mut list = pdf.indirect(Ref::new(first + page as i32)).array();
            list.items(of_page.iter().map(|e| at(*e)));
        }
    }

    /// Whether a row has heads only.
    fn heads_columns(&self, row: usize) -> bool {
        self.elements[row]
            .kids
            .iter()
            .all(|kid| matches!(kid, Kid::Element(e) if self.elements[*e].role == StructRole::TH))
    }

    /// The tree of parents: key and object.
    pub(super) fn parents(&self, first: i32, pages: usize) -> Vec<(i32, Ref)> {
        let lists = first + self.elements.len() as i32;
        let mut out: Vec<(i32, Ref)> =
            (0..pages as i32).map(|page| (page, Ref::new(lists + page))).collect();
        for (link, element) in self.links.iter().enumerate() {
            out.push((Self::key_of_link(pages, link), Ref::new(first + *element as i32)));
        }
        out
    }
}
