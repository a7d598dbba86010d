use super::{
    arguments::ExplainArguments,
    error::CliError,
    exit::Outcome,
    list::{own_scenarios, shipped},
    select::unknown,
    target::Target,
    terminal::{self, Terminal},
};
use crate::{
    invariant,
    protocol::{InvariantSource, Judgement},
    report::{escape, severity_name},
    scenario::{self, ScenarioFile},
};
use console::Style;

/// `heist explain`.
pub(super) fn explain(arguments: &ExplainArguments, terminal: &Terminal) -> Result<Outcome, CliError> {
    let asked = arguments.id.as_str();
    let attacks = scenario::shipped();
    let shipped = shipped()?;
    let is = |id: &str| id.eq_ignore_ascii_case(asked);
    let invariants = shipped.iter().filter(|source| is(&source.id)).map(|source| of_invariant(source, None, *terminal));
    let is_asked = |file: &&ScenarioFile| is(&file.info.id) || is(&file.info.rule);
    let of_attack = |file: &ScenarioFile| of_scenario(&file.info, *terminal);
    let mut texts: Vec<_> = invariants.chain(attacks.iter().filter(is_asked).map(of_attack)).collect();
    if texts.is_empty() {
        // What ships is known without a project, so that one that cannot be loaded does not stand in the way.
        let protocols = Target::find(arguments.path.as_deref())?.load(&[])?;
        let sources: Vec<_> = protocols.iter().map(|each| (invariant::own(each), each)).collect();
        let own = || sources.iter().flat_map(|(sources, each)| sources.iter().map(move |source| (source, each)));
        let mut seen: Vec<&InvariantSource> = Vec::new();
        for (source, protocol) in own().filter(|(source, _)| is(&source.id)) {
            // Twins declare the same invariant.
            if !seen.iter().any(|other| other.expression == source.expression && other.title == source.title) {
                seen.push(source);
                texts.push(of_invariant(source, Some(&protocol.id), *terminal));
            }
        }
        let own_attacks = own_scenarios(&protocols)?;
        texts.extend(own_attacks.iter().filter(is_asked).map(of_attack));
        if texts.is_empty() {
            let attacks = attacks.iter().chain(&own_attacks);
            let known: Vec<_> = shipped
                .iter()
                .map(|source| source.id.clone())
                .chain(attacks.flat_map(|file| [file.info.id.clone(), file.info.rule.clone()]))
                .chain(own().map(|(source, _)| source.id.clone()))
                .collect();
            return Err(unknown("invariant or scenario", asked, &known));
        }
    }
    terminal::print(&texts.join("\n"))?;
    Ok(Outcome::Done)
}

fn heading(terminal: Terminal, id: &str, title: &str) -> String {
    let style = Style::new().bold().force_styling(terminal.look.color);
    format!("{}  {}\n\n", style.apply_to(escape(id)), escape(title))
}

/// Text that somebody wrote: every line is safe, none is joined.
fn body(text: &str, margin: &str) -> String {
    let lines = text.trim().lines().map(|line| format!("{margin}{}", escape(line.trim_end())));
    lines.collect::<Vec<_>>().join("\n")
}

fn of_invariant(source: &InvariantSource, protocol: Option<&str>, terminal: Terminal) -> String {
    let on = match source.on {
        Judgement::State => "on every state between calls",
        Judgement::Call => "on every successful call",
        Judgement::Sample => "on the base state, and on a sample of the states that sequences end in",
        Judgement::Boundary => "within calls, when the attacker's contract gets control",
        Judgement::Sequence => "on the state that each sequence ends in",
    };
    let on = match &source.by {
        Some(by) => format!("{on} by {}", escape(&by.value)),
        None => on.to_owned(),
    };
    let roles = if source.roles.is_empty() { "none".to_owned() } else { source.roles.join(", ") };
    let from = protocol.map_or_else(|| "a pack of heist".to_owned(), |id| format!("the protocol {id}"));
    format!(
        "{}severity  {}\njudged    {on}\nroles     {}\nfrom      {} ({})\n\n{}\n\n{}\n",
        heading(terminal, &source.id, &source.title),
        severity_name(source.severity),
        escape(&roles),
        escape(&from),
        escape(&source.place.to_string()),
        body(&source.expression, "  "),
        body(&source.explain, "")
    )
}

fn of_scenario(info: &scenario::Info, terminal: Terminal) -> String {
    let needs = if info.needs.is_empty() { "none".to_owned() } else { info.needs.join(", ") };
    format!(
        "{}scenario  {}\nrule      {}\nseverity  {}\nneeds     {}\n\n{}\n",
        heading(terminal, &info.id, &info.title),
        escape(&info.id),
        escape(&info.rule),
        severity_name(info.severity),
        escape(&needs),
        body(&info.explain, "")
    )
}
