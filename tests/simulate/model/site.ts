/** A comparison as the site has it. */
export interface Published {
  readonly slug: string;
  readonly tools: readonly [SiteTool, SiteTool];
  publishedAt: number;
  retracted: boolean;
  /** By true time, when something of it last changed that an issue shows. */
  changedAt: number;
}

export interface SiteTool {
  readonly slug: string;
  name: string;
  price: string;
}

/** What the site published, as its own people know it. */
export class Site {
  readonly published: Published[] = [];

  find(slug: string): Published | undefined {
    return this.published.find((each) => each.slug === slug);
  }

  /** Those of the last weeks: older ones no longer matter to an issue. */
  recent(now: number, days = 60): readonly Published[] {
    return this.published.filter(({ publishedAt }) => publishedAt > now - days * 86_400_000);
  }
}
