//! `fs_permissions` of foundry.toml: which files a suite may use, and how.

use std::{fmt, path::Path};
use toml::Value;

/// How a file is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
}

impl fmt::Display for Use {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

/// What may be done below a path.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Permission {
    path: String,
    read: bool,
    write: bool,
}

/// All of a project's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions(Vec<Permission>);

impl Default for Permissions {
    /// Artifacts may be read.
    fn default() -> Self {
        Self(vec![Permission { path: "out".to_owned(), read: true, write: false }])
    }
}

impl Permissions {
    /// Reads `[{ access = "read", path = "./" }]`; none when it is something else.
    pub(super) fn parse(value: &Value) -> Option<Self> {
        let permission = |value: &Value| {
            let (read, write) = match value.get("access")? {
                Value::Boolean(all) => (*all, *all),
                Value::String(access) => match access.as_str() {
                    "read" => (true, false),
                    "write" => (false, true),
                    "read-write" | "readwrite" | "true" => (true, true),
                    "none" | "false" => (false, false),
                    _ => return None,
                },
                _ => return None,
            };
            Some(Permission { path: value.get("path")?.as_str()?.to_owned(), read, write })
        };
        value.as_array()?.iter().map(permission).collect::<Option<_>>().map(Self)
    }

    /// Whether a path, links followed, may be used so: by the permission of the folder that is nearest above it.
    pub(super) fn allow(&self, root: &Path, path: &Path, wanted: Use) -> bool {
        let depth = |permission: &Permission| {
            let folder = root.join(&permission.path);
            let folder = folder.canonicalize().unwrap_or(folder);
            path.starts_with(&folder).then(|| folder.components().count())
        };
        let nearest = self.0.iter().filter_map(|permission| Some((depth(permission)?, permission)));
        nearest.max_by_key(|(depth, _)| *depth).is_some_and(|(_, permission)| match wanted {
            Use::Read => permission.read,
            Use::Write => permission.write,
        })
    }
}
