//! Which numbers does a corridor give, in which units and bounds? One list, from which both the
//! checks and the compiler work; its order is the order of the numbers of a run.

mod politics;
mod river;

use crate::spec::{At, CorridorFile, Event, Lever, Num, Val};
use std::ops::Range;
use terbia_model::kernel::param::{self, Definition};

/// Where a number may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bounds {
    /// 0..1.
    Share,
    /// From zero.
    NonNegative,
    /// Above zero.
    Positive,
    /// From one.
    AtLeastOne,
    /// 0..100.
    Percent,
    /// Anywhere.
    Any,
}

/// A number as it is given.
#[derive(Clone, Debug)]
pub(crate) enum Given<'a> {
    /// With its pedigree.
    Num(&'a Num, Range<usize>),
    /// Bare, in an event with these sources.
    Plain(f64, Range<usize>, &'a [At<String>]),
}

/// A number of the corridor: what is given, and what is expected.
#[derive(Clone, Debug)]
pub(crate) struct Field<'a> {
    pub(crate) path: String,
    pub(crate) given: Given<'a>,
    pub(crate) unit: &'static str,
    pub(crate) bounds: Bounds,
    pub(crate) doc: String,
}

impl Bounds {
    pub(crate) fn allow(self, x: f64) -> bool {
        match self {
            Self::Share => (0.0..=1.0).contains(&x),
            Self::NonNegative => x >= 0.0,
            Self::Positive => x > 0.0,
            Self::AtLeastOne => x >= 1.0,
            Self::Percent => (0.0..=100.0).contains(&x),
            Self::Any => true,
        }
    }

    pub(crate) fn described(self) -> &'static str {
        match self {
            Self::Share => "a share from 0 to 1",
            Self::NonNegative => "zero or more",
            Self::Positive => "more than zero",
            Self::AtLeastOne => "1 or more",
            Self::Percent => "a position from 0 to 100",
            Self::Any => "a number",
        }
    }
}

impl Field<'_> {
    /// The last part of the path: the key in the file.
    pub(crate) fn key(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or(&self.path)
    }

    pub(crate) fn define(&self) -> Definition {
        match &self.given {
            Given::Num(num, _) => num.define(self.path.clone(), self.doc.clone(), self.unit),
            Given::Plain(value, _, source) => Definition {
                path: self.path.clone(),
                doc: self.doc.clone(),
                unit: self.unit.to_owned(),
                value: *value,
                low: *value,
                high: *value,
                prior: param::Prior::Fixed,
                grade: param::Grade::A,
                source: source.iter().map(|s| s.get().clone()).collect(),
            },
        }
    }
}

struct List<'a> {
    fields: Vec<Field<'a>>,
}

impl<'a> List<'a> {
    fn num(
        &mut self,
        path: String,
        num: &'a At<Num>,
        unit: &'static str,
        bounds: Bounds,
        doc: String,
    ) {
        self.fields.push(Field {
            path,
            given: Given::Num(num.get(), num.span()),
            unit,
            bounds,
            doc,
        });
    }

    fn maybe(
        &mut self,
        path: String,
        num: Option<&'a At<Num>>,
        unit: &'static str,
        bounds: Bounds,
        doc: String,
    ) {
        if let Some(num) = num {
            self.num(path, num, unit, bounds, doc);
        }
    }
}

/// The numbers of `corridor.toml`.
pub(crate) fn of_corridor(file: &CorridorFile) -> Vec<Field<'_>> {
    let mut list = List { fields: Vec::new() };
    commodity(file, &mut list);
    constituents(file, &mut list);
    places(file, &mut list);
    actors(file, &mut list);
    for origin in &file.origins {
        for (constituent, num) in origin.contents.get() {
            let path = format!("origin.{}.content.{}", *origin.id, **constituent);
            let doc = format!("Oxide of {} in a tonne REO of {}", **constituent, origin.name);
            list.num(path, num, "t/t REO", Bounds::Share, doc);
        }
    }
    for series in &file.series {
        let path = format!("series.{}.scale", *series.id);
        let doc = format!("Factor on the whole series: {}", series.doc);
        list.num(path, &series.scale, "1", Bounds::NonNegative, doc);
    }
    // Later additions come last: a number keeps its place, and with it its draws.
    politics::add(file, &mut list);
    river::add(file, &mut list);
    ore(file, &mut list);
    politics::add_later(file, &mut list);
    list.fields
}

