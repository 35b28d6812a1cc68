//! Who is harmed, who protests, when is mining called off for it, and what does it cost a holder?
//!
//! Mechanism: harm, land taken or marked out, and above all the gap between what people expect from
//! the wealth under them and what they get, add to a stock of grievance that fades. Grievance
//! raises the rate of protest; a protest calls forth others. A holder calls mining off when protest
//! mounts, if it answers to these people, needs the money little and has sunk little. Protest that
//! is not heeded costs it legitimacy, and legitimacy brings recruits.
//!
//! ```text
//! felt(x) = 2x/(1 + x)                                             felt(1) = 1, at most 2
//! planned = licence · prospect · s_h/(s_h + sites)                 sites marked out, 0..1
//! gap     = max(0, felt(value + planned · P_b/P_b0) − benefit)     expected less received
//! dG/dt   = g_E felt(E) + g_L (opened/(opened + o_h) + planned) + g_X gap − g_B benefit − delta_G G
//! lambda  = mu_0 exp(gamma G) · organisation + Σ_j n (1 − e^−beta) e^(−beta (j − 1)) N(j months ago)
//! N ~ Poisson(lambda)                                              protests of the month
//! P(called off) = sigmoid(z0 + z1 a ln(1 + N(3 months)) − z2 need − z3 sites/(sites + s_h))  where N > 0
//! a = accountability · (1 own constituency | f_u nobody's | f_f another's)
//! dl/dt   = −w_P N − w_E felt(E) + w_B benefit − r (l − l_0), + w_C where called off;
//!           weighted by population over what the holder holds
//! recruitment = 1 + g_rec (l − l_0)
//! ```
//!
//! Reads: water and land index, sites, licences and output value by township, services received,
//! holders and their fiscal need, the basket price. Writes: grievance, protests, cancellations and
//! their effect on entry and output by township; legitimacy and recruitment by holder; probability
//! of a wave of protest. Limits: ASSUME M-060 to M-064; one community a township; protest is not
//! met by force.

pub mod hawkes;

use self::hawkes::{Monthly, Tail};
use crate::config::Corridor;
use crate::draw::{CANCELLATION, PROTEST};
use crate::kernel::dist::poisson;
use crate::kernel::id::{ActorId, Dense, Id, PlaceId, TownshipId};
use crate::kernel::math::{exp, exp_m1, ln, sigmoid};
use crate::kernel::rng::Draws;

crate::params! { "grievance" from "params.toml" {
    base_protests_per_month, grievance_response, grievance_decay_per_month,
    harm_weight, land_weight, gap_weight, benefit_weight,
    opening_half_sites_per_month, taken_up_half_sites,
    branching, excitation_decay_per_month,
    cancel_intercept, cancel_protest_weight, cancel_need_weight, cancel_sunk_weight,
    foreign_factor, unclaimed_factor, cancellation_months, cancelled_output_factor,
    legitimacy_start, legitimacy_return_per_month, legitimacy_protest_weight,
    legitimacy_harm_weight, legitimacy_benefit_weight, legitimacy_heeding_weight,
    recruitment_response, wave_protests,
    reference_value_cny_per_head, expected_share, reference_exposure,
} }

/// For `explain`.
pub const ABOUT: &str = "Harm, land and unmet expectation build grievance; self-exciting protest; \
    cancellation where the holder answers to the community; legitimacy and recruitment.";

/// Most protests expected in a township in a month: beyond this, counting them says nothing more.
pub const MOST_PROTESTS: f64 = 20.0;
/// Factor on recruitment stays within 1 ± this.
pub const RECRUITMENT_SPAN: f64 = 0.5;

/// What a community meets this month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Conditions {
    /// Index of water and land spoilt: 0 none, 1 the reference.
    pub exposure: f64,
    /// Sites opened this month.
    pub opened: f64,
    /// Sites there are.
    pub sites: f64,
    /// Licences for new sites, 0..1, before [`Standing::entry_factor`].
    pub licence: f64,
    /// How promising the ground is against the best in the corridor, 0..1.
    pub prospect: f64,
    /// Value of output for each inhabitant at this month's price, over the reference.
    pub value_per_head: f64,
    /// Services and shares received, in units of what the reference value makes people expect.
    pub benefit: f64,
}

