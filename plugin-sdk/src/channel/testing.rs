//! What an author puts into `#[cfg(test)]`. It runs natively, so `cargo test` needs no WebAssembly, no network and no box.
//!
//! [`assert_laws`] runs the examples of the description and lets each post meet peers that answer all that peers answer. [`play`] plays
//! one post against a peer that the author writes down: what the documentation of the real one says it answers.
#![allow(clippy::panic, reason = "assertions of tests")]

use serde_json::Value as Json;

use super::bindings::exports::allting::channel::sending::Guest;
use super::{
    Address, Body, Breakage, Channel, Glue, Job, Post, Power, Publication, Reply, Request, Response, Secretive, Step,
    Turn,
};
use crate::method::testing::keys;

/// Steps after which a post must have come to its end, whatever the peer answers.
const STEPS_MAX: usize = 100;
/// What may be remembered between two steps, bytes.
const STATE_BYTES_MAX: usize = 64 << 10;
/// Thursday 2026-07-02 at noon in Oslo.
const NOON_MS: u64 = 1_782_986_400_000;

/// A job for tests: at noon, with these settings.
pub fn job(settings: &str) -> Job {
    let idempotency_key = "3f6c1b7a9e52d8043f6c1b7a9e52d804".to_owned();
    Job { settings: settings.to_owned(), idempotency_key, now_ms: NOON_MS, extra: Vec::new() }
}

/// A web answer for tests.
pub fn http(status: u16, body: &str) -> Reply {
    Reply::Http(Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

/// A web answer with a header.
pub fn http_with(status: u16, (name, value): (&str, &str), body: &str) -> Reply {
    let headers = vec![(name.to_owned(), value.to_owned())];
    Reply::Http(Response { status, headers, body: body.as_bytes().to_vec() })
}

/// What a step asks of the web below an address, on one line: `Post /api/v1/statuses`; any other step as it is.
pub fn line(step: &Step, below: &str) -> String {
    match step {
        Step::Http(Request { verb, url: Address::Plain(url), .. }) => {
            let verb = format!("{verb:?}");
            format!("{} {}", verb.trim_start_matches("Verb::"), url.strip_prefix(below).unwrap_or(url))
        }
        other => format!("{other:?}"),
    }
}

/// What a field of a form is filled with that a step sends.
pub fn field(step: &Step, name: &str) -> Option<Secretive> {
    let Step::Http(Request { body: Body::Form(fields), .. }) = step else { return None };
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// Makes posts as the box would: settings are read from their JSON first.
pub fn compose<C: Channel + 'static>(publication: &Publication, settings: &str) -> Result<Vec<Post>, String> {
    Glue::<C>::compose(publication.clone(), settings.to_owned())
}

/// Sends one post; `peer` answers each step. Gives all steps, the last one included.
#[track_caller]
pub fn play<C: Channel + 'static>(post: &Post, settings: &str, peer: impl FnMut(&Step) -> Reply) -> Vec<Step> {
    let job = job(settings);
    walk::<C>(Glue::<C>::start(post.clone(), job.clone()), &job, peer)
}

/// Goes on from any first turn, as [`play`] does.
#[track_caller]
pub fn walk<C: Channel + 'static>(first: Turn, job: &Job, mut peer: impl FnMut(&Step) -> Reply) -> Vec<Step> {
    let (mut turn, mut steps, mut kept) = (first, Vec::new(), Vec::new());
    let description = C::describe();
    loop {
        assert!(turn.state.len() <= STATE_BYTES_MAX, "it remembers {} bytes", turn.state.len());
        sound(&turn.step, &job.settings, &description.hosts, &description.powers, &kept);
        steps.push(turn.step.clone());
        assert!(steps.len() <= STEPS_MAX, "it does not come to an end: {:?}", turn.step);
        if let Step::Http(request) = &turn.step {
            kept.extend(request.keep.iter().map(|(_, name)| name.clone()));
        }
        if matches!(turn.step, Step::Done(_) | Step::Gathered(_) | Step::Fail(_)) {
            return steps;
        }
        let reply = peer(&turn.step);
        let next = Glue::<C>::resume(turn.state.clone(), reply.clone(), job.clone());
        let again = Glue::<C>::resume(turn.state, reply, job.clone());
        assert!(next == again, "the same bytes in give other bytes out");
        turn = next;
    }
}

/// Runs all examples, and lets each of their posts meet peers of every sort. Panics with the first that breaks a law.
#[track_caller]
pub fn assert_laws<C: Channel + 'static>() {
    let description = C::describe();
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_name = (1..=64).contains(&description.id.len()) && description.id.bytes().all(fits);
    assert!(is_name, "the id `{}` is not 1 to 64 of a-z, 0-9 and -", description.id);
    assert!(!description.version.is_empty() && !description.title.is_empty(), "it has no version or no title");
    let schema: Result<serde_json::Map<String, Json>, _> = serde_json::from_str(&description.schema);
    assert!(schema.is_ok(), "the schema of the settings is no JSON object: {schema:?}");
    let examples = description.examples.iter().map(|example| example.settings.as_str());
    keys::assert_same::<C::Settings>(&description.schema, examples);
    assert!(!description.examples.is_empty(), "{} has no example, so the box cannot try it", description.id);
    for example in description.examples {
        let got = compose::<C>(&example.publication, &example.settings);
        assert!(got == example.gives, "{}\n got: {got:#?}\nwant: {:#?}", example.title, example.gives);
        assert!(got == compose::<C>(&example.publication, &example.settings), "composing twice gives two things");
        for post in got.unwrap_or_default() {
            assert!(post.fits(), "{}: a post is longer than it may be", example.title);
            for peer in peers() {
                play::<C>(&post, &example.settings, |step| peer(step));
            }
            let unreadable = Glue::<C>::start(post.clone(), job("{\"no\":\"such setting\"}"));
            assert!(matches!(unreadable.step, Step::Fail(_)), "it starts with settings that it does not know");
        }
    }
}

