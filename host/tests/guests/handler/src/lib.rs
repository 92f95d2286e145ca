//! A component that does, path by path, what the host has to cope with.

use std::time::{Duration, Instant};

use futures::SinkExt as _;
use host::guests::converter::convert;
use spin_sdk::http::{
    Headers, IncomingRequest, Method, OutgoingResponse, Request, Response, ResponseOutparam,
};
use spin_sdk::http_component;
use spin_sdk::key_value::Store;
use spin_sdk::sqlite::{Connection, Value};

wit_bindgen::generate!({ path: "../wit", world: "handling" });

mod cron {
    wit_bindgen::generate!({
        path: "../../../../wit/deps/spin-cron",
        world: "spin-cron",
        pub_export_macro: true,
        export_macro_name: "export_schedule",
    });
}

struct Schedule;

impl cron::Guest for Schedule {
    fn handle_cron_event(metadata: cron::Metadata) -> Result<(), cron::Error> {
        let database = Connection::open_default().map_err(|error| cron::Error::Other(error.to_string()))?;
        let tick = [Value::Integer(metadata.timestamp as i64)];
        database.execute("CREATE TABLE IF NOT EXISTS ticks (time)", &[]).expect("a table");
        database.execute("INSERT INTO ticks VALUES (?)", &tick).expect("a row");
        if metadata.timestamp % 2 == 0 {
            Err(cron::Error::Other("an even second".to_owned()))
        } else {
            panic!("an odd second")
        }
    }
}

cron::export_schedule!(Schedule with_types_in cron);

#[http_component]
async fn handle(request: IncomingRequest, out: ResponseOutparam) {
    let target = request.path_with_query().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    match path {
        "/silent" => return,
        "/panic" => panic!("the handler was told to panic"),
        "/late" => {
            respond(out, "answered".to_owned()).await;
            std::thread::sleep(Duration::from_secs(1));
            let busy = Instant::now();
            while busy.elapsed() < Duration::from_millis(100) {}
            sql("CREATE TABLE late AS SELECT 1");
            return;
        }
        _ => {}
    }
    let text = match path {
        "/sql" => sql(&query.replace('+', " ")),
        "/other-database" => format!("{:?}", Connection::open("other").err()),
        "/key-value" => key_value(query),
        "/variable" => format!("{:?}", spin_sdk::variables::get(query)),
        "/environment" => format!("{:?}", std::env::vars().collect::<Vec<_>>()),
        "/fetch" => fetch(query).await,
        "/convert" => format!("{:?} {:?}", convert(query, None), convert(query, Some(20))),
        "/loop" => loop {
            std::hint::black_box(());
        },
        "/sleep" => {
            std::thread::sleep(Duration::from_secs(60));
            String::new()
        }
        "/memory" => vec![1_u8; 512 << 20].iter().map(|byte| u64::from(*byte)).sum::<u64>().to_string(),
        _ => request
            .headers()
            .entries()
            .into_iter()
            .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(&value)))
            .collect(),
    };
    respond(out, text).await;
}

async fn respond(out: ResponseOutparam, text: String) {
    let response = OutgoingResponse::new(Headers::new());
    let mut body = response.take_body();
    out.set(response);
    body.send(text.into_bytes()).await.expect("the client reads the body");
}

fn sql(statement: &str) -> String {
    let database = Connection::open_default().expect("the manifest grants the database");
    match database.execute(statement, &[]) {
        Ok(result) => format!("{:?}", result.rows.iter().map(|row| &row.values).collect::<Vec<_>>()),
        Err(error) => error.to_string(),
    }
}

fn key_value(value: &str) -> String {
    let store = Store::open_default().expect("the manifest grants the store");
    let before = store.get("key").expect("a read").map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    store.set("key", value.as_bytes()).expect("a write");
    let keys = store.get_keys().expect("the keys");
    format!("{before:?} {keys:?} {:?}", Store::open("other").err())
}

async fn fetch(url: &str) -> String {
    let request = Request::builder().method(Method::Get).uri(url).build();
    match spin_sdk::http::send::<_, Response>(request).await {
        Ok(response) => format!("{} {}", response.status(), String::from_utf8_lossy(response.body())),
        Err(error) => format!("{error:?}"),
    }
}
