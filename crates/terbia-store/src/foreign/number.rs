//! Which number, day or period is written here? As publishers write them, and nothing guessed.

use super::fault::CellFault;
use terbia_model::kernel::time::{Date, Month};

/// Months as English writes them.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number in a cell with a point and no separators; nothing if the cell is empty.
pub(super) fn number(text: &str, column: &str) -> Result<Option<f64>, CellFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|x: &f64| x.is_finite());
    number.map(Some).ok_or_else(|| CellFault::not_number(column, text))
}

/// The same for what is never below 0.
pub(super) fn amount(text: &str, column: &str) -> Result<Option<f64>, CellFault> {
    match number(text, column)? {
        Some(x) if x < 0.0 => {
            Err(CellFault::Negative { column: column.to_owned(), text: text.to_owned() })
        }
        // No minus before a nought.
        x => Ok(x.map(|x| x + 0.0)),
    }
}

/// A number that may have commas between thousands, and only there.
pub(super) fn grouped(text: &str) -> Option<f64> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let good = digits(first) && groups.all(|group| group.len() == 3 && digits(group));
    let good = good && (!whole.contains(',') || (1..=3).contains(&first.len()));
    let number: Option<f64> = text.replace(',', "").parse().ok();
    number.filter(|x| good && x.is_finite())
}

/// Kilograms as tonnes, to the milligram: what a table prints has no more.
pub(super) fn tonnes(kg: f64) -> f64 {
    let milligrams = kg * 1e6;
    if milligrams < 2f64.powi(53) { milligrams.round() / 1e9 } else { kg / 1e3 }
}

/// A day as `2024-10-22` or `22 October 2024`.
pub(super) fn day(text: &str) -> Option<Date> {
    if text.len() == 10 && text.is_ascii() {
        return text.parse().ok();
    }
    let mut words = text.split_whitespace();
    let (day, month, year) = (words.next()?, words.next()?.to_lowercase(), words.next()?);
    let known = |name: &str| name == month || (month.len() == 3 && name.starts_with(&month));
    let of_year = MONTHS.iter().position(|name| known(name))? as u8 + 1;
    if words.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(Month::new(year.parse().ok()?, of_year)?, day.parse().ok()?)
}

/// The first and last day of a time from month to month.
pub(super) fn days(first: Month, last: Month) -> (String, String) {
    (first.first_day().to_string(), format!("{last}-{:02}", last.days()))
}

/// First and last month of a year in four digits.
pub(super) fn year(text: &str) -> Option<(Month, Month)> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let first = Month::new(text.parse().ok().filter(|_| digits)?, 1)?;
    Some((first, first.plus(11)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_stand_between_thousands_or_the_number_is_none() {
        assert_eq!(grouped("31,000"), Some(31_000.0));
        assert_eq!(grouped("1,234,567.5"), Some(1_234_567.5));
        assert_eq!(grouped("0.25"), Some(0.25));
        for text in ["1234,5", "12,34", "1,2345", ",500", "1,000,", "", "-3", "1e3", "12 000"] {
            assert_eq!(grouped(text), None, "{text}");
        }
    }

    #[test]
    fn tonnes_have_the_digits_of_the_kilograms() {
        assert_eq!(tonnes(23_456.7).to_string(), "23.4567");
        assert_eq!(tonnes(0.001).to_string(), "0.000001");
        assert_eq!(tonnes(1_234_567_890.0).to_string(), "1234567.89");
        assert_eq!(tonnes(1e13), 1e10);
    }

    #[test]
    fn days_are_read_in_words_and_in_figures() {
        for text in ["2024-02-29", "29 February 2024", "29 Feb 2024"] {
            assert_eq!(day(text).map(|d| d.to_string()).as_deref(), Some("2024-02-29"), "{text}");
        }
        for text in ["29/02/2024", "2023-02-29", "30 Feb 2024", "29 Fe 2024", "", "29 February 24"]
        {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn an_empty_cell_is_no_nought() {
        assert_eq!(amount("", "x"), Ok(None));
        assert_eq!(amount("0", "x"), Ok(Some(0.0)));
        assert!(amount("-1", "x").is_err() && amount("NaN", "x").is_err());
    }
}
