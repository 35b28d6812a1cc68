//! How does a corridor come from files into a run? Read, checked as a whole, compiled.
//!
//! Reading order: `files` (bytes to text), `structure` and `table` (text to spec types), the
//! checks (`corridor`, `scenario`, `evidence`, `target`), `fields` (which numbers there
//! are), `compile` and `timeline` (spec types to a corridor that runs; `happening` says which
//! events happen, `lever` which levers are turned). Every fault is one of [`Fault`], and all of
//! them are reported at once.

mod comparison;
mod compile;
mod corridor;
mod discrepancy;
mod error;
pub(crate) mod evidence;
mod excerpt;
mod expectation;
mod fault;
mod fields;
pub(crate) mod files;
mod forecast;
mod happening;
mod index;
mod lever;
mod names;
mod number;
mod origin;
pub(crate) mod problem;
mod round;
mod scenario;
mod set;
mod stray;
pub(crate) mod structure;
mod study;
pub(crate) mod table;
mod target;
pub(crate) mod time;
mod timeline;

pub use error::{CompileError, LoadError};
pub use evidence::{Covered, Evidence};
pub use fault::Fault;
pub use files::{File, LARGEST_FILE_BYTES};
pub use origin::{Given, OriginError};
pub use problem::Problem;
pub use round::{Round, Sight, Unseen};
pub use scenario::{Scenarios, Sheet};
pub use set::{SetError, set};
pub use stray::Stray;
pub use study::Studies;
pub use target::{matched, units_taken};

pub(crate) use comparison::{Ground, absent, ended, lasted, read as read_comparison, studies};
pub(crate) use evidence::{EVENTS, OBSERVATIONS};
pub use happening::AsOf;
pub(crate) use happening::Happening;
pub(crate) use index::home;
pub(crate) use lever::{path as lever_path, turn as lever_turn};
pub(crate) use names::nearest;
pub(crate) use study::matches;
pub(crate) use time::period;

use crate::bundled;
use crate::spec::{Check, CorridorFile, Num, Parameters, Scenario, Study};
use compile::Parts;
use files::{Origin, Reader};
use happening::Known;
use index::{Index, Keys, Kind};
use problem::Problems;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;
use terbia_model::config::Corridor;
use terbia_model::kernel::param::Definition;
use terbia_model::outcome::Column;
use terbia_model::{module, outcome};

/// A corridor with all that its folder holds, checked.
#[derive(Debug)]
pub struct Project {
    /// Short name: that of the folder, or of the bundled corridor.
    pub id: String,
    /// Compiled for the default scenario over the whole period.
    pub corridor: Corridor,
    /// What `corridor.toml` says.
    pub spec: CorridorFile,
    /// What `parameters.toml` says.
    pub parameters: Parameters,
    /// What is known.
    pub evidence: Evidence,
    /// What may come, by name.
    pub scenarios: Scenarios,
    /// Patterns that the model must show.
    pub checks: Vec<Sheet<Check>>,
    /// What is asked, by name.
    pub studies: Studies,
    /// Files in the folder that nothing reads.
    pub strays: Vec<Stray>,
    /// Every file that was read.
    pub texts: Vec<File>,
    /// SHA-256, in hexadecimal, of the names and texts of all files but studies: a question changes
    /// nothing that is asked.
    pub sha256: String,
    modules: Vec<Definition>,
}

/// A scenario, ready to run.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The corridor with the events of the scenario. A number that the scenario sets has that value
    /// here, but keeps its prior: it is held by `fixed`, so that it takes no draw from another.
    pub corridor: Corridor,
    /// Numbers held at a value, parallel to the corridor's numbers.
    pub fixed: Vec<Option<f64>>,
}

impl Project {
    /// Loads the bundled corridor of this name, or the folder of this path or of the file that it
    /// names; says everything that
    /// is wrong with it.
    pub fn load(name_or_path: &str) -> Result<Self, LoadError> {
        let path = Path::new(name_or_path);
        if let Some(folder) = folder_of_file(path) {
            return Self::load_folder(folder);
        }
        let bundled = bundled::find(name_or_path);
        if name_or_path.contains(['/', '\\']) || (bundled.is_none() && path.is_dir()) {
            return Self::load_folder(path);
        }
        let Some(bundle) = bundled else {
            return Err(LoadError::unknown(name_or_path));
        };
        Self::build(bundle.id, Origin::Bundled(bundle))
    }

    /// The path of a folder of the same name that [`Project::load`] would not read, since a bundled corridor
    /// has the name.
    pub fn shadowed(name_or_path: &str) -> Option<String> {
        let there = || Path::new(name_or_path).join("corridor.toml").is_file();
        (bundled::find(name_or_path).is_some() && there()).then(|| format!("./{name_or_path}"))
    }

