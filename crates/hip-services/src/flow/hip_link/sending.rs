//! Which answers belong to a request, however often it had to be sent.

use abdm_core::id::RequestId;
use serde::{Deserialize, Serialize};

/// How the sending of a request ended, beside the answer itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sending {
    /// Which of the link's sendings it is, as its effect says.
    pub number: u32,
    /// The try that was answered, if one was.
    pub answered: Option<RequestId>,
    /// Whether another try of it may have arrived, whose HTTP answer was lost.
    pub unheard: bool,
}

impl Sending {
    /// The sending `number`, of which this try was answered.
    #[must_use]
    pub const fn new(number: u32, answered: Option<RequestId>) -> Self {
        Self { number, answered, unheard: false }
    }

    /// The same, when another try of it may have arrived, too.
    #[must_use]
    pub const fn unheard(mut self, unheard: bool) -> Self {
        self.unheard = unheard;
        self
    }
}

/// Which call an answer is to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AnswerTo {
    /// This one: it was answered at once.
    Sending(Sending),
    /// The one with this `REQUEST-ID`: it is answered by callback.
    Request(RequestId),
}

/// The answers that are awaited of one request. It may be sent several times, by hand or because an
/// HTTP answer was lost, each try under a `REQUEST-ID` of its own; the callback of any of them
/// answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Awaited {
    /// The first sending of it. A later number is a sending of it, too: numbers go up, and the next
    /// request is sent when this one is answered or given up.
    first: u32,
    /// The latest sending, while its effect has not ended.
    under_way: Option<u32>,
    /// How its sendings ended. Word of a try may be read after that.
    ended: Vec<Sending>,
    /// The tries without an answer so far, in the order in which they left.
    tries: Vec<Try>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Try {
    sending: u32,
    request: RequestId,
    /// Whether word of it is read: that of the tries before it was written earlier.
    told: bool,
}

impl Awaited {
    pub(super) const fn new(first: u32) -> Self {
        Self { first, under_way: Some(first), ended: Vec::new(), tries: Vec::new() }
    }

    /// It is sent once more.
    pub(super) const fn again(&mut self, sending: u32) {
        self.under_way = Some(sending);
    }

    pub(super) const fn includes(&self, sending: u32) -> bool {
        sending >= self.first
    }

    pub(super) fn contains(&self, request: RequestId) -> bool {
        self.tries.iter().any(|own| own.request == request)
    }

    /// A try was taken; its answer comes by callback.
    pub(super) fn taken(&mut self, sending: u32, request: RequestId) {
        if !self.contains(request) {
            self.insert(Try { sending, request, told: false });
        }
    }

    /// A sending has ended with the HTTP answer of its last try. Tells whether a callback is awaited
    /// now: not when it was faster, and not of another request.
    pub(super) fn accepted(&mut self, sending: &Sending, past: &mut Vec<RequestId>) -> bool {
        let Some(request) = sending.answered.filter(|_| self.includes(sending.number)) else {
            return false;
        };
        self.ended(sending, past);
        let is_awaited = !past.contains(&request);
        if is_awaited {
            self.taken(sending.number, request);
        }
        is_awaited
    }

    /// Word of a try is read, perhaps only when its sending has ended: if that left nothing
    /// unheard, the try has had its answer.
    pub(super) fn told(&mut self, sending: u32, request: RequestId, past: &mut Vec<RequestId>) {
        if let Some(own) = self.tries.iter_mut().find(|own| own.request == request) {
            own.told = true;
        } else if self.end_of(sending).is_some_and(|end| !end.unheard) {
            past.push(request);
        } else {
            self.insert(Try { sending, request, told: true });
        }
    }

    /// At its place: the answered try of a sending is its last.
    fn insert(&mut self, own: Try) {
        let last = self.end_of(own.sending).and_then(|end| end.answered);
        let after = |other: &Try| other.sending > own.sending || Some(other.request) == last;
        let place = self.tries.iter().position(after).unwrap_or(self.tries.len());
        self.tries.insert(place, own);
    }

    fn end_of(&self, sending: u32) -> Option<&Sending> {
        self.ended.iter().find(|end| end.number == sending)
    }

    /// Whether a try is awaited that left before this one, or word of one is perhaps on its way.
    pub(super) fn has_older(&self, request: RequestId) -> bool {
        self.tries.first().is_some_and(|oldest| oldest.request != request)
            || self.has_untold(request)
    }

    /// Whether word of an unheard try is perhaps on its way: it is read before word of this one.
    pub(super) fn has_untold(&self, request: RequestId) -> bool {
        let is_told = self.tries.iter().any(|own| own.request == request && own.told);
        !is_told && self.ended.iter().any(|end| end.unheard)
    }

    /// Whether a try is awaited that left after this one, or a later sending is under way.
    pub(super) fn has_newer(&self, request: RequestId) -> bool {
        let own = self.tries.iter().find(|own| own.request == request);
        self.tries.last().is_some_and(|newest| newest.request != request)
            || own.is_some_and(|own| self.under_way.is_some_and(|latest| latest > own.sending))
    }

    pub(super) const fn is_over(&self) -> bool {
        self.tries.is_empty()
    }

    /// No answer of this try is awaited any more.
    pub(super) fn close(&mut self, request: RequestId, past: &mut Vec<RequestId>) {
        self.close_those(past, |own| own.request == request);
        if !past.contains(&request) {
            past.push(request);
        }
    }

    /// A sending has ended: unless one of its tries may have gone unheard, nothing is awaited of
    /// those that were not answered.
    pub(super) fn ended(&mut self, sending: &Sending, past: &mut Vec<RequestId>) {
        self.under_way = self.under_way.filter(|latest| *latest != sending.number);
        if self.end_of(sending.number).is_none() {
            self.ended.push(*sending);
        }
        if !sending.unheard {
            self.close_those(past, |own| {
                own.sending == sending.number && Some(own.request) != sending.answered
            });
        }
    }

    /// Nothing is awaited any more.
    pub(super) fn give_up(&self, past: &mut Vec<RequestId>) {
        past.extend(self.tries.iter().map(|own| own.request));
    }

    fn close_those(&mut self, past: &mut Vec<RequestId>, over: impl Fn(&Try) -> bool) {
        past.extend(self.tries.extract_if(.., |own| over(own)).map(|own| own.request));
    }
}
