//! Answers of PostgreSQL that are lost on their way.

use crate::{setting::Result, trial::Trial};
use sink::proxy::{Fate, Proxy};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

/// Workers that start from now on reach PostgreSQL over a way that loses the answer to one claim or acknowledgement in so many,
/// after it was done.
pub async fn lose_answers(trial: &mut Trial, one_in: u32) -> Result<Proxy> {
    let options: PgConnectOptions = std::env::var("DATABASE_URL")?.parse()?;
    let socket = options.get_socket().map(std::path::PathBuf::as_path);
    let proxy = Proxy::start(options.get_host(), socket, options.get_port(), move |statement| {
        let matters = statement.contains("take_up_sends") || statement.contains("finish_sends");
        if matters && rand::random::<u32>().is_multiple_of(one_in) { Fate::LoseAnswer } else { Fate::Pass }
    })
    .await;
    let mut url = options.to_url_lossy();
    url.set_host(Some("127.0.0.1"))?;
    url.set_port(Some(proxy.address.port())).map_err(|()| "the URL takes no port")?;
    url.set_query(Some("sslmode=disable"));
    trial.environment("DATABASE_URL", url.as_str());
    Ok(proxy)
}
