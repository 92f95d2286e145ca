//! Days of the calendar: ADF counts milliseconds, the storage format writes `YYYY-MM-DD`.

/// The day of a time in milliseconds since 1970 (UTC) as `YYYY-MM-DD`, for the years 1 to 9999.
pub(crate) fn from_milliseconds(milliseconds: i64) -> Option<String> {
    // Days to a civil date in the proleptic Gregorian calendar, counted in eras of 400 years from 0000-03-01.
    let days = milliseconds.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (1..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Whether `YYYY-MM-DD` is a day that the calendar has.
pub(crate) fn is_civil(day: &str) -> bool {
    let digits_and_hyphens = day.len() == 10
        && day
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    if !digits_and_hyphens {
        return false;
    }
    let number = |from: usize, to: usize| day[from..to].parse::<u32>().unwrap_or(0);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_become_days() {
        assert_eq!(from_milliseconds(0).as_deref(), Some("1970-01-01"));
        assert_eq!(from_milliseconds(-1).as_deref(), Some("1969-12-31"));
        assert_eq!(from_milliseconds(1_709_164_800_000).as_deref(), Some("2024-02-29"));
        assert_eq!(from_milliseconds(253_402_300_799_999).as_deref(), Some("9999-12-31"));
        assert_eq!(from_milliseconds(i64::MAX), None);
        assert_eq!(from_milliseconds(i64::MIN), None);
    }

    #[test]
    fn only_days_of_the_calendar_are_days() {
        assert!(is_civil("2024-02-29"));
        for day in
            ["2023-02-29", "2024-13-01", "2024-00-10", "24-1-1", "2024-04-31", "0000-01-01", "2024/01/01"]
        {
            assert!(!is_civil(day), "{day}");
        }
    }
}
