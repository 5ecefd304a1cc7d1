use crate::diagnostic::Fault;
use crate::file::Toml;
use crate::folder::Folder;
use crate::said::say;
use crate::secrets::Keys;
use crate::settings::leaves_folder;
use crate::text::Text;
use crate::written::Written;
use model::{Dkim, Language, MailAddress, MailPlan, MailSecurity, Slug};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Mail, by the municipality's own server: the box never sends from its own address, which nobody would trust.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MailTable {
    /// Name of the server that sends the municipality's mail: `smtp.norsjo.se`.
    #[schemars(length(min = 1, max = 253))]
    server: Written<String>,
    /// Its port for those who send: 587 with `starttls`, 465 with `tls`.
    port: u16,
    /// How the line to it is kept from others.
    security: Security,
    /// Root certificate of an issuer of your own, a PEM file in this folder. Unless written, those that this machine trusts.
    root: Option<Written<String>>,
    /// Who the box is to the server; unless written, it does not sign in.
    user: Option<String>,
    /// Name of the secret with its password: `smtp` is `[secret.smtp]` in `secrets.toml`.
    password: Option<Written<String>>,
    /// Address from which letters come: `allting@norsjo.se`.
    from: Written<String>,
    /// Name beside that address; the municipality's unless written.
    from_name: Option<Text>,
    /// Address to which answers go, if it is another.
    reply_to: Option<Written<String>>,
    /// Domain that signs letters (DKIM): `norsjo.se`. Leave it out where the server signs.
    dkim_domain: Option<String>,
    /// Name under which the public key stands in the DNS: `allting` is `allting._domainkey.norsjo.se`.
    dkim_selector: Option<Written<String>>,
    /// Name of the secret with the private key: RSA or Ed25519, PEM.
    dkim_key: Option<Written<String>>,
    /// Letters a minute at most: what the server lets one sender do.
    #[schemars(range(min = 1, max = 10_000))]
    per_minute: u32,
}

/// How the line to a mail server is kept from others.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Security {
    /// It is encrypted before anything is said.
    #[default]
    StartTls,
    /// It is encrypted from the first byte.
    Tls,
    /// It is not encrypted: only for a server on the same machine or in the same cabinet.
    Plain,
}

impl Default for MailTable {
    fn default() -> Self {
        Self {
            server: Written::nowhere(String::new()),
            port: 587,
            security: Security::default(),
            root: None,
            user: None,
            password: None,
            from: Written::nowhere(String::new()),
            from_name: None,
            reply_to: None,
            dkim_domain: None,
            dkim_selector: None,
            dkim_key: None,
            per_minute: 60,
        }
    }
}

pub(crate) fn read(
    file: &mut Toml<'_>,
    table: &MailTable,
    (folder, keys): (&Folder, &Keys),
    first: Language,
) -> Option<MailPlan> {
    let server = table.server.value.trim().to_owned();
    if server.is_empty() || server.contains(|c: char| c.is_whitespace() || "/@:[]".contains(c)) {
        let fault = Fault::error(table.server.span.clone(), say!("no-server", "`server` is no name of a server"));
        let expected = say!("expect-server", "expected a name such as smtp.norsjo.se");
        file.report(fault.expected(expected).help(say!("port-apart", "the port is a key of its own")));
    }
    let from = address(file, "from", &table.from);
    let reply_to = table.reply_to.as_ref().and_then(|written| address(file, "reply_to", written));
    let login = match (&table.user, &table.password) {
        (Some(user), Some(password)) => secret(file, keys, password, Some(&server)).map(|name| (user.clone(), name)),
        (Some(_), None) | (None, Some(_)) => {
            let span = table.password.as_ref().map_or_else(|| file.key_span("mail"), |password| password.span.clone());
            let message = say!("half-login", "signing in takes two keys here, and one is missing");
            let (one, other) = ("user = \"allting\"", "password = \"smtp\"");
            let help = say!("write-both", "write both: `{one}` and `{other}`", one, other);
            file.report(Fault::error(span, message).help(help));
            None
        }
        (None, None) => None,
    };
    Some(MailPlan {
        dkim: dkim(file, keys, table),
        root: table.root.as_ref().and_then(|name| root(file, name, folder)),
        port: table.port,
        security: match table.security {
            Security::StartTls => MailSecurity::StartTls,
            Security::Tls => MailSecurity::Tls,
            Security::Plain => MailSecurity::Plain,
        },
        login,
        from: from?,
        name: table.from_name.clone().map(|name| name.words(first)),
        reply_to,
        per_minute: table.per_minute,
        server,
    })
}

fn address(file: &mut Toml<'_>, key: &str, written: &Written<String>) -> Option<MailAddress> {
    let parsed = written.value.parse();
    if parsed.is_err() {
        let fault = Fault::error(written.span.clone(), say!("no-mail-address", "`{key}` is no mail address", key));
        file.report(fault.expected(say!("expect-mail-address", "expected an address such as allting@norsjo.se")));
    }
    parsed.ok()
}

fn secret(file: &mut Toml<'_>, keys: &Keys, written: &Written<String>, host: Option<&str>) -> Option<Slug> {
    let name = file.slug("secret", written)?;
    keys.check_secret(file, &name, written, host);
    Some(name)
}

fn dkim(file: &mut Toml<'_>, keys: &Keys, table: &MailTable) -> Option<Dkim> {
    match (&table.dkim_domain, &table.dkim_selector, &table.dkim_key) {
        (None, None, None) => None,
        (Some(domain), Some(selector), Some(key)) => {
            let key = secret(file, keys, key, None)?;
            Some(Dkim { domain: domain.clone(), selector: file.slug("dkim_selector", selector)?.to_string(), key })
        }
        _ => {
            let message = say!("part-of-dkim", "signing letters takes three keys, and not all are there");
            let help = say!(
                "write-dkim",
                "write `dkim_domain`, `dkim_selector` and `dkim_key`, or none of them where the server signs"
            );
            file.report(Fault::error(file.key_span("mail"), message).help(help));
            None
        }
    }
}

/// The root certificate of that name in the folder, PEM.
pub(crate) fn root(file: &mut Toml<'_>, name: &Written<String>, folder: &Folder) -> Option<Vec<u8>> {
    let path = name.value.as_str();
    let content = folder.bytes(path).filter(|_| !leaves_folder(path));
    if !content.is_some_and(|content| content.starts_with(b"-----BEGIN CERTIFICATE-----")) {
        let message = say!("no-certificate", "`{path}` is no certificate in this folder", path);
        let expected = say!("expect-pem", "expected the name of a PEM file");
        let help = say!("copy-root", "copy the issuer's root certificate there");
        file.report(Fault::error(name.span.clone(), message).expected(expected).help(help));
        return None;
    }
    content.map(<[u8]>::to_vec)
}
