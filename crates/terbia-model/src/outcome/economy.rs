//! What can be read off mines, roads, levies and the market?

use super::{Outcome, Scalar, Value};
use crate::config::{Corridor, Origin};
use crate::kernel::id::{ActorId, Dense, FormId, Id, OriginId, TownshipId};
use crate::schedule::View;

/// Outcomes of the economy, in the order of the columns.
pub(super) const LIST: &[Outcome] = &[
    Outcome {
        name: "output_t",
        unit: "t gross",
        doc: "Product mined in the month, at that month's mix of forms",
        module: "extraction",
        scalar: Scalar::Sum,
        value: Value::One(|v| gross(v, mined(v))),
    },
    Outcome {
        name: "output_reo_t",
        unit: "t REO",
        doc: "Oxide mined in the month",
        module: "extraction",
        scalar: Scalar::Sum,
        value: Value::One(mined),
    },
    Outcome {
        name: "sites_total",
        unit: "sites",
        doc: "Mining sites that exist, working or suspended",
        module: "extraction",
        scalar: Scalar::Last,
        value: Value::One(|v| v.mines.by_township.iter().map(|o| f64::from(o.sites)).sum()),
    },
    Outcome {
        name: "sites_producing",
        unit: "sites",
        doc: "Mining sites that produced in the month",
        module: "extraction",
        scalar: Scalar::Last,
        value: Value::One(|v| v.mines.by_township.iter().map(|o| f64::from(o.producing)).sum()),
    },
    Outcome {
        name: "pits_total",
        unit: "pits",
        doc: "Leaching pits of all sites",
        module: "extraction",
        scalar: Scalar::Last,
        value: Value::One(|v| {
            let sites: f64 = v.mines.by_township.iter().map(|o| f64::from(o.sites)).sum();
            sites * v.params.extraction.pits_per_site
        }),
    },
    Outcome {
        name: "ore_grade",
        unit: "1",
        doc: "Grade of the ore over that of the first month, where it declines",
        module: "extraction",
        scalar: Scalar::Last,
        value: Value::Declining(|v, t| v.mines.by_township[t].grade),
    },
    Outcome {
        name: "reagent_stock_t",
        unit: "t reagent",
        doc: "Leaching reagent in stock at the mines, ammonium sulphate equivalent",
        module: "extraction",
        scalar: Scalar::Last,
        value: Value::One(|v| v.mines.by_township.iter().map(|o| o.reagent_t).sum()),
    },
    Outcome {
        name: "stock_t",
        unit: "t gross",
        doc: "Product waiting at mines and in the yards of gates",
        module: "haulage",
        scalar: Scalar::Last,
        value: Value::One(|v| {
            let waiting = v.roads.mine_stock.iter().chain(v.roads.yard).sum();
            gross(v, waiting)
        }),
    },
    Outcome {
        name: "holder_stock_reo_t",
        unit: "t REO",
        doc: "Product that the holder has taken in kind and not sold, as oxide",
        module: "haulage",
        scalar: Scalar::Last,
        value: Value::Keeper(|v, holder| kept(v, holder, v.roads.store)),
    },
    Outcome {
        name: "holder_sales_reo_t",
        unit: "t REO",
        doc: "Product taken in kind that the holder has sold to the buyer, as oxide; part of exports",
        module: "haulage",
        scalar: Scalar::Sum,
        value: Value::Keeper(|v, holder| kept(v, holder, v.roads.sold)),
    },
    Outcome {
        name: "exports_t",
        unit: "t gross",
        doc: "Product that reached the buyer, over gates or past them, as customs weighs it",
        module: "haulage",
        scalar: Scalar::Sum,
        value: Value::One(|v| gross(v, exported(v))),
    },
    Outcome {
        name: "exports_reo_t",
        unit: "t REO",
        doc: "Oxide that reached the buyer",
        module: "haulage",
        scalar: Scalar::Sum,
        value: Value::One(exported),
    },
    Outcome {
        name: "exports_form_t",
        unit: "t gross",
        doc: "Product that reached the buyer in this form",
        module: "haulage",
        scalar: Scalar::Sum,
        value: Value::Form(|v, form| exported(v) * v.form_share[form] / content(v, form)),
    },
    Outcome {
        name: "imports_form_t",
        unit: "t gross",
        doc: "The buyer's imports in this customs form from all origins",
        module: "market",
        scalar: Scalar::Sum,
        value: Value::Form(|v, form| {
            let corridor = exported(v) * v.form_share[form];
            let others: f64 =
                imported(v).filter(|o| o.origin.form == Some(form)).map(|o| supply(v, &o)).sum();
            (corridor + others) / content(v, form)
        }),
    },
    Outcome {
        name: "leak_t",
        unit: "t gross",
        doc: "Product that reached the buyer past a closed gate or past the levy; part of exports",
        module: "haulage",
        scalar: Scalar::Sum,
        value: Value::One(|v| gross(v, v.roads.totals.leaked)),
    },
    Outcome {
        name: "exports_value_usd",
        unit: "USD",
        doc: "Value of exports as declared to customs",
        module: "market",
        scalar: Scalar::Sum,
        value: Value::One(declared_value_usd),
    },
    Outcome {
        name: "import_share",
        unit: "1",
        doc: "Share of the corridor in the value of the buyer's imports of the commodity",
        module: "market",
        scalar: Scalar::Mean,
        value: Value::One(|v| {
            let own = exported(v) * v.market.basket_price().get();
            let price = |o: &Imported<'_>| v.market.basket_price_of(v.corridor, v.values, o.id);
            let others: f64 = imported(v).map(|o| supply(v, &o) * price(&o)).sum();
            if own + others > 0.0 { own / (own + others) } else { 0.0 }
        }),
    },
    Outcome {
        name: "price_cny_per_kg",
        unit: "CNY/kg",
        doc: "Price of the constituent's oxide on the buyer's market",
        module: "market",
        scalar: Scalar::Mean,
        value: Value::Constituent(|v, id| v.market.price(id)),
    },
    Outcome {
        name: "basket_price_cny_per_t",
        unit: "CNY/t REO",
        doc: "What a tonne of oxide in concentrate brings at the border",
        module: "market",
        scalar: Scalar::Mean,
        value: Value::One(|v| v.market.basket_price().get()),
    },
    Outcome {
        name: "concentrate_price_cny_per_t",
        unit: "CNY/t gross",
        doc: "What a gross tonne of product brings at the border, at this month's mix of forms",
        module: "market",
        scalar: Scalar::Mean,
        value: Value::One(|v| v.market.basket_price().get() * v.reo_per_gross.get()),
    },
    Outcome {
        name: "cover_months",
        unit: "months",
        doc: "The buyer's stock of the constituent in months of demand",
        module: "market",
        scalar: Scalar::Last,
        value: Value::Constituent(|v, id| v.market.cover_months(id)),
    },
    Outcome {
        name: "expected_shortfall_months",
        unit: "months",
        doc: "Supply of the constituent that buyers expect to lose, in months of demand",
        module: "market",
        scalar: Scalar::Mean,
        value: Value::Constituent(|v, id| v.market.shortfall_months(id)),
    },
    Outcome {
        name: "alternative_supply_share",
        unit: "1",
        doc: "Supply from alternative projects that scarcity called forth, as a share of demand",
        module: "market",
        scalar: Scalar::Last,
        value: Value::One(|v| v.market.alternative_share()),
    },
    Outcome {
        name: "levy_cny_per_t",
        unit: "CNY/t gross",
        doc: "Levy asked on a gross tonne, weighted by what townships mine",
        module: "levy",
        scalar: Scalar::Mean,
        value: Value::One(|v| {
            let (mut levy, mut all) = (0.0, 0.0);
            for (quote, mined) in v.levies.quotes.iter().zip(v.mines.by_township) {
                // A gram keeps the mean defined when nothing is mined.
                let weight = mined.mined + 1e-6;
                levy += weight * (quote.rate.get() + quote.kind.get());
                all += weight;
            }
            levy / all
        }),
    },
    Outcome {
        name: "levy_revenue_usd",
        unit: "USD",
        doc: "Levies that reached the holder's treasury",
        module: "levy",
        scalar: Scalar::Sum,
        value: Value::Holder(|v, holder| (v.levies.receipts[holder].revenue / v.fx).get()),
    },
    Outcome {
        name: "levy_revenue_total_usd",
        unit: "USD",
        doc: "Levies that reached the treasuries of all holders",
        module: "levy",
        scalar: Scalar::Sum,
        value: Value::One(|v| {
            let all: f64 = v.levies.receipts.iter().map(|r| r.revenue.get()).sum();
            all / v.fx.get()
        }),
    },
    Outcome {
        name: "gate_open_share",
        unit: "1",
        doc: "Share of the gates' product capacity that was open, mean over the days of the month",
        module: "gate",
        scalar: Scalar::Mean,
        value: Value::One(|v| v.gates.open_share),
    },
    Outcome {
        name: "fx_cny_per_usd",
        unit: "CNY/USD",
        doc: "Exchange rate",
        module: "market",
        scalar: Scalar::Mean,
        value: Value::One(|v| v.fx.get()),
    },
];

