//! Is what the model leaves unexplained stated well? The `[[discrepancy]]` tables of a corridor.

use super::evidence::{Evidence, Files};
use super::fault::Fault;
use super::fields::Bounds;
use super::index::{Keys, Kind};
use super::number::{self, Expected};
use super::problem::Problems;
use std::collections::BTreeMap;

/// Notes what is wrong with the numbers and names, short of the outcomes.
pub(crate) fn check(evidence: &Evidence, files: &Files, keys: &Keys, problems: &mut Problems) {
    let Some(file) = &files.targets else { return };
    let mut ids = Kind::new("discrepancy", []);
    for table in &evidence.targets.discrepancies {
        ids.take(&table.id, file, problems);
        let numbers = [("sd", "1", &table.sd), ("memory_months", "month", &table.memory_months)];
        for (key, unit, num) in numbers {
            let expected = Expected { key, unit, bounds: Bounds::Positive };
            number::check(num.get(), &num.span(), &expected, file, keys, problems);
        }
        if table.outcomes.is_empty() {
            let what = format!("the discrepancy '{}'", *table.id);
            problems.add(file, table.outcomes.span(), Fault::Needed { key: "outcomes", what });
        }
    }
}

/// Notes outcomes that do not exist, or that two discrepancies move at once.
pub(crate) fn check_outcomes(
    evidence: &Evidence,
    files: &Files,
    outcomes: &Kind,
    problems: &mut Problems,
) {
    let Some(file) = &files.targets else { return };
    let mut taken: BTreeMap<&str, &str> = BTreeMap::new();
    for table in &evidence.targets.discrepancies {
        for outcome in table.outcomes.iter() {
            outcomes.expect(outcome, file, problems);
            if let Some(first) = taken.insert(outcome.as_str(), table.id.as_str()) {
                let fault = Fault::TwoDiscrepancies {
                    outcome: outcome.get().clone(),
                    first: first.to_owned(),
                };
                problems.add(file, outcome.span(), fault);
            }
        }
    }
}
