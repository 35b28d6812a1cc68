//! Which random number belongs to this decision? One that is *addressed*, not drawn in turn.
//!
//! Philox4x32-10 (Salmon et al. 2011) turns an address into random bits: the key is (seed, run),
//! the counter is (entity, purpose, step, index). There is no stream to keep, so neither the order
//! of the entities, nor the number of threads, nor an extra entity elsewhere moves any draw. Two
//! policies compared under one seed therefore share every draw that both of them make.

const MULTIPLIER_0: u32 = 0xD251_1F53;
const MULTIPLIER_1: u32 = 0xCD9E_8D57;
const WEYL_0: u32 = 0x9E37_79B9;
const WEYL_1: u32 = 0xBB67_AE85;

/// What a draw is for: the second word of the counter. The model lists its purposes in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose(pub u32);

/// Ten rounds of Philox on a 128-bit `counter` under a 64-bit `key`.
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let p0 = u64::from(MULTIPLIER_0) * u64::from(c0);
        let p1 = u64::from(MULTIPLIER_1) * u64::from(c2);
        (c0, c1, c2, c3) =
            ((p1 >> 32) as u32 ^ c1 ^ k0, p1 as u32, (p0 >> 32) as u32 ^ c3 ^ k1, p0 as u32);
        k0 = k0.wrapping_add(WEYL_0);
        k1 = k1.wrapping_add(WEYL_1);
    }
    [c0, c1, c2, c3]
}

/// A uniform in `[0, 1)` with 53 random bits out of two words.
pub fn unit(high: u32, low: u32) -> f64 {
    const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
    ((u64::from(high) << 21) + (u64::from(low) >> 11)) as f64 * SCALE
}

/// All the random numbers of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    key: [u32; 2],
}

impl Draws {
    /// The draws of `run` under `seed`.
    ///
    /// A seed below 2³² is the first key word itself; a larger one is hashed into it.
    pub fn new(seed: u64, run: u32) -> Self {
        let (high, low) = ((seed >> 32) as u32, seed as u32);
        if high == 0 {
            return Self { key: [low, run] };
        }
        let [k0, k1, ..] = philox4x32_10([high, run, 0, 0], [low, 0]);
        Self { key: [k0, k1] }
    }

    /// Two independent uniforms in `[0, 1)` at an address.
    pub fn pair(&self, purpose: Purpose, entity: u32, step: u32, index: u32) -> (f64, f64) {
        let [a, b, c, d] = philox4x32_10([entity, purpose.0, step, index], self.key);
        (unit(a, b), unit(c, d))
    }

    /// One uniform in `[0, 1)` at an address.
    pub fn uniform(&self, purpose: Purpose, entity: u32, step: u32, index: u32) -> f64 {
        self.pair(purpose, entity, step, index).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_known_answers_of_random123() {
        let cases: [([u32; 4], [u32; 2], [u32; 4]); 4] = [
            ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
            ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
            ([1, 0, 0, 0], [0; 2], [0xf8e4_cca4, 0x5cb2_00db, 0xb1a5_74eb, 0x097e_ff67]),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox4x32_10(counter, key), expected);
        }
    }

    #[test]
    fn a1e_an_address_gives_its_two_uniforms() {
        let words = philox4x32_10([7, 3, 24, 1], [42, 0]);
        assert_eq!(words, [0x5f48_8895, 0xcd52_2e09, 0x6b1d_88d4, 0x1a8a_3217]);
        let (u, v) = Draws::new(42, 0).pair(Purpose(3), 7, 24, 1);
        assert_eq!(u, 0.372_200_523_922_693_65);
        assert_eq!(v, 0.418_419_410_498_736_2);
    }

    #[test]
    fn large_seeds_do_not_share_their_draws_with_small_ones() {
        let small = Draws::new(1, 0).uniform(Purpose(1), 0, 0, 0);
        let large = Draws::new(1 + (1 << 32), 0).uniform(Purpose(1), 0, 0, 0);
        assert_ne!(small, large);
    }
}
