//! What kind of years follow the record? Six figures of stability, what begins and how soon, how long
//! it lasts and why, and who holds what: over the runs, from the first month that the model decides.

mod track;

use serde_json::{Value, json};
use std::io;
use terbia_lab::across::Across;
use terbia_lab::stability::{self as index, IndexError, Vector};
use terbia_lab::summary::Band;
use terbia_model::config::Corridor;
use terbia_model::kernel::time::Month;
use terbia_model::module::ceasefire;
use terbia_model::module::stability::COMPONENTS;
use track::{Span, Track};

/// Months after the end of the record within which something may begin.
pub const HORIZONS: [usize; 3] = [12, 24, 60];

/// The six figures: name of the outcome, and what it says in a few words.
pub const FIGURES: [(&str, &str); COMPONENTS] = [
    ("S1", "24 months ahead without an offensive"),
    ("S2", "trade goes on: months gates are open"),
    ("S3", "steady levy revenue, month to month"),
    ("S4", "quiet: no township taken, no losses"),
    ("S5", "consent: no protest wave, clean water"),
    ("S6", "leverage gained or lost in a year"),
];

/// Why the way is shut, by the number that the outcome `closure_cause` has for it.
pub const CLOSURE_CAUSES: [&str; 5] = [
    "an event of the scenario, or a gate that its holder shuts",
    "mines seized by force: a new holder and no levy agreed yet",
    "a levy that buyers refuse",
    "pressure against an offensive",
    "the buyer's own reasons, whatever the holder does",
];

/// What may weigh most when a truce breaks, in the order of the terms of its hazard.
const TRUCE_CAUSES: [&str; ceasefire::TERM_COUNT] = [
    "too little of the revenue is shared",
    "who holds the mines is contested",
    "much of the trade is smuggled",
    "the levy is formal",
    "the third party that imposed it has lost leverage",
    "how it is monitored and guaranteed",
    "how much revenue a new war would cost",
    "grievance of the communities",
    "accommodation, a truce that has deepened",
    "power shifts to the other side, or arms are demanded",
];

/// What weighed most when a truce broke, by the number that the outcome `truce_broken_cause` has for
/// it, from 1.
pub fn truce_causes() -> impl Iterator<Item = (usize, &'static str)> {
    (1..).zip(TRUCE_CAUSES)
}

/// What the runs do after the record.
#[derive(Clone, Debug)]
pub struct Stability {
    /// Last month that the record drives.
    pub end: Month,
    /// Last month of the runs.
    pub last: Month,
    /// Runs counted: those that did not diverge.
    pub runs: usize,
    /// Full name of who leads the challenger's side.
    pub challenger: String,
    /// Over the runs, the mean of each of the six figures over the months of a run.
    pub figures: [Band; COMPONENTS],
    /// What begins, and how soon.
    pub begins: Vec<Begin>,
    /// Closures that begin after the record, by cause.
    pub closures: Spells,
    /// Truces that begin after the record, by what broke them.
    pub truces: Spells,
    /// Share of the runs in which more trade revenue restrains the challenger, 0..1.
    pub restrained: f64,
    /// Share in which it arms the challenger more than it restrains, 0..1; in the others it does
    /// neither, as the challenger has no revenue from trade.
    pub armed: f64,
    /// Share of the runs in which the challenger's side holds each contested township.
    pub control: Vec<Held>,
    /// The six figures of each run.
    means: Vec<Vector>,
}

/// Something that begins after the record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Begin {
    /// Name for programs.
    pub name: &'static str,
    /// What, in a few words.
    pub what: &'static str,
    /// Share of the runs in which it was under way when the record ended, 0..1.
    pub under_way: f64,
    /// Share of the runs in which it begins within each of [`HORIZONS`]; none where the runs are
    /// shorter.
    pub within: [Option<f64>; 3],
}

/// How long something lasts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spells {
    /// How many began, in all runs together.
    pub count: usize,
    /// How many of them were not over at the end of their run.
    pub unfinished: usize,
    /// Months after which a quarter, a half and three quarters of them are over (Kaplan-Meier); none
    /// where fewer are over by the end.
    pub over: [Option<f64>; 3],
    /// By cause, the most frequent first.
    pub causes: Vec<Cause>,
}

/// A cause of closures, or of the end of truces.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    /// In a few words.
    pub name: &'static str,
    /// How many.
    pub count: usize,
    /// Median length in months (Kaplan-Meier); none if fewer than half are over by the end.
    pub median: Option<f64>,
}

/// Who holds a township, as a share of the runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Its name.
    pub place: String,
    /// At the end of a month, the share of runs in which the challenger's side holds it: the last
    /// month of the record, then the last of each calendar year.
    pub share: Vec<(Month, f64)>,
}

