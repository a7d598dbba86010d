use super::{Section, render_traces};
use crate::{
    evm::{CallKind, CodePath, Execution, Frame, Item, Status, StorageChange, Trace},
    report::fixtures::{self, ALICE, BOB, TOKEN},
    sequence::StepRecord,
};
use alloy_dyn_abi::DynSolValue;
use alloy_primitives::{Address, B256, Bytes, Log, LogData, U256, keccak256};

fn encode(signature: &str, values: Vec<DynSolValue>) -> Bytes {
    let mut data = keccak256(signature)[..4].to_vec();
    data.extend(DynSolValue::Tuple(values).abi_encode_params());
    data.into()
}

fn uint(number: u128) -> DynSolValue {
    DynSolValue::Uint(U256::from(number), 256)
}

fn frame(kind: CallKind, to: Address, input: Bytes) -> Frame {
    Frame {
        kind,
        from: ALICE,
        to,
        value: U256::ZERO,
        input,
        output: Bytes::new(),
        gas_used: 21_000,
        success: true,
        reason: "Return".to_owned(),
        items: Vec::new(),
        path: CodePath::default(),
    }
}

fn failed(reason: &str, output: Bytes) -> Frame {
    let input = encode("transfer(address,uint256)", vec![DynSolValue::Address(BOB), uint(5)]);
    Frame { success: false, reason: reason.to_owned(), output, ..frame(CallKind::Call, TOKEN, input) }
}

fn step() -> StepRecord {
    fixtures::invariant_finding().steps[1].clone()
}

fn render(traces: &[Trace]) -> String {
    let step = step();
    let sections: Vec<_> = traces.iter().map(|trace| Section { step: &step, execution: None, trace }).collect();
    render_traces(&fixtures::protocol(), &sections)
}

#[test]
fn a_call_tree_reads_with_names_and_meanings() {
    let amount = 1_000_000_000_000_000_000_000;
    let mut top = frame(
        CallKind::Call,
        TOKEN,
        encode("transfer(address,uint256)", vec![DynSolValue::Address(BOB), uint(amount)]),
    );
    top.output = B256::with_last_byte(1).to_vec().into();
    let topics = vec![keccak256("Transfer(address,uint256,address)"), ALICE.into_word(), BOB.into_word()];
    let data = U256::from(amount).to_be_bytes_vec();
    let known = Log { address: TOKEN, data: LogData::new(topics, data.into()).unwrap() };
    let unknown = Log { address: BOB, data: LogData::new(vec![B256::repeat_byte(9)], vec![1, 2].into()).unwrap() };
    let change = StorageChange { address: TOKEN, slot: U256::from(2), before: U256::ZERO, after: U256::MAX };
    top.items = vec![Item::Call(1), Item::Storage(change), Item::Log(known), Item::Call(2), Item::Log(unknown)];
    let mut view = frame(CallKind::StaticCall, TOKEN, encode("balanceOf(address)", vec![DynSolValue::Address(BOB)]));
    view.output = U256::from(5).to_be_bytes_vec().into();
    let mut pay = frame(CallKind::Call, TOKEN, encode("deposit()", vec![]));
    pay.value = U256::from(7);
    pay.items = vec![Item::Call(3)];
    let unknown_call = frame(CallKind::DelegateCall, BOB, vec![1, 2, 3, 4, 5].into());
    insta::assert_snapshot!(render(&[Trace { frames: vec![top, view, pay, unknown_call] }, Trace::default()]));
}

#[test]
fn reverts_say_why() {
    let text = |text: &str| encode("Error(string)", vec![DynSolValue::String(text.to_owned())]);
    let traces: Vec<_> = [
        failed("Revert", text("not enough \u{1b}[31mgold")),
        failed("Revert", encode("Panic(uint256)", vec![uint(0x11)])),
        failed("Revert", encode("Insufficient(uint256,uint256)", vec![uint(1), uint(2)])),
        failed("Revert", vec![0xaa; 300].into()),
        failed("Revert", vec![0x08, 0xc3, 0x79, 0xa0, 1].into()),
        failed("Revert", Bytes::new()),
        failed("OutOfGas", Bytes::new()),
        Frame { output: vec![0; 10].into(), to: BOB, ..frame(CallKind::Create, BOB, vec![0; 99].into()) },
    ]
    .into_iter()
    .map(|frame| Trace { frames: vec![frame] })
    .collect();
    insta::assert_snapshot!(render(&traces));
}

#[test]
fn an_invalid_transaction_says_so() {
    let step = step();
    let execution = Execution {
        status: Status::Invalid("lack of funds".to_owned()),
        output: Bytes::new(),
        gas_used: 0,
        logs: Vec::new(),
        created: None,
    };
    let trace = Trace::default();
    let text =
        render_traces(&fixtures::protocol(), &[Section { step: &step, execution: Some(&execution), trace: &trace }]);
    assert!(text.contains("not a valid transaction: lack of funds"), "{text}");
}

#[test]
fn huge_traces_are_bounded() {
    // A chain of frames as deep as the EVM allows, and one frame with very many calls.
    let mut deep: Vec<_> = (0..1_024).map(|_| frame(CallKind::Call, TOKEN, Bytes::new())).collect();
    for (index, frame) in deep.iter_mut().enumerate().take(1_023) {
        frame.items.push(Item::Call(index + 1));
    }
    let mut wide = frame(CallKind::Call, TOKEN, vec![7; 1_000_000].into());
    wide.items = (0..50_000).map(|_| Item::Call(1)).collect();
    wide.output = vec![7; 1_000_000].into();
    let leaf = frame(CallKind::Call, TOKEN, Bytes::new());
    let text = render(&[Trace { frames: deep }, Trace { frames: vec![wide, leaf] }]);
    assert!(text.contains("deeper frames") && text.contains("more lines"));
    assert!(text.lines().count() < 1_200 && text.len() < 200_000, "{} bytes", text.len());
}
