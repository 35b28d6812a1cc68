//! Where in the page does an outcome stand, what is it called there, and is it worth opening with?
//!
//! An outcome that no group names comes last, under "Other outcomes", with the words of its own name.

use super::Chart;
use terbia_model::outcome::Column;

/// A subject: heading, the outcomes that are shown at once, and those that wait to be opened.
struct Subject {
    heading: &'static str,
    open: &'static [&'static str],
    more: &'static [&'static str],
}

/// Subjects in the order of the page.
const SUBJECTS: [Subject; 8] = [
    Subject {
        heading: "Supply and prices",
        open: &["exports_t", "import_share", "price_cny_per_kg", "cover_months"],
        more: &[
            "sites_total",
            "sites_producing",
            "output_t",
            "exports_value_usd",
            "leak_t",
            "stock_t",
            "exports_form_t",
            "imports_form_t",
            "output_reo_t",
            "exports_reo_t",
            "pits_total",
            "reagent_stock_t",
            "ore_grade",
            "holder_stock_reo_t",
            "holder_sales_reo_t",
            "basket_price_cny_per_t",
            "concentrate_price_cny_per_t",
            "expected_shortfall_months",
            "alternative_supply_share",
            "fx_cny_per_usd",
        ],
    },
    Subject {
        heading: "Levy and revenue",
        open: &["levy_revenue_total_usd", "levy_agreed"],
        more: &[
            "levy_revenue_usd",
            "levy_cny_per_t",
            "levy_asked_share",
            "levy_refused",
            "arms_spending_usd",
            "fund_usd",
            "admin_learnt",
        ],
    },
    Subject {
        heading: "War and control",
        open: &["offensive", "truce", "net_restraint"],
        more: &[
            "hostage_share",
            "capability_cny",
            "offensives",
            "offensive_launched",
            "offensive_hazard",
            "control",
            "arms_ratio",
            "truce_breakdown_per_month",
            "commitment_loss",
            "commitment_bound",
            "arms_demanded",
        ],
    },
    Subject {
        heading: "Gates and bargain",
        open: &["closure", "leverage"],
        more: &[
            "gate_open_share",
            "closure_threat",
            "conditionality",
            "closure_onset_per_month",
            "closure_end_per_month",
            "package_restraint",
        ],
    },
    Subject {
        heading: "Alignment and outsiders",
        open: &["trade_posture", "axis_posture"],
        more: &[
            "trust",
            "engagement",
            "trade_posture_mean",
            "outside_sales_t",
            "outside_option_cny",
            "price_outside_cny_per_kg",
            "rival_sites",
            "rival_supply_reo_t",
        ],
    },
    Subject { heading: "Stability", open: &["S1", "S2", "S3", "S4", "S5", "S6"], more: &[] },
    Subject {
        heading: "People",
        open: &["protests_total"],
        more: &["legitimacy", "grievance", "cancelled", "protests"],
    },
    Subject {
        heading: "Rivers and forest",
        open: &["forest_loss_ha", "legacy_load_t"],
        more: &["exceedance", "concentration_mg_per_l", "load_index"],
    },
];
/// Heading of the last part.
const REST: &str = "Other outcomes";

/// Codes: what they stand for is told in tables, as a fan of code numbers would say nothing.
const CODES: [&str; 3] = ["closure_cause", "truce_broken_cause", "truce_broken_over"];

