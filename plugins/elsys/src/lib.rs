//! Decoder for ELSYS sensors.
