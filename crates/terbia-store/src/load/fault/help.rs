//! How is each fault mended? One text beside the list of faults.

use super::Fault;
use crate::load::index::home;
use crate::load::scenario::PARENT;
use terbia_model::kernel::time::Month;

/// "one, two or three", cut short when long.
fn list(known: &[String]) -> String {
    const SHOWN: usize = 12;
    match known {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [all @ .., last] if known.len() <= SHOWN => format!("{} or {last}", all.join(", ")),
        _ => format!("{}, … ({} in all)", known[..SHOWN].join(", "), known.len()),
    }
}

/// What is written without quotation marks.
fn plain(expected: &str) -> bool {
    matches!(expected, "a number" | "a whole number" | "true or false")
}

/// What a corridor of a comparison is called that is neither bundled nor a folder.
pub(crate) const COMPARED: &str = "corridor to compare";

/// The key by which a comparison finds a folder.
fn folder_key(path: &str) -> String {
    let from_here = if path.starts_with(['.', '/', '~']) { "" } else { "./" };
    format!("folder = \"{from_here}{path}\", its path from the folder of this file on")
}

/// An id like `id` that can be part of a path; empty if there is none.
fn mended(id: &str) -> String {
    let words = id.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    let words: Vec<String> = words.filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let mended = words.join("-").trim_start_matches(['-', '_']).to_owned();
    if id.is_ascii() && id.len() <= 40 { mended } else { String::new() }
}

fn near_or_list(near: Option<&String>, known: &[String], kind: &str) -> String {
    match near {
        Some(near) => format!("did you mean '{near}'?"),
        None if kind == PARENT && known.is_empty() => {
            "take out 'based_on': no other scenario can be its parent".to_owned()
        }
        None if kind == PARENT => format!("take out 'based_on', or name {}", list(known)),
        None if kind == "outcome" && known.is_empty() => {
            "all outcomes stand on the page \"Outcomes\" of the book".to_owned()
        }
        None if kind == "outcome" => {
            format!("known: {}; all stand on the page \"Outcomes\" of the book", list(known))
        }
        None if known.is_empty() && matches!(kind, "number" | "parameter") => {
            "`terbia explain CORRIDOR levy` lists those of the module 'levy', and so for the others; \
             those of the corridor are named like 'gate.<id>.capacity_t_per_month'"
                .to_owned()
        }
        None if known.is_empty() => {
            format!("there is no {kind} yet; add one, or take out what names it")
        }
        None => format!("known: {}", list(known)),
    }
}

impl Fault {
    /// The fault of a `month` outside the corridor's `period`.
    pub(crate) fn outside(what: String, month: Month, period: (Month, Month)) -> Self {
        let (start, end) = (period.0.to_string(), period.1.to_string());
        Self::OutsidePeriod { what, month: month.to_string(), start, end }
    }

    /// How to mend it.
    pub fn help(&self) -> String {
        match self {
            Self::UnknownKey { near, known, .. } | Self::UnknownWord { near, known, .. } => {
                near_or_list(near.as_ref(), known, "key")
            }
            Self::UnknownId { kind: COMPARED, id, near: None, known } => format!(
                "bundled: {}; for a folder of your own write below its id {}",
                known.join(", "),
                folder_key(id)
            ),
            Self::UnknownId { kind, near, known, .. } => near_or_list(near.as_ref(), known, kind),
            Self::UnknownSource { near: Some(near), .. }
            | Self::NotInCorridor { near: Some(near), .. } => format!("did you mean '{near}'?"),
            Self::KeyMissing { key, doc, .. } if doc.is_empty() => format!("add '{key}'"),
            Self::KeyMissing { key, doc, .. } => format!("add '{key}': {doc}"),
            Self::WrongType { key, found: "a date", .. } => {
                format!("write '{key}' in quotation marks")
            }
            Self::WrongType { expected, .. } if expected == PEDIGREE => {
                "write { value = …, unit = \"…\", range = [ …, … ], grade = \"…\", source = [ … ] }"
                    .to_owned()
            }
            Self::WrongType { key, found: "a number", expected } if expected == "a text" => {
                format!("write '{key}' in quotation marks")
            }
            Self::WrongType { found: "a text", expected, .. } if plain(expected) => {
                format!("write {expected}, without quotation marks")
            }
            Self::WrongType { expected, .. } => format!("write {expected}"),
            Self::FileMissing { near: Some(near), .. } => {
                format!("there is '{near}': give it the name that is expected")
            }
            Self::FileMissing { mend, .. }
            | Self::Empty { mend }
            | Self::NotUtf8 { mend, .. }
            | Self::Syntax { mend, .. }
            | Self::OutOfPlace { mend, .. } => (*mend).to_owned(),
            Self::SeriesMissing { id, unit } => {
                format!("add a [[series]] with id = \"{id}\" and unit = \"{unit}\"")
            }
            Self::WrongUnit { expected, .. } => {
                format!("convert value and range, and write unit = \"{expected}\"")
            }
            Self::MeasureUnit(other) => other.mend.clone(),
            Self::BadId { kind: "corridor", id } if id.contains(['/', '\\']) => {
                let name = id.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("mine");
                format!("write id = \"{name}\", and below it {}", folder_key(id))
            }
            Self::BadDate { expected, example, .. } => {
                format!("write {expected}, for example {example}")
            }
            Self::WrongRole { role, .. } => format!("give it role = \"{role}\", or name another"),
            Self::Needed { key, .. } => format!("add '{key}'"),
            Self::NoneNamed { kind, .. } => format!("name at least one {kind}"),
            Self::CellMissing { corridor, .. } => format!(
                "give the row a measure for all, or write in.{corridor} = {{ … }}, at least with none = \"why not\""
            ),
            Self::NotInCorridor { corridor, .. } | Self::StandsStill { corridor, .. } => format!(
                "write in.{corridor} = {{ … }} with another measure, a number, a stated range, or none = \"why not\""
            ),
            Self::NoHolder { id } => format!("add it to [start_state] holders: {id} = \"…\""),
            Self::BadId { id, .. } => {
                let words = "use letters, digits, '-' and '_', beginning with a letter or digit";
                let mended = mended(id);
                if mended.is_empty() {
                    words.to_owned()
                } else {
                    format!("{words}: '{mended}', say")
                }
            }
            Self::UnknownSource { key, near: None } => match home(key) {
                Some(file @ "evidence/assumptions.toml") => {
                    format!("add it to {file}, or cite another")
                }
                Some(file) => {
                    format!("add it to {file}; or cite another, or an assumption if it is a guess")
                }
                None => self.fixed_help().to_owned(),
            },
            _ => self.fixed_help().to_owned(),
        }
    }

