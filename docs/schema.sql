-- The database after all migrations, without the job queue's own tables.
-- Made by `make gen`; do not edit.

CREATE SCHEMA reserva;

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE FUNCTION reserva.audit_head_grows() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NEW.tenant_id <> OLD.tenant_id OR NEW.seals <= OLD.seals THEN
    RAISE EXCEPTION 'the head of a chain only grows' USING ERRCODE = 'RV002', CONSTRAINT = 'audit_heads_grow';
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION reserva.check_balanced() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  the_movement text;
BEGIN
  IF TG_TABLE_NAME = 'ledger_movements' THEN
    the_movement := NEW.id;
  ELSE
    the_movement := NEW.movement_id;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.tenant_id = NEW.tenant_id AND e.movement_id = the_movement)
     OR EXISTS (
       SELECT 1 FROM ledger_entries e
       WHERE e.tenant_id = NEW.tenant_id AND e.movement_id = the_movement
       GROUP BY e.currency HAVING sum(e.amount) <> 0) THEN
    RAISE EXCEPTION 'ledger movement % does not balance', the_movement
      USING ERRCODE = 'RV004', CONSTRAINT = 'ledger_balanced';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION reserva.check_covered() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  -- Who does not see the tenant sees no rows of it, and could judge nothing.
  IF NOT EXISTS (SELECT 1 FROM tenants WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END) THEN
    RAISE EXCEPTION 'the tenant of the session is out of sight'
      USING ERRCODE = 'RV003', CONSTRAINT = 'sessions_covered';
  END IF;
  -- A seat's foreign key holds its session until the end of its transaction: who
  -- takes time away waits for that here, and sees the seat.
  IF TG_TABLE_NAME = 'occupancies' THEN
    PERFORM 1 FROM sessions
    WHERE tenant_id = OLD.tenant_id AND id = OLD.session_id
    FOR UPDATE;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.session_id IS NOT NULL THEN
    PERFORM reserva.require_covered(NEW.tenant_id, NEW.session_id);
  END IF;
  IF TG_OP = 'DELETE'
     OR TG_OP = 'UPDATE' AND (OLD.tenant_id, OLD.session_id) IS DISTINCT FROM (NEW.tenant_id, NEW.session_id) THEN
    PERFORM reserva.require_covered(OLD.tenant_id, OLD.session_id);
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION reserva.count_payments() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO payment_counts (tenant_id, day, payment_type, status, n)
    SELECT tenant_id, (created_at AT TIME ZONE 'UTC')::date, payment_type, status, count(*)
    FROM come
    GROUP BY 1, 2, 3, 4;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO payment_counts (tenant_id, day, payment_type, status, n)
    SELECT tenant_id, (created_at AT TIME ZONE 'UTC')::date, payment_type, status, -count(*)
    FROM gone
    GROUP BY 1, 2, 3, 4;
  ELSE
    INSERT INTO payment_counts (tenant_id, day, payment_type, status, n)
    SELECT tenant_id, (created_at AT TIME ZONE 'UTC')::date, payment_type, status, sum(change)
    FROM (
      SELECT tenant_id, created_at, payment_type, status, -1 AS change FROM gone
      UNION ALL
      SELECT tenant_id, created_at, payment_type, status, 1 FROM come
    ) changes
    GROUP BY 1, 2, 3, 4
    HAVING sum(change) <> 0;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION reserva.expect(got bigint, wanted bigint, name text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    AS $$
BEGIN
  IF got IS DISTINCT FROM wanted THEN
    RAISE EXCEPTION 'expected % rows, got %', wanted, got USING ERRCODE = 'RV001', CONSTRAINT = name;
  END IF;
  RETURN true;
END
$$;

CREATE FUNCTION reserva.protect(target regclass, tenant_column text DEFAULT 'tenant_id'::text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY tenant ON %s TO reserva_app
       USING (%2$I = current_setting(''reserva.tenant'', true))
       WITH CHECK (%2$I = current_setting(''reserva.tenant'', true))', target, tenant_column);
  EXECUTE format('CREATE POLICY platform ON %s TO reserva_platform USING (true) WITH CHECK (true)', target);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO reserva_app, reserva_platform', target);
END
$_$;

CREATE FUNCTION reserva.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'RV002', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;

CREATE FUNCTION reserva.require_covered(the_tenant text, the_session text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (
       SELECT 1
       FROM sessions s
       CROSS JOIN LATERAL (
         SELECT k.key, s.busy AS needed FROM unnest(s.subject_keys) AS k (key)
         UNION ALL
         SELECT k.key, tstzmultirange(tstzrange(s.starts_at, s.ends_at)) FROM unnest(s.resource_keys) AS k (key)) AS n
       WHERE s.tenant_id = the_tenant AND s.id = the_session
         AND NOT n.needed <@ coalesce((
           SELECT range_agg(tstzrange(o.busy_from, o.busy_to))
           FROM occupancies o
           WHERE o.tenant_id = the_tenant AND o.session_id = the_session AND o.subject_key = n.key), '{}'::tstzmultirange))
     AND EXISTS (
       SELECT 1 FROM appointment_lines l
       WHERE l.tenant_id = the_tenant AND l.session_id = the_session AND l.seat IS NOT NULL) THEN
    RAISE EXCEPTION 'session % has seats but its occupancies do not cover it', the_session
      USING ERRCODE = 'RV003', CONSTRAINT = 'sessions_covered';
  END IF;
END
$$;

CREATE FUNCTION reserva.tenant() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('reserva.tenant'::text, true), ''::text);

CREATE TABLE public.appointment_lines (
    tenant_id text NOT NULL,
    id text NOT NULL,
    appointment_id text NOT NULL,
    "position" integer NOT NULL,
    customer_id text NOT NULL,
    service_id text NOT NULL,
    staff_id text,
    service_name text NOT NULL,
    staff_name text DEFAULT ''::text NOT NULL,
    price bigint NOT NULL,
    price_source text NOT NULL,
    duration_minutes integer NOT NULL,
    preparation_minutes integer NOT NULL,
    cleanup_minutes integer NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    session_id text,
    seat integer,
    capacity integer,
    lapses_at timestamp with time zone,
    CONSTRAINT appointment_lines_duration_minutes_check CHECK ((duration_minutes > 0)),
    CONSTRAINT appointment_lines_forward CHECK ((starts_at < ends_at)),
    CONSTRAINT appointment_lines_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT appointment_lines_position_check CHECK (("position" >= 0)),
    CONSTRAINT appointment_lines_price_check CHECK ((price >= 0)),
    CONSTRAINT appointment_lines_seat_whole CHECK ((((session_id IS NULL) = (seat IS NULL)) AND ((seat IS NULL) = (capacity IS NULL)))),
    CONSTRAINT appointment_lines_within_capacity CHECK (((seat >= 1) AND (seat <= capacity)))
);

ALTER TABLE ONLY public.appointment_lines FORCE ROW LEVEL SECURITY;

CREATE TABLE public.appointments (
    tenant_id text NOT NULL,
    id text NOT NULL,
    outlet_id text NOT NULL,
    customer_id text NOT NULL,
    status text NOT NULL,
    payment_status text NOT NULL,
    appointment_type text NOT NULL,
    source text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    total_price bigint NOT NULL,
    paid_amount bigint DEFAULT 0 NOT NULL,
    currency text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    completion_notes text DEFAULT ''::text NOT NULL,
    policy jsonb DEFAULT '{}'::jsonb NOT NULL,
    hold_until timestamp with time zone,
    cancelled_by text,
    cancellation_reason text DEFAULT ''::text NOT NULL,
    cancelled_at timestamp with time zone,
    confirmed_at timestamp with time zone,
    started_at timestamp with time zone,
    completed_at timestamp with time zone,
    rescheduled_at timestamp with time zone,
    rescheduled_from jsonb,
    created_by_id text,
    guest jsonb,
    booking_type text,
    payment_preference text,
    verified_at timestamp with time zone,
    verified_by text,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    customer_moves integer DEFAULT 0 NOT NULL,
    reschedule_reason text DEFAULT ''::text NOT NULL,
    accepted_at timestamp with time zone,
    CONSTRAINT appointments_appointment_type_check CHECK ((appointment_type = ANY (ARRAY['walk_in'::text, 'scheduled'::text, 'online'::text]))),
    CONSTRAINT appointments_cancelled_by_check CHECK ((cancelled_by = ANY (ARRAY['customer'::text, 'staff'::text, 'system'::text]))),
    CONSTRAINT appointments_check CHECK ((starts_at < ends_at)),
    CONSTRAINT appointments_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT appointments_customer_moves_check CHECK ((customer_moves >= 0)),
    CONSTRAINT appointments_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT appointments_not_overpaid CHECK ((paid_amount <= total_price)),
    CONSTRAINT appointments_paid_amount_check CHECK ((paid_amount >= 0)),
    CONSTRAINT appointments_payment_preference_check CHECK ((payment_preference = ANY (ARRAY['cash'::text, 'maya'::text]))),
    CONSTRAINT appointments_payment_status_check CHECK ((payment_status = ANY (ARRAY['pending'::text, 'paid'::text, 'partially_paid'::text, 'refunded'::text, 'not_required'::text]))),
    CONSTRAINT appointments_source_check CHECK ((source = ANY (ARRAY['staff'::text, 'customer'::text, 'public'::text, 'walk_in'::text, 'booki_guest'::text, 'waitlist'::text]))),
    CONSTRAINT appointments_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'confirmed'::text, 'in_progress'::text, 'completed'::text, 'cancelled'::text, 'no_show'::text]))),
    CONSTRAINT appointments_total_price_check CHECK ((total_price >= 0)),
    CONSTRAINT appointments_verified_by_check CHECK ((verified_by = ANY (ARRAY['mail'::text, 'creator'::text, 'bare'::text])))
);

ALTER TABLE ONLY public.appointments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_heads (
    tenant_id text NOT NULL,
    seals bigint NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    drained_at timestamp with time zone,
    CONSTRAINT audit_heads_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT audit_heads_seals_check CHECK ((seals > 0))
);

ALTER TABLE ONLY public.audit_heads FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_log (
    tenant_id text NOT NULL,
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id text NOT NULL,
    old jsonb,
    new jsonb,
    address text DEFAULT ''::text NOT NULL,
    request_id text DEFAULT ''::text NOT NULL,
    txid bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL,
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['staff'::text, 'customer'::text, 'visitor'::text, 'system'::text])))
);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit_seals (
    tenant_id text NOT NULL,
    seal bigint NOT NULL,
    entry bigint NOT NULL,
    digest bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    since timestamp with time zone,
    CONSTRAINT audit_seals_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT audit_seals_seal_check CHECK ((seal > 0))
);

ALTER TABLE ONLY public.audit_seals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_unsealed (
    tenant_id text NOT NULL,
    entry bigint NOT NULL
);

ALTER TABLE ONLY public.audit_unsealed FORCE ROW LEVEL SECURITY;

