//! Builders of the project.
fn main() {}
