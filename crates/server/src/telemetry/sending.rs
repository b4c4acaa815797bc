//! The HTTP client that sends spans: with the one provider of TLS, and within bounds.

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use reqwest::redirect::Policy;
use std::time::Duration;

/// How long a batch may take altogether.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The most that is read of what a collector says; all that counts is the status.
const MOST_BYTES: usize = 64 * 1024;

#[derive(Clone, Debug)]
pub(super) struct Client(reqwest::Client);

impl Client {
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        let builder = reqwest::Client::builder().timeout(TIMEOUT).redirect(Policy::none());
        Ok(Self(builder.build()?))
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = request.into_parts();
        let request = self.0.request(head.method, head.uri.to_string());
        let sent = request.headers(head.headers).body(body).send().await;
        // Without the address, which may hold a key.
        let mut answer = sent.map_err(reqwest::Error::without_url)?;
        let status = answer.status();
        let mut said = Vec::new();
        while let Ok(Some(chunk)) = answer.chunk().await {
            if said.len() + chunk.len() > MOST_BYTES {
                break;
            }
            said.extend_from_slice(&chunk);
        }
        Ok(Response::builder().status(status).body(said.into())?)
    }
}
