//! The only clock a codec has: the time of the frame.
//!
//! `QuickJS` asks the world for the time through one function. Here it is answered from within, so the component asks the
//! world for nothing.

#[cfg(target_arch = "wasm32")]
mod sandbox {
    use std::sync::atomic::{AtomicU64, Ordering};

    static NOW_MS: AtomicU64 = AtomicU64::new(0);

    pub(crate) fn set(now_ms: u64) {
        NOW_MS.store(now_ms, Ordering::Relaxed);
    }

    #[allow(unsafe_code, reason = "C looks this name up when it is linked; nothing but a number crosses")]
    #[expect(clippy::cast_precision_loss, reason = "microseconds since 1970 stay below 2^53 until 2255")]
    #[unsafe(no_mangle)]
    extern "C" fn __rquickjs_host_now_us() -> f64 {
        NOW_MS.load(Ordering::Relaxed) as f64 * 1000.0
    }
}

/// Sets the clock. Natively, in tests, `QuickJS` reads the machine's clock instead.
pub(crate) fn set(now_ms: u64) {
    #[cfg(target_arch = "wasm32")]
    sandbox::set(now_ms);
    #[cfg(not(target_arch = "wasm32"))]
    let _ = now_ms;
}
