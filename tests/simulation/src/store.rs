//! The stores of the simulated houses: in memory, watched, broken where the run wants it, and sealed.

pub(crate) mod broken;
pub(crate) mod gate;
pub(crate) mod watched;
pub(crate) mod works;

/// A store around `self.store` that takes work in, gives it out and settles it in a way of its own,
/// and hands everything else on.
macro_rules! store_around {
    ($of:ty { $($own:tt)* }) => {
        $crate::store::store_around! { @ $of { $($own)* }
            load(scope: &Scope, id: FlowId) -> Option<StoredFlow>;
            find(scope: &Scope, kind: &str, key: &FlowKey) -> Option<StoredFlow>;
            find_request(scope: &Scope, request: RequestId) -> Option<StoredFlow>;
            flows(list: &FlowList<'_>) -> Vec<StoredFlow>;
            row(scope: &Scope, table: &str, key: &str) -> Option<Row>;
            rows(list: &RowList<'_>) -> Vec<Row>;
            body(scope: &Scope, id: BodyId) -> Option<Bytes>;
            renew(leases: &[Lease], until: DateTime<Utc>) -> Vec<Lease>;
            release(kinds: &[&'static str], holder: &str) -> ();
            remember_request(scope: &Scope, request: RequestId, flow: FlowId) -> ();
            dead_letters(list: &DeadLetterList<'_>) -> Vec<DeadLetter>;
            replay(scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool;
            discard(scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool;
            depths(kinds: &[&'static str]) -> Vec<QueueDepths>;
            purge(purge: &Purge<'_>) -> Purged;
            kept(list: &abdm_flow::store::KeptList<'_>) -> Vec<abdm_flow::store::KeptValue>;
            replace_kept(old: &abdm_flow::store::KeptValue, new: bytes::Bytes) -> bool;
        }
    };
    (@ $of:ty { $($own:tt)* }
        $($call:ident($($argument:ident: $is:ty),*) -> $result:ty;)+
    ) => {
        #[async_trait]
        impl FlowStore for $of {
            $($own)*

            $(
                async fn $call(&self, $($argument: $is),*) -> Result<$result, StoreError> {
                    self.store.$call($($argument),*).await
                }
            )+
        }
    };
}
pub(crate) use store_around;