    /// Loads the corridor in `folder`.
    pub fn load_folder(folder: &Path) -> Result<Self, LoadError> {
        if !folder.is_dir() {
            return Err(LoadError::NoFolder { path: folder.to_owned() });
        }
        let name = folder.canonicalize().ok();
        let name = name.as_deref().and_then(Path::file_name).and_then(|n| n.to_str());
        Self::build(name.unwrap_or("corridor"), Origin::Folder(folder.to_owned()))
    }

    fn build(id: &str, origin: Origin) -> Result<Self, LoadError> {
        let modules = module::definitions().map_err(LoadError::Modules)?;
        let mut problems = Problems::default();
        let strays = match &origin {
            Origin::Folder(folder) => stray::found(folder),
            Origin::Bundled(_) => Vec::new(),
        };
        let mut draft = Draft::read(Reader::new(origin, &mut problems));
        problems.enter(Round::Content);
        draft.check(&modules, &mut problems);
        problems.enter(Round::Use);
        let default = draft.spec.as_ref().map(|s| s.scenario.get().clone()).unwrap_or_default();
        let corridor = draft.compile(id, &default, &modules);
        if let Some(corridor) = &corridor {
            let names = outcome::columns(corridor);
            let outcomes = Kind::new("outcome", names.iter().map(|c| c.name.as_str()));
            let Draft { evidence, files, checks, .. } = &draft;
            target::check_measures(evidence, files, checks, &outcomes, &mut problems);
            discrepancy::check_outcomes(evidence, files, &outcomes, &mut problems);
            draft.check_outcomes(&outcomes, &mut problems);
            draft.check_sets(id, &modules, &mut problems);
            draft.check_studies(id, &names, &modules, &mut problems);
        }
        if !problems.is_empty() {
            let sight = Box::new(Sight {
                unseen: draft.unseen(corridor.is_some()),
                closed: problems.closed().to_vec(),
                absent: draft.files.absent(),
                strays,
            });
            let problems = problems.into_sorted();
            return Err(LoadError::Invalid { id: id.to_owned(), problems, sight });
        }
        let (Some(mut corridor), Some(spec)) = (corridor, draft.spec.take()) else {
            return Err(LoadError::Uncompiled { id: id.to_owned() });
        };
        let mut texts = draft.texts();
        texts.sort_by_key(File::order);
        let mut project = Self {
            id: id.to_owned(),
            sha256: hash(texts.iter().filter(|f| !f.name().starts_with(STUDIES))),
            spec,
            parameters: draft.parameters,
            evidence: draft.evidence,
            scenarios: draft.scenarios,
            checks: draft.checks,
            studies: draft.studies,
            strays,
            texts,
            modules,
            corridor: corridor.clone(),
        };
        project
            .hold(&default, &mut corridor)
            .map_err(|_| LoadError::Uncompiled { id: id.to_owned() })?;
        project.corridor = corridor;
        Ok(project)
    }

    /// Name of the scenario that runs when none is named.
    pub fn default_scenario(&self) -> &str {
        &self.spec.scenario
    }

    /// Number of months from the first to the last of the corridor.
    pub fn months(&self) -> usize {
        self.corridor.months
    }

    /// Compiles `scenario` over `months` (the whole period if none), with more numbers held at a
    /// value, and levers turned, by path: `lever.ID@YYYY-MM` from that month on, `lever.ID` from
    /// the first.
    pub fn compile(
        &self,
        scenario: &str,
        months: Option<usize>,
        sets: &[(String, f64)],
    ) -> Result<Compiled, CompileError> {
        self.compile_as_of(None, scenario, months, sets)
    }

