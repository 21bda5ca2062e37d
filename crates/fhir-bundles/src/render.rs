//! Records for people's eyes.

mod html;
mod lines;
mod terminal;
mod words;

pub(crate) use self::{
    html::html,
    terminal::text,
    words::{plain_text, span, when},
};
