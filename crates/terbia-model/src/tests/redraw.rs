//! Is a run that goes on with other chances one more run out of the same past?

use super::fixture::Fixture;
use super::levers::busy;
use crate::kernel::math::sqrt;
use crate::outcome;
use crate::run::Engine;

/// Month at whose beginning runs are given other chances.
const TURN: usize = 50;
const MONTHS: usize = 90;

/// A corridor in which a good deal happens by chance after the turn.
fn restless() -> Fixture {
    let mut f = busy();
    // What is scripted after the turn would hide what chance does.
    f.corridor.timeline.truces.clear();
    f.corridor.timeline.offensives.clear();
    f
}

/// Columns that show clocks and draws of every module that has them.
const WATCHED: [&str; 9] = [
    "offensives",
    "truce",
    "closure_cause",
    "gate_open_share",
    "sites_total",
    "output_reo_t",
    "exports_reo_t",
    "engagement",
    "price_cny_per_kg.heavy",
];

fn columns(f: &Fixture) -> [usize; WATCHED.len()] {
    let all = outcome::columns(&f.corridor);
    let find = |name: &str| all.iter().position(|c| c.name == name);
    WATCHED.map(|name| find(name).unwrap_or_else(|| panic!("no column {name}")))
}

/// The months from the turn on, of a run that is given `anew` there.
fn rest(engine: &mut Engine<'_>, values: &[f64], run: u32, anew: Option<u64>) -> Vec<Vec<f64>> {
    let chance = (17, run);
    engine.begin(values, chance);
    let mut rows = Vec::new();
    for month in 0..MONTHS {
        if let Some(seed) = anew.filter(|_| month == TURN) {
            engine.redraw((seed, run));
        }
        let row = engine.step(month).unwrap();
        if month >= TURN {
            rows.push(row.to_vec());
        }
    }
    rows
}

#[test]
fn the_chances_that_a_run_has_already_change_nothing() {
    let f = restless();
    let values = f.values(&[]);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    for run in 0..20 {
        let plain = rest(&mut engine, &values, run, None);
        assert!(plain == rest(&mut engine, &values, run, Some(17)), "run {run}");
        assert!(plain != rest(&mut engine, &values, run, Some(18)), "run {run}");
    }
}

#[test]
fn runs_that_are_all_redrawn_are_like_runs_that_are_not() {
    let f = restless();
    let values = f.values(&[]);
    let (columns, mut engine) = (columns(&f), Engine::new(&f.corridor, MONTHS));
    let runs = 800;
    // For each column and ensemble: sum and sum of squares of the mean over the months of a run,
    // and of its last month.
    let mut sums = [[[0.0; 4]; WATCHED.len()]; 2];
    for run in 0..runs {
        for (anew, sums) in [None, Some(99)].into_iter().zip(&mut sums) {
            let rows = rest(&mut engine, &values, run, anew);
            for (column, sums) in columns.iter().zip(sums) {
                let mean = rows.iter().map(|row| row[*column]).sum::<f64>() / rows.len() as f64;
                let last = rows.last().unwrap()[*column];
                for (sum, x) in sums.iter_mut().zip([mean, mean * mean, last, last * last]) {
                    *sum += x;
                }
            }
        }
    }
    let n = f64::from(runs);
    for (place, name) in WATCHED.iter().enumerate() {
        for k in [0, 2] {
            let [(a, var_a), (b, var_b)] = [0, 1].map(|e| {
                let mean = sums[e][place][k] / n;
                (mean, sums[e][place][k + 1] / n - mean * mean)
            });
            assert!(var_a > 0.0, "{name} does not vary");
            // Both share their past, so that this is no less than the error of the difference.
            let error = sqrt((var_a + var_b) / n);
            assert!((a - b).abs() < 3.5 * error, "{name}: {a} and {b}, error {error}");
            assert!((sqrt(var_a / var_b) - 1.0).abs() < 0.15, "{name}: {var_a} and {var_b}");
        }
    }
}

#[test]
fn copies_with_other_chances_part_and_agree_on_what_has_happened() {
    let f = restless();
    let values = f.values(&[]);
    let at = columns(&f);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    let mut parted = [0; WATCHED.len()];
    for run in 0..30 {
        engine.begin(&values, (17, run));
        for month in 0..TURN {
            engine.step(month).unwrap();
        }
        let mut copies = [1, 2].map(|seed| {
            let mut copy = engine.clone();
            copy.redraw((seed, run));
            copy
        });
        let mut same = engine.clone();
        let [a, b] = &mut copies;
        for month in TURN..MONTHS {
            // The copy does not touch what it was made from.
            assert!(engine.step(month).unwrap() == same.step(month).unwrap());
            let (x, y) = (a.step(month).unwrap(), b.step(month).unwrap());
            if month + 1 == MONTHS {
                for (parted, column) in parted.iter_mut().zip(at) {
                    *parted += u32::from(x[column] != y[column]);
                }
            }
        }
    }
    // Whatever is continuous differs in every pair, what happens or not in some.
    let [offensives, truce, cause, _, sites, output, .., price] = parted;
    assert!(offensives > 0 && truce > 0 && cause > 0, "{parted:?}");
    assert_eq!([sites, output, price], [30; 3], "{parted:?}");
}