    /// The same with what was known at the end of a month: the record drives the model up to it, as
    /// up to a scenario's own `replay_until`. If the record goes on beyond that month, nothing that
    /// it says of later ones acts either: no exogenous event, no lever, no point of a series. What is
    /// under way keeps its end. Only the politics of later months may be given all the same
    /// ([`AsOf::politics`]).
    pub fn compile_as_of(
        &self,
        as_of: Option<AsOf>,
        scenario: &str,
        months: Option<usize>,
        sets: &[(String, f64)],
    ) -> Result<Compiled, CompileError> {
        if !self.scenarios.contains_key(scenario) {
            return Err(CompileError::unknown(scenario, self.scenarios.keys()));
        }
        let limit = corridor::LONGEST_MONTHS as usize;
        if let Some(months) = months.filter(|m| !(1..=limit).contains(m)) {
            return Err(CompileError::Months { months, limit });
        }
        for (path, value) in sets.iter().filter(|(path, _)| lever::is_turn(path)) {
            lever::turn(&self.spec, path, *value).map_err(SetError)?;
        }
        let parts = (&self.spec, &self.parameters, &self.scenarios);
        let mut corridor =
            compiled(&self.id, parts, (scenario, sets, as_of), months, &self.modules)
                .ok_or_else(|| CompileError::Unfit { scenario: scenario.to_owned() })?;
        let mut fixed = self.hold(scenario, &mut corridor)?;
        for (path, value) in sets.iter().filter(|(path, _)| !lever::is_turn(path)) {
            set(&corridor, &mut fixed, path, *value)?;
        }
        keep(&mut corridor, &fixed);
        Ok(Compiled { corridor, fixed })
    }

    /// The numbers of the modules, as no corridor has changed them.
    pub(crate) fn modules(&self) -> &[Definition] {
        &self.modules
    }

    /// Reads a study that is not one of the corridor's: the text of a file named `name`.
    pub fn study(&self, name: &str, text: String) -> Result<Sheet<Study>, Vec<Problem>> {
        let mut problems = Problems::default();
        let file = File::new(0, name, text);
        let spec = structure::parse::<Study>(&file, &mut problems);
        let sheet = spec.map(|spec| Sheet { file, spec });
        if let Some(sheet) = &sheet {
            self.check_study(sheet, &mut problems);
        }
        match sheet {
            Some(sheet) if problems.is_empty() => Ok(sheet),
            _ => Err(problems.into_sorted()),
        }
    }

    /// Notes everything that is wrong with a study that is asked of the corridor.
    fn check_study(&self, sheet: &Sheet<Study>, problems: &mut Problems) {
        let columns = outcome::columns(&self.corridor);
        let parts = (&self.spec, &self.parameters, &self.scenarios);
        let compile =
            |scenario: &str| compiled(&self.id, parts, (scenario, &[], None), None, &self.modules);
        let (spec, scenarios) = (&self.spec, &self.scenarios);
        let ground = study::Ground { spec, scenarios, columns: &columns, compile: &compile };
        study::check(sheet, &ground, problems);
    }

    /// SHA-256, in hexadecimal, of the names and texts of the files of evidence alone.
    pub fn evidence_sha256(&self) -> String {
        hash(self.texts.iter().filter(|f| f.name().starts_with("evidence/")))
    }

    /// Whether `path` names a number of a module rather than of the corridor.
    pub(crate) fn is_parameter(&self, path: &str) -> bool {
        self.modules.iter().any(|d| d.path == path)
    }

    /// Last month that the record drives in a scenario, if it says so.
    pub(crate) fn driven_until(&self, scenario: &str) -> Option<terbia_model::kernel::time::Month> {
        happening::replay_until(&scenario::chain(&self.scenarios, scenario).ok()?)
    }

    /// What happens in `scenario`, from the root of its chain to itself.
    pub(crate) fn happenings<'a>(&'a self, scenario: &'a str) -> Vec<Happening<'a>> {
        let chain = scenario::chain(&self.scenarios, scenario).unwrap_or_default();
        happening::happenings(&chain, Known::default()).unwrap_or_default()
    }

    /// The numbers that the scenario and those it is based on hold, and the settings of levers.
    fn hold(&self, scenario: &str, corridor: &mut Corridor) -> Result<Vec<Option<f64>>, SetError> {
        let turned = |d: &Definition| lever::is_turn(&d.path).then_some(d.value);
        let mut fixed: Vec<Option<f64>> = corridor.numbers.iter().map(turned).collect();
        for sheet in scenario::chain(&self.scenarios, scenario).unwrap_or_default() {
            for (path, value) in sheet.spec.set.iter().filter(|(path, _)| !lever::is_turn(path)) {
                set(corridor, &mut fixed, path, *value.get())?;
            }
        }
        keep(corridor, &fixed);
        Ok(fixed)
    }
}

/// The corridor's folder, if `path` is a file in it: a file is only right among the others.
fn folder_of_file(path: &Path) -> Option<&Path> {
    let in_folder = |folder: &&Path| folder.join("corridor.toml").is_file();
    path.is_file().then(|| path.ancestors().skip(1).take(2).find(in_folder))?
}

/// Shows the held values as the best ones.
fn keep(corridor: &mut Corridor, fixed: &[Option<f64>]) {
    for (definition, value) in corridor.numbers.iter_mut().zip(fixed) {
        definition.value = value.unwrap_or(definition.value);
    }
}

