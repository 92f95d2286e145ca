// The two journeys: an admin connects, imports, reviews and publishes; an employee searches, reads and asks.
// Each screen on the way is looked at.

const confluence = '/console/settings/integrations/confluence';

async function signIn({ page, url, step, screen }, name) {
  await step(`${name} signs in`, async () => {
    await page.goto(`${url}/sign-in`);
  });
  await screen(`sign-in-${name.toLowerCase()}`);
  await page.getByRole('link', { name: /sign in/i }).first().click();
  await page.getByRole('button', { name }).click();
  await page.waitForURL((address) => address.href.startsWith(url));
}

async function sees(page, text) {
  await page.getByText(text).first().waitFor();
}

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

export async function employee(walk) {
  const { page, url, step, screen } = walk;
  await signIn(walk, 'Mia');
  await page.goto(`${url}/`);
  await screen('home');
  await step('suggestions come while typing and open with the keyboard', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('vpn acc', { delay: 30 });
    await page.getByRole('option').first().waitFor();
    await screen('home-suggestions');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/articles\//);
  });
  await step('a search finds the article and the article is read', async () => {
    await page.goto(`${url}/search?q=request+vpn+access`);
    await screen('search');
    await page.getByRole('link', { name: /request VPN access/i }).first().click();
    await page.getByRole('heading', { level: 1, name: 'How do I request VPN access?' }).waitFor();
    await sees(page, 'Source: Confluence');
    await screen('article');
    await page.getByRole('button', { name: 'Yes' }).click();
    await screen('article-thanked');
  });
  await step('a question is answered with its sources', async () => {
    await page.goto(`${url}/ask`);
    await screen('ask');
    await page.getByLabel('Your question').fill('How do I request VPN access?');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByRole('heading', { name: 'Sources' }).waitFor();
    await screen('answer');
  });
  await step('what no article answers is not answered', async () => {
    await page.goto(`${url}/ask?q=Which+wine+goes+with+grilled+octopus%3F`);
    await sees(page, 'I don’t know');
    await screen('no-answer');
  });
  await page.goto(`${url}/search?q=zzzzqqq`);
  await screen('search-empty');
  await page.goto(`${url}/search`);
  await screen('browse');
  await step('a category is browsed', async () => {
    await page.goto(`${url}/`);
    await page.locator('a.card').first().click();
    await screen('category');
  });
  await page.goto(`${url}/pages/by-title?space=IT&title=`);
  await screen('page-not-mirrored');
  await page.goto(`${url}/articles/999999/nothing`);
  await screen('article-not-found');
  await page.goto(`${url}/console`);
  await screen('console-forbidden');
  await step('every article has room to be read, and is accessible', async () => {
    await page.goto(`${url}/search`);
    const pages = new Set();
    for (let number = 1; number <= 10; number += 1) {
      const found = await page.locator('main a[href^="/articles/"]').evaluateAll((links) => links.map((link) => link.href));
      found.forEach((address) => pages.add(address));
      const next = page.getByRole('link', { name: /^Next/ });
      if (!(await next.count())) break;
      await next.first().click();
    }
    if (pages.size < 20) throw new Error(`only ${pages.size} articles were found`);
    for (const address of pages) {
      await page.goto(address);
      const { width } = await page.locator('.article-body').boundingBox();
      if (width < 500) throw new Error(`the text of ${address} is ${width} px wide in a window of 1280`);
      await screen(`articles/${address.split('/').pop()}`);
    }
  });
}
