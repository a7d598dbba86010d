use super::{
    events::Listening,
    language::FoldKind,
    value::{Arithmetic, Comparison, Type, Undecided, Value},
};
use alloy_primitives::{Address, Bytes, U256, aliases::I512};

/// A set that folds run over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Set {
    /// All actors.
    Actors,
    /// All addresses that may hold tokens.
    Holders,
    /// Events since the base state: an index into [`Compiled::listens`].
    Events(usize),
    /// Events of the call that is judged.
    CallEvents(usize),
    /// Values of a field of events since the base state.
    Values(usize),
}

/// When a captured value was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Just before the call.
    Old,
    /// In the base state.
    Initial,
}

/// A static ABI type of one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A number from zero on of so many bits.
    Uint(usize),
    /// A number of so many bits.
    Int(usize),
    /// True or false.
    Bool,
    /// An account.
    Address,
    /// `bytesN`, a number of N bytes to the language.
    Bytes(usize),
    /// `bytes` or `string`, of an argument: the word says how far behind the others it stands.
    Text,
}

impl Word {
    /// The type that the language gives it.
    pub(super) fn kind(self) -> Type {
        match self {
            Self::Uint(_) | Self::Int(_) | Self::Bytes(_) => Type::Integer,
            Self::Bool => Type::Boolean,
            Self::Address => Type::Address,
            Self::Text => Type::Text,
        }
    }

    /// Reads a word that a contract returned.
    pub(super) fn decode(self, word: U256) -> Result<Value, Undecided> {
        use super::value::{plain, signed, unsigned};
        let fits = |bits: usize| bits >= 256 || (word >> bits).is_zero();
        match self {
            Self::Uint(bits) if fits(bits) => Ok(Value::Integer(unsigned(word))),
            Self::Int(bits) if bits >= 256 || word == sign_extend(word, bits) => Ok(Value::Integer(signed(word))),
            Self::Bool if fits(1) => Ok(Value::Boolean(plain(!word.is_zero()))),
            Self::Address if fits(160) => Ok(Value::Address(alloy_primitives::Address::from_word(word.into()))),
            Self::Bytes(size) => {
                let shift = 256 - 8 * size.clamp(1, 32);
                let number = word >> shift;
                if number << shift == word { Ok(Value::Integer(unsigned(number))) } else { Err(Undecided::Malformed) }
            }
            _ => Err(Undecided::Malformed),
        }
    }

    /// Reads a value that shares a word of storage with others, `offset` bytes behind its low end.
    pub(super) fn unpack(self, word: U256, offset: usize) -> Result<Value, Undecided> {
        let bits = match self {
            Self::Uint(bits) | Self::Int(bits) => bits,
            Self::Bool => 8,
            Self::Address => 160,
            Self::Bytes(size) => 8 * size,
            Self::Text => return Err(Undecided::Malformed),
        };
        let part = (word >> (8 * offset)) << 256_usize.saturating_sub(bits) >> 256_usize.saturating_sub(bits);
        match self {
            Self::Int(bits) => self.decode(sign_extend(part, bits)),
            // Storage holds at the low end what the ABI holds at the high one.
            Self::Bytes(_) => self.decode(part << 256_usize.saturating_sub(bits)),
            _ => self.decode(part),
        }
    }

    /// Writes an argument.
    pub(super) fn encode(self, value: Value) -> Result<U256, Undecided> {
        match (self, value) {
            (Self::Uint(bits), Value::Integer(number)) => natural(number, bits),
            (Self::Int(bits), Value::Integer(number)) => {
                let word = I512::into_raw(number).wrapping_to::<U256>();
                let fits = super::value::signed(word) == number && (bits >= 256 || word == sign_extend(word, bits));
                if fits { Ok(word) } else { Err(Undecided::OutOfRange) }
            }
            (Self::Bytes(size), Value::Integer(number)) => {
                natural(number, 8 * size).map(|word| word << (256 - 8 * size.clamp(1, 32)))
            }
            (Self::Bool, Value::Boolean(margin)) => Ok(U256::from(u8::from(!margin.is_negative()))),
            (Self::Address, Value::Address(address)) => Ok(U256::from_be_bytes(address.into_word().0)),
            // The check has matched types already.
            _ => Err(Undecided::OutOfRange),
        }
    }
}

