//! Files of pages are listed beside the pages: whatever their lists are short of, no page waits for it.

use confluence::ApiError;
use confluence::attachments::Attachment;
use knowledge::attachments::SourceAttachment;
use knowledge::runs::{Phase, Run};

use crate::StepError;
use crate::step::Step;

/// Whether a list of files is given up for now, where the same trouble would hold up a list of pages.
pub(crate) fn is_passed_over(error: &StepError) -> bool {
    match error {
        StepError::Http(_) => true,
        StepError::Api(error) => {
            !matches!(error, ApiError::RateLimited { .. } | ApiError::TokenRejected { .. })
        }
        _ => false,
    }
}

pub(crate) fn source_attachment(file: Attachment) -> SourceAttachment {
    SourceAttachment {
        id: file.id,
        page_id: file.page_id,
        name: file.name,
        media_type: file.media_type,
        size: file.size,
        version: file.version.number,
    }
}

/// What comes after the files.
pub(crate) fn done(run: &Run) -> Step {
    match run.phase {
        Phase::Changes => Step::Followed,
        Phase::Whole => Step::Finish,
    }
}
