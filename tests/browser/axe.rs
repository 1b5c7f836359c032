//! The accessibility rules of axe-core, on a page as it is: light, dark, and on a phone.
use super::browser::{Browser, Done};
use serde_json::{Value, json};

/// The rules; see `README.md` beside it.
const AXE: &str = include_str!("axe.min.js");

/// All rules, and the one of WCAG 2.2 that is off by default.
const RUN: &str = r#"
    const done = arguments[arguments.length - 1];
    const told = (violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}\n  ${node.html}\n  ${node.failureSummary}`);
    axe.run(document, { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } })
      .then((result) => done(result.violations.flatMap(told)), (error) => done([String(error)]));
"#;

/// What sticks out of the page, or nothing.
const WIDE: &str = r#"
    const wide = Math.max(document.documentElement.scrollWidth, innerWidth);
    if (wide <= arguments[0]) return [];
    const out = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > arguments[0] + 1);
    return [`the page is ${wide} wide`, ...out.slice(0, 5).map((one) => one.outerHTML.slice(0, 200))];
"#;

/// A phone, in CSS pixels.
pub const PHONE: (u32, u32) = (390, 844);
pub const DESK: (u32, u32) = (1440, 1000);

impl Browser {
    /// Everything that is wrong with the page that is open, in both colours and both sizes.
    pub async fn faults(&self, name: &str) -> Done<Vec<String>> {
        self.faults_at(&[DESK, PHONE], name).await
    }

    /// The same in some sizes.
    pub async fn faults_at(&self, sizes: &[(u32, u32)], name: &str) -> Done<Vec<String>> {
        let mut faults = Vec::new();
        self.driver.execute(AXE, vec![]).await?;
        let chosen = self.run("return document.documentElement.dataset.theme", vec![]).await?;
        for (width, height) in sizes.iter().copied() {
            self.resize(width, height).await?;
            for theme in ["light", "dark"] {
                self.run("document.documentElement.dataset.theme = arguments[0]", vec![json!(theme)]).await?;
                let found = self.driver.execute_async(RUN, vec![]).await?;
                faults.extend(words(found.json()).map(|fault| format!("{name}, {theme}, {width} wide: {fault}")));
            }
            let wide = self.run(WIDE, vec![json!(width)]).await?;
            faults.extend(words(&wide).map(|fault| format!("{name}, {width} wide: {fault}")));
        }
        self.run("document.documentElement.dataset.theme = arguments[0]", vec![chosen]).await?;
        self.resize(DESK.0, DESK.1).await?;
        Ok(faults)
    }
}

fn words(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