CREATE TABLE public.availability_entries (
    tenant_id text NOT NULL,
    id text NOT NULL,
    staff_id text NOT NULL,
    outlet_id text NOT NULL,
    date date NOT NULL,
    starts integer NOT NULL,
    ends integer NOT NULL,
    type text NOT NULL,
    is_available boolean NOT NULL,
    recurrence_type text DEFAULT 'none'::text NOT NULL,
    recurrence_end_date date,
    recurrence_days integer[] DEFAULT '{}'::integer[] NOT NULL,
    recurrence_group_id text,
    service_ids text[],
    capacity integer DEFAULT 1 NOT NULL,
    is_group_service boolean DEFAULT false NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    outlet_bound boolean DEFAULT false NOT NULL,
    CONSTRAINT availability_entries_bound CHECK (((NOT outlet_bound) OR (type = 'working_hours'::text))),
    CONSTRAINT availability_entries_capacity_check CHECK (((capacity >= 1) AND (capacity <= 1000))),
    CONSTRAINT availability_entries_check CHECK ((starts < ends)),
    CONSTRAINT availability_entries_ends_check CHECK (((ends >= 1) AND (ends <= 1440))),
    CONSTRAINT availability_entries_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT availability_entries_recurrence_type_check CHECK ((recurrence_type = ANY (ARRAY['none'::text, 'daily'::text, 'weekly'::text, 'monthly'::text]))),
    CONSTRAINT availability_entries_starts_check CHECK (((starts >= 0) AND (starts <= 1439))),
    CONSTRAINT availability_entries_type_check CHECK ((type = ANY (ARRAY['working_hours'::text, 'break'::text, 'blocked'::text, 'vacation'::text])))
);

ALTER TABLE ONLY public.availability_entries FORCE ROW LEVEL SECURITY;

CREATE TABLE public.bank_accounts (
    tenant_id text NOT NULL,
    id text NOT NULL,
    bank_code text NOT NULL,
    bank_name text NOT NULL,
    holder text NOT NULL,
    account_number bytea NOT NULL,
    last_four text NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT bank_accounts_check CHECK (((removed_at IS NULL) OR (NOT is_default))),
    CONSTRAINT bank_accounts_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT bank_accounts_last_four_check CHECK ((length(last_four) <= 4))
);

ALTER TABLE ONLY public.bank_accounts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.booking_tokens (
    tenant_id text NOT NULL,
    hash bytea NOT NULL,
    appointment_id text NOT NULL,
    purpose text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT booking_tokens_purpose_check CHECK ((purpose = ANY (ARRAY['creator'::text, 'mail'::text])))
);

ALTER TABLE ONLY public.booking_tokens FORCE ROW LEVEL SECURITY;

CREATE TABLE public.calendar_feeds (
    tenant_id text NOT NULL,
    id text NOT NULL,
    staff_id text,
    outlet_id text,
    hash bytea NOT NULL,
    issued_by_id text,
    version bigint DEFAULT 1 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    CONSTRAINT calendar_feeds_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT calendar_feeds_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT calendar_feeds_of_one CHECK ((num_nonnulls(staff_id, outlet_id) = 1))
);

ALTER TABLE ONLY public.calendar_feeds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.customer_consents (
    tenant_id text NOT NULL,
    customer_id text NOT NULL,
    version bigint NOT NULL,
    marketing boolean NOT NULL,
    data_processing boolean NOT NULL,
    analytics boolean NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    given_at timestamp with time zone NOT NULL,
    CONSTRAINT customer_consents_version_check CHECK ((version > 0))
);

ALTER TABLE ONLY public.customer_consents FORCE ROW LEVEL SECURITY;

CREATE TABLE public.customers (
    tenant_id text NOT NULL,
    id text NOT NULL,
    email text,
    phone text,
    email_verified boolean DEFAULT false NOT NULL,
    phone_verified boolean DEFAULT false NOT NULL,
    first_name text NOT NULL,
    middle_name text DEFAULT ''::text NOT NULL,
    last_name text NOT NULL,
    date_of_birth date,
    gender text,
    address jsonb DEFAULT '{}'::jsonb NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    source text NOT NULL,
    is_guest boolean DEFAULT false NOT NULL,
    password_hash text,
    pending_password text,
    preferences jsonb DEFAULT '{}'::jsonb NOT NULL,
    marketing_consent boolean DEFAULT false NOT NULL,
    loyalty_points bigint DEFAULT 0 NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    last_login timestamp with time zone,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    former_email text,
    former_phone text,
    CONSTRAINT customers_email_check CHECK ((email = lower(email))),
    CONSTRAINT customers_gender_check CHECK ((gender = ANY (ARRAY['male'::text, 'female'::text, 'other'::text, 'prefer_not_to_say'::text]))),
    CONSTRAINT customers_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT customers_loyalty_points_check CHECK ((loyalty_points >= 0)),
    CONSTRAINT customers_phone_check CHECK ((phone ~ '^\+[0-9]{4,20}$'::text)),
    CONSTRAINT customers_removed_unreachable CHECK (((deleted_at IS NULL) OR ((email IS NULL) AND (phone IS NULL)))),
    CONSTRAINT customers_source_check CHECK ((source = ANY (ARRAY['website'::text, 'staff_portal'::text, 'walk_in'::text, 'import'::text, 'mobile_app'::text, 'guest_booking'::text])))
);

ALTER TABLE ONLY public.customers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_attempts (
    tenant_id text NOT NULL,
    delivery_id text NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    status integer NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    took_ms integer NOT NULL
);

ALTER TABLE ONLY public.hook_attempts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_deliveries (
    tenant_id text NOT NULL,
    id text NOT NULL,
    endpoint_id text NOT NULL,
    event_id text NOT NULL,
    event_type text NOT NULL,
    body text NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    replays integer DEFAULT 0 NOT NULL,
    turn integer DEFAULT 1 NOT NULL,
    next_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT hook_deliveries_check CHECK (((status = 'pending'::text) = (next_at IS NOT NULL))),
    CONSTRAINT hook_deliveries_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT hook_deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.hook_deliveries FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_endpoints (
    tenant_id text NOT NULL,
    id text NOT NULL,
    url text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    event_types text[] NOT NULL,
    is_active boolean NOT NULL,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_until timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    quiet_until timestamp with time zone,
    disabled_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT hook_endpoints_check CHECK (((previous_secret IS NULL) = (previous_until IS NULL))),
    CONSTRAINT hook_endpoints_check1 CHECK (((disabled_at IS NULL) OR (NOT is_active))),
    CONSTRAINT hook_endpoints_event_types_check CHECK ((cardinality(event_types) > 0)),
    CONSTRAINT hook_endpoints_failures_check CHECK ((failures >= 0)),
    CONSTRAINT hook_endpoints_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text))
);

ALTER TABLE ONLY public.hook_endpoints FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_events (
    tenant_id text NOT NULL,
    number bigint NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    source text NOT NULL,
    body text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT hook_events_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text))
);

ALTER TABLE ONLY public.hook_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.hook_feeds (
    tenant_id text NOT NULL,
    last bigint NOT NULL
);

ALTER TABLE ONLY public.hook_feeds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.idempotency_keys (
    tenant_id text NOT NULL,
    scope text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    status integer,
    header jsonb,
    body bytea,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoice_counters (
    tenant_id text NOT NULL,
    year integer NOT NULL,
    last bigint NOT NULL
);

ALTER TABLE ONLY public.invoice_counters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices (
    tenant_id text NOT NULL,
    id text NOT NULL,
    invoice_number text NOT NULL,
    provider_number text NOT NULL,
    invoice_type text NOT NULL,
    status text NOT NULL,
    customer_id text,
    appointment_id text,
    line_items jsonb DEFAULT '[]'::jsonb NOT NULL,
    currency text NOT NULL,
    subtotal bigint NOT NULL,
    tax_amount bigint DEFAULT 0 NOT NULL,
    discount_amount bigint DEFAULT 0 NOT NULL,
    platform_fee bigint DEFAULT 0 NOT NULL,
    platform_fee_rate integer DEFAULT 0 NOT NULL,
    total_amount bigint NOT NULL,
    amount_paid bigint DEFAULT 0 NOT NULL,
    issue_date date NOT NULL,
    due_date date NOT NULL,
    paid_at timestamp with time zone,
    paper_invoice_id text,
    paper_invoice_url text,
    paper_pdf_url text,
    paper_payment_url text,
    notes text DEFAULT ''::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    gateway_id text,
    written boolean DEFAULT false NOT NULL,
    tax_rate integer DEFAULT 0 NOT NULL,
    payment_provider text DEFAULT 'paper_id'::text NOT NULL,
    page_expires_at timestamp with time zone,
    tax_paid bigint DEFAULT 0 NOT NULL,
    CONSTRAINT invoices_amount_paid_check CHECK ((amount_paid >= 0)),
    CONSTRAINT invoices_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT invoices_discount_amount_check CHECK ((discount_amount >= 0)),
    CONSTRAINT invoices_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT invoices_invoice_type_check CHECK ((invoice_type = ANY (ARRAY['SUBSCRIPTION'::text, 'APPOINTMENT'::text, 'SETUP_FEE'::text, 'PACKAGE'::text, 'WALLET_TOPUP'::text]))),
    CONSTRAINT invoices_payment_provider_check CHECK ((payment_provider = ANY (ARRAY['paper_id'::text, 'maya'::text]))),
    CONSTRAINT invoices_platform_fee_check CHECK ((platform_fee >= 0)),
    CONSTRAINT invoices_status_check CHECK ((status = ANY (ARRAY['DRAFT'::text, 'SENT'::text, 'PAID'::text, 'OVERDUE'::text, 'CANCELLED'::text]))),
    CONSTRAINT invoices_subtotal_check CHECK ((subtotal >= 0)),
    CONSTRAINT invoices_tax_amount_check CHECK ((tax_amount >= 0)),
    CONSTRAINT invoices_tax_paid CHECK (((tax_paid >= 0) AND (tax_paid <= amount_paid))),
    CONSTRAINT invoices_tax_rate_check CHECK (((tax_rate >= 0) AND (tax_rate <= 1000000))),
    CONSTRAINT invoices_total_amount_check CHECK ((total_amount >= 0))
);

ALTER TABLE ONLY public.invoices FORCE ROW LEVEL SECURITY;

CREATE TABLE public.job_listeners (
    tenant_id text NOT NULL,
    subscriber text NOT NULL,
    since timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.job_listeners FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ledger_balances (
    tenant_id text NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ledger_balances_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ledger_balances_not_negative CHECK (((amount >= 0) OR (account = ANY (ARRAY['gateway'::text, 'cash'::text, 'taxed'::text]))))
);

ALTER TABLE ONLY public.ledger_balances FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ledger_entries (
    tenant_id text NOT NULL,
    movement_id text NOT NULL,
    "position" integer NOT NULL,
    account text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ledger_entries_amount_check CHECK ((amount <> 0)),
    CONSTRAINT ledger_entries_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text))
);

ALTER TABLE ONLY public.ledger_entries FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ledger_movements (
    tenant_id text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ledger_movements_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT ledger_movements_kind_check CHECK ((kind = ANY (ARRAY['charge'::text, 'fee'::text, 'refund'::text, 'wallet'::text, 'withdrawal'::text, 'adjustment'::text])))
);

ALTER TABLE ONLY public.ledger_movements FORCE ROW LEVEL SECURITY;

CREATE TABLE public.logins (
    tenant_id text NOT NULL,
    id text NOT NULL,
    audience text NOT NULL,
    subject_id text NOT NULL,
    device text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT logins_audience_check CHECK ((audience = ANY (ARRAY['staff'::text, 'customer'::text]))),
    CONSTRAINT logins_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text))
);

ALTER TABLE ONLY public.logins FORCE ROW LEVEL SECURITY;

CREATE TABLE public.membership_outlets (
    tenant_id text NOT NULL,
    user_id text NOT NULL,
    outlet_id text NOT NULL
);

ALTER TABLE ONLY public.membership_outlets FORCE ROW LEVEL SECURITY;

