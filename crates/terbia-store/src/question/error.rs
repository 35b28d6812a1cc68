//! Why can a question not be answered, and what should the user do about it?

use crate::load::{CompileError, Problem};
use crate::output::{Difference, OutputError};
use crate::posterior::PosteriorError;
use miette::Diagnostic;
use std::path::PathBuf;
use terbia_lab::measure::MeasureError;

/// Most runs of one study, all scenarios and policies together.
pub const MOST_RUNS: u64 = 200_000_000;

/// Why a study cannot be run, kept or read.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum QuestionError {
    /// No study bears the name.
    #[error("there is no study '{name}'")]
    #[diagnostic(code(terbia::study::unknown), help("{}", meant(near.as_ref(), known)))]
    Unknown {
        /// The name.
        name: String,
        /// A study that it may stand for.
        near: Option<String>,
        /// All studies.
        known: Vec<String>,
    },
    /// The file of a study cannot be read.
    #[error("{} cannot be read", path.display())]
    #[diagnostic(
        code(terbia::study::file),
        help("give the name of one of the corridor's studies/, or the path of a file")
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file of a study has faults.
    #[error("the study '{name}' cannot be run as it stands")]
    #[diagnostic(code(terbia::study::faults))]
    Invalid {
        /// The file.
        name: String,
        /// All that is wrong.
        #[related]
        problems: Vec<Problem>,
    },
    /// The corridor does not compile.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Compile(#[from] CompileError),
    /// The posterior does not fit the corridor.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Posterior(#[from] PosteriorError),
    /// The study asks for a posterior, and none is given.
    #[error("the study '{name}' is meant for a posterior")]
    #[diagnostic(
        code(terbia::study::posterior),
        help("give --posterior DIR, as `terbia calibrate` wrote it, or delete `posterior = true`")
    )]
    NoPosterior {
        /// The study.
        name: String,
    },
    /// A number has a range in the study and a value in every particle.
    #[error("the study gives {path} a range, but the posterior knows it already")]
    #[diagnostic(
        code(terbia::study::believed),
        help(
            "delete the [[uncertainty]], hold the number with a range of one value, or leave out --posterior"
        )
    )]
    Believed {
        /// The number.
        path: String,
    },
    /// The results cannot be kept or read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] OutputError),
    /// A measure cannot be taken.
    #[error(transparent)]
    #[diagnostic(code(terbia::study::measure), help("run `terbia check` on the corridor"))]
    Measure(#[from] MeasureError),
    /// There is nothing to run.
    #[error("a study needs at least one member")]
    #[diagnostic(code(terbia::study::members), help("give --members 1 or more"))]
    NoMembers,
    /// More runs than one folder should hold.
    #[error("{members} members under {cases} policies and scenarios are {} runs; {} can be made at once", u64::from(*members) * *cases as u64, MOST_RUNS)]
    #[diagnostic(
        code(terbia::study::too_many),
        help("give --members {} or fewer", MOST_RUNS / *cases as u64)
    )]
    TooMany {
        /// Members.
        members: u32,
        /// Scenarios times policies.
        cases: usize,
    },
    /// A part of a study whose number of members is not known beforehand.
    #[error("a study that goes on until a difference is known closely enough has no parts")]
    #[diagnostic(
        code(terbia::study::open_ended),
        help("give --members N with --shard: then it has that many and no more")
    )]
    OpenEnded,
    /// The user stopped it; what was finished is kept.
    #[error("stopped after {finished} of {runs} runs; they are kept in {}", dir.display())]
    #[diagnostic(code(terbia::study::stopped), help("repeat the command with --resume to go on"))]
    Stopped {
        /// Runs that are kept.
        finished: u64,
        /// Runs asked for.
        runs: u64,
        /// Where.
        dir: PathBuf,
    },
    /// The user stopped runs of which nothing is kept.
    #[error("stopped after {finished} of {runs} runs; nothing is kept of them")]
    #[diagnostic(code(terbia::why::stopped), help("repeat the command; --members N takes fewer"))]
    Abandoned {
        /// Runs that were finished.
        finished: u64,
        /// Runs asked for.
        runs: u64,
    },
    /// A name that the study does not have.
    #[error("the study has no {kind} '{name}'")]
    #[diagnostic(code(terbia::why::unknown), help("{}", near.as_ref().map_or_else(|| format!("known: {}", known.join(", ")), |near| format!("did you mean '{near}'?"))))]
    NotInStudy {
        /// Scenario, policy or outcome.
        kind: &'static str,
        /// The name.
        name: String,
        /// A name that it may stand for.
        near: Option<String>,
        /// All names of the kind.
        known: Vec<String>,
    },
    /// The model's list of loops contradicts itself.
    #[error(transparent)]
    #[diagnostic(
        code(terbia::why::loops),
        help("this is a bug of the program: report it with its version")
    )]
    Loops(Box<terbia_model::loops::LoopError>),
    /// The user stopped it after the runs of the study, while it was looked for what decides.
    #[error("stopped while looking for what decides; the runs of the study are kept")]
    #[diagnostic(code(terbia::study::stopped), help("repeat the command to go on"))]
    StoppedLooking,
    /// The study has no section of a search.
    #[error("the study '{name}' does not say what to search for")]
    #[diagnostic(
        code(terbia::search::none),
        help(
            "add [search] with two objectives or more, and a [[search.lever]] for each lever that may be turned"
        )
    )]
    NoSearch {
        /// The study.
        name: String,
    },
    /// Too little to search with.
    #[error("a search with {given} {what}; it takes {least} or more")]
    #[diagnostic(code(terbia::search::too_few), help("give --{what} {least} or more"))]
    TooFew {
        /// What there is too little of.
        what: &'static str,
        /// What was given.
        given: u32,
        /// What it takes.
        least: u32,
    },
    /// Nothing that is turned moves more than one objective.
    #[error("none of {tried} portfolios moves {}", still.join(", "))]
    #[diagnostic(
        code(terbia::search::still),
        help(
            "a search needs two objectives that its levers move: name others, or levers that move these (`terbia levers` says which)"
        )
    )]
    Still {
        /// The objectives.
        still: Vec<String>,
        /// Portfolios that were tried.
        tried: usize,
    },
    /// No portfolio has a number for every objective in every future.
    #[error("objectives lack a number: {}", lacking(*tried))]
    #[diagnostic(
        code(terbia::search::no_front),
        help(
            "run `terbia study` first and see which outcome has no value and which runs diverge; look at bounds of levers and windows of outcomes"
        )
    )]
    NoFront {
        /// Portfolios that were tried; 0 if it is the reference that has no numbers.
        tried: usize,
    },
    /// A folder for a search holds something.
    #[error("{} is not empty", dir.display())]
    #[diagnostic(
        code(terbia::search::taken),
        help("give another folder with --out: nothing is written over")
    )]
    Taken {
        /// The folder.
        dir: PathBuf,
    },
    /// The machinery of the search refuses.
    #[error(transparent)]
    #[diagnostic(
        code(terbia::search::machinery),
        help("look at low, high and step of each [[search.lever]]")
    )]
    Search(#[from] terbia_lab::search::SearchError),
    /// The user stopped a search.
    #[error("the search is stopped; nothing is kept of it")]
    #[diagnostic(
        code(terbia::search::stopped),
        help("repeat the command; --members, --population or --generations make it shorter")
    )]
    StoppedSearching,
    /// The text of the study in a folder of results cannot be read.
    #[error("the study in {} cannot be read again: {what}", dir.display())]
    #[diagnostic(code(terbia::study::text), help("run it again with this version of terbia"))]
    Text {
        /// The folder.
        dir: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A folder does not hold the results of a study.
    #[error("{} holds no results of a study", dir.display())]
    #[diagnostic(
        code(terbia::study::no_results),
        help("give the folder that `terbia study` wrote; it holds a manifest.json")
    )]
    NoResults {
        /// The folder.
        dir: PathBuf,
    },
    /// There is no search in a folder.
    #[error("{} holds no results of a search", dir.display())]
    #[diagnostic(
        code(terbia::report::no_search),
        help("give the folder that `terbia search` wrote; it holds a search.json")
    )]
    NotSearched {
        /// The folder.
        dir: PathBuf,
    },
    /// A search is of another study, or of another corridor or state of it.
    #[error("the search in {} is of the study '{searched}', not of '{study}' as it was run", dir.display())]
    #[diagnostic(
        code(terbia::report::other_search),
        help(
            "run `terbia search` again for the study as its file stands, or report the study that was searched"
        )
    )]
    OtherSearch {
        /// The folder.
        dir: PathBuf,
        /// Name of the study that is reported.
        study: String,
        /// Name of the study that was searched.
        searched: String,
    },
    /// A folder holds a run and not a study.
    #[error("{} holds a run, not a study", dir.display())]
    #[diagnostic(
        code(terbia::study::is_run),
        help(
            "the report of a run is report.html in its folder; a study comes from `terbia study`"
        )
    )]
    IsRun {
        /// The folder.
        dir: PathBuf,
    },
    /// The study in a folder is not finished.
    #[error("the study in {} is not finished", dir.display())]
    #[diagnostic(
        code(terbia::study::unfinished),
        help("go on with it: repeat the command in its manifest.json with --resume")
    )]
    Unfinished {
        /// The folder.
        dir: PathBuf,
    },
    /// A folder to be merged holds a whole study.
    #[error("{} holds a whole study, not a part of one", dir.display())]
    #[diagnostic(
        code(terbia::study::whole),
        help("leave it out; parts are what `terbia study --shard 1/4` and so on write")
    )]
    Whole {
        /// The folder.
        dir: PathBuf,
    },
    /// Parts of different studies.
    #[error("{} and {} are parts of different studies:{}", first.display(), dir.display(), listed(differences))]
    #[diagnostic(
        code(terbia::study::different),
        help("run the one that is wrong again, with the command of the other's manifest.json")
    )]
    Different {
        /// The first folder.
        first: PathBuf,
        /// The one that differs.
        dir: PathBuf,
        /// The fields that differ.
        differences: Vec<Difference>,
    },
    /// A part that is given twice.
    #[error("part {shard} is in {} and in {}", first.display(), second.display())]
    #[diagnostic(code(terbia::study::doubled), help("leave one of the two folders out"))]
    Doubled {
        /// The part, such as "2/4".
        shard: String,
        /// A folder that holds it.
        first: PathBuf,
        /// Another one.
        second: PathBuf,
    },
    /// Parts that are not given.
    #[error("parts are missing: {}", missing.join(", "))]
    #[diagnostic(
        code(terbia::study::missing),
        help("run them with `terbia study --shard`, or name their folders too")
    )]
    Missing {
        /// The parts, such as "2/4".
        missing: Vec<String>,
    },
}

impl QuestionError {
    /// Whether the user stopped it, which is no failure.
    pub fn stopped(&self) -> bool {
        matches!(
            self,
            Self::Stopped { .. }
                | Self::Abandoned { .. }
                | Self::StoppedLooking
                | Self::StoppedSearching
        )
    }
}

fn lacking(tried: usize) -> String {
    match tried {
        0 => "the reference has one for all of them in no future".to_owned(),
        tried => format!("each of {tried} portfolios in some future in which the reference has it"),
    }
}

fn meant(near: Option<&String>, known: &[String]) -> String {
    match near {
        Some(near) => format!("did you mean '{near}'?"),
        None if known.is_empty() => {
            "the corridor has no studies yet; the path of a file ends with .toml".to_owned()
        }
        None => format!("known: {}; the path of a file ends with .toml", known.join(", ")),
    }
}

fn listed(differences: &[Difference]) -> String {
    let line = |d: &Difference| format!("\n  {}: {}, {}", d.field, d.kept, d.asked);
    differences.iter().map(line).collect()
}
