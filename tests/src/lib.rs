//! One simulated town: gateways, devices, citizens, power cuts.
