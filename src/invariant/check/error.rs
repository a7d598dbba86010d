use crate::{
    invariant::{language::SyntaxError, value::Type},
    protocol::Place,
};

/// An expression that means nothing for a protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ExpressionError {
    /// Where.
    pub place: Place,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

impl ExpressionError {
    /// What to do about it, where that can be said.
    pub fn help(&self) -> Option<String> {
        let nearest = |nearest: &Option<String>| nearest.as_ref().map(|name| format!("did you mean `{name}`?"));
        match &self.problem {
            Problem::UnknownName { nearest: name, .. }
            | Problem::MissingEvent { nearest: name, .. }
            | Problem::UnknownActor { nearest: name, .. }
            | Problem::MissingView { nearest: name, .. }
            | Problem::MissingFunction { nearest: name, .. }
            | Problem::UnknownRole { nearest: name, .. } => nearest(name),
            Problem::NeedsCast { .. } => {
                Some("call it through an interface, as in `ERC20(vault.asset()).balanceOf(vault)`".to_owned())
            }
            Problem::NoLayout { .. } => Some(
                "compile with it: `extra_output = [\"storageLayout\"]` in foundry.toml, or `storageLayout` among solc's outputs"
                    .to_owned(),
            ),
            Problem::NotView { .. } => Some(
                "an invariant only looks: name a `view` or `pure` function, or ask what a call would do, as in \
                 `succeeds(alice, token.transfer(bob, 1))`"
                    .to_owned(),
            ),
            Problem::OldInState | Problem::ByWithoutCall => Some("set on = \"call\"".to_owned()),
            _ => None,
        }
    }
}

