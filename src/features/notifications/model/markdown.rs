//! The Markdown of messages: paragraphs, lists, emphasis, code and links (CommonMark, by `pulldown-cmark`). Everything else is
//! reduced to its text, HTML too; pages draw the pieces themselves, so nothing that was typed is ever taken for markup.
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A piece that stands by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub shape: Shape,
    pub runs: Vec<Run>,
}

/// How a block looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Paragraph,
    /// A point of a list, with its number if it is an ordered one.
    Point(Option<u64>),
}

/// Text in one style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    pub strong: bool,
    pub em: bool,
    pub code: bool,
    pub href: Option<String>,
    /// A new line begins before it.
    pub on_new_line: bool,
}

/// What is open while reading.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    runs: Vec<Run>,
    lists: Vec<Option<u64>>,
    shape: Option<Shape>,
    strong: usize,
    em: usize,
    links: Vec<String>,
    on_new_line: bool,
}

/// Reads a message.
pub fn read(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(text, Options::empty()) {
        reader.hear(event);
    }
    reader.end();
    reader.blocks
}

impl Reader {
    fn hear(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.say(&text, false);
            }
            Event::Code(text) => self.say(&text, true),
            Event::SoftBreak => self.say(" ", false),
            Event::HardBreak => self.on_new_line = true,
            Event::Rule => self.end(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.em += 1,
            Tag::Link { dest_url, .. } => self.links.push(dest_url.into_string()),
            Tag::List(first) => {
                self.end();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end();
                let number = self.lists.last().copied().flatten();
                if let Some(Some(next)) = self.lists.last_mut() {
                    *next += 1;
                }
                self.shape = Some(Shape::Point(number));
            }
            // A heading is a line in bold: a message of a few sentences has no chapters.
            Tag::Heading { .. } => {
                self.end();
                self.strong += 1;
            }
            Tag::Paragraph | Tag::BlockQuote(_) | Tag::CodeBlock(_) | Tag::HtmlBlock if !self.runs.is_empty() => self.end(),
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.em = self.em.saturating_sub(1),
            TagEnd::Link => drop(self.links.pop()),
            TagEnd::List(_) => {
                self.end();
                self.lists.pop();
            }
            TagEnd::Heading(_) => {
                self.end();
                self.strong = self.strong.saturating_sub(1);
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::CodeBlock | TagEnd::HtmlBlock => self.end(),
            _ => {}
        }
    }

    fn say(&mut self, text: &str, code: bool) {
        let text = text.trim_matches('\n').replace('\n', " ");
        if text.is_empty() {
            return;
        }
        let on_new_line = std::mem::take(&mut self.on_new_line) && !self.runs.is_empty();
        let run = Run { text, strong: self.strong > 0, em: self.em > 0, code, href: self.links.last().cloned(), on_new_line };
        match self.runs.last_mut() {
            Some(last) if !on_new_line && !code && !last.code && same_style(last, &run) => last.text.push_str(&run.text),
            _ => self.runs.push(run),
        }
    }

    fn end(&mut self) {
        self.on_new_line = false;
        if !self.runs.is_empty() {
            let shape = self.shape.take().unwrap_or(Shape::Paragraph);
            self.blocks.push(Block { shape, runs: std::mem::take(&mut self.runs) });
        }
    }
}

fn same_style(one: &Run, other: &Run) -> bool {
    (one.strong, one.em, &one.href) == (other.strong, other.em, &other.href)
}

/// The addresses of all links.
pub fn links(blocks: &[Block]) -> impl Iterator<Item = &str> {
    blocks.iter().flat_map(|block| &block.runs).filter_map(|run| run.href.as_deref())
}

/// As plain text: points with a dash or their number, addresses behind their words.
pub fn plain(blocks: &[Block]) -> String {
    let mut text = String::new();
    let mut before: Option<Shape> = None;
    for block in blocks {
        if let Some(before) = before {
            let in_list = matches!((before, block.shape), (Shape::Point(_), Shape::Point(_)));
            text.push_str(if in_list { "\n" } else { "\n\n" });
        }
        match block.shape {
            Shape::Point(Some(number)) => text.push_str(&format!("{number}. ")),
            Shape::Point(None) => text.push_str("- "),
            Shape::Paragraph => {}
        }
        for run in &block.runs {
            if run.on_new_line {
                text.push('\n');
            }
            text.push_str(&run.text);
            if let Some(href) = run.href.as_ref().filter(|href| **href != run.text) {
                text.push_str(&format!(" ({href})"));
            }
        }
        before = Some(block.shape);
    }
    text
}

/// Paragraphs and whole lists, as pages draw them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// `ul`, `ol`, or nothing for a paragraph.
    pub list: &'static str,
    pub items: Vec<Vec<Run>>,
}

/// Blocks, with the points of a list together.
pub fn parts(blocks: Vec<Block>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for Block { shape, runs } in blocks {
        let list = match shape {
            Shape::Paragraph => "",
            Shape::Point(Some(_)) => "ol",
            Shape::Point(None) => "ul",
        };
        match parts.last_mut() {
            Some(part) if !list.is_empty() && part.list == list => part.items.push(runs),
            _ => parts.push(Part { list, items: vec![runs] }),
        }
    }
    parts
}

/// As HTML, of `p ul ol li strong em code a br` only; everything that was typed is escaped.
pub fn html(blocks: &[Block]) -> String {
    let item = |runs: &Vec<Run>| runs.iter().map(run_html).collect::<String>();
    let part = |Part { list, items }: Part| match list {
        "" => items.iter().map(|runs| format!("<p>{}</p>", item(runs))).collect::<String>(),
        list => format!("<{list}>{}</{list}>", items.iter().map(|runs| format!("<li>{}</li>", item(runs))).collect::<String>()),
    };
    parts(blocks.to_vec()).into_iter().map(part).collect()
}

fn run_html(run: &Run) -> String {
    let mut text = escape(&run.text);
    for (wanted, tag) in [(run.code, "code"), (run.em, "em"), (run.strong, "strong")] {
        if wanted {
            text = format!("<{tag}>{text}</{tag}>");
        }
    }
    if let Some(href) = &run.href {
        text = format!("<a href=\"{}\" rel=\"noopener noreferrer\">{text}</a>", escape(href));
    }
    if run.on_new_line { format!("<br>{text}") } else { text }
}

/// Text as HTML holds it, in an element or an attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests;
