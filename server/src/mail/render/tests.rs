//! Every message in both languages, read back by another library; and names that would like to be headers or markup.

use super::*;
use crate::mail::values::BatchFacts;
use domain::{
    batch::BatchAction,
    delivery::{Notice, Reason, SendKind},
    eligibility::Skip,
    ids::BatchId,
};
use lettre::message::{
    Body, MultiPart, SinglePart,
    header::{ContentTransferEncoding, ContentType},
};
use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;

const LINK: &str = "https://latchkey.example.org/activate/AQAAAAAAAAAHAAAAAAAAAAnKq9Q-_x";
const ID: (OrganisationId, SendId) = (OrganisationId(7), SendId(42));
const KINDS: [(SendKind, Option<Notice>); 7] = [
    (SendKind::Invitation, None),
    (SendKind::Resend, None),
    (SendKind::Reset, None),
    (SendKind::Notice, Some(Notice::PasswordChanged)),
    (SendKind::Notice, Some(Notice::AddressChanged)),
    (SendKind::Notice, Some(Notice::BatchEnded)),
    (SendKind::Notice, Some(Notice::BatchWaits)),
];

fn sample(kind: SendKind, notice: Option<Notice>, language: Language) -> Values {
    Values {
        kind,
        notice,
        language,
        organisation: "Société Müller & Fils".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        sender_name: None,
        sender_address: "people@mueller.example".to_owned(),
        reply_to: Some("amelie@mueller.example".to_owned()),
        contact: Some("Amélie, +33 1 23 45 67 89".to_owned()),
        first_name: "Zoë".to_owned(),
        last_name: "O'Brien".to_owned(),
        identifier: "zoe@example.org".to_owned(),
        address: "Zoe@bücher.example".to_owned(),
        dated_at: Timestamp(1_772_322_600_000_000), // 2026-02-28T23:50:00Z
        expires_at: Some(Timestamp(1_773_529_199_000_000)),
        batch: notice.is_some_and(Notice::is_about_a_batch).then_some(BatchFacts {
            id: BatchId(9),
            action: BatchAction::SendCredentials,
            created_at: Timestamp(1_772_319_000_000_000),
            people: 12_345,
            receiving: 12_000,
            stopped: false,
            sent: 11_690,
            kept: false,
            failed: 300,
            dropped: 10,
            open: 0,
            reasons: Some(vec![(Reason::MailboxUnknown, 280), (Reason::MailboxFull, 20)]),
            skips: Some(vec![(Skip::NoEmailAddress, 237), (Skip::AlreadyInvited, 108)]),
        }),
    }
}

fn render(organisation: OrganisationId, send: SendId, values: &Values, link: &str) -> Result<Message, RenderError> {
    Mould::new(values)?.message(organisation, send, values, link)
}

fn samples() -> impl Iterator<Item = Values> {
    KINDS.into_iter().flat_map(|(kind, notice)| Language::ALL.iter().map(move |language| sample(kind, notice, *language)))
}

/// Headers of the message itself, unfolded, as names and raw values.
fn headers(bytes: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n").map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    let found: Vec<_> = headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).collect();
    assert_eq!(found.len(), 1, "{name}");
    &found[0].1
}

fn check_wire(bytes: &[u8]) {
    assert!(bytes.is_ascii());
    let text = std::str::from_utf8(bytes).unwrap();
    for line in text.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{line:?}");
    }
}

#[test]
fn every_message_says_what_it_must_in_both_parts_and_languages() {
    for values in samples() {
        let message = render(ID.0, ID.1, &values, LINK).unwrap();
        check_wire(&message.bytes);
        let parsed = MessageParser::new().parse(&message.bytes).unwrap();
        assert_eq!(parsed.text_body_count(), 1);
        assert_eq!(parsed.html_body_count(), 1);
        assert!(!parsed.subject().unwrap().contains(|c| matches!(c, '\u{fdd0}'..='\u{fdef}')), "a place that nobody fills");
        let (text, html) = (parsed.body_text(0).unwrap(), parsed.body_html(0).unwrap());
        let not_me = if values.language == Language::English { "Not me?" } else { "Ce n’est pas moi\u{202f}?" };
        let set_apart = [" ;", " :", " ?", " !", " »", "« "].iter().all(|mark| !text.contains(mark));
        assert!(values.language == Language::English || set_apart, "an ordinary space at a mark that French sets apart: {text}");
        for part in [text.as_ref(), &html.replace("&amp;", "&").replace("&#39;", "'")] {
            for needed in ["Zoë O'Brien", "Société Müller & Fils", "Amélie, +33 1 23 45 67 89", not_me] {
                assert!(part.contains(needed), "{needed} in {part}");
            }
            let acts = values.kind != SendKind::Notice;
            let day = if values.language == Language::English { "14 March 2026, 23:59 CET" } else { "14 mars 2026 à 23:59 CET" };
            assert_eq!((part.contains(LINK), part.contains(day)), (acts || values.batch.is_some(), acts), "{part}");
            assert_eq!(part.contains("zoe@example.org"), values.kind != SendKind::Notice || values.notice == Some(Notice::PasswordChanged));
            assert!(!part.contains("{{") && !part.contains("<img"));
        }
        assert!(html.contains(&format!("<html lang=\"{}\">", values.language)));
    }
}

