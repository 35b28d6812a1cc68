//! The same small corridor with parties: two sides, one front, a buyer, an outsider, people, a river.

use super::fixture::{Fixture, MONTHS};
use crate::config::{
    Actor, Basin, Community, Front, Lever, Partner, Place, Politics, Reach, Route, Side, Stance,
    Station,
};
use crate::kernel::id::{ActorId, Dense, Id, OriginId, PlaceId, ReachId, TownshipId};
use crate::lever::Kind;
use crate::timeline::Setting;

/// Actors of the test corridor, in order.
pub(crate) const MILITIA: usize = 0;
pub(crate) const REBELS: usize = 1;
pub(crate) const BUYER: usize = 2;
pub(crate) const OUTSIDER: usize = 3;
pub(crate) const MEDIATOR: usize = 4;

impl Fixture {
    /// Adds parties; the model decides from `live_from` on.
    pub(crate) fn parties(mut self, live_from: usize) -> Self {
        for id in ["buyer", "outsider", "mediator"] {
            self.corridor.actors.push(Actor { id: id.into(), name: id.into(), budget: None });
            self.corridor.timeline.levy.push(self.corridor.timeline.levy[ActorId::new(0)].clone());
        }
        self.corridor.places.push(Place {
            id: "fort".into(),
            name: "Fort".into(),
            holder_at_start: ActorId::new(REBELS),
        });
        self.corridor.politics = Some(self.politics());
        self.water();
        self.corridor.origins[OriginId::new(0)].rival = Some(ActorId::new(MEDIATOR));
        for township in [0, 1] {
            let home = ActorId::new(if township == 0 { REBELS } else { MILITIA });
            let (population, accountability) = (
                self.number(&format!("people.{township}"), 40e3, 20e3, 80e3),
                self.number(&format!("heed.{township}"), 0.6, 0.1, 0.9),
            );
            let t = &mut self.corridor.townships[TownshipId::new(township)];
            t.reach = Some(ReachId::new(township));
            t.community = Some(Community { population, accountability, constituency: Some(home) });
        }
        self.corridor.timeline.live_from = live_from;
        self
    }

    fn politics(&mut self) -> Politics {
        let side = |f: &mut Self, name: &str, lead: usize, other: f64, allied: f64| Side {
            lead: ActorId::new(lead),
            members: vec![ActorId::new(lead)],
            other_income_cny_per_month: f.number(
                &format!("{name}.other"),
                other,
                0.2 * other,
                3.0 * other,
            ),
            other_arms_share: f.number(&format!("{name}.other_arms"), 0.5, 0.2, 0.7),
            allied_supply_cny_per_month: f.number(
                &format!("{name}.allied"),
                allied,
                0.0,
                4.0 * allied,
            ),
            capability_at_start_cny: f.number(&format!("{name}.capability"), 6e8, 3e8, 1.2e9),
            supply_factor: None,
            claim_share: None,
        };
        let sides =
            [side(self, "rebels", REBELS, 1e7, 1e6), side(self, "militia", MILITIA, 5e6, 4e6)];
        let front = Front {
            id: "hills".into(),
            name: "Hills".into(),
            places: vec![PlaceId::new(1), PlaceId::new(0)],
            takers: [ActorId::new(REBELS), ActorId::new(MILITIA)],
            base_hazard_per_month: [0, 1]
                .map(|k| self.number(&format!("hills.base.{k}"), 0.03, 0.005, 0.1)),
            distance_km: [0, 1].map(|k| self.number(&format!("hills.km.{k}"), 100.0, 50.0, 200.0)),
            other_prize_cny_per_month: self.number("hills.prize", 5e6, 1e6, 2e7),
        };
        let stances = [
            (BUYER, 25.0, 20.0, 0),
            (REBELS, 80.0, 85.0, 1),
            (MILITIA, 10.0, 5.0, 2),
            (OUTSIDER, 50.0, 60.0, 3),
            (MEDIATOR, 60.0, 45.0, 0),
        ]
        .map(|(actor, trade, axis, bloc)| Stance {
            actor: ActorId::new(actor),
            position: [
                self.number(&format!("stance.{actor}.trade"), trade, trade - 10.0, trade + 10.0),
                self.number(&format!("stance.{actor}.axis"), axis, axis - 5.0, axis + 5.0),
            ],
            salience: [0, 1]
                .map(|k| self.number(&format!("stance.{actor}.salience.{k}"), 60.0, 30.0, 90.0)),
            capability: self.number(&format!("stance.{actor}.capability"), 40.0, 10.0, 90.0),
            bloc,
        });
        let partner = Partner {
            actor: ActorId::new(OUTSIDER),
            offtake_t_reo_per_month: self.number("outsider.offtake", 40.0, 10.0, 100.0),
            premium_share: self.number("outsider.premium", 0.3, 0.0, 0.8),
        };
        let route = Route {
            id: "track".into(),
            name: "Track".into(),
            partner: ActorId::new(OUTSIDER),
            place: PlaceId::new(2),
            build_hazard_per_month: self.number("track.build", 0.05, 0.0, 0.1),
            first_capacity_t_per_month: self.number("track.capacity", 60.0, 20.0, 100.0),
            premium_cny_per_t: self.number("track.premium", 40e3, 10e3, 90e3),
        };
        let mut fronts = Dense::new();
        fronts.push(front);
        let mut routes = Dense::new();
        routes.push(route);
        Politics {
            buyer: ActorId::new(BUYER),
            sides,
            fronts,
            stances: stances.to_vec(),
            mediator: Some(ActorId::new(MEDIATOR)),
            partners: vec![partner],
            routes,
            commitment: None,
        }
    }

