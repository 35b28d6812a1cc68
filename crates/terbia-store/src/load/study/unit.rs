//! Does the unit that is written beside a measure say what the measure gives?
//!
//! Told of plain measures alone: a quotient, a product or a change makes a unit of its own. A label that is
//! no unit of any outcome (`front-months`, `million USD`) is the writer's, and so is a conversion: a unit beside
//! a `scale` that is no matter of twelve months.
//!
//! ```text
//! a flow U a month     sum → U;  mean, min, max, first, last, year_mean_min → U, U/month;
//!                      year_sum_min → U, U/year
//!                      U/year also where scale (or the length of the window) makes a year of it
//! a level U            U; the sum of one without dimension → months
//! first_spell, first_above → months;  first_spell_ended, ever_above → 1
//! ```

use crate::spec::Measure;
use std::fmt;
use terbia_lab::measure::Statistic;
use terbia_model::outcome::{self, Column, Scalar};

/// How far from a whole year, as a share, a measure may be that is given by the year.
const CLOSE: f64 = 0.02;

/// A unit that is another than what a measure gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherUnit {
    /// Whose unit it is, in words.
    pub what: String,
    /// The unit that stands there.
    pub found: String,
    /// What the measure gives.
    pub gives: String,
    /// How to mend it.
    pub mend: String,
}

impl fmt::Display for OtherUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the unit of {} is \"{}\"; the measure gives {}",
            self.what, self.found, self.gives
        )
    }
}

/// What is wrong with `unit` beside a measure over so many months; nothing if it may stand there.
pub(crate) fn other(
    (what, unit): (&str, &str),
    measure: &Measure,
    months: Option<f64>,
    columns: &[Column],
) -> Option<OtherUnit> {
    let column = columns.iter().find(|c| c.name == *measure.outcome.get())?;
    let made = measure.divide.is_some() || measure.multiply.is_some();
    let unit = plainly(unit);
    if made || measure.minus_one == Some(true) || !known(&unit) {
        return None;
    }
    let given = Given::of(measure, column, months);
    if given.allows(&unit) {
        return None;
    }
    let (gives, mend) = (given.said(), given.mend(&unit));
    Some(OtherUnit { what: what.to_owned(), found: unit, gives, mend })
}

/// A unit as the program writes it.
fn plainly(unit: &str) -> String {
    let unit = unit.trim().replace(" per ", "/").replace(" a ", "/");
    match unit.strip_suffix("/yr") {
        Some(start) => format!("{start}/year"),
        None => unit,
    }
}

/// The fault of a unit beside a share of the futures; nothing if it may stand there.
pub(crate) fn other_than_share(what: &str, unit: &str) -> Option<OtherUnit> {
    let found = plainly(unit);
    (found != "1" && known(&found)).then(|| OtherUnit {
        what: what.to_owned(),
        found,
        gives: "a share of the futures, whose unit is \"1\"".to_owned(),
        mend: "write unit = \"1\"".to_owned(),
    })
}

/// Whether an outcome has this unit, or has it by the month or by the year.
fn known(unit: &str) -> bool {
    let whole = |u: &str| u.trim_end_matches("/month").trim_end_matches("/year").to_owned();
    outcome::all().any(|o| o.unit == unit || whole(o.unit) == whole(unit))
}

/// What a measure gives.
struct Given {
    /// The unit of the column.
    own: &'static str,
    /// What is added up in it.
    amount: &'static str,
    flow: bool,
    statistic: Statistic,
    scale: f64,
    /// Of how many years it is, where it is an amount of some time.
    years: Option<f64>,
}

impl Given {
    fn of(measure: &Measure, column: &Column, months: Option<f64>) -> Self {
        let own = column.unit;
        let rate = own.strip_suffix("/month");
        let flow = column.scalar == Scalar::Sum || rate.is_some();
        let statistic = measure.statistic.get().0;
        let scale = measure.scale.as_ref().map_or(1.0, |s| *s.get());
        let span = match statistic {
            Statistic::Sum => months.map(|m| m / 12.0),
            Statistic::YearSumMin => Some(1.0),
            _ => Some(1.0 / 12.0),
        };
        let years = span.filter(|_| flow && !counts(statistic)).map(|s| s * scale);
        Self { own, amount: rate.unwrap_or(own), flow, statistic, scale, years }
    }

    /// Whether the months are added up.
    fn summed(&self) -> bool {
        matches!(self.statistic, Statistic::Sum | Statistic::YearSumMin)
    }

    fn allows(&self, unit: &str) -> bool {
        let once = (self.scale - 1.0).abs() < CLOSE;
        let by_time = [12.0, 1.0 / 12.0].iter().any(|s| (self.scale / s - 1.0).abs() < CLOSE);
        let about = |years: f64| self.years.is_some_and(|y| (y / years - 1.0).abs() < CLOSE);
        if let Some(counted) = counted(self.statistic) {
            return unit == counted || !(once || by_time);
        }
        if unit == self.own && self.own == self.amount {
            return true;
        }
        if let Some(amount) = unit.strip_suffix("/year")
            && amount == self.amount
        {
            return about(1.0);
        }
        if let Some(amount) = unit.strip_suffix("/month")
            && amount == self.amount
        {
            return about(1.0 / 12.0);
        }
        let months = self.amount == "1" && unit == "months" && (self.summed() || by_time);
        let whole = self.flow && unit == self.amount && (self.summed() || by_time);
        months || whole || !(once || by_time)
    }

