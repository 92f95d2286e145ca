// An employee searches, reads and asks.
import { sees, signIn } from './walking.mjs';

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
