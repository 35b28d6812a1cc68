//! Are volumes and values of trade those of the file, each counted once?

use super::{
    convert, fixture, has, left, made, of, of_text, refused, remarked, reversed, row, table, text,
};
use terbia_store::spec::Basis;

/// The id of a flow of the fixture.
const FLOW: &str = "CT-901-902-M-284690-202411";

/// The table with one row more: that of the first flow, with `change` made to it.
fn with(change: impl Fn(&str) -> String) -> String {
    let text = text("comtrade.csv");
    let first = text.lines().nth(1).unwrap();
    format!("{}\r\n{}\r\n", text.trim_end(), change(first))
}

#[test]
fn json_and_csv_of_one_query_become_the_same_rows() {
    assert_eq!(table(&of("comtrade.json")), table(&of("comtrade.csv")));
    assert_eq!(of("comtrade.json").files[0].rows, 15);
}

#[test]
fn kilograms_become_tonnes_and_names_come_from_the_file() {
    let trade = of("comtrade.json");
    let volume = row(&trade, &format!("{FLOW}-t"));
    assert_eq!((volume.value, volume.unit.as_str()), (Some(1234.5675), "t gross"));
    assert_eq!(volume.entity, "Norvia from Estmark, Rep. of");
    assert!(
        volume.subject.ends_with("other than \"first\" ones (HS 284690)"),
        "{}",
        volume.subject
    );
    assert_eq!((volume.from.as_str(), volume.to.as_str()), ("2024-11-01", "2024-11-30"));
    assert_eq!(volume.basis, Basis::Printed);
    let value = row(&trade, &format!("{FLOW}-usd"));
    assert_eq!((value.value, value.unit.as_str()), (Some(2_500_000.25), "USD"));
    assert!(value.note.contains("CIF"));
    let sold = row(&trade, "CT-901-902-X-253090-202411-t");
    assert_eq!((sold.quantity.as_str(), sold.value), ("export_volume", Some(40.0)));
}

#[test]
fn parts_of_a_total_are_not_added_to_it() {
    let trade = of("comtrade.json");
    let volumes = trade.rows.iter().filter(|r| r.id.starts_with(FLOW)).count();
    assert_eq!(volumes, 2, "one volume and one value");
    assert_eq!(left(&trade, "rows that are parts (by second partner"), 4);
}

#[test]
fn parts_without_a_total_are_not_added_up_either() {
    let trade = of("comtrade.json");
    assert!(!trade.rows.iter().any(|r| r.entity.contains("Caldera")));
    assert_eq!(left(&trade, "rows that are parts of a total which the file lacks"), 1);
    assert!(remarked(&trade, "motCode 0"));
}

#[test]
fn all_partners_together_are_all_origins() {
    let trade = of("comtrade.json");
    assert_eq!(row(&trade, "CT-901-0-M-284690-202411-t").entity, "Norvia from all origins");
    let legacy = of("comtrade_legacy.csv");
    let sold = row(&legacy, "CT-901-0-X-253090-201907-usd");
    assert_eq!(sold.entity, "Norvia to all destinations");
    assert_eq!(sold.subject, "Mineral substances (HS 253090)");
}

#[test]
fn what_the_publisher_estimated_is_derived_and_says_so() {
    let trade = of("comtrade.json");
    let guess = row(&trade, "CT-901-902-M-284690-202412-t");
    assert_eq!(guess.basis, Basis::Derived);
    assert!(guess.note.contains("ESTIMATED") && !guess.method.is_empty());
    // The value beside it is none.
    assert_eq!(row(&trade, "CT-901-902-M-284690-202412-usd").basis, Basis::Printed);
    // Flag 4 of the older tables.
    assert_eq!(row(&of("comtrade_legacy.csv"), "CT-901-0-M-284690-2019-t").basis, Basis::Derived);
}

#[test]
fn a_weight_of_nought_beside_a_value_is_no_row() {
    let trade = of("comtrade.json");
    assert!(!has(&trade, "CT-901-902-M-280530-202412-t"));
    assert!(has(&trade, "CT-901-902-M-280530-202412-usd"));
    assert_eq!(left(&trade, "weights that are missing"), 1);
    // Where the quantity is a weight it stands in.
    let quantity = row(&trade, "CT-901-902-M-280530-202502-t");
    assert_eq!(quantity.value, Some(3.0));
    assert!(quantity.note.contains("no net weight"));
}

#[test]
fn years_and_months_of_the_older_tables_are_read() {
    let legacy = of("comtrade_legacy.csv");
    let year = row(&legacy, "CT-901-902-M-284690-2019-t");
    assert_eq!((year.from.as_str(), year.to.as_str()), ("2019-01-01", "2019-12-31"));
    assert_eq!(year.value, Some(250.0));
    assert_eq!(left(&legacy, "rows of re-exports"), 1);
    // Twelve pieces are no weight.
    assert!(!has(&legacy, "CT-901-0-X-253090-201907-t"));
}

#[test]
fn series_that_stop_or_have_holes_are_told_and_not_filled() {
    let trade = of("comtrade.json");
    assert!(remarked(&trade, "3 of 5 monthly series end before 2025-02"));
    assert!(remarked(&trade, "2 months are missing inside monthly series"));
    assert!(!trade.rows.iter().any(|r| r.value == Some(0.0)));
    assert!(remarked(&trade, "of the codes, 2846 hold others"));
}

#[test]
fn a_repeated_row_counts_once() {
    let again = of_text(with(str::to_owned)).unwrap();
    assert_eq!(table(&again), table(&of("comtrade.csv")));
    assert_eq!(left(&again, "rows that repeat another"), 1);
}

