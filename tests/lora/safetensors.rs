//! Headers of files: what the reference library writes is read, what somebody made up is refused, and little of either is fetched.
use crate::support::server::with_tls;
use backlot::gateways::storage::safetensors::{Header, LONGEST, Unreadable, read};
use backlot::gateways::storage::{Key, S3};
use backlot::sandbox::s3::{Bucket, Mode};
use proptest::prelude::*;
use serde_json::json;
use std::path::Path;
use std::process::Command;

const KEY: &str = "loras/a/w.safetensors";

async fn bucket(bytes: Vec<u8>) -> (Bucket, S3) {
    with_tls();
    let bucket = Bucket::start("studio").await.unwrap();
    bucket.keep(KEY, bytes);
    let store = S3::new(&bucket.place()).unwrap();
    (bucket, store)
}

async fn header(bytes: Vec<u8>) -> Result<Header, Unreadable> {
    let (_bucket, store) = bucket(bytes).await;
    read(&store, &Key::parse(KEY).unwrap()).await
}

/// A file with this header, and so many bytes after it.
fn file(header: &[u8], rest: usize) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header, &vec![0; rest]].concat()
}

/// A file that the reference library has written.
fn by_the_library() -> Vec<u8> {
    let target = Path::new(env!("CARGO_BIN_EXE_backlot")).parent().and_then(Path::parent).unwrap();
    let place = target.join("stock");
    assert!(place.join("installed").exists(), "scripts/stock-clients installs what this needs");
    let written = std::env::temp_dir().join(format!("backlot-{}.safetensors", std::process::id()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/safetensors/write.py");
    let status = Command::new("python3").arg(script).arg(&written).env("PYTHONPATH", place.join("python")).status().unwrap();
    assert!(status.success());
    let bytes = std::fs::read(&written).unwrap();
    std::fs::remove_file(written).unwrap();
    bytes
}

#[tokio::test]
#[ignore = "needs the reference library: scripts/test runs it"]
async fn a_file_of_the_reference_library_is_read() {
    let bytes = by_the_library();
    let size = bytes.len() as u64;
    let read = header(bytes).await.unwrap();
    assert_eq!((read.size, read.tensors, read.parameters), (size, 3, 2 * 16 * 64 + 1));
    assert_eq!(read.types, [("F16".to_owned(), 2), ("F32".to_owned(), 1)].into());
    for (name, value) in [("ss_network_dim", "16"), ("ss_network_alpha", "8"), ("ünïcode", "“quotes” \\ and \n lines")] {
        assert_eq!(read.metadata.get(name).map(String::as_str), Some(value));
    }
    assert!(read.metadata["ss_tag_frequency"].contains("\"in the rain\": 2"));
}

#[tokio::test]
#[ignore = "needs the reference library: scripts/test runs it"]
async fn what_a_stand_in_writes_is_what_the_reference_library_reads() {
    use backlot::sandbox::weights::{Made, write};
    let made = Made { rank: 8, alpha: 8.0, trigger_word: "T".into(), captions: vec!["a, b".into()], ..Made::default() };
    for wished in [0, 400_000, 18_000_001] {
        let weights = write(&made, wished);
        let mut bytes = weights.head.clone();
        bytes.resize(usize::try_from(weights.size).unwrap(), 0);
        assert!(wished < 400_000 || weights.size.abs_diff(wished) <= 1, "{wished}: {}", weights.size);
        let path = std::env::temp_dir().join(format!("backlot-{}-{wished}.safetensors", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        let place = Path::new(env!("CARGO_BIN_EXE_backlot")).parent().and_then(Path::parent).unwrap().join("stock/python");
        let script = "import sys; from safetensors import safe_open\nwith safe_open(sys.argv[1], 'np') as f: print(f.metadata()['ss_network_dim'], len(list(f.keys())) > 1)";
        let told = Command::new("python3").args(["-c", script]).arg(&path).env("PYTHONPATH", place).output().unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), "8 True", "{}", String::from_utf8_lossy(&told.stderr));
    }
}

#[tokio::test]
async fn hostile_headers_are_refused_in_a_sentence() {
    let deep = [b"{\"a\":".as_slice(), &b"[".repeat(100_000), &b"]".repeat(100_000), b"}"].concat();
    let tensor = |entry: serde_json::Value| file(json!({ "t": entry }).to_string().as_bytes(), 64);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", vec![], "too few for a header"),
        ("seven bytes", vec![1; 7], "too few for a header"),
        ("a huge length", [u64::MAX.to_le_bytes().to_vec(), vec![b'{'; 64]].concat(), "18446744073709551615 bytes; no more"),
        ("a length just too long", [(LONGEST + 1).to_le_bytes().to_vec(), vec![b' '; 64]].concat(), "no more than"),
        ("no length", file(b"", 64), "ends inside its header"),
        ("cut short", file(b"{\"__metadata__\":{}}", 0)[..20].to_vec(), "ends inside its header"),
        ("deep", file(&deep, 0), "nests deeper"),
        ("not JSON", file(b"<html>nothing here</html>", 64), "no JSON"),
        ("not UTF-8", file(b"{\"\xff\xfe\": 1}", 64), "no JSON"),
        ("a list", file(b"[1, 2, 3]", 64), "it is no object"),
        ("metadata that is no text", file(b"{\"__metadata__\":{\"a\":1}}", 64), "not made of texts"),
        ("metadata that is a list", file(b"{\"__metadata__\":[]}", 64), "not made of texts"),
        ("a shape that overflows", tensor(json!({ "dtype": "F16", "shape": [u64::MAX, 2], "data_offsets": [0, 4] })), "makes no sense"),
        ("offsets beyond the file", tensor(json!({ "dtype": "F16", "shape": [2], "data_offsets": [0, 65] })), "makes no sense"),
        ("offsets backwards", tensor(json!({ "dtype": "F16", "shape": [2], "data_offsets": [4, 0] })), "makes no sense"),
        ("a negative shape", tensor(json!({ "dtype": "F16", "shape": [-2], "data_offsets": [0, 4] })), "makes no sense"),
        ("no type", tensor(json!({ "shape": [2], "data_offsets": [0, 4] })), "makes no sense"),
    ];
    for (what, bytes, expected) in cases {
        let told = header(bytes).await.expect_err(what).to_string();
        assert!(told.contains(expected), "{what}: {told}");
    }
}

#[tokio::test]
async fn of_a_large_file_only_the_header_is_fetched() {
    let mut long = json!({ "__metadata__": { "note": "x".repeat(200_000) } }).to_string().into_bytes();
    long.push(b' ');
    let (bucket, store) = bucket(file(&long, 8 << 20)).await;
    let read_it = read(&store, &Key::parse(KEY).unwrap()).await.unwrap();
    assert_eq!((read_it.size, read_it.tensors), (8 + long.len() as u64 + (8 << 20), 0));
    assert_eq!(bucket.asked(), [format!("GET /studio/{KEY} bytes=0-65535"), format!("GET /studio/{KEY} bytes=65536-{}", 7 + long.len())]);
    bucket.set(Mode::Rangeless);
    let told = read(&store, &Key::parse(KEY).unwrap()).await.unwrap_err().to_string();
    assert!(told.contains("another part than was asked for"), "eight megabytes are not read for a header: {told}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(length in prop_oneof![0..200_u64, any::<u64>()], rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [length.to_le_bytes().to_vec(), rest].concat();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _ = runtime.block_on(header(bytes));
    }
}
