//! Does every tonne and every yuan that leaves one place arrive in another? Double entry.
//!
//! Nothing changes an account but [`Ledger::transfer`], so the sum over all accounts of a book is
//! what it was at the opening, up to rounding. Sources and sinks (the ground, the outside world)
//! are accounts like any other and may go below zero.

/// One book: a fixed list of accounts in one unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    balances: Vec<f64>,
    turnover: f64,
}

/// The number of an account in its book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account(pub u32);

impl Ledger {
    /// Empties the book and opens `accounts` accounts at zero; keeps its memory.
    pub fn reopen(&mut self, accounts: usize) {
        self.balances.clear();
        self.balances.resize(accounts, 0.0);
        self.turnover = 0.0;
    }

    /// Books an opening balance, against nothing.
    pub fn open(&mut self, account: Account, amount: f64) {
        self.balances[account.0 as usize] += amount;
        self.turnover += amount.abs();
    }

    /// Moves `amount` (zero or more) `from` one account `to` another.
    pub fn transfer(&mut self, from: Account, to: Account, amount: f64) {
        debug_assert!(amount >= 0.0, "a transfer of {amount} is a transfer the other way round");
        self.balances[from.0 as usize] -= amount;
        self.balances[to.0 as usize] += amount;
        self.turnover += amount;
    }

    /// What is in an account.
    pub fn balance(&self, account: Account) -> f64 {
        self.balances[account.0 as usize]
    }

    /// Sum over all accounts: constant after the opening.
    pub fn total(&self) -> f64 {
        self.balances.iter().sum()
    }

    /// Everything ever booked: the scale on which rounding is judged.
    pub fn turnover(&self) -> f64 {
        self.turnover
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn transfers_never_change_the_total(
            moves in proptest::collection::vec((0_u32..6, 0_u32..6, 0.0_f64..1e6), 0..200),
        ) {
            let mut book = Ledger::default();
            book.reopen(6);
            book.open(Account(0), 1e6);
            for (from, to, amount) in moves {
                book.transfer(Account(from), Account(to), amount);
            }
            prop_assert!((book.total() - 1e6).abs() <= 1e-12 * book.turnover());
        }
    }
}
