CREATE TABLE "suppression_lifts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suppression_lifts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text NOT NULL,
	"reason" text,
	"detail" text,
	"source" text NOT NULL,
	"lifts" text[] NOT NULL,
	"up_to" timestamp with time zone NOT NULL,
	"lifted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "suppression_lifts_lower_case" CHECK ("suppression_lifts"."email" = lower("suppression_lifts"."email"))
);
--> statement-breakpoint
ALTER TABLE "erased_addresses" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sign_ups" ADD COLUMN "purpose" text DEFAULT 'subscribe' NOT NULL;--> statement-breakpoint
ALTER TABLE "suppressions" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "suppression_lifts_email" ON "suppression_lifts" USING btree ("email");