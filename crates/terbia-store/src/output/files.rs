//! How does a file appear whole or not at all?

use super::error::OutputError;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Suffix of files under way; such a file is never read.
pub(crate) const TMP: &str = ".tmp";

/// A file under way: it gets its name from [`Draft::publish`], and vanishes if that never comes.
#[derive(Debug)]
pub(super) struct Draft {
    file: Option<File>,
    tmp: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Starts the file that is to be `path`.
    pub(super) fn create(path: &Path) -> Result<Self, OutputError> {
        let mut tmp = path.as_os_str().to_owned();
        tmp.push(TMP);
        let tmp = PathBuf::from(tmp);
        let file = File::create(&tmp).map_err(|e| OutputError::io(path, "write", e))?;
        Ok(Self { file: Some(file), tmp, path: path.to_owned() })
    }

    /// Brings the content to the disk and gives the file its name.
    pub(super) fn publish(self) -> Result<(), OutputError> {
        let fail = |e| OutputError::io(&self.path, "write", e);
        if let Some(file) = &self.file {
            file.sync_all().map_err(fail)?;
        }
        self.name()
    }

    /// Gives the file its name without waiting for the disk: it outlives the process, and is read
    /// back with care, for it may not outlive the machine.
    fn name(mut self) -> Result<(), OutputError> {
        let fail = |e| OutputError::io(&self.path, "write", e);
        fs::rename(&self.tmp, &self.path).map_err(fail)?;
        self.file = None;
        Ok(())
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // Whatever made the draft fail is reported already; resuming sweeps what stays.
            let _ = fs::remove_file(&self.tmp);
        }
    }
}

/// Writes `bytes` to `path` atomically.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let mut draft = Draft::create(path)?;
    draft.write_all(bytes).map_err(|e| OutputError::io(path, "write", e))?;
    draft.publish()
}

/// Writes `bytes` to `path` atomically, but does not wait for the disk: for parts, of which there
/// are many and which are checked to the last byte before they are trusted again.
/// Returns the SHA-256 by which they are checked.
pub(crate) fn write_part(path: &Path, bytes: &[u8]) -> Result<String, OutputError> {
    let mut draft = Draft::create(path)?;
    draft.write_all(bytes).map_err(|e| OutputError::io(path, "write", e))?;
    draft.name()?;
    Ok(format!("{:x}", Sha256::digest(bytes)))
}

/// Brings the names in `dir` to the disk.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), OutputError> {
    if cfg!(unix) {
        let sync = || File::open(dir)?.sync_all();
        sync().map_err(|e| OutputError::io(dir, "write", e))?;
    }
    Ok(())
}

/// Removes a file that may be gone already.
pub(crate) fn remove(path: &Path) -> Result<(), OutputError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(OutputError::io(path, "remove", e)),
        _ => Ok(()),
    }
}

/// Number of bytes and SHA-256 of a file.
pub(crate) fn digest(path: &Path) -> Result<(u64, String), OutputError> {
    let run = || {
        let mut file = File::open(path)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 18];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok((bytes, format!("{:x}", hash.finalize()))),
                n => {
                    hash.update(&buffer[..n]);
                    bytes += n as u64;
                }
            }
        }
    };
    run().map_err(|e| OutputError::io(path, "read", e))
}

/// Writes through to `inner` and hashes on the way.
#[derive(Debug)]
pub(super) struct Hashing<W> {
    inner: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    /// Nothing written yet.
    pub(super) fn new(inner: W) -> Self {
        Self { inner, hash: Sha256::new(), bytes: 0 }
    }

    /// Number of bytes and SHA-256 of what was written.
    pub(super) fn digest(&self) -> (u64, String) {
        (self.bytes, format!("{:x}", self.hash.clone().finalize()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(bytes)?;
        self.hash.update(&bytes[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Reads exactly `out.len()` bytes at `offset`, whatever other threads read meanwhile.
pub(super) fn read_at(file: &File, out: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::read_exact_at(file, out, offset);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < out.len() {
            let at = offset + done as u64;
            match std::os::windows::fs::FileExt::seek_read(file, &mut out[done..], at)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => done += n,
            }
        }
        Ok(())
    }
}

/// Writes all `bytes` at `offset`, whatever other threads write meanwhile.
pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, offset);
    #[cfg(windows)]
    {
        let mut done = 0;
        while done < bytes.len() {
            let at = offset + done as u64;
            done += std::os::windows::fs::FileExt::seek_write(file, &bytes[done..], at)?;
        }
        Ok(())
    }
}
