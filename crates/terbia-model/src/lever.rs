//! What can actors turn? The kinds of levers, in one list: unit, bounds, meaning.
//!
//! A corridor says who owns which lever; a scenario or `--set` turns it from a date on. A lever that
//! nobody turns does nothing: the model decides, or the neutral setting holds.

/// What a lever acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Amount of the levy, in place of the one bargained for.
    LevyRate,
    /// Share of the value levied, in place of the one bargained for.
    LevyShare,
    /// Factor on permits for new sites.
    Permits,
    /// Share of waste water that sites must treat.
    EnvironmentalStandard,
    /// Share of the legacy of old pits that is removed in a year.
    Restoration,
    /// Share of levies spent on services and benefit sharing.
    BenefitSharing,
    /// Share of levies put into a buffer fund.
    BufferFund,
    /// Share of levies spent on arms.
    ArmsShare,
    /// Openness of the holder's side of its gates.
    NearGate,
    /// Openness of the buyer's side of the gates to product.
    FarGate,
    /// Openness of the buyer's side to reagents.
    Reagents,
    /// Probability of a closure that an offensive brings, over that without one.
    Conditionality,
    /// Factor on the buyer's own quota.
    Quota,
    /// Share of an expected shortfall that state stocks cover.
    StockRelease,
    /// Factor on investment in other supply.
    Diversification,
    /// How far exports of separated product need a licence.
    ExportLicensing,
    /// How strongly the buyer holds the incumbent back.
    RestrainIncumbent,
    /// Tariff on goods that contain the constituents.
    Tariff,
    /// Product bought by an outsider.
    Offtake,
    /// How far that engagement is guaranteed rather than transactional.
    OfftakeGuarantee,
    /// Whether the road to another buyer is decided and how fast it is built.
    RoadBuilding,
    /// Recognition of the challenger as a party.
    Recognition,
    /// Mediation between the parties.
    Mediation,
    /// Monitoring of a ceasefire.
    Monitoring,
    /// Guarantee of a ceasefire by a third party.
    CeasefireGuarantee,
    /// Share of commodity revenue that a ceasefire leaves to, or gives, the other side.
    RevenueSharing,
    /// Factor on permits in rival areas next door.
    RivalPermits,
    /// Factor on the means that allies supply to the challenger.
    AlliedSupply,
    /// Factor on the organisation of communities.
    Organisation,
    /// Factor on substitution by users.
    Thrifting,
    /// Pressure from downstream for treatment in rival areas.
    DownstreamPressure,
    /// Stock that buyers hold at the border before they pay a new levy, months.
    BuyersStock,
}
