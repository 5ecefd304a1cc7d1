use crate::diagnostic::Fault;
use crate::file::Toml;
use crate::folder::Folder;
use crate::nearest::nearest;
use crate::said::{Said, say};
use crate::settings::leaves_folder;
use crate::written::Written;
use model::{Colour, Corners, Logo, LogoKind, Look, Spacing, TEXT_CONTRAST_MIN, Typeface};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// It stands on every page, so it should be small; arms drawn as SVG have 5 to 50 KB.
const LOGO_BYTES_MAX: usize = 128 * 1024;

/// How the portal looks: choose a colour and a logo, and the rest follows.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LookTable {
    /// The municipality's own colour: `#13525f`. All others are mixed from it, by day and by night.
    accent: Written<String>,
    /// Arms or mark of the municipality, an SVG or PNG file in this folder: `arms.svg`.
    logo: Option<Written<String>>,
    /// What headings and numbers are set in.
    typeface: Face,
    /// The corners of boxes and buttons.
    corners: Corner,
    /// How much air is between things.
    spacing: Air,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Face {
    /// Schibsted Grotesk, served by the box.
    #[default]
    Own,
    /// The one of the reader's device.
    Device,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Corner {
    /// Softly rounded.
    #[default]
    Round,
    /// Square.
    Square,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Air {
    /// Room to breathe.
    #[default]
    Generous,
    /// More on one screen.
    Compact,
}

impl Default for LookTable {
    fn default() -> Self {
        Self {
            accent: Written::nowhere(Look::ACCENT.to_string()),
            logo: None,
            typeface: Face::default(),
            corners: Corner::default(),
            spacing: Air::default(),
        }
    }
}

pub(crate) fn read(file: &mut Toml<'_>, written: &LookTable, folder: &Folder) -> Look {
    Look {
        accent: accent(file, &written.accent),
        logo: written.logo.as_ref().and_then(|name| logo(file, name, folder)),
        typeface: match written.typeface {
            Face::Own => Typeface::Own,
            Face::Device => Typeface::Device,
        },
        corners: match written.corners {
            Corner::Round => Corners::Round,
            Corner::Square => Corners::Square,
        },
        spacing: match written.spacing {
            Air::Generous => Spacing::Generous,
            Air::Compact => Spacing::Compact,
        },
    }
}

/// The colour, or the nearest one in which links can be read: no choice of a municipality makes a page unreadable.
fn accent(file: &mut Toml<'_>, written: &Written<String>) -> Colour {
    let Ok(colour) = written.value.parse::<Colour>() else {
        let fault = Fault::error(written.span.clone(), say!("no-colour", "`accent` is no colour"));
        let fault = fault.expected(say!("expect-colour", "expected # and six hexadecimal digits"));
        file.report(fault.rewritten("accent = \"#13525f\""));
        return Look::ACCENT;
    };
    let near = colour.readable_on(Look::PAPER, TEXT_CONTRAST_MIN);
    if near != colour {
        let paper = Look::PAPER;
        let ratio = |colour: Colour| format!("{:.2}", colour.contrast(paper));
        let message = say!(
            "faint-links",
            "links in {colour} on the paper {paper} have a contrast of {ratio} : 1",
            ratio = ratio(colour),
            colour,
            paper
        );
        let expected =
            say!("expect-contrast", "expected at least {least} : 1 (WCAG 2.2 AA, 1.4.3)", least = TEXT_CONTRAST_MIN);
        let help = say!(
            "nearest-colour",
            "until then the portal uses the nearest that can be read: `{line}` ({ratio} : 1)",
            ratio = ratio(near),
            line = format!("accent = \"{near}\"")
        );
        file.report(Fault::warning(written.span.clone(), message).expected(expected).help(help));
    }
    near
}

fn logo(file: &mut Toml<'_>, name: &Written<String>, folder: &Folder) -> Option<Logo> {
    let fault = |message: Said| Fault::error(name.span.clone(), message);
    let path = name.value.as_str();
    if leaves_folder(path) {
        let message = say!("outside-folder", "`{path}` is not within this folder", path);
        file.report(fault(message).help(say!("copy-file", "copy the file into the folder")));
        return None;
    }
    let Some(content) = folder.bytes(path) else {
        let pictures = folder.names().filter(|name| matches!(name.rsplit('.').next(), Some("svg" | "png")));
        let expected = say!("expect-picture", "expected an SVG or PNG file in this folder");
        file.report(fault(say!("no-file", "there is no file `{path}`", path)).meant(nearest(path, pictures), expected));
        return None;
    };
    if content.len() > LOGO_BYTES_MAX {
        let (bytes, most) = (content.len(), LOGO_BYTES_MAX);
        let what = say!("file-large", "this file has {bytes} bytes, at most {most} are read", bytes, most);
        let fault = fault(say!("in-file", "`{path}`: {what}", path, what));
        file.report(fault.help(say!("logo-smaller", "it stands on every page: make it smaller")));
        return None;
    }
    let kind = kind_of(content);
    if kind.is_none() {
        let expected = say!("expect-picture", "expected an SVG or PNG file in this folder");
        file.report(fault(say!("no-picture", "`{path}` is no picture", path)).expected(expected));
    }
    Some(Logo { kind: kind?, content: content.into() })
}

/// What the file is by its content; its name may lie.
fn kind_of(content: &[u8]) -> Option<LogoKind> {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    if content.starts_with(PNG) {
        return Some(LogoKind::Png);
    }
    std::str::from_utf8(content).ok().filter(|text| text.contains("<svg")).map(|_| LogoKind::Svg)
}
