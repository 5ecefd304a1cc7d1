//! The language of `when` and `until`: a few sentences, read word by word, so that a fault points at the word.
#![expect(clippy::result_large_err, reason = "a fault is made once for each wrong rule")]

use super::words::{Word, duration, length, minute, words};
use super::{Reading, no_duration};
use crate::diagnostic::Fault;
use crate::nearest::nearest;
use crate::said::{Said, say};
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
        let first = self.next(&say!("word-start", "a place such as `library.occupancy`, or `every` or `activity`"))?;
        let trigger = match first.text.to_lowercase().as_str() {
            "every" => Trigger::At(self.schedule()?),
            "activity" => {
                let name = self.next(&say!("word-activity", "the name of an activity"))?;
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
            Some(word) => {
                let message = say!("too-much", "`{word}` is more than was expected", word = word.text);
                Err(Fault::error(word.span, message).expected(say!("could-end", "the sentence could end before this")))
            }
        }
    }

    /// `Friday at 14:00`
    fn schedule(&mut self) -> Result<Schedule, Fault> {
        let mut days = [false; 7];
        loop {
            let word = self.next(&say!("word-weekday", "a weekday in English, `day` or `weekday`"))?;
            let named = word.text.to_lowercase();
            let meant = match named.as_str() {
                "day" => 0..7,
                "weekday" => 0..5,
                name => {
                    let name = name.strip_suffix('s').unwrap_or(name);
                    let Some(at) = WEEKDAYS.iter().position(|day| *day == name) else {
                        let fault =
                            Fault::error(word.span, say!("no-weekday", "`{word}` is no weekday", word = word.text));
                        let wanted = say!("word-weekday", "a weekday in English, `day` or `weekday`");
                        return Err(fault.meant(nearest(name, WEEKDAYS), expected(&wanted)));
                    };
                    at..at + 1
                }
            };
            days.iter_mut().enumerate().filter(|(at, _)| meant.contains(at)).for_each(|(_, day)| *day = true);
            let joined = self.next(&one_of(&["at"]))?;
            match joined.text {
                "at" => break,
                "and" | "," => {}
                other => return Err(unexpected(&joined, other, &one_of(&["at", "and", ","]))),
            }
        }
        let time = self.next(&say!("word-time", "a time such as 14:00"))?;
        let minute = minute(time.text).ok_or_else(|| {
            Fault::error(time.span, say!("no-time", "`{time}` is no time of the day", time = time.text))
                .expected(expected(&say!("word-time", "a time such as 14:00")))
        })?;
        Ok(Schedule { days, minute })
    }

    fn any(&mut self) -> Result<Happening, Fault> {
        let what = self.next(&one_of(&["activity", "outcome"]))?;
        match what.text {
            "activity" => Ok(Happening { news: self.news()?, activity: None }),
            "outcome" => {
                self.expect("is")?;
                self.expect("set")?;
                Ok(Happening { news: News::OutcomeSet, activity: None })
            }
            other => Err(unexpected(&what, other, &one_of(&["activity", "outcome"]))),
        }
    }

    fn news(&mut self) -> Result<News, Fault> {
        let known = one_of(&["opens", "closes", "is reported", "has an outcome"]);
        let verb = self.next(&known)?;
        match verb.text {
            "opens" => Ok(News::Opens),
            "closes" => Ok(News::Closes),
            "is" => self.expect("reported").map(|()| News::Reported),
            "has" => self.expect("an").and_then(|()| self.expect("outcome")).map(|()| News::OutcomeSet),
            other => Err(unexpected(&verb, other, &known)),
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
            return Err(self.reading.no_place(name, name_span));
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
        let is = self.next(&one_of(&["is busy", "is calm"]))?;
        if is.text != "is" {
            let message = say!("says-nothing", "`{word}` says nothing of `{name}`", word = is.text, name = place.id);
            let example = format!("{}.{} > 20", place.id, counted(place));
            let help = say!("write-counted", "for a number write what is counted, such as `{example}`", example);
            return Err(Fault::error(is.span, message).expected(expected(&one_of(&["is busy", "is calm"]))).help(help));
        }
        if place.measure.is_none() {
            let message =
                say!("uncounted", "nothing is counted at `{name}`, so it is neither busy nor calm", name = place.id);
            return Err(Fault::error(span, message).help(say!(
                "measure-or-value",
                "give the place a `measure` in places.toml, or ask for a value of its sensors"
            )));
        }
        let mood = self.next(&one_of(&["busy", "calm"]))?;
        match mood.text {
            "busy" => Ok(Test::Mood(Busyness::Busy)),
            "calm" => Ok(Test::Mood(Busyness::Calm)),
            "usual" => Ok(Test::Mood(Busyness::Usual)),
            other => Err(unexpected(&mood, other, &one_of(&["busy", "calm"]))),
        }
    }

    fn comparison(&mut self, quantity: Quantity, place: &Place) -> Result<Test, Fault> {
        let sign = self.next(&one_of(&[">", "<"]))?;
        let than = match sign.text {
            ">" => Than::Above,
            ">=" => Than::AtLeast,
            "<" => Than::Below,
            "<=" => Than::AtMost,
            other => return Err(unexpected(&sign, other, &one_of(&[">", ">=", "<", "<="]))),
        };
        let bound = self.next(&number_or_usual())?;
        if bound.text == "usual" {
            if quantity != Quantity::Amount {
                let message =
                    say!("usual-unknown", "the usual is known of what the place is told by, and of nothing else");
                let fault = Fault::error(bound.span, message).expected(expected(&say!("word-number", "a number")));
                return Err(fault.rewritten(format!("{}.{}", place.id, counted(place))));
            }
            return Ok(Test::Is(quantity, than, Bound::UsualBy(self.beyond()?)));
        }
        let number = number(&bound)?;
        let percent = self.words.as_slice().first().filter(|word| word.text == "%").cloned();
        match (&quantity, percent) {
            (Quantity::Occupancy, Some(_)) => drop(self.words.next()),
            (Quantity::Occupancy, None) => {
                let message =
                    say!("occupancy-in-percent", "occupancy is told in percent of what the place is made for");
                return Err(
                    Fault::error(bound.span, message).expected(expected(&one_of(&[&format!("{} %", bound.text)])))
                );
            }
            (_, Some(sign)) => {
                let message = say!("no-part", "this is no part of anything");
                let help = say!("occupancy-alone", "only `occupancy` is told in percent");
                let number = say!("word-number", "a number");
                return Err(Fault::error(sign.span, message).expected(expected(&number)).help(help));
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
            let message =
                say!("never-holds", "counts of people under {smallest} are not told, so this never holds", smallest);
            let expected = say!("expect-told", "expected a number that means {smallest} or more", smallest);
            return Err(Fault::error(span.clone(), message).expected(expected));
        }
        if later {
            let message = say!("small-counts", "counts of people under {smallest} are not told", smallest);
            let expected = say!("holds-from", "this holds from {smallest} on", smallest);
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
        let by = self.next(&say!("word-percent", "a number of percent"))?;
        let number = number(&by)?;
        self.expect("%")?;
        if (0.0..=1000.0).contains(&number) {
            return Ok(number);
        }
        let message = say!("out-of-range", "`{key}` is out of range", key = format!("{number} %"));
        let expected = say!("expect-range", "expected a number from {least} to {most}", least = 0, most = "1000");
        Err(Fault::error(by.span, message).expected(expected))
    }

    /// `for 20 min`, or nothing.
    fn held_for(&mut self) -> Result<Duration, Fault> {
        if self.words.as_slice().first().is_none_or(|word| word.text != "for") {
            return Ok(Duration::ZERO);
        }
        self.words.next();
        let number = self.next(&say!("word-duration", "a length of time such as 20 min"))?;
        if let Some(long) = duration(number.text) {
            return Ok(long);
        }
        let unit = self.next(&one_of(&["min", "h", "days"]))?;
        length(number.text, unit.text)
            .ok_or_else(|| no_duration(number.span.start..unit.span.end, &format!("{} {}", number.text, unit.text)))
    }

    fn next(&mut self, wanted: &Said) -> Result<Word<'w>, Fault> {
        self.words.next().ok_or_else(|| {
            Fault::error(self.end.clone(), say!("too-early", "the sentence ends too early")).expected(say!(
                "expect-after",
                "expected {wanted} after this",
                wanted = *wanted
            ))
        })
    }

    fn expect(&mut self, wanted: &str) -> Result<(), Fault> {
        let words = one_of(&[wanted]);
        let word = self.next(&words)?;
        if word.text == wanted { Ok(()) } else { Err(unexpected(&word, word.text, &words)) }
    }
}

fn unexpected(word: &Word<'_>, found: &str, wanted: &Said) -> Fault {
    Fault::error(word.span.clone(), say!("not-here", "`{found}` cannot stand here", found)).expected(expected(wanted))
}

fn expected(wanted: &Said) -> Said {
    say!("expect", "expected {wanted}", wanted = *wanted)
}

/// The words that can stand somewhere.
fn one_of(words: &[&str]) -> Said {
    let quoted = |words: &[&str]| words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => {
            say!("word-or", "{one} or {other}", one = quoted(before), other = quoted(&[last]))
        }
        _ => quoted(words).into(),
    }
}

