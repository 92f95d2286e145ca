//! What the console asks of articles: lists with filters, one article with its report, status and category.
