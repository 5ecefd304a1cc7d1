use crate::diagnostic::Fault;
use crate::file::{Toml, Unique};
use crate::said::say;
use crate::written::Written;
use model::{Gateway, GatewayEui};
use schemars::JsonSchema;
use serde::Deserialize;

/// Radio gateways that were adopted. Others are heard, and never sent to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the shape of the file; the list is read table by table, so that one fault spares the rest"
)]
pub(crate) struct GatewaysFile {
    /// One adopted gateway.
    #[serde(default)]
    gateway: Vec<GatewayEntry>,
}

/// One adopted gateway.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GatewayEntry {
    /// Gateway EUI, as on its label: 16 hexadecimal digits.
    eui: Written<String>,
    /// What staff call it. The EUI when there is none.
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
}

pub(crate) fn read(file: &mut Toml<'_>) -> Vec<Gateway> {
    let mut euis = Unique::default();
    let mut gateways = Vec::new();
    for listed in file.list::<GatewayEntry>("gateway") {
        let Some(eui) = file.parsed::<GatewayEui>("eui", &listed.entry.eui) else { continue };
        if let Some(earlier) = euis.earlier(eui, listed.entry.eui.span.clone()) {
            let fault = Fault::twice(listed.entry.eui.span.clone(), eui, earlier);
            file.report(fault.help(say!("remove-one", "remove one of the two")));
        }
        gateways.push(Gateway { eui, name: listed.entry.name.unwrap_or_else(|| eui.to_string()) });
    }
    gateways
}
