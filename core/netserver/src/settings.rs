use crate::region::{DATA_RATE_MAX, Region};
use model::{LinkSettings, RadioSettings, Rx2};
use std::time::Duration;

/// The range of RX1 delays that a device can be told (LoRaWAN 1.0.4 section 5.7).
const RX1_DELAY_MIN: Duration = Duration::from_secs(1);
const RX1_DELAY_MAX: Duration = Duration::from_secs(15);

/// How much slower RX1 can be than the uplink, steps (RP002-1.0.4 section 2.2.8).
const RX1_DR_OFFSET_MAX: u8 = 5;

/// How the server deals with gateways, devices and time. The defaults suit gateways on the local network.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Delay from an uplink to RX1, told to all devices. Whole seconds, 1 to 15; default 1 s, 5 s for gateways on a mobile network.
    pub rx1_delay: Duration,
    /// How much slower RX1 is than the uplink, 0 to 5 steps of data rate. Default 0.
    pub rx1_dr_offset: u8,
    /// Where devices listen in RX2. Default: 869.525 MHz and data rate 0, as every device is born.
    pub rx2: Option<Rx2>,
    /// Frequency of RX1 by channel, hertz, where it is not to be the uplink's. Devices before LoRaWAN 1.0.2 cannot be told. Default: none.
    pub rx1_frequencies_hz: [Option<u32>; 8],
    /// Devices may be on the air one part in two to the power of this, 0 to 15; default 0: as their band allows.
    pub max_duty_cycle: u8,
    /// How much better than needed a device that lets the network choose shall be heard, dB. Default 10.
    pub adr_margin_db: f32,
    /// How often a device is asked for battery and margin. Default a day.
    pub status_every: Duration,
    /// How long an answer waits for other gateways that may have heard the device better; never into the margin before RX1. Default 150 ms.
    pub gather: Duration,
    /// How long before a receive window a downlink must be on its way. A forwarder wants it 42.5 ms ahead and looks every 10 ms; default 100 ms.
    pub margin: Duration,
    /// How often gateways send PULL_DATA. Default 10 s.
    pub keepalive: Duration,
    /// Datagrams a second from one adopted gateway; an eight-channel concentrator cannot hear a hundredth of the default 10 000.
    pub gateway_rate: u32,
    /// Datagrams a second from one machine that is none of our gateways. Default 20.
    pub stranger_rate: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rx1_delay: RX1_DELAY_MIN,
            rx1_dr_offset: 0,
            rx2: None,
            rx1_frequencies_hz: [None; 8],
            max_duty_cycle: 0,
            adr_margin_db: 10.0,
            status_every: Duration::from_hours(24),
            gather: Duration::from_millis(150),
            margin: Duration::from_millis(100),
            keepalive: Duration::from_secs(10),
            gateway_rate: 10_000,
            stranger_rate: 20,
        }
    }
}

impl From<&RadioSettings> for Settings {
    fn from(wanted: &RadioSettings) -> Self {
        let &RadioSettings { rx1_delay, rx1_dr_offset, rx2_data_rate, adr_margin_db, status_every, gather } = wanted;
        let rx2 = Some(Rx2 { data_rate: rx2_data_rate, ..Region::eu868().rx2() });
        Self { rx1_delay, rx1_dr_offset, rx2, adr_margin_db, status_every, gather, ..Self::default() }
    }
}

impl Settings {
    /// The nearest that devices can be told.
    pub(crate) fn within_limits(self) -> Self {
        Self {
            rx1_delay: Duration::from_secs(self.rx1_delay.as_secs()).clamp(RX1_DELAY_MIN, RX1_DELAY_MAX),
            rx1_dr_offset: self.rx1_dr_offset.min(RX1_DR_OFFSET_MAX),
            rx2: self.rx2.filter(|rx2| rx2.data_rate <= DATA_RATE_MAX),
            max_duty_cycle: self.max_duty_cycle.min(15),
            gather: self.gather.min(RX1_DELAY_MIN.saturating_sub(self.margin)),
            ..self
        }
    }

    /// What a device knows of its radio once it has its join accept: all but a new frequency of RX2.
    pub(crate) fn link_after_join(&self, region: &Region) -> LinkSettings {
        let born = region.rx2();
        let rx2 = Rx2 { data_rate: self.rx2.unwrap_or(born).data_rate, ..born };
        LinkSettings {
            channels: region.channels(),
            rx1_dr_offset: self.rx1_dr_offset,
            rx2: (rx2 != born).then_some(rx2),
            ..LinkSettings::default()
        }
    }
}
