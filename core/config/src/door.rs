use crate::diagnostic::Fault;
use crate::file::Toml;
use crate::general::listen;
use crate::said::say;
use crate::written::Written;
use model::{BackupPlan, CertificateSource, Door, Slug, Tls};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// HTTPS. The box makes a certificate of its own unless another is named: browsers warn of that one until somebody has compared its
/// fingerprint, which `allting claim` and the log show.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TlsTable {
    /// Address and port at which HTTPS is spoken.
    listen: Written<String>,
    /// Certificate with its chain, a PEM file that somebody else renews: a path, from this folder unless it begins with `/`.
    /// It is read again when it changes.
    certificate: Option<Written<String>>,
    /// Private key of that certificate, a PEM file.
    key: Option<Written<String>>,
    /// Issuer of certificates that speaks ACME: `https://acme-v02.api.letsencrypt.org/directory` for Let's Encrypt. By writing
    /// it you agree to its terms. It must reach this box on port 443 under the names below.
    acme: Option<Written<String>>,
    /// Names to be issued; the host of `public_url` unless written.
    acme_names: Vec<Written<String>>,
    /// Mail address to which the issuer may write.
    acme_contact: Option<Written<String>>,
    /// Root certificate of an issuer of your own, a PEM file.
    acme_root: Option<Written<String>>,
}

impl Default for TlsTable {
    fn default() -> Self {
        Self {
            listen: Written::nowhere("0.0.0.0:443".to_owned()),
            certificate: None,
            key: None,
            acme: None,
            acme_names: Vec::new(),
            acme_contact: None,
            acme_root: None,
        }
    }
}

/// Backups: one file each, locked to a recovery key that is kept elsewhere. `allting backup key` makes one.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BackupTable {
    /// Public halves of recovery keys; each alone opens a backup: `["age1..."]`.
    recipients: Vec<Written<String>>,
    /// Folder to which a backup is written each night: a disk or a share that is not this card.
    folder: Option<Written<String>>,
    /// So many of them are kept there; older ones are removed.
    #[schemars(range(min = 1, max = 1000))]
    keep: u32,
}

impl Default for BackupTable {
    fn default() -> Self {
        Self { recipients: Vec::new(), folder: None, keep: BackupPlan::default().keep }
    }
}

/// What of `municipality.toml` makes the door.
pub(crate) struct DoorKeys<'w> {
    pub(crate) steward_listen: Option<&'w Written<String>>,
    pub(crate) local_name: &'w Written<String>,
    pub(crate) tls: Option<&'w TlsTable>,
    pub(crate) backup: &'w BackupTable,
}

pub(crate) fn read(file: &mut Toml<'_>, written: &DoorKeys<'_>, public_url: Option<&str>) -> Door {
    Door {
        steward_listen: written.steward_listen.map(|address| listen(file, "steward_listen", address, 8443)),
        local_name: local_name(file, written.local_name),
        tls: written.tls.and_then(|table| tls(file, table, public_url)),
        backup: backup(file, written.backup),
    }
}

/// Empty means that it is not told.
fn local_name(file: &mut Toml<'_>, name: &Written<String>) -> Option<Slug> {
    if name.value.is_empty() { None } else { file.slug("local_name", name) }
}

fn tls(file: &mut Toml<'_>, table: &TlsTable, public_url: Option<&str>) -> Option<Tls> {
    let source = match (&table.certificate, &table.key, &table.acme) {
        (None, None, None) => Some(CertificateSource::Own),
        (Some(certificate), Some(key), None) => {
            Some(CertificateSource::Files { certificate: certificate.value.clone(), key: key.value.clone() })
        }
        (Some(one), None, _) | (None, Some(one), _) => {
            let message = say!("half-certificate", "a certificate and its key are two keys here, and one is missing");
            file.report(Fault::error(one.span.clone(), message).help(say!(
                "write-both",
                "write both: `{one}` and `{other}`",
                one = "certificate = \"fullchain.pem\"",
                other = "key = \"privkey.pem\""
            )));
            None
        }
        (Some(one), Some(_), Some(acme)) => {
            let message = say!("two-certificates", "the certificate comes from files or from an issuer, not both");
            let help = say!("remove-acme", "remove `acme`, or `certificate` and `key`");
            let fault = Fault::error(acme.span.clone(), message).help(help);
            file.report(fault.also(one.span.clone(), say!("the-files", "the files")));
            None
        }
        (None, None, Some(directory)) => acme(file, table, directory, public_url),
    };
    let listen = listen(file, "listen", &table.listen, 443);
    Some(Tls { listen, source: source? })
}

