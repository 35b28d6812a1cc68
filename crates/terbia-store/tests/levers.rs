//! Does each lever of the first corridor do what its file says that it does?
//!
//! Every lever is turned alone from January 2026, once to its low bound and once to its high one, in
//! the same runs: same numbers, same draws. What it moves is the mean of the paired differences.

#![allow(clippy::unwrap_used, reason = "a lever that cannot be turned has failed")]

mod crowd;

use crowd::Crowd;
use serde_json::{Value, json};
use std::sync::OnceLock;
use terbia_model::lever::Kind;
use terbia_model::outcome::Scalar;
use terbia_store::Project;
use terbia_store::lever::LeverView;
use terbia_store::spec::{Direction, Move};

/// Runs with each setting.
const MEMBERS: u32 = 100;
const SEED: u64 = 1;
/// Month from which levers are turned, and the first of the window that is read.
const FROM: &str = "2026-01";
/// Standard errors that the mean difference must be away from nothing; one is enough where nearly all
/// runs that move at all agree, for an effect that few runs feel strongly has a wide error.
const CLEAR: f64 = 2.0;
/// The share of the runs that move, of which this many must.
const AGREE: (f64, f64) = (0.9, 10.0);

/// Where a lever has something to act on.
#[derive(Clone, Copy, Debug)]
struct Situation {
    scenario: &'static str,
    /// A lever of the same owner that is turned beside it.
    beside: Option<(Kind, f64)>,
    /// Last month that is read.
    last: &'static str,
}

/// The situation in which levers of a kind are tried.
fn situation(kind: Kind) -> Situation {
    let usual = Situation { scenario: "replay", beside: None, last: "2032-12" };
    match kind {
        // They hold a truce that nothing else holds.
        Kind::Monitoring | Kind::CeasefireGuarantee | Kind::RevenueSharing => {
            Situation { scenario: "truce-bare", ..usual }
        }
        // Stocks show while the gates are shut.
        Kind::StockRelease | Kind::BuyersStock => {
            Situation { scenario: "closure-2027", last: "2027-12", ..usual }
        }
        // Investors start when they have expected a shortage for long.
        Kind::Diversification => Situation { scenario: "closure-two-years", ..usual },
        // Only what someone offers to buy can be guaranteed.
        Kind::OfftakeGuarantee => Situation { beside: Some((Kind::Offtake, 150.0)), ..usual },
        // A road carries what its partner wants, above all while the nearer way is shut.
        Kind::RoadBuilding => Situation {
            scenario: "closure-two-years",
            beside: Some((Kind::Offtake, 150.0)),
            ..usual
        },
        _ => usual,
    }
}

/// What turning a lever from low to high does to an outcome.
#[derive(Debug)]
struct Effect {
    lever: String,
    owner: String,
    unit: &'static str,
    bounds: [f64; 2],
    situation: Situation,
    /// What was turned beside it.
    beside: Option<(String, f64)>,
    outcome: String,
    outcome_unit: &'static str,
    /// How the months of the window become one number.
    scalar: Scalar,
    direction: Direction,
    /// Means at the low and at the high bound.
    means: [f64; 2],
    /// Mean paired difference, high less low, and its standard error.
    difference: f64,
    error: f64,
    /// Shares of the runs that it moves as stated, and not at all.
    as_stated: f64,
    unmoved: f64,
}

impl Effect {
    /// The effect of the pairs (at the low bound, at the high one) on an outcome.
    fn new(crowd: &Crowd, view: &LeverView<'_>, named: &Move, pairs: &[[f64; 2]]) -> Self {
        let about = crowd.about(named.outcome.get());
        let n = pairs.len() as f64;
        let mean = |f: &dyn Fn(&[f64; 2]) -> f64| pairs.iter().map(f).sum::<f64>() / n;
        let share = |f: &dyn Fn(&[f64; 2]) -> bool| mean(&|p| f64::from(u8::from(f(p))));
        let difference = mean(&|[low, high]| high - low);
        let off = |[low, high]: &[f64; 2]| (high - low - difference) * (high - low - difference);
        let direction = *named.direction.get();
        Self {
            lever: view.spec.id.get().clone(),
            owner: view.owner.to_owned(),
            unit: view.info.unit,
            bounds: *view.spec.bounds.get(),
            situation: situation(view.info.kind),
            beside: None,
            outcome: named.outcome.get().clone(),
            outcome_unit: about.unit,
            scalar: about.scalar,
            direction,
            means: [mean(&|p| p[0]), mean(&|p| p[1])],
            difference,
            error: (mean(&off) / (n - 1.0)).sqrt(),
            as_stated: share(&|[low, high]| sign(direction) * (high - low) > 0.0),
            unmoved: share(&|[low, high]| low == high),
        }
    }

