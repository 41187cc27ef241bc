// Copyright 2026 the Toukon Lambda authors. MIT license.

use lambda_runtime::{run, service_fn, Error, LambdaEvent};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Event {
    name: String,
    #[serde(rename = "padding")]
    _padding: String,
}

#[derive(Serialize)]
struct Reply {
    message: String,
}

async fn handle_event(event: LambdaEvent<Event>) -> Result<Reply, Error> {
    Ok(Reply {
        message: format!("Hello, {}", event.payload.name),
    })
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(service_fn(handle_event)).await
}
