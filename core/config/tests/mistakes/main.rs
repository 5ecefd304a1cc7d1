//! The mistakes people make most, and every word they are answered with.

mod sensors;
mod shown;
mod written;

use config::{Colour, Folder, read};

#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    let folder: Folder = files.iter().copied().collect();
    let (Ok((_, found)) | Err(found)) = read(&folder);
    let rendered: Vec<String> = found.iter().map(|d| d.render(Colour::Plain)).collect();
    let lines = |text: &str| text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&rendered.join("\n\n")), lines(expected), "the answer changed:\n{}", rendered.join("\n\n"));
}
