//! How fast is the bundled corridor, what does keeping the results cost, and how does the cost
//! grow? Everything that the speed targets name, as ratios from one process.
//!
//! On a shared machine every disturbance only ever adds time, so work is repeated in small pieces,
//! what is compared takes turns, and the best of each piece counts.

#![allow(clippy::print_stdout, reason = "the tables are what a bench is for")]
#![allow(clippy::expect_used, reason = "a bench that cannot go on has nobody to tell but this")]

use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::thread::sleep;
use std::time::{Duration, Instant};
use terbia_lab::corridor::Study;
use terbia_lab::ensemble::{Collect, Discard, Ended, Model, Plan, Shard, Sink, run};
use terbia_model::config::Corridor;
use terbia_model::kernel::id::{Id, NumberId};
use terbia_store::Project;
use terbia_store::output::{Manifest, RunDir};
use terbia_store::study::{Options, Planned, columns};

/// Months of a whole run.
const MONTHS: usize = 192;
const SEED: u64 = 1;

fn main() {
    let project = Project::load("kachin").expect("the bundled corridor loads");
    let corridor = &project.corridor;
    // `cargo bench --bench kachin -- sites memory` makes only those parts.
    let chosen: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let chosen = |part: &str| chosen.is_empty() || chosen.iter().any(|c| c == part);
    let mut ratios = Vec::new();
    if chosen("run") {
        one_run(corridor, &mut ratios);
    }
    if chosen("kept") {
        kept(&project, &mut ratios);
    }
    if chosen("memory") {
        memory(&mut ratios);
    }
    if chosen("months") {
        months(corridor);
    }
    if chosen("sites") {
        sites(corridor, &mut ratios);
    }
    println!();
    for (name, value) in ratios {
        println!("ratio kachin/{name} {value:.2}");
    }
}

type Ratios = Vec<(&'static str, f64)>;

/// Seconds on the clock, and seconds that this thread worked (all of them where nobody counts).
fn timed(work: impl FnOnce()) -> [f64; 2] {
    let (start, worked) = (Instant::now(), worked_seconds());
    work();
    let wall = start.elapsed().as_secs_f64();
    let worked = worked_seconds().zip(worked).map_or(wall, |(now, then)| now - then);
    [wall, worked]
}

/// What the kernel says that this thread has worked; it counts in steps of some milliseconds.
fn worked_seconds() -> Option<f64> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? * 1e-9)
}

fn complete<M: Model, S: Sink<Error: Debug>>(model: &M, plan: &Plan, sink: &S) {
    let ended = run(model, plan, sink, &AtomicBool::new(false), &|_| ());
    assert_eq!(ended.expect("the results can be kept"), Ended::Complete);
}

/// Seconds on one thread for each of `members` runs: chunks are timed one by one, again and again,
/// and the best time of each counts, so that a chunk need only once pass undisturbed. Those that
/// are too long for that are timed by the kernel's count.
fn seconds_a_run<M: Model>(model: &M, members: u32, chunk_runs: u32, repetitions: usize) -> f64 {
    const LONG: f64 = 0.1;
    let of = members.div_ceil(chunk_runs);
    let mut best = vec![f64::INFINITY; of as usize];
    for _ in 0..repetitions {
        for (index, best) in best.iter_mut().enumerate() {
            let shard = Shard { index: index as u32, of };
            let plan = Plan { members, chunk_runs, jobs: 1, shard };
            let [wall, worked] = timed(|| complete(model, &plan, &Discard));
            *best = best.min(if wall > LONG { worked } else { wall });
        }
    }
    best.iter().sum::<f64>() / f64::from(members)
}

/// A run of all months with all modules, its design and its summary included.
fn one_run(corridor: &Corridor, ratios: &mut Ratios) {
    const BUDGET: f64 = 1.5e-3;
    let time = seconds_a_run(&Study::new(corridor, MONTHS, SEED), 200, 5, 30);
    println!(
        "one run of {MONTHS} months: {:.3} ms of one core, {:.0} runs/s",
        time * 1e3,
        1.0 / time
    );
    ratios.push(("budget", time / BUDGET));
}

/// The same runs thrown away and written to Parquet, on one thread and on two.
fn kept(project: &Project, ratios: &mut Ratios) {
    const MEMBERS: u32 = 10_000;
    const REPETITIONS: usize = 3;
    let (mut best, mut worked) = ([[f64::INFINITY; 2]; 2], [f64::INFINITY; 2]);
    for _ in 0..REPETITIONS {
        for (written, (best, worked)) in best.iter_mut().zip(&mut worked).enumerate() {
            for (jobs, best) in (1..).zip(best) {
                let times = if written == 1 {
                    write(project, MEMBERS, jobs)
                } else {
                    let plan = Plan { members: MEMBERS, jobs, ..Plan::default() };
                    let study = Study::new(&project.corridor, MONTHS, SEED);
                    timed(|| complete(&study, &plan, &Discard))
                };
                *best = best.min(times[0]);
                if jobs == 1 {
                    *worked = worked.min(times[1]);
                }
            }
        }
    }
    println!("\n{MEMBERS} runs, runs/s, best of {REPETITIONS}");
    println!("{:<12} {:>10} {:>12} {:>8}", "", "one thread", "two threads", "ratio");
    for (what, [one, two]) in ["thrown away", "written"].into_iter().zip(best) {
        let speed = |s: f64| f64::from(MEMBERS) / s;
        println!("{what:<12} {:>10.0} {:>12.0} {:>8.2}", speed(one), speed(two), one / two);
    }
    let [discarded, written] = best;
    ratios.push(("written", discarded[0] / written[0]));
    ratios.push(("written-cpu", worked[0] / worked[1]));
    ratios.push(("written-on-two-threads", discarded[1] / written[1]));
    ratios.push(("two-threads", discarded[0] / discarded[1]));
    ratios.push(("two-threads-written", written[0] / written[1]));
}

