use std::fmt;

/// Whose fault it is that a plugin call gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The device sent something its decoder does not understand.
    Device,
    /// The plugin broke, looped, grew or lied.
    Plugin,
    /// The box ran short: try again.
    Box,
}

/// A plugin call that gave nothing. Names plugin and version, so that an operator knows whom to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFault {
    /// The plugin, as in `plugins.toml`.
    pub plugin: String,
    /// Its version, as it says itself; empty when it is not here to say.
    pub version: String,
    /// Whom it counts against.
    pub blame: Blame,
    /// What happened, in one line, safe to print.
    pub what: String,
}

impl fmt::Display for PluginFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One that is not here has no version to tell.
        match self.version.as_str() {
            "" => write!(f, "plugin {}: {}", self.plugin, self.what),
            version => write!(f, "plugin {} {version}: {}", self.plugin, self.what),
        }
    }
}

impl std::error::Error for PluginFault {}
