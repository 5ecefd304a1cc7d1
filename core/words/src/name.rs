use model::Language;

/// What a language calls itself. Needs no [`Speaker`](crate::Speaker): each page names the languages that it is not in.
pub const fn own_name(language: Language) -> &'static str {
    match language {
        Language::Nb => include_str!("../locales/nb/own-name.txt"),
        Language::Nn => include_str!("../locales/nn/own-name.txt"),
        Language::Sv => include_str!("../locales/sv/own-name.txt"),
        Language::En => include_str!("../locales/en/own-name.txt"),
    }
    .trim_ascii()
}