    /// The mend, where it does not depend on what was found.
    fn fixed_help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check that it is a plain file and that you may read it",
            Self::TooLarge { .. } => "a corridor's files are small; is this the right folder?",
            Self::Misfit { .. } => "`terbia schema` prints what each file may hold",
            Self::WrongLength { .. } => "add or remove entries",
            Self::Control { .. } => "take it out: it cannot be read, and terminals obey it",
            Self::NotFinite { .. } => "write an ordinary number",
            Self::NotCount { .. } => "write a count such as 200",
            Self::TooManyDigits { .. } => "write it with an exponent, such as 1e20",
            Self::UnknownFormat { .. } => "this version of terbia reads format = 1",
            Self::DuplicateId { .. } => "give one of the two another id",
            Self::OutOfBounds { .. } => "mend the value, its range or its unit",
            Self::SharesAboveOne { .. } => "lower one of them",
            Self::SourceMissing { .. } => {
                "cite a source, an observation, a fact, an event, or the assumption that says it is a guess"
            }
            Self::UnknownSource { .. } => {
                "add it to evidence/sources.toml, or to assumptions.toml if it is a guess; or cite an \
                 observation, event or fact"
            }
            Self::TwiceNamed { .. } => "name it once",
            Self::NotOnSide { .. } => "add it to 'members' of that side, or name one of them",
            Self::LeverOutOfBounds { .. } => {
                "stay inside the bounds; if they are too narrow, widen them where the lever is given"
            }
            Self::LeverBounds { .. } => "write bounds = [low, high] within that, low first",
            Self::OutsidePeriod { .. } => "name a month of the corridor, or extend it",
            Self::EndsBeforeStart { .. } => {
                "let it end after it begins; 'until' of an event is the first day on which it no longer holds"
            }
            Self::BeforeStart { .. } => "move the event, or the start of the corridor",
            Self::TooLong { .. } => "bring the end forward",
            Self::AnnouncedLate { .. } => "leave 'announced' out if nobody was told beforehand",
            Self::NoPoints { .. } => "add at least one point, [\"2020-01\", 1.0]",
            Self::UnsortedMonths { .. } => "put the points in order of time, each month once",
            Self::CutOff { .. } => "add the road, or set mines = false",
            Self::GateOffRoad { .. } => "add a [[road]] to it, or delete the gate",
            Self::RoadLoop { .. } => "name two different places",
            Self::RiverCycle { .. } => "leave 'to' out at the mouth",
            Self::ScenarioCycle { .. } => "leave 'based_on' out of one of them",
            Self::SetOutOfRange { .. } => {
                "stay inside the range; if it is too narrow, widen it where the number is given, with a source"
            }
            Self::Uncovered { .. } => {
                "add a [[target]] that measures it, or a [[context]] that says why nothing does"
            }
            Self::CoversNothing => {
                "delete it, or mend its 'match' or 'ids'; an earlier rule may take all"
            }
            Self::TwoDiscrepancies { .. } => {
                "name the outcome in one place only: it can drift one way"
            }
            Self::MatchOrIds { .. } => "say either match = { … } or ids = [ … ]",
            Self::NoLever { .. } => {
                "write \"lever.ID@YYYY-MM\" = …, with a lever that `terbia levers` lists; hold a number in all policies alike with [[uncertainty]] path and range"
            }
            Self::TooManyPolicies { .. } => "take fewer settings of a lever, or fewer levers",
            Self::AfterStudy { .. } => "move 'until' of the study, or the window of the measure",
            Self::CellKinds { .. } => "keep one of them, and say the rest in 'note'",
            Self::CorridorCount { .. } => {
                "name as many with [[corridor]], each with an id of its own"
            }
            Self::Separator { .. } => {
                "in a spreadsheet save as \"CSV UTF-8 (comma delimited)\", with a point in numbers, not a comma"
            }
            Self::BadRow { .. } => {
                "give every row as many cells as the header; quote cells with commas"
            }
            Self::NoRows => "write a row for each figure below the header",
            Self::OtherContent { .. } => {
                "keep the row that holds; two that both hold need ids of their own"
            }
            Self::BadCell { .. } => {
                "write a plain number with a decimal point, or leave the cell empty"
            }
            // The others say how they are mended, here or in the fault itself.
            _ => "",
        }
    }
}

/// The article of a kind of thing.
pub(super) fn article(kind: &str) -> &'static str {
    if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// What was found, in words.
pub(super) fn listed(found: &[&'static str]) -> String {
    if found.is_empty() { "none of them".to_owned() } else { found.join(" and ") }
}

/// What a number with its pedigree is called.
pub(crate) const PEDIGREE: &str = "a number with unit, grade and source";
