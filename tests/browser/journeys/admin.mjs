// An admin connects a site, imports, reviews and publishes. Each screen on the way is looked at.
import { confluence, sees, signIn } from './walking.mjs';

export async function admin(walk) {
  const { page, url, site, step, screen } = walk;
  await signIn(walk, 'Ada');
  await page.goto(`${url}/`);
  await screen('home-empty');
  await page.goto(`${url}/console`);
  await screen('console-empty');

  await step('the admin is led from Settings to Connect', async () => {
    await page.goto(`${url}/console/settings/integrations`);
    await screen('integrations-empty');
    await page.getByRole('link', { name: 'Connect' }).first().click();
    await screen('connect');
  });
  await step('a wrong address is explained beside its field', async () => {
    await page.getByLabel('Confluence site URL').fill('not an address');
    await page.getByRole('button', { name: 'Continue' }).click();
    await screen('connect-error');
  });
  await step('a wrong API token is explained', async () => {
    await page.goto(`${url}${confluence}/connect`);
    await page.getByRole('link', { name: 'Use an API token instead' }).click();
    await screen('api-token');
    await page.getByLabel('Confluence site URL').fill(site);
    await page.getByLabel('Email address of the Atlassian account').fill('confluence-sync@acme.example');
    await page.getByLabel('API token', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await sees(page, /did not accept the email address and the token/);
    await screen('api-token-refused');
    await page.goto(`${url}${confluence}/connect`);
  });
  await step('the consent leads back to the choice of spaces', async () => {
    await page.getByLabel('Confluence site URL').fill(site);
    await page.getByRole('button', { name: 'Continue' }).click();
    await screen('consent');
    await page.getByRole('link', { name: /^Continue to/ }).click();
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Choose spaces' }).waitFor();
    await screen('spaces');
  });
  await step('the import shows its progress and ends by itself', async () => {
    await page.getByLabel(/^IT Help/).check();
    await page.getByLabel(/^People Team/).check();
    await page.getByRole('button', { name: 'Save and sync' }).click();
    await sees(page, 'Sync in progress');
    await screen('connection-importing');
    await page.getByRole('heading', { name: 'Last sync' }).waitFor({ timeout: 120_000 });
    await screen('connection');
  });
  await page.goto(`${url}${confluence}`);
  await screen('confluence');
  await page.goto(`${url}${confluence}/how-the-sync-works`);
  await screen('how-the-sync-works');

  await step('the imported drafts say where they come from', async () => {
    await page.goto(`${url}/console/resources/articles?status=draft`);
    await screen('articles');
    await page.getByRole('link', { name: 'How do I request VPN access?' }).first().click();
    await sees(page, 'Source: Confluence');
    await screen('article-review');
  });
  await step('all drafts are published at once, and it can be undone', async () => {
    await page.goto(`${url}/console/resources/articles?status=draft`);
    await page.getByLabel('Select all on this page').check();
    const all = page.getByLabel(/^All .* that match/);
    if (await all.count()) await all.check();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await screen('articles-published');
  });
  await page.goto(`${url}/console/resources/articles?losses=1`);
  await screen('articles-with-losses');
  await step('an article with losses says what is missing', async () => {
    await page.locator('td.title a').first().click();
    await page.getByRole('heading', { name: 'What could not be shown' }).waitFor();
    await screen('article-with-losses');
  });
  await step('an edit waits for approval and is compared with what is published', async () => {
    await page.goto(`${url}/console/resources/articles?q=VPN`);
    await page.getByRole('link', { name: 'How do I request VPN access?' }).first().click();
    await page.getByLabel('What happens to edits').selectOption({ label: 'Wait for approval' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const pages = await (await fetch(`${site}/control/pages`)).json();
    const vpn = pages.find((each) => each.title === 'How do I request VPN access?');
    await fetch(`${site}/control/pages/${vpn.id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ body: `${vpn.body ?? ''}<p>Ask your manager first.</p>` }),
    });
    await page.goto(`${url}${confluence}/1`);
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.getByRole('heading', { name: 'Last sync' }).waitFor({ timeout: 120_000 });
    await page.goto(`${url}/console/resources/articles?edits=1`);
    await screen('edits-to-review');
    await page.getByRole('link', { name: /^Edit to review/ }).first().click();
    await sees(page, 'Ask your manager first.');
    await screen('edit');
    await page.getByRole('button', { name: /^Keep version/ }).click();
    await screen('edit-kept');
    await page.getByRole('button', { name: 'Undo' }).click();
  });
  await page.goto(`${url}/console/resources/categories`);
  await screen('categories');
  await page.goto(`${url}/console`);
  await screen('console');
  await page.goto(`${url}/console/resources/categories/remove?name=IT+Help`);
  await screen('category-remove');
  await page.goto(`${url}${confluence}/1/failures`);
  await screen('failures');
  await page.goto(`${url}${confluence}/1/disconnect`);
  await screen('disconnect');
  await step('taking a space out is explained before it happens', async () => {
    await page.goto(`${url}${confluence}/1/spaces`);
    await page.getByLabel(/^People Team/).uncheck();
    await page.getByRole('button', { name: 'Save and sync' }).click();
    await screen('unchoose');
  });
  await page.goto(`${url}/console/nothing-here`);
  await screen('not-found');
  await page.goto(`${url}/oauth/callback?code=x&state=forged`);
  await screen('forged-state');
  await page.goto(`${site}/`);
  await screen('simulated-confluence');
}
