// What a load balancer asks.
import { expect, expectAccessible, open, signIn, test } from '../fixtures';

test('the server says that it lives and that it is ready', { tag: '@plain' }, async ({ request }) => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()['content-type'], path).toContain('text/plain');
  }
});

test('an owner sees how delivery fares @plain', async ({ page }) => {
  await signIn(page);
  await open(page, '/administration/batches');
  const delivery = page.getByRole('region', { name: 'Delivery' });
  await expect(delivery).toContainText('1 process delivers.');
  await expect(delivery).toContainText(/Ready: nothing waits\.|Messages are leaving\./);
  await expectAccessible(page);
});