fn ore<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    for t in &file.townships {
        let path = format!("township.{}.half_grade_t_reo", *t.id);
        let doc = format!("Mass mined after which the ore is half as rich ({})", t.name);
        list.maybe(path, t.half_grade_t_reo.as_ref(), "t REO", Bounds::Positive, doc);
    }
    for a in &file.actors {
        let path = format!("actor.{}.stock_sale_months", *a.id);
        let doc = format!("Time in which it sells what it takes in kind ({})", a.name);
        list.maybe(path, a.stock_sale_months.as_ref(), "months", Bounds::Positive, doc);
    }
    for a in &file.actors {
        let path = format!("actor.{}.admin_growth_months", *a.id);
        let doc = format!("Time in which its administration of mines is learnt ({})", a.name);
        list.maybe(path, a.admin_growth_months.as_ref(), "months", Bounds::Positive, doc);
    }
}

fn commodity<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    let c = &file.commodity;
    let doc = "Value of the unpriced remainder of a kilogram REO at market conditions 1";
    let path = "commodity.rest_price_cny_per_kg".to_owned();
    list.num(path, &c.rest_price_cny_per_kg, "CNY/kg", Bounds::NonNegative, doc.to_owned());
    let doc = "What the buyer pays for concentrate / value of its separated content";
    let path = "commodity.pay_share".to_owned();
    list.num(path, &c.pay_share, "1", Bounds::Positive, doc.to_owned());
    for form in &c.forms {
        let path = format!("form.{}.reo_per_gross", *form.id);
        let doc = format!("Oxide in a gross tonne of {}", form.name);
        list.num(path, &form.reo_per_gross, "t REO/t gross", Bounds::Positive, doc);
    }
}

fn constituents<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    use Bounds::{Any, NonNegative, Positive, Share};
    for c in &file.constituents {
        let all = [
            ("content_t_per_t", &c.content_t_per_t, "t/t REO", Share),
            ("demand_t_per_month", &c.demand_t_per_month, "t/month", Positive),
            ("demand_growth_per_year", &c.demand_growth_per_year, "1/year", Any),
            ("price_cny_per_kg", &c.price_cny_per_kg, "CNY/kg", Positive),
            ("conditions_elasticity", &c.conditions_elasticity, "1", Any),
            ("price_response", &c.price_response, "1", NonNegative),
            ("cover_normal_months", &c.cover_normal_months, "months", Positive),
            ("price_noise", &c.price_noise, "1", NonNegative),
        ];
        for (key, num, unit, bounds) in all {
            let path = format!("constituent.{}.{key}", *c.id);
            list.num(path, num, unit, bounds, format!("{} ({})", meaning(key), c.name));
        }
    }
}

/// What a number of a constituent means.
fn meaning(key: &str) -> &'static str {
    match key {
        "content_t_per_t" => "Content of the corridor's product",
        "demand_t_per_month" => "Buyer's demand in the first month",
        "demand_growth_per_year" => "Growth of demand",
        "price_cny_per_kg" => "Price at normal cover and market conditions 1",
        "conditions_elasticity" => "Elasticity of the price to market conditions",
        "price_response" => "Elasticity of the price to stock cover",
        "cover_normal_months" => "Normal stock cover",
        _ => "Monthly log standard deviation of what the model does not explain",
    }
}

