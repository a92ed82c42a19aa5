CREATE TABLE "comparisons" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "comparisons_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"slug" text NOT NULL,
	"url" text NOT NULL,
	"published_at" timestamp with time zone NOT NULL,
	"prices_checked_at" timestamp with time zone,
	"first_tool_id" bigint NOT NULL,
	"second_tool_id" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "comparisons_slug_unique" UNIQUE("slug"),
	CONSTRAINT "comparisons_two_tools" CHECK ("comparisons"."first_tool_id" <> "comparisons"."second_tool_id")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"tool_id" bigint NOT NULL,
	"reviewer" text NOT NULL,
	"position" integer NOT NULL,
	"verdict" text NOT NULL,
	"quote" text NOT NULL,
	CONSTRAINT "reviews_tool_id_reviewer_pk" PRIMARY KEY("tool_id","reviewer"),
	CONSTRAINT "reviews_verdict" CHECK ("reviews"."verdict" in ('ship', 'skip'))
);
--> statement-breakpoint
CREATE TABLE "tools" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tools_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"category" text NOT NULL,
	"tagline" text NOT NULL,
	"description" text NOT NULL,
	"entry_price" text NOT NULL,
	"url" text,
	"community_ship" integer,
	"community_skip" integer,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tools_slug_unique" UNIQUE("slug"),
	CONSTRAINT "tools_votes_both_or_none" CHECK (("tools"."community_ship" is null) = ("tools"."community_skip" is null) and "tools"."community_ship" >= 0 and "tools"."community_skip" >= 0)
);
--> statement-breakpoint
CREATE TABLE "issue_comparisons" (
	"issue_id" bigint NOT NULL,
	"comparison_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	CONSTRAINT "issue_comparisons_issue_id_comparison_id_pk" PRIMARY KEY("issue_id","comparison_id")
);
--> statement-breakpoint
CREATE TABLE "issues" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "issues_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"week" text NOT NULL,
	"number" integer NOT NULL,
	"uid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"status" text NOT NULL,
	"held_reason" text,
	"cutoff" timestamp with time zone NOT NULL,
	"content" jsonb NOT NULL,
	"edits" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"subject" text NOT NULL,
	"preheader" text NOT NULL,
	"html" text NOT NULL,
	"text" text NOT NULL,
	"placeholder" text NOT NULL,
	"envelope" jsonb NOT NULL,
	"sha256" text NOT NULL,
	"approved_sha256" text,
	"approved_by" text,
	"approved_at" timestamp with time zone,
	"overrides" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resume_at" timestamp with time zone,
	"frozen_at" timestamp with time zone,
	"audience" integer,
	"finished_at" timestamp with time zone,
	CONSTRAINT "issues_week_unique" UNIQUE("week"),
	CONSTRAINT "issues_week" CHECK ("issues"."week" ~ '^[0-9]{4}-W[0-9]{2}$'),
	CONSTRAINT "issues_approved_when_sent" CHECK ("issues"."status" not in ('approved', 'sending', 'paused', 'sent') or "issues"."approved_sha256" is not null),
	CONSTRAINT "issues_frozen_with_audience" CHECK (("issues"."frozen_at" is null) = ("issues"."audience" is null)),
	CONSTRAINT "issues_held_with_reason" CHECK (("issues"."status" = 'held') = ("issues"."held_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "slots" (
	"slot" timestamp with time zone PRIMARY KEY NOT NULL,
	"week" text NOT NULL,
	"status" text NOT NULL,
	"reminded_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ticks" (
	"schedule" text PRIMARY KEY NOT NULL,
	"last_tick" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"issue_id" bigint NOT NULL,
	"no" integer NOT NULL,
	"parent_no" integer,
	"count" integer NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"token" uuid,
	"lease_until" timestamp with time zone,
	"not_before" timestamp with time zone,
	"first_attempt_at" timestamp with time zone,
	"body_sha256" text,
	"submitted_at" timestamp with time zone,
	"provider_ids" jsonb,
	"rejected" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"last_error" text,
	CONSTRAINT "batches_issue_id_no_pk" PRIMARY KEY("issue_id","no"),
	CONSTRAINT "batches_leased_when_submitting" CHECK (("batches"."status" = 'submitting') = ("batches"."token" is not null and "batches"."lease_until" is not null)),
	CONSTRAINT "batches_submitted_at" CHECK (("batches"."status" = 'submitted') = ("batches"."submitted_at" is not null)),
	CONSTRAINT "batches_skipped" CHECK ("batches"."skipped" between 0 and "batches"."count")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"issue_id" bigint NOT NULL,
	"subscriber_id" bigint NOT NULL,
	"email" text NOT NULL,
	"reader_token" text NOT NULL,
	"batch_no" integer NOT NULL,
	"position" integer NOT NULL,
	"skipped_reason" text,
	CONSTRAINT "deliveries_issue_id_subscriber_id_pk" PRIMARY KEY("issue_id","subscriber_id")
);
--> statement-breakpoint
CREATE TABLE "mail_events" (
	"event_id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"provider_id" text,
	"issue_id" bigint,
	"subscriber_id" bigint,
	"at" timestamp with time zone NOT NULL,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"name" text PRIMARY KEY NOT NULL,
	"tat" timestamp with time zone NOT NULL,
	"spacing" interval NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscribers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "subscribers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"status" text NOT NULL,
	"reader_token" text NOT NULL,
	"consent_source" text NOT NULL,
	"consent_wording" text,
	"consented_at" timestamp with time zone,
	"confirmed_at" timestamp with time zone,
	"unsubscribed_at" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "subscribers_readerToken_unique" UNIQUE("reader_token"),
	CONSTRAINT "subscribers_status" CHECK ("subscribers"."status" in ('pending', 'confirmed', 'unsubscribed')),
	CONSTRAINT "subscribers_confirmed_at" CHECK ("subscribers"."status" <> 'confirmed' or "subscribers"."confirmed_at" is not null),
	CONSTRAINT "subscribers_token" CHECK ("subscribers"."reader_token" ~ '^[A-Za-z0-9_-]{22}$')
);
--> statement-breakpoint
CREATE TABLE "suppressions" (
	"email" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"detail" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppressions_lower_case" CHECK ("suppressions"."email" = lower("suppressions"."email"))
);
--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_first_tool_id_tools_id_fk" FOREIGN KEY ("first_tool_id") REFERENCES "public"."tools"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "comparisons" ADD CONSTRAINT "comparisons_second_tool_id_tools_id_fk" FOREIGN KEY ("second_tool_id") REFERENCES "public"."tools"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_tool_id_tools_id_fk" FOREIGN KEY ("tool_id") REFERENCES "public"."tools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_comparisons" ADD CONSTRAINT "issue_comparisons_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issue_comparisons" ADD CONSTRAINT "issue_comparisons_comparison_id_comparisons_id_fk" FOREIGN KEY ("comparison_id") REFERENCES "public"."comparisons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_issue_id_parent_no_batches_issue_id_no_fk" FOREIGN KEY ("issue_id","parent_no") REFERENCES "public"."batches"("issue_id","no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "comparisons_published_at" ON "comparisons" USING btree ("published_at");--> statement-breakpoint
CREATE UNIQUE INDEX "issue_comparisons_once" ON "issue_comparisons" USING btree ("comparison_id") WHERE "issue_comparisons"."active";--> statement-breakpoint
CREATE INDEX "slots_open" ON "slots" USING btree ("slot") WHERE "slots"."status" in ('planned', 'waiting');--> statement-breakpoint
CREATE INDEX "batches_open" ON "batches" USING btree ("issue_id","no") WHERE "batches"."status" in ('pending', 'submitting');--> statement-breakpoint
CREATE INDEX "deliveries_batch" ON "deliveries" USING btree ("issue_id","batch_no","position");--> statement-breakpoint
CREATE INDEX "deliveries_skipped" ON "deliveries" USING btree ("issue_id") WHERE "deliveries"."skipped_reason" is not null;--> statement-breakpoint
CREATE INDEX "mail_events_issue" ON "mail_events" USING btree ("issue_id","type");--> statement-breakpoint
CREATE INDEX "mail_events_subscriber" ON "mail_events" USING btree ("subscriber_id");--> statement-breakpoint
CREATE UNIQUE INDEX "subscribers_email" ON "subscribers" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "subscribers_confirmed" ON "subscribers" USING btree ("id") WHERE "subscribers"."status" = 'confirmed';