CREATE TABLE public.memberships (
    tenant_id text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    "position" text DEFAULT ''::text NOT NULL,
    employment_type text,
    changed_at timestamp with time zone,
    deleted_at timestamp with time zone,
    CONSTRAINT memberships_employment_type_check CHECK ((employment_type = ANY (ARRAY['full_time'::text, 'part_time'::text, 'contract'::text, 'freelance'::text, 'intern'::text]))),
    CONSTRAINT memberships_removed_inactive CHECK (((deleted_at IS NULL) OR (NOT is_active))),
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['tenant_admin'::text, 'outlet_manager'::text, 'receptionist'::text, 'staff'::text])))
);

ALTER TABLE ONLY public.memberships FORCE ROW LEVEL SECURITY;

CREATE TABLE public.messages (
    tenant_id text NOT NULL,
    id text NOT NULL,
    channel text NOT NULL,
    recipient text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    body_text text NOT NULL,
    body_html text DEFAULT ''::text NOT NULL,
    reference text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    failure text DEFAULT ''::text NOT NULL,
    calendar_method text DEFAULT ''::text NOT NULL,
    body_calendar text DEFAULT ''::text NOT NULL,
    expires_at timestamp with time zone,
    file_name text DEFAULT ''::text NOT NULL,
    file_type text DEFAULT ''::text NOT NULL,
    file bytea,
    CONSTRAINT messages_calendar_method_check CHECK ((calendar_method = ANY (ARRAY[''::text, 'REQUEST'::text, 'CANCEL'::text]))),
    CONSTRAINT messages_calendar_whole CHECK (((calendar_method <> ''::text) OR (body_calendar = ''::text))),
    CONSTRAINT messages_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text]))),
    CONSTRAINT messages_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text))
);

ALTER TABLE ONLY public.messages FORCE ROW LEVEL SECURITY;

CREATE TABLE public.occupancies (
    tenant_id text NOT NULL,
    subject_key bigint NOT NULL,
    busy_from timestamp with time zone NOT NULL,
    busy_to timestamp with time zone NOT NULL,
    session_id text NOT NULL,
    lapses_at timestamp with time zone,
    CONSTRAINT occupancies_not_empty CHECK ((busy_from < busy_to))
);

ALTER TABLE ONLY public.occupancies FORCE ROW LEVEL SECURITY;

CREATE TABLE public.one_time_codes (
    tenant_id text NOT NULL,
    id text NOT NULL,
    purpose text NOT NULL,
    subject_id text NOT NULL,
    channel text NOT NULL,
    hash bytea NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT one_time_codes_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text]))),
    CONSTRAINT one_time_codes_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text))
);

ALTER TABLE ONLY public.one_time_codes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.outlet_hours (
    tenant_id text NOT NULL,
    outlet_id text NOT NULL,
    day integer NOT NULL,
    opens integer NOT NULL,
    closes integer NOT NULL,
    CONSTRAINT outlet_hours_check CHECK ((opens < closes)),
    CONSTRAINT outlet_hours_closes_check CHECK (((closes >= 1) AND (closes <= 1440))),
    CONSTRAINT outlet_hours_day_check CHECK (((day >= 0) AND (day <= 6))),
    CONSTRAINT outlet_hours_opens_check CHECK (((opens >= 0) AND (opens <= 1439)))
);

ALTER TABLE ONLY public.outlet_hours FORCE ROW LEVEL SECURITY;

CREATE TABLE public.outlet_special_dates (
    tenant_id text NOT NULL,
    outlet_id text NOT NULL,
    date date NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    opens integer,
    closes integer,
    reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT outlet_special_dates_check CHECK (((opens IS NULL) = (closes IS NULL))),
    CONSTRAINT outlet_special_dates_check1 CHECK (((opens IS NULL) OR (opens < closes))),
    CONSTRAINT outlet_special_dates_closes_check CHECK (((closes >= 1) AND (closes <= 1440))),
    CONSTRAINT outlet_special_dates_opens_check CHECK (((opens >= 0) AND (opens <= 1439)))
);

ALTER TABLE ONLY public.outlet_special_dates FORCE ROW LEVEL SECURITY;

CREATE TABLE public.outlets (
    tenant_id text NOT NULL,
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    is_default boolean DEFAULT false NOT NULL,
    street text DEFAULT ''::text NOT NULL,
    city text DEFAULT ''::text NOT NULL,
    state text DEFAULT ''::text NOT NULL,
    postal_code text DEFAULT ''::text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    email text DEFAULT ''::text NOT NULL,
    website text DEFAULT ''::text NOT NULL,
    timezone text NOT NULL,
    hours_set boolean DEFAULT false NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    purged_at timestamp with time zone,
    deleted_status text,
    CONSTRAINT outlets_deleted_status_check CHECK ((deleted_status = ANY (ARRAY['active'::text, 'inactive'::text, 'temporarily_closed'::text]))),
    CONSTRAINT outlets_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT outlets_purged_deleted CHECK (((purged_at IS NULL) OR (deleted_at IS NOT NULL))),
    CONSTRAINT outlets_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
    CONSTRAINT outlets_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'temporarily_closed'::text])))
);

ALTER TABLE ONLY public.outlets FORCE ROW LEVEL SECURITY;

CREATE TABLE public.password_resets (
    hash bytea NOT NULL,
    email text NOT NULL,
    user_id text,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT password_resets_email_check CHECK ((email = lower(email))),
    CONSTRAINT password_resets_hash_check CHECK ((octet_length(hash) = 32))
);

CREATE TABLE public.payment_counts (
    tenant_id text NOT NULL,
    day date NOT NULL,
    payment_type text NOT NULL,
    status text NOT NULL,
    n bigint NOT NULL,
    folded boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY public.payment_counts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.payments (
    tenant_id text NOT NULL,
    id text NOT NULL,
    payment_type text NOT NULL,
    status text NOT NULL,
    invoice_id text,
    appointment_id text,
    customer_id text,
    reference_id text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    currency text NOT NULL,
    base_amount bigint NOT NULL,
    platform_fee bigint DEFAULT 0 NOT NULL,
    platform_fee_rate integer DEFAULT 0 NOT NULL,
    total_amount bigint NOT NULL,
    merchant_amount bigint NOT NULL,
    payment_method text DEFAULT ''::text NOT NULL,
    payment_channel text DEFAULT ''::text NOT NULL,
    payment_provider text DEFAULT 'manual'::text NOT NULL,
    provider_payment_id text,
    recorded_by text,
    receipt_number text DEFAULT ''::text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    failure_reason text DEFAULT ''::text NOT NULL,
    paid_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    applied_amount bigint DEFAULT 0 NOT NULL,
    refunded_amount bigint DEFAULT 0 NOT NULL,
    refunded_fee bigint DEFAULT 0 NOT NULL,
    asked_at timestamp with time zone,
    tax_amount bigint DEFAULT 0 NOT NULL,
    refunded_tax bigint DEFAULT 0 NOT NULL,
    CONSTRAINT payments_applied_amount_check CHECK ((applied_amount >= 0)),
    CONSTRAINT payments_base_amount_check CHECK ((base_amount >= 0)),
    CONSTRAINT payments_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payments_fee_not_negative CHECK (((platform_fee >= 0) AND (platform_fee_rate >= 0))),
    CONSTRAINT payments_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT payments_merchant_amount_check CHECK ((merchant_amount >= 0)),
    CONSTRAINT payments_payment_provider_check CHECK ((payment_provider = ANY (ARRAY['manual'::text, 'paper_id'::text, 'maya'::text]))),
    CONSTRAINT payments_payment_type_check CHECK ((payment_type = ANY (ARRAY['appointment'::text, 'package'::text, 'subscription'::text, 'wallet_topup'::text, 'refund'::text, 'setup_fee'::text]))),
    CONSTRAINT payments_refunded CHECK (((refunded_amount >= 0) AND (refunded_amount <= (merchant_amount + platform_fee)))),
    CONSTRAINT payments_refunded_fee CHECK ((((refunded_fee >= 0) AND (refunded_fee <= refunded_amount)) AND (refunded_fee <= platform_fee))),
    CONSTRAINT payments_refunded_tax CHECK ((((refunded_tax >= 0) AND (refunded_tax <= tax_amount)) AND (refunded_tax <= refunded_amount))),
    CONSTRAINT payments_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'completed'::text, 'failed'::text, 'cancelled'::text, 'refunded'::text, 'needs_review'::text]))),
    CONSTRAINT payments_tax CHECK ((tax_amount >= 0)),
    CONSTRAINT payments_total_amount_check CHECK ((total_amount >= 0))
);

ALTER TABLE ONLY public.payments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.plan_fees (
    plan text NOT NULL,
    enabled boolean NOT NULL,
    rate integer NOT NULL,
    min_fee bigint,
    max_fee bigint,
    currency text NOT NULL,
    exempt_types text[] NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT plan_fees_check CHECK ((min_fee <= max_fee)),
    CONSTRAINT plan_fees_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT plan_fees_max_fee_check CHECK ((max_fee >= 0)),
    CONSTRAINT plan_fees_min_fee_check CHECK ((min_fee >= 0)),
    CONSTRAINT plan_fees_plan_check CHECK ((plan = ANY (ARRAY['FREE'::text, 'PRO'::text, 'ENTERPRISE'::text]))),
    CONSTRAINT plan_fees_rate_check CHECK (((rate >= 0) AND (rate <= 1000000)))
);

ALTER TABLE ONLY public.plan_fees FORCE ROW LEVEL SECURITY;

CREATE TABLE public.plan_usage (
    tenant_id text NOT NULL,
    month date NOT NULL,
    appointments bigint NOT NULL,
    CONSTRAINT plan_usage_appointments_check CHECK ((appointments >= 0)),
    CONSTRAINT plan_usage_month_check CHECK ((EXTRACT(day FROM month) = (1)::numeric))
);

ALTER TABLE ONLY public.plan_usage FORCE ROW LEVEL SECURITY;

CREATE UNLOGGED TABLE public.rate_counters (
    key text NOT NULL,
    minute bigint NOT NULL,
    hour bigint NOT NULL,
    used_minute integer NOT NULL,
    used_hour integer NOT NULL,
    minute_limit integer NOT NULL,
    hour_limit integer NOT NULL,
    granted integer NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.refresh_tokens (
    tenant_id text NOT NULL,
    hash bytea NOT NULL,
    login_id text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    spent_at timestamp with time zone
);

ALTER TABLE ONLY public.refresh_tokens FORCE ROW LEVEL SECURITY;

CREATE TABLE public.refunds (
    tenant_id text NOT NULL,
    id text NOT NULL,
    payment_id text NOT NULL,
    customer_id text NOT NULL,
    status text NOT NULL,
    amount bigint NOT NULL,
    fee_amount bigint DEFAULT 0 NOT NULL,
    applied_amount bigint DEFAULT 0 NOT NULL,
    currency text NOT NULL,
    method text DEFAULT ''::text NOT NULL,
    reason text NOT NULL,
    decision_note text DEFAULT ''::text NOT NULL,
    requested_by text NOT NULL,
    decided_by text,
    provider_refund_id text,
    sending_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    completed_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    tax_amount bigint DEFAULT 0 NOT NULL,
    CONSTRAINT refunds_amount_check CHECK ((amount > 0)),
    CONSTRAINT refunds_check CHECK (((fee_amount >= 0) AND (fee_amount <= amount))),
    CONSTRAINT refunds_check1 CHECK (((applied_amount >= 0) AND (applied_amount <= amount))),
    CONSTRAINT refunds_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT refunds_decided CHECK (((status = 'requested'::text) OR (decided_at IS NOT NULL))),
    CONSTRAINT refunds_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT refunds_method CHECK (((status = ANY (ARRAY['requested'::text, 'rejected'::text])) OR (method <> ''::text))),
    CONSTRAINT refunds_method_check CHECK ((method = ANY (ARRAY[''::text, 'wallet'::text, 'manual'::text, 'gateway'::text]))),
    CONSTRAINT refunds_requested_by_check CHECK ((requested_by = ANY (ARRAY['customer'::text, 'staff'::text, 'system'::text]))),
    CONSTRAINT refunds_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'approved'::text, 'rejected'::text, 'completed'::text]))),
    CONSTRAINT refunds_tax CHECK (((tax_amount >= 0) AND (tax_amount <= amount)))
);

