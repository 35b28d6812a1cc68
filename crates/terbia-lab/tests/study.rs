//! Does a study of a whole corridor give the same bits however it is run?

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::AtomicBool;
use terbia_lab::across::{Across, InMemory};
use terbia_lab::corridor::Study;
use terbia_lab::ensemble::{Chunk, Collect, Ended, Model, Plan, RunStatus, Shard, run};
use terbia_lab::measure::{Measure, Statistic, evaluate};
use terbia_model::config::{
    Actor, Budget, Commodity, Constituent, Corridor, Form, Gate, Place, Road, Roles, Series,
    Township,
};
use terbia_model::kernel::id::{ActorId, Dense, Id, NumberId, PlaceId, SeriesId};
use terbia_model::kernel::param::{Definition, Grade, Prior};
use terbia_model::timeline::{GateTimeline, LevyTimeline, Profile, Timeline};

const MONTHS: usize = 36;

/// Adds a number of the corridor: uncertain if `low < high`.
fn number(numbers: &mut Vec<Definition>, path: &str, low: f64, value: f64, high: f64) -> NumberId {
    numbers.push(Definition {
        path: path.into(),
        doc: String::new(),
        unit: "1".into(),
        value,
        low,
        high,
        prior: Prior::Triangular,
        grade: Grade::D,
        source: vec!["A-001".into()],
    });
    NumberId::new(numbers.len() - 1)
}

fn series(numbers: &mut Vec<Definition>, id: &str, value: f64) -> Series {
    Series {
        id: id.into(),
        doc: String::new(),
        unit: "1".into(),
        values: vec![value; MONTHS],
        last_known: MONTHS - 1,
        scale: number(numbers, &format!("series.{id}.scale"), 1.0, 1.0, 1.0),
    }
}

fn holder(n: &mut Vec<Definition>) -> Actor {
    let budget = Budget {
        admin_capacity: number(n, "actor.holder.admin_capacity", 0.5, 0.7, 0.9),
        arms_share: number(n, "actor.holder.arms_share", 0.3, 0.3, 0.3),
        services_share: number(n, "actor.holder.services_share", 0.2, 0.2, 0.2),
        stock_sale_months: None,
        admin_growth_months: None,
    };
    Actor { id: "holder".into(), name: "Holder".into(), budget: Some(budget) }
}

fn constituent(n: &mut Vec<Definition>) -> Constituent {
    Constituent {
        id: "rare".into(),
        name: "rare oxide".into(),
        content_t_per_t: number(n, "constituent.rare.content", 0.03, 0.04, 0.05),
        demand_t_per_month: number(n, "constituent.rare.demand", 100.0, 150.0, 200.0),
        demand_growth_per_year: number(n, "constituent.rare.growth", 0.0, 0.05, 0.1),
        price_cny_per_kg: number(n, "constituent.rare.price", 1_500.0, 2_000.0, 2_500.0),
        conditions_elasticity: number(n, "constituent.rare.elasticity", 1.0, 1.0, 1.0),
        price_response: number(n, "constituent.rare.response", 0.3, 0.6, 0.9),
        cover_normal_months: number(n, "constituent.rare.cover", 6.0, 9.0, 12.0),
        price_noise: number(n, "constituent.rare.noise", 0.0, 0.05, 0.1),
    }
}

/// Nothing happens from outside.
fn quiet() -> Timeline {
    Timeline {
        gates: [GateTimeline::default()].into_iter().collect(),
        licence: [Profile::default()].into_iter().collect(),
        halt: [Profile::default()].into_iter().collect(),
        reserve: [Profile::default()].into_iter().collect(),
        levy: [LevyTimeline::default()].into_iter().collect(),
        live_from: MONTHS,
        ..Timeline::default()
    }
}

