//! What a person can ask for, one file per action.

pub(crate) mod about;
pub(crate) mod components;
pub(crate) mod data;
pub(crate) mod embed;
pub(crate) mod front;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod news;
pub(crate) mod place;
pub(crate) mod place_data;
pub(crate) mod place_live;
pub(crate) mod poster;
pub(crate) mod screen;
pub(crate) mod screen_live;
