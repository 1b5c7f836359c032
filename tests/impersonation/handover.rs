//! Handing a view over to the platform's own pages.
use super::viewing;
use crate::support::studio::{PLATFORM_TOKEN, PLATFORM_URL};
use crate::support::{ADA, Browser, Sent, Studio, stock};
use backlot::kernel::Role;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

fn decoded(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}

async fn asked(studio: &Studio, path: &str) -> Value {
    let sent = Sent::get(path).header("authorization", &format!("Bearer {PLATFORM_TOKEN}"));
    serde_json::from_str(&studio.browser().send(sent).await.must(200).text).unwrap()
}

/// The token that the browser carries over.
async fn carried(sam: &mut Browser) -> String {
    let sent = sam.get("/as/platform").await.must(303);
    sent.location().strip_prefix(&format!("{PLATFORM_URL}?token=")).expect("to the platform, with a token").to_owned()
}

#[tokio::test]
async fn the_token_says_who_looks_as_whom_and_is_signed_with_the_published_key() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    let token = carried(&mut sam).await;
    let parts: Vec<_> = token.split('.').collect();
    let (header, body): (Value, Value) =
        (serde_json::from_slice(&decoded(parts[0])).unwrap(), serde_json::from_slice(&decoded(parts[1])).unwrap());
    let keys = asked(&studio, "/.well-known/jwks.json").await;
    let key = &keys["keys"][0];
    assert_eq!((&header["alg"], &header["kid"]), (&json!("EdDSA"), &key["kid"]));
    assert_eq!((&key["kty"], &key["crv"], &key["use"]), (&json!("OKP"), &json!("Ed25519"), &json!("sig")));
    let public = UnparsedPublicKey::new(&ED25519, decoded(key["x"].as_str().unwrap()));
    public.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &decoded(parts[2])).expect("our signature");
    assert_eq!((&body["sub"], &body["scope"], &body["aud"]), (&json!(ADA), &json!("read"), &json!(PLATFORM_URL)));
    assert_eq!(body["act"], json!({ "sub": studio.staff(Role::SupportAdmin).id, "name": studio.staff(Role::SupportAdmin).name }));
    assert_eq!(body["exp"].as_i64().unwrap() - body["iat"].as_i64().unwrap(), 60);
    assert_eq!(body["jti"], studio.text("select id::text from backlot.view_grants").await);
    assert_eq!(studio.entries("impersonation.view", "done").await[0].target_id.as_deref(), Some("/as/platform"), "it is on the record");
}

#[tokio::test]
async fn the_platform_can_ask_whether_a_grant_still_stands() {
    let studio = Studio::open().await;
    let mut sam = viewing(&studio).await;
    let id = studio.text("select id::text from backlot.view_grants").await;
    let path = format!("/api/v1/view-grants/{id}");
    let stands = asked(&studio, &path).await;
    assert_eq!((&stands["active"], &stands["sub"], &stands["scope"]), (&json!(true), &json!(ADA), &json!("read")));
    sam.post("/as/end", &[]).await.must(303);
    assert_eq!(asked(&studio, &path).await, json!({ "active": false }));
    assert_eq!(asked(&studio, &format!("/api/v1/view-grants/{ADA}")).await, json!({ "active": false }));
    studio.browser().get(&path).await.must(401);
}

#[tokio::test]
#[ignore = "needs stock clients: scripts/test runs it"]
async fn an_independent_library_verifies_the_token() {
    let studio = Studio::open().await;
    let endpoint = stock::served(&studio).await;
    let mut sam = viewing(&studio).await;
    let token = carried(&mut sam).await;
    let forged = format!("{}A{}", &token[..token.len() - 20], &token[token.len() - 19..]);
    for (token, audience, verified) in
        [(token.as_str(), PLATFORM_URL, true), (&forged, PLATFORM_URL, false), (&token, "https://elsewhere.example", false)]
    {
        let mut verify = stock::client("node", "verify.mjs", &endpoint);
        let told = verify.env("JWT", token).env("AUDIENCE", audience).env("ISSUER", &studio.site.public_url).output().await.unwrap();
        let told: Value = serde_json::from_slice(&told.stdout).unwrap_or_else(|_| panic!("{told:?}"));
        assert_eq!(told["verified"], verified, "{told}");
        if verified {
            assert_eq!((&told["payload"]["sub"], &told["payload"]["scope"]), (&json!(ADA), &json!("read")));
        }
    }
}
