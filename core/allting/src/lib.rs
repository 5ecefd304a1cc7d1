//! The binary: command line, sockets, timers, signals.
