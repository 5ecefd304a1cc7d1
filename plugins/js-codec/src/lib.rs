//! Runs vendors' JavaScript payload codecs unchanged, on QuickJS.
