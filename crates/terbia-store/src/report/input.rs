//! What of a run goes into its report, and where in the charts does the record belong?

use super::{Chart, Event, Identity, Observed, Report, fan_svg, html};
use crate::load::{Covered, Happening, Project};
use crate::output::Manifest;
use crate::record::measure;
use crate::study::Kept;
use crate::view::Outlook;
use terbia_lab::check::PatternResult;
use terbia_lab::measure::{Measure, Statistic};
use terbia_model::kernel::time::Month;
use terbia_model::outcome::{self, Column, Scalar};

/// The page of a run. Patterns are tried in runs of their own; without them the page says so.
pub fn of_run(
    project: &Project,
    kept: &Kept,
    outlook: &Outlook,
    patterns: &[PatternResult],
) -> String {
    let corridor = &kept.compiled.corridor;
    let columns = outcome::columns(corridor);
    let months = kept.manifest.fingerprint.months;
    let observed: Vec<Vec<Observed>> =
        columns.iter().map(|c| observed(project, c, outlook.start, months)).collect();
    let run = identity(project, &kept.manifest);
    html(&Report {
        corridor: &project.spec.name,
        question: &project.spec.question,
        run: &run,
        after: outlook.after,
        stability: outlook.stability.as_ref(),
        events: &events(project, &run.scenario),
        charts: &charts(outlook, &columns, &observed),
        scores: &outlook.scores,
        patterns,
        numbers: &corridor.numbers,
    })
}

/// The chart of one outcome of a run as a picture of its own, with the events of the kinds in
/// `kinds` (all if there are none); nothing if there is no such outcome.
pub fn picture_of_run(
    project: &Project,
    kept: &Kept,
    outlook: &Outlook,
    name: &str,
    kinds: &[&str],
) -> Option<String> {
    let columns = outcome::columns(&kept.compiled.corridor);
    let months = kept.manifest.fingerprint.months;
    let observed: Vec<Vec<Observed>> =
        columns.iter().map(|c| observed(project, c, outlook.start, months)).collect();
    let mut events = events(project, &kept.manifest.fingerprint.scenario);
    events.retain(|e| kinds.is_empty() || kinds.contains(&e.kind.as_str()));
    let charts = charts(outlook, &columns, &observed);
    let chart = charts.iter().find(|c| c.column.name == name)?;
    Some(fan_svg(chart, &events, outlook.after))
}

fn charts<'a>(
    outlook: &'a Outlook,
    columns: &'a [Column],
    observed: &'a [Vec<Observed>],
) -> Vec<Chart<'a>> {
    let fan = |column: &Column| outlook.columns.iter().find(|f| f.name == column.name);
    columns
        .iter()
        .zip(observed)
        .filter_map(|(column, observed)| {
            let fan = fan(column)?;
            let (start, years) = (outlook.start, fan.years.as_slice());
            let share = fan.share.as_ref();
            Some(Chart { column, start, fan: &fan.months, years, share, observed })
        })
        .collect()
}

fn identity(project: &Project, manifest: &Manifest) -> Identity {
    let run = &manifest.fingerprint;
    let title = project.scenarios.get(&run.scenario).map(|s| s.spec.name.clone());
    Identity {
        diverged: manifest.runs.diverged,
        members: run.members,
        seed: run.seed,
        scenario: run.scenario.clone(),
        scenario_title: title.unwrap_or_else(|| run.scenario.clone()),
        start: run.start.clone(),
        until: run.until.clone(),
        months: run.months,
        sets: run.sets.iter().map(|(path, value)| (path.clone(), *value)).collect(),
        version: run.terbia.clone(),
        corridor_sha256: run.corridor.sha256.clone(),
        command: manifest.command.clone(),
    }
}

/// The events of a scenario and of those that it is based on.
fn events(project: &Project, scenario: &str) -> Vec<Event> {
    let event = |h: &Happening<'_>| Event {
        from: h.from,
        until: h.until,
        kind: h.event.kind.get().name().into(),
        doc: h.event.doc.clone().unwrap_or_else(|| h.event.id.get().replace('-', " ")),
    };
    project.happenings(scenario).iter().map(event).collect()
}

