// What every journey begins with.

export const confluence = '/console/settings/integrations/confluence';

export async function signIn({ page, url, step, screen }, name) {
  await step(`${name} signs in`, async () => {
    await page.goto(`${url}/sign-in`);
  });
  await screen(`sign-in-${name.toLowerCase()}`);
  await page.getByRole('link', { name: /sign in/i }).first().click();
  await page.getByRole('button', { name }).click();
  await page.waitForURL((address) => address.href.startsWith(url));
}

export async function sees(page, text) {
  await page.getByText(text).first().waitFor();
}