fn compiled(
    id: &str,
    (spec, parameters, scenarios): (&CorridorFile, &Parameters, &Scenarios),
    (scenario, sets, as_of): (&str, &[(String, f64)], Option<AsOf>),
    months: Option<usize>,
    modules: &[Definition],
) -> Option<Corridor> {
    let chain = scenario::chain(scenarios, scenario).ok()?;
    let given = chain.iter().flat_map(|s| &s.spec.set).map(|(p, v)| (p.get().as_str(), *v.get()));
    let turns = given.chain(sets.iter().map(|(p, v)| (p.as_str(), *v)));
    let turns = turns.filter(|(path, _)| lever::is_turn(path));
    // A turn at fault has been noted; the others are compiled all the same.
    let turns = turns.filter_map(|(path, value)| lever::turn(spec, path, value).ok()?);
    let turns: Vec<_> = turns.collect();
    let known = Known::at(as_of, &chain);
    let parts = Parts { id, spec, parameters, chain: &chain, turns: &turns, modules, known };
    let months = months.or_else(|| compile::months_of(spec))?;
    // A period that the checks refuse must not fill the memory before they have said so.
    (months <= corridor::LONGEST_MONTHS as usize).then(|| compile::compile(&parts, months))?
}

/// Where the files of studies lie.
const STUDIES: &str = "studies/";

