//! How do dated events become a timeline? Each is a span of days in the profile that it touches.

mod war;

use super::compile::{Ids, Numbers, ZERO};
use super::happening::Happening;
use super::lever::Turn;
use crate::spec::{At, Event, EventKind, Lever, LevyForm, Side};
use std::collections::BTreeMap;
use terbia_model::kernel::id::{Dense, Id, NumberId};
use terbia_model::kernel::time::{Date, Month};
use terbia_model::timeline::{
    Combine, ControlChange, ForetoldClosure, ForetoldStop, GateTimeline, LevyTimeline, Profile,
    Span, Timeline,
};

/// Spans under way, by dense index of what they touch and by profile.
#[derive(Default)]
struct Spans {
    /// Profiles of a gate: near product, near reagents, far product, far reagents.
    gates: BTreeMap<(usize, usize), Vec<Span>>,
    licence: BTreeMap<usize, Vec<Span>>,
    halt: BTreeMap<usize, Vec<Span>>,
    reserve: BTreeMap<usize, Vec<Span>>,
    /// Profiles of a levy: specific, ad valorem, minimum, in kind.
    levy: BTreeMap<(usize, usize), Vec<Span>>,
}

impl Happening<'_> {
    fn span(&self, number: NumberId) -> Span {
        Span { from: self.from, until: self.until, number }
    }

    fn number(&self, key: &str, numbers: &Numbers) -> Option<NumberId> {
        numbers.at(&format!("event.{}.{key}", *self.event.id))
    }
}

/// What a timeline is told.
pub(crate) struct Told<'a> {
    /// Dated events.
    pub(crate) happenings: &'a [Happening<'a>],
    /// Levers turned for good.
    pub(crate) turns: &'a [&'a Turn<'a>],
    /// The levers of the corridor.
    pub(crate) levers: &'a [Lever],
    /// Last month that the record drives.
    pub(crate) replay_until: Option<Month>,
}

/// The timeline over `months` from `start`.
pub(crate) fn compile(
    told: &Told<'_>,
    ids: &Ids,
    numbers: &Numbers,
    start: Month,
    months: usize,
) -> Option<Timeline> {
    let period = Period { start, months };
    let mut spans = Spans::default();
    let (mut control, mut closures, mut stops) = (Vec::new(), Vec::new(), Vec::new());
    let (mut offensives, mut truces) = (Vec::new(), Vec::new());
    let (mut demands, mut parallel) = (Vec::new(), Vec::new());
    for dated in told.happenings {
        let event = dated.event;
        match event.kind.get() {
            EventKind::Gate => {
                gate(dated, ids, numbers, &mut spans)?;
                if event.product.is_some() && foretold(event) {
                    closures.push(closure(dated, ids, numbers, (start, months))?);
                }
            }
            EventKind::Control => control.extend(changes(dated, ids, start)?),
            EventKind::Levy => levy(dated, ids, numbers, &mut spans)?,
            EventKind::Licence => {
                let span = dated.span(dated.number("entry_factor", numbers)?);
                touch(event.townships.as_ref()?, &ids.townships, span, &mut spans.licence);
            }
            EventKind::Halt => {
                let span = dated.span(dated.number("output_share", numbers)?);
                touch(event.townships.as_ref()?, &ids.townships, span, &mut spans.halt);
                if foretold(event) {
                    stops.push(stop(dated, ids, numbers, (start, months))?);
                }
            }
            EventKind::Reserve => {
                let span = dated.span(dated.number("shortfall_share", numbers)?);
                touch(event.constituents.as_ref()?, &ids.constituents, span, &mut spans.reserve);
            }
            EventKind::Offensive => offensives.push(war::offensive(dated, ids, &period)?),
            EventKind::Truce => truces.push(war::truce(dated, numbers, &period)?),
            EventKind::Demand => demands.push(war::demand(dated, numbers, &period)?),
            EventKind::Parallel => parallel.push(war::parallel(dated, ids, numbers, &period)?),
            // Levers are turned by the month, below.
            EventKind::Lever => {}
        }
    }
    // The sorts are stable: of two changes on a day the one written later holds.
    control.sort_by_key(|(date, _)| *date);
    offensives.sort_by_key(|o| o.from);
    truces.sort_by_key(|t| t.from);
    demands.sort_by_key(|d| d.from);
    Some(Timeline {
        gates: (0..ids.gates.len()).map(|g| gate_timeline(&spans, g, &period)).collect(),
        licence: period.dense(Combine::Product, &spans.licence, ids.townships.len()),
        halt: period.dense(Combine::Smallest, &spans.halt, ids.townships.len()),
        reserve: period.dense(Combine::Largest, &spans.reserve, ids.constituents.len()),
        control: control.into_iter().map(|(_, change)| change).collect(),
        levy: (0..ids.actors.len()).map(|a| levy_timeline(&spans, a, &period)).collect(),
        closures,
        stops,
        offensives,
        truces,
        demands,
        parallel,
        levers: war::settings(told, ids, numbers, &period)?,
        live_from: told.replay_until.map_or(months, |last| period.index(last.plus(1)).min(months)),
    })
}

