//! Why can a file of somebody else's figures not be read? Every reason, with its mend; faults of rows
//! are beside it.

use super::Kind;
use super::fault::RowFault;
use crate::output::OutputError;
use miette::Diagnostic;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why files cannot be turned into rows.
#[derive(Debug, Error, Diagnostic)]
pub enum ForeignError {
    /// The system refuses.
    #[error("{} cannot be read", path.display())]
    #[diagnostic(code(terbia::foreign::read), help("check the path, and that you may read it"))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Nothing in it.
    #[error("{} is empty", path.display())]
    #[diagnostic(
        code(terbia::foreign::empty),
        help("get the file again: the download may have failed")
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A header, or an answer, without a figure.
    #[error("{} holds no row", path.display())]
    #[diagnostic(
        code(terbia::foreign::no_rows),
        help("widen what was asked for when the file was made, or leave the file out")
    )]
    NoRows {
        /// The file.
        path: PathBuf,
    },
    /// Something that is no table of text.
    #[error("{} is {what}, not a table of text", path.display())]
    #[diagnostic(code(terbia::foreign::not_text), help("{mend}"))]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        what: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// Text in another encoding.
    #[error("{}, line {line}: the text is not UTF-8", path.display())]
    #[diagnostic(
        code(terbia::foreign::not_utf8),
        help(
            "open it where it was made and save it as \"CSV UTF-8\"; names may be garbled otherwise"
        )
    )]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The row with the first such byte begins there.
        line: u64,
    },
    /// No reader knows it.
    #[error("{} is of no kind that is known; {found}", path.display())]
    #[diagnostic(
        code(terbia::foreign::unknown),
        help(
            "kinds: record (id, quantity, from or period_start, value, unit), comtrade (period, flow, \
             reporter, partner, commodity code), acled (event_id_cnty, event_date, event_type, admin1), \
             usgs (COMMODITY, COUNTRY, TYPE, UNIT_MEAS; or DataSource, Commodity, Year)"
        )
    )]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What it has instead.
        found: String,
    },
    /// Another kind than was asked for.
    #[error("{} is not a file of kind {}: it lacks {}", path.display(), asked.name(), missing.join(", "))]
    #[diagnostic(code(terbia::foreign::wrong_kind), help("{}", kind_mend(*likely)))]
    WrongKind {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        asked: Kind,
        /// What such a file has and this one lacks.
        missing: Vec<String>,
        /// What it seems to be.
        likely: Option<Kind>,
    },
    /// Two columns of one name.
    #[error("{} has two columns '{column}'", path.display())]
    #[diagnostic(
        code(terbia::foreign::two_columns),
        help("delete the one that is not meant, or give it another name")
    )]
    TwoColumns {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// The end is missing.
    #[error("{} is cut off in line {line}: {what}", path.display())]
    #[diagnostic(
        code(terbia::foreign::cut),
        help(
            "get the file again; rows that are missing would be read as trade or events that did not happen"
        )
    )]
    Cut {
        /// The file.
        path: PathBuf,
        /// Where.
        line: u64,
        /// How it shows.
        what: String,
    },
    /// Not JSON, or JSON of another shape.
    #[error("{}, line {line}, column {column}: {what}", path.display())]
    #[diagnostic(
        code(terbia::foreign::json),
        help(
            "get the file again and do not change it by hand; it is {{\"count\": …, \"data\": […]}}"
        )
    )]
    Json {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// Where in the line.
        column: usize,
        /// What the parser says.
        what: String,
    },
    /// The publisher answered with an error, and the answer was kept.
    #[error("{} holds no figures but a message of its publisher: {message}", path.display())]
    #[diagnostic(
        code(terbia::foreign::refused),
        help("ask again as the message says, then convert the answer")
    )]
    Refused {
        /// The file.
        path: PathBuf,
        /// The message.
        message: String,
    },
    /// Rows that cannot be read.
    #[error("{} has {} that cannot be read", path.display(), counted(*count))]
    #[diagnostic(code(terbia::foreign::rows))]
    Rows {
        /// The file.
        path: PathBuf,
        /// How many.
        count: u64,
        /// The first of them.
        #[related]
        faults: Vec<RowFault>,
    },
    /// The rows would replace what they are made from.
    #[error("{} is one of the files that are read", path.display())]
    #[diagnostic(code(terbia::foreign::same_file), help("give --out another name"))]
    SameFile {
        /// The file.
        path: PathBuf,
    },
    /// The rows cannot be written.
    #[error("the rows cannot be written to {}", path.display())]
    #[diagnostic(
        code(terbia::foreign::write),
        help(
            "check that the folder is there, that you may write to it, and that the disk has room"
        )
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: OutputError,
    },
}

fn kind_mend(likely: Option<Kind>) -> String {
    match likely {
        Some(kind) => format!("it looks like {}: leave --kind out, or give it so", kind.name()),
        None => "name the columns as their publisher does, or leave --kind out".to_owned(),
    }
}

fn counted(rows: u64) -> String {
    if rows == 1 { "a row".to_owned() } else { format!("{rows} rows") }
}
