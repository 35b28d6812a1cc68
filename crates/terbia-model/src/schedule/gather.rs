//! What is each party told this month? Flows of last month and of the steps before, put together.
//!
//! Nothing is decided here: each function only hands over, so that modules need not know each other.

use super::{Memory, World};
use crate::config::{Corridor, Politics};
use crate::kernel::id::{ActorId, Dense, FrontId, Id, OriginId, PlaceId, TownshipId};
use crate::kernel::math::exp_m1;
use crate::module::{
    alignment, bargain, ceasefire, conflict, control, geopolitics, grievance, haulage, levy,
    market, stability,
};

/// Months over which politics takes stock of trade.
const MEMORY_MONTHS: f64 = 12.0;

impl Memory {
    /// Takes note of the month: what lies behind townships, and how much was smuggled.
    pub(super) fn remember(
        &mut self,
        mined_value: impl Fn(TownshipId) -> f64,
        moved: haulage::Totals,
        war: conflict::Totals,
    ) {
        for (township, worth) in self.worth_cny.iter_mut().enumerate() {
            *worth = mined_value(TownshipId::new(township));
        }
        let lost: f64 = war.losses_cny.iter().sum();
        self.lost_cny += (lost - self.lost_cny) / MEMORY_MONTHS;
        let all = moved.leaked + moved.through_gates;
        if all > 0.0 {
            self.smuggled_share += (moved.leaked / all - self.smuggled_share) / MEMORY_MONTHS;
        }
    }
}

