//! Does more income from trade hold a side back, or arm it? The net restraint condition.
//!
//! Trade revenue `R_t` buys arms, which invite an offensive, and is hostage to a closure, which
//! deters one. With `H = R_t/(R_t + R_o)`, hazard `h`, capability `K`:
//!
//! ```text
//! d ln h / d ln R_t = b_K e_K − b_H p_cl H (1 − H)
//! e_K = d ln K / d ln R_t = a_t R_t / (a_t R_t + a_o R_o + S)      of the steady state
//!     = rho H / (rho H + 1 − H)                                    without allied supply S
//! trade restrains  <=>  b_H p_cl (1 − H) > b_K rho / (rho H + 1 − H)
//! ```
//!
//! Derived for this model; it is the partial effect on the side's own hazard, at a given enemy, prize
//! and battle losses.

/// How strongly trade restrains a side: `−d ln h / d ln R_t`, from its hostage share, the elasticity
/// of its capability, and the belief `p_cl`. Positive: more trade means fewer offensives.
pub fn net_restraint(b_k: f64, b_h: f64, p_cl: f64, hostage: f64, elasticity: f64) -> f64 {
    b_h * p_cl * hostage * (1.0 - hostage) - b_k * elasticity
}

/// Share of its income that a closure would take from a side, 0..1; 0 without income.
pub fn hostage_share(trade: f64, other: f64) -> f64 {
    let sum = trade + other;
    if sum > 0.0 { trade / sum } else { 0.0 }
}

/// Elasticity of steady-state capability to trade income, 0..1: the share of what feeds it that
/// trade pays. All three in the same unit, after recruitment; 0 if nothing feeds it.
pub fn capability_elasticity(from_trade: f64, from_other: f64, allied: f64) -> f64 {
    let sum = from_trade + from_other + allied;
    if sum > 0.0 { from_trade / sum } else { 0.0 }
}

/// The same without allied supply, from the hostage share and `rho`, the arms share of trade income
/// over that of other income.
pub fn elasticity_of_ratio(rho: f64, hostage: f64) -> f64 {
    let sum = rho * hostage + 1.0 - hostage;
    if sum > 0.0 { rho * hostage / sum } else { 1.0 }
}

/// Hostage shares between which more trade restrains, without allied supply; none if it never does.
///
/// The upper end is the switch `H*`: for `rho = 1`, `1 − b_K/(b_H p_cl)`. The lower end is above zero
/// only where trade income is armed so heavily that the first of it arms more than it binds.
pub fn restraining_range(b_k: f64, b_h: f64, p_cl: f64, rho: f64) -> Option<(f64, f64)> {
    // b_H p (1 − H)(1 + (rho − 1) H) − b_K rho = 0, a quadratic a H² + b H + c in H.
    let stake = b_h * p_cl;
    let (a, b, c) = (-(rho - 1.0) * stake, (rho - 2.0) * stake, stake - b_k * rho);
    let square = b * b - 4.0 * a * c;
    if stake <= 0.0 || square <= 0.0 {
        return None;
    }
    // The form of the roots that does not cancel, and holds for the linear case too.
    let q = -0.5 * (b + if b < 0.0 { -square.sqrt() } else { square.sqrt() });
    let mut ends = [c / q, if a == 0.0 { f64::NAN } else { q / a }];
    ends.sort_by(f64::total_cmp);
    let mut inside = ends.into_iter().filter(|h| *h >= 0.0 && *h <= 1.0 + 1e-12);
    match (c > 0.0, inside.next(), inside.next()) {
        (true, Some(high), _) => Some((0.0, high)),
        (false, Some(low), Some(high)) => Some((low, high)),
        _ => None,
    }
}

/// Largest loss of power that a side will accept today in return for a settlement:
/// `p − p' <= (1 − p(1 − d)) / (beta V (1 − d))` (commitment problem: Fearon 1995, Powell 2006).
///
/// `win` is its chance in a war today, `waste` the share that war destroys, `future` the discounted
/// future prize in units of today's.
pub fn commitment_bound(win: f64, waste: f64, future: f64) -> f64 {
    (1.0 - win * (1.0 - waste)) / (future * (1.0 - waste))
}
