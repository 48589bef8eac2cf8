//! What is wrong with a configuration, in French.

use crate::{
    cli::causes::io,
    config::{Mistake, Wrong},
    mail::relay_url::SmtpUrlError,
    secret::SecretKeyError,
};
use domain::email::EmailError;

pub(super) fn mistake(Mistake { variable, wrong: what }: &Mistake) -> String {
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
        Wrong::Unreadable(path, error) => format!("{path} ne peut pas être lu : {}", io(error)),
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

pub(super) fn key(error: &SecretKeyError) -> &'static str {
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

pub(super) fn email(error: EmailError) -> &'static str {
    match error {
        EmailError::Malformed => "n’est pas une adresse électronique",
        EmailError::LocalPartNotAscii => "des lettres hors ASCII avant le @",
        EmailError::TooLong => "plus de 254 caractères",
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        cli::{CommandError, french::told},
        config::Config,
    };

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
