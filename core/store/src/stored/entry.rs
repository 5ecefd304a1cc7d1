use crate::keys::ActivityNumber;
use crate::record::{Reader, Stored, Writer};
use model::Position;
use model::activity::{
    Answer, Author, Contribution, Draft, EntryId, Moment, PagePath, Pseudonym, Role, Shape, ShapeKind, Subject,
    Submission, Value, Whose,
};

/// An entry without its number, which stands in the key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) at: Moment,
    pub(crate) by: Author,
    pub(crate) draft: Draft,
}

/// Layout 1: moment and offset; pseudonym, role, door, fields; subject, whose, answers, contribution, note, finished.
impl Stored for Said {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        let Self { at, by, draft: said } = self;
        out.time(at.at);
        out.array(at.offset_minutes.to_le_bytes());
        out.option(by.pseudonym, |out, pseudonym| out.u64(pseudonym.0));
        out.u8(role_to_byte(by.role));
        out.option(by.door.as_deref(), Writer::text);
        answers(out, &by.fields);
        draft(out, said);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let at = Moment { at: input.time()?, offset_minutes: i16::from_le_bytes(input.array()?) };
        let by = Author {
            pseudonym: input.option(Reader::u64)?.map(Pseudonym),
            role: role_of_byte(input.u8()?)?,
            door: input.option(Reader::text)?,
            fields: input.list(read_answer)?,
        };
        Some(Self { at, by, draft: read_draft(input)? })
    }
}

/// Layout 1: numbers of the entries, the next page.
impl Stored for Submission {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.list(self.entries.iter(), |out, id| out.u64(id.0));
        out.text(self.next.as_str());
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        if version != 1 {
            return None;
        }
        let entries = input.list(|input| input.u64().map(EntryId))?;
        Some(Self { entries, next: PagePath::new(&input.text()?).ok()? })
    }
}

impl Stored for ActivityNumber {
    const VERSION: u8 = 1;

    fn write(&self, out: &mut Writer) {
        out.u32(self.0);
    }

    fn read(version: u8, input: &mut Reader<'_>) -> Option<Self> {
        (version == 1).then(|| input.u32().map(Self))?
    }
}

pub(super) fn draft(out: &mut Writer, said: &Draft) {
    subject(out, &said.subject);
    out.flag(said.whose == Whose::Shared);
    answers(out, &said.answers);
    out.option(said.contribution.as_ref(), contribution);
    out.bytes(&said.note);
    out.flag(said.finished);
}

pub(super) fn read_draft(input: &mut Reader<'_>) -> Option<Draft> {
    Some(Draft {
        subject: read_subject(input)?,
        whose: if input.flag()? { Whose::Shared } else { Whose::Personal },
        answers: input.list(read_answer)?,
        contribution: input.option(read_contribution)?,
        note: input.bytes()?.to_vec(),
        finished: input.flag()?,
    })
}

const fn role_to_byte(role: Role) -> u8 {
    match role {
        Role::Anyone => 0,
        Role::Member => 1,
        Role::Facilitator => 2,
        Role::Steward => 3,
    }
}

const fn role_of_byte(byte: u8) -> Option<Role> {
    match byte {
        0 => Some(Role::Anyone),
        1 => Some(Role::Member),
        2 => Some(Role::Facilitator),
        3 => Some(Role::Steward),
        _ => None,
    }
}

fn subject(out: &mut Writer, subject: &Subject) {
    match subject {
        Subject::Whole => out.u8(0),
        Subject::Entry(id) => {
            out.u8(1);
            out.u64(id.0);
        }
        Subject::InsteadOf(id) => {
            out.u8(2);
            out.u64(id.0);
        }
        Subject::Thing(reference) => {
            out.u8(3);
            out.text(reference);
        }
    }
}

fn read_subject(input: &mut Reader<'_>) -> Option<Subject> {
    Some(match input.u8()? {
        0 => Subject::Whole,
        1 => Subject::Entry(EntryId(input.u64()?)),
        2 => Subject::InsteadOf(EntryId(input.u64()?)),
        3 => Subject::Thing(input.text()?),
        _ => return None,
    })
}

pub(super) fn answers(out: &mut Writer, answers: &[Answer]) {
    out.list(answers.iter(), |out, answer| {
        out.text(&answer.question);
        value(out, &answer.value);
    });
}

pub(super) fn read_answer(input: &mut Reader<'_>) -> Option<Answer> {
    Some(Answer { question: input.text()?, value: read_value(input)? })
}

fn value(out: &mut Writer, value: &Value) {
    match value {
        Value::Flag(flag) => {
            out.u8(0);
            out.flag(*flag);
        }
        Value::Number(number) => {
            out.u8(1);
            out.f64(*number);
        }
        Value::Text(text) => {
            out.u8(2);
            out.text(text);
        }
        Value::Date(date) => {
            out.u8(3);
            out.text(date);
        }
        Value::Choices(keys) => {
            out.u8(4);
            texts(out, keys);
        }
        Value::Shape(drawn) => {
            out.u8(5);
            shape(out, drawn);
        }
        Value::References(references) => {
            out.u8(6);
            texts(out, references);
        }
    }
}

fn read_value(input: &mut Reader<'_>) -> Option<Value> {
    Some(match input.u8()? {
        0 => Value::Flag(input.flag()?),
        1 => Value::Number(input.f64()?),
        2 => Value::Text(input.text()?),
        3 => Value::Date(input.text()?),
        4 => Value::Choices(input.list(Reader::text)?),
        5 => Value::Shape(read_shape(input)?),
        6 => Value::References(input.list(Reader::text)?),
        _ => return None,
    })
}

fn shape(out: &mut Writer, shape: &Shape) {
    out.u8(match shape.kind {
        ShapeKind::Point => 0,
        ShapeKind::Line => 1,
        ShapeKind::Area => 2,
    });
    out.list(shape.points.iter(), |out, point| {
        out.f64(point.latitude);
        out.f64(point.longitude);
    });
}

fn read_shape(input: &mut Reader<'_>) -> Option<Shape> {
    let kind = match input.u8()? {
        0 => ShapeKind::Point,
        1 => ShapeKind::Line,
        2 => ShapeKind::Area,
        _ => return None,
    };
    let point = |input: &mut Reader<'_>| Some(Position { latitude: input.f64()?, longitude: input.f64()? });
    Some(Shape { kind, points: input.list(point)? })
}

fn contribution(out: &mut Writer, contribution: &Contribution) {
    let Contribution { kind, text, shape: drawn, categories, files, cites } = contribution;
    out.text(kind);
    out.text(text);
    out.option(drawn.as_ref(), shape);
    for list in [categories, files, cites] {
        texts(out, list);
    }
}

fn read_contribution(input: &mut Reader<'_>) -> Option<Contribution> {
    Some(Contribution {
        kind: input.text()?,
        text: input.text()?,
        shape: input.option(read_shape)?,
        categories: input.list(Reader::text)?,
        files: input.list(Reader::text)?,
        cites: input.list(Reader::text)?,
    })
}

fn texts(out: &mut Writer, texts: &[String]) {
    out.list(texts.iter(), |out, text| out.text(text));
}
