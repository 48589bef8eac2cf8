//! The built-in mailbox: a folder of messages, for trying Latchkey out where no relay is configured.

use domain::ids::{OrganisationId, SendId};
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{fs, io::AsyncWriteExt};

/// A folder with one `.eml` file per send. The newest send has the greatest name; a send that is kept again replaces its
/// identical copy.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folder: PathBuf,
}

impl Mailbox {
    /// Opens the mailbox of a data folder, and makes it where it is missing.
    pub fn open(data: &Path) -> io::Result<Self> {
        let folder = data.join("mailbox");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Keeps a message. It is there whole or not at all, also after a crash.
    pub async fn keep(&self, organisation: OrganisationId, send: SendId, message: &[u8]) -> io::Result<()> {
        let name = format!("{:019}-{organisation}", send.0);
        let unfinished = self.folder.join(format!("{name}.part"));
        let mut file = fs::File::create(&unfinished).await?;
        file.write_all(message).await?;
        file.sync_all().await?;
        fs::rename(&unfinished, self.folder.join(format!("{name}.eml"))).await?;
        fs::File::open(&self.folder).await?.sync_all().await
    }

    /// The names of the messages, the newest first.
    pub async fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let mut entries = fs::read_dir(&self.folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            names.extend(entry.file_name().to_str().and_then(|name| name.strip_suffix(".eml")).map(ToOwned::to_owned));
        }
        names.sort_unstable_by(|a, b| b.cmp(a));
        Ok(names)
    }

    /// A message by its name; none where there is no such message.
    pub async fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        // Names are digits and a hyphen, so that none leads out of the folder.
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
            return Ok(None);
        }
        match fs::read(self.folder.join(format!("{name}.eml"))).await {
            Ok(message) => Ok(Some(message)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_kept_twice_is_there_once_and_the_newest_comes_first() {
        let data = tempfile::tempdir().unwrap();
        let mailbox = Mailbox::open(data.path()).unwrap();
        for (send, text) in [(9, "old"), (10, "first"), (10, "second")] {
            mailbox.keep(OrganisationId(3), SendId(send), text.as_bytes()).await.unwrap();
        }
        let names = mailbox.names().await.unwrap();
        assert_eq!(names, ["0000000000000000010-3", "0000000000000000009-3"]);
        assert_eq!(mailbox.read(&names[0]).await.unwrap().unwrap(), b"second");
    }

    #[tokio::test]
    async fn no_name_leads_out_of_the_folder() {
        let data = tempfile::tempdir().unwrap();
        std::fs::write(data.path().join("secret.eml"), "key").unwrap();
        let mailbox = Mailbox::open(data.path()).unwrap();
        for name in ["", "../secret", "..", "/etc/passwd", "1"] {
            assert!(mailbox.read(name).await.unwrap().is_none(), "{name}");
        }
    }
}