fn natural(number: I512, bits: usize) -> Result<U256, Undecided> {
    if number.is_negative() || number.into_raw().bit_len() > bits.min(256) {
        return Err(Undecided::OutOfRange);
    }
    Ok(number.into_raw().wrapping_to())
}

/// The low `bits` of `word` with their sign in all higher bits.
fn sign_extend(word: U256, bits: usize) -> U256 {
    let shift = 256 - bits.clamp(1, 256);
    (word << shift).arithmetic_shr(shift)
}

/// Where in the return data a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// The values are behind an offset in the first word: a struct with a part of dynamic size.
    pub indirect: bool,
    /// Index of the word.
    pub word: usize,
    /// Its type.
    pub kind: Word,
}

impl Return {
    /// Reads the value out of return data.
    pub(super) fn read(self, data: &[u8]) -> Result<Value, Undecided> {
        let start = if self.indirect { usize::try_from(word(data, 0)?).map_err(|_| Undecided::Malformed)? } else { 0 };
        let offset = start.checked_add(32 * self.word).ok_or(Undecided::Malformed)?;
        self.kind.decode(word(data, offset)?)
    }
}

fn word(data: &[u8], offset: usize) -> Result<U256, Undecided> {
    let end = offset.checked_add(32).ok_or(Undecided::Malformed)?;
    data.get(offset..end).map(U256::from_be_slice).ok_or(Undecided::Short)
}

/// A part of a call that is computed when it is made.
#[derive(Debug, Clone)]
pub(super) struct Hole {
    /// Byte offset in [`Invocation::template`].
    pub offset: usize,
    /// Its type.
    pub word: Word,
    /// Its value.
    pub node: Node,
}

/// Whom to call with what: 20 bytes of address and calldata, with holes.
#[derive(Debug, Clone)]
pub(super) struct Invocation {
    /// Address and calldata; holes are zero.
    pub template: Bytes,
    /// The address, where it is computed.
    pub target: Option<Node>,
    /// Computed arguments.
    pub holes: Vec<Hole>,
}

/// A view call.
#[derive(Debug, Clone)]
pub(super) struct ViewCall {
    /// The call.
    pub invocation: Invocation,
    /// Which return value.
    pub result: Return,
}

/// A call that nobody made.
#[derive(Debug, Clone)]
pub(super) struct Supposition {
    /// Who would make it.
    pub sender: Node,
    /// The call.
    pub invocation: Invocation,
    /// Who else would make one like it, each under a local variable.
    pub crowd: Option<Crowd>,
    /// What is asked about it.
    pub wanted: Wanted,
    /// The whole, as it is written.
    pub text: String,
    /// The call, as it is written.
    pub call: String,
}

/// Strangers who make a call one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Crowd {
    /// How many.
    pub count: u32,
    /// The variable that each of them is.
    pub slot: usize,
}

/// What is asked about a call that nobody made.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Whether it would succeed.
    Success,
    /// What it would return.
    Returned(Return),
    /// The gas that its code would use.
    Gas,
    /// A value in the state that it would leave.
    State(Node),
}

/// An expression with names resolved. Leaves carry the text that messages show.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Constant(Value),
    /// A text, which is an argument and has no value.
    Text(Bytes),
    /// A fold variable or a parameter.
    Local(usize),
    Sender,
    Timestamp,
    BlockNumber,
    /// Whether the call was to one of these functions.
    Called(Vec<usize>),
    /// A word of the calldata of the call, behind the selector.
    Argument(Box<Told>),
    /// A word that the call returned.
    Returned(Box<Told>),
    /// The native value of the call.
    Wei,
    /// A field of the event that a fold is at.
    Field(Box<Field>),
    Balance(Box<Leaf>),
    Ghost(Box<GhostRead>),
    Stored(Box<Stored>),
    Minted(Box<Leaf>),
    Burned(Box<Leaf>),
    View(Box<(ViewCall, String)>),
    /// A call that nobody made.
    Supposed(Box<Supposition>),
    /// A value that was taken earlier.
    Captured {
        phase: Phase,
        site: usize,
        text: Box<str>,
    },
    Let {
        slot: usize,
        value: Box<Self>,
        body: Box<Self>,
    },
    Negate(Box<Self>),
    Not(Box<Self>),
    Arithmetic(Arithmetic, Box<(Self, Self)>),
    Compare(Box<Compare>),
    /// `&&` and `||`; a gate looks only at the call, and when it decides, the right side is not evaluated.
    Logic {
        or: bool,
        gate: bool,
        sides: Box<(Self, Self)>,
    },
    Conditional(Box<(Self, Self, Self)>),
    /// The first, or the second where that has no value.
    Try(Box<(Self, Self)>),
    Fold(Box<Fold>),
    Each(Box<Each>),
}

