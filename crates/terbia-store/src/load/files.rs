//! Where do a corridor's files come from? A folder on disk, or the program itself; and no file is
//! read that could not be one.

use super::fault::Fault;
use super::problem::Problems;
use crate::bundled;
use miette::NamedSource;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files above this size are refused before they are read.
pub const LARGEST_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// A text with its name; cheap to clone.
#[derive(Clone, Debug)]
pub struct File {
    order: usize,
    source: Arc<NamedSource<String>>,
}

impl File {
    /// A file named `name`, shown in reports as the `order`th.
    pub(crate) fn new(order: usize, name: &str, text: String) -> Self {
        Self { order, source: Arc::new(NamedSource::new(name, text)) }
    }

    /// Its name, relative to the corridor's folder.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// Its text.
    pub fn text(&self) -> &str {
        self.source.inner()
    }

    pub(crate) fn order(&self) -> usize {
        self.order
    }

    pub(crate) fn source(&self) -> &NamedSource<String> {
        &self.source
    }
}

/// Where the files lie.
pub(crate) enum Origin {
    Folder(PathBuf),
    Bundled(&'static bundled::Bundle),
}

/// Reads the files of one corridor.
pub(crate) struct Reader<'p> {
    origin: Origin,
    count: usize,
    pub(crate) problems: &'p mut Problems,
}

impl<'p> Reader<'p> {
    pub(crate) fn new(origin: Origin, problems: &'p mut Problems) -> Self {
        Self { origin, count: 0, problems }
    }

    /// Reads a file that every corridor has.
    pub(crate) fn required(&mut self, name: &str) -> Option<File> {
        let before = self.problems.len();
        let file = self.optional(name);
        if file.is_none() && self.problems.len() == before {
            let place = self.blank(name);
            let near = self.near(name);
            self.problems.add_whole(&place, Fault::FileMissing { near, mend: write(name) });
            self.problems.close(&place);
        }
        file
    }

    /// Reads a file if it is there.
    pub(crate) fn optional(&mut self, name: &str) -> Option<File> {
        let text = match &self.origin {
            Origin::Bundled(bundle) => {
                let text = bundle.files.iter().find(|(n, _)| *n == name)?.1;
                Ok(text.to_owned())
            }
            Origin::Folder(folder) => read(&folder.join(name)).transpose()?,
        };
        match text {
            Ok(text) => {
                self.count += 1;
                let file = File::new(self.count, name, text);
                if file.text().trim().is_empty() {
                    self.problems.add_whole(&file, Fault::Empty { mend: fill(name) });
                    self.problems.close(&file);
                    return None;
                }
                Some(file)
            }
            Err(fault) => {
                let place = self.blank(name);
                self.problems.add_whole(&place, fault);
                self.problems.close(&place);
                None
            }
        }
    }

    /// Reads the TOML files of a subfolder, in order of name, with their names without ending.
    pub(crate) fn all(&mut self, folder: &str) -> Vec<(String, File)> {
        let mut names = match &self.origin {
            Origin::Bundled(bundle) => {
                bundle.files.iter().filter_map(|(n, _)| stem(n, folder)).collect()
            }
            Origin::Folder(root) => match list(&root.join(folder)) {
                Ok(names) => names,
                Err(why) => {
                    let place = self.blank(folder);
                    self.problems.add_whole(&place, Fault::Unreadable { why });
                    Vec::new()
                }
            },
        };
        names.sort();
        let read =
            |name: String| self.optional(&format!("{folder}/{name}.toml")).map(|file| (name, file));
        names.into_iter().filter_map(read).collect()
    }

    /// A file beside the missing one that may be it: with other capitals or one more ending.
    fn near(&self, name: &str) -> Option<String> {
        let Origin::Folder(root) = &self.origin else { return None };
        let path = root.join(name);
        let wanted = path.file_name()?.to_str()?.to_lowercase();
        let others = fs::read_dir(path.parent()?).ok()?.flatten();
        let mut names: Vec<String> =
            others.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names.into_iter().find(|name| name.to_lowercase().starts_with(&wanted))
    }

    fn blank(&mut self, name: &str) -> File {
        self.count += 1;
        File::new(self.count, name, String::new())
    }
}

fn stem(path: &str, folder: &str) -> Option<String> {
    let name = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".toml")?;
    (!name.contains('/')).then(|| name.to_owned())
}

fn list(folder: &Path) -> Result<Vec<String>, String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e.to_string()),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(|e| e.to_string())?.file_name();
        if let Some(stem) = name.to_str().and_then(|n| n.strip_suffix(".toml")) {
            // Files that editors leave beside the one being written.
            if !stem.starts_with('.') {
                names.push(stem.to_owned());
            }
        }
    }
    Ok(names)
}

/// The text of the file at `path`; nothing if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<String>, Fault> {
    let unreadable = |e: std::io::Error| Fault::Unreadable { why: e.to_string() };
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(unreadable(e)),
    };
    if !metadata.is_file() {
        return Err(Fault::Unreadable { why: "it is not a plain file".to_owned() });
    }
    if metadata.len() > LARGEST_FILE_BYTES {
        return Err(Fault::TooLarge { bytes: metadata.len(), limit: LARGEST_FILE_BYTES });
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    // The limit again, for a file that grows while it is read.
    file.take(LARGEST_FILE_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|e| not_utf8(e.as_bytes(), e.utf8_error().valid_up_to()))
}

/// The fault of a text whose byte at `offset` belongs to no character.
fn not_utf8(bytes: &[u8], offset: usize) -> Fault {
    let line = bytes[..offset].split(|b| *b == b'\n').count();
    // Programs for Windows mark UTF-16 by these two bytes; 0x80 to 0xFF alone are letters of Windows-1252.
    let mend = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "it is UTF-16: save the file as UTF-8"
    } else {
        "it may be Windows-1252 or Latin-1 (ANSI): save the file as UTF-8, in a spreadsheet as \"CSV UTF-8\""
    };
    Fault::NotUtf8 { offset, line, mend }
}

/// How it is mended that a file of this name, which every corridor has, is not there.
fn write(name: &str) -> &'static str {
    match name {
        "evidence/sources.toml" => {
            "write it: a table for each publication; with no sources yet, a file with one # comment will do"
        }
        _ => "`terbia new` writes a corridor with every file that is needed",
    }
}

/// How an empty file of this name is mended.
pub(super) fn fill(name: &str) -> &'static str {
    match name {
        "corridor.toml" => "every corridor needs one: `terbia new` writes one to start from",
        _ if name.strip_suffix(".csv").is_some() => {
            "write the row that names the columns, or delete the file if there is nothing to say"
        }
        _ => "fill it in; where there is nothing to say, a line that begins with # says so",
    }
}