    /// What it gives, in words.
    fn said(&self) -> String {
        if let Some(counted) = counted(self.statistic) {
            return match counted {
                "1" => "1 or 0, whose unit is \"1\"".to_owned(),
                months => months.to_owned(),
            };
        }
        let amount = if self.amount == "1" { "\"1\"" } else { self.amount };
        let about = |years: f64| self.years.is_some_and(|y| (y / years - 1.0).abs() < CLOSE);
        if about(1.0) {
            format!("{amount} a year")
        } else if about(1.0 / 12.0) {
            format!("{amount} a month")
        } else if self.flow && self.statistic == Statistic::Sum {
            format!("{amount} in all its months")
        } else if self.summed() || self.own == self.amount {
            amount.to_owned()
        } else {
            self.own.to_owned()
        }
    }

    /// How to mend it where `unit` stands.
    fn mend(&self, unit: &str) -> String {
        let own = if self.summed() { self.amount } else { self.own };
        let right = counted(self.statistic).unwrap_or(own);
        let by_year = unit.strip_suffix("/year") == Some(self.amount) && self.flow;
        match self.statistic {
            s if counts(s) || !by_year => {
                format!("write unit = \"{right}\", or a measure that gives {unit}")
            }
            Statistic::YearSumMin => format!("leave out scale, or write unit = \"{right}\""),
            Statistic::Sum => {
                format!("write statistic = \"mean\" and scale = 12, or unit = \"{right}\"")
            }
            _ => format!("write scale = 12, or unit = \"{right}\""),
        }
    }
}

/// The unit of a statistic that counts months, whatever the column is in.
fn counted(statistic: Statistic) -> Option<&'static str> {
    match statistic {
        Statistic::FirstSpell | Statistic::FirstAbove => Some("months"),
        Statistic::FirstSpellEnded | Statistic::EverAbove => Some("1"),
        _ => None,
    }
}

fn counts(statistic: Statistic) -> bool {
    counted(statistic).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{At, StatisticName};
    use terbia_model::outcome::Column;

    /// What is said of `unit` beside a statistic of a column over two years.
    fn said(column: (&'static str, Scalar), of: &str, scale: Option<f64>, unit: &str) -> String {
        let statistic = Statistic::from_name(of).unwrap();
        let column = Column {
            name: "tolls".to_owned(),
            unit: column.0,
            doc: String::new(),
            module: "levy",
            scalar: column.1,
        };
        let measure = Measure {
            outcome: At::new("tolls".to_owned(), 0..0),
            statistic: At::new(StatisticName(statistic), 0..0),
            from: None,
            to: None,
            divide: None,
            multiply: None,
            minus_one: None,
            scale: scale.map(|s| At::new(s, 0..0)),
        };
        let other = other(("it", unit), &measure, Some(24.0), &[column]);
        other.map_or(String::new(), |o| format!("{o}; {}", o.mend))
    }

    const FLOW: (&str, Scalar) = ("USD", Scalar::Sum);
    const FLAG: (&str, Scalar) = ("1", Scalar::Mean);

    #[test]
    fn a_month_is_not_taken_for_a_year() {
        assert_eq!(
            said(FLOW, "mean", None, "USD/year"),
            "the unit of it is \"USD/year\"; the measure gives USD a month; write scale = 12, or unit = \"USD\""
        );
        assert_ne!(said(FLOW, "mean", None, "USD per year"), "");
        assert_ne!(said(FLOW, "sum", None, "USD/year"), "", "two years are not one");
        assert_ne!(said(FLOW, "sum", None, "USD/month"), "");
        assert_ne!(said(FLAG, "mean", Some(12.0), "1/year"), "", "a level has no year");
        for (of, scale, unit) in [
            ("mean", Some(12.0), "USD/year"),
            ("mean", None, "USD/month"),
            ("sum", Some(0.5), "USD/year"),
            ("year_sum_min", None, "USD/year"),
            ("sum", None, "USD"),
            ("mean", None, "USD"),
        ] {
            assert_eq!(said(FLOW, of, scale, unit), "");
        }
    }

    #[test]
    fn another_unit_of_the_program_is_refused_and_a_label_is_not() {
        for unit in ["CNY", "t gross", "months", "USD/kg of nothing"] {
            let known = !unit.contains("nothing");
            assert_eq!(said(FLOW, "sum", None, unit).is_empty(), !known, "{unit}");
        }
        assert_eq!(said(FLOW, "sum", Some(7.2), "CNY"), "", "the writer converts");
        assert_ne!(said(FLOW, "mean", Some(12.0), "CNY/year"), "", "twelve months are no rate");
        assert_eq!(said(FLOW, "sum", Some(1e-6), "million USD"), "");
    }

    #[test]
    fn months_are_counted_and_shares_are_not() {
        assert_eq!(said(FLAG, "sum", None, "months"), "");
        assert_eq!(said(FLAG, "first_spell", None, "months"), "");
        assert_ne!(said(FLAG, "first_spell", None, "1"), "");
        assert_ne!(said(FLAG, "ever_above", None, "months"), "");
        assert_ne!(said(FLAG, "mean", None, "months"), "");
        let rate = ("CNY/month", Scalar::Mean);
        assert_eq!(said(rate, "sum", None, "CNY"), "");
        assert_ne!(said(rate, "sum", None, "CNY/month"), "");
        assert!(other_than_share("it", "USD").is_some() && other_than_share("it", "%").is_none());
    }
}
