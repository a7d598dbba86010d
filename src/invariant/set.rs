use super::{
    check::{self, ExpressionError, Problem, Request, nearest},
    compiled::Compiled,
    predicate,
    rule::{ExpressionInvariant, Invariant, Rule},
    value::Type,
};
use crate::protocol::{InvariantSource, Pack, Protocol};
use std::{collections::BTreeSet, sync::Arc};

/// Instances that one source may have.
const MAX_INSTANCES: usize = 1024;

/// A pack's invariant that says nothing about a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotApplicable {
    /// The invariant.
    pub id: String,
    /// Contracts that it would have been applied to; empty when no contract has its roles.
    pub contracts: Vec<String>,
    /// Why not.
    pub reason: String,
}

/// What sources are compiled for.
#[derive(Debug, Clone, Copy)]
struct Against<'a> {
    protocol: &'a Protocol,
    packs: &'a Pack,
    /// The source is a pack's.
    pack: bool,
}

/// All invariants of a campaign, compiled for a protocol and shared by its workers.
#[derive(Debug, Clone, Default)]
pub struct InvariantSet {
    instances: Vec<Arc<dyn Invariant>>,
    not_applicable: Vec<NotApplicable>,
}

impl InvariantSet {
    /// The invariants of `heist.toml`, those of the packs, and those of a suite.
    ///
    /// An invariant of `heist.toml` that has the id of a pack's replaces it: this is how a protocol makes an exception.
    ///
    /// # Errors
    ///
    /// All invariants of `heist.toml` that cannot be compiled, and views of roles that cannot.
    pub fn new(protocol: &Protocol, packs: &Pack) -> Result<Self, Vec<ExpressionError>> {
        let mut set = Self::default();
        let mut errors = Vec::new();
        let mut ids = BTreeSet::new();
        for source in &protocol.invariants {
            if !ids.insert(source.id.as_str()) {
                let problem = Problem::DuplicateId { id: source.id.clone() };
                errors.push(ExpressionError { place: source.place.clone(), problem });
            }
            set.add(&Against { protocol, packs, pack: false }, source, &mut errors);
        }
        for source in packs.invariants.iter().filter(|source| !ids.contains(source.id.as_str())) {
            set.add(&Against { protocol, packs, pack: true }, source, &mut errors);
        }
        if let Some(suite) = &protocol.suite {
            let (predicates, assertions) = predicate::of_suite(protocol, suite);
            for predicate in predicates {
                set.push(Arc::new(predicate));
            }
            for assertion in assertions {
                set.push(Arc::new(assertion));
            }
        }
        if errors.is_empty() { Ok(set) } else { Err(errors) }
    }

    /// Adds an invariant that is a Rust type.
    pub fn push(&mut self, invariant: Arc<dyn Invariant>) {
        self.instances.push(invariant);
    }

    /// The instances, in order: those of `heist.toml`, then packs, then Rust types.
    pub fn instances(&self) -> &[Arc<dyn Invariant>] {
        &self.instances
    }

    /// Invariants of packs that say nothing about this protocol, and why.
    pub fn not_applicable(&self) -> &[NotApplicable] {
        &self.not_applicable
    }

    /// Keeps the instances whose id `wanted` accepts.
    #[must_use]
    pub fn filtered(mut self, wanted: impl Fn(&str) -> bool) -> Self {
        self.instances.retain(|instance| wanted(&instance.rule().id));
        self.not_applicable.retain(|skipped| wanted(&skipped.id));
        self
    }

    fn add(&mut self, against: &Against<'_>, source: &InvariantSource, errors: &mut Vec<ExpressionError>) {
        let Against { protocol, packs, pack } = *against;
        let combinations = match combinations(protocol, source) {
            Ok(combinations) => combinations,
            Err(problem @ Problem::UnknownRole { .. }) if pack => {
                let reason = problem.to_string();
                self.not_applicable.push(NotApplicable { id: source.id.clone(), contracts: Vec::new(), reason });
                return;
            }
            Err(problem) => {
                errors.push(ExpressionError { place: source.place.clone(), problem });
                return;
            }
        };
        let mut known = BTreeSet::new();
        for roles in &combinations {
            let request = Request {
                text: &source.expression,
                place: &source.place,
                on: source.on,
                roles,
                kind: Some(Type::Boolean),
                views: &packs.views,
            };
            match check::compile(protocol, &request) {
                Ok(compiled) if pack && let Some(reason) = never_called(protocol, &compiled) => {
                    let (id, contracts) = (source.id.clone(), contracts(protocol, roles));
                    self.not_applicable.push(NotApplicable { id, contracts, reason });
                }
                Ok(compiled) => {
                    let mut label = label(protocol, source, roles, false);
                    // A contract that is both vault and staking has an instance for each.
                    if !known.insert(label.clone()) {
                        label = self::label(protocol, source, roles, true);
                    }
                    let rule = rule_of(source);
                    let contracts = contracts(protocol, roles);
                    let invariant = ExpressionInvariant { rule, on: source.on, label, contracts, compiled };
                    self.instances.push(Arc::new(invariant));
                }
                Err(error) if pack && is_mismatch(packs, &error) => self.not_applicable.push(NotApplicable {
                    id: source.id.clone(),
                    contracts: contracts(protocol, roles),
                    reason: error.problem.to_string(),
                }),
                Err(error) => {
                    // The same mistake shows in each instance.
                    if !errors.contains(&error) {
                        errors.push(error);
                    }
                }
            }
        }
    }
}

