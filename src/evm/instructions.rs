//! Hooks: instructions of the mainnet table that also write into the [`Recorder`](super::Recorder).

use super::{comparison::ComparisonKind, machine::MachineContext, recorder::Read};
use alloy_primitives::utils::keccak256_cached;
use revm::{
    bytecode::opcode,
    context_interface::Cfg,
    handler::instructions::EthInstructions,
    interpreter::{
        Instruction, InstructionContext, InstructionExecResult, InstructionResult, Interpreter,
        instructions::{arithmetic, bitwise, block_info, contract, control, host},
        interpreter::{EthInterpreter, resize_memory},
        interpreter_types::{InputsTr, Jumps, LegacyBytecode},
    },
    primitives::{Address, KECCAK_EMPTY, U256, hardfork::SpecId},
};

pub(super) type Hooked<'a> = InstructionContext<'a, MachineContext, EthInterpreter>;
pub(super) type Table = EthInstructions<EthInterpreter, MachineContext>;

/// The instruction table of `spec` with the hooks installed. Gas costs are those of the specification.
pub(super) fn instrumented(spec: SpecId) -> Table {
    let mut table = Table::new_mainnet_with_spec(spec);
    let hooks: [(u8, Original); 29] = [
        (opcode::JUMPI, jumpi),
        (opcode::LT, |context| compare(context, ComparisonKind::Less, bitwise::lt)),
        (opcode::GT, |context| compare(context, ComparisonKind::Greater, bitwise::gt)),
        (opcode::SLT, |context| compare(context, ComparisonKind::SignedLess, bitwise::slt)),
        (opcode::SGT, |context| compare(context, ComparisonKind::SignedGreater, bitwise::sgt)),
        (opcode::EQ, |context| compare(context, ComparisonKind::Equal, bitwise::eq)),
        (opcode::ISZERO, is_zero),
        (opcode::SUB, |context| difference(context, arithmetic::sub)),
        (opcode::ADD, sum),
        (opcode::XOR, |context| difference(context, bitwise::bitxor)),
        (opcode::AND, cast),
        (opcode::MOD, remainder),
        (opcode::KECCAK256, keccak),
        (opcode::SLOAD, sload),
        (opcode::SSTORE, sstore),
        (opcode::CALL, call),
        (opcode::CREATE, |context| restructure(context, contract::create::<false, _, _>)),
        (opcode::CREATE2, |context| restructure(context, contract::create::<true, _, _>)),
        (opcode::SELFDESTRUCT, |context| restructure(context, host::selfdestruct)),
        (opcode::BALANCE, |context| read_account(context, host::balance)),
        (opcode::EXTCODESIZE, |context| read_account(context, host::extcodesize)),
        (opcode::EXTCODEHASH, |context| read_account(context, host::extcodehash)),
        (opcode::EXTCODECOPY, |context| read_account(context, host::extcodecopy)),
        (opcode::SELFBALANCE, selfbalance),
        (opcode::TIMESTAMP, |context| read_block(context, block_info::timestamp)),
        (opcode::NUMBER, |context| read_block(context, block_info::block_number)),
        (opcode::BLOCKHASH, |context| read_block(context, host::blockhash)),
        (opcode::DIFFICULTY, |context| read_block(context, block_info::difficulty)),
        (opcode::BASEFEE, |context| read_block(context, block_info::basefee)),
    ];
    for (opcode, hook) in hooks {
        let gas = table.gas_table()[opcode as usize];
        table.insert_instruction(opcode, Instruction::new(hook), gas);
    }
    table
}

pub(super) type Original = fn(Hooked<'_>) -> InstructionExecResult;

fn jumpi(context: Hooked<'_>) -> InstructionExecResult {
    let Interpreter { stack, bytecode, .. } = &context.interpreter;
    if let [.., condition, _] = stack.data().as_slice() {
        context.host.chain.edge(bytecode, !condition.is_zero());
    }
    control::jumpi(context)
}

#[expect(
    clippy::inline_always,
    reason = "the relation is known where the instruction is, and this runs at each comparison"
)]
#[inline(always)]
fn compare(context: Hooked<'_>, kind: ComparisonKind, original: Original) -> InstructionExecResult {
    let Interpreter { stack, bytecode, .. } = &context.interpreter;
    if let [.., right, left] = stack.data().as_slice() {
        context.host.chain.compare(bytecode, kind, (left, right));
    }
    original(context)
}

/// ISZERO of what is no truth value compares with zero.
fn is_zero(context: Hooked<'_>) -> InstructionExecResult {
    let Interpreter { stack, bytecode, .. } = &context.interpreter;
    if let Some(word) = stack.data().last()
        && *word > U256::ONE
    {
        context.host.chain.compare(bytecode, ComparisonKind::Equal, (word, &U256::ZERO));
    }
    bitwise::iszero(context)
}

/// Compilers write `a != b` as a difference that decides a branch.
#[expect(clippy::inline_always, reason = "as above")]
#[inline(always)]
fn difference(context: Hooked<'_>, original: Original) -> InstructionExecResult {
    if decides_branch(context.interpreter.bytecode.bytecode_slice(), context.interpreter.bytecode.pc()) {
        return compare(context, ComparisonKind::Equal, original);
    }
    original(context)
}

