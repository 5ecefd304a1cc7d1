//! The binary: see the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    share_one_heap();
    allting::main()
}

/// glibc gives each thread a heap of its own and keeps what was freed in it: a tenth of the box's memory, for threads that seldom
/// allocate at once. The second figure is glibc's own first guess, which it otherwise raises with each large piece that is freed.
#[cfg(target_env = "gnu")]
#[allow(unsafe_code, reason = "a call into libc with two numbers, before there is a second thread")]
fn share_one_heap() {
    const LARGE_BYTES: libc::c_int = 128 << 10;
    // SAFETY: mallopt only stores the numbers; no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BYTES);
    }
}

#[cfg(not(target_env = "gnu"))]
fn share_one_heap() {}
