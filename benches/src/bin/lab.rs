use ports::Database;
use ports::native::Sqlite;
use pollster::block_on;
fn cpu() -> f64 { std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap()/1e6 }
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&args[2]).unwrap();
    let exprs = ["\"request\" OR \"vpn\"", "\"approves\" OR \"laptop\" OR \"access\"", "\"error\" OR \"message\" OR \"screen\" OR \"badge\"", "\"payroll\" OR \"broken\""];
    for block in text.split("\n--- ").filter(|b| !b.trim().is_empty()) {
        let (name, sql) = block.split_once('\n').unwrap();
        let mut t = vec![];
        let mut n = 0;
        for e in exprs.iter().cycle().take(60) {
            let db = Sqlite::file(args[1].as_ref()).unwrap();
            block_on(db.execute("select (select count(*) from passages_fts where passages_fts match 'zzz'), (select count(*) from articles_fts where articles_fts match 'zzz')", &[])).unwrap();
            let c = std::time::Instant::now();
            n = block_on(db.execute(sql, &[(*e).into()])).unwrap_or_else(|e| panic!("{name}: {e}")).len();
            t.push(c.elapsed().as_secs_f64()*1e3);
        }
        t.sort_by(f64::total_cmp);
        println!("{name:30} p25 {:7.2} med {:7.2} rows {n}", t[15], t[30]);
        if args.len() > 3 {
            let db = Sqlite::file(args[1].as_ref()).unwrap();
            for r in block_on(db.execute(&format!("explain query plan {sql}"), &[exprs[0].into()])).unwrap().iter() { println!("      {} {}", r.get::<i64>("parent").unwrap(), r.get::<String>("detail").unwrap()); }
        }
    }
}
