use wasmtime::{Config, Enabled, Engine, PoolingAllocationConfig};

use crate::limits::{Limits, TABLE_ENTRIES_MAX};

/// Instances that may live at once. A box decodes with as many threads as it has cores, and twice that while it replays.
const PLACES: u32 = 64;
/// What a place has room for; a decoder in Rust has three core instances, in `JavaScript` as many, and one memory.
const CORE_INSTANCES: u32 = 4;
const TABLES: u32 = 4;
/// Places that keep their memory when nobody uses them, so that a burst long ago does not weigh on a small computer.
const WARM: u32 = 8;
/// Bytes of each place that are wiped and kept rather than given back. More than any decoder of ours touches.
const KEPT_BYTES: usize = 2 << 20;

/// An engine whose instances take their memory from a pool: it is mapped once, wiped after each call, and used again.
/// Mapping and unmapping it was half of what a call of a native decoder cost.
pub(crate) fn engine(mut config: Config, limits: &Limits) -> wasmtime::Result<Engine> {
    let mut places = PoolingAllocationConfig::default();
    places
        .total_component_instances(PLACES)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_core_instances(PLACES * CORE_INSTANCES)
        .max_memories_per_component(1)
        .total_memories(PLACES)
        .max_memory_size(limits.memory_bytes)
        .max_tables_per_component(TABLES)
        .total_tables(PLACES * TABLES)
        .table_elements(TABLE_ENTRIES_MAX)
        .max_unused_warm_slots(WARM);
    // Since 6.7 Linux says which pages were written to; only then is wiping them cheaper than giving them back.
    let mut wiped = places.clone();
    wiped.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(KEPT_BYTES);
    let engine = Engine::new(config.allocation_strategy(wiped));
    engine.or_else(|_| Engine::new(config.allocation_strategy(places)))
}
