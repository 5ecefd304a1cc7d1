//! Reads the municipality's folder of TOML and points at what is wrong in it.
