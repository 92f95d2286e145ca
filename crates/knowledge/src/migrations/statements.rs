/// Splits a migration into its statements, for the database takes one at a time, and leaves comments out.
///
/// A statement ends at a line that ends in `;`, a trigger at its `end;`.
pub(crate) fn statements(file: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    for line in file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("--")) {
        current.push_str(line);
        let in_trigger = current.starts_with("create trigger");
        let ended = if in_trigger { line == "end;" } else { line.ends_with(';') };
        if ended {
            statements.push(std::mem::take(&mut current));
        } else {
            current.push('\n');
        }
    }
    assert!(current.is_empty(), "a migration ends inside a statement: {current}");
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_one_statement() {
        let file = "-- why\ncreate table t (\n  -- what\n  a);\n\ncreate trigger x after insert on t begin\n  select 1;\nend;\n";
        let trigger = "create trigger x after insert on t begin\nselect 1;\nend;";
        assert_eq!(statements(file), ["create table t (\na);", trigger]);
    }
}
