//! What must hold and does not, asserted.

use super::{
    names::Names,
    predicate::Printer,
    test::{ExportError, Said},
    value::{bytes, text},
};
use crate::{
    campaign::{Executor, Finding, FindingKind},
    invariant::{Asked, Term},
    protocol::{Judgement, Predicate, PredicateKind, Protocol, Suite},
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
    mut steps: Vec<Vec<String>>,
    (finding, executor): (&Finding, &mut Executor),
) -> Result<Said, ExportError> {
    let unsupported =
        |what: &str| ExportError::Unsupported(format!("{} cannot be said in Solidity: {what}", finding.rule));
    if let Some(suite) = &protocol.suite {
        return match finding.kind {
            FindingKind::Assertion => Ok(assertion(suite, steps, executor)),
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
            let mut test: Vec<_> = steps.into_iter().flatten().collect();
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
    let mut last = steps.pop().unwrap_or_default();
    let answers = unrolled.on == Judgement::Call && says_what_is_returned(&unrolled.root);
    if answers && let Some(line) = last.last_mut() {
        *line = line.replacen("Rehearsal.send(", "heistAnswer = Rehearsal.ask(", 1);
    }
    // Before the call, and behind the time that passes before it.
    let message = last.len().saturating_sub(usize::from(!last.is_empty()));
    let message =
        if last.iter().any(|line| line.contains("Rehearsal.VM.prank(")) { message.saturating_sub(1) } else { message };
    last.splice(message..message, take("heistOld", &unrolled.old));
    let mut test = take("heistInitial", &unrolled.initial);
    test.extend(steps.into_iter().flatten());
    test.extend(last);
    test.push(format!("// {}", escape(&finding.predicate)));
    test.push(format!(
        "require({}, {});",
        printer.term(&unrolled.root),
        text(&format!("{} does not hold", finding.rule))
    ));
    let mut members = Vec::new();
    for (list, taken) in [("heistOld", !unrolled.old.is_empty()), ("heistInitial", !unrolled.initial.is_empty())] {
        members.extend(taken.then(|| format!("Exact.Number[] private {list};")));
    }
    members.extend(answers.then(|| "bytes private heistAnswer;".to_owned()));
    if !members.is_empty() {
        members.insert(0, String::new());
    }
    // Functions come with their margin.
    members.extend(printer.functions().iter().map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned()));
    Ok(Said { test, members, is_exact: true })
}

/// Says that the last call does not fail as it does.
fn assertion(suite: &Suite, mut steps: Vec<Vec<String>>, executor: &Executor) -> Said {
    let last = executor.executions().last();
    let topics = last.into_iter().flat_map(|last| &last.logs).filter_map(|log| log.topics().first());
    let telling = topics.into_iter().find(|topic| suite.failures.events.contains(*topic));
    let failure = match last.filter(|last| last.failed()) {
        Some(last) if last.output.starts_with(&PANIC[..4]) => last.output.get(..36).unwrap_or_default(),
        Some(last) => last.output.get(..4).unwrap_or_default(),
        None => &PANIC,
    };
    if let Some(line) = steps.last_mut().and_then(|last| last.last_mut()) {
        let end = line.rfind(");").unwrap_or(line.len());
        let (function, failure) = match telling {
            Some(topic) => ("keepQuiet", topic.to_string()),
            None => ("survive", bytes(failure)),
        };
        let call = line[..end].replacen("Rehearsal.act(", &format!("Rehearsal.{function}("), 1);
        *line = format!("{call}, {failure});");
    }
    Said { test: steps.into_iter().flatten().collect(), members: Vec::new(), is_exact: false }
}

/// Says that a predicate of a suite holds.
fn predicate(
    (protocol, names): (&Protocol, &Names),
    suite: &Suite,
    steps: Vec<Vec<String>>,
    finding: &Finding,
) -> Option<Said> {
    let is_here = |one: &&Predicate| {
        let home = protocol.contracts.iter().find(|contract| contract.address == one.address);
        home.is_none_or(|home| finding.contracts.contains(&home.name))
    };
    // Contracts that are tested together may state things of one name.
    let named = |one: &&Predicate| finding.rule == one.name || finding.rule.ends_with(&format!("-{}", one.name));
    let predicate = suite.predicates.iter().filter(named).find(is_here)?;
    let mut test: Vec<_> = steps.into_iter().flatten().collect();
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

fn says_what_is_returned(term: &Term) -> bool {
    match term {
        Term::Returned(_) => true,
        Term::Negate(inner) | Term::Not(inner) | Term::Balance(inner) => says_what_is_returned(inner),
        Term::Arithmetic(_, sides) | Term::Compare(_, sides) | Term::Logic(_, sides) => {
            says_what_is_returned(&sides.0) || says_what_is_returned(&sides.1)
        }
        Term::Conditional(parts) => [&parts.0, &parts.1, &parts.2].into_iter().any(says_what_is_returned),
        Term::Fold(_, terms) => terms.iter().any(says_what_is_returned),
        Term::View(question) => question.message.computed.iter().any(|(_, _, term)| says_what_is_returned(term)),
        Term::Supposed(supposed) => {
            let mut computed = supposed.calls.iter().flat_map(|(_, message)| &message.computed);
            let behind = matches!(&supposed.asked, Asked::State(term) if says_what_is_returned(term));
            behind || computed.any(|(_, _, term)| says_what_is_returned(term))
        }
        _ => false,
    }
}
