//! A database that lives elsewhere than before, as a restored backup does, sends nothing by itself.

use crate::{crowd::Crowd, scene::Scene};
use domain::role::Role;
use http::{Method, StatusCode};
use server::outbox::home::{self, Home};
use sink::relay::Relay;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

async fn check(crowd: &Crowd, hold: bool) -> Home {
    home::check(&mut crowd.owner().acquire().await.unwrap(), hold).await.unwrap()
}

#[sqlx::test(migrations = false)]
async fn a_backup_that_is_restored_in_place_is_noticed_by_workers_that_run(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 3).await;
    let relay = Relay::accepting().await;
    crowd.database.execute("insert into installation (key_check) values ('x')").await;
    assert_eq!(check(&crowd, false).await, Home::Same);
    crowd
        .database
        .execute(
            "create table restored (like installation including all);
             insert into restored select * from installation;
             drop table installation;
             alter table restored rename to installation;
             grant select on installation to latchkey_app",
        )
        .await;
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 0);
    assert!(home::is_elsewhere(&mut crowd.owner().acquire().await.unwrap()).await.unwrap());
    assert_eq!(check(&crowd, false).await, Home::Copy);
    assert!(home::release(&mut crowd.owner().acquire().await.unwrap()).await.unwrap());
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 3);
}

#[sqlx::test(migrations = false)]
async fn a_copy_waits_for_a_confirmation(_: PgPoolOptions, options: PgConnectOptions) {
    let crowd = Crowd::new(options, 3).await;
    let relay = Relay::accepting().await;
    crowd.database.execute("insert into installation (key_check) values ('x')").await;
    assert_eq!(check(&crowd, false).await, Home::Same);
    assert_eq!(check(&crowd, false).await, Home::Same);
    for elsewhere in
        ["update installation set database = 1", "update installation set cluster = '1'", "update installation set table_oid = 1"]
    {
        crowd.database.execute(elsewhere).await;
        // Only looking notes nothing.
        assert!(home::is_elsewhere(&mut crowd.owner().acquire().await.unwrap()).await.unwrap());
        assert_eq!(check(&crowd, false).await, Home::Copy);
        // A second start does not take itself for a confirmation.
        assert_eq!(check(&crowd, false).await, Home::Copy);
        crowd.worker(&relay).run_until_idle().await.unwrap();
        assert_eq!(relay.accepted(), 0);
        assert!(home::release(&mut crowd.owner().acquire().await.unwrap()).await.unwrap());
        assert_eq!(check(&crowd, false).await, Home::Same);
        assert!(!home::is_elsewhere(&mut crowd.owner().acquire().await.unwrap()).await.unwrap());
    }
    assert_eq!(check(&crowd, true).await, Home::Held);
    assert!(home::release(&mut crowd.owner().acquire().await.unwrap()).await.unwrap());
    assert!(!home::release(&mut crowd.owner().acquire().await.unwrap()).await.unwrap(), "nothing was held any more");
    crowd.worker(&relay).run_until_idle().await.unwrap();
    assert_eq!(relay.accepted(), 3);
}

#[sqlx::test(migrations = false)]
async fn every_administration_page_says_that_nothing_leaves(_: PgPoolOptions, options: PgConnectOptions) {
    let scene = Scene::new(options).await;
    let session = &scene.sessions[&Some(Role::Administrator)];
    let says_so = async || {
        let page = scene.ask(session, Method::GET, "/administration/users", "").await;
        assert_eq!(page.status, StatusCode::OK);
        page.body.contains("latchkey outbox release")
    };
    assert!(!says_so().await);
    scene.database.execute("insert into installation (key_check, outbox_held_at) values ('x', now())").await;
    assert!(says_so().await);
    scene.database.execute("update installation set outbox_held_at = null").await;
    assert!(!says_so().await);
}
