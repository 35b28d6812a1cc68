//! What happens from outside, and on which days? Dated events, compiled to months.
//!
//! An event holds from a day to a day. Within a month several may overlap: each month is cut into
//! pieces in which the same events hold, so that a closure on the 22nd shuts ten days of October,
//! and two closures of one side on the same day shut that side once.

use crate::kernel::id::{
    ActorId, ConstituentId, Dense, FrontId, GateId, Id, LeverId, NumberId, PlaceId, TownshipId,
};
use crate::kernel::time::{Date, Month};

/// Everything dated.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Openness of each gate.
    pub gates: Dense<GateId, GateTimeline>,
    /// Factor on the entry of sites, by township.
    pub licence: Dense<TownshipId, Profile>,
    /// Factor on output, by township.
    pub halt: Dense<TownshipId, Profile>,
    /// Share of an expected shortfall that state stocks cover, by constituent.
    pub reserve: Dense<ConstituentId, Profile>,
    /// Changes of holder, in order of time.
    pub control: Vec<ControlChange>,
    /// Levies, by actor.
    pub levy: Dense<ActorId, LevyTimeline>,
    /// Closures that were announced, or held to be permanent.
    pub closures: Vec<ForetoldClosure>,
    /// Stops of output that were announced, or held to be permanent.
    pub stops: Vec<ForetoldStop>,
    /// Offensives, in order of time.
    pub offensives: Vec<Offensive>,
    /// Truces between the two sides, in order of time.
    pub truces: Vec<Truce>,
    /// Demands for the challenger's arms, in order of time.
    pub demands: Vec<Demand>,
    /// Levies of those who do not hold the ground.
    pub parallel: Vec<ParallelLevy>,
    /// Settings of levers; of those that hold in a month the last one counts.
    pub levers: Dense<LeverId, Vec<Setting>>,
    /// First month in which the model decides what nobody scripted; the number of months of the
    /// corridor if it never does.
    pub live_from: usize,
}

/// An offensive that is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offensive {
    /// Where.
    pub front: FrontId,
    /// Whose: 0 the challenger's, 1 the incumbent's.
    pub side: usize,
    /// First month.
    pub from: usize,
    /// Month after the last one.
    pub until: usize,
}

/// A truce that is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truce {
    /// First month.
    pub from: usize,
    /// Month after the last one; if the model decides by then, it may break earlier or last longer.
    pub until: usize,
    /// How far a third party monitors and guarantees it, 0..1.
    pub guarantee: NumberId,
    /// Share of the commodity's revenue that it gives to the other side, 0..1.
    pub sharing: NumberId,
    /// Its age on its first day, months, if it was signed before.
    pub age_months: Option<NumberId>,
}

/// A demand of the incumbent for the challenger's arms that is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// First month.
    pub from: usize,
    /// Month after the last one.
    pub until: usize,
    /// Share of the challenger's means that it is about, 0..1.
    pub arms: NumberId,
}

/// A levy on what leaves townships that the actor does not hold.
#[derive(Clone, Debug)]
pub struct ParallelLevy {
    /// Who levies.
    pub actor: ActorId,
    /// Where.
    pub townships: Vec<TownshipId>,
    /// Share of what leaves that it reaches.
    pub reach: Profile,
    /// Share of the value, of what it reaches.
    pub share: NumberId,
    /// Whether only while the two sides are at war (true), only under a truce (false), or always.
    pub war: Option<bool>,
}

/// A lever turned from a month on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// First month in which it acts.
    pub from: usize,
    /// Month after the last one.
    pub until: usize,
    /// To what.
    pub number: NumberId,
}

/// Openness of one gate: two sides, two goods.
#[derive(Clone, Debug, Default)]
pub struct GateTimeline {
    /// Product, holder's side.
    pub near_product: Profile,
    /// Reagents, holder's side.
    pub near_reagents: Profile,
    /// Product, buyer's side.
    pub far_product: Profile,
    /// Reagents, buyer's side.
    pub far_reagents: Profile,
}

/// A township changes hands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlChange {
    /// First month in which the new holder holds it for most days.
    pub month: usize,
    /// Where.
    pub place: PlaceId,
    /// To whom.
    pub holder: ActorId,
}

