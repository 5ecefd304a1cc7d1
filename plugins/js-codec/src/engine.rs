//! A `QuickJS` for one frame: load the codec, call it, take what it says.

use allting_plugin_sdk::Uplink;
use rquickjs::context::EvalOptions;
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Exception, Function, Object, Runtime, Value};

use crate::clock;

/// What a codec said of a frame.
#[derive(Debug)]
pub(crate) struct Answer {
    /// JSON.
    pub(crate) data: String,
    pub(crate) warnings: Vec<String>,
    /// Not empty: the codec could not read the frame.
    pub(crate) errors: Vec<String>,
}

/// Half of what the sandbox has: a codec that eats memory gets an error it can be told of, not a trap.
const MEMORY_BYTES_MAX: usize = 8 << 20;
/// A quarter of the sandbox's stack, for the same reason: the engine's own frames lie on another one, which fills faster.
const STACK_BYTES_MAX: usize = 128 << 10;
/// Finds the codec's function, of whichever age, and calls it.
const CALL: &str = include_str!("call.js");
/// The name `QuickJS` gives to source without a file.
const SOURCE_NAME: &str = "eval_script:";

/// Runs a codec on one frame. The error says what went wrong and in which line of the codec.
pub(crate) fn run(codec: String, uplink: &Uplink, variables: &str) -> Result<Answer, String> {
    clock::set(uplink.received_at_ms);
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    runtime.set_memory_limit(MEMORY_BYTES_MAX);
    runtime.set_max_stack_size(STACK_BYTES_MAX);
    let context = Context::full(&runtime).map_err(|e| e.to_string())?;
    context.with(|ctx| {
        let loaded = ctx.eval_with_options::<Value<'_>, _>(codec, as_vendors_do()).catch(&ctx);
        loaded.map_err(|e| explain(&e))?;
        call(&ctx, uplink, variables).catch(&ctx).map_err(|e| explain(&e))
    })
}

/// Vendors test their codecs in sloppy mode, where a variable needs no declaration: in strict mode one in thirteen breaks.
fn as_vendors_do() -> EvalOptions {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.global = true;
    options
}

fn call(ctx: &Ctx<'_>, uplink: &Uplink, variables: &str) -> rquickjs::Result<Answer> {
    let call: Function<'_> = ctx.eval(CALL)?;
    let variables = ctx.json_parse(variables)?;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 stay below 2^53 for 285 thousand years")]
    let received_at_ms = uplink.received_at_ms as f64;
    let said: Object<'_> = call.call((uplink.f_port, uplink.payload.clone(), received_at_ms, variables))?;
    Ok(Answer { data: said.get("data")?, warnings: said.get("warnings")?, errors: said.get("errors")? })
}

/// `TypeError: not a function (line 12)`.
fn explain(error: &CaughtError<'_>) -> String {
    match error {
        CaughtError::Exception(exception) => explain_exception(exception),
        CaughtError::Value(value) => match value.clone().try_into_string() {
            Ok(text) => text.to_string().unwrap_or_else(|_| "threw what is no text".to_owned()),
            Err(value) => format!("threw a value of type {}", value.type_name()),
        },
        CaughtError::Error(error) => error.to_string(),
    }
}

fn explain_exception(exception: &Exception<'_>) -> String {
    let name: String = exception.as_object().get("name").unwrap_or_else(|_| "Error".to_owned());
    let message = exception.message().unwrap_or_default();
    match exception.stack().as_deref().and_then(line_of) {
        Some(line) => format!("{name}: {message} (line {line})"),
        None => format!("{name}: {message}"),
    }
}

/// The innermost line of the codec in a stack of calls.
fn line_of(stack: &str) -> Option<u32> {
    stack.lines().find_map(|frame| {
        let (_, place) = frame.split_once(SOURCE_NAME)?;
        place.split(':').next()?.trim_end_matches(')').parse().ok()
    })
}
