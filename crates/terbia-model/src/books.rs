//! Does every tonne and every yuan of the month arrive somewhere? The corridor's two ledgers.

use crate::config::Corridor;
use crate::kernel::id::{ActorId, Dense, TownshipId};
use crate::kernel::ledger::{Account, Ledger};
use crate::kernel::quantity::Cny;
use crate::module::{extraction, haulage, levy};

/// Relative error, on the turnover of a book, that rounding may leave.
const TOLERANCE: f64 = 1e-9;

/// Mass in tonnes REO and money in yuan.
#[derive(Clone, Debug, Default)]
pub struct Books {
    mass: Ledger,
    money: Ledger,
    towns: u32,
    opening_stock: f64,
}

/// Accounts of mass that are not a place.
const UNDISCOVERED: Account = Account(0);
const FORSAKEN: Account = Account(1);
const ON_THE_WAY: Account = Account(2);
const EXPORTED: Account = Account(3);
const LEAKED: Account = Account(4);
const SEIZED: Account = Account(5);
const ELSEWHERE: Account = Account(6);
const FIRST_TOWNSHIP: u32 = 7;

/// Accounts of money that belong to nobody in particular.
const PAYERS: Account = Account(0);
const LOST: Account = Account(1);
const FIRST_HOLDER: u32 = 3;
const PER_HOLDER: u32 = 5;
const POOL: Account = Account(2);

impl Books {
    fn ground(township: TownshipId) -> Account {
        Account(FIRST_TOWNSHIP + township.address())
    }

    fn purse(actor: ActorId, which: u32) -> Account {
        Account(FIRST_HOLDER + PER_HOLDER * actor.address() + which)
    }

    /// Opens the books of a run.
    pub fn start(&mut self, corridor: &Corridor, reserve: impl Fn(TownshipId) -> f64, stock: f64) {
        self.towns = corridor.townships.len() as u32;
        self.mass.reopen((FIRST_TOWNSHIP + self.towns) as usize);
        self.money.reopen((FIRST_HOLDER + PER_HOLDER * corridor.actors.len() as u32) as usize);
        for township in corridor.townships.ids() {
            self.mass.open(Self::ground(township), reserve(township));
        }
        self.mass.open(ON_THE_WAY, stock);
        self.opening_stock = stock;
    }

    /// Books what mines and roads did this month.
    pub fn post_mass(&mut self, mines: extraction::Flow<'_>, moved: haulage::Totals) {
        for (township, o) in mines.by_township.enumerate() {
            let ground = Self::ground(township);
            self.mass.transfer(UNDISCOVERED, ground, o.discovered);
            self.mass.transfer(ground, FORSAKEN, o.forsaken);
            self.mass.transfer(ground, ON_THE_WAY, o.mined);
        }
        self.mass.transfer(ON_THE_WAY, EXPORTED, moved.through_gates);
        self.mass.transfer(ON_THE_WAY, LEAKED, moved.leaked);
        self.mass.transfer(ON_THE_WAY, SEIZED, moved.seized);
        self.mass.transfer(ON_THE_WAY, ELSEWHERE, moved.elsewhere);
    }

    /// Books what was levied this month and how it was spent.
    pub fn post_money(&mut self, receipts: &Dense<ActorId, levy::Receipts>) {
        for (actor, r) in receipts.enumerate() {
            if *r == levy::Receipts::default() {
                continue;
            }
            let treasury = Self::purse(actor, 0);
            self.money.transfer(PAYERS, treasury, r.due.get());
            self.money.transfer(treasury, LOST, r.lost.get());
            self.money.transfer(treasury, POOL, r.given.get());
            self.money.transfer(POOL, treasury, r.got.get());
            self.money.transfer(treasury, Self::purse(actor, 4), r.saved.get());
            self.money.transfer(Self::purse(actor, 4), treasury, r.drawn.get());
            self.money.transfer(treasury, Self::purse(actor, 1), r.arms.get());
            self.money.transfer(treasury, Self::purse(actor, 2), r.services.get());
            self.money.transfer(treasury, Self::purse(actor, 3), r.administration.get());
        }
    }

    /// Compares the books with what the modules hold; says which one does not close.
    ///
    /// `reserve` and `stock` are in tonnes REO, `fund` is by holder.
    pub fn close(
        &self,
        corridor: &Corridor,
        reserve: impl Fn(TownshipId) -> f64,
        stock: f64,
        fund: &Dense<ActorId, Cny>,
    ) -> Result<(), &'static str> {
        let small = TOLERANCE * self.mass.turnover();
        for township in corridor.townships.ids() {
            if !near(self.mass.balance(Self::ground(township)), reserve(township), small) {
                return Err("the mass ledger does not close: reserves");
            }
        }
        if !near(self.mass.balance(ON_THE_WAY), stock, small) {
            return Err("the mass ledger does not close: stock");
        }
        let small = TOLERANCE * self.money.turnover();
        if !near(self.money.balance(POOL), 0.0, small) {
            return Err("the money ledger does not close: shared revenue");
        }
        for actor in corridor.actors.ids() {
            if !near(self.money.balance(Self::purse(actor, 0)), 0.0, small) {
                return Err("the money ledger does not close");
            }
            if !near(self.money.balance(Self::purse(actor, 4)), fund[actor].get(), small) {
                return Err("the money ledger does not close: buffer fund");
            }
        }
        Ok(())
    }

    /// Everything ever exported, leaked, seized and sold elsewhere, t REO.
    pub fn left(&self) -> [f64; 4] {
        [EXPORTED, LEAKED, SEIZED, ELSEWHERE].map(|a| self.mass.balance(a))
    }

    /// Everything ever booked in money, CNY: the scale on which rounding is judged.
    pub fn turnover_money(&self) -> f64 {
        self.money.turnover()
    }

    /// Stock at the opening of the run, t REO.
    pub fn opening_stock(&self) -> f64 {
        self.opening_stock
    }

    /// Sum of all money accounts: zero, CNY.
    pub fn total_money(&self) -> f64 {
        self.money.total()
    }
}

fn near(a: f64, b: f64, tolerance: f64) -> bool {
    // Written so that a NaN is not near anything.
    (a - b).abs() <= tolerance
}
