//! Can what a comparison asks be read off each of its corridors? One study for each of them, over its own
//! months, and every cell of the table filled: with a measure, a survival, a number of the corridor, a range
//! that its evidence carries, or the reason why there is none.
//!
//! What can be wrong with a study is left to the checks of studies: the study that is made here stands in
//! the file of the comparison, so that they point at its lines.

use super::evidence;
use super::fault::{COMPARED, Fault};
use super::files::File;
use super::index::Kind;
use super::names::nearest;
use super::problem::{Problem, Problems};
use super::scenario::Sheet;
use super::study::other_than_share;
use super::{Project, structure, time};
use crate::bundled::BUNDLES;
use crate::question::unit_of;
use crate::spec::{
    At, Better, Compared, Comparison, ComparisonCell, ComparisonRow, DesignKind, Lasts, Measure,
    Setting, StatisticName, Study, StudyDesign, StudyOutcome, Uncertainties,
};
use std::ops::Range;
use terbia_lab::measure::Statistic;
use terbia_model::config::Corridor;
use terbia_model::kernel::param::Definition;
use terbia_model::{module, outcome};

/// Most corridors of a comparison: each has a colour and a column of its own.
pub(crate) const MOST_CORRIDORS: usize = 6;

/// A corridor of a comparison, under its scenario.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) project: &'a Project,
    /// Its numbers; none if the scenario does not compile.
    pub(crate) numbers: &'a [Definition],
}

/// The outcome of a study that says how long the spell of a row lasts.
pub(crate) fn lasted(row: &str) -> String {
    format!("{row}-lasts")
}

/// The outcome of a study that says whether that spell ended.
pub(crate) fn ended(row: &str) -> String {
    format!("{row}-ended")
}

/// Reads the text of a comparison, short of its corridors.
pub(crate) fn read(name: &str, text: String) -> Result<Sheet<Comparison>, Vec<Problem>> {
    let mut problems = Problems::default();
    let file = File::new(0, name, text);
    let spec = structure::parse::<Comparison>(&file, &mut problems);
    let Some(spec) = spec else { return Err(problems.into_sorted()) };
    let found = spec.corridors.len();
    if !(2..=MOST_CORRIDORS).contains(&found) {
        let span = spec.corridors.get(MOST_CORRIDORS).map_or(0..0, |c| c.id.span());
        problems.add(&file, span, Fault::CorridorCount { found, most: MOST_CORRIDORS });
    }
    if spec.rows.is_empty() {
        let fault = Fault::NoneNamed { what: "the comparison".into(), kind: "[[row]]" };
        problems.add(&file, 0..0, fault);
    }
    let ids = Kind::collect("corridor", spec.corridors.iter().map(|c| &c.id), &file, &mut problems);
    Kind::collect("row", spec.rows.iter().map(|r| &r.id), &file, &mut problems);
    for corridor in spec.corridors.iter().filter(|c| c.label.trim().is_empty()) {
        let what = format!("the corridor '{}'", *corridor.id);
        problems.add(&file, corridor.label.span(), Fault::Needed { key: "label", what });
    }
    for row in &spec.rows {
        form(row, &ids, &file, &mut problems);
    }
    if problems.is_empty() { Ok(Sheet { file, spec }) } else { Err(problems.into_sorted()) }
}

/// What is wrong with a corridor that is neither bundled nor a folder, at the line that names it.
pub(crate) fn absent(sheet: &Sheet<Comparison>, compared: &Compared) -> Vec<Problem> {
    let named = compared.folder.as_ref().unwrap_or(&compared.id);
    let known: Vec<String> = BUNDLES.iter().map(|b| b.id.to_owned()).collect();
    let near = nearest(named, known.iter().map(String::as_str));
    let fault = Fault::UnknownId { kind: COMPARED, id: named.get().clone(), near, known };
    let mut problems = Problems::default();
    problems.add(&sheet.file, named.span(), fault);
    problems.into_sorted()
}