    /// Two creeks of an unmeasured basin that meet, and one measured river.
    fn water(&mut self) {
        let season = [0.4, 0.3, 0.3, 0.4, 0.6, 1.2, 2.0, 2.4, 2.0, 1.2, 0.7, 0.5];
        let emission = self.number("emission", 0.05, 0.01, 0.2);
        for (id, emission_kg_per_t) in [("home", None), ("next", Some(emission))] {
            self.corridor.basins.push(Basin {
                id: id.into(),
                name: id.into(),
                season,
                emission_kg_per_t,
            });
        }
        let join = Some(ReachId::new(2));
        for (id, basin, to, flow) in [
            ("creek", 0, join, 40.0),
            ("brook", 0, join, 30.0),
            ("river", 0, None, 900.0),
            ("stream", 1, None, 120.0),
        ] {
            let flow_m3_per_s = self.number(&format!("{id}.flow"), flow, 0.5 * flow, 2.0 * flow);
            self.corridor.reaches.push(Reach {
                id: id.into(),
                name: id.into(),
                basin: crate::kernel::id::BasinId::new(basin),
                to,
                km: 60.0,
                flow_m3_per_s,
            });
        }
        let share = self.number("drains", 1.0, 0.5, 1.0);
        self.corridor.origins[OriginId::new(0)].drains = vec![(ReachId::new(3), share)];
        let station = Station {
            id: "bridge".into(),
            name: "Bridge".into(),
            reach: ReachId::new(3),
            standard_mg_per_l: self.number("station.standard", 0.01, 0.01, 0.01),
            background_mg_per_l: self.number("station.background", 0.002, 0.001, 0.004),
            spread: self.number("station.spread", 1.8, 1.3, 2.5),
        };
        self.corridor.stations.push(station);
    }

    /// Turns a lever of `kind` from a month on.
    pub(crate) fn turn(mut self, kind: Kind, owner: usize, value: f64, from: usize) -> Self {
        let number = self.number(&format!("lever.{kind:?}.{owner}"), value, value, value);
        self.corridor.levers.push(Lever {
            id: format!("{kind:?}-{owner}"),
            kind,
            owner: ActorId::new(owner),
            bounds: [0.0, 1e6],
            delay_months: 0,
            cost: String::new(),
            doc: String::new(),
        });
        self.corridor.timeline.levers.push(vec![Setting { from, until: MONTHS, number }]);
        self
    }
}