/// A closure that the market could foresee, or took for permanent.
#[derive(Clone, Debug, PartialEq)]
pub struct ForetoldClosure {
    /// Month of the announcement; the first month of the closure if there was none.
    pub announced: usize,
    /// First month touched.
    pub from: usize,
    /// Month after the last one touched.
    pub until: usize,
    /// Gates concerned.
    pub gates: Vec<GateId>,
    /// Share of the product that still passes them.
    pub product: NumberId,
    /// Taken for permanent.
    pub permanent: bool,
}

/// A stop of output that everybody could foresee, or took for permanent.
#[derive(Clone, Debug, PartialEq)]
pub struct ForetoldStop {
    /// Month of the announcement; the first month of the stop if there was none.
    pub announced: usize,
    /// First month touched.
    pub from: usize,
    /// First month that has no day before the stop.
    pub begun: usize,
    /// Month after the last one touched.
    pub until: usize,
    /// Townships concerned.
    pub townships: Vec<TownshipId>,
    /// Share of output that goes on.
    pub output: NumberId,
    /// Taken for permanent.
    pub permanent: bool,
}

/// The levy of one actor.
#[derive(Clone, Debug)]
pub struct LevyTimeline {
    /// Amount for each gross tonne.
    pub specific: Profile,
    /// Share of the value.
    pub ad_valorem: Profile,
    /// Least amount for each gross tonne, for a hybrid levy.
    pub minimum: Profile,
    /// Share of the product itself.
    pub in_kind: Profile,
}

/// How values that hold on the same day combine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// The smallest, of a thing that is 1 when nothing happens.
    Smallest,
    /// The product, of a thing that is 1 when nothing happens.
    Product,
    /// The largest, of a thing that is 0 when nothing happens.
    Largest,
    /// The one that began last, of a thing that is 0 when nothing happens.
    Latest,
}

/// A value over time, for each month the mean over its days.
#[derive(Clone, Debug)]
pub struct Profile {
    combine: Combine,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
struct Piece {
    month: usize,
    weight: f64,
    /// Whether it lasts to the end of the month.
    last: bool,
    numbers: Vec<NumberId>,
}

/// A value that holds from a day to a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// First day.
    pub from: Date,
    /// First day on which it no longer holds; `None` means for good.
    pub until: Option<Date>,
    /// The value.
    pub number: NumberId,
}

impl Timeline {
    /// The setting of a lever in a month, if anyone has turned it.
    pub fn lever(&self, lever: LeverId, month: usize, values: &[f64]) -> Option<f64> {
        let holds = |s: &&Setting| (s.from..s.until).contains(&month);
        self.levers[lever].iter().rev().find(holds).map(|s| values[s.number.index()])
    }
}

impl Default for LevyTimeline {
    /// Nothing is levied.
    fn default() -> Self {
        let nothing = || Profile { combine: Combine::Latest, pieces: Vec::new() };
        Self { specific: nothing(), ad_valorem: nothing(), minimum: nothing(), in_kind: nothing() }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self { combine: Combine::Smallest, pieces: Vec::new() }
    }
}

impl Combine {
    /// The value when nothing happens.
    pub fn idle(self) -> f64 {
        match self {
            Self::Smallest | Self::Product => 1.0,
            Self::Largest | Self::Latest => 0.0,
        }
    }

    fn of(self, numbers: &[NumberId], values: &[f64]) -> f64 {
        let all = numbers.iter().map(|n| values[n.index()]);
        match self {
            Self::Smallest => all.fold(1.0, f64::min),
            Self::Product => all.product(),
            Self::Largest => all.fold(0.0, f64::max),
            Self::Latest => numbers.last().map_or(0.0, |n| values[n.index()]),
        }
    }
}

