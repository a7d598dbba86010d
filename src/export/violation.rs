//! What must hold and does not, asserted.

use super::{
    names::{Names, is_identifier},
    predicate::Printer,
    steps::Stepped,
    test::{ExportError, Said},
    value::{bytes, text},
};
use crate::{
    campaign::{Executor, Finding, FindingKind},
    invariant::Term,
    protocol::{Predicate, PredicateKind, Protocol, Suite},
    report::escape,
};

/// What `assert` fails with: `Panic(1)`.
const PANIC: [u8; 36] = {
    let mut panic = [0; 36];
    [panic[0], panic[1], panic[2], panic[3], panic[35]] = [0x4e, 0x48, 0x7b, 0x71, 1];
    panic
};

/// Says that the invariant of a finding holds behind `steps`, which `executor` has just run.
pub(super) fn said(
    (protocol, names): (&Protocol, &Names),
    mut steps: Vec<Stepped>,
    (finding, executor): (&Finding, &mut Executor),
) -> Result<Said, ExportError> {
    let unsupported =
        |what: &str| ExportError::Unsupported(format!("{} cannot be said in Solidity: {what}", finding.rule));
    if let Some(suite) = &protocol.suite {
        return match finding.kind {
            FindingKind::Assertion => Ok(assertion(suite, steps, names, executor)),
            _ => predicate((protocol, names), suite, steps, finding)
                .ok_or_else(|| unsupported("the suite has no such predicate")),
        };
    }
    let checks = executor.checks();
    let instance = (0..checks.len()).find(|instance| {
        let about = checks.about(*instance);
        about.id == finding.rule && about.contracts == finding.contracts
    });
    let instance = instance.ok_or_else(|| unsupported("the protocol has no such invariant on these contracts"))?;
    let unrolled = match executor.unroll(instance) {
        Ok(unrolled) => unrolled,
        // Where it is mended, there may be nothing to judge: the call fails, or a view does.
        Err(_) if !executor.checks().violated().contains(&instance) => {
            let mut test: Vec<_> = steps.into_iter().flat_map(|step| step.lines(names)).collect();
            test.push(format!("// There is nothing to judge: {}", escape(&finding.predicate)));
            return Ok(Said { test, members: Vec::new(), is_exact: false });
        }
        Err(why) => return Err(unsupported(why)),
    };
    let printer = Printer::new(protocol, names);
    let take = |list: &str, terms: &[Term]| {
        let taken = terms.iter().map(|term| format!("{list}.push({});", printer.kept(term)));
        taken.collect::<Vec<_>>()
    };
    let last = steps.pop();
    let mut test = take("heistInitial", &unrolled.initial);
    test.extend(steps.into_iter().flat_map(|step| step.lines(names)));
    let function = if unrolled.returned { "heistAnswer = Rehearsal.ask" } else { names.sender() };
    // Before the call, and behind the time that passes before it.
    let old = take("heistOld", &unrolled.old);
    test.extend(last.into_iter().flat_map(|step| step.lines_with(old.clone(), function, "")));
    test.push(format!("// {}", escape(&finding.predicate)));
    test.push(format!(
        "require({}, {});",
        printer.term(&unrolled.root),
        text(&format!("{} does not hold", finding.rule))
    ));
    let mut kept = Vec::new();
    for (list, taken) in [("heistOld", !unrolled.old.is_empty()), ("heistInitial", !unrolled.initial.is_empty())] {
        kept.extend(taken.then(|| format!("Exact.Number[] private {list};")));
    }
    kept.extend(unrolled.returned.then(|| "bytes private heistAnswer;".to_owned()));
    let kept = Some(kept).filter(|kept| !kept.is_empty());
    let members = kept.into_iter().chain(printer.functions()).collect();
    Ok(Said { test, members, is_exact: true })
}

/// Says that the last call does not fail as it does.
fn assertion(suite: &Suite, mut steps: Vec<Stepped>, names: &Names, executor: &Executor) -> Said {
    let last = executor.executions().last();
    let topics = last.into_iter().flat_map(|last| &last.logs).filter_map(|log| log.topics().first());
    let telling = topics.into_iter().find(|topic| suite.failures.events.contains(*topic));
    let failure = match last.filter(|last| last.failed()) {
        Some(last) if last.output.starts_with(&PANIC[..4]) => last.output.get(..36).unwrap_or_default(),
        Some(last) => last.output.get(..4).unwrap_or_default(),
        None => &PANIC,
    };
    let (function, further) = match telling {
        Some(topic) => ("Rehearsal.keepQuiet", topic.to_string()),
        None => ("Rehearsal.survive", bytes(failure)),
    };
    let last = steps.pop();
    let mut test: Vec<_> = steps.into_iter().flat_map(|step| step.lines(names)).collect();
    test.extend(last.into_iter().flat_map(|step| step.lines_with(Vec::new(), function, &format!(", {further}"))));
    Said { test, members: Vec::new(), is_exact: false }
}

/// Says that a predicate of a suite holds.
fn predicate(
    (protocol, names): (&Protocol, &Names),
    suite: &Suite,
    steps: Vec<Stepped>,
    finding: &Finding,
) -> Option<Said> {
    let is_here = |one: &&Predicate| {
        let home = protocol.contracts.iter().find(|contract| contract.address == one.address);
        home.is_none_or(|home| finding.contracts.contains(&home.name))
    };
    // Contracts that are tested together may state things of one name.
    let named = |one: &&Predicate| finding.rule == one.name || finding.rule.ends_with(&format!("-{}", one.name));
    let predicate = suite.predicates.iter().filter(named).find(is_here)?;
    if !is_identifier(&predicate.name) {
        return None;
    }
    let mut test: Vec<_> = steps.into_iter().flat_map(|step| step.lines(names)).collect();
    let home = &protocol.contracts[suite.contract];
    let is_inherited =
        predicate.address == home.address && protocol.recipe.as_ref().is_some_and(|recipe| recipe.behind.is_some());
    if predicate.kind == PredicateKind::Succeeds && is_inherited {
        test.push(format!("this.{}();", predicate.name));
    } else {
        let asked = format!(
            "Rehearsal.act({}, 0, {}, abi.encodeWithSignature({}))",
            names.account(protocol.settings.viewer),
            names.account(predicate.address),
            text(&format!("{}()", predicate.name))
        );
        test.push(format!("(bool success, bytes memory answer) = {asked};"));
        let holds = match predicate.kind {
            PredicateKind::Succeeds => "success",
            PredicateKind::True => "success && abi.decode(answer, (bool))",
            PredicateKind::Reverts => "!success",
            PredicateKind::Maximised => return None,
        };
        test.push(format!("require({holds}, {});", text(&format!("{} does not hold", finding.rule))));
    }
    Some(Said { test, members: Vec::new(), is_exact: false })
}
