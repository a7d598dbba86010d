use super::{
    arguments::{ListArguments, ListFormat, What},
    error::CliError,
    exit::Outcome,
    target::Target,
    targets, terminal,
};
use crate::{
    invariant,
    protocol::{InvariantSource, Protocol, ProtocolError},
    report::{clip, render_table, severity_name},
    scenario::{self, ScenarioFile},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// Characters of a cell.
const MAX_CELL: usize = 80;

/// `heist list`.
pub(super) fn list(arguments: &ListArguments) -> Result<Outcome, CliError> {
    let target = || Target::find_with(arguments.path.as_deref(), arguments.setup.as_deref());
    let protocols = || target()?.load(&[]);
    let text = match arguments.what {
        What::Protocols => {
            let target = target()?;
            let all = ["*", "attacks/*"].map(str::to_owned);
            let protocols = target.load(if target == Target::Gallery { &all } else { &[] })?;
            let entries: Vec<_> = protocols.iter().map(ProtocolRow::new).collect();
            write(arguments.format, &["id", "title", "contracts", "roles"], &entries, ProtocolRow::cells)
        }
        What::Invariants => {
            let entries = invariants(&shipped()?, &protocols()?);
            write(
                arguments.format,
                &["id", "severity", "on", "by", "roles", "tags", "from", "title"],
                &entries,
                InvariantRow::cells,
            )
        }
        What::Scenarios => {
            // What ships is known without a project; the bundled ones have none of their own.
            let protocols = if target()? == Target::Gallery { Vec::new() } else { protocols()? };
            let own = own_scenarios(&protocols)?;
            let entries: Vec<_> =
                scenario::shipped().iter().chain(&own).map(|file| ScenarioRow::new(&file.info)).collect();
            write(arguments.format, &["id", "rule", "severity", "needs", "title"], &entries, ScenarioRow::cells)
        }
        What::Targets => targets::write(&target()?, arguments.format),
    };
    terminal::print(&text?)?;
    Ok(Outcome::Done)
}

fn write<R: Serialize>(
    format: ListFormat,
    header: &[&str],
    rows: &[R],
    cells: impl Fn(&R) -> Vec<String>,
) -> Result<String, CliError> {
    match format {
        ListFormat::Human => {
            let rows = rows.iter().map(|row| cells(row).iter().map(|cell| clip(cell, MAX_CELL)).collect());
            Ok(render_table(header, rows.collect()) + "\n")
        }
        ListFormat::Json => {
            let text = serde_json::to_string_pretty(rows).map_err(|error| CliError::Output(error.into()))?;
            Ok(text + "\n")
        }
    }
}

/// The scenarios of projects, each once.
pub(super) fn own_scenarios(protocols: &[Protocol]) -> Result<Vec<ScenarioFile>, CliError> {
    let mut all: Vec<ScenarioFile> = Vec::new();
    for protocol in protocols {
        let own = scenario::own(protocol).map_err(ProtocolError::from)?;
        all.extend(own);
    }
    all.sort_by(|one, other| one.info.id.cmp(&other.info.id));
    all.dedup_by(|one, other| one.info == other.info);
    Ok(all)
}

#[derive(Debug, Serialize)]
struct ProtocolRow {
    id: String,
    title: String,
    contracts: Vec<String>,
    roles: Vec<String>,
}

impl ProtocolRow {
    fn new(protocol: &Protocol) -> Self {
        let roles: BTreeSet<_> = protocol.roles.iter().map(|binding| binding.role.clone()).collect();
        Self {
            id: protocol.id.clone(),
            title: protocol.title.clone(),
            contracts: protocol.contracts.iter().map(|contract| contract.name.clone()).collect(),
            roles: roles.into_iter().collect(),
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![self.id.clone(), self.title.clone(), self.contracts.join(", "), self.roles.join(", ")]
    }
}

#[derive(Debug, Serialize)]
struct InvariantRow {
    id: String,
    severity: &'static str,
    on: crate::protocol::Judgement,
    /// Whose calls are judged; none where it is all.
    by: Option<String>,
    roles: Vec<String>,
    tags: Vec<String>,
    /// The protocol that declares it; none for a pack.
    protocol: Option<String>,
    title: String,
    expression: String,
}

impl InvariantRow {
    fn new(source: &InvariantSource, protocol: Option<&str>) -> Self {
        Self {
            id: source.id.clone(),
            severity: severity_name(source.severity),
            on: source.on,
            by: source.by.as_ref().map(|by| by.value.clone()),
            roles: source.roles.clone(),
            tags: source.tags.clone(),
            protocol: protocol.map(str::to_owned),
            title: source.title.clone(),
            expression: source.expression.clone(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let on = match self.on {
            crate::protocol::Judgement::State => "state",
            crate::protocol::Judgement::Call => "call",
            crate::protocol::Judgement::Sample => "sample",
            crate::protocol::Judgement::Sequence => "sequence",
            crate::protocol::Judgement::Boundary => "boundary",
        };
        vec![
            self.id.clone(),
            self.severity.to_owned(),
            on.to_owned(),
            self.by.clone().unwrap_or_default(),
            self.roles.join(", "),
            self.tags.join(", "),
            self.protocol.clone().unwrap_or_else(|| "pack".to_owned()),
            self.title.clone(),
        ]
    }
}

/// Invariants that ship with Heist.
pub(super) fn shipped() -> Result<Vec<InvariantSource>, CliError> {
    Ok(invariant::packs().map_err(ProtocolError::from)?.invariants)
}

fn invariants(shipped: &[InvariantSource], protocols: &[Protocol]) -> Vec<InvariantRow> {
    let shipped = shipped.iter().map(|source| InvariantRow::new(source, None));
    let own = protocols.iter().flat_map(|protocol| {
        let row = |source| InvariantRow::new(&source, Some(&protocol.id));
        invariant::own(protocol).into_iter().map(row).collect::<Vec<_>>()
    });
    shipped.chain(own).collect()
}

#[derive(Debug, Serialize)]
struct ScenarioRow {
    id: String,
    rule: String,
    severity: &'static str,
    needs: Vec<String>,
    title: String,
}

impl ScenarioRow {
    fn new(info: &scenario::Info) -> Self {
        Self {
            id: info.id.clone(),
            rule: info.rule.clone(),
            severity: severity_name(info.severity),
            needs: info.needs.clone(),
            title: info.title.clone(),
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![self.id.clone(), self.rule.clone(), self.severity.to_owned(), self.needs.join(", "), self.title.clone()]
    }
}
