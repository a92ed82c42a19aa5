CREATE TABLE "issue_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "issue_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone NOT NULL,
	"week" text NOT NULL,
	"slot" timestamp with time zone,
	"issue_id" bigint,
	"who" text NOT NULL,
	"what" text NOT NULL,
	"reason" text
);
--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "held_kind" text;--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "paused_kind" text;--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "missed_from" text;--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "composed_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "reviewed_again" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "slots" ADD COLUMN "thin_told_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "slots" ADD COLUMN "edits" jsonb;--> statement-breakpoint
ALTER TABLE "ticks" ADD COLUMN "cron" text;--> statement-breakpoint
ALTER TABLE "ticks" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "ticks" ADD COLUMN "began_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "ticks" ADD COLUMN "steady_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "issue_log" ADD CONSTRAINT "issue_log_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "issue_log_week" ON "issue_log" USING btree ("week","id");--> statement-breakpoint
-- Whose hold and whose pause it is was read out of words until now; what is unclear becomes an editor's, whom nothing overrules.
UPDATE "issues" SET "held_kind" = CASE
	WHEN "frozen_at" IS NOT NULL AND "held_reason" LIKE '%wait for a person: their outcome is not known or cannot be booked.' THEN 'outcomes'
	WHEN "frozen_at" IS NOT NULL AND "held_reason" ~ '^Batch [0-9]+: ' THEN 'provider'
	ELSE 'editor' END
WHERE "status" = 'held';--> statement-breakpoint
UPDATE "issues" SET "paused_kind" = CASE WHEN "resume_at" IS NOT NULL THEN 'quota' ELSE 'editor' END WHERE "status" = 'paused';--> statement-breakpoint
UPDATE "issues" SET "composed_at" = "created_at";--> statement-breakpoint
-- The schedule of the earlier release began no later than its last tick: a slot that the upgrade itself delays is still served.
UPDATE "ticks" SET "began_at" = "last_tick", "steady_since" = "last_tick";--> statement-breakpoint
INSERT INTO "issue_log" ("at", "week", "issue_id", "who", "what")
	SELECT "approved_at", "week", "id", "approved_by", 'approved' FROM "issues" WHERE "approved_at" IS NOT NULL AND "approved_by" IS NOT NULL ORDER BY "approved_at";--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_held_with_kind" CHECK (("issues"."status" = 'held') = ("issues"."held_kind" is not null));--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_paused_with_kind" CHECK (("issues"."status" = 'paused') = ("issues"."paused_kind" is not null));