use super::{
    arguments::{NewArguments, NewWhat},
    error::CliError,
    exit::Outcome,
    list::shipped,
    target::load_project,
    terminal,
};
use crate::{
    protocol::{CONFIG_FILE, Config, ProtocolError},
    report::escape,
};
use std::{
    fs::{self, OpenOptions},
    io::Write as _,
};

/// `heist new`.
pub(super) fn new(arguments: &NewArguments) -> Result<Outcome, CliError> {
    match arguments.what {
        NewWhat::Invariant => invariant(arguments),
    }
}

/// Appends an example to the project's `heist.toml`; what is there stays as it is.
fn invariant(NewArguments { id, path, .. }: &NewArguments) -> Result<Outcome, CliError> {
    if !path.exists() {
        return Err(CliError::Missing { path: path.clone(), bundled: false });
    }
    // An example holds only where the project works.
    let protocol = load_project(path)?;
    if shipped()?.iter().any(|source| source.id == *id) {
        return Err(CliError::OfPack { id: id.clone() });
    }
    let file = if path.is_dir() { path.join(CONFIG_FILE) } else { path.clone() };
    let failed = |source| CliError::Unchangeable { path: file.clone(), source };
    let text = fs::read_to_string(&file).map_err(failed)?;
    let contract = protocol.contracts.first().map_or("attack", |contract| contract.name.as_str());
    let gap = if text.ends_with('\n') { "\n" } else { "\n\n" };
    let block = format!("{gap}{}", example(id, contract));
    // An id that is taken, or none, is told as if it were written already.
    Config::parse(&(text.clone() + &block), &file.display().to_string(), &protocol.id).map_err(ProtocolError::from)?;
    let mut appended = OpenOptions::new().append(true).open(&file).map_err(failed)?;
    appended.write_all(block.as_bytes()).map_err(failed)?;
    let line = text.lines().count() + 2;
    let (file, path) = (file.display().to_string(), path.display().to_string());
    let (file, path, id) = (escape(&file), escape(&path), escape(id));
    terminal::print(&format!(
        "{file}:{line}: {id} is there: write what must hold\n\n  \
         heist run {path} --invariant {id}   judges it alone\n  heist explain {id} {path}         prints it\n"
    ))?;
    Ok(Outcome::Done)
}

/// An invariant that holds whatever the contract is, with what there is to change about it.
fn example(id: &str, contract: &str) -> String {
    format!(
        "[[invariant]]\n\
         id = \"{id}\"\n\
         title = \"Time does not run back, nor is ether owed\" # one line: what must hold\n\
         on = \"state\"                     # between calls; \"call\": after each one, may use old()\n\
         # docs/invariants.md has the language. Views of contracts, sums over holders, what a call carried and returned:\n\
         #   sum(x in holders, {contract}.balanceOf(x)) <= {contract}.totalSupply()\n\
         expression = \"balance({contract}) >= 0 && block.timestamp >= initial(block.timestamp)\"\n\
         severity = \"high\"                # low | medium | high | critical\n\
         tags = []                        # words for --invariant tag:WORD\n"
    )
}