/// What people call an outcome where the words of its name will not do.
const TITLES: [(&str, &str); 65] = [
    ("rival_sites", "Mining sites of the rival next door"),
    ("rival_supply_reo_t", "Supply of the rival next door"),
    ("outside_option_cny", "Gain from selling to others than the buyer"),
    ("trust", "Trust of the buyer in the challenger"),
    ("concentration_mg_per_l", "Concentration in the river"),
    ("load_index", "Load of the river, as an index"),
    ("output_reo_t", "Oxide mined"),
    ("output_t", "Product mined"),
    ("sites_total", "Mining sites"),
    ("sites_producing", "Mining sites at work"),
    ("pits_total", "Leaching pits"),
    ("reagent_stock_t", "Leaching reagent in stock"),
    ("ore_grade", "Grade of the ore"),
    ("holder_stock_reo_t", "Product in the holder’s store"),
    ("holder_sales_reo_t", "Product sold from the holder’s store"),
    ("stock_t", "Product waiting at mines and gates"),
    ("exports_reo_t", "Exports of oxide"),
    ("exports_form_t", "Exports by form"),
    ("imports_form_t", "The buyer’s imports by form"),
    ("leak_t", "Exports past the gates"),
    ("exports_value_usd", "Value of exports"),
    ("import_share", "Share of the buyer’s imports"),
    ("cover_months", "Stock cover"),
    ("fx_cny_per_usd", "Exchange rate"),
    ("levy_revenue_total_usd", "Levy revenue of all holders"),
    ("levy_cny_per_t", "Levy for each tonne"),
    ("levy_agreed", "Levy agreed"),
    ("levy_asked_share", "Levy asked, as a share of the value"),
    ("levy_refused", "Ask for a levy refused"),
    ("fund_usd", "Buffer fund"),
    ("arms_spending_usd", "Levies spent on arms"),
    ("gate_open_share", "Open share of the gates"),
    ("control", "Held by the challenger’s side"),
    ("offensive", "An offensive on the front"),
    ("offensives", "Fronts under attack"),
    ("offensive_launched", "Offensives begun"),
    ("offensive_hazard", "Readiness to attack (hazard a month)"),
    ("capability_cny", "Military means"),
    ("hostage_share", "Income that a closure would take"),
    ("arms_ratio", "Arms share of trade income over that of other income"),
    ("net_restraint", "Net restraint (above 0, trade holds back)"),
    ("conditionality", "Belief that an offensive brings a closure"),
    ("closure", "Gates mostly shut"),
    ("closure_threat", "A closure is threatened"),
    ("closure_onset_per_month", "Likelihood of a closure (hazard a month)"),
    ("closure_end_per_month", "Likelihood that a closure ends (hazard a month)"),
    ("package_restraint", "Restraint that was bargained for"),
    ("leverage", "Leverage of the mines’ holder over the buyer"),
    ("trade_posture", "Trade regardless (1) or pressure (0)"),
    ("trade_posture_mean", "Trade regardless or pressure: plain mean"),
    ("axis_posture", "With the resistance (1) or the incumbent (0)"),
    ("engagement", "Engagement of outsiders"),
    ("outside_sales_t", "Sales to other buyers"),
    ("price_outside_cny_per_kg", "Price outside the buyer’s country"),
    ("truce", "A truce holds"),
    ("truce_breakdown_per_month", "Fragility of the truce (hazard a month)"),
    ("commitment_loss", "Power that the weaker side stands to lose"),
    ("commitment_bound", "Loss of power that a truce can bear"),
    ("arms_demanded", "Arms that are demanded"),
    ("admin_learnt", "Administration of mines that is learnt"),
    ("protests_total", "Protests in all townships"),
    ("cancelled", "Mining called off after protest"),
    ("exceedance", "Samples over the standard"),
    ("legacy_load_t", "What mines have left in the ground"),
    ("forest_loss_ha", "Forest cleared for mines"),
];

/// Outcomes that have, beside a column for each side or holder, one for who holds the mines.
const OF_THE_HOLDER: [&str; 3] = ["hostage_share", "net_restraint", "legitimacy"];

/// Titles of the six figures of stability.
const FIGURES: [(&str, &str); 6] = [
    ("S1", "S1: two years without an offensive"),
    ("S2", "S2: trade goes on"),
    ("S3", "S3: steady levy revenue"),
    ("S4", "S4: quiet"),
    ("S5", "S5: consent of people, clean water"),
    ("S6", "S6: leverage gained or lost in a year"),
];

/// Ends of names that say the unit, which stands beside the axis.
const UNITS: [&str; 7] =
    ["_cny_per_kg", "_cny_per_t", "_cny_per_usd", "_usd", "_months", "_t", "_m3"];

/// A part of the page.
pub(super) struct Part<'a> {
    /// Its heading.
    pub(super) heading: &'static str,
    /// Charts that are shown at once.
    pub(super) open: Vec<&'a Chart<'a>>,
    /// Charts that wait to be opened.
    pub(super) more: Vec<&'a Chart<'a>>,
    /// Outcomes that are the same in all months of nearly all runs.
    pub(super) flat: Vec<&'a Chart<'a>>,
}

/// The charts in the order of the page.
pub(super) fn parts<'a>(charts: &'a [Chart<'a>]) -> Vec<Part<'a>> {
    let of = |names: &[&str]| -> Vec<&'a Chart<'a>> {
        let wanted = |name: &&str| {
            let name = (*name).to_owned();
            charts.iter().filter(move |c| base(c.column) == name)
        };
        names.iter().flat_map(wanted).collect()
    };
    let mut parts: Vec<Part<'a>> =
        SUBJECTS.iter().map(|s| part(s.heading, of(s.open), of(s.more))).collect();
    let placed = |c: &&Chart<'_>| {
        let name = base(c.column);
        let named = |s: &Subject| s.open.iter().chain(s.more).any(|n| *n == name);
        SUBJECTS.iter().any(named) || CODES.contains(&name)
    };
    parts.push(part(REST, charts.iter().filter(|c| !placed(c)).collect(), Vec::new()));
    // A part with nothing to see makes no heading.
    let mut flat = Vec::new();
    parts.retain_mut(|part| {
        let seen = !part.open.is_empty();
        if !seen {
            flat.append(&mut part.flat);
        }
        seen
    });
    if let Some(last) = parts.last_mut() {
        last.flat.append(&mut flat);
    }
    parts
}