/// The texts of a source.
pub(super) fn rule_of(source: &InvariantSource) -> Rule {
    Rule {
        id: source.id.clone(),
        title: source.title.clone(),
        severity: source.severity,
        explain: source.explain.clone(),
    }
}

/// Why an invariant speaks of no call that is ever made, where that is so.
fn never_called(protocol: &Protocol, compiled: &Compiled) -> Option<String> {
    let functions = compiled.functions()?;
    let is_called = |function: &usize| protocol.functions[*function].weight > 0;
    let first = protocol.functions.get(*functions.first()?)?;
    (!functions.iter().any(is_called)).then(|| format!("no actor calls `{}`", first.abi.name))
}

/// Whether the contract does not fit the pack, rather than somebody having made a mistake in `heist.toml`.
fn is_mismatch(packs: &Pack, error: &ExpressionError) -> bool {
    let invariants = packs.invariants.iter().map(|source| &source.place.file);
    let views = packs.views.iter().map(|source| &source.view.place.file);
    invariants.chain(views).any(|file| *file == error.place.file) && !matches!(error.problem, Problem::Syntax(_))
}

fn contracts(protocol: &Protocol, roles: &[(String, usize)]) -> Vec<String> {
    roles.iter().map(|(_, binding)| protocol.contracts[protocol.roles[*binding].contract].name.clone()).collect()
}

fn label(protocol: &Protocol, source: &InvariantSource, roles: &[(String, usize)], with_roles: bool) -> String {
    if roles.is_empty() {
        return source.id.clone();
    }
    let names = contracts(protocol, roles).into_iter().zip(roles).map(|(name, (_, binding))| {
        if with_roles { format!("{name} as {}", protocol.roles[*binding].role) } else { name }
    });
    format!("{}({})", source.id, names.collect::<Vec<_>>().join(", "))
}

/// Reads `role`, or `name = role | role`.
fn role_variable(text: &str) -> Result<(&str, Vec<&str>), Problem> {
    let (name, roles) = text.split_once('=').unwrap_or((text, text));
    let name = name.trim();
    let roles: Vec<_> = roles.split('|').map(str::trim).collect();
    let word = |word: &str| {
        let mut characters = word.chars();
        characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
            && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    if word(name) && roles.iter().all(|role| !role.is_empty()) {
        Ok((name, roles))
    } else {
        Err(Problem::RoleSyntax { text: text.to_owned() })
    }
}

/// One list of role variables and bindings for each instance.
fn combinations(protocol: &Protocol, source: &InvariantSource) -> Result<Vec<Vec<(String, usize)>>, Problem> {
    let mut all: Vec<Vec<(String, usize)>> = vec![Vec::new()];
    for entry in &source.roles {
        let (name, roles) = role_variable(entry)?;
        let bindings = protocol.roles.iter().enumerate();
        let found: Vec<usize> = bindings
            .filter(|(_, binding)| {
                let is_known = binding.contract < protocol.contracts.len();
                binding.judged && is_known && roles.contains(&binding.role.as_str())
            })
            .map(|(index, _)| index)
            .collect();
        if found.is_empty() {
            let known = protocol.roles.iter().map(|binding| binding.role.as_str());
            let nearest = roles.first().and_then(|role| nearest(role, known));
            return Err(Problem::UnknownRole { role: roles.join(" | "), nearest });
        }
        if all.len().saturating_mul(found.len()) > MAX_INSTANCES {
            return Err(Problem::TooManyInstances { most: MAX_INSTANCES });
        }
        let extended = all.iter().flat_map(|list| {
            found.iter().map(|binding| {
                let mut list = list.clone();
                list.push((name.to_owned(), *binding));
                list
            })
        });
        all = extended.collect();
    }
    Ok(all)
}
