//! What an author puts into `#[cfg(test)]`. It runs natively, so `cargo test` needs no WebAssembly.
#![allow(clippy::panic, reason = "assertions of tests")]

use crate::bindings::exports::allting::decoder::decoding::Guest;
use crate::dice::Dice;
use crate::{Command, Decoded, Decoder, Downlink, Fault, Glue, Uplink};

/// How many odd frames [`assert_never_panics`] tries.
const ODD_FRAMES: usize = 10_000;
/// The longest payload `LoRaWAN` carries.
const PAYLOAD_MAX: usize = 242;

/// Decodes one frame as the box would: settings are read from their JSON first.
pub fn decode<D: Decoder + 'static>(uplink: Uplink) -> Result<Decoded, Fault> {
    Glue::<D>::decode(uplink)
}

/// Turns a command into bytes as the box would.
pub fn encode<D: Decoder + 'static>(command: Command, settings: &str) -> Result<Downlink, Fault> {
    Glue::<D>::encode(command, settings.to_owned())
}

/// Runs all examples of the description, those of commands too. Panics with the first that differs.
#[track_caller]
pub fn assert_examples<D: Decoder + 'static>() {
    let description = D::describe();
    assert!(!description.examples.is_empty(), "{} has no examples, so the box cannot try it", description.id);
    for example in description.examples {
        let got = Glue::<D>::decode(example.uplink);
        assert!(got == example.gives, "{}\n got: {got:#?}\nwant: {:#?}", example.title, example.gives);
    }
    for kind in description.commands {
        for example in kind.examples {
            let got = Glue::<D>::encode(Command::new(&kind.name, &example.arguments), example.settings);
            assert!(got == example.gives, "{}\n got: {got:?}\nwant: {:?}", example.title, example.gives);
        }
    }
}

/// Decodes ten thousand odd frames: cut, prolonged and flipped examples, and noise. A device may send anything, and a
/// decoder that panics is blamed for it.
pub fn assert_never_panics<D: Decoder + 'static>(settings: &str) {
    let seeds: Vec<Vec<u8>> = D::describe().examples.into_iter().map(|e| e.uplink.payload).collect();
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    for round in 0..ODD_FRAMES {
        let mut payload = match seeds.get(dice.below(seeds.len() + 1)) {
            Some(seed) => seed.clone(),
            None => (0..dice.below(PAYLOAD_MAX)).map(|_| dice.byte()).collect(),
        };
        spoil(&mut dice, &mut payload);
        let f_port = if round % 2 == 0 { dice.byte() } else { 5 };
        // Fault or not, both are fine: only a panic fails the test.
        let _ = decode::<D>(Uplink::new(f_port, &payload, settings));
    }
}

fn spoil(dice: &mut Dice, payload: &mut Vec<u8>) {
    match dice.below(4) {
        0 => payload.truncate(dice.below(payload.len() + 1)),
        1 => payload.push(dice.byte()),
        2 => {
            let at = dice.below(payload.len());
            if let Some(byte) = payload.get_mut(at) {
                *byte = dice.byte();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_released_contract_is_the_frozen_one() {
        let (wit, frozen) = (include_str!("../wit/decoder.wit"), include_str!("../wit/frozen/decoder-1.0.0.wit"));
        assert_eq!(wit, frozen, "a released world never changes: use `extra`, or begin decoder@2.0.0");
        let (wit, frozen) = (include_str!("../wit/method.wit"), include_str!("../wit/frozen/method-1.0.0.wit"));
        assert_eq!(wit, frozen, "a released world never changes: use `extra`, or begin method@2.0.0");
        let (wit, frozen) = (include_str!("../wit/channel.wit"), include_str!("../wit/frozen/channel-1.0.0.wit"));
        assert_eq!(wit, frozen, "a released world never changes: use `extra`, or begin channel@2.0.0");
    }
}
