//! How does a command that failed tell the user, and with which exit code?

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use terbia_store::assimilate::AssimilateError;
use terbia_store::calibrate::CalibrateError;
use terbia_store::forecast::ForecastError;
use terbia_store::hindcast::HindcastError;
use terbia_store::lead::Faults;
use terbia_store::question::QuestionError;
use terbia_store::question::comparison::ComparisonError;
use terbia_store::study::StudyError;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input or the disk: exit 1.
    User(Box<dyn Diagnostic + Send + Sync>),
    /// The same, with what to do about it below.
    Led(Box<Faults>),
    /// Stopped by the user: exit 130.
    Stopped(Box<dyn Diagnostic + Send + Sync>),
    /// Whoever reads our output has gone away, which is no failure.
    Gone,
}

/// Something wrong that needs no more than two sentences.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{what}")]
#[diagnostic(help("{mend}"))]
pub(crate) struct Plain {
    what: String,
    mend: String,
}

impl Failure {
    /// A failure with its mend.
    pub(crate) fn plain(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::User(Box::new(Plain { what: what.into(), mend: mend.into() }))
    }

    /// Faults of a corridor, with their lead.
    pub(crate) fn led(faults: Faults) -> Self {
        Self::Led(Box::new(faults))
    }

    /// Prints the failure to standard error; the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let (diagnostic, code, lead): (&dyn Diagnostic, u8, &str) = match self {
            Self::User(d) => (d.as_ref(), 1, ""),
            Self::Led(faults) => (faults.as_ref(), 1, faults.lead()),
            Self::Stopped(d) => (d.as_ref(), 130, ""),
            Self::Gone => return ExitCode::SUCCESS,
        };
        let theme = if std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(theme).with_width(80);
        if handler.render_report(&mut text, diagnostic).is_err() {
            text = diagnostic.to_string();
        }
        // Standard error may be closed too; then there is nobody left to tell.
        let gap = if lead.is_empty() { "" } else { "\n\n" };
        let text = format!("{}{gap}{}", text.trim_end(), lead.trim_end());
        let _ = writeln!(std::io::stderr(), "{}", tame(&text));
        ExitCode::from(code)
    }
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Self {
        if error.stopped() { Self::Stopped(Box::new(error)) } else { Self::User(Box::new(error)) }
    }
}

impl From<CalibrateError> for Failure {
    fn from(error: CalibrateError) -> Self {
        if error.stopped() { Self::Stopped(Box::new(error)) } else { Self::User(Box::new(error)) }
    }
}

impl From<AssimilateError> for Failure {
    fn from(error: AssimilateError) -> Self {
        if error.stopped() { Self::Stopped(Box::new(error)) } else { Self::User(Box::new(error)) }
    }
}

impl From<ForecastError> for Failure {
    fn from(error: ForecastError) -> Self {
        if error.stopped() { Self::Stopped(Box::new(error)) } else { Self::User(Box::new(error)) }
    }
}

impl From<QuestionError> for Failure {
    fn from(error: QuestionError) -> Self {
        if error.stopped() { Self::Stopped(Box::new(error)) } else { Self::User(Box::new(error)) }
    }
}

impl From<ComparisonError> for Failure {
    fn from(error: ComparisonError) -> Self {
        if error.stopped() { Self::Stopped(Box::new(error)) } else { Self::User(Box::new(error)) }
    }
}

impl From<HindcastError> for Failure {
    fn from(error: HindcastError) -> Self {
        if error.stopped() { Self::Stopped(Box::new(error)) } else { Self::User(Box::new(error)) }
    }
}

macro_rules! users {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::User(Box::new(error))
            }
        }
    )+};
}

users! {
    terbia_store::foreign::ForeignError,
    terbia_store::new::NewError,
    terbia_store::posterior::PosteriorError,
    terbia_store::explain::ExplainError,
    terbia_store::LoadError,
    terbia_store::CompileError,
    terbia_store::output::OutputError,
    terbia_store::observations::ObservationsError,
    terbia_store::scored::ScoreError,
}

impl From<std::io::Error> for Failure {
    /// Writing to standard output failed.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::Gone;
        }
        Self::plain(
            format!("the output cannot be written: {error}"),
            "check where standard output goes, for example whether that disk is full",
        )
    }
}

/// The text with what a terminal would obey made visible, but for line breaks and colours: names and
/// lines of other people's files stand in it.
fn tame(text: &str) -> String {
    let mut tame = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let colour = colour(rest);
        let (piece, after) = rest.split_at(if colour == 0 { c.len_utf8() } else { colour });
        match u32::from(c) {
            _ if colour > 0 || c == '\n' || !c.is_control() => tame.push_str(piece),
            code @ 0..0x20 => tame.extend(char::from_u32(0x2400 + code)),
            0x7f => tame.push('\u{2421}'),
            _ => tame.push(char::REPLACEMENT_CHARACTER),
        }
        rest = after;
    }
    tame
}

/// The length of the sequence with which `text` begins, if it sets a colour; 0 if it does not.
fn colour(text: &str) -> usize {
    let Some(inner) = text.strip_prefix("\u{1b}[") else { return 0 };
    let numbers = inner.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(inner.len());
    if inner[numbers..].starts_with('m') { numbers + 3 } else { 0 }
}

/// A panic is a bug: say so, and with which run it can be shown again.
pub(crate) fn explain_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |l| format!(" at {l}"));
        let run = terbia_lab::ensemble::current_run()
            .map_or_else(String::new, |run| format!(" in run {run}"));
        let command: Vec<String> = std::env::args().collect();
        let what = panic
            .payload()
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| panic.payload().downcast_ref::<String>().cloned())
            .unwrap_or_default();
        let _ = writeln!(
            std::io::stderr(),
            "this is a bug in terbia {}{place}{run}: {what}\n  command: {}\n  \
             please report it with this text; runs that were finished are kept",
            env!("CARGO_PKG_VERSION"),
            tame(&command.join(" ")),
        );
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_line_breaks_pass_and_nothing_else_that_a_terminal_obeys() {
        assert_eq!(tame("a\n\u{1b}[31;1mred\u{1b}[0m é"), "a\n\u{1b}[31;1mred\u{1b}[0m é");
        assert_eq!(tame("x\u{1b}[2J\u{7}\r"), "x␛[2J␇␍");
        assert_eq!(tame("\u{1b}]0;title\u{1b}\\\u{9b}2J\u{7f}"), "␛]0;title␛\\\u{fffd}2J␡");
        assert_eq!(tame("\u{1b}[3"), "␛[3");
    }
}
