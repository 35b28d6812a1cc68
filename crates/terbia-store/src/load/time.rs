//! Which day or month is written here?

use super::fault::Fault;
use super::files::File;
use super::problem::Problems;
use crate::spec::At;
use terbia_model::kernel::time::{Date, DateError, Month};

/// The fault of writing what is no date.
pub(crate) fn fault(error: DateError) -> Fault {
    Fault::BadDate { text: error.text, expected: error.expected, example: error.example }
}

/// Reads a month, noting what is none.
pub(crate) fn month(text: &At<String>, file: &File, problems: &mut Problems) -> Option<Month> {
    text.parse::<Month>().map_err(|e| problems.add(file, text.span(), fault(e))).ok()
}

/// Reads a day, noting what is none.
pub(crate) fn date(text: &At<String>, file: &File, problems: &mut Problems) -> Option<Date> {
    text.parse::<Date>().map_err(|e| problems.add(file, text.span(), fault(e))).ok()
}

/// Reads the day on which something ends, that day excluded. A month is refused: whoever writes one may
/// mean its first day or its last.
pub(crate) fn end(text: &At<String>, file: &File, problems: &mut Problems) -> Option<Date> {
    let date = date(text, file, problems)?;
    if text.len() > "2024-10".len() {
        return Some(date);
    }
    let expected = "a day, the first on which it is over";
    problems.add(
        file,
        text.span(),
        fault(DateError { text: text.get().clone(), expected, example: "2024-11-01" }),
    );
    None
}

/// The first and last month of "YYYY", "YYYY-MM" or "YYYY-MM-DD".
pub(crate) fn period(text: &str) -> Option<(Month, Month)> {
    if text.len() == 4 {
        let first: Month = format!("{text}-01").parse().ok()?;
        return Some((first, first.plus(11)));
    }
    let month = text.parse::<Date>().ok()?.month();
    Some((month, month))
}
