//! The domains of the senders: whether the DNS says of them what receivers look for.

use super::{Finding, texts};
use domain::language::Language;
use hickory_resolver::{
    TokioResolver,
    net::NetError,
    proto::rr::{RData, RecordType},
};
use std::{collections::BTreeSet, time::Duration};

/// How long one server of the DNS is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the DNS says of a domain from which messages are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Facts {
    mail: Mail,
    /// Records that say who may send for it (RFC 7208).
    spf: usize,
    /// A record says what becomes of messages that others send in its name (RFC 7489), its own or that of a domain above.
    dmarc: bool,
}

/// Whether a domain receives answers and what comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mail {
    /// It does.
    Taken,
    /// It says that it never does (RFC 7505).
    Refused,
    /// It has neither a mail server nor an address (RFC 5321, section 5.1).
    Nowhere,
}

/// Asks the DNS that this machine uses about the domains of senders.
pub async fn examine(senders: &[String], language: Language) -> Vec<Finding> {
    let domains: BTreeSet<String> = senders.iter().filter_map(|sender| domain_of(sender)).collect();
    if domains.is_empty() {
        return Vec::new();
    }
    let resolver = TokioResolver::builder_tokio().and_then(|mut builder| {
        builder.options_mut().timeout = PATIENCE;
        builder.build()
    });
    let resolver = match resolver {
        Ok(resolver) => resolver,
        Err(error) => return vec![Finding::note(texts::dns_is_silent(language, &error.to_string()))],
    };
    look(&resolver, &domains, language)
        .await
        .unwrap_or_else(|error| vec![Finding::note(texts::dns_is_silent(language, &error.to_string()))])
}

async fn look(resolver: &TokioResolver, domains: &BTreeSet<String>, language: Language) -> Result<Vec<Finding>, NetError> {
    // Who knows nobody at the root, as within a closed network, knows nothing of public names.
    match resolver.lookup(".", RecordType::NS).await {
        Err(error) if error.is_no_records_found() => return Ok(vec![Finding::note(texts::dns_is_closed(language))]),
        known => known?,
    };
    let mut findings = Vec::new();
    for domain in domains {
        findings.extend(judge(domain, ask(resolver, domain).await?, language));
    }
    Ok(findings)
}

/// The domain of an address as the DNS knows it; nothing where the public one knows none (RFC 2606, 6761, 6762).
fn domain_of(address: &str) -> Option<String> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = idna::domain_to_ascii(domain).ok()?;
    let (above, last) = domain.rsplit_once('.')?;
    let private = matches!(last, "test" | "example" | "invalid" | "localhost" | "local" | "internal")
        || matches!(last, "com" | "net" | "org") && (above == "example" || above.ends_with(".example"));
    (!private && !domain.starts_with('[')).then_some(domain)
}

