//! Saved replies that are known by their text, or belong to another call.

use abdm_contract::{KnownText, ReplySlip};

pub(super) const KNOWN_TEXTS: &[KnownText] = &[
    KnownText {
        why: "\"already verified\" has no code: `Problem::AlreadyVerified` by its text",
        text: "already verified",
    },
    KnownText {
        why: "\"provide a valid field to update\" has no code: `Problem::InputInvalid` by its text",
        text: "provide a valid field to update",
    },
];

pub(super) const REPLY_SLIPS: &[ReplySlip] = &[
    ReplySlip {
        why: "a search is answered by an OTP's answer",
        applies: |saved, _| saved.place.contains("Find ABHA via Biometric / 1.3"),
    },
    ReplySlip {
        why: "words (\"QR CODE\", \"PHR Card\") stand where the bytes of an image belong",
        applies: |_, reply| {
            ["qr code", "phr card"].contains(&reply.body.trim().to_lowercase().as_str())
        },
    },
    ReplySlip {
        why: "the swagger of 2023 names tokens `id_token`, `refresh_token`: superseded (m1-abha.md 6.1)",
        applies: |_, reply| reply.body.contains("id_token"),
    },
];
