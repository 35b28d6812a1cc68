//! How do runs become the tables of a study, and parts the files?

use super::fans;
use super::manifest::{Contents, Failure, MOST_FAILURES};
use crate::output::{self, Column, Columns, Counts, Data, FileEntry, Frame, OutputError, Table};
use parquet::data_type::ByteArray;
use std::path::{Path, PathBuf};
use terbia_lab::ensemble::{Chunk, RunStatus};
use terbia_model::kernel::time::Month;

/// Name of the table of outcomes.
pub const RESULTS: &str = "results.parquet";
/// Name of the table of inputs.
pub const INPUTS: &str = "inputs.parquet";
/// Name of the table of quantiles by month.
pub const FANS: &str = "fans.parquet";
/// Name of the months of all runs: only in a part of a study, until the parts are merged.
pub(super) const MONTHS: &str = "series.parquet";
/// Every file but the manifest.
pub(super) const FILES: [&str; 4] = [RESULTS, INPUTS, FANS, MONTHS];

/// Members of a row group, at most, and rows.
const GROUP: (usize, usize) = (1024, 1 << 17);

/// The tables of a study.
#[derive(Debug)]
pub(super) struct Layout {
    /// Scenario and policy of each case.
    cases: Vec<[String; 2]>,
    /// Members of a chunk.
    pub(super) chunk_members: u32,
    start: Month,
    months: usize,
    results: Table,
    inputs: Table,
    /// Of which outcomes months are kept, and the table of those of all cases side by side.
    series: Option<(Vec<Column>, Table)>,
}

impl Layout {
    /// The tables that hold `contents`.
    pub(super) fn new(contents: &Contents, chunk_members: u32) -> Result<Self, OutputError> {
        let month = |text: &str| {
            let fail = |e| OutputError::Shape { what: format!("a month of the study: {e}") };
            text.parse::<Month>().map_err(fail)
        };
        let (start, until) = (month(&contents.start)?, month(&contents.until)?);
        let scenarios = contents.scenarios.iter().map(|s| &s.name);
        let policies = || contents.policies.iter().map(|p| &p.id);
        let case = |s: &String| policies().map(|p| [s.clone(), p.clone()]).collect::<Vec<_>>();
        let cases: Vec<[String; 2]> = scenarios.flat_map(case).collect();
        let describe = |name: &str, table: parquet::errors::Result<Table>| {
            table.map_err(|e| OutputError::parquet(Path::new(name), "describe", e))
        };
        let outcomes: Vec<Column> =
            contents.outcomes.iter().map(|o| Column::new(&o.id, &o.unit, &o.label)).collect();
        let input = |i: &super::InputRef| Column::new(&i.column, &i.unit, &i.description);
        let inputs: Vec<Column> = contents.inputs.iter().map(input).collect();
        let kept = &contents.months_of;
        let series = if kept.is_empty() {
            None
        } else {
            let columns = side_by_side(&cases, kept);
            Some((kept.clone(), describe(MONTHS, Table::series(&columns))?))
        };
        Ok(Self {
            cases,
            chunk_members,
            start,
            months: usize::try_from(until.since(start) + 1).unwrap_or(0),
            results: describe(RESULTS, Table::pairs(&outcomes))?,
            inputs: describe(INPUTS, Table::inputs(&inputs))?,
            series,
        })
    }

    /// Scenarios times policies.
    pub(super) fn cases(&self) -> usize {
        self.cases.len().max(1)
    }

    fn case(&self, row: usize) -> [&str; 2] {
        let case = self.cases.get(row % self.cases());
        case.map_or(["", ""], |[scenario, policy]| [scenario.as_str(), policy.as_str()])
    }

    fn month(&self, index: usize) -> String {
        self.start.plus(index as i32).to_string()
    }

    /// How the runs of a chunk ended, and the first that diverged.
    pub(super) fn ended(&self, chunk: &Chunk) -> (Counts, Vec<Failure>) {
        let first = chunk.first_run as usize;
        let failure = |(row, status): (usize, &RunStatus)| {
            let RunStatus::Diverged { month, what } = status else { return None };
            let [scenario, policy] = self.case(row).map(str::to_owned);
            let run = ((first + row) / self.cases()) as u32;
            Some(Failure { run, scenario, policy, month: self.month(*month), what: (*what).into() })
        };
        let all = || chunk.status.iter().enumerate().filter_map(failure);
        let diverged = all().count() as u64;
        let ok = chunk.status.len() as u64 - diverged;
        (Counts { diverged, ok }, all().take(MOST_FAILURES).collect())
    }

