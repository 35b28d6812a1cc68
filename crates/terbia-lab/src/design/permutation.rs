//! Where does a place go when all are shuffled? A permutation that is computed, not stored.
//!
//! A Feistel network on a rectangle just large enough for the places (Black and Rogaway 2002): the
//! place is a column and a row, each is moved in turn by a hash of the other, and what lands outside
//! the places goes round again. Each place is found alone, in the same time wherever it stands.

use sobol_burley::parts::hash;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::philox4x32_10;

/// A permutation of the places 0..size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permutation {
    size: u32,
    columns: u32,
    rows: u32,
    keys: [u32; 8],
}

impl Permutation {
    /// The permutation of `size` places at an address: a purpose and two words.
    pub(crate) fn new(size: u32, seed: u64, purpose: u32, [a, b]: [u32; 2]) -> Self {
        let size = size.max(1);
        let mut columns = sqrt(f64::from(size)) as u32;
        while u64::from(columns) * u64::from(columns) < u64::from(size) {
            columns += 1;
        }
        let key = [seed as u32, (seed >> 32) as u32];
        let [k0, k1, k2, k3] = philox4x32_10([a, b, purpose, 0], key);
        let [k4, k5, k6, k7] = philox4x32_10([a, b, purpose, 1], key);
        let keys = [k0, k1, k2, k3, k4, k5, k6, k7];
        Self { size, columns, rows: size.div_ceil(columns), keys }
    }

    /// Where `place` goes; a place beyond the last counts from the first again.
    pub(crate) fn of(&self, place: u32) -> u32 {
        let mut place = place % self.size;
        loop {
            place = self.round(place);
            // The rectangle has less than a row to spare, so this is seldom done twice.
            if place < self.size {
                return place;
            }
        }
    }

    fn round(&self, place: u32) -> u32 {
        let (mut column, mut row) = (place % self.columns, place / self.columns);
        for (i, key) in self.keys.iter().enumerate() {
            if i % 2 == 0 {
                column = shifted(column, hash(row ^ key), self.columns);
            } else {
                row = shifted(row, hash(column ^ key), self.rows);
            }
        }
        row * self.columns + column
    }
}

/// `at`, moved round a circle of `size` places by a random word.
fn shifted(at: u32, word: u32, size: u32) -> u32 {
    let by = (u64::from(word) * u64::from(size)) >> 32;
    ((u64::from(at) + by) % u64::from(size)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_place_is_taken_once() {
        for size in (1..200).chain([1_000, 4_096, 10_007]) {
            let permutation = Permutation::new(size, 5, 1, [size, 0]);
            let mut taken = vec![0; size as usize];
            (0..size).for_each(|place| taken[permutation.of(place) as usize] += 1);
            assert!(taken.iter().all(|t| *t == 1), "{size}");
        }
        assert_eq!(Permutation::new(0, 5, 1, [0, 0]).of(3), 0);
        let large = Permutation::new(u32::MAX, 5, 1, [0, 0]);
        assert_ne!(large.of(0), large.of(1));
    }

    #[test]
    fn every_order_of_a_few_places_comes_equally_often() {
        for (size, orders, tries) in [(2, 2, 4_000), (3, 6, 6_000), (4, 24, 24_000)] {
            let mut seen = BTreeMap::new();
            for seed in 0..tries {
                let permutation = Permutation::new(size, seed, 1, [0, 7]);
                let order: Vec<u32> = (0..size).map(|place| permutation.of(place)).collect();
                *seen.entry(order).or_insert(0_u64) += 1;
            }
            let expected = tries as f64 / f64::from(orders);
            let distance = |count: &u64| (*count as f64 - expected) / expected.sqrt();
            assert_eq!(seen.len(), orders as usize, "{size}");
            assert!(seen.values().all(|c| distance(c).abs() < 5.0), "{size} {seen:?}");
        }
    }

    #[test]
    fn neighbours_part_and_addresses_are_unrelated() {
        let size = 4_096;
        let correlation = |a: &dyn Fn(u32) -> u32, b: &dyn Fn(u32) -> u32| {
            let middle = f64::from(size - 1) / 2.0;
            let product = |i| (f64::from(a(i)) - middle) * (f64::from(b(i)) - middle);
            let sum: f64 = (0..size - 1).map(product).sum();
            sum * 12.0 / f64::from(size).powi(3)
        };
        let of = |seed, at| {
            let permutation = Permutation::new(size, seed, 1, at);
            move |place| permutation.of(place)
        };
        let first = of(1, [0, 0]);
        assert!(correlation(&first, &|i| i).abs() < 0.07);
        assert!(correlation(&first, &|i| first(i + 1)).abs() < 0.07);
        for other in [of(2, [0, 0]), of(1 + (1 << 32), [0, 0]), of(1, [1, 0]), of(1, [0, 1])] {
            assert!(correlation(&first, &other).abs() < 0.07);
        }
    }
}
