CREATE TABLE "consent_wordings" (
	"version" text PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"first_used_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erased_addresses" (
	"address_hash" text PRIMARY KEY NOT NULL,
	"suppression" text,
	"erased_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailed_links" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mailed_links_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"purpose" text NOT NULL,
	"subscriber_id" bigint NOT NULL,
	"sign_up_id" bigint,
	"nonce" text NOT NULL,
	"token_sha256" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "mailed_links_tokenSha256_unique" UNIQUE("token_sha256")
);
--> statement-breakpoint
CREATE TABLE "request_limits" (
	"key" varchar(255) PRIMARY KEY NOT NULL,
	"points" integer DEFAULT 0 NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE TABLE "sign_ups" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sign_ups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"email" text,
	"network" text NOT NULL,
	"source" text NOT NULL,
	"wording" text,
	"created_at" timestamp with time zone NOT NULL,
	"outcome" text NOT NULL,
	"not_before" timestamp with time zone,
	"subscriber_id" bigint,
	CONSTRAINT "sign_ups_address_while_waiting" CHECK (("sign_ups"."email" is not null) = ("sign_ups"."outcome" = 'waiting'))
);
--> statement-breakpoint
CREATE TABLE "slow_downs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "slow_downs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"began_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "subscribers" ADD COLUMN "consent_network" text;--> statement-breakpoint
ALTER TABLE "subscribers" ADD COLUMN "reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "subscribers" ADD COLUMN "erase_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "mailed_links" ADD CONSTRAINT "mailed_links_subscriber_id_subscribers_id_fk" FOREIGN KEY ("subscriber_id") REFERENCES "public"."subscribers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ups" ADD CONSTRAINT "sign_ups_wording_consent_wordings_version_fk" FOREIGN KEY ("wording") REFERENCES "public"."consent_wordings"("version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mailed_links_subscriber" ON "mailed_links" USING btree ("subscriber_id");--> statement-breakpoint
CREATE INDEX "mailed_links_expires_at" ON "mailed_links" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sign_ups_created_at" ON "sign_ups" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "sign_ups_waiting" ON "sign_ups" USING btree ("id") WHERE "sign_ups"."outcome" = 'waiting';--> statement-breakpoint
CREATE INDEX "sign_ups_subscriber" ON "sign_ups" USING btree ("subscriber_id");--> statement-breakpoint
CREATE UNIQUE INDEX "slow_downs_open" ON "slow_downs" USING btree (("ended_at" is null)) WHERE "slow_downs"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "subscribers_pending" ON "subscribers" USING btree ("consented_at") WHERE "subscribers"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "subscribers_to_erase" ON "subscribers" USING btree ("id") WHERE "subscribers"."erase_requested_at" is not null;