//! Where does trade do what, and how long does it last there? The plane of a study in sentences.

use super::Report;
use super::words::{capital, lower, per_cent, quoted, share};
use crate::paper::{Document, Words};
use crate::question::analysis::plane::{Plane, Side};
use crate::question::analysis::survival::Lasted;
use crate::question::analysis::{Interval, Part, Under};
use crate::report::number::Scale;

/// Months at which survival is told in words.
const TOLD: f64 = 24.0;

/// The sentences on a plane.
pub(super) fn told(document: &mut Document, report: &Report, under: &Under) {
    let Some(plane) = &under.plane else { return };
    let (_, spanning) = sign_of(report, plane);
    let mut items = vec![how_often(report, plane)];
    match &plane.region {
        Part::NotPossible(because) => {
            items.push(Words::new().strong("Where. ").plain(format!("Cannot be said: {because}.")));
        }
        Part::Found(found) => {
            match found.boxes.first() {
                None => items.push(Words::new().strong("Where. ").plain(format!(
                    "No region of {spanning} sets these futures apart from the rest."
                ))),
                Some(_) => items.extend(region(report, plane)),
            }
        }
    }
    document.list(items);
}

/// The label of the outcome with the sign, and those of the others.
fn sign_of<'a>(report: &'a Report, plane: &'a Plane) -> (&'a str, String) {
    let (sign, others) = plane.axes.split_last().map_or(("", &[][..]), |(s, o)| (s.as_str(), o));
    let labels: Vec<String> = others.iter().map(|id| lower(report.outcome_label(id))).collect();
    (report.outcome_label(sign), super::words::listed(&labels))
}

/// How often the sign is above 0.
pub(super) fn how_often(report: &Report, plane: &Plane) -> Words {
    let (sign, _) = sign_of(report, plane);
    let words = Words::new().strong(format!("{sign}. "));
    let Some((first, reference)) = plane.above.first() else { return words };
    let best = plane.above.iter().skip(1).max_by(|a, b| {
        let value = |s: &(String, Interval)| s.1.value.unwrap_or(-1.0);
        value(a).total_cmp(&value(b))
    });
    let words = words
        .plain("Above 0 in ")
        .strong(share(reference))
        .plain(format!(" of the futures under {}", quoted(report.policy(first))));
    // Of shares of the same futures, intervals that do not meet are more than enough.
    match best {
        Some((id, most)) if most.low > reference.high => words
            .plain("; most often, in ")
            .strong(share(most))
            .plain(format!(", under {}.", quoted(report.policy(id)))),
        _ => words.plain("; under no other policy clearly more often."),
    }
}

fn region(report: &Report, plane: &Plane) -> Vec<Words> {
    let (Part::Found(found), [within, without]) = (&plane.region, plane.sides.as_slice()) else {
        return Vec::new();
    };
    let Some(first) = found.boxes.first() else { return Vec::new() };
    let limits: Vec<String> = first.limits.iter().map(limit).collect();
    let mut place = Words::new().strong("Where. ").plain("Mostly where ");
    place = place.strong(limits.join(", and ")).plain(format!(
        ": of the futures there {} are above 0, of those elsewhere {}.",
        share(&within.above),
        share(&without.above)
    ));
    if let Some(seen) = &found.elsewhere {
        place = place.plain(format!(
            " A region found in half of the futures held {} above 0 in the other half, where {} are \
             anyway.",
            share(&seen.density),
            per_cent(seen.base)
        ));
    }
    let mut items = vec![place, inside(report, within)];
    if let Some(lasting) = lasting(report, within, without) {
        items.push(lasting);
    }
    items
}

/// A limit of the region, in per cent where it is a share.
fn limit(limit: &crate::question::analysis::discovery::Limit) -> String {
    let scale = Scale::fit(&limit.unit, [limit.low, limit.high]);
    let unit = super::words::spaced(&scale.unit);
    let ends = match (limit.low, limit.high) {
        (Some(low), Some(high)) => {
            format!("between {} and {}{unit}", scale.model(low), scale.model(high))
        }
        (Some(low), None) => format!("above {}{unit}", scale.model(low)),
        (None, Some(high)) => format!("below {}{unit}", scale.model(high)),
        (None, None) => "anywhere".into(),
    };
    format!("{} is {ends}", lower(&limit.path))
}

/// How many futures of each policy lie there.
fn inside(report: &Report, within: &Side) -> Words {
    let words = Words::new().strong("Who gets there. ");
    let Some((first, others)) = within.runs.split_first() else { return words };
    let mut words = words.plain(format!(
        "Of the futures under {} {} lie in that region",
        quoted(report.policy(&first.0)),
        share(&first.1)
    ));
    let by = |a: &&(String, Interval), b: &&(String, Interval)| {
        a.1.value.unwrap_or(0.0).total_cmp(&b.1.value.unwrap_or(0.0))
    };
    // Shares of the same futures: intervals that do not meet are more than enough.
    let most = others.iter().max_by(by).filter(|m| m.1.low > first.1.high);
    let least = others.iter().min_by(by).filter(|l| l.1.high < first.1.low);
    for (word, policy) in [("most", most), ("fewest", least)] {
        if let Some((id, of)) = policy {
            words = words.plain(format!(
                "; {word}, {}, under {}",
                share(of),
                quoted(report.policy(id))
            ));
        }
    }
    words.plain(".")
}

fn lasting(report: &Report, within: &Side, without: &Side) -> Option<Words> {
    let part = |side: &Side| side.lasting.as_ref().and_then(|l| l.found().cloned());
    let label = report.analysis.scenarios.iter().find_map(|u| u.survival.first());
    let label = label.map_or("It", |s| s.label.as_str());
    let (here, there) = (part(within)?, part(without)?);
    Some(
        Words::new()
            .strong("For how long. ")
            .plain(format!("{} in that region: {}. ", capital(label), lasts(&here)))
            .plain(format!("Elsewhere: {}.{}", lasts(&there), apart(&here, &there))),
    )
}

/// Whether it lasts longer on one side.
fn apart(here: &Lasted, there: &Lasted) -> &'static str {
    let at = |l: &Lasted| l.at.iter().find(|(months, _)| *months == TOLD).map(|(_, of)| *of);
    match (at(here), at(there)) {
        (Some(here), Some(there)) if here.low > there.high => " It lasts longer there.",
        (Some(here), Some(there)) if here.high < there.low => " It lasts longer elsewhere.",
        _ => " Between the two no difference can be told.",
    }
}

/// How long it lasts, and what ends it most often.
pub(super) fn lasts(found: &Lasted) -> String {
    let half = if found.median_months.value.is_some() {
        let months = super::words::amount(&found.median_months, &Scale::of("months", 1.0));
        format!("half have ended after {months}")
    } else {
        "fewer than half end within the window".to_owned()
    };
    let at = found.at.iter().find(|(months, _)| *months == TOLD);
    let at = at.map(|(_, of)| format!("; {} last longer than {TOLD} months", share(of)));
    let why: Vec<String> =
        found.causes.iter().map(|(cause, of)| format!("{cause} {}", share(of))).collect();
    let why = if why.is_empty() {
        String::new()
    } else {
        format!("; what weighs most at the end: {}", why.join(", "))
    };
    format!(
        "of {} that begin {} end; {half}{}{why}",
        super::words::whole(found.spells),
        super::words::whole(found.ended),
        at.unwrap_or_default()
    )
}
