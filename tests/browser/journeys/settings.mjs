// An admin who is connected already: pins, narrows what comes in, sets up the webhook, decides about removals.
import { confluence, sees, signIn } from './walking.mjs';

const connection = `${confluence}/1`;

export async function settings(walk) {
  const { page, url, site, step, screen } = walk;
  await signIn(walk, 'Ada');

  await step('a pinned article stands first on the Portal’s home page', async () => {
    await page.goto(`${url}/console/resources/articles?q=VPN`);
    await page.getByRole('link', { name: 'How do I request VPN access?' }).first().click();
    await page.getByRole('button', { name: 'Pin to the Portal' }).click();
    await sees(page, /^Pinned: it stands first/);
    await screen('article-pinned');
    await page.goto(`${url}/`);
    await page.getByRole('region', { name: /pinned|first/i }).getByRole('link', { name: 'How do I request VPN access?' }).waitFor();
    await screen('home-pinned');
  });
  await step('a secret for the webhook is shown once, with the rule to enter', async () => {
    await page.goto(`${url}${connection}/webhook`);
    await screen('webhook-empty');
    await page.getByRole('button', { name: 'Make a secret' }).click();
    await page.getByLabel('Secret', { exact: true }).waitFor();
    await screen('webhook-secret');
    await page.goto(`${url}${connection}/webhook`);
    if (await page.getByLabel('Secret', { exact: true }).count()) throw new Error('the secret is shown again');
    await screen('webhook');
  });
  await step('people and their accounts are looked through, and an account is confirmed', async () => {
    await page.goto(`${url}${connection}`);
    await page.getByRole('link', { name: 'People', exact: true }).click();
    await page.getByRole('heading', { name: 'Ada Admin' }).waitFor();
    await screen('people');
    const ada = page.getByRole('region', { name: 'Ada Admin' });
    const summary = ada.locator('summary');
    if (!(await ada.getByLabel('Atlassian account ID').isVisible())) await summary.click();
    await ada.getByRole('button', { name: 'Confirm the account' }).click();
    await page.getByText('Nothing was changed: choose an account').waitFor();
    await screen('people-error');
    const again = page.getByRole('region', { name: 'Ada Admin' });
    if (!(await again.getByLabel('Atlassian account ID').isVisible())) await again.locator('summary').click();
    await again.getByLabel('Atlassian account ID').fill('712020:acce0001-5e41-4a60-9c11-000000000013');
    await again.getByRole('button', { name: 'Confirm the account' }).click();
    await page.getByText('Confirmed by ada@acme.example').waitFor();
    await screen('people-confirmed');
    await page.goto(`${url}${connection}/people?show=without`);
    await screen('people-without');
  });
  await step('an article says who may read it', async () => {
    await page.goto(`${url}/console/resources/articles?q=Incidents`);
    const link = page.getByRole('link', { name: /Incidents under investigation|Runbooks/ }).first();
    if (await link.count()) {
      await link.click();
      await page.getByRole('heading', { name: 'Who may read it' }).waitFor();
      await screen('article-readers');
    }
  });
  await step('a space is narrowed after a look at what would go, and it can be undone', async () => {
    await page.goto(`${url}${connection}`);
    await page.getByRole('link', { name: 'Narrow what comes from IT Help' }).click();
    await screen('scope-empty');
    await page.getByRole('combobox', { name: 'Add a rule' }).selectOption('never-label');
    await page.getByLabel('Page or label').fill('vpn');
    await page.getByRole('button', { name: 'Add' }).click();
    await sees(page, 'What would change');
    await screen('scope-dry-run');
    await page.getByLabel('Page or label').fill('a title that no page has');
    await page.getByRole('combobox', { name: 'Add a rule' }).selectOption('never-tree');
    await page.getByRole('button', { name: 'Add' }).click();
    await screen('scope-error');
    await page.getByRole('button', { name: 'Apply and sync' }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await screen('scope-applied');
    await page.getByRole('button', { name: 'Undo' }).click();
    await sees(page, /^Undone/);
  });
  await step('the reason why a page is not here is given', async () => {
    await page.goto(`${url}/console/resources/why`);
    await screen('why-empty');
    await page.getByLabel('Address in Confluence').fill('nonsense');
    await page.getByRole('button', { name: 'Look it up' }).click();
    await screen('why-error');
    const { id } = (await (await fetch(`${site}/control/pages`)).json()).find((content) => content.restriction && content.space === 'HR');
    await page.getByLabel('Address in Confluence').fill(`${site}/wiki/spaces/HR/pages/${id}`);
    await page.getByRole('button', { name: 'Look it up' }).click();
    await page.getByText('What to do:').waitFor();
    await screen('why');
  });
  await step('many pages that go at once are held for a decision', async () => {
    const pages = (await (await fetch(`${site}/control/pages`)).json()).filter((content) => content.space === 'IT' && content.status === 'current' && content.parentId);
    for (const content of pages.slice(-12)) {
      await fetch(`${site}/control/pages/${content.id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status: 'trashed' }),
      });
    }
    await page.goto(`${url}${connection}`);
    await page.getByRole('button', { name: 'Sync now' }).click();
    const decide = page.getByRole('link', { name: 'Decide' });
    for (let look = 0; look < 60 && !(await decide.count()); look += 1) {
      await page.waitForTimeout(500);
      await page.goto(`${url}${connection}`);
    }
    await screen('connection-held');
    await decide.click();
    await screen('removals');
    await page.getByRole('button', { name: 'Keep the articles' }).click();
    await sees(page, /kept: the articles stay/);
    await screen('connection-kept');
  });
}
