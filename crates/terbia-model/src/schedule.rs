//! What happens in a month, and in which order? This one function, top to bottom.
//!
//! Anything read from `state` was settled last month; anything in a `let` is this month's. That one
//! rule settles every question of feedback. The numbered comments are the process overview of the
//! ODD.

mod gather;
mod way;

pub(crate) use gather::{fronts, side_of};
use way::{closed_share, mean_levy, working};

use crate::books::Books;
use crate::config::Corridor;
use crate::kernel::id::{
    ActorId, Dense, FormId, FrontId, GateId, Id, OriginId, RouteId, TownshipId,
};
use crate::kernel::quantity::{Cny, CnyPerUsd, ReoPerGross, TonnesGross, TonnesReo};
use crate::kernel::rng::Draws;
use crate::kernel::time::Month;
use crate::module::{
    Params, alignment, bargain, ceasefire, conflict, control, extraction, gate, geopolitics,
    grievance, haulage, levy, market, river, stability,
};
use crate::settings::Settings;

/// Everything that a month leaves behind for the next.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Where actors stand.
    pub alignment: alignment::State,
    /// War, talks or truce.
    pub ceasefire: ceasefire::State,
    /// Means and offensives.
    pub conflict: conflict::State,
    /// Who holds what.
    pub control: control::State,
    /// The dispute over gate and levy.
    pub bargain: bargain::State,
    /// Openness of gates.
    pub gate: gate::State,
    /// Rates and receipts.
    pub levy: levy::State,
    /// Sites and reagents.
    pub extraction: extraction::State,
    /// Stocks.
    pub haulage: haulage::State,
    /// Inventories, beliefs, prices.
    pub market: market::State,
    /// Rivals next door, ways to other buyers, outsiders.
    pub geopolitics: geopolitics::State,
    /// Water and forest.
    pub river: river::State,
    /// Communities.
    pub grievance: grievance::State,
    /// A year of what stability is judged by.
    pub stability: stability::State,
    /// What politics remembers of trade.
    pub memory: Memory,
    /// The two ledgers.
    pub books: Books,
}

/// What politics remembers of trade and war: means over about a year, but for worth.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Value of what each township mined last month, CNY.
    pub worth_cny: Dense<TownshipId, f64>,
    /// Share of what reaches the buyer that goes past the levy or a shut gate, 0..1.
    pub smuggled_share: f64,
    /// Means that both sides lose in fighting, CNY/month.
    pub lost_cny: f64,
}

/// What a run is told: the corridor, its values, and tables made from them. Tables that depend on the
/// month are rewritten by it and remember nothing.
#[derive(Clone, Debug)]
pub struct World<'c> {
    /// The corridor.
    pub corridor: &'c Corridor,
    /// One value for each of its numbers.
    pub values: Vec<f64>,
    /// The values of the modules.
    pub params: Params,
    /// The side that each actor fights on.
    pub side_of: Dense<ActorId, Option<usize>>,
    /// Product that each gate passes when open, t REO a month at this month's mix of forms.
    pub capacity_reo: Dense<GateId, f64>,
    /// The same in gross tonnes.
    pub capacity_gross: Dense<GateId, f64>,
    /// Factor on the entry of sites, by township and month.
    pub licence: Dense<TownshipId, Vec<f64>>,
    /// Factor on output, by township and month.
    pub halt: Dense<TownshipId, Vec<f64>>,
    /// What mines meet; the parts that change are rewritten each month.
    pub conditions: Dense<TownshipId, extraction::Conditions>,
    /// What townships send; rewritten each month.
    pub dispatch: Dense<TownshipId, haulage::Dispatch>,
    /// Gross tonnes offered to the levy; rewritten each month.
    pub taxable: Dense<TownshipId, TonnesGross>,
    /// What sales of product taken in kind bring; rewritten each month.
    pub sold: Dense<TownshipId, Cny>,
    /// Share of its store that each holder sells in a month, 0..1.
    pub sale_share: Dense<ActorId, f64>,
    /// Share of the REO shipped in each form this month.
    pub form_share: Dense<FormId, f64>,
    /// Part of each gate that an announced closure will shut, 0..1; rewritten each month.
    pub shut_ahead: Dense<GateId, f64>,
    /// Part of the output of each township that an announced stop will end, and that one under way
    /// keeps back, 0..1; rewritten each month.
    pub stopped: [Dense<TownshipId, f64>; 2],
    /// Value of the commodity behind each front, CNY/month; rewritten each month.
    pub prize_cny: Dense<FrontId, f64>,
    /// Supply of each origin by its series, t REO/month; rewritten each month.
    pub origin_supply: Dense<OriginId, f64>,
    /// The same after rivalry.
    pub origin_actual: Dense<OriginId, f64>,
    /// What partners are set to do; rewritten each month.
    pub offers: Vec<geopolitics::Offer>,
    /// Pace at which ways to other buyers are built; rewritten each month.
    pub road: Dense<RouteId, Option<f64>>,
    /// What communities meet; rewritten each month.
    pub met: Dense<TownshipId, grievance::Conditions>,
    /// How badly holders need the money, 0..1; rewritten each month.
    pub need: Dense<ActorId, f64>,
    /// Output, openings and share treated by township, for the rivers; rewritten each month.
    pub to_river: [Dense<TownshipId, f64>; 3],
    /// Price of the basket at the start, CNY/t REO.
    pub price_at_start: f64,
    /// Operators' margin at the start, CNY/t REO.
    pub margin_at_start: f64,
    /// How levers stand; rewritten each month.
    pub settings: Settings,
    /// Chance.
    pub draws: Draws,
}

