//! What the Graph API says when it will not: a number in the body, which tells more than the status.

use allting_plugin_sdk::channel::{Reply, Response, Turn};

/// So long an account is left alone that has asked too much, seconds: limits are counted over an hour.
const TOO_MUCH_S: u32 = 900;
/// So long Facebook is left alone when it has trouble of its own, seconds.
const TROUBLE_S: u32 = 60;

/// What follows from a refusal ("Handling Errors" of the Graph API).
pub(super) fn refused(response: &Response) -> Turn {
    let reply = Reply::Http(response.clone());
    let Some(code) = response.text("/error/code").and_then(|code| code.parse::<u32>().ok()) else {
        return Turn::refused(&reply);
    };
    let says = response.text("/error/message").unwrap_or_default();
    match code {
        // The token: over, withdrawn, or of somebody who may not post.
        102 | 190 => Turn::stuck(format!(
            "Facebook does not take the token any more ({code}): {says} Make a new one for the page, and write it into \
             secrets.toml."
        )),
        3 | 10 | 200..=299 => Turn::stuck(format!("Facebook says that the token may not do this ({code}): {says}")),
        368 => Turn::stuck(format!("Facebook has blocked the page or the app for now ({code}): {says}")),
        4 | 17 | 32 | 341 | 613 | 80_001 => {
            Turn::again(format!("The page has asked too much of Facebook for a while ({code})."), TOO_MUCH_S)
        }
        1 | 2 => Turn::again(format!("Facebook has trouble of its own ({code}): {says}"), TROUBLE_S),
        506 => Turn::fail("Facebook says that the same was posted just before (506)."),
        _ => Turn::refused(&reply),
    }
}
