ALTER TABLE "deliveries" ADD COLUMN "leave_token" uuid;--> statement-breakpoint
ALTER TABLE "subscribers" ADD COLUMN "leave_token" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "subscribers" ADD CONSTRAINT "subscribers_leaveToken_unique" UNIQUE("leave_token");