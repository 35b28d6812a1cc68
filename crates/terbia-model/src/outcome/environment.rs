//! What can be read off rivers, forests and grievance?

use super::Outcome;

/// In the order of the columns.
pub(super) const LIST: &[Outcome] = &[];