async fn ask(resolver: &TokioResolver, domain: &str) -> Result<Facts, NetError> {
    let records = async |name: String, kind: RecordType| match resolver.lookup(name, kind).await {
        Ok(found) => Ok(found.answers().iter().map(|record| record.data.clone()).collect()),
        Err(error) if error.is_no_records_found() => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    // With a dot at its end no domain of this machine is put behind it.
    let texts = async |name: String| Ok::<_, NetError>(records(name, RecordType::TXT).await?.iter().filter_map(text).collect::<Vec<_>>());
    let servers: Vec<RData> = records(format!("{domain}."), RecordType::MX).await?;
    let servers: Vec<_> = servers.iter().filter_map(|record| if let RData::MX(mx) = record { Some(mx) } else { None }).collect();
    let mail = if servers.iter().any(|mx| !mx.exchange.is_root()) {
        Mail::Taken
    } else if !servers.is_empty() {
        Mail::Refused
    } else {
        match resolver.lookup_ip(format!("{domain}.")).await {
            Ok(_) => Mail::Taken,
            Err(error) if error.is_no_records_found() => Mail::Nowhere,
            Err(error) => return Err(error),
        }
    };
    let spf = texts(format!("{domain}.")).await?.iter().filter(|text| is_version(text, "v=spf1")).count();
    let mut dmarc = false;
    let mut above = Some(domain);
    while let Some(name) = above.filter(|name| !dmarc && name.contains('.')) {
        dmarc = texts(format!("_dmarc.{name}.")).await?.iter().any(|text| is_version(text, "v=DMARC1"));
        above = name.split_once('.').map(|(_, above)| above);
    }
    Ok(Facts { mail, spf, dmarc })
}

/// The text of a TXT record, whose parts belong together.
fn text(record: &RData) -> Option<String> {
    let RData::TXT(txt) = record else { return None };
    Some(txt.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect())
}

/// Whether a record begins with this version, as a word.
fn is_version(text: &str, version: &str) -> bool {
    text.strip_prefix(version).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

/// What to say of a domain.
fn judge(domain: &str, facts: Facts, language: Language) -> Vec<Finding> {
    let mail = match facts.mail {
        Mail::Taken => None,
        Mail::Refused => Some(Finding::bad(texts::domain_refuses_mail(language, domain))),
        // Nothing else matters then.
        Mail::Nowhere => return vec![Finding::bad(texts::domain_is_nowhere(language, domain))],
    };
    let spf = match facts.spf {
        0 => Some(Finding::note(texts::domain_without_spf(language, domain))),
        1 => None,
        _ => Some(Finding::bad(texts::domain_with_several_spf(language, domain))),
    };
    let dmarc = (!facts.dmarc).then(|| Finding::note(texts::domain_without_dmarc(language, domain)));
    let mut findings: Vec<_> = [mail, spf, dmarc].into_iter().flatten().collect();
    if findings.is_empty() {
        findings.push(Finding::good(texts::domain_is_sound(language, domain)));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;
    use hickory_resolver::{
        config::{ConnectionConfig, NameServerConfig, ResolverConfig},
        net::runtime::TokioRuntimeProvider,
        proto::{
            op::{Message, MessageType, ResponseCode},
            rr::{
                Name, Record,
                rdata::{A, MX, NS, TXT},
            },
        },
    };
    use std::net::Ipv4Addr;
    use tokio::net::UdpSocket;

    /// Asks a server of the DNS that knows what is given.
    async fn resolver(knows: fn(&str, RecordType) -> Vec<RData>) -> TokioResolver {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let mut connection = ConnectionConfig::udp();
        connection.port = socket.local_addr().unwrap().port();
        let server = NameServerConfig::new(Ipv4Addr::LOCALHOST.into(), true, vec![connection]);
        tokio::spawn(async move {
            let mut packet = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut packet).await {
                let asked = Message::from_vec(&packet[..length]).unwrap();
                let query = asked.queries[0].clone();
                let mut answer = Message::response(asked.metadata.id, asked.metadata.op_code);
                answer.metadata.message_type = MessageType::Response;
                let known = knows(&query.name().to_string(), query.query_type());
                if known.is_empty() {
                    answer.metadata.response_code = ResponseCode::NXDomain;
                }
                answer.add_query(query.clone());
                answer.add_answers(known.into_iter().map(|data| Record::from_rdata(query.name().clone(), 60, data)));
                socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
            }
        });
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()).build().unwrap()
    }

    fn public(name: &str, kind: RecordType) -> Vec<RData> {
        let txt = |text: &str| RData::TXT(TXT::new(vec![text.to_owned()]));
        let mx = |name: &str| RData::MX(MX::new(0, Name::from_ascii(name).unwrap()));
        match (name, kind) {
            (".", RecordType::NS) => vec![RData::NS(NS(Name::from_ascii("a.root.").unwrap()))],
            ("sound.fr.", RecordType::MX) => vec![mx("mx.sound.fr.")],
            ("sound.fr.", RecordType::TXT) => vec![txt("other"), txt("v=spf1 -all")],
            ("_dmarc.sound.fr.", RecordType::TXT) => vec![txt("v=DMARC1; p=none")],
            ("news.sound.fr.", RecordType::A) => vec![RData::A(A::new(192, 0, 2, 1))],
            ("news.sound.fr.", RecordType::TXT) => vec![txt("v=spf1 a -all"), txt("v=spf1"), txt("v=spf10")],
            ("silent.fr.", RecordType::MX) => vec![mx(".")],
            _ => Vec::new(),
        }
    }

    #[tokio::test]
    async fn what_receivers_look_for_is_found_or_missed() {
        let resolver = resolver(public).await;
        let sound = Facts { mail: Mail::Taken, spf: 1, dmarc: true };
        assert_eq!(ask(&resolver, "sound.fr").await.unwrap(), sound);
        // Its address takes mail, and the domain above speaks for it.
        assert_eq!(ask(&resolver, "news.sound.fr").await.unwrap(), Facts { spf: 2, ..sound });
        assert_eq!(ask(&resolver, "silent.fr").await.unwrap(), Facts { mail: Mail::Refused, spf: 0, dmarc: false });
        assert_eq!(ask(&resolver, "nowhere.fr").await.unwrap(), Facts { mail: Mail::Nowhere, spf: 0, dmarc: false });
    }

    #[tokio::test]
    async fn a_dns_without_a_root_is_believed_nothing() {
        let domains = BTreeSet::from(["sound.fr".to_owned(), "silent.fr".to_owned()]);
        let seen = async |knows| {
            let findings = look(&resolver(knows).await, &domains, Language::English).await.unwrap();
            findings.iter().map(|finding| finding.verdict).collect::<Vec<_>>()
        };
        assert_eq!(seen(public).await, [Verdict::Bad, Verdict::Note, Verdict::Note, Verdict::Good]);
        assert_eq!(seen(|_, _| Vec::new()).await, [Verdict::Note]);
    }

    #[test]
    fn what_costs_messages_is_bad_and_what_may_is_worth_knowing() {
        let verdicts = |facts| judge("sound.fr", facts, Language::French).iter().map(|finding| finding.verdict).collect::<Vec<_>>();
        let sound = Facts { mail: Mail::Taken, spf: 1, dmarc: true };
        assert_eq!(verdicts(sound), [Verdict::Good]);
        assert_eq!(verdicts(Facts { spf: 0, dmarc: false, ..sound }), [Verdict::Note, Verdict::Note]);
        assert_eq!(verdicts(Facts { mail: Mail::Refused, spf: 2, ..sound }), [Verdict::Bad, Verdict::Bad]);
        assert_eq!(verdicts(Facts { mail: Mail::Nowhere, spf: 0, dmarc: false }), [Verdict::Bad]);
    }

    #[test]
    fn nobody_is_asked_about_names_that_are_not_public() {
        for address in ["a@localhost", "a@intranet", "a@mail.example.org", "a@example.com", "a@corp.internal", "a@[192.0.2.1]", "a@x.test"]
        {
            assert_eq!(domain_of(address), None, "{address}");
        }
        assert_eq!(domain_of("Zoë@Bücher.de").as_deref(), Some("xn--bcher-kva.de"));
        assert_eq!(domain_of("a@myexample.org").as_deref(), Some("myexample.org"));
    }
}
