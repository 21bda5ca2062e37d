//! Answers from the command line.

use std::collections::BTreeMap;

use super::{Answers, Question, Topic};
use crate::exit::Stopped;
use crate::screen::Screen;

/// Answers that were given beforehand; what is not among them, somebody else answers.
///
/// The same OTP answers every question for one. An answer that was refused is not given again: the
/// run ends and says which option was wrong. Only for an ABHA address, whose name may be taken, the
/// suggestions are tried one after another.
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
            let wanted = (!value.is_empty()).then_some(value);
            let tries = wanted.into_iter().chain(question.choices.iter().cloned());
            return Some(Ok(tries.take(6).nth(question.asked).unwrap_or_default()));
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

    fn ask(topic: Topic, asked: usize, refused: Option<&str>) -> Result<String, Stopped> {
        let mut given = Given::or_else(Terminal::new())
            .with(Topic::Otp, Some("123456"))
            .with(Topic::AddressName, Some("asha.wanted"));
        let choices = ["asha.one".to_owned(), "asha.two".to_owned()];
        let question = Question { topic, prompt: "?", choices: &choices, refused, asked };
        given.answer(&question, &mut Screen::to(std::io::sink()))
    }

    #[test]
    fn a_refused_answer_ends_the_run_and_names_its_option() {
        assert_eq!(ask(Topic::Otp, 3, None).unwrap(), "123456");
        let stopped = ask(Topic::Otp, 1, Some("The OTP is wrong.")).unwrap_err().to_string();
        assert_eq!(stopped, "--otp was not taken: The OTP is wrong.");
    }

    #[test]
    fn a_taken_address_gives_way_to_the_suggestions_and_then_to_none() {
        let tries = (0..4).map(|asked| ask(Topic::AddressName, asked, Some("taken")).unwrap());
        assert_eq!(tries.collect::<Vec<_>>(), ["asha.wanted", "asha.one", "asha.two", ""]);
    }
}
