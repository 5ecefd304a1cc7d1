use crate::host::LoadError;
use wit_component::ComponentEncoder;

/// What a core module has where a component has 13.
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// A plugin as its author's compiler gives it, wrapped as a component. What is one already, or no WebAssembly, stays as it is.
///
/// The types of the interface stand in the module: the SDK puts them there.
pub fn wrapped(wasm: Vec<u8>) -> Result<Vec<u8>, LoadError> {
    if !wasm.starts_with(CORE_MODULE) {
        return Ok(wasm);
    }
    let mut encoder = ComponentEncoder::default();
    let component = encoder.validate(true).module(&wasm).and_then(ComponentEncoder::encode);
    component.map_err(|why| {
        let why = format!("{why:#}");
        LoadError::Unwrappable(why.split_whitespace().collect::<Vec<_>>().join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_component_or_no_webassembly_stays_as_it_is() {
        for same in [&b"\0asm\x0d\0\x01\0rest"[..], b"text", b""] {
            assert_eq!(wrapped(same.to_vec()).unwrap(), same);
        }
    }

    #[test]
    fn a_broken_module_is_refused() {
        let why = wrapped(b"\0asm\x01\0\0\0\xff\xff".to_vec()).unwrap_err();
        assert!(matches!(&why, LoadError::Unwrappable(_)), "{why}");
    }
}
