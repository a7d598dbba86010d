use super::super::{FileError, Place};

/// Why an artifact cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ArtifactError {
    /// The file, and where known the line and column.
    pub place: Place,
    /// What is wrong.
    #[source]
    pub problem: Box<ArtifactProblem>,
}

/// What is wrong with an artifact.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactProblem {
    /// Neither file nor folder.
    #[error("no such file or folder")]
    NotFound,
    /// The file cannot be read.
    #[error("{0}")]
    File(#[source] FileError),
    /// Binary data.
    #[error("not a text: byte {offset} is not UTF-8")]
    NotText {
        /// The first byte that is not text.
        offset: usize,
    },
    /// Text, but not JSON.
    #[error("not JSON: {message}")]
    NotJson {
        /// The parser's words.
        message: String,
    },
    /// The JSON ends too early.
    #[error("the JSON is cut off")]
    Truncated,
    /// JSON of another shape.
    #[error("not a compiled contract: {message}")]
    WrongShape {
        /// The parser's words.
        message: String,
    },
    /// No ABI.
    #[error("artifact of `{contract}` has no `abi`")]
    MissingAbi {
        /// The contract.
        contract: String,
    },
    /// Code that is not hex.
    #[error("`{field}` of `{contract}` is not hex: {message}")]
    BadHex {
        /// The contract.
        contract: String,
        /// `bytecode` or `deployedBytecode`.
        field: &'static str,
        /// Where and what.
        message: String,
    },
    /// A link reference points out of the code.
    #[error("`{field}` of `{contract}` has a link reference at byte {start}, which is no hole of its {length} bytes")]
    BadLink {
        /// The contract.
        contract: String,
        /// `bytecode` or `deployedBytecode`.
        field: &'static str,
        /// Byte offset.
        start: usize,
        /// Size of the code.
        length: usize,
    },
    /// The compiler failed.
    #[error("the compiler reported an error: {message}")]
    Compiler {
        /// The first error.
        message: String,
    },
    /// No artifact in a folder.
    #[error("no artifact in this folder")]
    EmptyFolder,
    /// A solc output without contracts.
    #[error("no contract in this compiler output")]
    NoContracts,
    /// The folder goes too deep.
    #[error("folders below it are nested more than {0} deep")]
    TooDeep(usize),
    /// Too many artifacts.
    #[error("more than {0} files below it")]
    TooMany(usize),
    /// Too many bytes.
    #[error("more than {} MiB of artifacts", .0 >> 20)]
    TooLarge(usize),
}

impl ArtifactError {
    pub(super) fn new(place: Place, problem: ArtifactProblem) -> Self {
        Self { place, problem: Box::new(problem) }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        let help = match self.problem.as_ref() {
            ArtifactProblem::NotFound => {
                "compile the contracts, or correct the path in `artifacts`, which starts at the folder of heist.toml"
            }
            ArtifactProblem::File(error) => return error.help(),
            ArtifactProblem::NotText { .. } | ArtifactProblem::NotJson { .. } | ArtifactProblem::WrongShape { .. } => {
                "name an artifact of Foundry (out/), Hardhat (artifacts/) or Truffle, solc's standard-JSON output, or a file with `abi` and `bytecode`"
            }
            ArtifactProblem::Truncated => "compile again: the file was not written to its end",
            ArtifactProblem::MissingAbi { .. } => "compile with the ABI in the output (solc: outputSelection `abi`)",
            ArtifactProblem::BadHex { .. } | ArtifactProblem::BadLink { .. } => {
                "compile again: the file was changed or damaged"
            }
            ArtifactProblem::Compiler { .. } => "correct the source and compile again",
            ArtifactProblem::EmptyFolder => {
                "compile the contracts into this folder, or name another one in `artifacts`"
            }
            ArtifactProblem::NoContracts => {
                "select outputs in the compiler's settings (outputSelection `abi`, `evm.bytecode`)"
            }
            ArtifactProblem::TooDeep(_) | ArtifactProblem::TooMany(_) | ArtifactProblem::TooLarge(_) => {
                "name the artifacts that are needed instead of their folder"
            }
        };
        help.to_owned()
    }
}
