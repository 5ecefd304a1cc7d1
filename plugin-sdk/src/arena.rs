use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::{Cell, UnsafeCell};

/// Bytes that a call may take before its memory has to grow. Most decoders need a few thousand.
const BYTES: usize = 64 << 10;

/// The memory of a decoder. An instance lives for one call, so it hands out bytes one after the other from a piece that is there from
/// the start and takes back only the newest. Growing the memory of an instance costs the box as much as decoding a frame does; who
/// needs more than the piece holds gets it from the standard library's allocator.
#[derive(Debug)]
pub struct Arena {
    piece: UnsafeCell<[u8; BYTES]>,
    used: Cell<usize>,
}

#[allow(unsafe_code, reason = "an allocator")]
// SAFETY: a component has one thread. Natively nothing shares one: the macro makes it for WebAssembly alone.
unsafe impl Sync for Arena {}

impl Arena {
    /// With all its bytes free.
    #[must_use]
    #[allow(clippy::new_without_default, clippy::large_stack_arrays, reason = "it becomes a static")]
    pub const fn new() -> Self {
        Self { piece: UnsafeCell::new([0; BYTES]), used: Cell::new(0) }
    }

    fn start(&self) -> *mut u8 {
        self.piece.get().cast()
    }

    /// Where in the piece something lies; none when it lies elsewhere.
    fn offset(&self, pointer: *mut u8) -> Option<usize> {
        pointer.addr().checked_sub(self.start().addr()).filter(|offset| *offset < BYTES)
    }

    /// Where `size` more bytes begin and end.
    fn next(&self, layout: Layout) -> Option<(usize, usize)> {
        let at = self.start().addr().checked_add(self.used.get())?.checked_next_multiple_of(layout.align())?;
        let begin = at.checked_sub(self.start().addr())?;
        let end = begin.checked_add(layout.size()).filter(|end| *end <= BYTES)?;
        Some((begin, end))
    }
}

#[allow(unsafe_code, reason = "an allocator")]
// SAFETY: `next` gives bytes within the piece that are aligned and that nobody has, for `used` only falls to where the newest
// allocation begins when that is given back. All else is the standard library's.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match self.next(layout) {
            Some((begin, end)) => {
                self.used.set(end);
                // SAFETY: `begin` lies within the piece.
                unsafe { self.start().add(begin) }
            }
            // SAFETY: the caller's promises are those that this needs.
            None => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        match self.offset(pointer) {
            Some(begin) if begin + layout.size() == self.used.get() => self.used.set(begin),
            Some(_) => {}
            // SAFETY: it does not lie in the piece, so it came from there.
            None => unsafe { System.dealloc(pointer, layout) },
        }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Some(begin) = self.offset(pointer) else {
            // SAFETY: it does not lie in the piece, so it came from there.
            return unsafe { System.realloc(pointer, layout, size) };
        };
        let is_newest = begin + layout.size() == self.used.get();
        if let Some(end) = begin.checked_add(size).filter(|end| is_newest && *end <= BYTES) {
            self.used.set(end);
            return pointer;
        }
        // SAFETY: the caller promises that `size` fits the alignment; the old bytes stay until they are copied.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !new.is_null() {
                new.copy_from_nonoverlapping(pointer, layout.size().min(size));
                self.dealloc(pointer, layout);
            }
            new
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(unsafe_code, reason = "an allocator is called so")]

    use super::*;
    use crate::dice::Dice;

    #[test]
    fn what_is_handed_out_is_aligned_apart_and_keeps_its_bytes() {
        let (arena, mut dice) = (Box::leak(Box::new(Arena::new())), Dice(7));
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        for turn in 0..20_000 {
            let layout = Layout::from_size_align(1 + dice.below(300), 1 << dice.below(5)).unwrap();
            let mark = dice.byte();
            // SAFETY: sizes are not zero, and each pointer is used with the layout it was given for.
            unsafe {
                match dice.below(3) {
                    0 if !held.is_empty() => {
                        let newest = held.len() - 1;
                        let at = if dice.once_in(2) { newest } else { dice.below(held.len()) };
                        let (pointer, layout, mark) = held.remove(at);
                        let bytes = std::slice::from_raw_parts(pointer, layout.size());
                        assert!(bytes.iter().all(|b| *b == mark), "turn {turn}");
                        arena.dealloc(pointer, layout);
                    }
                    1 if !held.is_empty() => {
                        let (pointer, old, mark) = held.pop().unwrap();
                        let new = Layout::from_size_align(layout.size(), old.align()).unwrap();
                        let pointer = arena.realloc(pointer, old, new.size());
                        let kept = std::slice::from_raw_parts(pointer, old.size().min(new.size()));
                        assert!(kept.iter().all(|b| *b == mark), "turn {turn}");
                        pointer.write_bytes(mark, new.size());
                        held.push((pointer, new, mark));
                    }
                    _ => {
                        let pointer = arena.alloc(layout);
                        assert!(!pointer.is_null() && pointer.addr() % layout.align() == 0, "turn {turn}");
                        pointer.write_bytes(mark, layout.size());
                        held.push((pointer, layout, mark));
                    }
                }
            }
        }
        assert!(arena.used.get() > BYTES - 400, "the piece was used up, and the rest came from elsewhere");
    }

    #[test]
    fn the_newest_can_be_given_back_and_grow_where_it_lies() {
        let (arena, layout) = (Box::leak(Box::new(Arena::new())), Layout::from_size_align(100, 8).unwrap());
        // SAFETY: sizes are not zero, and each pointer is used with the layout it was given for.
        unsafe {
            let first = arena.alloc(layout);
            assert_eq!(arena.realloc(first, layout, 900), first);
            arena.dealloc(first, Layout::from_size_align(900, 8).unwrap());
            assert_eq!(arena.alloc(layout), first);
        }
    }

    #[test]
    fn what_is_larger_than_the_piece_comes_from_the_standard_library() {
        let (arena, layout) = (Box::leak(Box::new(Arena::new())), Layout::from_size_align(BYTES + 1, 1).unwrap());
        // SAFETY: sizes are not zero, and each pointer is used with the layout it was given for.
        unsafe {
            let large = arena.alloc(layout);
            assert_eq!((large.is_null(), arena.offset(large), arena.used.get()), (false, None, 0));
            large.write_bytes(1, layout.size());
            arena.dealloc(large, layout);
        }
    }
}
