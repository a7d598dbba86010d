use super::parse;

/// A scenario file whose only step has these keys.
fn with_step(keys: &str) -> String {
    format!(
        "id = \"x\"\nrule = \"X\"\ntitle = \"x\"\nseverity = \"high\"\nexplain = \"x\"\n\n\
         [[variant]]\nprofit = true\n\n[[variant.step]]\n{keys}\n"
    )
}

/// The step of an attack with these actions.
fn with_script(actions: &str) -> String {
    with_step(&format!("kind = \"attack\"\nloan = \"never\"\nscript = [{actions}]"))
}

fn refuses(text: &str, reason: &str) {
    let error = parse(text, "scenarios/x.toml").expect_err(text);
    let told = format!("{error}; {}", error.help());
    assert!(told.starts_with("scenarios/x.toml:") && told.contains(reason), "{text}\n{told}");
}

#[test]
fn a_step_that_cannot_be_drawn_is_refused_with_the_reason() {
    for (keys, reason) in [
        ("kind = \"rob\"", "unknown word `rob`"),
        ("kind = \"attack\"\ncount = [1, 2]", "this step of kind `attack` has no `loan`"),
        ("kind = \"attack\"\nloan = \"never\"", "needs a `script`, a `count` or a role `around` it"),
        ("kind = \"attack\"\nloan = \"never\"\ncount = [3, 2]", "13:9: the range [3, 2] is empty"),
        ("kind = \"attack\"\nloan = \"never\"\ncount = [1, 2]\nafter = [1, 0]", "the range [1, 0] is empty"),
        ("kind = \"attack\"\nloan = \"never\"\ncount = [1, 65]", "65 is more than 64"),
        ("kind = \"attack\"\nloan = \"never\"\ncount = [1, 2]\nwait = -1", "the range of 0 to 16777216"),
        ("kind = \"attack\"\nloan = \"never\"\naround = \"pol\"", "unknown role `pol`; write `pool`"),
        ("kind = \"market\"\nloan = \"never\"", "`loan` has no meaning in a step of kind `market`"),
        ("kind = \"calls\"", "this step of kind `calls` has no `count`"),
        ("kind = \"calls\"\ncount = [1, 2]\nspeed = 1", "unknown key `speed`"),
    ] {
        refuses(&with_step(keys), reason);
    }
}

#[test]
fn an_action_that_cannot_be_drawn_is_refused_with_the_reason() {
    for (actions, reason) in [
        ("{ verb = \"steal\" }", "unknown word `steal`"),
        ("{ count = [1, 2] }", "a `verb` or a `call`, this one has neither"),
        ("{ verb = \"pay\", call = \"pool.swap\" }", "a `verb` or a `call`, this one has both"),
        ("{ verb = \"reenter\" }", "`reenter` needs a `body`"),
        ("{ verb = \"pay\", body = [{ verb = \"any\" }] }", "only `reenter` and calls have a `body`"),
        ("{ verb = \"donate\", amount = \"most\" }", "only `pay`, `take` and calls have an `amount`"),
        ("{ verb = \"any\", count = [2, 1] }", "the range [2, 1] is empty"),
        ("{ verb = \"pay\", arguments = { a = 1 } }", "`arguments` has no meaning beside a `verb`"),
        ("{ call = \"swap\" }", "`swap` names no function of a role or a deployment"),
        ("{ call = \"pool.swap\", of = \"pool\" }", "`of` has no meaning beside a `call`"),
        ("{ call = \"a.f\", arguments = { x = { share = \"150%\", of = \"a\" } } }", "`150%` is no share"),
        ("{ call = \"a.f\", arguments = { x = { share = \"50%\" } } }", "this argument has no `of`"),
        ("{ call = \"a.f\", arguments = { x = { share = \"50%\", off = \"a\" } } }", "unknown key `off`; write `of`"),
        ("{ call = \"a.f\", arguments = { x = { view = \"a.g\", fit = \"all\" } } }", "unknown fit `all`"),
    ] {
        refuses(&with_script(actions), reason);
    }
}

#[test]
fn a_result_is_that_of_a_call_before() {
    let uses = |name: &str| format!("arguments = {{ id = {{ result = \"{name}\" }} }}");
    for (actions, reason) in [
        (format!("{{ call = \"a.f\", name = \"one\", {} }}", uses("one")), "itself returns: a cycle"),
        (
            format!("{{ call = \"a.f\", {} }}, {{ call = \"a.g\", name = \"two\" }}", uses("two")),
            "`two` is returned later, on line 13",
        ),
        (format!("{{ call = \"a.f\", name = \"three\" }}, {{ call = \"a.g\", {} }}", uses("tree")), "write `three`"),
        ("{ call = \"a.f\", name = \"n\" }, { call = \"a.g\", name = \"n\" }".to_owned(), "result `n` exists already"),
        (
            format!(
                "{{ call = \"a.f\", name = \"outer\" }}, {{ call = \"a.g\", body = [{{ call = \"a.h\", {} }}] }}",
                uses("outer")
            ),
            "unknown result `outer`",
        ),
    ] {
        refuses(&with_script(&actions), reason);
    }
    let whole = format!("{{ call = \"a.f\", name = \"one\" }}, {{ call = \"a.g\", {} }}", uses("one"));
    parse(&with_script(&whole), "scenarios/x.toml").expect("its result is that of a call before");
}

#[test]
fn names_are_roles_and_ids_are_plain() {
    let text = with_script("{ verb = \"pay\" }");
    parse(&text, "scenarios/x.toml").expect("it is whole");
    refuses(&text.replace("id = \"x\"", "id = \"two words\""), "`two words` is no id");
    refuses(&text.replace("rule = \"X\"", "rule = \"\""), "`` is no rule");
    refuses(&text.replace("explain", "needs = [\"lendr\"]\nexplain"), "unknown role `lendr`; write `lender`");
    refuses(&text.replace("explain", "weight = 0\nexplain"), "0");
    refuses(&text[..text.find("[[variant]]").expect("it has one")], "at least one variant");
    refuses(&text[..text.find("[[variant.step]]").expect("it has one")], "this variant has no step");
    refuses(&format!("{text}\n[test]\ncalls = 0\nseed = 1\nfinds = true\n"), "0");
    refuses("id = ", "scenarios/x.toml:1");
}

#[test]
fn bodies_are_not_nested_without_end() {
    let mut actions = "{ verb = \"take\" }".to_owned();
    for _ in 0..12 {
        actions = format!("{{ verb = \"reenter\", body = [{actions}] }}");
    }
    refuses(&with_script(&actions), "bodies within each other");
}