/// Notes what is wrong with a row whatever its corridors are.
fn form(row: &ComparisonRow, corridors: &Kind, file: &File, problems: &mut Problems) {
    for (key, text) in [("label", &row.label), ("unit", &row.unit), ("doc", &row.doc)] {
        if text.trim().is_empty() {
            let what = format!("the row '{}'", *row.id);
            problems.add(file, text.span(), Fault::Needed { key, what });
        }
    }
    let survives = |cell: &At<ComparisonCell>| cell.get().survival.is_some();
    let shares = row.above.is_some() || row.survival.is_some() || row.cells.values().any(survives);
    if shares && let Some(other) = other_than_share(&format!("the row '{}'", *row.id), &row.unit) {
        problems.add(file, row.unit.span(), Fault::MeasureUnit(other));
    }
    if let (Some(_), Some(survival)) = (&row.measure, &row.survival) {
        let (key, found) = (format!("row '{}'", *row.id), vec!["measure", "survival"]);
        problems.add(file, survival.span(), Fault::CellKinds { key, found });
    }
    for (id, cell) in &row.cells {
        corridors.expect(id, file, problems);
        let found = kinds(cell);
        let key = format!("in.{}", **id);
        if found.len() != 1 {
            problems.add(file, cell.span(), Fault::CellKinds { key: key.clone(), found });
        }
        let what = || format!("'{key}' of the row '{}'", *row.id);
        if cell.none.as_ref().is_some_and(|why| why.trim().is_empty()) {
            problems.add(file, cell.span(), Fault::Needed { key: "none", what: what() });
        }
        let Some(stated) = &cell.stated else {
            let mend = "state a range, or leave it out: what is simulated has the corridor's own";
            let given = [("grade", cell.grade.is_some()), ("source", !cell.source.is_empty())];
            for (key, _) in given.into_iter().filter(|(_, given)| *given) {
                let fault = Fault::OutOfPlace { key, what: what(), mend };
                problems.add(file, cell.span(), fault);
            }
            continue;
        };
        if stated.get()[0] > stated.get()[1] {
            let fault = "the range runs backwards; write [low, high]";
            problems.add(file, stated.span(), Fault::BadNumber { key: "stated".into(), fault });
        }
        if cell.grade.is_none() {
            problems.add(file, stated.span(), Fault::Needed { key: "grade", what: what() });
        }
    }
}

fn kinds(cell: &ComparisonCell) -> Vec<&'static str> {
    let all = [
        ("measure", cell.measure.is_some()),
        ("survival", cell.survival.is_some()),
        ("number", cell.number.is_some()),
        ("stated", cell.stated.is_some()),
        ("none", cell.none.is_some()),
    ];
    all.into_iter().filter(|(_, given)| *given).map(|(kind, _)| kind).collect()
}

/// For each corridor the study that reads its cells; says all that is wrong with the comparison.
pub(crate) fn studies(
    sheet: &Sheet<Comparison>,
    grounds: &[Ground<'_>],
) -> Result<Vec<Sheet<Study>>, Vec<Problem>> {
    let mut problems = Problems::default();
    let mut studies = Vec::with_capacity(grounds.len());
    for (compared, ground) in sheet.spec.corridors.iter().zip(grounds) {
        let mut maker = Maker { sheet, compared, ground: *ground, problems: &mut problems };
        let outcomes = sheet.spec.rows.iter().flat_map(|row| maker.row(row)).collect();
        let spec = study(&sheet.spec, compared, ground.project, outcomes);
        let made = Sheet { file: sheet.file.clone(), spec };
        if made.spec.outcomes.is_empty() {
            // Nothing of it is simulated, and its months are only told.
            for month in [&compared.from, &compared.until] {
                time::month(month, &sheet.file, &mut problems);
            }
        } else {
            ground.project.check_study(&made, &mut problems);
        }
        studies.push(made);
    }
    if problems.is_empty() {
        return Ok(studies);
    }
    // What is wrong with a row is found again in each corridor.
    let mut found = problems.into_sorted();
    found.dedup_by(|a, b| a.span() == b.span() && a.fault() == b.fault());
    Err(found)
}

struct Maker<'a> {
    sheet: &'a Sheet<Comparison>,
    compared: &'a Compared,
    ground: Ground<'a>,
    problems: &'a mut Problems,
}

