//! Which corridors does the program carry with it? An explicit list, kept beside the corridors: no
//! folder is searched at compile time, so a file that is not named there is not shipped.

/// The files of one corridor, compiled into the program.
#[derive(Debug)]
pub struct Bundle {
    /// Short name.
    pub id: &'static str,
    /// Names relative to the corridor's folder, with their texts.
    pub files: &'static [(&'static str, &'static str)],
}

/// Lists the files of a corridor's folder.
macro_rules! bundle {
    ($id:literal: $($file:literal),+ $(,)?) => {
        Bundle {
            id: $id,
            files: &[$(($file, include_str!(concat!($id, "/", $file)))),+],
        }
    };
}

/// The corridors that can be named without a folder; the first is the one that `new` copies.
pub const BUNDLES: &[Bundle] = include!("../../../corridors/bundled.rs");

/// The bundled corridor of this name.
pub fn find(id: &str) -> Option<&'static Bundle> {
    BUNDLES.iter().find(|b| b.id == id)
}
