//! The data's integrity, as pages: the demo has faults planted, and its checks look when it starts.

/// A route, and an address of it.
pub const PAGES: [(&str, &str); 12] = [
    ("/admin/data", "/admin/data"),
    ("/admin/data", "/admin/data?show=failed"),
    ("/admin/data/live", "/admin/data/live"),
    ("/admin/data/{check}", "/admin/data/images-without-model"),
    ("/admin/data/{check}", "/admin/data/negative-balances"),
    ("/admin/data/{check}", "/admin/data/tier-differs"),
    ("/admin/data/{check}/live", "/admin/data/tier-differs/live"),
    ("/admin/data/cleanup", "/admin/data/cleanup"),
    ("/admin/data/cleanup/live", "/admin/data/cleanup/live"),
    ("/admin/data/cleanup/{sweep}", "/admin/data/cleanup/training-logs"),
    ("/admin/data/{check}/repair", "/admin/data/tier-differs/repair"),
    ("/admin/data/{check}/remove", "/admin/data/images-without-model/remove"),
];
/// Parts of pages, seen where they are swapped in.
pub const PARTS: [&str; 3] = ["/admin/data/live", "/admin/data/cleanup/live", "/admin/data/{check}/live"];
