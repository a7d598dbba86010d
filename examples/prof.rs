//! temp
use heist::{campaign::{self,*}, gallery};
fn main() {
    let mut p = gallery::load(&std::env::args().nth(1).unwrap()).unwrap();
    p.campaign.scenarios = Some(vec![]);
    let calls: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let inv: Vec<String> = std::env::args().skip(3).collect();
    let o = Options{seed:1,calls:Some(calls),time:None,threads:1,scenarios:vec![],invariants:inv};
    let t = std::time::Instant::now();
    let s = campaign::run(std::slice::from_ref(&p), &o, &mut Ignore, &Progress::default()).unwrap();
    println!("{:.0}/s", s.calls as f64/t.elapsed().as_secs_f64());
}
