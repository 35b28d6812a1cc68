//! Which parts does the world have? One folder each; a month runs them in the order of
//! [`crate::schedule`].
//!
//! A module has `Params` (numbers), `State` (memory) and `step` (this month). It never sees another
//! module's state: it is handed values.

pub mod alignment;
pub mod bargain;
pub mod ceasefire;
pub mod conflict;
pub mod control;
pub mod extraction;
pub mod gate;
pub mod geopolitics;
pub mod grievance;
pub mod haulage;
pub mod levy;
pub mod market;
pub mod river;
pub mod stability;

use crate::config::Corridor;
use crate::kernel::param::{Definition, ParamError};

/// The numbers of all modules.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    /// Mines.
    pub extraction: extraction::Params,
    /// Stocks, roads and yards.
    pub haulage: haulage::Params,
    /// Levies and budgets.
    pub levy: levy::Params,
    /// Inventories, beliefs and prices.
    pub market: market::Params,
    /// Where actors stand.
    pub alignment: alignment::Params,
    /// Gate and levy.
    pub bargain: bargain::Params,
    /// Truces.
    pub ceasefire: ceasefire::Params,
    /// War.
    pub conflict: conflict::Params,
    /// Rivals, ways, outsiders.
    pub geopolitics: geopolitics::Params,
    /// Communities.
    pub grievance: grievance::Params,
    /// Water and forest.
    pub river: river::Params,
}

impl Params {
    /// Takes the values of all modules off the front, in the order of [`definitions`].
    pub fn from_values(values: &mut std::slice::Iter<'_, f64>) -> Self {
        Self {
            extraction: extraction::Params::from_values(values),
            haulage: haulage::Params::from_values(values),
            levy: levy::Params::from_values(values),
            market: market::Params::from_values(values),
            alignment: alignment::Params::from_values(values),
            bargain: bargain::Params::from_values(values),
            ceasefire: ceasefire::Params::from_values(values),
            conflict: conflict::Params::from_values(values),
            geopolitics: geopolitics::Params::from_values(values),
            grievance: grievance::Params::from_values(values),
            river: river::Params::from_values(values),
        }
    }
}

/// The definitions of the numbers of all modules, in the order in which a run reads them.
pub fn definitions() -> Result<Vec<Definition>, ParamError> {
    let mut all = extraction::Params::definitions()?;
    all.extend(haulage::Params::definitions()?);
    all.extend(levy::Params::definitions()?);
    all.extend(market::Params::definitions()?);
    all.extend(alignment::Params::definitions()?);
    all.extend(bargain::Params::definitions()?);
    all.extend(ceasefire::Params::definitions()?);
    all.extend(conflict::Params::definitions()?);
    all.extend(geopolitics::Params::definitions()?);
    all.extend(grievance::Params::definitions()?);
    all.extend(river::Params::definitions()?);
    Ok(all)
}

/// What each module is about, for `explain` and the reference pages.
pub const ABOUT: &[(&str, &str)] = &[
    ("control", control::ABOUT),
    ("gate", gate::ABOUT),
    ("extraction", extraction::ABOUT),
    ("haulage", haulage::ABOUT),
    ("levy", levy::ABOUT),
    ("market", market::ABOUT),
    ("alignment", alignment::ABOUT),
    ("bargain", bargain::ABOUT),
    ("ceasefire", ceasefire::ABOUT),
    ("conflict", conflict::ABOUT),
    ("geopolitics", geopolitics::ABOUT),
    ("grievance", grievance::ABOUT),
    ("river", river::ABOUT),
    ("stability", stability::ABOUT),
];

/// What a corridor lacks that would wake a module: without it what is read off the module stands still,
/// and its numbers decide nothing.
pub fn lacks(corridor: &Corridor, module: &str) -> Option<&'static str> {
    match module {
        "alignment" | "bargain" | "ceasefire" | "conflict" | "stability" => {
            corridor.politics.is_none().then_some("politics")
        }
        "grievance" => {
            let silent = corridor.townships.iter().all(|t| t.community.is_none());
            silent.then_some("communities")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_file_agrees_with_its_struct() {
        let all = definitions().unwrap();
        let values: Vec<f64> = all.iter().map(|d| d.value).collect();
        let mut rest = values.iter();
        let _ = Params::from_values(&mut rest);
        assert_eq!(rest.len(), 0, "definitions and from_values disagree on the order of modules");
    }
}