/// A part, with what is zero throughout set apart; it never begins with nothing to see.
fn part<'a>(heading: &'static str, open: Vec<&'a Chart<'a>>, more: Vec<&'a Chart<'a>>) -> Part<'a> {
    let (flat_open, mut open): (Vec<_>, Vec<_>) = open.into_iter().partition(|c| is_flat(c));
    let (flat_more, mut more): (Vec<_>, Vec<_>) = more.into_iter().partition(|c| is_flat(c));
    if open.is_empty() && !more.is_empty() {
        open = more.drain(..more.len().min(2)).collect();
    }
    Part { heading, open, more, flat: [flat_open, flat_more].concat() }
}

/// Whether there is nothing to draw: it is the same in every month of all but a few runs, and the record
/// says nothing of it.
fn is_flat(chart: &Chart<'_>) -> bool {
    let level = |x: f64, y: f64| x == y || (x - y).abs() <= 1e-9 * x.abs().max(y.abs());
    let same = if let Some(share) = chart.share {
        let first = share.months.first().copied().unwrap_or_default();
        (first == 0.0 || first == 1.0) && share.months.iter().all(|x| *x == first)
    } else {
        let first = chart.fan.first().map_or(0.0, |b| b.q50);
        chart.fan.iter().all(|b| level(b.q05, first) && level(b.q95, first))
    };
    same && chart.observed.is_empty()
}

/// At what an outcome that is the same throughout stands.
pub(super) fn level(chart: &Chart<'_>) -> f64 {
    match chart.share {
        Some(share) => share.months.first().copied().unwrap_or_default(),
        None => chart.fan.first().map_or(0.0, |b| b.q50),
    }
}

/// The name of the outcome without its label.
pub(super) fn base(column: &Column) -> &str {
    column.name.split('.').next().unwrap_or(&column.name)
}

/// A title for people, from the name and the full name of the label.
pub(super) fn title(column: &Column) -> String {
    let words = heading(column);
    match label(column) {
        Some(label) => format!("{words}: {label}"),
        None if OF_THE_HOLDER.contains(&column.name.as_str()) => {
            format!("{words}: whoever holds the mines")
        }
        None => words,
    }
}

/// The title of an outcome, without what the column is about.
pub(super) fn heading(column: &Column) -> String {
    let base = base(column);
    let known = TITLES.iter().chain(&FIGURES).find(|(name, _)| *name == base);
    known.map_or_else(|| words(base), |(_, title)| (*title).to_owned())
}

/// The full name of what a column is about, if the outcome has several.
pub(super) fn label(column: &Column) -> Option<&str> {
    let (_, label) = column.doc.rsplit_once(": ")?;
    column.name.contains('.').then_some(label)
}

/// The meaning without the label, which the title has, and without the code for what holds, which is
/// drawn as a share.
pub(super) fn meaning(column: &Column) -> &str {
    let whole = match label(column) {
        Some(label) => {
            column.doc.strip_suffix(label).map_or("", |d| d.trim_end_matches([':', ' ']))
        }
        None => &column.doc,
    };
    whole.split(": 1 if").next().unwrap_or(whole)
}

/// The words of a name.
fn words(base: &str) -> String {
    let short = UNITS.iter().find_map(|unit| base.strip_suffix(unit)).unwrap_or(base);
    let mut words = short.replace('_', " ").replace(" reo", " (REO)");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use terbia_model::outcome;

    #[test]
    fn every_outcome_has_one_place_and_every_place_an_outcome() {
        let named: Vec<&str> =
            SUBJECTS.iter().flat_map(|s| s.open.iter().chain(s.more)).copied().collect();
        for name in named.iter().chain(&CODES).chain(TITLES.iter().map(|(n, _)| n)) {
            assert!(outcome::all().any(|o| o.name == *name), "there is no outcome {name}");
        }
        for outcome in outcome::all().filter(|o| !CODES.contains(&o.name)) {
            let times = named.iter().filter(|n| **n == outcome.name).count();
            assert_eq!(times, 1, "{}", outcome.name);
        }
    }
}
