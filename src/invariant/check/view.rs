//! Calls of views: on deployments, role variables and casts; through the ABI or through the views of roles.

use super::{
    Checked, Compiler, Problem, Type, Typed, abi, nearest,
    scope::{Bound, Slot, Source, is_reserved, unknown},
};
use crate::{
    invariant::{
        compiled::{Hole, Invocation, Node, ViewCall, Word},
        language::{Expression, Kind},
        value::Value,
    },
    protocol::{Place, RoleView},
};
use alloy_json_abi::{Function, JsonAbi};
use alloy_primitives::{Address, Bytes, U256};
use std::sync::Arc;

/// `base.name(arguments)`, or `base.name(arguments).index`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) expression: &'a Expression,
    pub(super) base: &'a Expression,
    pub(super) name: &'a str,
    pub(super) arguments: &'a [Expression],
    pub(super) index: usize,
}

/// What a call is made on.
pub(super) struct Callee {
    /// How messages call it.
    pub(super) name: String,
    pub(super) abi: Arc<JsonAbi>,
    target: Node,
}

impl Compiler<'_> {
    pub(super) fn call(&mut self, call: &Call<'_>) -> Checked<Typed> {
        if let Kind::Name(name) = &call.base.kind
            && let Some(contract) = self.contract_named(name)
        {
            let preferred = match self.source.find(name) {
                Some(Bound::Role(binding)) => Some(*binding),
                _ => None,
            };
            return self.on_contract(call, contract, preferred);
        }
        if let Some(callee) = self.cast(call)? {
            let typed = self.arguments(call)?;
            if let Some(function) = self.choose(call, &callee, &typed)? {
                return self.emit(call, &callee, &function, typed);
            }
            let known = callee.abi.functions.keys().map(String::as_str);
            let problem = missing(call, &callee.name, nearest(call.name, known));
            return self.error(call.expression, problem);
        }
        self.no_callee(call)
    }

    /// What the call is made on, where that is an address cast to an interface.
    pub(super) fn cast(&mut self, call: &Call<'_>) -> Checked<Option<Callee>> {
        let Kind::Call { base: None, name, arguments } = &call.base.kind else { return Ok(None) };
        let Some(abi) = self.protocol.interfaces.get(name) else { return Ok(None) };
        let [argument] = arguments.as_slice() else {
            return self.error(call.base, Problem::Arguments { name: name.clone(), expected: "one address" });
        };
        let target = self.typed(argument, Type::Address)?;
        Ok(Some(Callee { name: name.clone(), abi: Arc::clone(abi), target }))
    }

    /// Why what the call is made on has no functions.
    pub(super) fn no_callee<T>(&mut self, call: &Call<'_>) -> Checked<T> {
        let typed = match &call.base.kind {
            Kind::Name(name) if self.source.find(name).is_none() && self.protocol.address_of(name).is_none() => {
                return self.error(call.base, unknown(self.protocol, &self.source, name));
            }
            _ => self.expression(call.base)?,
        };
        self.demand(call.base, Type::Address, typed.kind)?;
        let problem = Problem::NeedsCast { text: self.text(call.base), function: call.name.to_owned() };
        self.error(call.expression, problem)
    }

    /// The order: views that `heist.toml` binds, the ABI, default views of the contract's roles.
    fn on_contract(&mut self, call: &Call<'_>, contract: usize, preferred: Option<usize>) -> Checked<Typed> {
        let protocol = self.protocol;
        let all = protocol.roles.iter().enumerate();
        let own = all.filter(|(index, binding)| binding.contract == contract && Some(*index) != preferred);
        let bindings: Vec<usize> = preferred.into_iter().chain(own.map(|(index, _)| index)).collect();
        let matches = |view: &&RoleView| view.name == call.name && view.parameters.len() == call.arguments.len();
        // The body of a view means the ABI by the view's own name: `income()` = `treasury.income()`.
        let mut within_itself = false;
        for binding in &bindings {
            let Some(view) = protocol.roles[*binding].views.iter().find(matches) else { continue };
            if !self.is_expanding(*binding, view) {
                return self.expand(call, *binding, view, false);
            }
            within_itself = true;
        }
        let deployed = &protocol.contracts[contract];
        let callee = self.deployed(contract, call.name);
        let default = bindings.iter().find_map(|binding| {
            let role = &protocol.roles[*binding].role;
            let view = self.views.iter().find(|default| default.role == *role && matches(&&default.view))?;
            Some((*binding, &view.view))
        });
        if callee.abi.functions.is_empty()
            && !within_itself
            && let Some((binding, view)) = &default
        {
            return self.expand(call, *binding, view, true);
        }
        let typed = self.arguments(call)?;
        if let Some(function) = self.choose(call, &callee, &typed)? {
            return self.emit(call, &callee, &function, typed);
        }
        if within_itself {
            return self.error(call.expression, Problem::Recursion { name: call.name.to_owned() });
        }
        if let Some((binding, view)) = &default {
            return self.expand(call, *binding, view, true);
        }
        let views = bindings.iter().flat_map(|binding| &protocol.roles[*binding].views).map(|view| view.name.as_str());
        let functions = deployed.artifact.abi.functions().filter(|function| abi::is_view(function));
        let known = nearest(call.name, views.chain(functions.map(|function| function.name.as_str())));
        self.error(call.expression, missing(call, &callee.name, known))
    }

    /// Whether the present text is, directly or not, the body of this view.
    fn is_expanding(&self, binding: usize, view: &RoleView) -> bool {
        self.expanding.iter().any(|(other, name)| *other == binding && *name == view.name)
    }

    /// A deployment with its functions of one name.
    pub(super) fn deployed(&self, contract: usize, function: &str) -> Callee {
        let deployed = &self.protocol.contracts[contract];
        Callee {
            name: deployed.name.clone(),
            abi: Arc::new(named(&deployed.artifact.abi, function)),
            target: Node::Constant(Value::Address(deployed.address)),
        }
    }

    pub(super) fn arguments(&mut self, call: &Call<'_>) -> Checked<Vec<Typed>> {
        let each = call.arguments.iter().map(|argument| match &argument.kind {
            Kind::Text(text) => {
                let node = Node::Text(Bytes::copy_from_slice(text.as_bytes()));
                Ok(Typed { node, kind: Type::Text })
            }
            _ => self.expression(argument),
        });
        each.collect()
    }

    /// The overload that fits best; none when there is no function with this name and number of parameters.
    fn choose(&self, call: &Call<'_>, callee: &Callee, arguments: &[Typed]) -> Checked<Option<Function>> {
        let overloads = callee.abi.function(call.name).map_or(&[][..], Vec::as_slice);
        let fitting: Vec<_> = overloads.iter().filter(|function| function.inputs.len() == arguments.len()).collect();
        if fitting.is_empty() {
            return Ok(None);
        }
        let views: Vec<_> = fitting.into_iter().filter(|function| abi::is_view(function)).collect();
        if views.is_empty() {
            let (contract, function) = (callee.name.clone(), call.name.to_owned());
            return self.error(call.expression, Problem::NotView { contract, function });
        }
        self.best(call, callee, &views, arguments).map(Some)
    }

    /// The function that fits the arguments best.
    pub(super) fn best(
        &self,
        call: &Call<'_>,
        callee: &Callee,
        functions: &[&Function],
        arguments: &[Typed],
    ) -> Checked<Function> {
        let kinds: Vec<Type> = arguments.iter().map(|argument| argument.kind).collect();
        let ranked = functions.iter().filter_map(|function| {
            let fit = abi::fit(&abi::arguments(function)?, &kinds)?;
            Some((fit, function.signature(), *function))
        });
        if let Some((_, _, best)) = ranked.min_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1))) {
            return Ok(best.clone());
        }
        let (contract, function) = (callee.name.clone(), call.name.to_owned());
        let known: Vec<String> = functions.iter().map(|function| function.signature()).collect();
        self.error(call.expression, Problem::NoOverload { contract, function, known: known.join(", ") })
    }

    fn emit(&mut self, call: &Call<'_>, callee: &Callee, function: &Function, typed: Vec<Typed>) -> Checked<Typed> {
        let Some(result) = abi::result(function, call.index) else {
            let (contract, function) = (callee.name.clone(), call.name.to_owned());
            return self.error(call.expression, Problem::NoReturnValue { contract, function, index: call.index });
        };
        let view = ViewCall { invocation: self.lay_out(call, callee, function, typed)?, result };
        let node = Node::View(Box::new((view, self.text(call.expression))));
        Ok(Typed { node, kind: result.kind.kind() })
    }

    /// Address, selector and constant arguments are laid out once, here.
    pub(super) fn lay_out(
        &self,
        call: &Call<'_>,
        callee: &Callee,
        function: &Function,
        typed: Vec<Typed>,
    ) -> Checked<Invocation> {
        let (address, target) = match &callee.target {
            Node::Constant(Value::Address(address)) => (*address, None),
            computed => (Address::ZERO, Some(computed.clone())),
        };
        let mut template = address.to_vec();
        template.extend_from_slice(function.selector().as_slice());
        let words = abi::arguments(function).unwrap_or_default();
        let (mut holes, mut tail) = (Vec::new(), Vec::new());
        let head = 32 * words.len();
        for ((argument, word), written) in typed.into_iter().zip(words).zip(call.arguments) {
            let offset = template.len();
            let mut bytes = [0; 32];
            match argument.node {
                Node::Constant(value) => {
                    let encoded = word.encode(value).or_else(|_| self.error(written, Problem::Constant))?;
                    bytes = encoded.to_be_bytes();
                }
                Node::Text(text) => {
                    bytes = U256::from(head + tail.len()).to_be_bytes();
                    tail.extend_from_slice(&U256::from(text.len()).to_be_bytes::<32>());
                    tail.extend_from_slice(&text);
                    tail.resize(tail.len().next_multiple_of(32), 0);
                }
                _ if word == Word::Text => return self.error(written, Problem::TextAlone),
                node => holes.push(Hole { offset, word, node }),
            }
            template.extend_from_slice(&bytes);
        }
        template.extend_from_slice(&tail);
        Ok(Invocation { template: Bytes::from(template), target, holes })
    }

    /// Fills in the view of a role.
    fn expand(&mut self, call: &Call<'_>, binding: usize, view: &RoleView, default: bool) -> Checked<Typed> {
        if call.index > 0 {
            let contract = self.protocol.contracts[self.protocol.roles[binding].contract].name.clone();
            let problem = Problem::NoReturnValue { contract, function: view.name.clone(), index: call.index };
            return self.error(call.expression, problem);
        }
        if self.is_expanding(binding, view) {
            return self.error(call.expression, Problem::Recursion { name: view.name.clone() });
        }
        let arguments = self.arguments(call)?;
        let role = self.protocol.roles[binding].role.clone();
        let mut names = Vec::new();
        // In heist.toml a name is a deployment's first; the bodies of default views know nothing but the role.
        if default || self.protocol.address_of(&role).is_none() {
            names.push((role, Bound::Role(binding)));
        }
        let slots = self.slots.len();
        let mut lets = Vec::new();
        for (parameter, argument) in view.parameters.iter().zip(arguments) {
            if is_reserved(parameter) {
                return Err(crate::invariant::ExpressionError {
                    place: Place { column: 0, ..view.place.clone() },
                    problem: Problem::Reserved { name: parameter.clone() },
                });
            }
            let bound = if matches!(argument.node, Node::Constant(_) | Node::Text(_) | Node::Local(_) | Node::Sender) {
                Bound::Argument(Box::new(argument))
            } else {
                let slot = self.slots.len();
                self.slots.push(Slot { name: parameter.clone(), kind: argument.kind, set: None });
                self.most_slots = self.most_slots.max(self.slots.len());
                lets.push((slot, argument.node));
                Bound::Local(slot)
            };
            names.push((parameter.clone(), bound));
        }
        let inner = Source { text: view.body.clone(), place: view.place.clone(), names };
        let outer = std::mem::replace(&mut self.source, inner);
        self.expanding.push((binding, view.name.clone()));
        let body = self.parse().and_then(|body| self.expression(&body));
        self.expanding.pop();
        self.source = outer;
        self.slots.truncate(slots);
        let Typed { mut node, kind } = body?;
        for (slot, value) in lets.into_iter().rev() {
            node = Node::Let { slot, value: Box::new(value), body: Box::new(node) };
        }
        Ok(Typed { node, kind })
    }
}

fn missing(call: &Call<'_>, contract: &str, nearest: Option<String>) -> Problem {
    Problem::MissingView {
        contract: contract.to_owned(),
        function: call.name.to_owned(),
        arguments: call.arguments.len(),
        nearest,
    }
}

/// The functions called `name`, without the rest of the ABI.
fn named(abi: &JsonAbi, name: &str) -> JsonAbi {
    let mut found = JsonAbi::new();
    if let Some(functions) = abi.function(name) {
        found.functions.insert(name.to_owned(), functions.clone());
    }
    found
}
