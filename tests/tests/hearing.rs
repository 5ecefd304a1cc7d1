//! What real gateways send that a strict reader would drop, through a real socket into a whole box: every frame is told.

mod hamlet;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use hamlet::{Hamlet, THERMOMETERS, get, tenths, told};
use model::DataRate;
use netserver::Rejection;

/// What a forwarder says of a frame besides its bytes, and how these are written.
type Written = (&'static str, fn(&[u8]) -> String);

fn padded(frame: &[u8]) -> String {
    STANDARD.encode(frame)
}

fn unpadded(frame: &[u8]) -> String {
    STANDARD_NO_PAD.encode(frame)
}

fn for_addresses(frame: &[u8]) -> String {
    URL_SAFE.encode(frame)
}

fn for_addresses_unpadded(frame: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(frame)
}

/// As some writers of JSON escape it.
fn escaped(frame: &[u8]) -> String {
    STANDARD.encode(frame).replace('/', "\\/")
}

const LORA: &str = r#""freq":868.3,"datr":"SF9BW125","codr":"4/5","lsnr":7.5,"rssi":-81"#;

/// Each is taken.
const TAKEN: [Written; 11] = [
    (LORA, padded),
    (LORA, unpadded),
    (LORA, for_addresses),
    (LORA, for_addresses_unpadded),
    (LORA, escaped),
    (r#""freq":868.8,"modu":"FSK","datr":50000,"rssi":-75"#, padded),
    (r#""freq":868.1,"modu":"LR-FHSS","datr":"M0CW137","codr":"1/3","rssi":-101,"lsnr":0"#, padded),
    (r#""freq":868.1,"datr":"SF7BW125","rssi":-120"#, unpadded),
    (r#""freq":868.5,"datr":"SF7BW125","rssi":-81.5,"lsnr":9,"stat":1,"mid":8,"foff":-402,"rssis":-89"#, padded),
    (
        r#""freq":868.1,"datr":"SF12BW125","aesk":0,"rsig":[{"ant":0,"rssic":-95,"lsnr":3.0},{"ant":1,"rssic":-91}]"#,
        padded,
    ),
    (r#""freq":867.9,"datr":"SF8BW125","rssi":-70,"lsnr":"nonsense","chan":null,"rfch":9"#, padded),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_way_a_gateway_writes_a_frame_is_read() -> Result<()> {
    let Some(mut hamlet) = Hamlet::new(&THERMOMETERS, "")? else { return Ok(()) };
    let running = hamlet.start().await?;
    let mut uplinks = running.app.follow_uplinks();
    let (mut fsk, mut hopping) = (0, 0);
    for (turn, (about, written)) in (0..).zip(TAKEN) {
        let next = hamlet.born.next();
        let frame = hamlet.born.frame(&tenths(turn))?;
        let data = written(&frame);
        // Beside it, in the same datagram, one that nobody can read.
        let json = format!(r#"{{"rxpk":[{{"tmst":"x"}},{{"tmst":1{turn},{about},"size":16,"data":"{data}"}}]}}"#);
        let json = if turn % 2 == 0 { json } else { format!("{json}\0") };
        hamlet.send(&hamlet.born.push_json(&json))?;
        let Some((dev_eui, f_cnt)) = next else { continue };
        let heard = told(&mut uplinks, dev_eui, f_cnt).await.context(about)?;
        ensure!(heard.outcome.is_ok() && heard.uplink.frm_payload == tenths(turn), "{about}: {heard:?}");
        fsk += usize::from(matches!(heard.uplink.data_rate, DataRate::Fsk { bit_rate: 50_000 }));
        hopping += usize::from(heard.uplink.data_rate == DataRate::LrFhss);
    }
    assert_eq!((fsk, hopping), (1, 1));
    let page = get(&running, "/api/v1/places").await?;
    ensure!(page.contains("hall"), "{page}");
    hamlet::until("the bad ones are counted", || {
        let report = running.radio.newest().unwrap_or_default();
        report.rejected.get(&Rejection::BadPacket).copied() == u64::try_from(TAKEN.len()).ok()
    })
    .await?;
    drop(uplinks);
    running.stop().await
}
