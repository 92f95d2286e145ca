/// Where one is in a list that has several pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// From 1.
    pub current: i64,
    pub last: i64,
    /// The list's address with its filters, to which `page=` is added.
    address: String,
}

impl Pages {
    /// The most pages that can be asked for, so that a number in an address cannot cost a long scan.
    const LIMIT: i64 = 1000;

    #[must_use]
    pub fn new(wanted: Option<i64>, total: i64, per_page: i64, address: String) -> Self {
        let last = ((total + per_page - 1) / per_page.max(1)).clamp(1, Self::LIMIT);
        Self { current: wanted.unwrap_or(1).clamp(1, last), last, address }
    }

    #[must_use]
    pub fn previous(&self) -> Option<String> {
        (self.current > 1).then(|| self.to(self.current - 1))
    }

    #[must_use]
    pub fn next(&self) -> Option<String> {
        (self.current < self.last).then(|| self.to(self.current + 1))
    }

    fn to(&self, page: i64) -> String {
        let joint = if self.address.contains('?') { '&' } else { '?' };
        format!("{}{joint}page={page}", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_out_of_range_is_the_nearest_one() {
        let pages = |wanted| Pages::new(wanted, 41, 20, "/search?q=vpn".to_owned());
        assert_eq!((pages(None).current, pages(None).last), (1, 3));
        assert_eq!(pages(Some(-4)).current, 1);
        assert_eq!(pages(Some(99)).current, 3);
        assert_eq!(pages(Some(2)).next().as_deref(), Some("/search?q=vpn&page=3"));
        assert_eq!(pages(Some(1)).previous(), None);
        assert_eq!(Pages::new(None, 0, 20, "/search".to_owned()).last, 1);
    }
}
