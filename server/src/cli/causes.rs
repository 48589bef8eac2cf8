//! What the operating system, TLS and the database say of a failure, in French. What is rare stays as they say it.

use rustls::{CertificateError, pki_types::pem};
use sqlx::migrate::MigrateError;
use std::io;

/// A failure of the operating system.
pub(super) fn io(error: &io::Error) -> String {
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls(error);
    }
    let words = match error.kind() {
        io::ErrorKind::AddrInUse => "un autre programme utilise déjà cette adresse et ce port",
        io::ErrorKind::AddrNotAvailable => "cette machine n’a pas cette adresse",
        io::ErrorKind::PermissionDenied => "l’accès est refusé",
        io::ErrorKind::NotFound => "le fichier ou le dossier n’existe pas",
        io::ErrorKind::AlreadyExists => "le fichier ou le dossier existe déjà",
        io::ErrorKind::NotADirectory => "une partie du chemin n’est pas un dossier",
        io::ErrorKind::IsADirectory => "c’est un dossier, et non un fichier",
        io::ErrorKind::InvalidFilename => "le nom est trop long ou n’est pas permis",
        io::ErrorKind::InvalidData if error.get_ref().is_none() => "le contenu n’est pas en UTF-8",
        io::ErrorKind::StorageFull => "il n’y a plus de place sur le disque",
        io::ErrorKind::QuotaExceeded => "le quota du disque est atteint",
        io::ErrorKind::ReadOnlyFilesystem => "le système de fichiers est en lecture seule",
        io::ErrorKind::ConnectionRefused => "la connexion est refusée : rien n’écoute à cette adresse",
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
            "la connexion a été coupée"
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => {
            "aucun chemin du réseau ne mène à cette adresse"
        }
        io::ErrorKind::TimedOut => "aucune réponse n’est venue à temps",
        io::ErrorKind::OutOfMemory => "il n’y a plus de mémoire",
        _ => return unnamed(error),
    };
    words.to_owned()
}

/// A failure that has no kind of its own: a name that is not found is told by its words alone.
fn unnamed(error: &io::Error) -> String {
    let words = error.to_string();
    if words.starts_with("failed to lookup address information") { "le nom de l’hôte est introuvable".to_owned() } else { words }
}

/// A failure of TLS.
pub(super) fn tls(error: &rustls::Error) -> String {
    let words = match error {
        rustls::Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "le certificat du serveur a expiré"
        }
        rustls::Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }) => {
            "le certificat du serveur est à un autre nom"
        }
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
            "l’autorité qui a signé le certificat du serveur n’est pas de confiance ; LATCHKEY_CA_FILE peut en nommer une"
        }
        error => return untrusted(error),
    };
    words.to_owned()
}

fn untrusted(error: impl std::fmt::Display) -> String {
    format!("aucune connexion de confiance (TLS) n’aboutit : {error}")
}

/// A file of certificates that cannot be read.
pub(super) fn pem(error: &pem::Error) -> String {
    match error {
        pem::Error::Io(error) => io(error),
        _ => "il n’est pas au format PEM".to_owned(),
    }
}

/// A failure on the way to the database, or in it.
pub(super) fn sql(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Configuration(error) => error.to_string(),
        sqlx::Error::Database(error) => refusal(error.as_ref()),
        sqlx::Error::Io(error) => io(error),
        // Told by its words alone.
        sqlx::Error::Tls(error) if error.to_string() == "server does not support TLS" => untrusted("le serveur n’offre pas TLS"),
        sqlx::Error::Tls(error) => error.downcast_ref().map_or_else(|| untrusted(error), tls),
        sqlx::Error::PoolTimedOut => "aucune réponse n’est venue à temps".to_owned(),
        sqlx::Error::PoolClosed => "la connexion est déjà fermée".to_owned(),
        sqlx::Error::RowNotFound => "une ligne attendue manque".to_owned(),
        sqlx::Error::Migrate(error) => migration(error),
        error => error.to_string(),
    }
}

/// What PostgreSQL says, by its code (appendix A of its manual).
pub(super) fn refusal(error: &dyn sqlx::error::DatabaseError) -> String {
    let code = error.code();
    let words = match code.as_deref() {
        Some("3D000") => "la base de données indiquée n’existe pas",
        Some("28P01" | "28000") => "l’utilisateur ou le mot de passe n’est pas accepté",
        Some("53300") => "trop de connexions sont ouvertes",
        Some("57P03") => "le serveur est en train de démarrer ou de s’arrêter",
        Some("57P01" | "57P02") => "le serveur a mis fin à la connexion",
        Some("42501") => "cet utilisateur de la base n’en a pas le droit",
        Some("53100") => "il n’y a plus de place sur le disque de la base",
        Some("25006") => "la base est en lecture seule",
        Some(_) | None => error.message(),
    };
    words.to_owned()
}

/// A migration that did not pass.
pub(super) fn migration(error: &MigrateError) -> String {
    match error {
        MigrateError::Execute(error) => sql(error),
        MigrateError::ExecuteMigration(error, version) => format!("migration {version} : {}", sql(error)),
        MigrateError::VersionMismatch(version) => format!("la migration {version} y a été faite sous une autre forme"),
        MigrateError::Dirty(version) => format!("la migration {version} n’y a été faite qu’en partie"),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests;
