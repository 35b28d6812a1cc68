//! What does one do with a corridor that is sound? Run it, look at its weakest numbers, replace what is copied,
//! wake what sleeps.

use super::{Copied, listed, stray, typed, wrapped};
use crate::load::{Project, Stray};
use std::fmt::Write as _;
use terbia_model::kernel::param::Grade;
use terbia_model::kernel::time::Date;

/// A part of the model that does nothing, for want of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asleep {
    /// No `[politics]`.
    Politics,
    /// `[politics]`, but no scenario says when the record ends.
    Decisions,
    /// No `[[basin]]`.
    Rivers,
    /// No `[township.community]`.
    Protest,
    /// Neither of the two.
    Harm,
    /// No `[[lever]]`.
    Levers,
    /// No `[[target]]`.
    Score,
    /// No file in `studies/`, though there are levers.
    Studies,
}

impl Asleep {
    /// What does not happen, and what wakes it.
    pub fn says(self) -> &'static str {
        match self {
            Self::Politics => {
                "politics: only scenarios attack, levy or shut gates; [politics], step 7"
            }
            Self::Decisions => {
                "politics: no scenario has `replay_until`, so nobody decides; step 6"
            }
            Self::Rivers => "rivers: no harm to water; [[basin]], [[reach]], [[station]], step 7",
            Self::Protest => "protest: nobody lives by the mines; [township.community], step 7",
            Self::Harm => "rivers, protest: no harm; [[basin]], [township.community], step 7",
            Self::Levers => "levers: no policy to compare; [[lever]], step 7",
            Self::Score => "score: no figure is compared; evidence/targets.toml, step 8",
            Self::Studies => "studies: no question is asked; studies/, step 10",
        }
    }
}

/// What comes next for a corridor that is sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// How the corridor was called.
    pub path: String,
    /// How many numbers are placeholders, judgements, and how many there are.
    pub weak: [usize; 3],
    /// What is still as in the corridor that it was copied from.
    pub copied: Option<Copied>,
    /// Files that nothing reads.
    pub strays: Vec<Stray>,
    /// Whether `parameters.toml` is not there.
    pub defaults: bool,
    /// What does nothing.
    pub asleep: Vec<Asleep>,
    /// Events after the last month, each with its file.
    pub never: Vec<String>,
}

impl Project {
    /// What comes next for this corridor, which was called `path`.
    pub fn lead(&self, path: &str) -> Lead {
        let numbers = &self.corridor.numbers;
        let of = |grade| numbers.iter().filter(|d| d.grade == grade).count();
        Lead {
            path: path.to_owned(),
            weak: [of(Grade::D), of(Grade::C), numbers.len()],
            copied: Copied::of(self),
            strays: self.strays.clone(),
            defaults: !self.texts.iter().any(|file| file.name() == "parameters.toml"),
            asleep: asleep(self),
            never: never(self),
        }
    }
}

fn asleep(project: &Project) -> Vec<Asleep> {
    let spec = &project.spec;
    let live = project.scenarios.values().any(|s| s.spec.replay_until.is_some());
    let dry = spec.basins.is_empty();
    let silent = spec.townships.iter().all(|t| t.community.is_none());
    let parts = [
        (Asleep::Politics, spec.politics.is_none()),
        (Asleep::Decisions, spec.politics.is_some() && !live),
        (Asleep::Harm, dry && silent),
        (Asleep::Rivers, dry && !silent),
        (Asleep::Protest, silent && !dry),
        (Asleep::Levers, spec.levers.is_empty()),
        (Asleep::Score, project.evidence.targets.targets.is_empty()),
        (Asleep::Studies, project.studies.is_empty() && !spec.levers.is_empty()),
    ];
    parts.into_iter().filter(|(_, asleep)| *asleep).map(|(part, _)| part).collect()
}

/// Events that begin after the last month.
fn never(project: &Project) -> Vec<String> {
    let after = project.corridor.start.plus(project.months() as i32);
    let mut never = Vec::new();
    for sheet in project.scenarios.values() {
        for event in &sheet.spec.events {
            let from = event.from.parse::<Date>().ok();
            if from.is_some_and(|from| from.month() >= after) {
                never.push(format!("'{}' of {}", *event.id, sheet.file.name()));
            }
        }
    }
    never
}

impl Lead {
    /// What is said: lines of at most 80 columns, some twenty at most.
    pub fn text(&self) -> String {
        let path = typed(&self.path);
        let [placeholders, judgements, all] = self.weak;
        let mut text = stray::told(&self.strays).map_or_else(String::new, |told| wrapped(&told));
        if self.defaults {
            text.push_str(&wrapped(
                "No parameters.toml: all numbers of the modules are defaults (guide \"Your own corridor\", \
                 \"Defaults that are another mineral's\").",
            ));
        }
        let _ = writeln!(text, "Next: terbia run {path} --members 50");
        text.push_str(&wrapped(&format!(
            "Then: terbia evidence {path} (of {all} numbers {placeholders} are placeholders, {judgements} \
             judgements)"
        )));
        if let Some(copied) = &self.copied {
            text.push_str(&wrapped(&still(copied)));
        }
        if let Some((first, others)) = self.never.split_first() {
            let more = if others.is_empty() {
                String::new()
            } else {
                format!(" and {} more", others.len())
            };
            text.push_str(&wrapped(&format!("After the last month, so never: {first}{more}")));
        }
        if !self.asleep.is_empty() {
            text.push_str("Asleep for want of data (steps of the guide \"Your own corridor\"):\n");
            for part in &self.asleep {
                let _ = writeln!(text, "  {}", part.says());
            }
        }
        text
    }
}

/// What is still as it was copied.
fn still(copied: &Copied) -> String {
    let mut parts = Vec::new();
    if copied.name {
        parts.push("name".to_owned());
    }
    if copied.question {
        parts.push("question".to_owned());
    }
    for (what, (same, all)) in
        [("townships", copied.townships), ("sources", copied.sources), ("numbers", copied.numbers)]
    {
        if same > 0 {
            parts.push(format!("{same} of {all} {what}"));
        }
    }
    format!("Still as in {}: {}.", copied.from, listed(&parts))
}
