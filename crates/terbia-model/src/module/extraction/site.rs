//! What is one site, and how do thousands of them pass a month in a few tight loops?

use super::Params;
use crate::draw;
use crate::kernel::dist;
use crate::kernel::event::EventClock;
use crate::kernel::math::exp;
use crate::kernel::rng::Draws;

/// Adding and subtracting this rounds to multiples of 2⁻²⁰: the sum has no finer bits to keep.
const GRAM: f64 = 1.5 * (1_u64 << 32) as f64;

/// Sites that are passed side by side, which the compiler turns into vector instructions. Sums of
/// grams are exact in any order, so that it cannot matter.
const LANES: usize = 4;

/// Rounds a mass (0 ≤ t < 2³⁰) to 2⁻²⁰ t. Sums of such masses are exact in any order.
pub(super) fn to_gram(tonnes: f64) -> f64 {
    (tonnes + GRAM) - GRAM
}

/// Address of a site's draws: its township, and its place among those born there in one month.
pub(super) fn address(township: u32, ordinal: u32) -> u32 {
    township << 16 | (ordinal & 0xFFFF)
}

/// A mine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Site {
    /// Oxide left, t REO.
    pub reserve: f64,
    /// Full output, t REO a month.
    pub capacity: f64,
    /// Cost, CNY/t REO.
    pub unit_cost: f64,
    /// Place among the sites when gates shut: 0 is the last to stop.
    pub frailty: f64,
    /// When its patience with losses ends.
    pub patience: EventClock,
    /// Months since it opened.
    pub age: u16,
    /// Months in a row that it lost money.
    pub losses: u16,
    /// Months in suspension; 0 while it works.
    pub idle: u16,
}

/// What new sites are drawn from: medians that give the means of the parameters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mould {
    /// Capacity, t REO a month.
    capacity: f64,
    /// Life at full output, months.
    life: f64,
}

impl Mould {
    pub(super) fn new(p: &Params) -> Self {
        let mean = |log_sd: f64| exp(-0.5 * log_sd * log_sd);
        Self {
            capacity: p.site_output_t_reo_per_month * mean(p.site_output_log_sd),
            life: p.site_life_months * mean(p.site_life_log_sd),
        }
    }
}

impl Site {
    /// A new site, drawn at the address (township, birth, ordinal): a site elsewhere changes nothing.
    pub(super) fn drawn(
        p: &Params,
        mould: &Mould,
        draws: &Draws,
        (township, birth, ordinal): (u32, u32, u32),
    ) -> Self {
        let entity = address(township, ordinal);
        let (size, richness) = draws.pair(draw::SITE, entity, birth, 0);
        let (cost, frailty) = draws.pair(draw::SITE, entity, birth, 1);
        let capacity = dist::lognormal(size, mould.capacity, p.site_output_log_sd);
        let months = dist::lognormal(richness, mould.life, p.site_life_log_sd);
        Self {
            reserve: to_gram(capacity * months),
            capacity,
            unit_cost: dist::lognormal(cost, p.unit_cost_cny_per_t, p.unit_cost_log_sd),
            frailty,
            patience: EventClock::unwound((entity, birth)),
            age: 0,
            losses: 0,
            idle: 0,
        }
    }

    /// The same site in ore of a grade below the usual, 0..1: its hill holds less in proportion.
    pub(super) fn poorer(mut self, grade: f64) -> Self {
        self.reserve = to_gram(self.reserve * grade);
        self
    }

    /// The same site after `age` months at full work.
    pub(super) fn aged(mut self, age: u16, ramp: &[f64]) -> Self {
        for past in 1..=usize::from(age) {
            self.reserve -=
                to_gram(self.capacity * ramp[past.min(ramp.len() - 1)]).min(self.reserve);
        }
        self.age = age;
        self
    }
}

/// The sites of one township, one array for each property.
#[derive(Clone, Debug, Default)]
pub struct Sites {
    reserve: Vec<f64>,
    capacity: Vec<f64>,
    unit_cost: Vec<f64>,
    frailty: Vec<f64>,
    age: Vec<u16>,
    idle: Vec<u16>,
    losses: Vec<u16>,
    patience: Vec<EventClock>,
    /// Output planned this month before reagents, t REO.
    plan: Vec<f64>,
    /// Places of the sites that may change their mind this month.
    changing: Vec<u32>,
}

impl Sites {
    /// Removes all sites, keeps the memory.
    pub(super) fn clear(&mut self) {
        self.reserve.clear();
        self.capacity.clear();
        self.unit_cost.clear();
        self.frailty.clear();
        self.age.clear();
        self.idle.clear();
        self.losses.clear();
        self.patience.clear();
        self.plan.clear();
    }

