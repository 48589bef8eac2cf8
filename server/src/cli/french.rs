//! What goes wrong, in French. Every kind of error is named, so that one without its words does not compile; what an operating
//! system or another program says stays as it says it.

use super::{CommandError, employees::EmployeesError, serve::ServeError};
use crate::{
    config::{Mistake, Wrong},
    db::{DatabaseError, ROLE},
    delivery::DeliveryError,
    demo::DemoError,
    invent::InventError,
    mail::{relay_url::SmtpUrlError, tls::TlsSetupError},
    metrics::MetricsError,
    owner::OwnerError,
    postgres::{OLDEST, PostgresError},
    secret::SecretKeyError,
    startup::StartError,
};
use app::import::words::file_problem;
use domain::{email::EmailError, language::Language, person::TextError, typography::typeset};

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
        CommandError::Input(error) => format!("le mot de passe ne peut pas être lu sur l’entrée standard : {error}"),
        CommandError::Unwell => "quelque chose ne fonctionne pas, voir les lignes marquées ✗".to_owned(),
        CommandError::Hashing(_) => hashing(),
    }
}

fn mistake(Mistake { variable, wrong: what }: &Mistake) -> String {
    format!("{variable} : {}", wrong(what))
}

fn wrong(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Unknown => "ce réglage n’existe pas".to_owned(),
        Wrong::NotUtf8 => "n’est pas en UTF-8".to_owned(),
        Wrong::NotASwitch => "ni 1 ni 0".to_owned(),
        Wrong::NotAChoice(one, other) => format!("ni {one} ni {other}"),
        Wrong::NotANumber => "n’est pas un nombre entier à partir de 1".to_owned(),
        Wrong::NotUpTo(most) => format!("n’est pas un nombre entier de 1 à {most}"),
        Wrong::NotAnAddress(example) => format!("n’est pas une adresse comme {example}"),
        Wrong::NotANetwork(text) => format!("{text:?} n’est pas un réseau comme 10.0.0.0/8"),
        Wrong::NotADatabase => "n’est pas de la forme postgres://UTILISATEUR:MOTDEPASSE@HÔTE/BASE".to_owned(),
        Wrong::NotAWebAddress => "n’est pas une adresse web comme https://latchkey.example.org".to_owned(),
        Wrong::WithPath => "sans chemin, comme https://latchkey.example.org".to_owned(),
        Wrong::PlainHttp => "http enverrait les mots de passe en clair ; utilisez https, ou indiquez LATCHKEY_ALLOW_HTTP=1".to_owned(),
        Wrong::NotHttp => "ne commence ni par https:// ni par http://".to_owned(),
        Wrong::Unreadable(path, error) => format!("{path} ne peut pas être lu : {error}"),
        Wrong::NoFolder(path) => format!("{path} n’est pas un dossier"),
        Wrong::SetTwice(other) => format!("{other} est indiqué aussi ; n’en gardez qu’un des deux"),
        Wrong::KeyMissing => {
            "ce réglage ou LATCHKEY_SECRET_KEY_FILE est nécessaire avec DATABASE_URL ; créez une clé avec : openssl rand -base64 32"
                .to_owned()
        }
        Wrong::MailboxBeyond(address) => {
            format!("{address} dépasse cette machine, et sans SMTP_URL la boîte intégrée avec les liens de tous la dépasserait aussi")
        }
        Wrong::Key(error) => key(error).to_owned(),
        Wrong::Relay(error) => relay(*error).to_owned(),
        Wrong::Sender(error) => email(*error).to_owned(),
        Wrong::Pace(_) => "n’est pas de la forme 20/second 1000/hour 10000/day, chaque partie une fois au plus".to_owned(),
    }
}

fn key(error: &SecretKeyError) -> &'static str {
    match error {
        SecretKeyError::NotBase64 => "la clé secrète n’est pas en base64",
        SecretKeyError::TooShort => "la clé secrète a moins de 32 octets",
    }
}

fn relay(error: SmtpUrlError) -> &'static str {
    match error {
        SmtpUrlError::Scheme => "doit commencer par smtp:// ou smtps://",
        SmtpUrlError::Host => "l’hôte manque, ou n’est ni un nom ni une adresse",
        SmtpUrlError::Port => "le port n’est pas un nombre de 1 à 65535",
        SmtpUrlError::Path => {
            "rien ne peut suivre l’hôte et le port, sauf ?tls=required (dans un mot de passe, écrivez / %2F, ? %3F, # %23 et @ %40)"
        }
        SmtpUrlError::Option => "la seule option est ?tls=required, avec smtp://",
        SmtpUrlError::Encoding => "l’utilisateur ou le mot de passe n’est pas encodé (écrivez % %25)",
        SmtpUrlError::HalfCredentials => "l’utilisateur et le mot de passe vont ensemble, sous la forme UTILISATEUR:MOTDEPASSE@",
        SmtpUrlError::PasswordWithoutTls => "un mot de passe n’est jamais envoyé sans TLS : ajoutez ?tls=required, ou utilisez smtps://",
    }
}

