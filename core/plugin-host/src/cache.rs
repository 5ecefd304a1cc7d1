use std::collections::hash_map::DefaultHasher;
use std::fs::{self, DirBuilder, File};
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

/// Compiled plugins on disk. Compiling takes half a second for a JavaScript engine, some seconds on a small computer.
///
/// A file is named by what it was compiled from and by what compiled it, and begins with a digest of the rest: code that a
/// failing card has changed must not run.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

/// Five times the plugins a town will have: old versions go when there are more.
const FILES_MAX: usize = 100;
const DIGEST_BYTES: usize = 32;
const EXTENSION: &str = "compiled";

impl Cache {
    /// Opens the folder, making it when it is not there. Others may not write to it: what lies there will run.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        if fs::metadata(folder)?.permissions().mode() & 0o022 != 0 {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "others may write to it; chmod 700 it"));
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The plugin, compiled: from the folder, or now. A folder that cannot be written to costs time and nothing else.
    pub(crate) fn component(&self, engine: &Engine, wasm: &[u8]) -> wasmtime::Result<Component> {
        let path = self.folder.join(file_name(engine, wasm));
        if let Some(component) = fs::read(&path).ok().and_then(|file| load(engine, &file)) {
            return Ok(component);
        }
        let code = engine.precompile_component(wasm)?;
        let mut file = Sha256::digest(&code).to_vec();
        file.extend_from_slice(&code);
        if self.keep(&path, &file).is_ok() {
            self.forget_the_oldest();
        }
        match load(engine, &file) {
            Some(component) => Ok(component),
            None => Component::from_binary(engine, wasm),
        }
    }

    /// Written beside, synced, renamed: a power cut leaves the old file or the whole new one.
    fn keep(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        File::open(&self.folder)?.sync_all()
    }

    fn forget_the_oldest(&self) {
        let Ok(files) = fs::read_dir(&self.folder) else { return };
        let mut files: Vec<(SystemTime, PathBuf)> =
            files.flatten().filter_map(|file| Some((file.metadata().ok()?.modified().ok()?, file.path()))).collect();
        files.sort();
        for (_, path) in files.iter().rev().skip(FILES_MAX) {
            // Two boxes in one folder may both try; the second finds nothing to remove.
            let _ = fs::remove_file(path);
        }
    }
}

fn file_name(engine: &Engine, wasm: &[u8]) -> String {
    let mut compiler = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut compiler);
    format!("{:x}-{:016x}.{EXTENSION}", Sha256::digest(wasm), compiler.finish())
}

/// None when the file is not what was written, or was written by another release of the engine.
fn load(engine: &Engine, file: &[u8]) -> Option<Component> {
    let (digest, code) = file.split_at_checked(DIGEST_BYTES)?;
    if Sha256::digest(code).as_slice() != digest {
        return None;
    }
    #[allow(unsafe_code, reason = "the bytes are ours: from a folder that only we may write to, and unchanged since")]
    // SAFETY: `code` came out of `precompile_component`: it was handed over by `component`, or stood under a name that only
    // `keep` gives, in a folder that only our own user may write to, and its digest still fits.
    unsafe {
        Component::deserialize(engine, code).ok()
    }
}

/// A component for another engine of the same configuration, without compiling it again.
pub(crate) fn for_engine(engine: &Engine, component: &Component) -> wasmtime::Result<Component> {
    let code = component.serialize()?;
    #[allow(unsafe_code, reason = "the bytes come out of a component of this process")]
    // SAFETY: `code` is what wasmtime itself compiled and has just written down.
    unsafe {
        Component::deserialize(engine, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect()
    }

    #[test]
    fn a_file_that_the_card_has_changed_is_compiled_again() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, engine) = (Cache::open(&folder.path().join("deep/inside")).unwrap(), Engine::default());
        cache.component(&engine, EMPTY).unwrap();
        let path = files(&cache.folder).pop().unwrap();
        let good = fs::read(&path).unwrap();
        for bad in [Vec::new(), good[..good.len() / 2].to_vec(), [&good[..], b"x"].concat()] {
            fs::write(&path, bad).unwrap();
            cache.component(&engine, EMPTY).unwrap();
            assert_eq!(fs::read(&path).unwrap(), good);
        }
    }

    #[test]
    fn a_folder_that_others_may_write_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(Cache::open(folder.path()).unwrap_err().kind(), io::ErrorKind::PermissionDenied);
    }

    #[test]
    fn old_versions_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, engine) = (Cache::open(folder.path()).unwrap(), Engine::default());
        for n in 0..FILES_MAX + 5 {
            fs::write(folder.path().join(format!("{n}.{EXTENSION}")), "old").unwrap();
        }
        cache.component(&engine, EMPTY).unwrap();
        assert_eq!(files(folder.path()).len(), FILES_MAX);
    }
}
