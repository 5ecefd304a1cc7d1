//! One step is performed, as far as the channel may reach.

use crate::channels::ReadyChannel;
use courier::{Body, Broken, Http, HttpRequest, Reach};
use model::channel::{Answer, Breakage, Messages, PartContent, Power, Reply, Request, RequestBody, Slot, Step};
use model::{Picture, Secret, Secrets, Slug};
use plugin_host::PICTURE;

/// What came of a step.
pub(crate) enum Performed {
    /// The peer said something, or nothing that made sense. With it come secrets that the channel wanted kept.
    Replied(Reply, Vec<(Slug, Secret)>),
    /// Nobody is there; nothing was said.
    Away(String),
}

/// What steps are performed with.
pub(crate) struct Performer {
    root: Option<Vec<u8>>,
    http: Http,
    reach: Reach,
    secrets: Secrets,
    powers: Vec<Power>,
    /// What the box is to a broker: two lines of one name would throw each other out.
    name: String,
}

impl Performer {
    /// For a channel, with the secrets it may use. An earlier one is used on where nothing changed that is dear to make.
    pub(crate) fn new(channel: &ReadyChannel, secrets: Secrets, before: Option<Self>) -> Self {
        let root = channel.plan.root.clone();
        let http = match before {
            Some(before) if before.root == root => before.http,
            _ => root.as_ref().map_or_else(Http::new, |root| Http::trusting(root)),
        };
        let powers = channel.plugin.description().powers.clone();
        let name = format!("allting-{}", channel.plan.id);
        Self { http, root, reach: channel.reach(), secrets, powers, name }
    }

    pub(super) fn may(&self, power: Power) -> bool {
        self.powers.contains(&power)
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Asks the web, or tells a broker; other steps are none of its business.
    pub(crate) async fn perform(&self, step: &Step, picture: Option<&Picture>, secrets: &Secrets) -> Performed {
        let done = match step {
            Step::Http(request) => self.http(request, picture, secrets).await,
            Step::Mqtt(messages) if self.may(Power::Mqtt) => self.mqtt(messages, secrets).await,
            _ => Performed::Replied(undescribed(), Vec::new()),
        };
        // Whatever the plugin makes of it, whoever runs the box reads what it tried.
        if let Performed::Replied(Reply::Broken(Breakage::NotGranted(why)), _) = &done {
            tracing::warn!("{}: its plugin asked for what is not granted: {why}", self.name);
        }
        done
    }

    async fn mqtt(&self, messages: &Messages, secrets: &Secrets) -> Performed {
        match self.http.publish(messages, &self.name, &self.reach, secrets).await {
            Ok(()) => Performed::Replied(Reply::Sent(u32::try_from(messages.messages.len()).unwrap_or(0)), Vec::new()),
            Err(Broken::Unreachable(why)) => Performed::Away(why),
            Err(broken) => Performed::Replied(Reply::Broken(breakage(broken)), Vec::new()),
        }
    }

    async fn http(&self, request: &Request, picture: Option<&Picture>, secrets: &Secrets) -> Performed {
        let ready = match filled(request, picture) {
            Ok(ready) => ready,
            Err(missing) => return Performed::Replied(Reply::Broken(Breakage::NotGranted(missing)), Vec::new()),
        };
        match self.http.send(&ready, &self.reach, secrets).await {
            Ok(response) => {
                let answer = Answer { status: response.status, headers: response.headers, body: response.body };
                Performed::Replied(Reply::Http(answer), response.kept)
            }
            Err(Broken::Unreachable(why)) => Performed::Away(why),
            Err(broken) => Performed::Replied(Reply::Broken(breakage(broken)), Vec::new()),
        }
    }
}

/// What a plugin hears that asks for what it did not say of itself.
pub(super) fn undescribed() -> Reply {
    Reply::Broken(Breakage::NotGranted("its plugin does not say that it does this".to_owned()))
}

fn breakage(broken: Broken) -> Breakage {
    match broken {
        Broken::NotGranted(why) => Breakage::NotGranted(why),
        Broken::Unreachable(why) => Breakage::Unreachable(why),
        Broken::Garbled(why) => Breakage::Garbled(why),
        Broken::TimedOut => Breakage::TimedOut,
        Broken::TooBig => Breakage::TooBig,
        Broken::Unfit(why) => Breakage::Other(why),
    }
}

/// The request with files in the place of their names.
fn filled(request: &Request, picture: Option<&Picture>) -> Result<HttpRequest, String> {
    let file = |name: &str| {
        let found = picture.filter(|_| name == PICTURE);
        let found = found.map(|picture| (picture.media_type(), picture.bytes.clone()));
        found.ok_or_else(|| format!("there is no file `{name}`"))
    };
    let mut headers = request.headers.clone();
    let body = match &request.body {
        RequestBody::Empty => Body::Empty,
        RequestBody::Bytes(bytes) => Body::Bytes(bytes.clone()),
        RequestBody::File(name) => {
            let (kind, content) = file(name)?;
            if !headers.iter().any(|(header, _)| header.eq_ignore_ascii_case("content-type")) {
                headers.push(("content-type".to_owned(), Slot::Plain(kind.to_owned())));
            }
            Body::Bytes(content)
        }
        RequestBody::Json(fields) => Body::Json(fields.clone()),
        RequestBody::Form(fields) => Body::Form(fields.clone()),
        RequestBody::Multipart(parts) => {
            let part = |part: &model::channel::Part| {
                let (kind, content) = match &part.content {
                    PartContent::Text(text) => ("text/plain; charset=utf-8", text.clone().into_bytes()),
                    PartContent::File(name) => file(name)?,
                };
                let file = part.filename.clone().map(|name| (name, kind.to_owned()));
                Ok(courier::Part { name: part.name.clone(), file, content })
            };
            Body::Multipart(parts.iter().map(part).collect::<Result<_, String>>()?)
        }
    };
    let (url, keep) = (request.url.clone(), request.keep.clone());
    Ok(HttpRequest { verb: request.verb, url, headers, body, keep })
}
