//! Formulas: TeX as MathML, which browsers show and read aloud without any script.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use super::escape::{escape, escape_attribute};

/// The longest formula that is translated, in bytes.
const LONGEST: usize = 4_000;
/// How deep a formula may be nested, at most: the translator recurses.
const DEEPEST: usize = 100;

const ELEMENTS: [&str; 26] = [
    "annotation",
    "math",
    "menclose",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];

/// The attributes that are kept, each with its elements.
const ATTRIBUTES: [(&str, &[&str]); 12] = [
    ("annotation", &["encoding"]),
    ("math", &["display"]),
    ("mfrac", &["linethickness"]),
    ("mi", &["mathvariant"]),
    (
        "mo",
        &[
            "accent",
            "fence",
            "form",
            "largeop",
            "lspace",
            "maxsize",
            "minsize",
            "movablelimits",
            "rspace",
            "separator",
            "stretchy",
            "symmetric",
        ],
    ),
    ("mover", &["accent"]),
    ("mpadded", &["depth", "height", "lspace", "voffset", "width"]),
    ("mspace", &["width"]),
    ("mstyle", &["displaystyle", "mathsize", "scriptlevel"]),
    ("mtable", &["columnalign", "displaystyle", "scriptlevel"]),
    ("mtd", &["columnalign"]),
    ("munder", &["accentunder"]),
];

/// The formula as MathML that holds its TeX too, or none if it cannot be translated.
pub(crate) fn mathml(tex: &str, is_block: bool) -> Option<String> {
    if tex.len() > LONGEST || depth(tex) > DEEPEST {
        return None;
    }
    let display = if is_block { MathDisplay::Block } else { MathDisplay::Inline };
    let config = MathCoreConfig { annotation: true, ..MathCoreConfig::default() };
    let converter = LatexToMathML::new(config).ok()?;
    rewritten(&converter.convert_with_local_state(tex, display).ok()?.mathml)
}

/// How deep the translator goes into a formula, at most. Whatever may wait for what follows it is a level until the
/// group that it stands in is closed.
fn depth(tex: &str) -> usize {
    let mut groups = Vec::new();
    let (mut depth, mut deepest) = (0, 0);
    let mut bytes = tex.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => {
                // The sign of a command is no group, as in `\{`. The end of a row waits for nothing.
                depth += usize::from(bytes.next() != Some(b'\\'));
            }
            b'{' => {
                groups.push(depth);
                depth += 1;
            }
            // A comment, to the end of its line; each is a level of its own if another follows it.
            b'%' => {
                depth += 1;
                while bytes.next().is_some_and(|byte| byte != b'\n') {}
            }
            b'}' => depth = groups.pop().unwrap_or(depth),
            b'^' | b'_' | b'[' | b'(' | b'\'' => depth += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The same MathML of nothing but known elements and attributes, written as a browser writes it; none if it has others.
fn rewritten(mathml: &str) -> Option<String> {
    let mut out = String::with_capacity(mathml.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = mathml;
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        if !text.is_empty() {
            open.last()?;
            escape(&mut out, &htmlize::unescape(text));
        }
        if text.len() == rest.len() {
            break;
        }
        let (tag, after) = tag.split_once('>')?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return None;
            }
            out.push_str("</");
            out.push_str(name);
            out.push('>');
            continue;
        }
        let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        // `semantics` is what ties the formula to its TeX.
        let name =
            if name == "semantics" { name } else { ELEMENTS.into_iter().find(|known| *known == name)? };
        out.push('<');
        out.push_str(name);
        write_attributes(&mut out, name, attributes)?;
        out.push('>');
        if is_empty {
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        } else {
            open.push(name);
        }
    }
    open.is_empty().then_some(out)
}

