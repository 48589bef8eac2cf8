//! What goes wrong, in French. Every kind of error is named, so that one without its words does not compile; what an operating
//! system or the database says is put in French by [`causes`], and what another program says stays as it says it.

mod configuration;

use super::{CommandError, causes, employees::EmployeesError, serve::ServeError};
use crate::{
    db::{DatabaseError, ROLE},
    delivery::DeliveryError,
    demo::DemoError,
    invent::InventError,
    mail::{dialogue::DialogueError, relay::ConnectError, tls::TlsSetupError},
    metrics::MetricsError,
    owner::OwnerError,
    postgres::{OLDEST, PostgresError},
    startup::StartError,
};
use app::import::words::file_problem;
use configuration::{email, key, mistake};
use domain::{language::Language, person::TextError, typography::typeset};

/// The message of an error.
pub(super) fn told(error: &CommandError) -> String {
    typeset(Language::French, command(error))
}

fn command(error: &CommandError) -> String {
    match error {
        CommandError::Config(mistakes) => {
            let lines: Vec<_> = mistakes.0.iter().map(mistake).collect();
            format!("la configuration est incorrecte :\n{}", lines.join("\n"))
        }
        CommandError::Start(error) => start(error),
        CommandError::Serve(error) => serve(error),
        CommandError::Employees(error) => employees(error),
        CommandError::Owner(error) => owner(error),
        CommandError::Input(error) => format!("le mot de passe ne peut pas être lu sur l’entrée standard : {}", causes::io(error)),
        CommandError::Unwell => "quelque chose ne fonctionne pas, voir les lignes marquées ✗".to_owned(),
        CommandError::Hashing(_) => hashing(),
    }
}

/// Why there is no dialogue with the relay.
pub(super) fn relay(error: &ConnectError) -> String {
    let words = match error {
        ConnectError::Unreachable(error) => format!("le relais est injoignable : {}", causes::io(error)),
        ConnectError::Tls(error) => format!("pas de connexion TLS de confiance : {}", causes::io(error)),
        ConnectError::NoStartTls => "le relais ne propose pas STARTTLS, que SMTP_URL exige".to_owned(),
        ConnectError::Refused(reply) => format!("le relais refuse la connexion : {reply}"),
        ConnectError::Authentication(reply) => format!("le relais refuse l’identification : {reply}"),
        ConnectError::NoAuthentication => "le relais ne propose aucun moyen de s’identifier".to_owned(),
        ConnectError::Dialogue(DialogueError::Closed) => "le relais a fermé la connexion".to_owned(),
        ConnectError::Dialogue(DialogueError::Silent(limit)) => format!("le relais n’a pas répondu en {} s", limit.as_secs()),
        ConnectError::Dialogue(DialogueError::Garbled) => "la réponse du relais n’est pas du SMTP".to_owned(),
        ConnectError::Dialogue(DialogueError::Network(error)) => format!("la connexion a échoué : {}", causes::io(error)),
    };
    typeset(Language::French, words)
}

fn start(error: &StartError) -> String {
    match error {
        StartError::Postgres(error) => postgres(error),
        StartError::Database(error) => database(error),
        StartError::OtherKey => {
            "cette base de données a été créée avec une autre clé secrète ; avec celle-ci, aucun lien envoyé ne fonctionnerait".to_owned()
        }
        StartError::KeyFile(path, error) => {
            format!("le fichier de clé {} ne peut pas être lu ou écrit : {}", path.display(), causes::io(error))
        }
        StartError::KeyFileContent(path, error) => {
            format!("le fichier de clé {} ne contient pas de clé : {}", path.display(), key(error))
        }
        StartError::Url(error) => format!("DATABASE_URL ne peut pas être lu : {}", causes::sql(error)),
    }
}

fn failed(error: &sqlx::Error) -> String {
    format!("la base de données a échoué : {}", causes::sql(error))
}

