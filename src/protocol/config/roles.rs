use super::{
    super::{RoleView, source::SourceText},
    ConfigError, ConfigProblem, MoveConfig, Names, ROLES, RoleConfig,
    names::one_of,
    raw::RawRole,
    resolve::located,
};
use serde_spanned::Spanned;

pub(super) fn resolve(
    source: &SourceText<'_>,
    roles: &[Spanned<RawRole>],
    names: &Names,
) -> Result<Vec<RoleConfig>, ConfigError> {
    let mut resolved: Vec<RoleConfig> = Vec::new();
    for whole in roles {
        let raw = whole.get_ref();
        let fail = |text: &Spanned<String>, problem| ConfigError::new(source.content(&text.span()), problem);
        names.deployment(raw.contract.get_ref()).map_err(|problem| fail(&raw.contract, problem))?;
        one_of("role", raw.role.get_ref(), &ROLES).map_err(|problem| fail(&raw.role, problem))?;
        let (role, contract) = (raw.role.get_ref().clone(), raw.contract.get_ref().clone());
        if resolved.iter().any(|known| known.role == role && known.contract == contract) {
            let problem = ConfigProblem::Unsuitable {
                message: format!("`{contract}` is a {role} already"),
                help: String::from("keep one [[role]] of the two"),
            };
            return Err(fail(&raw.contract, problem));
        }
        let mut views = Vec::new();
        for (name, body) in &raw.views {
            views.push(view(source, name, body)?);
        }
        let movement = raw.movement.as_ref().map(|movement| {
            let raw = movement.get_ref();
            names.actor(raw.from.get_ref()).map_err(|problem| fail(&raw.from, problem))?;
            Ok(MoveConfig {
                function: located(source, &raw.function),
                price: raw.price.as_ref().map(|price| located(source, price)),
                from: raw.from.get_ref().clone(),
            })
        });
        resolved.push(RoleConfig { role, contract, views, movement: movement.transpose()? });
    }
    Ok(resolved)
}

/// `claims(x)` and its body.
pub(super) fn view(
    source: &SourceText<'_>,
    name: &Spanned<String>,
    body: &Spanned<String>,
) -> Result<RoleView, ConfigError> {
    let (bare, parameters) = signature(name.get_ref()).ok_or_else(|| {
        let expected = String::from("a view with its parameters, `claims(x)` or `backing()`");
        let found = format!("`{}`", name.get_ref());
        ConfigError::new(source.content(&name.span()), ConfigProblem::WrongType { expected, found })
    })?;
    Ok(RoleView { name: bare, parameters, body: body.get_ref().clone(), place: source.content(&body.span()) })
}

fn signature(text: &str) -> Option<(String, Vec<String>)> {
    let (name, rest) = text.trim().split_once('(')?;
    let inner = rest.strip_suffix(')')?.trim();
    let parameters: Vec<_> =
        if inner.is_empty() { Vec::new() } else { inner.split(',').map(|part| part.trim().to_owned()).collect() };
    let name = name.trim();
    let unique = parameters.iter().enumerate().all(|(index, parameter)| !parameters[..index].contains(parameter));
    let named = std::iter::once(name).chain(parameters.iter().map(String::as_str)).all(is_identifier);
    (unique && named).then(|| (name.to_owned(), parameters))
}

fn is_identifier(word: &str) -> bool {
    !word.starts_with(|letter: char| letter.is_ascii_digit())
        && !word.is_empty()
        && word.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
