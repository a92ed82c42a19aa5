DROP INDEX "mail_events_issue";--> statement-breakpoint
DROP INDEX "mail_events_subscriber";--> statement-breakpoint
ALTER TABLE "mail_events" ADD COLUMN "batch_no" integer;--> statement-breakpoint
CREATE INDEX "mail_events_issue" ON "mail_events" USING btree ("issue_id","type","subscriber_id") WHERE "mail_events"."issue_id" is not null;--> statement-breakpoint
CREATE INDEX "mail_events_subscriber" ON "mail_events" USING btree ("subscriber_id") WHERE "mail_events"."subscriber_id" is not null;