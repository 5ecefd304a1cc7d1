//! Adaptive data rate through a whole box: a device that `lorawan-device` cannot be, for it never sets the ADR bit. Its frames are built
//! and read by the crate `lorawan`, over a real socket; what it does when it is asked is written here after LoRaWAN 1.0.4 section 5.

mod hamlet;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hamlet::{Hamlet, tenths, told};
use lorawan::creator::DataPayloadCreator;
use lorawan::keys::{AES128, AppSKey, NewSKey};
use lorawan::maccommands::SerializableMacCommand;
use lorawan::parser::{DataHeader, DataPayload, FCtrl, FRMPayload, PhyPayload, parse};
use model::DevEui;

/// The ADR bit of an uplink.
const ADR: u8 = 0x80;

const KEYS: ([u8; 16], [u8; 16]) = ([0x01; 16], [0x65; 16]);
const DEV_ADDR: u32 = 0x00a1_c101;
const DEV_EUI: DevEui = DevEui([0, 0, 0x5e, 0xef, 0x10, 0, 1, 1]);

/// One answer to a MAC command.
struct Answer(u8, Vec<u8>);

impl SerializableMacCommand for Answer {
    fn payload_bytes(&self) -> &[u8] {
        &self.1
    }

    fn cid(&self) -> u8 {
        self.0
    }

    fn payload_len(&self) -> usize {
        self.1.len()
    }
}

struct Device {
    f_cnt: u32,
    data_rate: u8,
    tx_power: u8,
    answers: Vec<Answer>,
    /// How often it was told a data rate.
    told: usize,
}

impl Device {
    fn new() -> Self {
        Self { f_cnt: 0, data_rate: 0, tx_power: 0, answers: Vec::new(), told: 0 }
    }

    fn frame(&mut self) -> Result<Vec<u8>> {
        let (network, app): (NewSKey, AppSKey) = (KEYS.0.into(), KEYS.1.into());
        let mut creator = DataPayloadCreator::new();
        creator.set_uplink(true).set_confirmed(true).set_dev_addr(&DEV_ADDR.to_le_bytes());
        creator.set_fctrl(&FCtrl::new(ADR, true)).set_f_port(5).set_fcnt(self.f_cnt);
        let answers: Vec<Answer> = self.answers.drain(..).collect();
        let commands: Vec<&dyn SerializableMacCommand> = answers.iter().map(|answer| answer as _).collect();
        let built = creator.build(&tenths(210), &commands, &network, &app).map(<[u8]>::to_vec);
        self.f_cnt += 1;
        built.map_err(|why| anyhow::anyhow!("{why:?}"))
    }

    /// Hears a downlink and does what it says.
    fn hears(&mut self, phy_payload: Vec<u8>) -> Result<()> {
        let (network, app) = (AES128(KEYS.0), AES128(KEYS.1));
        let parsed = parse(phy_payload).map_err(|why| anyhow::anyhow!("{why:?}"))?;
        let PhyPayload::Data(DataPayload::Encrypted(data)) = parsed else { anyhow::bail!("no data frame") };
        let f_cnt = u32::from(data.fhdr().fcnt());
        let data = data.decrypt(Some(&network), Some(&app), f_cnt).map_err(|why| anyhow::anyhow!("{why:?}"))?;
        let header = data.fhdr();
        ensure!(header.fctrl().ack(), "a confirmed uplink is acknowledged");
        self.obeys(header.data());
        if let FRMPayload::MACCommands(commands) = data.frm_payload() {
            self.obeys(commands.data());
        }
        Ok(())
    }

    fn obeys(&mut self, mut commands: &[u8]) {
        while let Some((&cid, rest)) = commands.split_first() {
            let length = match cid {
                0x03 | 0x05 | 0x0a => 4,
                0x04 | 0x08 => 1,
                0x07 => 5,
                0x02 => 2,
                _ => 0,
            };
            let (payload, rest) = rest.split_at(length.min(rest.len()));
            let answer = match (cid, payload) {
                (0x03, [rate_and_power, ..]) => {
                    (self.data_rate, self.tx_power) = (rate_and_power >> 4, rate_and_power & 15);
                    self.told += 1;
                    vec![0x07]
                }
                (0x05, _) => vec![0x07],
                (0x06, _) => vec![200, 10],
                (0x07 | 0x0a, _) => vec![0x03],
                (0x04 | 0x08, _) => Vec::new(),
                _ => return,
            };
            self.answers.push(Answer(cid, answer));
            commands = rest;
        }
    }
}

/// The device speaks so often; each time it is heard well, and hears the answer.
async fn speaks(hamlet: &Hamlet, running: &allting::Running, device: &mut Device, times: u32) -> Result<()> {
    let mut uplinks = running.app.follow_uplinks();
    for _ in 0..times {
        let (f_cnt, spreading_factor) = (device.f_cnt, 12 - device.data_rate);
        let data = STANDARD.encode(device.frame()?);
        // Twenty seconds apart by the gateway's clock, so that its transmitter is free.
        let tmst = u64::from(f_cnt) * 20_000_000 % 0xffff_ffff;
        let rxpk = format!(
            r#"{{"tmst":{tmst},"freq":868.1,"datr":"SF{spreading_factor}BW125","rssi":-60,"lsnr":9,"data":"{data}"}}"#
        );
        hamlet.send(&hamlet.born.push_json(&format!(r#"{{"rxpk":[{rxpk}]}}"#)))?;
        told(&mut uplinks, DEV_EUI, f_cnt).await?;
        let txpk = hamlet.pull_resp()?;
        let data = txpk.pointer("/txpk/data").and_then(|data| data.as_str()).context("a downlink has data")?;
        device.hears(STANDARD.decode(data)?)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_heard_well_is_made_fast_by_a_whole_box_and_stays_so_over_a_restart() -> Result<()> {
    let Some(hamlet) = Hamlet::new(&[("elsys", "")], "")? else { return Ok(()) };
    let running = hamlet.start().await?;
    let mut device = Device::new();
    speaks(&hamlet, &running, &mut device, 4).await?;
    assert_eq!(device.data_rate, 5, "told {} times", device.told);
    speaks(&hamlet, &running, &mut device, 26).await?;
    ensure!(device.tx_power > 0, "a device that is heard so well need not be so loud");
    let told = device.told;
    speaks(&hamlet, &running, &mut device, 4).await?;
    assert_eq!(device.told, told, "what is as it should be is not told again");
    running.stop().await?;

    let running = hamlet.start().await?;
    speaks(&hamlet, &running, &mut device, 4).await?;
    assert_eq!((device.told, device.data_rate), (told, 5), "the box remembers what it told");
    running.stop().await
}
