//! Do the levers hold together? Owners, kinds and bounds.

use super::Check;
use crate::load::fault::Fault;
use crate::spec::{Lever, Role};
use std::collections::BTreeSet;
use terbia_model::lever::{Info, Owner};

/// What a setting of a kind can be, in words.
pub(crate) fn allowed(info: &Info) -> String {
    let unit = if info.unit == "1" { String::new() } else { format!(" {}", info.unit) };
    match info.bounds {
        [low, high] if high.is_finite() => format!("{low} to {high}{unit}"),
        [low, _] => format!("{low} or more{unit}"),
    }
}

impl Check<'_> {
    pub(super) fn levers(&mut self) {
        let mut owned = BTreeSet::new();
        for lever in &self.spec.levers {
            let info = lever.kind.0.info();
            let what = || format!("the lever '{}'", *lever.id);
            self.keys.expect(&lever.source, what, lever.id.span(), self.file, self.problems);
            self.owner(lever, info.owner);
            // The model asks for the lever of a kind and an owner: there must be one answer.
            if !owned.insert((info.name, lever.owner.get())) {
                let what = format!("the actor '{}'", *lever.owner);
                let id = info.name.to_owned();
                self.fault(lever.kind.span(), Fault::TwiceNamed { what, kind: "lever", id });
            }
            let [low, high] = *lever.bounds.get();
            let within = |x: f64| (info.bounds[0]..=info.bounds[1]).contains(&x);
            if low >= high || !within(low) || !within(high) {
                let (kind, allowed) = (info.name, allowed(info));
                let fault = Fault::LeverBounds { kind, low, high, allowed };
                self.fault(lever.bounds.span(), fault);
            }
            if lever.moves.is_empty() {
                let fault = Fault::NoneNamed { what: what(), kind: "outcome" };
                self.fault(lever.moves.span(), fault);
            }
        }
    }

    fn owner(&mut self, lever: &Lever, owner: Owner) {
        match owner {
            Owner::Anyone => {
                self.index.actors.expect(&lever.owner, self.file, self.problems);
            }
            Owner::Holder => {
                self.index.expect_role(&lever.owner, Role::Holder, self.file, self.problems);
            }
            Owner::Buyer => {
                self.index.expect_role(&lever.owner, Role::Buyer, self.file, self.problems);
            }
        }
    }
}
