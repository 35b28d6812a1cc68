//! What is this number a number of? Newtypes for what must never mix: mass by its basis, money by
//! its currency, time in months.
//!
//! Only the products that the model needs exist. A missing operator is usually a missing thought:
//! tonnes of product (gross) become tonnes of oxide (REO) only through [`ReoPerGross`].

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(pub f64);

        impl $name {
            /// None of it.
            pub const ZERO: Self = Self(0.0);

            /// The bare number, in the unit of the type.
            pub const fn get(self) -> f64 {
                self.0
            }

            /// The smaller of two.
            #[must_use]
            pub fn min(self, other: Self) -> Self {
                Self(self.0.min(other.0))
            }

            /// The larger of two.
            #[must_use]
            pub fn max(self, other: Self) -> Self {
                Self(self.0.max(other.0))
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self { Self(self.0 + other.0) }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self { Self(self.0 - other.0) }
        }
        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self { Self(-self.0) }
        }
        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) { self.0 += other.0; }
        }
        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) { self.0 -= other.0; }
        }
        impl Mul<f64> for $name {
            type Output = Self;
            fn mul(self, factor: f64) -> Self { Self(self.0 * factor) }
        }
        impl Div<f64> for $name {
            type Output = Self;
            fn div(self, divisor: f64) -> Self { Self(self.0 / divisor) }
        }
        impl Div for $name {
            type Output = f64;
            fn div(self, other: Self) -> f64 { self.0 / other.0 }
        }
        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self { Self(items.map(|x| x.0).sum()) }
        }
    )+};
}

quantities! {
    /// Mass of rare-earth oxide (or the commodity's own equivalent), tonnes REO.
    TonnesReo,
    /// Mass of product as customs weighs it, gross tonnes.
    TonnesGross,
    /// Money in the buyer's currency, yuan.
    Cny,
    /// Money in US dollars.
    Usd,
    /// A price or charge for each tonne REO, yuan.
    CnyPerTonneReo,
    /// A price or charge for each gross tonne, yuan.
    CnyPerTonneGross,
    /// Oxide in a gross tonne of product, tonnes REO for each gross tonne.
    ReoPerGross,
    /// Exchange rate, yuan for each US dollar.
    CnyPerUsd,
}

macro_rules! products {
    ($($a:ident * $b:ident = $c:ident);+ $(;)?) => {$(
        impl Mul<$b> for $a {
            type Output = $c;
            fn mul(self, other: $b) -> $c { $c(self.0 * other.0) }
        }
        impl Mul<$a> for $b {
            type Output = $c;
            fn mul(self, other: $a) -> $c { $c(self.0 * other.0) }
        }
        impl Div<$a> for $c {
            type Output = $b;
            fn div(self, other: $a) -> $b { $b(self.0 / other.0) }
        }
        impl Div<$b> for $c {
            type Output = $a;
            fn div(self, other: $b) -> $a { $a(self.0 / other.0) }
        }
    )+};
}

products! {
    TonnesGross * ReoPerGross = TonnesReo;
    TonnesReo * CnyPerTonneReo = Cny;
    TonnesGross * CnyPerTonneGross = Cny;
    Usd * CnyPerUsd = Cny;
    CnyPerTonneReo * ReoPerGross = CnyPerTonneGross;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gross_becomes_oxide_only_through_its_content() {
        let oxide = TonnesGross(100.0) * ReoPerGross(0.27);
        assert_eq!(oxide, TonnesReo(27.0));
        assert_eq!(oxide / ReoPerGross(0.27), TonnesGross(100.0));
    }

    #[test]
    fn e5_the_levy_on_every_tonne_of_2023_is_about_two_hundred_million_dollars() {
        let all = TonnesGross(41_700.0) * CnyPerTonneGross(35_000.0) / CnyPerUsd(7.25);
        assert!((all.get() / 1e6 - 201.310).abs() < 5e-4);
        let leaky = TonnesGross(25_000.0 * 0.75) * CnyPerTonneGross(35_000.0) / CnyPerUsd(7.25);
        assert!((leaky.get() / 1e6 - 90.517).abs() < 5e-4);
    }
}
