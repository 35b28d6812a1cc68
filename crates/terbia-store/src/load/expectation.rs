//! Are printed expectations stated well? The `[[expectation]]` tables of a corridor.

use super::evidence::{Evidence, Files};
use super::fault::Fault;
use super::index::{Keys, Kind};
use super::problem::Problems;
use super::time;

/// Notes what is wrong with them; `events` are those of the corridor's forecast.
pub(crate) fn check(
    evidence: &Evidence,
    files: &Files,
    events: &Kind,
    keys: &Keys,
    problems: &mut Problems,
) {
    let Some(file) = &files.targets else { return };
    let mut ids = Kind::new("expectation", []);
    for table in &evidence.targets.expectations {
        ids.take(&table.id, file, problems);
        events.expect(&table.event, file, problems);
        time::date(&table.printed, file, problems);
        let earliest = time::month(&table.earliest, file, problems);
        let latest = time::month(&table.latest, file, problems);
        if let (Some(earliest), Some(latest)) = (earliest, latest)
            && latest < earliest
        {
            let fault =
                Fault::EndsBeforeStart { from: earliest.to_string(), until: latest.to_string() };
            problems.add(file, table.latest.span(), fault);
        }
        let what = || format!("the expectation '{}'", *table.id);
        keys.expect(&table.source, what, table.source.span(), file, problems);
    }
}
