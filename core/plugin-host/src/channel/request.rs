use model::channel::{Encoding, Part, PartContent, Request, RequestBody, Slot, Verb};

use super::heard::named;
use super::wit;
use crate::boundary::one_line;

const HEADERS_MAX: usize = 32;
const FIELDS_MAX: usize = 64;
const KEPT_MAX: usize = 8;
/// One header or field.
const TEXT_BYTES_MAX: usize = 64 << 10;
const ADDRESS_BYTES_MAX: usize = 4 << 10;
/// Pictures do not pass through here, so this is text.
const BODY_BYTES_MAX: usize = 512 << 10;

pub(super) fn request(said: wit::Request) -> Result<Request, String> {
    let wit::Request { verb, url, headers, body, keep, extra: _ } = said;
    if headers.len() > HEADERS_MAX || keep.len() > KEPT_MAX {
        return Err(format!("asks with {} headers and keeps {} secrets", headers.len(), keep.len()));
    }
    let url = match url {
        wit::Address::Plain(address) if address.len() > ADDRESS_BYTES_MAX => {
            return Err(format!("asks an address of {} bytes; at most {ADDRESS_BYTES_MAX}", address.len()));
        }
        wit::Address::Plain(address) => Slot::Plain(address),
        wit::Address::Secret(secret) => Slot::Secret(named(&secret)?),
    };
    let keep = keep.into_iter().map(|(pointer, name)| Ok((one_line(&pointer), named(&name)?)));
    Ok(Request {
        verb: match verb {
            wit::Verb::Get => Verb::Get,
            wit::Verb::Post => Verb::Post,
            wit::Verb::Put => Verb::Put,
            wit::Verb::Patch => Verb::Patch,
            wit::Verb::Delete => Verb::Delete,
        },
        url,
        headers: slots(headers)?,
        body: request_body(body)?,
        keep: keep.collect::<Result<_, String>>()?,
    })
}

fn request_body(said: wit::Body) -> Result<RequestBody, String> {
    Ok(match said {
        wit::Body::Empty => RequestBody::Empty,
        wit::Body::Bytes(bytes) if bytes.len() > BODY_BYTES_MAX => {
            return Err(format!("sends {} bytes; at most {BODY_BYTES_MAX}", bytes.len()));
        }
        wit::Body::Bytes(bytes) => RequestBody::Bytes(bytes),
        wit::Body::File(file) => RequestBody::File(one_line(&file)),
        wit::Body::Json(fields) => RequestBody::Json(slots(fields)?),
        wit::Body::Form(fields) => RequestBody::Form(slots(fields)?),
        wit::Body::Multipart(parts) if parts.len() > FIELDS_MAX => {
            return Err(format!("sends {} parts; at most {FIELDS_MAX}", parts.len()));
        }
        wit::Body::Multipart(parts) => RequestBody::Multipart(parts.into_iter().map(part).collect::<Result<_, _>>()?),
    })
}

fn part(said: wit::Part) -> Result<Part, String> {
    let content = match said.content {
        wit::PartContent::Text(text) => PartContent::Text(bounded(text)?),
        wit::PartContent::File(file) => PartContent::File(one_line(&file)),
    };
    Ok(Part { name: one_line(&said.name), filename: said.filename.map(|name| one_line(&name)), content })
}

fn slots(said: Vec<(String, wit::Secretive)>) -> Result<Vec<(String, Slot)>, String> {
    if said.len() > FIELDS_MAX {
        return Err(format!("fills {} fields; at most {FIELDS_MAX}", said.len()));
    }
    said.into_iter().map(|(name, value)| Ok((one_line(&name), slot(value)?))).collect()
}

fn slot(said: wit::Secretive) -> Result<Slot, String> {
    Ok(match said {
        wit::Secretive::Plain(text) => Slot::Plain(bounded(text)?),
        wit::Secretive::Secret(secret) => Slot::Secret(named(&secret)?),
        wit::Secretive::Bearer(secret) => Slot::Bearer(named(&secret)?),
        wit::Secretive::Basic((user, secret)) => Slot::Basic(bounded(user)?, named(&secret)?),
        wit::Secretive::Hmac(hmac) => Slot::Hmac {
            secret: named(&hmac.secret)?,
            over: hmac.over,
            before: one_line(&hmac.before),
            encoding: match hmac.encoding {
                wit::Encoding::Base64 => Encoding::Base64,
                wit::Encoding::Hex => Encoding::Hex,
            },
        },
    })
}

fn bounded(text: String) -> Result<String, String> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(format!("puts {} bytes into one place; at most {TEXT_BYTES_MAX}", text.len()));
    }
    Ok(text)
}
