//! What is known of saved replies.

use abdm_contract::Fragment;

pub(super) const FRAGMENTS: &[Fragment] = &[Fragment {
    why: "the consent notice that follows the link of several HI types is cut off within its signature",
    text: "\"schemaVersion\": \"v3\"",
}];