/// The months of a run, into which spans are cut.
struct Period {
    start: Month,
    months: usize,
}

impl Period {
    /// Months from the start; 0 for what lies before it.
    fn index(&self, month: Month) -> usize {
        usize::try_from(month.since(self.start)).unwrap_or(0)
    }

    fn profile(&self, combine: Combine, spans: Option<&Vec<Span>>) -> Profile {
        let spans = spans.map_or(&[][..], Vec::as_slice);
        Profile::new(combine, spans, self.start, self.months)
    }

    fn dense<I: Id>(
        &self,
        combine: Combine,
        spans: &BTreeMap<usize, Vec<Span>>,
        len: usize,
    ) -> Dense<I, Profile> {
        (0..len).map(|n| self.profile(combine, spans.get(&n))).collect()
    }
}

fn gate_timeline(spans: &Spans, gate: usize, cut: &Period) -> GateTimeline {
    let profile = |part| cut.profile(Combine::Smallest, spans.gates.get(&(gate, part)));
    GateTimeline {
        near_product: profile(0),
        near_reagents: profile(1),
        far_product: profile(2),
        far_reagents: profile(3),
    }
}

fn levy_timeline(spans: &Spans, actor: usize, cut: &Period) -> LevyTimeline {
    let profile = |part| cut.profile(Combine::Latest, spans.levy.get(&(actor, part)));
    LevyTimeline {
        specific: profile(0),
        ad_valorem: profile(1),
        minimum: profile(2),
        in_kind: profile(3),
    }
}

/// Adds `span` to each of `names` that has mines; the others have nothing that it could touch.
fn touch<I: Id>(
    names: &At<Vec<At<String>>>,
    ids: &BTreeMap<String, I>,
    span: Span,
    spans: &mut BTreeMap<usize, Vec<Span>>,
) {
    for id in names.iter().filter_map(|name| ids.get(name.get())) {
        spans.entry(id.index()).or_default().push(span);
    }
}

fn gate(dated: &Happening<'_>, ids: &Ids, numbers: &Numbers, spans: &mut Spans) -> Option<()> {
    let event = dated.event;
    let side = match event.side.as_ref()?.get() {
        Side::Near => 0,
        Side::Far => 2,
    };
    let goods =
        [(0, "product", event.product.is_some()), (1, "reagents", event.reagents.is_some())];
    for (good, key, touched) in goods {
        if !touched {
            continue;
        }
        let span = dated.span(dated.number(key, numbers)?);
        for gate in event.gates.as_ref()?.iter() {
            let gate = ids.gates.get(gate.get())?.index();
            spans.gates.entry((gate, side + good)).or_default().push(span);
        }
    }
    Some(())
}

fn permanent(event: &Event) -> bool {
    event.expected_permanent.as_ref().is_some_and(|p| *p.get())
}

