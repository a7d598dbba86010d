//! temp
use heist::{
    campaign,
    evm::Item,
    gallery,
    generate::{self, *},
    scenario::{self, *},
    sequence::Step,
};
use std::collections::BTreeMap;
fn main() {
    let mut args = std::env::args().skip(1);
    let id = args.next().unwrap();
    let sc = args.next().unwrap();
    let n: usize = args.next().unwrap().parse().unwrap();
    let show: usize = args.next().unwrap().parse().unwrap();
    let p = gallery::load(&id).unwrap();
    let everyone = Palette::new(&p, Audience::Everyone);
    let attacker = Palette::new(&p, Audience::Attacker);
    let facts = Facts::new(&p);
    let d = Dictionary::default();
    let s = scenario::all().into_iter().find(|s| s.info().id == sc).unwrap();
    let dr = Drawing {
        protocol: &p,
        facts: &facts,
        everyone: Generator { palette: &everyone, dictionary: &d },
        attacker: Generator { palette: &attacker, dictionary: &d },
    };
    let mut rng = generate::case_rng(&[1; 32]);
    let mut stats: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut ok = 0;
    let mut sel: BTreeMap<[u8; 4], String> = BTreeMap::new();
    for f in &p.functions {
        sel.insert(f.selector.0, f.abi.name.clone());
    }
    for i in 0..n {
        let Some(seq) = s.draw(&dr, &mut rng) else { continue };
        if i < show {
            println!("{}", serde_json::to_string(&seq.to_records(&p)).unwrap());
        }
        let tr = campaign::trace(&p, &seq);
        for t in &tr {
            if t.execution.succeeded() {
                ok += 1
            }
            for f in &t.trace.frames {
                if f.input.len() >= 4 && p.attacker_contract == Some(f.from)
                    || p.attacker().map(|a| a.address) == Some(f.from)
                {
                    let e = stats
                        .entry(
                            sel.get(&f.input[..4.min(f.input.len())].try_into().unwrap_or([0; 4]))
                                .cloned()
                                .unwrap_or(format!("{:?}", &f.input[..4.min(f.input.len())])),
                        )
                        .or_default();
                    e.0 += 1;
                    if !f.success {
                        e.1 += 1;
                        if i < show {
                            println!("  FAIL {:?} {} {}", f.to, f.reason, String::from_utf8_lossy(&f.output));
                        }
                    }
                }
            }
        }
    }
    for (k, v) in stats {
        println!("{k}: {} calls {} reverts", v.0, v.1);
    }
}
