//! Values that a project gives a name to.

use super::{Checked, Compiler, ExpressionError, Problem, Request, Source, Typed, compile, is_reserved};
use crate::{
    invariant::{compiled::Node, language::Expression},
    protocol::{Constant, Judgement, Place, Protocol},
};

/// A request for nothing, about a state.
pub(super) const NONE: Request<'static> =
    Request { text: "", place: &NOWHERE, on: Judgement::State, roles: &[], kind: None, views: &[] };

static NOWHERE: Place = Place { file: String::new(), line: 0, column: 0 };

/// Stands for the constants among the views of roles that are being filled in.
const CONSTANTS: usize = usize::MAX;

/// What is wrong with the constants of a protocol, whether anything uses them or not.
pub(in crate::invariant) fn check_constants(protocol: &Protocol) -> Vec<ExpressionError> {
    let check = |constant: &Constant| {
        if is_reserved(&constant.name) {
            let problem = Problem::Reserved { name: constant.name.clone() };
            return Some(ExpressionError { place: constant.place.clone(), problem });
        }
        // As it is used: what stands alone may be anything.
        compile(protocol, &Request { text: &constant.name, place: &constant.place, ..NONE }).err()
    };
    protocol.vocabulary.constants.iter().filter_map(check).collect()
}

impl Compiler<'_> {
    /// Fills in a constant.
    pub(super) fn constant(&mut self, expression: &Expression, constant: &Constant) -> Checked<Typed> {
        let name = constant.name.clone();
        if self.expanding.iter().any(|(binding, known)| *binding == CONSTANTS && *known == name) {
            return self.error(expression, Problem::Recursion { name });
        }
        let inner = Source { text: constant.text.clone(), place: constant.place.clone(), names: Vec::new() };
        let outer = std::mem::replace(&mut self.source, inner);
        self.expanding.push((CONSTANTS, name.clone()));
        let value = self.parse().and_then(|body| match self.expression(&body)? {
            typed @ Typed { node: Node::Constant(_), .. } => Ok(typed),
            _ => self.error(&body, Problem::NotConstant { name }),
        });
        self.expanding.pop();
        self.source = outer;
        value
    }
}