/// Makes the runs and keeps them, from the empty folder to the complete manifest.
fn write(project: &Project, members: u32, jobs: usize) -> [f64; 2] {
    let options = Options {
        scenario: None,
        members,
        seed: SEED,
        until: None,
        sets: Vec::new(),
        jobs,
        replay_until: None,
    };
    let planned = Planned::new(project, &options).expect("the corridor compiles");
    let folder = tempfile::tempdir().expect("there is room for results");
    let manifest = Manifest::new(planned.fingerprint.clone(), jobs, String::new());
    timed(|| {
        let path = folder.path().join("run");
        let dir = RunDir::create(&path, manifest, &columns(&project.corridor))
            .expect("the folder can be written");
        let plan = Plan { members, jobs, ..Plan::default() };
        complete(&Study::new(&project.corridor, MONTHS, SEED), &plan, &dir);
        dir.finish().expect("the results can be kept");
    })
}

/// Peak memory of the program for ten times the runs.
fn memory(ratios: &mut Ratios) {
    println!("\npeak memory of `terbia run`");
    let [few, many] = [1_000, 10_000].map(|members| {
        let peak = peak_mib(members);
        println!("{members:>8} members {peak:>8.1} MiB");
        peak
    });
    ratios.push(("memory", many / few));
}

/// Runs the program and watches what it holds; the mark that Linux keeps only ever rises.
fn peak_mib(members: u32) -> f64 {
    let folder = tempfile::tempdir().expect("there is room for results");
    let mut child = Command::new(env!("CARGO_BIN_EXE_terbia"))
        .args(["run", "kachin", "--quiet", "--members", &members.to_string(), "--out"])
        .arg(folder.path().join("run"))
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    let ended = loop {
        peak = peak.max(high_water_mib(Path::new(&status)).unwrap_or(0.0));
        match child.try_wait().expect("the program can be waited for") {
            Some(ended) => break ended,
            None => sleep(Duration::from_millis(1)),
        }
    };
    assert!(ended.success(), "terbia run failed");
    // Where there is no /proc there is no figure, and the ratio says so by being NaN.
    if peak > 0.0 { peak } else { f64::NAN }
}

fn high_water_mib(status: &Path) -> Option<f64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
}

/// Cost against the length of a run.
fn months(corridor: &Corridor) {
    println!("\n{:>8} {:>10} {:>14}", "months", "us/run", "us/month");
    for months in [48, 96, 144, 192] {
        let study = Study::new(corridor, months, SEED).at_best_values();
        let time = seconds_a_run(&study, 20, 5, 20) * 1e6;
        println!("{months:>8} {time:>10.1} {:>14.2}", time / months as f64);
    }
}

/// Cost against the number of sites.
fn sites(corridor: &Corridor, ratios: &mut Ratios) {
    const MEMBERS: u32 = 4;
    let natural = mean_sites(&finer(corridor, 1.0));
    println!("\n{:>8} {:>10} {:>12} {:>14}", "sites", "mean", "us/run", "ns/site-month");
    let costs = [400.0, 1e3, 4e3, 1e4, 4e4].map(|target: f64| {
        let study = finer(corridor, target / natural);
        let mean = mean_sites(&study);
        let repetitions = (4e5 / target).clamp(5.0, 200.0) as usize;
        let together = if target < 4e3 { 1 } else { MEMBERS };
        let time = seconds_a_run(&study, MEMBERS, together, repetitions);
        let each = time * 1e9 / (mean * MONTHS as f64);
        println!("{target:>8} {mean:>10.0} {:>12.1} {each:>14.2}", time * 1e6);
        each
    });
    let [few, .., many] = costs;
    ratios.push(("linear", many / few));
}

/// The same corridor with `factor` times as many sites, each that much smaller: prices, flows and
/// levies stay what they were, so nothing but the number of sites changes the cost.
fn finer(corridor: &Corridor, factor: f64) -> Study<'_> {
    let number = |path: &str| corridor.number(path).expect("the corridor has its modules' numbers");
    let mut scaled: Vec<(NumberId, f64)> = vec![
        (number("extraction.entry_sites_per_month"), factor),
        (number("extraction.site_output_t_reo_per_month"), 1.0 / factor),
        (number("extraction.investment_cny"), 1.0 / factor),
    ];
    scaled.extend(corridor.townships.iter().map(|t| (t.sites_at_start, factor)));
    let values = corridor.best_values();
    let free = Study::new(corridor, MONTHS, SEED);
    let held = scaled
        .into_iter()
        .fold(free, |study, (number, factor)| study.with(number, values[number.index()] * factor));
    held.at_best_values()
}

/// Sites that exist, mean over months and runs.
fn mean_sites(study: &Study<'_>) -> f64 {
    let column = study.columns().iter().position(|c| c.name == "sites_total");
    let column = column.expect("sites are an outcome");
    let sink = Collect::default();
    complete(study, &Plan { members: 4, jobs: 1, ..Plan::default() }, &sink);
    let series: Vec<f64> =
        sink.into_chunks().into_iter().flat_map(|mut c| c.series.swap_remove(column)).collect();
    series.iter().sum::<f64>() / series.len() as f64
}
