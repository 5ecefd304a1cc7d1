//! Channels that misbehave on demand: real WebAssembly, written by hand in its text form.

use anyhow::Result;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

pub(crate) const LOOPS: &str = "(loop (br 0))";
pub(crate) const GROWS: &str = "(loop (br_if 0 (i32.ge_s (memory.grow (i32.const 16)) (i32.const 0))))";
pub(crate) const CRASHES: &str = "unreachable";
/// Everything the beast says lies below; what it is told, above.
const TOLD: usize = 1 << 16;

/// What a beast wants done next.
#[derive(Clone)]
pub(crate) enum Step {
    /// Asks this address, with a secret of this name for its token.
    Ask(String, Option<&'static str>),
    /// Asks an address with this many bytes to say, which it does not have.
    Say(String, u32),
    /// Remembers so many bytes, and is done.
    Remember(u32),
    /// It is out.
    Done,
}

/// A channel with one post, which it sends in two steps. What the box could not perform it gives as its reason.
#[derive(Clone)]
pub(crate) struct Beast {
    pub(crate) name: &'static str,
    /// Runs before it composes, and before it starts.
    pub(crate) compose: &'static str,
    pub(crate) start: &'static str,
    pub(crate) first: Step,
    /// After each answer.
    pub(crate) then: Step,
}

impl Beast {
    pub(crate) fn named(name: &'static str) -> Self {
        Self { name, compose: "", start: "", first: Step::Done, then: Step::Done }
    }

    /// Writes the plugin into a folder.
    pub(crate) fn bring(&self, into: &Path) -> Result<PathBuf> {
        let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugin-sdk/wit/channel.wit");
        let mut resolve = Resolve::default();
        let package = resolve.push_file(contract)?;
        let world = resolve.select_world(&[package], Some("channel"))?;
        let mut module = wat::parse_str(self.wat())?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
        let component = ComponentEncoder::default().validate(true).module(&module)?.encode()?;
        let file = into.join(format!("{}.wasm", self.name));
        fs::write(&file, component)?;
        Ok(file)
    }

    fn wat(&self) -> String {
        let Self { compose, start, .. } = self;
        let mut said = Said::default();
        let (description, posts) = (said.description(self.name), said.posts());
        let (first, then, refused) = (said.turn(&self.first), said.turn(&self.then), said.refusal());
        let (text, length) = (refused + 12, refused + 16);
        let job = "i32 i32 i32 i32 i64 i32 i32";
        let receipt = "i32 i32 i32 i32 i32 i32 i32";
        let at = "allting:channel/sending@1.0.0";
        let hex = said.0.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "\\{byte:02x}");
            hex
        });
        // `reply` comes apart as which it is, then, where it is `broken`: which breakage, and its words.
        format!(
            r#"(module
              (memory (export "memory") 8)
              (global $free (mut i32) (i32.const {TOLD}))
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                (global.set $free (i32.add (local.get $at) (local.get 3)))
                (local.get $at))
              (func (export "{at}#describe") (result i32) (i32.const {description}))
              (func (export "{at}#compose") (param i32) (result i32) {compose} (i32.const {posts}))
              (func (export "{at}#start") (param i32) (result i32) {start} (i32.const {first}))
              (func (export "{at}#resume") (param i32 i32 i32 i32 i32 i32 i32 i32 {job}) (result i32)
                (if (result i32) (i32.eq (local.get 2) (i32.const 3))
                  (then
                    (i32.store (i32.const {text}) (local.get 4))
                    (i32.store (i32.const {length}) (local.get 5))
                    (i32.const {refused}))
                  (else (i32.const {then}))))
              (func (export "{at}#collect") (param i32 i32 i32 i32 {job}) (result i32) (i32.const {first}))
              (func (export "{at}#correct") (param i32) (result i32) (i32.const {first}))
              (func (export "{at}#withdraw") (param {receipt} {job}) (result i32) (i32.const {first}))
              (func (export "{at}#answer") (param i32) (result i32) (i32.const {first}))
              (data (i32.const 0) "{hex}"))"#
        )
    }
}

/// What a beast says, laid out in memory as the canonical ABI wants it: records of words of four bytes, texts and lists as address and length.
#[derive(Default)]
struct Said(Vec<u8>);

impl Said {
    fn bytes(&mut self, bytes: &[u8]) -> u32 {
        self.0.resize(self.0.len().next_multiple_of(8), 0);
        let at = self.0.len();
        self.0.extend_from_slice(bytes);
        assert!(self.0.len() < TOLD, "a beast says little");
        u32::try_from(at).unwrap_or(0)
    }

    fn text(&mut self, text: &str) -> [u32; 2] {
        [self.bytes(text.as_bytes()), u32::try_from(text.len()).unwrap_or(0)]
    }

    fn record(&mut self, words: &[u32]) -> u32 {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.bytes(&bytes)
    }

    fn description(&mut self, name: &str) -> u32 {
        let (id, version, language) = (self.text(name), self.text("1"), self.text("en"));
        let title = self.record(&[language, id].concat());
        let schema = r#"{"type":"object","properties":{"host":{"type":"string","format":"host"},
            "token":{"type":"string","format":"secret"}}}"#;
        let schema = self.text(schema);
        // Id, version, title, help, schema, hosts, powers, examples, more.
        let none = [0, 0];
        let words = [id, version, [title, 1], none, schema, none, none, none, none];
        self.record(&words.concat())
    }

    /// `ok` with one post.
    fn posts(&mut self) -> u32 {
        let (language, body) = (self.text("nb"), self.text("a beast was here"));
        let mut post = [0; 30];
        (post[0], post[1], post[4], post[5]) = (language[0], language[1], body[0], body[1]);
        let post = self.record(&post);
        self.record(&[0, post, 1])
    }

    fn turn(&mut self, step: &Step) -> u32 {
        let mut turn = [0; 18];
        match step {
            Step::Ask(address, secret) => {
                let address = self.text(address);
                let name = self.text("authorization");
                let header = secret.map(|secret| {
                    let secret = self.text(secret);
                    // A name, and `bearer` of a secret.
                    [name[0], name[1], 2, secret[0], secret[1], 0, 0, 0, 0, 0]
                });
                (turn[5], turn[6]) = (address[0], address[1]);
                if let Some(header) = header {
                    (turn[7], turn[8]) = (self.record(&header), 1);
                }
            }
            Step::Say(address, bytes) => {
                let address = self.text(address);
                (turn[5], turn[6], turn[9], turn[11]) = (address[0], address[1], 1, *bytes);
            }
            Step::Remember(bytes) => (turn[1], turn[2]) = (*bytes, 5),
            Step::Done => turn[2] = 5,
        }
        self.record(&turn)
    }

    /// `fail`, with words to be filled in at its fourth and fifth.
    fn refusal(&mut self) -> u32 {
        let mut turn = [0; 18];
        turn[2] = 7;
        self.record(&turn)
    }
}