/// What the module is told in a month.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Whether holders decide by themselves; if not, protest is tracked and nothing is called off.
    pub live: bool,
    /// Months since the start.
    pub month: usize,
    /// By township with mines.
    pub townships: &'a Dense<TownshipId, Conditions>,
    /// Basket price over that of the first month.
    pub price_ratio: f64,
    /// Who holds which place.
    pub holder: &'a Dense<PlaceId, ActorId>,
    /// How badly each holder needs the money, 0..1.
    pub fiscal_need: &'a Dense<ActorId, f64>,
    /// Factor on the organisation of communities; 1 is neutral.
    pub organisation: f64,
}

/// Where a township with mines stands after the month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Stock of grievance: 0 none, 1 the usual of a township mined for some years.
    pub grievance: f64,
    /// Protests expected this month.
    pub intensity: f64,
    /// Protests of the month.
    pub protests: u32,
    /// Whether mining stands called off.
    pub cancelled: bool,
    /// Whether that was decided this month.
    pub newly_cancelled: bool,
    /// Factor on the entry of sites.
    pub entry_factor: f64,
    /// Factor on the output of existing sites.
    pub output_factor: f64,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            grievance: 0.0,
            intensity: 0.0,
            protests: 0,
            cancelled: false,
            newly_cancelled: false,
            entry_factor: 1.0,
            output_factor: 1.0,
        }
    }
}

/// A community's memory and what it starts with.
#[derive(Clone, Copy, Debug)]
struct Settlement {
    township: TownshipId,
    population: f64,
    accountability: f64,
    constituency: Option<ActorId>,
    /// Left of earlier protests, 1/month.
    excitation: f64,
    /// Protests of the last two months.
    recent: [u32; 2],
    /// Who called mining off, and for how many months more.
    cancellation: Option<(ActorId, u32)>,
}

/// Sums over the communities that a holder holds, weighted by population.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    population: f64,
    /// Gain of legitimacy this month times population.
    gain: f64,
}

/// Communities and holders over the run.
#[derive(Clone, Debug, Default)]
pub struct State {
    settlements: Vec<Settlement>,
    townships: Dense<TownshipId, Standing>,
    legitimacy: Dense<ActorId, f64>,
    recruitment: Dense<ActorId, f64>,
    tally: Dense<ActorId, Tally>,
    wave_probability: f64,
    /// Protests expected over the coming year, by settlement; scratch.
    ahead: Vec<f64>,
    kernel: Monthly,
    tail: Tail,
    fading: Fading,
}

/// Grievance and protest after the month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// By township with mines.
    pub townships: &'a Dense<TownshipId, Standing>,
    /// Legitimacy by actor, 0..1.
    pub legitimacy: &'a Dense<ActorId, f64>,
    /// Factor on recruitment by actor.
    pub recruitment: &'a Dense<ActorId, f64>,
    /// Probability that some township sees a wave of protest within twelve months.
    pub wave_probability: f64,
}

/// A month of a stock that is added to evenly and fades in proportion.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fading {
    /// Left of the stock after the month.
    pub kept: f64,
    /// Left of a unit added over the month.
    pub added: f64,
}

impl Fading {
    /// Exact solution of `dG/dt = inflow − decay · G` over `months`; decay in 1/month.
    pub fn over(decay: f64, months: f64) -> Self {
        let lost = -exp_m1(-decay * months);
        Self { kept: 1.0 - lost, added: if decay > 0.0 { lost / decay } else { months } }
    }

    /// The stock afterwards, not below zero.
    pub fn apply(&self, stock: f64, inflow: f64) -> f64 {
        (self.kept * stock + self.added * inflow).max(0.0)
    }
}

/// How strongly a relative quantity is felt: 1 at the reference, less and less beyond, at most 2.
pub fn felt(relative: f64) -> f64 {
    let x = relative.max(0.0);
    if x < 1e300 { 2.0 * x / (1.0 + x) } else { 2.0 }
}

/// Ground marked out for mines that are not there yet, 0..1.
pub fn planned(params: &Params, met: &Conditions) -> f64 {
    let half = params.taken_up_half_sites;
    met.licence.clamp(0.0, 1.0) * met.prospect.clamp(0.0, 1.0) * half / (half + met.sites.max(0.0))
}