impl World<'_> {
    /// Notes what later months are compared with: `price` in CNY/t REO.
    pub(crate) fn begin(&mut self, price: f64) {
        let p = &self.params.extraction;
        self.price_at_start = price;
        self.margin_at_start =
            (price * (1.0 - p.charges_share) - p.unit_cost_cny_per_t).max(0.05 * price);
    }

    /// Factor on permits in areas next door: of the rival that has turned it furthest.
    pub(super) fn rival_permits(&self) -> f64 {
        let rivals = self.corridor.origins.iter().filter_map(|o| o.rival);
        let turned = rivals.filter_map(|actor| self.settings.of(actor).rival_permits);
        turned.reduce(f64::max).unwrap_or(1.0)
    }

    /// The side that an actor fights on.
    pub(super) fn side(&self, actor: ActorId) -> Option<usize> {
        self.side_of[actor]
    }

    fn of(&self, number: crate::kernel::id::NumberId) -> f64 {
        self.values[number.index()]
    }

    pub(super) fn to_alignment(
        &self,
        month: usize,
        market: &market::State,
        war: conflict::Flow<'_>,
        abroad: geopolitics::Flow<'_>,
    ) -> alignment::Inputs {
        let s = &self.settings;
        alignment::Inputs {
            month,
            scarcity: (1.0 - market.least_cover()).clamp(0.0, 1.0),
            escalation: if attacks(war, 0) { 1.0 } else { 0.0 },
            engagement: abroad.engagement,
            restraint_lever: s.restrain_incumbent,
            recognition: s.recognition.unwrap_or(0.0),
            mediation: s.mediation.unwrap_or(0.0),
            allied: s.allied_supply.unwrap_or(1.0),
        }
    }

    pub(super) fn to_ceasefire(
        &self,
        (month, live): (usize, bool),
        memory: &Memory,
        stance: alignment::Flow,
        war: conflict::Flow<'_>,
        deal: bargain::Flow,
        (people, holder, power): (grievance::Flow<'_>, &Dense<PlaceId, ActorId>, Option<[f64; 2]>),
    ) -> ceasefire::Inputs {
        // Mines that rebels hold feed a war; those that the state holds do not.
        let theirs = |t: &TownshipId| self.side(holder[Corridor::place(*t)]) == Some(0);
        let held = self.corridor.townships.ids().filter(theirs);
        let challengers_mines: f64 = held.map(|t| self.conditions[t].prospectivity).sum();
        let claim = self.corridor.politics.as_ref().and_then(|p| p.sides[0].claim_share);
        let claimed = claim.map_or(0.0, |c| self.of(c) * (1.0 - challengers_mines).max(0.0));
        let s = &self.settings;
        let sides = war.sides;
        let means: f64 = sides.capability_cny.iter().sum();
        let lost = 12.0 * memory.lost_cny;
        let p = &self.params.conflict;
        let risk =
            |k: usize| p.hostage_response * deal.believed_conditionality * sides.hostage_share[k];
        ceasefire::Inputs {
            live,
            month,
            mediation: s.mediation.unwrap_or(0.0),
            recognition: s.recognition.unwrap_or(0.0),
            monitoring: s.monitoring.unwrap_or(0.0),
            guarantee: s.ceasefire_guarantee.unwrap_or(0.0),
            sharing: s.revenue_sharing.unwrap_or(0.0),
            losses_share: if means > 0.0 { (lost / means).min(1.0) } else { 0.0 },
            restraint: stance.restraint,
            smuggled_share: memory.smuggled_share,
            formal_share: sides.hostage_share[0],
            // The third party's hold over the holder, not the holder's over it.
            leverage: 1.0 / deal.leverage.max(LEAST_LEVERAGE),
            hostage: [risk(0), risk(1)],
            grievance_sd: self.grievance_sd(people),
            resource_contested: challengers_mines + claimed,
            offensive_per_month: sides.hazard,
            power,
        }
    }

    /// The challenger's chance to prevail now and ahead, if the commitment problem is modelled.
    pub(super) fn power(&self, war: &conflict::State, demanded: f64) -> Option<[f64; 2]> {
        let commitment = self.corridor.politics.as_ref()?.commitment?;
        let months = self.of(commitment.horizon_months);
        Some(war.power(&self.params.conflict, months, demanded))
    }

    /// Mean grievance over its usual level of 1, by the spread that townships are taken to have.
    fn grievance_sd(&self, people: grievance::Flow<'_>) -> f64 {
        let with = |t: &TownshipId| self.corridor.townships[*t].community.is_some();
        let (sum, n) = self
            .corridor
            .townships
            .ids()
            .filter(with)
            .fold((0.0, 0.0), |(sum, n), t| (sum + people.townships[t].grievance, n + 1.0));
        if n > 0.0 { (sum / n - 1.0).clamp(-2.0, 3.0) } else { 0.0 }
    }

    /// What each side fights with: incomes of last month, beliefs, and who holds it back.
    pub(super) fn means(
        &self,
        politics: &Politics,
        month: usize,
        levies: levy::Flow<'_>,
        stance: alignment::Flow,
        deal: bargain::Flow,
        (people, holds): (grievance::Flow<'_>, Option<usize>),
    ) -> [conflict::Means; 2] {
        [0, 1].map(|k| {
            let side = &politics.sides[k];
            let (mut arms, mut income, mut share) = (0.0, 0.0, 0.0);
            for member in &side.members {
                let r = &levies.receipts[*member];
                let got = (r.revenue - r.given + r.got).get();
                arms += r.arms.get();
                income += got;
                let budget = self.corridor.actors[*member].budget;
                let usual = budget.map_or(0.0, |b| self.of(b.arms_share));
                // A yuan keeps the mean defined in a month without revenue.
                share += (got + 1.0) * self.settings.of(*member).arms.unwrap_or(usual);
            }
            let members = side.members.len() as f64;
            let supply = side.supply_factor.map_or(1.0, |s| self.series(s, month));
            let package = if holds == Some(k) { deal.package_restraint } else { 0.0 };
            conflict::Means {
                arms_cny: arms,
                trade_income_cny: income,
                other_income_cny: self.of(side.other_income_cny_per_month),
                arms_share: (share / (income + members)).clamp(0.0, 1.0),
                other_arms_share: self.of(side.other_arms_share),
                allied_supply_cny: self.of(side.allied_supply_cny_per_month)
                    * supply
                    * stance.allied_factor[k],
                // People join whoever of the side rules them.
                recruitment: side.members.iter().map(|m| people.recruitment[*m]).sum::<f64>()
                    / members,
                conditionality: deal.believed_conditionality,
                restraint: 1.0 - (1.0 - stance.restraint[k]) * (1.0 - package),
            }
        })
    }

    /// Value of the commodity behind each front, CNY a month.
    pub(super) fn price_fronts(&mut self, memory: &Memory) {
        let Some(politics) = &self.corridor.politics else { return };
        for (front, f) in politics.fronts.enumerate() {
            let mines = f.places.iter().filter_map(|p| self.corridor.township(*p));
            self.prize_cny[front] = mines.map(|t| memory.worth_cny[t]).sum();
        }
    }

    /// What the bargain is told, if anyone holds mines.
    #[allow(clippy::too_many_arguments, reason = "it gathers from every part of the month")]
    pub(super) fn to_bargain(
        &self,
        (month, live): (usize, bool),
        control: control::Flow<'_>,
        [given_open, given_open_at_end]: [f64; 2],
        (price, reo_per_gross): (f64, f64),
        market: &market::State,
        levy: &levy::State,
        stance: alignment::Flow,
        war: conflict::Flow<'_>,
        deal: bargain::Flow,
        abroad: geopolitics::Flow<'_>,
    ) -> Option<bargain::Input> {
        let holder = control.main?;
        let politics = self.corridor.politics.as_ref()?;
        let side = self.side(holder);
        let own = self.settings.of(holder);
        let p = &self.params;
        let budget = self.corridor.actors[holder].budget?;
        let haulage: f64 = self.conditions.iter().map(|c| c.prospectivity * c.haulage).sum();
        let cost = (p.extraction.unit_cost_cny_per_t + haulage) * reo_per_gross
            + p.extraction.charges_share * price;
        let risk = p.haulage.seizure_share * price;
        let peak = levy::peak_rate(&p.levy, risk);
        let legal = levy::legal_share(&p.levy, deal.agreed_cny_per_t.min(peak), risk);
        let declared = self.series(self.corridor.roles.declared_share, month);
        let dependence = market.dependence();
        let replaced = market.alternative_share() / dependence.max(1e-3)
            + self.settings.stock_release.unwrap_or(0.0);
        let usual = p.bargain.conditionality * stance.conditionality_factor;
        let given = self.corridor.timeline.levy[holder].specific.holds(month);
        Some(bargain::Input {
            live,
            holder,
            seized: control.changed,
            offensive: side.is_some_and(|k| attacks(war, k)),
            price,
            cost,
            volume: market.normal_arrivals() / reo_per_gross,
            peak,
            collected: self.of(budget.admin_capacity) * levy.flow().learnt[holder] * legal,
            leak: p.haulage.leak_share,
            declared,
            cover: market.least_cover(),
            cover_normal_months: market.cover_normal_months(),
            dependence,
            alternatives: replaced.min(1.0),
            other_income: side
                .map_or(0.0, |k| self.of(politics.sides[k].other_income_cny_per_month)),
            fund: levy.flow().fund[holder].get(),
            outside: if side == Some(0) { abroad.outside_option_cny } else { 0.0 },
            posture: stance.posture[0],
            conditionality: self.settings.conditionality.unwrap_or(usual.clamp(0.0, 0.95)),
            military_value: None,
            buyers_stock_months: self.settings.buyers_stock.unwrap_or(0.0),
            far_cap: self.settings.far_gate.unwrap_or(1.0),
            near_cap: own.near_gate.unwrap_or(1.0),
            reagent_lever: self.settings.reagents,
            given_open,
            given_open_at_end,
            given_levy: given.then(|| levy.given(holder, month)).map(terms),
            levy_lever: bargain::LevyLever { rate: own.levy_rate, share: own.levy_share },
        })
    }

    /// Openness that the timeline gives to the gates of a holder, weighted by capacity: over the month,
    /// and at its end if it is the last one of the record.
    pub(super) fn given_open(
        &self,
        gate: &crate::module::gate::State,
        holder: &Dense<PlaceId, ActorId>,
        main: Option<ActorId>,
        month: usize,
    ) -> [f64; 2] {
        let (mut open, mut closing, mut all) = (0.0, 0.0, 0.0);
        let last = month + 1 == self.corridor.timeline.live_from;
        for (id, g) in self.corridor.gates.enumerate() {
            if Some(holder[g.place]) == main {
                let given = gate.given(id, month);
                open += self.capacity_gross[id] * given;
                closing += self.capacity_gross[id] * if last { gate.closing(id) } else { given };
                all += self.capacity_gross[id];
            }
        }
        if all > 0.0 { [open / all, closing / all] } else { [1.0; 2] }
    }

    /// What of each township goes over ways to other buyers, t REO: what they want, where the buyer
    /// pays less or does not take it.
    pub(super) fn offer_elsewhere(
        &mut self,
        abroad: geopolitics::Flow<'_>,
        holder: &Dense<PlaceId, ActorId>,
        (inside_net, open, reo_per_gross): (f64, f64, f64),
        stock: &Dense<TownshipId, f64>,
    ) {
        let pays = abroad.outside_net_cny_per_t > inside_net || open < 0.5;
        let wish = if pays { abroad.outside_wish_t_gross * reo_per_gross } else { 0.0 };
        let ours = |world: &Self, t: TownshipId| world.side(holder[Corridor::place(t)]) == Some(0);
        let mut all = 0.0;
        if wish > 0.0 {
            let townships = self.corridor.townships.ids().filter(|t| ours(self, *t));
            all = townships.map(|t| stock[t] + self.dispatch[t].mined).sum();
        }
        for township in self.corridor.townships.ids() {
            let has = stock[township] + self.dispatch[township].mined;
            self.dispatch[township].elsewhere =
                if all > 0.0 && ours(self, township) { wish * has / all } else { 0.0 };
        }
    }

    /// Adds to the usual risk of tenure the chance that an offensive of the other side takes a
    /// township within its usual length.
    pub(super) fn judge_tenure(&mut self, war: conflict::Flow<'_>) {
        let Some(politics) = &self.corridor.politics else { return };
        let p = self.params.conflict;
        for (front, f) in politics.fronts.enumerate() {
            let flow = &war.fronts[front];
            let lost = |k: usize| {
                let reached = p.advance_per_month * p.offensive_months * flow.win[k];
                flow.hazard[k] * -exp_m1(-reached)
            };
            for township in f.places.iter().filter_map(|p| self.corridor.township(*p)) {
                let usual = self.corridor.townships[township].tenure_hazard_per_month;
                self.conditions[township].tenure_hazard =
                    self.values[usual.index()] + lost(0).max(lost(1));
            }
        }
    }

    /// Share of a township's haulage that fighting on its front stops.
    pub(super) fn block_roads(&mut self, war: conflict::Flow<'_>) {
        let Some(politics) = &self.corridor.politics else { return };
        self.dispatch.iter_mut().for_each(|d| d.blocked = 0.0);
        for (front, f) in politics.fronts.enumerate() {
            let fought: f64 = war.fronts[front].fought.iter().sum();
            if fought <= 0.0 {
                continue;
            }
            for township in f.places.iter().filter_map(|p| self.corridor.township(*p)) {
                self.dispatch[township].blocked =
                    self.params.haulage.war_road_loss * fought.min(1.0);
            }
        }
    }

    /// Supply of each origin as its series has it, t REO/month, and the same after rivalry.
    pub(super) fn supply(&mut self, month: usize, factor: impl Fn(OriginId) -> f64) {
        for (id, origin) in self.corridor.origins.enumerate() {
            let given = self.series(origin.supply, month);
            self.origin_supply[id] = given;
            self.origin_actual[id] = given * factor(id);
        }
    }

    /// Reads what partners are set to do.
    pub(super) fn read_offers(&mut self) {
        let Some(politics) = &self.corridor.politics else { return };
        for (offer, partner) in self.offers.iter_mut().zip(&politics.partners) {
            let own = self.settings.of(partner.actor);
            *offer = geopolitics::Offer {
                offtake: own.offtake,
                guarantee: own.offtake_guarantee.unwrap_or(0.0),
            };
        }
        for (pace, route) in self.road.iter_mut().zip(&politics.routes) {
            *pace = self.settings.of(route.partner).road;
        }
    }

    /// What communities meet, and how badly holders need the money.
    pub(super) fn meet_communities(
        &mut self,
        exposure: &Dense<TownshipId, f64>,
        outputs: &Dense<TownshipId, crate::module::extraction::Output>,
        (price, holder): (f64, &Dense<PlaceId, ActorId>),
        levies: levy::Flow<'_>,
        war: conflict::Flow<'_>,
    ) {
        let corridor = self.corridor;
        let mut last: Option<(ActorId, f64)> = None;
        for (township, t) in corridor.townships.enumerate() {
            let output = &outputs[township];
            let people = t.community.map_or(1.0, |c| self.of(c.population)).max(1.0);
            let p = &self.params.grievance;
            let per_head = output.mined * price / people / p.reference_value_cny_per_head;
            let who = holder[Corridor::place(township)];
            let under = match last {
                Some((same, people)) if same == who => people,
                _ => self.people_under(who, holder),
            };
            last = Some((who, under));
            let services = levies.receipts[who].services.get() / under;
            self.met[township] = grievance::Conditions {
                exposure: exposure[township] / p.reference_exposure,
                opened: f64::from(output.opened),
                sites: f64::from(output.sites),
                licence: self.conditions[township].licence.min(1.0),
                // A permit marks out somebody's ground, however little it will yield.
                prospect: if self.conditions[township].prospectivity > 0.0 { 1.0 } else { 0.0 },
                value_per_head: per_head,
                benefit: services / (p.expected_share * p.reference_value_cny_per_head),
            };
        }
        for (need, side) in self.need.iter_mut().zip(&self.side_of) {
            *need = side.map_or(0.0, |k| war.sides.hostage_share[k]);
        }
    }

    /// People of the townships with mines that a holder holds: its services are for all of them.
    fn people_under(&self, holder: ActorId, held: &Dense<PlaceId, ActorId>) -> f64 {
        let mut people = 0.0;
        for (township, t) in self.corridor.townships.enumerate() {
            if held[Corridor::place(township)] == holder {
                people += t.community.map_or(0.0, |c| self.of(c.population));
            }
        }
        people.max(1.0)
    }

    pub(super) fn to_stability(
        (truce, war): (ceasefire::Flow<'_>, conflict::Flow<'_>),
        (deal, closed): (bargain::Flow, f64),
        net_revenue: f64,
        (wave, exceedance): (f64, f64),
    ) -> stability::Inputs {
        stability::Inputs {
            offensive: war.sides.offensives > 0,
            offensive_per_month: war.sides.hazard.iter().sum(),
            breakdown: truce.truce.then_some(truce.breakdown_24_months),
            closed_share: closed,
            net_revenue,
            front_moves: war.sides.moves_by_side.iter().map(|n| *n as f64).sum(),
            losses: war.sides.losses_cny.iter().sum(),
            capability: war.sides.capability_cny.iter().sum(),
            protest: wave,
            exceedance,
            leverage: deal.leverage,
        }
    }
}

/// Leverage below this counts as this.
const LEAST_LEVERAGE: f64 = 1e-2;

/// Whether a side is on an offensive anywhere.
pub(super) fn attacks(war: conflict::Flow<'_>, side: usize) -> bool {
    war.fronts.iter().any(|f| f.offensive == Some(side))
}

/// The side that an actor fights on.
pub(crate) fn side_of(corridor: &Corridor, actor: ActorId) -> Option<usize> {
    corridor.politics.as_ref()?.sides.iter().position(|s| s.members.contains(&actor))
}

/// A table with a row for each front; none without a war.
pub(crate) fn fronts(corridor: &Corridor) -> Dense<FrontId, f64> {
    Dense::filled(0.0, corridor.politics.as_ref().map_or(0, |p| p.fronts.len()))
}

/// The levy that the timeline gives, in the words of the bargain.
fn terms(rates: levy::Rates) -> bargain::Levy {
    let levy::Rates { specific, ad_valorem, minimum, in_kind } = rates;
    // A share of the product is a share of its value.
    bargain::Levy { specific, ad_valorem: ad_valorem + in_kind, minimum }
}

/// What was bargained for, in the words of the levy.
pub(super) fn rates(levy: bargain::Levy) -> levy::Rates {
    let bargain::Levy { specific, ad_valorem, minimum } = levy;
    levy::Rates { specific, ad_valorem, minimum, in_kind: 0.0 }
}
