//! GWMP and the LoRaWAN network server as a pure state machine.
