CREATE TABLE "mail_event_totals" (
	"issue_id" bigint NOT NULL,
	"type" text NOT NULL,
	"people" integer NOT NULL,
	CONSTRAINT "mail_event_totals_issue_id_type_pk" PRIMARY KEY("issue_id","type")
);
--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "ids_pruned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "events_pruned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "deliveries_pruned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "mail_events" ADD COLUMN "void" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "mail_event_totals" ADD CONSTRAINT "mail_event_totals_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mail_events_other" ON "mail_events" USING btree ("type","at") WHERE "mail_events"."issue_id" is null and "mail_events"."type" in ('sent', 'delivery_delayed', 'delivered', 'opened', 'clicked');--> statement-breakpoint
CREATE INDEX "mail_events_reports" ON "mail_events" USING btree ("at") WHERE "mail_events"."type" not in ('sent', 'delivery_delayed', 'delivered', 'opened', 'clicked');--> statement-breakpoint
-- An issue that was cancelled after its freeze had no time of its own until now.
UPDATE "issues" SET "finished_at" = coalesce((
	SELECT max("at") FROM "issue_log" WHERE "issue_log"."issue_id" = "issues"."id" AND "what" = 'cancelled'), "frozen_at")
WHERE "status" IN ('sent', 'cancelled') AND "frozen_at" IS NOT NULL AND "finished_at" IS NULL;--> statement-breakpoint
INSERT INTO "mail_event_totals" ("issue_id", "type", "people")
	SELECT "e"."issue_id", "e"."type", count(DISTINCT "e"."subscriber_id") FROM "mail_events" "e" JOIN "issues" "i" ON "i"."id" = "e"."issue_id"
	WHERE "e"."type" IN ('delivered', 'bounced', 'soft_bounced', 'complained', 'suppressed', 'failed', 'delivery_delayed', 'opened', 'clicked')
	GROUP BY 1, 2;--> statement-breakpoint
UPDATE "mail_events" "b" SET "void" = true
WHERE "b"."type" = 'soft_bounced' AND EXISTS (
	SELECT FROM "mail_events" "a" WHERE "a"."issue_id" = "b"."issue_id" AND "a"."subscriber_id" = "b"."subscriber_id"
		AND "a"."type" IN ('delivered', 'opened', 'clicked'));
