import { randomUUID } from 'node:crypto';
import { ApiError, invalid, notFound } from './api-error.ts';
import { checkTemplate, checkValues, type TemplateContent, type Values } from './rules/template.ts';
import type { EmailItem } from './types.ts';

interface Stored {
  readonly id: string;
  draft: TemplateContent;
  published: TemplateContent | null;
  readonly createdAt: number;
  updatedAt: number;
  publishedAt: number | null;
  version: string;
}

export interface UsedTemplate {
  readonly template: TemplateContent & { readonly id: string };
  readonly values: Values;
}

/** Drafts and their published versions. An edit does not reach emails until it is published. */
export class Templates {
  readonly #stored = new Map<string, Stored>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  create(body: unknown): { id: string } {
    const content = checkTemplate(body);
    this.#checkAliasIsFree(content.alias, null);
    const id = randomUUID();
    const at = this.#now();
    this.#stored.set(id, {
      id,
      draft: content,
      published: null,
      createdAt: at,
      updatedAt: at,
      publishedAt: null,
      version: randomUUID(),
    });
    return { id };
  }

  update(idOrAlias: string, body: unknown): { id: string } {
    const stored = this.#findOrThrow(idOrAlias);
    const content = checkTemplate({ ...asBody(stored.draft), ...(body as object) });
    this.#checkAliasIsFree(content.alias, stored.id);
    stored.draft = content;
    stored.version = randomUUID();
    stored.updatedAt = this.#now();
    return { id: stored.id };
  }

  publish(idOrAlias: string): { id: string } {
    const stored = this.#findOrThrow(idOrAlias);
    stored.published = stored.draft;
    stored.publishedAt = this.#now();
    return { id: stored.id };
  }

  remove(idOrAlias: string): { id: string } {
    const { id } = this.#findOrThrow(idOrAlias);
    this.#stored.delete(id);
    return { id };
  }

  show(idOrAlias: string) {
    return view(this.#findOrThrow(idOrAlias));
  }

  list() {
    return [...this.#stored.values()].map((stored) => {
      const { id, name, alias, status, created_at, updated_at, published_at } = view(stored);
      return { id, name, alias, status, created_at, updated_at, published_at };
    });
  }

  /** The published template that an email names, with a value for every variable; null when it names none. */
  resolve(item: EmailItem): UsedTemplate | null {
    if (item.template === undefined) return null;
    const { id, variables } = (item.template ?? {}) as { id?: unknown; variables?: unknown };
    if (item.html !== undefined || item.text !== undefined) {
      throw invalid('The `template` field cannot be used together with `html` or `text`.');
    }
    const stored = typeof id === 'string' ? this.#find(id) : undefined;
    if (stored === undefined) throw new MissingTemplate(404, 'not_found', 'Template not found');
    if (stored.published === null)
      throw new MissingTemplate(422, 'validation_error', 'The template is not published');
    return {
      template: { ...stored.published, id: stored.id },
      values: checkValues(stored.published.variables, variables),
    };
  }

  #find(idOrAlias: string): Stored | undefined {
    return (
      this.#stored.get(idOrAlias) ??
      [...this.#stored.values()].find((stored) => stored.draft.alias === idOrAlias)
    );
  }

  #findOrThrow(idOrAlias: string): Stored {
    const stored = this.#find(idOrAlias);
    if (stored === undefined) throw notFound('Template not found');
    return stored;
  }

  #checkAliasIsFree(alias: string | null, ownId: string | null): void {
    const owner = alias === null ? undefined : this.#find(alias);
    if (owner !== undefined && owner.id !== ownId)
      throw invalid('A template with this alias already exists.');
  }
}

export class MissingTemplate extends ApiError {}

const asBody = (content: TemplateContent) => ({ ...content, reply_to: content.replyTo });

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

function view(stored: Stored) {
  const { draft, published } = stored;
  return {
    object: 'template',
    id: stored.id,
    name: draft.name,
    alias: draft.alias,
    from: draft.from,
    subject: draft.subject,
    reply_to: draft.replyTo,
    html: draft.html,
    text: draft.text,
    variables: draft.variables,
    status: published === null ? 'draft' : 'published',
    has_unpublished_versions: published !== draft,
    current_version_id: stored.version,
    created_at: iso(stored.createdAt),
    updated_at: iso(stored.updatedAt),
    published_at: iso(stored.publishedAt),
  };
}
