//! Pages, feeds and the live stream.
