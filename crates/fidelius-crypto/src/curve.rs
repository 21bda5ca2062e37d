//! Curve25519 in short-Weierstrass form, on top of the Edwards form that `curve25519-dalek`
//! computes with. Notation of fidelius.md 2 and 5.
//!
//! ```text
//! Weierstrass   y^2 = x^3 + a x + b            what ABDM writes on the wire
//! Montgomery    v^2 = u^3 + A u^2 + u          x = u + A/3, y = v
//! Edwards       -X^2 + Y^2 = 1 + d X^2 Y^2     u = (1+Y)/(1-Y), v = sqrt(-486664) u/X
//! ```

use curve25519_dalek::{
    edwards::EdwardsPoint, montgomery::MontgomeryPoint, scalar::Scalar, traits::IsIdentity,
};
use zeroize::{Zeroize, Zeroizing};

use crate::{Error, field::FieldElement};

/// Length of one coordinate in bytes.
pub(crate) const COORDINATE_LEN: usize = 32;

/// A point of the prime-order subgroup other than infinity, in both forms.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    /// Weierstrass x, big-endian.
    pub(crate) x: [u8; COORDINATE_LEN],
    /// Weierstrass y, big-endian.
    pub(crate) y: [u8; COORDINATE_LEN],
    /// The same point, up to sign, in Edwards form. The sign is irrelevant to x of a multiple.
    edwards: EdwardsPoint,
}

impl Point {
    /// d G, for a scalar that is not zero. Constant time in d.
    pub(crate) fn mul_base(d: &Scalar) -> Point {
        let edwards = EdwardsPoint::mul_base(d);
        let (x, y) = weierstrass_coordinates(&edwards);
        Point { x, y, edwards }
    }

    /// Checks 5 to 8 of fidelius.md 5, in that order: reduced, on the curve, not of small order,
    /// in the prime-order subgroup. The input is public, so this need not be constant time.
    pub(crate) fn from_coordinates(
        x: &[u8; COORDINATE_LEN],
        y: &[u8; COORDINATE_LEN],
    ) -> Result<Point, Error> {
        let (Some(x_element), Some(y_element)) =
            (FieldElement::from_canonical_be_bytes(x), FieldElement::from_canonical_be_bytes(y))
        else {
            return Err(Error::NonCanonicalCoordinate);
        };
        if !is_on_curve(x_element, y_element) {
            return Err(Error::PointNotOnCurve);
        }
        let u = MontgomeryPoint(x_element.sub(A_THIRD).to_le_bytes());
        let edwards = u.to_edwards(0).ok_or(Error::PointNotOnCurve)?;
        if edwards.is_small_order() {
            return Err(Error::LowOrderPoint);
        }
        if !is_torsion_free(&edwards) {
            return Err(Error::NotInPrimeSubgroup);
        }
        Ok(Point { x: *x, y: *y, edwards })
    }

    /// The x coordinate of d times this point: 32 bytes, big-endian, padded on the left.
    ///
    /// Constant time: the unclamped Edwards multiplication of `curve25519-dalek`, then one
    /// addition of A/3 and one reduction by `fiat-crypto`.
    pub(crate) fn mul_to_x(&self, d: &Scalar) -> Result<Zeroizing<[u8; COORDINATE_LEN]>, Error> {
        let product = Zeroizing::new(self.edwards * d);
        // A point of prime order times a scalar below that order is never infinity.
        if product.is_identity() {
            return Err(Error::LowOrderPoint);
        }
        let u = Zeroizing::new(product.to_montgomery());
        let mut x = FieldElement::from_le_bytes(u.as_bytes()).add(A_THIRD);
        let bytes = Zeroizing::new(x.to_be_bytes());
        x.zeroize();
        Ok(bytes)
    }
}

fn is_on_curve(x: FieldElement, y: FieldElement) -> bool {
    let right = x.square().add(A).mul(x).add(B);
    y.square() == right
}

/// Whether n P is infinity, computed as (n-1) P = -P because n itself is no scalar.
///
/// Variable time, about two thirds of the cost of `EdwardsPoint::is_torsion_free`.
fn is_torsion_free(point: &EdwardsPoint) -> bool {
    let n_minus_one = -Scalar::ONE;
    let product =
        EdwardsPoint::vartime_double_scalar_mul_basepoint(&n_minus_one, point, &Scalar::ZERO);
    product == -point
}

/// x and y of a point of the prime-order subgroup other than infinity.
///
/// `compress` gives Y and the parity of X. With w = (Y^2 - 1)(d Y^2 + 1) and i = 1/sqrt(w), a
/// single exponentiation yields everything: X = (Y^2 - 1) i, 1/X = (d Y^2 + 1) i, and
/// u = (1+Y)/(1-Y) = -(1+Y)^2 (d Y^2 + 1) i^2. Choosing the root i whose X has the right parity
/// also fixes the sign of v.
fn weierstrass_coordinates(point: &EdwardsPoint) -> ([u8; COORDINATE_LEN], [u8; COORDINATE_LEN]) {
    let mut y_bytes = point.compress().to_bytes();
    let x_is_odd = y_bytes[31] & 0x80 != 0;
    y_bytes[31] &= 0x7f;
    let y = FieldElement::from_le_bytes(&y_bytes);

    let y_squared = y.square();
    let numerator = y_squared.sub(FieldElement::ONE);
    let denominator = EDWARDS_D.mul(y_squared).add(FieldElement::ONE);
    let root = numerator.mul(denominator).inverse_square_root();
    let root = if numerator.mul(root).is_odd() == x_is_odd { root } else { root.negate() };

    let one_plus_y = y.add(FieldElement::ONE);
    let u = one_plus_y.square().mul(denominator).mul(root.square()).negate();
    let v = SQRT_MINUS_486664.mul(u).mul(denominator.mul(root));
    (u.add(A_THIRD).to_be_bytes(), v.to_be_bytes())
}