fn database(error: &DatabaseError) -> String {
    match error {
        DatabaseError::Unreachable(error) => format!("la base de données ne répond pas : {}", causes::sql(error)),
        DatabaseError::Refused(refusal) => format!("PostgreSQL refuse la connexion : {}", causes::refusal(refusal.as_ref())),
        DatabaseError::TooOld(version) => {
            format!("la base de données est PostgreSQL {version} ; il faut la version 15 ou une plus récente")
        }
        DatabaseError::RoleMissing(user) => format!(
            "cet utilisateur de la base ne peut pas créer le rôle {ROLE} ; exécutez en tant qu’administrateur de la base :\n  \
             CREATE ROLE {ROLE} NOLOGIN;\n  GRANT {ROLE} TO \"{user}\";"
        ),
        DatabaseError::RoleTooStrong => format!(
            "le rôle {ROLE} est superutilisateur, contourne la sécurité au niveau des lignes ou possède des tables ; rien de cela ne doit être"
        ),
        DatabaseError::RoleWithoutRights => format!(
            "le rôle {ROLE} n’a aucun droit dans cette base : sa sauvegarde a été rétablie avant que le rôle n’existe ; il existe maintenant : \
             rétablissez-la de nouveau, dans une base vide"
        ),
        DatabaseError::Migration(error) => format!("la base de données n’a pas pu être migrée : {}", causes::migration(error)),
        DatabaseError::Other(error) => failed(error),
    }
}

fn postgres(error: &PostgresError) -> String {
    match error {
        PostgresError::Folder { path, source } => {
            let cause = causes::io(source);
            format!("le dossier de données est inutilisable : {} : {cause} ; LATCHKEY_DATA peut en nommer un autre", path.display())
        }
        PostgresError::InUse(path) => format!("un autre Latchkey utilise déjà le dossier de données {}", path.display()),
        PostgresError::PathTooLong { path, excess } => format!(
            "le chemin {} est trop long de {excess} octets pour le socket de PostgreSQL : indiquez un dossier plus court dans LATCHKEY_DATA",
            path.display()
        ),
        PostgresError::Unreachable { account, path } => format!(
            "PostgreSQL ne peut pas tourner en root et tourne comme {account:?}, qui ne peut pas entrer dans {0} : autorisez-le avec \
             `chmod o+x {0}`, ou indiquez un autre dossier dans LATCHKEY_DATA, par exemple /var/lib/latchkey",
            path.display()
        ),
        PostgresError::NoAccount => {
            "PostgreSQL ne peut pas tourner en root, et cette machine n’a ni compte `postgres` ni compte `nobody`".to_owned()
        }
        PostgresError::NoPrograms => "PostgreSQL n’est pas installé (cherché dans /usr/lib/postgresql et PATH) : installez-le (Debian : \
             apt-get install postgresql), indiquez le dossier de ses programmes dans LATCHKEY_POSTGRES_BIN, ou une base dans DATABASE_URL"
            .to_owned(),
        PostgresError::NotPrograms(path) => format!(
            "LATCHKEY_POSTGRES_BIN : {} ne contient pas les programmes initdb, postgres et pg_ctl, ou ils ne tournent pas ici",
            path.display()
        ),
        PostgresError::TooOld { found } => {
            format!("PostgreSQL {found} a été trouvé, mais il faut la version {OLDEST} ou une plus récente")
        }
        PostgresError::OtherVersion { cluster } => format!(
            "la base du dossier de données a été créée par PostgreSQL {cluster}, dont les programmes sont introuvables : installez cette \
             version, ou indiquez le dossier de ses programmes dans LATCHKEY_POSTGRES_BIN"
        ),
        PostgresError::NoTrigrams(path) => {
            format!("le PostgreSQL de {} n’a pas l’extension pg_trgm : installez ses extensions (postgresql-contrib)", path.display())
        }
        PostgresError::Program { program, detail } => format!("{program} a échoué : {detail}"),
        PostgresError::Start { detail, log } => {
            format!("PostgreSQL ne démarre pas : {detail} ; tout son journal est dans {}", log.display())
        }
        PostgresError::NotReady { seconds, log } => format!(
            "PostgreSQL n’est pas prêt après {seconds} secondes, peut-être après une panne : réessayez plus tard ; son journal est dans {}",
            log.display()
        ),
    }
}

