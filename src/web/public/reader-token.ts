/** Whether the text could be a reader's token; anything else never reaches the database. */
export const isReaderToken = (text: string) => /^[A-Za-z0-9_-]{22}$/.test(text);