fn email(error: EmailError) -> &'static str {
    match error {
        EmailError::Malformed => "n’est pas une adresse électronique",
        EmailError::LocalPartNotAscii => "des lettres hors ASCII avant le @",
        EmailError::TooLong => "plus de 254 caractères",
    }
}

fn start(error: &StartError) -> String {
    match error {
        StartError::Postgres(error) => postgres(error),
        StartError::Database(error) => database(error),
        StartError::OtherKey => {
            "cette base de données a été créée avec une autre clé secrète ; avec celle-ci, aucun lien envoyé ne fonctionnerait".to_owned()
        }
        StartError::KeyFile(path, error) => {
            format!("le fichier de clé {} ne peut pas être lu ou écrit : {error}", path.display())
        }
        StartError::KeyFileContent(path, error) => {
            format!("le fichier de clé {} ne contient pas de clé : {}", path.display(), key(error))
        }
        StartError::Url(error) => format!("DATABASE_URL ne peut pas être lu : {error}"),
    }
}

fn failed(error: &sqlx::Error) -> String {
    format!("la base de données a échoué : {error}")
}

fn database(error: &DatabaseError) -> String {
    match error {
        DatabaseError::Unreachable(error) => format!("la base de données ne répond pas : {error}"),
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
        DatabaseError::Migration(error) => format!("la base de données n’a pas pu être migrée : {error}"),
        DatabaseError::Other(error) => failed(error),
    }
}

fn postgres(error: &PostgresError) -> String {
    match error {
        PostgresError::Folder { path, source } => {
            format!("le dossier de données est inutilisable : {} : {source} ; LATCHKEY_DATA peut en nommer un autre", path.display())
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
        ServeError::Listen(address, error) => format!("impossible d’écouter sur {address} : {error}"),
        ServeError::Site(missing) => {
            format!("les fichiers du site ne sont pas à côté du programme (il manque {})", missing.0.display())
        }
        ServeError::NothingToDeliverTo => {
            "SMTP_URL n’est pas indiqué : avec DATABASE_URL seul les messages attendent, et worker n’a rien à faire".to_owned()
        }
        ServeError::Delivery(DeliveryError::Mailbox(path, error)) => {
            format!("la boîte intégrée dans {} ne peut pas être ouverte : {error}", path.display())
        }
        ServeError::Delivery(DeliveryError::Tls(error)) => tls(error),
        ServeError::Metrics(MetricsError::Listen(address, error)) => {
            format!("impossible de servir les mesures sur {address} : {error}")
        }
        ServeError::Metrics(MetricsError::Recorder(error)) => format!("les mesures ne peuvent pas être tenues : {error}"),
        ServeError::Io(error) => format!("le service a échoué : {error}"),
        ServeError::Demo(DemoError::People(error)) => invent(error),
        ServeError::Demo(DemoError::Owner) => "la personne propriétaire de la démonstration n’a pas pu être créée".to_owned(),
        ServeError::Demo(DemoError::Database(error)) => failed(error),
        ServeError::Demo(DemoError::Hashing(_)) | ServeError::Hashing(_) => hashing(),
    }
}

fn tls(error: &TlsSetupError) -> String {
    match error {
        TlsSetupError::CaFile(error) => format!("le fichier LATCHKEY_CA_FILE ne peut pas être lu : {error}"),
        TlsSetupError::NoCertificate => "le fichier LATCHKEY_CA_FILE ne contient aucun certificat utilisable".to_owned(),
        TlsSetupError::NoRoots => "cette machine n’a pas de certificats de confiance : installez ca-certificates, ou indiquez une \
             autorité privée dans LATCHKEY_CA_FILE"
            .to_owned(),
        TlsSetupError::Protocol(error) => error.to_string(),
    }
}

fn employees(error: &EmployeesError) -> String {
    match error {
        EmployeesError::NoOrganisation(name) => format!("il n’y a pas d’organisation {name:?}"),
        EmployeesError::File(path, error) => format!("{path} ne peut pas être lu : {error}"),
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
    use crate::config::Config;

    #[test]
    fn each_mistake_of_a_configuration_has_its_french_line() {
        let given = [("LATCHKEY_WORKER", "3"), ("LATCHKEY_WORKERS", "many"), ("SMTP_URL", "relay"), ("LATCHKEY_CA_FILE", "/nowhere")];
        let mistakes = Config::read(given.map(|(name, value)| (name.into(), value.into()))).unwrap_err();
        let said = told(&CommandError::Config(mistakes));
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[0], "la configuration est incorrecte\u{a0}:");
        assert!(lines.contains(&"LATCHKEY_WORKER\u{a0}: ce réglage n’existe pas"), "{said}");
        assert!(lines.contains(&"LATCHKEY_WORKERS\u{a0}: n’est pas un nombre entier de 1 à 64"), "{said}");
        assert!(lines.contains(&"SMTP_URL\u{a0}: doit commencer par smtp:// ou smtps://"), "{said}");
        assert_eq!(lines.len(), 5);
    }
}