/// What a month adds to grievance; below zero where benefits outweigh harm. 1/month.
pub fn inflow(params: &Params, met: &Conditions, planned: f64, price_ratio: f64) -> f64 {
    let opened = met.opened.max(0.0);
    let land = opened / (opened + params.opening_half_sites_per_month) + planned;
    let benefit = met.benefit.max(0.0);
    let expected = felt(met.value_per_head.max(0.0) + planned * price_ratio.max(0.0));
    params.harm_weight * felt(met.exposure)
        + params.land_weight * land
        + params.gap_weight * (expected - benefit).max(0.0)
        - params.benefit_weight * benefit
}

/// Probability that a holder calls mining off in a month with protests.
///
/// `protests` of the last three months; `accountability` towards this holder, 0..1; `need` 0..1;
/// `sites` already there.
pub fn cancel_probability(
    params: &Params,
    protests: f64,
    accountability: f64,
    need: f64,
    sites: f64,
) -> f64 {
    let sites = sites.max(0.0);
    let sunk = sites / (sites + params.taken_up_half_sites);
    sigmoid(
        params.cancel_intercept
            + params.cancel_protest_weight * accountability * ln(1.0 + protests.max(0.0))
            - params.cancel_need_weight * need
            - params.cancel_sunk_weight * sunk,
    )
}

/// Factor on recruitment at this legitimacy.
pub fn recruitment_factor(params: &Params, legitimacy: f64) -> f64 {
    let change = params.recruitment_response * (legitimacy - params.legitimacy_start);
    1.0 + change.clamp(-RECRUITMENT_SPAN, RECRUITMENT_SPAN)
}

impl Settlement {
    /// How far this holder must heed these people, 0..1.
    fn accountability_to(&self, params: &Params, holder: ActorId) -> f64 {
        self.accountability
            * match self.constituency {
                Some(own) if own == holder => 1.0,
                Some(_) => params.foreign_factor,
                None => params.unclaimed_factor,
            }
    }

    /// A month less of a cancellation; none once it has run out or the ground has changed hands.
    fn lapse(&mut self, holder: ActorId) {
        self.cancellation = match self.cancellation {
            Some((by, left)) if by == holder && left > 1 => Some((by, left - 1)),
            _ => None,
        };
    }

    /// Protests of the month and of the two before; remembers them.
    fn remember(&mut self, protests: u32) -> f64 {
        let [last, before] = self.recent;
        self.recent = [protests, last];
        f64::from(protests + last + before)
    }
}

impl State {
    /// Reads communities and prepares what does not change over the run.
    pub fn start(&mut self, params: &Params, corridor: &Corridor, values: &[f64]) {
        self.settlements.clear();
        self.settlements.extend(corridor.townships.enumerate().filter_map(|(township, t)| {
            t.community.map(|c| Settlement {
                township,
                population: values[c.population.index()].max(0.0),
                accountability: values[c.accountability.index()].clamp(0.0, 1.0),
                constituency: c.constituency,
                excitation: 0.0,
                recent: [0; 2],
                cancellation: None,
            })
        }));
        let actors = corridor.actors.len();
        self.townships = Dense::filled(Standing::default(), corridor.townships.len());
        self.legitimacy = Dense::filled(params.legitimacy_start, actors);
        self.recruitment = Dense::filled(1.0, actors);
        self.tally = Dense::filled(Tally::default(), actors);
        self.wave_probability = 0.0;
        self.kernel = Monthly::new(params.branching, params.excitation_decay_per_month);
        self.tail.set(params.wave_protests.max(1.0) as u32, params.branching);
        self.fading = Fading::over(params.grievance_decay_per_month, 1.0);
    }

