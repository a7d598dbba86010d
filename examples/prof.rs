//! temp
#[global_allocator] static A: mimalloc::MiMalloc = mimalloc::MiMalloc;
use heist::{campaign::{self,*}, gallery};
#[path = "../benches/bare/mod.rs"] mod bare;
fn main() {
    let mut p = gallery::load(&std::env::args().nth(1).unwrap()).unwrap();
    p.campaign.scenarios = Some(vec![]);
    let calls: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let mut inv: Vec<String> = std::env::args().skip(3).collect();
    let b = inv.first().is_some_and(|x| x == "bare"); if b { inv.remove(0); }
    let o = Options{seed:1,calls:Some(calls),time:None,threads:1,scenarios:vec![],invariants:inv};
    if b { let s = campaign::record(&p, &Options{calls:Some(calls/5),..o}).unwrap(); let t = std::time::Instant::now(); for _ in 0..5 { bare::run(&p, &s); } let n: usize = s.iter().map(|s|s.steps.len()).sum(); println!("bare {:.0}/s", 5.0*n as f64/t.elapsed().as_secs_f64()); return }
    let t = std::time::Instant::now();
    let s = campaign::run(std::slice::from_ref(&p), &o, &mut Ignore, &Progress::default()).unwrap();
    println!("{:.0}/s", s.calls as f64/t.elapsed().as_secs_f64());
}
