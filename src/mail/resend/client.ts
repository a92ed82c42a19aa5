import { Resend, type Response } from 'resend';

export interface Account {
  readonly apiKey: string;
  readonly baseUrl: string;
}

/** The SDK without redirects: if it followed one, a POST would become a GET and look like a success. */
export class ResendClient extends Resend {
  constructor({ apiKey, baseUrl }: Account) {
    super(apiKey, { baseUrl });
  }

  override fetchRequest<T>(path: string, options: object = {}): Promise<Response<T>> {
    return super.fetchRequest<T>(path, { ...options, redirect: 'manual' });
  }
}
