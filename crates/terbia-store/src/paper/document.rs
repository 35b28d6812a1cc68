//! What can a document say? Headings, paragraphs, lists, tables, figures, and what it cannot say.

use super::scene::Scene;

/// A report, block by block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// One sentence under the title.
    pub subtitle: String,
    /// What stands at the head of each page of the PDF; the title if it is empty.
    pub running: String,
    /// The program that made it, for the properties of the file.
    pub creator: String,
    /// All that it says, in order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 for a part, 2 and 3 for what is within it.
        level: u8,
        /// What links call it.
        id: String,
        /// What it says.
        text: String,
    },
    /// A paragraph.
    Paragraph(Words),
    /// A list.
    List {
        /// Whether the order matters.
        ordered: bool,
        /// Its items.
        items: Vec<Words>,
    },
    /// A table.
    Table(Table),
    /// A picture.
    Figure(Figure),
    /// A box that must not be overlooked.
    Callout {
        /// What it is about, as "What this cannot say".
        title: String,
        /// Its paragraphs.
        body: Vec<Words>,
    },
    /// A new page of the PDF; nothing in HTML.
    PageBreak,
}

/// Text with emphasis and links.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words(pub Vec<Span>);

/// A stretch of text.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Important.
    Strong(String),
    /// Stressed.
    Emphasis(String),
    /// What is typed, or the name of a file or of a number.
    Code(String),
    /// A link to a heading, a table or a figure of the document: text, then id.
    Link(String, String),
    /// A link whose text is what the thing is called: "Figure 2", "Table 1", or a heading.
    Refer(String),
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self(vec![Span::Plain(text.into())])
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(vec![Span::Plain(text)])
    }
}

impl Words {
    /// No words yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds text as it is.
    #[must_use]
    pub fn plain(self, text: impl Into<String>) -> Self {
        self.with(Span::Plain(text.into()))
    }

    /// Adds important text.
    #[must_use]
    pub fn strong(self, text: impl Into<String>) -> Self {
        self.with(Span::Strong(text.into()))
    }

    /// Adds stressed text.
    #[must_use]
    pub fn emphasis(self, text: impl Into<String>) -> Self {
        self.with(Span::Emphasis(text.into()))
    }

    /// Adds what is typed.
    #[must_use]
    pub fn code(self, text: impl Into<String>) -> Self {
        self.with(Span::Code(text.into()))
    }

    /// Adds a link to what is called `id`.
    #[must_use]
    pub fn link(self, text: impl Into<String>, id: impl Into<String>) -> Self {
        self.with(Span::Link(text.into(), id.into()))
    }

    /// Adds a link to what is called `id`, by its number or heading.
    #[must_use]
    pub fn refer(self, id: impl Into<String>) -> Self {
        self.with(Span::Refer(id.into()))
    }

    fn with(mut self, span: Span) -> Self {
        self.0.push(span);
        self
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| match span {
            Span::Plain(text)
            | Span::Strong(text)
            | Span::Emphasis(text)
            | Span::Code(text)
            | Span::Link(text, _) => text.is_empty(),
            Span::Refer(_) => false,
        })
    }
}

/// A table. The first column heads the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What links call it; it may be empty.
    pub id: String,
    /// What it shows.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows; cells that are missing stay empty, cells beyond the columns are left out.
    pub rows: Vec<Vec<Words>>,
    /// What must be known to read it.
    pub notes: Vec<Words>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Its head, with the unit.
    pub head: String,
    /// Whether it has numbers, which stand right.
    pub number: bool,
}

impl Table {
    /// A table without rows; a head that begins with `#` stands above numbers.
    pub fn new(caption: impl Into<String>, heads: &[&str]) -> Self {
        let column = |head: &&str| Column {
            head: head.trim_start_matches('#').into(),
            number: head.starts_with('#'),
        };
        let columns = heads.iter().map(column).collect();
        Self { caption: caption.into(), columns, ..Self::default() }
    }

    /// Lets links call it `id`.
    #[must_use]
    pub fn called(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }

    /// Adds a row.
    pub fn row<W: Into<Words>>(&mut self, cells: impl IntoIterator<Item = W>) -> &mut Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a note.
    pub fn note(&mut self, note: impl Into<Words>) -> &mut Self {
        self.notes.push(note.into());
        self
    }
}