type Peer = Box<dyn Fn(&Step) -> Reply>;

/// All that a peer may be: pleased, busy, strict, broken, lying.
fn peers() -> Vec<Peer> {
    let mut peers: Vec<Peer> = Vec::new();
    let bodies =
        ["", "{}", "{\"id\":\"1\",\"event_id\":\"$1\"}", "[]", "null", "<html>", "\u{0}\u{feff}\"", "{\"id\":{}}"];
    for status in [200, 201, 202, 204, 206, 301, 302, 400, 401, 402, 403, 404, 409, 410, 413, 422, 429, 500, 503, 999] {
        for body in bodies {
            peers.push(Box::new(move |step| of_kind(step, http(status, body))));
        }
        peers.push(Box::new(move |step| of_kind(step, http_with(status, ("retry-after", "7"), "{}"))));
        peers.push(Box::new(move |step| of_kind(step, http_with(status, ("retry-after", "Wed, soon"), "{}"))));
    }
    let breakages = [
        Breakage::NotGranted("no".to_owned()),
        Breakage::Unreachable("nobody".to_owned()),
        Breakage::TimedOut,
        Breakage::Garbled("\u{1}".to_owned()),
        Breakage::TooBig,
        Breakage::Other(String::new()),
    ];
    for breakage in breakages {
        peers.push(Box::new(move |_| Reply::Broken(breakage.clone())));
    }
    // The box never answers another question than was asked; a later box might.
    for odd in [Reply::Waited, Reply::Sent(0), Reply::Sent(7), Reply::Other("news".to_owned()), http(200, "{}")] {
        peers.push(Box::new(move |_| odd.clone()));
    }
    peers
}

/// A peer answers what it is asked: a wait is waited for, a message is sent.
fn of_kind(step: &Step, reply: Reply) -> Reply {
    match step {
        Step::Wait(_) => Reply::Waited,
        Step::Mail(_) | Step::Mqtt(_) | Step::Push(_) => Reply::Sent(1),
        _ => reply,
    }
}

fn sound(step: &Step, settings: &str, hosts: &[String], powers: &[Power], kept: &[String]) {
    let needs = |power: Power| assert!(powers.contains(&power), "it wants {power:?}, which it does not describe");
    match step {
        Step::Http(request) => {
            sound_request(request, settings, hosts);
            for secret in secrets_of(request) {
                let set = settings.contains(&Json::from(secret.as_str()).to_string());
                let known = set || kept.iter().any(|name| name == secret);
                assert!(known, "it uses the secret `{secret}`, which is not in its settings");
            }
        }
        Step::Mail(_) => needs(Power::Mail),
        Step::Mqtt(mqtt) => {
            needs(Power::Mqtt);
            assert!(settings.contains(host_of(&mqtt.address)), "the broker {} is not in its settings", mqtt.address);
        }
        Step::Push(_) => needs(Power::Push),
        Step::Wait(seconds) => assert!(*seconds > 0, "it waits for no time"),
        Step::Done(receipt) => assert!(!receipt.handle.contains('\n'), "a handle is one line"),
        Step::Fail(failure) => assert!(!failure.text.trim().is_empty(), "it fails without a word"),
        Step::Gathered(_) | Step::Other(_) => {}
    }
}

fn sound_request(request: &Request, settings: &str, hosts: &[String]) {
    let Address::Plain(address) = &request.url else { return };
    let host = host_of(address);
    let fits = |wish: &String| match wish.strip_prefix('*') {
        Some(below) => host.ends_with(below),
        None => wish == host,
    };
    let wished = hosts.iter().any(fits) || (!host.is_empty() && settings.contains(host));
    assert!(wished, "it asks {address}, which neither its hosts nor its settings name");
}

/// The host in a whole address, without port.
fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

fn secrets_of(request: &Request) -> Vec<&String> {
    let fields = match &request.body {
        Body::Json(fields) | Body::Form(fields) => fields.as_slice(),
        Body::Empty | Body::Bytes(_) | Body::File(_) | Body::Multipart(_) => &[],
    };
    let slots = request.headers.iter().chain(fields).map(|(_, slot)| slot);
    let named = slots.filter_map(|slot| match slot {
        Secretive::Plain(_) => None,
        Secretive::Secret(name) | Secretive::Bearer(name) | Secretive::Basic((_, name)) => Some(name),
        Secretive::Hmac(hmac) => Some(&hmac.secret),
    });
    let address = match &request.url {
        Address::Plain(_) => None,
        Address::Secret(name) => Some(name),
    };
    named.chain(address).collect()
}
