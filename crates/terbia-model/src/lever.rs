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

/// Who can own a lever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Any actor.
    Anyone,
    /// One who can hold ground.
    Holder,
    /// The buyer.
    Buyer,
}

/// What is known of a kind of lever in any corridor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Info {
    /// The kind.
    pub kind: Kind,
    /// Its name in a file.
    pub name: &'static str,
    /// Unit of its setting.
    pub unit: &'static str,
    /// Lowest and highest setting that mean anything; a corridor's own bounds lie inside.
    pub bounds: [f64; 2],
    /// The setting that changes nothing; none where the model or the corridor decides instead.
    pub neutral: Option<f64>,
    /// Who can own it.
    pub owner: Owner,
    /// What it acts on, in one sentence.
    pub doc: &'static str,
}

const SHARE: [f64; 2] = [0.0, 1.0];
const ANY_AMOUNT: [f64; 2] = [0.0, f64::INFINITY];

/// Every kind of lever.
pub const ALL: &[Info] = &[
    Info {
        kind: Kind::LevyRate,
        name: "levy_rate",
        unit: "CNY/t gross",
        bounds: ANY_AMOUNT,
        neutral: None,
        owner: Owner::Holder,
        doc: "Amount of the levy, in place of the one bargained for",
    },
    Info {
        kind: Kind::LevyShare,
        name: "levy_share",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Holder,
        doc: "Share of the value levied, in place of the one bargained for",
    },
    Info {
        kind: Kind::Permits,
        name: "permits",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(1.0),
        owner: Owner::Holder,
        doc: "Factor on permits for new sites",
    },
    Info {
        kind: Kind::EnvironmentalStandard,
        name: "environmental_standard",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Holder,
        doc: "Share of waste water that sites must treat",
    },
    Info {
        kind: Kind::Restoration,
        name: "restoration",
        unit: "1/year",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "Share of the legacy of old pits that is removed in a year",
    },
    Info {
        kind: Kind::BenefitSharing,
        name: "benefit_sharing",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Holder,
        doc: "Share of levies spent on services and benefit sharing",
    },
    Info {
        kind: Kind::BufferFund,
        name: "buffer_fund",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Holder,
        doc: "Share of levies put into a buffer fund",
    },
    Info {
        kind: Kind::ArmsShare,
        name: "arms_share",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Holder,
        doc: "Share of levies spent on arms",
    },
    Info {
        kind: Kind::NearGate,
        name: "near_gate",
        unit: "1",
        bounds: SHARE,
        neutral: Some(1.0),
        owner: Owner::Holder,
        doc: "Most that the holder's side of its gates lets through",
    },
    Info {
        kind: Kind::FarGate,
        name: "far_gate",
        unit: "1",
        bounds: SHARE,
        neutral: Some(1.0),
        owner: Owner::Buyer,
        doc: "Most that the buyer's side of the gates lets through of product",
    },
    Info {
        kind: Kind::Reagents,
        name: "reagents",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Buyer,
        doc: "Openness of the buyer's side to reagents",
    },
    Info {
        kind: Kind::Conditionality,
        name: "conditionality",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Buyer,
        doc: "Probability of a closure that an offensive brings, over that without one",
    },
    Info {
        kind: Kind::Quota,
        name: "quota",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(1.0),
        owner: Owner::Buyer,
        doc: "Factor on the buyer's own quota",
    },
    Info {
        kind: Kind::StockRelease,
        name: "stock_release",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Buyer,
        doc: "Share of an expected shortfall that state stocks cover",
    },
    Info {
        kind: Kind::Diversification,
        name: "diversification",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(1.0),
        owner: Owner::Anyone,
        doc: "Factor on investment in other supply",
    },
    Info {
        kind: Kind::ExportLicensing,
        name: "export_licensing",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Buyer,
        doc: "How far exports of separated product need a licence",
    },
    Info {
        kind: Kind::RestrainIncumbent,
        name: "restrain_incumbent",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Buyer,
        doc: "How strongly the buyer holds the incumbent back",
    },
    Info {
        kind: Kind::Tariff,
        name: "tariff",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "Tariff on goods that contain the constituents",
    },
    Info {
        kind: Kind::Offtake,
        name: "offtake",
        unit: "t REO/month",
        bounds: ANY_AMOUNT,
        neutral: None,
        owner: Owner::Anyone,
        doc: "Product bought by an outsider",
    },
    Info {
        kind: Kind::OfftakeGuarantee,
        name: "offtake_guarantee",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "How far that engagement is guaranteed rather than transactional",
    },
    Info {
        kind: Kind::RoadBuilding,
        name: "road_building",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: None,
        owner: Owner::Anyone,
        doc: "Whether the road to another buyer is decided and how fast it is built",
    },
    Info {
        kind: Kind::Recognition,
        name: "recognition",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "Recognition of the challenger as a party",
    },
    Info {
        kind: Kind::Mediation,
        name: "mediation",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Anyone,
        doc: "Mediation between the parties",
    },
    Info {
        kind: Kind::Monitoring,
        name: "monitoring",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "Monitoring of a ceasefire",
    },
    Info {
        kind: Kind::CeasefireGuarantee,
        name: "ceasefire_guarantee",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "Guarantee of a ceasefire by a third party",
    },
    Info {
        kind: Kind::RevenueSharing,
        name: "revenue_sharing",
        unit: "1",
        bounds: SHARE,
        neutral: None,
        owner: Owner::Anyone,
        doc: "Share of commodity revenue that a ceasefire leaves to, or gives, the other side",
    },
    Info {
        kind: Kind::RivalPermits,
        name: "rival_permits",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(1.0),
        owner: Owner::Anyone,
        doc: "Factor on permits in rival areas next door",
    },
    Info {
        kind: Kind::AlliedSupply,
        name: "allied_supply",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(1.0),
        owner: Owner::Anyone,
        doc: "Factor on the means that allies supply to the challenger",
    },
    Info {
        kind: Kind::Organisation,
        name: "organisation",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(1.0),
        owner: Owner::Anyone,
        doc: "Factor on the organisation of communities",
    },
    Info {
        kind: Kind::Thrifting,
        name: "thrifting",
        unit: "1",
        bounds: ANY_AMOUNT,
        neutral: Some(1.0),
        owner: Owner::Anyone,
        doc: "Factor on substitution by users",
    },
    Info {
        kind: Kind::DownstreamPressure,
        name: "downstream_pressure",
        unit: "1",
        bounds: SHARE,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "Pressure from downstream for treatment in rival areas",
    },
    Info {
        kind: Kind::BuyersStock,
        name: "buyers_stock",
        unit: "months",
        bounds: ANY_AMOUNT,
        neutral: Some(0.0),
        owner: Owner::Anyone,
        doc: "Stock that buyers hold at the border before they pay a new levy, months",
    },
];

