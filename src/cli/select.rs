use super::error::CliError;
use crate::{glob, protocol::nearest};

/// Whether any of `globs` describes `id`; no globs describe everything.
pub(super) fn selected(globs: &[String], id: &str) -> bool {
    globs.is_empty() || globs.iter().any(|each| glob::matches(each, id))
}

/// Checks that each glob describes something.
pub(super) fn check(what: &'static str, globs: &[String], known: &[String]) -> Result<(), CliError> {
    match globs.iter().find(|each| !known.iter().any(|id| glob::matches(each, id))) {
        None => Ok(()),
        Some(unmatched) => Err(unknown(what, unmatched, known)),
    }
}

/// An error that names what was likely meant.
pub(super) fn unknown(what: &'static str, name: &str, known: &[String]) -> CliError {
    let nearest = nearest(&name.replace('*', ""), known.iter().map(String::as_str)).map(str::to_owned);
    CliError::Unknown { what, name: name.to_owned(), nearest }
}

#[cfg(test)]
mod tests {
    use super::{CliError, check, selected};

    #[test]
    fn a_glob_that_describes_nothing_is_an_error_with_the_nearest_name() {
        let known = ["vault".to_owned(), "vault-fixed".to_owned(), "lending".to_owned()];
        assert!(check("protocol", &["v*".to_owned(), "lending".to_owned()], &known).is_ok());
        let error = check("protocol", &["v*".to_owned(), "lendnig*".to_owned()], &known).unwrap_err();
        assert!(matches!(&error, CliError::Unknown { nearest: Some(name), .. } if name == "lending"));
        assert!(error.describe().contains("did you mean `lending`"), "{}", error.describe());
        assert!(
            check("protocol", &["zzzzzzzzz".to_owned()], &known)
                .unwrap_err()
                .describe()
                .contains("heist list protocols")
        );
    }

    #[test]
    fn no_globs_select_everything() {
        assert!(selected(&[], "x") && selected(&["X*".to_owned()], "xyz") && !selected(&["y".to_owned()], "x"));
    }
}