    /// Grievance and protest after the month.
    pub fn flow(&self) -> Flow<'_> {
        Flow {
            townships: &self.townships,
            legitimacy: &self.legitimacy,
            recruitment: &self.recruitment,
            wave_probability: self.wave_probability,
        }
    }

    /// What holders gain and lose with the people they hold.
    fn judge(&mut self, params: &Params) {
        let rows = self.legitimacy.iter_mut().zip(&mut self.recruitment).zip(&mut self.tally);
        for ((legitimacy, recruitment), tally) in rows {
            let gain = if tally.population > 0.0 { tally.gain / tally.population } else { 0.0 };
            let back = params.legitimacy_return_per_month * (params.legitimacy_start - *legitimacy);
            *legitimacy = (*legitimacy + gain + back).clamp(0.0, 1.0);
            *recruitment = recruitment_factor(params, *legitimacy);
            *tally = Tally::default();
        }
    }
}

/// One month: grievance moves, people protest, holders heed them or not; see [`State::flow`].
pub fn step(state: &mut State, params: &Params, inputs: &Inputs<'_>, draws: &Draws) {
    state.ahead.clear();
    for home in &mut state.settlements {
        let met = &inputs.townships[home.township];
        let holder = inputs.holder[Corridor::place(home.township)];
        let standing = &mut state.townships[home.township];
        home.lapse(holder);
        // What has been called off is no longer feared.
        let planned = if home.cancellation.is_some() { 0.0 } else { planned(params, met) };
        let inflow = inflow(params, met, planned, inputs.price_ratio);
        standing.grievance = state.fading.apply(standing.grievance, inflow);

        // Who can make themselves heard is who can organise.
        let organised = inputs.organisation * (0.5 + home.accountability);
        let base = base_intensity(params, standing.grievance, organised);
        standing.intensity = (base + home.excitation).min(MOST_PROTESTS);
        let address = (home.township.address(), inputs.month as u32);
        let chance = draws.uniform(PROTEST, address.0, address.1, 0);
        standing.protests = poisson(chance, standing.intensity);
        home.excitation = state.kernel.excite(home.excitation, f64::from(standing.protests));
        state.ahead.push(state.kernel.year_ahead(base, home.excitation));

        let lately = home.remember(standing.protests);
        let at_stake = planned > 0.0 || (home.cancellation.is_none() && met.sites > 0.0);
        standing.newly_cancelled = inputs.live && standing.protests > 0 && at_stake && {
            let heed = home.accountability_to(params, holder);
            let need = inputs.fiscal_need[holder].clamp(0.0, 1.0);
            let p = cancel_probability(params, lately, heed, need, met.sites);
            draws.uniform(CANCELLATION, address.0, address.1, 0) < p
        };
        if standing.newly_cancelled {
            home.cancellation = Some((holder, params.cancellation_months.max(1.0) as u32));
        }
        standing.cancelled = home.cancellation.is_some();
        (standing.entry_factor, standing.output_factor) =
            if standing.cancelled { (0.0, params.cancelled_output_factor) } else { (1.0, 1.0) };

        let tally = &mut state.tally[holder];
        tally.population += home.population;
        tally.gain += home.population * esteem(params, met, standing);
    }
    state.wave_probability = 1.0 - quiet(&state.tail, &state.ahead);
    state.judge(params);
}

/// Probability that no community sees a wave when `ahead` protests are expected in each.
fn quiet(tail: &Tail, ahead: &[f64]) -> f64 {
    let (fours, rest) = ahead.as_chunks::<4>();
    let mut quiet = 1.0;
    for reached in fours.iter().flat_map(|four| tail.reached_by(*four)) {
        quiet *= 1.0 - reached;
    }
    rest.iter().fold(quiet, |quiet, mean| quiet * (1.0 - tail.reached(*mean)))
}

/// Protests in a month at this grievance if none went before.
fn base_intensity(params: &Params, grievance: f64, organisation: f64) -> f64 {
    let roused = exp(params.grievance_response * grievance) * organisation.max(0.0);
    (params.base_protests_per_month * roused).min(MOST_PROTESTS)
}

/// What a month does to the holder's legitimacy with one community.
fn esteem(params: &Params, met: &Conditions, standing: &Standing) -> f64 {
    let answer = if standing.newly_cancelled {
        params.legitimacy_heeding_weight
    } else if standing.cancelled {
        0.0
    } else {
        -params.legitimacy_protest_weight * f64::from(standing.protests)
    };
    answer + params.legitimacy_benefit_weight * met.benefit.max(0.0)
        - params.legitimacy_harm_weight * felt(met.exposure)
}

#[cfg(test)]
mod tests;
