//! In which order are faults found? In rounds: each looks at what those before it could read.

use super::stray::Stray;

/// A round of checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Round {
    /// Which files there are, and whether each has the form of its kind.
    #[default]
    Form,
    /// Names, numbers, dates and sources.
    Content,
    /// What needs a corridor that compiles: outcomes, settings, studies.
    Use,
}

impl Round {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Form, Self::Content, Self::Use];

    /// What it looks at, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Form => "files, keys and types",
            Self::Content => "names, numbers, dates and sources",
            Self::Use => "outcomes, settings and studies",
        }
    }
}

/// What checks of a folder with faults know besides the faults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// What was not looked at.
    pub unseen: Vec<Unseen>,
    /// Files that could not be looked into, or not to their end: there may be more faults in them.
    pub closed: Vec<String>,
    /// Files of evidence that are not there, though some corridors have them.
    pub absent: Vec<&'static str>,
    /// Files that nothing reads.
    pub strays: Vec<Stray>,
}

/// Something that was not looked at, since what it needs is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// Names, numbers and dates of the corridor and its scenarios: `corridor.toml` has not its form.
    Content,
    /// Whether sources that are cited exist: some file of evidence cannot be read.
    Sources,
    /// Names of scenarios, in checks and studies too: some scenario cannot be read.
    Scenarios,
    /// Outcomes, settings and studies: the corridor does not compile.
    Use,
}

impl Unseen {
    /// What was not looked at, and why.
    pub fn why(self) -> &'static str {
        match self {
            Self::Content => {
                "2 rounds have not run yet for corridor, scenarios and studies, since corridor.toml has not \
                 its form."
            }
            Self::Sources => {
                "Whether cited sources exist is not known yet, since a file of evidence/ cannot be read."
            }
            Self::Scenarios => {
                "Checks and studies have not been looked at yet, since a file of scenarios/ has not its form."
            }
            Self::Use => {
                "Round 3 (outcomes, settings, studies) waits for a corridor that compiles."
            }
        }
    }
}
