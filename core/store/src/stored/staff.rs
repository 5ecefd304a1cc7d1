use crate::record::{Reader, Stored, Writer};
use model::{Account, AccountId, AuditEntry, ChangedFile, FolderChange, Role, SecondFactor, StaffSession};

/// Layout 1: number, login, name, role, password, second factor, devices, made, last login, open.
impl Stored for Account {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.id.0);
        out.text(&self.login);
        out.text(&self.name);
        out.text(self.role.name());
        out.text(&self.password);
        out.option(self.second_factor.as_ref(), |out, factor| {
            out.array(factor.secret);
            out.u64(factor.used_step);
            out.list(factor.recovery.iter(), |out, digest| out.array(*digest));
        });
        out.list(self.devices.iter(), |out, digest| out.array(*digest));
        out.time(self.created_at);
        out.option(self.last_login, Writer::time);
        out.flag(self.open);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        Some(Self {
            id: AccountId(input.u32()?),
            login: input.text()?,
            name: input.text()?,
            role: input.text()?.parse::<Role>().ok()?,
            password: input.text()?,
            second_factor: input.option(|input| {
                let (secret, used_step) = (input.array()?, input.u64()?);
                Some(SecondFactor { secret, used_step, recovery: input.list(Reader::array)? })
            })?,
            devices: input.list(Reader::array)?,
            created_at: input.time()?,
            last_login: input.option(Reader::time)?,
            open: input.flag()?,
        })
    }
}

/// Layout 1: account, began, seen, half way.
impl Stored for StaffSession {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.account.0);
        out.time(self.began_at);
        out.time(self.seen_at);
        out.flag(self.half_way);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let account = AccountId(input.u32()?);
        Some(Self { account, began_at: input.time()?, seen_at: input.time()?, half_way: input.flag()? })
    }
}

/// Layout 1: when, who, what, to what.
impl Stored for AuditEntry {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.at);
        out.option(self.who.as_deref(), Writer::text);
        out.text(&self.what);
        out.text(&self.subject);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let (at, who) = (input.time()?, input.option(Reader::text)?);
        Some(Self { at, who, what: input.text()?, subject: input.text()? })
    }
}

/// Layout 1: when, who, what, to what, files (name, before, after).
impl Stored for FolderChange {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.time(self.at);
        out.text(&self.who);
        out.text(&self.what);
        out.text(&self.subject);
        out.list(self.files.iter(), |out, file| {
            out.text(&file.name);
            out.option(file.before.as_deref(), Writer::text);
            out.text(&file.after);
        });
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let (at, who) = (input.time()?, input.text()?);
        let (what, subject) = (input.text()?, input.text()?);
        let files = input.list(|input| {
            let (name, before) = (input.text()?, input.option(Reader::text)?);
            Some(ChangedFile { name, before, after: input.text()? })
        })?;
        Some(Self { at, who, what, subject, files })
    }
}
