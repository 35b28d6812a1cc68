//! How does every lever stand this month? What was turned, by owner; what nobody turned is neutral.

use crate::config::Corridor;
use crate::kernel::id::{ActorId, Dense, Id, LeverId};
use crate::lever::Kind;

/// Levers of one actor over its own ground and treasury.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Own {
    /// Levy for each gross tonne, CNY/t gross.
    pub levy_rate: Option<f64>,
    /// Levy as a share of value, 0..1.
    pub levy_share: Option<f64>,
    /// Factor on permits for new sites.
    pub permits: Option<f64>,
    /// Share of waste water that sites must treat, 0..1.
    pub standard: Option<f64>,
    /// Share of levies for services, 0..1.
    pub benefit: Option<f64>,
    /// Share of levies put aside, 0..1.
    pub fund: Option<f64>,
    /// Share of levies spent on arms, 0..1.
    pub arms: Option<f64>,
    /// Openness of the near side of its gates, 0..1.
    pub near_gate: Option<f64>,
    /// Product that it would buy as an outsider, t REO/month.
    pub offtake: Option<f64>,
    /// How far it guarantees that, 0..1.
    pub offtake_guarantee: Option<f64>,
    /// Pace of the road that it builds; unset means undecided.
    pub road: Option<f64>,
    /// Factor on permits in its areas next door.
    pub rival_permits: Option<f64>,
}

/// How all levers stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    own: Dense<ActorId, Own>,
    /// Openness of the far side of the gates to product, 0..1.
    pub far_gate: Option<f64>,
    /// Openness of the far side to reagents, 0..1.
    pub reagents: Option<f64>,
    /// Probability of a closure that an offensive brings, 0..1.
    pub conditionality: Option<f64>,
    /// Factor on the buyer's own quota.
    pub quota: Option<f64>,
    /// Share of an expected shortfall that state stocks cover, 0..1.
    pub stock_release: Option<f64>,
    /// Factor on investment in other supply.
    pub diversification: Option<f64>,
    /// How far exports of separated product need a licence, 0..1.
    pub export_licensing: Option<f64>,
    /// How strongly the buyer holds the incumbent back, 0..1.
    pub restrain_incumbent: Option<f64>,
    /// Tariff on goods that contain the constituents, share of their price.
    pub tariff: Option<f64>,
    /// Recognition of the challenger, 0..1.
    pub recognition: Option<f64>,
    /// Mediation, 0..1.
    pub mediation: Option<f64>,
    /// Monitoring of a ceasefire, 0..1.
    pub monitoring: Option<f64>,
    /// Guarantee of a ceasefire, 0..1.
    pub ceasefire_guarantee: Option<f64>,
    /// Share of commodity revenue that a ceasefire gives to the other side, 0..1.
    pub revenue_sharing: Option<f64>,
    /// Factor on the means that allies supply to the challenger.
    pub allied_supply: Option<f64>,
    /// Factor on the organisation of communities.
    pub organisation: Option<f64>,
    /// Factor on substitution by users.
    pub thrifting: Option<f64>,
    /// Pressure from downstream for treatment in rival areas, 0..1.
    pub downstream_pressure: Option<f64>,
    /// Stock that buyers hold before they pay a new levy, months.
    pub buyers_stock: Option<f64>,
    /// Share of the legacy of old pits removed in a year, 0..1.
    pub restoration: Option<f64>,
    turned: bool,
    /// Levers that anyone ever turns.
    scripted: Vec<LeverId>,
    /// Months in which a setting begins or ends, and the month that was read last.
    changes: Vec<usize>,
    last_read: Option<usize>,
}

/// An actor that has turned nothing.
const UNTURNED: Own = Own {
    levy_rate: None,
    levy_share: None,
    permits: None,
    standard: None,
    benefit: None,
    fund: None,
    arms: None,
    near_gate: None,
    offtake: None,
    offtake_guarantee: None,
    road: None,
    rival_permits: None,
};

