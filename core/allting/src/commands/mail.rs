use super::{Failure, say};
use crate::claims::dice;
use crate::clock::now;
use crate::folder::read_folder;
use clap::Subcommand;
use courier::{Hope, Mailer, check_dkim_key};
use model::{DeliveryKey, Letter, MailAddress, Municipality};
use std::path::{Path, PathBuf};
use words::Speaker;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Prints the line that belongs into the DNS, so that receivers can check what the box signs
    Dns {
        /// The municipality's folder of TOML
        folder: PathBuf,
    },
    /// Sends a letter at once, past the outbox, and says what the mail server answered
    Test {
        /// To whom: you
        address: MailAddress,
        /// The municipality's folder of TOML
        folder: PathBuf,
    },
}

/// `allting mail`: whether letters leave, and are believed.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    match what {
        What::Dns { folder } => dns(&folder_of(folder)?),
        What::Test { address, folder } => test(address, &folder_of(folder)?),
    }
}

fn folder_of(folder: &Path) -> Result<Municipality, Failure> {
    match read_folder(folder) {
        Ok((municipality, _)) => Ok(municipality),
        Err(wrong) => Err(Failure::Wrong(wrong.to_string())),
    }
}

fn dns(municipality: &Municipality) -> Result<(), Failure> {
    let dkim = municipality.mail.as_ref().and_then(|mail| mail.dkim.as_ref()).ok_or_else(|| {
        Failure::Wrong(
            "the box signs no letters; write dkim_domain, dkim_selector and dkim_key under [mail]".to_owned(),
        )
    })?;
    let key = municipality.secrets.get(&dkim.key).map(model::Secret::within).unwrap_or_default();
    let record = check_dkim_key(key).map_err(|failure| Failure::Wrong(failure.to_string()))?;
    say(&format!("{}._domainkey.{}. IN TXT \"{record}\"", dkim.selector, dkim.domain));
    Ok(())
}

fn test(address: &MailAddress, municipality: &Municipality) -> Result<(), Failure> {
    let none =
        || Failure::Wrong("the folder says nothing of mail; write a table [mail] in municipality.toml".to_owned());
    let plan = municipality.mail.as_ref().ok_or_else(none)?;
    let language = municipality.languages.first().copied().unwrap_or(model::Language::Nb);
    let speaker = Speaker::of(language);
    let letter = Letter {
        to: address.clone(),
        language,
        subject: speaker.text("mail-test-subject", &[]),
        page: speaker.text("mail-test", &[("name", municipality.name.best(language).0.into())]),
        unsubscribe: None,
    };
    let mut key = [0; 32];
    dice()(&mut key);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sent = runtime.block_on(async {
        let mailer = Mailer::new(plan, &municipality.name, &municipality.secrets)?;
        let written = mailer.write(&letter, &DeliveryKey(key), now())?;
        let mut line = mailer.open().await?;
        let said = line.send(&written).await;
        line.close().await;
        said
    });
    match sent {
        Ok(said) => say(&format!("{} took it: {said}", plan.server)),
        Err(failure) if failure.hope == Hope::Later => return Err(Failure::CouldNot(failure.into())),
        Err(failure) => return Err(Failure::Wrong(failure.to_string())),
    }
    Ok(())
}
