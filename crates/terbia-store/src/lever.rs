//! What can be turned in a corridor, by whom and how far? The list behind `terbia levers`.

use crate::load::Project;
use crate::spec::Lever;
use serde_json::{Value, json};
use terbia_model::lever::Info;

/// A lever with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct LeverView<'a> {
    /// What `corridor.toml` says.
    pub spec: &'a Lever,
    /// What is known of its kind in any corridor.
    pub info: &'static Info,
    /// Full name of its owner.
    pub owner: &'a str,
    /// Whether there is somebody who decides: a corridor without politics has nobody.
    pub decided: bool,
}

impl Project {
    /// The levers of the corridor, in the order of its file.
    pub fn levers(&self) -> Vec<LeverView<'_>> {
        self.spec.levers.iter().filter_map(|lever| self.lever_view(lever)).collect()
    }

    /// The lever of this id, if there is one.
    pub fn lever(&self, id: &str) -> Option<LeverView<'_>> {
        self.lever_view(self.spec.levers.iter().find(|l| l.id.get() == id)?)
    }

    fn lever_view<'a>(&'a self, spec: &'a Lever) -> Option<LeverView<'a>> {
        let owner = self.spec.actors.iter().find(|a| a.id == spec.owner)?;
        let decided = self.corridor.politics.is_some();
        Some(LeverView { spec, info: spec.kind.0.info(), owner: &owner.name, decided })
    }
}

impl LeverView<'_> {
    /// What turning it means: in this corridor if it says so, else in any.
    pub fn meaning(&self) -> &str {
        self.spec.doc.as_deref().unwrap_or(self.info.doc)
    }

    /// Lowest and highest setting, with the unit.
    pub fn bounds(&self) -> String {
        let [low, high] = self.spec.bounds.get();
        format!("{low} to {high}{}", self.unit())
    }

    /// Its unit after a blank; nothing for a pure number.
    fn unit(&self) -> String {
        if self.info.unit == "1" { String::new() } else { format!(" {}", self.info.unit) }
    }

    /// When it acts after it is turned.
    pub fn delay(&self) -> String {
        match self.spec.delay_months() {
            0 => "at once".to_owned(),
            1 => "after 1 month".to_owned(),
            months => format!("after {months} months"),
        }
    }

    /// What holds as long as nobody turns it.
    pub fn untouched(&self) -> String {
        match self.info.neutral {
            Some(neutral) => format!("as at {neutral}{}", self.unit()),
            None if self.decided => "the model decides".to_owned(),
            None => {
                "as the scenario has it: in a corridor without politics nobody decides".to_owned()
            }
        }
    }

    /// Where outcomes go when it is turned from low to high.
    pub fn effects(&self) -> String {
        let moves = self.spec.moves.iter();
        let moves = moves.map(|m| format!("{} {}", *m.outcome, m.direction.name()));
        moves.collect::<Vec<_>>().join(", ")
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let Lever { id, owner, bounds, cost, source, moves, .. } = self.spec;
        let source: Vec<&str> = source.iter().map(|s| s.get().as_str()).collect();
        let moves: Vec<Value> = moves
            .iter()
            .map(|m| json!({"outcome": m.outcome.get(), "direction": m.direction.name()}))
            .collect();
        json!({
            "id": id.get(), "owner": owner.get(), "owner_name": self.owner,
            "kind": self.info.name, "unit": self.info.unit, "bounds": bounds.get(),
            "delay_months": self.spec.delay_months(), "neutral": self.info.neutral,
            "description": self.meaning(), "cost": cost, "moves": moves, "source": source,
        })
    }
}
