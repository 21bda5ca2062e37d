//! Records for people's eyes.

mod lines;
mod terminal;
mod words;

pub(crate) use self::{
    terminal::text,
    words::{plain_text, when},
};