fn serve(error: &ServeError) -> String {
    match error {
        ServeError::Start(error) => start(error),
        ServeError::Listen(address, error) => {
            format!("impossible d’écouter sur {address} : {} ; LEPTOS_SITE_ADDR peut nommer une autre adresse", causes::io(error))
        }
        ServeError::Site(missing) => {
            format!("les fichiers du site ne sont pas à côté du programme (il manque {})", missing.0.display())
        }
        ServeError::NothingToDeliverTo => {
            "SMTP_URL n’est pas indiqué : avec DATABASE_URL seul les messages attendent, et worker n’a rien à faire".to_owned()
        }
        ServeError::Delivery(DeliveryError::Mailbox(path, error)) => {
            format!("la boîte intégrée dans {} ne peut pas être ouverte : {}", path.display(), causes::io(error))
        }
        ServeError::Delivery(DeliveryError::Tls(error)) => tls(error),
        ServeError::Metrics(MetricsError::Listen(address, error)) => {
            let cause = causes::io(error);
            format!("impossible de servir les mesures sur {address} : {cause} ; LATCHKEY_METRICS_ADDR peut nommer une autre adresse")
        }
        ServeError::Metrics(MetricsError::Recorder(error)) => format!("les mesures ne peuvent pas être tenues : {error}"),
        ServeError::Io(error) => format!("le service a échoué : {}", causes::io(error)),
        ServeError::DeliveryEnded => "l’acheminement s’est arrêté sans qu’on le lui demande ; le journal dit où".to_owned(),
        ServeError::Demo(DemoError::People(error)) => invent(error),
        ServeError::Demo(DemoError::Owner) => "la personne propriétaire de la démonstration n’a pas pu être créée".to_owned(),
        ServeError::Demo(DemoError::Database(error)) => failed(error),
        ServeError::Demo(DemoError::Hashing(_)) | ServeError::Hashing(_) => hashing(),
    }
}

pub(super) fn tls(error: &TlsSetupError) -> String {
    match error {
        TlsSetupError::CaFile(error) => format!("le fichier LATCHKEY_CA_FILE ne peut pas être lu : {}", causes::pem(error)),
        TlsSetupError::NoCertificate => "le fichier LATCHKEY_CA_FILE ne contient aucun certificat utilisable".to_owned(),
        TlsSetupError::NoRoots => "cette machine n’a pas de certificats de confiance : installez ca-certificates, ou indiquez une \
             autorité privée dans LATCHKEY_CA_FILE"
            .to_owned(),
        TlsSetupError::Protocol(error) => causes::tls(error),
    }
}

fn employees(error: &EmployeesError) -> String {
    match error {
        EmployeesError::NoOrganisation(name) => format!("il n’y a pas d’organisation {name:?}"),
        EmployeesError::File(path, error) => format!("{path} ne peut pas être lu : {}", causes::io(error)),
        EmployeesError::Problem(problem) => file_problem(Language::French, *problem),
        EmployeesError::Overtaken => overtaken(),
        EmployeesError::Invent(error) => invent(error),
        EmployeesError::Database(error) => failed(error),
    }
}

fn invent(error: &InventError) -> String {
    match error {
        InventError::Overtaken => overtaken(),
        InventError::Database(error) => failed(error),
    }
}

fn owner(error: &OwnerError) -> String {
    match error {
        OwnerError::Email(error) => format!("--email : {}", email(*error)),
        OwnerError::NameMissing => "--organisation, --first-name et --last-name ne peuvent pas être vides".to_owned(),
        OwnerError::Name(TextError::TooLong(most)) => {
            format!("--organisation, --first-name ou --last-name : plus de {most} caractères")
        }
        OwnerError::TimeZone(zone) => format!("--time-zone : il n’y a pas de fuseau horaire {zone:?}"),
        OwnerError::Password(problem) => format!("le mot de passe est refusé : {}", problem.message(Language::French)),
        OwnerError::NotAnOwner => "quelqu’un de l’organisation a déjà cette adresse sans être propriétaire ; changez son rôle dans \
             l’administration"
            .to_owned(),
        OwnerError::Hashing(_) => hashing(),
        OwnerError::Database(error) => failed(error),
    }
}

fn overtaken() -> String {
    "quelqu’un d’autre a modifié des employés en même temps ; réessayez".to_owned()
}

fn hashing() -> String {
    "le mot de passe n’a pas pu être haché".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io, net::SocketAddr};

    #[test]
    fn a_port_in_use_names_the_setting_in_both_languages() {
        let address = SocketAddr::from(([127, 0, 0, 1], 3000));
        let taken = || io::ErrorKind::AddrInUse.into();
        let site = CommandError::Serve(ServeError::Listen(address, taken()));
        let metrics = CommandError::Serve(MetricsError::Listen(address, taken()).into());
        for (error, setting) in [(site, "LEPTOS_SITE_ADDR"), (metrics, "LATCHKEY_METRICS_ADDR")] {
            for (language, part) in [(Language::English, "may name another address"), (Language::French, "peut nommer une autre adresse")] {
                let told = error.told(language);
                assert!(told.contains("127.0.0.1:3000") && told.contains(&format!("{setting} {part}")), "{told}");
            }
        }
    }
}
