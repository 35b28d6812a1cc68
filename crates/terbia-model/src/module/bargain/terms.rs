//! What is the dispute told of a month, and what does it tell?

use super::level::{positive, share};
use crate::kernel::id::ActorId;

/// A levy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levy {
    /// Amount for each gross tonne, CNY.
    pub specific: f64,
    /// Share of the value, 0..1.
    pub ad_valorem: f64,
    /// Least amount for each gross tonne by value, CNY.
    pub minimum: f64,
}

impl Levy {
    /// What a gross tonne pays at a price, both CNY/t.
    pub fn burden(&self, price: f64) -> f64 {
        self.specific + (self.ad_valorem * price).max(self.minimum)
    }
}

/// A levy that a lever sets in place of the one bargained for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LevyLever {
    /// Amount for each gross tonne, CNY.
    pub rate: Option<f64>,
    /// Share of the value, 0..1.
    pub share: Option<f64>,
}

impl LevyLever {
    pub(super) fn levy(self) -> Option<Levy> {
        let set = self.rate.is_some() || self.share.is_some();
        set.then(|| Levy {
            // Both together make a hybrid: the share, but at least the rate.
            specific: if self.share.is_none() { positive(self.rate.unwrap_or(0.0)) } else { 0.0 },
            ad_valorem: share(self.share.unwrap_or(0.0)),
            minimum: if self.share.is_some() { positive(self.rate.unwrap_or(0.0)) } else { 0.0 },
        })
    }
}

/// What the dispute is told of the month. Shares are 0..1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Input {
    /// Whether the model decides; while it does not, the module only keeps track.
    pub live: bool,
    /// Who holds most of the mines.
    pub holder: ActorId,
    /// Whether they came to it by force this month.
    pub seized: bool,
    /// Whether its side was on an offensive last month.
    pub offensive: bool,
    /// Concentrate at the border, CNY/t gross.
    pub price: f64,
    /// What operators need: mining, haulage, charges; CNY/t gross.
    pub cost: f64,
    /// What would move if the way were open, gross tonnes a month.
    pub volume: f64,
    /// Levy beyond which more is evaded than is gained, CNY/t gross.
    pub peak: f64,
    /// Share of a levy due that is paid and reaches the treasury.
    pub collected: f64,
    /// Share of the product that passes a closure.
    pub leak: f64,
    /// Customs-declared value / market value.
    pub declared: f64,
    /// The buyer's scarcest stock cover / its normal cover.
    pub cover: f64,
    /// That normal cover, months.
    pub cover_normal_months: f64,
    /// Corridor's share of the buyer's supply of its scarcest constituent.
    pub dependence: f64,
    /// Share of that which could be replaced at once.
    pub alternatives: f64,
    /// Holder's income that a closure does not touch, CNY/month.
    pub other_income: f64,
    /// Holder's buffer fund, CNY.
    pub fund: f64,
    /// What the holder could earn by selling elsewhere, CNY/month.
    pub outside: f64,
    /// How far the many actors want trade to go on regardless, 0..1; one half is neutral.
    pub posture: f64,
    /// Probability that an offensive is answered by a closure, over that without one, 0..1.
    pub conditionality: f64,
    /// What the holder loses by giving up its offensives, CNY/month; `None` for the parameter.
    pub military_value: Option<f64>,
    /// Stock laid in before a new levy is paid, months (lever; 0 is neutral).
    pub buyers_stock_months: f64,
    /// Cap on the openness of the buyer's side (lever; 1 is neutral).
    pub far_cap: f64,
    /// Cap on the openness of the holder's side (lever; 1 is neutral).
    pub near_cap: f64,
    /// Openness of the buyer's side to reagents, if a lever sets it.
    pub reagent_lever: Option<f64>,
    /// Openness of the holder's gates that the timeline gives, 0..1.
    pub given_open: f64,
    /// The same on the last day of the month: what a model that takes over then finds.
    pub given_open_at_end: f64,
    /// The holder's levy that the timeline gives. While the model decides, only one that begins
    /// then: it overrides what is bargained for as long as it is given.
    pub given_levy: Option<Levy>,
    /// Levy that a lever sets.
    pub levy_lever: LevyLever,
}

/// Why the way is shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The mines have a new holder by force.
    Seizure,
    /// A levy is refused.
    Levy,
    /// Pressure against an offensive.
    Offensive,
    /// Nothing that the holder did.
    Unconditional,
}

/// Whether the way is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Trade goes on.
    #[default]
    Open,
    /// It stands.
    Shut(Cause),
}

/// The opening of a bargain over the levy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Opening {
    /// Share of the value that the holder asks; above 1 only if a lever imposes more than the price.
    pub ask_share: f64,
    /// Whether the buyers refuse.
    pub refused: bool,
    /// Amount that they name instead, CNY/t gross.
    pub counter_cny_per_t: f64,
}

/// The dispute after the month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// Open or shut at the month's end, by the model's own doing.
    pub phase: Phase,
    /// Part of the month in which product may pass the holder's gates, 0..1.
    pub holder_open: f64,
    /// The same for every gate.
    pub all_open: f64,
    /// Openness to reagents over the month, 0..1.
    pub reagents_open: f64,
    /// Whether the holder keeps its own side shut.
    pub near_shut: bool,
    /// Months for which the way has been shut, by whomever.
    pub months_shut: f64,
    /// Levy in force.
    pub levy: Option<Levy>,
    /// What it comes to at this month's price, CNY/t gross; 0 without one.
    pub agreed_cny_per_t: f64,
    /// The last opening, if there was one.
    pub opening: Option<Opening>,
    /// Whether a closure is threatened.
    pub threat: bool,
    /// Probability that the holder gives to a closure in answer to an offensive, 0..1.
    pub believed_conditionality: f64,
    /// How far the holder holds back under a package, 0..1.
    pub package_restraint: f64,
    /// Hazard of a closure while the way is open, all causes but seizure, 1/month.
    pub onset_per_month: f64,
    /// Hazards with which holder and buyer give in, 1/month; an unconditional closure ends by the
    /// buyer's. Zero while the way is open.
    pub ends_per_month: [f64; 2],
    /// The buyer's cost of a month of closure over the holder's; above zero.
    pub leverage: f64,
    /// What a month of closure costs holder and buyer, CNY/month.
    pub closure_cost_cny: [f64; 2],
    /// What they can share, CNY/t gross.
    pub surplus_cny_per_t: f64,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            phase: Phase::Open,
            holder_open: 1.0,
            all_open: 1.0,
            reagents_open: 1.0,
            near_shut: false,
            months_shut: 0.0,
            levy: None,
            agreed_cny_per_t: 0.0,
            opening: None,
            threat: false,
            believed_conditionality: 0.0,
            package_restraint: 0.0,
            onset_per_month: 0.0,
            ends_per_month: [0.0; 2],
            leverage: 1.0,
            closure_cost_cny: [0.0; 2],
            surplus_cny_per_t: 0.0,
        }
    }
}
