//! Any folder: the input is cut at its zero bytes into the files of a municipality.
#![no_main]

use config::{Colour, File, Folder};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let parts = File::ALL.iter().map(|file| file.name()).zip(input.split(|byte| *byte == 0));
    let folder: Folder = parts.map(|(name, text)| (name, text.to_vec())).collect();
    match config::read(&folder) {
        Ok((_, warnings)) => warnings.iter().for_each(|warning| drop(warning.render(Colour::Plain))),
        Err(errors) => {
            assert!(!errors.is_empty());
            errors.iter().for_each(|error| drop(error.render(Colour::Plain)));
        }
    }
    config::printed(&folder);
});
