//! What do the children of two portfolios look like? Crossover and mutation within bounds.
//!
//! ```text
//! crossover  y = ½[(1 ± b) x1 + (1 ∓ b) x2],  density of b ½(n+1) b^n below 1, ½(n+1) b^−(n+2) above
//! mutation   y = x + d (high − low),  density of d ½(n+1)(1 − |d|)^n,  one level a child on average
//! ```
//!
//! Deb and Agrawal (1995), Deb and Goyal (1996), both cut off at the bounds and drawn by their inverse
//! distribution functions. Whole numbers are varied as if they were not and rounded; a choice is taken
//! from either parent, and mutates to any other.

use super::{Member, Settings, Variable};
use terbia_model::kernel::math::pow;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Who becomes a parent.
const PARENT: Purpose = Purpose(0x5052_4E54);
/// How levels of parents are crossed.
const CROSS: Purpose = Purpose(0x4352_5353);
/// How levels mutate.
const MUTATE: Purpose = Purpose(0x4D55_5441);

/// As many children as there are members, which are of an even number.
pub(super) fn children(
    members: &[Member],
    variables: &[Variable],
    settings: &Settings,
    generation: u32,
) -> Vec<Vec<f64>> {
    let draws = Draws::new(settings.seed, generation);
    let mut children = Vec::with_capacity(members.len());
    for pair in 0..(members.len() / 2) as u32 {
        let [a, b] = [0, 1].map(|which| &parent(members, &draws, pair, which).decision);
        let mut twins = [Vec::new(), Vec::new()];
        for (place, variable) in (0..).zip(variables) {
            let u = |index| draws.uniform(CROSS, pair, place, index);
            let levels = [a[place as usize], b[place as usize]];
            let crossed = cross(*variable, levels, settings.crossover_index, u);
            for (twin, (which, level)) in twins.iter_mut().zip((0..).zip(crossed)) {
                let child = 2 * pair + which;
                let u = |index| draws.uniform(MUTATE, child, place, index);
                let due = u(0) * (variables.len() as f64) < 1.0;
                let mutated = if due {
                    mutate(*variable, level, settings.mutation_index, u(1))
                } else {
                    level
                };
                twin.push(mutated);
            }
        }
        children.extend(twins);
    }
    children
}

/// The better of two members at random: who breaks less; the first if both break the same.
fn parent<'a>(members: &'a [Member], draws: &Draws, pair: u32, which: u32) -> &'a Member {
    let (u, v) = draws.pair(PARENT, pair, which, 0);
    let pick = |u: f64| &members[(u * members.len() as f64) as usize];
    let (first, second) = (pick(u), pick(v));
    if second.evaluation.fault() < first.evaluation.fault() { second } else { first }
}

/// Bounds between which a level moves as if it were any number.
fn bounds(variable: Variable) -> [f64; 2] {
    match variable {
        Variable::Continuous { low, high } => [low, high],
        // Half a step beyond, so that the end levels are as wide as the others.
        Variable::Integer { low, high } => [f64::from(low) - 0.5, f64::from(high) + 0.5],
        Variable::Choice { count } => [0.0, f64::from(count) - 1.0],
    }
}

/// A level that the variable allows.
fn settled(variable: Variable, level: f64) -> f64 {
    match variable {
        Variable::Continuous { low, high } => level.clamp(low, high),
        Variable::Integer { low, high } => (level + 0.5).floor().clamp(low.into(), high.into()),
        Variable::Choice { .. } => level,
    }
}

/// The levels of two children.
fn cross(variable: Variable, [a, b]: [f64; 2], n: f64, u: impl Fn(u32) -> f64) -> [f64; 2] {
    let kept = [a, b];
    if u(0) >= 0.5 || a == b {
        return kept;
    }
    if let Variable::Choice { .. } = variable {
        return [b, a];
    }
    let [low, high] = bounds(variable);
    let (small, large) = (a.min(b), a.max(b));
    let spread = |room: f64| {
        let alpha = 2.0 - pow(1.0 + 2.0 * room / (large - small), -(n + 1.0));
        let u = u(1);
        let base = if u * alpha <= 1.0 { u * alpha } else { 1.0 / (2.0 - u * alpha) };
        pow(base, 1.0 / (n + 1.0))
    };
    let middle = 0.5 * (small + large);
    let half = 0.5 * (large - small);
    let below = settled(variable, middle - half * spread((small - low).max(0.0)));
    let above = settled(variable, middle + half * spread((high - large).max(0.0)));
    if u(2) < 0.5 { [below, above] } else { [above, below] }
}

