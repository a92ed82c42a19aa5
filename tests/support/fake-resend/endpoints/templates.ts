import type { Account } from '../account.ts';
import { parseJson } from '../request.ts';
import type { ApiAnswer, ApiRequest } from '../types.ts';

const ok = (status: number, json: object): ApiAnswer => ({ status, json: { object: 'template', ...json } });

/** /templates, /templates/:id, /templates/:id/publish; `id` may be an alias. Null: method not allowed. */
export function templates({ templates }: Account, request: ApiRequest, id = '', verb = ''): ApiAnswer | null {
  switch (`${request.method} ${id === '' ? '' : ':id'}${verb}`) {
    case 'POST ':
      return ok(201, templates.create(parseJson(request)));
    case 'GET ':
      return { status: 200, json: { object: 'list', has_more: false, data: templates.list() } };
    case 'GET :id':
      return ok(200, templates.show(id));
    case 'PATCH :id':
      return ok(200, templates.update(id, parseJson(request)));
    case 'POST :idpublish':
      return ok(200, templates.publish(id));
    case 'DELETE :id':
      return ok(200, { ...templates.remove(id), deleted: true });
    default:
      return null;
  }
}
