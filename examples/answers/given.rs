//! Answers from the command line.

use std::collections::BTreeMap;

use super::{Answers, Question, Topic};
use crate::exit::Stopped;
use crate::screen::Screen;

/// Answers that were given beforehand; what is not among them, somebody else answers.
///
/// The same OTP answers every question for one. An answer that was refused is not given again: the
/// run ends and says which option was wrong. Only an ABHA address is different: a wanted name that is
/// refused gives way to none, or to what the person at the terminal says; nobody gets a name that they
/// did not ask for. Where no name was wanted, the suggestions are tried one after another.
#[derive(Debug)]
pub struct Given {
    values: Values,
    otherwise: Box<dyn Answers>,
}

#[derive(Default)]
struct Values(BTreeMap<Topic, String>);

/// The values are secrets.
impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Given {
    /// Nothing yet: everything is answered by `otherwise`.
    pub fn or_else(otherwise: impl Answers + 'static) -> Self {
        Self { values: Values::default(), otherwise: Box::new(otherwise) }
    }

    /// The same with this answer, if there is one.
    #[must_use]
    pub fn with(mut self, topic: Topic, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value {
            self.values.0.insert(topic, value.into());
        }
        self
    }

    fn value(&self, question: &Question<'_>) -> Option<Result<String, Stopped>> {
        let value = self.values.0.get(&question.topic)?.clone();
        if question.topic == Topic::AddressName {
            let tries = |choices: &[String]| choices.iter().take(6).nth(question.asked).cloned();
            return match (value.is_empty(), question.asked) {
                (true, _) => Some(Ok(tries(question.choices).unwrap_or_default())),
                (false, 0) => Some(Ok(value)),
                (false, _) => (!self.is_person()).then(|| Ok(String::new())),
            };
        }
        Some(match (question.refused, question.topic.flag()) {
            (Some(why), Some(flag)) => {
                Err(Stopped::Unanswered(format!("{flag} was not taken: {why}")))
            }
            _ => Ok(value),
        })
    }
}

impl Answers for Given {
    fn answer(&mut self, question: &Question<'_>, screen: &mut Screen) -> Result<String, Stopped> {
        let Some(answer) = self.value(question) else {
            return self.otherwise.answer(question, screen);
        };
        let answer = answer?;
        screen.prompt(question.prompt);
        screen.line(question.topic.masked(&answer));
        Ok(answer)
    }

    fn is_person(&self) -> bool {
        self.otherwise.is_person() && !self.values.0.contains_key(&Topic::Otp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Terminal;

    fn ask_with(
        name: &str,
        topic: Topic,
        asked: usize,
        refused: Option<&str>,
    ) -> Result<String, Stopped> {
        let mut given = Given::or_else(Terminal::new())
            .with(Topic::Otp, Some("123456"))
            .with(Topic::AddressName, Some(name));
        let choices = ["asha.one".to_owned(), "asha.two".to_owned()];
        let question = Question { topic, prompt: "?", choices: &choices, refused, asked };
        given.answer(&question, &mut Screen::to(std::io::sink()))
    }

    fn ask(topic: Topic, asked: usize, refused: Option<&str>) -> Result<String, Stopped> {
        ask_with("asha.wanted", topic, asked, refused)
    }

    #[test]
    fn a_refused_answer_ends_the_run_and_names_its_option() {
        assert_eq!(ask(Topic::Otp, 3, None).unwrap(), "123456");
        let stopped = ask(Topic::Otp, 1, Some("The OTP is wrong.")).unwrap_err().to_string();
        assert_eq!(stopped, "--otp was not taken: The OTP is wrong.");
    }

    #[test]
    fn a_wanted_address_that_is_taken_gives_way_to_none() {
        let tries = (0..2).map(|asked| ask(Topic::AddressName, asked, Some("taken")).unwrap());
        assert_eq!(tries.collect::<Vec<_>>(), ["asha.wanted", ""]);
    }

    #[test]
    fn without_a_wanted_address_the_suggestions_are_tried_and_then_none() {
        let ask = |asked| ask_with("", Topic::AddressName, asked, Some("taken")).unwrap();
        assert_eq!((0..3).map(ask).collect::<Vec<_>>(), ["asha.one", "asha.two", ""]);
    }
}
