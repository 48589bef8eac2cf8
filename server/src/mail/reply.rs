//! A reply of the relay (RFC 5321, section 4.2).

/// A reply: its code and its lines, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Three digits, such as 250.
    pub code: u16,
    /// The lines, at least one.
    pub lines: Vec<String>,
}

/// More of a reply is of no use to anybody, in characters.
const LONGEST_TEXT: usize = 1000;

impl Reply {
    /// 2xx: done.
    pub fn is_positive(&self) -> bool {
        self.code / 100 == 2
    }

    /// 5xx: refused for good.
    pub fn is_permanent(&self) -> bool {
        self.code / 100 == 5
    }

    /// 421: the relay is about to close the connection (RFC 5321, section 3.8).
    pub fn is_closing(&self) -> bool {
        self.code == 421
    }

    /// 530, 534, 535, 538: the relay wants us to sign in, or in another way (RFC 4954, section 6).
    pub fn is_about_signing_in(&self) -> bool {
        matches!(self.code, 530 | 534 | 535 | 538)
    }

    /// A recipient was refused for who sends: an enhanced code that says so (x.1.7, x.1.8; RFC 3463, section 3.2), or the words of
    /// relays that judge a sender no sooner (Postfix's `smtpd_delay_reject`).
    pub fn is_about_sender(&self) -> bool {
        const SENDER: [&str; 6] = [
            "sender address rejected",
            "sender not allowed",
            "sender is not allowed",
            "sender rejected",
            "sender not authori",
            "as this sender",
        ];
        matches!(self.enhanced(), Some((1, 7 | 8))) || self.says(&SENDER)
    }

    /// Refused for now for a reason that lies neither in a recipient nor in a message: the relay's own state (x.3.x; RFC 3463, section
    /// 3.4), or that it has had enough of us for a while, for which there is no code of its own.
    pub fn asks_everybody_to_wait(&self) -> bool {
        const ENOUGH: [&str; 9] =
            ["too many", "too much", "throttl", "rate limit", "sending rate", "sending limit", "sending quota", "message quota", "daily"];
        if self.code / 100 != 4 {
            return false;
        }
        match self.enhanced() {
            Some((1 | 2, _)) => false,
            Some((3, _)) => true,
            _ => self.says(&ENOUGH),
        }
    }

    /// Refused for good by a rule about who may send what to whom, by the words of relays that have no code for it: that is no news of
    /// the address.
    pub fn names_a_rule(&self) -> bool {
        const RULES: [&str; 9] = ["relay", "rcpthosts", "authenti", "permitted", "denied", "policy", "blocked", "blacklist", "spam"];
        self.enhanced().is_none() && self.says(&RULES)
    }

    /// Whether any of these stands in the text, which is read without the addresses and domains that it names.
    fn says(&self, any: &[&str]) -> bool {
        let is_name = |word: &&str| word.contains(['@', '<']) || word.trim_end_matches('.').contains('.');
        let text = self.lines.join(" ").to_lowercase();
        let text = text.split(' ').filter(|word| !is_name(word)).collect::<Vec<_>>().join(" ");
        any.iter().any(|words| text.contains(words))
    }

    /// The enhanced status code (RFC 3463), where the text begins with one of the reply's own class.
    pub fn enhanced(&self) -> Option<(u16, u16)> {
        let mut parts = self.lines.first()?.split(' ').next()?.split('.');
        let class: u16 = parts.next()?.parse().ok()?;
        let (subject, detail) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        (class == self.code / 100 && parts.next().is_none()).then_some((subject, detail))
    }

    /// Reads one line of a reply, without its end, and whether it is the last one; nothing where it is no such line.
    /// Some relays speak Latin-1: what is not UTF-8 is replaced.
    pub(super) fn from_line(line: &[u8]) -> Option<(Self, bool)> {
        let (code, rest) = line.split_at_checked(3)?;
        let code = std::str::from_utf8(code).ok()?.parse().ok().filter(|code| (200..600).contains(code))?;
        let last = match rest.first() {
            None | Some(b' ') => true,
            Some(b'-') => false,
            Some(_) => return None,
        };
        let text = String::from_utf8_lossy(rest.get(1..).unwrap_or_default());
        Some((Self { code, lines: vec![domain::person::single_line(&text)] }, last))
    }

    /// Appends a further line; says whether it belongs to this reply.
    pub(super) fn append(&mut self, line: Self) -> bool {
        self.lines.extend(line.lines);
        self.code == line.code
    }
}

/// Code and text, on one line of bounded length.
impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.lines.join(" ").chars().take(LONGEST_TEXT).collect();
        write!(f, "{} {text}", self.code)
    }
}