impl Profile {
    /// Cuts `spans` into monthly pieces over `months` from `start`.
    pub fn new(combine: Combine, spans: &[Span], start: Month, months: usize) -> Self {
        let mut spans = spans.to_vec();
        spans.sort_by_key(|s| s.from);
        let mut pieces = Vec::new();
        for index in 0..months {
            let month = start.plus(index as i32);
            let (first, next) = (month.first_day(), month.plus(1).first_day());
            let inside: Vec<&Span> = spans
                .iter()
                .filter(|s| s.from < next && s.until.is_none_or(|u| u > first))
                .collect();
            if inside.is_empty() {
                continue;
            }
            let mut cuts: Vec<f64> = vec![0.0, 1.0];
            for span in &inside {
                cuts.extend([
                    position(span.from, month),
                    span.until.map_or(1.0, |u| position(u, month)),
                ]);
            }
            cuts.sort_by(f64::total_cmp);
            cuts.dedup();
            for pair in cuts.windows(2) {
                let holds = |s: &&&Span| {
                    position(s.from, month) <= pair[0]
                        && s.until.is_none_or(|u| position(u, month) >= pair[1])
                };
                let numbers: Vec<NumberId> =
                    inside.iter().filter(holds).map(|s| s.number).collect();
                if !numbers.is_empty() {
                    let (weight, last) = (pair[1] - pair[0], pair[1] >= 1.0);
                    pieces.push(Piece { month: index, weight, last, numbers });
                }
            }
        }
        Self { combine, pieces }
    }

    /// Whether anything is given for a month.
    pub fn holds(&self, month: usize) -> bool {
        let first = self.pieces.partition_point(|p| p.month < month);
        self.pieces.get(first).is_some_and(|p| p.month == month)
    }

    /// The value on the last day of a month, given the values of all numbers.
    pub fn at_end(&self, month: usize, values: &[f64]) -> f64 {
        let last = self.pieces.iter().find(|p| p.month == month && p.last);
        last.map_or(self.combine.idle(), |p| self.combine.of(&p.numbers, values))
    }

    /// Writes the value of each month into `out`, given the values of all numbers.
    pub fn fill(&self, values: &[f64], out: &mut [f64]) {
        let idle = self.combine.idle();
        out.fill(idle);
        for piece in &self.pieces {
            if let Some(month) = out.get_mut(piece.month) {
                *month += piece.weight * (self.combine.of(&piece.numbers, values) - idle);
            }
        }
    }
}

/// Where in `month` a date lies, 0 before it and 1 after it.
fn position(date: Date, month: Month) -> f64 {
    match date.month().cmp(&month) {
        std::cmp::Ordering::Less => 0.0,
        std::cmp::Ordering::Equal => date.share_before(),
        std::cmp::Ordering::Greater => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, until: &str, number: usize) -> Span {
        Span {
            from: from.parse().unwrap(),
            until: until.parse().ok(),
            number: NumberId::new(number),
        }
    }

    fn months(combine: Combine, spans: &[Span], values: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; 4];
        Profile::new(combine, spans, "2024-09".parse().unwrap(), 4).fill(values, &mut out);
        out
    }

    #[test]
    fn a_closure_shuts_only_its_own_days() {
        let out = months(Combine::Smallest, &[span("2024-10-22", "2024-12-13", 0)], &[0.0]);
        let expected = [1.0, 21.0 / 31.0, 0.0, 1.0 - 12.0 / 31.0];
        for (a, b) in out.iter().zip(expected) {
            assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn two_closures_on_the_same_day_shut_the_gate_once() {
        let spans = [span("2024-10-01", "2024-11-01", 0), span("2024-10-17", "2024-11-17", 1)];
        let out = months(Combine::Smallest, &spans, &[0.5, 0.0]);
        assert!((out[1] - 0.5 * 16.0 / 31.0).abs() < 1e-12);
        assert!((out[2] - 14.0 / 30.0).abs() < 1e-12);
    }

    #[test]
    fn a_closure_on_the_last_days_counts_at_the_end_of_the_month() {
        let (start, values) = ("2024-09".parse().unwrap(), [0.2]);
        let spans = [span("2024-10-22", "2024-11-13", 0)];
        let profile = Profile::new(Combine::Smallest, &spans, start, 4);
        assert_eq!([0, 1, 2, 3].map(|m| profile.at_end(m, &values)), [1.0, 0.2, 1.0, 1.0]);
    }

    #[test]
    fn the_levy_that_began_last_holds() {
        let spans = [span("2024-10-01", "", 0), span("2024-11-16", "", 1)];
        let out = months(Combine::Latest, &spans, &[10.0, 30.0]);
        assert_eq!(out, [0.0, 10.0, 20.0, 30.0]);
    }
}