    /// Sites that lost patience in part draw anew what is left of it; sizes and costs stay.
    pub(super) fn redraw(&mut self, draws: &Draws) {
        self.patience.iter_mut().for_each(|clock| clock.redraw(draws, draw::SUSPENSION));
    }

    /// Number of sites.
    pub fn len(&self) -> usize {
        self.reserve.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.reserve.is_empty()
    }

    /// Adds a site.
    pub fn push(&mut self, site: Site) {
        self.reserve.push(site.reserve);
        self.capacity.push(site.capacity);
        self.unit_cost.push(site.unit_cost);
        self.frailty.push(site.frailty);
        self.age.push(site.age);
        self.idle.push(site.idle);
        self.losses.push(site.losses);
        self.patience.push(site.patience);
        self.plan.push(0.0);
    }

    fn remove(&mut self, i: usize) {
        self.reserve.swap_remove(i);
        self.capacity.swap_remove(i);
        self.unit_cost.swap_remove(i);
        self.frailty.swap_remove(i);
        self.age.swap_remove(i);
        self.idle.swap_remove(i);
        self.losses.swap_remove(i);
        self.patience.swap_remove(i);
        self.plan.swap_remove(i);
    }

    #[cfg(test)]
    pub(super) fn reverse(&mut self) {
        self.reserve.reverse();
        self.capacity.reverse();
        self.unit_cost.reverse();
        self.frailty.reverse();
        self.age.reverse();
        self.idle.reverse();
        self.losses.reverse();
        self.patience.reverse();
    }

    /// Oxide left under all sites, t REO; exact.
    pub fn reserve(&self) -> f64 {
        // Sums of grams are exact in any order, so four may go on side by side.
        let (fours, rest) = self.reserve.as_chunks::<4>();
        let mut sums = [0.0; 4];
        for four in fours {
            for (sum, reserve) in sums.iter_mut().zip(four) {
                *sum += reserve;
            }
        }
        sums.iter().chain(rest).sum()
    }

    /// Output at capacity in an average season, t REO a month; exact.
    pub(super) fn potential(&self, ramp: &[f64]) -> f64 {
        let last = ramp.len() - 1;
        self.capacity
            .iter()
            .zip(&self.age)
            .map(|(c, &age)| to_gram(c * ramp[usize::from(age).min(last)]))
            .sum()
    }

    /// Sites look at what they earn: losses suspend them, profits wake them, empty hills are left.
    ///
    /// `net` is what a tonne brings before the site's own cost, CNY/t REO. Returns the number of
    /// sites that were given up and the oxide left in them, t REO.
    pub(super) fn settle(&mut self, p: &Params, net: f64, draws: &Draws) -> (u32, f64) {
        self.changing.clear();
        let (losses, last_losses) = self.losses.as_chunks_mut::<LANES>();
        let (idle, last_idle) = self.idle.as_chunks::<LANES>();
        let (cost, last_cost) = self.unit_cost.as_chunks::<LANES>();
        let (reserve, last_reserve) = self.reserve.as_chunks::<LANES>();
        let together = losses.len() * LANES;
        let rows = losses.iter_mut().zip(idle).zip(cost).zip(reserve);
        for (lane, (((losses, idle), cost), reserve)) in rows.enumerate() {
            let dearest = cost.iter().fold(f64::NEG_INFINITY, |a, b| if *b > a { *b } else { a });
            let least = reserve.iter().fold(f64::INFINITY, |a, b| if *b < a { *b } else { a });
            // Mostly none of them changes its mind.
            if *idle == [0; LANES] && dearest <= net && least > 0.0 {
                *losses = [0; LANES];
            } else {
                note_changing(&mut self.changing, lane * LANES, net, (losses, idle, cost, reserve));
            }
        }
        let rest = (last_losses, last_idle, last_cost, last_reserve);
        note_changing(&mut self.changing, together, net, rest);
        let (mut closed, mut forsaken) = (0, 0.0);
        // From the back: what swaps into a freed place has been seen.
        for k in (0..self.changing.len()).rev() {
            let i = self.changing[k] as usize;
            if self.idle[i] > 0 || self.unit_cost[i] > net {
                self.reconsider(i, p, net, draws);
            } else {
                self.losses[i] = 0;
            }
            if self.reserve[i] <= 0.0 || f64::from(self.idle[i]) > p.abandon_after_months {
                closed += 1;
                forsaken += self.reserve[i];
                self.remove(i);
            }
        }
        (closed, forsaken)
    }

    fn reconsider(&mut self, i: usize, p: &Params, net: f64, draws: &Draws) {
        const PATIENT_MONTHS: u16 = 2;
        if self.idle[i] > 0 {
            let margin = net - self.unit_cost[i];
            self.idle[i] = if margin > p.restart_margin_cny_per_t { 0 } else { self.idle[i] + 1 };
            self.losses[i] = 0;
            return;
        }
        self.losses[i] += 1;
        if self.losses[i] < PATIENT_MONTHS {
            return;
        }
        let hazard = p.suspension_hazard_per_month;
        if self.patience[i].advance(draws, draw::SUSPENSION, hazard, 1.0).is_some() {
            self.idle[i] = 1;
        }
    }

