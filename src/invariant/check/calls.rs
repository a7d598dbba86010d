//! What a call carried, and what it returned.

use super::{Checked, Compiler, Problem, Type, Typed, abi};
use crate::invariant::{
    compiled::{Node, Phase, Return, Told},
    language::{Expression, Kind},
};

impl Compiler<'_> {
    /// `argument(vault.deposit, assets)` and `returned(vault.deposit)`, of which `index` is the return value, and what is asked about
    /// calls that nobody made; none for other names.
    pub(super) fn of_call(
        &mut self,
        expression: &Expression,
        (name, arguments): (&str, &[Expression]),
        index: usize,
    ) -> Option<Checked<Typed>> {
        match (name, arguments) {
            ("argument", [function, which]) => Some(self.argument(expression, function, which)),
            ("returned", [function]) => Some(self.returned(expression, function, index)),
            ("argument", _) => {
                let expected =
                    "a function and the name or number of its argument, as in `argument(vault.deposit, assets)`";
                Some(self.error(expression, Problem::Arguments { name: name.to_owned(), expected }))
            }
            ("returned", _) => {
                let expected = "a function of a contract, as in `returned(vault.deposit)`";
                Some(self.error(expression, Problem::Arguments { name: name.to_owned(), expected }))
            }
            ("succeeds" | "result" | "gasUsed" | "after" | "crowd", _) => {
                Some(self.supposed(expression, (name, arguments), index))
            }
            _ => None,
        }
    }

    fn argument(&mut self, expression: &Expression, function: &Expression, which: &Expression) -> Checked<Typed> {
        self.call_only(expression, "argument")?;
        let functions = self.functions("argument", function)?;
        let number = match &which.kind {
            Kind::Name(_) => None,
            Kind::Integer(number) => Some(usize::try_from(number.into_raw()).unwrap_or(usize::MAX)),
            _ => {
                let expected = "the name or the number of an argument behind the function";
                return self.error(which, Problem::Arguments { name: "argument".to_owned(), expected });
            }
        };
        let places = functions.into_iter().filter_map(|function| {
            let abi = &self.protocol.functions[function].abi;
            let index = match &which.kind {
                Kind::Name(name) => abi.inputs.iter().position(|input| input.name == *name)?,
                _ => number?,
            };
            Some((function, abi::argument(abi, index)?))
        });
        let places = places.collect();
        let problem = || Problem::NoArgument { function: self.text(function), argument: self.text(which) };
        let (told, kind) = self.told(expression, places, (which, problem()))?;
        Ok(Typed { node: Node::Argument(Box::new(told)), kind })
    }

    fn returned(&mut self, expression: &Expression, function: &Expression, index: usize) -> Checked<Typed> {
        self.call_only(expression, "returned")?;
        if self.capture.as_ref().is_some_and(|capture| capture.phase == Phase::Old) {
            return self.error(expression, Problem::LateParameter { name: self.text(expression) });
        }
        let functions = self.functions("returned", function)?;
        let places = functions.into_iter().filter_map(|called| {
            let abi = &self.protocol.functions[called].abi;
            Some((called, abi::result(abi, index)?))
        });
        let places = places.collect();
        let (contract, name) = match &function.kind {
            Kind::Member { base, name } => (self.text(base), name.clone()),
            _ => (String::new(), String::new()),
        };
        let (told, kind) =
            self.told(expression, places, (expression, Problem::NoReturnValue { contract, function: name, index }))?;
        Ok(Typed { node: Node::Returned(Box::new(told)), kind })
    }

    /// The places, of which there is at least one and all have one type; else the problem.
    fn told(
        &self,
        expression: &Expression,
        places: Vec<(usize, Return)>,
        (at, problem): (&Expression, Problem),
    ) -> Checked<(Told, Type)> {
        let Some(kind) = places.first().map(|(_, place)| place.kind.kind()) else { return self.error(at, problem) };
        if let Some((_, other)) = places.iter().find(|(_, place)| place.kind.kind() != kind) {
            return self.error(at, Problem::Mismatch { expected: kind, found: other.kind.kind() });
        }
        Ok((Told { places, text: self.text(expression) }, kind))
    }
}