/// Last month that an event on record touches: what comes after it is assumed.
pub fn record_end(project: &Project) -> Option<Month> {
    let month = |text: &str| text.get(..7).and_then(|month| month.parse().ok());
    let dated = |e: &crate::spec::Past| [month(&e.from), month(&e.to)];
    project.evidence.events.iter().flat_map(dated).flatten().max()
}

/// The figures of the record that speak of `column` alone, in its unit.
fn observed(project: &Project, column: &Column, start: Month, months: usize) -> Vec<Observed> {
    let evidence = &project.evidence;
    let figure = |(o, rule): (&crate::spec::Observation, &Covered)| {
        let Covered::Target(place) = *rule else { return None };
        let rule = evidence.targets.targets.get(place)?;
        let mut measure = measure(&rule.measure);
        measure.scale *= rule.scale.as_ref().map_or(1.0, |s| *s.get());
        if let Some((from, to)) = o.window() {
            measure = measure.within(Some(from), Some(to));
        }
        let last = start.plus(months as i32 - 1);
        let window = (measure.from.unwrap_or(start), measure.to.unwrap_or(last));
        let factor = factor(&measure, column, window)?;
        let source = if o.source.is_empty() { &o.evidence } else { &o.source };
        Some(Observed {
            id: o.id.get().clone(),
            from: Some(window.0),
            to: Some(window.1),
            value: o.value.map(|v| v * factor),
            low: o.low.map(|v| v * factor),
            high: o.high.map(|v| v * factor),
            source: source.join(" "),
        })
    };
    evidence.observations.iter().zip(&evidence.rules).filter_map(figure).collect()
}

/// What a figure is multiplied by to stand in the chart of `column`; nothing if it does not speak
/// of that outcome as it is.
fn factor(measure: &Measure, column: &Column, (from, to): (Month, Month)) -> Option<f64> {
    let plain = measure.divide.is_none() && measure.multiply.is_none() && !measure.minus_one;
    if !plain || measure.outcome != column.name || measure.scale == 0.0 {
        return None;
    }
    let months = f64::from(to.since(from) + 1);
    let level = matches!(measure.statistic, Statistic::Mean | Statistic::First | Statistic::Last);
    let shape = match (column.scalar, measure.statistic) {
        (Scalar::Sum, Statistic::Mean) => months,
        (Scalar::Sum, Statistic::Sum) => 1.0,
        (scalar, _) if months == 1.0 || (level && scalar != Scalar::Sum) => 1.0,
        _ => return None,
    };
    Some(shape / measure.scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scalar: Scalar, statistic: Statistic, to: &str, scale: f64) -> Option<f64> {
        let name = "a".to_owned();
        let column = Column { name, unit: "t", doc: String::new(), module: "m", scalar };
        let measure = Measure { scale, ..Measure::new("a", statistic) };
        factor(&measure, &column, ("2020-01".parse().unwrap(), to.parse().unwrap()))
    }

    #[test]
    fn a_figure_stands_in_a_chart_only_in_the_terms_of_the_chart() {
        assert_eq!(of(Scalar::Sum, Statistic::Sum, "2020-12", 0.5), Some(2.0));
        assert_eq!(of(Scalar::Sum, Statistic::Mean, "2020-12", 1.0), Some(12.0));
        assert_eq!(of(Scalar::Last, Statistic::Last, "2020-12", 100.0), Some(0.01));
        assert_eq!(of(Scalar::Mean, Statistic::Sum, "2020-12", 1.0), None);
        assert_eq!(of(Scalar::Mean, Statistic::Max, "2020-12", 1.0), None);
        assert_eq!(of(Scalar::Mean, Statistic::Max, "2020-01", 1.0), Some(1.0));
        assert_eq!(of(Scalar::Sum, Statistic::Max, "2020-06", 1.0), None);
        assert_eq!(of(Scalar::Sum, Statistic::Sum, "2020-06", 0.0), None);
    }
}