/// A picture with its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// What links call it; it may be empty.
    pub id: String,
    /// What it shows, and what to see in it.
    pub caption: Words,
    /// The same for somebody who cannot see it.
    pub alt: String,
    /// The picture.
    pub scene: Scene,
    /// What is drawn, in figures; folded away in HTML, left out of the PDF.
    pub data: Option<Table>,
}

impl Document {
    /// A document without blocks.
    pub fn new(title: impl Into<String>, subtitle: impl Into<String>) -> Self {
        Self { title: title.into(), subtitle: subtitle.into(), ..Self::default() }
    }

    /// Adds a heading of level 1, 2 or 3.
    pub fn heading(
        &mut self,
        level: u8,
        id: impl Into<String>,
        text: impl Into<String>,
    ) -> &mut Self {
        let level = level.clamp(1, 3);
        self.push(Block::Heading { level, id: id.into(), text: text.into() })
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, words: impl Into<Words>) -> &mut Self {
        self.push(Block::Paragraph(words.into()))
    }

    /// Adds a list whose order does not matter.
    pub fn list<W: Into<Words>>(&mut self, items: impl IntoIterator<Item = W>) -> &mut Self {
        let items = items.into_iter().map(Into::into).collect();
        self.push(Block::List { ordered: false, items })
    }

    /// Adds a numbered list.
    pub fn steps<W: Into<Words>>(&mut self, items: impl IntoIterator<Item = W>) -> &mut Self {
        let items = items.into_iter().map(Into::into).collect();
        self.push(Block::List { ordered: true, items })
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) -> &mut Self {
        self.push(Block::Table(table))
    }

    /// Adds a picture.
    pub fn figure(&mut self, figure: Figure) -> &mut Self {
        self.push(Block::Figure(figure))
    }

    /// Adds a box that must not be overlooked.
    pub fn callout<W: Into<Words>>(
        &mut self,
        title: impl Into<String>,
        body: impl IntoIterator<Item = W>,
    ) -> &mut Self {
        let body = body.into_iter().map(Into::into).collect();
        self.push(Block::Callout { title: title.into(), body })
    }

    /// Begins a new page of the PDF.
    pub fn page_break(&mut self) -> &mut Self {
        self.push(Block::PageBreak)
    }

    fn push(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }

    /// Ids that links name and nothing has, each once: a document should have none.
    pub fn dead_links(&self) -> Vec<String> {
        let names = Names::of(self);
        let mut dead = Vec::new();
        let mut words = Vec::new();
        for block in &self.blocks {
            match block {
                Block::Paragraph(w) => words.push(w),
                Block::List { items, .. } => words.extend(items),
                Block::Callout { body, .. } => words.extend(body),
                Block::Table(t) => {
                    words.extend(t.rows.iter().flatten());
                    words.extend(&t.notes);
                }
                Block::Figure(f) => words.push(&f.caption),
                Block::Heading { .. } | Block::PageBreak => {}
            }
        }
        for span in words.into_iter().flat_map(|w| &w.0) {
            if let Span::Link(_, id) | Span::Refer(id) = span
                && names.find(id).is_none()
                && !dead.contains(id)
            {
                dead.push(id.clone());
            }
        }
        dead
    }
}

/// What everything that links can lead to is called.
pub(super) struct Names(Vec<(String, String)>);

impl Names {
    /// The names of a document's headings, tables and figures.
    pub(super) fn of(document: &Document) -> Self {
        let (mut tables, mut figures) = (0, 0);
        let mut names = Vec::new();
        for block in &document.blocks {
            match block {
                Block::Heading { id, text, .. } => names.push((id.clone(), text.clone())),
                Block::Table(t) => {
                    tables += 1;
                    names.push((t.id.clone(), format!("Table\u{a0}{tables}")));
                }
                Block::Figure(f) => {
                    figures += 1;
                    names.push((f.id.clone(), format!("Figure\u{a0}{figures}")));
                }
                _ => {}
            }
        }
        Self(names)
    }

    /// What is called `id`.
    pub(super) fn find(&self, id: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(n, _)| !n.is_empty());
        named.find(|(n, _)| n == id).map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_named() {
        let mut document = Document::new("t", "s");
        document.heading(1, "here", "Here");
        document.paragraph(Words::new().refer("here").plain(", ").link("there", "there"));
        document.table(Table::new("c", &["a", "#b"]).called("t1"));
        document.list([Words::new().refer("t1").refer("there")]);
        assert_eq!(document.dead_links(), ["there"]);
        assert_eq!(Names::of(&document).find("t1"), Some("Table\u{a0}1"));
        assert_eq!(Names::of(&document).find(""), None);
    }
}