/// What can be wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It cannot be read.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// Nothing has this name.
    #[error("unknown name `{name}`")]
    UnknownName {
        /// The name.
        name: String,
        /// A known one that looks like it.
        nearest: Option<String>,
    },
    /// The contract has no such view.
    #[error("`{contract}` has no view `{function}` with {arguments} argument(s)")]
    MissingView {
        /// Contract or interface.
        contract: String,
        /// Function.
        function: String,
        /// How many arguments were given.
        arguments: usize,
        /// A known one that looks like it.
        nearest: Option<String>,
    },
    /// The contract has no such function.
    #[error("there is no function `{function}` with {arguments} argument(s)")]
    MissingFunction {
        /// Contract or interface, and function.
        function: String,
        /// How many arguments were given.
        arguments: usize,
        /// A known one that looks like it.
        nearest: Option<String>,
    },
    /// The function changes state.
    #[error("`{contract}.{function}` changes state")]
    NotView {
        /// Contract or interface.
        contract: String,
        /// Function.
        function: String,
    },
    /// No overload takes these types.
    #[error("no overload of `{contract}.{function}` takes these arguments; known: {known}")]
    NoOverload {
        /// Contract or interface.
        contract: String,
        /// Function.
        function: String,
        /// Signatures.
        known: String,
    },
    /// The return value is not one that the language has.
    #[error("`{contract}.{function}` has no return value {index} that is a number, an address or a truth")]
    NoReturnValue {
        /// Contract or interface.
        contract: String,
        /// Function.
        function: String,
        /// Which return value, from 0.
        index: usize,
    },
    /// No overload has such an argument, or it is more than a word.
    #[error("`{function}` has no argument `{argument}` that is a number, an address or a truth")]
    NoArgument {
        /// The function.
        function: String,
        /// Its argument, by name or number.
        argument: String,
    },
    /// A value of another type was needed.
    #[error("expected {}, found {}", expected.name(), found.name())]
    Mismatch {
        /// What was needed.
        expected: Type,
        /// What was there.
        found: Type,
    },
    /// An address has no functions of its own.
    #[error("`{text}` is an address, and `{function}` could be any contract's")]
    NeedsCast {
        /// The address.
        text: String,
        /// The function.
        function: String,
    },
    /// A built-in takes other arguments.
    #[error("`{name}` takes {expected}")]
    Arguments {
        /// The built-in.
        name: String,
        /// What it takes.
        expected: &'static str,
    },
    /// The contract has no such event.
    #[error("`{contract}` has no event `{event}`")]
    MissingEvent {
        /// The contract.
        contract: String,
        /// The event.
        event: String,
        /// A known one that looks like it.
        nearest: Option<String>,
    },
    /// The name alone does not say which event is meant.
    #[error("`{contract}` has several events `{event}`: {known}")]
    SeveralEvents {
        /// The contract.
        contract: String,
        /// The event.
        event: String,
        /// Their signatures.
        known: String,
    },
    /// Nothing in a log says that it is this event.
    #[error("`{event}` is an anonymous event: it cannot be told from others")]
    AnonymousEvent {
        /// The event.
        event: String,
    },
    /// The event has no such field, or it is not one that the language has.
    #[error("the event `{event}` has no field `{field}` that is a number, an address or a truth")]
    NoField {
        /// Its signature.
        event: String,
        /// Its field, by name or number.
        field: String,
    },
    /// An event where a value was needed.
    #[error("`{name}` is an event; name one of its fields, as in `{name}.value`")]
    EventAlone {
        /// The variable.
        name: String,
    },
    /// A text where a value was needed.
    #[error("a text can only be an argument, of a parameter of type `string` or `bytes`")]
    TextAlone,
    /// A constant does not fit.
    #[error("the constant is outside the range of its type, or a constant calculation has no result")]
    Constant,
    /// Only calls have a state before.
    #[error("`{name}` has a meaning only for an invariant that is judged on calls")]
    CallOnly {
        /// `sender` or `called`.
        name: &'static str,
    },
    /// `old` in a state invariant.
    #[error("`old` has a meaning only for an invariant that is judged on calls")]
    OldInState,
    /// The base state has no call.
    #[error("`{name}` is not known in the base state")]
    NotInitial {
        /// `sender` or `called`.
        name: &'static str,
    },
    /// `old(old(..))`.
    #[error("`old` and `initial` cannot be nested")]
    NestedCapture,
    /// A hypothetical call has neither a past nor events.
    #[error("`{name}` has no meaning behind a call that nobody made; write it outside of `after`")]
    WithinAfter {
        /// `old`, `initial`, `minted`, `burned`, `events`, `storage` or a ghost.
        name: String,
    },
    /// A parameter that is computed after the call.
    #[error("`{name}` is known too late for `old` or `initial`")]
    LateParameter {
        /// The parameter.
        name: String,
    },
    /// A word that has a meaning already.
    #[error("`{name}` is a word of the language; choose another variable")]
    Reserved {
        /// The word.
        name: String,
    },
    /// A role's view, or a constant, that needs itself.
    #[error("`{name}` is defined by itself")]
    Recursion {
        /// The view.
        name: String,
    },
    /// A constant that depends on a state.
    #[error("`{name}` is a constant: it cannot depend on a state, and is a number, an address, a ratio or a truth")]
    NotConstant {
        /// The constant.
        name: String,
    },
    /// Nobody is called so, and nobody is of such a kind.
    #[error("no actor is called `{name}`, or is one")]
    UnknownActor {
        /// The name.
        name: String,
        /// A known one that looks like it.
        nearest: Option<String>,
    },
    /// A contract has both, and either could be meant.
    #[error("`{name}` is an event and a function of the contract")]
    EventAndFunction {
        /// The name.
        name: String,
    },
    /// What a ghost adds is told by one event or call.
    #[error(
        "`{text}` has no meaning in a ghost: what it adds depends on one event or call, and on the state behind it"
    )]
    InGhost {
        /// What was written.
        text: String,
    },
    /// Nothing says where the contract stores what.
    #[error("the artifact of `{contract}` has no storage layout")]
    NoLayout {
        /// The contract.
        contract: String,
    },
    /// A contract and one that it inherits from have variables of one name.
    #[error("several variables are called `{name}`")]
    SeveralVariables {
        /// The name.
        name: String,
    },
    /// More than a value.
    #[error("`storage` reads numbers, addresses and truths; this is {label}")]
    NotStored {
        /// What it is.
        label: String,
    },
    /// What events have told is not known while a call is under way.
    #[error("`{text}` is not known within a call: events are read when it has ended")]
    NotWithin {
        /// What was written.
        text: String,
    },
    /// A filter on senders where there is none.
    #[error("`by` has a meaning only for an invariant that is judged on calls")]
    ByWithoutCall,
    /// Views within views within views.
    #[error("the expression becomes too large when the views of roles are filled in")]
    TooLarge,
    /// Nothing plays the role.
    #[error("no contract has the role `{role}`")]
    UnknownRole {
        /// The role.
        role: String,
        /// One that looks like it.
        nearest: Option<String>,
    },
    /// Not `role`, or `name = role | role`.
    #[error("`{text}` is no role; write `role`, or `name = role | role`")]
    RoleSyntax {
        /// The entry.
        text: String,
    },
    /// Two invariants with one id.
    #[error("another invariant has the id `{id}` already")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// Too many combinations of contracts.
    #[error("the roles combine to more than {most} instances")]
    TooManyInstances {
        /// The bound.
        most: usize,
    },
}

/// The known name that looks most like `name`, when one is near.
pub(in crate::invariant) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    crate::protocol::nearest(name, known).map(str::to_owned)
}
