//! The language of `when` and `until`: a few sentences, read word by word, so that a fault points at the word.
#![expect(clippy::result_large_err, reason = "a fault is made once for each wrong rule")]

use super::Reading;
use super::words::{Word, duration, length, minute, words};
use crate::diagnostic::Fault;
use crate::nearest::nearest;
use crate::written::Written;
use model::{
    Bound, Busyness, Condition, Happening, Measure, News, Place, Quantity, Schedule, Test, Than, Trigger, property,
    vocabulary,
};
use std::ops::Range;
use std::time::Duration;

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// What a sentence says.
pub(super) struct Read {
    pub(super) trigger: Trigger,
    /// It ends in `, summary`.
    pub(super) summary: bool,
}

struct Sentence<'r, 'a, 'w> {
    reading: &'r mut Reading<'a>,
    words: std::vec::IntoIter<Word<'w>>,
    /// Where the sentence ends.
    end: Range<usize>,
}

/// Reads a sentence, or reports the word at which it cannot be read.
pub(super) fn phrase(reading: &mut Reading<'_>, written: &Written<String>) -> Option<Read> {
    let words = words(&written.value, &written.span, reading.text);
    let end = words.last().map_or(written.span.clone(), |last| last.span.clone());
    let read = Sentence { reading, words: words.into_iter(), end }.read();
    read.map_err(|fault| reading.faults.push(fault)).ok()
}

impl<'w> Sentence<'_, '_, 'w> {
    fn read(mut self) -> Result<Read, Fault> {
        let first = self.next("a place such as `library.occupancy`, `every`, or `activity`")?;
        let trigger = match first.text.to_lowercase().as_str() {
            "every" => Trigger::At(self.schedule()?),
            "activity" => {
                let name = self.next("the name of an activity")?;
                let known = self.reading.activity(name.text, name.span.clone());
                Trigger::Happens(Happening { news: self.news()?, activity: known })
            }
            "any" | "an" => Trigger::Happens(self.any()?),
            _ => Trigger::Holds(self.condition(&first)?),
        };
        let summary =
            matches!(trigger, Trigger::At(_)) && self.words.as_slice().first().is_some_and(|word| word.text == ",");
        if summary {
            self.words.next();
            self.expect("summary")?;
        }
        match self.words.next() {
            None => Ok(Read { trigger, summary }),
            Some(word) => Err(Fault::error(word.span, format!("`{}` is more than was expected", word.text))
                .expected("the sentence could end before this")),
        }
    }

    /// `Friday at 14:00`
    fn schedule(&mut self) -> Result<Schedule, Fault> {
        let mut days = [false; 7];
        loop {
            let word = self.next("a weekday, `day` or `weekday`")?;
            let named = word.text.to_lowercase();
            let meant = match named.as_str() {
                "day" => 0..7,
                "weekday" => 0..5,
                name => {
                    let name = name.strip_suffix('s').unwrap_or(name);
                    let Some(at) = WEEKDAYS.iter().position(|day| *day == name) else {
                        let fault = Fault::error(word.span, format!("`{}` is no weekday", word.text));
                        return Err(match nearest(name, WEEKDAYS) {
                            Some(meant) => fault.expected(format!("did you mean `{meant}`?")),
                            None => fault.expected("expected a weekday in English, `day` or `weekday`"),
                        });
                    };
                    at..at + 1
                }
            };
            days.iter_mut().enumerate().filter(|(at, _)| meant.contains(at)).for_each(|(_, day)| *day = true);
            let joined = self.next("`at` and a time")?;
            match joined.text {
                "at" => break,
                "and" | "," => {}
                other => return Err(unexpected(&joined, other, "`at`, `and` or a comma")),
            }
        }
        let time = self.next("a time such as 14:00")?;
        let minute = minute(time.text).ok_or_else(|| {
            Fault::error(time.span, format!("`{}` is no time of the day", time.text))
                .expected("expected hours and minutes: 14:00")
        })?;
        Ok(Schedule { days, minute })
    }

    fn any(&mut self) -> Result<Happening, Fault> {
        let what = self.next("`activity` or `outcome`")?;
        match what.text {
            "activity" => Ok(Happening { news: self.news()?, activity: None }),
            "outcome" => {
                self.expect("is")?;
                self.expect("set")?;
                Ok(Happening { news: News::OutcomeSet, activity: None })
            }
            other => Err(unexpected(&what, other, "`activity` or `outcome`")),
        }
    }

    fn news(&mut self) -> Result<News, Fault> {
        const KNOWN: &str = "`opens`, `closes`, `is reported` or `has an outcome`";
        let verb = self.next(KNOWN)?;
        match verb.text {
            "opens" => Ok(News::Opens),
            "closes" => Ok(News::Closes),
            "is" => self.expect("reported").map(|()| News::Reported),
            "has" => self.expect("an").and_then(|()| self.expect("outcome")).map(|()| News::OutcomeSet),
            other => Err(unexpected(&verb, other, KNOWN)),
        }
    }

