CREATE TABLE "alarms" (
	"kind" text NOT NULL,
	"week" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"told_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "alarms_kind_week_since_pk" PRIMARY KEY("kind","week","since")
);
--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "sending_since" timestamp with time zone;