/// Coefficient a of y^2 = x^3 + a x + b.
const A: FieldElement = FieldElement::from_be_bytes(&[
    0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0x98, 0x49, 0x14, 0xa1, 0x44,
]);

/// Coefficient b.
const B: FieldElement = FieldElement::from_be_bytes(&[
    0x7b, 0x42, 0x5e, 0xd0, 0x97, 0xb4, 0x25, 0xed, 0x09, 0x7b, 0x42, 0x5e, 0xd0, 0x97, 0xb4, 0x25,
    0xed, 0x09, 0x7b, 0x42, 0x5e, 0xd0, 0x97, 0xb4, 0x26, 0x0b, 0x5e, 0x9c, 0x77, 0x10, 0xc8, 0x64,
]);

/// A/3 with A = 486662: Weierstrass x = Montgomery u + A/3.
const A_THIRD: FieldElement = FieldElement::from_be_bytes(&[
    0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xad, 0x24, 0x51,
]);

/// d of the Edwards form -x^2 + y^2 = 1 + d x^2 y^2: -121665/121666.
const EDWARDS_D: FieldElement = FieldElement::from_be_bytes(&[
    0x52, 0x03, 0x6c, 0xee, 0x2b, 0x6f, 0xfe, 0x73, 0x8c, 0xc7, 0x40, 0x79, 0x77, 0x79, 0xe8, 0x98,
    0x00, 0x70, 0x0a, 0x4d, 0x41, 0x41, 0xd8, 0xab, 0x75, 0xeb, 0x4d, 0xca, 0x13, 0x59, 0x78, 0xa3,
]);

/// The root of -486664 that maps the Edwards base point to Gy of the table.
const SQRT_MINUS_486664: FieldElement = FieldElement::from_be_bytes(&[
    0x70, 0xd9, 0x12, 0x0b, 0x9f, 0x5f, 0xf9, 0x44, 0x2d, 0x84, 0xf7, 0x23, 0xfc, 0x03, 0xb0, 0x81,
    0x3a, 0x5e, 0x2c, 0x2e, 0xb4, 0x82, 0xe5, 0x7d, 0x33, 0x91, 0xfb, 0x55, 0x00, 0xba, 0x81, 0xe7,
]);

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> [u8; 32] {
        let bytes: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect();
        bytes.try_into().unwrap()
    }

    #[test]
    fn one_times_the_base_point_is_the_base_point_of_the_table() {
        let base = Point::mul_base(&Scalar::ONE);
        assert_eq!(base.x, hex("2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad245a"));
        assert_eq!(base.y, hex("20ae19a1b8a086b4e01edd2c7748d14c923d4d7e6d7c61b229e9c5a27eced3d9"));
    }

    #[test]
    fn n_minus_one_times_the_base_point_is_its_negative() {
        let base = Point::mul_base(&Scalar::ONE);
        let negative = Point::mul_base(&-Scalar::ONE);
        assert_eq!(negative.x, base.x);
        let sum =
            FieldElement::from_be_bytes(&base.y).add(FieldElement::from_be_bytes(&negative.y));
        assert_eq!(sum.to_be_bytes(), [0; 32]);
    }

    #[test]
    fn every_multiple_of_the_base_point_passes_the_checks_for_peers() {
        let mut scalar = Scalar::ONE;
        for _ in 0..64 {
            scalar = scalar * scalar + Scalar::from(3_u8);
            let point = Point::mul_base(&scalar);
            let read = Point::from_coordinates(&point.x, &point.y).unwrap();
            assert_eq!((read.x, read.y), (point.x, point.y));
        }
    }

    #[test]
    fn the_fast_subgroup_check_agrees_with_the_one_of_the_curve_library() {
        let mut scalar = Scalar::from(7_u8);
        for torsion in curve25519_dalek::constants::EIGHT_TORSION {
            scalar = scalar * scalar + Scalar::ONE;
            for point in [torsion, torsion + EdwardsPoint::mul_base(&scalar)] {
                assert_eq!(is_torsion_free(&point), point.is_torsion_free());
            }
        }
    }

    #[test]
    fn the_shared_coordinate_is_the_x25519_output_shifted_by_a_third_of_a() {
        let (ours, theirs) = (Scalar::from(123_456_789_u64), Scalar::from(987_654_321_u64));
        let peer = Point::mul_base(&theirs);
        let ladder = MontgomeryPoint::mul_base(&theirs) * ours;
        let expected = FieldElement::from_le_bytes(ladder.as_bytes()).add(A_THIRD).to_be_bytes();
        assert_eq!(*peer.mul_to_x(&ours).unwrap(), expected);
    }
}
