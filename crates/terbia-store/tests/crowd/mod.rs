//! How are many runs of a scenario read month by month, without keeping them?

#![allow(dead_code, reason = "each test binary uses its part")]
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::num::NonZero;
use std::path::Path;
use std::thread;
use terbia_lab::across::InMemory;
use terbia_lab::corridor::Study;
use terbia_lab::ensemble::{self, Collect, Plan};
use terbia_model::config::Corridor;
use terbia_model::kernel::id::{Id, NumberId};
use terbia_model::kernel::time::Month;
use terbia_model::outcome::{self, Column};
use terbia_model::run::{Engine, RunStatus};
use terbia_store::{Compiled, Project};

/// The first corridor, as it lies in the repository.
pub(crate) fn kachin() -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corridors/kachin");
    Project::load_folder(&folder).unwrap_or_else(|e| panic!("{:?}", miette::Report::new(e)))
}

/// Says something to `cargo xtask docs`, which runs the ignored test `book` and looks for this line.
#[expect(clippy::print_stdout, reason = "it is how a test speaks to the program that runs it")]
pub(crate) fn tell_the_book(what: &serde_json::Value) {
    println!("\nbook: {what}");
}

/// A scenario with some numbers held.
pub(crate) struct Crowd {
    compiled: Compiled,
    columns: Vec<Column>,
    held: Vec<(NumberId, f64)>,
}

impl Crowd {
    /// The scenario with `sets` held, by path.
    pub(crate) fn new(project: &Project, scenario: &str, sets: &[(String, f64)]) -> Self {
        let compiled = project.compile(scenario, None, sets).unwrap();
        let columns = outcome::columns(&compiled.corridor);
        Self { compiled, columns, held: Vec::new() }
    }

    /// The same with a number of the corridor held at a value that may lie outside its range.
    pub(crate) fn with(mut self, path: &str, value: f64) -> Self {
        let number = self.corridor().number(path);
        self.held.push((number.unwrap_or_else(|| panic!("there is no number {path}")), value));
        self
    }

    /// The same with communities that all holders must heed as little, none being anybody's own.
    pub(crate) fn with_communities_alike(mut self, accountability: f64) -> Self {
        for township in &mut self.compiled.corridor.townships {
            if let Some(community) = &mut township.community {
                community.constituency = None;
                self.held.push((community.accountability, accountability));
            }
        }
        self
    }

    pub(crate) fn corridor(&self) -> &Corridor {
        &self.compiled.corridor
    }

    /// Place of the column of this name.
    pub(crate) fn column(&self, name: &str) -> usize {
        let place = self.columns.iter().position(|c| c.name == name);
        place.unwrap_or_else(|| panic!("there is no outcome {name}"))
    }

    /// The column of this name.
    pub(crate) fn about(&self, name: &str) -> &Column {
        &self.columns[self.column(name)]
    }

    /// Months from the start of the corridor to `month`.
    pub(crate) fn index(&self, month: &str) -> usize {
        let month: Month = month.parse().unwrap();
        month.since(self.corridor().start) as usize
    }

    fn study(&self, seed: u64, months: usize) -> Study<'_> {
        let study = Study::new(self.corridor(), months, seed);
        let fixed = self.compiled.fixed.iter().enumerate();
        let fixed = fixed.filter_map(|(place, value)| Some((NumberId::new(place), (*value)?)));
        fixed.chain(self.held.iter().copied()).fold(study, |s, (number, x)| s.with(number, x))
    }

    /// All outcomes of the first `months` of each run.
    pub(crate) fn in_memory(&self, (seed, members): (u64, u32), months: usize) -> InMemory {
        let sink = Collect::default();
        let plan = Plan { members, ..Plan::default() };
        let study = self.study(seed, months);
        ensemble::run(&study, &plan, &sink, &false.into(), &|_| {}).unwrap();
        let names = self.columns.iter().map(|c| c.name.clone()).collect();
        InMemory::new(names, &sink.into_chunks())
    }

    /// What `read` gathers of each run up to (not including) month `end`, in the order of the runs;
    /// nothing for a run that diverged.
    pub(crate) fn gather<T: Default + Send>(
        &self,
        (seed, members): (u64, u32),
        end: usize,
        read: impl Fn(&mut T, usize, &[f64]) + Sync,
    ) -> Vec<Option<T>> {
        let (corridor, study) = (self.corridor(), self.study(seed, end));
        let part = |runs: std::ops::Range<u32>| -> Vec<Option<T>> {
            let mut engine = Engine::new(corridor, end);
            let one = |run| {
                let mut kept = T::default();
                let status = engine.run(&study.values(run), (seed, run), |month, row| {
                    read(&mut kept, month, row);
                });
                (status == RunStatus::Finished).then_some(kept)
            };
            runs.map(one).collect()
        };
        let threads = thread::available_parallelism().map_or(1, NonZero::get) as u32;
        let size = members.div_ceil(threads).max(1);
        thread::scope(|scope| {
            let part = &part;
            let jobs: Vec<_> = (0..threads)
                .map(|k| (k * size).min(members)..((k + 1) * size).min(members))
                .map(|runs| scope.spawn(move || part(runs)))
                .collect();
            jobs.into_iter().flat_map(|job| job.join().unwrap()).collect()
        })
    }
}
