//! What somebody reads who has stolen the file.

use std::sync::Arc;

use abdm_flow::SealedStore;
use abdm_flow::ids::RandomIds;
use abdm_flow::seal::SealingKey;
use abdm_flow::store::{
    Arrival, BodyId, Commit, FlowId, FlowKey, FlowStore, FlowWrite, Inbound, InboundKey, NewEffect,
    NewRow, Note, Payload, RowChange, Scope,
};
use abdm_store::SqliteStore;
use chrono::DateTime;

use super::sqlite::fresh_file;

/// What must not be read: 14 letters each, which no random bytes show by chance.
const SECRETS: [&str; 10] = [
    "asha@sentinelkey",
    "sentinel-state-x",
    "sentinel-effectx",
    "sentinel-rowkeyx",
    "sentinel-parentx",
    "sentinel-row-val",
    "sentinel-headerx",
    "sentinel-body-xx",
    "sentinel-note-xx",
    "sentinel-message",
];

#[tokio::test]
async fn a_stolen_file_names_nobody_and_nothing_that_was_written() {
    for sealed in [false, true] {
        let file = fresh_file("stolen");
        let bare = Arc::new(SqliteStore::open(&file).unwrap());
        if sealed {
            let ring = SealingKey::generate().unwrap().into();
            fill(&SealedStore::new(bare.clone(), ring)).await;
        } else {
            fill(bare.as_ref()).await;
        }
        drop(bare);
        let mut bytes = std::fs::read(&file).unwrap();
        for end in ["-wal", "-shm"] {
            let mut beside = file.clone().into_os_string();
            beside.push(end);
            bytes.extend(std::fs::read(beside).unwrap_or_default());
        }
        for secret in SECRETS {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            // The bare file shows that the search finds what is there.
            assert_eq!(found, !sealed, "{secret}, sealed: {sealed}");
        }
    }
}

async fn fill(store: &dyn FlowStore) {
    let [key, state, effect, row_key, parent, row, header, body, note, message] = SECRETS;
    let json = |text: &str| Payload::encode(&text).unwrap();
    let (scope, now) = (Scope::new("IN0000000001"), DateTime::UNIX_EPOCH);
    let inbound = Inbound::new(InboundKey::new("OnLink", message), body, now)
        .with_header("X-Patient", header);
    let arrival = Arrival::new(scope.clone(), "test.kind", inbound, BodyId::fresh(&RandomIds));
    store.accept(&arrival).await.unwrap();
    let mut write = FlowWrite::new("test.kind", 1, json(state));
    write.keys = vec![FlowKey::new("patient", key)];
    write.effects = vec![NewEffect::new("main", json(effect))];
    let commit = Commit::at(scope, now)
        .write(FlowId::fresh(&RandomIds), 0, write)
        .rows([RowChange::put("test.rows", row_key, NewRow::new(json(row)).under(parent, 1))])
        .note(Note::new("test.kind", "told", json(note)), BodyId::fresh(&RandomIds));
    store.commit(&commit).await.unwrap();
}
