/** Anything that answers requests; a Hono app is one. */
interface Answers {
  readonly fetch: (request: Request, env?: unknown) => Response | Promise<Response>;
}

const healthPaths = new Set(['/healthz', '/readyz', '/metrics']);

/** The health checks and the readers' pages on one port. */
export function site(health: Answers, pages: Answers): Answers {
  return {
    fetch: (request, env) =>
      (healthPaths.has(new URL(request.url).pathname) ? health : pages).fetch(request, env),
  };
}
