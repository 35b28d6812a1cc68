//! What do export licensing and tariffs do to prices outside and to the buyer's demand?

use super::Params;
use crate::kernel::math::pow;
use crate::module::levy::buyers_share;

/// Price outside over the price inside at a strictness of licensing, 0..1. ASSUME M-048.
pub fn outside_factor(params: &Params, strictness: f64) -> f64 {
    1.0 + params.outside_wedge * strictness
}

/// Part of the buyer's demand that licensing at a strictness of 0..1 leaves. ASSUME M-048.
pub fn licensing_factor(params: &Params, strictness: f64) -> f64 {
    1.0 - strictness * params.export_share * params.licence_response
}

/// Part of the demand for goods that a tariff leaves if all of them meet it.
///
/// Those who buy the goods bear es/(es + ed) of it, the rest comes out of the makers' margin and
/// moves no demand. ASSUME M-047.
pub fn tariff_factor(tariff: f64, supply_elasticity: f64, demand_elasticity: f64) -> f64 {
    if tariff <= 0.0 {
        return 1.0;
    }
    let passed = tariff * buyers_share(supply_elasticity, demand_elasticity);
    pow(1.0 + passed, -demand_elasticity)
}

/// Factor of both on the buyer's demand, 0..1. `elasticities` are of supply and of demand.
pub fn demand_factor(
    params: &Params,
    strictness: f64,
    tariff: f64,
    (supply, demand): (f64, f64),
) -> f64 {
    let met = tariff_factor(tariff, supply, demand);
    licensing_factor(params, strictness) * (1.0 - params.exposed_share * (1.0 - met))
}
