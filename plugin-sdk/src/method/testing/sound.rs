//! What the box refuses to show or to store, found at the author's desk.
#![allow(clippy::panic, reason = "assertions of tests")]

use std::collections::BTreeSet;

use super::super::{Block, Cell, Content, Decision, Draft, Field, FieldKind, Figure, Finding, Page, Problem, Target};
use super::is_name;

const BLOCKS_MAX: usize = 2000;
const PAGE_BYTES_MAX: usize = 256 << 10;
const DEPTH_MAX: usize = 6;
const DRAFTS_MAX: usize = 100;
const NOTE_BYTES_MAX: usize = 4 << 10;

/// All fields of a page.
pub(super) fn fields(page: &Page) -> impl Iterator<Item = &Field> {
    page.blocks.iter().filter_map(field)
}

/// The fields of the form at that index.
pub(super) fn fields_within(page: &Page, form: usize) -> impl Iterator<Item = &Field> {
    page.blocks.iter().filter_map(move |block| field(block).filter(|_| above(page, block).any(|(at, _)| at == form)))
}

fn field(block: &Block) -> Option<&Field> {
    if let Content::Field(field) = &block.is { Some(field) } else { None }
}

/// The blocks that a block stands in, from within.
fn above<'p>(page: &'p Page, block: &'p Block) -> impl Iterator<Item = (usize, &'p Block)> {
    let step = move |block: &'p Block| {
        let at = block.parent? as usize;
        Some((at, page.blocks.get(at)?))
    };
    std::iter::successors(step(block), move |(_, block)| step(block))
}

#[track_caller]
pub(super) fn page(page: &Page, path: &str) {
    assert!(!page.blocks.is_empty(), "the page `{path}` is empty");
    assert!(page.blocks.len() <= BLOCKS_MAX, "the page `{path}` has {} blocks", page.blocks.len());
    assert!(!page.title.trim().is_empty() && page.language.len() >= 2, "the page `{path}` has no title or language");
    // What Rust prints is longer than what the box copies.
    assert!(format!("{page:?}").len() <= 4 * PAGE_BYTES_MAX, "the page `{path}` is longer than 256 KiB");
    let mut keys = BTreeSet::new();
    for (at, block) in page.blocks.iter().enumerate() {
        assert!(
            block.parent.is_none_or(|parent| (parent as usize) < at),
            "block {at} of `{path}` stands in a later one"
        );
        assert!(above(page, block).count() < DEPTH_MAX, "block {at} of `{path}` stands {DEPTH_MAX} deep");
        let outer = above(page, block).next().map(|(_, outer)| &outer.is);
        assert!(may_stand_in(&block.is, outer), "block {at} of `{path}` may not stand in {outer:?}: {:?}", block.is);
        match &block.is {
            Content::Form(form) => {
                assert!(is_name(&form.key) && keys.insert(form.key.clone()), "form key `{}` of `{path}`", form.key);
            }
            Content::Field(field) => {
                let inside = above(page, block).any(|(_, outer)| matches!(outer.is, Content::Form(_)));
                assert!(inside, "field `{}` of `{path}` stands in no form", field.key);
                assert!(keys.insert(format!("field {}", field.key)), "field `{}` stands twice on `{path}`", field.key);
                asks(field, path);
            }
            Content::Figure(figure) => self::figure(figure),
            Content::Links(links) => links.iter().for_each(|link| match &link.to {
                Target::Path(to) => self::path(to),
                Target::Web(to) => assert!(to.starts_with("https://"), "a link of `{path}` leads to {to}"),
                Target::Thing(_) => {}
            }),
            Content::Steps(steps) => steps.iter().for_each(|step| self::path(&step.to)),
            _ => {}
        }
    }
}

fn may_stand_in(inner: &Content, outer: Option<&Content>) -> bool {
    match outer {
        None => !matches!(inner, Content::Field(_)),
        Some(Content::Section(_)) => true,
        Some(Content::Form(_)) => matches!(
            inner,
            Content::Section(_) | Content::Field(_) | Content::Prose(_) | Content::Notice(_) | Content::Picture(_)
        ),
        Some(Content::Map(_) | Content::Board(_) | Content::Notes(_)) => matches!(inner, Content::Form(_)),
        Some(_) => false,
    }
}

fn asks(field: &Field, path: &str) {
    let key = &field.key;
    assert!(is_name(key), "field key `{key}` of `{path}` is not 1 to 64 of a-z, 0-9 and -");
    assert!(!field.label.trim().is_empty(), "field `{key}` of `{path}` asks nothing");
    match &field.kind {
        FieldKind::Text(most) => assert!((1..=1000).contains(most), "field `{key}` takes {most} characters"),
        FieldKind::LongText(most) => assert!((1..=20_000).contains(most), "field `{key}` takes {most} characters"),
        FieldKind::Photo(most) => assert!((1..=10).contains(most), "field `{key}` takes {most} photos"),
        FieldKind::Scale(scale) => {
            assert!((1..=20).contains(&(i64::from(scale.last) - i64::from(scale.first))), "steps of the scale `{key}`");
        }
        FieldKind::Choice(choice) => {
            let keys: BTreeSet<&str> = choice.options.iter().map(|option| option.key.as_str()).collect();
            assert!(!keys.is_empty() && keys.len() == choice.options.len(), "options of `{key}` share a key: {keys:?}");
            assert!(
                choice.most >= 1 && choice.least <= choice.most,
                "`{key}` wants {} to {}",
                choice.least,
                choice.most
            );
        }
        _ => {}
    }
}

fn path(path: &str) {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'/';
    assert!(path.len() <= 80 && path.bytes().all(fits), "the path `{path}` is not at most 80 of a-z, 0-9, - and /");
}

fn figure(figure: &Figure) {
    for row in &figure.rows {
        let (cells, columns) = (row.cells.len(), figure.columns.len());
        assert!(cells == columns, "row `{}` of `{}` has {cells} cells, not {columns}", row.label, figure.caption);
        for cell in &row.cells {
            let number = match cell {
                Cell::Number(number) => *number,
                Cell::Average(average) => average.value,
                _ => 0.0,
            };
            assert!(number.is_finite(), "row `{}` of `{}` says {number}", row.label, figure.caption);
        }
    }
}

#[track_caller]
pub(super) fn findings(found: &[Finding]) {
    assert!(found.len() <= 1000, "{} findings", found.len());
    for finding in found {
        assert!(
            !finding.title.trim().is_empty() && !finding.key.is_empty(),
            "a finding has no title or key: {finding:?}"
        );
        finding.figures.iter().for_each(figure);
    }
}

pub(super) fn says_something(draft: &Draft) -> bool {
    !draft.answers.is_empty() || draft.contribution.is_some() || !draft.note.is_empty()
}

#[track_caller]
pub(super) fn decision(decision: &Decision, secret: &str) {
    assert!(decision.drafts.len() <= DRAFTS_MAX, "{} drafts in one decision", decision.drafts.len());
    path(&decision.next);
    for draft in &decision.drafts {
        assert!(draft.note.len() <= NOTE_BYTES_MAX, "a note of {} bytes", draft.note.len());
        let holds = draft.note.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!holds, "a note holds a person's words: they belong in an answer or a contribution");
    }
}

#[track_caller]
pub(super) fn problems(problems: &[Problem], page: &Page) {
    assert!(!problems.is_empty(), "`decide` refuses and does not say why");
    for problem in problems {
        let known = problem.at.is_empty() || fields(page).any(|field| field.key == problem.at);
        assert!(known && !problem.text.trim().is_empty(), "nobody finds the field of this problem: {problem:?}");
    }
}
