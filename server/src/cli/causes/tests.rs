//! Every cause that is put in French, and what is left in the words of whoever said it.

use super::*;
use std::{borrow::Cow, error::Error, fmt};

/// What PostgreSQL says: its code, in words that must not be repeated where the code is known.
#[derive(Debug)]
struct Said(&'static str);

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("its words (at line 3)")
    }
}

impl Error for Said {}

impl sqlx::error::DatabaseError for Said {
    fn message(&self) -> &'static str {
        "its words"
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        Some(self.0.into())
    }

    fn as_error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> sqlx::error::ErrorKind {
        sqlx::error::ErrorKind::Other
    }
}

#[test]
fn the_operating_system_speaks_french() {
    // By their numbers on Linux, so that the words that it would say are there to be seen.
    for (number, part) in [
        (98, "utilise déjà cette adresse"),
        (99, "n’a pas cette adresse"),
        (13, "accès est refusé"),
        (1, "accès est refusé"),
        (2, "n’existe pas"),
        (17, "existe déjà"),
        (20, "n’est pas un dossier"),
        (21, "c’est un dossier"),
        (36, "le nom est trop long"),
        (28, "plus de place"),
        (122, "quota"),
        (30, "lecture seule"),
        (111, "rien n’écoute"),
        (104, "coupée"),
        (103, "coupée"),
        (32, "coupée"),
        (113, "aucun chemin"),
        (101, "aucun chemin"),
        (100, "aucun chemin"),
        (110, "à temps"),
        (12, "mémoire"),
    ] {
        let error = io::Error::from_raw_os_error(number);
        let told = io(&error);
        assert!(told.contains(part) && !told.contains("os error"), "{error}: {told}");
    }
    assert_eq!(io(&io::ErrorKind::UnexpectedEof.into()), "la connexion a été coupée");
    assert_eq!(io(&io::read_to_string(&b"\xff"[..]).unwrap_err()), "le contenu n’est pas en UTF-8");
    let lookup = io::Error::other("failed to lookup address information: Name or service not known");
    assert_eq!(io(&lookup), "le nom de l’hôte est introuvable");
    assert_eq!(io(&io::Error::from_raw_os_error(5)), "Input/output error (os error 5)");
}

#[test]
fn certificates_are_judged_in_french() {
    for (judgement, part) in [
        (CertificateError::Expired, "a expiré"),
        (CertificateError::NotValidForName, "à un autre nom"),
        (CertificateError::UnknownIssuer, "LATCHKEY_CA_FILE"),
    ] {
        let error = rustls::Error::InvalidCertificate(judgement);
        let inside = sqlx::Error::Io(io::Error::new(io::ErrorKind::InvalidData, error.clone()));
        for told in [tls(&error), sql(&inside), sql(&sqlx::Error::Tls(error.clone().into()))] {
            assert!(told.contains(part) && !told.contains("certificate"), "{told}");
        }
    }
    let plain = sqlx::Error::Tls("server does not support TLS".into());
    assert_eq!(sql(&plain), "aucune connexion de confiance (TLS) n’aboutit : le serveur n’offre pas TLS");
    let refused = sqlx::Error::Tls("its words".into());
    assert_eq!(sql(&refused), "aucune connexion de confiance (TLS) n’aboutit : its words");
    assert_eq!(pem(&pem::Error::Io(io::ErrorKind::NotFound.into())), "le fichier ou le dossier n’existe pas");
    assert_eq!(pem(&pem::Error::NoItemsFound), "il n’est pas au format PEM");
}

#[test]
fn postgresql_speaks_french_where_its_code_is_known() {
    for (code, part) in [
        ("3D000", "n’existe pas"),
        ("28P01", "n’est pas accepté"),
        ("28000", "n’est pas accepté"),
        ("53300", "trop de connexions"),
        ("57P03", "démarrer ou de s’arrêter"),
        ("57P01", "mis fin"),
        ("57P02", "mis fin"),
        ("42501", "le droit"),
        ("53100", "plus de place"),
        ("25006", "lecture seule"),
    ] {
        let told = sql(&sqlx::Error::Database(Box::new(Said(code))));
        assert!(told.contains(part) && !told.contains("its words"), "{code}: {told}");
    }
    assert_eq!(sql(&sqlx::Error::Database(Box::new(Said("42P01")))), "its words");
}

#[test]
fn the_way_to_the_database_is_told_in_french() {
    assert_eq!(sql(&sqlx::Error::PoolTimedOut), "aucune réponse n’est venue à temps");
    assert_eq!(sql(&sqlx::Error::Io(io::ErrorKind::TimedOut.into())), "aucune réponse n’est venue à temps");
    assert_eq!(sql(&sqlx::Error::PoolClosed), "la connexion est déjà fermée");
    assert_eq!(sql(&sqlx::Error::RowNotFound), "une ligne attendue manque");
    assert_eq!(sql(&sqlx::Error::Configuration("its words".into())), "its words");
}

#[test]
fn a_migration_is_named() {
    let failed = |version| MigrateError::ExecuteMigration(sqlx::Error::PoolTimedOut, version);
    assert_eq!(migration(&failed(7)), "migration 7 : aucune réponse n’est venue à temps");
    assert_eq!(sql(&sqlx::Error::Migrate(Box::new(failed(7)))), "migration 7 : aucune réponse n’est venue à temps");
    assert_eq!(migration(&MigrateError::Execute(sqlx::Error::PoolTimedOut)), "aucune réponse n’est venue à temps");
    assert_eq!(migration(&MigrateError::VersionMismatch(7)), "la migration 7 y a été faite sous une autre forme");
    assert_eq!(migration(&MigrateError::Dirty(7)), "la migration 7 n’y a été faite qu’en partie");
}
