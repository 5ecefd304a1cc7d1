//! Work that blocks (the data file, plugins, pictures), away from the event loop.

use crate::problem::Problem;

/// Does it on a thread where it may take its time.
pub(crate) async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}
