import { invalid } from '../api-refusal.ts';
import type { Tag } from '../types.ts';

/** ASCII letters, digits, underscore and dash, at most 256 (OpenAPI: Tag). */
export function needTags(tags: unknown): readonly Tag[] {
  if (tags === undefined) return [];
  if (!Array.isArray(tags)) throw invalid('The `tags` field must be an array.');
  for (const tag of tags) {
    for (const part of [tag?.name, tag?.value]) {
      if (typeof part !== 'string' || !/^[A-Za-z0-9_-]{1,256}$/.test(part)) {
        throw invalid('Tags should only contain ASCII letters, numbers, underscores, or dashes.');
      }
    }
  }
  return tags;
}