/// Compilers write `a != constant` as a sum with the constant's negative, where that is shorter.
fn sum(context: Hooked<'_>) -> InstructionExecResult {
    let Interpreter { stack, bytecode, .. } = &context.interpreter;
    let (code, pc) = (bytecode.bytecode_slice(), bytecode.pc());
    if decides_branch(code, pc)
        && let [.., below, top] = stack.data().as_slice()
    {
        let (word, constant) = if was_pushed(&code[..pc - 1], top) { (below, top) } else { (top, below) };
        context.host.chain.compare(bytecode, ComparisonKind::Equal, (word, &constant.wrapping_neg()));
    }
    arithmetic::add(context)
}

/// A cast to a narrower type asks nobody whether the number fits.
fn cast(context: Hooked<'_>) -> InstructionExecResult {
    let Interpreter { stack, bytecode, .. } = &context.interpreter;
    if context.host.chain.keeps_casts()
        && let [.., below, top] = stack.data().as_slice()
    {
        let cast = if is_width(top) { Some((below, top)) } else { is_width(below).then_some((top, below)) };
        if let Some(operands) = cast {
            context.host.chain.compare(bytecode, ComparisonKind::Cast, operands);
        }
    }
    bitwise::bitand(context)
}

/// Whether a word is the largest number of an unsigned type of 64 to 248 bits, without that of addresses.
fn is_width(word: &U256) -> bool {
    let bits = word.bit_len();
    (64..=248).contains(&bits) && bits.is_multiple_of(8) && bits != 160 && word.count_ones() == bits
}

/// Whether `code` ends with a PUSH of `word`.
fn was_pushed(code: &[u8], word: &U256) -> bool {
    (1..=32).any(|length| match code.split_at_checked(code.len().saturating_sub(length)) {
        Some(([.., push], pushed)) => *push == opcode::PUSH0 + length as u8 && U256::from_be_slice(pushed) == *word,
        _ => false,
    })
}

/// Whether the instructions at `pc` negate the top of the stack or jump on it.
#[inline]
fn decides_branch(code: &[u8], pc: usize) -> bool {
    match code.get(pc) {
        Some(&opcode::ISZERO) => true,
        Some(&push @ opcode::PUSH1..=opcode::PUSH3) => {
            code.get(pc + 2 + usize::from(push - opcode::PUSH1)) == Some(&opcode::JUMPI)
        }
        _ => false,
    }
}

fn remainder(context: Hooked<'_>) -> InstructionExecResult {
    if let [.., modulus, number] = context.interpreter.stack.data().as_slice() {
        context.host.chain.divide(*number, *modulus);
    }
    arithmetic::rem(context)
}

/// The same slots of mappings are computed again and again, so hashes come from a cache.
#[expect(clippy::needless_pass_by_value, reason = "the table's functions take it by value")]
pub(super) fn keccak(context: Hooked<'_>) -> InstructionExecResult {
    let Interpreter { stack, memory, gas, .. } = context.interpreter;
    let gas_params = context.host.cfg.gas_params();
    let Some(([offset], length)) = stack.popn_top() else { return Err(InstructionResult::StackUnderflow) };
    let size = usize::try_from(*length).map_err(|_| InstructionResult::InvalidOperandOOG)?;
    if !gas.record_regular_cost(gas_params.keccak256_cost(size)) {
        return Err(InstructionResult::OutOfGas);
    }
    if size == 0 {
        *length = KECCAK_EMPTY.into();
        return Ok(());
    }
    let from = usize::try_from(offset).map_err(|_| InstructionResult::InvalidOperandOOG)?;
    resize_memory(gas, memory, gas_params, from, size)?;
    let input: &[u8] = &memory.slice_len(from, size);
    let hash = keccak256_cached(input).into();
    context.host.chain.hash(hash, input);
    *length = hash;
    Ok(())
}

pub(super) fn sload(context: Hooked<'_>) -> InstructionExecResult {
    if let Some(slot) = context.interpreter.stack.data().last() {
        let address = context.interpreter.input.target_address();
        context.host.chain.load(address, *slot);
    }
    host::sload(context)
}

pub(super) fn sstore(context: Hooked<'_>) -> InstructionExecResult {
    if let Some(slot) = context.interpreter.stack.data().last() {
        let address = context.interpreter.input.target_address();
        context.host.chain.write(address, *slot);
    }
    host::sstore(context)
}

fn call(context: Hooked<'_>) -> InstructionExecResult {
    if let [.., value, _, _] = context.interpreter.stack.data().as_slice()
        && !value.is_zero()
    {
        let payer = context.interpreter.input.target_address();
        context.host.chain.read(Read::Account(payer));
        context.host.chain.move_value();
    }
    contract::call::<{ opcode::CALL }, _, _>(context)
}

pub(super) fn restructure(context: Hooked<'_>, original: Original) -> InstructionExecResult {
    context.host.chain.change_structure();
    original(context)
}

pub(super) fn read_account(context: Hooked<'_>, original: Original) -> InstructionExecResult {
    if let Some(word) = context.interpreter.stack.data().last() {
        context.host.chain.read(Read::Account(Address::from_word((*word).into())));
    }
    original(context)
}

fn selfbalance(context: Hooked<'_>) -> InstructionExecResult {
    let address = context.interpreter.input.target_address();
    context.host.chain.read(Read::Account(address));
    host::selfbalance(context)
}

pub(super) fn read_block(context: Hooked<'_>, original: Original) -> InstructionExecResult {
    context.host.chain.read(Read::Block);
    original(context)
}
