//! The folder of a town with 500 sensors.

use anyhow::{Context, Result};
use model::Municipality;
use std::fmt::Write;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};

pub(crate) const SENSORS: usize = 500;
const SENSORS_PER_PLACE: usize = 10;
/// The box takes ten thousand datagrams a second from one gateway.
const GATEWAYS: usize = 8;
/// With the rest of a `DevEUI` in it; the last four digits are the sensor's number.
const DEV_EUI: &str = "00005eef2000";

/// Who understands the sensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decoder {
    /// Compiled from Rust. Each place has one counter with two beams, and nine sensors that look after a room.
    Elsys,
    /// A vendor's JavaScript, the counter of the example town.
    JsCodec,
}

impl Decoder {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Elsys => "elsys",
            Self::JsCodec => "js-codec",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Elsys => "Rust decoder",
            Self::JsCodec => "JS codec",
        }
    }
}

/// When uplinks are written to disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    /// `uplink_commit_seconds` is not set.
    Default,
    /// `uplink_commit_seconds = 0`.
    Zero,
}

impl Window {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Default => "default window",
            Self::Zero => "window 0",
        }
    }
}

/// A folder on disk, ready to be served.
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) municipality: Municipality,
    pub(crate) token: String,
    pub(crate) web: SocketAddr,
    pub(crate) gwmp: SocketAddr,
}

impl Folder {
    /// Writes it anew, with ports that are free now.
    pub(crate) fn write(path: &Path, plugins: &Path, decoder: Decoder, window: Window) -> Result<Self> {
        if path.exists() {
            fs::remove_dir_all(path)?;
        }
        fs::create_dir_all(path.join("codecs"))?;
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (web, gwmp) = (TcpListener::bind(any)?.local_addr()?, UdpSocket::bind(any)?.local_addr()?);
        let codec = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/norsjo/codecs/people-counter.js");
        fs::copy(codec, path.join("codecs/people-counter.js")).with_context(|| format!("cannot copy {codec}"))?;
        fs::write(path.join("municipality.toml"), municipality(web, gwmp, window))?;
        fs::write(path.join("gateways.toml"), gateways())?;
        fs::write(path.join("places.toml"), places())?;
        fs::write(path.join("sensors.toml"), sensors(decoder))?;
        fs::write(path.join("secrets.toml"), secrets())?;
        let plugin = plugins.join(format!("{}.wasm", decoder.name()));
        allting::install_plugin(&plugin, path)
            .map_err(anyhow::Error::msg)
            .context("the plugins are missing; `cargo xtask plugins` builds them")?;
        let token = allting::new_token("bench", path, &[model::Scope::Read])?;
        let municipality = town::municipality(path)?;
        Ok(Self { path: path.to_owned(), municipality, token, web, gwmp })
    }
}

/// The path of a place's page.
pub(crate) fn place_page(number: usize) -> String {
    format!("/nb/places/place-{:02}", number % (SENSORS / SENSORS_PER_PLACE))
}

/// Which sensor a `DevEUI` belongs to.
pub(crate) fn sensor_of(dev_eui: &str) -> Option<u16> {
    u16::from_str_radix(dev_eui.strip_prefix(DEV_EUI)?, 16).ok()
}

fn municipality(web: SocketAddr, gwmp: SocketAddr, window: Window) -> String {
    let mut text = format!("version = 1\nname = \"Bench\"\nweb_listen = \"{web}\"\ngwmp_listen = \"{gwmp}\"\n");
    if window == Window::Zero {
        text.push_str("uplink_commit_seconds = 0\n");
    }
    text
}

fn gateways() -> String {
    (0..GATEWAYS).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "[[gateway]]\neui = \"00005eef2001{n:04x}\"");
        text
    })
}

fn places() -> String {
    (0..SENSORS / SENSORS_PER_PLACE).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "[[place]]\nid = \"place-{n:02}\"\nkind = \"library\"\ncapacity = 80");
        let _ = writeln!(text, "name = {{ nb = \"Sted {n}\", en = \"Place {n}\" }}\nmeasure = \"people_now\"");
        text
    })
}

fn sensors(decoder: Decoder) -> String {
    (0..SENSORS).fold(String::new(), |mut text, n| {
        let place = n / SENSORS_PER_PLACE;
        let _ = writeln!(text, "[[sensor]]\nid = \"sensor-{n:03}\"\nplace = \"place-{place:02}\"");
        let _ = writeln!(text, "dev_eui = \"{DEV_EUI}{n:04x}\"\ndev_addr = \"00b0{n:04x}\"\nactivation = \"abp\"");
        let _ = writeln!(text, "decoder = \"{}\"", decoder.name());
        let settings = match decoder {
            Decoder::Elsys if n % SENSORS_PER_PLACE == 0 => "pulse1 = \"people-in\"\npulse2 = \"people-out\"",
            Decoder::Elsys => "",
            Decoder::JsCodec => {
                "codec = { file = \"codecs/people-counter.js\" }\n\
                 map = { people = \"people-count\", battery = \"battery-voltage\" }"
            }
        };
        let _ = writeln!(text, "[sensor.settings]\n{settings}");
        text
    })
}

fn secrets() -> String {
    (0..SENSORS).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "[sensor.sensor-{n:03}]\nnwk_s_key = \"{:032x}\"", 0x6e00_0000 + n);
        let _ = writeln!(text, "app_s_key = \"{:032x}\"", 0x6100_0000 + n);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_is_known_by_its_dev_eui() {
        assert_eq!(sensor_of("00005eef200001f3"), Some(499));
        assert_eq!(sensor_of("00005eef10000001"), None);
    }

    #[test]
    fn both_folders_lack_nothing_but_their_plugin() {
        for decoder in [Decoder::Elsys, Decoder::JsCodec] {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
            let codec = include_bytes!("../../../../examples/norsjo/codecs/people-counter.js");
            let files = [
                ("municipality.toml", municipality(any, any, Window::Zero)),
                ("gateways.toml", gateways()),
                ("places.toml", places()),
                ("sensors.toml", sensors(decoder)),
                ("secrets.toml", secrets()),
                ("codecs/people-counter.js", String::from_utf8_lossy(codec).into_owned()),
            ];
            let folder = files.map(|(name, text)| (name.to_owned(), text.into_bytes())).into_iter().collect();
            let (municipality, warnings) = config::read(&folder).unwrap();
            assert_eq!((municipality.sensors.len(), municipality.gateways.len()), (SENSORS, GATEWAYS));
            assert_eq!(warnings.len(), 1, "the decoder alone: {warnings:?}");
        }
    }
}
