//! What a button of the editor does to a list before the form is shown again.

use serde_json::{Map, Value};

/// A button: what to do, and with which part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Work<'a> {
    /// A new last table.
    Add(&'a str),
    Remove(&'a str),
    Up(&'a str),
    Down(&'a str),
    /// The fields of another choice.
    Show,
    Save,
}

impl<'a> Work<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        match text.split_once(' ') {
            Some(("add", name)) => Self::Add(name),
            Some(("remove", name)) => Self::Remove(name),
            Some(("up", name)) => Self::Up(name),
            Some(("down", name)) => Self::Down(name),
            _ if text == "show" => Self::Show,
            _ => Self::Save,
        }
    }

    /// Does it to a value whose parts are named `root/...`. Gives the name of the table that is shown open then; none when the form was
    /// not of this value.
    pub(super) fn on(&self, root: &str, value: &mut Value) -> Option<String> {
        let within = |name: &str| name.strip_prefix(root).filter(|rest| rest.starts_with('/')).map(str::to_owned);
        match self {
            Self::Add(name) => {
                let list = list_at(value, &within(name)?)?;
                list.push(Value::Object(Map::new()));
                Some(format!("{name}/{}", list.len() - 1))
            }
            Self::Remove(name) => {
                let (list, at) = place(value, &within(name)?)?;
                (at < list.len()).then(|| list.remove(at))?;
                name.rsplit_once('/').map(|(list, _)| list.to_owned())
            }
            Self::Up(name) => {
                let (list, at) = place(value, &within(name)?)?;
                let above = at.checked_sub(1)?;
                (at < list.len()).then(|| list.swap(above, at))?;
                name.rsplit_once('/').map(|(list, _)| format!("{list}/{above}"))
            }
            Self::Down(name) => {
                let (list, at) = place(value, &within(name)?)?;
                (at + 1 < list.len()).then(|| list.swap(at, at + 1))?;
                name.rsplit_once('/').map(|(list, _)| format!("{list}/{}", at + 1))
            }
            Self::Show | Self::Save => None,
        }
    }
}

/// The list there, begun when there is none.
fn list_at<'v>(value: &'v mut Value, pointer: &str) -> Option<&'v mut Vec<Value>> {
    let (parent, key) = pointer.rsplit_once('/')?;
    let parent = value.pointer_mut(parent)?.as_object_mut()?;
    parent.entry(key).or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
}

fn place<'v>(value: &'v mut Value, pointer: &str) -> Option<(&'v mut Vec<Value>, usize)> {
    let (list, at) = pointer.rsplit_once('/')?;
    Some((value.pointer_mut(list)?.as_array_mut()?, at.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tables_are_added_moved_and_taken_away() {
        let mut value = json!({ "page": [{ "key": "a" }, { "key": "b" }] });
        assert_eq!(Work::of("add s/page/1/question").on("s", &mut value), Some("s/page/1/question/0".to_owned()));
        assert_eq!(Work::of("up s/page/1").on("s", &mut value), Some("s/page/0".to_owned()));
        assert_eq!(value, json!({ "page": [{ "key": "b", "question": [{}] }, { "key": "a" }] }));
        assert_eq!(Work::of("remove s/page/0").on("s", &mut value), Some("s/page".to_owned()));
        assert_eq!(value, json!({ "page": [{ "key": "a" }] }));
    }

    #[test]
    fn a_button_that_is_none_of_the_form_does_nothing() {
        let mut value = json!({ "page": [{}] });
        for odd in ["remove s/page/7", "up s/page/0", "down s/page/0", "up s/page/x", "add x/page", "add s", "remove s"]
        {
            assert_eq!(Work::of(odd).on("s", &mut value), None, "{odd}");
        }
        assert_eq!(value, json!({ "page": [{}] }));
    }
}
