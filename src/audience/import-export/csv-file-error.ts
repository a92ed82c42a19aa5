/** The file cannot be read. The message says where and what to do, and never holds an address. */
export class CsvFileError extends Error {}

/** Its bytes are not text in the encoding that was expected; the message is a whole one. */
export class NotTextError extends CsvFileError {}
