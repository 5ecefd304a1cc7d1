//! Which datastreams belong to which place, kept in memory: a page must not scan the catalogue.

use model::{Datastream, DatastreamId, PlaceId};
use std::collections::HashMap;

/// The catalogue by place.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    by_place: HashMap<PlaceId, Vec<(DatastreamId, Datastream)>>,
    newest: Option<DatastreamId>,
}

impl Streams {
    pub(crate) fn new(catalogue: impl IntoIterator<Item = (DatastreamId, Datastream)>) -> Self {
        let mut streams = Self::default();
        for (id, stream) in catalogue {
            streams.newest = streams.newest.max(Some(id));
            streams.by_place.entry(stream.place.clone()).or_default().push((id, stream));
        }
        streams
    }

    /// Ids rise and are never reused: one above the newest known is one the catalogue does not have yet.
    pub(crate) fn knows(&self, id: DatastreamId) -> bool {
        self.newest >= Some(id)
    }

    pub(crate) fn of_place(&self, place: &PlaceId) -> &[(DatastreamId, Datastream)] {
        self.by_place.get(place).map_or(&[], Vec::as_slice)
    }
}
