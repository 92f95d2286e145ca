//! The sealed component runs with nothing to call, and gives byte for byte what native code gives.

use std::fmt::Write as _;

use stories::converter::{
    Article, ChildPages, ConversionError, Converter, Format, FoundPage, IncludedPage, Known, PageName,
    convert_natively, nothing_known, page,
};
use stories::corpus;

/// What an article has, in an order that a difference can be told by.
fn forms(result: &Result<Article, ConversionError>) -> Vec<(&'static str, String)> {
    match result {
        Err(error) => vec![("error", format!("{error:?}"))],
        Ok(article) => vec![
            ("HTML", article.html.clone()),
            ("Markdown", article.markdown.clone()),
            ("summary", article.summary.clone()),
            ("text", article.text.clone()),
            ("outline", format!("{:?}", article.outline)),
            ("passages", format!("{:?}", article.passages)),
            ("links", format!("{:?}", article.links)),
            ("dependencies", format!("{:?}", article.dependencies)),
            ("report", format!("{:?}", article.report)),
        ],
    }
}

fn differences(
    component: &Result<Article, ConversionError>,
    native: &Result<Article, ConversionError>,
) -> String {
    let mut told = String::new();
    let (component, native) = (forms(component), forms(native));
    for ((name, left), (_, right)) in component.iter().zip(&native).filter(|(left, right)| left != right) {
        let at = left.bytes().zip(right.bytes()).take_while(|(left, right)| left == right).count();
        let around = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(30)..text.len().min(at + 60)])
                .into_owned()
        };
        let _ = writeln!(
            told,
            "  {name} at {at}:\n    component {:?}\n    native    {:?}",
            around(left),
            around(right)
        );
    }
    if component.len() != native.len() {
        let _ = writeln!(told, "  one is an article, the other an error: {component:?}");
    }
    told
}

#[test]
fn every_page_comes_out_of_the_component_as_it_does_natively() {
    let mut bodies = corpus::own_cases();
    assert!(bodies.len() > 50, "the cases of crates/document/tests/pages are missing");
    match corpus::real_pages() {
        Some(pages) => bodies.extend(pages),
        None => println!("skipped in part: there is no folder ../shared/corpus beside the project"),
    }
    let mut converter = Converter::start();
    let mut faults = Vec::new();
    let number = bodies.len();
    for body in bodies {
        let page = page(body.format, body.text);
        let component = match converter.convert(&page, &nothing_known()) {
            Ok(result) => result,
            Err(trap) => {
                faults.push(format!("{} ended the component: {trap:#}", body.path.display()));
                converter = Converter::start();
                continue;
            }
        };
        let native = convert_natively(&page, nothing_known());
        if component != native {
            faults.push(format!("{}:\n{}", body.path.display(), differences(&component, &native)));
        }
    }
    println!("{number} pages");
    assert!(
        faults.is_empty(),
        "{} of {number} pages:\n{}",
        faults.len(),
        faults.iter().take(10).cloned().collect::<Vec<_>>().join("\n")
    );
}

fn article(format: Format, body: &str, known: impl Fn() -> Known) -> Article {
    let page = page(format, body.to_owned());
    // A fresh instance: what it does for the first time, it does here.
    let component = Converter::start().convert(&page, &known()).expect("the component runs to its end");
    assert_eq!(component, convert_natively(&page, known()));
    component.expect("an article")
}

