use super::{
    arguments::{BuildMode, ListFormat},
    error::CliError,
    list::shipped,
    target::{Target, set_up},
};
use crate::{
    protocol::{CONFIG_FILE, InferredEconomy, InferredPrice, InvariantSource, Protocol, RoleView, SetUp, Survey},
    report::{escape, render_table},
    scenario::SCENARIO_ROLES,
};
use serde::Serialize;
use std::collections::BTreeSet;

/// The address of contracts that calls create.
const EACH: &str = "each its own";

/// What is attacked of one protocol.
#[derive(Debug, Serialize)]
struct Targets {
    protocol: String,
    contracts: Vec<ContractRow>,
    roles: Vec<RoleRow>,
    actors: Vec<ActorRow>,
    economy: InferredEconomy,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ContractRow {
    name: String,
    address: String,
    artifact: Option<String>,
    implementation: Vec<String>,
    /// Functions that are called.
    functions: usize,
    why: String,
}

#[derive(Debug, Serialize)]
struct RoleRow {
    contract: String,
    role: String,
    /// Who says so: a configuration, or nobody.
    from: &'static str,
    sureness: &'static str,
    /// What it drives.
    drives: Vec<&'static str>,
    why: String,
}

#[derive(Debug, Serialize)]
struct ActorRow {
    name: String,
    kind: crate::protocol::ActorKind,
    address: String,
    why: String,
}

/// `heist list targets`.
pub(super) fn write(target: &Target, format: ListFormat) -> Result<String, CliError> {
    let packs = shipped()?;
    let targets = match target {
        Target::SetUp(folder, contract) => {
            let SetUp { protocol, survey } = set_up(folder, contract, BuildMode::Never)?;
            vec![Targets::found(&protocol, survey, &packs)]
        }
        _ => target.load(&[])?.iter().map(|protocol| Targets::declared(protocol, &packs)).collect(),
    };
    match format {
        ListFormat::Human => Ok(targets.iter().map(Targets::render).collect::<Vec<_>>().join("\n")),
        ListFormat::Json => {
            let text = serde_json::to_string_pretty(&targets).map_err(|error| CliError::Output(error.into()))?;
            Ok(text + "\n")
        }
    }
}

impl Targets {
    /// What was found behind a set-up.
    fn found(protocol: &Protocol, survey: Survey, packs: &[InvariantSource]) -> Self {
        let contracts = survey.contracts.into_iter().map(|contract| ContractRow {
            name: contract.name,
            address: contract.address.map_or_else(|| EACH.to_owned(), |address| address.to_string()),
            artifact: contract.artifact,
            implementation: contract.implementation,
            functions: contract.functions,
            why: contract.why,
        });
        let actors = survey.actors.into_iter().map(|actor| ActorRow {
            name: actor.name,
            kind: actor.kind,
            address: actor.address.to_string(),
            why: actor.why,
        });
        Self {
            protocol: protocol.id.clone(),
            contracts: contracts.collect(),
            roles: roles(protocol, packs),
            actors: actors.collect(),
            economy: survey.economy,
            notes: survey.notes,
        }
    }

    /// What a configuration or a suite says.
    fn declared(protocol: &Protocol, packs: &[InvariantSource]) -> Self {
        let source = if protocol.suite.is_some() { "the suite" } else { "heist.toml" };
        let contracts = protocol.contracts.iter().enumerate().map(|(index, contract)| ContractRow {
            name: contract.name.clone(),
            address: if contract.created { EACH.to_owned() } else { contract.address.to_string() },
            artifact: Some(contract.artifact.qualified()),
            implementation: Vec::new(),
            functions: protocol.functions.iter().filter(|one| one.contract == index && one.weight > 0).count(),
            why: if contract.created { "created by calls".to_owned() } else { format!("deployed by {source}") },
        });
        let actors = protocol.actors.iter().map(|actor| ActorRow {
            name: actor.name.clone(),
            kind: actor.kind,
            address: actor.address.to_string(),
            why: format!("declared by {source}"),
        });
        let price = |(asset, price): (&String, &String)| InferredPrice {
            asset: asset.clone(),
            price: price.clone(),
            why: format!("declared by {source}"),
        };
        Self {
            protocol: protocol.id.clone(),
            contracts: contracts.collect(),
            roles: roles(protocol, packs),
            actors: actors.collect(),
            economy: InferredEconomy {
                reference: protocol.economics.reference.clone(),
                why: format!("declared by {source}"),
                threshold: protocol.economics.threshold.to_string(),
                prices: protocol.economics.prices.iter().map(price).collect(),
                unsettled: None,
            },
            notes: Vec::new(),
        }
    }

