use super::{
    super::{InvariantSource, Judgement, RoleView, Severity, source::SourceText},
    ConfigError, ConfigProblem, ROLES,
    names::one_of,
    parse,
    raw::{RawInvariant, RawPack},
    resolve::located,
    roles,
};
use serde_spanned::Spanned;

/// What a pack, `invariants/*.toml`, holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack {
    /// Its invariants, in order.
    pub invariants: Vec<InvariantSource>,
    /// Its views: what a role's view is where neither the ABI nor `heist.toml` says otherwise.
    pub views: Vec<ViewSource>,
}

/// A view of a role: `[[view]]` with `role`, `name = "claims(x)"` and `expression`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewSource {
    /// The role, whose name is also the variable of its contract in the body.
    pub role: String,
    /// Name, parameters and body.
    pub view: RoleView,
}

/// Reads a pack.
///
/// # Errors
///
/// When the text is not TOML, has unknown keys or roles, or states an id twice.
pub fn parse_pack(text: &str, file: &str) -> Result<Pack, ConfigError> {
    let source = SourceText::new(file, text);
    let raw: RawPack = parse::parse(&source)?;
    let invariants = invariants(&source, &raw.invariant)?;
    let mut views = Vec::new();
    for view in &raw.view {
        let raw = view.get_ref();
        let role = raw.role.get_ref();
        one_of("role", role, &ROLES).map_err(|problem| ConfigError::new(source.content(&raw.role.span()), problem))?;
        views.push(ViewSource { role: role.clone(), view: roles::view(&source, &raw.name, &raw.expression)? });
    }
    Ok(Pack { invariants, views })
}

/// Reads the invariants of a pack.
///
/// # Errors
///
/// As [`parse_pack`].
pub fn parse_invariants(text: &str, file: &str) -> Result<Vec<InvariantSource>, ConfigError> {
    parse_pack(text, file).map(|pack| pack.invariants)
}

pub(super) fn invariants(
    source: &SourceText<'_>,
    raw: &[Spanned<RawInvariant>],
) -> Result<Vec<InvariantSource>, ConfigError> {
    let mut lines = std::collections::BTreeMap::new();
    let mut invariants: Vec<InvariantSource> = Vec::new();
    for whole in raw {
        let raw = whole.get_ref();
        let id = raw.id.get_ref();
        let place = source.content(&raw.id.span());
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        if id.is_empty() || id.len() > 100 || !id.chars().all(plain) {
            let problem = ConfigProblem::Unsuitable {
                message: String::from("an id is made of letters, digits, `-`, `_` and `.`, at most a hundred"),
                help: String::from("write an id like `RESERVES-COVERED`: it names files and rules"),
            };
            return Err(ConfigError::new(place, problem));
        }
        if let Some(line) = lines.insert(id.clone(), place.line) {
            let problem = ConfigProblem::Duplicate { what: "invariant", name: id.clone(), line };
            return Err(ConfigError::new(place, problem));
        }
        if raw.expression.get_ref().trim().is_empty() {
            let problem = ConfigProblem::Missing { what: format!("invariant `{id}`"), key: String::from("expression") };
            return Err(ConfigError::new(source.content(&raw.expression.span()), problem));
        }
        for role in &raw.roles {
            // `role`, or `variable = role | role`.
            let roles = role.get_ref().split_once('=').map_or(role.get_ref().as_str(), |(_, roles)| roles);
            for one in roles.split('|') {
                one_of("role", one.trim(), &ROLES)
                    .map_err(|problem| ConfigError::new(source.content(&role.span()), problem))?;
            }
        }
        for tag in &raw.tags {
            if tag.get_ref().is_empty() || !tag.get_ref().chars().all(plain) {
                let problem = ConfigProblem::Unsuitable {
                    message: String::from("a tag is made of letters, digits, `-`, `_` and `.`"),
                    help: String::from("write a word like `rounding`: `--invariant tag:rounding` selects by it"),
                };
                return Err(ConfigError::new(source.content(&tag.span()), problem));
            }
        }
        invariants.push(InvariantSource {
            id: id.clone(),
            title: raw.title.clone().unwrap_or_else(|| id.clone()),
            roles: raw.roles.iter().map(|role| role.get_ref().clone()).collect(),
            on: raw.on.unwrap_or(Judgement::State),
            by: raw.by.as_ref().map(|by| located(source, by)),
            expression: raw.expression.get_ref().clone(),
            severity: raw.severity.unwrap_or(Severity::High),
            tags: raw.tags.iter().map(|tag| tag.get_ref().clone()).collect(),
            explain: raw.explain.clone().unwrap_or_default(),
            place: source.content(&raw.expression.span()),
        });
    }
    Ok(invariants)
}
