/// English words that say how something is asked rather than what; apostrophes left out, sorted.
const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "arent", "as", "at",
    "be", "because", "been", "before", "being", "but", "by", "can", "cannot", "cant", "could", "couldnt",
    "d", "did", "didnt", "do", "does", "doesnt", "doing", "dont", "during", "each", "else", "for", "from",
    "further", "had", "hadnt", "has", "hasnt", "have", "havent", "having", "he", "hello", "her", "here",
    "hers", "hes", "hey", "hi", "him", "his", "how", "however", "i", "id", "if", "ill", "im", "in", "into",
    "is", "isnt", "it", "its", "itself", "ive", "just", "let", "lets", "like", "ll", "m", "may", "me",
    "might", "mine", "must", "my", "myself", "no", "nor", "not", "of", "off", "on", "once", "only", "or",
    "other", "our", "ours", "out", "over", "own", "please", "re", "s", "same", "shall", "she", "should",
    "shouldnt", "so", "some", "such", "t", "than", "thank", "thanks", "that", "thats", "the", "their",
    "theirs", "them", "then", "there", "theres", "these", "they", "theyre", "this", "those", "through", "to",
    "too", "under", "until", "up", "us", "ve", "very", "was", "wasnt", "we", "were", "werent", "weve",
    "what", "whats", "when", "where", "wheres", "whether", "which", "while", "who", "whom", "whos", "whose",
    "why", "will", "with", "without", "wont", "would", "wouldnt", "you", "your", "youre", "yours",
    "yourself",
];

/// Whether a lower-case word without apostrophes is a stop word.
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(STOP_WORDS.is_sorted());
        assert!(is_stop_word("how") && is_stop_word("your") && !is_stop_word("vpn"));
    }
}
