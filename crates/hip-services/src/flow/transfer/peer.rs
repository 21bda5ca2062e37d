//! In which form a HIU takes keys, remembered beyond the transfer that found it out: the next one to
//! the same HIU begins with that form (rulings.md 23).

use abdm_flow::store::{NewRow, Payload, PayloadError, Row, RowChange};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::state::KeyForm;

/// The table of the forms. The key of a row is the host and port of the push URL: a program that
/// serves several HIUs reads the keys of all.
pub(crate) const TABLE: &str = "hip.peer_key_form";
/// A HIU may get other software. A form that is remembered wrongly costs one more push.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

#[derive(Debug, Serialize, Deserialize)]
struct Remembered {
    form: KeyForm,
}

/// The key of the row for the HIU behind a push URL; none where that is no URL.
pub(crate) fn row_key(push_url: &str) -> Option<String> {
    let url = Url::parse(push_url).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

/// The HIU behind this URL has taken a key of this form.
pub(crate) fn remember(
    push_url: &str,
    form: KeyForm,
    now: DateTime<Utc>,
) -> Result<Option<RowChange>, PayloadError> {
    let Some(key) = row_key(push_url) else {
        return Ok(None);
    };
    let row = NewRow::new(Payload::encode(&Remembered { form })?).expiring(now + KEPT_FOR);
    Ok(Some(RowChange::put(TABLE, key, row)))
}

/// The form that a row tells. One that cannot be read tells none: it is a help, no more.
pub(crate) fn remembered(row: &Row) -> Option<KeyForm> {
    row.payload.decode::<Remembered>().ok().map(|remembered| remembered.form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hiu_is_known_by_host_and_port_whatever_the_path_and_the_spelling() {
        for url in ["https://hiu.example.org/push/1", "https://HIU.example.org:443/push/2?id=3"] {
            assert_eq!(row_key(url).as_deref(), Some("hiu.example.org:443"), "{url}");
        }
        assert_eq!(row_key("http://127.0.0.1:9100/p").as_deref(), Some("127.0.0.1:9100"));
        assert_eq!(row_key("hiu.example.org"), None);
    }
}