/// One township, one road, one gate, one priced constituent.
fn corridor() -> Corridor {
    let mut numbers = terbia_model::module::definitions().unwrap();
    let n = &mut numbers;
    let holder = holder(n);
    let township = Township {
        id: "upper".into(),
        name: "Upper Valley".into(),
        sites_at_start: number(n, "township.upper.sites_at_start", 40.0, 50.0, 80.0),
        prospectivity: number(n, "township.upper.prospectivity", 1.0, 1.0, 1.0),
        tenure_hazard_per_month: number(n, "township.upper.tenure_hazard", 0.001, 0.01, 0.02),
        half_grade_t_reo: None,
        reach: None,
        community: None,
    };
    let place = Place {
        id: township.id.clone(),
        name: township.name.clone(),
        holder_at_start: ActorId::new(0),
    };
    let gate = Gate {
        id: "pass".into(),
        name: "Pass".into(),
        far_name: "Far Pass".into(),
        place: PlaceId::new(0),
        capacity_t_per_month: number(n, "gate.pass.capacity", 1e4, 2e4, 3e4),
    };
    let constituent = constituent(n);
    let form = Form {
        id: "oxide".into(),
        name: "oxide".into(),
        reo_per_gross: number(n, "form.oxide.reo_per_gross", 0.9, 0.92, 0.95),
        ship_share: None,
    };
    let road = Road { from: 0, to: 1, km: number(n, "road.upper-pass.km", 50.0, 50.0, 50.0) };
    let commodity = Commodity {
        name: "concentrate".into(),
        reagent: "reagent".into(),
        rest_price_cny_per_kg: number(n, "commodity.rest_price", 10.0, 20.0, 30.0),
        pay_share: number(n, "commodity.pay_share", 0.7, 0.8, 0.9),
    };
    let series: Dense<SeriesId, Series> =
        [("fx", 7.0), ("conditions", 1.0), ("declared_share", 0.9)]
            .into_iter()
            .map(|(id, value)| series(n, id, value))
            .collect();
    Corridor {
        id: "tiny".into(),
        name: "Tiny".into(),
        start: "2020-01".parse().unwrap(),
        months: MONTHS,
        numbers,
        townships: [township].into_iter().collect(),
        places: [place].into_iter().collect(),
        gates: [gate].into_iter().collect(),
        actors: [holder].into_iter().collect(),
        roads: vec![road],
        nodes: 2,
        commodity,
        constituents: [constituent].into_iter().collect(),
        forms: [form].into_iter().collect(),
        origins: Dense::new(),
        series,
        roles: Roles {
            fx: SeriesId::new(0),
            conditions: SeriesId::new(1),
            declared_share: SeriesId::new(2),
        },
        politics: None,
        basins: Dense::new(),
        reaches: Dense::new(),
        stations: Dense::new(),
        levers: Dense::new(),
        timeline: quiet(),
    }
}

fn made(study: &Study<'_>, plan: Plan) -> Vec<Chunk> {
    let sink = Collect::default();
    let ended = run(study, &plan, &sink, &AtomicBool::new(false), &|_| ());
    assert_eq!(ended, Ok(Ended::Complete));
    sink.into_chunks()
}

fn bits(chunks: &[Chunk]) -> Vec<u64> {
    let all = |c: &Chunk| {
        [&c.series, &c.inputs, &c.scalars].into_iter().flatten().flatten().copied().collect()
    };
    chunks.iter().flat_map(|c: &Chunk| -> Vec<f64> { all(c) }).map(f64::to_bits).collect()
}

#[test]
fn threads_and_shards_move_no_bit() {
    let corridor = corridor();
    let study = Study::new(&corridor, MONTHS, 1);
    let plan = Plan { members: 36, chunk_runs: 8, jobs: 1, ..Plan::default() };
    let one = made(&study, plan);
    assert!(one.iter().flat_map(|c| &c.status).all(|s| *s == RunStatus::Finished));
    for jobs in [2, 8] {
        assert_eq!(bits(&made(&study, Plan { jobs, ..plan })), bits(&one));
    }
    let mut parts = made(&study, Plan { shard: Shard { index: 1, of: 2 }, ..plan });
    parts.extend(made(&study, Plan { shard: Shard { index: 0, of: 2 }, ..plan }));
    parts.sort_by_key(|c| c.index);
    assert_eq!(bits(&parts), bits(&one));
}

#[test]
fn scalars_sum_up_the_series_and_inputs_are_what_was_tried() {
    let corridor = corridor();
    let study = Study::new(&corridor, 24, 1);
    let chunks = made(&study, Plan { members: 10, ..Plan::default() });
    let (chunk, names) = (&chunks[0], study.scalar_names());
    let exports = study.columns().iter().position(|c| c.name == "exports_t").unwrap();
    assert_eq!((chunk.months, names[exports].as_str()), (24, "exports_t.sum"));
    let across = InMemory::new(study.columns().iter().map(|c| c.name.clone()).collect(), &chunks);
    assert_eq!((across.runs(), across.months()), (10, 24));
    let sum = Measure::new("exports_t", Statistic::Sum);
    let sums = evaluate(&sum, &across, corridor.start).unwrap();
    assert_eq!(sums, chunk.scalars[exports]);
    assert!(sums.iter().all(|s| *s > 0.0));
    for (input, value) in study.values(7).into_iter().enumerate() {
        assert_eq!(chunk.inputs[input][7], value);
    }
}

#[test]
fn a_held_number_moves_no_other_and_best_values_leave_only_chance() {
    let corridor = corridor();
    let held = corridor.number("gate.pass.capacity").unwrap();
    let (free, study) = (
        Study::new(&corridor, MONTHS, 1).values(5),
        Study::new(&corridor, MONTHS, 1).with(held, 1.5e4),
    );
    for (i, value) in study.values(5).into_iter().enumerate() {
        assert_eq!(value, if i == held.index() { 1.5e4 } else { free[i] });
    }
    let best = study.at_best_values();
    assert_eq!(best.values(3), best.values(4));
    assert_eq!(best.values(3)[held.index()], 1.5e4);
    let chunks = made(&best, Plan { members: 2, ..Plan::default() });
    assert_ne!(chunks[0].months_of(0, 0), chunks[0].months_of(0, 1));
    assert_eq!(Model::months(&best), MONTHS);
}
