use super::Spot;
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, Bytes, I256, U256};
use serde::{Deserialize, Serialize};

/// How much time passes before a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Advance {
    /// Blocks.
    pub blocks: u64,
    /// Seconds.
    pub seconds: u64,
}

impl Advance {
    /// Whether no time passes.
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}

/// Whose balance is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holder {
    /// Who makes the call.
    #[default]
    Caller,
    /// Whom the call goes to.
    Callee,
}

/// Where a word comes from that is only known when the step runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A share of what somebody holds of a token (none: the native coin), in basis points.
    Balance {
        /// Who holds it.
        of: Holder,
        /// The token.
        token: Option<Address>,
        /// Share; 10,000 is all.
        bps: u32,
    },
    /// The first word that the last call of a function returned, among the actions before in the same list.
    Result {
        /// Index into the protocol's functions.
        function: usize,
    },
    /// A share of the first word that a view answers: what a position is worth, what a pool has in stock.
    View {
        /// The contract.
        target: Address,
        /// Selector and arguments.
        data: Bytes,
        /// Share; 10,000 is all.
        bps: u32,
        /// Base units more: one less than what is rounded up costs less by a whole unit.
        add: i8,
    },
    /// What an earlier step of the sequence told: the first word that a call returned, or the first field of the last event
    /// that the callee of this call emitted then.
    Step {
        /// Its index.
        index: usize,
    },
}

/// `amount * bps / 10,000`, without overflow.
pub fn share(amount: U256, bps: u32) -> U256 {
    let (bps, whole) = (U256::from(bps), U256::from(10_000));
    amount / whole * bps + amount % whole * bps / whole
}

/// An argument that is filled in when the step runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// Where it is; a value whose type is one static word.
    pub spot: Spot,
    /// What fills it.
    pub source: Source,
    /// Whether that is only a bound, and of what. Only calls of scripts are fitted; in others it makes no difference.
    pub fit: Fit,
}

/// How what fills an argument is fitted to the call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// As it is.
    #[default]
    Exact,
    /// Where the call fails with it: the most with which it succeeds, to a part in 1,024.
    Most,
    /// The least with which the call succeeds, from one on, to a part in 1,024.
    Least,
}

impl Live {
    /// An argument that is filled with a source as it is.
    pub fn new(spot: impl Into<Spot>, source: Source) -> Self {
        Self { spot: spot.into(), source, fit: Fit::Exact }
    }
}

/// Which of the contracts that earlier steps created a call goes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Instance {
    /// Its number among those of its kind, in the order of their creation, from 0. Counts round where there are fewer.
    pub order: usize,
    /// Where it is: known once the step runs; none then where there is no such contract, and nothing is called.
    pub address: Option<Address>,
}

/// One top-level transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Who sends it.
    pub sender: Address,
    /// Index into the protocol's functions.
    pub function: usize,
    /// Which contract is meant, where the function is one of a contract that only calls create.
    pub instance: Option<Instance>,
    /// One value a parameter.
    pub arguments: Vec<DynSolValue>,
    /// Arguments that are filled in when the step runs; execution writes them into `arguments` and empties this list.
    pub live: Vec<Live>,
    /// Wei.
    pub value: U256,
    /// Time before it.
    pub advance: Advance,
}

/// A call that the attacker's contract makes.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionCall {
    /// Index into the protocol's functions.
    pub function: usize,
    /// Which contract is meant, where the function is one of a contract that only calls create: those of the steps before the
    /// script.
    pub instance: Option<Instance>,
    /// One value a parameter.
    pub arguments: Vec<DynSolValue>,
    /// Arguments that the contract fills in while the script runs.
    pub live: Vec<Live>,
    /// Wei.
    pub value: U256,
    /// What the attacker's contract does when this call calls it back first.
    pub callback: Vec<Action>,
}

/// A flash loan with what happens while it is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Loan {
    /// ERC-3156 lender.
    pub lender: Address,
    /// Borrowed token.
    pub token: Address,
    /// Amount in base units.
    pub amount: U256,
    /// Actions in the callback.
    pub body: Vec<Action>,
}