fn acme(
    file: &mut Toml<'_>,
    table: &TlsTable,
    directory: &Written<String>,
    public_url: Option<&str>,
) -> Option<CertificateSource> {
    if !directory.value.starts_with("https://") {
        let fault = Fault::error(directory.span.clone(), say!("no-issuer", "`acme` is no address of an issuer"));
        let fault = fault.expected(say!("expect-directory", "expected https:// and the address of its directory"));
        file.report(fault.rewritten("acme = \"https://acme-v02.api.letsencrypt.org/directory\""));
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    for name in &table.acme_names {
        if let Some(name) = public_name(&name.value) {
            names.push(name);
        } else {
            let message = say!("name-unknown", "no issuer knows the name `{name}`", name = name.value);
            let expected =
                say!("expect-public-name", "expected a name that the world can look up, such as allting.norsjo.se");
            file.report(Fault::error(name.span.clone(), message).expected(expected));
        }
    }
    let host =
        |url: &str| url.split_once("://").map(|(_, host)| host.split(['/', ':']).next().unwrap_or("").to_owned());
    if table.acme_names.is_empty() {
        names.extend(public_url.and_then(host).and_then(|host| public_name(&host)));
        if names.is_empty() {
            let message = say!("nameless-certificate", "it is not written for which name a certificate is wanted");
            let line = "acme_names = [\"allting.norsjo.se\"]";
            let help = say!("write-names", "write `{line}`, or `public_url`", line);
            file.report(Fault::error(directory.span.clone(), message).help(help));
        }
    }
    Some(CertificateSource::Acme {
        directory: directory.value.clone(),
        contact: table.acme_contact.as_ref().map(|address| address.value.clone()),
        root: table.acme_root.as_ref().map(|path| path.value.clone()),
        names,
    })
}

/// In small letters; none when the world cannot look it up.
fn public_name(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.').to_lowercase();
    let label = |label: &str| {
        (1..64).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|b| b.is_ascii_digit());
    (name.contains('.') && name.len() < 254 && name.split('.').all(label) && !is_number && last != "local")
        .then_some(name)
}

fn backup(file: &mut Toml<'_>, table: &BackupTable) -> BackupPlan {
    let mut recipients = Vec::new();
    for key in &table.recipients {
        let text = key.value.trim();
        if text.starts_with("AGE-SECRET-KEY-") {
            let message = say!("secret-half", "this is the secret half of a recovery key");
            let expected = say!("expect-public-half", "expected the public half: age1...");
            file.report(Fault::error(key.span.clone(), message).expected(expected).help(say!(
                "new-recovery-key",
                "remove it from here at once and make a new key with `allting backup key`: backups locked to this one \
                 can be read by whoever sees this file"
            )));
        } else if text.len() == 62 && text.starts_with("age1") && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            recipients.push(text.to_owned());
        } else {
            let message = say!("no-public-half", "this is no public half of a recovery key");
            let expected = say!("expect-age", "expected age1 and 58 letters and digits");
            let help = say!("make-recovery-key", "`allting backup key` makes a recovery key and writes it here");
            file.report(Fault::error(key.span.clone(), message).expected(expected).help(help));
        }
    }
    if let Some(folder) = &table.folder
        && table.recipients.is_empty()
    {
        let message = say!("backup-unlocked", "nightly backups need somebody to be locked to");
        let expected = say!("expect-word", "expected `{word}`", word = "recipients");
        let help = say!("make-recovery-key", "`allting backup key` makes a recovery key and writes it here");
        file.report(Fault::error(folder.span.clone(), message).expected(expected).help(help));
    }
    let folder = table.folder.as_ref().map(|folder| folder.value.clone());
    BackupPlan { recipients, folder, keep: table.keep }
}