ALTER TABLE ONLY public.refunds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.reminders (
    tenant_id text NOT NULL,
    appointment_id text NOT NULL,
    kind text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT reminders_kind_check CHECK ((kind = ANY (ARRAY['day'::text, 'hour'::text])))
);

ALTER TABLE ONLY public.reminders FORCE ROW LEVEL SECURITY;

CREATE TABLE public.resource_units (
    tenant_id text NOT NULL,
    resource_id text NOT NULL,
    number integer NOT NULL,
    subject_key bigint NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT resource_units_number_check CHECK ((number > 0))
);

ALTER TABLE ONLY public.resource_units FORCE ROW LEVEL SECURITY;

CREATE TABLE public.resources (
    tenant_id text NOT NULL,
    id text NOT NULL,
    outlet_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT resources_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT resources_kind_check CHECK (((kind ~ '^[a-z0-9]+(_[a-z0-9]+)*$'::text) AND (length(kind) <= 40)))
);

ALTER TABLE ONLY public.resources FORCE ROW LEVEL SECURITY;

CREATE TABLE public.service_outlet_prices (
    tenant_id text NOT NULL,
    service_id text NOT NULL,
    outlet_id text NOT NULL,
    price bigint NOT NULL,
    CONSTRAINT service_outlet_prices_price_check CHECK ((price > 0))
);

ALTER TABLE ONLY public.service_outlet_prices FORCE ROW LEVEL SECURITY;

CREATE TABLE public.service_outlets (
    tenant_id text NOT NULL,
    service_id text NOT NULL,
    outlet_id text NOT NULL
);

ALTER TABLE ONLY public.service_outlets FORCE ROW LEVEL SECURITY;

CREATE TABLE public.service_price_changes (
    tenant_id text NOT NULL,
    id text NOT NULL,
    service_id text NOT NULL,
    kind text NOT NULL,
    outlet_id text,
    old_price bigint,
    old_currency text,
    new_price bigint,
    new_currency text,
    valid_until timestamp with time zone,
    actor_kind text NOT NULL,
    actor_id text,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT service_price_changes_check CHECK (((kind = 'outlet_override'::text) = (outlet_id IS NOT NULL))),
    CONSTRAINT service_price_changes_check1 CHECK (((old_price IS NOT NULL) OR (new_price IS NOT NULL))),
    CONSTRAINT service_price_changes_check2 CHECK ((((old_price IS NULL) = (old_currency IS NULL)) AND ((new_price IS NULL) = (new_currency IS NULL)))),
    CONSTRAINT service_price_changes_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT service_price_changes_kind_check CHECK ((kind = ANY (ARRAY['base_price'::text, 'outlet_override'::text, 'promotional_price'::text]))),
    CONSTRAINT service_price_changes_new_currency_check CHECK ((new_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT service_price_changes_new_price_check CHECK ((new_price >= 0)),
    CONSTRAINT service_price_changes_old_currency_check CHECK ((old_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT service_price_changes_old_price_check CHECK ((old_price >= 0))
);

ALTER TABLE ONLY public.service_price_changes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.service_units (
    tenant_id text NOT NULL,
    service_id text NOT NULL,
    outlet_id text NOT NULL,
    subject_key bigint NOT NULL
);

ALTER TABLE ONLY public.service_units FORCE ROW LEVEL SECURITY;

CREATE TABLE public.services (
    tenant_id text NOT NULL,
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    category text DEFAULT ''::text NOT NULL,
    duration_minutes integer NOT NULL,
    preparation_minutes integer DEFAULT 0 NOT NULL,
    cleanup_minutes integer DEFAULT 0 NOT NULL,
    processing_gaps jsonb DEFAULT '[]'::jsonb NOT NULL,
    max_advance_booking_days integer DEFAULT 30 NOT NULL,
    min_advance_booking_hours integer DEFAULT 0 NOT NULL,
    requires_staff boolean DEFAULT true NOT NULL,
    required_staff_count integer DEFAULT 1 NOT NULL,
    allow_parallel_bookings boolean DEFAULT false NOT NULL,
    max_parallel_bookings integer DEFAULT 1 NOT NULL,
    base_price bigint NOT NULL,
    currency text NOT NULL,
    promotional_price bigint,
    promotional_valid_until timestamp with time zone,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    image_url text,
    is_active boolean DEFAULT true NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    required_resources jsonb DEFAULT '[]'::jsonb NOT NULL,
    terms jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT services_base_price_check CHECK ((base_price >= 0)),
    CONSTRAINT services_cleanup_minutes_check CHECK ((((cleanup_minutes >= 0) AND (cleanup_minutes <= 480)) AND ((cleanup_minutes % 5) = 0))),
    CONSTRAINT services_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT services_duration_minutes_check CHECK ((((duration_minutes >= 5) AND (duration_minutes <= 1440)) AND ((duration_minutes % 5) = 0))),
    CONSTRAINT services_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT services_max_advance_booking_days_check CHECK (((max_advance_booking_days >= 0) AND (max_advance_booking_days <= 730))),
    CONSTRAINT services_max_parallel_bookings_check CHECK (((max_parallel_bookings >= 1) AND (max_parallel_bookings <= 1000))),
    CONSTRAINT services_min_advance_booking_hours_check CHECK (((min_advance_booking_hours >= 0) AND (min_advance_booking_hours <= 8760))),
    CONSTRAINT services_preparation_minutes_check CHECK ((((preparation_minutes >= 0) AND (preparation_minutes <= 480)) AND ((preparation_minutes % 5) = 0))),
    CONSTRAINT services_promotional_price_check CHECK ((promotional_price >= 0)),
    CONSTRAINT services_required_staff_count_check CHECK (((required_staff_count >= 1) AND (required_staff_count <= 20))),
    CONSTRAINT services_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'archived'::text]))),
    CONSTRAINT services_team CHECK ((requires_staff OR (required_staff_count = 1))),
    CONSTRAINT services_terms_check CHECK ((jsonb_typeof(terms) = 'object'::text))
);

ALTER TABLE ONLY public.services FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sessions (
    tenant_id text NOT NULL,
    id text NOT NULL,
    outlet_id text NOT NULL,
    service_id text NOT NULL,
    subject_keys bigint[] NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    busy tstzmultirange NOT NULL,
    capacity integer NOT NULL,
    touched_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    resource_keys bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    CONSTRAINT sessions_busy_check CHECK ((NOT isempty(busy))),
    CONSTRAINT sessions_busy_within CHECK ((busy <@ tstzmultirange(tstzrange(starts_at, ends_at)))),
    CONSTRAINT sessions_capacity_check CHECK ((capacity > 0)),
    CONSTRAINT sessions_check CHECK ((starts_at < ends_at)),
    CONSTRAINT sessions_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT sessions_subject_keys_check CHECK ((cardinality(subject_keys) > 0))
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.signin_failures (
    audience text NOT NULL,
    scope text NOT NULL,
    identifier text NOT NULL,
    failures integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT signin_failures_audience_check CHECK ((audience = ANY (ARRAY['staff'::text, 'customer'::text])))
);

CREATE TABLE public.signing_keys (
    kid text NOT NULL,
    sealed bytea NOT NULL,
    signs_from timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT signing_keys_kid_check CHECK ((kid ~ '^[0-9a-f]{8,32}$'::text))
);

CREATE TABLE public.spent_tokens (
    jti text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.staff (
    tenant_id text NOT NULL,
    id text NOT NULL,
    subject_key bigint NOT NULL,
    outlet_id text NOT NULL,
    user_id text,
    first_name text NOT NULL,
    last_name text NOT NULL,
    display_name text DEFAULT ''::text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    "position" text DEFAULT ''::text NOT NULL,
    employment_type text DEFAULT 'full_time'::text NOT NULL,
    employee_id text DEFAULT ''::text NOT NULL,
    hire_date date,
    birth_date date,
    hourly_rate bigint,
    salary bigint,
    commission jsonb DEFAULT '{}'::jsonb NOT NULL,
    is_bookable boolean DEFAULT true NOT NULL,
    accepts_online_booking boolean DEFAULT true NOT NULL,
    max_advance_booking_days integer,
    bio text DEFAULT ''::text NOT NULL,
    profile_image_url text,
    instagram_handle text,
    specialties text[] DEFAULT '{}'::text[] NOT NULL,
    certifications text[] DEFAULT '{}'::text[] NOT NULL,
    years_experience integer DEFAULT 0 NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT staff_email_check CHECK ((email = lower(email))),
    CONSTRAINT staff_employment_type_check CHECK ((employment_type = ANY (ARRAY['full_time'::text, 'part_time'::text, 'contract'::text, 'freelance'::text, 'intern'::text]))),
    CONSTRAINT staff_hourly_rate_check CHECK ((hourly_rate >= 0)),
    CONSTRAINT staff_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT staff_max_advance_booking_days_check CHECK (((max_advance_booking_days >= 0) AND (max_advance_booking_days <= 730))),
    CONSTRAINT staff_salary_check CHECK ((salary >= 0)),
    CONSTRAINT staff_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'terminated'::text, 'on_leave'::text]))),
    CONSTRAINT staff_years_experience_check CHECK (((years_experience >= 0) AND (years_experience <= 80)))
);

ALTER TABLE ONLY public.staff FORCE ROW LEVEL SECURITY;

CREATE TABLE public.staff_outlets (
    tenant_id text NOT NULL,
    staff_id text NOT NULL,
    outlet_id text NOT NULL
);

ALTER TABLE ONLY public.staff_outlets FORCE ROW LEVEL SECURITY;

CREATE TABLE public.staff_services (
    tenant_id text NOT NULL,
    staff_id text NOT NULL,
    service_id text NOT NULL,
    level text,
    duration_minutes integer,
    price bigint,
    currency text,
    CONSTRAINT staff_services_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT staff_services_duration_minutes_check CHECK ((((duration_minutes >= 5) AND (duration_minutes <= 1440)) AND ((duration_minutes % 5) = 0))),
    CONSTRAINT staff_services_level_check CHECK ((level = ANY (ARRAY['junior'::text, 'intermediate'::text, 'senior'::text, 'expert'::text]))),
    CONSTRAINT staff_services_price_check CHECK ((price >= 0)),
    CONSTRAINT staff_services_price_whole CHECK (((price IS NULL) = (currency IS NULL)))
);

ALTER TABLE ONLY public.staff_services FORCE ROW LEVEL SECURITY;

CREATE TABLE public.subjects (
    tenant_id text NOT NULL,
    key bigint NOT NULL,
    kind text NOT NULL,
    CONSTRAINT subjects_kind_check CHECK ((kind = ANY (ARRAY['staff'::text, 'unit'::text, 'resource'::text])))
);

ALTER TABLE ONLY public.subjects FORCE ROW LEVEL SECURITY;

