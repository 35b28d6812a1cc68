//! Which small corridor do the tests run? Two townships, two gates, two holders, all made up.

use crate::config::{
    Actor, Budget, Commodity, Constituent, Corridor, Form, Gate, Origin, Place, Road, Roles,
    Series, Township,
};
use crate::kernel::id::{ActorId, Dense, GateId, Id, NumberId, PlaceId, SeriesId, TownshipId};
use crate::kernel::param::{Definition, Grade, Prior};
use crate::kernel::rng::{Draws, Purpose};
use crate::module;
use crate::run::{Engine, RunStatus};
use crate::timeline::{Combine, Profile, Span, Timeline};

/// Months of the test corridor.
pub(crate) const MONTHS: usize = 192;

/// A corridor under construction.
pub(crate) struct Fixture {
    pub(crate) corridor: Corridor,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let numbers = module::definitions().expect("module parameters are valid");
        let blank = NumberId::new(0);
        let corridor = Corridor {
            id: "test".into(),
            name: "Test".into(),
            start: "2017-01".parse().expect("a month"),
            months: MONTHS,
            numbers,
            townships: Dense::new(),
            places: Dense::new(),
            gates: Dense::new(),
            actors: Dense::new(),
            roads: Vec::new(),
            nodes: 4,
            commodity: Commodity {
                name: "Clay".into(),
                reagent: "salt".into(),
                rest_price_cny_per_kg: blank,
                pay_share: blank,
            },
            constituents: Dense::new(),
            forms: Dense::new(),
            origins: Dense::new(),
            series: Dense::new(),
            roles: Roles {
                fx: SeriesId::new(0),
                conditions: SeriesId::new(1),
                declared_share: SeriesId::new(2),
            },
            politics: None,
            basins: Dense::new(),
            reaches: Dense::new(),
            stations: Dense::new(),
            levers: Dense::new(),
            timeline: Timeline::default(),
        };
        let mut f = Self { corridor };
        f.commodity();
        f.places();
        f.timeline();
        f
    }

    /// Adds a number that the ensemble may vary.
    pub(crate) fn number(&mut self, path: &str, value: f64, low: f64, high: f64) -> NumberId {
        self.corridor.numbers.push(Definition {
            path: path.into(),
            doc: path.into(),
            unit: "1".into(),
            value,
            low,
            high,
            prior: Prior::Uniform,
            grade: Grade::D,
            source: vec!["made up".into()],
        });
        NumberId::new(self.corridor.numbers.len() - 1)
    }

    pub(crate) fn exact(&mut self, path: &str, value: f64) -> NumberId {
        self.number(path, value, value, value)
    }

    fn series(&mut self, id: &str, value: f64) -> SeriesId {
        let scale = self.number(&format!("series.{id}.scale"), 1.0, 0.8, 1.2);
        self.corridor.series.push(Series {
            id: id.into(),
            doc: id.into(),
            unit: "1".into(),
            values: vec![value; MONTHS],
            last_known: 100,
            scale,
        })
    }

    fn commodity(&mut self) {
        self.series("fx", 7.0);
        self.series("conditions", 1.0);
        self.series("declared_share", 0.8);
        let ship_share = Some(self.series("oxide", 0.8));
        let supply = self.series("elsewhere", 800.0);
        self.corridor.commodity.rest_price_cny_per_kg = self.number("rest", 95.0, 75.0, 120.0);
        self.corridor.commodity.pay_share = self.number("pay", 0.97, 0.85, 1.05);
        let mut contents = Dense::new();
        for (id, content, demand, price) in
            [("heavy", 0.037, 80.0, 1700.0), ("rare", 0.0056, 14.0, 5500.0)]
        {
            let c = Constituent {
                id: id.into(),
                name: id.into(),
                content_t_per_t: self.number(
                    &format!("{id}.content"),
                    content,
                    0.8 * content,
                    1.2 * content,
                ),
                demand_t_per_month: self.number(
                    &format!("{id}.demand"),
                    demand,
                    0.8 * demand,
                    1.2 * demand,
                ),
                demand_growth_per_year: self.number(&format!("{id}.growth"), 0.03, 0.01, 0.06),
                price_cny_per_kg: self.number(
                    &format!("{id}.price"),
                    price,
                    0.8 * price,
                    1.2 * price,
                ),
                conditions_elasticity: self.number(&format!("{id}.elasticity"), 0.6, 0.3, 1.4),
                price_response: self.number(&format!("{id}.phi"), 0.57, 0.2, 1.2),
                cover_normal_months: self.number(&format!("{id}.cover"), 11.5, 5.0, 20.0),
                price_noise: self.number(&format!("{id}.noise"), 0.04, 0.0, 0.08),
            };
            self.corridor.constituents.push(c);
            contents.push(self.exact(&format!("elsewhere.{id}"), content));
        }
        let whole = self.number("form.oxide", 0.98, 0.92, 1.0);
        let wet = self.number("form.wet", 0.27, 0.2, 0.4);
        self.corridor.forms.push(Form {
            id: "oxide".into(),
            name: "oxide".into(),
            reo_per_gross: whole,
            ship_share,
        });
        self.corridor.forms.push(Form {
            id: "wet".into(),
            name: "wet".into(),
            reo_per_gross: wet,
            ship_share: None,
        });
        self.corridor.origins.push(Origin {
            id: "elsewhere".into(),
            name: "elsewhere".into(),
            domestic: false,
            swing: crate::config::Swing::Fixed,
            supply,
            contents,
            rival: None,
            drains: Vec::new(),
            form: None,
        });
    }

    fn places(&mut self) {
        for id in ["militia", "rebels"] {
            let budget = Budget {
                admin_capacity: self.number(&format!("{id}.capacity"), 0.9, 0.6, 1.0),
                arms_share: self.number(&format!("{id}.arms"), 0.5, 0.2, 0.6),
                services_share: self.number(&format!("{id}.services"), 0.2, 0.0, 0.4),
                stock_sale_months: None,
                admin_growth_months: None,
            };
            self.corridor.actors.push(Actor {
                id: id.into(),
                name: id.into(),
                budget: Some(budget),
            });
        }
        for (id, sites, weight) in [("upper", 12.0, 0.7), ("lower", 6.0, 0.3)] {
            let township = Township {
                id: id.into(),
                name: id.into(),
                sites_at_start: self.number(&format!("{id}.sites"), sites, 0.0, 2.0 * sites),
                prospectivity: self.number(&format!("{id}.prospectivity"), 0.2 * weight, 0.0, 0.3),
                tenure_hazard_per_month: self.number(&format!("{id}.hazard"), 0.02, 0.0, 0.06),
                half_grade_t_reo: None,
                reach: None,
                community: None,
            };
            self.corridor.townships.push(township);
            self.corridor.places.push(Place {
                id: id.into(),
                name: id.into(),
                holder_at_start: ActorId::new(0),
            });
        }
        for (i, id) in ["pass", "bridge"].into_iter().enumerate() {
            let capacity_t_per_month = self.number(&format!("{id}.capacity"), 900.0, 500.0, 1500.0);
            self.corridor.gates.push(Gate {
                id: id.into(),
                name: id.into(),
                far_name: id.into(),
                place: PlaceId::new(i),
                capacity_t_per_month,
            });
            let km = self.number(&format!("{id}.km"), 60.0 + 20.0 * i as f64, 40.0, 120.0);
            self.corridor.roads.push(Road { from: i, to: 2 + i, km });
        }
        let km = self.number("link.km", 50.0, 30.0, 90.0);
        self.corridor.roads.push(Road { from: 0, to: 1, km });
    }

    fn timeline(&mut self) {
        let c = &mut self.corridor;
        let months = c.months;
        let idle = |combine| Profile::new(combine, &[], c.start, months);
        c.timeline.live_from = months;
        c.timeline.gates = Dense::filled(crate::timeline::GateTimeline::default(), c.gates.len());
        c.timeline.licence = Dense::filled(idle(Combine::Product), c.townships.len());
        c.timeline.halt = Dense::filled(idle(Combine::Smallest), c.townships.len());
        c.timeline.reserve = Dense::filled(idle(Combine::Largest), c.constituents.len());
        let levy = crate::timeline::LevyTimeline {
            specific: idle(Combine::Latest),
            ad_valorem: idle(Combine::Latest),
            minimum: idle(Combine::Latest),
            in_kind: idle(Combine::Latest),
        };
        c.timeline.levy = Dense::filled(levy, c.actors.len());
    }

    /// Shuts both goods at every gate from a day on, until another if one is given.
    pub(crate) fn shut(mut self, from: &str, until: &str, product: f64, reagents: f64) -> Self {
        let (product, reagents) =
            (self.exact("event.product", product), self.exact("event.reagents", reagents));
        let span = |number| Span {
            from: from.parse().expect("a date"),
            until: until.parse().ok(),
            number,
        };
        let (start, months) = (self.corridor.start, self.corridor.months);
        let profile = |n| Profile::new(Combine::Smallest, &[span(n)], start, months);
        for gate in &mut self.corridor.timeline.gates {
            gate.far_product = profile(product);
            gate.far_reagents = profile(reagents);
        }
        self
    }

    /// Lets every holder levy an amount for each gross tonne from the start.
    pub(crate) fn levy(mut self, cny_per_t: f64) -> Self {
        let number = self.exact("event.levy", cny_per_t);
        let (start, months) = (self.corridor.start, self.corridor.months);
        let span = Span { from: start.first_day(), until: None, number };
        for levy in &mut self.corridor.timeline.levy {
            levy.specific = Profile::new(Combine::Latest, &[span], start, months);
        }
        self
    }

    /// Best values, changed at some paths.
    pub(crate) fn values(&self, changes: &[(&str, f64)]) -> Vec<f64> {
        let mut values = self.corridor.best_values();
        for (path, value) in changes {
            let id = self.corridor.number(path).unwrap_or_else(|| panic!("no number {path}"));
            values[id.index()] = *value;
        }
        values
    }

    /// A random point of the whole prior.
    pub(crate) fn drawn(&self, draws: &Draws) -> Vec<f64> {
        let numbers = self.corridor.numbers.iter().enumerate();
        numbers.map(|(i, d)| d.quantile(draws.uniform(Purpose(99), i as u32, 0, 0))).collect()
    }

    /// Runs once; rows by month, and how it ended.
    pub(crate) fn run(&self, values: &[f64], seed: u64) -> (Vec<Vec<f64>>, RunStatus) {
        let mut engine = Engine::new(&self.corridor, MONTHS);
        let mut rows = Vec::new();
        let status = engine.run(values, (seed, 0), |_, row| rows.push(row.to_vec()));
        (rows, status)
    }

    /// One column of a run.
    pub(crate) fn column(&self, rows: &[Vec<f64>], name: &str) -> Vec<f64> {
        let columns = crate::outcome::columns(&self.corridor);
        let index = columns.iter().position(|c| c.name == name).expect("a column of that name");
        rows.iter().map(|row| row[index]).collect()
    }

    /// Ids of the first township and gate, for tests that reach inside.
    pub(crate) fn first() -> (TownshipId, GateId) {
        (TownshipId::new(0), GateId::new(0))
    }
}