    /// Plans the month: what each site would give with reagents enough. Ages the sites that work.
    pub(super) fn plan(&mut self, running_share: f64, season: f64, ramp: &[f64]) -> f64 {
        let grown = ramp.last().copied().unwrap_or(1.0);
        // Part of its capacity that a site reaches; nothing if it stands still.
        let reached = |age: &mut u16, idle: u16, frailty: f64| {
            if idle > 0 || frailty >= running_share {
                return 0.0;
            }
            *age = age.saturating_add(1);
            ramp.get(usize::from(*age)).copied().unwrap_or(grown)
        };
        let (plan, last_plan) = self.plan.as_chunks_mut::<LANES>();
        let (age, last_age) = self.age.as_chunks_mut::<LANES>();
        let (idle, last_idle) = self.idle.as_chunks::<LANES>();
        let (capacity, last_capacity) = self.capacity.as_chunks::<LANES>();
        let (frailty, last_frailty) = self.frailty.as_chunks::<LANES>();
        let (mut sums, mut full) = ([0.0; LANES], [0.0; LANES]);
        let rows = plan.iter_mut().zip(age).zip(idle).zip(capacity).zip(frailty);
        for ((((plan, age), idle), capacity), frailty) in rows {
            for i in 0..LANES {
                full[i] = reached(&mut age[i], idle[i], frailty[i]);
            }
            for i in 0..LANES {
                full[i] = to_gram(capacity[i] * full[i] * season);
                sums[i] += full[i];
            }
            *plan = full;
        }
        let mut sum: f64 = sums.iter().sum();
        let rows = last_plan.iter_mut().zip(last_age).zip(last_idle);
        for (((plan, age), idle), (capacity, frailty)) in
            rows.zip(last_capacity.iter().zip(last_frailty))
        {
            *plan = to_gram(capacity * reached(age, *idle, *frailty) * season);
            sum += *plan;
        }
        sum
    }

    /// Sites stand still by order: the next month of work is their first.
    pub(super) fn rest(&mut self) {
        self.age.iter_mut().for_each(|age| *age = 0);
    }

    /// Produces `enough` (0..1, the reagents) of the plan. Returns output, t REO, and how many sites
    /// produced.
    pub(super) fn produce(&mut self, enough: f64) -> (f64, u32) {
        let some = |q: f64| if q > 0.0 { 1.0 } else { 0.0 };
        let least = |a: f64, b: f64| if a < b { a } else { b };
        let (plan, last_plan) = self.plan.as_chunks::<LANES>();
        let (reserve, last_reserve) = self.reserve.as_chunks_mut::<LANES>();
        // Sites are counted in the numbers that they are summed in.
        let (mut sums, mut counts) = ([0.0; LANES], [0.0; LANES]);
        for (plan, reserve) in plan.iter().zip(reserve) {
            let (mut q, mut left) = (*plan, *reserve);
            for i in 0..LANES {
                q[i] = least(to_gram(q[i] * enough), left[i]);
                left[i] -= q[i];
                sums[i] += q[i];
                counts[i] += some(q[i]);
            }
            *reserve = left;
        }
        let (mut sum, mut count): (f64, f64) = (sums.iter().sum(), counts.iter().sum());
        for (plan, reserve) in last_plan.iter().zip(last_reserve) {
            let q = least(to_gram(plan * enough), *reserve);
            *reserve -= q;
            sum += q;
            count += some(q);
        }
        (sum, count as u32)
    }
}

/// Notes which of some sites, the first of which has the place `from`, may change their mind; the
/// others forget their losses. Rows are losses, months idle, cost and reserve.
fn note_changing(
    changing: &mut Vec<u32>,
    from: usize,
    net: f64,
    (losses, idle, cost, reserve): (&mut [u16], &[u16], &[f64], &[f64]),
) {
    let rows = losses.iter_mut().zip(idle).zip(cost).zip(reserve);
    for (i, (((losses, idle), cost), reserve)) in rows.enumerate() {
        if *idle > 0 || *cost > net || *reserve <= 0.0 {
            changing.push((from + i) as u32);
        } else {
            *losses = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_grams_do_not_depend_on_their_order() {
        let masses: Vec<f64> = (0..5_000).map(|i| to_gram(f64::from(i) * 0.123_456_789)).collect();
        let forward: f64 = masses.iter().sum();
        let backward: f64 = masses.iter().rev().sum();
        assert_eq!(forward.to_bits(), backward.to_bits());
        assert!((to_gram(12.345_678_9) - 12.345_678_9).abs() < 1e-6);
    }
}
