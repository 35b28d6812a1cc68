//! What kind of text is in this file, and is it text at all? Looked up in its beginning; the rest is
//! streamed.

use super::error::ForeignError;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

/// Bytes that are looked at before the file is read.
const HEAD: usize = 64 * 1024;
/// What marks UTF-8; it belongs to no cell.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// How the figures are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A table, with the character between its cells.
    Table(u8),
    /// JSON.
    Json,
}

/// A file that was opened.
pub(super) struct Input {
    pub(super) path: PathBuf,
    pub(super) form: Form,
    /// Its beginning, for telling what it is.
    pub(super) head: Vec<u8>,
    body: File,
}

impl Input {
    /// Opens a file; fails if it is empty or no text.
    pub(super) fn open(path: &Path) -> Result<Self, ForeignError> {
        let failed = |source| ForeignError::Read { path: path.to_owned(), source };
        let mut body = File::open(path).map_err(failed)?;
        let mut head = Vec::new();
        (&mut body).take(HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        if let Some((what, mend)) = other_than_text(&head) {
            return Err(ForeignError::NotText { path: path.to_owned(), what, mend });
        }
        if head.starts_with(MARK) {
            head.drain(..MARK.len());
        }
        let Some(first) = head.iter().find(|b| !b.is_ascii_whitespace()) else {
            return Err(ForeignError::Empty { path: path.to_owned() });
        };
        let form = match first {
            b'{' | b'[' => Form::Json,
            b'<' => {
                let mend = "it may be the page of a login or an error: get the file again";
                let path = path.to_owned();
                return Err(ForeignError::NotText { path, what: "a web page", mend });
            }
            _ => Form::Table(separator(&head)),
        };
        Ok(Self { path: path.to_owned(), form, head, body })
    }

    /// The whole text, from its first character.
    pub(super) fn text(self) -> Text {
        let start = io::Cursor::new(self.head);
        let inner = start.chain(BufReader::new(self.body));
        Text { inner, returned: false, over: false, last: None, open_quote: false }
    }
}

/// A text whose lines all end alike, and which remembers how it ended.
pub(super) struct Text {
    inner: io::Chain<io::Cursor<Vec<u8>>, BufReader<File>>,
    /// The last byte was a carriage return, which stands here as the end of a line.
    returned: bool,
    over: bool,
    last: Option<u8>,
    open_quote: bool,
}

impl Text {
    /// Whether its last line has an end.
    pub(super) fn ended(&self) -> bool {
        self.last == Some(b'\n')
    }

    /// Whether it was read to its end, and the last line has none.
    pub(super) fn over_without_end(&self) -> bool {
        self.over && !self.ended()
    }

    /// Whether a quotation mark was opened and not closed.
    pub(super) fn open_quote(&self) -> bool {
        self.open_quote
    }

    /// Makes one end of each pair that ends a line; the bytes that are left.
    fn even(&mut self, bytes: &mut [u8]) -> usize {
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            let second = self.returned && byte == b'\n';
            self.returned = byte == b'\r';
            if !second {
                bytes[kept] = if self.returned { b'\n' } else { byte };
                self.open_quote ^= byte == b'"';
                kept += 1;
            }
        }
        kept
    }
}

impl Read for Text {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.inner.read(buffer)?;
            let bytes = buffer.get_mut(..read).unwrap_or_default();
            let kept = self.even(bytes);
            self.last = bytes.get(..kept).and_then(<[u8]>::last).copied().or(self.last);
            self.over |= read == 0 && !buffer.is_empty();
            // Of a lone end of a pair nothing is left, which must not look like the end of the file.
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

/// What a file is that is no text, and what to do with it.
fn other_than_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let sheet = "open it and save the sheet as \"CSV UTF-8\"";
    if head.starts_with(b"PK\x03\x04") {
        return Some((
            "a spreadsheet or a zip archive",
            "unpack it, or save the sheet as \"CSV UTF-8\"",
        ));
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Some(("an old spreadsheet", sheet));
    }
    if head.starts_with(&[0x1F, 0x8B]) {
        return Some(("compressed", "unpack it first"));
    }
    if head.starts_with(b"%PDF") {
        return Some(("a PDF", "get the table as CSV from its publisher"));
    }
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Some(("text in UTF-16", sheet));
    }
    head.contains(&0)
        .then_some(("binary", "give the table as its publisher offers it as CSV or JSON"))
}

/// The character between cells: the one that the header has most of, outside of quotation marks.
fn separator(head: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in head.iter().skip_while(|b| b.is_ascii_whitespace()) {
        quoted ^= *byte == b'"';
        if *byte == b'\n' && !quoted {
            break;
        }
        if let Some((_, count)) = counts.iter_mut().find(|(c, _)| c == byte && !quoted) {
            *count += 1;
        }
    }
    let [comma, others @ ..] = counts;
    others.into_iter().fold(comma, |best, next| if next.1 > best.1 { next } else { best }).0
}
