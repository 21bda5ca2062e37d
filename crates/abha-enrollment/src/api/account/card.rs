//! `FetchAbhaCard` and `FetchQrCode`.

use abdm_core::wire::{Document, NoBody};

abdm_core::endpoint! {
    /// Fetch the ABHA card, an image; the documents call its status 202 and leave its format open.
    pub FetchAbhaCard {
        method: GET,
        family: Abha,
        path: "/v3/profile/account/abha-card",
        auth: SessionAndUser,
        request: NoBody,
        response: Document,
        answer: binary,
        success: OK,
        replay: Safe,
        errors: Card,
        source: "m1-abha.md 9",
    }
}

abdm_core::endpoint! {
    /// Fetch the QR code of the ABHA number, an image.
    pub FetchQrCode {
        method: GET,
        family: Abha,
        path: "/v3/profile/account/qrCode",
        auth: SessionAndUser,
        request: NoBody,
        response: Document,
        answer: binary,
        success: OK,
        replay: Safe,
        errors: Account,
        source: "m1-abha.md 9",
    }
}
