//! What stands between the box and a codec: finds the codec's function, of whichever age, calls it, and reads what it says.
//!
//! It is no JavaScript: that would be read anew for each frame, and reading it took longer than most codecs take.

use crate::engine::{Answer, Normalize, Sent};
use allting_plugin_sdk::{Downlink, Uplink};
use rquickjs::context::EvalOptions;
use rquickjs::function::{Constructor, IntoArgs, This};
use rquickjs::{Array, Coerced, Ctx, Exception, FromJs, Function, IntoJs, Object, Result, Value};

/// What the box's own JavaScript is called in a stack of calls.
pub(crate) const OWN_NAME: &str = "allting.js";

/// The names of a console that says nothing.
const CONSOLE: [&str; 6] = ["log", "debug", "info", "warn", "error", "trace"];

/// The way to the functions of a codec.
#[derive(Debug)]
pub(crate) struct Calls<'js> {
    ctx: Ctx<'js>,
    module: Object<'js>,
    /// As they were before the codec: old ones bring polyfills that replace them.
    array: Constructor<'js>,
    list_from: Function<'js>,
    date: Constructor<'js>,
}

impl<'js> Calls<'js> {
    /// Prepares what codecs expect around them. To be made before the codec is read.
    pub(crate) fn before(ctx: &Ctx<'js>) -> Result<Self> {
        let globals = ctx.globals();
        // Codecs are tested with Node, and end with `module.exports = { decodeUplink }`.
        let (module, exports, console) =
            (Object::new(ctx.clone())?, Object::new(ctx.clone())?, Object::new(ctx.clone())?);
        module.set("exports", exports.clone())?;
        globals.set("module", module.clone())?;
        globals.set("exports", exports)?;
        let quiet: Function<'_> = ctx.eval_with_options("(() => {})", of_the_box())?;
        for name in CONSOLE {
            console.set(name, quiet.clone())?;
        }
        globals.set("console", console)?;
        let array: Constructor<'_> = globals.get("Array")?;
        let list_from = array.get("from")?;
        Ok(Self { ctx: ctx.clone(), module, array, list_from, date: globals.get("Date")? })
    }

