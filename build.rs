//! Lists the files of the gallery, so that the binary embeds each example project and nothing else of `contracts/`.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=contracts");
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let contracts = Path::new(&root).join("contracts");
    let mut files = Vec::new();
    if contracts.is_dir() {
        collect(&contracts, &contracts, &mut files)?;
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in files {
        let path = contracts.join(&file);
        // A path as a string literal, whatever is in it.
        let path = path.to_str().ok_or_else(|| io::Error::other("the path of the project is not UTF-8"))?;
        writeln!(table, "    ({file:?}, include_bytes!({path:?})),").map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    fs::write(Path::new(&out).join("gallery.rs"), table)
}

/// Paths of configurations and artifacts under `folder`, relative to `root`, with `/` between parts.
fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.is_dir() {
            if name != "node_modules" && name != "src" {
                collect(root, &path, files)?;
            }
            continue;
        }
        let is_json = path.extension().is_some_and(|extension| extension == "json");
        let artifact = is_json && path.parent().is_some_and(|parent| parent.ends_with("artifacts"));
        if (artifact || name == "heist.toml")
            && let Ok(relative) = path.strip_prefix(root)
        {
            files.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}
