//! How long does a rival expect a closure, or any other wait, to last? A Weibull distribution on those
//! before it.

use super::closure::closures;
use crate::survival::{Spell, Weibull, exponential_rate};
use terbia_model::kernel::math::exp;

/// What past closures say of how long one lasts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wait {
    law: Law,
    /// Months that the closure has lasted.
    elapsed: f64,
    /// Closures that it is learnt from.
    pub spells: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Law {
    Weibull(Weibull),
    /// Too few closures for a shape: a constant hazard a month.
    Constant(f64),
}

impl Wait {
    /// From the closures among `closed` months other than the one that is under way in the month
    /// before `known`; nothing if none is under way then, or none was seen to end. `closed` gives the
    /// share of the gates that is shut, 0..1, or 1 in each month of another kind of wait; months from `known` to `resume` are not looked at, the
    /// later ones are (give their number as `resume` where nothing of them is known).
    pub fn on(closed: &[f64], known: usize, resume: usize) -> Option<Self> {
        let before = closed.get(..known)?;
        let (start, end) = closures(before).into_iter().next_back()?;
        if end != known {
            return None;
        }
        let earlier = closures(&before[..start]);
        let later = closures(closed.get(resume..).unwrap_or_default());
        let spells: Vec<Spell> = earlier
            .iter()
            .chain(&later)
            .map(|(first, end)| Spell::over((end - first) as f64))
            .collect();
        let law = match Weibull::fit(&spells) {
            Some(weibull) => Law::Weibull(weibull),
            None if spells.is_empty() => return None,
            None => Law::Constant(exponential_rate(&spells)),
        };
        Some(Self { law, elapsed: (known - start) as f64, spells: spells.len() })
    }

    fn survival(&self, months: f64) -> f64 {
        match self.law {
            Law::Weibull(weibull) => weibull.survival(months, 1.0),
            Law::Constant(rate) => exp(-rate * months),
        }
    }

    /// Probability that it ends in each of the next `months`, having lasted so far.
    pub fn ends(&self, months: usize) -> Vec<f64> {
        let so_far = self.survival(self.elapsed);
        let at = |month: usize| self.survival(self.elapsed + month as f64);
        // A law that has run out says that it ends at once.
        let share = |month: usize| {
            if so_far > 0.0 {
                (at(month) - at(month + 1)) / so_far
            } else {
                f64::from(u8::from(month == 0))
            }
        };
        (0..months).map(share).collect()
    }
}
