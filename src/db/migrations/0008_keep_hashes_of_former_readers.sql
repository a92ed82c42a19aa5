ALTER TABLE "erased_addresses" ADD COLUMN "left_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "erased_addresses" ADD COLUMN "reader_token" text;--> statement-breakpoint
ALTER TABLE "erased_addresses" ADD COLUMN "secret_id" text;--> statement-breakpoint
CREATE INDEX "subscribers_left" ON "subscribers" USING btree ("unsubscribed_at") WHERE "subscribers"."status" = 'unsubscribed';--> statement-breakpoint
ALTER TABLE "erased_addresses" ADD CONSTRAINT "erased_addresses_readerToken_unique" UNIQUE("reader_token");--> statement-breakpoint
ALTER TABLE "erased_addresses" ADD CONSTRAINT "erased_addresses_token" CHECK ("erased_addresses"."reader_token" is null or "erased_addresses"."left_at" is not null);