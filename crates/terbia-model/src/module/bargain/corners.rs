//! Do hazards, shares and levies keep their bounds, whatever comes in?

use super::tests::{from_prior, started};
use super::*;
use crate::kernel::id::Id;
use proptest::prelude::*;

fn any_input() -> impl Strategy<Value = Input> {
    let money =
        (0.0..6e5_f64, 0.0..4e5_f64, 0.0..1e4_f64, -1.0..1e9_f64, 0.0..5e9_f64, 0.0..1e9_f64);
    let shares = prop::array::uniform12(-0.1..1.1_f64);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let months = (0.0..3.0_f64, 0.0..24.0_f64, 0.0..1e9_f64);
    (money, shares, flags, months).prop_map(|(m, s, f, t)| Input {
        live: f.0 || f.3,
        holder: ActorId::new(usize::from(f.1)),
        seized: f.1 && f.2,
        offensive: f.2,
        price: m.0,
        cost: m.1,
        volume: m.2,
        collected: s[0],
        leak: s[1],
        declared: s[2] * 1.3,
        cover: t.0,
        cover_normal_months: t.1,
        dependence: s[3],
        alternatives: s[4],
        other_income: m.3,
        fund: m.4,
        outside: m.5,
        posture: s[5],
        conditionality: s[6],
        military_value: f.3.then_some(t.2),
        buyers_stock_months: t.1,
        far_cap: s[7],
        near_cap: s[8],
        reagent_lever: f.4.then_some(s[9]),
        peak: 60e3,
        given_open: s[10],
        given_open_at_end: s[10],
        given_levy: (f.3 && f.4).then_some(Levy { specific: t.2 / 1e4, ..Levy::default() }),
        levy_lever: LevyLever { rate: None, share: (f.0 && f.4).then_some(s[11]) },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_500))]

    #[test]
    fn whatever_comes_hazards_shares_and_levies_keep_their_bounds(
        months in prop::collection::vec(any_input(), 4..5), run in 0_u32..100_000, form in 0..2,
    ) {
        let params = Params { duration_form: f64::from(form), ..from_prior(run) };
        let (mut state, draws) = started(&params, run);
        for input in &months {
            step(&mut state, &params, input, &draws);
            let f = state.flow();
            for part in [f.holder_open, f.all_open, f.reagents_open, f.believed_conditionality, f.package_restraint] {
                prop_assert!((0.0..=1.0).contains(&part), "{f:?}");
            }
            for size in [f.months_shut, f.agreed_cny_per_t, f.onset_per_month, f.ends_per_month[0], f.ends_per_month[1]] {
                prop_assert!(size.is_finite() && size >= 0.0, "{f:?}");
            }
            prop_assert!(f.leverage.is_finite() && f.leverage > 0.0);
            prop_assert!(f.closure_cost_cny.iter().all(|c| c.is_finite() && *c > 0.0));
            prop_assert!(f.surplus_cny_per_t.is_finite());
            let weighing = Weighing::new(&params, input, 0.0);
            let most = weighing.most();
            let fair = weighing.levy(&params);
            prop_assert!((0.0..=most).contains(&fair));
            let agreed = weighing.agreed(&params, input.declared).burden(input.price);
            prop_assert!((0.0..=most * (1.0 + 1e-12)).contains(&agreed), "{agreed} {most}");
            if let Some(opening) = f.opening {
                prop_assert!(opening.ask_share.is_finite() && opening.ask_share >= 0.0);
                prop_assert!(opening.counter_cny_per_t >= 0.0);
            }
        }
    }
}
