//! Which month is it, and how much of it lies before or after a day?

use std::fmt;
use std::str::FromStr;

/// A calendar month.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Month(i32);

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    month: Month,
    day: u8,
}

/// A date that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a date; write {expected}, for example {example}")]
pub struct DateError {
    /// What was written.
    pub text: String,
    /// The form that is expected.
    pub expected: &'static str,
    /// A good example.
    pub example: &'static str,
}

impl Month {
    /// The month `of_year` (1..=12) of `year` (0..=9999), or nothing if there is none.
    pub fn new(year: i32, of_year: u8) -> Option<Self> {
        ((0..=9999).contains(&year) && (1..=12).contains(&of_year))
            .then(|| Self(year * 12 + i32::from(of_year) - 1))
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Its place in the year, 1..=12.
    pub fn of_year(self) -> u8 {
        (self.0.rem_euclid(12) + 1) as u8
    }

    /// The month `months` later (earlier if negative).
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// Months from `earlier` to this one; negative if this one comes first.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Number of its days.
    pub fn days(self) -> u8 {
        let y = self.year();
        match self.of_year() {
            4 | 6 | 9 | 11 => 30,
            2 if (y % 4 == 0 && y % 100 != 0) || y % 400 == 0 => 29,
            2 => 28,
            _ => 31,
        }
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        Date { month: self, day: 1 }
    }
}

impl Date {
    /// The `day` (1-based) of `month`, or nothing if the month has no such day.
    pub fn new(month: Month, day: u8) -> Option<Self> {
        (1..=month.days()).contains(&day).then_some(Self { month, day })
    }

    /// Its month.
    pub fn month(self) -> Month {
        self.month
    }

    /// Its day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The share of its month that lies before it, 0..1: 0 on the first day.
    pub fn share_before(self) -> f64 {
        f64::from(self.day - 1) / f64::from(self.month.days())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.of_year())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.month, self.day)
    }
}

fn digits(text: &str, len: usize) -> Option<i32> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

impl FromStr for Month {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        let parse = || {
            let (year, of_year) = text.split_once('-')?;
            Self::new(digits(year, 4)?, digits(of_year, 2)? as u8)
        };
        parse().ok_or_else(|| DateError {
            text: text.into(),
            expected: "a month as YYYY-MM",
            example: "2024-10",
        })
    }
}

impl FromStr for Date {
    type Err = DateError;
    /// Reads `YYYY-MM-DD`, or `YYYY-MM` as the first of the month.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let parse = || {
            if text.len() == 7 {
                return text.parse::<Month>().ok().map(Month::first_day);
            }
            let month: Month = text.get(..7)?.parse().ok()?;
            Self::new(month, digits(text.get(7..)?.strip_prefix('-')?, 2)? as u8)
        };
        parse().ok_or_else(|| DateError {
            text: text.into(),
            expected: "a day as YYYY-MM-DD or a month as YYYY-MM",
            example: "2024-10-22",
        })
    }
}

impl TryFrom<String> for Month {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_count_on_over_the_year() {
        let m: Month = "2024-12".parse().unwrap();
        assert_eq!(m.plus(2).to_string(), "2025-02");
        assert_eq!(m.plus(2).since(m), 2);
        assert_eq!("2024-02".parse::<Month>().unwrap().days(), 29);
    }

    #[test]
    fn a_date_knows_its_share_of_the_month() {
        let d: Date = "2024-10-22".parse().unwrap();
        assert!((d.share_before() - 21.0 / 31.0).abs() < 1e-15);
        assert_eq!("2024-10".parse::<Date>().unwrap().share_before(), 0.0);
    }

    #[test]
    fn what_is_no_date_says_so() {
        for text in [
            "2024-13",
            "2024-1",
            "24-01",
            "2024-02-30",
            "",
            "2024-10-",
            "2024-10-22x",
            "２０２４-10",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
