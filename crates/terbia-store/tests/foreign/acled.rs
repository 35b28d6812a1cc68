//! Are events counted by township and month, and does nothing finer leave the reader?

use super::{has, left, of, of_text, refused, remarked, reversed, row, table, text};
use terbia_store::foreign::Kind;
use terbia_store::spec::Basis;

const TARN: &str = "ACLED-norvia-upper-vale-tarn-3";

#[test]
fn nothing_finer_than_a_township_and_no_words_of_the_publisher_leave_the_reader() {
    let events = of("acled.csv");
    assert_eq!(events.files[0].kind, Kind::Acled);
    let all = format!("{}{:?}{:?}", table(&events), events.told, events.sources);
    for secret in ["SECRET", "61.12", "10.54", "NRV1", "Armed clash", "crowd"] {
        assert!(text("acled.csv").contains(secret) && !all.contains(secret), "{secret}");
    }
}

#[test]
fn a_message_about_a_row_repeats_nothing_of_it_but_the_cell_at_fault() {
    let said = refused(text("acled.csv").replacen(",3,crowd", ",three,crowd", 1));
    assert!(said.contains("'three' under 'fatalities' is not a number"), "{said}");
    let cut = refused(text("acled.csv").replacen(",3,crowd size=no report", "", 1));
    assert!(cut.contains("29 cells under 31 columns"), "{cut}");
    for said in [said, cut] {
        assert!(!said.contains("SECRET") && !said.contains("61.12"), "{said}");
    }
}

#[test]
fn events_are_counted_by_type_and_deaths_summed_over_all() {
    let events = of("acled.csv");
    let battles = row(&events, &format!("{TARN}-battles-2024-10"));
    assert_eq!((battles.value, battles.unit.as_str()), (Some(2.0), "events"));
    assert_eq!((battles.entity.as_str(), battles.basis), ("Battles", Basis::Derived));
    assert_eq!(battles.subject, "Tarn, Upper Vale, Norvia");
    assert_eq!((battles.from.as_str(), battles.to.as_str()), ("2024-10-01", "2024-10-31"));
    assert_eq!(battles.note, "1 of them known to the month only");
    let blasts = row(&events, &format!("{TARN}-explosions-remote-violence-2024-10"));
    assert_eq!(blasts.value, Some(1.0));
    // 5 of the later version, not 3; 2; 0.
    assert_eq!(row(&events, &format!("{TARN}-deaths-2024-10")).value, Some(7.0));
}

#[test]
fn an_event_at_a_place_known_roughly_falls_to_the_district_or_the_region() {
    let events = of("acled.csv");
    let district = row(&events, "ACLED-norvia-upper-vale-vale-east-2-battles-2024-10");
    assert_eq!(district.subject, "Vale East (admin2), Upper Vale, Norvia");
    let region = row(&events, "ACLED-norvia-lower-vale-lower-vale-1-battles-2025-01");
    assert_eq!(region.subject, "Lower Vale (admin1), Norvia");
    assert!(remarked(&events, "known only roughly"));
}

#[test]
fn a_toll_that_some_event_lacks_is_a_lower_bound() {
    let events = of("acled.csv");
    let toll = row(&events, "ACLED-norvia-lower-vale-lower-vale-1-deaths-2025-01");
    assert_eq!((toll.value, toll.low, toll.basis), (None, Some(0.0), Basis::Bound));
}

#[test]
fn a_month_without_events_is_no_row() {
    let events = of("acled.csv");
    assert!(!events.rows.iter().any(|r| r.from.starts_with("2024-12")));
    assert!(!events.rows.iter().any(|r| r.quantity == "conflict_events" && r.value == Some(0.0)));
    assert!(remarked(&events, "is no row and not 0"));
}

#[test]
fn an_event_listed_again_counts_once_in_its_latest_version() {
    let events = of("acled.csv");
    assert_eq!(left(&events, "rows that list an event again"), 2);
    let total: f64 =
        events.rows.iter().filter(|r| r.unit == "events").filter_map(|r| r.value).sum();
    assert_eq!(total, 6.0);
}

#[test]
fn versions_of_one_time_that_differ_are_flagged_whatever_their_order() {
    let torn = text("acled.csv").replace("1700009999", "1700000000");
    let events = of_text(&torn).unwrap();
    let toll = row(&events, &format!("{TARN}-deaths-2024-10"));
    assert_eq!(toll.value, Some(5.0));
    assert_eq!(toll.note, "versions of 1 event DISAGREE; one counts");
    assert!(remarked(&events, "1 event is listed in versions that differ"));
    assert_eq!(table(&of_text(reversed(&torn)).unwrap()), table(&events));
}

#[test]
fn semicolons_and_dates_in_words_are_read_alike() {
    assert_eq!(table(&of("acled_semicolon.csv")), table(&of("acled.csv")));
}

#[test]
fn columns_that_are_missing_are_told() {
    let head = "event_id_cnty,event_date,event_type,country,admin1\n";
    let events = of_text(format!("{head}NRV1,2024-10-03,Battles,Norvia,Upper Vale\n")).unwrap();
    assert!(has(&events, "ACLED-norvia-upper-vale-upper-vale-1-battles-2024-10"));
    assert_eq!(events.rows.len(), 1, "no deaths are known");
    for part in ["admin2 and admin3", "geo_precision", "fatalities", "timestamp"] {
        assert!(remarked(&events, &format!("the file lacks {part}")), "{part}");
    }
    let nowhere = of_text(format!("{head}NRV1,2024-10-03,Battles,Norvia,\n")).unwrap();
    assert_eq!(left(&nowhere, "events without a place"), 1);
}

#[test]
fn a_date_that_a_spreadsheet_has_changed_is_refused() {
    let said = refused(text("acled.csv").replacen("2024-10-20", "10/20/24", 1));
    assert!(
        said.contains("'10/20/24' under 'event_date'") && said.contains("spreadsheets"),
        "{said}"
    );
    let said = refused(text("acled.csv").replacen("NRV2,", ",", 1));
    assert!(said.contains("nothing under 'event_id_cnty'"), "{said}");
}
