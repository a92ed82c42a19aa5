CREATE TABLE "short_mails" (
	"name" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"queue" text NOT NULL,
	"data" jsonb NOT NULL,
	"editor" text,
	"status" text NOT NULL,
	"attempts" integer NOT NULL,
	"uncertain_since" timestamp with time zone,
	"not_before" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"last_error" text,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "template_error" text;--> statement-breakpoint
CREATE INDEX "short_mails_status" ON "short_mails" USING btree ("status","not_before");--> statement-breakpoint
CREATE INDEX "short_mails_editor" ON "short_mails" USING btree ("editor");