/// What of a reply's text, or of an error's that ends with one, may stand in a log: of the reply its codes alone, since its words
/// may name anything.
pub fn loggable(text: &str) -> String {
    let is_code = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_enhanced = |word: &str| word.split('.').count() == 3 && word.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
    let words: Vec<&str> = text.split(' ').collect();
    let Some(code) = words.iter().position(|word| is_code(word)) else { return text.to_owned() };
    let codes = if words.get(code + 1).is_some_and(|word| is_enhanced(word)) { code + 1 } else { code };
    words[..=codes].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&[u8]]) -> Option<Reply> {
        let (mut reply, mut last) = Reply::from_line(lines[0])?;
        for line in &lines[1..] {
            assert!(!last);
            let (more, ends) = Reply::from_line(line)?;
            last = ends;
            if !reply.append(more) {
                return None;
            }
        }
        last.then_some(reply)
    }

    #[test]
    fn lines_become_one_text() {
        let reply = read(&[b"550-5.1.1 No such", b"550 mailbox\there"]).unwrap();
        assert_eq!(reply.to_string(), "550 5.1.1 No such mailbox here");
        assert_eq!(reply.enhanced(), Some((1, 1)));
        assert!(reply.is_permanent() && !reply.is_positive());
        assert_eq!(read(&[b"250"]), Some(Reply { code: 250, lines: vec![String::new()] }));
    }

    #[test]
    fn latin_1_and_endless_texts_are_borne() {
        assert_eq!(read(&[b"550 bo\xeete inconnue"]).unwrap().to_string(), "550 bo\u{fffd}te inconnue");
        let long = [b"550-".as_slice(), &[b'x'; 900]].concat();
        let lines: Vec<&[u8]> = std::iter::repeat_n(long.as_slice(), 50).chain([b"550 end".as_slice()]).collect();
        assert_eq!(read(&lines).unwrap().to_string().len(), LONGEST_TEXT + 4);
    }

    #[test]
    fn an_enhanced_code_of_another_class_is_none() {
        assert_eq!(read(&[b"450 5.1.1 odd"]).unwrap().enhanced(), None);
        assert_eq!(read(&[b"250 OK"]).unwrap().enhanced(), None);
        assert_eq!(read(&[b"250 2.0.0.1 OK"]).unwrap().enhanced(), None);
    }

    #[test]
    fn a_recipient_may_be_refused_for_the_sender() {
        for (line, sender) in [
            (b"553 5.7.1 <a@b.example>: Sender address rejected: not owned by user c".as_slice(), true),
            (b"554 5.7.1 sender not allowed", true),
            (b"550 5.7.60 SMTP; Client does not have permissions to send as this sender", true),
            (b"550 5.1.8 unknown domain", true),
            (b"450 4.1.8 <a@b.example>: Sender address rejected: Domain not found", true),
            (b"550 5.1.1 <a@b.example>: Recipient address rejected: no such user", false),
            (b"550 5.7.1 the sender is blocked by this mailbox", false),
        ] {
            assert_eq!(read(&[line]).unwrap().is_about_sender(), sender);
        }
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for line in [b"".as_slice(), b"25", b"abc hello", b"250_x", b"999 x", b"099 x"] {
            assert_eq!(read(&[line]), None, "{line:?}");
        }
        assert_eq!(read(&[b"250-a", b"251 b"]), None);
    }

    #[test]
    fn what_a_relay_asks_of_everybody_is_told_from_what_concerns_one() {
        let reply = |code, text: &str| Reply { code, lines: vec![text.to_owned()] };
        for (code, text) in [
            (450, "4.7.1 Error: too many recipients from 192.0.2.1"),
            (452, "4.5.3 Too many recipients received this hour"),
            (454, "Throttling failure: Maximum sending rate exceeded."),
            (454, "4.7.0 Daily message quota exceeded"),
            (451, "4.3.0 Temporary lookup failure"),
            (450, "4.7.1 <ann@example.org>: daily quota exceeded"),
            (452, "4.3.1 Insufficient system storage"),
        ] {
            assert!(reply(code, text).asks_everybody_to_wait(), "{code} {text}");
        }
        for (code, text) in [
            (450, "4.2.0 Greylisted, try again in 300 seconds"),
            (450, "4.7.1 Greylisting in action, please come back later"),
            (452, "4.2.2 too many messages in this mailbox"),
            (450, "4.1.1 unverified address"),
            (451, "try again later"),
            (450, "4.7.1 <ann@dailynews.example>: Recipient address rejected: Greylisted"),
            (450, "4.7.1 mx.throttle.example: please come back"),
            (550, "5.7.1 too many bad commands"),
        ] {
            assert!(!reply(code, text).asks_everybody_to_wait(), "{code} {text}");
        }
    }

    #[test]
    fn a_log_gets_the_codes_of_a_reply_and_no_words() {
        assert_eq!(loggable("550 5.1.1 <ann@example.org>: no such user"), "550 5.1.1");
        assert_eq!(loggable("550 <ann@example.org>: no such user"), "550");
        assert_eq!(loggable("421"), "421");
        assert_eq!(loggable("the relay refused the connection: 554 5.7.1 ann@example.org"), "the relay refused the connection: 554 5.7.1");
        assert_eq!(loggable("connection refused (os error 111)"), "connection refused (os error 111)");
    }
}