/// One figure in place of six, with all that it hides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indexed {
    /// Weights, which add up to 1.
    pub weights: Vector,
    /// Weighted geometric mean of the legs of each run, 0..1.
    pub value: Band,
    /// Median of each leg, 0..1.
    pub legs: Vector,
    /// Share of the runs in which each leg is the weakest, 0..1.
    pub weakest: Vector,
    /// Share of the runs in which each leg is at 0, 0..1.
    pub zero: Vector,
    /// Share of the runs whose index is 0 because a leg is, 0..1.
    pub broken: f64,
}

/// The first month that the model decides, from the start of the corridor; nothing if it never does
/// within `months`, or if there is no politics to decide on.
pub fn live_from(corridor: &Corridor, months: usize) -> Option<usize> {
    let live = corridor.timeline.live_from;
    (corridor.politics.is_some() && live < months).then_some(live)
}

/// Reads one outcome after the other of a month.
struct Reader<'a, A> {
    across: &'a A,
    values: Vec<f64>,
}

impl<A: Across> Reader<'_, A> {
    /// The values of the runs; none at all if there is no such outcome.
    fn read(&mut self, name: &str, month: usize) -> io::Result<&[f64]> {
        self.values.clear();
        if let Some(column) = self.across.column(name) {
            self.across.read(column, month, &mut self.values)?;
        }
        Ok(&self.values)
    }
}

/// What became of the runs, month by month.
struct Followed {
    /// For each run the mean of the six figures, then that of net restraint.
    means: Vec<[f64; COMPONENTS + 1]>,
    wars: Track,
    closures: Track,
    truces: Track,
    /// Runs in which each of them was under way when the record ended.
    under_way: [usize; 3],
}

/// Follows the runs of a corridor from the end of its record; nothing if it never leaves it or has no
/// politics.
pub fn after_the_record(
    across: &impl Across,
    corridor: &Corridor,
) -> io::Result<Option<Stability>> {
    let months = across.months();
    let Some(live) = live_from(corridor, months) else { return Ok(None) };
    let mut reader = Reader { across, values: Vec::new() };
    let followed = followed(&mut reader, live)?;
    let Followed { means, closures, truces, .. } = &followed;
    let span = Span { runs: means.len().max(1) as f64, months: months - live };
    let causes: Vec<&'static str> = std::iter::once("the scenario").chain(TRUCE_CAUSES).collect();
    let figure = |place: usize| Band::of(&means.iter().map(|run| run[place]).collect::<Vec<_>>());
    let share = |of: fn(f64) -> bool| {
        means.iter().filter(|run| of(run[COMPONENTS])).count() as f64 / span.runs
    };
    Ok(Some(Stability {
        end: corridor.start.plus(live as i32 - 1),
        last: corridor.start.plus(months as i32 - 1),
        runs: means.len(),
        challenger: challenger(corridor),
        figures: std::array::from_fn(figure),
        begins: followed.begins(span),
        closures: closures.summary(&CLOSURE_CAUSES, |_| true),
        truces: truces.summary(&causes, |s| s.cause.is_some()),
        restrained: share(|net| net > 0.0),
        armed: share(|net| net < 0.0),
        control: control(&mut reader, corridor, live)?,
        means: means.iter().map(|run| std::array::from_fn(|i| run[i])).collect(),
    }))
}

fn followed<A: Across>(reader: &mut Reader<'_, A>, live: usize) -> io::Result<Followed> {
    let months = reader.across.months();
    let mut means = vec![[0.0; COMPONENTS + 1]; reader.across.runs()];
    let [mut wars, mut closures, mut truces] = [0; 3].map(|_| Track::default());
    let mut under_way = [0; 3];
    let mut cause = Vec::new();
    for month in live.saturating_sub(1)..months {
        let passed = month.checked_sub(live);
        offensives(reader, &mut wars, month, passed)?;
        reader.read("closure_cause", month)?.clone_into(&mut cause);
        closures.step(passed, reader.read("closure", month)?, &cause, false);
        reader.read("truce_broken_cause", month)?.clone_into(&mut cause);
        truces.step(passed, reader.read("truce", month)?, &cause, true);
        if passed.is_none() {
            let fighting = reader.read("offensives", month)?.iter().filter(|x| **x > 0.0).count();
            under_way = [fighting, closures.under_way(), truces.under_way()];
            continue;
        }
        let names = FIGURES.iter().map(|f| f.0).chain(["net_restraint.challenger"]);
        for (place, name) in names.enumerate() {
            for (mean, value) in means.iter_mut().zip(reader.read(name, month)?) {
                if let Some(mean) = mean.get_mut(place) {
                    *mean += value / (months - live) as f64;
                }
            }
        }
    }
    // What diverged has no values.
    means.retain(|run| run.iter().all(|x| x.is_finite()));
    closures.finish(months - live);
    truces.finish(months - live);
    Ok(Followed { means, wars, closures, truces, under_way })
}

