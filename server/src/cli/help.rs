//! The options in French: what `--help` says, and what is wrong with a command line. In English that is the parser's own.

use clap::{
    Arg, ArgAction, Command,
    error::{ContextKind, ContextValue, ErrorKind},
};
use domain::{language::Language, typography::typeset};

/// How a page of help is laid out, with its own words.
const TEMPLATE: &str = "{about-with-newline}\nUtilisation : {usage}\n\n{all-args}{after-help}";

/// The same command with its help in French, and that of all below it.
pub(super) fn in_french(command: Command) -> Command {
    translated(command, "")
}

fn translated(command: Command, above: &str) -> Command {
    let path = format!("{above} {}", command.get_name()).trim_start().to_owned();
    let about = about(&path).map(|words| typeset(Language::French, words.to_owned()));
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("Commandes")
        .subcommand_value_name("COMMANDE")
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .mut_args(|argument| in_words(argument, &path))
        .mut_subcommands(|below| translated(below, &path))
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).help("Affiche cette aide"));
    if above.is_empty() {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help("Affiche la version");
        command = command.disable_version_flag(true).arg(version);
    }
    match about {
        Some(about) => command.about(about.clone()).long_about(about),
        None => command,
    }
}

fn in_words(argument: Arg, path: &str) -> Arg {
    let Some((help, value)) = option(path, argument.get_id().as_str()) else { return argument };
    let help = typeset(Language::French, help.to_owned());
    let argument = argument.help(help.clone()).long_help(help);
    if value.is_empty() { argument } else { argument.value_name(value).hide_default_value(true) }
}

/// What a command does.
fn about(path: &str) -> Option<&'static str> {
    Some(match path {
        "latchkey" => "Latchkey envoie aux employés leurs identifiants et montre qui s’est connecté.",
        "latchkey serve" => "Sert l’application et achemine les messages.",
        "latchkey worker" => "Achemine les messages, et rien d’autre ; il peut y en avoir autant qu’on veut.",
        "latchkey migrate" => "Met la base de données à jour.",
        "latchkey doctor" => {
            "Examine la configuration, la base de données, les horloges, les noms et le relais, et dit que faire ; n’envoie et ne change rien."
        }
        "latchkey outbox" => "Ce qui attend de partir.",
        "latchkey outbox release" => {
            "Laisse repartir les messages après la restauration d’une sauvegarde, ou après « serve --hold-outbox »."
        }
        "latchkey employees" => "Les employés des organisations, en nombre.",
        "latchkey employees import" => {
            "Ajoute et met à jour des employés à partir d’un fichier CSV. Les lignes refusées sont écrites sur la sortie d’erreur avec leur motif, toutes les autres sont importées, et la commande se termine par 3 au lieu de 0."
        }
        "latchkey employees invent" => {
            "Ajoute des personnes inventées à example.org et example.com, pour des essais et des mesures de charge."
        }
        "latchkey owner" => "Les propriétaires des organisations.",
        "latchkey owner add" => {
            "Crée un propriétaire, et l’organisation si elle est nouvelle ; affiche un lien à usage unique, sauf si un mot de passe est donné."
        }
        _ => return None,
    })
}

/// What an option does, and the name of its value.
fn option(path: &str, id: &str) -> Option<(&'static str, &'static str)> {
    Some(match (path, id) {
        ("latchkey serve", "demo") => {
            ("Crée une organisation avec quelque 500 employés inventés, et affiche de quoi se connecter comme propriétaire.", "")
        }
        ("latchkey serve", "no_worker") => ("Laisse l’acheminement à « latchkey worker ».", ""),
        ("latchkey serve", "hold_outbox") => {
            ("Ne laisse rien partir avant « latchkey outbox release », par exemple pour une copie des fichiers de la base.", "")
        }
        ("latchkey employees import", "file") => {
            ("Le fichier : virgules, points-virgules ou tabulations ; la première ligne nomme les colonnes.", "FICHIER")
        }
        ("latchkey employees import", "dry_run") => ("Dit ce que ferait l’import, sans rien écrire.", ""),
        ("latchkey employees import" | "latchkey employees invent", "organisation") => ("Le nom ou le nom court de l’organisation.", "NOM"),
        ("latchkey employees invent", "people") => ("Combien.", "NOMBRE"),
        ("latchkey employees invent", "status_mix") => {
            ("Invite, active, suspend, etc. une partie d’entre elles, comme si cela avait eu lieu ; sinon, personne n’a été invité.", "")
        }
        ("latchkey owner add", "organisation") => ("Le nom de l’organisation.", "NOM"),
        ("latchkey owner add", "email") => ("L’adresse électronique du propriétaire.", "ADRESSE"),
        ("latchkey owner add", "first_name") => ("Le prénom du propriétaire.", "PRÉNOM"),
        ("latchkey owner add", "last_name") => ("Le nom de famille du propriétaire.", "NOM"),
        ("latchkey owner add", "language") => ("La langue d’une nouvelle organisation : en ou fr (en si rien n’est indiqué).", "LANGUE"),
        ("latchkey owner add", "time_zone") => {
            ("Le fuseau horaire d’une nouvelle organisation, tel que Europe/Paris (si rien n’est indiqué).", "FUSEAU")
        }
        ("latchkey owner add", "password_stdin") => ("Lit le mot de passe sur l’entrée standard au lieu d’afficher un lien.", ""),
        _ => return None,
    })
}

