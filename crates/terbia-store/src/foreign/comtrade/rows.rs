//! Which rows come of flows of trade?

use super::super::number::days;
use super::super::row::{self, also, blank, settle, slug};
use super::super::told::Told;
use super::Trade;
use super::line::{Figures, Flow, Key};
use crate::spec::{Basis, Observation, Source};

/// Key of the publication.
const SOURCE: &str = "comtrade";

/// The rows, in the order of their keys, and the publication.
pub(super) fn of(trade: &Trade, told: &mut Told) -> (Vec<Observation>, Vec<(String, Source)>) {
    let mut rows = Vec::new();
    let (mut torn, mut estimated) = (0_u64, 0_u64);
    for (key, figures) in &trade.totals {
        let before = rows.len();
        let volumes = figures.iter().filter_map(|f| volume(trade, key, f)).collect();
        let mut differ = settle(&format!("{}-t", number(key)), volumes, &mut rows);
        estimated += rows.iter().skip(before).filter(|r| r.basis == Basis::Derived).count() as u64;
        let values = figures.iter().filter_map(|f| value(trade, key, f)).collect();
        differ |= settle(&format!("{}-usd", number(key)), values, &mut rows);
        torn += u64::from(differ);
    }
    let lacking = |lacks: fn(&Figures) -> bool| {
        trade.totals.values().flatten().filter(|f| lacks(f)).count() as u64
    };
    let weights = lacking(|f| f.net_t.is_none());
    told.leave_all("weights that are missing, or 0 beside a value (not reported)", weights);
    let values = lacking(|f| f.value_usd.is_none());
    told.leave_all("values that are missing, or 0 beside a weight (not reported)", values);
    if estimated > 0 {
        told.remark(format!(
            "volumes that the publisher has estimated, with the basis derived and the note ESTIMATED: \
             {estimated}"
        ));
    }
    if torn > 0 {
        told.remark(format!(
            "{torn} {} figures that differ for one reporter, flow, partner, code and period: all are \
             kept, and their notes name each other",
            if torn == 1 { "flow has" } else { "flows have" }
        ));
    }
    if unnamed(trade) {
        told.remark(
            "codes stand for names that the file does not give: ask for descriptions (includeDesc)",
        );
    }
    (rows, vec![(SOURCE.to_owned(), source())])
}

fn unnamed(trade: &Trade) -> bool {
    let bare = |(code, name): (&String, &String)| name == code && code != "0";
    trade.countries.iter().any(bare) || trade.goods.values().any(String::is_empty)
}

fn number(key: &Key) -> String {
    let flow = if key.flow == Flow::Import { "M" } else { "X" };
    let time = if key.first == key.last {
        format!("{:04}{:02}", key.first.year(), key.first.of_year())
    } else {
        format!("{:04}", key.first.year())
    };
    format!("CT-{}-{}-{flow}-{}-{time}", slug(&key.reporter), slug(&key.partner), key.goods)
}

fn common(trade: &Trade, key: &Key, figures: &Figures) -> Observation {
    let name = |code: &String| trade.countries.get(code).unwrap_or(code).clone();
    let reporter = name(&key.reporter);
    let entity = match (key.flow, key.world()) {
        (Flow::Import, true) => format!("{reporter} from all origins"),
        (Flow::Import, false) => format!("{reporter} from {}", name(&key.partner)),
        (Flow::Export, true) => format!("{reporter} to all destinations"),
        (Flow::Export, false) => format!("{reporter} to {}", name(&key.partner)),
    };
    let (from, to) = days(key.first, key.last);
    let note = match figures.edition.as_str() {
        "" => String::new(),
        edition => format!("classification {edition}"),
    };
    let source = vec![SOURCE.to_owned()];
    Observation { entity, subject: subject(trade, key), from, to, source, note, ..blank() }
}

/// The name of the goods with their code, which some publishers put in front of it.
fn subject(trade: &Trade, key: &Key) -> String {
    let name = trade.goods.get(&key.goods).map_or("", String::as_str);
    let name = name.strip_prefix(key.goods.as_str()).unwrap_or(name);
    let name = name.trim_start_matches([' ', '-', ':', '.']);
    row::joined([name, &format!("(HS {})", key.goods)], " ")
}

fn volume(trade: &Trade, key: &Key, figures: &Figures) -> Option<Observation> {
    let net_t = figures.net_t?;
    let mut row = common(trade, key, figures);
    let import = key.flow == Flow::Import;
    let quantity = if import { "import_volume" } else { "export_volume" };
    quantity.clone_into(&mut row.quantity);
    row.value = Some(net_t);
    "t gross".clone_into(&mut row.unit);
    if figures.from_quantity {
        also(&mut row.note, "quantity; no net weight is given");
    }
    if figures.estimated {
        row.basis = Basis::Derived;
        "estimated by the publisher".clone_into(&mut row.method);
        also(&mut row.note, "ESTIMATED");
    }
    Some(row)
}

fn value(trade: &Trade, key: &Key, figures: &Figures) -> Option<Observation> {
    let value_usd = figures.value_usd?;
    let mut row = common(trade, key, figures);
    let import = key.flow == Flow::Import;
    let quantity = if import { "import_value" } else { "export_value" };
    quantity.clone_into(&mut row.quantity);
    row.value = Some(value_usd);
    "USD".clone_into(&mut row.unit);
    also(&mut row.note, figures.terms);
    Some(row)
}

fn source() -> Source {
    Source {
        title: "UN Comtrade database".to_owned(),
        publisher: "United Nations Statistics Division".to_owned(),
        date: None,
        url: Some("https://comtradeplus.un.org".to_owned()),
        licence: Some("terms of UN Comtrade: not to be passed on in bulk without leave".to_owned()),
    }
}
