//! How likely is it that something happens, and by when?

use crate::spec::{Occasion, Passing};

/// An event of a forecast: the share of the runs in which it happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Chance {
    /// Short name.
    pub id: String,
    /// What happens, in a few words.
    pub label: String,
    /// Name of the outcome that shows it.
    pub outcome: String,
    /// How it shows, in words.
    pub when: String,
    /// Share of the runs in which the outcome was on that side of the threshold at the origin, 0..1.
    pub at_origin: f64,
    /// For each month the share of the runs in which it happens first in that month, 0..1.
    pub first: Vec<f64>,
    /// For each month the share of the runs in which it has happened by its end, 0..1.
    pub by: Vec<f64>,
}

impl Chance {
    /// Counts the event over runs: `values` are those of its outcome in the month of the origin and
    /// in each month after it, a value for each run. An event that does not say how it happens,
    /// which no corridor that was loaded has, never happens.
    pub(super) fn of(event: &Occasion, values: &[Vec<f64>]) -> Self {
        let threshold = *event.threshold.get();
        let side = event.side();
        let holds = |x: f64| side.is_some_and(|(side, _)| side.holds(x, threshold));
        let passes = side.is_some_and(|(_, passes)| passes);
        let mut counts = vec![0_usize; values.len().saturating_sub(1)];
        let runs = values.first().map_or(0, Vec::len);
        for run in 0..runs {
            let course = || values.iter().map(|month| holds(month[run]));
            let steps = course().zip(course().skip(1));
            let happens = |(before, now): (bool, bool)| now && !(passes && before);
            if let Some(count) =
                steps.map(happens).position(|happens| happens).and_then(|m| counts.get_mut(m))
            {
                *count += 1;
            }
        }
        let share = |count: usize| count as f64 / runs as f64;
        let by = counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(share(*sum))
        });
        let words = match (passes, side.map(|(side, _)| side)) {
            (true, Some(Passing::Above)) => "becomes above",
            (true, Some(Passing::Below)) => "becomes below",
            (false, Some(Passing::Above)) => "is above",
            (false, Some(Passing::Below)) => "is below",
            (_, None) => "does not say how it passes",
        };
        Self {
            id: event.id.get().clone(),
            label: event.label.get().clone(),
            outcome: event.outcome.get().clone(),
            when: format!("{words} {threshold}"),
            at_origin: values
                .first()
                .map_or(f64::NAN, |v| share(v.iter().filter(|x| holds(**x)).count())),
            by: by.collect(),
            first: counts.iter().map(|count| share(*count)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::At;

    fn event(becomes: Option<Passing>, is: Option<Passing>) -> Occasion {
        let text = |text: &str| At::new(text.to_owned(), 0..0);
        Occasion {
            id: text("open"),
            label: text("It opens"),
            outcome: text("gate_open_share"),
            becomes: becomes.map(|side| At::new(side, 0..0)),
            is: is.map(|side| At::new(side, 0..0)),
            threshold: At::new(0.5, 0..0),
        }
    }

    /// Three runs: open all along; open, shut, open again; shut, then open for one month.
    const VALUES: [[f64; 3]; 4] =
        [[0.9, 0.9, 0.1], [0.9, 0.1, 0.9], [0.9, 0.1, 0.1], [0.9, 0.9, 0.9]];

    fn counted(becomes: Option<Passing>, is: Option<Passing>) -> Chance {
        Chance::of(&event(becomes, is), &VALUES.map(|month| month.to_vec()))
    }

    #[test]
    fn what_stands_so_has_to_end_before_it_becomes_so() {
        let opens = counted(Some(Passing::Above), None);
        assert_eq!(opens.first, [1.0 / 3.0, 0.0, 1.0 / 3.0]);
        assert_eq!(opens.by, [1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]);
        assert_eq!(opens.at_origin, 2.0 / 3.0);
        let shuts = counted(Some(Passing::Below), None);
        assert_eq!(shuts.first, [1.0 / 3.0, 1.0 / 3.0, 0.0]);
        assert_eq!(shuts.when, "becomes below 0.5");
    }

    #[test]
    fn what_is_so_need_not_have_been_otherwise() {
        let open = counted(None, Some(Passing::Above));
        assert_eq!(open.first, [2.0 / 3.0, 0.0, 1.0 / 3.0]);
    }

    #[test]
    fn a_value_on_the_threshold_is_on_neither_side() {
        for side in [Passing::Above, Passing::Below] {
            let chance = Chance::of(&event(None, Some(side)), &[vec![0.0], vec![0.5]]);
            assert_eq!(chance.first, [0.0]);
        }
    }
}
