//! What `wit-bindgen` writes from `wit/channel.wit`. Nothing here is written by hand.
#![allow(
    unsafe_code,
    missing_docs,
    missing_debug_implementations,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes_without_reason,
    reason = "generated bindings: memory crosses the sandbox here, in the canonical ABI's own way"
)]

wit_bindgen::generate!({
    path: "wit/channel.wit",
    world: "channel",
    additional_derives: [PartialEq],
    export_macro_name: "export_sending",
    pub_export_macro: true,
    default_bindings_module: "allting_plugin_sdk::channel::bindings",
});
