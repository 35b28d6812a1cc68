//! Which policy does well whatever the future brings? Regret and the rules of decision, outcome by
//! outcome.
//!
//! What each rule chooses is drawn again from the futures ([`terbia_lab::bootstrap`]): `held` is the share of
//! the draws in which a policy is among the chosen, and the intervals of the scores are of the same
//! draws. An interval of an extreme (maximin, largest regret) ends where the sample does: futures
//! worse than any that was tried are not in it.

use super::figure::{Interval, bootstrap, some};
use super::{Part, UnderRef};
use crate::question::manifest::StudyOutcomeRef;
use crate::spec::{At, Study};
use serde::{Deserialize, Serialize};
use terbia_lab::robust::criteria::Criterion;
use terbia_lab::robust::regret::Over;
use terbia_lab::robust::{COVERAGE, Direction, Outcome, Table};

/// How often the futures are drawn again.
const RESAMPLES: u32 = 200;

/// The policies by one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByOutcome {
    /// Id of the outcome.
    pub outcome: String,
    /// Its label.
    pub label: String,
    /// Its unit.
    pub unit: String,
    /// Whether less is better.
    pub lower_is_better: bool,
    /// Regret and choices, or why there are none.
    pub answer: Part<Robust>,
}

/// Regret and choices by one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Robust {
    /// Futures that count.
    pub futures: usize,
    /// Futures left out because a policy has no value in them.
    pub left_out: usize,
    /// Regret, policy by policy.
    pub regret: Vec<Regret>,
    /// What each rule makes of the policies.
    pub choices: Vec<Choice>,
    /// Each policy but the reference beside it.
    pub against: Vec<Against>,
}

/// The regret of a policy, in the unit of the outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regret {
    /// Id of the policy.
    pub policy: String,
    /// Mean over the futures.
    pub mean: f64,
    /// Half of the futures bring less.
    pub median: f64,
    /// Nine tenths of the futures bring less.
    pub q90: f64,
    /// The largest.
    pub worst: f64,
    /// Run that brings the largest.
    pub worst_run: u32,
    /// Share of the futures without regret, 0..1.
    pub none: f64,
    /// Mean regret over the largest mean of any policy, 0..1, for a heat map.
    pub shade: f64,
}

/// What a rule makes of the policies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// `mean`, `maximin`, `minimax_regret`, `mean_regret`, `satisficing` or, over all outcomes with a
    /// threshold at once, "starr".
    pub rule: String,
    /// Score of each policy: in the unit of the outcome, or a share.
    pub scores: Vec<Score>,
    /// Ids of the policies with the best score: several if they tie.
    pub chosen: Vec<String>,
}

/// The score of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Id of the policy.
    pub policy: String,
    /// Its score.
    pub score: Interval,
    /// Share of the draws of futures in which it is chosen, alone or with others, 0..1.
    pub held: f64,
}

/// A policy beside the reference; gains are better above 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Against {
    /// Id of the policy.
    pub policy: String,
    /// Mean gain, in the unit of the outcome.
    pub gain: Interval,
    /// Share of the futures in which it is better, 0..1.
    pub better: Interval,
    /// Share of the futures in which the two are alike, 0..1.
    pub tied: f64,
    /// Probability of so uneven a count if neither were better.
    pub sign_probability: Option<f64>,
    /// All that in words.
    pub sentence: String,
}

/// The outcomes of the study under one scenario, but for those that only span its plane or tell of its
/// spells: nobody is better off for being elsewhere on a map.
pub(super) fn by_outcome(study: &Study, under: &UnderRef<'_>) -> Vec<ByOutcome> {
    let plane = study.plane.iter().flat_map(|p| [Some(&p.x), Some(&p.y), p.z.as_ref()]);
    let spells =
        study.survivals.iter().flat_map(|s| [Some(&s.length), Some(&s.ended), s.cause.as_ref()]);
    let told: Vec<&At<String>> = plane.chain(spells).flatten().collect();
    let judged = |(_, outcome): &(usize, &StudyOutcomeRef)| {
        outcome.threshold.is_some() || told.iter().all(|id| *id.get() != outcome.id)
    };
    let one = |(place, outcome): (usize, &StudyOutcomeRef)| ByOutcome {
        outcome: outcome.id.clone(),
        label: outcome.label.clone(),
        unit: outcome.unit.clone(),
        lower_is_better: outcome.lower_is_better,
        answer: robust(under, place, outcome),
    };
    under.outcomes.iter().enumerate().filter(judged).map(one).collect()
}

