use crate::record::{Reader, Stored, Writer};
use model::{DataRate, DevAddr, DevEui, GatewayEui, Reception, StoredUplink, Uplink};

/// Layout 1: the uplink, the sensor, the fault.
impl Stored for StoredUplink {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        write_uplink(out, &self.uplink);
        out.option(self.sensor.as_ref(), |out, sensor| out.text(sensor.as_str()));
        out.option(self.fault.as_deref(), Writer::text);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            uplink: read_uplink(input)?,
            sensor: input.option(Reader::slug)?,
            fault: input.option(Reader::text)?,
        })
    }
}

fn write_uplink(out: &mut Writer, uplink: &Uplink) {
    out.array(uplink.dev_eui.0);
    out.u32(uplink.dev_addr.0);
    out.u32(uplink.f_cnt);
    out.option(uplink.f_port, Writer::u8);
    out.bytes(&uplink.frm_payload);
    out.flag(uplink.confirmed);
    out.flag(uplink.adr);
    out.time(uplink.received_at);
    out.u32(uplink.frequency_hz);
    write_data_rate(out, uplink.data_rate);
    out.list(uplink.receptions.iter(), write_reception);
}

fn read_uplink(input: &mut Reader<'_>) -> Option<Uplink> {
    Some(Uplink {
        dev_eui: DevEui(input.array()?),
        dev_addr: DevAddr(input.u32()?),
        f_cnt: input.u32()?,
        f_port: input.option(Reader::u8)?,
        frm_payload: input.bytes()?.to_vec(),
        confirmed: input.flag()?,
        adr: input.flag()?,
        received_at: input.time()?,
        frequency_hz: input.u32()?,
        data_rate: read_data_rate(input)?,
        receptions: input.list(read_reception)?,
    })
}

fn write_reception(out: &mut Writer, reception: &Reception) {
    out.array(reception.gateway.0);
    out.f32(reception.rssi_dbm);
    out.option(reception.snr_db, Writer::f32);
    out.time(reception.received_at);
}

fn read_reception(input: &mut Reader<'_>) -> Option<Reception> {
    Some(Reception {
        gateway: GatewayEui(input.array()?),
        rssi_dbm: input.f32()?,
        snr_db: input.option(Reader::f32)?,
        received_at: input.time()?,
    })
}

fn write_data_rate(out: &mut Writer, data_rate: DataRate) {
    match data_rate {
        DataRate::Lora { spreading_factor, bandwidth_khz } => {
            out.u8(0);
            out.u8(spreading_factor);
            out.u16(bandwidth_khz);
        }
        DataRate::Fsk { bit_rate } => {
            out.u8(1);
            out.u32(bit_rate);
        }
        DataRate::LrFhss => out.u8(2),
    }
}

fn read_data_rate(input: &mut Reader<'_>) -> Option<DataRate> {
    Some(match input.u8()? {
        0 => DataRate::Lora { spreading_factor: input.u8()?, bandwidth_khz: input.u16()? },
        1 => DataRate::Fsk { bit_rate: input.u32()? },
        2 => DataRate::LrFhss,
        _ => return None,
    })
}