    /// Decodes one frame; with `Normalize::Ask` and a normalizer in the codec, what that made of it too.
    pub(crate) fn decode(
        &self,
        uplink: &Uplink,
        variables: Value<'js>,
        ask: Normalize,
    ) -> Result<(Answer, Option<Answer>)> {
        let (f_port, bytes) = (uplink.f_port, uplink.payload.clone());
        let said = match self.first_of(["decodeUplink", "Decode", "Decoder"])? {
            ("decodeUplink", decode) => {
                let input = Object::new(self.ctx.clone())?;
                input.set("fPort", f_port)?;
                input.set("bytes", bytes)?;
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "milliseconds since 1970 stay below 2^53 for 285 thousand years"
                )]
                let received_at: Value<'_> = self.date.construct((uplink.received_at_ms as f64,))?;
                input.set("recvTime", received_at)?;
                input.set("variables", variables)?;
                self.whole_answer(&decode, (input,), "decodeUplink")?
            }
            (who @ "Decode", decode) => self.bare_answer(decode.call((f_port, bytes, variables))?, who)?,
            (who, decode) => self.bare_answer(decode.call((bytes, f_port))?, who)?,
        };
        let normalized = if ask == Normalize::Ask { self.normalized(&said)? } else { None };
        Ok((said, normalized))
    }

    fn normalized(&self, said: &Answer) -> Result<Option<Answer>> {
        if !said.errors.is_empty() {
            return Ok(None);
        }
        let Some(normalize) = self.find("normalizeUplink")? else { return Ok(None) };
        let input = Object::new(self.ctx.clone())?;
        input.set("data", self.ctx.json_parse(said.data.as_str())?)?;
        input.set("warnings", said.warnings.clone())?;
        self.whole_answer(&normalize, (input,), "normalizeUplink").map(Some)
    }

    /// Turns the data of a command into bytes.
    pub(crate) fn encode(&self, data: Value<'js>, f_port: Option<u8>, variables: Value<'js>) -> Result<Sent> {
        match self.first_of(["encodeDownlink", "Encode", "Encoder"])? {
            (who @ "encodeDownlink", encode) => {
                let input = Object::new(self.ctx.clone())?;
                input.set("data", data)?;
                input.set("fPort", f_port)?;
                input.set("variables", variables)?;
                let said = self.object(encode.call((input,))?, who)?;
                let errors = self.lines(said.get("errors")?)?;
                if !errors.is_empty() {
                    return Ok(Sent { f_port: None, bytes: Vec::new(), warnings: Vec::new(), errors });
                }
                let port: Option<f64> = said.get("fPort")?;
                let bytes = self.bytes(said.get("bytes")?, who)?;
                let warnings = self.lines(said.get("warnings")?)?;
                Ok(Sent { f_port: port.or(f_port.map(f64::from)), bytes, warnings, errors })
            }
            (who @ "Encode", encode) => self.bare_bytes(encode.call((f_port, data, variables))?, f_port, who),
            (who, encode) => self.bare_bytes(encode.call((data, f_port))?, f_port, who),
        }
    }

    /// Says what the bytes of a downlink mean.
    pub(crate) fn decode_downlink(&self, downlink: &Downlink, variables: Value<'js>) -> Result<Answer> {
        let (who, decode) = self.first_of(["decodeDownlink"])?;
        let input = Object::new(self.ctx.clone())?;
        input.set("fPort", downlink.f_port)?;
        input.set("bytes", downlink.payload.clone())?;
        input.set("variables", variables)?;
        self.whole_answer(&decode, (input,), who)
    }

    /// The first of these functions that the codec has.
    fn first_of<const N: usize>(&self, names: [&'static str; N]) -> Result<(&'static str, Function<'js>)> {
        for name in names {
            if let Some(function) = self.find(name)? {
                return Ok((name, function));
            }
        }
        let none = format!("the codec has none of {}", names.join(", "));
        Err(Exception::throw_reference(&self.ctx, &none))
    }

    fn find(&self, name: &str) -> Result<Option<Function<'js>>> {
        // The name may belong to a `const`, which is no property of anything.
        let named = format!("typeof {name} === 'function' ? {name} : undefined");
        let named: Option<Function<'_>> = self.ctx.eval_with_options(named, of_the_box())?;
        if named.is_some() {
            return Ok(named);
        }
        let exports: Value<'_> = self.module.get("exports")?;
        let Some(exports) = exports.as_object() else { return Ok(None) };
        Ok(exports.get::<_, Value<'_>>(name)?.into_function())
    }

    /// Of a function that gives `data` with its warnings and errors.
    fn whole_answer(&self, function: &Function<'js>, input: impl IntoArgs<'js>, who: &str) -> Result<Answer> {
        let said = self.object(function.call(input)?, who)?;
        let (warnings, errors) = (self.lines(said.get("warnings")?)?, self.lines(said.get("errors")?)?);
        // What comes with errors is no data: nobody reads it, so nothing in it can go wrong.
        let data = if errors.is_empty() { self.json(said.get("data")?, who)? } else { "{}".to_owned() };
        Ok(Answer { data, warnings, errors })
    }

    /// Of a function that gives the data alone.
    fn bare_answer(&self, data: Value<'js>, who: &str) -> Result<Answer> {
        Ok(Answer { data: self.json(data, who)?, warnings: Vec::new(), errors: Vec::new() })
    }

    fn bare_bytes(&self, bytes: Value<'js>, f_port: Option<u8>, who: &str) -> Result<Sent> {
        let bytes = self.bytes(bytes, who)?;
        Ok(Sent { f_port: f_port.map(f64::from), bytes, warnings: Vec::new(), errors: Vec::new() })
    }

    fn json(&self, data: Value<'js>, who: &str) -> Result<String> {
        if data.is_null() || data.is_undefined() {
            return Ok("{}".to_owned());
        }
        let kind = data.type_name();
        match self.ctx.json_stringify(data)? {
            Some(written) => written.to_string(),
            None => Err(Exception::throw_type(&self.ctx, &format!("{who} gave data that is a {kind}"))),
        }
    }

    fn object(&self, said: Value<'js>, who: &str) -> Result<Object<'js>> {
        if let Some(object) = said.as_object().filter(|_| !said.is_function()) {
            return Ok(object.clone());
        }
        let said = text(&self.ctx, said)?;
        Err(Exception::throw_type(&self.ctx, &format!("{who} returned {said}, not an object")))
    }

    fn bytes(&self, bytes: Value<'js>, who: &str) -> Result<Vec<f64>> {
        if !bytes.is_object() || bytes.is_function() {
            let bytes = text(&self.ctx, bytes)?;
            return Err(Exception::throw_type(&self.ctx, &format!("{who} gave {bytes}, not a list of bytes")));
        }
        let listed = self.list(bytes)?;
        listed.iter::<Coerced<f64>>().map(|byte| Ok(byte?.0)).collect()
    }

    /// A list of texts, a single one, or none.
    fn lines(&self, said: Value<'js>) -> Result<Vec<String>> {
        if said.is_null() || said.is_undefined() {
            return Ok(Vec::new());
        }
        if !said.is_array() {
            return Ok(vec![text(&self.ctx, said)?]);
        }
        self.list(said)?.iter::<Value<'_>>().map(|line| text(&self.ctx, line?)).collect()
    }

    fn list(&self, from: Value<'js>) -> Result<Array<'js>> {
        self.list_from.call((This(self.array.clone()), from))
    }
}

fn text<'js>(ctx: &Ctx<'js>, value: impl IntoJs<'js>) -> Result<String> {
    Ok(Coerced::<String>::from_js(ctx, value.into_js(ctx)?)?.0)
}

pub(crate) fn of_the_box() -> EvalOptions {
    let mut options = EvalOptions::default();
    options.filename = Some(OWN_NAME.to_owned());
    options
}
