use super::{
    arguments::{NewArguments, NewWhat},
    error::CliError,
    exit::Outcome,
    list::shipped,
    target::load_project,
    terminal,
};
use crate::{
    protocol::{CONFIG_FILE, Config, Protocol, ProtocolError, SCENARIO_FOLDER, ScenarioSource},
    report::escape,
};
use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::Path,
};

/// `heist new`.
pub(super) fn new(arguments: &NewArguments) -> Result<Outcome, CliError> {
    match arguments.what {
        NewWhat::Invariant => invariant(arguments),
        NewWhat::Scenario => scenario(arguments),
    }
}

/// Appends an example to the project's `heist.toml`; what is there stays as it is.
fn invariant(NewArguments { id, path, .. }: &NewArguments) -> Result<Outcome, CliError> {
    // An example holds only where the project works.
    let protocol = project(path)?;
    if shipped()?.iter().any(|source| source.id == *id) {
        return Err(CliError::OfPack { id: id.clone() });
    }
    let file = if path.is_dir() { path.join(CONFIG_FILE) } else { path.clone() };
    let failed = |source| CliError::Unchangeable { path: file.clone(), source };
    let text = fs::read_to_string(&file).map_err(failed)?;
    let contract = protocol.contracts.first().map_or("attack", |contract| contract.name.as_str());
    let (block, line) = behind(&text, &example(id, contract));
    // An id that is taken, or none, is told as if it were written already.
    Config::parse(&(text + &block), &file.display().to_string(), &protocol.id).map_err(ProtocolError::from)?;
    let mut appended = OpenOptions::new().append(true).open(&file).map_err(failed)?;
    appended.write_all(block.as_bytes()).map_err(failed)?;
    let (file, path) = (file.display().to_string(), path.display().to_string());
    let (file, path, id) = (escape(&file), escape(&path), escape(id));
    terminal::print(&format!(
        "{file}:{line}: {id} is there: write what must hold\n\n  \
         heist run {path} --invariant {id}   judges it alone\n  heist explain {id} {path}         prints it\n"
    ))?;
    Ok(Outcome::Done)
}

/// A block as it is appended to a file, and the line that it begins on there.
pub(super) fn behind(text: &str, block: &str) -> (String, usize) {
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    (format!("{gap}{block}"), text.lines().count() + if text.is_empty() { 1 } else { 2 })
}

/// The protocol of a path that the user names.
fn project(path: &Path) -> Result<Protocol, CliError> {
    if !path.exists() {
        return Err(CliError::Missing { path: path.to_owned(), bundled: false });
    }
    load_project(path)
}

/// Writes an example into the project's folder `scenarios`; a file that is there stays as it is.
fn scenario(NewArguments { id, path, .. }: &NewArguments) -> Result<Outcome, CliError> {
    let mut protocol = project(path)?;
    let home = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
    let folder = home.join(SCENARIO_FOLDER);
    let file = folder.join(format!("{id}.toml"));
    let text = scenario_example(id, &protocol);
    // An id that is taken, or none, is told as if it were written already.
    let shown = file.display().to_string();
    protocol.scenarios.push(ScenarioSource { file: shown.clone(), text: text.clone() });
    crate::scenario::of(&protocol).map_err(ProtocolError::from)?;
    let failed = |source| CliError::Unchangeable { path: file.clone(), source };
    fs::create_dir_all(&folder).map_err(failed)?;
    let mut created = OpenOptions::new().write(true).create_new(true).open(&file).map_err(failed)?;
    created.write_all(text.as_bytes()).map_err(failed)?;
    let path = path.display().to_string();
    let (shown, path, id) = (escape(&shown), escape(&path), escape(id));
    terminal::print(&format!(
        "{shown}: {id} is there: write what the attacker does\n\n  \
         heist run {path} --scenario {id}   tries it alone\n  heist test {path}         \
         says whether it finds what its [test] says\n"
    ))?;
    Ok(Outcome::Done)
}

/// A scenario that runs on the protocol, with what there is to change about it.
fn scenario_example(id: &str, protocol: &Protocol) -> String {
    // Something that an attacker calls, mostly no token.
    let is_token = |index: usize| protocol.with_role("token").any(|binding| binding.contract == index);
    let called = protocol.functions.iter().filter(|function| function.weight > 0);
    let called = called.min_by_key(|function| (is_token(function.contract), function.contract));
    let (contract, call) = match called {
        Some(function) => {
            let contract = &protocol.contracts[function.contract].name;
            (contract.clone(), format!("{contract}.{}", function.abi.signature()))
        }
        None => ("market".to_owned(), "market.deposit".to_owned()),
    };
    let rule = id.to_uppercase().replace('_', "-");
    format!(
        r#"id = "{id}"                      # as --scenario takes it
rule = "{rule}"                  # the rule of its findings
title = "The attacker is richer after an attack on {contract}"
severity = "critical"            # low | medium | high | critical
needs = []                       # roles: a protocol that misses one skips it
explain = """
What the attacker does, and which incident shows that it can be done. `heist explain {id}` prints this.
"""

[[variant]]
profit = true                    # the attacker's profit is judged, beside all invariants

# One transaction of the attacker's contract. docs/scenarios.md has all kinds of steps and what their actions may say.
[[variant.step]]
kind = "attack"
loan = "sometimes"               # never | sometimes | always: in a flash loan, where there is a lender
script = [
    # A function of a deployment or a role. What is not said of its arguments is drawn; what may be said:
    #   arguments = {{ amount = {{ from = 1, to = "1000 ether" }}, receiver = "self", id = {{ result = "opened" }} }}
    {{ call = "{call}", count = [1, 2] }},
    # What an action is for, and of what: any | pay | take | donate | poke | reenter.
    {{ verb = "donate", of = "{contract}", count = [0, 1] }},
    {{ verb = "take", amount = "most" }},
]
count = [0, 2]                   # any actions behind those

# `heist test` runs the scenario alone and says whether it finds something.
[test]
calls = 5_000
seed = 1
finds = false
"#
    )
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