    fn render(&self) -> String {
        let contract = |row: &ContractRow| {
            let artifact = row.artifact.clone().unwrap_or_else(|| "unknown".to_owned());
            let behind = row.implementation.join(", ");
            let artifact = if behind.is_empty() { artifact } else { format!("{artifact} -> {behind}") };
            vec![row.name.clone(), artifact, row.address.clone(), row.functions.to_string(), row.why.clone()]
        };
        let role = |row: &RoleRow| {
            let drives = if row.drives.is_empty() { "nothing".to_owned() } else { row.drives.join(", ") };
            let from = row.from.to_owned();
            vec![row.contract.clone(), row.role.clone(), from, row.sureness.to_owned(), drives, row.why.clone()]
        };
        let kind = |row: &ActorRow| format!("{:?}", row.kind).to_lowercase();
        let actor = |row: &ActorRow| vec![row.name.clone(), kind(row), row.address.clone(), row.why.clone()];
        let mut text = format!("{}\n\n", escape(&self.protocol));
        text += &table(&["contract", "artifact", "address", "calls", "why"], self.contracts.iter().map(contract));
        text += &table(&["contract", "role", "from", "sure", "drives", "why"], self.roles.iter().map(role));
        text += &table(&["actor", "kind", "address", "why"], self.actors.iter().map(actor));
        if let Some(reference) = &self.economy.reference {
            let unit = format!("above {} a profit", self.economy.threshold);
            let first = vec![reference.clone(), "reference".to_owned(), format!("{}; {unit}", self.economy.why)];
            let prices = self.economy.prices.iter();
            let prices = prices.map(|price| vec![price.asset.clone(), price.price.clone(), price.why.clone()]);
            text += &table(&["asset", "price of 1e18", "why"], std::iter::once(first).chain(prices));
        }
        text.extend(self.notes.iter().map(|note| format!("note: {}\n", escape(note))));
        text
    }
}

/// What contracts are for the economy, in their order: what is declared of each, then what is inferred.
fn roles(protocol: &Protocol, packs: &[InvariantSource]) -> Vec<RoleRow> {
    let own = protocol.invariants.iter();
    let about: BTreeSet<_> = packs.iter().chain(own).flat_map(InvariantSource::role_names).collect();
    let drives = |role: &str, used: bool, judged: bool| {
        let scenarios = (used && SCENARIO_ROLES.contains(&role)).then_some("scenarios");
        let packs = (judged && about.contains(role)).then_some("packs");
        scenarios.into_iter().chain(packs).collect()
    };
    let declared = protocol.roles.iter().filter(|binding| !protocol.is_inferred(binding)).map(|binding| {
        let why = if binding.views.is_empty() {
            "a [[role]] says so".to_owned()
        } else {
            let views: Vec<_> = binding.views.iter().map(RoleView::signature).collect();
            format!("a [[role]] says so, and what {} mean", views.join(", "))
        };
        RoleRow {
            contract: protocol.contracts[binding.contract].name.clone(),
            role: binding.role.clone(),
            from: CONFIG_FILE,
            sureness: "certain",
            drives: drives(&binding.role, true, binding.judged),
            why,
        }
    });
    let inferred = protocol.inferred.iter().map(|role| RoleRow {
        contract: role.contract.clone(),
        role: role.role.clone(),
        from: "inferred",
        sureness: role.sureness.word(),
        drives: drives(&role.role, role.used, role.judged),
        why: role.why.clone(),
    });
    let mut rows: Vec<_> = declared.chain(inferred).collect();
    rows.sort_by_key(|row| protocol.contracts.iter().position(|contract| contract.name == row.contract));
    rows
}

/// A table, where it has rows. Addresses and reasons are what the list is for: no cell is cut.
fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: Vec<Vec<String>> = rows.map(|row| row.iter().map(|cell| escape(cell).into_owned()).collect()).collect();
    if rows.is_empty() { String::new() } else { render_table(header, rows) + "\n\n" }
}
