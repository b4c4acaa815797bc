use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::oneshot;

use super::*;

fn value(outcome: &Outcome<u64, &'static str>) -> (&'static str, Option<u64>) {
    match outcome {
        Outcome::Current(value) => ("current", Some(**value)),
        Outcome::Kept(value, _) => ("kept", Some(**value)),
        Outcome::Absent(_) => ("absent", None),
    }
}

#[tokio::test]
async fn value_is_loaded_only_when_its_version_rises() {
    let loads = Arc::new(AtomicUsize::new(0));
    let versioned = Versioned::<u64, &str>::default();
    for version in [1, 1, 2, 1, 2] {
        let loads = loads.clone();
        let load = || async move {
            loads.fetch_add(1, Ordering::Relaxed);
            Ok(version)
        };
        let loaded = versioned.at_least(version, load).await;
        assert_eq!(value(&loaded).0, "current");
        assert!(value(&loaded).1 >= Some(version));
    }
    assert_eq!(loads.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn callers_share_one_load_even_if_the_first_gives_up() {
    let versioned = Versioned::<u64, &str>::default();
    let (release, released) = oneshot::channel::<()>();
    let load = || async move {
        released.await.map_err(|_| "dropped")?;
        Ok(1)
    };
    let mut leader = Box::pin(versioned.at_least(1, load));
    assert!(futures_poll(leader.as_mut()).is_none());
    drop(leader);

    let second = || async { Err("the first load must serve all") };
    let mut joiner = Box::pin(versioned.at_least(1, second));
    assert!(futures_poll(joiner.as_mut()).is_none());
    release.send(()).expect("the load runs on without its leader");

    assert_eq!(value(&joiner.await), ("current", Some(1)));
}

#[tokio::test]
async fn caller_for_a_newer_version_does_not_take_an_older_load() {
    let versioned = Versioned::<u64, &str>::default();
    let (release, released) = oneshot::channel::<()>();
    let slow = || async move {
        released.await.map_err(|_| "dropped")?;
        Ok(1)
    };
    let mut older = Box::pin(versioned.at_least(1, slow));
    assert!(futures_poll(older.as_mut()).is_none());

    assert_eq!(value(&versioned.at_least(2, || async { Ok(2) }).await), ("current", Some(2)));

    release.send(()).expect("the older load still runs");
    assert_eq!(value(&older.await), ("current", Some(2)), "an older load takes nothing back");
}

#[tokio::test]
async fn failed_load_keeps_the_last_value_and_is_tried_again() {
    let versioned = Versioned::<u64, &str>::default();
    let failing = || async { Err("database is away") };
    assert_eq!(value(&versioned.at_least(1, failing).await), ("absent", None));
    assert_eq!(value(&versioned.at_least(1, || async { Ok(1) }).await), ("current", Some(1)));

    let kept = versioned.at_least(2, failing).await;
    assert_eq!(value(&kept), ("kept", Some(1)));
    let Outcome::Kept(_, error) = kept else { panic!("kept") };
    assert_eq!(error.to_string(), "database is away");

    assert_eq!(value(&versioned.at_least(2, || async { Ok(2) }).await), ("current", Some(2)));
}

#[tokio::test]
async fn panic_in_a_load_reaches_callers_as_an_error() {
    let versioned = Versioned::<u64, &str>::default();
    let broken = || async { panic!("on purpose") };
    let Outcome::Absent(error) = versioned.at_least(1, broken).await else { panic!("absent") };
    assert_eq!(error.to_string(), "load panicked");
    assert_eq!(value(&versioned.at_least(1, || async { Ok(1) }).await), ("current", Some(1)));
}

/// Polls once.
fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}
