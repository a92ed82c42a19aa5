import { invalid } from '../api-refusal.ts';
import type { Values } from '../substitute.ts';
import type { Variable } from './template.ts';

/** A value for every declared variable, from the email or the fallback; none for anything else. */
export function needValues(declared: readonly Variable[], given: unknown): Values {
  const values = (given ?? {}) as Record<string, unknown>;
  for (const key of Object.keys(values)) {
    if (!declared.some((variable) => variable.key === key)) {
      throw invalid(`The template variable ${key} is not declared.`);
    }
  }
  return Object.fromEntries(
    declared.map((variable) => {
      const value = values[variable.key] ?? variable.fallback_value;
      if (value === null || value === undefined) {
        throw invalid(`Missing value for the template variable ${variable.key}.`);
      }
      if (typeof value === 'string' && value.length > 2_000) {
        throw invalid(`The value of the template variable ${variable.key} is longer than 2000 characters.`);
      }
      if (typeof value !== variable.type) {
        throw invalid(`The template variable ${variable.key} must be a ${variable.type}.`);
      }
      return [variable.key, value as string | number];
    }),
  );
}
