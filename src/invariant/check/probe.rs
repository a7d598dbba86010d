//! What is asked about calls that nobody made: `succeeds`, `result`, `gasUsed`, `after` and `crowd`.

use super::{
    Checked, Compiler, Problem, Type, Typed, abi, nearest,
    scope::{Bound, Slot, is_reserved},
    view::{Call, Callee},
};
use crate::invariant::{
    compiled::{Crowd, Invocation, Node, Supposition, Wanted},
    language::{Expression, Kind},
};
use alloy_json_abi::Function;

/// Strangers of one `crowd`.
const MAX_CROWD: u32 = 64;

impl Compiler<'_> {
    /// `succeeds(who, token.transfer(bob, 1))`, `result(who, ..)` and its return value `index`, `after(who, .., e)`.
    pub(super) fn supposed(
        &mut self,
        expression: &Expression,
        (name, arguments): (&str, &[Expression]),
        index: usize,
    ) -> Checked<Typed> {
        let (sender, call, body) = match (name, arguments) {
            ("after", [sender, call, body]) => (sender, call, Some(body)),
            ("succeeds" | "result" | "gasUsed", [sender, call]) => (sender, call, None),
            ("crowd", _) => return self.crowd(expression, arguments),
            ("after", _) => {
                let expected =
                    "a sender, a call and an expression, as in `after(alice, token.burn(1), token.totalSupply())`";
                return self.error(expression, Problem::Arguments { name: name.to_owned(), expected });
            }
            _ => {
                let expected = "a sender and a call, as in `succeeds(alice, token.transfer(bob, 1))`";
                return self.error(expression, Problem::Arguments { name: name.to_owned(), expected });
            }
        };
        let sender = self.typed(sender, Type::Address)?;
        let (invocation, function, contract) = self.invocation(name, call)?;
        let (wanted, kind) = match (name, body) {
            (_, Some(body)) => self.behind(body)?,
            ("succeeds", None) => (Wanted::Success, Type::Boolean),
            ("gasUsed", None) => (Wanted::Gas, Type::Integer),
            (_, None) => {
                let Some(place) = abi::result(&function, index) else {
                    let problem = Problem::NoReturnValue { contract, function: function.name, index };
                    return self.error(expression, problem);
                };
                (Wanted::Returned(place), place.kind.kind())
            }
        };
        let (text, call) = (self.text(expression), self.text(call));
        let supposition = Supposition { sender, invocation, crowd: None, wanted, text, call };
        Ok(Typed { node: Node::Supposed(Box::new(supposition)), kind })
    }

    /// `crowd(n, u, who, token.transfer(u, 1), e)`: what `e` is behind such a call for each of n strangers, who are `u`.
    fn crowd(&mut self, expression: &Expression, arguments: &[Expression]) -> Checked<Typed> {
        let arity = || Problem::Arguments {
            name: "crowd".to_owned(),
            expected: "a number of at most 64, a variable for each stranger, a sender, a call and an expression, as in \
                       `crowd(8, u, alice, token.transfer(u, 1), token.totalSupply())`",
        };
        let [count, variable, sender, call, body] = arguments else { return self.error(expression, arity()) };
        let counted = match &count.kind {
            Kind::Integer(number) => u32::try_from(number.into_raw()).ok(),
            _ => None,
        };
        let Some(counted) = counted.filter(|number| (1..=MAX_CROWD).contains(number)) else {
            return self.error(count, arity());
        };
        let Kind::Name(name) = &variable.kind else { return self.error(variable, arity()) };
        if is_reserved(name) {
            return self.error(variable, Problem::Reserved { name: name.clone() });
        }
        let slot = Slot { name: name.clone(), kind: Type::Address, set: None };
        let (slot, who, invocation) = self.with_slot(slot, |compiler, slot| {
            compiler.source.names.push((name.clone(), Bound::Local(slot)));
            let made =
                compiler.typed(sender, Type::Address).and_then(|who| Ok((who, compiler.invocation("crowd", call)?)));
            compiler.source.names.pop();
            let (who, (invocation, ..)) = made?;
            Ok((slot, who, invocation))
        })?;
        let (wanted, kind) = self.behind(body)?;
        let text = self.text(expression);
        let call = format!("{} for each of {counted} strangers {name}", self.text(call));
        let crowd = Some(Crowd { count: counted, slot });
        let supposition = Supposition { sender: who, invocation, crowd, wanted, text, call };
        Ok(Typed { node: Node::Supposed(Box::new(supposition)), kind })
    }

    /// What is asked of the state behind a call.
    fn behind(&mut self, body: &Expression) -> Checked<(Wanted, Type)> {
        self.supposing += 1;
        let body = self.expression(body);
        self.supposing -= 1;
        body.map(|Typed { node, kind }| (Wanted::State(node), kind))
    }

    /// A call of any function of a deployment or of a cast address.
    fn invocation(&mut self, builtin: &str, expression: &Expression) -> Checked<(Invocation, Function, String)> {
        let Kind::Call { base: Some(base), name, arguments } = &expression.kind else {
            let expected = "a call of a contract's function behind the sender, as in `token.transfer(bob, 1)`";
            return self.error(expression, Problem::Arguments { name: builtin.to_owned(), expected });
        };
        let call = Call { expression, base, name, arguments, index: 0 };
        let (callee, known) = match &base.kind {
            Kind::Name(name) if let Some(contract) = self.contract_named(name) => {
                let functions = &self.protocol.contracts[contract].artifact.abi.functions;
                (self.deployed(contract, call.name), nearest(call.name, functions.keys().map(String::as_str)))
            }
            _ => match self.cast(&call)? {
                Some(callee) => {
                    let known = nearest(call.name, callee.abi.functions.keys().map(String::as_str));
                    (callee, known)
                }
                None => return self.no_callee(&call),
            },
        };
        let typed = self.arguments(&call)?;
        let function = self.any(&call, &callee, (&typed, known))?;
        let invocation = self.lay_out(&call, &callee, &function, typed)?;
        Ok((invocation, function, callee.name))
    }

    /// The overload that fits best, whether it changes state or not.
    fn any(&self, call: &Call<'_>, callee: &Callee, (typed, nearest): (&[Typed], Option<String>)) -> Checked<Function> {
        let overloads = callee.abi.function(call.name).map_or(&[][..], Vec::as_slice);
        let fitting: Vec<_> = overloads.iter().filter(|function| function.inputs.len() == typed.len()).collect();
        if fitting.is_empty() {
            let function = format!("{}.{}", callee.name, call.name);
            let problem = Problem::MissingFunction { function, arguments: typed.len(), nearest };
            return self.error(call.expression, problem);
        }
        self.best(call, callee, &fitting, typed)
    }

    /// Says that `name` has no meaning where the present place is behind a hypothetical call.
    pub(super) fn not_supposed(&self, expression: &Expression, name: &str) -> Checked<()> {
        if self.supposing > 0 {
            return self.error(expression, Problem::WithinAfter { name: name.to_owned() });
        }
        Ok(())
    }
}
