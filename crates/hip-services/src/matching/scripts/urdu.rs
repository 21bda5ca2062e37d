//! Urdu's letters. Short vowels are not written; what may stand for a long one is kept as a letter
//! of its own: `a` (alif), `A` (a long one, which no other vowel is), `w` (wāw), `y` (yē), `h` (hē).

/// Whether a character is of the Arabic script.
pub(super) const fn is_letter(c: char) -> bool {
    matches!(c, '\u{621}'..='\u{64a}' | '\u{66e}'..='\u{6d3}' | '\u{6d5}' | '\u{fb50}'..='\u{fdff}')
}

/// Whether a character is a vowel sign or another mark on a letter.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Spells a word by its letters. `false` when one is not known.
pub(super) fn spell(word: &str, spelled: &mut String) -> bool {
    for c in word.chars() {
        let letter = match c {
            'آ' => 'A',
            'ا' | 'أ' | 'إ' | 'ٱ' | 'ى' => 'a',
            'ب' => 'b',
            'پ' => 'p',
            'ت' | 'ط' | 'ٹ' | 'ۃ' | 'ة' => 't',
            'ث' | 'س' | 'ص' => 's',
            'ج' => 'j',
            'چ' => 'c',
            'ح' | 'ہ' | 'ه' | 'ۂ' => 'h',
            'خ' | 'ک' | 'ك' | 'ق' => 'k',
            'د' | 'ڈ' => 'd',
            'ذ' | 'ز' | 'ض' | 'ظ' | 'ژ' => 'z',
            'ر' | 'ڑ' => 'r',
            'ش' => 'S',
            'غ' | 'گ' => 'g',
            'ف' => 'f',
            'ل' => 'l',
            'م' => 'm',
            'ن' | 'ں' => 'n',
            'و' | 'ؤ' => 'w',
            'ی' | 'ي' | 'ے' | 'ئ' | 'ۓ' => 'y',
            // ʿAyn and hamza are heard as a vowel or not at all; ھ only breathes on the letter
            // before it.
            'ع' | 'ء' | 'ھ' => continue,
            c if is_mark(c) || super::is_silent(c) => continue,
            _ => return false,
        };
        spelled.push(letter);
    }
    !spelled.is_empty()
}
