//! The dialogue with a relay: TLS is never given up silently, and who signs in does it over TLS only.

use crate::crowd::Crowd;
use domain::delivery::Concern;
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use server::{
    mail::{
        relay::{ConnectError, Relay as Towards},
        transport::Transport,
    },
    outbox::RelayState,
};
use sink::relay::{Act, Moment, Relay, Tls};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::{path::PathBuf, sync::Arc};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivatePkcs8KeyDer},
};

/// A private authority, its file, and a relay's certificate made by it.
struct Authority {
    _folder: TempDir,
    file: PathBuf,
    acceptor: TlsAcceptor,
}

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, ca.pem()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
        .unwrap();
    Authority { _folder: folder, file, acceptor: TlsAcceptor::from(Arc::new(config)) }
}

impl Authority {
    async fn relay(&self, tls: Tls, script: impl FnMut(&Moment) -> Act + Send + 'static) -> Relay {
        Relay::start_with(Some((self.acceptor.clone(), tls)), true, script).await
    }
}

fn towards(relay: &Relay, scheme: &str, user: &str, option: &str, ca: Option<&PathBuf>) -> Towards {
    let url = format!("{scheme}://{user}localhost:{}{option}", relay.address.port());
    Towards::new(url.parse().unwrap(), "latchkey.example.org", ca.map(PathBuf::as_path)).unwrap()
}

#[sqlx::test(migrations = false)]
async fn both_kinds_of_tls_deliver_and_sign_in(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, authority) = (Crowd::new(options, 2).await, authority());
    for (tls, scheme, option) in [(Tls::AfterStartTls, "smtp", "?tls=required"), (Tls::First, "smtps", "")] {
        let relay = authority.relay(tls, |_| Act::Accept).await;
        let towards = towards(&relay, scheme, "mailer:s%20cret@", option, Some(&authority.file));
        crowd.worker_to(Transport::Relay(Box::new(towards)), 1).run_until_idle().await.unwrap();
        assert_eq!(relay.received().len(), 2);
        crowd.database.execute("update sends set state = 'queued', finished_at = null").await;
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let (authority, other) = (authority(), authority());
    for (tls, scheme, option) in [(Tls::AfterStartTls, "smtp", "?tls=required"), (Tls::First, "smtps", "")] {
        let relay = authority.relay(tls, |_| Act::Accept).await;
        let error = towards(&relay, scheme, "mailer:secret@", option, Some(&other.file)).connect().await.err();
        assert!(matches!(error, Some(ConnectError::Tls(_))), "{error:?}");
    }
}

#[tokio::test]
async fn starttls_that_is_not_offered_is_not_done_without() {
    let relay = Relay::start(|moment| panic!("nothing may be said without TLS: {moment:?}")).await;
    relay.change(|moment| match moment {
        Moment::Greeting => Act::Accept,
        _ => Act::Say("554 nothing may be said without TLS"),
    });
    let error = towards(&relay, "smtp", "mailer:secret@", "?tls=required", Some(&authority().file)).connect().await.err();
    assert!(matches!(error, Some(ConnectError::NoStartTls)), "{error:?}");
}

#[tokio::test]
async fn what_was_said_before_tls_does_not_count_under_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://localhost:{}?tls=required", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut said = [0; 1024];
        stream.write_all(b"220 relay\r\n").await.unwrap();
        let _ = stream.read(&mut said).await;
        stream.write_all(b"250-relay\r\n250 STARTTLS\r\n").await.unwrap();
        let _ = stream.read(&mut said).await;
        stream.write_all(b"220 go ahead\r\n250 injected\r\n").await.unwrap();
        let _ = stream.read(&mut said).await;
    });
    let towards = Towards::new(url.parse().unwrap(), "latchkey.example.org", Some(&authority().file)).unwrap();
    let error = towards.connect().await.err();
    assert!(matches!(error, Some(ConnectError::Dialogue(_))), "{error:?}");
}

#[sqlx::test(migrations = false)]
async fn a_refused_sign_in_concerns_everybody_and_burns_nothing(_: PgPoolOptions, options: PgConnectOptions) {
    let (crowd, authority) = (Crowd::new(options, 20).await, authority());
    let relay = authority
        .relay(Tls::First, |moment| if *moment == Moment::Authentication { Act::Say("535 5.7.8 wrong password") } else { Act::Accept })
        .await;
    let worker = crowd.worker_to(Transport::Relay(Box::new(towards(&relay, "smtps", "mailer:wrong@", "", Some(&authority.file)))), 4);
    worker.run_until_idle().await.unwrap();
    assert!(matches!(*worker.relay_state().borrow(), RelayState::Trouble { concern: Concern::Authentication, .. }));
    assert_eq!(crowd.value::<i64>("select count(*) from sends where state = 'queued' and attempts = 0 and taken_up_at is null").await, 20);
    relay.change(|_| Act::Accept);
    worker.run_until_idle().await.unwrap();
    assert_eq!(relay.received().len(), 20);
}
