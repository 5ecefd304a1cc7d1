//! The plugin contract and what makes it pleasant to write a plugin.
