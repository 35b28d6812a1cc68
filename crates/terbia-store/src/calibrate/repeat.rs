//! What does it take to make a calibration again? What it says of itself, and the commands.

use super::{CALIBRATION, Calibration, Options};
use std::path::Path;

impl Calibration {
    /// What the calibration in `dir` says of itself; nothing if it cannot be read.
    pub fn read(dir: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(dir.join(CALIBRATION)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// The commands that make it again in the folder `out`, in order, without what has its default.
    pub fn commands(&self, out: &str) -> Vec<String> {
        let Options { scenario, particles, budget, seed, shared, .. } = &self.options;
        let usual = Options::default();
        let mut command = format!("terbia calibrate {} --until {}", self.corridor, self.until);
        let mut add = |words: String| command.push_str(&words);
        if let Some(scenario) = scenario {
            add(format!(" --scenario {scenario}"));
        }
        if *particles != usual.particles {
            add(format!(" --particles {particles}"));
        }
        if *budget != usual.budget {
            add(format!(" --budget {budget}"));
        }
        if *seed != usual.seed {
            add(format!(" --seed {seed}"));
        }
        let mut commands = Vec::new();
        if let Some(shared) = shared {
            commands.clone_from(&shared.commands);
            let from = shared.corridor.to_uppercase();
            add(format!(" --shared-from {from} --shared-correlation {}", shared.correlation));
        }
        add(format!(" --out {out}"));
        commands.push(command);
        commands
    }
}
