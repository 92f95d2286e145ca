//! What admins do in many stories, each as they would do it in a browser.

use std::time::Duration;

use crate::{Application, Person, wait_until};

/// The Atlassian account that sees everything on the simulated site.
pub const SERVICE_USER: &str = "Confluence service user";

const IMPORT_LIMIT: Duration = Duration::from_secs(120);

impl Application {
    /// An admin who has connected the simulated site and imported these spaces, and the connection's address.
    #[must_use]
    pub fn admin_with_spaces(&self, spaces: &[&str]) -> (Person, String) {
        let mut admin = self.admin();
        self.consent(&mut admin, SERVICE_USER, "Accept");
        assert_eq!(admin.page().heading(), "Choose spaces");
        for space in spaces {
            admin.tick(space);
        }
        admin.press("Save and sync");
        let connection = admin.page().url.path().to_owned();
        self.wait_for_sync(&mut admin, &connection);
        (admin, connection)
    }

    /// Goes from the console to Atlassian's consent page and decides there.
    pub fn consent(&self, admin: &mut Person, account: &str, decision: &str) {
        admin.open("/console/settings/integrations/confluence/connect");
        admin.fill("Confluence site URL", &self.site.url).press("Continue");
        admin.click("Continue to");
        admin.tick(account).press(decision);
    }

    /// Waits until no run of the connection is open any more.
    pub fn wait_for_sync(&self, admin: &mut Person, connection: &str) {
        wait_until("the sync ends", IMPORT_LIMIT, || {
            let page = admin.open(connection);
            (!page.text().contains("Sync in progress")).then_some(())
        });
    }

    /// Presses *Sync now* and waits for its end.
    pub fn sync_now(&self, admin: &mut Person, connection: &str) {
        admin.open(connection);
        admin.press("Sync now");
        self.wait_for_sync(admin, connection);
    }

    /// Publishes every article that a search in the console finds; an empty one publishes them all.
    pub fn publish(&self, admin: &mut Person, title: &str) {
        admin.open("/console/resources/articles");
        admin.fill("Title or text", title).press("Filter");
        if admin.page().html.contains("name=\"all_matching\"") {
            admin.tick("All ");
        }
        admin.tick("Select ");
        admin.press("Publish");
    }
}