impl Maker<'_> {
    fn add(&mut self, span: Range<usize>, fault: Fault) {
        self.problems.add(&self.sheet.file, span, fault);
    }

    /// What a row measures of the corridor.
    fn row(&mut self, row: &ComparisonRow) -> Vec<StudyOutcome> {
        let corridor = self.compared.id.get();
        let cell = row.cells.get(&self.compared.id).map(At::get);
        let (measure, survival) = match cell {
            Some(cell) => (&cell.measure, &cell.survival),
            None => (&row.measure, &row.survival),
        };
        if let Some(measure) = measure {
            return self.has(measure).then(|| self.outcome(row, measure)).into_iter().collect();
        }
        if let Some(survival) = survival {
            return self.spell(row, survival);
        }
        match cell {
            None => {
                let (row_id, corridor) = (row.id.get().clone(), corridor.clone());
                self.add(row.id.span(), Fault::CellMissing { row: row_id, corridor });
            }
            Some(cell) => self.given(row, cell),
        }
        Vec::new()
    }

    /// What a survival measures of the corridor: how long, and whether it ended.
    fn spell(&mut self, row: &ComparisonRow, survival: &At<Lasts>) -> Vec<StudyOutcome> {
        if *survival.months.get() == 0 {
            let fault =
                Fault::OutOfBounds { key: "months".to_owned(), value: 0.0, allowed: "1 or more" };
            self.add(survival.months.span(), fault);
        }
        let of = |statistic: Statistic| {
            let span = survival.span();
            let measure = Measure {
                outcome: survival.outcome.clone(),
                statistic: At::new(StatisticName(statistic), span.clone()),
                from: None,
                to: None,
                divide: None,
                multiply: None,
                minus_one: None,
                scale: None,
            };
            At::new(measure, span)
        };
        let (length, over) = (of(Statistic::FirstSpell), of(Statistic::FirstSpellEnded));
        if !self.has(&length) {
            return Vec::new();
        }
        let id = |text: String| At::new(text, row.id.span());
        let (lasts, ends) = (id(lasted(&row.id)), id(ended(&row.id)));
        let unit = |of: &str| Some(At::new(of.to_owned(), row.unit.span()));
        vec![outcome(row, lasts, length, unit("months")), outcome(row, ends, over, unit("1"))]
    }

    /// The measure of a row, in the unit of the row unless that is of a share of the futures.
    fn outcome(&self, row: &ComparisonRow, measure: &At<Measure>) -> StudyOutcome {
        let of = |unit| outcome(row, row.id.clone(), measure.clone(), unit);
        let own = || unit_of(&of(None), &outcome::columns(&self.ground.project.corridor));
        let unit = match &row.above {
            None => row.unit.get().clone(),
            Some(_) => own().unwrap_or_else(|| "as measured".to_owned()),
        };
        of(Some(At::new(unit, row.unit.span())))
    }

    /// Whether the corridor has all outcomes of a measure, and what makes them.
    fn has(&mut self, measure: &At<Measure>) -> bool {
        let columns = outcome::columns(&self.ground.project.corridor);
        let known = || columns.iter().map(|c| c.name.as_str());
        let mut all = vec![measure.get()];
        let mut sound = true;
        while let Some(measure) = all.pop() {
            all.extend(measure.divide.iter().chain(&measure.multiply).map(|m| m.get()));
            if !known().any(|name| name == measure.outcome.as_str()) {
                let outcome = measure.outcome.get().clone();
                let near = nearest(&outcome, known().collect::<Vec<_>>());
                let corridor = self.compared.id.get().clone();
                let fault = Fault::NotInCorridor { corridor, outcome, near };
                self.add(measure.outcome.span(), fault);
                sound = false;
            } else if let Some(lacks) = idle(&self.ground.project.corridor, &measure.outcome) {
                let (outcome, corridor) =
                    (measure.outcome.get().clone(), self.compared.id.get().clone());
                let fault = Fault::StandsStill { corridor, outcome, lacks };
                self.add(measure.outcome.span(), fault);
                sound = false;
            }
        }
        sound
    }

    /// Notes what is wrong with a number or a stated range.
    fn given(&mut self, row: &ComparisonRow, cell: &ComparisonCell) {
        if let Some(path) = &cell.number {
            let numbers = self.ground.numbers;
            let known = Kind::new("number", numbers.iter().map(|d| d.path.as_str()));
            let file = &self.sheet.file;
            if known.expect(path, file, self.problems)
                && let Some(number) = numbers.iter().find(|d| d.path == *path.get())
                && number.unit != *row.unit.get()
            {
                let (key, found) = (row.id.get().clone(), row.unit.get().clone());
                let fault = Fault::WrongUnit { key, found, expected: number.unit.clone() };
                self.add(path.span(), fault);
            }
        }
        if let Some(stated) = &cell.stated {
            let keys = evidence::known(&self.ground.project.evidence, true);
            let corridor = self.compared.id.get();
            let what = || format!("what the row '{}' states of '{corridor}'", *row.id);
            let (file, problems) = (&self.sheet.file, &mut *self.problems);
            keys.expect(&cell.source, what, stated.span(), file, problems);
        }
    }
}

/// What a corridor lacks that an outcome of it would come from: without it the outcome has a column all the
/// same, which would stand in the table as if it had been found.
fn idle(corridor: &Corridor, name: &str) -> Option<&'static str> {
    let base = name.split('.').next().unwrap_or(name);
    module::lacks(corridor, outcome::all().find(|o| o.name == base)?.module)
}

fn outcome(
    row: &ComparisonRow,
    id: At<String>,
    measure: At<Measure>,
    unit: Option<At<String>>,
) -> StudyOutcome {
    StudyOutcome {
        id,
        label: row.label.clone(),
        who: None,
        place: None,
        measure,
        unit,
        // Nothing is better here: corridors are not policies.
        better: At::new(Better::Higher, row.id.span()),
        threshold: None,
    }
}

/// The study of one corridor: its scenario, its months, nobody turning a lever.
fn study(
    comparison: &Comparison,
    compared: &Compared,
    project: &Project,
    outcomes: Vec<StudyOutcome>,
) -> Study {
    let own = || At::new(project.default_scenario().to_owned(), compared.id.span());
    let name = compared.scenario.clone().unwrap_or_else(own);
    Study {
        question: comparison.question.clone(),
        asks: Vec::new(),
        doc: None,
        from: compared.from.clone(),
        until: compared.until.clone(),
        scenarios: vec![Setting { name, label: None }],
        uncertainties: Uncertainties::default(),
        ranges: Vec::new(),
        policies: Vec::new(),
        factorials: Vec::new(),
        outcomes,
        design: StudyDesign {
            kind: At::new(DesignKind::Sobol, 0..0),
            members: comparison.members.clone(),
            seed: comparison.seed,
            until_half_width: None,
        },
        prims: Vec::new(),
        sensitivity: None,
        value: None,
        data: Vec::new(),
        plane: None,
        survivals: Vec::new(),
        search: None,
        pathway: None,
    }
}
