//! Where do crews go that find no work in the corridor, and when do they come back?

use super::{Inputs, Params};
use crate::config::Corridor;
use crate::kernel::id::{Dense, OriginId};

/// Rival origins never fall below this part of their series.
const LEAST: f64 = 0.05;
/// Most of the room that can fill, or of the moved crews that can return, in a month.
const MOST_A_MONTH: f64 = 0.5;
/// Bounds of the pay of rivals over that at the end of the record.
const PAY: [f64; 2] = [0.25, 3.0];
/// Months over which the price that rivals are used to is reckoned.
const MEMORY_MONTHS: f64 = 12.0;
/// Most by which permits next door may grow in this reckoning.
const MOST_PERMITS: f64 = 5.0;

/// Origins next door and the crews that have moved to them.
#[derive(Clone, Debug, Default)]
pub struct Rivals {
    origins: Vec<Rival>,
    /// Share of the corridor's crews that look for work next door, 0..1.
    looking: f64,
    /// Price that rivals are used to, CNY/t REO; 0 before the first month.
    usual_price: f64,
    factor: Dense<OriginId, f64>,
    sites: Dense<OriginId, f64>,
    supply: f64,
    displaced: f64,
}

/// One rival origin, as parts of its series.
#[derive(Clone, Copy, Debug)]
struct Rival {
    origin: OriginId,
    /// Its own sites: 1 as the series has it.
    own: f64,
    /// Sites of crews that moved from the corridor after the record.
    moved: f64,
}

/// What moves all rivals in a month.
#[derive(Clone, Copy, Debug)]
struct Pull {
    /// Where their own sites tend to, as a part of the series.
    target: f64,
    /// Share of the free room that moved crews fill.
    out: f64,
    /// Share of moved crews that return.
    back: f64,
}

impl Rivals {
    pub(super) fn start(&mut self, corridor: &Corridor) {
        self.origins.clear();
        let rivals = corridor.origins.enumerate().filter(|(_, o)| o.rival.is_some());
        self.origins.extend(rivals.map(|(origin, _)| Rival { origin, own: 1.0, moved: 0.0 }));
        self.looking = 0.0;
        self.usual_price = 0.0;
        self.factor = Dense::filled(1.0, corridor.origins.len());
        self.sites = Dense::filled(0.0, corridor.origins.len());
        self.supply = 0.0;
        self.displaced = 0.0;
    }

    /// Factor on the series of each origin.
    pub fn factor(&self) -> &Dense<OriginId, f64> {
        &self.factor
    }

    /// Sites at work in each rival origin.
    pub fn sites(&self) -> &Dense<OriginId, f64> {
        &self.sites
    }

    /// Supply of all rivals, t REO/month.
    pub fn supply(&self) -> f64 {
        self.supply
    }

    /// Part of that supply that is there because crews moved, 0..1.
    pub fn displaced(&self) -> f64 {
        self.displaced
    }

    pub(super) fn step(&mut self, params: &Params, inputs: &Inputs<'_>) {
        if self.origins.is_empty() {
            return;
        }
        // In a month on record crews look about as well: the series holds what came of it so far,
        // and what has not come yet comes once the model decides.
        let usual = params.idle_usual_share;
        let idle = (inputs.idle.clamp(0.0, 1.0) - usual).max(0.0) / (1.0 - usual);
        self.looking += (idle - self.looking) / params.move_lag_months.max(1.0);
        let pay = self.pay(params, inputs);
        if inputs.live {
            let pull = self.pull(params, inputs, pay);
            for rival in &mut self.origins {
                rival.own += params.rival_turnover_per_month * (pull.target - rival.own);
                rival.own = rival.own.clamp(LEAST, 1.0 + params.rival_room);
                rival.moved +=
                    pull.out * (params.rival_room - rival.moved).max(0.0) - pull.back * rival.moved;
            }
        }
        self.tally(params, inputs);
    }

    /// Pay of rivals over what they are used to.
    fn pay(&mut self, params: &Params, inputs: &Inputs<'_>) -> f64 {
        // By content: a change in the mix of product forms is no change of pay.
        let content = inputs.reo_per_gross;
        let price = if content > 0.0 { inputs.basket_cny_per_t.max(0.0) / content } else { 0.0 };
        if self.usual_price <= 0.0 {
            self.usual_price = price;
        }
        if !inputs.live {
            self.usual_price += (price - self.usual_price) / MEMORY_MONTHS;
        }
        if self.usual_price <= 0.0 {
            return 1.0;
        }
        let [low, high] = PAY;
        let ratio = (price / self.usual_price).clamp(low, high);
        (1.0 + params.rival_price_response * (ratio - 1.0)).max(low)
    }

    fn pull(&self, params: &Params, inputs: &Inputs<'_>, pay: f64) -> Pull {
        let pressure = params.pressure_drag * inputs.downstream_pressure.clamp(0.0, 1.0);
        let permits = inputs.rival_permits.clamp(0.0, MOST_PERMITS) * (1.0 - pressure);
        // A buyer who does not trust the corridor equips those next door.
        let favour = 1.0 + params.distrust_favour * (1.0 - inputs.trust.clamp(0.0, 1.0));
        let out = params.move_per_month * self.looking * favour * pay * permits;
        // With equal pay every second crew that is free to choose prefers the corridor.
        let margin = inputs.margin_ratio.max(0.0);
        let prefer = margin / (margin + pay);
        let open = 1.0 - inputs.closed.clamp(0.0, 1.0);
        let back = params.return_per_month * open * (1.0 - self.looking) * prefer;
        Pull {
            target: pay * permits,
            out: out.clamp(0.0, MOST_A_MONTH),
            back: back.clamp(0.0, MOST_A_MONTH),
        }
    }

    fn tally(&mut self, params: &Params, inputs: &Inputs<'_>) {
        let (mut supply, mut moved) = (0.0, 0.0);
        for rival in &self.origins {
            let factor = (rival.own + rival.moved).min(1.0 + params.rival_room);
            let series = inputs.supply[rival.origin].max(0.0);
            self.factor[rival.origin] = factor;
            self.sites[rival.origin] = series * factor / params.rival_site_t_reo_per_month;
            supply += series * factor;
            moved += series * rival.moved.min(factor);
        }
        self.supply = supply;
        self.displaced = if supply > 0.0 { moved / supply } else { 0.0 };
    }
}