/// A level near this one.
fn mutate(variable: Variable, level: f64, n: f64, u: f64) -> f64 {
    if let Variable::Choice { count } = variable {
        // Any of the others: those from the level on move up by one.
        let other = (u * (f64::from(count) - 1.0)).floor();
        let one = count == 1;
        return if one { level } else { other + f64::from(u8::from(other >= level)) };
    }
    let [low, high] = bounds(variable);
    let width = high - low;
    if width <= 0.0 {
        return level;
    }
    let power = 1.0 / (n + 1.0);
    let step = if u < 0.5 {
        let room = 1.0 - (level - low) / width;
        pow(2.0 * u + (1.0 - 2.0 * u) * pow(room, n + 1.0), power) - 1.0
    } else {
        let room = 1.0 - (high - level) / width;
        1.0 - pow(2.0 * (1.0 - u) + (2.0 * u - 1.0) * pow(room, n + 1.0), power)
    };
    settled(variable, level + step * width)
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: u32 = 20_000;
    const UNIT: Variable = Variable::Continuous { low: 0.0, high: 1.0 };

    fn uniforms(index: u32) -> [f64; 3] {
        [0, 1, 2].map(|k| Draws::new(4, index).uniform(Purpose(1), 0, 0, k))
    }

    #[test]
    fn children_of_a_crossing_keep_the_middle_of_their_parents_far_from_bounds() {
        let wide = Variable::Continuous { low: -1e6, high: 1e6 };
        let mut near = 0;
        for i in 0..N {
            let [u, v, w] = uniforms(i);
            let [a, b] = cross(wide, [0.2, 0.6], 15.0, |k| [0.5 * u, v, w][k as usize]);
            assert!((a + b - 0.8).abs() < 1e-9, "{a} {b}");
            // Half of the spreads are contracting, half expanding.
            near += u32::from((a - b).abs() <= 0.4);
        }
        assert!((f64::from(near) / f64::from(N) - 0.5).abs() < 0.015, "{near}");
    }

    #[test]
    fn levels_stay_within_bounds_and_reach_them() {
        let whole = Variable::Integer { low: -2, high: 3 };
        let mut seen = [0_u32; 6];
        for i in 0..N {
            let [u, v, w] = uniforms(i);
            let [a, b] = cross(UNIT, [0.02, 0.9], 2.0, |k| [0.0, v, w][k as usize]);
            let c = mutate(UNIT, a, 20.0, u);
            assert!([a, b, c].iter().all(|x| (0.0..=1.0).contains(x)));
            let d = mutate(whole, f64::from((i % 6) as i32 - 2), 1.0, v);
            assert!(whole.allows(Some(d)), "{d}");
            seen[(d + 2.0) as usize] += 1;
            let [e, f] = cross(whole, [-2.0, 3.0], 5.0, |k| [0.0, v, w][k as usize]);
            assert!(whole.allows(Some(e)) && whole.allows(Some(f)));
        }
        assert!(seen.iter().all(|s| *s > N / 20), "{seen:?}");
    }

    #[test]
    fn a_mutation_is_as_often_up_as_down_and_small() {
        let (mut up, mut small) = (0, 0);
        for i in 0..N {
            let moved = mutate(UNIT, 0.5, 20.0, uniforms(i)[0]) - 0.5;
            up += u32::from(moved > 0.0);
            small += u32::from(moved.abs() < 0.1);
        }
        // P(|d| < 0.1) = 1 − 0.9²¹ far from bounds.
        let expected = 1.0 - 0.9_f64.powi(21);
        assert!((f64::from(up) / f64::from(N) - 0.5).abs() < 0.015);
        assert!((f64::from(small) / f64::from(N) - expected).abs() < 0.015, "{small}");
    }

    #[test]
    fn a_choice_mutates_to_each_of_the_others_alike() {
        let five = Variable::Choice { count: 5 };
        let mut seen = [0_u32; 5];
        for i in 0..N {
            seen[mutate(five, 2.0, 20.0, uniforms(i)[0]) as usize] += 1;
        }
        assert_eq!(seen[2], 0);
        assert!([0, 1, 3, 4].iter().all(|k| seen[*k].abs_diff(N / 4) < N / 50), "{seen:?}");
        assert_eq!(mutate(Variable::Choice { count: 1 }, 0.0, 20.0, 0.9), 0.0);
        let fixed = Variable::Continuous { low: 2.0, high: 2.0 };
        assert_eq!(mutate(fixed, 2.0, 20.0, 0.9), 2.0);
    }
}
