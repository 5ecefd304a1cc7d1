//! `GET /map/tiles.pmtiles`: the file of map tiles, in the ranges that a browser's map asks for.

use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::header;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, RANGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// Where the file is. The map takes for a `PMTiles` file what ends so, and anything else for a server of single tiles.
pub(crate) const ADDRESS: &str = "/map/tiles.pmtiles";

/// A map asks for some kilobytes at a time; whoever asks for more gets as much as this of it.
const RANGE_MAX: u64 = 4 * 1024 * 1024;

/// `PMTiles` specification version 3, section 3: the header has 127 bytes.
const HEADER: usize = 127;

/// Section 3.2: where the header says the largest zoom.
const ZOOM_MAX_AT: usize = 101;

/// A file of map tiles that is whole.
#[derive(Clone, Debug)]
pub struct Tiles {
    file: Arc<File>,
    bytes: u64,
    /// The nearest zoom there are tiles for; nearer ones are drawn from these.
    pub(crate) zoom_max: u8,
}

/// Why a file of tiles is not served.
#[derive(Debug, thiserror::Error)]
pub enum TilesError {
    /// It could not be read.
    #[error("it could not be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It begins in another way.
    #[error("it is no PMTiles file of version 3; `pmtiles convert` makes one")]
    OtherFormat,
    /// It ends before its own header says.
    #[error("it is cut short: it has {bytes} bytes and should have {expected}; copy it again")]
    CutShort {
        /// What there is.
        bytes: u64,
        /// What the header promises.
        expected: u64,
    },
}

impl Tiles {
    /// Opens a file and checks that it is all there.
    pub fn open(path: &Path) -> Result<Self, TilesError> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let mut header = [0; HEADER];
        match file.read_exact_at(&mut header, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(TilesError::OtherFormat),
            read => read?,
        }
        let expected = expected(&header).ok_or(TilesError::OtherFormat)?;
        if bytes < expected {
            return Err(TilesError::CutShort { bytes, expected });
        }
        Ok(Self { file: Arc::new(file), bytes, zoom_max: header[ZOOM_MAX_AT] })
    }

    fn read(&self, first: u64, last: u64) -> io::Result<Bytes> {
        let mut content = vec![0; usize::try_from(last - first + 1).unwrap_or(0)];
        self.file.read_exact_at(&mut content, first)?;
        Ok(content.into())
    }
}

/// How long a file with this header must be: the end of its last section (directory, metadata, leaves, tiles).
fn expected(header: &[u8; HEADER]) -> Option<u64> {
    if !header.starts_with(b"PMTiles\x03") {
        return None;
    }
    let number = |at: usize| Some(u64::from_le_bytes(header.get(at..at + 8)?.try_into().ok()?));
    [8, 24, 40, 56]
        .into_iter()
        .map(|at| number(at)?.checked_add(number(at + 8)?))
        .try_fold(0, |end, section| Some(section?.max(end)))
}

pub(crate) async fn get(State(portal): State<Portal>, headers: HeaderMap) -> Result<Response, Problem> {
    let tiles = portal.tiles.clone().ok_or_else(Problem::not_found)?;
    let size = tiles.bytes;
    let asked = header(&headers, &RANGE).and_then(|range| range_of(range, size));
    let Some((first, last)) = asked else {
        return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{size}"))]).into_response());
    };
    let content = tokio::task::spawn_blocking(move || tiles.read(first, last)).await.map_err(Problem::internal)?;
    let headers = [
        (CONTENT_TYPE, "application/vnd.pmtiles".to_owned()),
        (CONTENT_RANGE, format!("bytes {first}-{last}/{size}")),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (CACHE_CONTROL, "public, max-age=86400".to_owned()),
        (ETAG, format!("\"{size:x}\"")),
    ];
    Ok((StatusCode::PARTIAL_CONTENT, headers, content.map_err(Problem::internal)?).into_response())
}

/// First and last byte of a single range (RFC 9110 section 14.1.2), no longer than [`RANGE_MAX`].
fn range_of(range: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = size.checked_sub(1)?;
    let (first, last) = match (first.trim(), last.trim()) {
        ("", tail) => (size.saturating_sub(tail.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.min(end)),
    };
    (first <= last).then(|| (first, last.min(first.saturating_add(RANGE_MAX - 1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header whose tiles begin at 200 and have 100 bytes.
    fn header_of() -> Vec<u8> {
        let mut header = vec![0; HEADER];
        header[..8].copy_from_slice(b"PMTiles\x03");
        for (at, number) in [(8, 127_u64), (16, 20), (24, 147), (32, 53), (56, 200), (64, 100)] {
            header[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        header
    }

    fn opened(name: &str, content: &[u8]) -> Result<Tiles, TilesError> {
        let path = std::env::temp_dir().join(format!("allting-{}-{name}", std::process::id()));
        std::fs::write(&path, content).unwrap();
        let tiles = Tiles::open(&path);
        std::fs::remove_file(path).unwrap();
        tiles
    }

    #[test]
    fn a_whole_file_is_served_and_one_cut_short_is_refused_with_the_reason() {
        let mut whole = header_of();
        whole.resize(300, 7);
        let tiles = opened("whole", &whole).unwrap();
        assert_eq!(tiles.read(298, 299).unwrap().as_ref(), [7, 7]);
        whole.pop();
        let why = opened("short", &whole).unwrap_err().to_string();
        assert_eq!(why, "it is cut short: it has 299 bytes and should have 300; copy it again");
    }

    #[test]
    fn another_file_is_refused() {
        for (name, content) in [("empty", &b""[..]), ("text", &[b'x'; 500][..]), ("old", &b"PMTiles\x02"[..])] {
            assert!(matches!(opened(name, content), Err(TilesError::OtherFormat)), "{name}");
        }
        let mut absurd = header_of();
        absurd[56..64].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(matches!(opened("absurd", &absurd), Err(TilesError::OtherFormat)));
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(range_of("bytes=0-15", 100), Some((0, 15)));
        assert_eq!(range_of("bytes=90-200", 100), Some((90, 99)));
        assert_eq!(range_of("bytes=-10", 100), Some((90, 99)));
        assert_eq!(range_of("bytes=0-", u64::MAX), Some((0, RANGE_MAX - 1)));
        for bad in ["", "bytes=", "bytes=5-4", "bytes=100-", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "bytes=-"] {
            assert_eq!(range_of(bad, 100), None, "{bad}");
        }
    }
}
