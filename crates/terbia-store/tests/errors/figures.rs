//! What is said of a file of figures that belongs to no corridor?

use std::path::Path;
use terbia_store::observations::{self, ObservationsError};

const HEAD: &str = "id,quantity,entity,subject,from,to,value,unit";

/// One fault each, but for the last.
const CASES: &[(&str, &str)] = &[
    ("figures: nothing below the header", ""),
    (
        "figures: an id with other content",
        "X1,import_volume,Lowland,upland oxide,2024-01,2024-01,900,t gross\n\
         X2,import_volume,Lowland,upland oxide,2024-02,2024-02,800,t gross\n\
         X1,import_volume,Lowland,upland oxide,2024-01,2024-01,901,t gross\n",
    ),
    (
        "figures: a file that was cut short",
        "X1,import_volume,Lowland,upland oxide,2024-01,2024-01,900,t gross\n\
         X2,import_volume,Lowl",
    ),
    (
        "figures: a quote that is never closed",
        "X1,import_volume,Lowland,upland oxide,2024-01,2024-01,900,\"t gross\n",
    ),
];

/// The errors, each with what the file is.
pub(crate) fn errors() -> Vec<(&'static str, ObservationsError)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("figures.csv");
    let error = |text: &str| {
        std::fs::write(&path, format!("{HEAD}\n{text}")).unwrap();
        let error = observations::read(&path).unwrap_err();
        // The folder has another name each time.
        renamed(error, Path::new("figures.csv"))
    };
    CASES.iter().map(|(title, text)| (*title, error(text))).collect()
}

fn renamed(error: ObservationsError, path: &Path) -> ObservationsError {
    match error {
        ObservationsError::Missing { .. } => ObservationsError::Missing { path: path.to_owned() },
        ObservationsError::Invalid { problems, .. } => {
            ObservationsError::Invalid { path: path.to_owned(), problems }
        }
    }
}
