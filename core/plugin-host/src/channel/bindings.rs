//! What wasmtime writes from the contract. Nothing here is written by hand.
#![allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    elided_lifetimes_in_paths,
    unused_qualifications,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated bindings"
)]

wasmtime::component::bindgen!({
    path: "../../plugin-sdk/wit/channel.wit",
    world: "channel",
    additional_derives: [PartialEq],
});