fn number_or_usual() -> Said {
    say!("word-or", "{one} or {other}", one = say!("word-number", "a number"), other = one_of(&["usual"]))
}

fn number(word: &Word<'_>) -> Result<f64, Fault> {
    let read = word.text.parse::<f64>().ok().filter(|number| number.is_finite() && number.abs() <= 1e9);
    read.ok_or_else(|| {
        let fault = Fault::error(word.span.clone(), say!("no-number", "`{word}` is no number", word = word.text));
        fault.expected(expected(&number_or_usual()))
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
    let needs = |help: Said| {
        let message = say!("not-known", "`{word}` of `{name}` is not known", word, name = place.id);
        Fault::error(span.clone(), message).help(help)
    };
    let give = |key: &str| say!("give-place", "give the place a `{key}` in places.toml", key);
    match word {
        "people" | "visits" | "bays" if place.measure.is_none() => Err(needs(give("measure"))),
        "people" | "visits" | "bays" if counted(place) == word => Ok(Quantity::Amount),
        "people" | "visits" | "bays" => {
            let message = say!("told-otherwise", "`{name}` is not told by {word}", name = place.id, word);
            Err(Fault::error(span.clone(), message).expected(expected(&one_of(&[counted(place)]))))
        }
        "occupancy" | "free" if matches!(place.measure, None | Some(Measure::Visits)) => Err(needs(say!(
            "give-measure-now",
            "give the place a `measure` in places.toml that says how many are there now"
        ))),
        "occupancy" | "free" if place.capacity.is_none() => Err(needs(give("capacity"))),
        "occupancy" => Ok(Quantity::Occupancy),
        "free" => Ok(Quantity::Free),
        _ => match property(word) {
            Some(known) if !known.of_people && !known.of_device => Ok(Quantity::Value(word.to_owned())),
            Some(_) => {
                let message = say!("not-public", "`{word}` is not told to the public, so not to a rule either", word);
                let counted = counted(place);
                Err(Fault::error(span.clone(), message).expected(say!(
                    "expect-shown",
                    "expected `{counted}`, or a value that the page of the place shows",
                    counted
                )))
            }
            None => {
                let own = ["people", "visits", "bays", "occupancy", "free"];
                let shown = vocabulary().filter(|known| !known.of_people && !known.of_device).map(|known| known.name);
                let message = say!("no-quantity", "nothing of a place is called `{word}`", word);
                let counted = counted(place);
                let expected = say!(
                    "expect-quantity",
                    "expected `{counted}`, `occupancy`, `free` or a word of the vocabulary",
                    counted
                );
                Err(Fault::error(span.clone(), message).meant(nearest(word, own.into_iter().chain(shown)), expected))
            }
        },
    }
}
