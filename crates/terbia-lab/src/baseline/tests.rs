//! Do rivals say what their formulas say?

use super::*;
use std::f64::consts::TAU;
use terbia_model::kernel::math::{exp, ln};

fn seen(first: usize, end: usize, rate: f64) -> Seen {
    Seen { window: (first, end), log_rate: ln(rate), error_sd: 0.01 }
}

fn of<'a>(figures: &'a [Seen], closed: &'a [f64], known: usize) -> History<'a> {
    History { seen: figures, taught: figures, closed, known }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn the_last_figure_walks_on_at_the_pace_of_past_changes() {
    let figures = [1.0, 2.0, 1.0, 2.0].map(ln);
    let figures: Vec<Seen> = figures
        .iter()
        .enumerate()
        .map(|(m, y)| Seen { window: (m, m + 1), log_rate: *y, error_sd: 0.0 })
        .collect();
    let guess = Rival::LastFigure.says(&of(&figures, &[0.0; 8], 4), (7, 8)).unwrap();
    // Each month the square of ln 2; the last figure is four months old.
    assert!(close(guess.mean, ln(2.0)) && close(guess.sd, 2.0 * ln(2.0)), "{guess:?}");
    assert_eq!(Rival::LastFigure.says(&of(&figures[..3], &[0.0; 8], 3), (7, 8)), None);
}

#[test]
fn last_year_is_read_in_the_same_months() {
    let figures: Vec<Seen> = (0..24).map(|m| seen(m, m + 1, 10.0 + m as f64)).collect();
    let history = of(&figures, &[0.0; 30], 24);
    let month = Rival::LastYear.says(&history, (26, 27)).unwrap();
    assert!(close(month.mean, ln(24.0)), "{month:?}");
    let quarter = Rival::LastYear.says(&history, (24, 27)).unwrap();
    assert!(close(quarter.mean, (ln(22.0) + ln(23.0) + ln(24.0)) / 3.0));
    assert_eq!(Rival::LastYear.says(&of(&figures[..6], &[0.0; 30], 6), (24, 25)), None);
}

#[test]
fn smoothing_keeps_to_the_mean_of_noise_and_to_the_end_of_a_walk() {
    let noise: Vec<Seen> =
        (0..40).map(|m| seen(m, m + 1, if m.is_multiple_of(2) { 8.0 } else { 12.0 })).collect();
    let history = of(&noise, &[0.0; 60], 40);
    let guess = Rival::Smoothing.says(&history, (41, 42)).unwrap();
    assert!((exp(guess.mean) - 9.8).abs() < 0.5 && guess.sd < 0.3, "{guess:?}");
    let walk: Vec<Seen> = (0..40).map(|m| seen(m, m + 1, exp(0.2 * m as f64))).collect();
    let guess = Rival::Smoothing.says(&of(&walk, &[0.0; 60], 40), (40, 41)).unwrap();
    assert!((guess.mean - 7.8).abs() < 0.2, "{guess:?}");
}

/// Two closures of three months that leave a tenth, after a level of 10, then of 20; a third under
/// way from month 30.
fn shut() -> (Vec<Seen>, Vec<f64>) {
    let closed: Vec<f64> = (0..40)
        .map(|m| f64::from(u8::from((6..9).contains(&m) || (18..21).contains(&m) || m >= 30)))
        .collect();
    let level = |m: usize| if m < 12 { 10.0 } else { 20.0 };
    let wobble = |m: usize| if m.is_multiple_of(2) { 1.05 } else { 1.0 / 1.05 };
    let rate = |m: usize| level(m) * wobble(m) * if closed[m] > 0.5 { 0.1 } else { 1.0 };
    ((0..30).map(|m| seen(m, m + 1, rate(m))).collect(), closed)
}

#[test]
fn past_closures_leave_a_tenth_of_the_level_before_this_one() {
    let (figures, closed) = shut();
    let guess = Rival::PastClosures.says(&of(&figures, &closed, 30), (31, 32)).unwrap();
    assert!((exp(guess.mean) - 2.0).abs() < 0.1 && guess.sd < 0.2, "{guess:?}");
    let never = vec![0.0; 40];
    let open = Rival::PastClosures.says(&of(&figures, &never, 30), (31, 32)).unwrap();
    assert!((exp(open.mean) - 20.0).abs() < 6.0, "{open:?}");
}

#[test]
fn the_regression_finds_what_a_shut_gate_takes_off() {
    let (_, closed) = shut();
    // A trend, a season and a tenth behind shut gates: what the regression can say exactly.
    let season = |m: usize| 0.2 * terbia_model::kernel::math::cos(TAU * (m as f64 + 0.5) / 12.0);
    let rate = |m: usize| exp(0.02 * m as f64 + season(m) - ln(10.0) * closed[m]);
    let figures: Vec<Seen> = (0..30).map(|m| seen(m, m + 1, rate(m))).collect();
    let history = of(&figures, &closed, 30);
    let shut = Rival::ClosureRegression.says(&history, (31, 32)).unwrap();
    let mut open = closed.clone();
    open[31] = 0.0;
    let open = Rival::ClosureRegression.says(&of(&figures, &open, 30), (31, 32)).unwrap();
    assert!((open.mean - shut.mean - ln(10.0)).abs() < 1e-3, "{open:?} {shut:?}");
}

#[test]
fn a_wait_is_learnt_from_the_other_closures_alone() {
    let (_, closed) = shut();
    let wait = Wait::on(&closed, 31, 40).unwrap();
    assert_eq!(wait.spells, 2);
    let ends = wait.ends(60);
    assert!((ends.iter().sum::<f64>() - 1.0 + exp(-20.0)).abs() < 1e-12);
    // Both lasted three months: no shape fits, and a constant hazard of a third a month is left.
    assert!(close(ends[0], 1.0 - exp(-1.0 / 3.0)), "{ends:?}");
    assert_eq!(Wait::on(&closed, 15, 40), None);
    let mut differ = closed.clone();
    differ[21] = 1.0;
    let weibull = Wait::on(&differ, 31, 40).unwrap().ends(8);
    // Closures of three and four months: in its second month one is unlikely to end, in its third
    // likely.
    assert!(weibull[0] < weibull[2], "{weibull:?}");
    let left_out = Wait::on(&differ, 9, 12).unwrap();
    assert_eq!(left_out.spells, 2);
}

#[test]
fn a_rival_with_too_little_to_go_by_says_nothing() {
    let one = [seen(0, 1, 5.0)];
    for rival in Rival::ALL {
        assert_eq!(rival.says(&of(&one, &[0.0; 4], 1), (2, 3)), None, "{}", rival.name());
    }
}