/// What the month did, for outcomes to read.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The corridor.
    pub corridor: &'a Corridor,
    /// Its values in this run.
    pub values: &'a [f64],
    /// Module values.
    pub params: &'a Params,
    /// The side that each actor fights on.
    pub side_of: &'a Dense<ActorId, Option<usize>>,
    /// Months since the start.
    pub month: usize,
    /// Where actors stand.
    pub stance: alignment::Flow,
    /// War, talks or truce.
    pub truce: ceasefire::Flow<'a>,
    /// Means and offensives.
    pub war: conflict::Flow<'a>,
    /// Who holds what.
    pub control: control::Flow<'a>,
    /// The dispute over gate and levy.
    pub deal: bargain::Flow,
    /// Gates.
    pub gates: gate::Flow<'a>,
    /// Mines.
    pub mines: extraction::Flow<'a>,
    /// Roads and yards.
    pub roads: haulage::Flow<'a>,
    /// Levies asked and paid.
    pub levies: levy::Flow<'a>,
    /// Market after the month.
    pub market: &'a market::State,
    /// What politics did to the market.
    pub policy: market::Policy<'a>,
    /// Rivals, ways, outsiders.
    pub abroad: geopolitics::Flow<'a>,
    /// Water and forest.
    pub water: river::Flow<'a>,
    /// Communities.
    pub people: grievance::Flow<'a>,
    /// S1 to S6.
    pub stability: stability::Flow,
    /// Share of the REO shipped in each form.
    pub form_share: &'a Dense<FormId, f64>,
    /// Oxide in a gross tonne of this month's mix.
    pub reo_per_gross: ReoPerGross,
    /// Exchange rate.
    pub fx: CnyPerUsd,
}

