//! Arithmetic modulo p = 2^255 - 19, by the formally verified routines of `fiat-crypto`.
//!
//! Nothing here computes with limbs: each operation is one call, followed by the carry that the
//! next call needs. All of it is constant time.

use fiat_crypto::curve25519_64::{
    fiat_25519_add, fiat_25519_carry, fiat_25519_carry_mul, fiat_25519_carry_square,
    fiat_25519_from_bytes, fiat_25519_loose_field_element, fiat_25519_relax, fiat_25519_sub,
    fiat_25519_tight_field_element, fiat_25519_to_bytes,
};
use zeroize::Zeroize;

/// An element of the field, always carried.
#[derive(Clone, Copy)]
pub(crate) struct FieldElement(fiat_25519_tight_field_element);

impl FieldElement {
    pub(crate) const ONE: FieldElement =
        FieldElement(fiat_25519_tight_field_element([1, 0, 0, 0, 0]));

    /// Reads 32 little-endian bytes; the topmost bit must be clear.
    pub(crate) const fn from_le_bytes(bytes: &[u8; 32]) -> FieldElement {
        let mut out = fiat_25519_tight_field_element([0; 5]);
        fiat_25519_from_bytes(&mut out, bytes);
        FieldElement(out)
    }

    /// Reads 32 big-endian bytes; the topmost bit must be clear.
    pub(crate) const fn from_be_bytes(bytes: &[u8; 32]) -> FieldElement {
        let mut reversed = *bytes;
        reversed.reverse();
        FieldElement::from_le_bytes(&reversed)
    }

    /// Reads 32 big-endian bytes, or nothing if they are not reduced modulo p.
    pub(crate) fn from_canonical_be_bytes(bytes: &[u8; 32]) -> Option<FieldElement> {
        if bytes[0] & 0x80 != 0 {
            return None;
        }
        let element = FieldElement::from_be_bytes(bytes);
        (element.to_be_bytes() == *bytes).then_some(element)
    }

    /// The one reduced form, little-endian.
    pub(crate) fn to_le_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        fiat_25519_to_bytes(&mut out, &self.0);
        out
    }

    /// The one reduced form, big-endian.
    pub(crate) fn to_be_bytes(self) -> [u8; 32] {
        let mut out = self.to_le_bytes();
        out.reverse();
        out
    }

    pub(crate) fn add(self, other: FieldElement) -> FieldElement {
        let mut sum = fiat_25519_loose_field_element([0; 5]);
        fiat_25519_add(&mut sum, &self.0, &other.0);
        FieldElement::carried(sum)
    }

    pub(crate) fn sub(self, other: FieldElement) -> FieldElement {
        let mut difference = fiat_25519_loose_field_element([0; 5]);
        fiat_25519_sub(&mut difference, &self.0, &other.0);
        FieldElement::carried(difference)
    }

    pub(crate) fn negate(self) -> FieldElement {
        FieldElement(fiat_25519_tight_field_element([0; 5])).sub(self)
    }

    pub(crate) fn mul(self, other: FieldElement) -> FieldElement {
        let mut out = fiat_25519_tight_field_element([0; 5]);
        fiat_25519_carry_mul(&mut out, &self.loose(), &other.loose());
        FieldElement(out)
    }

    pub(crate) fn square(self) -> FieldElement {
        let mut out = fiat_25519_tight_field_element([0; 5]);
        fiat_25519_carry_square(&mut out, &self.loose());
        FieldElement(out)
    }

    /// Whether the reduced form is odd ("negative" in the words of RFC 8032).
    pub(crate) fn is_odd(self) -> bool {
        self.to_le_bytes()[0] & 1 == 1
    }

    /// One of the two roots of 1/self, if self is a nonzero square; otherwise a meaningless value.
    ///
    /// With w = self, the candidate is w^3 (w^7)^((p-5)/8). It is off by a factor sqrt(-1) when
    /// w r^2 is -1 instead of 1.
    pub(crate) fn inverse_square_root(self) -> FieldElement {
        let cube = self.square().mul(self);
        let seventh = cube.square().mul(self);
        let root = cube.mul(seventh.power_p_minus_5_over_8());
        if self.mul(root.square()) == FieldElement::ONE { root } else { root.mul(SQRT_MINUS_ONE) }
    }

    /// self^((p-5)/8) = self^(2^252 - 3), by the usual chain of 2^k - 1 powers.
    fn power_p_minus_5_over_8(self) -> FieldElement {
        let x2 = self.square().mul(self);
        let x4 = x2.squared_times(2).mul(x2);
        let x5 = x4.square().mul(self);
        let x10 = x5.squared_times(5).mul(x5);
        let x20 = x10.squared_times(10).mul(x10);
        let x40 = x20.squared_times(20).mul(x20);
        let x50 = x40.squared_times(10).mul(x10);
        let x100 = x50.squared_times(50).mul(x50);
        let x200 = x100.squared_times(100).mul(x100);
        let x250 = x200.squared_times(50).mul(x50);
        x250.squared_times(2).mul(self)
    }

    fn squared_times(self, times: u32) -> FieldElement {
        (0..times).fold(self, |element, _| element.square())
    }

    fn loose(self) -> fiat_25519_loose_field_element {
        let mut out = fiat_25519_loose_field_element([0; 5]);
        fiat_25519_relax(&mut out, &self.0);
        out
    }

    fn carried(loose: fiat_25519_loose_field_element) -> FieldElement {
        let mut out = fiat_25519_tight_field_element([0; 5]);
        fiat_25519_carry(&mut out, &loose);
        FieldElement(out)
    }
}

impl PartialEq for FieldElement {
    fn eq(&self, other: &FieldElement) -> bool {
        self.to_le_bytes() == other.to_le_bytes()
    }
}

impl Zeroize for FieldElement {
    fn zeroize(&mut self) {
        self.0.0.zeroize();
    }
}

/// 2^((p-1)/4), a square root of -1.
const SQRT_MINUS_ONE: FieldElement = FieldElement::from_be_bytes(&[
    0x2b, 0x83, 0x24, 0x80, 0x4f, 0xc1, 0xdf, 0x0b, 0x2b, 0x4d, 0x00, 0x99, 0x3d, 0xfb, 0xd7, 0xa7,
    0x2f, 0x43, 0x18, 0x06, 0xad, 0x2f, 0xe4, 0x78, 0xc4, 0xee, 0x1b, 0x27, 0x4a, 0x0e, 0xa0, 0xb0,
]);

#[cfg(test)]
mod tests {
    use super::*;

    fn small(value: u8) -> FieldElement {
        let mut bytes = [0; 32];
        bytes[31] = value;
        FieldElement::from_be_bytes(&bytes)
    }

    #[test]
    fn the_root_of_minus_one_squares_to_minus_one() {
        assert!(SQRT_MINUS_ONE.square() == FieldElement::ONE.negate());
    }

    #[test]
    fn an_inverse_square_root_squares_to_the_inverse() {
        for value in [1, 2, 3, 5, 9, 121, 200] {
            let square = small(value).square();
            let root = square.inverse_square_root();
            assert!(square.mul(root.square()) == FieldElement::ONE, "{value}");
        }
    }

    #[test]
    fn p_and_above_are_not_canonical() {
        let mut p = [0xff; 32];
        p[0] = 0x7f;
        p[31] = 0xed;
        assert!(FieldElement::from_canonical_be_bytes(&p).is_none());
        p[31] = 0xec;
        assert!(FieldElement::from_canonical_be_bytes(&p).is_some());
        assert!(FieldElement::from_canonical_be_bytes(&[0xff; 32]).is_none());
    }
}
