use http::{Request, Uri};

/// The names and values of a query or of a posted form, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The fields of an address's query.
    #[must_use]
    pub fn of_query(uri: &Uri) -> Self {
        Self::parse(uri.query().unwrap_or_default().as_bytes())
    }

    /// The fields of a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn of_form(request: &Request<Vec<u8>>) -> Self {
        Self::parse(request.body())
    }

    fn parse(bytes: &[u8]) -> Self {
        Self(serde_urlencoded::from_bytes(bytes).unwrap_or_default())
    }

    /// The first value of `name`, without white space around it; empty where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(key, _)| key == name);
        field.map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// The first value of `name` as a number, if it is one.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).parse().ok()
    }

    /// Every value of `name`: the ticked boxes of a list.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A path with a query of the fields that are not empty.
#[must_use]
pub fn address(path: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(&fields) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_kept_in_order() {
        let uri: Uri = "/search?q=+r%C3%A9sum%C3%A9+&id=2&id=1&page=x".parse().unwrap();
        let fields = Fields::of_query(&uri);
        assert_eq!(fields.get("q"), "résumé");
        assert_eq!(fields.all("id").collect::<Vec<_>>(), ["2", "1"]);
        assert_eq!(fields.number("page"), None);
        assert_eq!(fields.get("absent"), "");
    }

    #[test]
    fn an_address_leaves_out_what_is_empty() {
        assert_eq!(address("/search", &[("q", "a & b"), ("category", "")]), "/search?q=a+%26+b");
        assert_eq!(address("/search", &[("q", "")]), "/search");
    }
}