/// One month.
///
/// Fails with the name of a ledger that does not close: a bug, not an input.
#[allow(clippy::too_many_lines, reason = "one month is one function, read from top to bottom")]
pub fn month<'a>(
    state: &'a mut State,
    world: &'a mut World<'_>,
    index: usize,
) -> Result<View<'a>, &'static str> {
    // Exhaustive on purpose: a module without a step does not compile.
    let State {
        alignment,
        ceasefire,
        conflict,
        control,
        bargain,
        gate,
        levy,
        extraction,
        haulage,
        market,
        geopolitics,
        river,
        grievance,
        stability,
        memory,
        books,
    } = state;
    let corridor = world.corridor;
    let now: Month = corridor.start.plus(index as i32);
    let price = market.basket_price();
    let live = index >= corridor.timeline.live_from;

    // 1. Exogenous drivers: the mix of product forms, the exchange rate.
    let reo_per_gross = world.mix_forms(index);
    let fx = CnyPerUsd(world.series(corridor.roles.fx, index));

    // 2. Levers: what actors have turned by now.
    world.settings.read(corridor, &world.values, index);

    // 3. Alignment: where actors stand, each quarter, by last month's war, market and engagements.
    let told = world.to_alignment(index, market, conflict.flow(), geopolitics.flow());
    alignment::step(alignment, &world.params.alignment, told);
    let stance = alignment.flow();

    // 4. Ceasefire: talks, truces and their end.
    let told = world.to_ceasefire(
        (index, live),
        memory,
        stance,
        conflict.flow(),
        bargain.flow(),
        (grievance.flow(), control.holder(), world.power(conflict, ceasefire.demanded(index))),
    );
    ceasefire::step(ceasefire, &told, &world.draws);
    let truce = ceasefire.flow();

    // 5. Conflict: means out of last month's revenue, offensives, townships that fall.
    if let Some(politics) = &corridor.politics {
        world.price_fronts(memory);
        let holds = control.main().and_then(|holder| world.side(holder));
        let people = (grievance.flow(), holds);
        let sides = world.means(politics, index, levy.flow(), stance, bargain.flow(), people);
        let told = conflict::Inputs {
            live,
            month: index,
            truce: truce.truce,
            broken_by: truce.broken_by,
            sides,
            prize_cny: &world.prize_cny,
            holder: control.holder(),
        };
        conflict::step(conflict, &world.params.conflict, corridor, &told, &world.draws);
    }
    let war = conflict.flow();

    // 6. Control: who holds which ground, and for how long.
    let weights = &world.conditions;
    let weight = |t: usize| weights[TownshipId::new(t)].prospectivity;
    let taken = war.moves.iter().map(|m| (m.place, m.to));
    let control = control::step(control, corridor, index, taken, weight);

    // 7. Bargain: closures begin and end, levies are asked, refused and agreed.
    let asked = price * reo_per_gross;
    let given_open = world.given_open(gate, control.holder, control.main, index);
    let terms = (asked.get(), reo_per_gross.get());
    let told = world.to_bargain(
        (index, live),
        control,
        given_open,
        terms,
        market,
        levy,
        stance,
        war,
        bargain.flow(),
        geopolitics.flow(),
    );
    if let Some(told) = told {
        bargain::step(bargain, &world.params.bargain, &told, &world.draws);
    }
    let deal = bargain.flow();

    // 8. Gates: which crossings let what through.
    let settings = &world.settings;
    let far = (settings.far_gate.unwrap_or(1.0), settings.reagents.unwrap_or(1.0));
    let gates = gate::step(gate, &world.capacity_gross, index, |g| {
        let keeper = control.holder[corridor.gates[g].place];
        let near = settings.of(keeper).near_gate.unwrap_or(1.0);
        let disputed = control.main == Some(keeper);
        let (product, reagents) =
            if disputed { (deal.holder_open, deal.reagents_open) } else { (deal.all_open, 1.0) };
        // The bargain has capped what it decides on already; a cap twice is still one cap.
        (product.min(far.0).min(near), reagents.min(far.1).min(near))
    });

    // 9. Levy asked: what leaving a township costs, at last month's price.
    let elasticity = world.params.market.demand_elasticity;
    let terms = levy::Terms {
        price: asked,
        buyers_share: levy::buyers_share(world.params.levy.supply_elasticity, elasticity),
        seizure_share: world.params.haulage.seizure_share,
        month: index,
        truce: truce.truce,
    };
    // What leaves before anything is agreed pays what was asked.
    let asked_of_all = deal
        .opening
        .filter(|_| deal.phase != bargain::Phase::Open)
        .map(|o| levy::Rates { ad_valorem: o.ask_share, ..levy::Rates::default() });
    let rates = deal.levy.map(gather::rates).or(asked_of_all);
    let bargained = control.main.zip(rates);
    levy.settle(corridor, &world.settings, (index, live), bargained);
    levy.quote(&world.params.levy, corridor, &world.values, control, terms);
    let quotes = levy.flow().quotes;

    // 10. Extraction: sites settle, open, order reagents and produce.
    let access = haulage.access(gates.product, gates.reagents);
    let people = grievance.flow();
    // Only once it has been asked for can a levy be unsettled.
    let unsettled = live && deal.levy.is_none() && deal.opening.is_some();
    for township in corridor.townships.ids() {
        let c = &mut world.conditions[township];
        let holder = control.holder[Corridor::place(township)];
        let own = world.settings.of(holder);
        let standard = own.standard.unwrap_or(0.0) * quotes[township].collected_share;
        let levied = quotes[township].operators.get() / reo_per_gross.get();
        let waits = unsettled && control.main == Some(holder);
        let permits = if waits { world.params.levy.permits_unsettled_share } else { 1.0 };
        let standing = &people.townships[township];
        c.open = access[township].open;
        c.reagents_open = access[township].reagents_open;
        c.haulage = access[township].cost_cny_per_t / reo_per_gross.get();
        c.levy = levied + standard * world.params.extraction.treatment_cost_cny_per_t;
        c.licence = world.licence[township][index]
            * own.permits.unwrap_or(1.0)
            * permits
            * standing.entry_factor;
        c.halt = world.halt[township][index] * standing.output_factor;
        c.stopped = world.halt[township][index] <= 0.0;
        world.to_river[2][township] = standard;
    }
    if index.is_multiple_of(12) && corridor.politics.is_some() {
        world.judge_tenure(war);
        extraction.secure(&world.params.extraction, &world.conditions);
    }
    extraction::step(
        extraction,
        &world.params.extraction,
        &world.conditions,
        price.get(),
        (index, now.of_year()),
        &world.draws,
    );
    let mines = extraction.flow();

    // 11. Haulage: stock is sent, gates pass what they can, some leaks, some rushes ahead or goes
    // elsewhere.
    let mut ahead = world.closure_ahead(index);
    if deal.threat {
        ahead.foresee(deal.believed_conditionality);
    }
    for township in corridor.townships.ids() {
        world.dispatch[township].mined = mines.by_township[township].mined;
        world.dispatch[township].legal_share = quotes[township].legal_share;
        world.dispatch[township].taken_share = quotes[township].taken_share;
        let holder = control.holder[Corridor::place(township)];
        world.dispatch[township].sale_share = world.sale_share[holder];
    }
    for gate in corridor.gates.ids() {
        world.capacity_reo[gate] = world.capacity_gross[gate] * reo_per_gross.get();
    }
    let open = 1.0 - closed_share(&world.conditions, &world.dispatch);
    let within = ahead.lead_months <= world.params.haulage.rush_horizon_months;
    if corridor.politics.is_some() {
        world.block_roads(war);
        let take_home = (1.0 - world.params.extraction.charges_share) * asked.get();
        // The same taxman takes his levy either way.
        let inside = (take_home, open, reo_per_gross.get());
        world.offer_elsewhere(
            geopolitics.flow(),
            control.holder,
            inside,
            haulage.flow().mine_stock,
        );
    }
    haulage::step(
        haulage,
        &world.params.haulage,
        &world.dispatch,
        gates.product,
        &world.capacity_reo,
        (mines.dryness, if within { ahead.share } else { 0.0 }),
    );
    let roads = haulage.flow();

    // 12. Levy paid: what was sent legally pays its holder, who budgets the revenue.
    for (township, sent) in roads.sent.enumerate() {
        world.taxable[township] = TonnesReo(*sent) / reo_per_gross;
    }
    let lever = world.settings.revenue_sharing.filter(|_| truce.truce).unwrap_or(0.0);
    let sharing = truce.sharing.max(lever);
    let take_home = price.get() * (1.0 - world.params.extraction.charges_share);
    for (township, sold) in roads.sold.enumerate() {
        let net = (take_home - world.conditions[township].haulage).max(0.0);
        world.sold[township] = if *sold > 0.0 { Cny(sold * net) } else { Cny::ZERO };
    }
    let spending = levy::Spending { settings: &world.settings, sharing, sold: &world.sold };
    levy::step(
        levy,
        &world.params.levy,
        (corridor, &world.values),
        control.holder,
        &world.taxable,
        spending,
    );
    let levies = levy.flow();
    let quotes = levies.quotes;

    // 13. Market: stocks, beliefs, prices, alternatives.
    let arrived = roads.totals.through_gates + roads.totals.leaked;
    // What stocks still send in a stop of output is not missed yet.
    let missing = 1.0 - (arrived / market.normal_arrivals().max(f64::MIN_POSITIVE)).min(1.0);
    let arrivals = market::Arrivals {
        reo: arrived,
        open,
        stopped: ahead.stopped * missing,
        leak: world.params.haulage.leak_share,
        announced: ahead.share,
        announced_lead_months: ahead.lead_months,
        permanent: ahead.permanent,
        announced_permanent: ahead.announced_permanent,
    };
    let before = geopolitics.flow();
    let policy = |settings: &Settings, abroad: geopolitics::Flow<'_>| market::Policy {
        origin_factor: None,
        quota: settings.quota.unwrap_or(1.0),
        demand: abroad.demand_factor,
        diversification: settings.diversification.unwrap_or(1.0),
        thrifting: settings.thrifting.unwrap_or(1.0),
        stock_release: settings.stock_release.unwrap_or(0.0),
    };
    let told = market::Policy {
        origin_factor: Some(before.origin_factor),
        ..policy(&world.settings, before)
    };
    market::step(
        market,
        &world.params.market,
        corridor,
        &world.values,
        (&arrivals, told, index),
        &world.draws,
    );
    world.supply(index, |o| told.factor(o, &corridor.origins[o]));

    // 14. Geopolitics: rivals next door, ways to other buyers, outsiders, licences and tariffs.
    world.read_offers();
    let (producing, sites) = working(mines);
    let p = &world.params;
    let margin = price.get() * (1.0 - p.extraction.charges_share)
        - p.extraction.unit_cost_cny_per_t
        - mean_levy(quotes, &world.conditions) / reo_per_gross.get();
    let told = geopolitics::Inputs {
        live,
        month: index,
        closed: 1.0 - open,
        idle: if sites > 0.0 { 1.0 - producing / sites } else { 0.0 },
        margin_ratio: (margin / world.margin_at_start).clamp(0.0, 5.0),
        price: market.prices(),
        basket_cny_per_t: market.basket_price().get() * reo_per_gross.get(),
        levy_cny_per_t: mean_levy(quotes, &world.conditions),
        reo_per_gross: reo_per_gross.get(),
        scarcity: market.scarcity().clamp(0.0, 1.0),
        supply: &world.origin_supply,
        holder: control.holder,
        export_licensing: world.settings.export_licensing,
        tariff: world.settings.tariff,
        rival_permits: world.rival_permits(),
        downstream_pressure: world.settings.downstream_pressure.unwrap_or(0.0),
        offers: &world.offers,
        road: &world.road,
        trust: stance.trust,
        supply_elasticity: p.levy.supply_elasticity,
        demand_elasticity: p.market.demand_elasticity,
    };
    geopolitics::step(geopolitics, &p.geopolitics, &told, &world.draws);
    let abroad = geopolitics.flow();

    // 15. Rivers: loads, legacy, dilution, forest.
    for township in corridor.townships.ids() {
        world.to_river[0][township] = mines.by_township[township].mined;
        world.to_river[1][township] = f64::from(mines.by_township[township].opened);
    }
    let [mined, opened, treat] = &world.to_river;
    let told = river::Inputs {
        mined,
        opened,
        treat,
        rival: &world.origin_actual,
        rival_treat: world.settings.downstream_pressure.unwrap_or(0.0),
        restoration_per_year: world.settings.restoration.unwrap_or(0.0),
        month: index,
        of_year: now.of_year(),
    };
    river::step(river, &world.params.river, told, &world.draws);
    let water = river.flow();

    // 16. Grievance: harm and unmet expectation, protest, cancellation, legitimacy.
    let worth = (price.get(), control.holder);
    world.meet_communities(water.exposure, mines.by_township, worth, levies, war);
    let told = grievance::Inputs {
        live,
        month: index,
        townships: &world.met,
        price_ratio: price.get() / world.price_at_start,
        holder: control.holder,
        fiscal_need: &world.need,
        organisation: world.settings.organisation.unwrap_or(1.0),
    };
    grievance::step(grievance, &world.params.grievance, &told, &world.draws);
    let people = grievance.flow();

    // 17. Stability: the vector of six.
    let net = |r: &levy::Receipts| (r.revenue - r.given + r.got).get();
    let revenue = control.main.map_or(0.0, |holder| net(&levies.receipts[holder]));
    let stations = water.readings.len().max(1) as f64;
    let exceedance = water.readings.iter().map(|r| r.exceedance).sum::<f64>() / stations;
    let told = World::to_stability(
        (truce, war),
        (deal, 1.0 - gates.open_share),
        revenue,
        (people.wave_probability, exceedance),
    );
    stability::step(stability, &told);

    // 18. Books: every tonne and every yuan is somewhere.
    books.post_mass(mines, roads.totals);
    books.post_money(levies.receipts);
    books.close(corridor, |t| extraction.reserve(t), haulage.stock(), levies.fund)?;
    memory.remember(|t| mines.by_township[t].mined * price.get(), roads.totals, war.sides);

    let world: &'a World<'_> = world;
    Ok(View {
        corridor,
        values: &world.values,
        params: &world.params,
        side_of: &world.side_of,
        month: index,
        stance,
        truce,
        war,
        control,
        deal,
        gates,
        mines,
        roads,
        levies,
        market,
        policy: market::Policy {
            origin_factor: Some(abroad.origin_factor),
            ..policy(&world.settings, abroad)
        },
        abroad,
        water,
        people,
        stability: stability.flow(),
        form_share: &world.form_share,
        reo_per_gross,
        fx,
    })
}
