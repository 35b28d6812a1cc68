//! Who may write to a folder? One process at a time.

use super::error::OutputError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// The right to write to a folder, held until dropped or until the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `dir`; fails at once if another process holds it.
    ///
    /// The file stays behind: deleting it could hand the folder to two processes at once.
    pub(crate) fn take(dir: &Path) -> Result<Self, OutputError> {
        let path = dir.join(".lock");
        let fail = |e| OutputError::io(&path, "lock", e);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder's name only serves the message; without it the lock is as good.
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.is_empty() { "unknown process" } else { holder.trim() };
                return Err(OutputError::Locked { dir: dir.into(), holder: holder.into() });
            }
            Err(TryLockError::Error(e)) => return Err(fail(e)),
        }
        file.set_len(0).map_err(fail)?;
        // A full disk refuses these few bytes; the lock holds without them.
        let _ = writeln!(file, "process {}", std::process::id());
        Ok(Self { _file: file })
    }
}
