//! The certificate that the box makes itself, once: nobody vouches for it but its fingerprint.

use crate::certificate::Shown;
use crate::files::{read, write};
use crate::keeper::OpenError;
use model::Timestamp;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use std::path::{Path, PathBuf};

/// Certificate and key in one file, for the box alone.
const NAME: &str = "own.pem";

/// What a person reads in a browser's warning.
const SUBJECT: &str = "Allting, a certificate of this box itself";

fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// The certificate that lies in `folder`; a new one when there is none, it is damaged, or it is for other names.
pub(crate) fn keep(folder: &Path, names: &[String], now: Timestamp) -> Result<Shown, OpenError> {
    let path = path(folder);
    if let Some(kept) = read(&path).ok().and_then(|pem| Shown::read(&pem, &pem, now).ok())
        && kept.says.names == names
    {
        return Ok(kept);
    }
    let pem = make(names).map_err(|why| OpenError::NotMade(why.to_string()))?;
    write(&path, pem.as_bytes())
        .map_err(|why| OpenError::NotKept { path: path.display().to_string(), why: why.to_string() })?;
    Shown::read(pem.as_bytes(), pem.as_bytes(), now).map_err(|why| OpenError::NotMade(why.to_string()))
}

/// The fingerprint of the certificate in `folder`: for a command that is not the running box.
pub fn kept_fingerprint(folder: &Path) -> Option<String> {
    let pem = read(&path(folder)).ok()?;
    // Whether it still holds is no matter here.
    Some(Shown::read(&pem, &pem, Timestamp::from_ms(0)).ok()?.says.fingerprint)
}

fn make(names: &[String]) -> Result<String, rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, SUBJECT);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // A box without a clock may think it is long ago; and a new certificate would be a new fingerprint to compare.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}
