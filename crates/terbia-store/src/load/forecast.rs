//! Can what `[forecast]` names be forecast? Outcomes of the corridor, each once, and events that
//! say how they happen.

use super::fault::Fault;
use super::files::File;
use super::index::Kind;
use super::problem::Problems;
use crate::spec::{At, Forecast};

/// Notes everything that is wrong with the table.
pub(crate) fn check(spec: &Forecast, outcomes: &Kind, file: &File, problems: &mut Problems) {
    let mut add = |span, fault| problems.add(file, span, fault);
    let what = || "the forecast".to_owned();
    for (place, foretold) in spec.outcomes.iter().enumerate() {
        if !outcomes.has(&foretold.outcome) {
            add(foretold.outcome.span(), outcomes.unknown(&foretold.outcome));
        } else if spec.outcomes.iter().take(place).any(|f| f.outcome == foretold.outcome) {
            let id = foretold.outcome.get().clone();
            let fault = Fault::TwiceNamed { what: what(), kind: "outcome", id };
            add(foretold.outcome.span(), fault);
        }
    }
    for event in &spec.events {
        if !outcomes.has(&event.outcome) {
            add(event.outcome.span(), outcomes.unknown(&event.outcome));
        }
        if !event.threshold.is_finite() {
            let fault = Fault::NotFinite { key: "threshold".to_owned() };
            add(event.threshold.span(), fault);
        }
        match (&event.becomes, &event.is) {
            (Some(_), Some(is)) => {
                let fault = Fault::OutOfPlace {
                    key: "is",
                    what: format!("the event '{}', which has 'becomes'", *event.id),
                    mend: "keep 'becomes' for a state that has to change, 'is' for a count of what \
                           begins in a month",
                };
                add(is.span(), fault);
            }
            (None, None) => {
                let what = format!("the event '{}' of the forecast", *event.id);
                add(event.id.span(), Fault::Needed { key: "becomes", what });
            }
            _ => {}
        }
    }
    let labels = spec.outcomes.iter().map(|f| &f.label).chain(spec.events.iter().map(|e| &e.label));
    for label in labels.filter(|label| label.trim().is_empty()) {
        add(label.span(), Fault::Needed { key: "label", what: what() });
    }
    let ids: Vec<&At<String>> = spec.events.iter().map(|e| &e.id).collect();
    Kind::collect("event of the forecast", ids, file, problems);
}