#[test]
fn the_headers_are_those_of_an_automatic_message_that_is_the_same_each_time() {
    let values = sample(SendKind::Invitation, None, Language::French);
    let message = render(ID.0, ID.1, &values, LINK).unwrap();
    assert_eq!(message.bytes, render(ID.0, ID.1, &values, LINK).unwrap().bytes);
    assert_eq!(message.envelope, Envelope::new("people@mueller.example", "Zoe@xn--bcher-kva.example").unwrap());
    let headers = headers(&message.bytes);
    assert_eq!(header(&headers, "Message-ID"), "<7.42@mueller.example>");
    assert_eq!(header(&headers, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&headers, "Date"), "Sat, 28 Feb 2026 23:50:00 +0000");
    assert_eq!(header(&headers, "MIME-Version"), "1.0");
    assert!(header(&headers, "Content-Type").starts_with("multipart/alternative; boundary=\"=_latchkey_7_42\""));
    let parsed = MessageParser::new().parse(&message.bytes).unwrap();
    let from = parsed.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Société Müller & Fils"), Some("people@mueller.example")));
    let to = parsed.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Zoë O'Brien"), Some("Zoe@xn--bcher-kva.example")));
    assert_eq!(parsed.reply_to().unwrap().first().unwrap().address(), Some("amelie@mueller.example"));
    assert_eq!(parsed.subject(), Some("Activez votre compte chez Société Müller & Fils"));
    assert_eq!(parsed.parts[1].content_type().unwrap().attribute("charset"), Some("utf-8"));
}

#[test]
fn the_frame_is_the_one_that_lettre_makes() {
    for values in samples() {
        let bytes = render(ID.0, ID.1, &values, LINK).unwrap().bytes;
        let (wording, own) = (wording(&values, true), Own::new(&values, LINK));
        let part = |content_type: ContentType, content: String| {
            let encoded = crate::mail::quoted_printable::encode(&content);
            SinglePart::builder().header(content_type).body(Body::dangerous_pre_encoded(encoded, ContentTransferEncoding::QuotedPrintable))
        };
        let alternatives = MultiPart::alternative()
            .boundary("=_latchkey_7_42")
            .singlepart(part(ContentType::TEXT_PLAIN, own.put_into(&layout::text(&wording))))
            .singlepart(part(ContentType::TEXT_HTML, own.escaped().put_into(&layout::html(values.language, &wording, ""))))
            .formatted();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with(std::str::from_utf8(&alternatives).unwrap()), "{text}");
        let mut id = Headers::new();
        id.set(header::MessageId::from("<7.42@mueller.example>".to_owned()));
        assert!(text.contains(&format!("\r\n{id}")), "{text}");
    }
}

#[test]
fn one_mould_serves_all_who_are_told_the_same_and_nobody_else() {
    for values in samples() {
        let other = Values {
            first_name: "Jean ; Paul".to_owned(),
            last_name: "« D »".to_owned(),
            identifier: "<1>".to_owned(),
            address: "jean@example.org".to_owned(),
            ..values.clone()
        };
        assert!(values.say_the_same(&other));
        let poured = Mould::new(&values).unwrap().message(ID.0, ID.1, &other, LINK).unwrap();
        assert_eq!(poured.bytes, render(ID.0, ID.1, &other, LINK).unwrap().bytes);
        assert!(!Values { contact: None, ..values.clone() }.say_the_same(&values));
        assert!(!Values { expires_at: None, ..values.clone() }.say_the_same(&values));
    }
}

#[test]
fn no_name_becomes_a_header_or_markup() {
    let hostile = [
        "Eve\r\nBcc: all@example.org",
        "Eve\nBcc: all@example.org\n\nhello",
        "Eve\r\n\r\n--=_latchkey_7_42\r\nContent-Type: text/html\r\n\r\n<b>",
        "\"Eve\" <eve@evil.example>, \\",
        "<script>alert(1)</script>",
        "=?utf-8?q?Eve=0D=0ABcc:_all@example.org?=",
        "王小明\u{202e}gro.elpmaxe\u{2066}",
        "{{link}} %s {0}",
        "\u{0}\u{7}\u{2028}",
        "\u{fdd0}\u{fdd1}\u{fdd2}",
    ];
    let long = ["x".repeat(200), "é".repeat(200), "王".repeat(200), "a b".repeat(66), "\"\\".repeat(100)];
    for name in hostile.into_iter().map(str::to_owned).chain(long) {
        for mut values in samples() {
            values.first_name.clone_from(&name);
            values.last_name.clone_from(&name);
            values.organisation.clone_from(&name);
            values.sender_name = Some(name.clone());
            values.contact = Some(name.clone());
            values.identifier.clone_from(&name);
            check_hostile(&values);
        }
    }
}

