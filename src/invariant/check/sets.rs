//! Sets that a protocol or its events define: contracts with a role, values of a field.

use super::{Checked, Compiler, Problem, Type, builtin::Element, events::FieldName, nearest, scope::Bound};
use crate::invariant::{
    compiled::{Node, Phase, Set},
    events::{Listening, Wanted},
    language::{Expression, Kind},
};

const VALUES: &str = "an event and the name or number of its field, as in `values(nft.Transfer, tokenId)`";
const DEPLOYED: &str = "a role, as in `deployed(pool)`";

impl Compiler<'_> {
    /// `values(nft.Transfer, tokenId)`: those that the field had since the base state.
    pub(super) fn values(&mut self, set: &Expression, arguments: &[Expression]) -> Checked<(Set, Element)> {
        let malformed = || Problem::Arguments { name: "values".to_owned(), expected: VALUES };
        self.outside_ghost(set)?;
        self.outside_call(set)?;
        let [event, field] = arguments else { return self.error(set, malformed()) };
        if self.capture.as_ref().is_some_and(|capture| capture.phase == Phase::Initial) {
            return self.error(set, Problem::LateParameter { name: self.text(set) });
        }
        let name = match &field.kind {
            Kind::Name(name) => FieldName::Name(name),
            Kind::Integer(number) => FieldName::Number(usize::try_from(number.into_raw()).unwrap_or(usize::MAX)),
            _ => return self.error(field, malformed()),
        };
        let (source, event) = self.event("values", event)?;
        let (place, kind) = self.place_of(field, &event, name)?;
        let index = self.listen(Listening { source, wanted: Wanted::Values(place) });
        Ok((Set::Values(index), Element::Value(kind)))
    }

    /// `deployed(pool)`: the body of a fold for each contract that has the role, with the variable as a role variable.
    pub(super) fn for_each(
        &mut self,
        set: &Expression,
        arguments: &[Expression],
        (variable, body, kind): (&str, &Expression, Type),
    ) -> Checked<Vec<(String, Node)>> {
        let [Expression { kind: Kind::Name(role), .. }] = arguments else {
            return self.error(set, Problem::Arguments { name: "deployed".to_owned(), expected: DEPLOYED });
        };
        let protocol = self.protocol;
        let all = protocol.roles.iter().enumerate();
        let is_known = |contract: usize| protocol.contracts.get(contract).is_some_and(|contract| !contract.created);
        let found = all.filter(|(_, binding)| binding.judged && binding.role == *role && is_known(binding.contract));
        let found: Vec<_> = found.map(|(index, binding)| (index, binding.contract)).collect();
        if found.is_empty() {
            let nearest = nearest(role, protocol.roles.iter().map(|binding| binding.role.as_str()));
            return self.error(&arguments[0], Problem::UnknownRole { role: role.clone(), nearest });
        }
        let mut bodies = Vec::new();
        for (binding, contract) in found {
            self.source.names.push((variable.to_owned(), Bound::Role(binding)));
            let node = self.typed(body, kind);
            self.source.names.pop();
            bodies.push((protocol.contracts[contract].name.clone(), node?));
        }
        Ok(bodies)
    }
}
