//! Loads, limits, calls and blames plugins.
