// What a load balancer asks.
import { expect, test } from '../fixtures';

test('the server says that it lives and that it is ready', { tag: '@plain' }, async ({ request }) => {
  for (const path of ['/healthz', '/readyz']) {
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()['content-type'], path).toContain('text/plain');
  }
});
