//! Who asks: a program with a token (RFC 6750).

use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::header;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use model::{AccessToken, Scope};

/// The program that asks, if its token is good for `scope`.
pub(crate) async fn program(portal: &Portal, headers: &HeaderMap, scope: Scope) -> Result<AccessToken, Problem> {
    let token = header(headers, &AUTHORIZATION).and_then(bearer).ok_or_else(Problem::token)?.to_owned();
    // An unknown token makes the folder be read again.
    let program = portal.read(move |source| Ok(source.program(&token))).await?.ok_or_else(Problem::token)?;
    if program.may.contains(&scope) { Ok(program) } else { Err(Problem::scope()) }
}

/// The token of `Bearer <token>` (RFC 6750 section 2.1). The scheme is read in any case (RFC 9110 section 11.1).
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim()).filter(|token| !token.is_empty())
}
