//! `terbia convert`: what do the data files that others publish say, as rows of observations?

use crate::Ended;
use crate::args::{ConvertArgs, ForeignKind, Format};
use crate::format::grouped;
use crate::table::{plain, wrapped};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Write, stderr, stdout};
use std::path::Path;
use terbia_store::foreign::{self, Converted, Kind};
use terbia_store::spec::{Observation, Source};

/// Kinds of figures that are listed.
const SERIES_SHOWN: usize = 12;
/// Keys of sources that are listed.
const SOURCES_SHOWN: usize = 3;

/// Runs the command.
pub(crate) fn convert(args: &ConvertArgs) -> Ended {
    let kind = args.kind.map(|kind| match kind {
        ForeignKind::Record => Kind::Record,
        ForeignKind::Comtrade => Kind::Comtrade,
        ForeignKind::Acled => Kind::Acled,
        ForeignKind::Usgs => Kind::Usgs,
    });
    let streamed = args.out == Path::new("-");
    if !streamed {
        foreign::apart(&args.out, &args.files)?;
    }
    let converted = foreign::convert(&args.files, kind)?;
    let report = match args.format {
        Format::Text => text(&converted, args),
        Format::Json => {
            serde_json::to_string_pretty(&json(&converted, args)).map_err(std::io::Error::from)?
        }
    };
    // Where the rows are the data, the report is words.
    if streamed {
        foreign::write(&converted.rows, &mut stdout().lock())?;
        writeln!(stderr(), "{report}")?;
    } else {
        foreign::save(&converted.rows, &args.out)?;
        writeln!(stdout(), "{report}")?;
    }
    Ok(())
}

fn counted(count: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(count as f64), if count == 1 { "" } else { "s" })
}

/// Figures of one kind.
struct Series<'a> {
    quantity: &'a str,
    unit: &'a str,
    count: u64,
    first: &'a str,
    last: &'a str,
}

/// The kinds of figures among the rows, the most frequent first.
fn series(rows: &[Observation]) -> Vec<Series<'_>> {
    let mut found: BTreeMap<(&str, &str), Series<'_>> = BTreeMap::new();
    for row in rows {
        let end = if row.to.is_empty() { &row.from } else { &row.to };
        let series = found.entry((&row.quantity, &row.unit)).or_insert(Series {
            quantity: &row.quantity,
            unit: &row.unit,
            count: 0,
            first: "",
            last: "",
        });
        series.count += 1;
        // What is true of no particular time has no dates.
        if series.first.is_empty() || (!row.from.is_empty() && row.from.as_str() < series.first) {
            series.first = &row.from;
        }
        if end.as_str() > series.last {
            series.last = end;
        }
    }
    let mut series: Vec<Series<'_>> = found.into_values().collect();
    series.sort_by_key(|s| std::cmp::Reverse(s.count));
    series
}

fn text(converted: &Converted, args: &ConvertArgs) -> String {
    let mut lines = Vec::new();
    for file in &converted.files {
        let words = format!(
            "{}: {}, for {}; {}",
            file.path.display(),
            file.kind.name(),
            file.why,
            counted(file.rows, "row")
        );
        lines.push(wrapped(&words, 2));
    }
    let to = if args.out == Path::new("-") {
        "standard output".to_owned()
    } else {
        args.out.display().to_string()
    };
    let rows = counted(converted.rows.len() as u64, "observation");
    lines.push(format!("\n{rows}, written to {to}"));
    let all = series(&converted.rows);
    if !all.is_empty() {
        let head: Vec<String> = ["", "", "unit", "from", "to"].map(String::from).to_vec();
        let row = |s: &Series<'_>| {
            let count = grouped(s.count as f64);
            [&count, s.quantity, s.unit, s.first, s.last].map(str::to_owned).to_vec()
        };
        let shown: Vec<Vec<String>> = all.iter().take(SERIES_SHOWN).map(row).collect();
        lines.push(plain(&head, &shown, 5));
    }
    if all.len() > SERIES_SHOWN {
        let more = all.len() - SERIES_SHOWN;
        lines.push(format!("and {more} more; --format json lists them all"));
    }
    let mut left = converted.told.left_out().peekable();
    if left.peek().is_some() {
        lines.push("\nLeft out:".to_owned());
    }
    for (count, reason) in left {
        lines.push(wrapped(&format!("  {reason}: {}", grouped(count as f64)), 4));
    }
    if !converted.told.remarks().is_empty() {
        lines.push("\nNote:".to_owned());
    }
    for remark in converted.told.remarks() {
        lines.push(wrapped(&format!("  {remark}"), 4));
    }
    if !converted.sources.is_empty() {
        let keys = converted.sources.iter().map(|(key, _)| key.as_str());
        let shown = keys.take(SOURCES_SHOWN).collect::<Vec<_>>().join(", ");
        let all = converted.sources.len();
        let shown =
            if all > SOURCES_SHOWN { format!("{shown}, … ({all} in all)") } else { shown };
        let words = format!(
            "Sources cited: {shown}. A corridor that takes the rows needs them in \
             evidence/sources.toml; --format json gives each."
        );
        lines.push(format!("\n{}", wrapped(&words, 0)));
    }
    lines.join("\n")
}

fn json(converted: &Converted, args: &ConvertArgs) -> Value {
    let files: Vec<Value> = converted
        .files
        .iter()
        .map(|f| {
            json!({
                "file": f.path.display().to_string(), "kind": f.kind.name(), "why": f.why,
                "rows": f.rows,
            })
        })
        .collect();
    let series: Vec<Value> = series(&converted.rows)
        .iter()
        .map(|s| {
            json!({
                "quantity": s.quantity, "unit": s.unit, "observations": s.count,
                "from": s.first, "to": s.last,
            })
        })
        .collect();
    let left: Vec<Value> = converted
        .told
        .left_out()
        .map(|(count, reason)| json!({"count": count, "reason": reason}))
        .collect();
    let source = |(key, source): &(String, Source)| {
        json!({
            "key": key, "title": source.title, "publisher": source.publisher,
            "date": source.date, "url": source.url, "licence": source.licence,
        })
    };
    json!({
        "out": args.out.display().to_string(),
        "observations": converted.rows.len(),
        "files": files,
        "series": series,
        "left_out": left,
        "notes": converted.told.remarks(),
        "sources": converted.sources.iter().map(source).collect::<Vec<Value>>(),
    })
}