ALTER TABLE public.subjects ALTER COLUMN key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.subjects_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.subscriptions (
    tenant_id text NOT NULL,
    id text NOT NULL,
    plan text NOT NULL,
    billing_period text DEFAULT 'monthly'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    current_period_start timestamp with time zone NOT NULL,
    current_period_end timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT subscriptions_billing_period_check CHECK ((billing_period = ANY (ARRAY['monthly'::text, 'quarterly'::text, 'yearly'::text]))),
    CONSTRAINT subscriptions_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT subscriptions_plan_check CHECK ((plan = ANY (ARRAY['FREE'::text, 'PRO'::text, 'ENTERPRISE'::text]))),
    CONSTRAINT subscriptions_status_check CHECK ((status = ANY (ARRAY['active'::text, 'trialing'::text, 'past_due'::text, 'cancelled'::text, 'expired'::text])))
);

ALTER TABLE ONLY public.subscriptions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tenant_gateways (
    tenant_id text NOT NULL,
    id text NOT NULL,
    client_id text NOT NULL,
    client_secret bytea NOT NULL,
    is_production boolean NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    provider text DEFAULT 'paper_id'::text NOT NULL,
    CONSTRAINT tenant_gateways_check CHECK (((retired_at IS NULL) OR (NOT enabled))),
    CONSTRAINT tenant_gateways_client_id_check CHECK ((client_id <> ''::text)),
    CONSTRAINT tenant_gateways_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT tenant_gateways_provider_check CHECK ((provider = ANY (ARRAY['paper_id'::text, 'maya'::text])))
);

ALTER TABLE ONLY public.tenant_gateways FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tenant_logos (
    tenant_id text NOT NULL,
    digest text NOT NULL,
    content_type text NOT NULL,
    image bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT tenant_logos_content_type_check CHECK ((content_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text]))),
    CONSTRAINT tenant_logos_digest_check CHECK ((digest ~ '^[0-9a-f]{16}$'::text)),
    CONSTRAINT tenant_logos_image_check CHECK (((octet_length(image) >= 1) AND (octet_length(image) <= 2097152)))
);

ALTER TABLE ONLY public.tenant_logos FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tenants (
    id text NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    website text DEFAULT ''::text NOT NULL,
    business_type text DEFAULT 'other'::text NOT NULL,
    logo_url text,
    timezone text DEFAULT 'Asia/Jakarta'::text NOT NULL,
    currency text DEFAULT 'IDR'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    client_partner_id text,
    is_active boolean DEFAULT true NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    platform_fee_rate integer,
    platform_fee_mode text,
    platform_fee_from timestamp with time zone,
    platform_fee_until timestamp with time zone,
    platform_fee_reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT tenants_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT tenants_fee_override CHECK (((platform_fee_rate IS NOT NULL) OR ((platform_fee_mode IS NULL) AND (platform_fee_from IS NULL) AND (platform_fee_until IS NULL)))),
    CONSTRAINT tenants_fee_times CHECK ((platform_fee_from < platform_fee_until)),
    CONSTRAINT tenants_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT tenants_platform_fee_mode_check CHECK ((platform_fee_mode = ANY (ARRAY['customer'::text, 'merchant'::text]))),
    CONSTRAINT tenants_platform_fee_rate_check CHECK (((platform_fee_rate >= 0) AND (platform_fee_rate <= 1000000))),
    CONSTRAINT tenants_slug_check CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND ((length(slug) >= 3) AND (length(slug) <= 63))))
);

ALTER TABLE ONLY public.tenants FORCE ROW LEVEL SECURITY;

