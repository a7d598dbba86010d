use super::{
    super::{Artifact, FileError, files::Files},
    ArtifactError, ArtifactProblem, means_to_be_artifact, parse, place,
};

/// Deepest nesting of folders below the one that is named.
const MAX_DEPTH: usize = 16;
/// Most files that are read.
const MAX_FILES: usize = 20_000;
/// Most bytes that are read.
const MAX_BYTES: usize = 1 << 30;

/// Reads the artifacts of a file or a folder.
pub(super) fn load(files: &dyn Files, path: &str) -> Result<Vec<Artifact>, ArtifactError> {
    let shown = files.display(path);
    let fail = |problem| ArtifactError::new(place(&shown, 0, 0), problem);
    let file = |error: FileError| fail(ArtifactProblem::File(error));
    if let Some(bytes) = files.read(path).map_err(file)? {
        let artifacts = parse(&bytes, &shown)?;
        let artifacts = artifacts.ok_or_else(|| {
            fail(ArtifactProblem::MissingAbi { contract: path.rsplit('/').next().unwrap_or(path).to_owned() })
        })?;
        return if artifacts.is_empty() { Err(fail(ArtifactProblem::NoContracts)) } else { Ok(artifacts) };
    }
    if files.list(path).map_err(file)?.is_none() {
        return Err(fail(ArtifactProblem::NotFound));
    }
    let mut scan = Scan { files, artifacts: Vec::new(), count: 0, bytes: 0, top: shown.clone() };
    scan.folder(path, 0)?;
    if scan.artifacts.is_empty() { Err(fail(ArtifactProblem::EmptyFolder)) } else { Ok(scan.artifacts) }
}

struct Scan<'a> {
    files: &'a dyn Files,
    artifacts: Vec<Artifact>,
    count: usize,
    bytes: usize,
    /// The folder that was named, for messages.
    top: String,
}

impl Scan<'_> {
    fn fail(&self, problem: ArtifactProblem) -> ArtifactError {
        ArtifactError::new(place(&self.top, 0, 0), problem)
    }

    fn folder(&mut self, path: &str, depth: usize) -> Result<(), ArtifactError> {
        if depth > MAX_DEPTH {
            return Err(self.fail(ArtifactProblem::TooDeep(MAX_DEPTH)));
        }
        let entries = self.files.list(path).map_err(|error| self.fail(ArtifactProblem::File(error)))?;
        for entry in entries.unwrap_or_default() {
            if entry.is_folder {
                if !is_foreign_folder(&entry.path) {
                    self.folder(&entry.path, depth + 1)?;
                }
            } else if is_candidate(&entry.path) {
                self.file(&entry.path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &str) -> Result<(), ArtifactError> {
        self.count += 1;
        if self.count > MAX_FILES {
            return Err(self.fail(ArtifactProblem::TooMany(MAX_FILES)));
        }
        let shown = self.files.display(path);
        let read = self.files.read(path);
        let read = read.map_err(|error| ArtifactError::new(place(&shown, 0, 0), ArtifactProblem::File(error)))?;
        let Some(bytes) = read else { return Ok(()) };
        self.bytes += bytes.len();
        if self.bytes > MAX_BYTES {
            return Err(self.fail(ArtifactProblem::TooLarge(MAX_BYTES)));
        }
        match parse(&bytes, &shown) {
            Ok(artifacts) => self.artifacts.extend(artifacts.unwrap_or_default()),
            // JSON that is something else may lie beside artifacts; a damaged artifact must not vanish.
            Err(error) if is_shape(&error) && !means_to_be_artifact(&bytes) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

fn is_shape(error: &ArtifactError) -> bool {
    matches!(*error.problem, ArtifactProblem::WrongShape { .. })
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Inputs and caches of compilers, and other packages.
fn is_foreign_folder(path: &str) -> bool {
    let name = name(path);
    name == "build-info" || name == "node_modules" || name == "cache" || name.starts_with('.')
}

/// JSON that is not a debugging or metadata file of a compiler.
fn is_candidate(path: &str) -> bool {
    let name = name(path);
    let suffix = |suffix: &str| name.len() > suffix.len() && name.to_ascii_lowercase().ends_with(suffix);
    suffix(".json") && !suffix(".dbg.json") && !suffix(".metadata.json") && !suffix("_metadata.json")
}
