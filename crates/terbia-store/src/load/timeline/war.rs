//! In which months do offensives, truces and settings of levers hold?

use super::{Period, Told};
use crate::load::compile::{Ids, Numbers};
use crate::load::happening::Happening;
use crate::spec::{During, EventKind, Party};
use std::ops::Range;
use terbia_model::kernel::id::{Dense, Id, LeverId};
use terbia_model::kernel::time::Date;
use terbia_model::timeline::{Combine, Demand, Offensive, ParallelLevy, Setting, Truce};

impl Period {
    /// Months that lie for the greater part between the days of an event: at least one.
    fn greater_part(&self, dated: &Happening<'_>) -> Range<usize> {
        let index = |date: Date| {
            let late = i32::from(date.share_before() > 0.5);
            self.index(date.month().plus(late))
        };
        let from = index(dated.from);
        from..dated.until.map_or(self.months, index).max(from + 1)
    }

    /// The first month that begins on `date` or later.
    fn whole(&self, date: Date) -> usize {
        let month = date.month();
        self.index(month.plus(i32::from(date > month.first_day())))
    }
}

/// An offensive that is given.
pub(super) fn offensive(dated: &Happening<'_>, ids: &Ids, period: &Period) -> Option<Offensive> {
    let Range { start: from, end: until } = period.greater_part(dated);
    Some(Offensive {
        front: *ids.fronts.get(dated.event.front.as_ref()?.get())?,
        side: match dated.event.by.as_ref()?.get() {
            Party::Challenger => 0,
            Party::Incumbent => 1,
        },
        from,
        until,
    })
}

/// A truce that is given.
pub(super) fn truce(dated: &Happening<'_>, numbers: &Numbers, period: &Period) -> Option<Truce> {
    let Range { start: from, end: until } = period.greater_part(dated);
    Some(Truce {
        from,
        until,
        guarantee: dated.number("guarantee", numbers)?,
        sharing: dated.number("sharing", numbers)?,
        age_months: dated.number("age_months", numbers),
    })
}

/// A demand for the challenger's arms that is given.
pub(super) fn demand(dated: &Happening<'_>, numbers: &Numbers, period: &Period) -> Option<Demand> {
    let Range { start: from, end: until } = period.greater_part(dated);
    Some(Demand { from, until, arms: dated.number("arms_share", numbers)? })
}

/// A levy of somebody who does not hold the ground.
pub(super) fn parallel(
    dated: &Happening<'_>,
    ids: &Ids,
    numbers: &Numbers,
    period: &Period,
) -> Option<ParallelLevy> {
    let event = dated.event;
    let with_mines = event.townships.as_ref()?.iter().filter_map(|t| ids.townships.get(t.get()));
    let reach = vec![dated.span(dated.number("reach_share", numbers)?)];
    Some(ParallelLevy {
        actor: *ids.actors.get(event.actor.as_ref()?.get())?,
        townships: with_mines.copied().collect(),
        reach: period.profile(Combine::Latest, Some(&reach)),
        share: dated.number("ad_valorem_share", numbers)?,
        war: event.during.as_ref().map(|d| *d.get() == During::War),
    })
}

/// Settings of levers: those of events in order of time, then those made for good, which count
/// over them, in order of time too.
pub(super) fn settings(
    told: &Told<'_>,
    ids: &Ids,
    numbers: &Numbers,
    period: &Period,
) -> Option<Dense<LeverId, Vec<Setting>>> {
    let mut settings = Dense::filled(Vec::new(), ids.levers.len());
    // What is decided takes effect after the delay of the lever, and what is taken back as well.
    let delay =
        |id: LeverId| told.levers.get(id.index()).map_or(0, |lever| lever.delay_months() as usize);
    let turned = |h: &&Happening<'_>| *h.event.kind.get() == EventKind::Lever;
    let mut events: Vec<&Happening<'_>> = told.happenings.iter().filter(turned).collect();
    events.sort_by_key(|dated| dated.from);
    for dated in events {
        let id = *ids.levers.get(dated.event.lever.as_ref()?.get())?;
        let until = dated.until.map_or(period.months, |until| period.whole(until) + delay(id));
        settings[id].push(Setting {
            from: period.whole(dated.from) + delay(id),
            until,
            number: dated.number("value", numbers)?,
        });
    }
    let mut turns = told.turns.to_vec();
    turns.sort_by_key(|turn| turn.month);
    for turn in turns {
        let id = *ids.levers.get(turn.lever.id.get())?;
        settings[id].push(Setting {
            from: period.index(turn.month) + delay(id),
            until: period.months,
            number: numbers.at(turn.path)?,
        });
    }
    Some(settings)
}
