import type { Account } from '../account.ts';
import type { ApiAnswer } from '../types.ts';

/** GET /domains */
export function listDomains({ settings }: Account): ApiAnswer {
  const data = (settings.domains ?? []).map(({ name, status, receives }) => ({
    id: `domain-${name}`,
    name,
    status,
    region: 'eu-west-1',
    created_at: '2026-01-01T00:00:00.000Z',
    capabilities: { sending: 'enabled', receiving: receives ? 'enabled' : 'disabled' },
    open_tracking: false,
    click_tracking: false,
  }));
  return { status: 200, json: { object: 'list', has_more: false, data } };
}
