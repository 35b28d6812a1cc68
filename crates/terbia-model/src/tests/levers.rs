//! Does a lever do what it says, from its month on and no sooner, and nothing at its neutral setting?

use super::fixture::{Fixture, MONTHS};
use super::parties::{BUYER, MEDIATOR, MILITIA, OUTSIDER, REBELS};
use super::twin::{Runs, only};
use crate::kernel::id::{ActorId, Id, PlaceId};
use crate::lever::{ALL, Kind};
use crate::timeline::{Offensive, Truce};

/// First month in which a lever is turned.
const FROM: usize = 40;

/// A corridor in which there is something for every lever to act on: both sides hold mines, one has
/// a truce with the other for a while, gates may shut, a rival works next door, a road is begun.
pub(crate) fn busy() -> Fixture {
    let mut f = Fixture::new().parties(1);
    f.corridor.places[PlaceId::new(1)].holder_at_start = ActorId::new(REBELS);
    let (guarantee, sharing) =
        (f.number("truce.guarantee", 0.2, 0.0, 0.5), f.number("truce.sharing", 0.1, 0.0, 0.3));
    f.corridor.timeline.truces.push(Truce {
        from: 30,
        until: 60,
        guarantee,
        sharing,
        age_months: None,
    });
    let front = crate::kernel::id::FrontId::new(0);
    f.corridor.timeline.offensives.push(Offensive { front, side: 0, from: 80, until: 86 });
    f.shut("2026-01-01", "2026-09-01", 0.0, 0.5).turn(Kind::RoadBuilding, OUTSIDER, 1.0, 20).turn(
        Kind::Offtake,
        OUTSIDER,
        40.0,
        20,
    )
}

/// Who turns a lever of a kind in the test corridor.
pub(crate) fn owner(kind: Kind) -> usize {
    match kind {
        Kind::LevyRate
        | Kind::LevyShare
        | Kind::Permits
        | Kind::EnvironmentalStandard
        | Kind::BenefitSharing
        | Kind::BufferFund
        | Kind::ArmsShare
        | Kind::NearGate => MILITIA,
        Kind::Offtake | Kind::OfftakeGuarantee | Kind::RoadBuilding => OUTSIDER,
        Kind::Mediation
        | Kind::Monitoring
        | Kind::CeasefireGuarantee
        | Kind::RevenueSharing
        | Kind::RivalPermits => MEDIATOR,
        _ => BUYER,
    }
}

/// A setting of a kind that should be felt.
fn strong(kind: Kind) -> f64 {
    match kind {
        Kind::LevyRate => 50e3,
        Kind::LevyShare => 0.4,
        Kind::Offtake => 5.0,
        Kind::BuyersStock => 4.0,
        Kind::NearGate | Kind::FarGate | Kind::Reagents => 0.3,
        Kind::Permits | Kind::Quota | Kind::AlliedSupply | Kind::Thrifting => 0.2,
        Kind::Diversification | Kind::Organisation | Kind::RivalPermits | Kind::RoadBuilding => 3.0,
        _ => 0.9,
    }
}

fn runs(f: &Fixture) -> Runs {
    let lively: &[(&str, f64)] = &[
        ("hills.base.0", 0.06),
        ("hills.base.1", 0.06),
        ("market.alternative_response_per_month", 0.03),
        ("market.alternative_premium", 0.0),
        ("track.build", 0.02),
        ("geopolitics.transactional_end_per_month", 0.005),
    ];
    Runs::of(f, &[lively], (4, MONTHS))
}

#[test]
fn a3_a_lever_at_its_neutral_setting_changes_nothing() {
    let plain = runs(&busy());
    for info in ALL {
        if let Some(neutral) = info.neutral {
            let turned = runs(&busy().turn(info.kind, owner(info.kind), neutral, FROM));
            assert_eq!(plain.differing(&turned), only(&[]), "{}", info.name);
        }
    }
}

#[test]
fn a_lever_changes_nothing_before_its_month_and_something_after() {
    let plain = runs(&busy());
    let mut idle = Vec::new();
    for info in ALL {
        let turned = runs(&busy().turn(info.kind, owner(info.kind), strong(info.kind), FROM));
        assert_eq!(plain.differing_before(&turned, FROM), only(&[]), "{}", info.name);
        if plain.differing(&turned).is_empty() {
            idle.push(info.name);
        }
    }
    // Of the test corridor's origins none works under a quota.
    assert_eq!(idle, ["quota"]);
}