/// A variable that a contract stores.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub contract: Address,
    /// Where the path begins.
    pub slot: U256,
    /// What leads on from there.
    pub path: Vec<SlotStep>,
    /// Bytes behind the low end of the word.
    pub offset: usize,
    pub word: Word,
    /// As it is written.
    pub text: String,
}

/// How one slot leads to another.
#[derive(Debug, Clone)]
pub(super) enum SlotStep {
    /// The entry of a mapping.
    Key(Word, Node),
    /// A member of a struct.
    Plus(U256),
}

/// The value of a ghost.
#[derive(Debug, Clone)]
pub(super) struct GhostRead {
    /// Index into the ghosts of the protocol.
    pub ghost: usize,
    /// The address whose sum is meant.
    pub key: Option<Node>,
    /// As it is written.
    pub text: String,
}

/// A leaf with one operand.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// An address.
    pub operand: Node,
    /// As it is written.
    pub text: String,
}

/// Where functions have a value, and how it is written.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// Function, and where.
    pub places: Vec<(usize, Return)>,
    /// As it is written.
    pub text: String,
}

/// Where an event has a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldPlace {
    /// An indexed one: this topic.
    Topic(usize, Word),
    /// In the data.
    Data(Return),
}

/// A field of an event.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// The variable of the fold.
    pub slot: usize,
    pub place: FieldPlace,
    /// As it is written.
    pub text: String,
}

/// A comparison.
#[derive(Debug, Clone)]
pub(super) struct Compare {
    pub comparison: Comparison,
    pub left: Node,
    pub right: Node,
    /// How the left side is written.
    pub left_text: String,
    /// How the right side is written.
    pub right_text: String,
}

/// A fold over a set.
#[derive(Debug, Clone)]
pub(super) struct Fold {
    pub kind: FoldKind,
    pub set: Set,
    pub slot: usize,
    pub variable: String,
    pub body: Node,
    /// The body has values that were taken before the call for each element: elements that came later are left out.
    pub needs_old: bool,
    /// The same for values of the base state.
    pub needs_initial: bool,
}

/// A fold over contracts that are known when the expression is compiled: its body, once for each.
#[derive(Debug, Clone)]
pub(super) struct Each {
    pub kind: FoldKind,
    pub variable: String,
    /// Name of the contract, and what the body is for it.
    pub bodies: Vec<(String, Node)>,
}

/// An expression whose value is taken ahead of time, once for each combination of elements.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// What to take.
    pub node: Node,
    /// Variables of folds around it that it uses.
    pub slots: Vec<(usize, Set)>,
    /// It is only needed when each of these has the given truth.
    pub gates: Vec<(Node, bool)>,
}

/// An expression that is ready to be evaluated.
#[derive(Debug, Clone)]
pub(super) struct Compiled {
    /// The tree.
    pub root: Node,
    /// Its type.
    pub kind: Type,
    /// How it is written, with contracts in the place of role variables.
    pub text: String,
    /// Number of local variables.
    pub slots: usize,
    /// Values taken before each call.
    pub old: Vec<Site>,
    /// Values taken in the base state.
    pub initial: Vec<Site>,
    /// Events that it folds over.
    pub listens: Vec<Listening>,
}

impl Compiled {
    /// The functions that it speaks of, where calls of all others satisfy it.
    pub(super) fn functions(&self) -> Option<&[usize]> {
        // `!called(f) || ..`
        let Node::Logic { or: true, gate: true, sides } = &self.root else { return None };
        let Node::Not(gate) = &sides.0 else { return None };
        let Node::Called(functions) = gate.as_ref() else { return None };
        Some(functions)
    }
}
