//! Coming in with a phone beside the password: set up, shown, refused and lost. The codes are computed by another library than the box has.

mod staff;

use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use ring::hmac;
use staff::{Browser, PASSWORD, Stage};

const SESSION: &str = "__Host-allting-staff";

/// A phone that was told the secret of an account.
struct Phone(hmac::Key);

impl Phone {
    /// Types what stands under the picture.
    fn told(page: &str) -> Result<Self> {
        let typed = page.split_once("<code>").and_then(|(_, rest)| rest.split_once("</code>")).context("a secret")?.0;
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let five_bits = typed.chars().filter_map(|letter| letters.find(letter));
        let bits: Vec<usize> = five_bits.flat_map(|five| (0..5).rev().map(move |bit| five >> bit & 1)).collect();
        let byte = |bits: &[usize]| u8::try_from(bits.iter().fold(0, |byte, bit| byte << 1 | bit));
        let secret: Vec<u8> = bits.chunks_exact(8).map(byte).collect::<Result<_, _>>()?;
        ensure!(secret.len() == 20, "160 bits are told: {typed}");
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret)))
    }

    /// What it shows so many half minutes from now (RFC 6238).
    fn shows(&self, later: u64) -> String {
        let half_minutes = allting::now().as_ms().cast_unsigned() / 30_000 + later;
        let sum = hmac::sign(&self.0, &half_minutes.to_be_bytes());
        let at = sum.as_ref().last().map_or(0, |last| usize::from(last & 15));
        let four = sum.as_ref().iter().skip(at).take(4);
        let number = four.fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }

    /// Six digits that it shows neither now, nor soon, nor did.
    fn never_shows(&self) -> String {
        let shown = [self.shows(0), self.shows(1), self.shows(2)];
        let other = (0..4).map(|number| format!("{number:06}")).find(|code| !shown.contains(code));
        other.unwrap_or_default()
    }
}

/// An owner with a phone, and the codes that are to be kept for the day it is lost.
async fn with_a_phone(stage: &Stage) -> Result<(Browser, Phone, Vec<String>)> {
    let mut owner = stage.claimed().await?;
    let page = owner.page("/nb/staff/account/factor").await?;
    let phone = Phone::told(&page)?;
    let key = staff::hidden(&page);
    let told: Vec<(&str, &str)> = key.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (wrong, right) = (phone.never_shows(), phone.shows(0));
    let mut shows = async |code| -> Result<String> {
        let shown = [&told[..], &[("code", code)]].concat();
        Ok(owner.post("/nb/staff/account/factor", &shown).await?.text().await?)
    };
    let refused = shows(&wrong).await?;
    ensure!(refused.contains("href=\"#code\""), "a phone that shows something else is not taken: {refused}");
    let kept = shows(&right).await?;
    let codes = kept.split_once("<pre class=\"said\" tabindex=\"0\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let codes: Vec<String> = codes.context("codes to keep")?.0.lines().map(str::to_owned).collect();
    ensure!(codes.len() >= 8 && codes.iter().all(|code| code.len() == 14), "{codes:?}");
    Ok((owner, phone, codes))
}

async fn half_way(stage: &Stage) -> Result<Browser> {
    let mut browser = stage.browser();
    let answer = browser.log_in(PASSWORD).await?;
    ensure!(answer.headers()["location"] == "/nb/staff/code", "the password alone leads to the second door");
    Ok(browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_opens_no_room_until_the_phone_has_spoken() -> Result<()> {
    let stage = Stage::new().await?;
    let (_, phone, _) = with_a_phone(&stage).await?;
    let mut browser = half_way(&stage).await?;
    let before = browser.cookies[SESSION].clone();
    for room in ["", "places", "account", "account/factor", "colleagues", "history"] {
        let answer = browser.get(&format!("/nb/staff/{room}")).await?;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{room} opened half way");
    }
    let refused = browser.post("/nb/staff/code", &[("code", &phone.never_shows())]).await?.text().await?;
    assert!(refused.contains("href=\"#code\"") && !browser.is_in().await?, "{refused}");
    // The code that set it up is used; the phone's next one is not.
    let next = phone.shows(1);
    let answer = browser.post("/nb/staff/code", &[("code", &format!("{} {}", &next[..3], &next[3..]))]).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    assert!(browser.is_in().await?);
    assert_ne!(browser.cookies[SESSION], before, "whoever saw the cookie of half way has nothing");
    let mut thief = stage.browser();
    thief.cookies.insert(SESSION.to_owned(), before);
    assert!(!thief.is_in().await?);
    let mut beside = half_way(&stage).await?;
    beside.post("/nb/staff/code", &[("code", &next)]).await?;
    assert!(!beside.is_in().await?, "who read it over a shoulder comes too late");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_phone_a_kept_code_opens_once() -> Result<()> {
    let stage = Stage::new().await?;
    let (_, _, codes) = with_a_phone(&stage).await?;
    let code = codes.first().context("a code")?;
    let typed_by_hand = code.to_lowercase().replace('-', " ");
    for (opens, code) in [(true, &typed_by_hand), (false, code)] {
        let mut browser = half_way(&stage).await?;
        browser.post("/nb/staff/code", &[("code", code)]).await?;
        assert_eq!(browser.is_in().await?, opens, "{code}");
        if opens {
            let account = browser.page("/nb/staff/account").await?;
            assert!(account.contains(&format!("Gjenopprettingskoder igjen: {}", codes.len() - 1)), "{account}");
        }
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_the_password_cannot_try_all_codes_of_the_phone() -> Result<()> {
    let stage = Stage::new().await?;
    let (mut owner, phone, _) = with_a_phone(&stage).await?;
    let wrong = phone.never_shows();
    let mut tried = 0;
    for _ in 0..60 {
        let mut guesser = stage.browser();
        guesser.log_in(PASSWORD).await?;
        let page = guesser.post("/nb/staff/code", &[("code", &wrong)]).await?.text().await?;
        tried += usize::from(page.contains("Koden er gal eller for gammel"));
    }
    assert!(tried <= 10, "{tried} of 60 codes were tried");
    assert!(owner.is_in().await?, "and whoever is in stays in");
    let log = owner.page("/nb/staff/history").await?;
    assert!(log.contains("En andre nøkkel passet ikke"), "it is told: {log}");
    stage.running.stop().await
}
