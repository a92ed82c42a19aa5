/** A failure of the embedded PostgreSQL that its one-sentence message explains in full; show the message, not the stack. */
export class EmbeddedDatabaseError extends Error {
  override name = 'EmbeddedDatabaseError';
}
