//! What does a study say, to somebody who will act on it? One document, as a page and as a PDF.
//!
//! First the answer in sentences, then what would change it, then pictures, tables, how it was made and
//! what it cannot say. Every sentence is made from the results of the run: where an interval holds nought
//! the sentence says that nothing can be told, and nothing else is claimed.

mod answer;
mod appendix;
mod change;
mod picture;
mod plane;
mod search;
mod sentence;
mod words;

use super::analysis::{self, Analysis};
use super::answer::{Under, answer};
use super::error::QuestionError;
use super::fans::Fans;
use super::results::Results;
use super::search::Searched;
use crate::output;
use crate::paper::{self, Document};
use std::path::{Path, PathBuf};

/// The page.
pub const PAGE: &str = "report.html";
/// The same on paper.
pub const PAPER: &str = "report.pdf";

/// What a report is made of.
#[derive(Debug)]
pub struct Report {
    /// The results.
    results: Results,
    /// What the study says of itself.
    doc: Option<String>,
    /// Policies beside the reference.
    answer: Vec<Under>,
    /// What the futures say beyond that.
    analysis: Analysis,
    /// The outcomes month by month, if they were kept.
    fans: Option<Fans>,
    /// Portfolios that a search found.
    search: Option<Searched>,
}

impl Report {
    /// Reads the study kept in `dir`, and what a search of the same study found if it is kept in `search`. What
    /// decides is in the report if the study found it; the rest of the
    /// analysis is made anew where it is not kept.
    pub fn open(dir: &Path, search: Option<&Path>) -> Result<Self, QuestionError> {
        let results = Results::open(dir)?;
        let analysis = analysis::kept(&results)?;
        let fans = Fans::read(dir)?;
        let search = search.map(|dir| searched(&results, dir)).transpose()?;
        let doc = results.study()?.doc;
        Ok(Self { doc, answer: answer(&results), results, analysis, fans, search })
    }

    /// The document.
    pub fn document(&self) -> Document {
        let manifest = &self.results.manifest;
        let contents = &manifest.contents;
        let subtitle = format!(
            "{}, {} to {}: {} in the same {} futures under {}",
            manifest.fingerprint.corridor.name,
            contents.from,
            contents.until,
            words::count(contents.policies.len(), "policy", "policies"),
            words::whole(manifest.members as usize),
            words::count(contents.scenarios.len(), "scenario", "scenarios"),
        );
        let mut document = Document::new(manifest.study.question.clone(), subtitle);
        document.running =
            format!("{}: {}", manifest.fingerprint.corridor.name, manifest.fingerprint.study);
        document.creator = format!("terbia {}", manifest.fingerprint.terbia);
        answer::part(&mut document, self);
        change::part(&mut document, self);
        search::portfolios(&mut document, self);
        picture::part(&mut document, self);
        appendix::part(&mut document, self);
        document
    }
}

/// What the search in `dir` found, if it is of the study and of the corridor of `results`.
fn searched(results: &Results, dir: &Path) -> Result<Searched, QuestionError> {
    let missing = || QuestionError::NotSearched { dir: dir.to_owned() };
    let found = super::search::read(dir)?.ok_or_else(missing)?;
    let of = &results.manifest.fingerprint;
    if (&found.of.corridor, &found.of.study_sha256) != (&of.corridor, &of.study_sha256) {
        return Err(QuestionError::OtherSearch {
            dir: dir.to_owned(),
            study: of.study.clone(),
            searched: found.of.study.clone(),
        });
    }
    Ok(found)
}

/// Writes the report of the study kept in `dir`, as a page and as a PDF, into `out`; with what the search in
/// `search` found.
pub fn keep(dir: &Path, search: Option<&Path>, out: &Path) -> Result<[PathBuf; 2], QuestionError> {
    let document = Report::open(dir, search)?.document();
    let paths = [out.join(PAGE), out.join(PAPER)];
    output::write_file(&paths[0], paper::html(&document).as_bytes())?;
    output::write_file(&paths[1], &paper::pdf(&document))?;
    Ok(paths)
}
