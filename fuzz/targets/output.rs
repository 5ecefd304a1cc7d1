//! Any JSON that a vendor's codec may return, through any table: what comes of it must be what the box takes.
//! The first line of the input is the table, the rest is the output.
#![no_main]

use allting_plugin_sdk::{Uplink, Value, testing};
use js_codec::JsCodec;
use serde_json::{Value as Json, json};

/// Returns what it is given.
const ECHO: &str = "function decodeUplink(input) { return { data: input.variables } }";

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some(end) = input.iter().position(|byte| *byte == b'\n') else { return };
    let (Ok(map), Ok(output)) =
        (serde_json::from_slice::<Json>(&input[..end]), serde_json::from_slice::<Json>(&input[end + 1..]))
    else {
        return;
    };
    let settings = json!({ "codec": ECHO, "variables": output, "map": map }).to_string();
    let Ok(decoded) = testing::decode::<JsCodec>(Uplink::new(1, &[1], &settings)) else { return };
    for observation in &decoded.observations {
        assert!(observation.age_s <= 366 * 86_400);
        assert!(!matches!(observation.value, Value::Number(number) if !number.is_finite()), "{observation:?}");
    }
});