/// The policies by all thresholds at once; nothing if the study has none.
pub(super) fn domain(under: &UnderRef<'_>) -> Option<Part<Choice>> {
    let judged: Vec<usize> =
        (0..under.outcomes.len()).filter(|o| under.outcomes[*o].threshold.is_some()).collect();
    if judged.is_empty() {
        return None;
    }
    let table = match table(under, &judged) {
        Ok(table) => table,
        Err(because) => return Some(Part::NotPossible(because)),
    };
    let met: Vec<Vec<f64>> = (0..under.policies.len())
        .map(|policy| {
            let meets = |future: usize| {
                let all = table.outcomes().iter().enumerate().all(|(o, outcome)| {
                    let value = table.values(o, policy)[future];
                    outcome.threshold.is_none_or(|t| outcome.better.meets(value, t))
                });
                f64::from(u8::from(all))
            };
            (0..table.futures().len()).map(meets).collect()
        })
        .collect();
    Some(Part::Found(share_of("starr", under, &met)))
}

fn table(under: &UnderRef<'_>, outcomes: &[usize]) -> Result<Table, String> {
    let about = |o: &usize| {
        let outcome = &under.outcomes[*o];
        let better = if outcome.lower_is_better { Direction::Lower } else { Direction::Higher };
        Outcome { name: outcome.id.clone(), better, threshold: outcome.threshold }
    };
    let values: Vec<f64> =
        outcomes.iter().flat_map(|o| under.scenario.of_outcome(*o).concat()).collect();
    let named = outcomes.iter().map(about).collect();
    Table::new(under.policies.clone(), named, under.runs.len(), &values).map_err(|e| e.to_string())
}

fn robust(under: &UnderRef<'_>, place: usize, outcome: &StudyOutcomeRef) -> Part<Robust> {
    let table = match table(under, &[place]) {
        Ok(table) => table,
        Err(because) => return Part::NotPossible(because),
    };
    let shades = table.regret_table(Over::Mean);
    let regret = |(p, r): (usize, &terbia_lab::robust::regret::Regret)| Regret {
        policy: under.policies[p].clone(),
        mean: r.mean,
        median: r.median,
        q90: r.q90,
        worst: r.worst,
        worst_run: under.runs.get(r.worst_future).copied().unwrap_or_default(),
        none: r.none,
        shade: shades[p][0].shade,
    };
    let mut choices = choices(under, &table);
    if let Some(threshold) = outcome.threshold {
        let better = table.outcomes()[0].better;
        let met = |p: usize| {
            let flag = |v: &f64| f64::from(u8::from(better.meets(*v, threshold)));
            table.values(0, p).iter().map(flag).collect()
        };
        let met: Vec<Vec<f64>> = (0..under.policies.len()).map(met).collect();
        choices.push(share_of("satisficing", under, &met));
    }
    Part::Found(Robust {
        futures: table.futures().len(),
        left_out: table.dropped().len(),
        regret: table.regret(0).iter().enumerate().map(regret).collect(),
        choices,
        against: against(under, &table),
    })
}

fn against(under: &UnderRef<'_>, table: &Table) -> Vec<Against> {
    let reference = under.policies.first().map_or("", String::as_str);
    let paired = table.against(0, 0, COVERAGE);
    let one = |(p, pair): (usize, terbia_lab::robust::paired::Paired)| {
        let beats = table.beats(0, p, 0, COVERAGE);
        Against {
            policy: under.policies[p].clone(),
            gain: Interval::new(pair.mean, pair.mean_interval.0, pair.mean_interval.1),
            better: beats.better.into(),
            tied: beats.tied,
            sign_probability: some(pair.sign_probability),
            sentence: beats.sentence(&under.policies[p], reference),
        }
    };
    paired.into_iter().enumerate().skip(1).map(one).collect()
}

