const variable = /\{\{\{\s*([A-Za-z0-9_]+)\s*\}\}\}/g;

export type Values = Readonly<Record<string, string | number>>;

/** Raw: nothing is escaped. */
export const fill = (text: string, values: Values) =>
  text.replace(variable, (whole, key: string) => (key in values ? String(values[key]) : whole));

export const variablesIn = (text: string) =>
  new Set([...text.matchAll(variable)].map((match) => match[1] ?? ''));