fn check_hostile(values: &Values) {
    let message = render(ID.0, ID.1, values, LINK).unwrap();
    check_wire(&message.bytes);
    let headers = headers(&message.bytes);
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Date",
            "From",
            "To",
            "Reply-To",
            "Subject",
            "Message-ID",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "MIME-Version",
            "Content-Type"
        ]
    );
    let parsed = MessageParser::new().parse(&message.bytes).unwrap();
    assert_eq!((parsed.from().unwrap().iter().count(), parsed.to().unwrap().iter().count()), (1, 1));
    assert_eq!(parsed.from().unwrap().first().unwrap().address(), Some("people@mueller.example"));
    assert_eq!(parsed.parts.len(), 3);
    let html = parsed.body_html(0).unwrap();
    assert!(!html.contains("<script") && !html.contains("<b>"));
    assert!(parsed.body_text(0).unwrap().contains(&values.name()));
}

#[test]
fn an_address_that_cannot_be_written_to_is_an_error() {
    for address in ["", "jane", "jane@exa mple.org", "jane@example.org\r\nRCPT TO:<eve@example.org>", "jane@-.example"] {
        let good = sample(SendKind::Reset, None, Language::English);
        for values in [
            Values { address: address.to_owned(), ..good.clone() },
            Values { sender_address: address.to_owned(), ..good.clone() },
            Values { reply_to: Some(address.to_owned()), ..good },
        ] {
            assert!(render(ID.0, ID.1, &values, LINK).is_err(), "{address:?}");
        }
    }
}

#[test]
fn history_shows_what_was_sent_from_the_stored_values() {
    let values = sample(SendKind::Resend, None, Language::English);
    let stored: Values = serde_json::from_str(&serde_json::to_string(&values).unwrap()).unwrap();
    assert_eq!(stored, values);
    let shown = show(&stored, Language::French, "America/New_York");
    let message = render(ID.0, ID.1, &values, LINK).unwrap();
    let parsed = MessageParser::new().parse(&message.bytes).unwrap();
    assert_eq!(shown.subject, parsed.subject().unwrap());
    assert_eq!(shown.text, parsed.body_text(0).unwrap().replace("\r\n", "\n").replace(LINK, "[link]"));
    // Nothing to click, and the head in the language of whoever looks.
    assert!(!shown.html.contains("href") && !shown.html.contains("https:") && shown.html.contains("<br>[link]</p>"));
    let head = &shown.html[..shown.html.find("Hello").unwrap()];
    for line in [
        ("De", "Société Müller &amp; Fils &lt;people@mueller.example&gt;"),
        ("À", "Zoë O&#39;Brien &lt;Zoe@bücher.example&gt;"),
        ("Objet", "A new link to activate your account at Société Müller &amp; Fils"),
        ("Date", "28 février 2026 à 18:50 EST"),
    ] {
        assert!(head.contains(&format!(">{}</th>", line.0)) && head.contains(&format!(">{}</td>", line.1)), "{line:?} in {head}");
    }
    let french = Values { language: Language::French, ..values };
    assert!(show(&french, Language::English, "UTC").text.contains("\n[lien]\n"));
}

#[test]
fn no_name_follows_a_french_word_that_would_lose_its_vowel() {
    const LOSING: [&str; 10] = ["de", "que", "le", "la", "je", "ne", "se", "jusque", "lorsque", "puisque"];
    for (kind, notice) in KINDS {
        let values = Values {
            organisation: "Alpine".to_owned(),
            first_name: "Alice".to_owned(),
            contact: None,
            ..sample(kind, notice, Language::French)
        };
        let Shown { subject, text, html } = show(&values, Language::French, "UTC");
        for said in [subject, text, html] {
            let words: Vec<&str> = said.split_whitespace().collect();
            for pair in words.windows(2).filter(|pair| ["Alpine", "Alice"].iter().any(|name| pair[1].starts_with(name))) {
                assert!(!LOSING.contains(&pair[0].to_lowercase().as_str()), "{pair:?} in {kind:?} {notice:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_name_comes_back_as_one_line(first in "\\PC{0,40}", last in any::<String>()) {
        let values = Values { first_name: first, last_name: last, ..sample(SendKind::Invitation, None, Language::English) };
        let message = render(ID.0, ID.1, &values, LINK).unwrap();
        check_wire(&message.bytes);
        let parsed = MessageParser::new().parse(&message.bytes).unwrap();
        let to = parsed.to().unwrap().first().unwrap();
        prop_assert_eq!(to.address(), Some("Zoe@xn--bcher-kva.example"));
    }
}
