//! How a message is laid out, as text and as HTML.
//!
//! The HTML uses tables and inline styles, since Outlook knows little else, and no images. Its colours change in dark mode
//! where the reader's program allows that, and stay legible where it turns them around by itself.

use super::wording::{Link, Wording};
use domain::language::Language;
use std::sync::LazyLock;

macro_rules! template {
    ($file:literal) => {
        LazyLock::new(|| parted(include_str!($file)))
    };
}
static FRAME: Template = template!("templates/frame.html");
static PARAGRAPH: Template = template!("templates/paragraph.html");
static SIGN_IN: Template = template!("templates/sign_in.html");
static ACTION: Template = template!("templates/action.html");
static EXPIRY: Template = template!("templates/expiry.html");
static LINK: Template = template!("templates/link.html");
static CLOSING: Template = template!("templates/closing.html");
static HEAD: Template = template!("templates/head.html");
static HEAD_LINE: Template = template!("templates/head_line.html");

/// A template: what stands before its first place, then each place by name with what stands behind it. Taken apart once.
type Template = LazyLock<(&'static str, Vec<(&'static str, &'static str)>)>;

fn parted(template: &'static str) -> (&'static str, Vec<(&'static str, &'static str)>) {
    let mut parts = template.split("{{");
    (parts.next().unwrap_or_default(), parts.map(|part| part.split_once("}}").unwrap_or((part, ""))).collect())
}

/// The text part.
pub(super) fn text(wording: &Wording) -> String {
    let mut parts = vec![wording.greeting.clone()];
    parts.extend(wording.paragraphs.iter().cloned());
    parts.extend(wording.sign_in.iter().map(|(label, identifier)| format!("{label}\n{identifier}")));
    if let Some(action) = &wording.action {
        parts.push(format!("{}\n{}", action.label, action.link.text()));
        parts.extend(action.expiry.clone());
    }
    parts.push(wording.questions.clone());
    parts.push(format!("{} {}", wording.not_me.0, wording.not_me.1));
    parts.push(format!("-- \n{}\n", wording.footer));
    parts.join("\n\n")
}

/// What stands above a message that is shown again: labels and values, in the language of whoever looks.
pub(super) fn head(reader: Language, lines: &[(String, String)]) -> String {
    let lines = lines.iter().map(|(label, value)| fill(&HEAD_LINE, &[("label", &escaped(label)), ("value", &escaped(value))]));
    fill(&HEAD, &[("language", reader.as_str()), ("lines", lines.collect::<String>().trim_end())])
}

/// The HTML part; `head` stands above it, and is empty in a message that leaves.
pub(super) fn html(language: Language, wording: &Wording, head: &str) -> String {
    let mut content = String::new();
    for paragraph in std::iter::once(&wording.greeting).chain(&wording.paragraphs) {
        content += &fill(&PARAGRAPH, &[("text", &escaped(paragraph))]);
    }
    if let Some((label, identifier)) = &wording.sign_in {
        content += &fill(&SIGN_IN, &[("label", &escaped(label)), ("identifier", &escaped(identifier))]);
    }
    if let Some(action) = &wording.action {
        let (href, link) = match &action.link {
            Link::To(link) => (format!(" href=\"{}\"", escaped(link)), fill(&LINK, &[("link", &escaped(link))])),
            Link::LeftOut(word) => (String::new(), escaped(word)),
        };
        let expiry = action.expiry.as_deref().map(|expiry| fill(&EXPIRY, &[("expiry", &escaped(expiry))]));
        content += &fill(
            &ACTION,
            &[
                ("href", &href),
                ("link", &link),
                ("label", &escaped(&action.label)),
                ("expiry", &expiry.unwrap_or_default()),
                ("written_out", &escaped(&action.written_out)),
            ],
        );
    }
    let (not_me, answer) = &wording.not_me;
    content += &fill(&CLOSING, &[("questions", &escaped(&wording.questions)), ("not_me", &escaped(not_me)), ("answer", &escaped(answer))]);
    fill(
        &FRAME,
        &[
            ("language", language.as_str()),
            ("subject", &escaped(&wording.subject)),
            ("head", head),
            ("content", content.trim_end()),
            ("footer", &escaped(&wording.footer)),
        ],
    )
}

/// Puts values where a template names them, in one pass: what a value holds is never looked at again.
fn fill((beginning, places): &(&str, Vec<(&str, &str)>), values: &[(&str, &str)]) -> String {
    let length = |texts: &[(&str, &str)]| texts.iter().map(|(_, text)| text.len()).sum::<usize>();
    let mut filled = String::with_capacity(beginning.len() + length(places) + length(values));
    filled.push_str(beginning);
    for (name, rest) in places {
        let value = values.iter().find(|(known, _)| known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        filled.push_str(rest);
    }
    filled
}

/// A text as HTML shows it, in content and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut rest = text;
    while let Some(place) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        escaped.push_str(&rest[..place]);
        escaped.push_str(match rest.as_bytes()[place] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[place + 1..];
    }
    escaped.push_str(rest);
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_place_stays_what_it_is() {
        assert_eq!(fill(&parted("{{a}} and {{b}}."), &[("a", "{{b}}"), ("b", "2")]), "{{b}} and 2.");
    }

    #[test]
    fn every_place_in_every_template_is_known() {
        let known = [
            "language",
            "subject",
            "content",
            "footer",
            "text",
            "label",
            "identifier",
            "href",
            "link",
            "expiry",
            "written_out",
            "questions",
            "not_me",
            "answer",
            "head",
            "lines",
            "value",
        ];
        for template in [&FRAME, &PARAGRAPH, &SIGN_IN, &ACTION, &LINK, &CLOSING, &HEAD, &HEAD_LINE] {
            for (place, _) in &template.1 {
                assert!(known.contains(place), "{place}");
            }
        }
    }
}
