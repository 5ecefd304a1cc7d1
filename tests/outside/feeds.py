"""Reads feeds and calendars of a box with parsers that nobody here wrote, and says what it found as JSON.

feeds.py ATOM JSON ICS: each a file as the box sent it.
"""

import json
import sys

import feedparser
import icalendar
import jsonschema

# After https://www.jsonfeed.org/version/1.1/
TEXT = {"type": "string", "minLength": 1}
DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}
ADDRESS = {"type": "string", "pattern": "^https?://[^ ]+$"}
ITEM = {
    "type": "object",
    "required": ["id", "content_text"],
    "additionalProperties": False,
    "properties": {
        "id": TEXT, "url": ADDRESS, "title": TEXT, "content_text": TEXT, "date_published": DATE, "date_modified": DATE,
        "language": TEXT, "image": ADDRESS, "tags": {"type": "array", "items": TEXT},
    },
}
FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT, "home_page_url": ADDRESS, "feed_url": ADDRESS, "language": TEXT,
        "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "items": {"type": "array", "items": ITEM},
    },
}

atom, written, calendar = (open(name, "rb").read() for name in sys.argv[1:4])
read = feedparser.parse(atom)
assert not read.bozo, read.bozo_exception
assert read.version == "atom10", read.version
assert all(entry.id and entry.link and entry.published_parsed and entry.updated_parsed for entry in read.entries)
feed = json.loads(written)
jsonschema.validate(feed, FEED)
assert [item["id"] for item in feed["items"]] == [entry.id for entry in read.entries]
assert len({entry.id for entry in read.entries}) == len(read.entries)
events = [event for event in icalendar.Calendar.from_ical(calendar).walk("VEVENT")]
assert all(not event.errors for event in events), [event.errors for event in events]
assert all(event["UID"] and event["DTSTAMP"].dt.tzinfo for event in events)
json.dump(
    {
        "title": read.feed.title,
        "entries": [entry.title for entry in read.entries],
        "texts": [entry.summary for entry in read.entries],
        "events": [[str(e["SUMMARY"]), str(e.start), str(e.end), str(e.get("LOCATION", ""))] for e in events],
    },
    sys.stdout,
)