/// A rule, what it reads (one row a policy, one value a future), and how a row becomes a score
/// when each future counts so often.
type Rule<'a> = (&'a str, &'a [Vec<f64>], fn(&[f64], &[u32], Direction) -> f64, Direction);

fn choices(under: &UnderRef<'_>, table: &Table) -> Vec<Choice> {
    let better = table.outcomes()[0].better;
    let values: Vec<Vec<f64>> =
        (0..under.policies.len()).map(|p| table.values(0, p).to_vec()).collect();
    let regrets = table.regrets(0);
    let rules: [Rule<'_>; 4] = [
        ("mean", &values, mean, better),
        ("maximin", &values, worst, better),
        ("minimax_regret", &regrets, worst, Direction::Lower),
        ("mean_regret", &regrets, mean, Direction::Lower),
    ];
    let criteria = [
        Criterion::Laplace,
        Criterion::Maximin,
        Criterion::Regret(Over::Worst),
        Criterion::Regret(Over::Mean),
    ];
    let chosen = |criterion: &Criterion| table.choose(0, *criterion);
    rules.iter().zip(criteria.iter().map(chosen)).map(|(r, c)| ruled(under, r, &c.scores)).collect()
}

fn share_of(rule: &str, under: &UnderRef<'_>, met: &[Vec<f64>]) -> Choice {
    let all = met.first().map_or(0, Vec::len);
    let scores: Vec<f64> = met.iter().map(|m| m.iter().sum::<f64>() / all as f64).collect();
    let mut choice = ruled(under, &(rule, met, mean, Direction::Higher), &scores);
    for (score, met) in choice.scores.iter_mut().zip(met) {
        score.score = Interval::share(met.iter().filter(|m| **m > 0.0).count(), all);
    }
    choice
}

fn ruled(under: &UnderRef<'_>, rule: &Rule<'_>, scores: &[f64]) -> Choice {
    let (name, rows, score, better) = *rule;
    let best_of = |scores: &[f64]| -> Vec<usize> {
        let best =
            scores.iter().copied().reduce(|a, b| if better.gain(b, a) > 0.0 { b } else { a });
        (0..scores.len()).filter(|p| Some(scores[*p]) == best).collect()
    };
    let again = bootstrap(under.seed, RESAMPLES);
    let mut counts = vec![0; rows.first().map_or(0, Vec::len)];
    let mut drawn = vec![Vec::with_capacity(RESAMPLES as usize); rows.len()];
    let mut held = vec![0_u32; rows.len()];
    for resample in 0..RESAMPLES {
        again.count(resample, &mut counts);
        let scores: Vec<f64> = rows.iter().map(|row| score(row, &counts, better)).collect();
        for p in best_of(&scores) {
            held[p] += 1;
        }
        drawn.iter_mut().zip(&scores).for_each(|(drawn, score)| drawn.push(*score));
    }
    let one = |(p, value): (usize, &f64)| {
        let (low, high) = again.interval(&drawn[p]);
        Score {
            policy: under.policies[p].clone(),
            score: Interval::new(*value, low, high),
            held: f64::from(held[p]) / f64::from(RESAMPLES),
        }
    };
    let chosen = best_of(scores).into_iter().map(|p| under.policies[p].clone());
    Choice {
        rule: name.to_owned(),
        chosen: chosen.collect(),
        scores: scores.iter().enumerate().map(one).collect(),
    }
}

fn mean(row: &[f64], counts: &[u32], _: Direction) -> f64 {
    let total: u32 = counts.iter().sum();
    row.iter().zip(counts).map(|(v, c)| v * f64::from(*c)).sum::<f64>() / f64::from(total)
}

fn worst(row: &[f64], counts: &[u32], better: Direction) -> f64 {
    let drawn = row.iter().zip(counts).filter(|(_, c)| **c > 0).map(|(v, _)| *v);
    drawn.reduce(|a, b| if better.gain(a, b) > 0.0 { b } else { a }).unwrap_or(f64::NAN)
}
