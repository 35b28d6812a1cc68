//! When does something begin in a run, how long does it last, and why? Followed month by month over all
//! runs at once.

use super::{Begin, Cause, HORIZONS, Spells};
use terbia_lab::survival::{Spell, kaplan_meier};

/// What begins and ends in each run, followed month by month.
#[derive(Default)]
pub(super) struct Track {
    /// First month of what is under way and the number of its cause; months before the first one
    /// followed count as `None`.
    now: Vec<Option<(Option<usize>, usize)>>,
    first: Vec<Option<usize>>,
    spells: Vec<(Spell, usize)>,
}

impl Track {
    /// Goes on by a month: `month` counts from the first one followed, `None` is the one before it.
    pub(super) fn step(&mut self, month: Option<usize>, on: &[f64], cause: &[f64], at_end: bool) {
        self.now.resize(on.len(), None);
        self.first.resize(on.len(), None);
        let causes = cause.iter().map(|c| *c as usize).chain(std::iter::repeat(0));
        for (((now, first), on), cause) in
            self.now.iter_mut().zip(&mut self.first).zip(on).zip(causes)
        {
            let on = *on > 0.0;
            match (&now, on) {
                (None, true) => {
                    *now = Some((month, if at_end { 0 } else { cause }));
                    if let Some(month) = month {
                        first.get_or_insert(month);
                    }
                }
                (Some((began, known)), true) if !at_end && *known == 0 => {
                    *now = Some((*began, cause));
                }
                (Some((began, known)), false) => {
                    if let (Some(began), Some(month)) = (began, month) {
                        let cause = if at_end { cause } else { *known };
                        self.spells.push((Spell::over((month - began) as f64), cause));
                    }
                    *now = None;
                }
                _ => {}
            }
        }
    }

    /// Takes note of what begins in a month without following it.
    pub(super) fn begin(&mut self, month: Option<usize>, begun: &[f64]) {
        self.first.resize(begun.len(), None);
        let Some(month) = month else { return };
        let runs = self.first.iter_mut().zip(begun);
        for (first, _) in runs.filter(|(_, begun)| **begun > 0.0) {
            first.get_or_insert(month);
        }
    }

    /// All spells, those that were not over among them.
    pub(super) fn finish(&mut self, months: usize) {
        for (began, cause) in self.now.drain(..).flatten() {
            if let Some(began) = began {
                self.spells.push((Spell::going_on((months - began) as f64), cause));
            }
        }
    }

    /// How many are under way.
    pub(super) fn under_way(&self) -> usize {
        self.now.iter().flatten().count()
    }

    /// How soon it begins; `before` counts the runs in which it was under way before.
    pub(super) fn begins(
        &self,
        (name, what): (&'static str, &'static str),
        before: f64,
        n: Span,
    ) -> Begin {
        let share = |horizon: usize| {
            let began = self.first.iter().flatten().filter(|m| **m < horizon).count();
            (n.months >= horizon).then(|| began as f64 / n.runs)
        };
        Begin { name, what, under_way: before / n.runs, within: HORIZONS.map(share) }
    }

    /// How long they last; the causes of those that `counts`.
    pub(super) fn summary(
        &self,
        names: &[&'static str],
        counts: impl Fn(&Spell) -> bool,
    ) -> Spells {
        let all: Vec<Spell> = self.spells.iter().map(|(s, _)| *s).collect();
        let of = |(number, name): (usize, &&'static str)| {
            let these: Vec<Spell> =
                self.spells.iter().filter(|(_, c)| *c == number).map(|(s, _)| *s).collect();
            let count = these.iter().filter(|s| counts(s)).count();
            Cause { name, count, median: over(&these, 0.5) }
        };
        let mut causes: Vec<Cause> = names.iter().enumerate().map(of).collect();
        causes.retain(|c| c.count > 0);
        causes.sort_by_key(|c| std::cmp::Reverse(c.count));
        Spells {
            count: all.len(),
            unfinished: all.iter().filter(|s| s.cause.is_none()).count(),
            over: [0.25, 0.5, 0.75].map(|share| over(&all, share)),
            causes,
        }
    }
}

/// The time after which a share of `spells` is over.
fn over(spells: &[Spell], share: f64) -> Option<f64> {
    // A share that is met exactly must not be missed by rounding.
    let curve = kaplan_meier(spells);
    curve.iter().find(|p| p.survival <= 1.0 - share + 1e-12).map(|p| p.time)
}

/// What is summed up.
#[derive(Clone, Copy)]
pub(super) struct Span {
    /// Runs that did not diverge, at least 1.
    pub(super) runs: f64,
    /// Months followed.
    pub(super) months: usize,
}

#[cfg(test)]
mod tests {
    use super::super::CLOSURE_CAUSES;
    use super::*;

    /// Follows runs given as months; the first month is the last of the record.
    fn follow(runs: &[&[f64]], causes: &[&[f64]], at_end: bool) -> Track {
        let mut track = Track::default();
        let months = runs[0].len();
        for month in 0..months {
            let of = |rows: &[&[f64]]| rows.iter().map(|r| r[month]).collect::<Vec<_>>();
            track.step(month.checked_sub(1), &of(runs), &of(causes), at_end);
        }
        track.finish(months - 1);
        track
    }

    #[test]
    fn what_was_under_way_is_not_what_begins() {
        let track = follow(&[&[1., 1., 0., 1., 1., 0.], &[0., 0., 0., 0., 0., 1.]], &[], false);
        assert_eq!(track.first, [Some(2), Some(4)]);
        let spells: Vec<Spell> = track.spells.iter().map(|(s, _)| *s).collect();
        assert_eq!(spells, [Spell::over(2.0), Spell::going_on(1.0)]);
        let begin = track.begins(("a", "a"), 1.0, Span { runs: 2.0, months: 24 });
        assert_eq!(begin.within, [Some(1.0), Some(1.0), None]);
        assert_eq!(begin.under_way, 0.5);
    }

    #[test]
    fn a_closure_has_the_cause_that_comes_to_hold_and_a_truce_the_one_that_ends_it() {
        let on: [&[f64]; 2] = [&[0., 1., 1., 0.], &[0., 1., 0., 1.]];
        let cause: [&[f64]; 2] = [&[0., 0., 3., 2.], &[0., 1., 4., 1.]];
        let causes = |at_end| {
            let mut causes: Vec<usize> =
                follow(&on, &cause, at_end).spells.iter().map(|(_, c)| *c).collect();
            causes.sort_unstable();
            causes
        };
        assert_eq!(causes(false), [1, 1, 3]);
        assert_eq!(causes(true), [0, 2, 4]);
        let spells = follow(&on, &cause, false).summary(&CLOSURE_CAUSES, |_| true);
        assert_eq!((spells.count, spells.unfinished), (3, 1));
        assert_eq!(spells.causes[0].name, CLOSURE_CAUSES[1]);
        // One is over after a month, one was so long then, one after two months: 2/3, then 0.
        assert_eq!(spells.over, [Some(1.0), Some(2.0), Some(2.0)]);
    }
}