CREATE TABLE public.users (
    id text NOT NULL,
    email text NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    avatar_url text,
    password_hash text NOT NULL,
    must_change_password boolean DEFAULT false NOT NULL,
    is_super_admin boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    last_login timestamp with time zone,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT users_email_check CHECK ((email = lower(email))),
    CONSTRAINT users_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

CREATE TABLE public.visit_fees (
    tenant_id text NOT NULL,
    id text NOT NULL,
    appointment_id text NOT NULL,
    customer_id text NOT NULL,
    kind text NOT NULL,
    amount bigint NOT NULL,
    kept_amount bigint NOT NULL,
    currency text NOT NULL,
    invoice_id text,
    waived_at timestamp with time zone,
    waived_by text,
    waive_reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT visit_fees_amount_check CHECK ((amount > 0)),
    CONSTRAINT visit_fees_check CHECK (((kept_amount >= 0) AND (kept_amount <= amount))),
    CONSTRAINT visit_fees_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT visit_fees_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT visit_fees_invoiced CHECK (((invoice_id IS NULL) = (kept_amount = amount))),
    CONSTRAINT visit_fees_kind_check CHECK ((kind = ANY (ARRAY['no_show'::text, 'late_cancellation'::text])))
);

ALTER TABLE ONLY public.visit_fees FORCE ROW LEVEL SECURITY;

CREATE TABLE public.waitlist_offers (
    tenant_id text NOT NULL,
    id text NOT NULL,
    wish_id text NOT NULL,
    appointment_id text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    outcome text,
    ended_at timestamp with time zone,
    answer_hash bytea,
    CONSTRAINT waitlist_offers_answer_hash_check CHECK ((octet_length(answer_hash) = 32)),
    CONSTRAINT waitlist_offers_check CHECK ((starts_at < ends_at)),
    CONSTRAINT waitlist_offers_check1 CHECK ((offered_at < expires_at)),
    CONSTRAINT waitlist_offers_check2 CHECK (((outcome IS NULL) = (ended_at IS NULL))),
    CONSTRAINT waitlist_offers_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT waitlist_offers_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'declined'::text, 'lapsed'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY public.waitlist_offers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.waitlist_wishes (
    tenant_id text NOT NULL,
    id text NOT NULL,
    outlet_id text NOT NULL,
    customer_id text NOT NULL,
    service_id text NOT NULL,
    staff_id text,
    date_from date NOT NULL,
    date_to date NOT NULL,
    time_from integer NOT NULL,
    time_to integer NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    ended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT waitlist_wishes_check CHECK ((date_from <= date_to)),
    CONSTRAINT waitlist_wishes_check1 CHECK ((time_from < time_to)),
    CONSTRAINT waitlist_wishes_check2 CHECK (((status = ANY (ARRAY['waiting'::text, 'offered'::text])) = (ended_at IS NULL))),
    CONSTRAINT waitlist_wishes_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT waitlist_wishes_source_check CHECK ((source = ANY (ARRAY['customer'::text, 'staff'::text]))),
    CONSTRAINT waitlist_wishes_status_check CHECK ((status = ANY (ARRAY['waiting'::text, 'offered'::text, 'accepted'::text, 'lapsed'::text, 'left'::text, 'removed'::text, 'expired'::text]))),
    CONSTRAINT waitlist_wishes_time_from_check CHECK (((time_from >= 0) AND (time_from <= 1439))),
    CONSTRAINT waitlist_wishes_time_to_check CHECK (((time_to >= 1) AND (time_to <= 1440)))
);

ALTER TABLE ONLY public.waitlist_wishes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.webhook_events (
    id text NOT NULL,
    provider text NOT NULL,
    kind text NOT NULL,
    event_key text NOT NULL,
    route text NOT NULL,
    tenant_id text,
    body bytea NOT NULL,
    headers jsonb NOT NULL,
    outcome text DEFAULT ''::text NOT NULL,
    received_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    CONSTRAINT webhook_events_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT webhook_events_outcome CHECK ((outcome = ANY (ARRAY[''::text, 'ignored'::text, 'settled'::text, 'settled_before'::text, 'not_paid'::text, 'credited'::text, 'needs_review'::text]))),
    CONSTRAINT webhook_events_provider CHECK ((provider = ANY (ARRAY['paper_id'::text, 'maya'::text])))
);

ALTER TABLE ONLY public.webhook_events FORCE ROW LEVEL SECURITY;

CREATE TABLE public.withdrawal_codes (
    tenant_id text NOT NULL,
    id text NOT NULL,
    user_id text NOT NULL,
    purpose text NOT NULL,
    hash bytea NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT withdrawal_codes_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT withdrawal_codes_purpose_check CHECK ((purpose = ANY (ARRAY['withdrawal'::text, 'create_bank_account'::text, 'update_bank_account'::text])))
);

ALTER TABLE ONLY public.withdrawal_codes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.withdrawals (
    tenant_id text NOT NULL,
    id text NOT NULL,
    reference_id text NOT NULL,
    status text NOT NULL,
    currency text NOT NULL,
    amount bigint NOT NULL,
    fee bigint DEFAULT 0 NOT NULL,
    bank_account_id text NOT NULL,
    notes text DEFAULT ''::text NOT NULL,
    requested_by text NOT NULL,
    provider_ref text DEFAULT ''::text NOT NULL,
    failure_reason text DEFAULT ''::text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    processed_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT withdrawals_amount_check CHECK ((amount > 0)),
    CONSTRAINT withdrawals_check CHECK (((fee >= 0) AND (fee < amount))),
    CONSTRAINT withdrawals_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT withdrawals_id_check CHECK ((id ~ '^[0-9a-f]{24}$'::text)),
    CONSTRAINT withdrawals_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.withdrawals FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_same_customer UNIQUE (tenant_id, session_id, customer_id);

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_seat UNIQUE (tenant_id, session_id, seat);

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_tenant_id_appointment_id_position_key UNIQUE (tenant_id, appointment_id, "position");

ALTER TABLE ONLY public.appointments
    ADD CONSTRAINT appointments_id UNIQUE (id);

ALTER TABLE ONLY public.appointments
    ADD CONSTRAINT appointments_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_entry UNIQUE (tenant_id, entry);

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (tenant_id, seal);

ALTER TABLE ONLY public.audit_unsealed
    ADD CONSTRAINT audit_unsealed_pkey PRIMARY KEY (tenant_id, entry);

ALTER TABLE ONLY public.availability_entries
    ADD CONSTRAINT availability_entries_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.bank_accounts
    ADD CONSTRAINT bank_accounts_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.booking_tokens
    ADD CONSTRAINT booking_tokens_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_outlet UNIQUE (tenant_id, outlet_id);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_secret UNIQUE (tenant_id, hash);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_staff UNIQUE (tenant_id, staff_id);

ALTER TABLE ONLY public.customer_consents
    ADD CONSTRAINT customer_consents_version PRIMARY KEY (tenant_id, customer_id, version);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_email UNIQUE (tenant_id, email);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_phone UNIQUE (tenant_id, phone);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.hook_attempts
    ADD CONSTRAINT hook_attempts_pkey PRIMARY KEY (tenant_id, delivery_id, number);

ALTER TABLE ONLY public.hook_deliveries
    ADD CONSTRAINT hook_deliveries_once UNIQUE (tenant_id, endpoint_id, event_id);

ALTER TABLE ONLY public.hook_deliveries
    ADD CONSTRAINT hook_deliveries_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.hook_endpoints
    ADD CONSTRAINT hook_endpoints_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.hook_events
    ADD CONSTRAINT hook_events_id UNIQUE (tenant_id, id);

ALTER TABLE ONLY public.hook_events
    ADD CONSTRAINT hook_events_once UNIQUE (tenant_id, source);

ALTER TABLE ONLY public.hook_events
    ADD CONSTRAINT hook_events_pkey PRIMARY KEY (tenant_id, number);

ALTER TABLE ONLY public.hook_feeds
    ADD CONSTRAINT hook_feeds_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_once PRIMARY KEY (tenant_id, scope, key);

ALTER TABLE ONLY public.invoice_counters
    ADD CONSTRAINT invoice_counters_pkey PRIMARY KEY (tenant_id, year);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_number UNIQUE (tenant_id, invoice_number);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_provider_number UNIQUE (provider_number);

ALTER TABLE ONLY public.job_listeners
    ADD CONSTRAINT job_listeners_pkey PRIMARY KEY (tenant_id, subscriber);

ALTER TABLE ONLY public.ledger_balances
    ADD CONSTRAINT ledger_balances_pkey PRIMARY KEY (tenant_id, account, currency);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_pkey PRIMARY KEY (tenant_id, movement_id, "position");

ALTER TABLE ONLY public.ledger_movements
    ADD CONSTRAINT ledger_movements_once UNIQUE (tenant_id, kind, reference);

ALTER TABLE ONLY public.ledger_movements
    ADD CONSTRAINT ledger_movements_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.logins
    ADD CONSTRAINT logins_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.membership_outlets
    ADD CONSTRAINT membership_outlets_pkey PRIMARY KEY (tenant_id, user_id, outlet_id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (tenant_id, user_id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_once UNIQUE (tenant_id, reference);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.occupancies
    ADD CONSTRAINT occupancies_no_overlap EXCLUDE USING gist (subject_key WITH =, tstzrange(busy_from, busy_to) WITH &&);

ALTER TABLE ONLY public.occupancies
    ADD CONSTRAINT occupancies_pkey PRIMARY KEY (tenant_id, session_id, subject_key, busy_from);

ALTER TABLE ONLY public.one_time_codes
    ADD CONSTRAINT one_time_codes_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.outlet_hours
    ADD CONSTRAINT outlet_hours_pkey PRIMARY KEY (tenant_id, outlet_id, day, opens);

ALTER TABLE ONLY public.outlet_special_dates
    ADD CONSTRAINT outlet_special_dates_pkey PRIMARY KEY (tenant_id, outlet_id, date, "position");

ALTER TABLE ONLY public.outlets
    ADD CONSTRAINT outlets_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.outlets
    ADD CONSTRAINT outlets_slug UNIQUE (tenant_id, slug);

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_reference UNIQUE (tenant_id, reference_id);

ALTER TABLE ONLY public.plan_fees
    ADD CONSTRAINT plan_fees_pkey PRIMARY KEY (plan);

ALTER TABLE ONLY public.plan_usage
    ADD CONSTRAINT plan_usage_pkey PRIMARY KEY (tenant_id, month);

ALTER TABLE ONLY public.rate_counters
    ADD CONSTRAINT rate_counters_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (tenant_id, hash);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_once PRIMARY KEY (tenant_id, appointment_id, kind, starts_at);

ALTER TABLE ONLY public.resource_units
    ADD CONSTRAINT resource_units_pkey PRIMARY KEY (tenant_id, resource_id, number);

ALTER TABLE ONLY public.resource_units
    ADD CONSTRAINT resource_units_subject UNIQUE (tenant_id, subject_key);

ALTER TABLE ONLY public.resources
    ADD CONSTRAINT resources_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.service_outlet_prices
    ADD CONSTRAINT service_outlet_prices_pkey PRIMARY KEY (tenant_id, service_id, outlet_id);

ALTER TABLE ONLY public.service_outlets
    ADD CONSTRAINT service_outlets_pkey PRIMARY KEY (tenant_id, service_id, outlet_id);

ALTER TABLE ONLY public.service_price_changes
    ADD CONSTRAINT service_price_changes_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.service_units
    ADD CONSTRAINT service_units_pkey PRIMARY KEY (tenant_id, service_id, outlet_id);

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_slug UNIQUE (tenant_id, slug);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_capacity UNIQUE (tenant_id, id, capacity);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.signin_failures
    ADD CONSTRAINT signin_failures_pkey PRIMARY KEY (audience, scope, identifier);

ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (kid);

ALTER TABLE ONLY public.spent_tokens
    ADD CONSTRAINT spent_tokens_pkey PRIMARY KEY (jti);

ALTER TABLE ONLY public.staff_outlets
    ADD CONSTRAINT staff_outlets_pkey PRIMARY KEY (tenant_id, staff_id, outlet_id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.staff_services
    ADD CONSTRAINT staff_services_pkey PRIMARY KEY (tenant_id, staff_id, service_id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_subject UNIQUE (tenant_id, subject_key);

ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT subjects_key UNIQUE (key);

ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT subjects_pkey PRIMARY KEY (tenant_id, key);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.tenant_gateways
    ADD CONSTRAINT tenant_gateways_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tenant_logos
    ADD CONSTRAINT tenant_logos_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_slug UNIQUE (slug);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.visit_fees
    ADD CONSTRAINT visit_fees_once UNIQUE (tenant_id, appointment_id);

ALTER TABLE ONLY public.visit_fees
    ADD CONSTRAINT visit_fees_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.waitlist_offers
    ADD CONSTRAINT waitlist_offers_appointment UNIQUE (tenant_id, appointment_id);

ALTER TABLE ONLY public.waitlist_offers
    ADD CONSTRAINT waitlist_offers_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.waitlist_wishes
    ADD CONSTRAINT waitlist_wishes_once EXCLUDE USING gist (tenant_id WITH =, customer_id WITH =, outlet_id WITH =, service_id WITH =, daterange(date_from, date_to, '[]'::text) WITH &&) WHERE ((status = ANY (ARRAY['waiting'::text, 'offered'::text])));

ALTER TABLE ONLY public.waitlist_wishes
    ADD CONSTRAINT waitlist_wishes_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_once UNIQUE (event_key);

ALTER TABLE ONLY public.webhook_events
    ADD CONSTRAINT webhook_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.withdrawal_codes
    ADD CONSTRAINT withdrawal_codes_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.withdrawals
    ADD CONSTRAINT withdrawals_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.withdrawals
    ADD CONSTRAINT withdrawals_reference UNIQUE (tenant_id, reference_id);

CREATE INDEX appointment_lines_staff ON public.appointment_lines USING btree (tenant_id, staff_id, starts_at);

CREATE INDEX appointments_customer ON public.appointments USING btree (tenant_id, customer_id, starts_at);

CREATE INDEX appointments_hold ON public.appointments USING btree (hold_until) WHERE (hold_until IS NOT NULL);

CREATE INDEX appointments_outlet_time ON public.appointments USING btree (tenant_id, outlet_id, starts_at);

CREATE INDEX audit_log_action ON public.audit_log USING btree (tenant_id, action, at, id);

CREATE INDEX audit_log_actor ON public.audit_log USING btree (tenant_id, actor_id, at, id) WHERE (actor_id IS NOT NULL);

CREATE INDEX audit_log_newest ON public.audit_log USING btree (tenant_id, at, id);

CREATE INDEX audit_log_of_object ON public.audit_log USING btree (tenant_id, object_id, id);

CREATE INDEX audit_log_txid ON public.audit_log USING btree (tenant_id, txid);

CREATE INDEX availability_entries_day ON public.availability_entries USING btree (tenant_id, staff_id, date) WHERE (deleted_at IS NULL);

CREATE INDEX availability_entries_list ON public.availability_entries USING btree (tenant_id, date, starts) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX bank_accounts_default ON public.bank_accounts USING btree (tenant_id) WHERE is_default;

CREATE INDEX customers_by_email ON public.customers USING btree (email) WHERE (deleted_at IS NULL);

CREATE INDEX customers_by_phone ON public.customers USING btree (phone) WHERE (deleted_at IS NULL);

CREATE INDEX hook_deliveries_age ON public.hook_deliveries USING btree (created_at);

CREATE INDEX hook_deliveries_list ON public.hook_deliveries USING btree (tenant_id, endpoint_id, created_at DESC, id DESC);

CREATE INDEX hook_events_age ON public.hook_events USING btree (recorded_at);

CREATE INDEX idempotency_keys_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX idempotency_keys_scope ON public.idempotency_keys USING btree (scope, key);

CREATE INDEX invoices_appointment ON public.invoices USING btree (tenant_id, appointment_id, created_at DESC) WHERE (appointment_id IS NOT NULL);

CREATE INDEX invoices_customer ON public.invoices USING btree (tenant_id, customer_id, created_at DESC);

CREATE INDEX invoices_list ON public.invoices USING btree (tenant_id, created_at DESC);

CREATE UNIQUE INDEX invoices_one_open ON public.invoices USING btree (tenant_id, appointment_id) WHERE ((status = ANY (ARRAY['DRAFT'::text, 'SENT'::text, 'OVERDUE'::text])) AND (appointment_id IS NOT NULL));

CREATE INDEX invoices_paper_id ON public.invoices USING btree (paper_invoice_id) WHERE (paper_invoice_id IS NOT NULL);

CREATE INDEX invoices_topups ON public.invoices USING btree (tenant_id, customer_id) WHERE ((invoice_type = 'WALLET_TOPUP'::text) AND (status = ANY (ARRAY['DRAFT'::text, 'SENT'::text, 'OVERDUE'::text])));

CREATE INDEX ledger_entries_newest ON public.ledger_entries USING btree (tenant_id, account, currency, movement_id) INCLUDE (amount);

CREATE INDEX logins_of_user ON public.logins USING btree (subject_id) WHERE ((audience = 'staff'::text) AND (revoked_at IS NULL));

CREATE INDEX logins_subject ON public.logins USING btree (tenant_id, audience, subject_id);

CREATE INDEX membership_outlets_outlet ON public.membership_outlets USING btree (tenant_id, outlet_id);

CREATE INDEX memberships_user ON public.memberships USING btree (user_id);

CREATE INDEX messages_newest ON public.messages USING btree (created_at DESC, id DESC);

CREATE INDEX messages_waiting ON public.messages USING btree (channel, created_at) WHERE ((sent_at IS NULL) AND (failure = ''::text));

CREATE INDEX occupancies_held ON public.occupancies USING btree (tenant_id, subject_key, busy_from) WHERE (lapses_at IS NOT NULL);

CREATE INDEX occupancies_time ON public.occupancies USING btree (tenant_id, subject_key, busy_from) INCLUDE (busy_to, lapses_at);

CREATE INDEX one_time_codes_subject ON public.one_time_codes USING btree (tenant_id, purpose, subject_id, created_at);

CREATE INDEX outlets_city ON public.outlets USING btree (city) WHERE ((deleted_at IS NULL) AND (status = 'active'::text));

CREATE UNIQUE INDEX outlets_default ON public.outlets USING btree (tenant_id) WHERE (is_default AND (deleted_at IS NULL));

CREATE UNIQUE INDEX outlets_id ON public.outlets USING btree (id);

CREATE INDEX password_resets_email ON public.password_resets USING btree (email, created_at);

CREATE INDEX password_resets_user ON public.password_resets USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX payment_counts_key ON public.payment_counts USING btree (tenant_id, day) INCLUDE (payment_type, status, n);

CREATE INDEX payment_counts_loose ON public.payment_counts USING btree (tenant_id, day) WHERE (NOT folded);

CREATE INDEX payments_appointment ON public.payments USING btree (tenant_id, appointment_id);

CREATE INDEX payments_invoice ON public.payments USING btree (tenant_id, invoice_id);

CREATE INDEX payments_list ON public.payments USING btree (tenant_id, created_at DESC, id DESC);

CREATE INDEX payments_list_customer ON public.payments USING btree (tenant_id, customer_id, created_at DESC, id DESC);

CREATE INDEX payments_list_status ON public.payments USING btree (tenant_id, status, created_at DESC, id DESC);

CREATE INDEX payments_list_type ON public.payments USING btree (tenant_id, payment_type, created_at DESC, id DESC);

CREATE INDEX payments_pending ON public.payments USING btree (created_at) WHERE ((status = ANY (ARRAY['pending'::text, 'needs_review'::text])) AND (payment_provider <> 'manual'::text));

CREATE INDEX refresh_tokens_login ON public.refresh_tokens USING btree (tenant_id, login_id);

CREATE INDEX refunds_list ON public.refunds USING btree (tenant_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX refunds_one_request ON public.refunds USING btree (tenant_id, payment_id) WHERE (status = 'requested'::text);

CREATE INDEX refunds_payment ON public.refunds USING btree (tenant_id, payment_id);

CREATE INDEX refunds_under_way ON public.refunds USING btree (updated_at) WHERE (status = 'approved'::text);

CREATE INDEX reminders_over ON public.reminders USING btree (starts_at);

CREATE INDEX resources_kind ON public.resources USING btree (tenant_id, outlet_id, kind) WHERE (deleted_at IS NULL);

CREATE INDEX service_price_changes_newest ON public.service_price_changes USING btree (tenant_id, service_id, changed_at, id);

CREATE INDEX sessions_group ON public.sessions USING btree (tenant_id, service_id, starts_at) WHERE (capacity > 1);

CREATE INDEX sessions_team ON public.sessions USING btree (tenant_id, outlet_id, starts_at) WHERE (cardinality(subject_keys) > 1);

CREATE UNIQUE INDEX staff_email ON public.staff USING btree (tenant_id, email) WHERE (deleted_at IS NULL);

CREATE INDEX staff_outlet ON public.staff USING btree (tenant_id, outlet_id);

CREATE INDEX staff_outlets_outlet ON public.staff_outlets USING btree (tenant_id, outlet_id);

CREATE INDEX staff_services_service ON public.staff_services USING btree (tenant_id, service_id);

CREATE UNIQUE INDEX staff_user ON public.staff USING btree (tenant_id, user_id) WHERE ((deleted_at IS NULL) AND (user_id IS NOT NULL));

CREATE UNIQUE INDEX tenant_gateways_current ON public.tenant_gateways USING btree (tenant_id, provider) WHERE (retired_at IS NULL);

CREATE UNIQUE INDEX users_email ON public.users USING btree (email) WHERE (deleted_at IS NULL);

CREATE INDEX visit_fees_list ON public.visit_fees USING btree (tenant_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX waitlist_offers_answer ON public.waitlist_offers USING btree (tenant_id, answer_hash) WHERE (answer_hash IS NOT NULL);

CREATE UNIQUE INDEX waitlist_offers_open ON public.waitlist_offers USING btree (tenant_id, wish_id) WHERE (outcome IS NULL);

CREATE INDEX waitlist_offers_wish ON public.waitlist_offers USING btree (tenant_id, wish_id, offered_at);

CREATE INDEX waitlist_wishes_customer ON public.waitlist_wishes USING btree (tenant_id, customer_id, created_at, id);

CREATE INDEX waitlist_wishes_outlet ON public.waitlist_wishes USING btree (tenant_id, outlet_id, created_at, id);

CREATE INDEX waitlist_wishes_waiting ON public.waitlist_wishes USING btree (tenant_id, outlet_id, created_at, id) WHERE (status = 'waiting'::text);

CREATE INDEX webhook_events_received ON public.webhook_events USING btree (received_at DESC, id DESC);

CREATE INDEX withdrawal_codes_user ON public.withdrawal_codes USING btree (tenant_id, user_id, created_at);

CREATE INDEX withdrawals_list ON public.withdrawals USING btree (tenant_id, requested_at DESC);

CREATE UNIQUE INDEX withdrawals_one_open ON public.withdrawals USING btree (tenant_id) WHERE (status = ANY (ARRAY['pending'::text, 'processing'::text]));

CREATE INDEX withdrawals_processing ON public.withdrawals USING btree (updated_at) WHERE (status = 'processing'::text);

CREATE TRIGGER audit_heads_grow BEFORE UPDATE ON public.audit_heads FOR EACH ROW EXECUTE FUNCTION reserva.audit_head_grows();

CREATE TRIGGER audit_heads_never_emptied BEFORE TRUNCATE ON public.audit_heads FOR EACH STATEMENT EXECUTE FUNCTION reserva.refuse_change();

CREATE TRIGGER audit_heads_stay BEFORE DELETE ON public.audit_heads FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

CREATE TRIGGER audit_log_never_emptied BEFORE TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION reserva.refuse_change();

CREATE TRIGGER audit_seals_append_only BEFORE DELETE OR UPDATE ON public.audit_seals FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

CREATE TRIGGER audit_seals_never_emptied BEFORE TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION reserva.refuse_change();

CREATE CONSTRAINT TRIGGER entries_balanced AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_balanced();

CREATE TRIGGER ledger_entries_append_only BEFORE DELETE OR UPDATE ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

CREATE TRIGGER ledger_movements_append_only BEFORE DELETE OR UPDATE ON public.ledger_movements FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

CREATE CONSTRAINT TRIGGER lines_covered AFTER INSERT OR UPDATE OF session_id, seat ON public.appointment_lines DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_covered();

CREATE CONSTRAINT TRIGGER movements_balanced AFTER INSERT ON public.ledger_movements DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_balanced();

CREATE CONSTRAINT TRIGGER occupancies_covered AFTER DELETE OR UPDATE OF tenant_id, subject_key, busy_from, busy_to, session_id ON public.occupancies DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reserva.check_covered();

CREATE TRIGGER payments_counted_delete AFTER DELETE ON public.payments REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION reserva.count_payments();

CREATE TRIGGER payments_counted_insert AFTER INSERT ON public.payments REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION reserva.count_payments();

CREATE TRIGGER payments_counted_update AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION reserva.count_payments();

CREATE TRIGGER service_price_changes_append_only BEFORE DELETE OR UPDATE ON public.service_price_changes FOR EACH ROW EXECUTE FUNCTION reserva.refuse_change();

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES public.appointments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id);

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_tenant_id_session_id_capacity_fkey FOREIGN KEY (tenant_id, session_id, capacity) REFERENCES public.sessions(tenant_id, id, capacity);

ALTER TABLE ONLY public.appointment_lines
    ADD CONSTRAINT appointment_lines_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, id);

ALTER TABLE ONLY public.appointments
    ADD CONSTRAINT appointments_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.appointments
    ADD CONSTRAINT appointments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.appointments
    ADD CONSTRAINT appointments_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id);

ALTER TABLE ONLY public.audit_heads
    ADD CONSTRAINT audit_heads_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.audit_unsealed
    ADD CONSTRAINT audit_unsealed_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.availability_entries
    ADD CONSTRAINT availability_entries_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.availability_entries
    ADD CONSTRAINT availability_entries_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.bank_accounts
    ADD CONSTRAINT bank_accounts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.booking_tokens
    ADD CONSTRAINT booking_tokens_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES public.appointments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.calendar_feeds
    ADD CONSTRAINT calendar_feeds_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.customer_consents
    ADD CONSTRAINT customer_consents_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.customers
    ADD CONSTRAINT customers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.hook_attempts
    ADD CONSTRAINT hook_attempts_tenant_id_delivery_id_fkey FOREIGN KEY (tenant_id, delivery_id) REFERENCES public.hook_deliveries(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.hook_attempts
    ADD CONSTRAINT hook_attempts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.hook_deliveries
    ADD CONSTRAINT hook_deliveries_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES public.hook_endpoints(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.hook_deliveries
    ADD CONSTRAINT hook_deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.hook_endpoints
    ADD CONSTRAINT hook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.hook_events
    ADD CONSTRAINT hook_events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.hook_feeds
    ADD CONSTRAINT hook_feeds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.invoice_counters
    ADD CONSTRAINT invoice_counters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_gateway FOREIGN KEY (tenant_id, gateway_id) REFERENCES public.tenant_gateways(tenant_id, id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES public.appointments(tenant_id, id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.invoices
    ADD CONSTRAINT invoices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.job_listeners
    ADD CONSTRAINT job_listeners_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.ledger_balances
    ADD CONSTRAINT ledger_balances_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT ledger_entries_tenant_id_movement_id_fkey FOREIGN KEY (tenant_id, movement_id) REFERENCES public.ledger_movements(tenant_id, id);

ALTER TABLE ONLY public.ledger_movements
    ADD CONSTRAINT ledger_movements_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.logins
    ADD CONSTRAINT logins_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.membership_outlets
    ADD CONSTRAINT membership_outlets_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.membership_outlets
    ADD CONSTRAINT membership_outlets_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES public.memberships(tenant_id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.occupancies
    ADD CONSTRAINT occupancies_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES public.sessions(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.occupancies
    ADD CONSTRAINT occupancies_tenant_id_subject_key_fkey FOREIGN KEY (tenant_id, subject_key) REFERENCES public.subjects(tenant_id, key);

ALTER TABLE ONLY public.one_time_codes
    ADD CONSTRAINT one_time_codes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.outlet_hours
    ADD CONSTRAINT outlet_hours_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outlet_special_dates
    ADD CONSTRAINT outlet_special_dates_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.outlets
    ADD CONSTRAINT outlets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.payment_counts
    ADD CONSTRAINT payment_counts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES public.appointments(tenant_id, id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.payments
    ADD CONSTRAINT payments_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.invoices(tenant_id, id);

ALTER TABLE ONLY public.plan_usage
    ADD CONSTRAINT plan_usage_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_tenant_id_login_id_fkey FOREIGN KEY (tenant_id, login_id) REFERENCES public.logins(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.refunds
    ADD CONSTRAINT refunds_tenant_id_payment_id_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES public.payments(tenant_id, id);

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES public.appointments(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.resource_units
    ADD CONSTRAINT resource_units_tenant_id_resource_id_fkey FOREIGN KEY (tenant_id, resource_id) REFERENCES public.resources(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.resource_units
    ADD CONSTRAINT resource_units_tenant_id_subject_key_fkey FOREIGN KEY (tenant_id, subject_key) REFERENCES public.subjects(tenant_id, key);

ALTER TABLE ONLY public.resources
    ADD CONSTRAINT resources_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.resources
    ADD CONSTRAINT resources_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id);

ALTER TABLE ONLY public.service_outlet_prices
    ADD CONSTRAINT service_outlet_prices_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service_outlet_prices
    ADD CONSTRAINT service_outlet_prices_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service_outlets
    ADD CONSTRAINT service_outlets_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service_outlets
    ADD CONSTRAINT service_outlets_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service_price_changes
    ADD CONSTRAINT service_price_changes_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id);

ALTER TABLE ONLY public.service_units
    ADD CONSTRAINT service_units_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service_units
    ADD CONSTRAINT service_units_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.service_units
    ADD CONSTRAINT service_units_tenant_id_subject_key_fkey FOREIGN KEY (tenant_id, subject_key) REFERENCES public.subjects(tenant_id, key);

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id);

ALTER TABLE ONLY public.staff_outlets
    ADD CONSTRAINT staff_outlets_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.staff_outlets
    ADD CONSTRAINT staff_outlets_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.staff_services
    ADD CONSTRAINT staff_services_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.staff_services
    ADD CONSTRAINT staff_services_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_tenant_id_subject_key_fkey FOREIGN KEY (tenant_id, subject_key) REFERENCES public.subjects(tenant_id, key);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_user FOREIGN KEY (tenant_id, user_id) REFERENCES public.memberships(tenant_id, user_id);

ALTER TABLE ONLY public.subjects
    ADD CONSTRAINT subjects_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.subscriptions
    ADD CONSTRAINT subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.tenant_gateways
    ADD CONSTRAINT tenant_gateways_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.tenant_logos
    ADD CONSTRAINT tenant_logos_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.visit_fees
    ADD CONSTRAINT visit_fees_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES public.appointments(tenant_id, id);

ALTER TABLE ONLY public.visit_fees
    ADD CONSTRAINT visit_fees_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.visit_fees
    ADD CONSTRAINT visit_fees_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.visit_fees
    ADD CONSTRAINT visit_fees_tenant_id_invoice_id_fkey FOREIGN KEY (tenant_id, invoice_id) REFERENCES public.invoices(tenant_id, id);

ALTER TABLE ONLY public.waitlist_offers
    ADD CONSTRAINT waitlist_offers_tenant_id_appointment_id_fkey FOREIGN KEY (tenant_id, appointment_id) REFERENCES public.appointments(tenant_id, id);

ALTER TABLE ONLY public.waitlist_offers
    ADD CONSTRAINT waitlist_offers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.waitlist_offers
    ADD CONSTRAINT waitlist_offers_tenant_id_wish_id_fkey FOREIGN KEY (tenant_id, wish_id) REFERENCES public.waitlist_wishes(tenant_id, id);

ALTER TABLE ONLY public.waitlist_wishes
    ADD CONSTRAINT waitlist_wishes_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES public.customers(tenant_id, id);

ALTER TABLE ONLY public.waitlist_wishes
    ADD CONSTRAINT waitlist_wishes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.waitlist_wishes
    ADD CONSTRAINT waitlist_wishes_tenant_id_outlet_id_fkey FOREIGN KEY (tenant_id, outlet_id) REFERENCES public.outlets(tenant_id, id);

ALTER TABLE ONLY public.waitlist_wishes
    ADD CONSTRAINT waitlist_wishes_tenant_id_service_id_fkey FOREIGN KEY (tenant_id, service_id) REFERENCES public.services(tenant_id, id);

ALTER TABLE ONLY public.waitlist_wishes
    ADD CONSTRAINT waitlist_wishes_tenant_id_staff_id_fkey FOREIGN KEY (tenant_id, staff_id) REFERENCES public.staff(tenant_id, id);

ALTER TABLE ONLY public.withdrawal_codes
    ADD CONSTRAINT withdrawal_codes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE ONLY public.withdrawal_codes
    ADD CONSTRAINT withdrawal_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.withdrawals
    ADD CONSTRAINT withdrawals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.withdrawals
    ADD CONSTRAINT withdrawals_tenant_id_bank_account_id_fkey FOREIGN KEY (tenant_id, bank_account_id) REFERENCES public.bank_accounts(tenant_id, id);

ALTER TABLE ONLY public.withdrawals
    ADD CONSTRAINT withdrawals_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES public.tenants(id);

ALTER TABLE public.appointment_lines ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.appointments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_seals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_unsealed ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.availability_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.bank_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.booking_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.calendar_feeds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.customer_consents ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_deliveries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_endpoints ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.hook_feeds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoice_counters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.job_listeners ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_balances ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_movements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.logins ENABLE ROW LEVEL SECURITY;

CREATE POLICY member ON public.users TO reserva_app USING ((EXISTS ( SELECT 1
   FROM public.memberships m
  WHERE ((m.user_id = users.id) AND (m.tenant_id = current_setting('reserva.tenant'::text, true))))));

ALTER TABLE public.membership_outlets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.occupancies ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.one_time_codes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outlet_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outlet_special_dates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.outlets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payment_counts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.payments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.plan_fees ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.plan_usage ENABLE ROW LEVEL SECURITY;

CREATE POLICY platform ON public.appointment_lines TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.appointments TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.audit_heads TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.audit_log TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.audit_seals TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.audit_unsealed TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.availability_entries TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.bank_accounts TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.booking_tokens TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.calendar_feeds TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.customer_consents TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.customers TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.hook_attempts TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.hook_deliveries TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.hook_endpoints TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.hook_events TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.hook_feeds TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.idempotency_keys TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.invoice_counters TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.invoices TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.job_listeners TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.ledger_balances TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.ledger_entries TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.ledger_movements TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.logins TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.membership_outlets TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.memberships TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.messages TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.occupancies TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.one_time_codes TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.outlet_hours TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.outlet_special_dates TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.outlets TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.payment_counts TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.payments TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.plan_fees TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.plan_usage TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.refresh_tokens TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.refunds TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.reminders TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.resource_units TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.resources TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.service_outlet_prices TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.service_outlets TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.service_price_changes TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.service_units TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.services TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.sessions TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.staff TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.staff_outlets TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.staff_services TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.subjects TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.subscriptions TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.tenant_gateways TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.tenant_logos TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.tenants TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.users TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.visit_fees TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.waitlist_offers TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.waitlist_wishes TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.webhook_events TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.withdrawal_codes TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY platform ON public.withdrawals TO reserva_platform USING (true) WITH CHECK (true);

CREATE POLICY read ON public.plan_fees FOR SELECT TO reserva_app USING (true);

ALTER TABLE public.refresh_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.refunds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.reminders ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.resource_units ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.resources ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.service_outlet_prices ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.service_outlets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.service_price_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.service_units ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.services ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff_outlets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff_services ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subjects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.subscriptions ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON public.appointment_lines TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.appointments TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.audit_heads TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.audit_log TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.audit_seals TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.audit_unsealed TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.availability_entries TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.bank_accounts TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.booking_tokens TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.calendar_feeds TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.customer_consents TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.customers TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.hook_attempts TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.hook_deliveries TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.hook_endpoints TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.hook_events TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.hook_feeds TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.idempotency_keys TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.invoice_counters TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.invoices TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.job_listeners TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.ledger_balances TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.ledger_entries TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.ledger_movements TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.logins TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.membership_outlets TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.memberships TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.messages TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.occupancies TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.one_time_codes TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.outlet_hours TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.outlet_special_dates TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.outlets TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.payment_counts TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.payments TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.plan_usage TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.refresh_tokens TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.refunds TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.reminders TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.resource_units TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.resources TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.service_outlet_prices TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.service_outlets TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.service_price_changes TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.service_units TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.services TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.sessions TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.staff TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.staff_outlets TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.staff_services TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.subjects TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.subscriptions TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.tenant_gateways TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.tenant_logos TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.tenants TO reserva_app USING ((id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.visit_fees TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.waitlist_offers TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.waitlist_wishes TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.withdrawal_codes TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

CREATE POLICY tenant ON public.withdrawals TO reserva_app USING ((tenant_id = current_setting('reserva.tenant'::text, true))) WITH CHECK ((tenant_id = current_setting('reserva.tenant'::text, true)));

ALTER TABLE public.tenant_gateways ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tenant_logos ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tenants ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.visit_fees ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.waitlist_offers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.waitlist_wishes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhook_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.withdrawal_codes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.withdrawals ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO reserva_app;
GRANT USAGE ON SCHEMA public TO reserva_platform;

GRANT USAGE ON SCHEMA reserva TO reserva_app;
GRANT USAGE ON SCHEMA reserva TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.appointment_lines TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.appointment_lines TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.appointments TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.appointments TO reserva_platform;

GRANT SELECT ON TABLE public.audit_heads TO reserva_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.audit_heads TO reserva_platform;

GRANT SELECT,INSERT ON TABLE public.audit_log TO reserva_app;
GRANT SELECT,INSERT ON TABLE public.audit_log TO reserva_platform;

GRANT SELECT ON TABLE public.audit_seals TO reserva_app;
GRANT SELECT,INSERT ON TABLE public.audit_seals TO reserva_platform;

GRANT SELECT,INSERT ON TABLE public.audit_unsealed TO reserva_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.audit_unsealed TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.availability_entries TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.availability_entries TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bank_accounts TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.bank_accounts TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.booking_tokens TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.booking_tokens TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.calendar_feeds TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.calendar_feeds TO reserva_platform;

GRANT SELECT,INSERT ON TABLE public.customer_consents TO reserva_app;
GRANT SELECT,INSERT ON TABLE public.customer_consents TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customers TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customers TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_attempts TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_attempts TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_deliveries TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_deliveries TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_endpoints TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_endpoints TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_events TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_events TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_feeds TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hook_feeds TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoice_counters TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoice_counters TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoices TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invoices TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_listeners TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_listeners TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_balances TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ledger_balances TO reserva_platform;

GRANT SELECT,INSERT ON TABLE public.ledger_entries TO reserva_app;
GRANT SELECT,INSERT ON TABLE public.ledger_entries TO reserva_platform;

GRANT SELECT,INSERT ON TABLE public.ledger_movements TO reserva_app;
GRANT SELECT,INSERT ON TABLE public.ledger_movements TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.logins TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.logins TO reserva_platform;

GRANT SELECT ON TABLE public.membership_outlets TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.membership_outlets TO reserva_platform;

GRANT SELECT ON TABLE public.memberships TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memberships TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.messages TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.occupancies TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.occupancies TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_codes TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.one_time_codes TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outlet_hours TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outlet_hours TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outlet_special_dates TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outlet_special_dates TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outlets TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outlets TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.password_resets TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_counts TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_counts TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payments TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payments TO reserva_platform;

GRANT SELECT ON TABLE public.plan_fees TO reserva_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.plan_fees TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_usage TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.plan_usage TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_counters TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_tokens TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refresh_tokens TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refunds TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.refunds TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reminders TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reminders TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resource_units TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resource_units TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resources TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resources TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_outlet_prices TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_outlet_prices TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_outlets TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_outlets TO reserva_platform;

GRANT SELECT,INSERT ON TABLE public.service_price_changes TO reserva_app;
GRANT SELECT,INSERT ON TABLE public.service_price_changes TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_units TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.service_units TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.services TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.services TO reserva_platform;

GRANT SELECT,INSERT,DELETE ON TABLE public.sessions TO reserva_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.sessions TO reserva_platform;

GRANT UPDATE(touched_at) ON TABLE public.sessions TO reserva_app;
GRANT UPDATE(touched_at) ON TABLE public.sessions TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.signin_failures TO reserva_platform;

GRANT SELECT,INSERT,DELETE ON TABLE public.signing_keys TO reserva_platform;

GRANT SELECT,INSERT,DELETE ON TABLE public.spent_tokens TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff_outlets TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff_outlets TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff_services TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff_services TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subjects TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subjects TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscriptions TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.subscriptions TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_gateways TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_gateways TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_logos TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenant_logos TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenants TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tenants TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO reserva_platform;

GRANT SELECT(id) ON TABLE public.users TO reserva_app;

GRANT SELECT(email) ON TABLE public.users TO reserva_app;

GRANT SELECT(email_verified) ON TABLE public.users TO reserva_app;

GRANT SELECT(first_name) ON TABLE public.users TO reserva_app;

GRANT SELECT(last_name) ON TABLE public.users TO reserva_app;

GRANT SELECT(phone) ON TABLE public.users TO reserva_app;

GRANT SELECT(avatar_url) ON TABLE public.users TO reserva_app;

GRANT SELECT(must_change_password) ON TABLE public.users TO reserva_app;

GRANT SELECT(is_super_admin) ON TABLE public.users TO reserva_app;

GRANT SELECT(is_active) ON TABLE public.users TO reserva_app;

GRANT SELECT(last_login) ON TABLE public.users TO reserva_app;

GRANT SELECT(deleted_at) ON TABLE public.users TO reserva_app;

GRANT SELECT(created_at) ON TABLE public.users TO reserva_app;

GRANT SELECT(updated_at) ON TABLE public.users TO reserva_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.visit_fees TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.visit_fees TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.waitlist_offers TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.waitlist_offers TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.waitlist_wishes TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.waitlist_wishes TO reserva_platform;

GRANT SELECT,INSERT,UPDATE ON TABLE public.webhook_events TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.withdrawal_codes TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.withdrawal_codes TO reserva_platform;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.withdrawals TO reserva_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.withdrawals TO reserva_platform;
