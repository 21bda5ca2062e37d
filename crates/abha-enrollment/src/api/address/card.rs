//! `FetchAddressCard` and `FetchAddressQrCode`.

use abdm_core::wire::{Document, NoBody};

abdm_core::endpoint! {
    /// Fetch the card of an ABHA address, an image.
    pub FetchAddressCard {
        method: GET,
        family: AbhaAddressWeb,
        path: "/login/profile/abha/phr-card",
        auth: SessionAndAddressUser,
        request: NoBody,
        response: Document,
        answer: binary,
        success: OK,
        replay: Safe,
        errors: WebCard,
        source: "m1-abha.md 8",
    }
}

abdm_core::endpoint! {
    /// Fetch the QR code of an ABHA address, an image.
    pub FetchAddressQrCode {
        method: GET,
        family: AbhaAddressWeb,
        path: "/login/profile/abha/qr-code",
        auth: SessionAndAddressUser,
        request: NoBody,
        response: Document,
        answer: binary,
        success: OK,
        replay: Safe,
        errors: WebProfile,
        source: "m1-abha.md 8",
    }
}
