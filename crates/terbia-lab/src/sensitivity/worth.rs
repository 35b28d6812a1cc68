//! Which weak number is most worth measuring? The one that matters most for how badly it is known.
//!
//! The total index of a number is the share of the variance that it has a part in; its grade says
//! how it came to be known. A measurement can take away what is not yet measured:
//!
//! ```text
//! worth = total × open share      open share: A 0, B 1/3, C 2/3, D 1
//! ```
//!
//! The open shares are a convention, in even steps from what was measured here and then to a
//! placeholder; they are not estimated from anything. What does not hang on them is said beside: a
//! number is *outdone* by another that matters at least as much and is at least as weak, with one of
//! the two strictly so. Under all open shares that do not fall from A to D it then comes no higher;
//! a number that nothing outdoes comes first under some of them.

use super::Estimate;
use terbia_model::kernel::param::Grade;

/// The share of a number's influence that a measurement could still take away, by grade.
pub fn open_share(grade: Grade) -> f64 {
    match grade {
        Grade::A => 0.0,
        Grade::B => 1.0 / 3.0,
        Grade::C => 2.0 / 3.0,
        Grade::D => 1.0,
    }
}

/// A number among those that might be measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Its place in the list it came from.
    pub place: usize,
    /// How well it is known.
    pub grade: Grade,
    /// How much it matters.
    pub total: Estimate,
    /// What measuring it is worth, as a share of the variance.
    pub worth: Estimate,
    /// Numbers that come before it whatever the open shares.
    pub outdone_by: usize,
}

/// `numbers`, each with its grade and total index, the one most worth measuring first. Numbers of
/// equal worth stand by total, then weaker before better known, then by place; those without an index
/// come last.
pub fn most_worth_measuring(numbers: &[(Grade, Estimate)]) -> Vec<Candidate> {
    let outdoes = |(grade, total): &(Grade, Estimate), than: &(Grade, Estimate)| {
        let as_much = total.value >= than.1.value && *grade >= than.0;
        as_much && (total.value > than.1.value || *grade > than.0)
    };
    let candidate = |(place, number): (usize, &(Grade, Estimate))| {
        let (grade, total) = *number;
        let open = open_share(grade);
        let Estimate { value, low, high } = total;
        Candidate {
            place,
            grade,
            total,
            worth: Estimate { value: open * value, low: open * low, high: open * high },
            outdone_by: numbers.iter().filter(|other| outdoes(other, number)).count(),
        }
    };
    let mut candidates: Vec<Candidate> = numbers.iter().enumerate().map(candidate).collect();
    let falling = |a: f64, b: f64| match (a.is_nan(), b.is_nan()) {
        (false, false) => b.total_cmp(&a),
        (a, b) => a.cmp(&b),
    };
    candidates.sort_by(|a, b| {
        let by_total = || falling(a.total.value, b.total.value);
        falling(a.worth.value, b.worth.value).then_with(by_total).then(b.grade.cmp(&a.grade))
    });
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(grade: Grade, total: f64) -> (Grade, Estimate) {
        (grade, Estimate { value: total, low: 0.5 * total, high: 1.5 * total })
    }

    #[test]
    fn a_weak_number_that_matters_comes_before_a_known_one_that_matters_more() {
        let numbers = [
            number(Grade::A, 0.6),
            number(Grade::D, 0.25),
            number(Grade::B, 0.5),
            number(Grade::C, 0.1),
            number(Grade::D, f64::NAN),
        ];
        let ranked = most_worth_measuring(&numbers);
        let places: Vec<usize> = ranked.iter().map(|c| c.place).collect();
        assert_eq!(places, [1, 2, 3, 0, 4]);
        assert_eq!(ranked[0].worth, Estimate { value: 0.25, low: 0.125, high: 0.375 });
        assert!((ranked[1].worth.value - 0.5 / 3.0).abs() < 1e-15);
        // Only the third is outdone: the second matters more and is weaker.
        assert_eq!(ranked.iter().map(|c| c.outdone_by).collect::<Vec<_>>(), [0, 0, 1, 0, 0]);
    }

    #[test]
    fn equals_stand_in_their_order_and_outdo_nobody() {
        let ranked = most_worth_measuring(&[number(Grade::C, 0.2); 3]);
        assert_eq!(
            ranked.iter().map(|c| (c.place, c.outdone_by)).collect::<Vec<_>>(),
            [(0, 0), (1, 0), (2, 0)]
        );
        assert!(most_worth_measuring(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn whoever_outdoes_comes_first(
            numbers in prop::collection::vec((0_usize..4, 0_u8..8), 1..20),
        ) {
            let grades = [Grade::A, Grade::B, Grade::C, Grade::D];
            let numbers: Vec<_> =
                numbers.iter().map(|(g, t)| number(grades[*g], f64::from(*t) / 8.0)).collect();
            let ranked = most_worth_measuring(&numbers);
            for (rank, candidate) in ranked.iter().enumerate() {
                prop_assert!(candidate.outdone_by <= rank);
            }
        }
    }
}