    /// The parts of a chunk, by the table that they belong to.
    pub(super) fn encode(
        &self,
        chunk: &Chunk,
    ) -> Result<Vec<(&'static str, Vec<u8>)>, OutputError> {
        let fail =
            |table: &'static str| move |e| OutputError::parquet(Path::new(table), "write", e);
        let cases = self.cases();
        if !chunk.runs.is_multiple_of(cases) || !(chunk.first_run as usize).is_multiple_of(cases) {
            return Err(OutputError::Shape { what: "a chunk splits a member".into() });
        }
        let mut parts = vec![
            (RESULTS, self.rows(chunk).part(&self.results).map_err(fail(RESULTS))?),
            (INPUTS, self.values(chunk).part(&self.inputs).map_err(fail(INPUTS))?),
        ];
        if let Some((columns, table)) = &self.series {
            let months = output::month_names(self.start, self.months);
            let wide = self.wide(chunk, columns.len());
            let bytes = output::encode_series(table, &wide, &months).map_err(fail(MONTHS))?;
            parts.push((MONTHS, bytes));
        }
        Ok(parts)
    }

    /// The outcomes of a chunk.
    fn rows(&self, chunk: &Chunk) -> Frame {
        let (rows, first) = (0..chunk.runs, chunk.first_run as usize);
        let text = |t: &str| Some(ByteArray::from(t));
        let of_case = |part: usize| {
            let names: Vec<_> = self.cases.iter().map(|case| text(&case[part])).collect();
            Data::Text(names.into_iter().cycle().take(chunk.runs).collect())
        };
        let lost = |status: &RunStatus| match status {
            RunStatus::Diverged { month, what } => Some((*month, *what)),
            RunStatus::Finished => None,
        };
        let status = chunk.status.iter().map(|s| text(lost(s).map_or("ok", |_| "diverged")));
        let month = chunk.status.iter().map(|s| text(&self.month(lost(s)?.0)));
        let what = chunk.status.iter().map(|s| text(lost(s)?.1));
        let mut columns = vec![
            Data::Whole(rows.map(|row| ((first + row) / self.cases()) as i32).collect()),
            of_case(0),
            of_case(1),
            Data::Text(status.collect()),
            Data::Text(month.collect()),
            Data::Text(what.collect()),
        ];
        columns.extend(chunk.scalars.iter().map(|values| Data::Double(values.clone())));
        Frame { columns }
    }

    /// The inputs of a chunk, which stand with the first case of each member.
    fn values(&self, chunk: &Chunk) -> Frame {
        let cases = self.cases();
        let first = chunk.first_run as usize / cases;
        let runs = (first..first + chunk.runs / cases).map(|run| run as i32).collect();
        let of = |values: &Vec<f64>| Data::Double(values.iter().step_by(cases).copied().collect());
        let columns = std::iter::once(Data::Whole(runs)).chain(chunk.inputs.iter().map(of));
        Frame { columns: columns.collect() }
    }

    /// The months of a chunk: one run a member, the columns of all cases side by side.
    fn wide(&self, chunk: &Chunk, columns: usize) -> Chunk {
        let cases = self.cases();
        let members = chunk.runs / cases;
        let of = |(case, column): (usize, usize)| {
            let months = |member: usize| chunk.months_of(column, member * cases + case).iter();
            (0..members).flat_map(months).copied().collect()
        };
        let all = (0..cases).flat_map(|case| (0..columns).map(move |column| (case, column)));
        Chunk {
            index: chunk.index,
            first_run: chunk.first_run / cases as u32,
            runs: members,
            months: chunk.months,
            series: all.map(of).collect(),
            ..Chunk::default()
        }
    }

    /// Joins parts into the files of a study in `dir`; `whole` says whether no part of the study
    /// lies elsewhere. `parts` gives the parts of a table in order.
    pub(super) fn write(
        &self,
        dir: &Path,
        parts: &dyn Fn(&str) -> Vec<PathBuf>,
        whole: bool,
        jobs: usize,
    ) -> Result<Vec<FileEntry>, OutputError> {
        let members = GROUP.0.min(GROUP.1 / self.cases()).max(1);
        let join = |table: &Table, name: &str, rows: usize| {
            output::join_frames(table, parts(name).into_iter(), &dir.join(name), rows)
        };
        let mut files = vec![
            join(&self.results, RESULTS, members * self.cases())?,
            join(&self.inputs, INPUTS, members)?,
        ];
        if let Some((columns, table)) = &self.series {
            let path = dir.join(MONTHS);
            let months = output::join_series(table, parts(MONTHS).into_iter(), &path)?;
            if whole {
                files.push(fans::write(dir, (&self.cases, columns), self.start, jobs)?);
                output::remove_file(&path)?;
            } else {
                files.push(months);
            }
        }
        output::sync_dir(dir)?;
        Ok(files)
    }
}

/// The columns of every case, named `scenario/policy/outcome`.
fn side_by_side(cases: &[[String; 2]], columns: &[Column]) -> Columns {
    let named = |[scenario, policy]: &[String; 2]| {
        let column = |c: &Column| {
            let name = format!("{scenario}/{policy}/{}", c.name);
            Column::new(name, &c.unit, &c.description)
        };
        columns.iter().map(column).collect::<Vec<_>>()
    };
    let series = cases.iter().flat_map(named).collect();
    Columns { series, inputs: Vec::new(), scalars: Vec::new() }
}
