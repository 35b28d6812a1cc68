//! Which corridors does the program carry with it? Those of an explicit list beside them,
//! `corridors/bundled.txt`, which the build script turns into constants: no folder is searched, so a file that
//! is not named there is not shipped, and a new corridor needs no Rust.

/// The files of one corridor, compiled into the program.
#[derive(Debug)]
pub struct Bundle {
    /// Short name.
    pub id: &'static str,
    /// Names relative to the corridor's folder, with their texts.
    pub files: &'static [(&'static str, &'static str)],
}

/// The corridors that can be named without a folder; the first is the one that `new` copies.
pub const BUNDLES: &[Bundle] = include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// The comparisons of corridors that can be named, with their texts.
pub const COMPARISONS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/comparisons.rs"));

/// The bundled corridor of this name.
pub fn find(id: &str) -> Option<&'static Bundle> {
    BUNDLES.iter().find(|b| b.id == id)
}
