p='crates/desk/src/articles/losses.rs'; s=open(p).read()
s=s.replace('''/// One kind of loss at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LossLine {
    /// `A chart from the app Gliffy could not be shown (2×), in section Network › Diagram.`
    pub(super) text: String,
    /// The words that it held and that are not in the article.
    pub(super) words: String,
    /// Whether something is missing, and not only plainer.
    pub(super) is_missing: bool,
}

/// The report in sentences: what is missing first, then what is plainer.
''','''/// One kind of loss at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LossLine {
    /// `A diagram from the app Gliffy could not be shown (2×), in section Network › Diagram.`
    pub(super) text: String,
    /// The words that it held and that are not in the article.
    pub(super) words: String,
    /// Whether something is missing, and not only plainer.
    pub(super) is_missing: bool,
    /// Where it stands on the page in Confluence; none before the first heading.
    pub(super) section: Option<Section>,
}

/// A section of the page in Confluence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// The words of its heading.
    pub(super) heading: String,
    /// What stands behind the `#` of its address in Confluence.
    pub(super) anchor: String,
}

/// All lines in one sentence.
pub(super) fn summary(lines: &[LossLine]) -> String {
    let missing = lines.iter().filter(|line| line.is_missing).count();
    let plainer = lines.len() - missing;
    let things = |count: usize| if count == 1 { "1 thing".to_owned() } else { format!("{count} things") };
    let verb = |count: usize, one: &'static str, many: &'static str| if count == 1 { one } else { many };
    match (missing, plainer) {
        (0, plainer) => {
            format!("Nothing is missing. {} {} plainer than in Confluence.", things(plainer), verb(plainer, "looks", "look"))
        }
        (missing, 0) => format!("{} of the page {} missing from the article.", things(missing), verb(missing, "is", "are")),
        (missing, plainer) => format!(
            "{} of the page {} missing from the article, and {plainer} {} plainer than in Confluence.",
            things(missing),
            verb(missing, "is", "are"),
            verb(plainer, "looks", "look"),
        ),
    }
}

/// The report in sentences: what is missing first, then what is plainer.
''')
s=s.replace('''            words: String::new(),
            is_missing: true,
        }];''','''            words: String::new(),
            is_missing: true,
            section: None,
        }];''')
s=s.replace('''            words: String::new(),
            is_missing: false,
        });''','''            words: String::new(),
            is_missing: false,
            section: None,
        });''')
s=s.replace('''            (&other.name, other.outcome, &other.place, &other.words)
                == (&loss.name, loss.outcome, &loss.place, &loss.words)''','''            (&other.name, other.outcome, &other.place, &other.anchor, &other.words)
                == (&loss.name, loss.outcome, &loss.place, &loss.anchor, &loss.words)''')
s=s.replace('''        is_missing: loss.outcome == Outcome::Dropped,
    }
}''','''        is_missing: loss.outcome == Outcome::Dropped,
        section: loss.place.last().zip(loss.anchor.as_ref()).map(|(heading, anchor)| Section {
            heading: heading.clone(),
            anchor: anchor.clone(),
        }),
    }
}''')
s=s.replace('''        Loss { name: name.into(), origin, outcome, count, place, offset: 0, words: String::new() }''','''        Loss { name: name.into(), origin, outcome, count, place, anchor: None, offset: 0, words: String::new() }''')
open(p,'w').write(s)
p='crates/desk/templates/article.html'; s=open(p).read()
s=s.replace('''{% if loss.is_missing %} <a href="{{ summary.source_url }}" rel="noreferrer">Open the page in Confluence to see it</a>.{% endif %}</p>''','''
{% if let Some(section) = loss.section %}<a href="{{ summary.source_url }}#{{ section.anchor|urlencode }}" rel="noreferrer">See “<span dir="auto">{{ section.heading }}</span>” in Confluence</a>{% else %}<a href="{{ summary.source_url }}" rel="noreferrer">See the page in Confluence</a>{% endif %}</p>''')
s=s.replace('''{% else %}
<ul class="plain items card">
{% for loss in losses %}''','''{% else %}
<p>{{ losses_summary }}</p>
<ul class="plain items card">
{% for loss in losses %}''')
open(p,'w').write(s)
p='crates/desk/src/articles/detail.rs'; s=open(p).read()
s=s.replace("use super::losses::{LossLine, losses};","use super::losses::{self, LossLine, losses};")
s=s.replace("    losses: Vec<LossLine>,\n","    losses: Vec<LossLine>,\n    losses_summary: String,\n")
s=s.replace('''    let events = status_events(visit.database, id, EVENTS).await?;
    let frame''','''    let events = status_events(visit.database, id, EVENTS).await?;
    let losses = losses(&article.report);
    let frame''')
s=s.replace("        losses: losses(&article.report),\n","        losses_summary: losses::summary(&losses),\n        losses,\n")
open(p,'w').write(s)
