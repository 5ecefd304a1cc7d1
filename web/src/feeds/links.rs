use crate::pages::home::icon;
use crate::pages::place::address;
use crate::reader::Reader;
use crate::subscribe;
use crate::view::Fragment;
use model::PlaceId;
use serde::Serialize;

/// Where something can be followed, for `<link rel="alternate">` and for people.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FeedLink {
    pub(crate) href: String,
    /// Media type.
    pub(crate) kind: &'static str,
    pub(crate) title: String,
}

/// Feeds of the whole municipality.
pub(crate) fn of_everything(reader: &Reader) -> Vec<FeedLink> {
    under(&format!("/{}", reader.language()), &reader.text("feed-everything"), reader)
}

/// Feeds of one place.
pub(crate) fn of_place(id: &PlaceId, name: &str, reader: &Reader) -> Vec<FeedLink> {
    under(&address(reader.language(), id.as_str()), name, reader)
}

/// News of one place by mail, where letters are written.
pub(crate) fn by_mail(id: &PlaceId, name: &str, reader: &Reader) -> Option<FeedLink> {
    subscribe::link(reader, &format!("?place={id}"), name)
}

/// Everything by mail; feeds of everything, then of each area and each sort of places.
pub(crate) fn chosen(reader: &Reader) -> Vec<FeedLink> {
    let mut links: Vec<FeedLink> = subscribe::link(reader, "", &reader.text("feed-everything")).into_iter().collect();
    links.extend(of_everything(reader));
    let (mut areas, mut kinds) = (Vec::new(), Vec::new());
    for place in &reader.municipality.places {
        let area = place.area.as_ref().map(|area| Fragment::of(area, reader.language()).text);
        areas.extend(area.filter(|area| !areas.contains(area)));
        if !kinds.contains(&icon(place.kind)) {
            kinds.push(icon(place.kind));
        }
    }
    let mut add = |asked: String, name: &str| {
        let title = reader.speaker.text("feed-atom", &[("name", name.into())]);
        let href = format!("/{}/feed.atom{asked}", reader.language());
        links.push(FeedLink { href, kind: "application/atom+xml", title });
    };
    for area in &areas {
        add(query(area, ""), area);
    }
    for kind in &kinds {
        add(query("", kind), &reader.text(&format!("kinds-{kind}")));
    }
    links
}

fn under(address: &str, name: &str, reader: &Reader) -> Vec<FeedLink> {
    let link = |ending, kind, what| {
        let title = reader.speaker.text(what, &[("name", name.into())]);
        FeedLink { href: format!("{address}/{ending}"), kind, title }
    };
    vec![
        link("feed.atom", "application/atom+xml", "feed-atom"),
        link("feed.json", "application/feed+json", "feed-json"),
        link("calendar.ics", "text/calendar", "feed-calendar"),
    ]
}

/// What is asked of a feed: empty, or from the question mark on.
pub(super) fn query(area: &str, kind: &str) -> String {
    let asked = [("area", area), ("kind", kind)].into_iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<String> = asked.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// Percent-encodes all that is not unreserved (RFC 3986, section 2.3).
fn escaped(text: &str) -> String {
    let letter = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn a_name_with_any_letter_stands_in_an_address() {
        assert_eq!(query("", ""), "");
        assert_eq!(query("N\u{f8}rdre & s\u{f8}r", "pool"), "?area=N%C3%B8rdre%20%26%20s%C3%B8r&kind=pool");
    }
}
