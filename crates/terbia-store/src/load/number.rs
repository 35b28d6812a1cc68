//! Is a number fit to be used? Unit, range, prior, bounds and sources of one number.

use super::fault::Fault;
use super::fields::{Bounds, Field, Given};
use super::files::File;
use super::index::Keys;
use super::problem::Problems;
use crate::spec::{At, Num};
use std::ops::Range;
use terbia_model::kernel::param::Definition;

/// Checks the numbers of a file.
pub(crate) fn check_all(fields: &[Field<'_>], file: &File, keys: &Keys, problems: &mut Problems) {
    for field in fields {
        let key = field.key();
        match &field.given {
            Given::Num(num, span) => {
                let number = Expected { key, unit: field.unit, bounds: field.bounds };
                check(num, span, &number, file, keys, problems);
            }
            Given::Plain(value, span, _) => {
                if !field.bounds.allow(*value) {
                    problems.add(file, span.clone(), out_of_bounds(key, *value, field.bounds));
                }
            }
        }
    }
}

/// What a field expects of its number.
pub(crate) struct Expected<'a> {
    pub(crate) key: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) bounds: Bounds,
}

/// Checks one number with its pedigree, which stands at `span`.
pub(crate) fn check(
    num: &Num,
    span: &Range<usize>,
    expected: &Expected<'_>,
    file: &File,
    keys: &Keys,
    problems: &mut Problems,
) {
    let &Expected { key, unit, bounds } = expected;
    if let Some(found) = num.unit.as_ref().filter(|u| u.get() != unit) {
        let fault = Fault::WrongUnit {
            key: key.to_owned(),
            found: found.get().clone(),
            expected: unit.to_owned(),
        };
        problems.add(file, found.span(), fault);
    }
    // Unit and source have faults of their own; what is left is about value, range and prior.
    let definition = Definition {
        unit: "1".to_owned(),
        source: vec!["-".to_owned()],
        ..num.define(key.to_owned(), String::new(), unit)
    };
    let place = num.range.as_ref().map_or_else(|| num.value.span(), At::span);
    if let Some(fault) = definition.fault() {
        let outside = definition.low <= definition.high
            && !(definition.low..=definition.high).contains(&definition.value);
        let span = if outside { num.value.span() } else { place };
        problems.add(file, span, Fault::BadNumber { key: key.to_owned(), fault });
    } else {
        let ends = [
            (definition.value, num.value.span()),
            (definition.low, place.clone()),
            (definition.high, place),
        ];
        if let Some((value, span)) = ends.into_iter().find(|(x, _)| !bounds.allow(*x)) {
            problems.add(file, span, out_of_bounds(key, value, bounds));
        }
    }
    // A number without the key is a fault of form, noted already.
    if let Some(source) = &num.source {
        let span = if source.is_empty() { source.span() } else { span.clone() };
        keys.expect(source.get(), || format!("'{key}'"), span, file, problems);
    }
}

fn out_of_bounds(key: &str, value: f64, bounds: Bounds) -> Fault {
    Fault::OutOfBounds { key: key.to_owned(), value, allowed: bounds.described() }
}
