//! Do figures, bounds and reasons of commodity summaries stay what they are?

use super::{has, left, of, of_text, refused, remarked, row, text};
use terbia_store::spec::Basis;

const MINED: &str = "USGS-mcs2025-made-up-metals-mine-production";

#[test]
fn production_is_read_by_year_with_its_notes() {
    let world = of("usgs_world.csv");
    let mined = row(&world, &format!("{MINED}-norvia-2023"));
    assert_eq!((mined.value, mined.unit.as_str()), (Some(30_000.0), "t REO"));
    assert_eq!(mined.quantity, "mine_production");
    assert_eq!((mined.entity.as_str(), mined.subject.as_str()), ("Norvia", "Made-up metals"));
    assert_eq!((mined.from.as_str(), mined.to.as_str()), ("2023-01-01", "2023-12-31"));
    assert_eq!(mined.note, "MCS2025; Includes what is smuggled");
    let estimate = row(&world, &format!("{MINED}-norvia-2024"));
    assert!(estimate.value == Some(31_000.0) && estimate.note.ends_with("ESTIMATED"));
    let total = row(&world, &format!("{MINED}-world-total-rounded-2024"));
    assert_eq!(total.value, Some(390_000.0));
    let capacity = row(&world, "USGS-mcs2025-made-up-metals-mine-capacity-caldera-2023");
    assert_eq!((capacity.quantity.as_str(), capacity.value), ("mine_capacity", Some(40.0)));
}

#[test]
fn bounds_stay_bounds_and_a_dash_is_nought() {
    let world = of("usgs_world.csv");
    let more = row(&world, &format!("{MINED}-estmark-2024"));
    assert_eq!((more.value, more.low, more.high), (None, Some(25.0), None));
    assert_eq!(more.basis, Basis::Bound);
    let less = row(&world, "USGS-mcs2025-made-up-metals-reserves-estmark-2024");
    assert_eq!((less.value, less.low, less.high), (None, None, Some(1_000.0)));
    let none = row(&world, &format!("{MINED}-caldera-2023"));
    assert_eq!((none.value, none.basis), (Some(0.0), Basis::Printed));
    assert!(none.note.contains("dash"));
}

#[test]
fn what_is_withheld_is_no_row_and_is_counted() {
    let world = of("usgs_world.csv");
    assert!(!has(&world, &format!("{MINED}-estmark-2023")));
    assert_eq!(left(&world, "figures that are withheld (W)"), 1);
    assert_eq!(left(&world, "figures that are not available (NA)"), 1);
    assert_eq!(left(&world, "figures that are words"), 1);
}

#[test]
fn thousands_of_tonnes_are_converted_and_a_content_is_named() {
    let world = of("usgs_world.csv");
    let id = "USGS-mcs2025-imaginary-ore-primary-smelter-production-norvia-2024";
    let smelted = row(&world, id);
    assert_eq!((smelted.value, smelted.unit.as_str()), (Some(1_700.0), "t"));
    assert_eq!(smelted.subject, "Imaginary ore, primary");
}

#[test]
fn a_unit_that_nobody_knows_is_refused_with_its_line() {
    let said = refused(text("usgs_world.csv").replacen("thousand metric tons", "long tons", 1));
    assert!(said.contains("line 6: unknown unit 'long tons' under 'UNIT_MEAS'"), "{said}");
}

#[test]
fn salient_statistics_have_their_units_in_their_names() {
    let salient = of("usgs_salient.csv");
    let price = row(&salient, "USGS-mcs2025-made-up-metals-price-first-oxide-dkg-2020");
    assert_eq!((price.value, price.unit.as_str()), (Some(49.0), "USD/kg"));
    assert_eq!((price.quantity.as_str(), price.entity.as_str()), ("price", "MCS2025"));
    assert_eq!(price.subject, "Made-up metals, First oxide");
    let by_pound = row(&salient, "USGS-mcs2025-made-up-metals-price-metal-dlb-2020");
    assert_eq!((by_pound.value, by_pound.unit.as_str()), (Some(22.046_226), "USD/kg"));
    let reliance = row(&salient, "USGS-mcs2025-made-up-metals-nir-pct-2021");
    assert_eq!((reliance.low, reliance.basis), (Some(90.0), Basis::Bound));
    let exporter = row(&salient, "USGS-mcs2025-made-up-metals-nir-pct-2024");
    assert_eq!((exporter.value, exporter.high), (None, Some(0.0)));
    assert!(exporter.note.contains("net exporter") && exporter.note.contains("ESTIMATED"));
    assert!(remarked(&salient, "name of Remark: not read"));
}

#[test]
fn figures_that_contradict_each_other_are_both_kept() {
    let text = text("usgs_world.csv");
    let line = text.lines().nth(1).unwrap();
    let torn = format!("{text}{}\r\n", line.replace("30,000", "32,000"));
    let world = of_text(&torn).unwrap();
    let [one, other] = ["2023", "2023-2"].map(|end| row(&world, &format!("{MINED}-norvia-{end}")));
    assert_eq!((one.value, other.value), (Some(30_000.0), Some(32_000.0)));
    assert!(one.note.contains("DISAGREES with") && other.note.contains("DISAGREES with"));
    assert_eq!(left(&world, "figures that repeat another"), 1, "the other year is the same");
}

#[test]
fn a_figure_that_is_damaged_is_refused() {
    let said = refused(text("usgs_world.csv").replacen("\"31,000\"", "\"31,0x0\"", 1));
    assert!(said.contains("line 2: '31,0x0' under 'PROD_EST_ 2024' is not a number"), "{said}");
    let said = refused(text("usgs_salient.csv").replacen(",2021,", ",21,", 1));
    assert!(said.contains("'21' under 'Year' is not a year"), "{said}");
}