impl Followed {
    fn begins(&self, span: Span) -> Vec<Begin> {
        let kinds = [
            ("offensive", "a new offensive"),
            ("closure", "gates mostly shut for a month or more"),
            ("truce", "a truce between the two sides"),
        ];
        let tracks = [&self.wars, &self.closures, &self.truces].into_iter().zip(kinds);
        tracks
            .zip(self.under_way)
            .map(|((track, kind), before)| track.begins(kind, before as f64, span))
            .collect()
    }
}

/// An offensive begins where either side launches one.
fn offensives<A: Across>(
    reader: &mut Reader<'_, A>,
    wars: &mut Track,
    month: usize,
    passed: Option<usize>,
) -> io::Result<()> {
    let mut launched = reader.read("offensive_launched.challenger", month)?.to_vec();
    for (sum, more) in launched.iter_mut().zip(reader.read("offensive_launched.incumbent", month)?)
    {
        *sum += more;
    }
    wars.begin(passed, &launched);
    Ok(())
}

fn challenger(corridor: &Corridor) -> String {
    let lead = corridor.politics.as_ref().map(|p| p.sides[0].lead);
    lead.map_or_else(String::new, |lead| corridor.actors[lead].name.clone())
}

/// The share of runs in which the challenger's side holds each contested township, at the end of the
/// record and of each year.
fn control<A: Across>(
    reader: &mut Reader<'_, A>,
    corridor: &Corridor,
    live: usize,
) -> io::Result<Vec<Held>> {
    let months = reader.across.months();
    let at = |index: usize| corridor.start.plus(index as i32);
    let december = |index: &usize| at(*index).of_year() == 12 || index + 1 == months;
    let ends: Vec<usize> =
        live.checked_sub(1).into_iter().chain((live..months).filter(december)).collect();
    let fronts = corridor.politics.iter().flat_map(|p| p.fronts.iter());
    let mut all = Vec::new();
    for place in fronts.flat_map(|f| f.places.iter().copied()) {
        let place = &corridor.places[place];
        let mut share = Vec::new();
        for month in &ends {
            let held = reader.read(&format!("control.{}", place.id), *month)?;
            let known: Vec<f64> = held.iter().copied().filter(|x| !x.is_nan()).collect();
            share.push((at(*month), terbia_lab::stats::mean(&known)));
        }
        all.push(Held { place: place.name.clone(), share });
    }
    Ok(all)
}

impl Stability {
    /// One figure for each run in place of six, under `weights`; fails if a weight is below 0 or all
    /// are 0.
    pub fn index(&self, weights: &Vector) -> Result<Indexed, IndexError> {
        let bounded = |run: &Vector| -> Vector {
            // A mean of shares can leave 0..1 by a rounding.
            std::array::from_fn(
                |i| if i + 1 < COMPONENTS { run[i].clamp(0.0, 1.0) } else { run[i] },
            )
        };
        let runs: Vec<index::Index> = self
            .means
            .iter()
            .map(|run| index::index(&bounded(run), weights))
            .collect::<Result<_, _>>()?;
        let total = runs.len().max(1) as f64;
        let share = |of: &dyn Fn(&index::Index) -> bool| {
            runs.iter().filter(|i| of(i)).count() as f64 / total
        };
        let leg = |place: usize| runs.iter().map(|i| i.legs[place]).collect::<Vec<_>>();
        let sum: f64 = weights.iter().sum();
        Ok(Indexed {
            weights: weights.map(|w| w / sum),
            value: Band::of(&runs.iter().map(|i| i.value).collect::<Vec<_>>()),
            legs: std::array::from_fn(|place| Band::of(&leg(place)).q50),
            weakest: std::array::from_fn(|place| share(&|i| i.weakest == place)),
            zero: std::array::from_fn(|place| share(&|i| i.legs[place] == 0.0)),
            broken: share(&|i| i.broken),
        })
    }