/// What is wrong with a command line, in French; none where it is no mistake but help that was asked for.
pub(super) fn mistake(error: &clap::Error) -> Option<String> {
    let of = |kind| error.get(kind).map(in_a_line).unwrap_or_default();
    let (argument, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let told = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => format!("l’option {argument} n’existe pas ici"),
        ErrorKind::InvalidSubcommand => format!("la commande {} n’existe pas", of(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("il manque : {argument}"),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} : il manque la valeur"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("{argument} : la valeur « {value} » ne convient pas"),
        ErrorKind::ArgumentConflict => format!("{argument} : indiqué plusieurs fois"),
        ErrorKind::InvalidUtf8 => "la ligne de commande n’est pas en UTF-8".to_owned(),
        _ => "la ligne de commande ne peut pas être lue".to_owned(),
    };
    Some(typeset(Language::French, format!("{told}\nVoir : latchkey --help")))
}

fn in_a_line(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Arguments;
    use super::*;
    use clap::CommandFactory;

    /// Each command with what leads to it.
    fn all(command: &Command, above: &str) -> Vec<(String, Command)> {
        let path = format!("{above} {}", command.get_name()).trim_start().to_owned();
        let below = command.get_subcommands().flat_map(|below| all(below, &path));
        std::iter::once((path.clone(), command.clone())).chain(below).collect()
    }

    #[test]
    fn every_command_and_option_has_its_words() {
        for (path, command) in all(&Arguments::command(), "") {
            assert!(about(&path).is_some(), "{path}");
            for argument in command.get_arguments() {
                assert!(option(&path, argument.get_id().as_str()).is_some(), "{path} {}", argument.get_id());
            }
        }
    }

    #[test]
    fn nothing_of_the_help_is_left_in_english() {
        for (path, mut command) in all(&in_french(Arguments::command()), "") {
            let help = command.render_long_help().to_string();
            for english in ["Usage", "Commands", "Print", "default", "COMMAND>", "FILE"] {
                assert!(!help.contains(english), "{path}: {help}");
            }
        }
    }

    #[test]
    fn mistakes_are_told_in_words() {
        let told = |line: &str| {
            let error = in_french(Arguments::command()).try_get_matches_from(line.split(' ')).unwrap_err();
            mistake(&error).map(|told| told.replace(['\u{a0}', '\u{202f}'], " ").lines().next().unwrap().to_owned())
        };
        for (line, words) in [
            ("latchkey serve --fast", "l’option --fast n’existe pas ici"),
            ("latchkey sevre", "la commande sevre n’existe pas"),
            ("latchkey employees import a.csv", "il manque : --organisation <NOM>"),
            ("latchkey employees invent many --organisation A", "<NOMBRE> : la valeur « many » ne convient pas"),
            ("latchkey serve --demo --demo", "--demo : indiqué plusieurs fois"),
            ("latchkey employees import a.csv --organisation", "--organisation <NOM> : il manque la valeur"),
        ] {
            assert_eq!(told(line).as_deref(), Some(words), "{line}");
        }
        assert_eq!(told("latchkey owner add --help"), None);
        assert_eq!(told("latchkey outbox"), None);
    }
}