fn hash<'a>(texts: impl Iterator<Item = &'a File>) -> String {
    let mut hasher = Sha256::new();
    for file in texts {
        // Lengths keep one file's end and the next one's name apart.
        hasher.update((file.name().len() as u64).to_le_bytes());
        hasher.update(file.name());
        hasher.update((file.text().len() as u64).to_le_bytes());
        hasher.update(file.text());
    }
    let mut text = String::new();
    for byte in hasher.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What could be read so far.
struct Draft {
    corridor_file: Option<File>,
    parameters_file: Option<File>,
    spec: Option<CorridorFile>,
    parameters: Parameters,
    evidence: Evidence,
    files: evidence::Files,
    scenarios: Scenarios,
    checks: Vec<Sheet<Check>>,
    studies: Studies,
    /// Whether some scenario could not be read or parsed.
    broken: bool,
}

impl Draft {
    fn read(mut reader: Reader<'_>) -> Self {
        let corridor_file = reader.required("corridor.toml");
        let parameters_file = reader.optional("parameters.toml");
        let mut parse = |file: &Option<File>| {
            file.as_ref().and_then(|file| structure::parse::<CorridorFile>(file, reader.problems))
        };
        let spec = parse(&corridor_file);
        let parameters = parameters_file
            .as_ref()
            .and_then(|file| structure::parse(file, reader.problems))
            .unwrap_or_default();
        let (evidence, known) = evidence::read(&mut reader);
        let mut scenarios = Scenarios::new();
        let before = reader.problems.len();
        let files = reader.all("scenarios");
        let mut broken = reader.problems.len() > before;
        for (name, file) in files {
            match structure::parse::<Scenario>(&file, reader.problems) {
                Some(spec) => drop(scenarios.insert(name, Sheet { file, spec })),
                None => broken = true,
            }
        }
        let mut checks = Vec::new();
        for (_, file) in reader.all("checks") {
            if let Some(spec) = structure::parse(&file, reader.problems) {
                checks.push(Sheet { file, spec });
            }
        }
        // Last of all: a file keeps its place among the messages, whatever is asked.
        let mut studies = Studies::new();
        for (name, file) in reader.all("studies") {
            if let Some(spec) = structure::parse::<Study>(&file, reader.problems) {
                studies.insert(name, Sheet { file, spec });
            }
        }
        Self {
            corridor_file,
            parameters_file,
            spec,
            parameters,
            evidence,
            files: known,
            scenarios,
            checks,
            studies,
            broken,
        }
    }

    /// Everything that can be checked without compiling.
    fn check(&mut self, modules: &[Definition], problems: &mut Problems) {
        let keys = evidence::keys(&self.evidence, &self.files);
        evidence::check(&self.evidence, &self.files, &keys, problems);
        if !self.files.broken {
            target::cover(&mut self.evidence, &self.files, problems);
        }
        if let Some(file) = &self.parameters_file {
            check_parameters(&self.parameters, modules, file, &keys, problems);
        }
        if let (Some(spec), Some(file)) = (&self.spec, &self.corridor_file) {
            let index = Index::of(spec, file, problems);
            corridor::check(spec, file, &index, &keys, problems);
            // A scenario that could not be parsed is there all the same: naming it is no fault.
            if !self.broken {
                scenario::check_names(&self.scenarios, spec, file, problems);
            }
            scenario::check(&self.scenarios, spec, &index, &keys, problems);
        }
        if !self.broken {
            target::check_checks(&self.checks, &self.scenarios, &keys, problems);
            discrepancy::check(&self.evidence, &self.files, &keys, problems);
            let forecast = self.spec.as_ref().and_then(|spec| spec.forecast.as_ref());
            let events = forecast.iter().flat_map(|f| &f.events).map(|e| e.id.as_str());
            let events = Kind::new("event of the forecast", events);
            expectation::check(&self.evidence, &self.files, &events, &keys, problems);
        }
    }

    fn compile(&self, id: &str, scenario: &str, modules: &[Definition]) -> Option<Corridor> {
        let parts = (self.spec.as_ref()?, &self.parameters, &self.scenarios);
        compiled(id, parts, (scenario, &[], None), None, modules)
    }

    /// What a lever moves is an outcome, and so is what is forecast.
    fn check_outcomes(&self, outcomes: &Kind, problems: &mut Problems) {
        let (Some(spec), Some(file)) = (&self.spec, &self.corridor_file) else { return };
        for moved in spec.levers.iter().flat_map(|l| l.moves.iter()) {
            outcomes.expect(&moved.outcome, file, problems);
        }
        if let Some(spec) = &spec.forecast {
            forecast::check(spec, outcomes, file, problems);
        }
    }

    /// Settings of scenarios are checked against the numbers of that scenario.
    fn check_sets(&self, id: &str, modules: &[Definition], problems: &mut Problems) {
        for (name, sheet) in &self.scenarios {
            // Turned levers are checked with the events.
            let numbers = || sheet.spec.set.iter().filter(|(path, _)| !lever::is_turn(path));
            if numbers().next().is_none() {
                continue;
            }
            let Some(corridor) = self.compile(id, name, modules) else { continue };
            let mut fixed = vec![None; corridor.numbers.len()];
            for (path, value) in numbers() {
                if let Err(error) = set(&corridor, &mut fixed, path, *value.get()) {
                    let fault = error.into_fault();
                    let unknown = matches!(fault, Fault::UnknownId { .. });
                    let span = if unknown { path.span() } else { value.span() };
                    problems.add(&sheet.file, span, fault);
                }
            }
        }
    }

    fn check_studies(
        &self,
        id: &str,
        columns: &[Column],
        modules: &[Definition],
        problems: &mut Problems,
    ) {
        // A scenario that could not be parsed is there all the same: naming it is no fault.
        let Some(spec) = self.spec.as_ref().filter(|_| !self.broken) else { return };
        let compile = |scenario: &str| self.compile(id, scenario, modules);
        let scenarios = &self.scenarios;
        let ground = study::Ground { spec, scenarios, columns, compile: &compile };
        for sheet in self.studies.values() {
            study::check(sheet, &ground, problems);
        }
    }

    /// What the checks could not look at.
    fn unseen(&self, compiled: bool) -> Vec<Unseen> {
        let parts = [
            (Unseen::Content, self.spec.is_none()),
            (Unseen::Sources, self.files.broken),
            (Unseen::Scenarios, self.broken),
            (Unseen::Use, !compiled),
        ];
        parts.into_iter().filter(|(_, unseen)| *unseen).map(|(part, _)| part).collect()
    }

    fn texts(&self) -> Vec<File> {
        let single = self.corridor_file.iter().chain(&self.parameters_file);
        let scenarios = self.scenarios.values().map(|s| &s.file);
        let checks = self.checks.iter().map(|s| &s.file);
        let studies = self.studies.values().map(|s| &s.file);
        let all = single.chain(self.files.all()).chain(scenarios).chain(checks).chain(studies);
        all.cloned().collect()
    }
}

/// Notes parameters that no module reads, and numbers that are not fit.
fn check_parameters(
    parameters: &Parameters,
    modules: &[Definition],
    file: &File,
    keys: &Keys,
    problems: &mut Problems,
) {
    let known = Kind::new("parameter", modules.iter().map(|d| d.path.as_str()));
    for (path, num) in parameters {
        let definition = modules.iter().find(|d| d.path == *path.get());
        let Some(definition) = definition else {
            problems.add(file, path.span(), known.unknown(path));
            continue;
        };
        let bounds = fields::Bounds::Any;
        let expected = number::Expected { key: path, unit: &definition.unit, bounds };
        let num: &Num = num.get();
        number::check(num, &path.span(), &expected, file, keys, problems);
    }
}