fn write_attributes(out: &mut String, element: &str, mut attributes: &str) -> Option<()> {
    let known =
        ATTRIBUTES.iter().find(|(name, _)| *name == element).map_or([].as_slice(), |(_, names)| names);
    loop {
        attributes = attributes.trim_start();
        if attributes.is_empty() {
            return Some(());
        }
        let (name, after) = attributes.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        attributes = after;
        if known.contains(&name) {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape_attribute(out, &htmlize::unescape_attribute(value));
            out.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{depth, mathml, rewritten};

    #[test]
    fn a_formula_is_shown_and_keeps_its_tex() {
        assert_eq!(
            mathml("x^2 < 1", false).as_deref(),
            Some(
                "<math><semantics><mrow><msup><mi>x</mi><mn>2</mn></msup><mo>&lt;</mo><mn>1</mn></mrow><annotation encoding=\"application/x-tex\">x^2 &lt; 1</annotation></semantics></math>"
            )
        );
        assert!(
            mathml(r"\sum_{i=0}^N \frac{1}{\sqrt{x_i}}", true)
                .is_some_and(|math| math.starts_with("<math display=\"block\">"))
        );
        assert!(mathml(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", true).is_some());
    }

    #[test]
    fn what_is_closed_is_not_deep() {
        for (tex, expected) in
            [("x", 0), ("{x}{y}", 1), (r"\frac{\frac{a}{b}}{c}", 4), (r"\{\}}", 2), ("x^{y_{z}}", 4)]
        {
            assert_eq!(depth(tex), expected, "{tex}");
        }
        let sum = vec![r"\frac{x_{1}}{\sqrt{y^{2}}}"; 30].join("+");
        assert!(mathml(&sum, true).is_some(), "{}", depth(&sum));
    }

    #[test]
    fn what_is_not_tex_is_not_translated() {
        for tex in [r"\unheardof{x}", "{", r"\begin{matrix}", r"\left("] {
            assert_eq!(mathml(tex, true), None, "{tex}");
        }
    }

    #[test]
    fn only_known_elements_and_attributes_pass() {
        assert_eq!(rewritten("<math><script>x</script></math>"), None);
        assert_eq!(rewritten("<math><mi>x</math>"), None);
        assert_eq!(
            rewritten("<math style=\"a\"><mi href=\"javascript:x\">x&amp;y</mi></math>").as_deref(),
            Some("<math><mi>x&amp;y</mi></math>")
        );
    }

    /// The translator recurses; what it is given is short enough for the smallest stack that it may run on.
    #[test]
    fn deep_formulas_fit_a_small_stack() {
        let test = || {
            for piece in [
                "{",
                "(",
                "[",
                "^",
                "_",
                "x^",
                "x_",
                "x'",
                "x^\\frac",
                "\\frac a",
                "\\frac{a}",
                "\\left(x",
                "{{}",
                "%\n",
                "{%}\n",
                "{\\text{%}\n}",
                "{\\}",
                "{\\verb|}|",
                "{#}",
                "{$}$",
                "\\frac\\\\",
                "x^{\\hat{}",
                "\\sqrt",
                "\\sqrt{",
                "\\frac",
                "\\frac{",
                "\\left(",
                "\\text{",
                "\\begin{matrix}",
                "\\hat",
                "\\mathbf",
                "\\mathrm{",
                "\\overset{",
                "\\begin{align}",
                "&",
                "\\\\",
                "\\sqrt[",
                "\\not",
                "\\big",
                "\\operatorname{",
                "\\substack{",
                "\\color{red}",
                "~",
                "$",
                "%",
                "#1",
            ] {
                for count in [1, 2, 10, 49, 99, 199, 400, 900, 4_000] {
                    let _ = mathml(&piece.repeat(count), true);
                    let _ = mathml(&format!("{}x{}", piece.repeat(count), "}".repeat(count)), false);
                }
            }
        };
        std::thread::Builder::new()
            .stack_size(512 << 10)
            .spawn(test)
            .expect("a thread")
            .join()
            .expect("no overflow");
    }
}