impl Kind {
    /// What is known of it.
    pub fn info(self) -> &'static Info {
        // Both lists are in the same order, which a test holds.
        &ALL[self as usize]
    }

    /// The kind of this name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.iter().find(|info| info.name == name).map(|info| info.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of all kinds, as the source declares them.
    fn declared() -> Vec<String> {
        let source = include_str!("lever.rs");
        let list = source.split("pub enum Kind {").nth(1).unwrap().split("\n}\n").next().unwrap();
        let lines = list.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("///"));
        lines.map(|l| l.trim_end_matches(',').to_owned()).collect()
    }

    #[test]
    fn the_list_has_every_kind_in_its_place() {
        let listed: Vec<String> = ALL.iter().map(|info| format!("{:?}", info.kind)).collect();
        assert_eq!(listed, declared());
        for info in ALL {
            assert_eq!(info.kind.info(), info);
        }
    }

    #[test]
    fn names_are_the_kinds_in_snake_case() {
        for info in ALL {
            let snake = |c: char| match c {
                'A'..='Z' => format!("_{}", c.to_ascii_lowercase()),
                c => c.to_string(),
            };
            let name: String = format!("{:?}", info.kind).chars().map(snake).collect();
            assert_eq!(name.trim_start_matches('_'), info.name);
            assert_eq!(Kind::from_name(info.name), Some(info.kind));
        }
        assert_eq!(Kind::from_name("weather"), None);
    }

    #[test]
    fn what_changes_nothing_lies_within_bounds() {
        for Info { name, bounds: [low, high], neutral, doc, unit, .. } in ALL {
            assert!(low < high && !doc.is_empty() && !unit.is_empty(), "{name}");
            assert!(neutral.is_none_or(|x| (*low..=*high).contains(&x)), "{name}");
        }
    }
}