/// Actions that run several times.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeat {
    /// How often.
    pub times: u32,
    /// The actions; what is filled in is filled in each time.
    pub body: Vec<Action>,
}

/// A part of an attack's script.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// A call.
    Call(ActionCall),
    /// A loan.
    Loan(Loan),
    /// A repetition.
    Repeat(Repeat),
}

impl Action {
    /// The actions within: of a loan, of a repetition, of the callback of a call.
    pub fn body(&self) -> &[Self] {
        match self {
            Self::Call(call) => &call.callback,
            Self::Loan(loan) => &loan.body,
            Self::Repeat(repeat) => &repeat.body,
        }
    }

    /// The actions within, to change them.
    pub fn body_mut(&mut self) -> &mut Vec<Self> {
        match self {
            Self::Call(call) => &mut call.callback,
            Self::Loan(loan) => &mut loan.body,
            Self::Repeat(repeat) => &mut repeat.body,
        }
    }

    /// The actions inside the last loan, and inside those within it; all of `actions` where there is none.
    pub fn innermost(mut actions: &mut Vec<Self>) -> &mut Vec<Self> {
        while let Some(at) = actions.iter().rposition(|action| matches!(action, Self::Loan(_))) {
            actions = actions[at].body_mut();
        }
        actions
    }

    /// How many actions this is, bodies included.
    pub fn size(&self) -> usize {
        1 + self.body().iter().map(Self::size).sum::<usize>()
    }

    /// Shows every call in `actions` to `see`, bodies included.
    pub fn visit(actions: &[Self], see: &mut dyn FnMut(&ActionCall)) {
        for action in actions {
            if let Self::Call(call) = action {
                see(call);
            }
            Self::visit(action.body(), see);
        }
    }
}

/// One atomic transaction of the attacker's contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Attack {
    /// The attacker's account.
    pub sender: Address,
    /// The attacker's contract.
    pub contract: Address,
    /// The script.
    pub actions: Vec<Action>,
    /// Time before it.
    pub advance: Advance,
}

/// What happens to a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MoveKind {
    /// The price moves by a factor.
    Jump,
    /// The price moves by a few percent.
    Drift,
    /// Time passes and the price is not updated.
    Stale,
    /// The feed answers zero.
    Zero,
    /// The feed answers less than zero.
    Negative,
    /// The price of what is worth one of something falls below that.
    Depeg,
    /// The feed answers nobody any more: calls of it revert.
    Dead,
    /// The feed tells a flag, as of a sequencer that is down, and now tells the other one.
    Flip,
}

/// A change of the outside world, made by no actor.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketMove {
    /// Index into the protocol's role bindings: the feed.
    pub feed: usize,
    /// What happens.
    pub kind: MoveKind,
    /// The new price; none for a feed that is stale or dead.
    pub price: Option<I256>,
    /// Time before it.
    pub advance: Advance,
}

/// One step of a sequence.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A call.
    Call(Call),
    /// An attack.
    Attack(Attack),
    /// A market move.
    Market(MarketMove),
}

impl Step {
    /// Time that passes before the step.
    pub fn advance(&self) -> Advance {
        match self {
            Self::Call(call) => call.advance,
            Self::Attack(attack) => attack.advance,
            Self::Market(market) => market.advance,
        }
    }

    /// Time that passes before the step, to change it.
    pub fn advance_mut(&mut self) -> &mut Advance {
        match self {
            Self::Call(call) => &mut call.advance,
            Self::Attack(attack) => &mut attack.advance,
            Self::Market(market) => &mut market.advance,
        }
    }

    /// How many actions this is: an attack counts itself and each action of its script.
    pub fn size(&self) -> usize {
        match self {
            Self::Attack(attack) => 1 + attack.actions.iter().map(Action::size).sum::<usize>(),
            Self::Call(_) | Self::Market(_) => 1,
        }
    }
}

/// Steps that run from the base state, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sequence {
    /// The steps.
    pub steps: Vec<Step>,
}

impl Sequence {
    /// How many actions this is, scripts included.
    pub fn size(&self) -> usize {
        self.steps.iter().map(Step::size).sum()
    }
}
