//! `terbia report`: what does a study say, to somebody who will act on it?

use crate::Ended;
use crate::args::ReportArgs;
use std::io::{Write as _, stdout};
use terbia_store::question::report;

/// Runs the command.
pub(crate) fn report(args: &ReportArgs) -> Ended {
    let out = args.out.as_deref().unwrap_or(&args.dir);
    let mut lines = stdout().lock();
    for path in report::keep(&args.dir, args.search.as_deref(), out)? {
        writeln!(lines, "{}", path.display())?;
    }
    Ok(())
}
