//! Every table, transaction and rollup of the one data file.
