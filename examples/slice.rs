//! temp
use heist::{
    campaign::{self, *},
    gallery,
};
struct S;
impl Sink for S {
    fn take(&mut self, e: &Event) -> std::io::Result<()> {
        match e {
            Event::Finding(f) => println!("{}", serde_json::to_string_pretty(f).unwrap()),
            Event::Kept { .. } | Event::Epoch { .. } => {}
            Event::Defect { message, .. } => println!("DEFECT {message}"),
            e => println!("{}", serde_json::to_string(e).unwrap()),
        };
        Ok(())
    }
}
fn main() {
    let mut args = std::env::args().skip(1);
    let calls: u64 = args.next().unwrap().parse().unwrap();
    let threads: usize = args.next().unwrap().parse().unwrap();
    let seed: u64 = args.next().unwrap().parse().unwrap();
    let ids: Vec<String> = args.collect();
    for id in ids {
        let p = match gallery::load(&id) {
            Ok(p) => p,
            Err(e) => {
                println!("{id}: {e} {:?}", e.help());
                continue;
            }
        };
        let o = Options { seed, calls: Some(calls), time: None, threads, scenarios: vec![], invariants: vec![] };
        let t = std::time::Instant::now();
        match campaign::run(std::slice::from_ref(&p), &o, &mut S, &Progress::default()) {
            Ok(s) => println!(
                "{id}: {} calls {:.0}/s findings {}",
                s.calls,
                s.calls as f64 / t.elapsed().as_secs_f64(),
                s.findings
            ),
            Err(e) => println!("{id}: {e}"),
        }
    }
}