impl Settings {
    /// Every lever neutral.
    pub fn neutral(corridor: &Corridor) -> Self {
        let own = Dense::filled(Own::default(), corridor.actors.len());
        let levers = corridor.timeline.levers.enumerate();
        let scripted = levers.filter(|(_, s)| !s.is_empty()).map(|(id, _)| id).collect();
        let settings = corridor.timeline.levers.iter().flatten();
        let changes = settings.flat_map(|s| [s.from, s.until]).collect();
        Self { own, scripted, changes, ..Self::default() }
    }

    /// The levers of an actor.
    pub fn of(&self, actor: ActorId) -> &Own {
        if actor.index() < self.own.len() { &self.own[actor] } else { &UNTURNED }
    }

    /// Reads how the levers stand in `month`.
    pub fn read(&mut self, corridor: &Corridor, values: &[f64], month: usize) {
        let before = self.last_read.replace(month);
        if before.is_some_and(|b| b + 1 == month) && !self.changes.contains(&month) {
            return;
        }
        if self.turned {
            let mut own = std::mem::take(&mut self.own);
            own.iter_mut().for_each(|o| *o = UNTURNED);
            let scripted = std::mem::take(&mut self.scripted);
            let (changes, last_read) = (std::mem::take(&mut self.changes), self.last_read);
            *self = Self { own, scripted, changes, last_read, ..Self::default() };
        }
        for place in 0..self.scripted.len() {
            let id = self.scripted[place];
            if let Some(value) = corridor.timeline.lever(id, month, values) {
                self.turned = true;
                *self.slot(corridor, id) = Some(value);
            }
        }
    }

    /// Where the setting of a lever goes. Of levers of one kind that do not depend on their owner the
    /// last one that is turned counts.
    fn slot(&mut self, corridor: &Corridor, id: LeverId) -> &mut Option<f64> {
        let lever = &corridor.levers[id];
        let own = &mut self.own[lever.owner];
        match lever.kind {
            Kind::LevyRate => &mut own.levy_rate,
            Kind::LevyShare => &mut own.levy_share,
            Kind::Permits => &mut own.permits,
            Kind::EnvironmentalStandard => &mut own.standard,
            Kind::BenefitSharing => &mut own.benefit,
            Kind::BufferFund => &mut own.fund,
            Kind::ArmsShare => &mut own.arms,
            Kind::NearGate => &mut own.near_gate,
            Kind::Offtake => &mut own.offtake,
            Kind::OfftakeGuarantee => &mut own.offtake_guarantee,
            Kind::RoadBuilding => &mut own.road,
            Kind::RivalPermits => &mut own.rival_permits,
            Kind::FarGate => &mut self.far_gate,
            Kind::Reagents => &mut self.reagents,
            Kind::Conditionality => &mut self.conditionality,
            Kind::Quota => &mut self.quota,
            Kind::StockRelease => &mut self.stock_release,
            Kind::Diversification => &mut self.diversification,
            Kind::ExportLicensing => &mut self.export_licensing,
            Kind::RestrainIncumbent => &mut self.restrain_incumbent,
            Kind::Tariff => &mut self.tariff,
            Kind::Recognition => &mut self.recognition,
            Kind::Mediation => &mut self.mediation,
            Kind::Monitoring => &mut self.monitoring,
            Kind::CeasefireGuarantee => &mut self.ceasefire_guarantee,
            Kind::RevenueSharing => &mut self.revenue_sharing,
            Kind::AlliedSupply => &mut self.allied_supply,
            Kind::Organisation => &mut self.organisation,
            Kind::Thrifting => &mut self.thrifting,
            Kind::DownstreamPressure => &mut self.downstream_pressure,
            Kind::BuyersStock => &mut self.buyers_stock,
            Kind::Restoration => &mut self.restoration,
        }
    }
}
