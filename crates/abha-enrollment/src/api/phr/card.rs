//! `FetchPhrCard` and `FetchPhrQrCode`.

use abdm_core::wire::{Document, NoBody};

abdm_core::endpoint! {
    /// Fetch the card of an ABHA address, an image. Its status is 202.
    pub FetchPhrCard {
        method: GET,
        family: PhrApp,
        path: "/login/profile/phrCard",
        auth: SessionAndAppUser,
        request: NoBody,
        response: Document,
        answer: binary,
        success: ACCEPTED,
        replay: Safe,
        errors: AppCard,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Fetch the QR code of an ABHA address, an image. Its status is 202.
    pub FetchPhrQrCode {
        method: GET,
        family: PhrApp,
        path: "/login/profile/qrCode",
        auth: SessionAndAppUser,
        request: NoBody,
        response: Document,
        answer: binary,
        success: ACCEPTED,
        replay: Safe,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}
