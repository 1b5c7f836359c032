//! The demo studio's pictures: drawn, always the same for the same address, and of nobody.
use crate::kernel::secret::sha256;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::fmt::Write;

/// `/demo-media/…`: one picture for each address.
pub fn router() -> Router {
    Router::new().route("/demo-media/{*name}", get(picture))
}

async fn picture(request: axum::extract::Request) -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "private, max-age=86400")];
    (headers, draw(request.uri().path()))
}

/// A landscape of three hills and a sun, in colours and shapes that follow from the name.
fn draw(name: &str) -> String {
    let seed = sha256(name.as_bytes());
    let at = |place: usize| i32::from(seed.get(place).copied().unwrap_or_default());
    let (sky, land) = (at(0) * 360 / 256, at(1) * 360 / 256);
    let mut svg = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 96\">");
    let _ = write!(svg, "<rect width=\"96\" height=\"96\" fill=\"hsl({sky} 60% 82%)\"/>");
    let _ = write!(
        svg,
        "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"hsl({} 85% 70%)\"/>",
        16 + at(2) / 4,
        14 + at(3) / 8,
        8 + at(4) / 32,
        (sky + 180) % 360
    );
    for hill in 0..3 {
        let (left, top, right) = (60 + at(5 + hill) / 12, 40 + at(8 + hill) / 6, 58 + at(11 + hill) / 10);
        let light = 62 - 16 * i32::try_from(hill).unwrap_or(0);
        let _ = write!(svg, "<path d=\"M0 {left}Q{} {top} 96 {right}V96H0Z\" fill=\"hsl({land} 45% {light}%)\"/>", 20 + at(14 + hill) / 5);
    }
    svg.push_str("</svg>");
    svg
}