/// Whether others could foresee the event, or took it for permanent.
fn foretold(event: &Event) -> bool {
    event.announced.is_some() || permanent(event)
}

/// Months of an event from the start: announced, first touched, after the last one touched.
fn touched(
    dated: &Happening<'_>,
    (start, months): (Month, usize),
) -> Option<(usize, usize, usize)> {
    let announced: Date = match &dated.event.announced {
        Some(announced) => announced.parse().ok()?,
        None => dated.from,
    };
    let month = |date: Date| usize::try_from(date.month().since(start)).unwrap_or(0).min(months);
    let until = dated.until.map_or(months, |until| {
        // The day on which it ends is free; a month of which no day is touched is not counted.
        let partly = usize::from(until > until.month().first_day());
        (month(until) + partly).min(months)
    });
    Some((month(announced), month(dated.from), until))
}

/// The closure that the event lets the market foresee.
fn closure(
    dated: &Happening<'_>,
    ids: &Ids,
    numbers: &Numbers,
    period: (Month, usize),
) -> Option<ForetoldClosure> {
    let event = dated.event;
    let (announced, from, until) = touched(dated, period)?;
    let gates = event.gates.as_ref()?.iter().map(|g| ids.gates.get(g.get()).copied());
    Some(ForetoldClosure {
        announced,
        from,
        until,
        gates: gates.collect::<Option<_>>()?,
        product: dated.number("product", numbers)?,
        permanent: permanent(event),
    })
}

/// The stop of output that the event lets others foresee; townships without mines have none.
fn stop(
    dated: &Happening<'_>,
    ids: &Ids,
    numbers: &Numbers,
    period: (Month, usize),
) -> Option<ForetoldStop> {
    let event = dated.event;
    let (announced, from, until) = touched(dated, period)?;
    let with_mines = event.townships.as_ref()?.iter().filter_map(|t| ids.townships.get(t.get()));
    Some(ForetoldStop {
        announced,
        from,
        begun: from + usize::from(dated.from > dated.from.month().first_day()),
        until,
        townships: with_mines.copied().collect(),
        output: dated.number("output_share", numbers)?,
        permanent: permanent(event),
    })
}

/// A new holder counts from the month that it holds for most days.
fn changes(dated: &Happening<'_>, ids: &Ids, start: Month) -> Option<Vec<(Date, ControlChange)>> {
    let event = dated.event;
    let holder = *ids.actors.get(event.holder.as_ref()?.get())?;
    let late = i32::from(dated.from.share_before() > 0.5);
    let month = usize::try_from(dated.from.month().since(start) + late).ok()?;
    let known = event.townships.as_ref()?.iter().filter_map(|t| ids.places.get(t.get()));
    let change = |&place| (dated.from, ControlChange { month, place, holder });
    Some(known.map(change).collect())
}

/// A levy replaces the older one in all its components.
fn levy(dated: &Happening<'_>, ids: &Ids, numbers: &Numbers, spans: &mut Spans) -> Option<()> {
    let event = dated.event;
    let actor = ids.actors.get(event.actor.as_ref()?.get())?.index();
    let zero = numbers.at(ZERO)?;
    let (mut specific, mut ad_valorem, mut minimum, mut in_kind) = (zero, zero, zero, zero);
    let rate = || dated.number("rate_cny_per_t", numbers);
    let share = || dated.number("ad_valorem_share", numbers);
    match event.form.as_ref()?.get() {
        LevyForm::None => {}
        LevyForm::Specific => specific = rate()?,
        LevyForm::AdValorem => ad_valorem = share()?,
        LevyForm::Hybrid => (minimum, ad_valorem) = (rate()?, share()?),
        LevyForm::InKind => in_kind = dated.number("in_kind_share", numbers)?,
    }
    for (part, number) in [specific, ad_valorem, minimum, in_kind].into_iter().enumerate() {
        spans.levy.entry((actor, part)).or_default().push(dated.span(number));
    }
    Some(())
}
