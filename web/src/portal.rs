use crate::assets::Wardrobe;
use crate::flood::Crowd;
use crate::line::Https;
use crate::live::Live;
use crate::picture::Pictures;
use crate::problem::Problem;
use crate::source::{ReadError, Source};
use crate::take_part::Hall;
use crate::templates::templates;
use crate::tiles::Tiles;
use app::App;
use app::staff::{Dice, Staff};
use minijinja::Environment;
use model::{Municipality, Timestamp};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use tls::Keeper;
use tokio::sync::Semaphore;

/// Reads under way at once. Each has a thread; what is asked beyond them waits for its turn, and costs no memory meanwhile.
const READS_MAX: usize = 16;

/// Tells what time it is. The portal reads no clock of its own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// All that the pages share. Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    source: Arc<dyn Source>,
    clock: Clock,
    pub(crate) templates: Arc<Environment<'static>>,
    pub(crate) live: Live,
    reads: Arc<Semaphore>,
    pub(crate) shows_components: bool,
    staff: Option<Arc<Staff>>,
    https: Option<Https>,
    /// What people take part in.
    pub(crate) hall: Option<Hall>,
    pub(crate) pictures: Pictures,
    pub(crate) crowd: Arc<Crowd>,
    pub(crate) tiles: Option<Tiles>,
    /// What the newest look came to.
    wardrobe: Arc<RwLock<Arc<Wardrobe>>>,
}

impl Portal {
    /// A portal on what `source` knows, at the time `clock` tells.
    pub fn new(source: Arc<dyn Source>, clock: Clock) -> Self {
        let wardrobe = Arc::new(Wardrobe::of(&source.municipality().look));
        Self {
            source,
            clock,
            templates: Arc::new(templates()),
            live: Live::default(),
            reads: Arc::new(Semaphore::new(READS_MAX)),
            shows_components: false,
            staff: None,
            https: None,
            hall: None,
            pictures: Pictures::default(),
            crowd: Arc::default(),
            tiles: None,
            wardrobe: Arc::new(RwLock::new(wardrobe)),
        }
    }

    /// The same portal with a page of all its parts, for those who build it.
    #[must_use]
    pub fn with_components(self) -> Self {
        Self { shows_components: true, ..self }
    }

    /// The same portal with the steward rooms.
    #[must_use]
    pub fn with_staff(self, staff: Arc<Staff>) -> Self {
        Self { staff: Some(staff), ..self }
    }

    /// The same portal without the steward rooms, for where the public alone comes in.
    #[must_use]
    pub fn without_staff(self) -> Self {
        Self { staff: None, ..self }
    }

    /// The same portal, which is also reached by HTTPS at `port`.
    #[must_use]
    pub fn with_https(self, keeper: Arc<Keeper>, port: u16) -> Self {
        Self { https: Some(Https { keeper, port }), ..self }
    }

    pub(crate) fn https(&self) -> Option<&Https> {
        self.https.as_ref()
    }

    /// The same portal with the activities of a box. The dice draw the codes that people get.
    #[must_use]
    pub fn with_activities(self, app: Arc<App>, dice: Dice) -> Self {
        Self { hall: Some(Hall { app, dice, turns: crate::take_part::turns() }), ..self }
    }

    pub(crate) fn staff(&self) -> Option<Arc<Staff>> {
        self.staff.clone()
    }

    /// The same portal with a file of map tiles.
    #[must_use]
    pub fn with_tiles(self, tiles: Tiles) -> Self {
        Self { tiles: Some(tiles), ..self }
    }

    /// Ends all live streams and refuses new ones, so that a graceful shutdown need not wait for viewers to leave.
    pub fn close(&self) {
        self.live.close();
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn municipality(&self) -> Arc<Municipality> {
        self.source.municipality()
    }

    /// The assets of the look that is configured now.
    pub(crate) fn wardrobe(&self) -> Arc<Wardrobe> {
        let worn = Arc::clone(&self.wardrobe.read().unwrap_or_else(PoisonError::into_inner));
        let municipality = self.municipality();
        if worn.look == municipality.look {
            return worn;
        }
        let new = Arc::new(Wardrobe::of(&municipality.look));
        *self.wardrobe.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&new);
        new
    }

    pub(crate) fn source(&self) -> &dyn Source {
        &*self.source
    }

    /// Reads from the source, away from the event loop.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Source) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, Problem> {
        let source = Arc::clone(&self.source);
        let turn = Arc::clone(&self.reads).acquire_owned().await.map_err(Problem::internal)?;
        let read = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            read(&*source)
        })
        .await;
        read.map_err(Problem::internal)?.map_err(Problem::internal)
    }
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal").finish_non_exhaustive()
    }
}
