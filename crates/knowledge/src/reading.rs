//! What an employee may open: every query here reads `readable_articles`.