/// An imported origin.
struct Imported<'a> {
    id: OriginId,
    origin: &'a Origin,
}

fn imported<'a>(v: &'a View<'a>) -> impl Iterator<Item = Imported<'a>> + 'a {
    let origins = v.corridor.origins.enumerate().filter(|(_, o)| !o.domestic);
    origins.map(|(id, origin)| Imported { id, origin })
}

/// Supply of an imported origin, t REO.
fn supply(v: &View<'_>, of: &Imported<'_>) -> f64 {
    let series = &v.corridor.series[of.origin.supply];
    series.values[v.month] * v.values[series.scale.index()] * v.policy.factor(of.id, of.origin)
}

/// What of a mass by township lies where an actor holds the ground.
fn kept(v: &View<'_>, holder: ActorId, mass: &Dense<TownshipId, f64>) -> f64 {
    let held = |t: TownshipId| v.control.holder[Corridor::place(t)] == holder;
    mass.enumerate().filter(|(t, _)| held(*t)).map(|(_, mass)| mass).sum()
}

fn mined(v: &View<'_>) -> f64 {
    v.mines.by_township.iter().map(|o| o.mined).sum()
}

fn exported(v: &View<'_>) -> f64 {
    v.roads.totals.through_gates + v.roads.totals.leaked
}

fn gross(v: &View<'_>, reo: f64) -> f64 {
    reo / v.reo_per_gross.get()
}

fn content(v: &View<'_>, form: FormId) -> f64 {
    v.values[v.corridor.forms[form].reo_per_gross.index()]
}

fn declared_value_usd(v: &View<'_>) -> f64 {
    let series = &v.corridor.series[v.corridor.roles.declared_share];
    let declared = series.values[v.month] * v.values[series.scale.index()];
    exported(v) * v.market.basket_price().get() * declared / v.fx.get()
}