/// Markdown and formulas are read by crates of others, which may ask for what a sealed component has not.
#[test]
fn markdown_and_formulas_come_out_of_a_fresh_instance() {
    let macro_of = |name: &str, body: &str| {
        format!(
            "<ac:structured-macro ac:name=\"{name}\"><ac:plain-text-body><![CDATA[{body}]]></ac:plain-text-body></ac:structured-macro>"
        )
    };
    let markdown = macro_of(
        "markdown",
        "# Reset\n\nA [link][1] and a note[^a].\n\n[1]: https://a.example\n[^a]: The note.",
    );
    let storage = article(Format::Storage, &markdown, nothing_known);
    assert!(storage.html.contains("href=\"https://a.example\""), "{}", storage.html);
    let formula = macro_of("mathblock", "\\frac{a}{b} \\begin{matrix} 1 & 2 \\\\ 3 & 4 \\end{matrix}");
    let storage = article(Format::Storage, &formula, nothing_known);
    assert!(storage.html.contains("<math") && storage.html.contains("<mfrac>"), "{}", storage.html);

    let adf = r#"{"type":"doc","version":1,"content":[{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Ask"}]},
        {"type":"extension","attrs":{"extensionType":"com.atlassian.confluence.macro.core","extensionKey":"mathinline",
        "parameters":{"macroParams":{"body":{"value":"x^2"}}}}}]}"#;
    let adf = article(Format::AtlasDocFormat, adf, nothing_known);
    assert!(adf.html.contains("<msup>"), "{}", adf.html);

    let wiki = article(
        Format::Wiki,
        "h2. Ask\n\n{panel:title=Hours}\n* one [two|https://a.example]\n{panel}\n\n{code:language=rust}\nlet x = 1;\n{code}\n\n||a||b||\n|1|2|",
        nothing_known,
    );
    for part in
        ["<h2 id=\"Ask\">", "Hours", "href=\"https://a.example\"", "language-rust", "<th scope=\"col\">a"]
    {
        assert!(wiki.html.contains(part), "{part}: {}", wiki.html);
    }
}

/// What the caller knows of the site travels into the component, and what a body asks for travels back.
#[test]
fn an_included_page_and_a_list_of_pages_reach_the_component() {
    let name = |title: &str| PageName { id: None, title: Some(title.to_owned()), space_key: None };
    let body = "<ac:structured-macro ac:name=\"include\"><ac:parameter ac:name=\"\"><ac:link><ri:page ri:content-title=\"Shared\"/></ac:link></ac:parameter></ac:structured-macro>\
        <ac:structured-macro ac:name=\"children\"/>";
    let without = article(Format::Storage, body, nothing_known);
    assert!(!without.html.contains("Words of both pages"));
    let asked = format!("{:?}", without.dependencies);
    assert!(asked.contains("IncludedPage") && asked.contains("Children"), "{asked}");
    let with = article(Format::Storage, body, || Known {
        included: vec![IncludedPage {
            named: name("Shared"),
            id: "5".to_owned(),
            space_key: "IT".to_owned(),
            body: "<p>Words of both pages</p>".to_owned(),
        }],
        children: vec![ChildPages {
            named: PageName { id: None, title: None, space_key: None },
            pages: vec![FoundPage { id: "6".to_owned(), title: "A child".to_owned() }],
        }],
        ..nothing_known()
    });
    assert!(with.html.contains("Words of both pages") && with.html.contains(">A child</a>"), "{}", with.html);
}

#[test]
fn a_body_that_is_none_is_an_error_and_not_the_end_of_the_component() {
    let mut converter = Converter::start();
    let broken = page(Format::AtlasDocFormat, "{\"type\":\"doc\",]".to_owned());
    let error = converter.convert(&broken, &nothing_known()).expect("no trap").expect_err("not a document");
    assert_eq!(Err(error), convert_natively(&broken, nothing_known()));
    let deep = page(Format::Storage, "<blockquote><ul><li>".repeat(20_000) + "deep");
    let result = converter.convert(&deep, &nothing_known()).expect("no trap, however deep");
    assert_eq!(result, convert_natively(&deep, nothing_known()));
    let whole = page(Format::Storage, "<p>whole</p>".to_owned());
    let article = converter.convert(&whole, &nothing_known()).expect("it still runs").expect("an article");
    assert_eq!(article.html, "<p>whole</p>\n");
}
