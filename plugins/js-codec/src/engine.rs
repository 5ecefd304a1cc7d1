//! A `QuickJS` for one call: load the codec, call it, take what it says.

use crate::calls::{self, Calls};
use crate::clock;
use allting_plugin_sdk::{Downlink, Uplink};
use rquickjs::context::EvalOptions;
use rquickjs::{CatchResultExt, CaughtError, Context, Exception, Function, Runtime, Value};

/// A vendor's codec, and what the municipality gives to it.
#[derive(Debug)]
pub(crate) struct Codec<'a> {
    pub(crate) source: &'a str,
    /// A JSON object.
    pub(crate) variables: &'a str,
}

/// What a codec said of bytes.
#[derive(Debug)]
pub(crate) struct Answer {
    /// JSON.
    pub(crate) data: String,
    pub(crate) warnings: Vec<String>,
    /// Not empty: the codec could not read the bytes.
    pub(crate) errors: Vec<String>,
}

/// What a codec made of a command.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) f_port: Option<f64>,
    pub(crate) bytes: Vec<f64>,
    pub(crate) warnings: Vec<String>,
    /// Not empty: the codec does not know the command.
    pub(crate) errors: Vec<String>,
}

/// Whether the codec's own `normalizeUplink` is asked, when it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Normalize {
    Ask,
    Skip,
}

/// Half of what the sandbox has: a codec that eats memory gets an error it can be told of, not a trap.
const MEMORY_BYTES_MAX: usize = 8 << 20;
/// A quarter of the sandbox's stack, for the same reason: the engine's own frames lie on another one, which fills faster.
const STACK_BYTES_MAX: usize = 128 << 10;
/// Read only for codecs that name it: it takes longer to read than most codecs.
const BUFFER: &str = include_str!("buffer.js");
/// What the codec is called in a stack of calls.
const CODEC_NAME: &str = "codec.js";

/// Decodes one frame. The error says what went wrong and in which line of the codec.
pub(crate) fn decode(
    codec: &Codec<'_>,
    uplink: &Uplink,
    normalize: Normalize,
) -> Result<(Answer, Option<Answer>), String> {
    with(codec, uplink.received_at_ms, |calls, variables| calls.decode(uplink, variables, normalize))
}

/// Turns a command, a JSON object, into bytes.
pub(crate) fn encode(codec: &Codec<'_>, arguments: &str, f_port: Option<u8>) -> Result<Sent, String> {
    with(codec, 0, |calls, variables| {
        let data = variables.ctx().json_parse(arguments)?;
        calls.encode(data, f_port, variables)
    })
}

/// Says what the bytes of a downlink mean.
pub(crate) fn decode_downlink(codec: &Codec<'_>, downlink: &Downlink) -> Result<Answer, String> {
    with(codec, 0, |calls, variables| calls.decode_downlink(downlink, variables))
}

/// Makes an engine, loads the codec, and does `work` with the way to its functions and with its variables.
fn with<T>(
    codec: &Codec<'_>,
    now_ms: u64,
    work: impl for<'js> FnOnce(Calls<'js>, Value<'js>) -> rquickjs::Result<T>,
) -> Result<T, String> {
    clock::set(now_ms);
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    runtime.set_memory_limit(MEMORY_BYTES_MAX);
    runtime.set_max_stack_size(STACK_BYTES_MAX);
    let context = Context::full(&runtime).map_err(|e| e.to_string())?;
    context.with(|ctx| {
        let run = || {
            let calls = Calls::before(&ctx)?;
            if codec.source.contains("Buffer") {
                ctx.eval_with_options::<Function<'_>, _>(BUFFER, calls::of_the_box())?.call::<_, ()>(())?;
            }
            ctx.eval_with_options::<Value<'_>, _>(codec.source, as_vendors_do())?;
            work(calls, ctx.json_parse(codec.variables)?)
        };
        run().catch(&ctx).map_err(|e| explain(&e) + advice(codec.source, &e))
    })
}

/// Vendors test their codecs in sloppy mode, where a variable needs no declaration: in strict mode one in thirteen breaks.
fn as_vendors_do() -> EvalOptions {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.global = true;
    options.filename = Some(CODEC_NAME.to_owned());
    options
}

/// `TypeError: not a function (line 12)`.
fn explain(error: &CaughtError<'_>) -> String {
    match error {
        CaughtError::Exception(exception) => explain_exception(exception),
        CaughtError::Value(value) => explain_thrown(value),
        CaughtError::Error(error) => error.to_string(),
    }
}

/// What to do about a codec that was written as a module: no network server takes one, and it cannot be told from what the
/// engine says of it.
fn advice(source: &str, error: &CaughtError<'_>) -> &'static str {
    let CaughtError::Exception(exception) = error else { return "" };
    let name: String = exception.as_object().get("name").unwrap_or_default();
    let is_module = || source.lines().any(|line| line.starts_with("export ") || line.starts_with("import "));
    if name == "SyntaxError" && is_module() {
        return "; a codec is one script: leave `export` out, and put what is imported into the same file";
    }
    ""
}

fn explain_exception(exception: &Exception<'_>) -> String {
    let name: String = exception.as_object().get("name").unwrap_or_else(|_| "Error".to_owned());
    let message = exception.message().unwrap_or_default();
    match exception.stack().as_deref().and_then(line_of) {
        Some(line) => format!("{name}: {message} (line {line})"),
        None => format!("{name}: {message}"),
    }
}

/// Any value can be thrown, and vendors throw texts and objects with a `message`.
fn explain_thrown(value: &Value<'_>) -> String {
    let message = value.as_object().and_then(|object| object.get::<_, String>("message").ok());
    message
        .or_else(|| value.as_string()?.to_string().ok())
        .unwrap_or_else(|| format!("threw a value of type {}", value.type_name()))
}

/// The innermost line of the codec in a stack of calls.
fn line_of(stack: &str) -> Option<u32> {
    stack.lines().find_map(|frame| {
        let (_, place) = frame.split_once(CODEC_NAME)?;
        place.strip_prefix(':')?.split(':').next()?.trim_end_matches(')').parse().ok()
    })
}