    /// `library.occupancy > 80 % for 20 min`, `library is busy`
    fn condition(&mut self, first: &Word<'w>) -> Result<Condition, Fault> {
        let (name, quantity) = first.text.split_once('.').map_or((first.text, None), |(name, word)| (name, Some(word)));
        let split = first.span.start + name.len();
        let exact = first.span.len() == first.text.len();
        let name_span = if exact { first.span.start..split } else { first.span.clone() };
        let places = &self.reading.municipality.places;
        let Some(place) = places.iter().find(|place| place.id.as_str() == name).cloned() else {
            let fault = Fault::error(name_span, format!("there is no place `{name}`"));
            return Err(self.reading.meant(fault, name));
        };
        let test = match quantity {
            None => self.mood(&place, name_span)?,
            Some(word) => {
                let span = if exact { split + 1..first.span.end } else { first.span.clone() };
                let quantity = quantity_of(word, &place, &span)?;
                self.comparison(quantity, &place)?
            }
        };
        Ok(Condition { place: place.id, test, held_for: self.held_for()? })
    }

    fn mood(&mut self, place: &Place, span: Range<usize>) -> Result<Test, Fault> {
        let is = self.next("`is busy` or `is calm`")?;
        if is.text != "is" {
            let fault = Fault::error(is.span, format!("`{}` says nothing of `{}`", is.text, place.id));
            return Err(fault.expected("expected `is busy` or `is calm`").help(format!(
                "for a number write what is counted, such as `{}.{} > 20`",
                place.id,
                counted(place)
            )));
        }
        if place.measure.is_none() {
            let fault =
                Fault::error(span, format!("nothing is counted at `{}`, so it is neither busy nor calm", place.id));
            return Err(fault.help("give the place a `measure` in places.toml, or ask for a value of its sensors"));
        }
        let mood = self.next("`busy` or `calm`")?;
        match mood.text {
            "busy" => Ok(Test::Mood(Busyness::Busy)),
            "calm" => Ok(Test::Mood(Busyness::Calm)),
            "usual" => Ok(Test::Mood(Busyness::Usual)),
            other => Err(unexpected(&mood, other, "`busy` or `calm`")),
        }
    }

    fn comparison(&mut self, quantity: Quantity, place: &Place) -> Result<Test, Fault> {
        let sign = self.next("`>` or `<`")?;
        let than = match sign.text {
            ">" => Than::Above,
            ">=" => Than::AtLeast,
            "<" => Than::Below,
            "<=" => Than::AtMost,
            other => return Err(unexpected(&sign, other, "`>`, `>=`, `<` or `<=`")),
        };
        let bound = self.next("a number, or `usual`")?;
        if bound.text == "usual" {
            if quantity != Quantity::Amount {
                let fault =
                    Fault::error(bound.span, "the usual is known of what the place is told by, and of nothing else");
                return Err(fault.expected("expected a number").help(format!(
                    "write `{}.{}`",
                    place.id,
                    counted(place)
                )));
            }
            return Ok(Test::Is(quantity, than, Bound::UsualBy(self.beyond()?)));
        }
        let number = number(&bound)?;
        let percent = self.words.as_slice().first().filter(|word| word.text == "%").cloned();
        match (&quantity, percent) {
            (Quantity::Occupancy, Some(_)) => drop(self.words.next()),
            (Quantity::Occupancy, None) => {
                let fault = Fault::error(bound.span, "occupancy is told in percent of what the place is made for");
                return Err(fault.expected(format!("expected `{} %`", bound.text)));
            }
            (_, Some(sign)) => {
                let fault = Fault::error(sign.span, "this is no part of anything");
                return Err(fault.expected("expected a plain number").help("`occupancy` is told in percent"));
            }
            (_, None) => {}
        }
        self.look_for_hidden(&quantity, (than, number), place, &bound.span)?;
        Ok(Test::Is(quantity, than, Bound::Number(number)))
    }

    /// What lies under `smallest_count` is told to nobody, so not to a rule either.
    fn look_for_hidden(
        &mut self,
        quantity: &Quantity,
        (than, number): (Than, f64),
        place: &Place,
        span: &Range<usize>,
    ) -> Result<(), Fault> {
        let smallest = f64::from(self.reading.municipality.smallest_count);
        let hidden = smallest - 1.0;
        let number = match (quantity, place.capacity) {
            _ if place.measure == Some(Measure::BaysTaken) => return Ok(()),
            (Quantity::Amount, _) => number,
            (Quantity::Occupancy, Some(capacity)) => number / 100.0 * f64::from(capacity),
            _ => return Ok(()),
        };
        let never = matches!(than, Than::Below) && number <= hidden || matches!(than, Than::AtMost) && number < hidden;
        let later = matches!(than, Than::Above) && number < hidden || matches!(than, Than::AtLeast) && number <= hidden;
        if never {
            let message = format!("counts of people under {smallest} are not told, so this never holds");
            let expected = format!("expected a number that means {smallest} or more");
            return Err(Fault::error(span.clone(), message).expected(expected));
        }
        if later {
            let message = format!("counts of people under {smallest} are not told");
            let expected = format!("this holds from {smallest} on");
            self.reading.faults.push(Fault::warning(span.clone(), message).expected(expected));
        }
        Ok(())
    }

