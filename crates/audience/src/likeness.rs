/// How alike two people's names are, from 0 to 1: the share of their words that both have.
///
/// It only orders what an admin is offered; nothing is decided by a name.
#[must_use]
pub fn likeness(one: &str, other: &str) -> f64 {
    let (one, other) = (words(one), words(other));
    let all = one.len().max(other.len());
    if all == 0 {
        return 0.0;
    }
    let shared = one.iter().filter(|word| other.contains(word)).count();
    #[expect(clippy::cast_precision_loss, reason = "names have few words")]
    return shared as f64 / all as f64;
}

fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = name
        .to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_by_their_words() {
        for (one, other, expected) in [
            ("Mia Employee", "mia employee", 1.0),
            ("Employee, Mia", "Mia Employee", 1.0),
            ("Tomás Lindqvist", "Tomas Lindqvist", 0.5),
            ("Ada Admin", "Mia Employee", 0.0),
            ("", "", 0.0),
        ] {
            assert!((likeness(one, other) - expected).abs() < 1e-9, "{one} / {other}");
        }
    }
}