    /// The same for programs.
    pub fn json(&self, index: Option<&Indexed>) -> Value {
        let figures: Vec<Value> = FIGURES
            .iter()
            .zip(&self.figures)
            .map(|((name, what), b)| json!({"name": name, "meaning": what, "band": band(b)}))
            .collect();
        let begins: Vec<Value> = self
            .begins
            .iter()
            .map(|b| {
                let within: Vec<Value> = HORIZONS
                    .iter()
                    .zip(b.within)
                    .map(|(months, share)| json!({"months": months, "share": share}))
                    .collect();
                json!({"name": b.name, "under_way_at_end": b.under_way, "within": within})
            })
            .collect();
        let control: Vec<Value> = self
            .control
            .iter()
            .map(|held| {
                let ends: Vec<Value> = held
                    .share
                    .iter()
                    .map(|(month, share)| json!({"month": month.to_string(), "share": share}))
                    .collect();
                json!({"place": held.place, "held_by_challenger": ends})
            })
            .collect();
        json!({
            "record_until": self.end.to_string(),
            "until": self.last.to_string(),
            "runs": self.runs,
            "figures": figures,
            "begins_statistic": "share of runs",
            "begins": begins,
            "closures": self.closures.json(),
            "truces": self.truces.json(),
            "restrained_share": self.restrained,
            "armed_share": self.armed,
            "control": control,
            "index": index.map(Indexed::json),
        })
    }
}

fn band(b: &Band) -> Value {
    json!({"q05": b.q05, "q25": b.q25, "q50": b.q50, "q75": b.q75, "q95": b.q95})
}

impl Spells {
    fn json(&self) -> Value {
        let causes: Vec<Value> = self
            .causes
            .iter()
            .map(|c| json!({"cause": c.name, "count": c.count, "median_months": c.median}))
            .collect();
        let [quarter, half, most] = self.over;
        json!({
            "count": self.count, "unfinished": self.unfinished, "statistic": "Kaplan-Meier",
            "quarter_over_after_months": quarter, "median_months": half,
            "three_quarters_over_after_months": most, "causes": causes,
        })
    }
}

impl Indexed {
    fn json(&self) -> Value {
        let by_leg = |v: &Vector| -> Value {
            FIGURES.iter().zip(v).map(|((name, _), x)| ((*name).to_owned(), json!(x))).collect()
        };
        json!({
            "statistic": "weighted geometric mean of the legs of each run",
            "weights": by_leg(&self.weights), "value": band(&self.value),
            "legs_median": by_leg(&self.legs), "weakest_share": by_leg(&self.weakest),
            "zero_share": by_leg(&self.zero), "broken_share": self.broken,
        })
    }
}

#[cfg(test)]
impl Stability {
    /// One that is made up, for tests of what shows it.
    pub(crate) fn example() -> Self {
        let month = |text: &str| -> Month { text.parse().expect("a month") };
        let spells = |names: [&'static str; 2]| Spells {
            count: 30,
            unfinished: 4,
            over: [Some(2.0), Some(5.0), None],
            causes: names
                .into_iter()
                .zip([20, 10])
                .map(|(name, count)| Cause { name, count, median: Some(4.0) })
                .collect(),
        };
        let begin = Begin {
            name: "truce",
            what: "a truce between the two sides",
            under_way: 0.0,
            within: [Some(0.001), Some(0.02), None],
        };
        Self {
            end: month("2025-05"),
            last: month("2032-12"),
            runs: 1000,
            challenger: "<Upland> & sons".into(),
            figures: [Band { q05: 0.1, q25: 0.2, q50: 0.3, q75: 0.4, q95: 0.5 }; COMPONENTS],
            begins: vec![begin],
            closures: spells([CLOSURE_CAUSES[2], CLOSURE_CAUSES[4]]),
            truces: spells([TRUCE_CAUSES[1], TRUCE_CAUSES[0]]),
            restrained: 0.6,
            armed: 0.3,
            control: vec![Held {
                place: "<Upper> Valley".into(),
                share: vec![(month("2025-05"), 1.0), (month("2025-12"), 0.4)],
            }],
            means: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stability(means: Vec<Vector>) -> Stability {
        Stability { means, ..Stability::example() }
    }

    #[test]
    fn an_index_tells_zeros_and_the_weakest_leg() {
        let equal = [0.5, 0.5, 0.5, 0.5, 0.5, terbia_model::kernel::math::ln(0.5)];
        let broken = [0.0, 1.0 + 1e-15, 1.0, 1.0, 1.0, 0.2];
        let i = stability(vec![equal, equal, broken]).index(&index::EVEN).unwrap();
        assert!((i.value.q50 - 0.5).abs() < 1e-12 && (i.broken - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!((i.weakest[0], i.zero[0], i.zero[1]), (1.0, 1.0 / 3.0, 0.0));
        assert!(stability(vec![equal]).index(&[0.0; COMPONENTS]).is_err());
    }
}