#[test]
fn rows_that_contradict_each_other_are_both_kept_and_name_each_other() {
    let torn = with(|row| row.replace("1234567.5,FALSE", "1300000,FALSE"));
    let trade = of_text(&torn).unwrap();
    let [one, other] = ["t", "t-2"].map(|end| row(&trade, &format!("{FLOW}-{end}")));
    assert_eq!((one.value, other.value), (Some(1234.5675), Some(1300.0)));
    assert!(one.note.contains(&format!("DISAGREES with {FLOW}-t-2")), "{}", one.note);
    assert!(other.note.ends_with(&format!("DISAGREES with {FLOW}-t")), "{}", other.note);
    // The value is the same in both, and one row.
    assert!(!has(&trade, &format!("{FLOW}-usd-2")));
    assert!(remarked(&trade, "1 flow has figures that differ"));
    assert_eq!(table(&of_text(reversed(&torn)).unwrap()), table(&trade));
}

#[test]
fn one_figure_in_two_editions_of_the_classification_is_one() {
    let both = of_text(with(|row| row.replace(",H6,", ",H5,"))).unwrap();
    assert_eq!(both.rows.len(), of("comtrade.csv").rows.len());
    assert!(row(&both, &format!("{FLOW}-t")).note.contains("H5"));
    let other = of_text(with(|row| row.replace(",H6,", ",S4,"))).unwrap();
    assert_eq!(left(&other, "rows of another classification"), 1);
}

#[test]
fn files_that_overlap_count_once() {
    let half =
        made("half.csv", text("comtrade.csv").lines().take(4).collect::<Vec<_>>().join("\n"));
    let both = convert(&[&half.path, &fixture("comtrade.json")]).unwrap();
    assert_eq!(table(&both), table(&of("comtrade.json")));
}

#[test]
fn tonnes_are_tonnes_and_an_unknown_unit_is_refused_with_its_line() {
    let head = "period,flowCode,reporterCode,partnerCode,cmdCode,qtyUnitAbbr,qty\n";
    let unit = |unit: &str| format!("{head}202411,M,901,902,284690,{unit},30\n");
    let value = |text: &str| of_text(unit(text)).unwrap().rows[0].value;
    assert_eq!((value("kg"), value("t")), (Some(0.03), Some(30.0)));
    let said = refused(unit("bushel"));
    assert!(said.contains("line 2: unknown unit 'bushel'") && said.contains("known: kg"), "{said}");
    // Pieces are known, and no weight.
    assert_eq!(left(&of_text(unit("u")).unwrap(), "rows with neither weight nor value"), 1);
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let bad = text("comtrade.csv").replacen("12000.5", "12k", 1);
    let line = 1 + bad.lines().position(|line| line.contains("12k")).unwrap();
    let bad = bad.replacen("\r\n", "\r\n\r\n\r\n", 1);
    let line = line + 2;
    let said = refused(bad);
    assert!(said.contains(&format!("line {line}: '12k'")), "{said}");
}

#[test]
fn a_month_that_is_none_and_a_period_at_odds_with_itself_are_refused() {
    let head =
        "freqCode,period,refYear,refMonth,flowCode,reporterCode,partnerCode,cmdCode,netWgt\n";
    let row = |cells: &str| format!("{head}{cells},M,901,902,284690,30\n");
    for period in ["M,202413,,", "M,2024,,", "M,20241,,", "A,202411,,", "A,24,,", "M,２０２411,,"]
    {
        assert!(refused(row(period)).contains("under 'period' is not a"), "{period}");
    }
    let said = refused(row("M,202411,2024,10"));
    assert!(said.contains("the period is 202411, but year and month are 2024-10"), "{said}");
    // In the rows of a year the month has a code of its own.
    assert!(of_text(row("A,2024,2024,52")).is_ok());
}

#[test]
fn a_code_that_lost_its_nought_is_refused() {
    let head = "period,flowCode,reporterCode,partnerCode,cmdCode,netWgt\n";
    let said = refused(format!("{head}202411,M,901,902,10229,30\n"));
    assert!(said.contains("'10229' has 5 digits") && said.contains("nought"), "{said}");
    let all = of_text(format!("{head}202411,M,901,902,TOTAL,30\n202411,M,901,902,010229,30\n"));
    assert_eq!(left(&all.unwrap(), "rows of whole chapters"), 1);
}

#[test]
fn an_answer_that_is_an_error_says_what_the_publisher_said() {
    let said = refused(r#"{"statusCode": 401, "message": "Access denied due to missing key"}"#);
    assert!(said.contains("Access denied due to missing key"), "{said}");
    let said = refused(r#"{"elapsedTime":"0.1 secs","count":0,"data":[],"error":""}"#);
    assert!(said.contains("holds no row"), "{said}");
    let said = refused(r#"{"count":0,"data":null,"error":"period is too long"}"#);
    assert!(said.contains("period is too long"), "{said}");
}

#[test]
fn an_answer_that_has_fewer_entries_than_it_says_is_told() {
    let short = of_text(text("comtrade.json").replace("\"count\":15", "\"count\":500")).unwrap();
    assert!(remarked(&short, "says that it has 500 entries and has 15"));
}

#[test]
fn codes_stand_for_names_that_the_file_does_not_give() {
    let head = "period,flowCode,reporterCode,partnerCode,cmdCode,netWgt\n";
    let trade = of_text(format!("{head}202411,M,901,902,284690,30\n")).unwrap();
    assert_eq!(trade.rows[0].entity, "901 from 902");
    assert_eq!(trade.rows[0].subject, "(HS 284690)");
    assert!(remarked(&trade, "codes stand for names"));
}
