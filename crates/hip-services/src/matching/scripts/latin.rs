//! Latin letters, with and without the signs of scholars' transliterations.

/// Whether a character is a sign above or below the letter before it.
pub(super) const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Spells a word in plain lower-case letters. `false` when a letter is none of Latin's.
pub(super) fn spell(word: &str, spelled: &mut String) -> bool {
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' => spelled.push(c),
            'ā' | 'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => spelled.push('a'),
            'ē' | 'é' | 'è' | 'ê' | 'ë' => spelled.push('e'),
            'ī' | 'í' | 'ì' | 'î' | 'ï' => spelled.push('i'),
            'ō' | 'ó' | 'ò' | 'ô' | 'õ' | 'ö' => spelled.push('o'),
            'ū' | 'ú' | 'ù' | 'û' | 'ü' => spelled.push('u'),
            'ñ' | 'ṅ' | 'ṇ' | 'ń' | 'ṉ' => spelled.push('n'),
            'ś' | 'ṣ' | 'š' => spelled.push_str("sh"),
            'ç' | 'č' => spelled.push_str("ch"),
            'ṭ' => spelled.push('t'),
            'ḍ' => spelled.push('d'),
            'ḷ' | 'ḻ' => spelled.push('l'),
            'ṛ' | 'ṟ' => spelled.push('r'),
            'ṃ' | 'ṁ' => spelled.push('m'),
            'ḥ' => spelled.push('h'),
            c if is_mark(c) || super::is_silent(c) => {}
            _ => return false,
        }
    }
    true
}