    /// `by 50 %`, or nothing.
    fn beyond(&mut self) -> Result<f64, Fault> {
        if self.words.as_slice().first().is_none_or(|word| word.text != "by") {
            return Ok(0.0);
        }
        self.words.next();
        let by = self.next("a number of percent")?;
        let number = number(&by)?;
        self.expect("%")?;
        if (0.0..=1000.0).contains(&number) {
            return Ok(number);
        }
        Err(Fault::error(by.span, format!("{number} % is out of range")).expected("expected 0 to 1000 %"))
    }

    /// `for 20 min`, or nothing.
    fn held_for(&mut self) -> Result<Duration, Fault> {
        if self.words.as_slice().first().is_none_or(|word| word.text != "for") {
            return Ok(Duration::ZERO);
        }
        self.words.next();
        let number = self.next("a length of time such as 20 min")?;
        if let Some(long) = duration(number.text) {
            return Ok(long);
        }
        let unit = self.next("`min`, `h` or `days`")?;
        length(number.text, unit.text).ok_or_else(|| {
            let fault = Fault::error(
                number.span.start..unit.span.end,
                format!("`{} {}` is no length of time", number.text, unit.text),
            );
            fault.expected("expected a whole number and min, h or days, up to 30 days")
        })
    }

    fn next(&mut self, wanted: &str) -> Result<Word<'w>, Fault> {
        self.words.next().ok_or_else(|| {
            Fault::error(self.end.clone(), "the sentence ends too early")
                .expected(format!("expected {wanted} after this"))
        })
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Fault> {
        let word = self.next(&format!("`{wanted}`"))?;
        if word.text == wanted { Ok(()) } else { Err(unexpected(&word, word.text, &format!("`{wanted}`"))) }
    }
}

fn unexpected(word: &Word<'_>, found: &str, wanted: &str) -> Fault {
    Fault::error(word.span.clone(), format!("`{found}` cannot stand here")).expected(format!("expected {wanted}"))
}

fn number(word: &Word<'_>) -> Result<f64, Fault> {
    let read = word.text.parse::<f64>().ok().filter(|number| number.is_finite() && number.abs() <= 1e9);
    read.ok_or_else(|| {
        let fault = Fault::error(word.span.clone(), format!("`{}` is no number", word.text));
        fault.expected("expected a number such as 20 or 20.5, or `usual`")
    })
}

/// The word for what a place is told by.
fn counted(place: &Place) -> &'static str {
    match place.measure {
        Some(Measure::PeopleNow) => "people",
        Some(Measure::Visits) => "visits",
        Some(Measure::BaysTaken) => "bays",
        None => "temperature",
    }
}

fn quantity_of(word: &str, place: &Place, span: &Range<usize>) -> Result<Quantity, Fault> {
    let needs = |what: &str| {
        Fault::error(span.clone(), format!("`{word}` of `{}` is not known", place.id))
            .help(format!("give the place {what} in places.toml"))
    };
    match word {
        "people" | "visits" | "bays" if place.measure.is_none() => Err(needs("a `measure`")),
        "people" | "visits" | "bays" if counted(place) == word => Ok(Quantity::Amount),
        "people" | "visits" | "bays" => {
            let fault = Fault::error(span.clone(), format!("`{}` is not told by {word}", place.id));
            Err(fault.expected(format!("expected `{}`", counted(place))))
        }
        "occupancy" | "free" if matches!(place.measure, None | Some(Measure::Visits)) => {
            Err(needs("a `measure` that says how many are there now"))
        }
        "occupancy" | "free" if place.capacity.is_none() => Err(needs("a `capacity`")),
        "occupancy" => Ok(Quantity::Occupancy),
        "free" => Ok(Quantity::Free),
        _ => match property(word) {
            Some(known) if !known.of_people && !known.of_device => Ok(Quantity::Value(word.to_owned())),
            Some(_) => {
                Err(Fault::error(span.clone(), format!("`{word}` is not told to the public, so not to a rule either"))
                    .expected(format!("expected `{}`, or a value that the page of the place shows", counted(place))))
            }
            None => {
                let own = ["people", "visits", "bays", "occupancy", "free"];
                let shown = vocabulary().filter(|known| !known.of_people && !known.of_device).map(|known| known.name);
                let fault = Fault::error(span.clone(), format!("nothing of a place is called `{word}`"));
                Err(match nearest(word, own.into_iter().chain(shown)) {
                    Some(meant) => fault.expected(format!("did you mean `{meant}`?")),
                    None => fault.expected(format!(
                        "expected `{}`, `occupancy`, `free` or a word of the vocabulary",
                        counted(place)
                    )),
                })
            }
        },
    }
}
