//! How is a fault shown to the reader? With its file, its place and its mend, all at once.

use super::excerpt;
use super::fault::Fault;
use super::files::File;
use super::round::Round;
use miette::{Diagnostic, LabeledSpan, SourceCode};
use std::fmt;
use std::ops::Range;

/// A fault and where it stands.
#[derive(Clone, Debug)]
pub struct Problem {
    file: File,
    span: Option<Range<usize>>,
    fault: Fault,
    round: Round,
}

impl Problem {
    /// The file at fault, relative to the corridor's folder.
    pub fn file(&self) -> &str {
        self.file.name()
    }

    /// The bytes at fault, if they can be told.
    pub fn span(&self) -> Option<Range<usize>> {
        self.span.clone()
    }

    /// The line at fault, from 1, if it can be told.
    pub fn line(&self) -> Option<usize> {
        let before = self.file.text().get(..self.span.as_ref()?.start)?;
        Some(before.matches('\n').count() + 1)
    }

    /// The round of checks that found it.
    pub fn round(&self) -> Round {
        self.round
    }

    /// What is wrong.
    pub fn fault(&self) -> &Fault {
        &self.fault
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A place in the text brings the name of the file with it.
        match self.span {
            Some(_) => write!(f, "{}", self.fault),
            None => write!(f, "{}: {}", self.file.name(), self.fault),
        }
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.fault.help();
        (!help.is_empty()).then(|| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.span.as_ref().map(|_| &self.file as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = excerpt::shown(self.file.text(), self.span.clone()?);
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some("here".to_owned()), span))))
    }
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
    closed: Vec<String>,
    round: Round,
}

impl Problems {
    /// What is found from here on belongs to `round`.
    pub(crate) fn enter(&mut self, round: Round) {
        self.round = round;
    }

    /// Notes a fault at `span` of `file`.
    pub(crate) fn add(&mut self, file: &File, span: Range<usize>, fault: Fault) {
        // A span may be reckoned from a cell without its quotes: it must not cut a letter.
        let text = file.text();
        let end = text.floor_char_boundary(span.end);
        let span = text.floor_char_boundary(span.start.min(end))..end;
        let round = self.round;
        self.list.push(Problem { file: file.clone(), span: Some(span), fault, round });
    }

    /// Notes a fault of `file` as a whole.
    pub(crate) fn add_whole(&mut self, file: &File, fault: Fault) {
        let round = self.round;
        self.list.push(Problem { file: file.clone(), span: None, fault, round });
    }

    /// Notes that `file` cannot be looked into to its end: it may hold more faults.
    pub(crate) fn close(&mut self, file: &File) {
        self.closed.push(file.name().to_owned());
    }

    /// The files that could not be looked into, in the order in which they were read.
    pub(crate) fn closed(&self) -> &[String] {
        &self.closed
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// In order of file (as read) and place.
    pub(crate) fn into_sorted(mut self) -> Vec<Problem> {
        self.list.sort_by_key(|p| (p.file.order(), p.span.as_ref().map_or(0, |s| s.start)));
        self.list
    }
}
