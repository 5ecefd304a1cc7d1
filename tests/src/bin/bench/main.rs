//! `bench`: the figures that the README claims, measured on a released box in a process of its own.
//!
//! Each row of the table has a name; without names all are measured, which takes some ten minutes. Everything happens on the
//! loopback interface and in `target/bench`, where a year of data is kept between runs.

mod answers;
mod box_process;
mod clock;
mod compose;
mod decode;
mod device_frames;
mod disk;
mod draw;
mod feed;
mod flood;
mod folder;
mod http;
mod load;
mod page;
mod panel;
mod portal;
mod posts;
mod processors;
mod slow_card;
mod stage;
mod start;
mod survey;
mod table;
mod throughput;
mod wear;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use processors::Processors;
use stage::Stage;
use std::io::{Write, stderr, stdout};
use table::Row;

#[derive(Parser)]
#[command(about = "Measures a released box; prints a table of figures and what they should be")]
struct Cli {
    /// Only these rows
    only: Vec<Measured>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Measured {
    /// Uplinks a second without loss
    Held,
    /// The same on a memory card that is slow to flush
    SlowCard,
    /// From datagram to live feed at ten a second
    Latency,
    /// Processor time of an uplink
    Cpu,
    /// One call of a decoder
    Decode,
    /// Resident memory with a year of data
    Memory,
    /// Bytes and flushes to the block device
    Disk,
    /// From start to serving with a year of data
    Start,
    /// The page of a place
    Page,
    /// 500 open pages
    Viewers,
    /// The picture to share
    Picture,
    /// 20 000 hostile datagrams a second beside 50 valid ones
    Flood,
    /// Ten thousand answers to a survey
    Answers,
    /// The fairest draw of 40 of 600, and weights for 2 000 answers
    Draw,
    /// What a text becomes by every channel
    Compose,
    /// 5 000 members asked, and one who leaves
    Panel,
    /// From an uplink to a post, and an outbox of ten thousand
    Posts,
    /// The page of a survey
    Survey,
    /// 600 people who answer while uplinks come
    Crowd,
}

fn main() -> Result<()> {
    let mut only = Cli::parse().only;
    if only.is_empty() {
        only = Measured::value_variants().to_vec();
    }
    clock::end_on_interrupt()?;
    let processors = Processors::divided()?;
    let stage = Stage::new(&processors)?;
    let mut about = vec![processors.title()];
    if only.iter().any(|measured| measured.needs_year()) {
        stage.make_year()?;
        about.push(stage.title()?);
    }
    processors.step_aside()?;
    let mut rows = Vec::new();
    for measured in only {
        say(&format!(
            "measuring {}",
            measured.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned())
        ));
        rows.extend(measured.rows(&stage)?);
    }
    stage.forget_data()?;
    writeln!(stdout(), "{}.\n\n{}", about.join("; "), table::render(&rows))?;
    Ok(())
}

impl Measured {
    /// Whether it is measured on a year of data.
    const fn needs_year(self) -> bool {
        !matches!(
            self,
            Self::Decode
                | Self::Answers
                | Self::Draw
                | Self::Compose
                | Self::Panel
                | Self::Posts
                | Self::Survey
                | Self::Crowd
        )
    }

    fn rows(self, stage: &Stage) -> Result<Vec<Row>> {
        match self {
            Self::Held => throughput::held(stage),
            Self::SlowCard => throughput::slow_card(stage),
            Self::Latency => throughput::latency(stage),
            Self::Cpu => throughput::cpu(stage),
            Self::Decode => decode::decode(stage),
            Self::Memory => start::memory(stage),
            Self::Disk => wear::disk(stage),
            Self::Start => start::start(stage),
            Self::Page => page::page(stage),
            Self::Viewers => portal::viewers(stage),
            Self::Picture => portal::picture(stage),
            Self::Flood => flood::flood(stage),
            Self::Answers => answers::answers(stage),
            Self::Draw => draw::draw(),
            Self::Compose => compose::compose(stage),
            Self::Panel => panel::panel(stage),
            Self::Posts => posts::posts(stage),
            Self::Survey => survey::survey(stage),
            Self::Crowd => survey::crowd(stage),
        }
    }
}

/// Says how far it is. Results alone go to standard output.
fn say(line: &str) {
    // Nobody needs to listen.
    let _ = writeln!(stderr(), "{line}");
}