    /// Whether the mean is clearly on the side that is stated.
    fn holds(&self) -> bool {
        let moved = 1.0 - self.unmoved;
        let enough = moved * f64::from(MEMBERS) >= AGREE.1;
        let agreed = enough && self.as_stated >= AGREE.0 * moved;
        let errors = if agreed { 1.0 } else { CLEAR };
        sign(self.direction) * self.difference > errors * self.error
    }

    fn json(&self) -> Value {
        json!({
            "lever": self.lever, "owner": self.owner, "unit": self.unit, "bounds": self.bounds,
            "scenario": self.situation.scenario, "last": self.situation.last,
            "beside": self.beside, "outcome": self.outcome,
            "outcome_unit": self.outcome_unit, "scalar": self.scalar.name(),
            "direction": self.direction.name(), "means": self.means,
            "difference": self.difference, "error": self.error, "as_stated": self.as_stated,
            "unmoved": self.unmoved, "holds": self.holds(),
        })
    }
}

fn sign(direction: Direction) -> f64 {
    if direction == Direction::Up { 1.0 } else { -1.0 }
}

/// What each run of a crowd has of some outcomes from [`FROM`] on; sums are those of a mean year.
fn outcomes(crowd: &Crowd, names: &[&String], last: &str) -> Vec<Option<Vec<f64>>> {
    let (from, end) = (crowd.index(FROM), crowd.index(last) + 1);
    let months = (end - from) as f64;
    let columns: Vec<(usize, Scalar)> =
        names.iter().map(|name| (crowd.column(name), crowd.about(name).scalar)).collect();
    crowd.gather((SEED, MEMBERS), end, |kept: &mut Vec<f64>, month, row| {
        kept.resize(columns.len(), 0.0);
        for (kept, (column, scalar)) in kept.iter_mut().zip(&columns) {
            match scalar {
                _ if month < from => {}
                Scalar::Sum => *kept += row[*column] * 12.0 / months,
                Scalar::Mean => *kept += row[*column] / months,
                Scalar::Last => *kept = row[*column],
            }
        }
    })
}

fn effects(project: &Project, view: &LeverView<'_>) -> Vec<Effect> {
    let Situation { scenario, beside, last } = situation(view.info.kind);
    let turned = |id: &str, value| (format!("lever.{id}@{FROM}"), value);
    let beside = beside.map(|(kind, value)| {
        let levers = project.levers();
        let same = levers.iter().find(|l| l.owner == view.owner && l.info.kind == kind);
        turned(same.unwrap().spec.id.get(), value)
    });
    let [a, b] = view.spec.bounds.get().map(|value| {
        let own = turned(view.spec.id.get(), value);
        let sets: Vec<_> = beside.iter().cloned().chain([own]).collect();
        Crowd::new(project, scenario, &sets)
    });
    let moves = view.spec.moves.get();
    let names: Vec<&String> = moves.iter().map(|m| m.outcome.get()).collect();
    let (low, high) = (outcomes(&a, &names, last), outcomes(&b, &names, last));
    let pairs = |place: usize| -> Vec<[f64; 2]> {
        let both = low.iter().zip(&high);
        both.filter_map(|(a, b)| Some([a.as_ref()?[place], b.as_ref()?[place]])).collect()
    };
    let of = |(place, named): (usize, &Move)| Effect {
        beside: beside.clone(),
        ..Effect::new(&a, view, named, &pairs(place))
    };
    moves.iter().enumerate().map(of).collect()
}

fn all() -> &'static [Effect] {
    static ALL: OnceLock<Vec<Effect>> = OnceLock::new();
    ALL.get_or_init(|| {
        let project = crowd::kachin();
        project.levers().iter().flat_map(|view| effects(&project, view)).collect()
    })
}

#[test]
fn every_lever_moves_what_it_is_said_to_move() {
    let wrong: Vec<&Effect> = all().iter().filter(|e| !e.holds()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
#[ignore = "writes a part of the book, for `cargo xtask docs`"]
fn book() {
    let rows: Vec<Value> = all().iter().map(Effect::json).collect();
    crowd::tell_the_book(&json!({ "members": MEMBERS, "seed": SEED, "from": FROM, "rows": rows }));
}