fn places<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    for t in &file.townships {
        let mut add = |key: &str, num: Option<&'a At<Num>>, unit, doc: &str| {
            let path = format!("township.{}.{key}", *t.id);
            list.maybe(path, num, unit, Bounds::NonNegative, format!("{doc} ({})", t.name));
        };
        add("sites_at_start", t.sites_at_start.as_ref(), "sites", "Sites on the first month");
        add(
            "prospectivity",
            t.prospectivity.as_ref(),
            "1",
            "Relative weight in the entry of new sites",
        );
        let doc = "Monthly hazard that an operator expects of losing site or licence";
        add("tenure_hazard_per_month", t.tenure_hazard_per_month.as_ref(), "1/month", doc);
    }
    for g in &file.gates {
        let path = format!("gate.{}.capacity_t_per_month", *g.id);
        let doc = format!("Product that the gate can pass ({})", g.name);
        list.num(path, &g.capacity_t_per_month, "t gross/month", Bounds::NonNegative, doc);
    }
    for r in &file.roads {
        let doc = format!("Length of the road from {} to {}", *r.from, *r.to);
        list.num(format!("road.{}.km", *r.id), &r.km, "km", Bounds::NonNegative, doc);
    }
}

fn actors<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    for a in &file.actors {
        let mut add = |key: &str, num: Option<&'a At<Num>>, doc: &str| {
            let path = format!("actor.{}.{key}", *a.id);
            list.maybe(path, num, "1", Bounds::Share, format!("{doc} ({})", a.name));
        };
        add(
            "admin_capacity",
            a.admin_capacity.as_ref(),
            "Share of levies due that reaches the treasury",
        );
        add("arms_share", a.arms_share.as_ref(), "Share of revenue spent on arms");
        add(
            "services_share",
            a.services_share.as_ref(),
            "Share spent on services and benefit sharing",
        );
    }
}

/// The numbers of an event, given the levers that it may turn.
pub(crate) fn of_event<'a>(event: &'a Event, levers: &[Lever]) -> Vec<Field<'a>> {
    use Bounds::{NonNegative, Share};
    let e = event;
    // The bounds of a setting are those of its lever, which the check of the event knows.
    let lever = levers.iter().find(|l| Some(&l.id) == e.lever.as_ref());
    let unit = lever.map_or("1", |l| l.kind.0.info().unit);
    let setting = e.value.as_ref().filter(|_| lever.is_some());
    let all = [
        ("product", &e.product, "1", Share, "Share of product that passes"),
        ("reagents", &e.reagents, "1", Share, "Share of reagents that passes"),
        ("rate_cny_per_t", &e.rate_cny_per_t, "CNY/t gross", NonNegative, "Levy a gross tonne"),
        ("ad_valorem_share", &e.ad_valorem_share, "1", Share, "Levy as a share of the value"),
        ("entry_factor", &e.entry_factor, "1", NonNegative, "Factor on the entry of sites"),
        ("output_share", &e.output_share, "1", Share, "Share of output that goes on"),
        ("shortfall_share", &e.shortfall_share, "1", Share, "Share of a shortfall covered"),
        ("guarantee", &e.guarantee, "1", Share, "How far a third party guarantees the truce"),
        ("sharing", &e.sharing, "1", Share, "Share of revenue that the truce gives away"),
        ("in_kind_share", &e.in_kind_share, "1", Share, "Share of the product taken in kind"),
        ("arms_share", &e.arms_share, "1", Share, "Share of the challenger's means demanded"),
        ("age_months", &e.age_months, "months", NonNegative, "Age of the truce on its first day"),
        ("reach_share", &e.reach_share, "1", Share, "Share of what leaves that the levy reaches"),
    ];
    let all = all
        .into_iter()
        .filter_map(|(key, val, unit, bounds, doc)| Some((key, val.as_ref()?, unit, bounds, doc)));
    let setting = setting.map(|val| ("value", val, unit, Bounds::Any, "Setting of the lever"));
    let field = |(key, val, unit, bounds, doc): (_, &'a At<Val>, _, _, _)| {
        let given = match val.get() {
            Val::Plain(value) => Given::Plain(*value, val.span(), &event.source),
            Val::Number(num) => Given::Num(num, val.span()),
        };
        let path = format!("event.{}.{key}", *event.id);
        let doc = format!("{doc} (event {})", *event.id);
        Field { path, given, unit, bounds, doc }
    };
    all.chain(setting).map(field).collect()
}
