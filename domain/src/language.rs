//! The languages that every screen and message exists in.

use crate::words::words;

words! {
    /// A language of screens and mail.
    #[derive(Default)]
    Language {
        /// English.
        #[default]
        English = "en",
        /// French.
        French = "fr",
    }
}

impl Language {
    /// The best match for an `Accept-Language` header (RFC 9110, section 12.5.4), or none.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for entry in header.split(',') {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or_default();
            if let Ok(language) = primary.parse::<Self>()
                && weight > 0.0
                && best.is_none_or(|(heaviest, _)| weight > heaviest)
            {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_is_accepted() {
        assert_eq!(Language::accepted("fr-CH, fr;q=0.9, en;q=0.8"), Some(Language::French));
        assert_eq!(Language::accepted("de, en;q=0.5, fr;q=0.7"), Some(Language::French));
        assert_eq!(Language::accepted("en-GB"), Some(Language::English));
        assert_eq!(Language::accepted("fr;q=0"), None);
        assert_eq!(Language::accepted("de, *"), None);
    }
}
